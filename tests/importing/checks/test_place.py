from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from articles.importing.checks.checked import (
    CheckedClaim,
    CheckedEvidence,
    CheckedVerdict,
    SourceRef,
    Step,
)
from articles.importing.checks.place import PlaceError, place, place_passage
from articles.importing.records import LONGEST_VALUE
from articles.text.normalize import normalize
from articles.text.spans import SpanError, select
from tests.text.strategies import CHARACTERS, texts

TEXT = "He said no. She said yes.\n\nThey said no, café 😀 👩‍👩‍👧 and 👩."
NO = ("said no", ((3, 10), (32, 39)))

PLACED = {
    "by offsets": ({"start": 3, "end": 10}, (3, 10)),
    "offsets trimmed": ({"start": 2, "end": 11}, (3, 11)),
    "offsets and words": ({"start": 3, "end": 10, "exact": "said no"}, (3, 10)),
    "words with the space around them": ({"start": 2, "end": 10, "exact": " said no"}, (3, 10)),
    "words in another form": ({"start": 41, "end": 45, "exact": "cafe\u0301 "}, (41, 45)),
    "words that stand once": ({"exact": "said yes"}, (16, 24)),
    "words with a wrong prefix": ({"exact": "said yes", "prefix": "They "}, (16, 24)),
    "by prefix": ({"exact": "said no", "prefix": "They "}, (32, 39)),
    "by suffix": ({"exact": "said no", "suffix": ", café"}, (32, 39)),
    "by the best of two": ({"exact": "said no", "prefix": "but They ", "suffix": "."}, (32, 39)),
    "by a prefix with the newlines": ({"exact": "They said", "prefix": ".\r\n\r\n"}, (27, 36)),
    "space at the ends": ({"exact": " said no", "prefix": "They"}, (32, 39)),
    "only as a whole character": ({"exact": "👩"}, (58, 59)),
}


@pytest.mark.parametrize(("given", "span"), PLACED.values(), ids=PLACED)
def test_claims_are_placed(given: dict[str, Any], span: tuple[int, int]):
    claim = place(TEXT, CheckedClaim(**given))
    assert (claim.start, claim.end) == span
    assert claim.exact == TEXT[slice(*span)]
    assert claim.prefix == TEXT[max(0, span[0] - 32) : span[0]]
    assert claim.suffix == TEXT[span[1] : span[1] + 32]


REFUSED = {
    "outside": ({"start": 3, "end": 999}, "start", "outside the text", "code points"),
    "reversed": ({"start": 9, "end": 3}, "start", "ends before it starts", "code points"),
    "space only": ({"start": 2, "end": 3}, "start", "holds no text", "code points"),
    "part of a character": ({"start": 48, "end": 49}, "start", "splits a character", "code points"),
    "other words": ({"start": 0, "end": 2, "exact": "said no"}, "exact", "“He”", "3–10, 32–39"),
    "words of no text": ({"start": 0, "end": 2, "exact": "her"}, "exact", "“He”", "not stand"),
    "nowhere": ({"exact": "never said"}, "exact", "do not stand", "Copy them"),
    "twice": ({"exact": "said no"}, "exact", "2 places: 3–10, 32–39", "prefix and suffix"),
    "twice beside": (
        {"exact": "said", "suffix": " no"},
        "exact",
        "3 places: 3–7, 16–20, 32–36",
        "start and end",
    ),
    "control characters": ({"exact": "\x01"}, "exact", "no words", "Give the words"),
    "only as a part": ({"exact": "👧"}, "exact", "splits a character", "code points"),
}


@pytest.mark.parametrize(("given", "column", "reason", "remedy"), REFUSED.values(), ids=REFUSED)
def test_what_stands_in_no_one_place_is_refused(
    given: dict[str, Any], column: str, reason: str, remedy: str
):
    with pytest.raises(PlaceError) as error:
        place(TEXT, CheckedClaim(**given))
    assert error.value.column == column
    assert reason in error.value.reason
    assert remedy in error.value.remedy


def test_the_first_twenty_places_are_listed():
    with pytest.raises(PlaceError) as error:
        place("no, " * 30, CheckedClaim(exact="no"))
    assert "30 places: 0–2, 4–6," in error.value.reason
    assert error.value.reason.endswith("76–78, ….")


