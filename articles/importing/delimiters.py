"""Tells which character stands between the cells of a table in text."""

import csv
import io
from itertools import islice

from articles.importing import mapping
from articles.importing.limits import MAX_COLUMNS

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
"""By how common they are; of equally good ones the first is taken."""
_ROWS = 30


def guess_delimiter(beginning: str) -> str:
    """The one with which most headings are known; then most rows have as many cells as headings."""
    return max(DELIMITERS, key=lambda delimiter: _fitness(beginning, delimiter))


def _fitness(beginning: str, delimiter: str) -> tuple[int, float, int]:
    lines = io.StringIO(beginning, newline="")
    rows = list(islice(filter(any, csv.reader(lines, delimiter=delimiter)), _ROWS))
    if rows and is_hint(rows[0]):
        del rows[0]
    if not rows or len(rows[0]) == 1:
        return mapping.known(rows[0]) if rows else 0, 0.0, 0
    headings, *others = rows
    alike = sum(len(row) == len(headings) for row in others)
    known = mapping.known([" ".join(cell.split()) for cell in headings[:MAX_COLUMNS]])
    return known, alike / max(len(others), 1), len(headings)


def is_hint(cells: list[str]) -> bool:
    """Whether a row is ``sep=;``, with which a table tells Excel the delimiter."""
    return len(cells) <= 2 and len(cells[0]) <= 5 and cells[0].lower().startswith("sep=")
