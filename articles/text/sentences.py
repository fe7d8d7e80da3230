"""Sentence bounds, for moving through a text by keyboard."""

from collections.abc import Iterable, Iterator

from sentencex import get_sentence_boundaries

from articles.text.normalize import Block
from articles.text.spans import Span, snap

_WINDOW = 4_000
"""Code points given to the splitter at a time: its cost grows with the square of the quotes."""


def sentences(text: str, blocks: Iterable[Block], language: str = "en") -> list[Span]:
    """The sentences of each block, in order, trimmed and not overlapping.

    They cover all of a block but the white space between them. ``language`` is a BCP 47 tag;
    one that the splitter does not know is treated as English.
    """
    primary = language.partition("-")[0].lower()
    return [span for block in blocks for span in _of_block(text, block, primary)]


def _of_block(text: str, block: Block, language: str) -> Iterator[Span]:
    done = block.start
    for end in _ends(text, block, language):
        if text[done:end].strip():
            span = snap(text, done, end)
            yield span
            done = span.end


def _ends(text: str, block: Block, language: str) -> Iterator[int]:
    """Where sentences end; the last of a window is begun again in the next, unless it fills it."""
    start = block.start
    while start < block.end:
        stop = min(start + _WINDOW, block.end)
        found = get_sentence_boundaries(language, text[start:stop])
        ends = [start + boundary["end_index"] for boundary in found]
        if stop < block.end and len(ends) > 1:
            ends.pop()
        yield from ends
        start = ends[-1]
