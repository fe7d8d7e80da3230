import codecs
import io
import json
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.importing.formats.readers import read
from articles.importing.recognise import SAMPLE_ROWS, recognise
from articles.importing.records import FileError, Format, Layout, Record, Refused
from tests.importing.hostile import workbook

REVIEW = {"@context": "https://schema.org", "@type": "ClaimReview", "claimReviewed": "x"}
NOTE = {"@context": "http://www.w3.org/ns/anno.jsonld", "type": "Annotation", "id": "a"}
ROW = {"title": "A title", "text": 'It says {"@type": "ClaimReview"} and "type": "Annotation".'}


def layout_of(data: bytes, name: str = "file", **choices: str) -> Layout:
    return recognise(io.BytesIO(data), name, **choices)


def encoded(value: object, indent: int | None = None) -> bytes:
    return json.dumps(value, indent=indent).encode()


def zipped(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "<p>text")
    return out.getvalue()


def page(script: str) -> bytes:
    return f'<!DOCTYPE html><script type="application/ld+json">{script}</script>'.encode()


FORMATS: dict[str, tuple[bytes, str, Format]] = {
    "JSONL": (encoded(ROW) + b"\n" + encoded(ROW), "rows.jsonl", "jsonl"),
    "JSONL of one row": (encoded(ROW), "rows", "jsonl"),
    "JSONL after blank lines and a mark": (codecs.BOM_UTF8 + b"\n \n" + encoded(ROW), "x", "jsonl"),
    "JSONL of sources": (encoded({"type": "source", "name": "a"}), "rows", "jsonl"),
    "JSONL with a broken first row": (b'{"title": "a", \n' + encoded(ROW), "rows", "jsonl"),
    "JSONL with a first row longer than the sample": (
        encoded({"title": "a", "text": "x" * 600_000}),
        "rows",
        "jsonl",
    ),
    "JSONL by its name": (b"oops\n" + encoded(ROW), "rows.jsonl", "jsonl"),
    "one review": (encoded(REVIEW, indent=2), "rows.json", "claimreview"),
    "reviews in an array": (encoded([REVIEW]), "rows.json", "claimreview"),
    "a review per line": (encoded(REVIEW) + b"\n" + encoded(REVIEW), "x.jsonl", "claimreview"),
    "a graph": (encoded({"@graph": [REVIEW]}), "rows.json", "claimreview"),
    "a data feed": (encoded({"@type": "DataFeed", "dataFeedElement": []}), "x", "claimreview"),
    "several types": (encoded({"@type": ["ClaimReview"]}), "rows", "claimreview"),
    "a page with a review": (page(json.dumps(REVIEW)), "page.html", "claimreview"),
    "a page with other data": (page('{"@type": "NewsArticle"}'), "page.html", "html"),
    "an annotation": (encoded(NOTE, indent=2), "rows.json", "annotation"),
    "a page of annotations": (encoded({"type": "AnnotationPage"}), "rows", "annotation"),
    "a collection": (encoded({"type": "AnnotationCollection"}), "rows", "annotation"),
    "an annotation per line": (encoded(NOTE) + b"\n" + encoded(NOTE), "rows", "annotation"),
    "HTML": (b"<!-- x --><HTML><p>text", "page", "html"),
    "XHTML": (b"<?xml version='1.0'?>\n<!DOCTYPE html><html/>", "page", "html"),
    "a part of a page, by its name": (b"<p>text</p>", "page.htm", "html"),
    "a zip of pages": (zipped("a.html", "b/c.txt"), "pages.zip", "zip"),
    "a workbook": (workbook(["title", "text"], ["a", "b"]), "anything.zip", "xlsx"),
    "a table": (b"title,text\na,b\n", "rows.csv", "csv"),
    "a table by another name": (b"title,text\na,b\n", "rows.xlsx", "csv"),
    "a table that begins with a quotation mark": (b'"title","text"\na,b\n', "rows", "csv"),
}


@pytest.mark.parametrize(("data", "name", "format"), FORMATS.values(), ids=FORMATS)
def test_the_format_is_recognised_by_content_then_by_name(
    data: bytes, name: str, format: Format
) -> None:
    assert layout_of(data, name).format == format


TABLES = {
    "comma": (b"title,text\na;a,b\n", "utf-8", ","),
    "semicolon": ("title;text\n1,5;2,5\né;b\n".encode(), "utf-8", ";"),
    "tab": (b"title\ttext\na, b\tc, d\n", "utf-8", "\t"),
    "bar": (b"title|text\na,b|c\n", "utf-8", "|"),
    "delimiters in quotation marks": (b'"title";"text"\n"a,b,c\n,,";"d,e"\n', "utf-8", ";"),
    "headings with commas": (b'"title";"text";"x,y"\na;b;c\n', "utf-8", ";"),
    "headings that are not known": (b"Titel A;Wort\na,b;c\nd;e\n", "utf-8", ";"),
    "one column": (b"name\nReuters, Ltd.\n", "utf-8", ","),
    "a hint for Excel": (b"sep=;\ntitle;text\na;b\n", "utf-8", ";"),
    "UTF-8 with mark": (codecs.BOM_UTF8 + "title,text\né,b\n".encode(), "utf-8", ","),
    "UTF-16 little endian": (
        codecs.BOM_UTF16_LE + "title\ttext\né\tb\n".encode("utf-16-le"),
        "utf-16-le",
        "\t",
    ),
    "UTF-16 big endian": (
        codecs.BOM_UTF16_BE + "title;text\né;b\n".encode("utf-16-be"),
        "utf-16-be",
        ";",
    ),
    "latin-1": ("title;text\ncafé;à Genève\n".encode("latin-1"), "windows-1252", ";"),
    "Russian": (
        "title;text\nНовости;Привет, это текст на русском языке про новости.\n".encode(
            "windows-1251"
        ),
        "windows-1251",
        ";",
    ),
    "accents far down": (
        b"title,text\n" + b"x" * (512 * 1024 - 11) + b"RIFF,caf\xe9\n",
        "windows-1252",
        ",",
    ),
    "UTF-8 far down, cut within a character": (
        b"title,text\n" + b"x" * (512 * 1024 - 12) + "é,b\né,é\n".encode(),
        "utf-8",
        ",",
    ),
}


