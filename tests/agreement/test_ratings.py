import pytest

from articles.agreement.alpha import units
from articles.agreement.pairs import tables
from articles.agreement.ratings import (
    SCALE,
    WITHOUT_NUMBER,
    number,
    on_scale,
    rating_alpha,
    rating_pair,
)
from articles.models.claim import Rating

CLOSE = [("true", "mostly_true"), ("false", "mostly_false"), ("half_true", "half_true")]
FAR = [("true", "false"), ("mostly_true", "mostly_false"), ("half_true", "half_true")]
OFF_SCALE = [("opinion", "true"), ("unverifiable", "unverifiable")]


def rated(claims: list[tuple[str, str]]) -> list[tuple[int, str, str]]:
    return [
        (claim, reviewer, rating)
        for claim, pair in enumerate(claims)
        for reviewer, rating in zip(("Ana", "Ben"), pair, strict=True)
    ]


def test_every_rating_has_its_place() -> None:
    assert [*SCALE, *sorted(WITHOUT_NUMBER)] == [*Rating.values[:5], *sorted(Rating.values[5:])]


def test_the_scale_runs_from_true_to_false() -> None:
    assert [number(rating) for rating in Rating.values] == [5, 4, 3, 2, 1, None, None, None, None]


def test_what_is_no_rating_is_refused() -> None:
    with pytest.raises(ValueError, match="“maybe” is no rating"):
        number("maybe")


def test_near_misses_count_less_on_the_scale_and_the_same_off_it() -> None:
    close, far = (rating_alpha(units(rated(claims))) for claims in (CLOSE, FAR))
    assert close.nominal.observed == far.nominal.observed
    assert close.ordinal.value is not None
    assert far.ordinal.value is not None
    assert close.ordinal.value > 0.8
    assert far.ordinal.value < 0


def test_ratings_without_a_number_are_counted_and_left_out_of_the_scale() -> None:
    found = rating_alpha(units(rated(CLOSE + OFF_SCALE)))
    assert found.nominal.items == 5
    assert found.ordinal == rating_alpha(units(rated(CLOSE))).ordinal
    assert found.left_out == 3


def test_a_rating_nobody_else_gave_is_not_counted_as_left_out() -> None:
    assert rating_alpha({("opinion",): 4, ("true", "false"): 1}).left_out == 0


def test_a_claim_keeps_the_numbers_that_are_left() -> None:
    assert on_scale({("true", "opinion", "false"): 2, ("opinion",): 1}) == {(5, 1): 2, (): 1}


def test_a_pair_has_plain_and_weighted_figures() -> None:
    (table,) = tables(rated(CLOSE + OFF_SCALE)).values()
    pair = rating_pair(table)
    assert (pair.plain.items, pair.plain.agreed) == (5, 2)
    assert (pair.weighted.items, pair.weighted.agreed, pair.left_out) == (3, 1, 2)
    assert pair.plain.kappa is not None
    assert pair.weighted.kappa == pytest.approx(0.8)
    assert pair.plain.kappa < 0.5


def test_a_pair_without_a_number_in_common_has_no_weighted_figure() -> None:
    pair = rating_pair({("opinion", "true"): 2})
    assert (pair.weighted.items, pair.weighted.kappa, pair.left_out) == (0, None, 2)