def test_words_that_stand_very_often_are_placed_by_their_whole_context_alone():
    text = "no, " * 3000 + "yes: no!"
    claim = CheckedClaim(exact="no", prefix="yes: ")
    assert place(text, claim).start == 12_005
    with pytest.raises(PlaceError, match="3,001 places"):
        place(text, replace(claim, prefix="yes; "))


def test_a_long_value_is_cut_short():
    with pytest.raises(PlaceError) as error:
        place(TEXT, CheckedClaim(exact="word " * 500))
    assert len(error.value.value) == LONGEST_VALUE + 1


def test_a_claim_too_long_is_refused():
    with pytest.raises(PlaceError, match="at most 10,000 characters; this one has 10,001"):
        place("a" * 20_000, CheckedClaim(start=0, end=10_001))


def test_the_rest_of_a_claim_stays():
    claim = CheckedClaim(
        id="c",
        exact="said yes",
        note="n",
        claimant=SourceRef("UN"),
        status="decided",
        evidence=(CheckedEvidence(SourceRef("UN")),),
        chains=((Step(SourceRef("UN"), start=11, end=16),),),
        verdicts=(CheckedVerdict("true", "accurate", "So."),),
    )
    placed = place(TEXT, claim)
    assert placed.chains == ((Step(SourceRef("UN"), start=12, end=15),),)
    where = {"start": None, "end": None, "prefix": "", "suffix": "", "chains": claim.chains}
    assert replace(placed, **where) == claim


def test_a_cue_outside_the_text_is_refused():
    claim = CheckedClaim(exact="said yes", chains=((Step(SourceRef("UN"), start=1, end=999),),))
    with pytest.raises(PlaceError, match="outside") as error:
        place(TEXT, claim)
    assert error.value.column == "attribution"


def test_passages_are_placed():
    evidence = CheckedEvidence(SourceRef("UN"), document="d", note="n")
    assert place_passage(TEXT, evidence) == evidence
    span = {"start": 16, "end": 24, "exact": "said yes"}
    assert place_passage(TEXT, replace(evidence, exact="said yes")) == replace(evidence, **span)
    assert place_passage(TEXT, replace(evidence, start=15, end=24)) == replace(evidence, **span)


@pytest.mark.parametrize("given", [{"exact": "said no"}, {"start": 0, "end": 99}], ids=str)
def test_a_passage_that_stands_in_no_one_place_is_refused(given: dict[str, Any]):
    with pytest.raises(PlaceError) as error:
        place_passage(TEXT, CheckedEvidence(SourceRef("UN"), document="d", **given))
    assert error.value.column == "passage"


REPEATING = st.lists(st.sampled_from([*"aab. \n", *CHARACTERS[-18:]]), min_size=1, max_size=30).map(
    "".join
)


@st.composite
def spans(draw: st.DrawFn) -> tuple[str, int, int]:
    """A normalised text with offsets in it that a claim may have."""
    text = normalize(draw(texts | REPEATING))
    assume(text)
    start, end = sorted(draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    try:
        select(text, start, end)
    except SpanError:
        assume(False)
    return text, start, end


@given(spans(), st.booleans())
def test_offsets_are_the_place(given: tuple[str, int, int], with_words: bool):
    text, start, end = given
    words = text[start:end] if with_words else ""
    claim = place(text, CheckedClaim(start=start, end=end, exact=words))
    span = select(text, start, end)
    assert (claim.start, claim.end, claim.exact) == (span.start, span.end, span.exact)


@given(spans(), st.integers(0, 40), st.integers(0, 40))
def test_words_are_found_in_their_own_place_or_refused(
    given: tuple[str, int, int], before: int, after: int
):
    text, start, end = given
    claim = CheckedClaim(
        exact=text[start:end],
        prefix=text[max(0, start - before) : start],
        suffix=text[end : end + after],
    )
    span = select(text, start, end)
    placed = tried(text, claim)
    if isinstance(placed, PlaceError):
        several = text.find(span.exact, text.find(span.exact) + 1) >= 0
        # A space that carries a mark is a letter; words are looked for without it.
        assert several or span.exact != span.exact.strip(), placed
    else:
        assert (placed.start, placed.end) == (span.start, span.end)


def tried(text: str, claim: CheckedClaim) -> CheckedClaim | PlaceError:
    try:
        return place(text, claim)
    except PlaceError as error:
        return error
