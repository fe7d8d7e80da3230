"""The columns of the claim list, on the page and as CSV."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils import timezone

from articles.exports.tables import csv_lines
from articles.models import Claim


@dataclass(frozen=True)
class Column:
    label: str
    value: Callable[[Claim], object]


COLUMNS = {
    "number": Column("No.", lambda claim: claim.number),
    "status": Column("Status", lambda claim: claim.get_status_display()),
    "rating": Column("Rating", lambda claim: claim.get_rating_display()),
    "kind": Column("Kind", lambda claim: claim.get_kind_display()),
    "priority": Column("Priority", lambda claim: claim.get_priority_display()),
    "due": Column("Due", lambda claim: claim.due_on),
    "assignee": Column("Assigned to", lambda claim: claim.assignee and str(claim.assignee)),
    "desk": Column("Desk", lambda claim: str(claim.desk)),
    "publisher": Column("Publisher", lambda claim: claim.article.publisher),
    "created": Column("Marked", lambda claim: timezone.localtime(claim.created_at).isoformat()),
    "changed": Column("Changed", lambda claim: timezone.localtime(claim.updated_at).isoformat()),
}
DEFAULT_COLUMNS = ("number", "status", "rating", "due", "assignee", "changed")


def known_columns(names: Iterable[str]) -> tuple[str, ...]:
    """The columns of these names in our order, or if there are none the usual ones."""
    wanted = set(names)
    return tuple(name for name in COLUMNS if name in wanted) or DEFAULT_COLUMNS


def claim_lines(claims: Iterable[Claim], columns: Sequence[str]) -> Iterator[str]:
    """The claims as CSV with the columns of the page, its words and its article first."""
    shown = [COLUMNS[name] for name in columns]
    heading = ["Claim", "Article", *(column.label for column in shown)]
    rows = (
        [claim.text, claim.article.title, *(column.value(claim) for column in shown)]
        for claim in claims
    )
    return csv_lines(heading, rows)
