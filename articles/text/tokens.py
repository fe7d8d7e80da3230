"""A text as blocks of sentences of tokens, in which a quotation is one token."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from articles.text.normalize import Block, paragraphs
from articles.text.sentences import sentences
from articles.text.spans import Span

_TOKEN = re.compile(
    r"(?:[^\W\d_]\.){2,}|(?:Mr|Mrs|Ms|Dr|Prof|Sen|Rep|Gov|Gen|Col|Lt|Capt|Sgt|St|No|Inc|Co|Jr)\."
    r"|\d+(?:[.,:]\d+)*|\w+(?:[-’'&]\w+)*(?:(?<=s)[’'](?=\s))?|\.\.\.|\S"
)
_OPENERS = {"“": "”", "„": "”“", "«": "»", '"': '"', "‘": "’", "'": "'"}
_MARK = re.compile("[“”„«»\"‘’']")
_SINGLE_LIMIT = 400


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
    heading: bool = False
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
    blocks = paragraphs(text)
    quotes = list(_quotes(text, blocks))
    bounds = [span.start for span in sentences(text, blocks)]
    ends = sorted({*bounds, *(block.start for block in blocks), len(text)})
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
        if tokens:
            heading = blocks[number].kind == "heading"
            result.append(Sentence(text, number, tokens, heading))
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
    """Quotations, the outermost only, within their blocks.

    One left open runs to the end of its block if the next block opens with the same mark, as
    quotations over several paragraphs do.
    """
    for number, block in enumerate(blocks):
        follows = text[blocks[number + 1].start] if number + 1 < len(blocks) else ""
        opened: int | None = None
        for match in _MARK.finditer(text, block.start, block.end):
            at = match.start()
            if opened is None:
                if text[at] in _OPENERS and _opens(text, at, block):
                    opened = at
            elif text[at] in _OPENERS[text[opened]] and _closes(text, opened, at):
                yield Span(opened, at + 1)
                opened = None
            elif text[opened] in "‘'" and at - opened > _SINGLE_LIMIT:
                opened = None
        if opened is not None and text[opened] == follows:
            yield Span(opened, block.end)


def _opens(text: str, at: int, block: Block) -> bool:
    if text[at] in "“„«":
        return True
    before = text[at - 1] if at > block.start else " "
    after = text[at + 1] if at + 1 < block.end else " "
    return not (before.isalnum() or before in ".,!?”’") and not after.isspace()


def _closes(text: str, opened: int, at: int) -> bool:
    if text[opened] not in "‘'":
        return True
    after = text[at + 1 : at + 2]
    return not after.isalnum() and not text[at - 1].isspace()
