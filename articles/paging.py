"""Keyset pages: a place in a list is the last row seen, not a count of rows to skip.

Page 4,000 costs what page 1 costs, and a row added or removed meanwhile shifts nothing.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.db.models import F, Field, Func, Model, QuerySet, Value
from django.db.models.lookups import GreaterThan, LessThan

Row = TypeVar("Row", bound=Model)

SIGNER = Signer(salt="articles.paging")


class BadCursorError(ValueError):
    """The cursor was not made by us, or for a list in another order."""

    def __init__(self) -> None:
        super().__init__("The place in the list is not valid any more. Start at the first page.")


@dataclass(frozen=True)
class Order:
    """A total order: names of columns or annotations without NULLs, the last ones unique.

    All go the same way, so that one comparison of rows, which an index answers, finds a place.
    """

    keys: tuple[str, ...]
    descending: bool = False

    def names(self, *, backwards: bool = False) -> list[str]:
        sign = "-" if self.descending != backwards else ""
        return [f"{sign}{key}" for key in self.keys]

    def __str__(self) -> str:
        return ",".join(self.names())


NEWEST = Order(("created_at", "id"), descending=True)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """The rows of one page, and the cursors of its neighbours, empty where there are none."""

    rows: list[Row]
    previous: str
    next: str


def first_rows(rows: QuerySet[Row], names: list[str], size: int) -> QuerySet[Row]:
    return rows.order_by(*names)[:size]


def first_of_each(
    parts: Sequence[QuerySet[Row]], names: list[str], size: int
) -> QuerySet[Row, tuple[Any, ...]]:
    """The keys of the first rows of each part, in that order, merged.

    An index that begins with what parts them gives those of one without a sort; none could give
    those of several together.
    """
    one, *others = (part.order_by(*names).values_list("pk")[:size] for part in parts)
    return one.union(*others, all=True)


def page(
    rows: QuerySet[Row],
    order: Order,
    *,
    cursor: str = "",
    size: int,
    first: Callable[[QuerySet[Row], list[str], int], QuerySet[Row]] = first_rows,
) -> Page[Row]:
    """The page at the cursor, or the first one. One query. Raises BadCursorError.

    ``first`` gives the first so many of the rows in the order of these names.
    """
    backwards = False
    if cursor:
        backwards, values = read_cursor(cursor, order)
        rows = beyond(rows, order, values, backwards=backwards)
    found = list(first(rows, order.names(backwards=backwards), size + 1))
    more = len(found) > size
    found = found[:size]
    if backwards:
        found.reverse()
    before, after = (more, True) if backwards else (bool(cursor), more)
    return Page(
        found,
        previous=make_cursor(found[0], order, backwards=True) if found and before else "",
        next=make_cursor(found[-1], order, backwards=False) if found and after else "",
    )


def beyond(
    rows: QuerySet[Row], order: Order, values: Sequence[str | int], *, backwards: bool
) -> QuerySet[Row]:
    """The rows that come after the row with these values, or before it."""
    here = row_value(F(key) for key in order.keys)
    there = row_value(Value(value) for value in values)
    further = LessThan if order.descending != backwards else GreaterThan
    return rows.filter(further(here, there))


def row_value(columns: Iterable[F | Value]) -> Func:
    # A row has a type that no field stands for; nothing asks for it.
    return Func(*columns, function="ROW", output_field=Field())


def make_cursor(row: Model, order: Order, *, backwards: bool) -> str:
    values = [plain(getattr(row, key)) for key in order.keys]
    return SIGNER.sign_object([str(order), backwards, values], compress=True)


def read_cursor(cursor: str, order: Order) -> tuple[bool, list[str | int]]:
    """Signed, so that nothing unheard of reaches the database. Raises BadCursorError."""
    try:
        name, backwards, values = SIGNER.unsign_object(cursor)
    except BadSignature as error:
        raise BadCursorError from error
    if name != str(order):
        raise BadCursorError
    return backwards, values


def plain(value: Any) -> str | int:
    """A column's value as JSON keeps it without loss; the database reads it back."""
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
