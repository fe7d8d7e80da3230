from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.text.normalize import normalize, paragraphs
from articles.text.sentences import sentences
from articles.text.spans import snap

from .strategies import raw_texts

SPLIT = {
    "empty": ("", "en", []),
    "two": ("It rained. We left.", "en", ["It rained.", "We left."]),
    "abbreviations": (
        "Mr. Poe met the U.S. envoy. He left.",
        "en",
        ["Mr. Poe met the U.S. envoy.", "He left."],
    ),
    "headings and paragraphs": (
        "What now\n\nIt rained. Yes",
        "en",
        ["What now", "It rained.", "Yes"],
    ),
    "a stop within quotation marks": (
        "“Go. Now,” she said. He went.",
        "en",
        ["“Go. Now,” she said.", "He went."],
    ),
    "emoji before": ("😀 👩‍👩‍👧 yes. 🇰🇷🇨🇳 no.", "en", ["😀 👩‍👩‍👧 yes.", "🇰🇷🇨🇳 no."]),
    "Korean": ("소식통이 말했다. 그들은 떠났다.", "ko", ["소식통이 말했다.", "그들은 떠났다."]),
    "Chinese": ("他走了。下雨了！真的吗？", "zh", ["他走了。", "下雨了！", "真的吗？"]),
    "Hebrew": ("ירד גשם. הלכנו.", "he", ["ירד גשם.", "הלכנו."]),
    "Arabic": ("هل رحلوا؟ نعم.", "ar", ["هل رحلوا؟", "نعم."]),
    "region subtag": ("It rained. We left.", "en-GB", ["It rained.", "We left."]),
    "unknown language": ("It rained. We left.", "tlh", ["It rained.", "We left."]),
    "no language": ("It rained. We left.", "", ["It rained.", "We left."]),
    "no language at all": ("It rained. We left.", "../\0", ["It rained.", "We left."]),
}


@pytest.mark.parametrize(("text", "language", "expected"), SPLIT.values(), ids=SPLIT)
def test_sentences(text: str, language: str, expected: list[str]) -> None:
    spans = sentences(text, paragraphs(text), language)
    assert [text[span.start : span.end] for span in spans] == expected


@given(raw_texts | st.lists(st.sampled_from(["A b. ", "“No. ", "x ", "🇰🇷. "])).map("".join))
def test_sentences_cover_each_block_in_order(raw: str) -> None:
    text = normalize(raw)
    blocks = paragraphs(text)
    spans = sentences(text, blocks)
    words = [text[span.start : span.end] for span in spans]
    assert all(snap(text, span.start, span.end) == span for span in spans)
    assert all(left.end <= right.start for left, right in pairwise(spans))
    assert "".join("".join(words).split()) == "".join(text.split())
    assert all(any(b.start <= s.start < s.end <= b.end for b in blocks) for s in spans)


LONG = {
    "quotation marks left open": "“a. " * 50_000,
    "one endless word": "a" * 1_000_000,
    "one endless sentence": "word " * 200_000,
    "flags": "🇰🇷" * 20_000,
    "many sentences": "It rained all day. " * 50_000,
}


@pytest.mark.parametrize("raw", LONG.values(), ids=LONG)
def test_long_blocks_are_covered_whole(raw: str) -> None:
    text = normalize(raw)
    spans = sentences(text, paragraphs(text))
    covered = sum(len(text[s.start : s.end].replace(" ", "")) for s in spans)
    assert covered == len(text.replace(" ", ""))


def test_windows_leave_sentences_whole() -> None:
    text = normalize("It rained all day. " * 5_000)
    spans = sentences(text, paragraphs(text))
    assert {text[span.start : span.end] for span in spans} == {"It rained all day."}
