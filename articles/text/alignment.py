"""The words of a quotation set beside those of a passage, as people would set them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal

from rapidfuzz.distance import Indel
from rapidfuzz.fuzz import ratio

from articles.text.material import category
from articles.text.words import Word, weigh

_Block = tuple[bool, int, int, int, int]

StepKind = Literal[
    "same", "replaced", "dropped", "added", "moved_here", "moved_away", "elided", "bracketed"
]

_CAREFUL_CELLS = 40_000
"""Pairs of words up to which the longest common runs are sought, at a cost that may be cubic."""

_PAIRING_CELLS = 60
"""Pairs of words up to which the words of a changed stretch are paired by likeness."""

_ALIKE = 60
"""Likeness, of 100, from which a word stands for another: believe and believing."""

_BRACKET_REPLACES = 8
"""The most words of the document that words in [brackets] may stand for."""

MOVES = 4
"""The most stretches looked for that stand elsewhere in the passage."""


@dataclass(frozen=True, slots=True)
class Step:
    """Quote words ``q1`` to ``q2`` stand for passage words ``d1`` to ``d2``; ends exclusive.

    The two steps of a move share a ``move`` number.
    """

    kind: StepKind
    q1: int
    q2: int
    d1: int
    d2: int
    move: int | None = None


def align(quote: Sequence[Word], passage: Sequence[Word], brackets: frozenset[int]) -> list[Step]:
    """Steps over all words of both, in order. ``brackets``: places of quote words in brackets."""
    pair = _Pair(quote, passage, brackets)
    return pair.merged(pair.moves(list(pair.steps())))


@dataclass(frozen=True, slots=True)
class _Pair:
    quote: Sequence[Word]
    passage: Sequence[Word]
    brackets: frozenset[int]

    def steps(self) -> Iterator[Step]:
        for same, q1, q2, d1, d2 in _blocks(self.quote, self.passage):
            if same:
                yield Step("same", q1, q2, d1, d2)
            else:
                yield from self._split(q1, q2, d1, d2)

    def _split(self, q1: int, q2: int, d1: int, d2: int) -> Iterator[Step]:
        plain = self._plain(q1, q2)
        if q1 < plain < q2:
            place = min(d2, d1 + plain - q1)
            yield from self._split(q1, plain, d1, place)
            yield from self._split(plain, q2, place, d2)
            return
        if q1 < q2 and q1 == plain:
            if d2 - d1 <= _BRACKET_REPLACES:
                yield Step("bracketed", q1, q2, d1, d2)
                return
        elif _joined(self.quote[q1:q2]) == _joined(self.passage[d1:d2]):
            # Only spaced or hyphenated otherwise.
            yield Step("same", q1, q2, d1, d2)
            return
        if (q2 - q1) * (d2 - d1) <= _PAIRING_CELLS:
            for q, d, alone in self._counterparts(q1, q2, d1, d2):
                if alone:
                    yield from self._changed(q1, q, d1, d)
                    q1, d1 = q, d
                yield from self._changed(q1, q + 1, d1, d + 1)
                q1, d1 = q + 1, d + 1
        yield from self._changed(q1, q2, d1, d2)

    def _plain(self, q1: int, q2: int) -> int:
        """Where words in brackets begin that reach to the end of the span."""
        while q1 < q2 and q2 - 1 in self.brackets:
            q2 -= 1
        return q2

    def _counterparts(self, q1: int, q2: int, d1: int, d2: int) -> Iterator[tuple[int, int, bool]]:
        """Pairs of like words, in order; ``alone`` for two numbers or modals."""
        best, place = 0.0, (0, 0)
        for q in range(q1, q2):
            for d in range(d1, d2):
                likeness = _likeness(self.quote[q], self.passage[d])
                if likeness > best:
                    best, place = likeness, (q, d)
        if best:
            q, d = place
            yield from self._counterparts(q1, q, d1, d)
            yield q, d, category(self.quote[q]) in ("number", "modal")
            yield from self._counterparts(q + 1, q2, d + 1, d2)

    def _changed(self, q1: int, q2: int, d1: int, d2: int) -> Iterator[Step]:
        """The step of a change; a word of weight at its edge with no counterpart goes alone."""
        after: list[Step] = []
        if q1 < q2 and d1 < d2:
            if d2 - d1 > 1 and self._tells(self.passage, d1, self.quote[q1:q2]):
                yield Step("dropped", q1, q1, d1, d1 + 1)
                d1 += 1
            if q2 - q1 > 1 and self._tells(self.quote, q1, self.passage[d1:d2]):
                yield Step("added", q1, q1 + 1, d1, d1)
                q1 += 1
            if d2 - d1 > 1 and self._tells(self.passage, d2 - 1, self.quote[q1:q2]):
                d2 -= 1
                after.append(Step("dropped", q2, q2, d2, d2 + 1))
            elif q2 - q1 > 1 and self._tells(self.quote, q2 - 1, self.passage[d1:d2]):
                q2 -= 1
                after.append(Step("added", q2, q2 + 1, d2, d2))
        yield from changed(q1, q2, d1, d2)
        yield from after

    def _tells(self, ours: Sequence[Word], place: int, others: Sequence[Word]) -> bool:
        own = category(ours[place])
        return own is not None and all(category(word) != own for word in others)

    def moves(self, steps: list[Step]) -> list[Step]:
        """The steps with words that are quoted at another place than theirs told apart."""
        if len(self.quote) * len(self.passage) > _CAREFUL_CELLS:
            return steps
        for number in range(MOVES):
            move = self._longest_move(steps)
            if move is None:
                break
            q, d, size = move
            steps = [part for step in steps for part in _cut(step, q, d, size, number)]
        return steps

    def _longest_move(self, steps: list[Step]) -> tuple[int, int, int] | None:
        """Where in quote and passage the longest moved words start, and how many they are."""
        quoted = [(q, step) for step in steps if _open(step) for q in range(step.q1, step.q2)]
        left = [(d, step) for step in steps if _open(step) for d in range(step.d1, step.d2)]
        places: dict[str, list[int]] = {}
        for d, _ in left:
            places.setdefault(self.passage[d].key, []).append(d)
        q_ends = {q: step.q2 for q, step in quoted}
        d_ends = {d: step.d2 for d, step in left}
        best = None
        for q in q_ends:
            for d in places.get(self.quote[q].key, []):
                limit = min(q_ends[q] - q, d_ends[d] - d)
                size = next((n for n in range(1, limit) if not self._equal(q + n, d + n)), limit)
                if (best is None or size > best[2]) and self._is_move(q, size):
                    best = q, d, size
        return best

    def _equal(self, q: int, d: int) -> bool:
        return self.quote[q].key == self.passage[d].key

    def _is_move(self, q: int, size: int) -> bool:
        """One word must be long to count as moved; small words come and go by chance."""
        moved = self.quote[q : q + size]
        return weigh(moved) >= 2 or (moved[0].weight == 1 and len(moved[0].key) >= 4)

    def merged(self, steps: list[Step]) -> list[Step]:
        """Without steps of the same kind side by side where they are one run of same words."""
        result: list[Step] = []
        for step in steps:
            if result and step.kind == result[-1].kind and step.kind in ("same", "added"):
                result[-1] = replace(result[-1], q2=step.q2, d2=step.d2)
            else:
                result.append(step)
        return result


def _blocks(quote: Sequence[Word], passage: Sequence[Word]) -> list[_Block]:
    one = [word.key for word in quote]
    other = [word.key for word in passage]
    codes: Sequence[tuple[str, int, int, int, int]]
    if len(one) * len(other) <= _CAREFUL_CELLS:
        codes = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    else:
        codes = [
            (c.tag, c.src_start, c.src_end, c.dest_start, c.dest_end)
            for c in Indel.opcodes(one, other)
        ]
    blocks = []
    for same, group in groupby(codes, key=lambda code: code[0] == "equal"):
        parts = list(group)
        blocks.append((same, parts[0][1], parts[-1][2], parts[0][3], parts[-1][4]))
    return _drawn_near(blocks, one, other)


def _drawn_near(blocks: list[_Block], quote: list[str], passage: list[str]) -> list[_Block]:
    """The first words in common taken where they stand last before the next ones."""
    place = 0 if blocks and blocks[0][0] else 1
    if len(blocks) < place + 3:
        return blocks
    (_, q1, q2, d1, _), (_, _, q3, _, d3) = blocks[place : place + 2]
    size = q2 - q1
    room = max(d1, d3 - (q3 - q2) - size)
    near = next(d for d in range(room, d1 - 1, -1) if passage[d : d + size] == quote[q1:q2])
    if near == d1:
        return blocks
    head = [(False, 0, q1, 0, near)]
    gap = [(False, q2, q3, near + size, d3)] if q2 < q3 or near + size < d3 else []
    return [*head, (True, q1, q2, near, near + size), *gap, *blocks[place + 2 :]]


def _likeness(quoted: Word, original: Word) -> float:
    ours, theirs = category(quoted), category(original)
    if ours or theirs:
        return 100 if ours == theirs else 0
    if min(len(quoted.key), len(original.key)) < 4:
        return 0
    return ratio(quoted.key, original.key, score_cutoff=_ALIKE)


def _open(step: Step) -> bool:
    return step.kind in ("replaced", "dropped", "added")


def _cut(step: Step, q: int, d: int, size: int, move: int) -> Iterator[Step]:
    """The step with the moved words taken out of it, where they are its own."""
    ours = _open(step) and step.q1 <= q < step.q2
    theirs = _open(step) and step.d1 <= d < step.d2
    if not ours and not theirs:
        yield step
        return
    q1, q2 = (q, q + size) if ours else (step.q2, step.q2)
    d1, d2 = (d, d + size) if theirs else (step.d2, step.d2)
    if ours and not theirs:
        # Words that only the document has go to the side of the move that has others of the quote.
        place = step.d1 if q1 == step.q1 else step.d2
        yield from changed(step.q1, q1, step.d1, place)
        yield Step("moved_here", q1, q2, place, place, move)
        yield from changed(q2, step.q2, place, step.d2)
    elif theirs and not ours:
        yield from changed(step.q1, step.q2, step.d1, d1)
        yield Step("moved_away", step.q2, step.q2, d1, d2, move)
        yield from changed(step.q2, step.q2, d2, step.d2)
    else:
        yield from changed(step.q1, q1, step.d1, d1)
        yield Step("same", q1, q2, d1, d2)
        yield from changed(q2, step.q2, d2, step.d2)


def changed(q1: int, q2: int, d1: int, d2: int) -> Iterator[Step]:
    """The step of such a change, unless neither side has words."""
    if q1 < q2 or d1 < d2:
        kind: StepKind = "added" if d1 == d2 else "dropped" if q1 == q2 else "replaced"
        yield Step(kind, q1, q2, d1, d2)


def _joined(some: Sequence[Word]) -> str:
    return "".join(word.key for word in some)
