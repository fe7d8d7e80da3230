import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.agreement.alpha import Delta, differs, squared
from articles.agreement.pairs import Pair, agreement, kappa, tables

Counts = dict[tuple[str, str], int]


def table(values: str, *rows: tuple[int, ...]) -> Counts:
    """A row of counts for each value by the first rater, a column for each by the second."""
    return {
        (one, other): count
        for one, row in zip(values, rows, strict=True)
        for other, count in zip(values, row, strict=True)
    }


# Cohen (1960) and, with weights, Cohen (1968): 200 patients, two judges; personality disorder,
# neurosis, psychosis.
PATIENTS = table("PNY", (88, 14, 18), (10, 40, 10), (2, 6, 12))
PUBLISHED = {
    "Cohen 1960: 200 patients": (PATIENTS, 0.492),
    "Wikipedia: 50 proposals": (table("yn", (20, 5), (10, 15)), 0.400),
    "Wikipedia: same share agreed, one": (table("yn", (45, 15), (25, 15)), 0.130),
    "Wikipedia: same share agreed, two": (table("yn", (25, 35), (5, 35)), 0.259),
    "scikit-learn, cohen_kappa_score": (
        {("-", "-"): 2, ("+", "+"): 1, ("0", "0"): 1, ("+", "-"): 1},
        0.6875,
    ),
}


@pytest.mark.parametrize(("counts", "value"), PUBLISHED.values(), ids=PUBLISHED)
def test_kappa_equals_published_figures(counts: Counts, value: float) -> None:
    assert kappa(counts) == pytest.approx(value, abs=0.0005)


def test_kappa_with_given_weights_equals_the_published_figure() -> None:
    weights = {"NP": 1, "PY": 3, "NY": 6}

    def weight(one: str, other: str) -> float:
        return weights.get("".join(sorted(one + other)), 0)

    assert kappa(PATIENTS, weight) == pytest.approx(0.348, abs=0.0005)


def test_quadratic_weights_equal_the_published_figure() -> None:
    # Kilem Gwet's irrCAC, data set cont3x3abstractors, reference of kappa2.table.
    abstractors = {(1, 1): 13, (2, 2): 20, (2, 3): 7, (3, 2): 4, (3, 3): 56}
    assert kappa(abstractors) == pytest.approx(0.7964094, abs=5e-8)
    assert kappa(abstractors, squared) == pytest.approx(0.8921569, abs=5e-8)


def test_quadratic_weights_worked_by_hand() -> None:
    # Squared distances: 1 + 4 observed; by chance (3 items) 0+1+4 + 1+0+1 + 4+1+0 = 12, of 3.
    assert kappa({(1, 1): 1, (2, 3): 1, (3, 2): 1}, squared) == pytest.approx(1 - 2 * 3 / 12)


UNDEFINED = {
    "both gave one and the same value": {("a", "a"): 9},
    "nothing in common": {},
}


@pytest.mark.parametrize("counts", UNDEFINED.values(), ids=UNDEFINED)
def test_kappa_is_undefined(counts: Counts) -> None:
    assert kappa(counts) is None


def test_agreement_counts_items_and_share() -> None:
    pair = agreement(table("yn", (20, 5), (10, 15)))
    assert (pair.items, pair.agreed, pair.share) == (50, 35, 0.7)
    assert pair.kappa == pytest.approx(0.4)


def test_agreement_without_items_has_no_share() -> None:
    assert agreement({}) == Pair(items=0, agreed=0, kappa=None)
    assert agreement({}).share is None


def test_tables_take_the_items_both_rated_and_the_last_value_of_each() -> None:
    ratings = [
        (1, "Ana", "false"),
        (1, "Ben", "true"),
        (2, "Ana", "true"),
        (2, "Cy", "true"),
        (3, "Ben", "opinion"),
        (1, "Ana", "true"),
    ]
    assert tables(ratings) == {
        ("Ana", "Ben"): {("true", "true"): 1},
        ("Ana", "Cy"): {("true", "true"): 1},
    }


counts = st.dictionaries(
    st.tuples(st.integers(1, 5), st.integers(1, 5)), st.integers(1, 20), max_size=12
)
deltas = st.sampled_from([differs, squared])


@given(counts, deltas)
def test_kappa_is_the_same_both_ways(
    given_counts: dict[tuple[int, int], int], delta: Delta[int]
) -> None:
    turned = {(other, one): count for (one, other), count in given_counts.items()}
    assert kappa(turned, delta) == pytest.approx(kappa(given_counts, delta))


@given(counts, deltas)
def test_kappa_is_at_most_one_and_one_only_for_full_agreement(
    given_counts: dict[tuple[int, int], int], delta: Delta[int]
) -> None:
    pair = agreement(given_counts, delta)
    if pair.kappa is not None:
        assert pair.kappa <= 1
        assert (pair.kappa == 1) == (pair.agreed == pair.items)
