"""The text of a PDF, page by page. Run as a child process, see ``child``."""

import ctypes
import re
from collections.abc import Iterator
from datetime import date

import pypdfium2
from pypdfium2 import raw

from articles.extraction.child import Contents, serve
from articles.extraction.limits import MAX_PAGES, MAX_TEXT
from articles.extraction.lines import Line, without_running_lines
from articles.extraction.paragraphs import assemble
from articles.text.errors import ExtractionError

_LINE_ENDS = {0x0A, 0x0D}
_HYPHEN = 0x02  # pdfium's mark for a hyphen at the end of a line
_MADE_ON = re.compile(r"(?:D:)?(\d{4})(\d\d)(\d\d)")
_FILE_NAME = re.compile(r"\.[A-Za-z]{2,5}$|^Microsoft \w+ - ")


def read(data: bytes) -> Contents:
    """Raises ExtractionError."""
    document = _opened(data)
    count = len(document)
    if count > MAX_PAGES:
        raise ExtractionError(
            f"The PDF has {count:,} pages, more than the {MAX_PAGES:,} allowed. "
            "Add the part you need."
        )
    pages, total = [], 0
    for number in range(count):
        pages.append(list(_lines(document, number)))
        total += sum(len(line.text) for line in pages[-1])
        if total > MAX_TEXT:
            raise ExtractionError(
                f"The PDF has more than the {MAX_TEXT:,} characters allowed. Add the part you need."
            )
    if not any(character.isalnum() for page in pages for line in page for character in line.text):
        raise ExtractionError(
            "The PDF has no text that can be read, only pictures; perhaps it is a scan. Run text "
            "recognition (OCR) on it and add that, or paste the text."
        )
    blocks, offsets = assemble(without_running_lines(pages))
    told = document.get_metadata_dict()
    return Contents(
        blocks=blocks,
        title=_title(told.get("Title", ""), blocks),
        byline=told.get("Author", ""),
        published_on=_made_on(told.get("CreationDate", "")),
        language=_language(document),
        pages=offsets,
    )


def _opened(data: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code == raw.FPDF_ERR_PASSWORD:
            raise ExtractionError(
                "The PDF is locked with a password. Save a copy without password and add that."
            ) from error
        raise ExtractionError(
            "The PDF is damaged: it cannot be opened. Download it again, or paste its text."
        ) from error


def _lines(document: pypdfium2.PdfDocument, number: int) -> Iterator[Line]:
    try:
        page = document[number]
    except pypdfium2.PdfiumError as error:
        raise ExtractionError(
            f"Page {number + 1} of the PDF is damaged. Download it again, or paste its text."
        ) from error
    text = page.get_textpage()
    start = 0
    codes: list[int] = []
    handle = text.raw
    for index in range(text.count_chars()):
        code = raw.FPDFText_GetUnicode(handle, index)
        if code == _HYPHEN or code in _LINE_ENDS:
            yield from _line(text, start, codes, hyphen=code == _HYPHEN)
            start, codes = index + 1, []
        else:
            codes.append(code)
    yield from _line(text, start, codes, hyphen=False)
    text.close()
    page.close()


def _line(
    text: pypdfium2.PdfTextPage, start: int, codes: list[int], *, hyphen: bool
) -> Iterator[Line]:
    inked = [start + index for index, code in enumerate(codes) if code > 0x20]
    if not inked:
        return
    left, bottom, _, top = text.get_charbox(inked[0], loose=True)
    right = text.get_charbox(inked[-1], loose=True)[2]
    line = Line.of(_characters(codes), left, right, bottom, top - bottom, hyphen=hyphen)
    if line.text:
        yield line


def _characters(codes: list[int]) -> str:
    """Characters beyond the basic plane come as two surrogates or as one code."""
    units = "".join(map(chr, codes)).encode("utf-16-le", "surrogatepass")
    return units.decode("utf-16-le", "replace")


def _title(told: str, blocks: list[list[str]]) -> str:
    if told.strip() and not _FILE_NAME.search(told.strip()):
        return told
    return next((text for kind, text in blocks[:5] if kind == "heading"), "")


def _made_on(told: str) -> str:
    found = _MADE_ON.match(told)
    try:
        return date(*map(int, found.groups())).isoformat() if found else ""
    except ValueError:
        return ""


def _language(document: pypdfium2.PdfDocument) -> str:
    size = raw.FPDFCatalog_GetLanguage(document, None, 0)
    buffer = ctypes.create_string_buffer(size)
    raw.FPDFCatalog_GetLanguage(document, ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), size)
    return buffer.raw.decode("utf-16-le", "replace").rstrip("\0")


if __name__ == "__main__":
    serve(read)
