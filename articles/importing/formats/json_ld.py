"""What JSON-LD leaves open: one value or a list, a text or an object with one, plain or HTML."""

import re
from html import unescape
from typing import Any

from lxml import html

_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--")
_REFERENCE = re.compile(r"&(?:#\w{1,8}|\w{1,32});")
_BREAKS = ("br", "p", "div", "li", "h1", "h2", "h3", "blockquote", "tr")
_HIDDEN = ("script", "style", "template", "noscript")


def types(node: Any) -> frozenset[str]:
    """The names of its types, without ``schema:``, ``oa:`` or ``https://schema.org/``."""
    if not isinstance(node, dict):
        return frozenset()
    named = listed(node.get("@type")) + listed(node.get("type"))
    return frozenset(re.split("[/:#]", name)[-1] for name in named if isinstance(name, str))


def identifier(node: Any) -> str:
    """The IRI of an object, or of a link to one; empty if it has none."""
    if isinstance(node, dict):
        node = node.get("@id") or node.get("id")
    return node.strip() if isinstance(node, str) else ""


def address(value: Any) -> str:
    """The first IRI in it, as it is written; empty if there is none."""
    return next(filter(None, map(identifier, listed(value))), "")


def listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def text(value: Any) -> str:
    """The first text in it, HTML as text, in one line; empty if there is none."""
    return " ".join(paragraphs(value).split())


def paragraphs(value: Any) -> str:
    """The first text in it, HTML as text with its line breaks; empty if there is none."""
    for item in listed(value):
        if isinstance(item, dict):
            item = item.get("@value")
        if isinstance(item, (int, float)) and not isinstance(item, bool):
            return str(item)
        if isinstance(item, str) and (found := plain(item)):
            return found
    return ""


def names(value: Any) -> list[str]:
    """The names of persons and organisations, given as objects or as texts."""
    found = (
        text(item.get("name")) if isinstance(item, dict) else text(item) for item in listed(value)
    )
    return [name for name in found if name]


def plain(markup: str) -> str:
    """The text of a string that may hold HTML or only its character references."""
    if not _TAG.search(markup):
        return _REFERENCE.sub(lambda found: unescape(found[0]), markup).strip()
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True)
    tree = html.document_fromstring(f"<div>{markup}</div>".encode(), parser=parser)
    for element in tree.iter(*_HIDDEN):
        element.text = ""
    for element in tree.iter(*_BREAKS):
        element.tail = "\n" + (element.tail or "")
    return str(tree.text_content()).strip()
