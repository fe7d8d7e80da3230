"""Tables in a workbook. A process of its own reads it; see ``xlsx_child`` for what it may take."""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any, BinaryIO

from articles.extraction.child import spawn
from articles.importing.formats import xlsx_child
from articles.importing.formats.guard import unguarded
from articles.importing.formats.table import Cell, Columns, columns, flaw_of, sound
from articles.importing.limits import MAX_SHEET
from articles.importing.records import FileError, Layout, Record, Refused

SECONDS = 180
"""How long the process may take on the clock."""
_OTHER_WAY = "Save the sheet as CSV and use that."
_NOT_TEXT = frozenset(("start", "end", "published_on", "retrieved_at", "decided_at"))
"""Fields whose numbers stay numbers; numbers elsewhere, as of an id, are the text they show."""
_EXACT_DIGITS = 10**15
"""Sheets store numbers as doubles, with 15 digits that can be relied on (ECMA-376)."""


@dataclass(frozen=True, slots=True)
class ErrorCell:
    """A formula that failed; ``text`` is what the cell shows, like #N/A."""

    text: str


_FROM_TEXT: dict[str, Callable[[str], date | ErrorCell]] = {
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "error": ErrorCell,
}


def read(file: BinaryIO, layout: Layout) -> Iterator[Record | Refused]:
    """The rows below the headings. Raises FileError."""
    with rows(file) as (number, headings, others):
        found = columns(headings, layout, number)
        for row, cells in others:
            yield _record(row, cells, found)


@contextmanager
def rows(file: BinaryIO) -> Iterator[tuple[int, list[str], Iterator[tuple[int, list[Any]]]]]:
    """The row of the headings, the headings, and the other rows that are not blank, by number.

    Cells are str, int, float, bool, date, datetime, or ErrorCell. Raises FileError.
    """
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as result:
        shutil.copyfileobj(file, source)
        if source.tell() > MAX_SHEET:
            raise FileError(f"The workbook is larger than {MAX_SHEET // 1024**2} MB. {_OTHER_WAY}")
        source.seek(0)
        _extract(source, result)
        lines = _lines(result)
        number, headings = next(lines)
        yield number, [_as_text(cell) for cell in headings], lines


def _extract(source: IO[bytes], result: IO[bytes]) -> None:
    try:
        succeeded = spawn(xlsx_child.__name__, source, result, SECONDS)
    except subprocess.TimeoutExpired as error:
        raise FileError(
            f"The workbook takes longer than {SECONDS} seconds to read. {_OTHER_WAY}"
        ) from error
    if not succeeded:
        raise FileError(f"The workbook is damaged, or too large or complex. {_OTHER_WAY}")


def _lines(result: IO[bytes]) -> Iterator[tuple[int, list[Any]]]:
    result.seek(0)
    for line in map(json.loads, result):
        if isinstance(line, dict):
            raise FileError(line["unusable"])
        number, cells = line
        yield number, [_cell(cell) for cell in cells]


def _cell(cell: Any) -> Any:
    """What the process wrote as JSON, as a value again."""
    if isinstance(cell, str):
        return unguarded(cell)
    if isinstance(cell, dict):
        ((kind, text),) = cell.items()
        return _FROM_TEXT[kind](text)
    return cell


def _record(row: int, cells: list[Any], found: Columns) -> Record | Refused:
    wrong = []
    for place, field in zip(found.places, found.fields, strict=True):
        flaw = _flaw(cells[place], field)
        if flaw:
            wrong.append(Cell(place, *flaw))
        if flaw or field not in _NOT_TEXT:
            cells[place] = _as_value(cells[place])
    return found.refused(row, cells, *wrong) if wrong else found.record(row, cells)


def _flaw(cell: Any, field: str) -> tuple[str, str] | None:
    if isinstance(cell, str):
        return flaw_of(cell)
    if isinstance(cell, ErrorCell):
        return (
            f"The formula of the cell gives the error {cell.text}.",
            "Mend the formula, or put the value itself into the cell.",
        )
    if isinstance(cell, int | float) and field not in _NOT_TEXT and abs(cell) >= _EXACT_DIGITS:
        return (
            "The number has more digits than a sheet keeps, so that its last ones may be wrong.",
            "Make the format of the cell text and type the number again.",
        )
    return None


def _as_value(cell: Any) -> Any:
    """Numbers as the text they show, errors as what the cell shows."""
    if isinstance(cell, str):
        return sound(cell)
    if isinstance(cell, bool | date):
        return cell
    return _as_text(cell)


def _as_text(cell: Any) -> str:
    return cell.text if isinstance(cell, ErrorCell) else str(cell)
