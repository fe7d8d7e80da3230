import codecs
import csv
import io
import tracemalloc
from collections.abc import Iterator
from itertools import chain, islice, repeat
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.importing.delimiters import DELIMITERS
from articles.importing.formats.csv_table import read
from articles.importing.formats.guard import guarded
from articles.importing.records import FileError, Layout, Record, Refused

MAPPING = {"title": "title", "text": "text", "url": "url"}


def layout(encoding: str = "utf-8", delimiter: str = ",", **mapping: str) -> Layout:
    return Layout("csv", "article", encoding, delimiter, mapping=mapping or MAPPING)


def rows_of(data: bytes, how: Layout | None = None) -> list[Record | Refused]:
    return list(read(io.BytesIO(data), how or layout()))


def cells_of(data: bytes, how: Layout | None = None) -> list[tuple[int, list[Any]]]:
    return [(row.row, list(row.fields.values())) for row in rows_of(data, how)]


HEAD = b"title,text,url\n"
ROWS = {
    "plain": (HEAD + b"a,b,c\nd,e,f\n", [(2, ["a", "b", "c"]), (3, ["d", "e", "f"])]),
    "no line end at the end": (HEAD + b"a,b,c", [(2, ["a", "b", "c"])]),
    "line ends of Windows": (HEAD + b"a,b,c\r\nd,e,f\r\n", [(2, [*"abc"]), (3, [*"def"])]),
    "line ends of old Macs": (b"title,text,url\ra,b,c\rd,e,f", [(2, [*"abc"]), (3, [*"def"])]),
    "a byte order mark": (codecs.BOM_UTF8 + b'"title",text,url\na,b,c\n', [(2, [*"abc"])]),
    "a cell of several lines": (
        HEAD + b'a,"b\nb\r\nb",c\nd,e,f\n',
        [(2, ["a", "b\nb\r\nb", "c"]), (5, ["d", "e", "f"])],
    ),
    "blank rows": (HEAD + b"\n , ,\na,b,c\n\n,,\nd,e,f\n\n", [(4, [*"abc"]), (7, [*"def"])]),
    "blank lines before the headings": (b"\n,,\n" + HEAD + b"a,b,c\n", [(4, [*"abc"])]),
    "quotation marks within": (
        HEAD + b'"say ""a""",5" pipe,""\n',
        [(2, ['say "a"', '5" pipe', ""])],
    ),
    "empty cells at the end beyond the headings": (HEAD + b"a,b,c,, \n", [(2, [*"abc"])]),
    "formulas of ours": (
        HEAD + b"'=1+1,'-x,'@a\n'text,it's,''=b\n",
        [(2, ["=1+1", "-x", "@a"]), (3, ["'text", "it's", "'=b"])],
    ),
    "formulas of others": (HEAD + b"=1+1,-x,+y\n", [(2, ["=1+1", "-x", "+y"])]),
    "the delimiter hint of Excel": (b"sep=,\n" + HEAD + b"a,b,c\n", [(3, [*"abc"])]),
    "a column without a heading": (b",title,text\n0,a,b\n", [(2, ["a", "b"])]),
    "headings with stray spaces": (b' title ,"te\nxt",x\na,b,c\n', [(3, ["a", "c"])]),
    "columns of the file of refused rows": (
        b"row,title,text,problem,remedy\n7,a,b,It is wrong.,Mend it.\n",
        [(2, ["a", "b"])],
    ),
}


@pytest.mark.parametrize(("data", "expected"), ROWS.values(), ids=ROWS)
def test_rows(data: bytes, expected: list[tuple[int, list[str]]]) -> None:
    mapping = MAPPING | ({"x": "text"} if b",x\n" in data else {})
    assert cells_of(data, layout(**mapping)) == expected


def test_columns_are_given_by_field_and_those_without_one_are_left_out() -> None:
    how = layout(Headline="title", Body="text", Notes="")
    (row,) = rows_of(b"Notes,Body,Headline,More\n1,b,a,2\n", how)
    assert row == Record(2, "article", {"text": "b", "title": "a"})


def test_a_row_of_too_few_cells_is_refused_with_those_it_has() -> None:
    _, refused, good = rows_of(HEAD + b"a,b,c\nd,e\ng,h,i\n")
    assert isinstance(refused, Refused)
    assert (refused.row, refused.fields) == (3, {"title": "d", "text": "e"})
    assert refused.problems[0].reason == "The row has 2 cells, but there are 3 headings."
    assert isinstance(good, Record)


def test_a_row_of_too_many_cells_is_refused_and_says_what_is_left_over() -> None:
    (refused,) = rows_of(HEAD + b"a,b,c,d,e\n")
    assert isinstance(refused, Refused)
    assert refused.fields == {"title": "a", "text": "b", "url": "c"}
    assert refused.problems[0].value == "d,e"
    assert "a cell with a comma in it needs quotation marks" in refused.problems[0].remedy


