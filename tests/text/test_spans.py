import unicodedata
from collections.abc import Callable
from itertools import pairwise

import pytest
import regex
from hypothesis import assume, given
from hypothesis import strategies as st

from articles.text.spans import (
    CONTEXT,
    Segment,
    Selector,
    Span,
    SpanError,
    check,
    find,
    from_utf16,
    segments,
    select,
    snap,
    to_utf16,
)

from .strategies import texts, texts_with_range

FAMILY = "👩‍👩‍👧"
MEGABYTE = "word " * 200_000

ACCEPTED = {
    "plain": ("one two", 0, 3, "one"),
    "spaces trimmed": ("one  two  ", 3, 10, "two"),
    "newlines trimmed": ("one\n\ntwo\n", 3, 9, "two"),
    "carriage returns trimmed": ("one\r\ntwo\r\nend", 3, 10, "two"),
    "no-break and ideographic space trimmed": ("\u00a0中文\u3000", 0, 4, "中文"),
    "emoji": ("go 😀 on", 3, 4, "😀"),
    "emoji with skin tone": ("👍🏽!", 0, 2, "👍🏽"),
    "family": (f"a{FAMILY}b", 1, 6, FAMILY),
    "second of three flags": ("🇰🇷🇨🇳🇺🇸", 2, 4, "🇨🇳"),
    "combining mark": ("e\u0301a", 0, 2, "e\u0301"),
    "Hebrew with points": ("שָׁלוֹם עולם", 0, 7, "שָׁלוֹם"),
    "Arabic": ("قال المصدر", 4, 10, "المصدر"),
    "Chinese": ("消息人士说。", 0, 4, "消息人士"),
    "Korean": ("북한 노동자", 3, 6, "노동자"),
    "Korean in jamo": ("\u1112\u1161\u11ab\u1100\u116e\u11a8", 3, 6, "\u1100\u116e\u11a8"),
    "Devanagari conjunct": ("क्षिति", 0, 4, "क्षि"),
    "space that carries an accent": ("a \u0301b", 1, 4, " \u0301b"),
    "space bound to a number sign": ("\u0600 1", 0, 2, "\u0600 "),
    "space before an accent, left out": ("ab \u0301", 0, 3, "ab"),
    "whole text": ("all of it", 0, 9, "all of it"),
    "middle of a megabyte": (MEGABYTE, 500_000, 500_010, "word word"),
    "flag in a megabyte of flags": ("🇰🇷" * 500_000, 500_000, 500_002, "🇰🇷"),
}

REFUSED = {
    "negative start": ("text", -1, 2, "outside", "-1–2"),
    "end past the text": ("text", 1, 5, "outside", "0 to 4"),
    "both past the text": ("text", 7, 6, "outside", "7–6"),
    "reversed": ("text", 3, 1, "reversed", "3–1"),
    "nothing": ("text", 2, 2, "empty", "2–2"),
    "nothing in an empty text": ("", 0, 0, "empty", "0–0"),
    "white space only": ("a \n\u3000b", 1, 4, "empty", "1–4"),
    "family split at its start": (f"a{FAMILY}b", 2, 7, "splits_character", "at 2"),
    "family split at its end": (f"a{FAMILY}b", 0, 5, "splits_character", "at 5"),
    "skin tone": ("👍🏽", 0, 1, "splits_character", "at 1"),
    "combining mark": ("e\u0301", 0, 1, "splits_character", "at 1"),
    "flag": ("🇰🇷🇨🇳", 1, 4, "splits_character", "at 1"),
    "flag in a megabyte of flags": ("🇰🇷" * 500_000, 0, 500_001, "splits_character", "at 500001"),
    "accent far into a megabyte": ("e\u0301" * 500_000, 1, 4, "splits_character", "at 1"),
    "jamo": ("\u1112\u1161\u11ab", 0, 2, "splits_character", "at 2"),
    "conjunct": ("क्षि", 0, 2, "splits_character", "at 2"),
    "Hebrew point": ("ה\u05b8", 0, 1, "splits_character", "at 1"),
}


@pytest.mark.parametrize(("text", "start", "end", "words"), ACCEPTED.values(), ids=ACCEPTED)
def test_check_accepts(text: str, start: int, end: int, words: str) -> None:
    span = check(text, start, end)
    assert text[span.start : span.end] == words


@pytest.mark.parametrize(("text", "start", "end", "code", "place"), REFUSED.values(), ids=REFUSED)
def test_check_refuses(text: str, start: int, end: int, code: str, place: str) -> None:
    with pytest.raises(SpanError) as caught:
        check(text, start, end)
    assert caught.value.code == code
    assert place in str(caught.value)


