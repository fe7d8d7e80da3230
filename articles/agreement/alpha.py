"""Krippendorff's alpha: agreement of any number of raters, allowing for chance.

Source: Klaus Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", University of
Pennsylvania. Confidence: Antonia Zapf and others (2016), "Measuring inter-rater reliability for
nominal data", BMC Medical Research Methodology 16:93, who resample items.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations, starmap
from math import sqrt
from random import Random
from statistics import quantiles
from typing import Literal, TypeVar

V = TypeVar("V", bound=Hashable)

Units = Mapping[tuple[V, ...], int]
"""The values of an item, in any order, and how many items have just these."""

Delta = Callable[[V, V], float]
"""How far apart two values are, squared: 0 for a value and itself."""

Difference = Callable[[Mapping[V, int]], Delta[V]]
"""A level of measurement: the delta among values that were given so many times."""

FEW = 20
"""A figure from fewer items is no more than a hint."""

DRAWS = 1000
"""How many samples a bootstrap draws."""

DRAWN = 1000
"""How many items such a sample has at most: it bounds the time, not the precision."""


@dataclass(frozen=True, slots=True)
class Alpha:
    """An alpha and what it rests on.

    ``items`` are those with two or more values; ``values`` the values of those. ``observed`` and
    ``expected`` are the mean squared differences within items, and by chance; both are 0 where
    there is nothing to compare.
    """

    items: int
    values: int
    observed: float
    expected: float

    @property
    def value(self) -> float | None:
        """1 is perfect agreement, 0 what chance gives, below 0 worse; None where undefined."""
        return 1 - self.observed / self.expected if self.expected else None

    @property
    def undefined(self) -> Literal["", "too_few", "no_variation"]:
        """Why there is no value: no item has two values, or all values are one and the same."""
        if self.expected:
            return ""
        return "no_variation" if self.items else "too_few"


def differs(one: Hashable, other: Hashable) -> float:
    """The delta of values without an order."""
    return one != other


def squared(one: float, other: float) -> float:
    """The delta of numbers."""
    return (one - other) ** 2


def nominal(totals: Mapping[V, int]) -> Delta[V]:
    """Values without an order: they differ or they do not."""
    return differs


def interval(totals: Mapping[float, int]) -> Delta[float]:
    """Numbers whose distances mean something."""
    return squared


def ordinal(totals: Mapping[float, int]) -> Delta[float]:
    """Numbers that are only in an order: they differ by the values given between them.

    The formula counts the values from one to the other, each of the two ends by half. That is the
    distance between the mean ranks of the two.
    """
    ranks: dict[float, float] = {}
    below = 0
    for value in sorted(totals):
        ranks[value] = below + totals[value] / 2
        below += totals[value]
    return lambda one, other: squared(ranks[one], ranks[other])


def units(ratings: Iterable[tuple[Hashable, Hashable, V]]) -> Counter[tuple[V, ...]]:
    """The units of (item, rater, value); of several values by one rater for one item, the last.

    A value that is missing is just not there. Items with one value make a unit, which does not
    count.
    """
    last = {(item, rater): value for item, rater, value in ratings}
    given: dict[Hashable, list[V]] = defaultdict(list)
    for (item, _), value in last.items():
        given[item].append(value)
    return Counter(map(tuple, given.values()))


def krippendorff(units: Units[V], difference: Difference[V]) -> Alpha:
    """The alpha of the units, by this level of measurement.

    The work grows with the units that differ, and with the square of the number of distinct
    values.
    """
    pairable = {values: count for values, count in units.items() if len(values) > 1}
    totals = Counter[V]()
    for values, count in pairable.items():
        for value in values:
            totals[value] += count
    delta = difference(totals)
    within = sum(
        count * sum(starmap(delta, combinations(values, 2))) / (len(values) - 1)
        for values, count in pairable.items()
    )
    by_chance = sum(
        m * n * delta(one, other) for (one, m), (other, n) in combinations(totals.items(), 2)
    )
    given = totals.total()
    return Alpha(
        items=sum(pairable.values()),
        values=given,
        # The source counts every two in both orders.
        observed=2 * within / given if given else 0.0,
        expected=2 * by_chance / (given * (given - 1)) if given else 0.0,
    )


def confidence(units: Units[V], difference: Difference[V]) -> tuple[float, float] | None:
    """Bounds between which alpha lies with 95 % confidence: a bootstrap over items.

    The same units have the same bounds. None where resampling could only feign certainty: fewer
    than ``FEW`` items, no disagreement at all, or so little variation that one sample in twenty
    has none. Where there are more than ``DRAWN`` items, samples are smaller and the bounds are
    narrowed to what whole ones would give (the m out of n bootstrap).
    """
    alpha = krippendorff(units, difference)
    if alpha.value is None or alpha.items < FEW or not alpha.observed:
        return None
    random = Random(alpha.items)  # noqa: S311  # repeatable on purpose, no secret
    population = sorted((values for values in units if len(values) > 1), key=repr)
    weights = [units[values] for values in population]
    drawn = min(alpha.items, DRAWN)
    draws = (
        krippendorff(Counter(random.choices(population, weights, k=drawn)), difference).value
        for _ in range(DRAWS)
    )
    defined = [value for value in draws if value is not None]
    if len(defined) < 0.95 * DRAWS:
        return None
    narrowed = sqrt(drawn / alpha.items)
    lower, *_, upper = quantiles(defined, n=40, method="inclusive")
    return (
        alpha.value + (lower - alpha.value) * narrowed,
        alpha.value + (upper - alpha.value) * narrowed,
    )
