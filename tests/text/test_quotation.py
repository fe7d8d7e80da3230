import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from articles.text import matching, passages
from articles.text.quotation import QUOTE_LIMIT, Check, check
from articles.text.words import Word
from tests.text.strategies import raw_texts, texts

CASES: dict[str, dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("quotation_cases.toml").read_text("utf-8")
)
DOCUMENTS = CASES.pop("documents")
Expected = tuple[str, str, str, str | None]

# Convention against Torture, Article 3(1), adopted by UN General Assembly resolution 39/46.
ARTICLE_3 = (
    "1. No State Party shall expel, return (“refouler”) or extradite a person to another State "
    "where there are substantial grounds for believing that he would be in danger of being "
    "subjected to torture."
)
AS_REPORTED = (
    "any repatriation of the defectors would be a violation of Article 3 of the U.N. Convention "
    "against Torture, or UNCAT, which requires no government expel, return or extradite a person "
    "to another country where there are sufficient grounds to believe the individual would be "
    "subjected to torture."
)
CHANGED_IN_ARTICLE_3 = [
    (
        "added",
        "any repatriation of the defectors would be a violation of Article 3 of the U.N. "
        "Convention against Torture, or UNCAT, which requires",
        "",
        "number",
    ),
    ("replaced", "government", "State Party", None),
    ("dropped", "", "shall", "modal"),
    ("dropped", "", "refouler", None),
    ("replaced", "country", "State", None),
    ("replaced", "sufficient", "substantial", None),
    ("replaced", "to believe", "for believing", None),
    ("replaced", "the individual", "that he", None),
    ("dropped", "", "in danger of being", None),
]


def told(result: Check) -> list[Expected]:
    return [
        (one.kind, one.quote_words, one.document_words, one.material) for one in result.differences
    ]


def assert_sound(result: Check, quote: str, document: str) -> None:
    """Offsets slice to what is reported, and the runs tell both texts in their order."""
    for one in (*result.differences, *result.runs):
        assert quote[one.quote_start : one.quote_end] == one.quote_words
        assert document[one.start : one.end] == one.document_words
    for one in result.runs:
        assert quote[one.quote_end :].startswith(one.quote_after)
        assert document[one.end :].startswith(one.document_after)
    if result.kind == "absent":
        assert (result.start, result.end, result.runs) == (None, None, ())
        assert 0 <= result.similarity < 1
    else:
        ours = [(one.quote_words, one.quote_after) for one in result.runs]
        theirs = [(one.document_words, one.document_after) for one in result.runs]
        assert "".join(words + after for words, after in ours) in quote
        passage = document[result.start : result.end]
        assert "".join(words + after for words, after in theirs) == passage
    if result.kind == "altered":
        assert result.differences
        assert 0 < result.similarity < 1
    else:
        assert result.differences == ()


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_case(case: dict[str, Any]) -> None:
    quote, document = case["quote"], case.get("document") or DOCUMENTS.get(case.get("of"), "")
    result = check(quote, document)
    expected = [(*words, material or None) for *words, material in case.get("differences", [])]
    assert (result.kind, told(result)) == (case["kind"], expected)
    assert_sound(result, quote, document)


def test_enough_cases_in_enough_languages() -> None:
    assert len(CASES) >= 60
    assert len({case["language"] for case in CASES.values()}) >= 10


def test_clause_of_a_treaty_in_a_report() -> None:
    result = check(AS_REPORTED, ARTICLE_3)
    assert (result.kind, told(result)) == ("altered", CHANGED_IN_ARTICLE_3)
    assert ARTICLE_3[result.start : result.end] == ARTICLE_3[3:-1]
    assert_sound(result, AS_REPORTED, ARTICLE_3)


