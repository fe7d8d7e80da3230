"""The quotations of an article, by their marks and by its quotation blocks.

Found are “…” "…" ‘…’ '…' „…“ »…« «…» ‹…› ”…” 「…」 『…』. The brackets 《…》 mark titles of works
and are left alone. A quotation never reaches beyond its paragraph, unless the next paragraph
opens with the same mark again.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import regex

from articles.text.normalize import Block
from articles.text.spans import Span
from articles.text.words import count

SCARE_WORDS = 2
"""Words up to which a quotation is flagged: more often irony or a term than what someone said."""

REACH = 5_000
"""Code points within which a mark that may be an apostrophe must find its counterpart."""

DEPTH = 20
"""The most quotations that are open within each other; marks beyond are passed over."""

_CLOSERS = {
    "“": "”",
    "„": "“”",
    "‟": "”",
    "”": "”",
    "‘": "’",
    "‚": "‘’",
    "«": "»",
    "»": "«»",
    "‹": "›",
    "›": "‹›",
    "「": "」",
    "｢": "｣",
    "『": "』",
    "〝": "〞〟",
    "﹁": "﹂",
    "﹃": "﹄",
    '"': '"',
    "＂": "＂",
    "'": "'",
}
_MARK = re.compile("[" + "".join({*_CLOSERS, *"".join(_CLOSERS.values())}) + "]")
_SINGLE = frozenset("‘‚'")
# Letters of scripts whose words have apostrophes; Korean sets particles right after a mark.
_APOSTROPHE_LETTER = regex.compile(
    r"[[\p{L}\p{N}]--[\p{Han}\p{Hangul}\p{Hiragana}\p{Katakana}\p{Thai}]]", regex.V1
)
_WIDE = regex.compile(r"[\p{Han}\p{Hangul}\p{Hiragana}\p{Katakana}\p{Thai}]")
_BEFORE_OPENING = frozenset("([{—–-/:;,.!?…¿¡、。，：") | frozenset(_CLOSERS)
_ELISION = re.compile(r"['‘’](?:tis|twas|em|cause|n|til|till|bout|round|\d\ds?)\b", re.IGNORECASE)
_PARAGRAPH = re.compile(r"(?:.+\n?)+(?<!\n)")
_SIGNATURE = re.compile(r"\n[—–-]\s*[^\n]*\Z")


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation from ``start`` to ``end``, its marks included; ``pieces`` are without them.

    There are several pieces where it runs over paragraphs. ``depth`` is 0 for one that stands
    in no other, ``parent`` the place of the next outer one in the list. ``closed`` is False
    where the closing mark is missing and it was ended at its paragraph's end. ``scare`` flags
    one of at most ``SCARE_WORDS`` words. ``mark`` is the opening one, empty for a block.
    """

    start: int
    end: int
    pieces: tuple[Span, ...]
    mark: str
    closed: bool = True
    scare: bool = False
    depth: int = 0
    parent: int | None = None

    def words(self, text: str) -> str:
        """What is quoted, without marks; the pieces parted by a blank line."""
        return "\n\n".join(text[piece.start : piece.end] for piece in self.pieces)


def quotations(text: str, blocks: Iterable[Block] = ()) -> list[Quotation]:
    """Every quotation of a text, by where it starts, an outer one before those in it.

    Without blocks, blank lines tell the paragraphs apart. Blocks of kind ``quotation`` side by
    side are one quotation, unless marks already stand around their words.
    """
    blocks = list(blocks)
    spans = [(block.start, block.end) for block in blocks]
    spans = spans or [match.span() for match in _PARAGRAPH.finditer(text)]
    marked = _Reader(text, spans).read()
    ours = [
        one
        for one in _of_blocks(text, blocks)
        if not any(_covers(text, mark, one) for mark in marked)
    ]
    found = [one for one in [*marked, *ours] if _has_words(text, one)]
    found = [replace(one, scare=0 < count(one.words(text)) <= SCARE_WORDS) for one in found]
    return _nested(sorted(found, key=lambda one: (one.start, -one.end)))


