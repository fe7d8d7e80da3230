"""Where in a document the words of a quote come from, and how much of it they are."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

from rapidfuzz.distance import LCSseq

from articles.text.alignment import Step, align, changed
from articles.text.folding import Folded
from articles.text.passages import exact, read, windows
from articles.text.quoted import Quoted
from articles.text.words import Word, weigh, words

GAP = 3_000
"""The most code points of the document that one ellipsis may stand for."""

_RUN = 2
"""Words in a row, from which their agreement is no chance."""

_ANCHORS = 20
"""The most places of a piece from which the other pieces of an elided quote are sought."""

_EDGE = 3
"""Words at an edge of a quote up to which they are set against others of the document."""

_COMPARED = 3
"""The most passages that are set beside a piece; those that share most words in their order."""

_FAITHFUL_WORDS = 3
"""Words of the document that a quote must hold beside its ellipses and brackets."""

_SENTENCE_END = re.compile(r"[.!?…。！？\n]")
_CLAUSE_END = re.compile(r"[.!?…。！？\n,;:、，；：)”»]|\s[—–-]\s")


@dataclass(frozen=True)
class Match:
    """Words of the document with the steps from the quote's words to them."""

    quoted: Quoted
    words: list[Word]
    steps: list[Step]

    @property
    def faithful(self) -> bool:
        """Whether nothing differs but what ellipses and brackets account for."""
        return all(step.kind in ("same", "elided", "bracketed") for step in self.steps) and (
            self._same >= _FAITHFUL_WORDS or not self.abridged
        )

    @property
    def abridged(self) -> bool:
        return any(step.kind in ("elided", "bracketed") for step in self.steps)

    @cached_property
    def similarity(self) -> float:
        """The share of words in common, counted on both sides; moved ones count half."""
        ours = sum(self.of_quote(step) for step in self.steps if step.kind != "bracketed")
        theirs = sum(
            self._of_document(step)
            for step in self.steps
            if step.kind not in ("bracketed", "elided")
        )
        moved = sum(self.of_quote(step) for step in self.steps if step.kind == "moved_here")
        return (2 * self._same + moved) / (ours + theirs) if ours + theirs else 0.0

    @property
    def derives(self) -> bool:
        """Whether the words come from the document, more than two texts on one topic agree by.

        Half of the quote's words, and runs of them; or a clause of it that is long and close.
        """
        return _close(self, self.steps, 0.5, 0.3) or (
            self._same >= 6
            and self._content >= 4
            and _close(self, _core(self, self.steps), 0.55, 0.35)
        )

    @property
    def score(self) -> float:
        return sum(self.value(step) for step in self.steps)

    @cached_property
    def _same(self) -> float:
        return sum(self.of_quote(step) for step in self.steps if step.kind == "same")

    @property
    def _content(self) -> float:
        """Words in common that are no small words; two characters make one."""
        return sum(
            word.weight
            for step in self.steps
            if step.kind == "same"
            for word in self.quoted.words[step.q1 : step.q2]
            if word.weight < 1 or len(word.key) >= 4
        )

    def of_quote(self, step: Step) -> float:
        return weigh(self.quoted.words[step.q1 : step.q2])

    def _of_document(self, step: Step) -> float:
        return weigh(self.words[step.d1 : step.d2])

    def value(self, step: Step) -> float:
        """What a step says for the passage; below 0, against it."""
        ours, theirs = self.of_quote(step), self._of_document(step)
        match step.kind:
            case "same":
                return ours
            case "moved_here":
                return 0.5 * ours
            case "moved_away":
                return 0.1 * theirs
            case "bracketed" | "elided":
                return 0.0
            case _:
                return -0.5 * ours - 0.25 * max(0.0, theirs - ours)

    def trimmed(self, document: Folded) -> "Match":
        """Only the stretch of the passage that speaks most for it.

        A few quote words at its edges stand for as many of the sentence there; others are added.
        """
        core = _core(self, _moved_first(self.steps))
        if not core:
            return Match(self.quoted, [], _added(self.steps[0].q1, self.steps[-1].q2, 0))
        first, last = core[0], core[-1]
        start, end = self.steps[0].q1, self.steps[-1].q2
        before = self._outside(document, start, first.q1, first.d1, forth=False)
        after = self._outside(document, last.q2, end, last.d2, forth=True)
        steps = [*before, *_unpaired_moves(core), *after]
        low, high = steps[0].d1, steps[-1].d2
        return Match(self.quoted, self.words[low:high], [_shifted(step, -low) for step in steps])

    def _outside(
        self, document: Folded, q1: int, q2: int, place: int, *, forth: bool
    ) -> list[Step]:
        """The step of the quote's words before or after what the place in the passage ends."""
        if q1 < q2 and self.quoted.brackets.issuperset(range(q1, q2)):
            return [Step("bracketed", q1, q2, place, place)]
        reach = self._reach(document, place, q2 - q1, forth) if 0 < q2 - q1 <= _EDGE else place
        return list(changed(q1, q2, min(place, reach), max(place, reach)))

    def _reach(self, document: Folded, place: int, number: int, forth: bool) -> int:
        """So many words farther, less where a sentence ends; of characters up to ``_EDGE`` more.

        More of them are taken where a clause ends there, as an ending may be of several.
        """
        for count in range(_EDGE + 1):
            reached = place + count if forth else place - count
            if not (reached < len(self.words) if forth else reached > 0):
                return reached
            around = self.words[max(0, reached - 1) : reached + 1]
            between = document.text[around[0].end : around[-1].start]
            if (_SENTENCE_END if count < number else _CLAUSE_END).search(between):
                return reached
            if count == number and around[0].weight == 1:
                return reached
        return place + number if forth else place - number


