"""Rows as CSV that a spreadsheet opens as it is meant, and that the import reads back unchanged.

UTF-8 with a byte order mark, commas unless told otherwise, CRLF (RFC 4180); cells that a
spreadsheet would run as a formula are guarded.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from articles.importing.formats.guard import guarded

BOM = "\N{BYTE ORDER MARK}"


class Echo:
    """What csv.writer writes to: it hands each line back."""

    def write(self, line: str) -> str:
        return line


def csv_lines(
    heading: Sequence[str], rows: Iterable[Sequence[Any]], *, delimiter: str = ","
) -> Iterator[str]:
    """The heading and then each row, a line at a time, however many there are."""
    writer = csv.writer(Echo(), delimiter=delimiter)
    yield BOM + writer.writerow([guarded(cell) for cell in heading])
    for row in rows:
        yield writer.writerow([cell_of(value) for value in row])


def cell_of(value: object) -> str:
    """A value as the text of a cell: lists and objects as JSON, dates as ISO 8601, None empty."""
    if value is None:
        return ""
    if isinstance(value, bool | int | float | list | tuple | dict):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, date):
        return value.isoformat()
    return guarded(str(value))