def test_quotation_of_the_seed_article_against_the_convention() -> None:
    """Needs the data beside the repository; the test above says the same without it."""
    data = Path(__file__).parents[3] / "shared" / "data"
    if not data.exists():
        return
    article = (data / "seed-article.txt").read_text("utf-8")
    convention = (data / "uncat-article-3.txt").read_text("utf-8")
    found = re.search("“(any repatriation.*?)”", article)
    assert found
    result = check(found[1], convention)
    assert (result.kind, told(result)) == ("altered", CHANGED_IN_ARTICLE_3)
    assert_sound(result, found[1], convention)


def test_runs_tell_what_stands_where() -> None:
    document = DOCUMENTS["english"]
    quote = "The council will not approve [it] … in March."
    result = check(quote, document)
    assert [(run.kind, run.quote_words, run.document_words) for run in result.runs] == [
        ("same", "The council", "The council"),
        ("replaced", "will", "may"),
        ("same", "not approve", "not approve"),
        ("bracketed", "it", ""),
        ("elided", "", "the plan before Kim Min-ho reports on 20,000 cases"),
        ("same", "in March", "in March"),
    ]


def test_moved_words_stand_in_both_places() -> None:
    quote = "on 20,000 cases in March before Kim Min-ho reports"
    result = check(quote, DOCUMENTS["english"])
    assert [(run.kind, run.quote_words or run.document_words) for run in result.runs] == [
        ("moved_away", "before Kim Min-ho reports"),
        ("same", "on 20,000 cases in March"),
        ("moved_here", "before Kim Min-ho reports"),
    ]


def test_best_of_several_passages() -> None:
    near = "He said on Monday that the dam will hold until the summer. "
    nearer = "She said on Friday that the dam may hold until the summer. "
    document = near * 3 + nearer + near * 3
    result = check("She said on Friday that the dam will hold until the winter", document)
    assert document[result.start : result.end] == nearer[:-2]
    assert told(result) == [
        ("replaced", "will", "may", "modal"),
        ("replaced", "winter", "summer", None),
    ]


