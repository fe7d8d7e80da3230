"""Where the words of a row stand in a text: each in one place, or refused with the reason."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from articles.importing.checks import rules
from articles.importing.checks.checked import CheckedClaim, CheckedEvidence, Step
from articles.importing.records import shown
from articles.text.normalize import normalize
from articles.text.spans import Selector, SpanError, check, find, select

MOST_PLACES = 1_000
"""Of words that stand more often, only their whole context tells which is meant."""
_LISTED = 20


@dataclass(eq=False)
class PlaceError(Exception):
    """What is said of it stands in no one place. The parts are those of a Problem; ``column`` is
    relative to the claim or passage.
    """

    column: str
    value: str
    reason: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.reason} {self.remedy}"


def place(text: str, claim: CheckedClaim) -> CheckedClaim:
    """The claim at its place in the normalised text, with the words and contexts of the text.

    Raises PlaceError, also where the words that credit a step are none.
    """
    span = _locate(text, claim.start, claim.end, claim.exact, claim.prefix, claim.suffix)
    if len(span.exact) > rules.CLAIM:
        raise PlaceError(
            "end",
            shown(span.exact),
            f"A claim has at most {rules.CLAIM:,} characters; this one has {len(span.exact):,}.",
            "Give the sentence that makes the claim.",
        )
    return replace(
        claim,
        start=span.start,
        end=span.end,
        exact=span.exact,
        prefix=span.prefix,
        suffix=span.suffix,
        chains=tuple(tuple(_with_cue(text, step) for step in chain) for chain in claim.chains),
    )


def place_passage(text: str, evidence: CheckedEvidence) -> CheckedEvidence:
    """The evidence with its passage at its place in the document's normalised text.

    Without a passage it stays as it is. Raises PlaceError.
    """
    if evidence.start is None and not evidence.exact:
        return evidence
    try:
        span = _locate(text, evidence.start, evidence.end, evidence.exact, "", "")
    except PlaceError as error:
        raise replace(error, column="passage") from None
    return replace(evidence, start=span.start, end=span.end, exact=span.exact)


def _locate(
    text: str, start: int | None, end: int | None, exact: str, prefix: str, suffix: str
) -> Selector:
    if start is None or end is None:
        return _by_words(text, exact, prefix, suffix)
    span = _select(text, start, end, "start")
    if exact and exact not in (span.exact, text[start:end]) and normalize(exact) != span.exact:
        raise _otherwise(text, span, exact)
    return span


def _select(text: str, start: int, end: int, column: str) -> Selector:
    try:
        return select(text, start, end)
    except SpanError as error:
        raise no_span(column, start, end, error) from None


def no_span(column: str, start: int, end: int, error: SpanError) -> PlaceError:
    """What is said of offsets that a text cannot have."""
    return PlaceError(
        column,
        f"{start}–{end}",
        str(error),
        "Offsets count Unicode code points of the text from 0, with the end exclusive.",
    )


def _otherwise(text: str, span: Selector, exact: str) -> PlaceError:
    places = list(islice(_places(text, normalize(exact)), _LISTED + 1))
    if not places:
        found = "These words do not stand in the text at all: copy them from it."
    else:
        found = f"These words stand at {_listed(places)}: give these offsets."
    return PlaceError(
        "exact",
        shown(exact),
        f"At {span.start}–{span.end} stands “{shown(span.exact)}”, not these words.",
        f"{found} Offsets count Unicode code points of the text from 0, with the end exclusive.",
    )


def _by_words(text: str, exact: str, prefix: str, suffix: str) -> Selector:
    words = normalize(exact)
    if not words:
        raise PlaceError(
            "exact", shown(exact), "There are no words in it.", "Give the words as they stand."
        )
    if prefix or suffix:
        # White space at the ends of the words is part of what stands beside them.
        lead = exact[: len(exact) - len(exact.lstrip())]
        trail = exact[len(exact.rstrip()) :]
        prefix, suffix = _beside(prefix + lead), _beside(trail + suffix)
    whole = prefix + words + suffix
    at = text.find(whole)
    if at >= 0 and text.find(whole, at + 1) < 0:
        start = at + len(prefix)
        return _select(text, start, start + len(words), "exact")
    return _most_alike(text, words, prefix, suffix)


def _most_alike(text: str, words: str, prefix: str, suffix: str) -> Selector:
    """Where the words stand in several places, or beside other words than was said."""
    starts = list(islice(_starts(text, words), MOST_PLACES + 1))
    if not starts:
        raise PlaceError(
            "exact",
            shown(words),
            "These words do not stand in the text.",
            "Copy them from the text as it is stored, or give start and end.",
        )
    if len(starts) > MOST_PLACES:
        count = text.count(words)
        listed = ", ".join(f"{at}–{at + len(words)}" for at in starts[:_LISTED])
        raise _ambiguous(words, f"{count:,} places: {listed}, …")
    if span := find(text, Selector(-1, -1, words, prefix, suffix)):
        return _select(text, span.start, span.end, "exact")
    places = list(_places(text, words))
    if not places:  # where they stand they split a character
        return _select(text, starts[0], starts[0] + len(words), "exact")
    raise _ambiguous(words, f"{len(places):,} places: {_listed(places)}")


def _ambiguous(words: str, places: str) -> PlaceError:
    return PlaceError(
        "exact",
        shown(words),
        f"These words stand in {places}.",
        "Give start and end, or what stands before and after them as prefix and suffix.",
    )


def _beside(context: str) -> str:
    """Context as it stands in normalised text: the white space next to the words is kept."""
    return normalize(f"|{context}|")[1:-1]


def _starts(text: str, words: str) -> Iterator[int]:
    at = text.find(words)
    while at >= 0:
        yield at
        at = text.find(words, at + 1)


def _places(text: str, words: str) -> Iterator[tuple[int, int]]:
    """Where the words stand as whole characters."""
    if not words:
        return
    for start in _starts(text, words):
        end = start + len(words)
        try:
            check(text, start, end)
        except SpanError:
            continue
        yield start, end


def _listed(places: list[tuple[int, int]]) -> str:
    listed = ", ".join(f"{start}–{end}" for start, end in places[:_LISTED])
    return f"{listed}, …" if len(places) > _LISTED else listed


def _with_cue(text: str, step: Step) -> Step:
    if step.start is None or step.end is None:
        return step
    try:
        span = check(text, step.start, step.end)
    except SpanError as error:
        raise no_span("attribution", step.start, step.end, error) from None
    return replace(step, start=span.start, end=span.end)
