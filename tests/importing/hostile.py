"""Tables that are broken or mean harm: name → the file, made when asked for, and what is said."""

import codecs
import gzip
import hashlib
import io
import zipfile
from collections.abc import Callable

import openpyxl

HEADINGS = b"title,text,url\n"
GOOD = b"A title,Some text,https://example.org/\n"
SHEET = "xl/worksheets/sheet1.xml"

_LONG = hashlib.shake_128(b"text").digest(2_500_001).hex().encode()[:5_000_001]
Make = Callable[[], tuple[str, bytes]]


def _csv(*lines: bytes) -> Make:
    return lambda: ("rows.csv", HEADINGS + GOOD + b"".join(lines) + GOOD)


def _raw(data: bytes, name: str = "rows.csv") -> Make:
    return lambda: (name, data)


def workbook(*rows: list[object], errors: tuple[str, ...] = ()) -> bytes:
    """A workbook of one sheet; ``errors`` are the cells whose values are errors."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for place in errors:
        book.active[place].data_type = "e"
    return _saved(book)


def _saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _xlsx(*rows: list[object], errors: tuple[str, ...] = ()) -> Make:
    headed = (["title", "text", "id"], *rows)
    return lambda: ("rows.xlsx", workbook(*headed, errors=errors))


def _two_sheets() -> tuple[str, bytes]:
    book = openpyxl.Workbook()
    book.active.append(["title", "text"])
    book.create_sheet("More").append(["title", "text"])
    return "rows.xlsx", _saved(book)


def _only_hidden() -> tuple[str, bytes]:
    book = openpyxl.Workbook()
    book.create_sheet("Hidden").append(["title", "text"])
    book["Hidden"].sheet_state = "hidden"
    return "rows.xlsx", _saved(book)


def _far_cell() -> tuple[str, bytes]:
    book = openpyxl.Workbook()
    book.active.append(["title", "text"])
    book.active["XFD1048576"] = "far"
    return "rows.xlsx", _saved(book)


def _wide() -> tuple[str, bytes]:
    return "rows.xlsx", workbook(["title", "text", *map(str, range(300))], ["a", "b"])


def edited(part: str, edit: Callable[[bytes], bytes], size: int = 0) -> Make:
    """A sound workbook of which one part is changed; ``size`` is what the zip says of it."""

    def make() -> tuple[str, bytes]:
        sound = workbook(["title", "text"], ["A title", "Some text"])
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(sound)) as old, zipfile.ZipFile(out, "w", 8) as new:
            for name in old.namelist():
                data = old.read(name)
                new.writestr(name, edit(data) if name == part else data)
            if size:
                new.getinfo(part).file_size = size
        return "rows.xlsx", out.getvalue()

    return make


def _with_entities(sheet: bytes) -> bytes:
    entities = b'<!ENTITY a0 "ha">' + b"".join(
        b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12)
    )
    bomb = sheet.replace(b"A title", b"&a11;")
    return b"<!DOCTYPE worksheet [" + entities + b"]>" + bomb


def _inflated(sheet: bytes) -> bytes:
    return sheet.replace(b"A title", b"a" * 30_000_000)


def _locked_part() -> tuple[str, bytes]:
    name, data = edited(SHEET, bytes)()
    # The flag of encryption, in the directory and before each part.
    data = data.replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01")
    return name, data


def _cut() -> tuple[str, bytes]:
    return "rows.xlsx", workbook(["title", "text"], ["a", "b"])[:2000]


def _ole(more: bytes) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500 + more


def _zip_of(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


def _vast_directory() -> tuple[str, bytes]:
    data = _zip_of("a.html")
    at = data.rindex(b"PK\x05\x06") + 12
    return "rows.zip", data[:at] + (1024**3).to_bytes(4, "little") + data[at + 4 :]


CSV: dict[str, tuple[Make, str]] = {
    "empty": (_raw(b""), "The file is empty"),
    "a byte order mark and nothing": (_raw(codecs.BOM_UTF8), "The file is empty"),
    "blank lines": (_raw(b"\n\r\n  \n"), "The file is empty"),
    "delimiters only": (_raw(b",,,\n,,\n"), "The file has no rows"),
    "headings only": (_raw(HEADINGS), "no rows below the headings"),
    "no headings": (_raw(GOOD * 3), "looks like data, not like headings"),
    "a required heading is missing": (
        _raw(b"title,link\na,https://example.org/\n"),
        "No heading is mapped to “text”",
    ),
    "a heading twice": (_raw(b"title,text,title\na,b,c\n"), "over columns 1 and 3"),
    "a million columns": (
        _raw(b",".join(b"c%d" % n for n in range(1_000_000)) + b"\n"),
        "more than 200 columns",
    ),
    "300 columns": (_raw(b",".join(b"c%d" % n for n in range(300)) + b"\na\n"), "more than 200"),
    "a million cells in a row": (_csv(b"a," * 1_000_000 + b"\n"), "more than 200 columns"),
    "headings of a megabyte": (_raw(b"title" * 200_000 + b"\na\n"), "more than 200,000 characters"),
    "headings with a quotation mark too many": (_raw(b'"title"x,text\na,b\n'), "headings cannot"),
    "too few cells": (_csv(b"only one\n"), "1 cells, but there are 3 headings"),
    "too many cells": (_csv(b"a,b,c,d\n"), "4 cells, but there are 3 headings"),
    "a zero byte": (_csv(GOOD * 20, b"a,b\0c,d\n"), "zero byte"),
    "zero bytes only": (_raw(b"\0" * 5000), "The file is empty"),
    "UTF-16 without a mark": (_raw(HEADINGS.decode().encode("utf-16-le")), "byte order mark"),
    "a byte that is no UTF-8": (
        _csv("é ü ñ,“text” – …,\n".encode() * 5, b"caf\xe9,b,c\n"),
        "the byte E9 in it, which does not fit utf-8",
    ),
    "a lone surrogate in UTF-16": (
        _raw(codecs.BOM_UTF16_LE + "title,text\na,b\n".encode("utf-16-le") + b"\x00\xd8x\0,\0b\0"),
        "the byte 00 in it, which does not fit utf-16-le",
    ),
    "UTF-16 cut within a character": (
        _raw(codecs.BOM_UTF16_LE + "title,text\na,bé".encode("utf-16-le") + b"\xe9"),
        "the byte E9 in it",
    ),
    "a surrogate written as UTF-8": (
        _csv("é ü ñ,“text” – …,\n".encode() * 5, b"\xed\xa0\x80,b,c\n"),
        "the byte ED in it",
    ),
    "a cell of 10 MB": (_csv(b"a," + b"x" * 10_000_000 + b",c\n"), "10,000,000 characters"),
    "a quoted cell of 10 MB": (
        _csv(b'a,"' + b"words of a line\n" * 625_000 + b'",c\n'),
        "10,000,000 characters",
    ),
    "a row of 20 MB": (_csv(b"x" * 20_000_000 + b"\n"), "more than 15,000,000 characters"),
    "a quotation mark never closed": (
        _csv(b'a,b,"c\n', GOOD * 30),
        "opens a cell in line 3 is never closed",
    ),
    "a quotation mark never closed in 20 MB": (
        _csv(b'"a\nb",c,"d\n', GOOD * 500_000),
        "opens a cell in line 4 is never closed",
    ),
    "a quotation mark closed too early": (_csv(b'a,"b"c,d\n'), "neither opens nor closes a cell"),
    "a quotation mark closed by the next row's": (
        _csv(b'a,"b,c\nd,"e",f\n'),
        "lines 3 to 4, which were read as one row",
    ),
    "a PDF": (_raw(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), "a PDF document"),
    "a PNG": (_raw(b"\x89PNG\r\n\x1a\n" + b"\0" * 40), "a PNG image"),
    "gzip": (_raw(gzip.compress(HEADINGS + GOOD), "rows.csv.gz"), "a gzip archive"),
    "a program": (_raw(b"\x7fELF\x02\x01\x01" + b"\0" * 40), "a program"),
    "random bytes": (_raw(hashlib.shake_128(b"noise").digest(5000)), "binary, not text"),
    "a news feed": (_raw(b"<?xml version='1.0'?><rss><channel/></rss>"), "news feed"),
    "another XML": (_raw(b"<?xml version='1.0'?><note/>"), "XML"),
    "one JSON array": (_raw(b'[{"title": "a"}]', "rows.json"), "on a line of its own"),
    "JSON of another type": (_raw(b'{"@type": "Recipe"}'), "type “Recipe”"),
}
XLSX: dict[str, tuple[Make, str]] = {
    "no cells": (_raw(workbook(), "rows.xlsx"), "no cells"),
    "headings only": (_xlsx(), "no rows below the headings"),
    "no headings": (
        _raw(workbook(["https://a.example/", 1, 2], ["x", 3, 4]), "rows.xlsx"),
        "looks like data",
    ),
    "a heading twice": (
        _raw(workbook(["title", "text", "text"], ["a", "b", "c"]), "rows.xlsx"),
        "over columns 2 and 3",
    ),
    "rows on two sheets": (_two_sheets, "several sheets (“Sheet”, “More”)"),
    "rows on a hidden sheet only": (_only_hidden, "no cells"),
    "302 columns": (_wide, "beyond column 200"),
    "a cell in the last corner": (_far_cell, "damaged, or too large or complex"),
    "an error": (_xlsx(["#REF!", "b", 1], errors=("A2",)), "gives the error #REF!"),
    "an error of a missing value": (_xlsx(["a", "#N/A", 1], errors=("B2",)), "the error #N/A"),
    "an id of 20 digits": (_xlsx(["a", "b", 12345678901234567890]), "more digits than a sheet"),
    "a zero byte as an escape": (_xlsx(["a", "b_x0000_c", 1]), "zero byte"),
    "a cell of more than 5,000,000 characters": (
        edited(SHEET, lambda sheet: sheet.replace(b"Some text", _LONG)),
        "5,000,001 characters",
    ),
    "cut short": (_cut, "damaged or cut short"),
    "junk after the signature": (_raw(b"PK\x03\x04" + b"x" * 90, "rows.xlsx"), "damaged or cut"),
    "an entity bomb": (edited(SHEET, _with_entities), "declares entities"),
    "a zip bomb": (edited(SHEET, _inflated), "looks like a trap"),
    "600 MB unpacked": (edited(SHEET, bytes, 600 * 1024**2), "larger than 512 MB unpacked"),
    "a zip bomb that lies": (edited(SHEET, _inflated, 1000), "damaged"),
    "broken XML": (edited(SHEET, lambda sheet: sheet[:400]), "damaged"),
    "a workbook that is no XML": (edited("xl/workbook.xml", lambda _: b"\xff\xfe?"), "damaged"),
    "locked parts": (_locked_part, "locked with a password"),
    "locked with a password": (
        _raw(_ole("EncryptedPackage".encode("utf-16-le")), "rows.xlsx"),
        "locked with a password",
    ),
    "an old workbook": (_raw(_ole(b"Workbook"), "rows.xls"), "an old Office document"),
    "a binary workbook": (_raw(_zip_of("xl/workbook.bin"), "rows.xlsb"), "XLSB"),
    "a Word document": (_raw(_zip_of("word/document.xml"), "rows.docx"), "a Word document"),
    "a presentation": (_raw(_zip_of("ppt/presentation.xml"), "a.pptx"), "a presentation"),
    "OpenDocument": (_raw(_zip_of("META-INF/manifest.xml"), "a.ods"), "OpenDocument"),
    "an empty zip": (_raw(_zip_of(), "rows.zip"), "no files in it"),
    "a directory of a gigabyte": (_vast_directory, "lists too many files"),
    "only the name of a workbook part": (_raw(_zip_of("xl/workbook.xml"), "a.xlsx"), "damaged"),
}