def literal(quoted: Quoted, document: Folded) -> Match | None:
    """The words just as they stand, one after another, if the document has them so."""
    found = next(exact(quoted.words, quoted.folded, document, 0, len(document.text)), None)
    return None if found is None else _same(quoted, found, 0)


def find(quoted: Quoted, document: Folded) -> Match | None:
    """The best match for the whole quote, or None where no telling word of it is found."""
    verbatim = literal(quoted, document)
    if verbatim is not None:
        return verbatim
    anchor = max(quoted.pieces, key=lambda piece: weigh(quoted.words[slice(*piece)]))
    matches = (
        _join(
            [*_before(found, anchor, document), found, *_after(found, anchor, document)], document
        )
        for found in _candidates(quoted, anchor, document, 0, len(document.text))
    )
    return max(matches, key=lambda match: (match.faithful, match.score), default=None)


def _candidates(
    quoted: Quoted, piece: tuple[int, int], document: Folded, start: int, end: int
) -> list[Match]:
    """Places of one piece: the exact ones, or else passages like it; none without any words."""
    first, last = piece
    some = quoted.words[first:last]
    places = list(islice(exact(some, quoted.folded, document, start, end), _ANCHORS))
    if places:
        return [_same(quoted, place, first) for place in places]
    keys = [word.key for word in some]
    likely = sorted(
        (read(document, *span) for span in windows(some, quoted.folded, document, start, end)),
        key=lambda passage: -LCSseq.similarity(keys, [word.key for word in passage]),
    )
    found = (_beside(quoted, piece, passage, document) for passage in likely[:_COMPARED])
    return [match for match in found if match.words]


def _beside(quoted: Quoted, piece: tuple[int, int], passage: list[Word], document: Folded) -> Match:
    """The piece beside the passage, or beside what of it is as long as the piece, if better.

    The longest common run is where the two are laid over each other. Without this second look
    words far away would be chosen over a change near by, for the sake of one more in common.
    """
    match = _aligned(quoted, piece, passage)
    common = [step for step in match.steps if step.kind == "same"]
    if not common:
        return match.trimmed(document)
    anchor = max(common, key=lambda step: step.q2 - step.q1)
    first, last = piece
    slack = 2 + (last - first) // 8
    low = max(0, anchor.d1 - (anchor.q1 - first) - slack)
    high = anchor.d2 + (last - anchor.q2) + slack
    if all(low <= step.d1 and step.d2 <= high for step in common):
        return match.trimmed(document)
    near = _aligned(quoted, piece, passage[low:high])
    return max(match.trimmed(document), near.trimmed(document), key=lambda one: one.score)


def _aligned(quoted: Quoted, piece: tuple[int, int], passage: list[Word]) -> Match:
    first, last = piece
    brackets = frozenset(place - first for place in quoted.brackets)
    steps = align(quoted.words[first:last], passage, brackets)
    return Match(quoted, passage, [_shifted(step, 0, first) for step in steps])


def _same(quoted: Quoted, passage: list[Word], first: int) -> Match:
    step = Step("same", first, first + len(passage), 0, len(passage))
    return Match(quoted, passage, [step])


def _shifted(step: Step, passage: int, quote: int = 0) -> Step:
    """The step with its places in the passage and in the quote moved on by so many words."""
    return replace(
        step,
        q1=step.q1 + quote,
        q2=step.q2 + quote,
        d1=step.d1 + passage,
        d2=step.d2 + passage,
    )


def _added(q1: int, q2: int, place: int) -> list[Step]:
    return [Step("added", q1, q2, place, place)] if q1 < q2 else []


