"""The lines of pages as they are laid out, and the running heads and feet among them."""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Self

from articles.text.normalize import normalize

_PAGE_NUMBER = re.compile(
    r"[-–—|\[( ]*(?:page|p\.|seite|s\.|página|pagina)?\s*\d{1,4}"
    r"(?:\s*(?:/|of|von|de|di|sur|-)\s*\d{1,4})?[-–—|\]) ]*",
    re.I,
)
_DIGITS = re.compile(r"\d+")
_FEWEST_REPEATS = 3


@dataclass(frozen=True)
class Line:
    """A line of a page; ``bottom`` grows upwards, lengths are in points.

    ``hyphen`` says that a hyphen at its end was taken off.
    """

    text: str
    left: float
    right: float
    bottom: float
    size: float
    hyphen: bool = False

    @classmethod
    def of(
        cls, text: str, left: float, right: float, bottom: float, size: float, *, hyphen: bool
    ) -> Self:
        """From text as found: white space is collapsed, a hyphen at the end taken off."""
        text = re.sub(r"\s*\n\s*| {2,}", " ", normalize(text))
        if re.search(r"\w[-\u2010\u00ad]$", text):
            text, hyphen = text[:-1], True
        return cls(text, left, right, bottom, size, hyphen)


def without_running_lines(pages: list[list[Line]]) -> list[list[Line]]:
    """The pages without page numbers, and without heads and feet after their first appearance.

    A head or foot is the same first or last line, but for digits, of more than half of the pages
    and of three at least.
    """
    pages = [_without_page_number(page) for page in pages]
    for edge in (0, -1):
        counts = Counter(_shape(page[edge]) for page in pages if page)
        running = {
            shape
            for shape, count in counts.items()
            if count >= _FEWEST_REPEATS and count > len(pages) / 2
        }
        seen: set[str] = set()
        for page in pages:
            shape = _shape(page[edge]) if page else ""
            if shape in running & seen:
                del page[edge]
            seen.add(shape)
    return pages


def _without_page_number(page: list[Line]) -> list[Line]:
    kept = list(page)
    for edge in (-1, 0):
        if len(kept) > 1 and _PAGE_NUMBER.fullmatch(kept[edge].text):
            del kept[edge]
    return kept


def _shape(line: Line) -> str:
    return _DIGITS.sub("#", line.text)
