"""The text of a Word document (DOCX). Run as a child process, see ``child``."""

import re
import zipfile
from datetime import date
from io import BytesIO
from pathlib import PurePosixPath
from xml.parsers import expat

import mammoth
from lxml import etree, html

from articles.extraction import visible
from articles.extraction.child import Contents, serve
from articles.extraction.limits import MAX_TEXT
from articles.text.errors import ExtractionError
from articles.text.normalize import normalize

MAX_ENTRIES = 5_000
MAX_UNPACKED = 100 * 1024 * 1024
MAX_RATIO = 200
"""How much larger than packed an entry may be, once it is larger than a megabyte."""
MAX_DEPTH = 200

_MEGABYTE = 1024 * 1024
_CORE = "docProps/core.xml"
_DC = "{http://purl.org/dc/elements/1.1/}"
_TERMS = "{http://purl.org/dc/terms/}"
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => h2:fresh
p[style-name='Quote'] => blockquote:fresh
p[style-name='Intense Quote'] => blockquote:fresh
p[style-name='caption'] => figcaption:fresh
"""
_OTHERS = (
    ("xl/", "a spreadsheet"),
    ("ppt/", "a presentation"),
    ("META-INF/manifest.xml", "an OpenDocument file"),
)
_DAMAGED = "The Word document is damaged: {}. Save it again, or save it as PDF."


def read(data: bytes) -> Contents:
    """Raises ExtractionError."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            _check_entries(archive)
            core = _check_contents(archive)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise ExtractionError(_DAMAGED.format("it cannot be unpacked")) from error
    markup = mammoth.convert_to_html(
        BytesIO(data), style_map=_STYLES, convert_image=_no_image, include_embedded_style_map=False
    ).value
    blocks = _blocks(markup)
    if not blocks:
        raise ExtractionError("The Word document has no text: paste the text that you see in it.")
    title = _property(core, f"{_DC}title")
    created = _DAY.match(_property(core, f"{_TERMS}created"))
    return Contents(
        blocks=blocks,
        title=title or next((text for kind, text in blocks[:5] if kind == "heading"), ""),
        byline=_property(core, f"{_DC}creator"),
        published_on=_valid(created[0]) if created else "",
        language=_property(core, f"{_DC}language"),
    )


def _check_entries(archive: zipfile.ZipFile) -> None:
    """Refuses what the list of entries already shows to be no Word document or a trap."""
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(entries) > MAX_ENTRIES:
        raise ExtractionError(_DAMAGED.format(f"it has {len(entries):,} parts"))
    if len(set(names)) < len(names) or any(_leads_out(name) for name in names):
        raise ExtractionError(_DAMAGED.format("its parts have forbidden names"))
    if any(PurePosixPath(name).name == "vbaProject.bin" for name in names):
        raise ExtractionError(
            "The Word document has macros, which could harm who opens it. Save it as DOCX without "
            "macros, or as PDF."
        )
    if not any(name.startswith("word/") for name in names):
        kinds = [kind for start, kind in _OTHERS if any(n.startswith(start) for n in names)]
        kind = kinds[0] if kinds else "a zip archive"
        raise ExtractionError(f"This is {kind}, which is not read. Save it as PDF and add that.")
    if any(entry.flag_bits & 1 for entry in entries):
        raise ExtractionError("The Word document is locked with a password: remove the password.")
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED or any(map(_is_bomb, entries)):
        raise _bomb()


def _leads_out(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/")


def _is_bomb(entry: zipfile.ZipInfo) -> bool:
    return entry.file_size > max(_MEGABYTE, MAX_RATIO * entry.compress_size)


def _bomb() -> ExtractionError:
    return ExtractionError(
        f"The Word document unpacks to more than {MAX_UNPACKED // _MEGABYTE} MB or far more than "
        "a text does. Save it without pictures, or save it as PDF."
    )


def _check_contents(archive: zipfile.ZipFile) -> bytes:
    """Unpacks all parts, as sizes may be told wrong, checks the XML; returns the properties."""
    unpacked, core = 0, b""
    for entry in archive.infolist():
        parts = []
        with archive.open(entry) as part:
            while piece := part.read(_MEGABYTE):
                unpacked += len(piece)
                if unpacked > MAX_UNPACKED:
                    raise _bomb()
                parts.append(piece)
        if entry.filename.endswith((".xml", ".rels")):
            _check_xml(b"".join(parts))
        if entry.filename == _CORE:
            core = b"".join(parts)
    return core


def _check_xml(part: bytes) -> None:
    """Refuses document type declarations, which bring entities and which OPC forbids."""
    depth = 0

    def refuse(*_: object) -> None:
        raise ExtractionError(_DAMAGED.format("it defines XML entities, as no writer does"))

    def enter(*_: object) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise ExtractionError(_DAMAGED.format("its parts are nested too deeply"))

    def leave(*_: object) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = enter
    parser.EndElementHandler = leave
    try:
        parser.Parse(part, True)
    except expat.ExpatError as error:
        raise ExtractionError(_DAMAGED.format("its XML is not well-formed")) from error


def _no_image(_: object) -> list[object]:
    return []


def _blocks(markup: str) -> list[list[str]]:
    if not markup.strip():
        return []
    tree = html.fromstring(f"<body>{markup}</body>")
    found, length = [], 0
    for kind, raw in visible.blocks(tree):
        text = normalize(raw).replace("\n\n", "\n")
        length += len(text)
        if length > MAX_TEXT:
            raise ExtractionError(
                f"The Word document has more than the {MAX_TEXT:,} characters allowed. "
                "Add the part you need."
            )
        if text:
            found.append([kind, text])
    return found


def _property(core: bytes, tag: str) -> str:
    if not core:
        return ""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    return (etree.fromstring(core, parser).findtext(tag) or "").strip()


def _valid(day: str) -> str:
    try:
        return date.fromisoformat(day).isoformat()
    except ValueError:
        return ""


if __name__ == "__main__":
    serve(read)
