"""Lines of pages joined to paragraphs, with the offsets where the pages begin."""

import re
import statistics
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise

from articles.extraction.lines import Line
from articles.text.normalize import HEADING_LIMIT

_SENTENCE_END = re.compile(r"""[.!?…。！？｡؟۔।:;][)\]"'”’»」』]*$""")
_BULLET = re.compile(r"[•‣▪◦●■□▶*·]\s")
_HYPHENATED = re.compile(r"\w+(?:-\w+)+")
_LAST_WORD = re.compile(r"[\w-]*\Z")
_FIRST_WORD = re.compile(r"\w*")

_LONGEST_WORD = 60
_HEADING_SIZE = 1.15
_SAME_SIZE = 0.1
_WIDE_GAP = 1.4
_SHORT_LINE = 0.85


@dataclass
class _Paragraph:
    """``pages`` are the ``(page, offset in text)`` where pages begin in it."""

    kind: str
    pages: list[tuple[int, int]]
    last: Line
    right: float
    parts: list[str] = field(default_factory=list)
    length: int = 0

    def __post_init__(self) -> None:
        self.add(self.last.text)

    def add(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)

    @property
    def ended(self) -> bool:
        return bool(_SENTENCE_END.search(self.last.text)) and not self.last.hyphen


def assemble(pages: list[list[Line]]) -> tuple[list[list[str]], list[int]]:
    """The ``[kind, text]`` blocks, and the offset of each page in them joined by blank lines.

    A paragraph may run on over the end of a page.
    """
    blocks: list[list[str]] = []
    starts: dict[int, int] = {}
    position = 0
    for paragraph in _paragraphs(pages):
        for page, offset in paragraph.pages:
            starts.setdefault(page, position + offset)
        blocks.append([paragraph.kind, "".join(paragraph.parts)])
        position += paragraph.length + 2
    return blocks, _filled(starts, len(pages), max(position - 2, 0))


def _filled(starts: dict[int, int], count: int, end: int) -> list[int]:
    """An empty page begins where the next one does."""
    offsets = []
    for page in reversed(range(count)):
        end = starts.get(page, end)
        offsets.append(end)
    return offsets[::-1]


def _paragraphs(pages: list[list[Line]]) -> list[_Paragraph]:
    body = _body_size(pages)
    hyphenated = _hyphenated(pages)
    found: list[_Paragraph] = []
    for number, page in enumerate(pages):
        pitch = _pitch(page)
        for index, line in enumerate(page):
            last = found[-1] if found else None
            if last and (_goes_on(last, line, pitch) if index else _runs_over(last, line)):
                _append(last, line, number, hyphenated)
            else:
                kind = _kind(line, body)
                found.append(_Paragraph(kind, [(number, 0)], line, line.right))
    for paragraph in found:
        if paragraph.last.hyphen:
            paragraph.add("-")
        if paragraph.kind == "heading" and paragraph.length > HEADING_LIMIT:
            paragraph.kind = "paragraph"
    return found


def _goes_on(paragraph: _Paragraph, line: Line, pitch: float) -> bool:
    """Whether the next line on the same page belongs to the paragraph."""
    last = paragraph.last
    gap = last.bottom - line.bottom
    if _other_size(last, line) or _BULLET.match(line.text):
        return False
    if gap < 0:  # a new column
        return not paragraph.ended
    if gap > _WIDE_GAP * pitch:
        return False
    width = max(paragraph.right, line.right) - last.left
    short = last.right - last.left < _SHORT_LINE * width
    indented = line.left > last.left + line.size / 2
    return not (paragraph.ended and (short or indented))


def _runs_over(paragraph: _Paragraph, line: Line) -> bool:
    """Whether the first line of a page goes on with the paragraph of the page before."""
    return (
        not paragraph.ended
        and not _other_size(paragraph.last, line)
        and (line.text[:1].islower() or paragraph.last.hyphen)
    )


def _other_size(one: Line, other: Line) -> bool:
    return abs(one.size - other.size) > _SAME_SIZE * max(one.size, other.size)


def _append(paragraph: _Paragraph, line: Line, page: int, hyphenated: set[str]) -> None:
    paragraph.add(_glue(paragraph.last, line, hyphenated))
    if paragraph.pages[-1][0] != page:
        paragraph.pages.append((page, paragraph.length))
    paragraph.add(line.text)
    paragraph.last = line
    paragraph.right = max(paragraph.right, line.right)


def _glue(last: Line, line: Line, hyphenated: set[str]) -> str:
    """What stands between two lines: a space, a hyphen, or nothing."""
    before, after = last.text[-1], line.text[0]
    if unicodedata.combining(after) or not unicodedata.is_normalized("NFC", before + after):
        return " "
    if last.hyphen:
        head = _LAST_WORD.findall(last.text[-_LONGEST_WORD:])[0]
        tail = _FIRST_WORD.findall(line.text[:_LONGEST_WORD])[0]
        return "" if after.islower() and f"{head}-{tail}".casefold() not in hyphenated else "-"
    return "" if _unspaced(before) and _unspaced(after) else " "


def _unspaced(character: str) -> bool:
    """Whether it is of a script that is written without spaces, as Chinese or Japanese."""
    return unicodedata.east_asian_width(character) in "WF" and not "가" <= character <= "힣"


def _kind(line: Line, body: float) -> str:
    if _BULLET.match(line.text):
        return "list_item"
    return "heading" if line.size >= _HEADING_SIZE * body else "paragraph"


def _body_size(pages: list[list[Line]]) -> float:
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page:
            sizes[round(line.size, 1)] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0


def _pitch(page: list[Line]) -> float:
    """The usual distance from a line of the page to the next."""
    gaps = [
        one.bottom - other.bottom
        for one, other in pairwise(page)
        if one.bottom > other.bottom and not _other_size(one, other)
    ]
    # The low median, as in a list with wide gaps the few narrow ones tell.
    return statistics.median_low(gaps) if gaps else 0


def _hyphenated(pages: list[list[Line]]) -> set[str]:
    """Words that have a hyphen within a line, so that it stays at the end of one too."""
    return {
        word.casefold()
        for page in pages
        for line in page
        for word in _HYPHENATED.findall(line.text)
    }