SNAPPED = {
    "inside a family": (f"a{FAMILY}b", 3, 4, FAMILY),
    "inside a flag": ("🇰🇷🇨🇳🇺🇸", 3, 4, "🇨🇳"),
    "across two flags": ("🇰🇷🇨🇳🇺🇸", 1, 3, "🇰🇷🇨🇳"),
    "on the accent only": ("cafe\u0301 noir", 4, 5, "e\u0301"),
    "jamo": ("\u1112\u1161\u11ab\u1100", 1, 2, "\u1112\u1161\u11ab"),
    "inside CRLF, then trimmed": ("one\r\ntwo", 4, 8, "two"),
    "already whole": ("one two", 4, 7, "two"),
    "long pile of accents": (
        "a" + "\u0301" * 100_000 + "b",
        50_000,
        50_001,
        "a" + "\u0301" * 100_000,
    ),
}


@pytest.mark.parametrize(("text", "start", "end", "words"), SNAPPED.values(), ids=SNAPPED)
def test_snap_widens_to_whole_characters(text: str, start: int, end: int, words: str) -> None:
    span = snap(text, start, end)
    assert text[span.start : span.end] == words


@pytest.mark.parametrize(
    ("start", "end", "code"), [(0, 9, "outside"), (2, 1, "reversed"), (4, 5, "empty")]
)
def test_snap_refuses_what_is_no_span(start: int, end: int, code: str) -> None:
    with pytest.raises(SpanError) as caught:
        snap("text \n", start, end)
    assert caught.value.code == code


def boundaries(text: str) -> set[int]:
    return {0, *(cluster.end() for cluster in regex.finditer(r"\X", text))}


@given(texts_with_range())
def test_check_agrees_with_the_grapheme_clusters_of_the_whole_text(
    case: tuple[str, int, int],
) -> None:
    text, start, end = case
    assume(text[start:end].strip())
    whole = boundaries(text)
    if {start, end} <= whole:
        span = check(text, start, end)
        assert start <= span.start < span.end <= end
        assert {span.start, span.end} <= whole
        assert check(text, span.start, span.end) == span
        assert text[start : span.start].strip() == text[span.end : end].strip() == ""
    else:
        wide = snap(text, start, end)
        assert {wide.start, wide.end} <= whole
        assert check(text, wide.start, wide.end) == wide


@given(texts_with_range())
def test_a_selector_is_found_where_it_was_made(case: tuple[str, int, int]) -> None:
    text, start, end = case
    assume(text[start:end].strip())
    span = snap(text, start, end)
    selector = select(text, span.start, span.end)
    assert selector.exact == text[span.start : span.end]
    assert text[: span.start].endswith(selector.prefix)
    assert text[span.end :].startswith(selector.suffix)
    assert max(len(selector.prefix), len(selector.suffix)) <= CONTEXT
    assert find(text, selector) == span


@given(texts_with_range(), st.text("pqr ", max_size=50))
def test_text_put_before_shifts_a_unique_passage_exactly(
    case: tuple[str, int, int], before: str
) -> None:
    text, start, end = case
    assume(text[start:end].strip())
    span = snap(text, start, end)
    later = before + "\n" + text
    shift = len(before) + 1
    exact = text[span.start : span.end]
    assume(later.count(exact) == 1 and not unicodedata.combining(text[0]))
    assume(span.start + shift in boundaries(later))
    moved = Span(span.start + shift, span.end + shift)
    assert find(later, select(text, span.start, span.end)) == moved


FOUND = {
    "at its position": ("a b a", Selector(4, 5, "a", "", ""), 4),
    "position tells equals apart": ("a a a", Selector(2, 3, "a", "", ""), 2),
    "moved": ("so one two", Selector(0, 3, "one", "", " two"), 3),
    "prefix tells apart": ("in May, in June", Selector(9, 11, "in", "May, ", ""), 8),
    "suffix tells apart": ("10 men, 10 women", Selector(1, 3, "10", "", " women"), 8),
    "better context beats the old position": ("no 5 yes 5.", Selector(3, 4, "5", "yes ", "."), 9),
    "changed context, only place": ("then five fell", Selector(0, 4, "five", "xx ", " yy"), 5),
    "ambiguous": ("five and five", Selector(2, 6, "five", "", ""), None),
    "ambiguous with equal context": (
        "a five b. a five b.",
        Selector(1, 5, "five", "a ", " b"),
        None,
    ),
    "absent": ("nothing here", Selector(0, 4, "five", "", ""), None),
    "never inside a character": (f"x{FAMILY}", Selector(0, 1, "👩", "", ""), None),
    "empty": ("text", Selector(0, 0, "", "", "text"), None),
    "white space": ("a b", Selector(1, 2, " ", "a", "b"), None),
    "position outside the text": ("five", Selector(90, 94, "five", "", ""), 0),
    "negative position": ("a five", Selector(-4, 0, "five", "", ""), 2),
    "overlapping repeats": ("aXaXa.", Selector(7, 10, "aXa", "", "."), 2),
}


