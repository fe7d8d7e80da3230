from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from articles.snippets import START, STOP, has_hit, highlighted

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
