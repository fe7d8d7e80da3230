"""One form for all stored text, and the blocks it is made of.

Stored text is NFC with LF newlines and no other control characters; lines have no white space
at their ends; blocks are parted by exactly one blank line. A single newline stays within its
block. No-break and other special spaces inside a line are kept, since French punctuation and
grouped digits need them; so are joiners and direction marks, which scripts and emoji need.
"""

import re
import unicodedata
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

HEADING_LIMIT = 120
"""The most code points a line of plain text may have to count as a heading."""

_NEWLINE = re.compile(r"\r\n|[\r\v\f\x85\u2028]")
# Control characters, lone surrogates, and the byte order mark wherever files were joined.
_UNWANTED = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff]")
_BLOCK = re.compile(r"(?:.+\n?)+(?<!\n)")
_SENTENCE_END = re.compile(r"""[.!?…。！？｡؟۔।:;,][)\]"'”’»」』]*$""")


@dataclass(frozen=True)
class Block:
    """A block of the text, ``start`` to ``end`` in code points, end exclusive.

    ``kind`` is ``heading``, ``paragraph``, ``quotation``, ``list_item`` or ``caption``.
    """

    kind: str
    start: int
    end: int


def normalize(text: str) -> str:
    """The text in the stored form; applying it twice changes nothing more."""
    text = _NEWLINE.sub("\n", text).replace("\u2029", "\n\n").replace("\t", " ")
    text = unicodedata.normalize("NFC", _UNWANTED.sub("", text))
    text = "\n".join(line.strip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n")


def paragraphs(text: str) -> list[Block]:
    """The blocks of normalised plain text, told apart by its blank lines.

    A block is a heading when it is a single line of at most ``HEADING_LIMIT`` code points with
    a letter in it and no punctuation at its end, and the next block is not such a line.
    """
    spans = [match.span() for match in _BLOCK.finditer(text)]
    titles = [_looks_like_title(text[start:end]) for start, end in spans]
    headings = [
        title and not following
        for title, following in zip(titles, [*titles[1:], True], strict=False)
    ]
    return [
        Block("heading" if heading else "paragraph", start, end)
        for (start, end), heading in zip(spans, headings, strict=True)
    ]


def build(parts: Iterable[tuple[str, str]]) -> tuple[str, list[Block]]:
    """Join ``(kind, text)`` parts into normalised text and the blocks in it.

    Empty parts are left out; a blank line inside a part becomes a plain newline.
    """
    texts: list[str] = []
    blocks: list[Block] = []
    position = 0
    for kind, raw in parts:
        text = normalize(raw).replace("\n\n", "\n")
        if text:
            texts.append(text)
            blocks.append(Block(kind, position, position + len(text)))
            position += len(text) + 2
    return "\n\n".join(texts), blocks


def list_ends(kinds: Sequence[str], parted: Container[int] = ()) -> list[tuple[bool, bool]]:
    """For each block whether a list opens with it, and whether one closes with it.

    ``parted`` are the indexes of blocks before which something else stands.
    """
    items = [kind == "list_item" for kind in kinds]
    joined = [
        before and after and index not in parted
        for index, (before, after) in enumerate(pairwise(items), 1)
    ]
    return [
        (item and not to_left, item and not to_right)
        for item, to_left, to_right in zip(items, [False, *joined], [*joined, False], strict=False)
    ]


def _looks_like_title(block: str) -> bool:
    return (
        len(block) <= HEADING_LIMIT
        and "\n" not in block
        and any(character.isalpha() for character in block)
        and not _SENTENCE_END.search(block)
    )
