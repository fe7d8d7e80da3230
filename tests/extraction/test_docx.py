import io
import zipfile
from datetime import date

import pytest

from articles.extraction.read import read
from articles.text.errors import ExtractionError
from tests.extraction.files import RELATIONS, TYPES, archive, docx, paragraph, table

CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
    'core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:dcterms="http://purl.org/dc/terms/"><dc:title>Der Fluss</dc:title>'
    "<dc:creator>Ann Example</dc:creator><dc:language>de</dc:language>"
    "<dcterms:created>2024-05-06T07:08:09Z</dcterms:created></cp:coreProperties>"
)


def reason(data: bytes, name: str = "") -> str:
    with pytest.raises(ExtractionError) as caught:
        read(data, name=name)
    return str(caught.value)


def kinds(body: str) -> list[tuple[str, str]]:
    found = read(docx(body))
    return [(block.kind, found.text[block.start : block.end]) for block in found.blocks]


def test_blocks():
    assert kinds(
        paragraph("The river", "Title")
        + paragraph("Spring", "heading1")
        + paragraph("It rose & fell.")
        + paragraph("“Such water.”", "Quote")
        + paragraph("one", item=True)
        + paragraph("two", item=True)
        + table(["year", "metres"], ["2023", "4.1"])
        + paragraph("The bridge", "caption")
    ) == [
        ("heading", "The river"),
        ("heading", "Spring"),
        ("paragraph", "It rose & fell."),
        ("quotation", "“Such water.”"),
        ("paragraph", "one"),
        ("paragraph", "two"),
        ("paragraph", "year | metres"),
        ("paragraph", "2023 | 4.1"),
        ("caption", "The bridge"),
    ]


def test_korean():
    words = "한들시가 새벽 시장을 옮긴다."
    found = read(docx(paragraph(words)))
    assert (found.text, found.format, found.pages) == (words, "docx", ())


def test_what_the_file_says_of_itself():
    found = read(docx(paragraph("x"), **{"docProps/core.xml": CORE}))
    assert (found.title, found.byline, found.language) == ("Der Fluss", "Ann Example", "de")
    assert found.published_on == date(2024, 5, 6)


def test_heading_is_the_title_of_a_file_without_one():
    assert read(docx(paragraph("The river", "heading1") + paragraph("x"))).title == "The river"


def test_deleted_words_are_left_out_and_inserted_ones_kept():
    revised = (
        "<w:p><w:r><w:t>It </w:t></w:r><w:del><w:r><w:delText>fell</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>rose</w:t></w:r></w:ins></w:p>"
    )
    assert read(docx(revised)).text == "It rose"


def lying_size(size: int) -> bytes:
    """A document that tells a wrong unpacked size of its main part, in both places."""
    data = bytearray(docx("<w:p/>" * 500_000))
    for mark, at in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
        name = 30 if mark == b"PK\3\4" else 46
        start = data.find(mark)
        while data[start + name : start + name + 17] != b"word/document.xml":
            start = data.find(mark, start + 1)
        data[start + at : start + at + 4] = size.to_bytes(4, "little")
    return bytes(data)


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    "<w>&b;</w>"
)
OUTSIDE = '<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]><w>&a;</w>'
DEEP = "<w:p>" * 300 + "</w:p>" * 300
EMPTY = {"[Content_Types].xml": TYPES, "_rels/.rels": RELATIONS}
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

REFUSED = {
    "no document": (
        archive({"[Content_Types].xml": TYPES, "_rels/.rels": RELATIONS}),
        "zip archive",
    ),
    "no main part": (archive({**EMPTY, "word/x.xml": "<a/>"}), "damaged"),
    "declared bomb": (
        docx("", **{"word/media/a.bin": bytes(101 * 1024 * 1024)}),
        "unpacks to more",
    ),
    "ratio": (docx("", **{"word/a.xml": "<a>" + " " * 9_000_000 + "</a>"}), "far more than a text"),
    "size told too small": (lying_size(100), "cannot be unpacked"),
    "size told too large": (lying_size(3_500_000_000), "unpacks to more"),
    "many parts": (docx("", **{f"word/{n}": "" for n in range(5_001)}), "5,006 parts"),
    "entity bomb": (docx("", **{"word/footnotes.xml": BOMB}), "defines XML entities"),
    "entity bomb in UTF-16": (
        docx("", **{"docProps/core.xml": BOMB.encode("utf-16")}),
        "defines XML entities",
    ),
    "outside entity": (docx("", **{"docProps/core.xml": OUTSIDE}), "defines XML entities"),
    "deep": (docx(DEEP), "nested too deeply"),
    "malformed": (docx("<w:p>"), "not well-formed"),
    "path upwards": (docx("", **{"word/../../x": "x"}), "forbidden names"),
    "absolute path": (docx("", **{"/etc/x": "x"}), "forbidden names"),
    "Windows path": (docx("", **{"C:\\x": "x"}), "forbidden names"),
    "macros": (docx(paragraph("x"), **{"word/vbaProject.bin": "x"}), "has macros"),
    "no text": (docx("<w:p/>"), "has no text"),
    "spreadsheet": (archive({"xl/workbook.xml": "<a/>"}), "a spreadsheet"),
    "presentation": (archive({"ppt/presentation.xml": "<a/>"}), "a presentation"),
    "OpenDocument": (archive({"META-INF/manifest.xml": "<a/>"}), "an OpenDocument file"),
    "zip": (archive({"a.txt": "x"}), "a zip archive"),
    "empty zip": (archive({}), "a zip archive"),
    "cut off": (docx(paragraph("x"))[:-40], "cannot be unpacked"),
    "garbage": (b"PK\3\4" + bytes(range(256)), "cannot be unpacked"),
    "locked": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        "locked",
    ),
    "old Word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(999), "of the old kind (.doc)"),
    "RTF": (b"{\\rtf1 Hello}", "an RTF document"),
}


@pytest.mark.parametrize(("data", "words"), REFUSED.values(), ids=REFUSED)
def test_refused(data: bytes, words: str):
    assert words in reason(data, "document.docx")


def test_duplicate_part():
    written = io.BytesIO(docx(paragraph("x")))
    with zipfile.ZipFile(written, "a") as file, pytest.warns(UserWarning, match="Duplicate"):
        file.writestr("word/document.xml", "<a/>")
    assert "forbidden names" in reason(written.getvalue())


def test_macro_name_without_macros_is_read():
    assert read(docx(paragraph("x")), name="x.docm").text == "x"