@dataclass(slots=True)
class _Open:
    mark: str
    start: int
    content: int
    pieces: list[Span] = field(default_factory=list)


class _Reader:
    """Reads paragraphs one after another, with the quotations that are open on a stack."""

    def __init__(self, text: str, spans: Sequence[tuple[int, int]]) -> None:
        self.text = text
        self.spans = spans
        self.open: list[_Open] = []
        self.found: list[Quotation] = []
        self.later: dict[str, tuple[int, int]] = {}

    def read(self) -> list[Quotation]:
        for number, (start, end) in enumerate(self.spans):
            place = self._reopened(start)
            self._paragraph(place, end)
            following = self.spans[number + 1][0] if number + 1 < len(self.spans) else None
            self._at_end(end, following)
        return self.found

    def _paragraph(self, start: int, end: int) -> None:
        for match in _MARK.finditer(self.text, start, end):
            place, mark = match.start(), match[0]
            if self._is_apostrophe(place, mark):
                continue
            level = self._closes(place, mark, end)
            if level is not None:
                self._close(level, place)
            elif len(self.open) < DEPTH and self._opens(place, mark, end):
                self.open.append(_Open(mark, place, place + 1))

    def _closes(self, place: int, mark: str, end: int) -> int | None:
        """Which open quotation the mark closes, counted from the outermost, if any."""
        levels = [n for n, one in enumerate(self.open) if mark in _CLOSERS[one.mark]]
        if not levels:
            return None
        level = levels[-1]
        opening = self.open[level].mark
        if mark in "«»‹›" and opening != mark:
            return level
        if self._before(place).isspace() and mark not in "«»‹›":
            return None
        if opening in _SINGLE and mark in "’'‘" and self._possessive(place, end):
            return None
        if mark == opening and self._only_opens(place):
            return None
        return level

    def _close(self, level: int, place: int) -> None:
        for inner in self.open[level + 1 :]:
            self._give_up(inner, place)
        one = self.open[level]
        del self.open[level:]
        self._keep(one, place, place + 1, closed=True)

    def _opens(self, place: int, mark: str, end: int) -> bool:
        if mark not in _CLOSERS or place + 1 >= end:
            return False
        if mark in "「『｢〝﹁﹃„“«":
            return True
        after = self.text[place + 1]
        before = self._before(place)
        if after.isspace() and mark not in "»":
            return False
        free = not before or before.isspace() or before in _BEFORE_OPENING
        free = free or bool(_WIDE.match(before))
        if not free or _ELISION.match(self.text, place):
            return False
        if mark in "'”»›":
            return self._closed_later(place, mark, end)
        return True

    def _closed_later(self, place: int, mark: str, end: int) -> bool:
        """Whether a mark that is mostly something else has its counterpart near in the paragraph.

        What was found, or how far in vain, is kept for the next mark of the kind.
        """
        limit = min(end, place + REACH)
        counterpart, searched = self.later.get(mark, (-1, -1))
        if counterpart <= place:
            counterpart = self._counterpart(max(place + 1, searched), mark, limit)
            self.later[mark] = counterpart, limit
        return place < counterpart < limit

    def _counterpart(self, start: int, mark: str, end: int) -> int:
        for match in _MARK.finditer(self.text, start, end):
            place = match.start()
            if match[0] not in _CLOSERS[mark] or self._is_apostrophe(place, match[0]):
                continue
            if mark in "»›" or not self._before(place).isspace():
                return place
        return -1

    def _is_apostrophe(self, place: int, mark: str) -> bool:
        if mark not in "'’‘":
            return False
        after = self.text[place + 1 : place + 2]
        inside = _APOSTROPHE_LETTER.match(self._before(place)) and _APOSTROPHE_LETTER.match(after)
        return bool(inside)

    def _possessive(self, place: int, end: int) -> bool:
        """An s before, a word after, and a likelier end of the quotation later on."""
        if self._before(place) not in "sxz" or not re.match(
            r"\s\w", self.text[place + 1 : place + 3]
        ):
            return False
        mark = self.text[place]
        end = min(end, place + REACH)
        later = re.compile(rf"(?:[.,!?…;]{mark}(?!\w))|(?:{mark}[.,!?…;:)”\"])|(?:{mark}\Z)")
        again = re.compile(r"[‘]|(?<=\s)'\w").search(self.text, place + 1, end)
        return bool(later.search(self.text, place + 1, again.start() if again else end))

    def _only_opens(self, place: int) -> bool:
        """A straight mark with white space before it and none after: a quotation within."""
        return self._before(place).isspace() and not self.text[place + 1 : place + 2].isspace()

    def _reopened(self, start: int) -> int:
        """Past the marks that the open quotations are opened with once more."""
        place = start
        for one in self.open:
            while self.text[place].isspace():
                place += 1
            place += 1
            one.content = place
        return place

    def _at_end(self, end: int, following: int | None) -> None:
        """Carry over what the next paragraph opens again, give up the rest."""
        kept = 0
        if following is not None:
            heads = re.sub(r"\s", "", self.text[following : following + 12])
            for one, head in zip(self.open, heads, strict=False):
                if head != one.mark and not (one.mark == "«" and head == "»"):
                    break
                kept += 1
        for one in self.open[:kept]:
            one.pieces.append(Span(one.content, end))
        for one in self.open[kept:]:
            self._give_up(one, end)
        del self.open[kept:]

    def _give_up(self, one: _Open, end: int) -> None:
        """End a quotation that is not closed: where the same mark opens again, or at ``end``."""
        if one.mark in _SINGLE:
            return
        again = self.text.find(one.mark, one.content, end)
        while again >= 0 and self._is_apostrophe(again, one.mark):
            again = self.text.find(one.mark, again + 1, end)
        stop = end if again < 0 else again
        self._keep(one, stop, stop, closed=False)

    def _keep(self, one: _Open, content_end: int, end: int, *, closed: bool) -> None:
        pieces = [_trimmed(self.text, span.start, span.end) for span in one.pieces]
        pieces.append(_trimmed(self.text, one.content, content_end))
        filled = tuple(piece for piece in pieces if piece.start < piece.end)
        if filled:
            stop = end if closed else filled[-1].end
            self.found.append(Quotation(one.start, stop, filled, one.mark, closed))

    def _before(self, place: int) -> str:
        return self.text[place - 1 : place] if place else ""


