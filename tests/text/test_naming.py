"""Known names in the words of an article: which, where, and the longest."""

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.text.naming import Names, is_name_like, split

KNOWN = Names(
    [
        ("rfa", "Radio Free Asia"),
        ("rfa", "RFA"),
        ("un", "United Nations"),
        ("un", "U.N."),
        ("us", "US"),
        ("who", "WHO"),
        ("times", "The Harbour Times"),
        ("board", "Water Board"),
        ("board of appeal", "Water Board of Appeal"),
        ("evening", "한들저녁신문"),
        ("agency", "新华社"),
        ("gazette", "Coast Gazette"),
        ("other gazette", "Coast Gazette"),
    ]
)

DECOMPOSED = unicodedata.normalize("NFD", "한들저녁신문")

CASES = {
    "name": ("Radio Free Asia reported", "Radio Free Asia", ("rfa",)),
    "alias": ("RFA estimated earlier this year", "RFA", ("rfa",)),
    "possessive": ("told RFA’s Korean Service on Friday", "RFA", ("rfa",)),
    "possessive of a plural": ("the Harbour Times' man", "Harbour Times", ("times",)),
    "abbreviation in brackets": ("Radio Free Asia (RFA) reported", "Radio Free Asia", ("rfa",)),
    "dots": ("The U.N. states", "U.N.", ("un",)),
    "dots left out": ("a UN report", "UN", ("un",)),
    "dots and possessive": ("the U.N.’s Security Council", "U.N.", ("un",)),
    "dots put in": ("U.S. officials", "U.S.", ("us",)),
    "case": ("WATER BOARD", "WATER BOARD", ("board",)),
    "leading article": ("the harbour times", "harbour times", ("times",)),
    "longest wins": ("the Water Board of Appeal ruled", "Water Board of Appeal", None),
    "two of one name": ("the Coast Gazette", "Coast Gazette", ("gazette", "other gazette")),
    "Korean with a particle": ("한들저녁신문은 전했다", "한들저녁신문은", ("evening",)),
    "Chinese without spaces": ("据新华社报道", "新华社", ("agency",)),
    "line end between": ("Radio Free\nAsia", "Radio Free\nAsia", ("rfa",)),
    "decomposed letters": (DECOMPOSED, DECOMPOSED, ("evening",)),
}


@pytest.mark.parametrize(("text", "words", "keys"), CASES.values(), ids=CASES)
def test_name_is_found(text: str, words: str, keys: tuple[str, ...] | None):
    found = KNOWN.longest_in(text)
    assert found is not None
    assert text[found.start : found.end] == words
    assert found.keys == (keys or ("board of appeal",))


STRANGERS = {
    "nothing": "",
    "no words": "…!?",
    "pronoun like an abbreviation": "he told us so, who knows why",
    "part of a word": "RFAB and the UNESCO",
    "part of a name": "Radio Free Europe",
    "part of a Korean word": "새한들저녁신문",
    "words apart": "Water for the Board",
}


@pytest.mark.parametrize("text", STRANGERS.values(), ids=STRANGERS)
def test_nothing_is_found(text: str):
    assert KNOWN.longest_in(text) is None


def test_a_click_inside_a_name_finds_all_of_it():
    text = "It was Radio Free Asia (RFA) that reported it."
    start = text.index("Free")
    found = KNOWN.around(text, start, start + len("Free"))
    assert found is not None
    assert text[found.start : found.end] == "Radio Free Asia"
    assert KNOWN.around(text, 0, 6) is None


NAME_LIKE = {
    "The Water Board": True,
    "Radio Free Asia (RFA)": True,
    "신문": False,
    "a source who lives in Dalian": False,
    "A fisherman": False,
    "the source": False,
    "he": False,
    "": False,
}


@pytest.mark.parametrize(("words", "expected"), NAME_LIKE.items(), ids=NAME_LIKE)
def test_proper_names_are_told_by_their_capitals(words: str, expected: bool):
    assert is_name_like(words) is expected


WORDS = st.text(alphabet="abcdeXYZ", min_size=2, max_size=6)
NAMES = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)


@given(NAMES, st.text(), st.text())
def test_a_name_is_found_in_any_surroundings(name: str, before: str, after: str):
    text = f"{before} {name} {after}"
    names = Names([("it", name)])
    if name.isupper():
        return
    found = names.around(text, len(before) + 1, len(before) + 1 + len(name))
    assert found is not None
    assert (found.start, found.end) == (len(before) + 1, len(before) + 1 + len(name))


@given(NAMES)
def test_case_possessive_and_article_do_not_count(name: str):
    names = Names([("it", name)])
    for spelt in (name.upper(), f"The {name}", f"{name}’s", f"{name.title()}'s"):
        found = names.longest_in(spelt)
        assert found is not None
        assert found.keys == ("it",)


@given(st.lists(st.tuples(st.integers(), st.text(max_size=12)), max_size=6), st.text())
def test_any_text_is_read(names: list[tuple[int, str]], text: str):
    known = Names(names)
    for found in known.all_in(text):
        assert 0 <= found.start < found.end <= len(text)
        assert found.keys
    longest = known.longest_in(text)
    assert (longest is None) == (known.all_in(text) == [])


@given(st.text())
def test_words_lie_in_order_and_do_not_overlap(text: str):
    words = list(split(text))
    assert all(word.start < word.end for word in words)
    assert all(one.end <= two.start for one, two in pairwise(words))
