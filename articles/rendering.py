"""An article's text as HTML, with its claims marked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe

from articles.models import Anchor, Revision, Status
from articles.text.normalize import Block
from articles.text.sentences import sentences
from articles.text.spans import Segment, segments

TAGS = {"heading": "h2", "quotation": "blockquote", "list_item": "li", "caption": "p"}


@dataclass(frozen=True)
class TextBlock:
    """One block of text; ``sentences`` holds alternating starts and ends, in code points."""

    index: int
    kind: str
    start: int
    end: int
    sentences: str
    html: SafeString
    opens_list: bool
    closes_list: bool

    @property
    def tag(self) -> str:
        return TAGS.get(self.kind, "p")


def text_blocks(
    revision: Revision, anchors: Sequence[Anchor], *, only: Iterable[int] | None = None
) -> list[TextBlock]:
    """The revision's blocks, or those with the given indexes, with the anchors' claims marked.

    The anchors carry their claims. Those of withdrawn claims must not be among them.
    """
    blocks = revision.block_spans()
    wanted = range(len(blocks)) if only is None else sorted(set(only))
    by_number = {anchor.claim.number: anchor for anchor in anchors}
    spans = [
        (place.start, place.end, number)
        for number, anchor in by_number.items()
        if (place := anchor.selector)
    ]
    chosen = [blocks[index] for index in wanted]
    if not chosen:
        return []
    cut = segments(spans, chosen[0].start, chosen[-1].end)
    bounds = [sentences(revision.text, [block], revision.article.language) for block in chosen]
    kinds = ["", *(block.kind for block in blocks), ""]
    pieces = clip(cut, chosen)
    return [
        TextBlock(
            index=index,
            kind=block.kind,
            start=block.start,
            end=block.end,
            sentences=" ".join(f"{span.start} {span.end}" for span in bound),
            html=marked(revision.text, piece, by_number),
            opens_list=block.kind == "list_item" != kinds[index],
            closes_list=block.kind == "list_item" != kinds[index + 2],
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


def marked(text: str, pieces: list[Segment], anchors: dict[int, Anchor]) -> SafeString:
    html = []
    for piece in pieces:
        words = escape(text[piece.start : piece.end])
        if piece.keys:
            claim = anchors[piece.keys[-1]].claim
            look = f"rating-{claim.rating}" if claim.rating else f"status-{claim.status}"
            numbers = " ".join(map(str, piece.keys))
            depth = min(len(piece.keys), 4)
            words = f'<mark class="{look} depth-{depth}" data-claims="{numbers}">{words}</mark>'
        html.append(words)
    # Every piece of text is escaped above; numbers and statuses are ours.
    return mark_safe("".join(html))  # noqa: S308


def touched(revision: Revision, spans: Iterable[tuple[int, int]]) -> set[int]:
    """The indexes of the blocks that any of the spans lies in."""
    spans = list(spans)
    return {
        index
        for index, block in enumerate(revision.block_spans())
        if any(start < block.end and end > block.start for start, end in spans)
    }


def standing_anchors(revision: Revision) -> list[Anchor]:
    """The current places of the claims that stand, with their claims, in reading order."""
    return list(
        revision.anchors.filter(current=True, start__isnull=False)
        .exclude(claim__status=Status.WITHDRAWN)
        .select_related("claim")
        .defer("prefix", "suffix", "claim__search", "claim__note")
        .order_by("start", "-end", "id")
    )
