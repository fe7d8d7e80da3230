"""How nearly two claims say the same, and which of their words tell them apart.

Wording counts for most of the score. A number, a negation, a modal or a name that only one of
two otherwise like sentences has makes another claim of it: such words lower the score and are
named, for a person to judge.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Indel

from articles.text.folding import Folded
from articles.text.material import Material, Side, material
from articles.text.words import Word, words

LIKE_WORDS = 80.0
"""From here on two words count as forms of one: rise, rises; Ministry, ministries."""
# How much of the score is left when both claims have words of the kind, and when one has.
CONTRADICTED: dict[Material, float] = {"number": 0.7, "negation": 0.6, "modal": 0.9, "name": 0.65}
ADDED: dict[Material, float] = {"number": 0.85, "negation": 0.6, "modal": 0.95, "name": 0.9}
_OFTEN_SAID = """
a an and are as at be been but by for from had has have he her his if in is it its of on or said
says she so some such than that the their them then there these they this those to was were which
while who with would
"""
LIGHT = frozenset(_OFTEN_SAID.split())
"""Words so frequent that sharing them says little."""
LIGHT_WEIGHT = 0.15
WITHIN = 0.85
"""The score of a claim whose words all stand in a longer one."""
ENOUGH = 3.0
"""How many words a claim needs for that."""
ORDERED = 0.15
"""The part of the score that hangs on the order: who did it to whom."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Words of one kind, as written, that only the first and only the second claim has."""

    kind: Material
    first: tuple[str, ...]
    second: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sameness:
    """``score`` is 1 for the same words and 0 for none in common."""

    score: float
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class _Token:
    """A word as it stands in its claim, and what it weighs; ``kind`` if it is a material word."""

    word: Word
    text: str
    kind: Material | None

    @property
    def key(self) -> str:
        return self.word.key

    @property
    def weight(self) -> float:
        return LIGHT_WEIGHT if self.key in LIGHT else self.word.weight


def sameness(first: str, second: str) -> Sameness:
    """Compare two claims, of any script; the order of the two changes the sides alone."""
    ours, theirs = _tokens(first), _tokens(second)
    differences = tuple(_differences(ours, theirs))
    score = _wording(ours, theirs)
    for difference in differences:
        both = difference.first and difference.second
        score *= (CONTRADICTED if both else ADDED)[difference.kind]
    return Sameness(round(score, 4), differences)


def _tokens(text: str) -> list[_Token]:
    folded = Folded(text)
    tokens: list[_Token] = []
    before = ""
    for word in words(folded):
        start, end = folded.origin(word.start, word.end)
        side = _side(word, text[start:end], before, first=not tokens)
        tokens.append(_Token(word, text[start:end], material(side, _NOTHING)))
        before = word.key
    return tokens


def _side(word: Word, text: str, before: str = "", *, first: bool = False) -> Side:
    """One word alone. A claim is cut out of its article: its first capital tells nothing."""
    return Side([word], [text], before, starts_sentence=first, known_in_lower_case=first)


_NOTHING = Side((), (), "", starts_sentence=False, known_in_lower_case=False)


def _same_number(one: _Token, other: _Token) -> bool:
    """12,000 and 12 000, 20 and twenty."""
    return material(_side(one.word, one.key), _side(other.word, other.key)) is None


def _only_in(ours: Iterable[_Token], theirs: list[_Token]) -> Iterator[_Token]:
    """Those of our words that have no counterpart of theirs left."""
    left = list(theirs)
    for token in ours:
        same = next((other for other in left if _alike(token, other)), None)
        if same:
            left.remove(same)
        else:
            yield token


def _alike(one: _Token, other: _Token) -> bool:
    if one.kind == other.kind == "number":
        return _same_number(one, other)
    if one.kind == other.kind == "negation":
        return True  # not, never: what matters is that the other denies too
    return one.key == other.key


def _differences(ours: list[_Token], theirs: list[_Token]) -> Iterator[Difference]:
    for kind in CONTRADICTED:
        # A name may be no name to the other, where it begins the sentence.
        named = kind == "name"
        first = [t.text for t in _only_in(_of(kind, ours), theirs if named else _of(kind, theirs))]
        second = [t.text for t in _only_in(_of(kind, theirs), ours if named else _of(kind, ours))]
        if first or second:
            yield Difference(kind, tuple(first), tuple(second))


def _of(kind: Material, tokens: list[_Token]) -> list[_Token]:
    return [token for token in tokens if token.kind == kind]


def _wording(ours: list[_Token], theirs: list[_Token]) -> float:
    """How much of the words is common to both, or how much of the shorter is in the longer.

    Forms of one word count in part.
    """
    first, second = _terms(ours), _terms(theirs)
    weights = sum(first.values()), sum(second.values())
    if not all(weights):
        return 0.0
    covered = _covered(first, second), _covered(second, first)
    score = sum(covered) / sum(weights)
    if min(weights) >= ENOUGH:
        shorter = weights.index(min(weights))
        score = max(score, WITHIN * covered[shorter] / weights[shorter])
    order = Indel.normalized_similarity([t.key for t in ours], [t.key for t in theirs])
    return score * (1 - ORDERED + ORDERED * order)


def _terms(tokens: list[_Token]) -> dict[str, float]:
    """The words and their weight; characters of a script without spaces in pairs of neighbours."""
    terms = {token.key: token.weight for token in tokens if token.word.weight == 1}
    for one, other in pairwise(tokens):
        if one.word.weight < 1 and other.word.weight < 1 and one.word.end == other.word.start:
            terms[one.key + other.key] = one.weight
    return terms


def _covered(terms: dict[str, float], others: dict[str, float]) -> float:
    """The weight of those terms that the others have."""
    covered = 0.0
    candidates = list(others)
    for term, weight in terms.items():
        if term in others:
            covered += weight
        elif len(term) > 3 and (found := _closest(term, candidates)):
            covered += weight * found / 100
    return covered


def _closest(term: str, candidates: list[str]) -> float:
    found = process.extractOne(
        term, candidates, scorer=fuzz.ratio, score_cutoff=LIKE_WORDS, processor=None
    )
    return found[1] if found else 0.0
