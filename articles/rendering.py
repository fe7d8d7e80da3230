"""A stored text as HTML, block by block; an article's with its claims marked."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from operator import attrgetter
from typing import NamedTuple, Protocol

from django.utils.safestring import SafeString

from articles.markup import fill, joined
from articles.models import Revision, Status
from articles.text.normalize import Block, list_ends
from articles.text.sentences import sentences
from articles.text.spans import Segment, Span, segments

TAGS = {"heading": "h2", "quotation": "blockquote", "list_item": "li", "caption": "p"}


class StoredText(Protocol):
    """A revision or a document: ``text`` in the stored form, and the blocks in it."""

    text: str

    def block_spans(self) -> list[Block]: ...


class Mark(NamedTuple):
    """Where a claim stands in the text, and how it looks. A bare tuple: there are thousands."""

    start: int
    end: int
    number: int
    status: str
    rating: str

    @property
    def look(self) -> str:
        return f"rating-{self.rating}" if self.rating else f"status-{self.status}"


@dataclass(frozen=True)
class TextBlock:
    """One block of text; ``bounds`` are its sentences, ``html`` has the claims marked."""

    index: int
    kind: str
    start: int
    end: int
    bounds: list[Span]
    html: SafeString
    opens_list: bool
    closes_list: bool


def text_blocks(
    stored: StoredText,
    language: str,
    marks: Sequence[Mark] = (),
    *,
    only: Iterable[int] | None = None,
) -> list[TextBlock]:
    """The text's blocks, or those with the given indexes, with the claims marked."""
    blocks = stored.block_spans()
    wanted = range(len(blocks)) if only is None else sorted(set(only))
    looks = {mark.number: mark.look for mark in marks}
    spans = [(mark.start, mark.end, mark.number) for mark in marks]
    chosen = [blocks[index] for index in wanted]
    if not chosen:
        return []
    edges = [edge for block in chosen for edge in (block.start, block.end)]
    cut = segments(spans, chosen[0].start, chosen[-1].end, edges)
    lists = list_ends([block.kind for block in blocks])
    return [
        TextBlock(
            index=index,
            kind=block.kind,
            start=block.start,
            end=block.end,
            bounds=sentences(stored.text, [block], language),
            html=marked(stored.text, inside(cut, block), looks),
            opens_list=lists[index][0],
            closes_list=lists[index][1],
        )
        for index, block in zip(wanted, chosen, strict=True)
    ]


def inside(cut: list[Segment], block: Block) -> list[Segment]:
    """The segments of the block, at whose ends the text is cut too."""
    start_of = attrgetter("start")
    first = bisect_left(cut, block.start, key=start_of)
    return cut[first : bisect_left(cut, block.end, first, key=start_of)]


def marked(text: str, pieces: list[Segment], looks: dict[int, str]) -> SafeString:
    """The pieces of text, each with its claims; the innermost gives the look."""
    html = []
    for start, end, keys in pieces:
        words = escape(text[start:end], quote=False)
        if keys:
            numbers = " ".join(map(str, keys))
            look = f"{looks[keys[-1]]} depth-{min(len(keys), 4)}"
            words = f'<mark class="{look}" data-claims="{numbers}">{words}</mark>'
        html.append(words)
    # Every piece of text is escaped above; numbers and looks are ours.
    return SafeString("".join(html))


BLOCK = (
    '{}<{} id="{}-{}" class="block {}" data-start="{}" data-end="{}" data-sentences="{}"{}>'
    "{}</{}>{}"
)


def text_html(
    blocks: Iterable[TextBlock], name: str = "block", *, replacing: bool = False
) -> SafeString:
    """The blocks, each with its sentences: their starts and ends by turns, in code points.

    When ``replacing``, htmx puts each in the place of the one with its name and index.
    """
    swap = SafeString(' hx-swap-oob="true"') if replacing else ""
    opening = SafeString("<ul>")
    closing = SafeString("</ul>")
    return joined(
        fill(
            BLOCK,
            opening if block.opens_list and not replacing else "",
            tag := TAGS.get(block.kind, "p"),
            name,
            block.index,
            block.kind,
            block.start,
            block.end,
            " ".join(f"{span.start} {span.end}" for span in block.bounds),
            swap,
            block.html,
            tag,
            closing if block.closes_list and not replacing else "",
        )
        for block in blocks
    )


def touched(revision: Revision, spans: Iterable[tuple[int, int]]) -> set[int]:
    """The indexes of the blocks that any of the spans lies in."""
    spans = list(spans)
    return {
        index
        for index, block in enumerate(revision.block_spans())
        if any(start < block.end and end > block.start for start, end in spans)
    }


def standing_marks(revision: Revision, spans: Sequence[tuple[int, int]] = ()) -> list[Mark]:
    """The current places of the claims that stand, in reading order.

    With ``spans`` given, only those that reach between the first start and the last end.
    """
    anchors = revision.anchors.filter(current=True, start__isnull=False)
    anchors = anchors.exclude(claim__status=Status.WITHDRAWN)
    if spans:
        first, last = min(start for start, _ in spans), max(end for _, end in spans)
        anchors = anchors.filter(start__lt=last, end__gt=first)
    rows = anchors.order_by("start", "-end", "id").values_list(
        "start", "end", "claim__number", "claim__status", "claim__rating"
    )
    return [
        Mark(start, end, number, status, rating)
        for start, end, number, status, rating in rows
        if start is not None and end is not None
    ]
