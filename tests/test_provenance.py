"""Chains in, findings out: how many origins really stand behind an article's claims."""

from dataclasses import dataclass
from itertools import pairwise, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.provenance import Chain, Credited, Merged, Party, independence, origins, same_chains


def chain(letters: str) -> Chain:
    """Each letter is a party; those in lower case are unnamed."""
    return tuple(Party(letter, letter, unnamed=letter.islower()) for letter in letters)


def credited(*claims: str) -> list[Credited]:
    """The first claim has number 1; a claim's chains are parted by spaces."""
    return [
        Credited(number, tuple(chain(letters) for letters in claim.split()))
        for number, claim in enumerate(claims, 1)
    ]


@dataclass(frozen=True)
class Case:
    claims: tuple[str, ...]
    named: str = ""
    unnamed: str = ""
    sole: tuple[tuple[str, tuple[int, ...]], ...] = ()
    cycles: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()


CASES = {
    "no claims": Case(()),
    "claims that name nobody": Case(("", "")),
    "one chain, named": Case(("A",), named="A"),
    "one chain, unnamed": Case(("Ax",), unnamed="x"),
    "nine claims, one origin": Case(
        ("Ax",) * 9, unnamed="x", sole=(("x", (1, 2, 3, 4, 5, 6, 7, 8, 9)),)
    ),
    "two ways to one origin": Case(("ABx", "Cx"), unnamed="x", sole=(("x", (1, 2)),)),
    "two reports on one claim": Case(("Ax By",), unnamed="xy"),
    "two reports, one origin": Case(("Ax Bx", "x"), unnamed="x", sole=(("x", (1, 2)),)),
    "an origin that is also a step": Case(("A", "AB"), named="AB"),
    "larger first": Case(
        ("A", "A", "B", "B", "B", "C", "A B"), "ABC", sole=(("B", (3, 4, 5)), ("A", (1, 2)))
    ),
    "circle over two claims": Case(("AB", "BA"), named="BA", cycles=("ABA",)),
    "circle in one chain": Case(("ABA",), named="A", cycles=("ABA",)),
    "circle of three": Case(("AB", "BC", "CAx"), "BC", "x", cycles=("ABCA",)),
    "two circles": Case(("AB", "BA", "CD", "DC"), "BADC", cycles=("ABA", "CDC")),
    "the shortest way round": Case(
        ("ABCA", "BA"), named="A", sole=(("A", (1, 2)),), cycles=("ABA",)
    ),
    "no circle in a diamond": Case(("ABx", "ACx"), unnamed="x", sole=(("x", (1, 2)),)),
    "copies count once": Case(
        ("A", "B", "C"), "AC", same=("AB",), sole=(("A", (1, 2)),), copies=("AB",)
    ),
    "copies of copies": Case(
        ("A B", "C"), "A", same=("AB", "BC"), sole=(("A", (1, 2)),), copies=("ABC",)
    ),
    "copies that are no origins": Case(("AX", "BY"), "XY", same=("AB",)),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_findings(case: Case):
    claims = credited(*case.claims)
    found = independence(claims, [(one, other) for one, other in case.same])

    assert "".join(str(party.key) for party in found.origins.named) == case.named
    assert "".join(str(party.key) for party in found.origins.unnamed) == case.unnamed
    assert tuple((sole.origin.key, sole.claims) for sole in found.sole) == case.sole
    assert tuple("".join(str(p.key) for p in path) for path in found.cycles) == case.cycles
    assert tuple("".join(str(p.key) for p in group) for group in found.copies) == case.copies
    assert found.claims == tuple(claim.number for claim in claims if claim.chains)


def test_claims_with_the_same_chains_go_together_the_most_first():
    groups = same_chains(credited("Ax", "By Ax", "", "Ax By", "Cx By", "Ax By", ""))
    assert [numbers for _, numbers in groups] == [[2, 4, 6], [3, 7], [1], [5]]


CHAINS = st.lists(st.sampled_from("ABCDxy"), min_size=1, max_size=5).map(
    lambda letters: "".join(
        one for one, before in zip(letters, ["", *letters], strict=False) if one != before
    )
)
CLAIMS = st.lists(st.lists(CHAINS, max_size=3).map(" ".join), max_size=6)


@given(CLAIMS, st.data())
def test_a_copy_of_a_chain_never_raises_the_number_of_origins(
    claims: list[str], data: st.DataObject
):
    chains = [letters for claim in claims for letters in claim.split()]
    if not chains:
        return
    copy = data.draw(st.sampled_from(chains))
    before, after = independence(credited(*claims)), independence(credited(*claims, copy))
    assert after.origins.count == before.origins.count
    assert after.cycles == before.cycles


@given(CLAIMS)
def test_origins_are_the_distinct_ends(claims: list[str]):
    ends = {letters[-1] for claim in claims for letters in claim.split()}
    assert independence(credited(*claims)).origins.count == len(ends)


@given(
    CLAIMS, st.lists(st.tuples(st.sampled_from("ABCDxy"), st.sampled_from("ABCDxy")), max_size=4)
)
def test_what_counts_as_one_never_raises_the_number(claims: list[str], same: list[tuple[str, str]]):
    found = independence(credited(*claims), same)
    assert found.origins.count <= independence(credited(*claims)).origins.count
    assert found.origins.count == 0 or any(claim for claim in claims)


def circles(claims: list[str]) -> bool:
    """By trying every way round."""
    cites = {step for claim in claims for letters in claim.split() for step in pairwise(letters)}
    return any(
        all(step in cites for step in pairwise([*way, way[0]]))
        for length in range(2, 7)
        for way in permutations("ABCDxy", length)
    )


@given(CLAIMS)
def test_a_circle_is_found_if_there_is_one(claims: list[str]):
    found = independence(credited(*claims)).cycles
    assert bool(found) == circles(claims)
    cites = {step for claim in claims for letters in claim.split() for step in pairwise(letters)}
    for path in found:
        assert path[0] == path[-1]
        assert len(set(path)) == len(path) - 1
        assert all((one.key, two.key) in cites for one, two in pairwise(path))


def test_a_long_row_of_citations_is_searched_without_recursion():
    row = tuple(Party(number, str(number)) for number in range(20_000))
    assert independence([Credited(1, (row,))]).cycles == ()
    assert len(independence([Credited(1, ((*row, row[0]),))]).cycles) == 1


def test_the_first_of_what_counts_as_one_is_named():
    found = origins([chain("AB"), chain("C")], Merged([("B", "C")]))
    assert [party.label for party in found.named] == ["B"]
