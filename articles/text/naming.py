"""Which known names stand in some words of an article.

“The U.N.”, “UN” and “the UN’s” are one name, and “Radio Free Asia (RFA)” holds two. Compared are
words, folded: case, compatibility forms, the dots of abbreviations and a possessive ending do not
count. Scripts without spaces are compared by the character, and Hangul may carry a particle.
Offsets are code points, 0-based, end exclusive.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

import regex

ABBREVIATION = 5
"""A name of one word up to this long, all in capitals, is no common word: “US” is not “us”."""

K = TypeVar("K", bound=Hashable)

_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}"
_WORD = regex.compile(
    rf"(?P<one>[{_UNSPACED}\u30fc])\p{{M}}*"
    rf"|(?P<dotted>(?<!\w)\w(?:\.\w)+\b\.?(?:['’]s\b)?)"
    rf"|(?P<word>(?:(?![{_UNSPACED}\u30fc])\w)+(?:['’](?:(?![{_UNSPACED}])\w)+)*)"
)
_POSSESSIVE = re.compile(r"['’]s?$", re.IGNORECASE)
_HANGUL = regex.compile(r"\p{Hangul}+")


class Word(NamedTuple):
    """One word as it is compared, where it stands, and whether it starts with a capital."""

    folded: str
    start: int
    end: int
    capital: bool


@dataclass(frozen=True, slots=True)
class Found(Generic[K]):
    """A name in some words; several things may be called by it."""

    start: int
    end: int
    keys: tuple[K, ...]


@dataclass(frozen=True, slots=True)
class _Name(Generic[K]):
    words: tuple[str, ...]
    key: K
    abbreviation: bool


class Names(Generic[K]):
    """Names to be looked for, each with the thing it names; a thing may have several."""

    def __init__(self, names: Iterable[tuple[K, str]]) -> None:
        self._by_first: dict[str, list[_Name[K]]] = defaultdict(list)
        for key, name in names:
            words = list(split(name))
            if len(words) > 1 and words[0].folded == "the":
                words = words[1:]
            folded = tuple(word.folded for word in words)
            if folded:
                bare = re.sub(r"\W", "", name)
                short = len(folded) == 1 and len(bare) <= ABBREVIATION and bare.isupper()
                self._by_first[folded[0]].append(_Name(folded, key, short))

    def all_in(self, text: str) -> list[Found[K]]:
        """The longest name at each place where one starts, from left to right."""
        words = list(split(text))
        found = (self._at(words, index) for index in range(len(words)))
        return [name for name in found if name]

    def longest_in(self, text: str) -> Found[K] | None:
        """The longest name in the text; of equally long ones, the first."""
        return max(self.all_in(text), key=lambda found: found.end - found.start, default=None)

    def around(self, text: str, start: int, end: int) -> Found[K] | None:
        """The longest name that holds the span."""
        holding = [name for name in self.all_in(text) if name.start <= start and end <= name.end]
        return max(holding, key=lambda found: found.end - found.start, default=None)

    def _at(self, words: list[Word], index: int) -> Found[K] | None:
        hits = [
            (len("".join(name.words)), len(name.words), name.key)
            for first in beginnings(words[index].folded)
            for name in self._by_first.get(first, ())
            if _stands(name, words, index)
        ]
        if not hits:
            return None
        _, count, _ = best = max(hits, key=lambda hit: hit[0])
        keys = dict.fromkeys(key for length, _, key in hits if length == best[0])
        return Found(words[index].start, words[index + count - 1].end, tuple(keys))


def split(text: str) -> Iterator[Word]:
    """The words of a text as names are compared by them."""
    for match in _WORD.finditer(text):
        word = match[0]
        if match["dotted"]:
            word = word.replace(".", "")
        bare = _POSSESSIVE.sub("", word)
        folded = unicodedata.normalize("NFKC", bare).casefold()
        start, end = match.span()
        yield Word(folded, start, end - (len(word) - len(bare)), word[0].isupper())


def is_name_like(words: str) -> bool:
    """Whether the words look like a proper name: “The Water Board”, not “a man who fled”.

    A guess by capitals, good enough to choose what is offered first.
    """
    found = list(split(words))
    if found and found[0].folded == "the":
        found = found[1:]
    return bool(found) and found[0].capital and found[0].folded not in ("a", "an", "one", "some")


def _stands(name: _Name[K], words: list[Word], index: int) -> bool:
    if name.abbreviation and not words[index].capital:
        return False
    here = words[index : index + len(name.words)]
    if len(here) < len(name.words):
        return False
    *before, last = name.words
    return [word.folded for word in here[:-1]] == before and last in beginnings(here[-1].folded)


def beginnings(word: str) -> Iterator[str]:
    """The word, and for Hangul what is left of it without an ending."""
    yield word
    if _HANGUL.fullmatch(word):
        for length in range(len(word) - 1, 1, -1):
            yield word[:length]