def test_ellipsis_reaches_so_far_and_no_farther() -> None:
    filler = "x " * (matching.GAP // 2)
    quote = "the first of the three parts … the last of the three parts"
    near = f"It is the first of the three parts. {filler[20:]} It is the last of the three parts."
    far = (
        f"It is the first of the three parts. {filler} {filler} It is the last of the three parts."
    )
    assert check(quote, near).kind == "elided"
    assert check(quote, far).kind != "elided"


@pytest.mark.parametrize("quote", ["", " ", "…", "[…]", "“”", "!?"])
@pytest.mark.parametrize("document", ["", "Some words."])
def test_nothing_to_look_for(quote: str, document: str) -> None:
    assert check(quote, document) == Check("absent", None, None, 0.0)


@given(texts, st.data())
def test_any_substring_is_verbatim(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    quote = text[start : data.draw(st.integers(start, len(text)))]
    assume(re.search(r"\w", quote))
    result = check(quote, text)
    assert result.kind == "verbatim"
    assert result.similarity == 1
    assert_sound(result, quote, text)


COMMON = (
    "the council of a town will not may close open every ferry line before March 20 2,000 "
    "Kim Lee workers’ pay harbour said that it was in storm and"
)
WORDS = st.sampled_from(COMMON.split())
DISTINCT = st.text("abcdefghijklmnopqrstuvwxyzéñ", min_size=1, max_size=9)


@given(st.lists(WORDS, min_size=8, max_size=60), st.data())
def test_a_changed_word_is_found_and_named(some: list[str], data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(some) - 8))
    quoted = some[first : data.draw(st.integers(first + 8, len(some)))]
    place = data.draw(st.integers(0, len(quoted) - 1))
    quoted[place] = "zeppelin"
    quote, document = " ".join(quoted), " ".join(some)
    result = check(quote, document)
    assert result.kind == "altered"
    assert any("zeppelin" in one.quote_words for one in result.differences)
    assert_sound(result, quote, document)


@given(st.lists(DISTINCT, min_size=9, max_size=60, unique=True), st.data())
def test_a_new_word_and_the_one_it_stands_for_are_named(
    some: list[str], data: st.DataObject
) -> None:
    new, *document = some
    first = data.draw(st.integers(0, len(document) - 8))
    last = data.draw(st.integers(first + 8, len(document)))
    place = data.draw(st.integers(first, last - 1))
    quote = " ".join([*document[first:place], new, *document[place + 1 : last]])
    # Where a new first word is the end of the old one, the very characters stand there.
    assume(quote not in " ".join(document))
    result = check(quote, " ".join(document))
    assert [(one.kind, one.quote_words, one.document_words) for one in result.differences] == [
        ("replaced", new, document[place])
    ]
    assert_sound(result, quote, " ".join(document))


@example(quote="aaaaaaaaaa¼👍🏽", document="4👍🏽")
@given(raw_texts, raw_texts)
def test_any_text_is_compared_with_any_other(quote: str, document: str) -> None:
    assert_sound(check(quote, document), quote, document)


@given(st.lists(WORDS | st.sampled_from(["…", "[it]", "’", "-", "\n"]), max_size=40), texts)
def test_any_marks_in_a_quote_are_sound(some: list[str], tail: str) -> None:
    document = DOCUMENTS["english"] + tail
    assert_sound(check(" ".join(some), document), " ".join(some), document)


class Counted:
    """Counts the words that are read from documents."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.number = 0
        for module in (passages, matching):
            monkeypatch.setattr(module, "words", self._words(module.words))

    def _words(self, real: Callable[..., Iterator[Word]]) -> Callable[..., Iterator[Word]]:
        def counting(*args: Any) -> Iterator[Word]:
            for word in real(*args):
                self.number += 1
                yield word

        return counting


HARD = {
    "a word repeated": ("word " * 300 + "other", "word " * 200_000),
    "a letter repeated": ("x" * 2_000 + " y z w", "x" * 1_000_000),
    "the same but one, over and over": ("word soup " * 500 + "salt", "word soap " * 100_000),
    "ten thousand characters": ("many small words in a row " * 400, "many words in rows " * 50_000),
    "one long number": ("1" * 9_990 + " 2 3 4 5", "1" * 1_000_000),
    "digits in groups": ("111 " * 2_500 + "2", "111 " * 250_000),
    "digits and commas": ("1," * 5_000 + " 2 a b c d", "1," * 500_000),
    "apostrophes": ("a'" * 5_000 + " b c d e f", "a'" * 500_000),
    "white space": ("a" + " " * 9_990 + "b c d e", "a" + " " * 1_000_000 + "b c d e"),
    "full stops": ("." * 9_990 + " w x y z", "w x . " * 100_000),
    "brackets left open": ("[" * 9_990 + " w x y z", "w x [ " * 100_000),
    "broken words": ("a-\n" * 3_000 + "b c d e", "a-\n" * 100_000),
    "ellipses all over": ("a … b … " * 1_000, "a b c " * 30_000),
    "brackets all over": ("[a] b " * 1_000, "a b c " * 30_000),
    "Chinese characters repeated": ("人" * 9_990 + "天", "人" * 300_000),
}


@pytest.mark.parametrize(("quote", "document"), HARD.values(), ids=HARD)
def test_work_is_bounded(quote: str, document: str, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = Counted(monkeypatch)
    result = check(quote, document)
    assert_sound(result, quote, document)
    windows = passages.WINDOWS * 6 * len(quote)
    tries = 2 * max(passages.EXACT_WORDS, len(quote))
    gaps = 400 * matching.GAP
    assert counted.number < windows + tries + gaps


def test_quote_above_the_limit_is_only_looked_for_as_it_is() -> None:
    quote = "some words of a long text " * (QUOTE_LIMIT // 20)
    assert check(quote, "Before. " + quote).kind == "verbatim"
    assert check(quote, quote.replace("long", "short", 1)).kind == "absent"
