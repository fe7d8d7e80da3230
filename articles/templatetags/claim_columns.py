"""The cells of the claim list. A page draws hundreds, so each is a function, not a template."""

from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import TYPE_CHECKING, TypedDict
from uuid import UUID

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles.models import Claim, Rating, Status
from articles.snippets import has_hit, highlighted

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

register = template.Library()

EMPTY = SafeString('<td role="cell"></td>')
NOT_RATED = SafeString('<td role="cell"><span class="muted">Not rated</span></td>')
NOBODY = SafeString(
    '<td role="cell" data-label="Assigned to"><span class="muted">Nobody</span></td>'
)
LATE = SafeString(' <strong class="late">overdue</strong>')


def badge(look: str, value: str, label: str) -> SafeString:
    return format_html(
        '<td role="cell"><span class="badge {}-{}">{}</span></td>', look, value, label
    )


STATUSES = {value: badge("status", value, label) for value, label in Status.choices}
RATINGS = {value: badge("rating", value, label) for value, label in Rating.choices}
KINDS = {
    value: format_html('<td role="cell">{}</td>', label) for value, label in Claim.Kind.choices
}
PRIORITIES = {
    value: format_html('<td role="cell" data-label="Priority"><strong>{}</strong></td>', label)
    for value, label in Claim.Priority.choices
}


class Found(TypedDict):
    """What a search found in the claim, marked; empty if nothing was searched."""

    snippet: str
    note_snippet: str


def pick(claim: Claim, *, picked: bool) -> SafeString:
    return format_html(
        '<td role="cell" class="pick"><label class="choice">'
        '<input type="checkbox" name="claim" value="{}"{}>'
        '<span class="visually-hidden">Select claim {} of {}</span></label></td>',
        f"{claim.pk}:{claim.version}",
        SafeString(" checked" if picked else ""),
        claim.number,
        claim.article.title[:60],
    )


def number(claim: Claim) -> SafeString:
    return format_html('<td role="cell" class="number" data-label="No.">{}</td>', claim.number)


def words(claim: "WithAnnotations[Claim, Found]", *, with_desk: bool) -> SafeString:
    """The claim's words, what a search found in them and in its note, and its article."""
    return format_html(
        '<th scope="row" role="rowheader" class="claim-cell">'
        '<a id="row-{}" href="{}" dir="auto" class="clamped{}">{}</a>\n{}'
        '<span class="facts"><span dir="auto">{}</span>{}</span></th>',
        claim.pk,
        claim.get_absolute_url(),
        " found" if claim.snippet else "",
        highlighted(claim.snippet) if claim.snippet else claim.text,
        noted(claim.note_snippet),
        claim.article.title,
        f" · {claim.desk}" if with_desk else "",
    )


def noted(snippet: str) -> SafeString:
    if not has_hit(snippet):
        return SafeString("")
    return format_html('<span class="facts" dir="auto">Note: {}</span>', highlighted(snippet))


def due(claim: Claim) -> SafeString:
    if not claim.due_on:
        return EMPTY
    late = not claim.rating and claim.due_on < timezone.localdate()
    return format_html(
        '<td role="cell" class="when" data-label="Due"><time datetime="{}">{}</time>{}</td>',
        claim.due_on.isoformat(),
        day(claim.due_on),
        LATE if late else "",
    )


def assignee(claim: Claim) -> SafeString:
    if claim.assignee is None:
        return NOBODY
    return format_html('<td role="cell" data-label="Assigned to">{}</td>', claim.assignee)


def desk(claim: Claim) -> SafeString:
    return format_html('<td role="cell">{}</td>', claim.desk)


def publisher(claim: Claim) -> SafeString:
    return format_html('<td role="cell" dir="auto">{}</td>', claim.article.publisher)


def moment(label: str, at: datetime) -> SafeString:
    local = timezone.localtime(at)
    return SafeString(
        f'<td role="cell" class="when" data-label="{label}">'
        f'<time datetime="{local.isoformat()}">{day(local)}, {local:%H:%M}</time></td>'
    )


def day(on: date) -> str:
    return f"{on.day} {on:%b %Y}"


CELLS: dict[str, Callable[[Claim], SafeString]] = {
    "status": lambda claim: STATUSES[claim.status],
    "rating": lambda claim: RATINGS.get(claim.rating, NOT_RATED),
    "kind": lambda claim: KINDS[claim.kind],
    "priority": lambda claim: PRIORITIES[claim.priority] if claim.priority else EMPTY,
    "due": due,
    "assignee": assignee,
    "desk": desk,
    "publisher": publisher,
    "created": lambda claim: moment("Marked", claim.created_at),
    "changed": lambda claim: moment("Changed", claim.updated_at),
}


@register.simple_tag
def claim_cells(
    claim: "WithAnnotations[Claim, Found]",
    columns: Collection[str],
    several_desks: bool,
    picked: Collection[UUID],
) -> SafeString:
    """The cells of the claim's row: its words first, but for its number."""
    cells = [
        pick(claim, picked=claim.pk in picked),
        number(claim) if "number" in columns else SafeString(""),
        words(claim, with_desk=several_desks and "desk" not in columns),
        *(CELLS[name](claim) for name in columns if name != "number"),
    ]
    return SafeString("\n".join(cells))


@register.filter
def label_of(labels: dict[str, str], name: str) -> str:
    return labels[name]
