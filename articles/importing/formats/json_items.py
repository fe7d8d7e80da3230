"""The items of a JSON-LD file: a document that is read whole, or one item per line."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, BinaryIO

from articles.importing.formats.lines import lines, skip_mark
from articles.importing.formats.strict_json import NotJSONError, Parser, inspected, not_json
from articles.importing.limits import MAX_WHOLE
from articles.importing.records import FileError, Problem, shown

Unpack = Callable[[Any], Iterator[Any]]
"""Gives the items of a document, which may be nested in lists, graphs, feeds or pages."""


@dataclass(frozen=True, slots=True)
class Item:
    """``row`` is the line, of a file with one item per line, else the count of items, from 1.

    With ``problems`` the value is only to be shown.
    """

    row: int
    value: Any
    problems: tuple[Problem, ...] = ()


def items(file: BinaryIO, unpack: Unpack, what: str) -> Iterator[Item]:
    """The items of the file; ``what`` is how people call one. Raises FileError.

    A document is read whole up to ``MAX_WHOLE`` bytes; a file of lines may be of any size.
    """
    parser = Parser()
    if _one_per_line(file, parser):
        return (_of_line(row, line, unpack, what, parser) for row, line in lines(file))
    return _of_document(_whole(file, what), unpack, parser)


def _one_per_line(file: BinaryIO, parser: Parser) -> bool:
    """Two lines tell: the first is a value by itself, or it is broken and the second is one."""
    opening = [line for _, line in islice(lines(file), 2)]
    if len(opening) < 2:
        return False
    first, second = opening
    bracket = isinstance(first, str) and first.strip() == "["
    return _is_value(first, parser) or (not bracket and _is_value(second, parser))


def _is_value(line: str | Problem, parser: Parser) -> bool:
    if isinstance(line, Problem):
        return False
    try:
        return isinstance(parser.parse(line)[0], (dict, list))
    except NotJSONError:
        return False


def _of_line(row: int, line: str | Problem, unpack: Unpack, what: str, parser: Parser) -> Item:
    if isinstance(line, Problem):
        return Item(row, None, (line,))
    try:
        value, sound = parser.parse(line)
    except NotJSONError as error:
        return Item(row, None, (not_json(row, error),))
    found = list(islice(unpack(value), 2))
    if len(found) != 1:
        reason = f"The line has {'more than one' if found else 'no'} {what}."
        remedy = f"Write one {what} per line, or all of them as one JSON document."
        return Item(row, None, (Problem(row, "", shown(line[:500]), reason, remedy),))
    return _item(row, found[0], sound)


def _whole(file: BinaryIO, what: str) -> str:
    encoding = skip_mark(file)
    data = file.read(MAX_WHOLE + 1)
    if len(data) > MAX_WHOLE:
        raise FileError(
            f"The file is larger than {MAX_WHOLE // 1024 // 1024} MB and is one JSON document. "
            f"Write it with one {what} per line, or part it into several files."
        )
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise FileError(
            f"Byte {error.start + 1} of the file is not {encoding.upper()}. Save it as UTF-8."
        ) from error
    if not text.strip():
        raise FileError("The file is empty. Check it and choose it again.")
    return text


def _of_document(text: str, unpack: Unpack, parser: Parser) -> Iterator[Item]:
    try:
        value, sound = parser.parse(text)
    except NotJSONError as error:
        where = f"Line {error.line}, column {error.column}: " if error.line else ""
        raise FileError(f"{where}{error}") from error
    for row, item in enumerate(unpack(value), 1):
        yield _item(row, item, sound)


def _item(row: int, value: Any, sound: bool) -> Item:
    return Item(row, value) if sound else Item(row, *inspected(value, row))
