"""A stored text as HTML, block by block; an article's with its claims marked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import NamedTuple, Protocol

from django.utils.safestring import SafeString, mark_safe

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
    """One block of text; ``bounds`` are its sentences."""

    index: int
    kind: str
    start: int
    end: int
    bounds: list[Span]
    html: SafeString
    opens_list: bool
    closes_list: bool

    @property
    def sentences(self) -> str:
        """Alternating starts and ends, in code points."""
        return " ".join(f"{span.start} {span.end}" for span in self.bounds)

    @property
    def tag(self) -> str:
        return TAGS.get(self.kind, "p")


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
    cut = segments(spans, chosen[0].start, chosen[-1].end)
    bounds = [sentences(stored.text, [block], language) for block in chosen]
    lists = list_ends([block.kind for block in blocks])
    pieces = clip(cut, chosen)
    return [
        TextBlock(
            index=index,
            kind=block.kind,
            start=block.start,
            end=block.end,
            bounds=bound,
            html=marked(stored.text, piece, looks),
            opens_list=lists[index][0],
            closes_list=lists[index][1],
        )
        for index, block, bound, piece in zip(wanted, chosen, bounds, pieces, strict=True)
    ]


def clip(cut: list[Segment], blocks: list[Block]) -> list[list[Segment]]:
    """The segments inside each block. Both come in order of their starts."""
    clipped: list[list[Segment]] = []
    first = 0
    for block in blocks:
        while first < len(cut) and cut[first].end <= block.start:
            first += 1
        inside = []
        position = first
        while position < len(cut) and cut[position].start < block.end:
            segment = cut[position]
            start, end = max(segment.start, block.start), min(segment.end, block.end)
            inside.append(Segment(start, end, segment.keys))
            position += 1
        clipped.append(inside)
    return clipped


def marked(text: str, pieces: list[Segment], looks: dict[int, str]) -> SafeString:
    """The pieces of text, each with its claims; the innermost gives the look."""
    html = []
    for piece in pieces:
        words = escape(text[piece.start : piece.end])
        if piece.keys:
            numbers = " ".join(map(str, piece.keys))
            look = f"{looks[piece.keys[-1]]} depth-{min(len(piece.keys), 4)}"
            words = f'<mark class="{look}" data-claims="{numbers}">{words}</mark>'
        html.append(words)
    # Every piece of text is escaped above; numbers and looks are ours.
    return mark_safe("".join(html))  # noqa: S308


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
