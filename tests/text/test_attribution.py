"""Attribution detection: its figures on labelled passages, its shapes, and hard input."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.text.attribution import Attribution, detect
from articles.text.normalize import normalize
from articles.text.spans import Span, snap

from .attribution_measure import lines, of_file
from .strategies import raw_texts

SEED = Path(__file__).parents[3] / "shared" / "data" / "seed-article.txt"

Row = tuple[str | None, str | None, str]


def rows(text: str) -> list[Row]:
    """Source, cue and content of each attribution, in words."""
    return [
        (words(text, item.source), words(text, item.cue), words(text, item.content) or "")
        for item in detect(text)
    ]


def words(text: str, span: Span | None) -> str | None:
    return text[span.start : span.end] if span else None


@pytest.mark.parametrize("half", ["tuning", "kept_aside"])
def test_figures(half: str) -> None:
    figures = of_file(f"{half}.txt", f"plain_{half}.txt")
    print(f"\n{half}: {figures}")
    assert figures.precision >= 0.93
    assert figures.recall >= 0.65
    assert figures.source >= 0.75
    assert figures.tightness >= 0.7


def test_there_are_enough_labelled_passages() -> None:
    assert len(lines("tuning.txt")) + len(lines("kept_aside.txt")) >= 150
    assert len(lines("plain_tuning.txt")) + len(lines("plain_kept_aside.txt")) >= 60


SHAPES: dict[str, tuple[str, list[Row]]] = {
    "nothing": ("", []),
    "no attribution": ("The bridge is closed.", []),
    "clause after": (
        "The governor said on Monday that the mine was safe.",
        [("The governor", "said", "the mine was safe")],
    ),
    "clause before": (
        "The mine was safe, the governor said.",
        [("the governor", "said", "The mine was safe")],
    ),
    "inverted": (
        "“The mine is safe,” said the governor, who had not been there.",
        [("the governor", "said", "“The mine is safe,”")],
    ),
    "interrupted": (
        "“The ovens have been cold since May,” he said, “and the flour is gone.”",
        [("he", "said", "“The ovens have been cold since May,” he said, “and the flour is gone.”")],
    ),
    "sentence after a quotation": (
        "“It was dark,” she said. “Nobody came.”",
        [("she", "said", "“It was dark,”"), ("she", None, "“Nobody came.”")],
    ),
    "quotation in the next paragraph": (
        "The source said the parcels were opened.\n\n“Then they were sealed again.”",
        [
            ("The source", "said", "the parcels were opened"),
            ("The source", None, "“Then they were sealed again.”"),
        ],
    ),
    "according to": (
        "According to a report compiled by the Labour Office on work at sea, 2,000 men are abroad.",
        [
            (
                "a report compiled by the Labour Office on work at sea",
                "According to",
                "2,000 men are abroad",
            )
        ],
    ),
    "adding": (
        "The road is shut, the source said, adding that “the bridge is gone.”",
        [
            ("the source", "said", "The road is shut"),
            ("the source", "adding", "“the bridge is gone.”"),
        ],
    ),
    "two speakers in one sentence": (
        "The army says it killed 12 men, but villagers said that most were farmers.",
        [
            ("The army", "says", "it killed 12 men"),
            ("villagers", "said", "most were farmers"),
        ],
    ),
    "the subject of the verb before": (
        "Asked whether he minded, Mr. Dole paused and said, “No.”",
        [("Mr. Dole", "said", "“No.”")],
    ),
    "speaker and apposition before the verb": (
        "“It was legal,” Ms. Bell, the county clerk, said in a telephone interview Wednesday.",
        [("Ms. Bell, the county clerk", "said", "“It was legal,”")],
    ),
    "a relative clause": (
        "The plan drew anger from green groups, who say it would destroy wetlands.",
        [("green groups", "say", "it would destroy wetlands")],
    ),
    "citing": (
        "State radio said the launch was a success, citing the ministry.",
        [
            ("State radio", "said", "the launch was a success"),
            ("the ministry", "citing", "the launch was a success"),
        ],
    ),
    "passive": (
        "The treaty was described by many diplomats as a failure.",
        [("many diplomats", "was described", "a failure")],
    ),
    "nobody in particular": (
        "It is alleged that the clerk sold the passwords.",
        [(None, "is alleged", "the clerk sold the passwords")],
    ),
    "half a character": ("He said it was \ud83d over.", [("He", "said", "it was \ud83d over")]),
    "headline": (
        "Women ‘rented’ abroad vanish from dormitory: report\n\nThe dormitory was empty.",
        [("report", ":", "Women ‘rented’ abroad vanish from dormitory")],
    ),
}


@pytest.mark.parametrize(("text", "expected"), SHAPES.values(), ids=SHAPES)
def test_shapes(text: str, expected: list[Row]) -> None:
    assert rows(text) == expected


def test_who_was_told_and_who_is_unnamed() -> None:
    text = "“The crew vanished,” a source who lives in Larn, told Coastal Radio's Danish Service."
    (item,) = detect(text)
    assert words(text, item.source) == "a source who lives in Larn"
    assert words(text, item.recipient) == "Coastal Radio's Danish Service"
    assert item.unnamed
    assert item.quoted


def test_a_named_source_is_not_unnamed() -> None:
    (item,) = detect("Greta Holm said the crew had not been paid.")
    assert not item.unnamed
    assert not item.quoted


def test_the_source_is_the_one_met_before() -> None:
    text = "A source in Larn said the crew left. The source said they had rowed."
    first, second = detect(text)
    assert second.same_as == first.source


def check_spans(text: str, items: list[Attribution]) -> None:
    for item in items:
        assert item.content is not None
        for span in (item.source, item.cue, item.content, item.recipient, item.same_as):
            assert span is None or snap(text, span.start, span.end) == span
    places = [(i.content.start, -i.content.end) for i in items if i.content]
    assert all(left <= right for left, right in pairwise(places))
    assert len(set(items)) == len(items)


WORDS = [
    *("said", "told", "says", "The source", "he", "that", "according to", "“", "”", '"', ",", "."),
    *("\n\n", "adding", "was", "to", "RFA", "in a statement", "on Monday", "reportedly", ":"),
    *("claim", "accused", "of", "called", "who", "and", "as", "put it", "‘", "’", "denied", "in"),
    *("view", "his", "citing", "e\u0301", "👩‍👩‍👧", "Mr.", "the", "report", "not", "by", ";", "—"),
]


@given(raw_texts | st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join))
def test_spans_are_valid_and_in_order_in_any_text(text: str) -> None:
    check_spans(text, detect(text))


LONG = {
    "said": "said " * 20_000,
    "he said": "he said, " * 5_000,
    "quotation marks": "“" * 100_000,
    "straight marks": '"' * 100_000,
    "single marks": "‘a " * 1_000,
    "commas": ", " * 50_000,
    "according": "according to " * 5_000,
    "reports": "the claim that " * 5_000,
    "one word": "a" * 300_000,
    "paragraphs": "“A.\n\n" * 10_000,
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_long_input_comes_to_an_end(text: str) -> None:
    check_spans(text, detect(text)[:1000])


OTHER_LANGUAGES = {
    "Korean": "“여자들이 사라졌다”고 소식통이 말했다.",
    "German": "„Wir gehen“, sagte er.",
    "Chinese": "他说：“我们走了。”",
    "Arabic": "قال المصدر إن النساء غادرن.",
}


@pytest.mark.parametrize("text", OTHER_LANGUAGES.values(), ids=OTHER_LANGUAGES)
def test_other_languages_pass(text: str) -> None:
    check_spans(text, detect(text))


@pytest.fixture(scope="module")
def seed() -> str:
    if not SEED.exists():
        pytest.skip("needs the seed article in ../shared/data, which is not part of the repository")
    return normalize(SEED.read_text(encoding="utf-8"))


SEED_ATTRIBUTIONS: list[tuple[str | None, str | None, str]] = [
    ("Report", ":", "North Korean Women"),
    (None, "reportedly", "Twenty North Korean women"),
    ("a source who lives in China’s northeastern coastal city of Dalian", "told", "“In mid-Feb"),
    ("the source", "said", "“The 20 female workers"),
    ("Sources", "believe", "the textile workers"),
    ("The U.N.", "states", "“any repatriation"),
    ("RFA", "reported", "While many North Koreans flee"),
    ("the Korean Workers’ Party newspaper Rodong Sinmun", "According to", "the number of"),
    ("The source", "said", "following the workers’ escape"),
    ("the source", "said", "“The consulate has requested"),
    ("the source", "adding", "“The North Korean consulate"),
    ("RFA", "estimated", "tens of thousands"),
    ("a correspondent in the Chinese border city of Dandong", "told", "“Food processing"),
    ("The Dandong source", "said", "North Korean workers often"),
    (
        "a report compiled by the U.S. State Department on human trafficking in North Korea",
        "According to",
        "an estimated 20,000 to 80,000",
    ),
]


def test_the_seed_article(seed: str) -> None:
    found = rows(seed)
    assert [row[:2] for row in found] == [row[:2] for row in SEED_ATTRIBUTIONS]
    for (_, _, content), (_, _, opening) in zip(found, SEED_ATTRIBUTIONS, strict=True):
        assert content.startswith(opening)
    told = {words(seed, item.recipient) for item in detect(seed)}
    assert told == {None, "RFA’s Korean Service", "RFA"}
