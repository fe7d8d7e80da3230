"""JSON-LD in the scripts of a web page."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any, BinaryIO

from articles.extraction.formats import looks_like_html
from articles.importing.formats.json_items import Item, Unpack
from articles.importing.formats.strict_json import NotJSONError, Parser, inspected
from articles.importing.records import FileError, Problem
from articles.text.errors import ExtractionError
from articles.text.extract import MAX_PAGE, markup, parse

_OPENING = re.compile(r"<!--|(?://|/\*)?\s*<!\[CDATA\[\s*(?:\*/)?")
_ENDINGS = ("*/", "]]>", "//", "/*", "-->")
_ENTITY = re.compile(r"&(?:quot|#34|#x22);")


def is_page(file: BinaryIO) -> bool:
    file.seek(0)
    start = file.read(1024)
    file.seek(0)
    return looks_like_html(start) or start.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n").startswith(b"<")


def scripts(file: BinaryIO, unpack: Unpack) -> Iterator[Item]:
    """The items in the page's scripts, and a problem for each script that is no JSON.

    Raises FileError.
    """
    file.seek(0)
    try:
        data = file.read(MAX_PAGE + 1)
        # A script by itself, as copied from a page, is no page to the parser.
        tree = parse(markup(data) if looks_like_html(data) else f"<html>{markup(data)}")
    except ExtractionError as error:
        raise FileError(str(error)) from error
    parser = Parser()
    row = 0
    found = (script for script in tree.iter("script") if _is_ld(script.get("type") or ""))
    for number, script in enumerate(found, 1):
        try:
            value, sound = _parsed(script.text or "", parser)
        except NotJSONError as error:
            row += 1
            yield Item(row, None, (_broken(row, number, error),))
            continue
        for item in unpack(value):
            row += 1
            yield Item(row, item) if sound else Item(row, *inspected(item, row))


def _is_ld(media_type: str) -> bool:
    return media_type.partition(";")[0].strip().lower() == "application/ld+json"


def _parsed(script: str, parser: Parser) -> tuple[Any, bool]:
    text = _unwrapped(script.strip())
    try:
        return parser.parse(text)
    except NotJSONError:
        # Some sites escape the script as if it were text of the page.
        if not _ENTITY.search(text):
            raise
        return parser.parse(unescape(text))


def _unwrapped(script: str) -> str:
    """Without the comment or CDATA section that hides it from old browsers or XML readers."""
    if found := _OPENING.match(script):
        script = script[found.end() :]
    for ending in _ENDINGS:
        script = script.removesuffix(ending).rstrip()
    return script


def _broken(row: int, number: int, error: NotJSONError) -> Problem:
    where = f"script {number}, line {error.line}, column {error.column}" if error.line else ""
    reason = f"In {where or f'script {number}'}: {error.reason}"
    return Problem(row, "", error.excerpt, reason, error.remedy)
