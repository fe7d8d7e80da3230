"""Offsets of a text as it was given, carried over to the text as it is stored."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import accumulate, pairwise

from articles.importing.checks.checked import CheckedClaim, Step
from articles.importing.checks.place import no_span
from articles.text.normalize import normalize
from articles.text.spans import Span, SpanError, check

Carried = Mapping[tuple[int, int], Span | SpanError]
"""By the offsets given, where that is in the stored text, or why it is nowhere."""

# Private-use characters, which normalising leaves alone.
_MARKERS = range(0xE000, 0xF8FF)


class CarryError(ValueError):
    """What is at the ends of the spans changes when the text is stored."""


def carry(given: str, text: str, spans: Iterable[tuple[int, int]]) -> Carried:
    """Where the spans of the text given are in ``text``, its normalised form.

    Raises CarryError when a letter at the end of a span would become one with its neighbour.
    """
    found: dict[tuple[int, int], Span | SpanError] = {}
    for start, end in spans:
        try:
            found[start, end] = _words(given, check(given, start, end))
        except SpanError as error:
            found[start, end] = error
    inside = [span for span in found.values() if isinstance(span, Span)]
    places = _offsets(given, text, {end for span in inside for end in (span.start, span.end)})
    return {
        key: Span(places[span.start], places[span.end]) if isinstance(span, Span) else span
        for key, span in found.items()
    }


def carried_claim(claim: CheckedClaim, carried: Carried) -> CheckedClaim:
    """The claim with its offsets, and those of its cues, in the stored text. Raises PlaceError."""
    start, end = _carried(carried, claim.start, claim.end, "start")
    chains = tuple(tuple(_carried_step(step, carried) for step in chain) for chain in claim.chains)
    return replace(claim, start=start, end=end, chains=chains)


def spans_of(claim: CheckedClaim) -> list[tuple[int, int]]:
    """All offsets that the claim and its cues give."""
    given = [(claim.start, claim.end)]
    given += [(step.start, step.end) for chain in claim.chains for step in chain]
    return [(start, end) for start, end in given if start is not None and end is not None]


def _carried_step(step: Step, carried: Carried) -> Step:
    start, end = _carried(carried, step.start, step.end, "attribution")
    return replace(step, start=start, end=end)


def _carried(
    carried: Carried, start: int | None, end: int | None, column: str
) -> tuple[int | None, int | None]:
    if start is None or end is None:
        return None, None
    found = carried[start, end]
    if isinstance(found, SpanError):
        raise no_span(column, start, end, found)
    return found.start, found.end


def _words(given: str, span: Span) -> Span:
    """The span without what normalising takes out at its ends."""
    start, end = span.start, span.end
    while start < end and _is_dropped(given[start]):
        start += 1
    while start < end and _is_dropped(given[end - 1]):
        end -= 1
    if start == end:
        raise SpanError("empty", f"The span {start}–{end} holds no text: select some words.")
    return Span(start, end)


def _is_dropped(character: str) -> bool:
    return character.isspace() or not normalize(character)


def _offsets(given: str, text: str, offsets: set[int]) -> dict[int, int]:
    """Each offset in the normalised text: a marker there lives through the normalising.

    Next to white space a marker would change what is taken out, hence only beside words.
    """
    marker = next((chr(code) for code in _MARKERS if chr(code) not in given), None)
    if marker is None:
        raise CarryError
    ordered = sorted(offsets)
    pieces = [given[left:right] for left, right in pairwise([0, *ordered, len(given)])]
    parts = normalize(marker.join(pieces)).split(marker)
    if "".join(parts) != text:
        raise CarryError
    return dict(zip(ordered, accumulate(map(len, parts)), strict=False))