def test_bytes_that_do_not_fit_refuse_their_cells_and_no_other_row() -> None:
    before, refused, after = rows_of(HEAD + "é,ü,c\n".encode() + b"\xe9,b,\xff\0\n" + b"a,b,c\n")
    assert isinstance(before, Record)
    assert isinstance(refused, Refused)
    assert [(p.column, p.value) for p in refused.problems] == [("title", "�"), ("url", "��")]
    assert refused.fields == {"title": "�", "text": "b", "url": "��"}
    assert after == Record(4, "article", {"title": "a", "text": "b", "url": "c"})


def test_damage_in_a_column_that_is_left_out_does_no_harm() -> None:
    assert cells_of(b"title,text,x\na,b,\xff\0\n") == [(2, ["a", "b"])]


def test_rows_after_a_stray_quotation_mark_are_read_on() -> None:
    refused, good = rows_of(HEAD + b'a,"b,c\nd,"e",f\ng,h,i\n')
    assert isinstance(refused, Refused)
    assert "lines 2 to 3, which were read as one row" in refused.problems[0].reason
    assert good.row == 4


def test_the_line_where_a_cell_was_opened_that_never_closes_is_named() -> None:
    rows = read(io.BytesIO(HEAD + b'a,b,c\n"d\nd","",e"\n"f\n","""\ng\n'), layout())
    assert next(rows).row == 2
    with pytest.raises(FileError, match="opens a cell in line 6 is never closed"):
        list(rows)


WRONG_HEADINGS = {
    "other headings": (b"a,b\nc,d\n", "Row 1 has “a”, “b”. No heading is mapped to “title”"),
    "a required one missing": (b"title,url\nc,d\n", "No heading is mapped to “text”"),
    "two of a name": (b"title,text,text\n", "“text” stands over columns 2 and 3"),
    "none": (b"", "The file has no rows. Put a row of headings on top"),
    "only ours": (b"row,problem\n1,2\n", "Row 1 has no headings"),
}


@pytest.mark.parametrize(("data", "message"), WRONG_HEADINGS.values(), ids=WRONG_HEADINGS)
def test_wrong_headings_refuse_the_file(data: bytes, message: str) -> None:
    with pytest.raises(FileError, match=message):
        rows_of(data)


def test_the_file_stays_open() -> None:
    file = io.BytesIO(HEAD + b"a,b,c\n")
    list(read(file, layout()))
    assert not file.closed


def test_more_rows_than_the_most_refuse_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("articles.importing.formats.csv_table.MAX_ROWS", 2)
    assert len(rows_of(HEAD + b"a,b,c\n" * 2)) == 2
    with pytest.raises(FileError, match="rows: split it into several files"):
        rows_of(HEAD + b"a,b,c\n" * 3)


ENCODINGS = {
    "utf-8": b"",
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "gb18030": b"",
}
CELLS = st.text(
    st.characters(codec="utf-8", exclude_characters="\0") | st.sampled_from("\"',;\t|\n\r=+-@ ")
)
TABLES = st.lists(st.tuples(CELLS, CELLS, CELLS).filter(lambda row: any(c.strip() for c in row)))


@given(TABLES, st.sampled_from([*DELIMITERS]), st.sampled_from([*ENCODINGS]), st.booleans())
def test_a_table_that_was_written_reads_back(
    table: list[tuple[str, str, str]], delimiter: str, encoding: str, quoted: bool
) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL if quoted else 0)
    writer.writerow(MAPPING)
    writer.writerows([guarded(cell) for cell in row] for row in table)
    data = ENCODINGS[encoding] + out.getvalue().encode(encoding)
    rows = rows_of(data, layout(encoding, delimiter))
    assert [tuple(row.fields.values()) for row in rows] == table
    assert all(isinstance(row, Record) for row in rows)


@given(st.binary(max_size=200), st.sampled_from([*ENCODINGS, "cp1252", "cp932", "iso2022_jp"]))
def test_any_bytes_give_rows_or_a_reason(data: bytes, encoding: str) -> None:
    try:
        found: list[object] = [
            *rows_of("title,text,url\n".encode(encoding) + data, layout(encoding))
        ]
    except FileError as error:
        found = [error]
    assert all(isinstance(row, Record | Refused) or str(row) for row in found)


class Endless(io.RawIOBase):
    """A file that is made while it is read."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        while len(self._rest) < size and (piece := next(self._pieces, b"")):
            self._rest += piece
        piece, self._rest = self._rest[:size], self._rest[size:]
        return piece


def test_memory_stays_flat_over_a_file_of_60_megabytes() -> None:
    row = '"An article, of a kind","{}",https://example.org/\n'.format("Wörter, “viele”. " * 3_300)
    count = 60_000_000 // len(row.encode()) + 1
    file: Any = Endless(chain([HEAD], islice(repeat(row.encode()), count)))
    tracemalloc.start()
    try:
        read_rows = sum(isinstance(found, Record) for found in read(file, layout()))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert read_rows == count
    assert peak < 8_000_000
