"""A text as blocks of sentences of tokens, in which a quotation is one token."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice, pairwise

from articles.text.normalize import Block, paragraphs
from articles.text.quotation_marks import quotations
from articles.text.sentences import sentences
from articles.text.spans import Span

_TOKEN = re.compile(
    r"(?:[^\W\d_]\.){2,}|(?:Mr|Mrs|Ms|Dr|Prof|Sen|Rep|Gov|Gen|Col|Lt|Capt|Sgt|St|No|Inc|Co|Jr)\."
    r"|\d+(?:[.,:]\d+)*|\w+(?:[-’'&]\w+)*(?:(?<=s)[’'](?=\s))?|\.\.\.|\S"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_LONGEST = 120
"""Tokens of a sentence at most: a longer one is read in parts, so that time stays linear."""


@dataclass(frozen=True, slots=True)
class Token:
    start: int
    end: int
    text: str
    lower: str
    quote: bool = False

    @property
    def is_word(self) -> bool:
        return self.quote or self.text[0].isalnum()

    @property
    def is_capital(self) -> bool:
        return self.text[0].isupper() and not self.quote


@dataclass
class Sentence:
    """The tokens of a sentence; ``block`` is the number of its block in the text."""

    text: str
    block: int
    tokens: list[Token]
    _lower: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self._lower = [token.lower for token in self.tokens]

    def __len__(self) -> int:
        return len(self.tokens)

    def low(self, index: int) -> str:
        """The lower-case word at the index, or nothing where there is no such token."""
        return self._lower[index] if 0 <= index < len(self._lower) else ""

    @cached_property
    def end(self) -> int:
        """The index after the last token that is not closing punctuation."""
        end = len(self.tokens)
        while end and self.tokens[end - 1].text in {".", "!", "?", "…", ")", ",", ";"}:
            end -= 1
        return end

    def span(self, start: int, end: int) -> Span:
        return Span(self.tokens[start].start, self.tokens[end - 1].end)


def passages(text: str) -> list[Sentence]:
    """The sentences of the text in order; a quotation is never cut in two."""
    text = _SURROGATE.sub("\ufffd", text)  # the sentence splitter takes no half characters
    blocks = paragraphs(text)
    quotes = list(_quotes(text, blocks))
    bounds = [span.start for span in sentences(text, blocks)]
    ends = sorted({0, *bounds, *(block.start for block in blocks), len(text)})
    result = []
    number = 0
    position = 0
    start = ends[0]
    for _, end in pairwise(ends):
        while position < len(quotes) and quotes[position].end <= start:
            position += 1
        if _inside(quotes, position, end):
            continue
        while number + 1 < len(blocks) and blocks[number + 1].start <= start:
            number += 1
        tokens = list(_tokens(text, start, end, quotes, position))
        for first in range(0, len(tokens), _LONGEST):
            result.append(Sentence(text, number, tokens[first : first + _LONGEST]))
        start = end
    return result


def _inside(quotes: list[Span], position: int, offset: int) -> bool:
    while position < len(quotes) and quotes[position].start < offset:
        if offset < quotes[position].end:
            return True
        position += 1
    return False


def _tokens(text: str, start: int, end: int, quotes: list[Span], position: int) -> Iterator[Token]:
    while start < end:
        quote = quotes[position] if position < len(quotes) else None
        stop = min(end, quote.start) if quote else end
        for match in _TOKEN.finditer(text, start, stop):
            word = match.group()
            yield Token(*match.span(), word, word.lower().replace("’", "'"))
        if quote and quote.start < end:
            yield Token(quote.start, quote.end, text[quote.start : quote.end], "“”", quote=True)
            start = quote.end
            position += 1
        else:
            start = end


def _quotes(text: str, blocks: list[Block]) -> Iterator[Span]:
    """Quotations, the outermost only, cut where they go on in another block.

    One that is never closed is taken for stray marks.
    """
    number = 0
    for quotation in quotations(text, blocks):
        if quotation.depth or not (quotation.closed or len(quotation.pieces) > 1):
            continue
        while blocks[number].end <= quotation.start:
            number += 1
        for block in islice(blocks, number, None):
            if block.start >= quotation.end:
                break
            yield Span(max(quotation.start, block.start), min(quotation.end, block.end))
