"""The visible text of an HTML tree as blocks, in reading order."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml.etree import _Element, iterwalk

_LINE = "\u2028"  # survives the collapse of white space

_UNSEEN = {
    *("head", "script", "style", "noscript", "template", "svg", "math", "object", "iframe"),
    *("audio", "video", "canvas", "select", "datalist", "textarea", "button"),
}
_KINDS = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading"),
    "blockquote": "quotation",
    **dict.fromkeys(("li", "dt", "dd"), "list_item"),
    **dict.fromkeys(("figcaption", "caption"), "caption"),
}
_BLOCKS = {
    *_KINDS,
    *("address", "article", "aside", "body", "center", "details", "dialog", "div", "dl"),
    *("fieldset", "figure", "footer", "form", "header", "hgroup", "hr", "html", "legend", "main"),
    *("menu", "nav", "ol", "p", "pre", "search", "section", "summary", "table", "tbody", "td"),
    *("tfoot", "th", "thead", "title", "tr", "ul"),
}
_CELLS = {"td", "th"}
_LONGEST_ROW = 2000
"""Characters of a table row that is shown as one block; longer ones are page layout."""


@dataclass
class _Writer:
    """Collects inline text until a block begins or ends.

    Inside a row of a table nothing breaks: its cells make one block.
    """

    kinds: list[str] = field(default_factory=lambda: ["paragraph"])
    inline: list[str] = field(default_factory=list)
    row: _Element | None = None

    def flush(self) -> Iterator[tuple[str, str]]:
        text = _collapse("".join(self.inline))
        self.inline.clear()
        if text:
            yield self.kinds[-1], text


def blocks(tree: _Element) -> Iterator[tuple[str, str]]:
    """The ``(kind, text)`` blocks of the tree; kinds as in ``articles.text.normalize.Block``."""
    writer = _Writer()
    walk = iterwalk(tree, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        if event == "start" and _hidden(element):
            walk.skip_subtree()
        elif event == "start":
            yield from _enter(writer, element)
        elif event == "end" and not _hidden(element):
            yield from _leave(writer, element)
        if event != "start" and element is not tree:
            writer.inline.append(element.tail or "")
    yield from writer.flush()


def _enter(writer: _Writer, element: _Element) -> Iterator[tuple[str, str]]:
    tag = element.tag
    if writer.row is not None:
        if tag in _CELLS and "".join(writer.inline).strip():
            writer.inline.append(" | ")
        elif tag in _BLOCKS:
            writer.inline.append(" ")
    elif tag in _BLOCKS:
        yield from writer.flush()
        writer.kinds.append(_KINDS.get(tag, writer.kinds[-1]))
        if tag == "tr" and _is_row(element):
            writer.row = element
    if tag == "br":
        writer.inline.append(_LINE)
    writer.inline.append(element.text or "")


def _leave(writer: _Writer, element: _Element) -> Iterator[tuple[str, str]]:
    if writer.row is not None and writer.row is not element:
        return
    if element.tag in _BLOCKS:
        yield from writer.flush()
        writer.kinds.pop()
        writer.row = None


def _hidden(element: _Element) -> bool:
    return (
        element.tag in _UNSEEN
        or "hidden" in element.attrib
        or "display:none" in element.get("style", "").replace(" ", "").lower()
    )


def _is_row(row: _Element) -> bool:
    nested = any(inner is not row for inner in row.iter("table", "tr"))
    return not nested and sum(len(text) for text in row.itertext()) <= _LONGEST_ROW


def _collapse(text: str) -> str:
    """White space as HTML shows it: each run one space, a line break a newline."""
    text = re.sub(r"[ \t\r\n\f]+", " ", text)
    return re.sub(rf" ?{_LINE} ?", "\n", text).strip()