def _of_blocks(text: str, blocks: Sequence[Block]) -> Iterator[Quotation]:
    run: list[Block] = []
    for block in [*blocks, None]:
        if block is not None and block.kind == "quotation":
            run.append(block)
        elif run:
            signed = _SIGNATURE.search(text, run[-1].start, run[-1].end)
            ends = [one.end for one in run[:-1]] + [signed.start() if signed else run[-1].end]
            pieces = tuple(
                _trimmed(text, one.start, end) for one, end in zip(run, ends, strict=True)
            )
            yield Quotation(pieces[0].start, pieces[-1].end, pieces, "")
            run = []


def _covers(text: str, marked: Quotation, block: Quotation) -> bool:
    """Whether the marks stand around all the words of the block."""
    outside = text[block.start : max(block.start, marked.start)] + text[marked.end : block.end]
    return marked.start < block.end and block.start < marked.end and not re.search(r"\w", outside)


def _has_words(text: str, one: Quotation) -> bool:
    return bool(re.search(r"\w", one.words(text)))


def _nested(found: list[Quotation]) -> list[Quotation]:
    outer: list[int] = []
    result = []
    for number, one in enumerate(found):
        while outer and found[outer[-1]].end < one.end:
            outer.pop()
        result.append(replace(one, depth=len(outer), parent=outer[-1] if outer else None))
        outer.append(number)
    return result


def _trimmed(text: str, start: int, end: int) -> Span:
    passage = text[start:end]
    return Span(end - len(passage.lstrip()), start + len(passage.rstrip()))
