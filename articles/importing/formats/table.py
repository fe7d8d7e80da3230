"""What CSV and XLSX have in common: a row of headings, and rows of cells below it."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from articles.importing import mapping
from articles.importing.limits import MAX_CELL, MAX_COLUMNS, MAX_ROWS
from articles.importing.records import (
    FIELDS,
    PROBLEM_COLUMNS,
    FileError,
    Kind,
    Layout,
    Problem,
    Record,
    Refused,
    shown,
)

TOO_MANY_COLUMNS = (
    f"The table has more than {MAX_COLUMNS} columns: delete those that are not needed, or choose "
    "the right delimiter."
)
TOO_MANY_ROWS = f"The table has more than {MAX_ROWS:,} rows: split it into several files."
_SIGN = "\N{REPLACEMENT CHARACTER}"
_UNSTORABLE = re.compile(r"[\0\ud800-\udfff]")
_LONGEST_HEADING = 60


@dataclass(frozen=True, slots=True)
class Cell:
    """What is wrong with one cell: the column's place, the reason, and what would be right."""

    column: int
    reason: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table that are read, and the field that each gives."""

    kind: Kind
    width: int
    places: tuple[int, ...]
    fields: tuple[str, ...]

    def record(self, row: int, cells: Sequence[Any]) -> Record:
        return Record(row, self.kind, self._fields(cells))

    def refused(self, row: int, cells: Sequence[Any], *wrong: Cell) -> Refused:
        """A row refused for its cells; those of columns that are left out do not count."""
        names = dict(zip(self.places, self.fields, strict=True))
        problems = tuple(
            Problem(row, names[w.column], shown(cells[w.column]), w.reason, w.remedy) for w in wrong
        )
        return Refused(row, self.kind, self._fields(cells), problems)

    def unreadable(
        self, row: int, cells: Sequence[Any], *, value: str, reason: str, remedy: str
    ) -> Refused:
        """A row refused as a whole, with as many of its cells as it has."""
        problem = Problem(row, "", shown(value), reason, remedy)
        return Refused(row, self.kind, self._fields(cells), (problem,))

    def _fields(self, cells: Sequence[Any]) -> dict[str, Any]:
        count = len(cells)
        return {f: cells[p] for p, f in zip(self.places, self.fields, strict=True) if p < count}


def flaw_of(cell: str) -> tuple[str, str] | None:
    """The reason and remedy for a cell that cannot be stored."""
    if len(cell) > MAX_CELL:
        return (
            f"The cell has {len(cell):,} characters; {MAX_CELL:,} are the most.",
            "Shorten it, or split it over several rows.",
        )
    if "\0" in cell:
        return "The cell has a zero byte in it.", f"Delete the character that shows as {_SIGN}."
    return None


def sound(cell: str) -> str:
    """The cell with a replacement character for each that cannot be stored."""
    return _UNSTORABLE.sub(_SIGN, cell)


def columns(cells: Sequence[str], layout: Layout, row: int) -> Columns:
    """The columns of the table whose headings are the ``cells`` of the ``row``.

    Raises FileError if the headings are not those of the layout or do not give what is needed.
    """
    headings = clean_headings(cells, row)
    used = {heading: layout.mapping.get(heading, "") for heading in headings}
    wrong = mapping.problems(used, layout.kind)
    if wrong:
        raise FileError(f"{_headings_are(headings, row)} {' '.join(wrong)}")
    read = [(place, used[heading]) for place, heading in enumerate(headings) if used[heading]]
    places, fields = zip(*read, strict=True)
    return Columns(layout.kind, len(headings), places, fields)


def clean_headings(cells: Sequence[str], row: int) -> tuple[str, ...]:
    """The headings fit to be shown; those of columns that only we add are empty.

    Raises FileError for too many headings, for none, and for one that stands twice.
    """
    if len(cells) > MAX_COLUMNS:
        raise FileError(TOO_MANY_COLUMNS)
    headings = ["" if cell in PROBLEM_COLUMNS else cell for cell in map(shown, cells)]
    if not any(headings):
        raise FileError(f"Row {row} has no headings. {right_headings()}")
    for heading, count in Counter(filter(None, headings)).items():
        if count > 1:
            at = " and ".join(str(n) for n, h in enumerate(headings, 1) if h == heading)
            raise FileError(
                f"The heading “{heading}” stands over columns {at}: rename or delete one."
            )
    return tuple(headings)


def check_headings(headings: Sequence[str], row: int) -> None:
    """Raises FileError if they look like the cells of a row, so that headings are missing."""
    if not mapping.known(headings) and any(map(_is_data, headings)):
        raise FileError(
            f"{_headings_are(headings, row)} That looks like data, not like headings. "
            f"{right_headings()}"
        )


def right_headings(kind: Kind = "article") -> str:
    return f"Put a row of headings on top, for rows of kind {kind}: {', '.join(FIELDS[kind])}."


def _headings_are(headings: Sequence[str], row: int) -> str:
    return f"Row {row} has “{shown('”, “'.join(filter(None, headings)))}”."


def _is_data(cell: str) -> bool:
    """Whether a cell is more like a value: long, a number, a date or an address."""
    letters = sum(map(str.isalpha, cell))
    return len(cell) > _LONGEST_HEADING or "://" in cell or letters < len(cell) / 2
