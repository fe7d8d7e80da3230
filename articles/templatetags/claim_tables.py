"""The rows of the tables of claims. A page draws hundreds of cells, so each is a function."""

from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, TypedDict
from uuid import UUID

from django import template
from django.template import Context
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from articles import badges
from articles.markup import fill, joined
from articles.models import Claim, Evidence
from articles.models.workflow import UNDECIDED
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


def cell(inside: object) -> SafeString:
    return fill('<td role="cell">{}</td>', inside)


STATUSES = {value: cell(badge) for value, badge in badges.STATUSES.items()}
RATINGS = {value: cell(badge) for value, badge in badges.RATINGS.items()}
KINDS = {value: cell(label) for value, label in Claim.Kind.choices}
PRIORITIES = {
    value: fill('<td role="cell" data-label="Priority"><strong>{}</strong></td>', label)
    for value, label in Claim.Priority.choices
}


class Found(TypedDict):
    """What a search found in the claim, marked; empty if nothing was searched."""

    snippet: str
    note_snippet: str


class Linked(TypedDict):
    """The claim's evidence of the source that the page is about."""

    links: list[Evidence]


def pick(claim: Claim, *, picked: bool) -> SafeString:
    return fill(
        '<td role="cell" class="pick"><label class="choice">'
        '<input type="checkbox" name="claim" value="{}"{}>'
        '<span class="visually-hidden">Select claim {} of {}</span></label></td>',
        f"{claim.pk}:{claim.version}",
        SafeString(" checked" if picked else ""),
        claim.number,
        claim.article.title[:60],
    )


def number(claim: Claim) -> SafeString:
    return fill('<td role="cell" class="number" data-label="No.">{}</td>', claim.number)


def words(
    claim: Claim, text: object = "", *, opens: str = "", note: str = "", more: str = ""
) -> SafeString:
    """The claim's words, or a text of them; a note; its article, and ``more`` of where it is.

    ``opens`` is added to its address.
    """
    return fill(
        '<th scope="row" role="rowheader" class="claim-cell">'
        '<a id="row-{}" href="{}{}" dir="auto" class="clamped{}">{}</a>\n{}'
        '<span class="facts"><span dir="auto">{}</span>{}</span></th>',
        claim.pk,
        claim.get_absolute_url(),
        opens,
        " found" if text else "",
        text or claim.text,
        note,
        claim.article.title,
        more,
    )


def noted(snippet: str) -> SafeString:
    if not has_hit(snippet):
        return SafeString("")
    return fill('<span class="facts" dir="auto">Note: {}</span>', highlighted(snippet))


def due(claim: Claim) -> SafeString:
    if not claim.due_on:
        return EMPTY
    late = claim.status in UNDECIDED and claim.due_on < timezone.localdate()
    return fill(
        '<td role="cell" class="when" data-label="Due"><time datetime="{}">{}</time>{}</td>',
        claim.due_on.isoformat(),
        day(claim.due_on),
        LATE if late else "",
    )


def assignee(claim: Claim) -> SafeString:
    if claim.assignee is None:
        return NOBODY
    return fill('<td role="cell" data-label="Assigned to">{}</td>', claim.assignee)


def desk(claim: Claim) -> SafeString:
    return cell(claim.desk)


def publisher(claim: Claim) -> SafeString:
    return fill('<td role="cell" dir="auto">{}</td>', claim.article.publisher)


def moment(label: str, at: datetime) -> SafeString:
    local = timezone.localtime(at)
    return SafeString(
        f'<td role="cell" class="when" data-label="{label}">'
        f'<time datetime="{local.isoformat()}">{day(local)}, {local:%H:%M}</time></td>'
    )


def day(on: date) -> str:
    """As text of one piece: a narrow column breaks after it, not in it."""
    return f"{on.day}\N{NO-BREAK SPACE}{on:%b}\N{NO-BREAK SPACE}{on.year}"


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
def claim_rows(
    claims: "Iterable[WithAnnotations[Claim, Found]]",
    columns: Collection[str],
    several_desks: bool,
    picked: Collection[UUID] = (),
) -> SafeString:
    return joined(
        (
            row(claim, cells_of(claim, columns, several_desks, claim.pk in picked))
            for claim in claims
        ),
        "\n",
    )


