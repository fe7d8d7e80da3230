"""An article taken from a web page or from plain text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from html import unescape

from lxml.etree import LxmlError, _Element
from lxml.html import HtmlElement
from trafilatura import bare_extraction, baseline, load_html
from trafilatura.metadata import Document

from articles.text.decode import UndecodableError, decode
from articles.text.errors import ExtractionError
from articles.text.normalize import HEADING_LIMIT, Block, build, normalize, paragraphs

MAX_PAGE = 10_000_000
"""Characters a page may have."""
MAX_ELEMENTS = 50_000
"""Elements a page may have; the time to read one grows a little faster than their number."""

_NOTHING_FOUND = "No article text was found in the page: paste its text instead."
_PLACEHOLDER = re.compile(r"\{\{.*?\}\}")  # pages that scripts were to fill in
_SHORT = 500
_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w:.-]{1,40})", re.I)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,3}")
_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]{1,8})|([0-9]{1,8}));?")

_SURROGATE = re.compile("[\ud800-\udfff]")  # libxml2 would end the page at the first

_LINE = "\u2028"  # survives the collapse of white space; normalize makes it a newline
_EMPTY_LINE = re.compile(rf"{_LINE}\s*{_LINE}")
_KINDS = {"head": "heading", "quote": "quotation", "item": "list_item"}
_BLOCK_TAGS = {*_KINDS, "p", "list", "table", "row", "code"}

_TITLE_LINES = 3
_OPENING_LINES = 12
_BYLINE = re.compile(r"By:?\s+(\S.{1,99})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = "|".join(_MONTHS)
_DATE_LINE = re.compile(
    rf"""(?:(?:first\ )?published|posted|date)(?:\ on)?:?\s+(?:\w+day,\s+)?(?:
    (?P<iso>\d{{4}}-\d\d-\d\d) |
    (?: (?P<month>{_MONTH})[a-z]*\.?\ (?P<day>\d\d?)
      | (?P<day_first>\d\d?)\ (?P<month_last>{_MONTH})[a-z]*\.?
    ),?\ (?P<year>\d{{4}})
    )\b""",
    re.I | re.X,
)


@dataclass(frozen=True)
class Extracted:
    """What was found of an article; unknown words are empty strings.

    ``text`` is normalised and ``blocks`` are its blocks, in order. ``language`` is a BCP 47 tag.
    """

    title: str
    byline: str
    publisher: str
    url: str
    published_on: date | None
    language: str
    text: str
    blocks: list[Block]


def from_html(data: bytes | str, url: str = "") -> Extracted:
    """The article of a web page: its main text as blocks, and what the page says of it.

    The title is not repeated in the text. Where the page holds the text only as data for
    scripts (schema.org articleBody), that is taken. Raises ExtractionError.
    """
    tree = parse(markup(data))
    captions = _keep_captions(tree)
    try:
        document = bare_extraction(
            tree,
            url=url or None,
            with_metadata=True,
            include_comments=False,
            date_extraction_params={"extensive_search": False, "original_date": True},
        )
        if not isinstance(document, Document):
            raise ExtractionError(_NOTHING_FOUND)
        parts = list(_parts(document.body))
        if _length(parts) < _SHORT:
            parts = _embedded(tree, at_least=2 * _length(parts)) or parts
    except (LxmlError, AttributeError, LookupError, RecursionError) as error:
        # The readers of page metadata stumble over some malformed pages.
        raise ExtractionError("The page is too broken to read: paste its text instead.") from error
    title = _collapse(document.title or "")
    text, blocks = build(
        ("caption" if part in captions else kind, part)
        for kind, part in parts
        if not (kind == "heading" and part.casefold() == title.casefold())
    )
    if len(_PLACEHOLDER.sub("", text)) <= len(text) // 2:
        raise ExtractionError(_NOTHING_FOUND)
    return _described(document, tree, title, url, text, blocks)


def from_text(text: str) -> Extracted:
    """The article in a plain text, whole, with what its opening lines say of it.

    The title is the first line if it looks like one, else the first heading near the top; the
    date and byline come only from lines like "Published: March 23, 2022" and "By …".
    Raises ExtractionError for an empty text.
    """
    text = normalize(text)
    if not text:
        raise ExtractionError("The text is empty: paste the article's text.")
    blocks = paragraphs(text)
    lines = text.split("\n")
    opening = [line for line in lines[:_OPENING_LINES] if line]
    return Extracted(
        title=_title(text, blocks),
        byline=next((m[1] for m in map(_BYLINE.fullmatch, opening) if m), ""),
        publisher="",
        url="",
        published_on=next(filter(None, map(_date_line, opening)), None),
        language="",
        text=text,
        blocks=blocks,
    )


def markup(data: bytes | str, charset: str = "") -> str:
    """The page as text; a ``charset`` that the server named goes before that of the page.

    Raises ExtractionError.
    """
    if len(data) > MAX_PAGE:
        raise ExtractionError(
            f"The page has {len(data):,} characters, more than the {MAX_PAGE:,} allowed: "
            "paste its text instead."
        )
    if isinstance(data, str):
        return data
    if not charset and (declared := _DECLARED.search(data[:4096])):
        charset = declared[1].decode("ascii")
    try:
        return decode(data, charset).text
    except UndecodableError as error:
        raise ExtractionError(str(error)) from error


def parse(markup: str) -> HtmlElement:
    """The page as a tree. Raises ExtractionError."""
    tree = load_html(_REFERENCE.sub(_mend_reference, _SURROGATE.sub("", markup)))
    if tree is None:
        raise ExtractionError(
            "This is not a web page: no HTML was found in it. Paste its text instead."
        )
    count = sum(1 for _ in tree.iter())
    if count > MAX_ELEMENTS:
        raise ExtractionError(
            f"The page has {count:,} elements, more than the {MAX_ELEMENTS:,} allowed: "
            "paste its text instead."
        )
    return tree


def _keep_captions(tree: HtmlElement) -> set[str]:
    """Make captions paragraphs, which trafilatura keeps, and return their texts."""
    captions = list(tree.iter("figcaption"))
    for figure in list(tree.iter("figure")):
        figure.tag = "div"
    for caption in captions:
        caption.tag = "p"
    return {_collapse(caption.text_content()) for caption in captions}


def _mend_reference(reference: re.Match[str]) -> str:
    """Resolve references to control characters as browsers do; libxml2 keeps or chokes on them."""
    code = int(reference[1], 16) if reference[1] else int(reference[2])
    harmful = code < 0x20 and code not in (0x09, 0x0A, 0x0D)
    return unescape(reference[0]) if harmful or 0x7F <= code <= 0x9F else reference[0]


def _parts(element: _Element, kind: str = "paragraph") -> Iterator[tuple[str, str]]:
    """The ``(kind, text)`` blocks of trafilatura's output tree, in order."""
    inline = [element.text or ""]
    for child in element:
        if child.tag == "row":
            cells = (_collapse("".join(cell.itertext())) for cell in child)
            inline += [_LINE * 2, " | ".join(filter(None, cells)), _LINE * 2]
        elif child.tag in _BLOCK_TAGS:
            yield from _paragraphs(kind, inline)
            yield from _parts(child, _KINDS.get(child.tag, kind))
            inline = []
        else:
            inline.append(_LINE if child.tag == "lb" else _inline_text(child))
        inline.append(child.tail or "")
    yield from _paragraphs(kind, inline)


