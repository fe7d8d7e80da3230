import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.importing.checks.carry import CarryError, carry
from articles.text.normalize import normalize
from articles.text.spans import Span, SpanError
from tests.text.strategies import raw_texts, texts

from .rows import checked, claim, problem

CARRIED = {
    "as it is": ("one two", "two", "two"),
    "space taken out before": ("  one \r\n\r\n\r\n two", "two", "two"),
    "space taken out after": ("one  \r\n\r\n", "one  \r\n", "one"),
    "space within": ("one \t\n\n\n\n two, three", "one \t\n\n\n\n two", "one\n\ntwo"),
    "composed": ("a cafe\u0301 here", "cafe\u0301", "café"),
    "second of two": ("e\u0301 no, no", "no", "no"),
    "control before a space": ("\n\x01 word", "\x01 word", "word"),
    "byte order mark": ("\ufeff word\ufeff\x02 ", "\ufeff word\ufeff\x02", "word"),
}


@pytest.mark.parametrize(("given", "words", "exact"), CARRIED.values(), ids=CARRIED)
def test_spans_are_carried_over(given: str, words: str, exact: str):
    start = given.rindex(words)
    text = normalize(given)
    span = carry(given, text, [(start, start + len(words))])[start, start + len(words)]
    assert isinstance(span, Span)
    assert text[span.start : span.end] == exact
    assert span.start == text.rindex(exact)


def test_bad_spans_are_told():
    carried = carry(" a\x01 ", "a", [(0, 9), (2, 3), (1, 2)])
    assert [getattr(found, "code", "good") for found in carried.values()] == [
        *("outside", "empty", "good"),
    ]


def test_a_letter_that_becomes_one_with_its_neighbour_cannot_be_carried():
    with pytest.raises(CarryError):
        carry("ae\x01\u0301", normalize("ae\x01\u0301"), [(0, 2)])
    found = problem("article", text="ae\x01\u0301", claims=[{"start": 0, "end": 2}])
    assert found.column == "text"
    assert "NFC" in found.remedy


@given(raw_texts.filter(lambda t: "\ud83d" not in t), st.data())
def test_carried_spans_hold_the_same_words(given: str, data: st.DataObject):
    offsets = st.integers(0, len(given))
    spans = data.draw(st.lists(st.tuples(offsets, offsets), max_size=5))
    text = normalize(given)
    try:
        carried = carry(given, text, spans)
    except CarryError:
        return
    assert carried.keys() == set(spans)
    for (start, end), found in carried.items():
        if not isinstance(found, SpanError):
            assert text[found.start : found.end] == normalize(given[start:end])


@given(texts.map(normalize), st.data())
def test_offsets_in_a_normalised_text_stay(text: str, data: st.DataObject):
    offsets = st.integers(0, len(text))
    start, end = data.draw(st.tuples(offsets, offsets))
    found = carry(text, text, [(start, end)])[start, end]
    if not isinstance(found, SpanError):
        assert text[start:end].strip() in (text[found.start : found.end], text[start:end])
        assert start <= found.start < found.end <= end


def test_claims_and_cues_of_a_text_given_otherwise_stand_where_they_stood():
    text = "\ufeffOne  \r\n\r\n\r\nHe said so. He said so."
    start = text.rindex("said so")
    row = checked(
        "article",
        text=text,
        claims=[
            {
                "start": start,
                "end": start + 7,
                "exact": "said so",
                "attribution": [{"name": "UN", "cue": {"start": start - 3, "end": start}}],
            },
            claim(exact="One"),
        ],
    )
    assert row.text == "One\n\nHe said so. He said so."
    said, one = row.claims
    assert said.start == row.text.rindex("said so")
    assert (said.chains[0][0].start, said.chains[0][0].end) == (said.start - 3, said.start - 1)
    assert (one.start, one.end) == (0, 3)


@pytest.mark.parametrize(
    ("fields", "column"),
    [
        ({"start": 0, "end": 99}, "start"),
        ({"start": 3, "end": 5}, "start"),
        ({"start": 0, "end": 3, "exact": "Two"}, "exact"),
        (
            {"exact": "One", "attribution": [{"name": "a", "cue": {"start": 0, "end": 99}}]},
            "attribution",
        ),
    ],
    ids=str,
)
def test_bad_offsets_of_a_text_given_otherwise_are_told(fields: dict[str, object], column: str):
    assert problem("article", text="One  \r\nTwo", claims=[fields]).column == f"claims[0].{column}"
