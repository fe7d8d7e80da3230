import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.text.sameness import sameness

OFFERED = 0.4

SAME = {
    "other order": (
        "The yard built nine ferries in 2021.",
        "Nine ferries were built by the yard in 2021",
    ),
    "another form of a word": ("The river rises by two metres", "River rose by two metres"),
    "figures for words": ("Twenty women left the dormitory", "20 women left their dormitory"),
    "figures grouped otherwise": ("12,000 people left home", "12000 people left home"),
    "one within the other": (
        "According to a report that a ministry put together over the winter, an estimated 20,000 "
        "to 80,000 people of the north currently work abroad, though fewer than before.",
        "20,000 to 80,000 people of the north work abroad",
    ),
    "Korean": (
        "북한 노동자 2만 명이 중국에서 일하고 있다",
        "중국에서 일하는 북한 노동자는 2만 명이다",
    ),
    "Japanese": ("北の労働者は中国で働いている", "中国では北の労働者が働いている"),
    "Chinese": ("两万名工人在中国工作", "在中国工作的工人有两万名"),
}
UNLIKE = {
    "nothing in common": ("12,000 people left their homes", "The mayor opened a bridge"),
    "small words in common": ("It is in the house of the king", "It was on the roof of a car"),
    "one word in common": ("The yard built nine ferries", "The union counts seven ferries"),
    "Japanese": ("北の労働者は中国で働いている", "市長は新しい橋を開いた"),
    "nothing": ("", ""),
    "no words": ("!!!", "…"),
}


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME)
def test_the_same_said_otherwise_is_offered_without_a_difference(one, other):
    result = sameness(one, other)
    assert result.score >= OFFERED
    assert [d for d in result.differences if d.first and d.second] == []


@pytest.mark.parametrize(("one", "other"), UNLIKE.values(), ids=UNLIKE)
def test_unlike_claims_are_not_offered(one, other):
    assert sameness(one, other).score < OFFERED


DIFFERENT = {
    "number": (
        "12,000 people left their homes",
        "20,000 people left their homes",
        ("number", ("12,000",), ("20,000",)),
    ),
    "number in words": (
        "The river rose by two metres in one night",
        "The river rose by three metres in one night",
        ("number", ("two",), ("three",)),
    ),
    "a number more": (
        "The yard built ferries in 2021",
        "The yard built ferries",
        ("number", ("2021",), ()),
    ),
    "negation": (
        "China sends defectors back",
        "China does not send defectors back",
        ("negation", (), ("not",)),
    ),
    "modal": (
        "The minister may resign",
        "The minister will resign",
        ("modal", ("may",), ("will",)),
    ),
    "name": (
        "Unemployment fell in Spain",
        "Unemployment fell in Italy",
        ("name", ("Spain",), ("Italy",)),
    ),
}


@pytest.mark.parametrize(("one", "other", "expected"), DIFFERENT.values(), ids=DIFFERENT)
def test_what_makes_another_claim_of_it_is_named_and_lowers_the_score(one, other, expected):
    result = sameness(one, other)
    assert [(d.kind, d.first, d.second) for d in result.differences] == [expected]
    assert OFFERED < result.score < 0.85


def test_a_name_that_begins_the_other_sentence_is_no_difference():
    assert sameness("Ada said the yard is shut", "The yard is shut, said Ada").differences == ()


@given(st.text(max_size=80))
def test_a_claim_is_the_same_as_itself(text):
    result = sameness(text, text)
    assert result.differences == ()
    assert result.score in (0.0, 1.0)


@given(st.text(max_size=60), st.text(max_size=60))
def test_both_directions_agree(one, other):
    there, back = sameness(one, other), sameness(other, one)
    assert 0.0 <= there.score <= 1.0
    assert there.score == pytest.approx(back.score, abs=0.02)
    assert [(d.kind, d.first, d.second) for d in there.differences] == [
        (d.kind, d.second, d.first) for d in back.differences
    ]
