"""W3C Web Annotations (https://www.w3.org/TR/annotation-model/) of words in articles."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from articles.importing.formats.json_items import Item, items
from articles.importing.formats.json_ld import identifier, listed, plain, types
from articles.importing.limits import MAX_DEPTH
from articles.importing.records import Layout, Problem, Record, Refused, shown

_WHAT = "annotation"
_SEVERAL = frozenset({"Composite", "List", "Independents", "Choice"})
_NOTING = frozenset({"commenting", "describing", "assessing", "questioning", "replying"})
_SELECT = "Select words of an article with a TextQuoteSelector or a TextPositionSelector."


class _UnplaceableError(ValueError):
    """The annotation is of no words that we can find; the message says why."""

    def __init__(self, column: str, reason: str, remedy: str = _SELECT) -> None:
        super().__init__(reason)
        self.column, self.reason, self.remedy = column, reason, remedy


@dataclass(frozen=True, slots=True)
class _Elsewhere:
    """A page of annotations, or one annotation, that the file only links to."""

    iri: str
    what: str


def read(file: BinaryIO, layout: Layout) -> Iterator[Record | Refused]:
    """A claim for each annotation of words in an article; all others are refused.

    The file is an annotation, a list, a page or a collection, or has one annotation per line.
    ``start`` and ``end`` are as the standard counts them: code points, "not … code units"
    (sections 4.2.4 and 4.2.5), from 0, end exclusive, which is our way too. Raises FileError.
    """
    return map(_row, items(file, unpacked, _WHAT))


def unpacked(node: Any, depth: int = 0) -> Iterator[Any]:
    """The annotations in a document, and an _Elsewhere for each that is not in the file."""
    if isinstance(node, list) and depth <= MAX_DEPTH:
        for item in node:
            yield from unpacked(item, depth + 1)
    elif "AnnotationCollection" in types(node):
        for page in listed(node.get("first")):
            yield from _pages(page, depth + 1)
        if not node.get("first") and node.get("last"):
            yield from _pages(node["last"], depth + 1)
    elif "AnnotationPage" in types(node):
        yield from _pages(node, depth)
    elif isinstance(node, str):
        yield _Elsewhere(node, _WHAT)
    else:
        yield node


def _pages(page: Any, depth: int) -> Iterator[Any]:
    """The annotations of a page and of those that follow it."""
    while isinstance(page, dict) and "items" in page:
        for item in listed(page["items"]):
            yield from unpacked(item, depth + 1) if depth <= MAX_DEPTH else [item]
        page = page.get("next")
    if page:
        yield _Elsewhere(identifier(page), "page of annotations")


def _row(item: Item) -> Record | Refused:
    if isinstance(item.value, _Elsewhere):
        return _elsewhere(item.row, item.value)
    if "Annotation" not in types(item.value):
        return Refused(item.row, "claim", {}, item.problems or (_no_annotation(item),))
    told = {"id": identifier(item.value), "note": _note(item.value)}
    fields: dict[str, Any] = {name: value for name, value in told.items() if value}
    problems = item.problems
    try:
        fields |= _target(item.value)
    except _UnplaceableError as error:
        problems += (Problem(item.row, error.column, told["id"], error.reason, error.remedy),)
    if problems:
        return Refused(item.row, "claim", fields, problems)
    return Record(item.row, "claim", fields)


def _no_annotation(item: Item) -> Problem:
    named = ", ".join(sorted(types(item.value)))
    reason = f"This is no annotation, but {shown(named)}." if named else "This is no annotation."
    remedy = 'Give it "type": "Annotation", or leave it out.'
    return Problem(item.row, "type", shown(item.value), reason, remedy)


def _elsewhere(row: int, link: _Elsewhere) -> Refused:
    reason = f"This {link.what} is not in the file, which only links to it."
    remedy = "Put it into the file, or fetch it and import it as a file of its own."
    return Refused(row, "claim", {}, (Problem(row, "", shown(link.iri), reason, remedy),))


def _target(annotation: dict[str, Any]) -> dict[str, Any]:
    """The article and the place in it. Raises _UnplaceableError."""
    targets = listed(annotation.get("target"))
    if not targets:
        raise _UnplaceableError("target", "The annotation has no target.")
    target = targets[0]
    if len(targets) > 1 or types(target) & _SEVERAL:
        reason = "The annotation is of several things at once."
        raise _UnplaceableError("target", reason, "Write one annotation for each.")
    if not isinstance(target, dict) or "selector" not in target:
        raise _UnplaceableError("target", "The annotation is of a whole resource, not of words.")
    article = identifier(target.get("source"))
    if not article:
        reason = "The target does not say what it is a part of."
        raise _UnplaceableError("target.source", reason, "Give the address or id of the article.")
    return {"article": article} | _place(target["selector"])


def _place(selector: Any) -> dict[str, Any]:
    """The words and their offsets, of the selectors that select the same words.

    A refined selector is its last refinement, which narrows down what the others found. That may
    be a quotation, since words that stand in the article once need nothing before them; offsets
    would count from a place that we cannot find. Raises _UnplaceableError.
    """
    place = dict[str, Any]()
    others = list[str]()
    for alternative in _alternatives(selector):
        last, refined = _last(alternative)
        names: tuple[str, ...]
        if _is_quote(last):
            names = ("exact", "prefix", "suffix")
        elif _is_position(last) and not refined:
            names = ("start", "end")
        else:
            others.append(_described(last, refined))
            continue
        if names[0] not in place:
            place |= {name: last[name] for name in names if last.get(name) not in (None, "")}
    if not place:
        listing = shown(", or by ".join(dict.fromkeys(others))) or "an empty list"
        raise _UnplaceableError("target.selector", f"No words can be found by {listing}.")
    return place


def _is_quote(selector: Any) -> bool:
    return "TextQuoteSelector" in types(selector) and bool(selector.get("exact"))


def _is_position(selector: Any) -> bool:
    offsets = ("start", "end")
    return "TextPositionSelector" in types(selector) and all(
        selector.get(name) is not None for name in offsets
    )


def _alternatives(selector: Any) -> Iterator[Any]:
    for item in listed(selector):
        if "Choice" in types(item):
            yield from listed(item.get("items"))
        else:
            yield item


def _last(selector: Any) -> tuple[Any, bool]:
    refined = False
    while isinstance(selector, dict) and selector.get("refinedBy"):
        selector, refined = selector["refinedBy"], True
    return selector, refined


def _described(selector: Any, refined: bool) -> str:
    kinds = types(selector)
    if isinstance(selector, str):
        return "a link to a selector that is not in the file"
    if not kinds:
        return "something that is no selector"
    if "TextQuoteSelector" in kinds:
        return "a TextQuoteSelector without “exact”"
    if "TextPositionSelector" in kinds:
        lack = "within another selector" if refined else "without “start” or “end”"
        return f"a TextPositionSelector {lack}"
    return " or ".join(sorted(kinds))


def _note(annotation: dict[str, Any]) -> str:
    """The comments in the annotation, a blank line between two; tags and links are none."""
    value = annotation.get("bodyValue")
    comments = [value if isinstance(value, str) else ""]
    comments += map(_comment, listed(annotation.get("body")))
    return "\n\n".join(filter(None, comments))


def _comment(body: Any) -> str:
    if "Choice" in types(body):
        return next(filter(None, map(_embedded, listed(body.get("items")))), "")
    return _embedded(body)


def _embedded(body: Any) -> str:
    value = body.get("value") if isinstance(body, dict) else None
    if not isinstance(value, str) or not _is_comment(body):
        return ""
    return plain(value) if body.get("format") == "text/html" else value


def _is_comment(body: dict[str, Any]) -> bool:
    purposes = [item for item in listed(body.get("purpose")) if isinstance(item, str)]
    return not purposes or any(purpose.split(":")[-1] in _NOTING for purpose in purposes)
