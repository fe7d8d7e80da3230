"""Tables in text: comma, semicolon, tab or another character between the cells (RFC 4180).

The file is decoded and parsed as it is read. What does not fit refuses its row, and the rows after
it are read on; only where no later row could be trusted is the file refused.
"""

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO

from articles.importing.delimiters import DELIMITERS, is_hint
from articles.importing.formats.guard import unguarded
from articles.importing.formats.table import (
    TOO_MANY_COLUMNS,
    TOO_MANY_ROWS,
    Cell,
    Columns,
    columns,
    flaw_of,
    right_headings,
    sound,
)
from articles.importing.limits import MAX_CELL, MAX_COLUMNS, MAX_ROWS
from articles.importing.records import FileError, Layout, Record, Refused

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MAX_ROW = 3 * MAX_CELL
"""Code points of a row, with its marks."""
MAX_HEADINGS = 1000 * MAX_COLUMNS
"""Code points of the row of headings."""
_MANY_CELLS = 10_000
_BUFFER = 256 * 1024
_DAMAGE = "factcheck-damage"
_AS_SURROGATE = 0xDC00
_DAMAGED = re.compile(r"[\udc00-\udcff]")
_QUOTING = (
    "Put a quotation mark at both ends of a cell that has one in it, and write those inside twice."
)
_MARKS = {mark: re.compile(rf'"[^"]*(?:"|\Z)|{re.escape(mark)}') for mark in DELIMITERS}

# The limit is that of the whole process and only ever raised; cells are judged by MAX_CELL here.
csv.field_size_limit(max(csv.field_size_limit(), MAX_ROW))


def _as_surrogates(error: UnicodeError) -> tuple[str, int]:
    """Bytes that do not fit as lone surrogates, like surrogateescape but for any byte."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    damaged = error.object[error.start : error.end]
    return "".join(chr(_AS_SURROGATE + byte) for byte in damaged), error.end


codecs.register_error(_DAMAGE, _as_surrogates)


def read(file: BinaryIO, layout: Layout) -> Iterator[Record | Refused]:
    """The rows below the headings. Raises FileError."""
    rows = Rows(file, layout.encoding, layout.delimiter)
    found = columns(rows.headings, layout, rows.number)
    width = found.width
    for count, cells in enumerate(rows, 1):
        if count > MAX_ROWS:
            raise FileError(TOO_MANY_ROWS)
        if rows.suspect or len(cells) != width:
            yield _refusal(rows, cells, found, layout) or found.record(rows.number, cells)
        else:
            yield found.record(rows.number, cells)


class Rows:
    """The headings, and the cells of each row below them; blank rows are left out.

    ``number`` is the line on which the row begins that was given last (at first the headings),
    ``error`` why it could not be parsed, and ``suspect`` whether its cells need a closer look.
    Raises FileError.
    """

    def __init__(self, file: BinaryIO, encoding: str, delimiter: str) -> None:
        buffer = io.BufferedReader(_LeftOpen(file), _BUFFER)
        text = io.TextIOWrapper(buffer, encoding, _DAMAGE, newline="")
        self._lines = _Lines(text, delimiter)
        self._reader = csv.reader(self._lines, delimiter=delimiter, strict=True)
        self.number = 0
        self.suspect = False
        self.error = ""
        self.headings = self._find_headings()
        self._lines.most = MAX_ROW

    def __iter__(self) -> Iterator[list[str]]:
        lines, reader = self._lines, self._reader
        while True:
            self.number = lines.number + 1
            lines.begin_row()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                cells = self._damaged(str(error))
            else:
                if not any(map(str.strip, cells)):
                    continue
                self.error = ""
                self.suspect = lines.suspect or lines.size > MAX_CELL
            yield [unguarded(cell) for cell in cells]

    def _find_headings(self) -> list[str]:
        for cells in self:
            if self.error:
                raise FileError(f"The headings cannot be read: {self.error} {_QUOTING}")
            if not is_hint(cells):
                return cells
        raise FileError(f"The file has no rows. {right_headings()}")

    def _damaged(self, error: str) -> list[str]:
        lines = self._lines
        if error == "unexpected end of data":
            raise FileError(lines.never_closed())
        self.suspect = True
        where = f"line {self.number}"
        if lines.number > self.number:
            where = f"lines {self.number} to {lines.number}, which were read as one row,"
        self.error = f"A quotation mark in {where} neither opens nor closes a cell."
        return [lines.first]


class _Lines:
    """The lines of a text, given one by one to the parser of a row, which they cannot overfill.

    ``most`` are the code points a row may have. Of the row that was begun last ``size`` is the
    code points, ``first`` its first line and ``suspect`` whether it has zero bytes or damage.
    """

    def __init__(self, text: io.TextIOWrapper, delimiter: str) -> None:
        self._text = text
        self._delimiter = delimiter
        self._readline: Callable[[int], str] = self._without_mark
        self.most = MAX_HEADINGS
        self.number = 0
        self.begin_row()

    def begin_row(self) -> None:
        self.size = 0
        self.first = ""
        self.suspect = False
        self._quotes = 0
        self._opened = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._readline(self.most + 1)
        if not line:
            raise StopIteration
        self.number += 1
        if not self.size:
            self.first = line
        self.size += len(line)
        if '"' in line:
            self._count_quotes(line)
        if len(line) > _MANY_CELLS or self.size > self.most:
            self._refuse_what_is_too_large(line)
        if "\0" in line or not (line.isascii() or _is_sound(line)):
            self.suspect = True
        return line

    def never_closed(self) -> str:
        where = f"line {self._opened}"
        return f"The quotation mark that opens a cell in {where} is never closed. {_QUOTING}"

    def _without_mark(self, size: int) -> str:
        self._readline = self._text.readline
        return self._readline(size).removeprefix("\ufeff")

    def _count_quotes(self, line: str) -> None:
        """Marks where the open cell began: the last line with a mark that is not written twice."""
        count = line.replace('""', "").count('"')
        self._quotes += count
        if count:
            self._opened = self.number

    def _refuse_what_is_too_large(self, line: str) -> None:
        if self.size > self.most:
            if self._quotes % 2:
                raise FileError(self.never_closed())
            if line.count(self._delimiter) < MAX_COLUMNS:
                raise FileError(
                    f"The row in line {self.number} has more than {self.most:,} characters: "
                    "shorten it, or check that lines end where rows end."
                )
            raise FileError(f"{TOO_MANY_COLUMNS} (Line {self.number}.)")
        if line.count(self._delimiter) > _MANY_CELLS:
            begun_inside = (self._quotes - line.count('"')) % 2
            marks = _MARKS[self._delimiter].finditer('"' * begun_inside + line)
            ends = (True for mark in marks if mark[0] == self._delimiter)
            if next(islice(ends, _MANY_CELLS, None), False):
                raise FileError(f"{TOO_MANY_COLUMNS} (Line {self.number}.)")


class _LeftOpen(io.RawIOBase):
    """The file for a TextIOWrapper, which would close the file itself when it is done."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        view = memoryview(buffer)
        data = self._file.read(len(view))
        view[: len(data)] = data
        return len(data)


