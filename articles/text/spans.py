"""Spans of text: checked, described so that they can be found again, and cut for display.

Every offset is a count of Unicode code points, 0-based, with the end exclusive. A span never
splits an extended grapheme cluster (UAX #29) and has no white space at its ends. Selectors are
the TextPositionSelector and TextQuoteSelector of the W3C Web Annotation Data Model.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple

import regex

CONTEXT = 32
"""How many code points of prefix and suffix a selector keeps."""

ErrorCode = Literal["outside", "reversed", "empty", "splits_character"]

_CLUSTER = regex.compile(r"\X")
_REGIONAL = r"\p{Grapheme_Cluster_Break=Regional_Indicator}"
_REGIONAL_PAIR = regex.compile(_REGIONAL * 2)
_REGIONAL_RUN_BEFORE = regex.compile(rf"(?r){_REGIONAL}+")
# A base with the marks on it: the rules for emoji (GB11) and Indic conjuncts (GB9c) look no
# further back than this. Marks after a control character have no base (GB4).
_BASE_BEFORE = regex.compile(
    r"""(?rx)
    [^\p{GCB=Extend}\p{GCB=ZWJ}\p{GCB=Control}\p{GCB=CR}\p{GCB=LF}]?
    [\p{GCB=Extend}\p{GCB=ZWJ}]*
    """
)


@dataclass(frozen=True, slots=True)
class Span:
    """Where a passage stands: code points ``start`` to ``end``, end exclusive."""

    start: int
    end: int


class SpanError(ValueError):
    """A span or offset the text cannot have; ``code`` says which rule it breaks."""

    def __init__(self, code: ErrorCode, message: str) -> None:
        super().__init__(message)
        self.code: ErrorCode = code


@dataclass(frozen=True, slots=True)
class Selector:
    """A span with its words and up to ``CONTEXT`` code points on either side of them."""

    start: int
    end: int
    exact: str
    prefix: str
    suffix: str


class Segment(NamedTuple):
    """A stretch of text that one and the same set of spans covers. A bare tuple: there are
    thousands."""

    start: int
    end: int
    keys: tuple[int, ...]


def check(text: str, start: int, end: int) -> Span:
    """The span without the white space at its ends.

    Raises SpanError: ``outside`` the text, ``reversed``, ``empty`` (or white space only), or
    ``splits_character`` when an end falls inside a grapheme cluster.
    """
    _refuse_impossible(text, start, end)
    span = _trim(text, start, end)
    for offset in (span.start, span.end):
        if not _is_boundary(text, offset):
            raise SpanError(
                "splits_character",
                f"The span {start}–{end} splits a character at {offset}: "
                "move that end to before or after the whole character.",
            )
    return span


def snap(text: str, start: int, end: int) -> Span:
    """The span widened to whole characters, then trimmed: for tools that count differently.

    Raises SpanError as ``check`` does, but never ``splits_character``.
    """
    _refuse_impossible(text, start, end)
    return _trim(text, _cluster_start(text, start), _cluster_end(text, end))


def select(text: str, start: int, end: int) -> Selector:
    """The selector of a span; raises SpanError as ``check`` does."""
    span = check(text, start, end)
    return Selector(
        start=span.start,
        end=span.end,
        exact=text[span.start : span.end],
        prefix=text[max(0, span.start - CONTEXT) : span.start],
        suffix=text[span.end : span.end + CONTEXT],
    )


def find(text: str, selector: Selector) -> Span | None:
    """The one place where the selector's words stand, or None: it never guesses.

    Places that agree best with the prefix and suffix win. Among equals the selector's own
    position wins; where that is not one of them, the selector is ambiguous and found nowhere.
    """
    if not selector.exact.strip():
        return None
    own = selector.start
    whole_context = len(selector.prefix) + len(selector.suffix)
    best: list[int] = []
    best_agreement = 0
    for place in _places(text, selector.exact):
        agreement = _agreement(text, selector, place)
        if place == own and agreement == whole_context:
            return Span(own, own + len(selector.exact))
        if agreement > best_agreement or not best:
            best, best_agreement = [place], agreement
        elif agreement == best_agreement:
            best.append(place)
    if own in best:
        best = [own]
    return Span(best[0], best[0] + len(selector.exact)) if len(best) == 1 else None


def segments(
    spans: Iterable[tuple[int, int, int]], start: int, end: int, edges: Iterable[int] = ()
) -> list[Segment]:
    """Cut ``start`` to ``end`` (not reversed) at every boundary of the ``(start, end, key)`` spans,
    and at the ``edges``, which lie between.

    The segments lie end to end. Each lists the keys of the spans over it: those that start
    first, then the longer, then the lower key; none where no span lies.
    """
    ordered = sorted([(s, -e, key) for s, e, key in spans if s < e and s < end and e > start])
    starts = [s if s > start else start for s, _, _ in ordered]
    ends = [-e for _, e, _ in ordered]
    by_end = sorted(range(len(ordered)), key=ends.__getitem__)
    cuts = sorted({start, end, *edges, *starts, *[e for e in ends if e < end]})
    ranks: list[int] = []
    keys: list[int] = []
    opened = closed = 0
    result = []
    for left, right in pairwise(cuts):
        while closed < opened and ends[by_end[closed]] <= left:
            place = bisect_left(ranks, by_end[closed])
            del ranks[place], keys[place]
            closed += 1
        while opened < len(ordered) and starts[opened] <= left:
            ranks.append(opened)
            keys.append(ordered[opened][2])
            opened += 1
        result.append(Segment(left, right, tuple(keys)))
    return result


def to_utf16(text: str, offset: int) -> int:
    """The offset in UTF-16 code units, as browsers count; raises SpanError ``outside``."""
    if not 0 <= offset <= len(text):
        raise _outside_offset(offset, len(text))
    return len(text[:offset].encode("utf-16-le")) // 2


def from_utf16(text: str, offset: int) -> int:
    """The offset in code points of one counted in UTF-16 code units.

    Raises SpanError ``outside``, or ``splits_character`` in the middle of a surrogate pair.
    """
    units = text.encode("utf-16-le")
    if not 0 <= offset <= len(units) // 2:
        raise _outside_offset(offset, len(units) // 2)
    try:
        return len(units[: 2 * offset].decode("utf-16-le"))
    except UnicodeDecodeError:
        raise SpanError(
            "splits_character",
            f"The offset {offset} falls between the two halves of a character.",
        ) from None


def _refuse_impossible(text: str, start: int, end: int) -> None:
    if start < 0 or end < 0 or max(start, end) > len(text):
        raise SpanError(
            "outside",
            f"The span {start}–{end} lies outside the text, which runs from 0 to {len(text)}.",
        )
    if end < start:
        raise SpanError("reversed", f"The span {start}–{end} ends before it starts.")
    if text[start:end].isspace() or start == end:
        raise SpanError("empty", f"The span {start}–{end} holds no text: select some words.")


def _outside_offset(offset: int, length: int) -> SpanError:
    return SpanError(
        "outside", f"The offset {offset} lies outside the text, which runs from 0 to {length}."
    )


def _trim(text: str, start: int, end: int) -> Span:
    """Leave out white space at both ends, but not a space that is part of a character.

    A space may carry a combining mark, or follow a prepended sign.
    """
    passage = text[start:end]
    left = end - len(passage.lstrip())
    right = start + len(passage.rstrip())
    if left > start and not _is_boundary(text, left):
        left -= 1
    if right < end and not _is_boundary(text, right):
        right += 1
    return Span(left, right)


def _is_boundary(text: str, offset: int) -> bool:
    """Whether no grapheme cluster reaches across the offset; looks only at what is near.

    ``\\X`` alone is not enough: it looks back over a whole run of flags at each of them.
    """
    if offset in (0, len(text)):
        return True
    before, after = text[offset - 1], text[offset]
    if before.isascii() and after.isascii():
        return (before, after) != ("\r", "\n")
    if _REGIONAL_PAIR.match(text, offset - 1):
        letters: int = offset - _REGIONAL_RUN_BEFORE.match(text, 0, offset).start()
        return letters % 2 == 0
    clusters: list[str] = _CLUSTER.findall(text[_base(text, offset) : offset + 1])
    return clusters[-1] == after


def _base(text: str, offset: int) -> int:
    """Where the character before the offset (an index above 0) has its base."""
    start: int = _BASE_BEFORE.match(text, 0, offset).start()
    return min(start, offset - 1)


def _cluster_start(text: str, offset: int) -> int:
    while not _is_boundary(text, offset):
        offset = offset - 1 if _REGIONAL_PAIR.match(text, offset - 1) else _base(text, offset)
    return offset


def _cluster_end(text: str, offset: int) -> int:
    if _is_boundary(text, offset):
        return offset
    end: int = _CLUSTER.match(text, _cluster_start(text, offset)).end()
    return end


def _places(text: str, exact: str) -> Iterator[int]:
    place = text.find(exact)
    while place >= 0:
        if _is_boundary(text, place) and _is_boundary(text, place + len(exact)):
            yield place
        place = text.find(exact, place + 1)


def _agreement(text: str, selector: Selector, place: int) -> int:
    """How many code points of context next to the words stand there too."""
    end = place + len(selector.exact)
    before = text[max(0, place - len(selector.prefix)) : place]
    after = text[end : end + len(selector.suffix)]
    return _common(reversed(before), reversed(selector.prefix)) + _common(after, selector.suffix)


def _common(one: Iterable[str], other: Iterable[str]) -> int:
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count
