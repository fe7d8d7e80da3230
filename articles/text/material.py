"""Whether a change of words alters what is said: a number, a negation, a modal, a name.

A hint from word lists (lexicon/material.toml, lexicon/common_capitals.txt), not a judgement:
its absence does not make a change harmless.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

from articles.text.words import Word

Material = Literal["number", "negation", "modal", "name"]

_LEXICON = Path(__file__).parent / "lexicon"
_FIGURE = re.compile(r"-?\d[\d.]*")


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a change: its words, their text, and what tells whether a capital names one.

    ``before`` is the key of the word before; the last two are about the first word.
    """

    words: Sequence[Word]
    texts: Sequence[str]
    before: str
    starts_sentence: bool
    known_in_lower_case: bool


def material(quoted: Side, original: Side) -> Material | None:
    """What of weight differs between the two sides; the first of number, negation, modal, name."""
    if _numbers(quoted) != _numbers(original):
        return "number"
    if _negations(quoted) != _negations(original):
        return "negation"
    if _modals(quoted) != _modals(original):
        return "modal"
    if _names(quoted) != _names(original):
        return "name"
    return None


def category(word: Word) -> str | None:
    """``number``, ``negation`` or ``modal`` for such a word standing alone."""
    return _category(word.key)


@lru_cache(maxsize=10_000)
def _category(key: str) -> str | None:
    if _number(key):
        return "number"
    if _lexicon().negation.fullmatch(key):
        return "negation"
    return "modal" if _lexicon().modal(key) is not None else None


class _Lexicon:
    def __init__(self) -> None:
        data = tomllib.loads((_LEXICON / "material.toml").read_text("utf-8"))
        self.negation = _any_of(data["negations"])
        self.negation_within = _any_of(data["negations_within"])
        self.modals = [_any_of(same) for same in data["modals"]]
        self.any_modal = _any_of(word for same in data["modals"] for word in same)
        self.modals_within = [_any_of(same) for same in data["modals_within"]]
        self.before_nouns = frozenset(data["before_nouns"])
        self.numbers = {
            word.casefold(): value for value, same in data["numbers"].items() for word in same
        }
        lines = (_LEXICON / "common_capitals.txt").read_text("utf-8").splitlines()
        self.common = {word for line in lines if not line.startswith("#") for word in line.split()}

    def modal(self, key: str) -> int | None:
        if not self.any_modal.fullmatch(key):
            return None
        return next(rank for rank, same in enumerate(self.modals) if same.fullmatch(key))


@cache
def _lexicon() -> _Lexicon:
    return _Lexicon()


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted((word.casefold() for word in words), key=len, reverse=True)
    return re.compile("|".join(re.escape(word).replace(r"\*", ".*") for word in longest_first))


def _number(key: str) -> str | None:
    return key if _FIGURE.fullmatch(key) else _lexicon().numbers.get(key)


def _numbers(side: Side) -> Counter[str]:
    return Counter(number for word in side.words if (number := _number(word.key)))


def _negations(side: Side) -> int:
    alone = sum(bool(_lexicon().negation.fullmatch(word.key)) for word in side.words)
    return alone + len(_lexicon().negation_within.findall(_unspaced(side)))


def _modals(side: Side) -> Counter[int]:
    lexicon = _lexicon()
    found = Counter(rank for word in side.words if (rank := lexicon.modal(word.key)) is not None)
    text = _unspaced(side)
    for rank, same in enumerate(lexicon.modals_within, start=len(lexicon.modals)):
        found[rank] += len(same.findall(text))
    return +found


def _names(side: Side) -> set[str]:
    """Words with a capital that neither the sentence, a title, nor German grammar gave it."""
    found = set()
    before = side.before
    for index, (word, text) in enumerate(zip(side.words, side.texts, strict=True)):
        expected = index == 0 and side.starts_sentence and side.known_in_lower_case
        if (
            text[:1].isupper()
            and not expected
            and word.key not in _lexicon().common
            and _number(word.key) is None
            and before not in _lexicon().before_nouns
        ):
            found.add(word.key)
        before = word.key
    return found


def _unspaced(side: Side) -> str:
    return "".join(word.key for word in side.words if word.weight < 1)
