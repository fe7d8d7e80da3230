"""Who stands behind an article's claims, and how many of them are independent.

Pure: chains in, findings out. A chain lists who said it, from whom the article names to the
origin. Origins are counted once each, and once for all that carry the same text.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Party:
    """One who said it: a source, or an unnamed person whom the article describes.

    Two parties are the same if their keys are.
    """

    key: Hashable
    label: str = field(compare=False)
    unnamed: bool = field(default=False, compare=False)


Chain = tuple[Party, ...]
Path = tuple[Party, ...]


@dataclass(frozen=True, slots=True)
class Credited:
    """A claim, by its number, and the chains by which the article credits it."""

    number: int
    chains: tuple[Chain, ...]


@dataclass(frozen=True, slots=True)
class Origins:
    """Distinct origins, named and unnamed; of those that count as one, the first."""

    named: tuple[Party, ...]
    unnamed: tuple[Party, ...]

    @property
    def count(self) -> int:
        return len(self.named) + len(self.unnamed)

    def __str__(self) -> str:
        """“1 origin, unnamed”, “2 origins, both named”, “3 origins, 1 named and 2 unnamed”."""
        named, unnamed = len(self.named), len(self.unnamed)
        if named and unnamed:
            return f"{self.count} origins, {named} named and {unnamed} unnamed"
        kind = "named" if named else "unnamed"
        if self.count == 1:
            return f"1 origin, {kind}"
        return f"{self.count} origins, {'both' if self.count == 2 else 'all'} {kind}"


@dataclass(frozen=True, slots=True)
class Sole:
    """An origin on which several claims rest alone."""

    origin: Party
    claims: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Independence:
    """What the chains of an article come to.

    ``sole`` names the origins that several claims rest on alone; ``cycles`` a way
    round each circle, its first party repeated at the end; ``copies`` the origins that carry the
    same text.
    """

    claims: tuple[int, ...]
    origins: Origins
    sole: tuple[Sole, ...]
    cycles: tuple[Path, ...]
    copies: tuple[tuple[Party, ...], ...]


class Merged:
    """Keys that count as one, because pairs of them do (a union–find)."""

    def __init__(self, pairs: Iterable[tuple[Hashable, Hashable]] = ()) -> None:
        self._parent: dict[Hashable, Hashable] = {}
        for one, other in pairs:
            self._parent[self.first(one)] = self.first(other)

    def first(self, key: Hashable) -> Hashable:
        """The key that stands for all that count as one with it."""
        while (parent := self._parent.get(key, key)) != key:
            self._parent[key] = self._parent.get(parent, parent)
            key = parent
        return key


def origins(chains: Iterable[Chain], merged: Merged) -> Origins:
    """The distinct ends of the chains."""
    distinct: dict[Hashable, Party] = {}
    for chain in chains:
        distinct.setdefault(merged.first(chain[-1].key), chain[-1])
    ends = distinct.values()
    return Origins(
        named=tuple(party for party in ends if not party.unnamed),
        unnamed=tuple(party for party in ends if party.unnamed),
    )


def independence(
    claims: Sequence[Credited], same_text: Iterable[tuple[Hashable, Hashable]] = ()
) -> Independence:
    """What stands behind the claims that have chains.

    ``same_text`` are pairs of keys whose documents are near copies of each other.
    """
    merged = Merged(same_text)
    chains = [chain for claim in claims for chain in claim.chains]
    return Independence(
        claims=tuple(claim.number for claim in claims if claim.chains),
        origins=origins(chains, merged),
        sole=_sole(claims, merged),
        cycles=cycles(chains),
        copies=_copies(chains, merged),
    )


def _sole(claims: Sequence[Credited], merged: Merged) -> tuple[Sole, ...]:
    resting: dict[Hashable, list[int]] = defaultdict(list)
    parties: dict[Hashable, Party] = {}
    for claim in claims:
        keys = {merged.first(chain[-1].key) for chain in claim.chains}
        if len(keys) == 1:
            (key,) = keys
            parties.setdefault(key, claim.chains[0][-1])
            resting[key].append(claim.number)
    shared = [key for key, numbers in resting.items() if len(numbers) > 1]
    shared.sort(key=lambda key: -len(resting[key]))
    return tuple(Sole(parties[key], tuple(resting[key])) for key in shared)


def _copies(chains: Iterable[Chain], merged: Merged) -> tuple[tuple[Party, ...], ...]:
    groups: dict[Hashable, dict[Party, None]] = defaultdict(dict)
    for chain in chains:
        groups[merged.first(chain[-1].key)].setdefault(chain[-1])
    return tuple(tuple(group) for group in groups.values() if len(group) > 1)


Graph = Mapping[Party, Iterable[Party]]


def citations(chains: Iterable[Chain]) -> dict[Party, list[Party]]:
    """Who cites whom: each party of the chains, with those it hands on from."""
    cited: dict[Party, dict[Party, None]] = {}
    for chain in chains:
        for party in chain:
            cited.setdefault(party, {})
        for citing, source in pairwise(chain):
            cited[citing].setdefault(source)
    return {party: list(others) for party, others in cited.items()}


def cycles(chains: Iterable[Chain]) -> tuple[Path, ...]:
    """For each knot of parties that cite each other: the shortest way from its first and back."""
    graph = citations(chains)
    place = {party: index for index, party in enumerate(graph)}
    firsts = [(min(knot, key=place.__getitem__), knot) for knot in knots(graph)]
    firsts.sort(key=lambda found: place[found[0]])
    return tuple(_way_back(graph, first, knot) for first, knot in firsts)


def knots(graph: Graph) -> list[set[Party]]:
    """The sets of two or more parties that all reach each other, by who cites whom.

    Strongly connected components (Kosaraju): taken in the reverse of the order in which a search
    leaves them, the parties that reach one against the arrows are in one set with it.
    """
    seen: set[Party] = set()
    left = [party for start in graph for party in _search(graph, start, seen)]
    backward, taken = _reversed(graph), set[Party]()
    components = [set(_search(backward, start, taken)) for start in reversed(left)]
    return [component for component in components if len(component) > 1]


def _search(graph: Graph, start: Party, seen: set[Party]) -> list[Party]:
    """What can be reached from ``start`` past what was seen, in the order in which it is left."""
    left: dict[Party, None] = {}
    waiting = [start] if start not in seen else []
    while waiting:
        party = waiting[-1]
        if party in seen:
            left.setdefault(waiting.pop())
        else:
            seen.add(party)
            waiting += (other for other in graph[party] if other not in seen)
    return list(left)


def _reversed(graph: Mapping[Party, Iterable[Party]]) -> dict[Party, set[Party]]:
    backward: dict[Party, set[Party]] = {party: set() for party in graph}
    for party, others in graph.items():
        for other in others:
            backward[other].add(party)
    return backward


def _way_back(graph: Graph, start: Party, knot: set[Party]) -> Path:
    """The shortest way from a party of a knot back to itself."""
    came_from: dict[Party, Party] = {}
    waiting = deque([start])
    while waiting:
        party = waiting.popleft()
        for other in graph[party]:
            if other == start:
                way = [start, party]
                while way[-1] != start:
                    way.append(came_from[way[-1]])
                return tuple(reversed(way))
            if other in knot and other not in came_from:
                came_from[other] = party
                waiting.append(other)
    raise ValueError(f"{start} lies on no circle")


def same_chains(claims: Iterable[Credited]) -> list[tuple[tuple[Chain, ...], list[int]]]:
    """The claims that have the same chains, together; the largest group first."""
    groups: dict[frozenset[Chain], list[int]] = defaultdict(list)
    shown: dict[frozenset[Chain], tuple[Chain, ...]] = {}
    for claim in claims:
        key = frozenset(claim.chains)
        shown.setdefault(key, claim.chains)
        groups[key].append(claim.number)
    sizes = Counter({key: len(numbers) for key, numbers in groups.items()})
    return [(shown[key], groups[key]) for key, _ in sizes.most_common()]