@register.simple_tag
def news_rows(
    claims: "Iterable[tuple[WithAnnotations[Claim, Found], bool]]",
    columns: Collection[str],
    several_desks: bool,
) -> SafeString:
    """Rows of claims that have changed: whether the list has each."""
    return joined(
        row(
            claim,
            cells_of(claim, columns, several_desks, picked=False),
            SafeString(f' data-listed="{"yes" if listed else "no"}"'),
        )
        for claim, listed in claims
    )


def row(claim: Claim, cells: SafeString, marks: str = "") -> SafeString:
    return fill(
        '<tr role="row" id="list-{}" data-version="{}"{}>\n{}\n</tr>',
        claim.pk,
        claim.version,
        marks,
        cells,
    )


def cells_of(
    claim: "WithAnnotations[Claim, Found]",
    columns: Collection[str],
    several_desks: bool,
    picked: bool,
) -> SafeString:
    """The words come first, but for the number."""
    cells = [
        pick(claim, picked=picked),
        number(claim) if "number" in columns else SafeString(""),
        words(
            claim,
            highlighted(claim.snippet),
            note=noted(claim.note_snippet),
            more=f" · {claim.desk}" if several_desks and "desk" not in columns else "",
        ),
        *(CELLS[name](claim) for name in columns if name != "number"),
    ]
    return joined(cells, "\n")


@register.simple_tag(takes_context=True)
def queue_rows(
    context: Context, rows: Iterable[tuple[Claim, str]], several_desks: bool
) -> SafeString:
    """Rows of claims with why each is in the queue; in the section of those skipped with a way
    back."""
    token = context["csrf_token"] if context["section"] == "skipped" else ""
    return joined(
        table_row(
            words(
                claim,
                opens="#queue",
                more=f", claim {claim.number}{f' · {claim.desk}' if several_desks else ''}",
            ),
            STATUSES[claim.status],
            CELLS["priority"](claim),
            due(claim),
            fill('<td role="cell" dir="auto">{}</td>', why),
            bring_back(claim, token) if token else SafeString(""),
        )
        for claim, why in rows
    )


def bring_back(claim: Claim, csrf_token: str) -> SafeString:
    return fill(
        '<td role="cell"><form method="post" action="{}">'
        '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'
        '<input type="hidden" name="version" value="{}">'
        '<button class="button">Bring back<span class="visually-hidden"> claim {}</span></button>'
        "</form></td>",
        reverse("claim-bring-back", args=[claim.pk]),
        csrf_token,
        claim.version,
        claim.number,
    )


@register.simple_tag
def source_rows(claims: "Iterable[WithAnnotations[Claim, Linked]]") -> SafeString:
    """Rows of a source's claims: how each rests on it."""
    return joined(
        table_row(
            number(claim),
            words(claim),
            relations(claim.links),
            STATUSES[claim.status],
            RATINGS.get(claim.rating, NOT_RATED),
            moment("Changed", claim.updated_at),
        )
        for claim in claims
    )


def relations(links: Iterable[Evidence]) -> SafeString:
    known = dict.fromkeys(Evidence.Relation(link.relation).label for link in links)
    spans = (fill('<span class="relation">{}</span>', label) for label in known)
    return cell(joined(spans, " "))


@register.simple_tag
def newest_rows(claims: Iterable[Claim]) -> SafeString:
    return joined(
        table_row(
            number(claim),
            words(claim),
            STATUSES[claim.status],
            RATINGS.get(claim.rating, NOT_RATED),
            assignee(claim),
            moment("Changed", claim.updated_at),
        )
        for claim in claims
    )


def table_row(*cells: SafeString) -> SafeString:
    return fill('<tr role="row">\n{}\n</tr>\n', joined(cells, "\n"))


@register.filter
def label_of(labels: dict[str, str], name: str) -> str:
    return labels[name]
