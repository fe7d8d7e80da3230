import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.text.normalize import HEADING_LIMIT, Block, build, list_ends, normalize, paragraphs

from .strategies import raw_texts

NORMALIZED = {
    "empty": ("", ""),
    "white space only": (" \n\t\u00a0\n", ""),
    "CRLF": ("one\r\ntwo\r\n\r\nthree\r\n", "one\ntwo\n\nthree"),
    "old Mac newlines": ("one\rtwo", "one\ntwo"),
    "line separator": ("one\u2028two", "one\ntwo"),
    "paragraph separator": ("one\u2029two", "one\n\ntwo"),
    "next line, form feed, vertical tab": ("a\x85b\x0cc\x0bd", "a\nb\nc\nd"),
    "NFD to NFC": ("cafe\u0301", "café"),
    "NFD Korean": ("\u1112\u1161\u11ab\u1100\u116e\u11a8", "한국"),
    "compatibility forms stay": ("ﬁve ½", "ﬁve ½"),
    "control characters": ("a\x00b\x07c\x1b\x7f\x9fd", "abcd"),
    "a control character between letter and accent": ("e\x00\u0301", "é"),
    "lone surrogate": ("a\ud83db", "ab"),
    "byte order mark": ("\ufeffa", "a"),
    "byte order mark where files were joined": ("a\n\ufeffb", "a\nb"),
    "tab": ("a\tb", "a b"),
    "no-break space inside a line stays": (
        "20\u00a0000 «\u202fmots\u202f»",
        "20\u00a0000 «\u202fmots\u202f»",
    ),
    "white space at line ends": ("  a \n\t b\u00a0", "a\nb"),
    "many blank lines": ("a\n \n\n\t\nb", "a\n\nb"),
    "emoji family and direction marks stay": ("👩‍👩‍👧 \u200fשלום", "👩‍👩‍👧 \u200fשלום"),
    "Persian non-joiner stays": ("می\u200cخواهم", "می\u200cخواهم"),
    "a megabyte": ("word \r\n" * 150_000, "\n".join(["word"] * 150_000)),
}


@pytest.mark.parametrize(("raw", "expected"), NORMALIZED.values(), ids=NORMALIZED)
def test_normalize(raw: str, expected: str) -> None:
    assert normalize(raw) == expected


@given(raw_texts)
def test_normalized_text_keeps_its_promises(raw: str) -> None:
    text = normalize(raw)
    assert normalize(text) == text
    assert unicodedata.is_normalized("NFC", text)
    assert not [c for c in text if unicodedata.category(c) in ("Cc", "Cs") and c != "\n"]
    assert all(line == line.strip() for line in text.split("\n"))
    assert "\n\n\n" not in text
    assert text == text.strip("\n")


@given(raw_texts)
def test_paragraphs_are_what_stands_between_blank_lines(raw: str) -> None:
    text = normalize(raw)
    found = [text[block.start : block.end] for block in paragraphs(text)]
    assert found == (text.split("\n\n") if text else [])


LONG = "word " * 40
PLAIN = {
    "empty": ("", []),
    "one paragraph": ("Rain fell.", ["paragraph"]),
    "heading": ("What was said\n\nRain fell.", ["heading", "paragraph"]),
    "question as a heading is a sentence": ("Who knew?\n\nNobody.", ["paragraph", "paragraph"]),
    "heading with nothing after it": ("Rain fell.\n\nThe end", ["paragraph", "paragraph"]),
    "two short lines": (
        "Ada Pole\n\nQuay desk\n\nRain fell.",
        ["paragraph", "heading", "paragraph"],
    ),
    "closing quotation mark after a stop": ("“Go.”\n\nThey went.", ["paragraph", "paragraph"]),
    "two lines in a block": ("Ada\nPole\n\nRain fell.", ["paragraph", "paragraph"]),
    "numbers only": ("2023\n\nRain fell.", ["paragraph", "paragraph"]),
    "too long": ("w" * (HEADING_LIMIT + 1) + "\n\nRain fell.", ["paragraph", "paragraph"]),
    "Korean": ("절박한 조치\n\n그들은 떠났다.", ["heading", "paragraph"]),
    "Chinese sentence": ("他走了。\n\n下雨了。", ["paragraph", "paragraph"]),
}


@pytest.mark.parametrize(("text", "kinds"), PLAIN.values(), ids=PLAIN)
def test_kinds_of_plain_blocks(text: str, kinds: list[str]) -> None:
    assert [block.kind for block in paragraphs(text)] == kinds


def test_build_joins_parts_and_drops_empty_ones() -> None:
    text, blocks = build(
        [
            ("heading", " News "),
            ("paragraph", "\n"),
            ("quotation", "a\n\n\nb"),
            ("caption", "e\u0301"),
        ]
    )
    assert text == "News\n\na\nb\n\né"
    assert blocks == [Block("heading", 0, 4), Block("quotation", 6, 9), Block("caption", 11, 12)]


@given(st.lists(st.tuples(st.just("paragraph"), raw_texts), max_size=6))
def test_built_text_is_normalized_and_its_blocks_are_its_paragraphs(
    parts: list[tuple[str, str]],
) -> None:
    text, blocks = build(parts)
    assert normalize(text) == text
    assert [text[b.start : b.end] for b in blocks] == (re.split("\n\n", text) if text else [])


LISTS = {
    "no blocks": ("", (), ""),
    "one item": ("i", (), "[i]"),
    "items between others": ("piipi", (), "p[ii]p[i]"),
    "items parted by a page": ("iii", (1,), "[i][ii]"),
    "a page before another block": ("ip", (1,), "[i]p"),
}


@pytest.mark.parametrize(("kinds", "parted", "expected"), LISTS.values(), ids=LISTS)
def test_where_lists_open_and_close(kinds: str, parted: tuple[int, ...], expected: str) -> None:
    named = ["list_item" if kind == "i" else "paragraph" for kind in kinds]
    ends = list_ends(named, parted)
    shown = (
        f"{'[' * opens}{kind}{']' * closes}"
        for kind, (opens, closes) in zip(kinds, ends, strict=True)
    )
    assert "".join(shown) == expected
