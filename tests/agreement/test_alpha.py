import random
from collections.abc import Hashable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.agreement.alpha import (
    DRAWN,
    FEW,
    Difference,
    confidence,
    interval,
    krippendorff,
    nominal,
    ordinal,
    units,
)

Ratings = list[tuple[Hashable, Hashable, float]]


def rated(*rows: str) -> Ratings:
    """One row for each rater, one digit for each item (letters count on), a dot for none."""
    return [
        (item, rater, int(value, 36))
        for rater, row in enumerate(rows)
        for item, value in enumerate(row)
        if value != "."
    ]


# Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", sections A, B and C.
BINARY = rated("0100000010", "1110010000")
TWO_OBSERVERS = rated("aabbdcccedda", "babbbccceddd")
FOUR_OBSERVERS = rated("123321412...", "1233224125.3", ".3332342251.", "12332441251.")
# Wikipedia, "Krippendorff's alpha", section "A computational example".
THREE_CODERS = rated(".....34121133.3", "1.213343.......", "..21344.21133.4")

PUBLISHED = {
    "two observers, binary": (BINARY, nominal, 0.095),
    "two observers, five values": (TWO_OBSERVERS, nominal, 0.692),
    "four observers, values missing, nominal": (FOUR_OBSERVERS, nominal, 0.743),
    "four observers, values missing, ordinal": (FOUR_OBSERVERS, ordinal, 0.815),
    "four observers, values missing, interval": (FOUR_OBSERVERS, interval, 0.849),
    "three coders, nominal": (THREE_CODERS, nominal, 0.691),
    "three coders, interval": (THREE_CODERS, interval, 0.811),
}

BY_HAND = {
    # Of 4 values 2 are 1 and 2 are 2: by chance 2/3 of the pairs differ, in items half.
    "one item agreed, one not": (rated("12", "11"), nominal, 1 - (2 / 4) / (6 / 12)),
    "always the opposite": (rated("12", "21"), nominal, 1 - 1 / (8 / 12)),
    "one item, two values": (rated("1", "2"), nominal, 0.0),
    "perfect": (rated("1234", "1234"), nominal, 1.0),
    # Mean ranks 1, 3 and 5 (of 6 values): in items 2·(4 + 4 + 16), by chance 2·4·(4 + 4 + 16).
    "three values in order": (rated("123", "231"), ordinal, 1 - (48 / 6) / (192 / 30)),
}


@pytest.mark.parametrize(("ratings", "level", "value"), PUBLISHED.values(), ids=PUBLISHED)
def test_equals_published_figures(ratings: Ratings, level: Difference[float], value: float) -> None:
    found = krippendorff(units(ratings), level).value
    assert found is not None
    assert round(found, 3) == value


@pytest.mark.parametrize(("ratings", "level", "value"), BY_HAND.values(), ids=BY_HAND)
def test_equals_figures_worked_by_hand(
    ratings: Ratings, level: Difference[float], value: float
) -> None:
    assert krippendorff(units(ratings), level).value == pytest.approx(value)


def test_says_what_the_figure_rests_on() -> None:
    # Krippendorff (2011), C: 40 pairable values; unit 12 has one value only.
    alpha = krippendorff(units(FOUR_OBSERVERS), nominal)
    assert (alpha.items, alpha.values) == (11, 40)
    assert alpha.observed == pytest.approx(0.200, abs=0.0005)
    assert alpha.expected == pytest.approx(0.779, abs=0.0005)


UNDEFINED = {
    "no ratings": ([], "too_few"),
    "one value for each item": (rated("12..", "..12"), "too_few"),
    "the same value everywhere": (rated("111", "111"), "no_variation"),
    "variation only where there is no second value": (rated("112", "11."), "no_variation"),
}


@pytest.mark.parametrize("level", [nominal, ordinal, interval])
@pytest.mark.parametrize(("ratings", "reason"), UNDEFINED.values(), ids=UNDEFINED)
def test_is_undefined_for_a_reason(ratings: Ratings, level: Difference[float], reason: str) -> None:
    alpha = krippendorff(units(ratings), level)
    assert alpha.value is None
    assert alpha.undefined == reason
    assert alpha.observed == alpha.expected == 0


def test_is_defined_without_a_reason() -> None:
    assert krippendorff(units(BINARY), nominal).undefined == ""


