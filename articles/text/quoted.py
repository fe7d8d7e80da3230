"""A quote as its words, its ellipses, and the editor's words in [brackets]."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

from articles.text.folding import Folded
from articles.text.words import weigh, words

EXACT_ONLY = 15
"""Code points below which a quote is only looked for as it is; wide characters count double."""

EXACT_ONLY_WORDS = 4
"""Words below which the same holds; a character of a script without spaces is half a word."""

_PIECES = 20
"""The most pieces that the ellipses of one quote part it in; further ones part nothing."""

_ELLIPSIS = re.compile(
    r"[\[(<]\s*(?:[…⋯]+|\.{3,}|\.(?:\s\.){2,})\s*[\])>]|[…⋯]+|\.{3,}|\.(?:[ \u00a0]\.){2,}"
)
_BRACKETED = re.compile(r"\[[^\[\]]*\]")


class Quoted:
    """The words of a quote, the places of those in brackets, and the pieces ellipses part it in."""

    def __init__(self, text: str) -> None:
        self.folded = Folded(text, brackets=True)
        gaps = [match.span() for match in _ELLIPSIS.finditer(text)]
        placed = [
            (word, span)
            for word in words(self.folded)
            if not _touches(span := self.folded.origin(word.start, word.end), gaps)
        ]
        self.words = [word for word, _ in placed]
        editorial = [match.span() for match in _BRACKETED.finditer(text)]
        self.brackets = frozenset(
            place for place, (_, span) in enumerate(placed) if _touches(span, editorial)
        )
        starts = [start for _, (start, _) in placed]
        cuts = {bisect_left(starts, gap) for gap, _ in gaps}
        inner = sorted(cuts - {0, len(self.words)})[: _PIECES - 1]
        self.pieces = list(pairwise([0, *inner, len(self.words)]))

    @property
    def is_short(self) -> bool:
        """Whether there are too few words to be known again when they are changed."""
        length = self.words[-1].end - self.words[0].start
        wide = sum(word.weight < 1 for word in self.words)
        return length + wide < EXACT_ONLY or weigh(self.words) < EXACT_ONLY_WORDS


def _touches(span: tuple[int, int], others: Sequence[tuple[int, int]]) -> bool:
    """Whether the span has a part in common with one of the others, which are in order."""
    start, end = span
    index = bisect_left(others, (end, 0)) - 1
    return index >= 0 and start < others[index][1]
