"""Words of any script, with a key that is equal where two words count as the same.

Scripts with spaces are cut by the spaces and marks between words, hyphens included. Chinese and
Japanese go by character (katakana by run), Thai and Lao by consonant with the vowels and tones
on it, Khmer and Burmese by grapheme cluster. A French or Italian word with an apostrophe for its
end is a word of its own: n'a is two. Numbers, currency and percent signs and emoji are words;
other punctuation is not.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import regex

from articles.text.folding import Folded

_BY_CHARACTER = r"\p{Han}\p{Hiragana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_SPACES = r"\u00a0\u2009\u202f"
_ELIDED = "[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quelqu|un|all|dall|dell|nell|sull"
_LETTER = rf"[[\p{{L}}\p{{M}}\p{{N}}]--[{_BY_CHARACTER}\p{{Katakana}}ー]]"
_WORD = regex.compile(
    rf"""(?xV1)
    (?P<number>
        (?: (?<![\p{{L}}\p{{N}}]) [-−] )?
        (?: (?<!\p{{Nd}})\p{{Nd}}{{1,3}} (?: [ {_SPACES}]\p{{Nd}}{{3}}(?!\p{{Nd}}) )+ | \p{{Nd}}+ )
        (?: [.,'٫٬]\p{{Nd}}+ )*
    )
    | (?P<character>
        [\p{{Han}}\p{{Hiragana}}]\p{{M}}*
        | [เ-ไ]?[ก-ฮ][ะ-ฺๅ็-๎]*
        | [ເ-ໄ]?[ກ-ຮໜໝ][ະ-ຽ່-ໍ]*
        | (?=[{_BY_CHARACTER}])\X
    )
    | [\p{{Katakana}}ー]+
    | (?P<initials> (?<!\p{{L}})\p{{L}}(?:\.\p{{L}})+(?!\p{{L}}) )
    | (?<!\p{{L}}) (?:{_ELIDED})' (?=\p{{L}}{{2}}|[ay]\b)
    | {_LETTER}+ (?: ['·]{_LETTER}+ )*
    | (?P<symbol> [%‰°&@+=<>×÷§\#\p{{Sc}}] | [\p{{So}}\p{{Emoji_Presentation}}]\p{{M}}* )
    """
)
_GROUPED = regex.compile(r"-?\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*")


class Word(NamedTuple):
    """``start`` to ``end`` in the folded text. ``weight`` is 1, or less for a lone character."""

    key: str
    start: int
    end: int
    weight: float = 1.0


def words(folded: Folded, start: int = 0, end: int | None = None) -> Iterator[Word]:
    """The words of that part of the folded text; one that its ends cut comes cut."""
    text = folded.text
    for match in _WORD.finditer(text, start, len(text) if end is None else end):
        kind, word = match.lastgroup, match[0]
        if kind == "number":
            word = _plain_number(word)
        elif kind == "initials":
            word = word.replace(".", "")
        weight = 0.5 if kind == "character" else 1.0
        yield Word(word.casefold(), match.start(), match.end(), weight)


def count(text: str) -> float:
    """How many words the text has; a character of a script without spaces is half a word."""
    return weigh(list(words(Folded(text))))


def weigh(some: Sequence[Word]) -> float:
    return sum(word.weight for word in some)


def _plain_number(text: str) -> str:
    """Digits without grouping and with a full stop before decimals: 20,000 and 20 000 are one.

    A lone separator before exactly three digits is taken for grouping.
    """
    text = re.sub(rf"['٬ {_SPACES}]", "", text).replace("−", "-").replace("٫", ",")
    if _GROUPED.fullmatch(text):
        return re.sub("[.,]", "", text)
    whole, mark, decimals = text.rpartition(max(".,", key=text.rfind))
    if not mark or mark not in text:
        return text
    return re.sub("[.,]", "", whole) + "." + decimals
