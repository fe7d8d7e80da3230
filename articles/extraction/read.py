"""The text of any document: web page, PDF, Word document or plain text."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from lxml.html import HtmlElement

from articles.extraction import child, visible
from articles.extraction.formats import Format, charset, recognise
from articles.extraction.limits import MAX_FILE, MAX_TEXT
from articles.text.decode import UndecodableError, decode
from articles.text.errors import ExtractionError
from articles.text.extract import Extracted, from_html, from_text, language_tag, markup, parse
from articles.text.normalize import build, normalize

_LONGEST_TITLE = 300
_BODY = 80
"""Characters from which a block counts as running text, not as menu or button."""
_ENOUGH = 0.4
"""The part of a page's running text that its article must be, or the whole page is taken."""
_FEWEST = 250
"""Characters that a page without an article must show to be read as a whole."""


@dataclass(frozen=True)
class Readable(Extracted):
    """A document's text and what it says of itself; unknown words are empty strings.

    ``text`` is normalised and ``blocks`` are its blocks. ``pages`` are the offsets in the text
    where the pages of a PDF begin, in code points. ``encoding`` is that of a text file.
    ``published_on`` of PDF and DOCX is the day that the file says it was made.
    """

    format: Format
    pages: tuple[int, ...] = ()
    encoding: str = ""


def read(data: bytes, *, content_type: str = "", name: str = "", url: str = "") -> Readable:
    """Read a file by its content; ``content_type`` and ``name`` help where that does not tell.

    Raises ExtractionError, whose message tells the user why and what to do.
    """
    if len(data) > MAX_FILE:
        raise ExtractionError(
            f"The file is larger than {MAX_FILE // 1024 // 1024} MB. "
            "Add the part you need as a smaller file or as text."
        )
    if not data.strip():
        raise ExtractionError("The file is empty. Check it, or paste the text.")
    kind = recognise(data, content_type=content_type, name=name)
    if kind == "html":
        found = _page(data, charset(content_type), url)
    elif kind == "text":
        found = _text(data, charset(content_type), url)
    else:
        found = _from_child(kind, data, url)
    if not any(map(str.isalnum, found.text)):
        raise ExtractionError("The document has no words in it. Check it, or paste its text.")
    if len(found.text) > MAX_TEXT:
        raise ExtractionError(
            f"The text has {len(found.text):,} characters, more than the {MAX_TEXT:,} allowed. "
            "Add the part you need."
        )
    return found


def page_at(pages: Sequence[int], offset: int) -> int:
    """The page, from 1, on which the character at ``offset`` stands; 0 without pages."""
    return bisect_right(pages, offset)


def _from_child(kind: Format, data: bytes, url: str) -> Readable:
    contents = child.run(f"articles.extraction.{kind}", data)
    text, blocks = build((block, words) for block, words in contents.blocks)
    return Readable(
        title=_line(contents.title),
        byline=_line(contents.byline),
        publisher="",
        url=url,
        published_on=date.fromisoformat(contents.published_on) if contents.published_on else None,
        language=language_tag(contents.language),
        text=text,
        blocks=blocks,
        format=kind,
        pages=tuple(contents.pages),
    )


def _line(words: str) -> str:
    return " ".join(normalize(words).split())[:_LONGEST_TITLE].strip()


def _text(data: bytes, declared: str, url: str) -> Readable:
    try:
        decoded = decode(data, declared)
    except UndecodableError as error:
        raise ExtractionError(str(error)) from error
    found = replace(from_text(decoded.text), url=url)
    return Readable(**vars(found), format="text", encoding=decoded.encoding)


def _page(data: bytes, declared: str, url: str) -> Readable:
    """The article of a page, or all its visible text if the article leaves too much of it out.

    Treaties, reports and lists are no articles, and are searched for one sentence.
    """
    source = markup(data, declared)
    tree = parse(source)
    text, blocks = build(visible.blocks(tree))
    running = sum(block.end - block.start for block in blocks if block.end - block.start >= _BODY)
    try:
        found = from_html(source, url)
    except ExtractionError:
        if len(text) < _FEWEST:
            raise
        found = _described_little(tree, url)
    if not found.text or len(found.text) < _ENOUGH * running:
        found = replace(found, text=text, blocks=blocks)
    return Readable(**vars(found), format="html")


def _described_little(tree: HtmlElement, url: str) -> Extracted:
    return Extracted(
        title=_line(tree.findtext(".//title") or ""),
        byline="",
        publisher="",
        url=url,
        published_on=None,
        language=language_tag(tree.get("lang") or ""),
        text="",
        blocks=[],
    )