@pytest.mark.parametrize(("text", "selector", "place"), FOUND.values(), ids=FOUND)
def test_find(text: str, selector: Selector, place: int | None) -> None:
    span = find(text, selector)
    assert span == (None if place is None else Span(place, place + len(selector.exact)))


CUT = {
    "no spans": ([], 0, 4, [(0, 4, ())]),
    "nothing to cut": ([(0, 2, 1)], 3, 3, []),
    "one span": ([(1, 3, 7)], 0, 4, [(0, 1, ()), (1, 3, (7,)), (3, 4, ())]),
    "overlap": ([(0, 3, 1), (2, 5, 2)], 0, 5, [(0, 2, (1,)), (2, 3, (1, 2)), (3, 5, (2,))]),
    "nested": ([(1, 2, 1), (0, 4, 2)], 0, 4, [(0, 1, (2,)), (1, 2, (2, 1)), (2, 4, (2,))]),
    "same start, longer first": ([(0, 1, 1), (0, 2, 2)], 0, 2, [(0, 1, (2, 1)), (1, 2, (2,))]),
    "same span, lower key first": ([(0, 2, 9), (0, 2, 3)], 0, 2, [(0, 2, (3, 9))]),
    "touching": ([(0, 2, 1), (2, 4, 2)], 0, 4, [(0, 2, (1,)), (2, 4, (2,))]),
    "reaching out of the block": ([(0, 9, 1), (3, 20, 2)], 2, 5, [(2, 3, (1,)), (3, 5, (1, 2))]),
    "outside the block": ([(0, 2, 1), (5, 8, 2)], 2, 5, [(2, 5, ())]),
    "empty span": ([(1, 1, 1)], 0, 2, [(0, 2, ())]),
}


@pytest.mark.parametrize(("spans", "start", "end", "expected"), CUT.values(), ids=CUT)
def test_segments(
    spans: list[tuple[int, int, int]],
    start: int,
    end: int,
    expected: list[tuple[int, int, tuple[int, ...]]],
) -> None:
    assert segments(spans, start, end) == [Segment(*segment) for segment in expected]


def test_segments_are_cut_at_edges_too() -> None:
    cut = segments([(1, 6, 7)], 0, 8, [3, 6])
    assert cut == [(0, 1, ()), (1, 3, (7,)), (3, 6, (7,)), (6, 8, ())]


range_of_40 = st.tuples(st.integers(0, 40), st.integers(0, 40))


@given(st.lists(range_of_40, max_size=12), range_of_40)
def test_segments_cover_the_block_and_name_every_span_over_them(
    ranges: list[tuple[int, int]], block: tuple[int, int]
) -> None:
    start, end = sorted(block)
    assume(start < end)
    spans = [(s, e, key) for key, (s, e) in enumerate(ranges)]
    cut = segments(spans, start, end)
    assert (cut[0].start, cut[-1].end) == (start, end)
    assert all(left.end == right.start for left, right in pairwise(cut))
    order = [key for _, _, key in sorted(spans, key=lambda s: (s[0], -s[1], s[2]))]
    for segment in cut:
        over = [key for s, e, key in spans if s <= segment.start and segment.end <= e]
        assert list(segment.keys) == [key for key in order if key in over]
        assert not any(
            segment.start < edge < segment.end for s in spans for edge in s[:2] if s[0] < s[1]
        )


UTF16 = {
    "plain": ("abc", 2, 2),
    "after an emoji": ("😀b", 1, 2),
    "after a family": (FAMILY, 5, 8),
    "after a flag": ("🇰🇷!", 2, 4),
    "Korean": ("한국", 2, 2),
    "end of an empty text": ("", 0, 0),
}


@pytest.mark.parametrize(("text", "points", "units"), UTF16.values(), ids=UTF16)
def test_utf16_conversion(text: str, points: int, units: int) -> None:
    assert to_utf16(text, points) == units
    assert from_utf16(text, units) == points


@given(texts, st.data())
def test_utf16_round_trip(text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    assert from_utf16(text, to_utf16(text, offset)) == offset


UTF16_REFUSED = {
    "middle of a surrogate pair": (from_utf16, "a😀b", 2, "splits_character"),
    "units past the text": (from_utf16, "a😀", 4, "outside"),
    "negative units": (from_utf16, "a", -1, "outside"),
    "points past the text": (to_utf16, "a😀", 3, "outside"),
    "negative points": (to_utf16, "a", -1, "outside"),
}


@pytest.mark.parametrize(
    ("convert", "text", "offset", "code"), UTF16_REFUSED.values(), ids=UTF16_REFUSED
)
def test_utf16_refuses(
    convert: Callable[[str, int], int], text: str, offset: int, code: str
) -> None:
    with pytest.raises(SpanError) as caught:
        convert(text, offset)
    assert caught.value.code == code
    assert str(offset) in str(caught.value)
