"""Krippendorff's alpha: agreement of any number of raters, allowing for chance.

Source: Klaus Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", University of
Pennsylvania. Confidence: Antonia Zapf and others (2016), "Measuring inter-rater reliability for
nominal data", BMC Medical Research Methodology 16:93, who resample items.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from random import Random
from statistics import quantiles
from typing import Literal, TypeVar

V = TypeVar("V", bound=Hashable)

Rating = tuple[Hashable, Hashable, V]
"""An item, who rated it, and the value given. A value that is missing is just not there."""

Delta = Callable[[V, V], float]
"""How far apart two values are, squared: 0 for a value and itself."""

Difference = Callable[[Mapping[V, int]], Delta[V]]
"""A level of measurement: the delta among values that were given so many times."""

Pattern = frozenset[tuple[V, int]]
"""The values of one item, each with how many raters gave it."""

FEW = 20
"""A figure from fewer items is no more than a hint."""

DRAWS = 1000


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


def krippendorff(ratings: Iterable[Rating[V]], difference: Difference[V]) -> Alpha:
    """The alpha of the ratings. Of several values by one rater for one item the last counts.

    The work grows with the items, and with the square of the number of distinct values.
    """
    return _alpha(_patterns(ratings), difference)


def confidence(
    ratings: Iterable[Rating[V]], difference: Difference[V]
) -> tuple[float, float] | None:
    """Bounds between which alpha lies with 95 % confidence: a bootstrap over items.

    The same ratings in the same order have the same bounds. None where resampling could only
    feign certainty: fewer than ``FEW`` items, no disagreement at all, or so little variation that
    one draw in twenty has none.
    """
    patterns = _patterns(ratings)
    alpha = _alpha(patterns, difference)
    if alpha.items < FEW or not alpha.observed:
        return None
    random = Random(alpha.items)  # noqa: S311  # repeatable on purpose, no secret
    population, weights = list(patterns), list(patterns.values())
    draws = (
        _alpha(Counter(random.choices(population, weights, k=alpha.items)), difference).value
        for _ in range(DRAWS)
    )
    defined = [value for value in draws if value is not None]
    if len(defined) < 0.95 * DRAWS:
        return None
    cuts = quantiles(defined, n=40, method="inclusive")
    return cuts[0], cuts[-1]


def _patterns(ratings: Iterable[Rating[V]]) -> Counter[Pattern[V]]:
    """What items with two or more values look like, and how many look like that."""
    last = {(item, rater): value for item, rater, value in ratings}
    items: dict[Hashable, Counter[V]] = defaultdict(Counter)
    for (item, _), value in last.items():
        items[item][value] += 1
    return Counter(frozenset(given.items()) for given in items.values() if given.total() > 1)


def _alpha(patterns: Mapping[Pattern[V], int], difference: Difference[V]) -> Alpha:
    totals: Counter[V] = Counter()
    for pattern, times in patterns.items():
        for value, count in pattern:
            totals[value] += count * times
    delta = difference(totals)
    within = sum(
        times * _apart(pattern, delta) / (sum(count for _, count in pattern) - 1)
        for pattern, times in patterns.items()
        if len(pattern) > 1
    )
    values = totals.total()
    return Alpha(
        items=sum(patterns.values()),
        values=values,
        observed=within / values if values else 0.0,
        expected=_apart(totals.items(), delta) / (values * (values - 1)) if values else 0.0,
    )


def _apart(counts: Iterable[tuple[V, int]], delta: Delta[V]) -> float:
    """The sum of the deltas of all ordered pairs."""
    return 2 * sum(m * n * delta(one, other) for (one, m), (other, n) in combinations(counts, 2))
