import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.text.normalize import normalize, paragraphs
from articles.text.proposal import propose
from articles.text.sentences import sentences
from articles.text.spans import Span

DOCUMENT = normalize("""The river rose by two metres in one night, the harbour office said.

“Nobody had seen such water since 1954,” said a fisherman who asked not to be named.

According to the Ministry of Water, 12,000 people left their homes. The figure may rise.

강물이 2미터 불어났다고 시장이 말했다. 다친 사람은 없었다.""")

PROPOSED = {
    "the same words": ("12,000 people left their homes", "According to the Ministry of Water"),
    "inflected": ("12,000 persons were leaving their home", "According to the Ministry of Water"),
    "a rare name": ("The harbour office saw the river rise", "The river rose by two metres"),
    "Korean": ("시장은 강물이 2미터 불어났다고 했다", "강물이 2미터"),
}


def proposed(claim: str, document: str) -> str | None:
    span = propose(claim, document, sentences(document, paragraphs(document)))
    return document[span.start : span.end] if span else None


@pytest.mark.parametrize(("claim", "begins"), PROPOSED.values(), ids=PROPOSED)
def test_the_sentence_that_says_the_same_is_proposed(claim: str, begins: str) -> None:
    assert (proposed(claim, DOCUMENT) or "").startswith(begins)


def test_a_claim_over_two_sentences_gets_both() -> None:
    claim = "12,000 people left their homes, and the figure may rise"
    assert proposed(claim, DOCUMENT) == (
        "According to the Ministry of Water, 12,000 people left their homes. The figure may rise."
    )


NOTHING = {
    "another matter": "A volcano erupted in Iceland",
    "a common word": "the",
    "one shared name": "The Ministry of Finance lowered the tax on petrol",
    "no words": "…",
    "nothing": "",
}


@pytest.mark.parametrize("claim", NOTHING.values(), ids=NOTHING)
def test_nothing_is_proposed_rather_than_nonsense(claim: str) -> None:
    assert proposed(claim, DOCUMENT) is None


def test_a_document_without_sentences_has_no_passage() -> None:
    assert propose("12,000 people", "", []) is None


@given(st.text(max_size=80), st.text(max_size=400))
def test_any_text_gives_sentences_or_nothing(claim: str, text: str) -> None:
    document = normalize(text)
    spans = sentences(document, paragraphs(document))
    span = propose(claim, document, spans)
    assert span is None or (
        span.start in {one.start for one in spans} and span.end in {one.end for one in spans}
    )


@given(st.integers(0, 199))
def test_a_sentence_of_the_document_is_found(number: int) -> None:
    parts = [
        f"Item {n} of list {n * 7 + 3} names town{n} beside river{n * 13}." for n in range(200)
    ]
    document = "\n\n".join(parts)
    start = document.index(parts[number])
    spans = sentences(document, paragraphs(document))
    assert propose(parts[number], document, spans) == Span(start, start + len(parts[number]))
