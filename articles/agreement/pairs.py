"""Agreement of two: percent agreement and Cohen's kappa.

Sources: Jacob Cohen (1960), "A coefficient of agreement for nominal scales", Educational and
Psychological Measurement 20; Cohen (1968), "Weighted kappa", Psychological Bulletin 70. Quadratic
weights: Joseph Fleiss and Jacob Cohen (1973), same journal as the first, 33.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import TypeVar

from articles.agreement.alpha import Delta, V, differs

R = TypeVar("R", bound=Hashable)

Table = Mapping[tuple[V, V], int]
"""How many items the first and the second of two raters gave these values."""


@dataclass(frozen=True, slots=True)
class Pair:
    """How far two raters agree on the items both rated.

    ``kappa`` is 1 for perfect agreement, 0 for what chance gives, below 0 for worse; None where
    it is undefined, because both gave every item one and the same value, or none was given.
    """

    items: int
    agreed: int
    kappa: float | None

    @property
    def share(self) -> float | None:
        """The share of the items on which they agree, 0 to 1; None without items."""
        return self.agreed / self.items if self.items else None


def tables(ratings: Iterable[tuple[Hashable, R, V]]) -> dict[tuple[R, R], Counter[tuple[V, V]]]:
    """The tables of every two raters with an item in common, as they first appear.

    ``ratings`` are (item, rater, value); of several by one rater for one item the last counts.
    """
    given: dict[R, dict[Hashable, V]] = defaultdict(dict)
    for item, rater, value in ratings:
        given[rater][item] = value
    return {
        (one, other): Counter((given[one][item], given[other][item]) for item in common)
        for one, other in combinations(given, 2)
        if (common := given[one].keys() & given[other].keys())
    }


def agreement(table: Table[V], delta: Delta[V] = differs) -> Pair:
    """What the table comes to; ``delta`` as for ``kappa``."""
    return Pair(
        items=sum(table.values()),
        agreed=sum(count for (one, other), count in table.items() if one == other),
        kappa=kappa(table, delta),
    )


def kappa(table: Table[V], delta: Delta[V] = differs) -> float | None:
    """Cohen's kappa, or None where chance leaves no room to disagree.

    ``delta`` weighs disagreements: all alike by default, ``squared`` for quadratic weights.
    """
    first, second = Counter[V](), Counter[V]()
    for (one, other), count in table.items():
        first[one] += count
        second[other] += count
    observed = sum(count * delta(one, other) for (one, other), count in table.items())
    by_chance = sum(
        m * n * delta(one, other) for one, m in first.items() for other, n in second.items()
    )
    return 1 - observed * first.total() / by_chance if by_chance else None
