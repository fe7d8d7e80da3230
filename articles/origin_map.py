"""Where the boxes and lines go in the picture of an article's claims, sources and origins.

Pure. Claims with the same chains are one box, on the left; then the parties, in columns by how
far they stand from the article; lines run from who cites to who is cited. Lengths are units of
the picture (CSS pixels at its own size).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from textwrap import shorten, wrap

from articles.provenance import Chain, Credited, Party, same_chains

BOX = 190
LINE = 18
PADDING = 10
ACROSS = 70
DOWN = 16
LANE = 12
MARGIN = 8
WIDTH_OF_LABEL = 24
MOST_GROUPS = 40
"""Groups of claims that are drawn; the list beside the picture has the others too."""


@dataclass(frozen=True, slots=True)
class Box:
    """``kind`` is claims, party, origin; ``unnamed`` of the last two."""

    kind: str
    unnamed: bool
    lines: tuple[str, ...]
    title: str
    claims: tuple[int, ...]
    x: int
    y: int

    @property
    def height(self) -> int:
        return len(self.lines) * LINE + 2 * PADDING

    @property
    def baselines(self) -> list[tuple[int, str]]:
        """Where each line of its text stands."""
        first = self.y + PADDING + 13
        return [(first + index * LINE, line) for index, line in enumerate(self.lines)]

    @property
    def text_x(self) -> int:
        return self.x + PADDING

    @property
    def width(self) -> int:
        return BOX


@dataclass(frozen=True, slots=True)
class Line:
    """``path`` is an SVG path; one that is ``back`` runs against the reading order."""

    path: str
    back: bool
    lowest: int = 0


@dataclass(frozen=True, slots=True)
class Picture:
    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    left_out: int


def draw(claims: Iterable[Credited]) -> Picture:
    """The picture of the claims that have chains; ``left_out`` counts claims not drawn."""
    groups = [(chains, numbers) for chains, numbers in same_chains(claims) if chains]
    drawn, rest = groups[:MOST_GROUPS], groups[MOST_GROUPS:]
    boxes, places = _place(drawn)
    floor = max((box.y + box.height for box in boxes), default=0)
    lines = _lines(drawn, boxes, places, floor + DOWN)
    width = max((box.x + BOX for box in boxes), default=0) + MARGIN
    height = max([floor, *(line.lowest for line in lines)]) + MARGIN
    return Picture(width, height, tuple(boxes), lines, sum(len(numbers) for _, numbers in rest))


Groups = Sequence[tuple[tuple[Chain, ...], list[int]]]


def _place(groups: Groups) -> tuple[list[Box], dict[Party, int]]:
    """The boxes, those of the groups first, and the index of each party's box."""
    chains = [chain for of_group, _ in groups for chain in of_group]
    columns = _columns(chains)
    origins = {chain[-1] for chain in chains}
    boxes: list[Box] = []
    y = MARGIN
    for _, numbers in groups:
        box = Box("claims", False, _told(numbers), _title(numbers), tuple(numbers), MARGIN, y)
        boxes.append(box)
        y += box.height + DOWN
    places: dict[Party, int] = {}
    down: dict[int, int] = defaultdict(lambda: MARGIN)
    for party, column in sorted(columns.items(), key=lambda placed: placed[1]):
        kind = "origin" if party in origins else "party"
        x = MARGIN + column * (BOX + ACROSS)
        box = Box(kind, party.unnamed, _label(party), party.label, (), x, down[column])
        places[party] = len(boxes)
        boxes.append(box)
        down[column] += box.height + DOWN
    return boxes, places


def _columns(chains: Sequence[Chain]) -> dict[Party, int]:
    """A party stands as far from the article as it ever does in a chain, in order of mention."""
    columns: dict[Party, int] = {}
    for chain in chains:
        for index, party in enumerate(chain, 1):
            columns[party] = max(index, columns.get(party, 0))
    return columns


def _lines(
    groups: Groups, boxes: Sequence[Box], places: dict[Party, int], below: int
) -> tuple[Line, ...]:
    ends: dict[tuple[int, int], None] = {}
    for index, (chains, _) in enumerate(groups):
        for chain in chains:
            ends.setdefault((index, places[chain[0]]))
            for one, other in pairwise(chain):
                ends.setdefault((places[one], places[other]))
    lanes: dict[int, int] = {}
    lines = []
    for left, right in ends:
        start, end = boxes[left], boxes[right]
        if end.x - start.x > BOX + ACROSS:
            lane = lanes.setdefault(right, below + LANE * len(lanes))
            lines.append(_line_below(start, end, lane))
        else:
            lines.append(_line(start, end))
    return tuple(lines)


def _line_below(start: Box, end: Box, y: int) -> Line:
    """A line over several columns goes below all boxes, so that it seems to pass none of them."""
    x1, y1 = start.x + BOX, start.y + start.height // 2
    x2, y2 = end.x, end.y + end.height // 2
    bend, left, right = ACROSS // 2, x1 + ACROSS, x2 - ACROSS
    down = f"M{x1} {y1}C{x1 + bend} {y1} {left - bend} {y} {left} {y}"
    return Line(f"{down}H{right}C{right + bend} {y} {x2 - bend} {y2} {x2} {y2}", False, y)


def _line(start: Box, end: Box) -> Line:
    back = end.x <= start.x
    x1, y1 = start.x + BOX, start.y + start.height // 2
    x2, y2 = (end.x + BOX, end.y + end.height // 2) if back else (end.x, end.y + end.height // 2)
    bend = ACROSS // 2
    second = x2 + bend if back else x2 - bend
    return Line(f"M{x1} {y1}C{x1 + bend} {y1} {second} {y2} {x2} {y2}", back)


def _told(numbers: Sequence[int]) -> tuple[str, ...]:
    count = f"{len(numbers)} claim{'' if len(numbers) == 1 else 's'}"
    return count, shorten(", ".join(map(str, numbers)), WIDTH_OF_LABEL, placeholder=" …")


def _title(numbers: Sequence[int]) -> str:
    return f"Claim{'' if len(numbers) == 1 else 's'} {', '.join(map(str, numbers))}"


def _label(party: Party) -> tuple[str, ...]:
    lines = wrap(party.label, WIDTH_OF_LABEL, max_lines=2, placeholder=" …") or [party.label]
    return (*lines, "unnamed") if party.unnamed else tuple(lines)
