"""Tells near copies of one text, such as an agency's report that many papers print.

A sketch is the smallest hashes of all runs of four words ("bottom-k" min-hashing: Broder, On the
resemblance and containment of documents, 1997). Sketches are stored, so neither the cutting into
words nor the hash may ever change without making them all anew.
"""

import hashlib
import unicodedata
from collections.abc import Iterator, Sequence
from heapq import nsmallest

import regex

SKETCH = 128
"""Hashes in a sketch; the estimate is then off by 0.04 on average."""
RUN = 4
"""Words whose order counts: a changed word changes as many runs."""
NEAR = 0.6
"""The resemblance of near copies: some seven words in a hundred replaced, or two
fifths cut."""

# Where no spaces part the words, every character is one.
_WORD = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]\p{M}*|[\p{L}\p{M}\p{N}]+"
)
_POSITIVE = (1 << 63) - 1


def sketch(text: str) -> list[int]:
    """At most ``SKETCH`` hashes of 63 bits, ascending; none for a text without words."""
    return nsmallest(SKETCH, {_hash(run) for run in _runs(text)})


def resemblance(a: Sequence[int], b: Sequence[int]) -> float:
    """The share of their runs that two sketched texts have in common, 0 to 1, as estimated.

    It is exact for texts with up to half of ``SKETCH`` runs each. A text without words
    resembles none.
    """
    here, there = set(a), set(b)
    sample = nsmallest(SKETCH, here | there)
    common = here & there
    return sum(value in common for value in sample) / len(sample) if sample else 0.0


def near_copies(a: Sequence[int], b: Sequence[int]) -> bool:
    """Whether the sketched texts are the same but for small changes (``NEAR``)."""
    return resemblance(a, b) >= NEAR


def _runs(text: str) -> Iterator[str]:
    words = _WORD.findall(unicodedata.normalize("NFKC", text).casefold())
    if words and len(words) < RUN:
        yield " ".join(words)
    for position in range(len(words) - RUN + 1):
        yield " ".join(words[position : position + RUN])


def _hash(run: str) -> int:
    digest = hashlib.blake2b(run.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") & _POSITIVE
