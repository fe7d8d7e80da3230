import pytest

from articles.models import Claim, Desk, Source, User
from articles.models.search import text_query
from tests.factories import make_article, make_claim, make_source

CLAIMS = {
    "flood": "The rivers flooded twelve villages, officials said.",
    "curly": "“Nobody had seen such water since 1954,” a fisherman didn’t say.",
    "rain": "Rain fell on the villages for nine days.",
    "dash": "Dam—built in 1954—held.",
    "chinese": "丹東的工人沒有拿到工資。",
    "korean": "서울시는 노동자 2만 명이 일한다고 밝혔다.",
    "japanese": "東京の工場で労働者が働いていた。",
    "accents": "L’été dernier, l’eau montait à Orléans.",
    "arabic": "ارتفع النهر مترين",
}


@pytest.fixture
def claims(desk: Desk, reviewer: User) -> None:
    for name, text in CLAIMS.items():
        make_claim(make_article(desk, reviewer, text, name), text, reviewer)


def found(words: str) -> set[str]:
    hits = Claim.objects.filter(search=text_query(words))
    return set(hits.values_list("article__title", flat=True))


SEARCHES: dict[str, tuple[str, set[str]]] = {
    "a word": ("fisherman", {"curly"}),
    "its stem": ("flooding river", {"flood"}),
    "all words": ("villages nine", {"rain"}),
    "either word": ("fisherman or rain", {"curly", "rain"}),
    "without a word": ("villages -rain", {"flood"}),
    "without its stem": ("villages -raining", {"flood"}),
    "a phrase": ('"seen such water"', {"curly"}),
    "the words in another order": ('"water such seen"', set()),
    "a phrase in curly quotes": ("“such water”", {"curly"}),
    "a phrase in guillemets": ("«such water»", {"curly"}),
    "one quotation mark alone": ('"such water', {"curly"}),
    "an apostrophe": ("didn't", {"curly"}),
    "a curly apostrophe": ("didn’t", {"curly"}),
    "words parted by a dash": ("dam built", {"dash"}),
    "a number": ("1954", {"curly", "dash"}),
    "capitals": ("FISHERMAN", {"curly"}),
    "Chinese": ("工人", {"chinese"}),
    "Chinese in another order": ("人工", set()),
    "Chinese in a phrase": ('"工人沒有"', {"chinese"}),
    "Chinese, two words": ("丹東 工資", {"chinese"}),
    "without a phrase": ('villages -"rain fell"', {"flood"}),
    "Chinese without": ("工 -東京", {"chinese"}),
    "Korean inside a word": ("서울", {"korean"}),
    "Korean with a number": ("노동자 2만", {"korean"}),
    "Japanese": ("労働者", {"japanese"}),
    "one character": ("工", {"chinese", "japanese"}),
    "accents": ("été", {"accents"}),
    "Arabic": ("النهر", {"arabic"}),
    "nothing": ("", set()),
}


@pytest.mark.parametrize(("words", "names"), SEARCHES.values(), ids=SEARCHES)
def test_claims_are_found(claims: None, words: str, names: set[str]) -> None:
    assert found(words) == names


HOSTILE = (
    *("':*&|!", "a & b | !c", "(", ")", "!!", "<->", "a <-> b", "'", "''", "\\", "\\'", ":*"),
    *("\0", "a\0b", '"', '""', '"""', "-", "--", "- -", "or", "or or", "%", "_", "$1", "%s"),
    *("🇰🇷", "\u200f", "x" * 5000, "工" * 2000, '工"人', '"工', "“", "-工", "\ud7a3\u0301"),
)


@pytest.mark.parametrize("words", HOSTILE)
def test_no_words_are_an_error(claims: None, source: Source, words: str) -> None:
    assert found(words) <= set(CLAIMS)
    assert set(Source.objects.search(words)) <= {source}


def test_a_note_is_searched_too(claims: None) -> None:
    Claim.objects.filter(article__title="rain").update(note="Compare the gauge at Dandong")
    assert found("dandong gauges") == {"rain"}


# Sources

SOURCES = {
    "United Nations": ["U.N.", "UNO"],
    "Workers' Party": ["Workers’ Party of Korea", "WPK"],
    "Radio Free Asia": ["RFA"],
    "Ministry of Water/Flood-Control": [],
    "AT&T": [],
    "조선중앙통신": ["KCNA"],
    "Université d’Orléans": [],
}


@pytest.fixture
def sources(reviewer: User) -> None:
    for name, aliases in SOURCES.items():
        make_source(name, reviewer, aliases=aliases)


SOURCE_SEARCHES: dict[str, tuple[str, list[str]]] = {
    "name": ("radio free", ["Radio Free Asia"]),
    "beginnings of words": ("ra fr", ["Radio Free Asia"]),
    "words in any order": ("asia radio", ["Radio Free Asia"]),
    "the middle of a word": ("adio", []),
    "alias": ("rfa", ["Radio Free Asia"]),
    "alias with dots": ("U.N.", ["United Nations", "Université d’Orléans"]),
    "alias without its dots": ("un", ["United Nations", "Université d’Orléans"]),
    "apostrophe": ("Workers' Party", ["Workers' Party"]),
    "curly apostrophe": ("workers’ par", ["Workers' Party"]),
    "no apostrophe": ("workers party", ["Workers' Party"]),
    "after a slash or a hyphen": ("flood control", ["Ministry of Water/Flood-Control"]),
    "ampersand": ("at&t", ["AT&T"]),
    "Korean": ("조선", ["조선중앙통신"]),
    "after an elision": ("orléans", ["Université d’Orléans"]),
    "nothing": (" ", []),
    "only marks": ("&!", []),
}


@pytest.mark.parametrize(("words", "names"), SOURCE_SEARCHES.values(), ids=SOURCE_SEARCHES)
def test_sources_are_found_shortest_name_first(sources: None, words: str, names: list[str]) -> None:
    assert [source.name for source in Source.objects.search(words)] == names
