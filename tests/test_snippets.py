from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.models import Claim, Desk, User
from articles.snippets import HIT, START, STOP, has_hit, highlighted, marked_text, passages
from tests.factories import make_article, make_claim

TEXT = st.text(alphabet=st.sampled_from("ab<>&\"' \n水🇰" + START + STOP)) | st.text()


@given(TEXT)
def test_apart_from_the_marks_it_is_the_text_escaped(passage: str) -> None:
    html = highlighted(passage)
    bare = html.replace("<mark>", "").replace("</mark>", "")
    assert "<" not in bare
    assert unescape(bare) == passage.replace(START, "").replace(STOP, "")


@given(TEXT)
def test_marks_come_in_pairs_and_only_around_hits(passage: str) -> None:
    html = highlighted(passage)
    assert html.count("<mark>") == html.count("</mark>")
    assert ("<mark>" in html) == has_hit(passage)


def test_a_hit_is_marked() -> None:
    assert highlighted(f"a {START}b&{STOP} c") == "a <mark>b&amp;</mark> c"


HITS: dict[str, tuple[str, str, list[str]]] = {
    "a word": ("The river rose", "river", ["river"]),
    "its stem": ("The rivers flooded", "river flooding", ["rivers", "flooded"]),
    "before a curly apostrophe": ("The teachers’ league", "teachers", ["teachers"]),
    "in curly quotes": ("He said “water” and «rain».", "water rain", ["water", "rain"]),
    "between dashes": ("Dam—built—held", "built", ["built"]),
    "Korean inside a word": ("작은 가게에서 가수가 노래했다", "가게", ["가게"]),
    "Chinese": ("丹東的工人沒有拿到工資。", "工人", ["工人"]),
    "Chinese over two lines": ("丹東的工\n人沒有", "工人", ["工\n人"]),
    "Chinese, two words": ("丹東的工人沒有拿到工資。", "丹東 工資", ["丹東", "工資"]),
    "Chinese in a phrase": ("丹東的工人沒有", '"工人沒有"', ["工人沒有"]),
    "one character": ("工人沒有拿到工資", "工", ["工", "工"]),
    "Korean with a number": ("노동자 2만 명", "노동자 2만", ["노동자", "2", "만"]),
    "Korean with English": ("서울 harbour 가게", "harbour or 가게", ["harbour", "가게"]),
    "nothing": ("The river rose", "dam", []),
    "no words": ("The river rose", "", []),
}


def bare(shown: str) -> str:
    return shown.replace(START, "").replace(STOP, "")


@pytest.mark.parametrize(("text", "words", "hits"), HITS.values(), ids=HITS)
def test_what_a_search_found_is_marked_and_the_text_stays(
    desk: Desk, reviewer: User, text: str, words: str, hits: list[str]
) -> None:
    make_claim(make_article(desk, reviewer, text), text, reviewer)
    [(whole, passage)] = Claim.objects.values_list(
        marked_text("text", words), passages("text", words)
    )
    assert HIT.findall(whole) == HIT.findall(passage) == hits
    assert bare(whole) == text
    assert bare(passage) in text


def test_a_passage_of_a_long_text_without_spaces_has_the_hit_and_what_is_around_it(
    desk: Desk, reviewer: User
) -> None:
    text = "河水上漲。" * 50 + "丹東的工人沒有拿到工資。" + "雨下了九天。" * 50
    make_claim(make_article(desk, reviewer, text), text, reviewer)
    [shown] = Claim.objects.values_list(passages("text", "工人"), flat=True)
    assert HIT.findall(shown) == ["工人"]
    assert 15 < len(shown) < 60