def _refusal(rows: Rows, cells: list[str], found: Columns, layout: Layout) -> Refused | None:
    """The row refused, or nothing if it is sound after all."""
    if rows.error:
        return found.unreadable(rows.number, [], value=cells[0], reason=rows.error, remedy=_QUOTING)
    surplus = cells[found.width :]
    if len(cells) < found.width or any(map(str.strip, surplus)):
        return found.unreadable(
            rows.number,
            [sound(cell) for cell in cells],
            value=layout.delimiter.join(surplus),
            reason=f"The row has {len(cells)} cells, but there are {found.width} headings.",
            remedy="Give the row one cell for each heading; a cell with a "
            f"{DELIMITERS[layout.delimiter]} in it needs quotation marks around it.",
        )
    wrong = [
        Cell(place, *flaw)
        for place in found.places
        if (flaw := flaw_of(cells[place]) or _damage_in(cells[place], layout.encoding))
    ]
    return found.refused(rows.number, [sound(cell) for cell in cells], *wrong) if wrong else None


def _damage_in(cell: str, encoding: str) -> tuple[str, str] | None:
    """The reason and remedy for a cell with bytes that could not be decoded."""
    damaged = _DAMAGED.search(cell)
    if not damaged:
        return None
    byte = f"{ord(damaged[0]) - _AS_SURROGATE:02X}"
    return (
        f"The cell has the byte {byte} in it, which does not fit {encoding}.",
        "Type the character again that shows as \N{REPLACEMENT CHARACTER}.",
    )


def _is_sound(line: str) -> bool:
    """Whether it can be stored; encoding is the fastest way to find lone surrogates."""
    try:
        line.encode()
    except UnicodeEncodeError:
        return False
    return True
