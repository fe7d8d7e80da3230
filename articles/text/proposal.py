"""The passage of a document that most likely says what a claim says.

A proposal for a reviewer's eye, by the words the two share: a word counts by how rare it is in the
document, a number twice. Inflected forms count as near as they are spelt.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import log

from rapidfuzz import fuzz, process

from articles.text.folding import Folded
from articles.text.spans import Span
from articles.text.words import words

FLOOR = 0.4
"""The least share of the claim's weight that a passage must have; below it nothing is proposed."""
WIDER = 0.2
"""What a neighbouring sentence must add to be taken along."""

_ALIKE = 80.0
_MOST_WORDS = 200
_FEWEST_SHARED = 2


def propose(claim: str, document: str, sentences: Sequence[Span]) -> Span | None:
    """The sentence of the document most like the claim, with its neighbour if that adds much.

    ``sentences`` are spans of ``document``, in order. The first of equals wins; None when no
    sentence shares enough.
    """
    wanted = list(dict.fromkeys(_keys(claim)))[:_MOST_WORDS]
    folded = Folded(document)
    found = _by_sentence(folded, sentences)
    spread = Counter(key for keys in found for key in keys)
    weights = {key: _weight(key, spread, len(sentences)) for key in wanted}
    total = sum(weights.values())
    if not total:
        return None
    near = _near(wanted, spread)
    shares = [_shared(keys, near) for keys in found]
    best = max(range(len(shares)), key=lambda at: _sum(shares[at], weights), default=None)
    if best is None:
        return None
    first, last = _widened(shares, best, weights, total)
    share = _union(shares[first : last + 1])
    if _sum(share, weights) < FLOOR * total or len(share) < _FEWEST_SHARED:
        return None
    return Span(sentences[first].start, sentences[last].end)


def _keys(text: str) -> Iterable[str]:
    return (word.key for word in words(Folded(text)))


def _by_sentence(folded: Folded, sentences: Sequence[Span]) -> list[set[str]]:
    """The words of each sentence."""
    found: list[set[str]] = [set() for _ in sentences]
    at = 0
    for word in words(folded):
        start = folded.origin(word.start, word.end)[0]
        while at < len(sentences) and sentences[at].end <= start:
            at += 1
        if at == len(sentences):
            break
        if sentences[at].start <= start:
            found[at].add(word.key)
    return found


def _weight(key: str, spread: Mapping[str, int], sentences: int) -> float:
    """How much a word tells: nothing when every sentence has it; one that none has still counts."""
    rarity = log(1 + sentences / (1 + spread.get(key, 0)))
    return rarity * (2 if _is_number(key) else 1)


def _is_number(key: str) -> bool:
    return any(character.isdecimal() for character in key)


def _near(wanted: Sequence[str], known: Mapping[str, int]) -> dict[str, list[tuple[str, float]]]:
    """By word of the document: the claim's words it stands for, and how nearly (0 to 1)."""
    near: dict[str, list[tuple[str, float]]] = {}
    choices = [key for key in known if len(key) > 3 and not _is_number(key)]
    for key in wanted:
        if key in known:
            near.setdefault(key, []).append((key, 1.0))
        if len(key) <= 3 or _is_number(key):
            continue
        alike = process.extract(key, choices, scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=20)
        for other, score, _ in alike:
            if other != key and other[0] == key[0]:
                near.setdefault(other, []).append((key, score / 100))
    return near


def _shared(keys: set[str], near: Mapping[str, list[tuple[str, float]]]) -> dict[str, float]:
    return _union({key: degree} for word in keys & near.keys() for key, degree in near[word])


def _union(shares: Iterable[Mapping[str, float]]) -> dict[str, float]:
    united: dict[str, float] = {}
    for share in shares:
        for key, degree in share.items():
            united[key] = max(degree, united.get(key, 0.0))
    return united


def _sum(share: Mapping[str, float], weights: Mapping[str, float]) -> float:
    return sum(degree * weights[key] for key, degree in share.items())


def _widened(
    shares: Sequence[Mapping[str, float]], best: int, weights: Mapping[str, float], total: float
) -> tuple[int, int]:
    """The best sentence alone, or with the neighbour that adds the more, if it adds enough."""
    alone = _sum(shares[best], weights)
    pairs = [(first, first + 1) for first in (best - 1, best) if 0 <= first < len(shares) - 1]
    gains = {pair: _sum(_union(shares[pair[0] : pair[1] + 1]), weights) - alone for pair in pairs}
    widest = max(pairs, key=lambda pair: gains[pair], default=None)
    if widest is None or gains[widest] < WIDER * total:
        return best, best
    return widest
