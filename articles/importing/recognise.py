"""Tells how a file is built: by what is in it first, by its name second.

What an admin says (``format``, ``kind``, ``mapping``) wins over what is found.
"""

import codecs
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from io import SEEK_END
from itertools import islice
from pathlib import PurePath
from typing import Any, BinaryIO, TypeVar

from articles.importing.delimiters import guess_delimiter
from articles.importing.formats import csv_table, xlsx
from articles.importing.formats.pages_zip import Guarded
from articles.importing.formats.table import check_headings, clean_headings
from articles.importing.limits import MAX_IMPORT
from articles.importing.mapping import guess_kind, suggest
from articles.importing.records import FORMATS, KINDS, FileError, Format, Kind, Layout, shown
from articles.text.decode import UndecodableError, guess_encoding

T = TypeVar("T", Kind, Format)

SAMPLE_ROWS = 5
_SAMPLE = 512 * 1024
"""Bytes from which encoding, format and delimiter are told."""
_SIGNATURE = 16
_TAKEN = (
    "An import takes tables (CSV, XLSX), JSONL, ClaimReview and Web Annotation as JSON-LD, and "
    "HTML pages, also in a zip."
)
_ZIPPED = (b"PK\x03\x04", b"PK\x05\x06")
_END_OF_ZIP = 22 + 65_535
"""Bytes of the last part of a zip, with the longest comment (APPNOTE 4.3.16)."""
_MAX_DIRECTORY = 16 * 1024**2
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_PARTS = (
    ("word/", "a Word document: add it as an article, or put its rows into a table"),
    ("ppt/", "a presentation: put its rows into a table"),
    ("xl/workbook.bin", "a binary workbook (XLSB): save it as XLSX or CSV"),
    ("META-INF/manifest.xml", "an OpenDocument file: save it as XLSX or CSV"),
)
_BEFORE_ROOT = r"\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*"
_HTML = re.compile(_BEFORE_ROOT + r"<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)
_FEED = re.compile(_BEFORE_ROOT + r"<(?:rss|feed|rdf:RDF)\b", re.I | re.S)
_MARKUP = re.compile(r"\s*<[!?a-z]", re.I)
_LD_JSON = re.compile(r"""<script[^>]*\btype\s*=\s*["']?application/ld\+json""", re.I)
# A quotation mark within a string of JSON has a backslash before it.
_TYPE = r'(?<!\\)"@?type"\s*:\s*(?:\[[^\]]{0,200})?"'
_CLAIM_REVIEW = re.compile(_TYPE + r'(?:schema:|https?://schema\.org/)?(?:ClaimReview|DataFeed)"')
_ANNOTATION = re.compile(
    _TYPE + r'(?:oa:)?Annotation(?:Page|Collection)?"'
    r'|(?<!\\)"https?://www\.w3\.org/ns/anno\.jsonld"'
)
_OTHER_TYPE = re.compile(r'(?<!\\)"@type"\s*:\s*(?:\[\s*)?"([^"]{1,60})"')


def recognise(
    file: BinaryIO,
    name: str,
    *,
    format: str = "",
    kind: str = "",
    mapping: Mapping[str, str] | None = None,
) -> Layout:
    """The layout of a file, which is left at its beginning. Raises FileError."""
    head = _head(file)
    found = _chosen(format, FORMATS, "format") or _format_of(file, head, name)
    wanted = _chosen(kind, KINDS, "kind")
    if found == "csv":
        layout = _csv(file, head, wanted, mapping)
    elif found == "xlsx":
        layout = _xlsx(file, wanted, mapping)
    else:
        encoding = _encoding(file, head) if found in ("jsonl", "annotation") else ""
        layout = Layout(found, wanted or "article", encoding)
    file.seek(0)
    return layout


def _chosen(choice: str, allowed: tuple[T, ...], what: str) -> T | None:
    if choice and choice not in allowed:
        raise FileError(
            f"There is no {what} “{shown(choice)}”: use one of {', '.join(map(str, allowed))}."
        )
    return next((value for value in allowed if value == choice), None)


def _head(file: BinaryIO) -> bytes:
    size = file.seek(0, SEEK_END)
    if size > MAX_IMPORT:
        raise FileError(
            f"The file has {size:,} bytes; {MAX_IMPORT:,} are the most: split it into several."
        )
    file.seek(0)
    head = file.read(_SAMPLE)
    if not head.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0"):
        raise FileError("The file is empty: choose the file with the rows.")
    if head.startswith(_OLE):
        file.seek(max(size - _SAMPLE, 0))
        if _ENCRYPTED in head + file.read():
            raise FileError("The workbook is locked with a password: take the lock off first.")
        raise FileError("The file is an old Office document (XLS, DOC): save it as XLSX or CSV.")
    if head.startswith(_ZIPPED):
        _check_directory(file, size)
    return head


def _check_directory(file: BinaryIO, size: int) -> None:
    """Refuses a zip whose list of files, which is read as a whole, would fill the memory."""
    file.seek(max(size - _END_OF_ZIP, 0))
    end = file.read()
    at = end.rfind(b"PK\x05\x06")
    if at >= 0 and int.from_bytes(end[at + 12 : at + 16], "little") > _MAX_DIRECTORY:
        raise FileError("The zip lists too many files: split it into several.")


def _format_of(file: BinaryIO, head: bytes, name: str) -> Format:
    if head.startswith(_ZIPPED):
        return _format_of_zip(file)
    text = _decoded(head, _encoding(file, head))
    suffix = PurePath(name).suffix.lower()
    if text.lstrip()[:1] in ("{", "["):
        return _format_of_json(text)
    if _FEED.match(text):
        raise FileError(f"The file is a news feed in XML. {_TAKEN}")
    if _HTML.match(text) or suffix in (".html", ".htm", ".xhtml"):
        is_review = _LD_JSON.search(text) and _CLAIM_REVIEW.search(text)
        return "claimreview" if is_review else "html"
    if _MARKUP.match(text):
        raise FileError(f"The file is XML or another markup. {_TAKEN}")
    return "jsonl" if suffix in (".jsonl", ".ndjson", ".json") else "csv"


def _format_of_zip(file: BinaryIO) -> Format:
    file.seek(0)
    try:
        with zipfile.ZipFile(Guarded(file)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
        raise FileError("The zip or workbook is damaged or cut short: save it again.") from error
    if "xl/workbook.xml" in names:
        return "xlsx"
    for part, what in _PARTS:
        if any(name.startswith(part) for name in names):
            raise FileError(f"The file is {what}.")
    if not names:
        raise FileError("The zip has no files in it.")
    return "zip"


def _format_of_json(text: str) -> Format:
    if _CLAIM_REVIEW.search(text):
        return "claimreview"
    if _ANNOTATION.search(text):
        return "annotation"
    if other := _OTHER_TYPE.search(text):
        raise FileError(f"The JSON is of the type “{shown(other[1])}”. {_TAKEN}")
    line = text.lstrip().split("\n", 1)[0].rstrip()
    if line.startswith("[") or line == "{":
        raise FileError(
            "The file is one JSON value over all its lines: write each row as an object on a line "
            "of its own (JSONL)."
        )
    return "jsonl"


def _encoding(file: BinaryIO, head: bytes) -> str:
    """Told from the first part of the file that is more than ASCII."""
    file.seek(len(head))
    sample = head
    while sample.isascii() and (more := file.read(_SAMPLE)):
        # What the file begins with stays in front: what a later part begins with signifies nothing.
        sample = head[:_SIGNATURE] + more
    try:
        return guess_encoding(sample)
    except UndecodableError as error:
        raise FileError(f"{error} {_TAKEN}") from error


def _decoded(head: bytes, encoding: str) -> str:
    return codecs.getincrementaldecoder(encoding)("replace").decode(head).removeprefix("\ufeff")


def _csv(
    file: BinaryIO, head: bytes, kind: Kind | None, mapping: Mapping[str, str] | None
) -> Layout:
    encoding = _encoding(file, head)
    delimiter = guess_delimiter(_decoded(head, encoding))
    file.seek(0)
    rows = csv_table.Rows(file, encoding, delimiter)
    layout = _table("csv", rows.headings, rows.number, rows, kind, mapping)
    return replace(layout, encoding=encoding, delimiter=delimiter)


def _xlsx(file: BinaryIO, kind: Kind | None, mapping: Mapping[str, str] | None) -> Layout:
    file.seek(0)
    with xlsx.rows(file) as (number, headings, others):
        return _table("xlsx", headings, number, (cells for _, cells in others), kind, mapping)


def _table(
    format: Format,
    cells: Sequence[str],
    number: int,
    rows: Iterable[Sequence[Any]],
    kind: Kind | None,
    mapping: Mapping[str, str] | None,
) -> Layout:
    cleaned = clean_headings(cells, number)
    places = [place for place, heading in enumerate(cleaned) if heading]
    headings = tuple(cleaned[place] for place in places)
    if mapping is None:
        check_headings(headings, number)
        kind = kind or guess_kind(headings)
        mapping = suggest(headings, kind)
    kind = kind or guess_kind([field for field in mapping.values() if field])
    sample = tuple(
        tuple(shown(row[place]) if place < len(row) else "" for place in places)
        for row in islice(rows, SAMPLE_ROWS)
    )
    if not sample:
        raise FileError(f"There are no rows below the headings in row {number}.")
    used = {heading: mapping.get(heading, "") for heading in headings}
    return Layout(format, kind, headings=headings, mapping=used, sample=sample)
