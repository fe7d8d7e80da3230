"""Rows as CSV: what a cell is, that no spreadsheet runs it, and that it reads back unchanged."""

import csv
import io
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.exports.tables import BOM, cell_of, csv_lines
from articles.importing.formats.guard import unguarded

CELLS = {
    "nothing": (None, ""),
    "text": ("High water", "High water"),
    "a formula": ("=1+1", "'=1+1"),
    "plus": ("+4912345", "'+4912345"),
    "minus": ("-2+3", "'-2+3"),
    "at": ("@SUM(A1)", "'@SUM(A1)"),
    "tab": ("\t=1", "'\t=1"),
    "carriage return": ("\r=1", "'\r=1"),
    "what looks guarded": ("'=1", "''=1"),
    "a number": (-3, "-3"),
    "a yes": (True, "true"),
    "a day": (date(2024, 3, 5), "2024-03-05"),
    "a time": (datetime(2024, 3, 5, 8, tzinfo=UTC), "2024-03-05T08:00:00+00:00"),
    "a list": (["=1", "물"], '["=1", "물"]'),
    "an object": ({"exact": "rose"}, '{"exact": "rose"}'),
}


@pytest.mark.parametrize(("value", "cell"), CELLS.values(), ids=CELLS)
def test_cell(value: object, cell: str) -> None:
    assert cell_of(value) == cell


def read_back(lines: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(lines.removeprefix(BOM), newline="")))


def test_a_file_begins_with_a_mark_and_its_heading() -> None:
    lines = list(csv_lines(("row", "=title"), [(2, 'He said "no", twice'), (3, "a\nb")]))
    assert lines[0] == BOM + "row,'=title\r\n"
    assert lines[1] == '2,"He said ""no"", twice"\r\n'
    assert read_back("".join(lines))[2] == ["3", "a\nb"]


def test_lines_are_made_as_they_are_asked_for() -> None:
    taken = []
    lines = csv_lines(("n",), ((taken.append(n) or n,) for n in range(10)))
    next(lines)
    assert taken == []
    next(lines)
    assert taken == [0]


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=5))
def test_texts_read_back_unchanged_and_none_is_a_formula(rows: list[list[str]]) -> None:
    found = read_back("".join(csv_lines(("a", "b"), rows)))[1:]
    assert [[unguarded(cell) for cell in row] for row in found] == rows
    assert not any(cell.startswith(tuple("=+-@\t\r")) for row in found for cell in row)