def _inline_text(element: _Element) -> str:
    return "".join(_LINE if part.tag == "lb" else part.text or "" for part in element.iter())


def _paragraphs(kind: str, inline: list[str]) -> Iterator[tuple[str, str]]:
    for paragraph in _EMPTY_LINE.split("".join(inline)):
        text = _collapse(paragraph)
        if text:
            yield kind, text


def _collapse(text: str) -> str:
    """White space as HTML shows it: each run one space, a line break a newline."""
    text = re.sub(r"[ \t\r\n\f]+", " ", text)
    return re.sub(rf" ?{_LINE} ?", "\n", text).strip()


def _length(parts: list[tuple[str, str]]) -> int:
    return sum(len(text) for _, text in parts)


def _embedded(tree: HtmlElement, at_least: int) -> list[tuple[str, str]]:
    """The text that the page holds as data (articleBody), when it is clearly longer."""
    scripts = tree.iterfind(".//script[@type='application/ld+json']")
    if not any('"articleBody"' in (script.text or "") for script in scripts):
        return []
    _, text, length = baseline(tree)
    return [("paragraph", line) for line in text.split("\n")] if length > at_least else []


def _described(
    document: Document, tree: HtmlElement, title: str, url: str, text: str, blocks: list[Block]
) -> Extracted:
    return Extracted(
        title=title,
        byline=_collapse((document.author or "").replace(";", ",")),
        publisher=_collapse(document.sitename or ""),
        url=url or _web_address(document.url or ""),
        published_on=date.fromisoformat(document.date) if document.date else None,
        language=language_tag(tree.get("lang") or ""),
        text=text,
        blocks=blocks,
    )


def language_tag(told: str) -> str:
    """The BCP 47 tag that a document gives as its language, or an empty string."""
    return told.strip() if _LANGUAGE.fullmatch(told.strip()) else ""


def _web_address(url: str) -> str:
    return url if url.startswith(("https://", "http://")) else ""


def _title(text: str, blocks: list[Block]) -> str:
    first = text.split("\n", 1)[0]
    top = [text[b.start : b.end] for b in blocks[:_TITLE_LINES] if b.kind == "heading"]
    if len(first) <= HEADING_LIMIT and not first.endswith((".", ",", ";", ":")) and first != text:
        return first
    return top[0] if top else ""


def _date_line(line: str) -> date | None:
    found = _DATE_LINE.match(line)
    if not found:
        return None
    try:
        if found["iso"]:
            return date.fromisoformat(found["iso"])
        month = _MONTHS.index((found["month"] or found["month_last"]).lower()) + 1
        return date(int(found["year"]), month, int(found["day"] or found["day_first"]))
    except ValueError:
        return None
