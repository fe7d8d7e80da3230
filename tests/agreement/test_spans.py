from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.agreement.spans import Marked, Matches, span_agreement
from articles.text.spans import Span

LENGTH = 60


def marked(first: list[tuple[int, int]], second: list[tuple[int, int]]) -> Marked:
    return Marked(
        frozenset(Span(*ends) for ends in first), frozenset(Span(*ends) for ends in second), LENGTH
    )


# first, second, how many match exactly, by overlap
MATCHES = {
    "the same": ([(0, 10), (20, 30)], [(20, 30), (0, 10)], 2, 2),
    "half of the shorter": ([(0, 10)], [(5, 15)], 0, 1),
    "less than half of the shorter": ([(0, 10)], [(6, 16)], 0, 0),
    "an odd length, half of it": ([(0, 5)], [(2, 40)], 0, 1),
    "a short one inside a long one": ([(0, 50)], [(20, 22)], 0, 1),
    "a short one by half in a long one": ([(0, 50)], [(49, 51)], 0, 1),
    "next to each other": ([(0, 10)], [(10, 20)], 0, 0),
    "a long one matches one of two": ([(0, 50)], [(0, 10), (20, 30)], 0, 1),
    "nested on both sides": ([(0, 50), (10, 20)], [(0, 48), (11, 20)], 0, 2),
    "one gives way to another": ([(0, 20), (0, 4)], [(0, 4), (2, 20)], 1, 2),
    "a long one that starts before": ([(30, 34)], [(0, 60), (1, 2)], 0, 1),
    "nothing by one": ([], [(0, 10)], 0, 0),
    "nothing by either": ([], [], 0, 0),
}


@pytest.mark.parametrize(("first", "second", "exact", "overlap"), MATCHES.values(), ids=MATCHES)
def test_counts_what_matches(
    first: list[tuple[int, int]], second: list[tuple[int, int]], exact: int, overlap: int
) -> None:
    found = span_agreement([marked(first, second)])
    assert found.exact == Matches(len(first), len(second), exact)
    assert found.overlap == Matches(len(first), len(second), overlap)


F1 = {
    "half of three": (Matches(3, 3, 1), 1 / 3),
    # Precision 2/4, recall 2/2.
    "two of four and two": (Matches(4, 2, 2), 2 / 3),
    "none": (Matches(3, 1, 0), 0.0),
    "nothing marked": (Matches(0, 0, 0), None),
}


@pytest.mark.parametrize(("matches", "f1"), F1.values(), ids=F1)
def test_f1(matches: Matches, f1: float | None) -> None:
    assert matches.f1 == (f1 if f1 is None else pytest.approx(f1))


def test_counts_characters() -> None:
    # Both 5, only the first 15, only the second 5, neither 35: agreed 40 of 60; kappa by hand.
    characters = span_agreement([marked([(0, 10), (5, 20)], [(15, 25)])]).characters
    by_chance = (20 * 10 + 40 * 50) / 60**2
    assert (characters.items, characters.agreed) == (60, 40)
    assert characters.kappa == pytest.approx((40 / 60 - by_chance) / (1 - by_chance))


def test_counts_several_texts_together() -> None:
    found = span_agreement([marked([(0, 10)], [(0, 10)]), marked([(0, 10)], [(30, 40), (50, 60)])])
    assert found.texts == 2
    assert found.exact == found.overlap == Matches(2, 3, 1)
    assert (found.characters.items, found.characters.agreed) == (120, 90)


def test_nothing_to_compare() -> None:
    found = span_agreement([])
    assert (found.texts, found.exact.f1, found.overlap.f1) == (0, None, None)
    assert (found.characters.share, found.characters.kappa) == (None, None)


@pytest.mark.parametrize("ends", [(-1, 5), (5, 5), (9, 5), (50, 61)])
@pytest.mark.parametrize("by_first", [True, False])
def test_refuses_spans_that_are_not_in_the_text(ends: tuple[int, int], by_first: bool) -> None:
    with pytest.raises(ValueError, match="A text of 60 characters has no span"):
        marked([ends] if by_first else [], [] if by_first else [ends])


def spans(start: int = 0, end: int = LENGTH) -> st.SearchStrategy[frozenset[Span]]:
    ends = st.tuples(st.integers(start, end), st.integers(start, end)).filter(
        lambda pair: pair[0] < pair[1]
    )
    return st.frozensets(ends.map(lambda pair: Span(*pair)), max_size=7)


@given(spans().filter(bool))
def test_a_set_agrees_with_itself(given_spans: frozenset[Span]) -> None:
    found = span_agreement([Marked(given_spans, given_spans, LENGTH)])
    assert found.exact.f1 == found.overlap.f1 == found.characters.share == 1
    assert found.characters.kappa in (1, None)


@given(spans(0, 30).filter(bool), spans(30, LENGTH).filter(bool))
def test_disjoint_sets_do_not_agree(first: frozenset[Span], second: frozenset[Span]) -> None:
    found = span_agreement([Marked(first, second, LENGTH)])
    assert found.exact.f1 == found.overlap.f1 == 0
    assert found.characters.kappa is not None
    assert found.characters.kappa <= 0


@given(spans(), spans())
def test_it_does_not_matter_who_comes_first(
    first: frozenset[Span], second: frozenset[Span]
) -> None:
    one = span_agreement([Marked(first, second, LENGTH)])
    other = span_agreement([Marked(second, first, LENGTH)])
    assert one.exact.f1 == other.exact.f1
    assert one.overlap.f1 == other.overlap.f1
    assert one.characters.agreed == other.characters.agreed
    assert one.characters.kappa == pytest.approx(other.characters.kappa)


@given(spans(), spans())
def test_characters_are_what_counting_each_would_give(
    first: frozenset[Span], second: frozenset[Span]
) -> None:
    one, other = (
        {place for span in given_spans for place in range(span.start, span.end)}
        for given_spans in (first, second)
    )
    found = span_agreement([Marked(first, second, LENGTH)]).characters
    assert found.items - found.agreed == len(one ^ other)


few_spans = st.frozensets(
    st.tuples(st.integers(0, 8), st.integers(1, 5)).map(lambda pair: Span(pair[0], sum(pair))),
    max_size=4,
)


@given(few_spans, few_spans)
def test_overlap_finds_the_most_matches(first: frozenset[Span], second: frozenset[Span]) -> None:
    def match(one: Span, other: Span) -> bool:
        shared = set(range(one.start, one.end)) & set(range(other.start, other.end))
        return len(shared) >= min(one.end - one.start, other.end - other.start) / 2

    fewer, more = sorted((list(first), list(second)), key=len)
    most = max(
        sum(match(*pair) for pair in zip(fewer, order, strict=True))
        for order in permutations(more, len(fewer))
    )
    assert span_agreement([Marked(first, second, LENGTH)]).overlap.matched == most


def test_exact_matches_are_overlaps_too() -> None:
    same = [(0, 50), (1, 49), (2, 48)]
    found = span_agreement([marked(same, [*same, (3, 47)])])
    assert found.exact.matched == found.overlap.matched == 3
