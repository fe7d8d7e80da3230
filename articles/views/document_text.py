"""A document's text as its page shows it: its blocks, with where the pages begin."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from articles.models import Document
from articles.text.normalize import Block, list_ends

# One level below the headings of the page.
TAGS = {"heading": "h3", "quotation": "blockquote", "list_item": "li"}


@dataclass(frozen=True)
class Piece:
    """Part of a block; ``page`` is the number of the page that begins with it, or 0."""

    page: int
    text: str


@dataclass(frozen=True)
class ShownBlock:
    """``pages`` are the numbers of the pages that begin before it, or with it."""

    kind: str
    pages: list[int]
    pieces: list[Piece]
    opens_list: bool
    closes_list: bool

    @property
    def tag(self) -> str:
        return TAGS.get(self.kind, "p")


def shown_blocks(document: Document, most: int | None = None) -> list[ShownBlock]:
    blocks = document.block_spans()[:most]
    pages = _pages_before(document.pages, blocks)
    # Nothing but items may stand in a list: a page that begins between two items parts it.
    parted = {index for index, numbers in enumerate(pages) if numbers}
    lists = list_ends([block.kind for block in blocks], parted)
    return [
        ShownBlock(block.kind, numbers, list(_pieces(document, block)), opens, closes)
        for block, numbers, (opens, closes) in zip(blocks, pages, lists, strict=True)
    ]


def _pages_before(pages: Sequence[int], blocks: Sequence[Block]) -> list[list[int]]:
    """For each block the pages, from 1, that begin after the block before it."""
    found = []
    next_page = 0
    for block in blocks:
        numbers = []
        while next_page < len(pages) and pages[next_page] <= block.start:
            numbers.append(next_page + 1)
            next_page += 1
        while next_page < len(pages) and pages[next_page] < block.end:
            next_page += 1
        found.append(numbers)
    return found


def _pieces(document: Document, block: Block) -> Iterator[Piece]:
    start, number = block.start, 0
    for page, offset in _inside(document.pages, block):
        if offset > start:
            yield Piece(number, document.text[start:offset])
        start, number = offset, page
    yield Piece(number, document.text[start : block.end])


def _inside(pages: Sequence[int], block: Block) -> Iterator[tuple[int, int]]:
    """The pages that begin within the block, with their offsets."""
    first = bisect_right(pages, block.start)
    for index in range(first, bisect_left(pages, block.end)):
        yield index + 1, pages[index]