def test_counts_the_last_of_several_values_by_one_rater() -> None:
    assert units([(0, 0, 9.0), *BINARY]) == units(BINARY)


def test_takes_words_as_nominal_values() -> None:
    words = [(item, rater, f"word {value}") for item, rater, value in TWO_OBSERVERS]
    assert krippendorff(units(words), nominal) == krippendorff(units(TWO_OBSERVERS), nominal)


ratings = st.lists(
    st.tuples(st.integers(0, 8), st.integers(0, 3), st.integers(1, 5)),
    max_size=40,
    unique_by=lambda rating: rating[:2],
)
levels = st.sampled_from([nominal, ordinal, interval])


@given(ratings, levels, st.randoms(use_true_random=False))
def test_order_and_names_do_not_matter(
    given_ratings: Ratings, level: Difference[float], source: random.Random
) -> None:
    other = [(f"item {item}", f"rater {rater}", value) for item, rater, value in given_ratings]
    source.shuffle(other)
    one, two = krippendorff(units(given_ratings), level), krippendorff(units(other), level)
    assert (one.items, one.values) == (two.items, two.values)
    assert one.value == pytest.approx(two.value)


@given(ratings, levels)
def test_is_at_most_one_and_one_only_without_disagreement(
    given_ratings: Ratings, level: Difference[float]
) -> None:
    alpha = krippendorff(units(given_ratings), level)
    if alpha.value is not None:
        assert alpha.value <= 1
        assert (alpha.value == 1) == (alpha.observed == 0)


@given(ratings)
def test_ordinal_looks_at_the_order_only(given_ratings: Ratings) -> None:
    stretched = [(item, rater, value**3) for item, rater, value in given_ratings]
    assert krippendorff(units(stretched), ordinal) == krippendorff(units(given_ratings), ordinal)


@given(ratings)
def test_two_values_have_one_alpha_on_every_level(given_ratings: Ratings) -> None:
    binary = [(item, rater, value % 2) for item, rater, value in given_ratings]
    figures = {
        level: krippendorff(units(binary), level).value for level in (nominal, ordinal, interval)
    }
    assert figures[nominal] == pytest.approx(figures[ordinal]) == pytest.approx(figures[interval])


def reviewed(items: int, right: float) -> Ratings:
    """Ratings by two, where the second gives the first's rating with this probability."""
    source = random.Random(11)  # noqa: S311  # no secret
    found: Ratings = []
    for item in range(items):
        value = source.randint(1, 5)
        second = value if source.random() < right else source.randint(1, 5)
        found += [(item, "first", value), (item, "second", second)]
    return found


@pytest.mark.parametrize("level", [nominal, ordinal])
def test_confidence_surrounds_the_figure_and_narrows_with_items(
    level: Difference[float],
) -> None:
    widths = []
    for items in (30, 300):
        rated_twice = units(reviewed(items, 0.7))
        bounds = confidence(rated_twice, level)
        alpha = krippendorff(rated_twice, level).value
        assert bounds is not None
        assert alpha is not None
        assert bounds[0] < alpha < bounds[1] <= 1
        widths.append(bounds[1] - bounds[0])
    assert widths[1] < widths[0] / 2


def test_confidence_is_the_same_each_time_and_in_every_order() -> None:
    one = units(reviewed(40, 0.7))
    other = dict(reversed(one.items()))
    assert confidence(one, nominal) == confidence(one, nominal) == confidence(other, nominal)


FEIGNED = {
    "few items": reviewed(FEW - 1, 0.7),
    "no disagreement": rated("12" * FEW, "12" * FEW),
    "hardly any variation": rated("1" * FEW + "1", "1" * FEW + "2"),
    "nothing": [],
}


@pytest.mark.parametrize("given_ratings", FEIGNED.values(), ids=FEIGNED)
def test_confidence_is_not_feigned(given_ratings: Ratings) -> None:
    assert confidence(units(given_ratings), nominal) is None


def test_confidence_from_more_items_than_are_drawn_narrows_on() -> None:
    few, many = units(reviewed(DRAWN, 0.7)), units(reviewed(DRAWN, 0.7))
    for values in many:
        many[values] *= 100
    bounds, narrower = confidence(few, nominal), confidence(many, nominal)
    assert bounds is not None
    assert narrower is not None
    width = bounds[1] - bounds[0]
    assert narrower[1] - narrower[0] == pytest.approx(width / 10, rel=0.15)
