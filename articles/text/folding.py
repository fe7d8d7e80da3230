"""A text folded for comparison, with the way back to its own offsets.

Folded are: case, apostrophes, compatibility forms (ligatures, full-width letters, digits of
other scripts), decomposed letters, Arabic and Hebrew vowel signs, tatweel, soft hyphens, words
hyphenated over a line end, and invisible marks. White space and dashes are left to the words.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator

import regex

_VOWELS = (
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
)
_JOINERS = "\u200c\u200d"
_INVISIBLE = "\u00ad\u0640\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
_DIGITS = "\u0660-\u0669\u06f0-\u06f9\u0966-\u096f"
# Letters, digits and word-like signs that NFKC maps to others; punctuation and spaces stay.
_COMPATIBLE = (
    "\u00aa\u00b2\u00b3\u00b5\u00b9\u00ba\u00bc-\u00be\u0132\u0133\u017f\u01c4-\u01cc"
    "\u2070-\u209f\u2100-\u2189\u2460-\u24ff\u3131-\u318e\u3200-\u33ff\uf900-\ufaff"
    "\ufb00-\ufdfd\ufe70-\ufefc\uff03-\uff06\uff0b\uff10-\uff19\uff1c-\uff1e\uff20-\uff3a"
    "\uff41-\uff5a\uff66-\uffdc\uffe0-\uffe6\U0001d400-\U0001d7ff\U0001f100-\U0001f14f"
)
_SPECIAL = re.compile(f"[{_VOWELS}{_JOINERS}{_INVISIBLE}{_DIGITS}{_COMPATIBLE}]")
_BROKEN_WORD = r"(?<=[^\W\d_])[-\u2010]\n(?=[^\W\d_])"
_MARKS = f"[{_VOWELS}{_JOINERS}]+"
_EDIT = re.compile(
    rf"(?P<marks>(?<=\w){_MARKS})|(?P<gone>[{_INVISIBLE}]+\n?|{_BROKEN_WORD})"
    rf"|(?P<other>[{_DIGITS}{_COMPATIBLE}])"
)
_BRACKETED_PART = re.compile(r"(?<!\w)\[(\w{1,3})\](?=\w)|(?<=\w)\[(\w+)\](?!\w)")
_DECOMPOSED = regex.compile(r"[^\p{M}\u1160-\u11ff\ud7b0-\ud7ff][\p{M}\u1160-\u11ff\ud7b0-\ud7ff]+")

_Edit = tuple[int, int, str]


class Folded:
    """``text`` is the folded form; ``origin`` maps its offsets to the text it was made from.

    ``brackets`` also joins a bracketed part of a word to the rest: ``[T]he``, ``walk[ed]``.
    """

    def __init__(self, source: str, *, brackets: bool = False) -> None:
        self.source = source
        # The one letter whose lower case is two code points, and the sigma that ends a word.
        lowered = source.replace("İ", "i").lower().replace("ς", "σ")
        lowered = lowered.replace("’", "'").replace("ʼ", "'")
        self._starts: list[int] = []
        self._edits: list[tuple[int, int, int]] = []
        self.text = self._apply(lowered, sorted(_edits(lowered, brackets)))

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Where the folded span (not empty) stands in the source."""
        return self._origin(start)[0], self._origin(end - 1)[1]

    def _origin(self, position: int) -> tuple[int, int]:
        """The source's code points that became the folded one."""
        if not self._edits:
            return position, position + 1
        index = bisect_right(self._starts, position) - 1
        if index < 0:
            return position, position + 1
        end, source_start, source_end = self._edits[index]
        if position < end:
            return source_start, source_end
        place = position - end + source_end
        return place, place + 1

    def _apply(self, text: str, edits: list[_Edit]) -> str:
        parts: list[str] = []
        done = length = 0
        for start, end, replacement in edits:
            if start < done:
                continue
            parts += [text[done:start], replacement]
            length += start - done
            self._starts.append(length)
            length += len(replacement)
            self._edits.append((length, start, end))
            done = end
        return "".join([*parts, text[done:]])


def _edits(text: str, brackets: bool) -> Iterator[_Edit]:
    if brackets and "[" in text:
        for match in _BRACKETED_PART.finditer(text):
            yield *match.span(), match[1] or match[2]
    if not unicodedata.is_normalized("NFC", text):
        for match in _DECOMPOSED.finditer(text):
            yield *match.span(), _compatible(match[0])
    special = not text.isascii() and _SPECIAL.search(text)
    if special or "-\n" in text or "\u2010\n" in text:
        for match in _EDIT.finditer(text):
            start, end = match.span()
            if match["marks"]:
                # Kept together with their letter, so that no span ends between the two.
                yield start - 1, end, _compatible(text[start - 1])
            else:
                yield start, end, _compatible(match["other"] or "")


def _compatible(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).lower()
    return "".join(
        character if character.isascii() else str(unicodedata.decimal(character, character))
        for character in plain
    )