def _core(match: Match, steps: Sequence[Step]) -> list[Step]:
    """The unbroken run of steps that speaks most for the passage; it begins and ends alike."""
    best, first, last = 0.0, 0, 0
    total, begin = 0.0, 0
    for index, step in enumerate(steps):
        if total < 0:
            total, begin = 0.0, index
        total += match.value(step)
        if total > best:
            best, first, last = total, begin, index + 1
    return list(steps[first:last])


def _moved_first(steps: Sequence[Step]) -> list[Step]:
    """Words moved to the quote's end stand before what follows the passage, not after it."""
    tail = len(steps)
    while tail and steps[tail - 1].kind in ("moved_here", "dropped"):
        tail -= 1
    place = steps[tail].d1 if tail < len(steps) else 0
    end = steps[-1].q2
    moved = [step for step in steps[tail:] if step.kind == "moved_here"]
    dropped = [step for step in steps[tail:] if step.kind == "dropped"]
    return [
        *steps[:tail],
        *(replace(step, d1=place, d2=place) for step in moved),
        *(replace(step, q1=end, q2=end) for step in dropped),
    ]


def _close(match: Match, steps: Sequence[Step], same: float, in_runs: float) -> bool:
    """Whether that share of the steps' quote words is the same, and that share in runs of it."""
    ours = sum(match.of_quote(step) for step in steps if step.kind != "bracketed")
    runs = [match.of_quote(step) for step in steps if step.kind == "same"]
    return bool(ours) and (
        sum(runs) >= same * ours and sum(run for run in runs if run >= _RUN) >= in_runs * ours
    )


def _unpaired_moves(steps: Sequence[Step]) -> list[Step]:
    """Where the other end of a move was cut off, the words are one with the change beside them."""
    ends = Counter(step.move for step in steps if step.move is not None)
    result: list[Step] = []
    joins = False
    for step in steps:
        alone = step.move is not None and ends[step.move] == 1
        if result and (alone or joins) and _changes(step, alone) and _changes(result[-1], joins):
            last = result.pop()
            result += changed(last.q1, step.q2, last.d1, step.d2)
        else:
            result += changed(step.q1, step.q2, step.d1, step.d2) if alone else [step]
        joins = alone
    return result


def _changes(step: Step, alone: bool) -> bool:
    return alone or step.kind in ("replaced", "dropped", "added")


def _before(found: Match, anchor: tuple[int, int], document: Folded) -> list[Match]:
    """The pieces before the anchor, each the nearest likeness before the one after it."""
    result: list[Match] = []
    end = found.words[0].start
    pieces = found.quoted.pieces
    for piece in reversed(pieces[: pieces.index(anchor)]):
        start = max(0, end - GAP - 2 * _length(found.quoted, piece))
        match = _likeliest(found.quoted, piece, document, start, end, nearest=-1)
        if match.words:
            end = match.words[0].start
        result.insert(0, match)
    return result


def _after(found: Match, anchor: tuple[int, int], document: Folded) -> list[Match]:
    result: list[Match] = []
    start = found.words[-1].end
    pieces = found.quoted.pieces
    for piece in pieces[pieces.index(anchor) + 1 :]:
        end = min(len(document.text), start + GAP + 2 * _length(found.quoted, piece))
        match = _likeliest(found.quoted, piece, document, start, end, nearest=1)
        if match.words:
            start = match.words[-1].end
        result.append(match)
    return result


def _likeliest(
    quoted: Quoted, piece: tuple[int, int], document: Folded, start: int, end: int, nearest: int
) -> Match:
    """The best place of a piece between the offsets; without words where none speaks for it."""
    candidates = [
        match
        for match in _candidates(quoted, piece, document, start, end)
        if match.score > 0 and start <= match.words[0].start and match.words[-1].end <= end
    ]
    if not candidates:
        return Match(quoted, [], _added(*piece, 0))
    return max(candidates, key=lambda match: (match.score, -nearest * match.words[0].start))


def _length(quoted: Quoted, piece: tuple[int, int]) -> int:
    first, last = piece
    return quoted.words[last - 1].end - quoted.words[first].start


def _join(pieces: Sequence[Match], document: Folded) -> Match:
    """The pieces of an elided quote as one match, with what stands between them left out."""
    found = [piece for piece in pieces if piece.words]
    passage = list(words(document, found[0].words[0].start, found[-1].words[-1].end))
    starts = [word.start for word in passage]
    steps: list[Step] = []
    place, begun = 0, False
    for piece in pieces:
        if not piece.words:
            steps += [_shifted(step, place) for step in piece.steps]
            continue
        start = bisect_left(starts, piece.words[0].start)
        if begun:
            q = piece.steps[0].q1
            steps.append(Step("elided", q, q, place, start))
        steps += [_shifted(step, start) for step in piece.steps]
        place, begun = start + len(piece.words), True
    return Match(pieces[0].quoted, passage, steps)