@pytest.mark.parametrize(("data", "encoding", "delimiter"), TABLES.values(), ids=TABLES)
def test_encoding_and_delimiter_are_recognised(data: bytes, encoding: str, delimiter: str) -> None:
    layout = layout_of(data, "rows.csv")
    assert (layout.encoding, layout.delimiter) == (encoding, delimiter)


def test_headings_mapping_kind_and_the_first_rows_are_given() -> None:
    data = b"row,Headline,,Body,Colour,problem\n" + b"1,a,x,b,\xff\0,p\n" * 9
    layout = layout_of(data, "rows.csv")
    assert layout.kind == "article"
    assert layout.headings == ("Headline", "Body", "Colour")
    assert layout.mapping == {"Headline": "title", "Body": "text", "Colour": ""}
    assert layout.sample == (("a", "b", "ÿ�"),) * SAMPLE_ROWS


def test_the_sample_of_a_workbook_is_text() -> None:
    layout = layout_of(workbook(["name", "protected", "id"], ["a", True, 7.0]), "rows.xlsx")
    assert (layout.kind, layout.sample) == ("source", (("a", "True", "7"),))


def test_long_cells_are_cut_in_the_sample() -> None:
    layout = layout_of(b"title,text\na," + b"x" * 600_000 + b"\n", "rows.csv")
    assert layout.sample == (("a", "x" * 200 + "…"),)


def test_the_file_is_left_at_its_beginning() -> None:
    for data in (b"title,text\na,b\n", encoded(ROW), workbook(["title", "text"], ["a", "b"])):
        file = io.BytesIO(data)
        recognise(file, "rows")
        assert file.tell() == 0


def test_a_layout_survives_being_stored() -> None:
    layout = layout_of(b"title,text\na,b\n")
    assert Layout.from_dict(json.loads(json.dumps(layout.as_dict()))) == layout


def test_what_an_admin_says_wins() -> None:
    data = b"A,B\n1,2\n"
    layout = recognise(
        io.BytesIO(data), "x", format="csv", kind="source", mapping={"B": "name", "C": "kind"}
    )
    assert (layout.kind, layout.mapping) == ("source", {"A": "", "B": "name"})
    assert layout_of(b"title,text\na,b\n", kind="document").kind == "document"
    assert layout_of(b"<html>", format="jsonl").format == "jsonl"


def test_a_mapping_alone_tells_the_kind_even_of_headings_that_look_like_data() -> None:
    mapping = {"1": "name", "2": "homepage"}
    layout = recognise(io.BytesIO(b"1,2\na,b\n"), "x.csv", mapping=mapping)
    assert (layout.kind, layout.mapping) == ("source", mapping)


WRONG = {
    "no such format": ({"format": "pdf"}, "There is no format “pdf”: use one of jsonl, csv"),
    "no such kind": ({"kind": "person"}, "There is no kind “person”: use one of article, claim"),
    "another format than it is": ({"format": "xlsx"}, "The workbook is damaged"),
}


@pytest.mark.parametrize(("choices", "message"), WRONG.values(), ids=WRONG)
def test_wrong_choices_are_refused(choices: dict[str, str], message: str) -> None:
    with pytest.raises(FileError, match=message):
        layout_of(b"title,text\na,b\n", **choices)


def test_a_file_larger_than_the_most_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("articles.importing.recognise.MAX_IMPORT", 10)
    with pytest.raises(FileError, match="The file has 15 bytes; 10 are the most"):
        layout_of(b"title,text\na,b\n")


PIECES = st.sampled_from(
    [
        *(b"title", b"text", b"name", b"sep=", b",", b";", b"\t", b"|", b'"', b"'", b" "),
        *(b"\n", b"\r", b"\0", b"\xe9", b"\xff\xfe", "é".encode(), b"{", b"[", b"<"),
        b"PK\x03\x04",
    ]
)


@given(st.lists(PIECES).map(b"".join) | st.binary())
def test_any_bytes_are_recognised_and_read_or_refused(data: bytes) -> None:
    found: list[object]
    try:
        layout = layout_of(data, "rows.csv")
        found = [*read(io.BytesIO(data), layout)] if layout.is_table else []
    except FileError as error:
        found = [error]
    assert all(isinstance(row, Record | Refused) or str(row) for row in found)
