import io
from datetime import date, datetime, time

import openpyxl
import pytest

from articles.importing.formats import xlsx
from articles.importing.recognise import recognise
from articles.importing.records import FileError, Record, Refused
from tests.importing.hostile import workbook

HEADINGS: list[object] = ["id", "title", "text", "published_on"]


def rows_of(data: bytes, kind: str = "article") -> list[Record | Refused]:

    how = recognise(io.BytesIO(data), "rows.xlsx", kind=kind)
    return list(xlsx.read(io.BytesIO(data), how))


VALUES = {
    "text": ("7", "7"),
    "text with spaces": (" a ", " a "),
    "a whole number as an id": (7, "7"),
    "a number with a fraction as an id": (7.5, "7.5"),
    "a formula of ours": ("'=1", "=1"),
    "a date": (date(2024, 2, 29), date(2024, 2, 29)),
    "a date and time": (datetime(2024, 2, 29, 3, 4, 5), datetime(2024, 2, 29, 3, 4, 5)),
    "a time": (time(3, 4), "03:04:00"),
    "a truth value": (True, True),
    "nothing": (None, ""),
}


@pytest.fixture(scope="module")
def read() -> list[Record | Refused]:
    """A row for each of the values, read at once: each reading starts a process."""
    return rows_of(workbook(HEADINGS, *([value, "a", "b", None] for value, _ in VALUES.values())))


@pytest.mark.parametrize("name", VALUES)
def test_values(read: list[Record | Refused], name: str) -> None:
    place, (_, expected) = list(VALUES).index(name), VALUES[name]
    assert len(read) == len(VALUES)
    row = read[place]
    assert isinstance(row, Record)
    assert (row.row, row.fields["id"]) == (place + 2, expected)
    assert type(row.fields["id"]) is type(expected)


def test_numbers_in_columns_of_offsets_and_dates_stay_numbers() -> None:
    (row,) = rows_of(workbook(["article", "start", "decided_at"], [1, 17.0, 45000]), "claim")
    assert row.fields == {"article": "1", "start": 17, "decided_at": 45000}


def test_rows_have_the_numbers_of_the_sheet() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for place, value in {"B3": "title", "D3": "text", "B4": "a", "D4": "b", "B9": "c"}.items():
        sheet[place] = value
    out = io.BytesIO()
    book.save(out)
    assert [(row.row, dict(row.fields)) for row in rows_of(out.getvalue())] == [
        (4, {"title": "a", "text": "b"}),
        (9, {"title": "c", "text": ""}),
    ]


def test_cells_with_errors_and_numbers_that_lost_digits_are_all_named() -> None:
    data = workbook(HEADINGS, [10**15, "#N/A", "b", "#REF!"], [1, 2, 3, 4], errors=("B2", "D2"))
    refused, good = rows_of(data)
    assert isinstance(refused, Refused)
    assert [(p.row, p.column, p.value) for p in refused.problems] == [
        (2, "id", "1000000000000000"),
        (2, "title", "#N/A"),
        (2, "published_on", "#REF!"),
    ]
    assert isinstance(good, Record)


def test_the_sheet_whose_headings_are_known_is_read() -> None:
    book = openpyxl.Workbook()
    book.active.append(["Read this first"])
    book.create_sheet("Empty")
    rows = book.create_sheet("Rows")
    rows.append(["title", "text"])
    rows.append(["a", "b"])
    out = io.BytesIO()
    book.save(out)
    assert [row.fields for row in rows_of(out.getvalue())] == [{"title": "a", "text": "b"}]


def test_a_workbook_larger_than_the_most_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MAX_SHEET", 1000)
    with pytest.raises(FileError, match="The workbook is larger than"):
        rows_of(workbook(HEADINGS, ["1", "a", "b", None]))


def test_a_workbook_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "SECONDS", 0.001)
    with pytest.raises(FileError, match="takes longer than"):
        rows_of(workbook(HEADINGS, ["1", "a", "b", None]))
