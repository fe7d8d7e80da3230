"""Agreement of two annotators on what to mark in the same texts.

Whether they mark the same passages is told by F1, the harmonic mean of the shares of either's
spans that the other has too: the measure for marking, where what neither marked cannot be counted
(George Hripcsak and Adam Rothschild (2005), "Agreement, the F-Measure, and Reliability in
Information Retrieval", JAMIA 12). How much of the text both mark is told by its characters.
"""

from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from articles.agreement.pairs import Pair, agreement
from articles.text.spans import Span


@dataclass(frozen=True, slots=True)
class Marked:
    """A text of ``length`` code points and what the first and the second marked in it.

    Spans may nest and overlap; one that is there twice counts once.
    Raises ValueError for spans that are empty or not in the text.
    """

    first: frozenset[Span]
    second: frozenset[Span]
    length: int

    def __post_init__(self) -> None:
        for span in self.first | self.second:
            if not 0 <= span.start < span.end <= self.length:
                raise ValueError(
                    f"A text of {self.length} characters has no span {span.start}–{span.end}."
                )


@dataclass(frozen=True, slots=True)
class Matches:
    """How many spans of the first and of the second there are, and how many match one to one."""

    first: int
    second: int
    matched: int

    @property
    def f1(self) -> float | None:
        """0 where nothing matches, 1 where all does; None where nobody marked anything."""
        marked = self.first + self.second
        return 2 * self.matched / marked if marked else None


@dataclass(frozen=True, slots=True)
class SpanAgreement:
    """Agreement over all of some texts.

    ``exact`` matches spans with the same ends, ``overlap`` spans that share at least half of the
    shorter. ``characters`` are the items that each marked or left; their share is high wherever
    little is marked, their kappa is not.
    """

    texts: int
    exact: Matches
    overlap: Matches
    characters: Pair


def span_agreement(texts: Iterable[Marked]) -> SpanAgreement:
    """How two annotators agree on these texts, spans and characters counted together."""
    texts = list(texts)
    first = sum(len(text.first) for text in texts)
    second = sum(len(text.second) for text in texts)
    characters = Counter[tuple[bool, bool]]()
    for text in texts:
        characters.update(_characters(text))
    return SpanAgreement(
        texts=len(texts),
        exact=Matches(first, second, sum(len(text.first & text.second) for text in texts)),
        overlap=Matches(first, second, sum(_most_matches(text) for text in texts)),
        characters=agreement(characters),
    )


def _characters(text: Marked) -> dict[tuple[bool, bool], int]:
    """How many characters the first and the second marked (true) or left."""
    one, other = _covered(text.first), _covered(text.second)
    first, second = _length(one), _length(other)
    both = first + second - _length(_covered([*one, *other]))
    return {
        (True, True): both,
        (True, False): first - both,
        (False, True): second - both,
        (False, False): text.length - first - second + both,
    }


def _covered(spans: Iterable[Span]) -> list[Span]:
    """The stretches that the spans cover, apart from each other and in order."""
    stretches: list[Span] = []
    for span in sorted(spans, key=lambda span: span.start):
        if stretches and span.start <= stretches[-1].end:
            stretches[-1] = Span(stretches[-1].start, max(stretches[-1].end, span.end))
        else:
            stretches.append(span)
    return stretches


def _length(stretches: Iterable[Span]) -> int:
    return sum(stretch.end - stretch.start for stretch in stretches)


def _most_matches(text: Marked) -> int:
    """The most spans that can be matched by overlap, one to one.

    A maximum matching by augmenting paths, so that it is the same whoever comes first.
    """
    seconds = sorted(text.second, key=lambda span: span.start)
    starts = [span.start for span in seconds]
    longest = max((span.end - span.start for span in seconds), default=0)
    candidates = {
        span: [
            other
            for other in seconds[
                bisect_left(starts, span.start - longest) : bisect_left(starts, span.end)
            ]
            if _overlap(span, other)
        ]
        for span in text.first
    }
    partners: dict[Span, Span] = {}
    return sum(_augment(span, candidates, partners) for span in text.first)


def _overlap(one: Span, other: Span) -> bool:
    """Whether they share at least half of the shorter."""
    shared = min(one.end, other.end) - max(one.start, other.start)
    return 2 * shared >= min(one.end - one.start, other.end - other.start)


def _augment(
    start: Span, candidates: Mapping[Span, Sequence[Span]], partners: dict[Span, Span]
) -> bool:
    """Find ``start`` a partner, moving others to another of their candidates if need be.

    ``partners`` gives for a matched span of the second that of the first.
    """
    reached: dict[Span, Span] = {}
    left: dict[Span, Span] = {}
    waiting = deque([start])
    while waiting:
        one = waiting.popleft()
        for other in candidates[one]:
            if other in reached:
                continue
            reached[other] = one
            if other not in partners:
                free: Span | None = other
                while free is not None:
                    partners[free] = reached[free]
                    free = left.get(reached[free])
                return True
            left[partners[other]] = other
            waiting.append(partners[other])
    return False
