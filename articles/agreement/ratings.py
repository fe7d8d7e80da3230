"""Agreement on the ratings of claims: on all nine, and on the scale from true to false."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from articles.agreement.alpha import Alpha, Units, krippendorff, nominal, ordinal, squared
from articles.agreement.pairs import Pair, Table, agreement

SCALE: Mapping[str, int] = {
    "true": 5,
    "mostly_true": 4,
    "half_true": 3,
    "mostly_false": 2,
    "false": 1,
}
WITHOUT_NUMBER = frozenset(
    {"unverifiable", "not_enough_evidence", "conflicting_evidence", "opinion"}
)


@dataclass(frozen=True, slots=True)
class RatingAlpha:
    """Alpha of the ratings of claims.

    ``nominal`` takes all nine ratings as merely different; ``ordinal`` takes those with a number,
    so that true and mostly true are closer than true and false. ``left_out`` counts the ratings
    without a number among those ``nominal`` rests on: how far ``ordinal`` does not tell.
    """

    nominal: Alpha
    ordinal: Alpha
    left_out: int


@dataclass(frozen=True, slots=True)
class RatingPair:
    """Agreement of two reviewers.

    ``plain`` takes all nine ratings as merely different. ``weighted`` takes the claims to which
    both gave a number, with quadratic weights; ``left_out`` counts the others.
    """

    plain: Pair
    weighted: Pair
    left_out: int


def rating_alpha(units: Units[str]) -> RatingAlpha:
    """The alphas of units of ratings. Raises ValueError for what is no rating."""
    return RatingAlpha(
        nominal=krippendorff(units, nominal),
        ordinal=krippendorff(on_scale(units), ordinal),
        left_out=sum(
            count * sum(number(rating) is None for rating in ratings)
            for ratings, count in units.items()
            if len(ratings) > 1
        ),
    )


def rating_pair(table: Table[str]) -> RatingPair:
    """The agreement of two, from the table of their ratings. Raises ValueError as above."""
    numbers = Counter[tuple[float, float]]()
    for (one, other), count in table.items():
        first, second = number(one), number(other)
        if first is not None and second is not None:
            numbers[first, second] += count
    plain, weighted = agreement(table), agreement(numbers, squared)
    return RatingPair(plain=plain, weighted=weighted, left_out=plain.items - weighted.items)


def on_scale(units: Units[str]) -> Counter[tuple[float, ...]]:
    """The units with numbers for ratings, less the ratings that have none."""
    numbers = Counter[tuple[float, ...]]()
    for ratings, count in units.items():
        given = (number(rating) for rating in ratings)
        numbers[tuple(value for value in given if value is not None)] += count
    return numbers


def number(rating: str) -> int | None:
    """5 for true down to 1 for false; None for a rating off the scale.

    Raises ValueError for what is no rating.
    """
    if rating not in SCALE and rating not in WITHOUT_NUMBER:
        raise ValueError(f"“{rating}” is no rating.")
    return SCALE.get(rating)
