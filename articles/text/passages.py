"""The passages of a document that some words may have been taken from.

Nothing here reads the whole document word by word: a few telling words of the quotation are
looked for as plain strings, and only the places where they gather are cut into words.
"""

import math
import re
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise

from articles.text.folding import Folded
from articles.text.words import Word, words

SEEDS = 16
"""The most strings of the quotation that are looked for in the document."""

PLACES = 150
"""The most places kept for each of them; a string found more often tells little."""

WINDOWS = 4
"""The most passages that are cut into words."""

EXACT_TRIES = 200
"""The most places looked at for the exact words; fewer for many words."""

EXACT_WORDS = 40_000
"""The most words read at those places, unless the quotation alone has as many."""

_LIKELY = 0.5
"""The share of the best passage's telling words that another needs to be read as well."""

_HEAD = 8
"""How many words an exact place is first recognised by."""

_HEAD_LENGTH = 60
"""The most code points of those words; a search takes time in proportion to them."""

_LEAD = 48
"""Code points before and after a place that are read to find where words begin and end."""

_LETTER = re.compile(r"[^\W\d_]")


def exact(
    quote: Sequence[Word], ours: Folded, document: Folded, start: int, end: int
) -> Iterator[list[Word]]:
    """The document's words wherever, between the offsets, they are the quote's, one for one."""
    pattern = re.compile("".join(_head(quote, ours)))
    length = quote[-1].end - quote[0].start
    for _ in range(max(1, min(EXACT_TRIES, EXACT_WORDS // len(quote)))):
        match = pattern.search(document.text, start, end)
        if match is None:
            return
        found = _words_from(document, match.start(), length, len(quote))
        if (
            len(found) == len(quote)
            and found[-1].end <= end
            and all(one.key == other.key for one, other in zip(quote, found, strict=True))
        ):
            yield found
        start = match.start() + 1


def windows(
    quote: Sequence[Word], ours: Folded, document: Folded, start: int, end: int
) -> list[tuple[int, int]]:
    """Where the quote's telling words gather, the likeliest place first.

    The windows may overlap; each is about twice as long as the quote.
    """
    length = quote[-1].end - quote[0].start
    hits = sorted(_hits(quote, ours, document.text, start, end))
    width = length + length // 2 + _LEAD
    ranked: list[tuple[float, int, int]] = []
    left = 0
    total = 0.0
    inside: dict[int, int] = {}
    for right, (place, seed, worth) in enumerate(hits):
        total += worth if not inside.get(seed) else 0
        inside[seed] = inside.get(seed, 0) + 1
        while place - hits[left][0] > width:
            inside[hits[left][1]] -= 1
            total -= hits[left][2] if not inside[hits[left][1]] else 0
            left += 1
        ranked.append((-total, hits[left][0], hits[right][0]))
    result: list[tuple[int, int]] = []
    ranked.sort()
    for value, first, last in ranked:
        if value > ranked[0][0] * _LIKELY:
            break
        if all(abs(first - other) > length // 2 for other, _ in result):
            result.append((first, last))
            if len(result) == WINDOWS:
                break
    margin = length // 2 + _LEAD
    return [
        _whole(document.text, max(start, last - length - margin), min(end, first + length + margin))
        if last - first <= length
        else _whole(document.text, max(start, first - margin), min(end, last + margin))
        for first, last in result
    ]


def read(document: Folded, start: int, end: int) -> list[Word]:
    return list(words(document, *_whole(document.text, start, end)))


def _hits(
    quote: Sequence[Word], ours: Folded, text: str, start: int, end: int
) -> Iterator[tuple[int, int, float]]:
    """Places of each seed: ``(place, number of the seed, worth)``."""
    for number, seed in enumerate(_seeds(quote, ours)):
        places = list(islice(_occurrences(text, seed, start, end), PLACES))
        worth = 1 / math.log(2 + len(places))
        for place in places:
            yield place, number, worth


def _seeds(quote: Sequence[Word], ours: Folded) -> list[str]:
    """Long words, or short neighbours together, spread evenly over the quote."""
    found: dict[str, None] = {}
    for word, following in pairwise([*quote, quote[-1]]):
        long = word.weight == 1 and word.end - word.start >= 4
        seed = ours.text[word.start : word.end if long else following.end]
        found[" ".join(seed.split())] = None
    seeds = list(found)
    share = max(1.0, len(seeds) / SEEDS)
    chunks = (seeds[int(n * share) : int((n + 1) * share)] for n in range(SEEDS))
    return [max(chunk, key=len) for chunk in chunks if chunk]


def _occurrences(text: str, seed: str, start: int, end: int) -> Iterator[int]:
    place = text.find(seed, start, end)
    while place >= 0:
        yield place
        place = text.find(seed, place + len(seed), end)


def _words_from(document: Folded, start: int, length: int, number: int) -> list[Word]:
    """Up to so many words from ``start``; none when no word begins there."""
    low, high = _whole(document.text, start, start + 2 * length)
    following = (word for word in words(document, low, high) if word.end > start)
    found = list(islice(following, number))
    return found if found and found[0].start == start else []


def _whole(text: str, start: int, end: int) -> tuple[int, int]:
    """The span widened to white space, or as far as is read for it."""
    before = text[max(0, start - _LEAD) : start]
    after = text[end : end + _LEAD]
    to_left = re.search(r"\S*\Z", before)
    to_right = re.match(r"\S*", after)
    left = len(to_left[0]) if to_left else 0
    right = len(to_right[0]) if to_right else 0
    return start - left, end + right


def _head(quote: Sequence[Word], ours: Folded) -> Iterator[str]:
    left = _HEAD_LENGTH
    for word in quote[:_HEAD]:
        text = ours.text[word.start : word.end]
        figures = text[-1].isdigit() and not _LETTER.search(text)
        yield _number(text, left) if figures else re.escape(text[:left])
        left -= len(text)
        if left <= 0:
            break
        yield r"[\W_]{0,12}"


def _number(text: str, most: int) -> str:
    """A pattern of the number, or of so many of its first digits, whatever groups them."""
    digits = [re.escape(character) for character in text if character.isdigit()]
    return r"(?<!\d)[-−]?" + r"[.,'٬٫ \u00a0\u2009\u202f]?".join(digits[:most])
