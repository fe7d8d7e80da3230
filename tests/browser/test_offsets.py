"""Offsets: what the browser counts in UTF-16 is stored in code points, to the character."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from articles.models import Anchor, Article, Desk, User
from articles.text.spans import from_utf16, snap, to_utf16
from tests.browser.conftest import Browsing
from tests.browser.steps import announced, drag_over, keys, toasted
from tests.factories import make_article

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TEXTS = {
    "plain": "The river rose.",
    "emoji": "Yes 👍🏽, said the family 👨‍👩‍👧‍👦 of 4.",
    "flags": "🇰🇷🇯🇵 and 🇺🇳",
    "combining marks": "Cafe\u0301 in Vie\u0323\u0302t Nam",
    "space with a mark on it": "a \u0301b",
    "Hebrew with points": "שָׁלוֹם עוֹלָם",
    "Arabic": "قالَ الوزيرُ ذلك.",
    "Chinese beyond the first plane": "他住在𠮷野家。",
    "Korean": "한국은 \u1112\u1161\u11ab국",
    "Devanagari": "हिन्दी क्षेत्र",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_offsets_convert_as_on_the_server(browse: Browsing, db: None, text: str):
    page = browse()
    page.goto("/accounts/login/")
    points = list(range(len(text) + 1))
    units = [to_utf16(text, point) for point in points]
    converted = page.evaluate(
        """async ([text, points, units]) => {
            const {countPoints, toPoints, toUnits} = await import("/static/js/offsets.js");
            return [
                countPoints(text),
                points.map((point) => toUnits(text, point)),
                units.map((unit) => toPoints(text, unit)),
            ];
        }""",
        [text, points, units],
    )
    assert converted == [len(text), units, points]


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_any_selection_snaps_to_what_the_server_accepts(browse: Browsing, db: None, text: str):
    page = browse()
    page.goto("/accounts/login/")
    units = len(text.encode("utf-16-le")) // 2
    pairs = [(start, end) for start in range(units) for end in range(start + 1, units + 1)]
    snapped = page.evaluate(
        """async ([text, pairs]) => {
            const {snap} = await import("/static/js/offsets.js");
            return pairs.map(([start, end]) => snap(text, start, end));
        }""",
        [text, pairs],
    )
    for (start, end), found in zip(pairs, snapped, strict=True):
        try:
            span = snap(text, from_utf16(text, start), from_utf16(text, end))
        except ValueError:
            continue  # half a surrogate pair, or white space alone
        assert found == [to_utf16(text, span.start), to_utf16(text, span.end)], (start, end)


ARTICLE = """Flags 🇰🇷🇯🇵 flew over the harbour 👨‍👩‍👧‍👦 and the café.

ראש העיר אמר שהמים עלו בשני מטרים. איש לא נפגע.

시장은 강물이 2미터 불어났다고 말했다. 다친 사람은 없었다.

市长说，河水一夜上涨了两米。没有人受伤。"""

WORDS = {
    "emoji and flags": "🇰🇷🇯🇵 flew over the harbour 👨‍👩‍👧‍👦",
    "a combining mark": "the café",
    "Hebrew": "המים עלו",
    "Korean": "강물이 2미터 불어났다고",
    "Chinese": "河水一夜上涨了两米",
}


@pytest.fixture
def mixed(desk: Desk, reviewer: User) -> Article:
    return make_article(desk, reviewer, ARTICLE, title="Weather 🌊")


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_words_under_the_mouse_are_the_words_in_the_database(
    annotate: Any, mixed: Article, reviewer: User, words: str
):
    page = annotate(reviewer, mixed)
    drag_over(page, words)
    page.get_by_role("button", name="Mark as claim").click()
    toasted(page, "Marked claim 1.")

    anchor = Anchor.objects.get()
    text = mixed.current_revision.text
    assert anchor.exact == words
    assert (anchor.start, anchor.end) == (text.index(words), text.index(words) + len(words))


def test_a_selection_over_paragraphs_is_trimmed(annotate: Any, mixed: Article, reviewer: User):
    page: Page = annotate(reviewer, mixed)
    page.evaluate("""() => {
        const [first, second] = document.querySelectorAll("#text .block");
        getSelection().setBaseAndExtent(first, 0, second, 0);
    }""")
    page.get_by_role("button", name="Mark as claim").click()
    toasted(page, "Marked claim 1.")
    assert Anchor.objects.get().exact == ARTICLE.split("\n\n")[0]


@pytest.mark.parametrize(
    ("language", "steps", "words"),
    [
        ("ko", "j j j j", "시장은 강물이 2미터 불어났다고 말했다."),
        ("he", "j j w w W", "העיר אמר"),
        ("zh", "j j j j j j", "市长说，河水一夜上涨了两米。"),
        ("en", "j w", "Flags"),
        ("en", "j w w W W W", "flew over the harbour"),
    ],
)
def test_keys_choose_sentences_and_words_of_the_language(
    annotate: Any, mixed: Article, reviewer: User, language: str, steps: str, words: str
):
    Article.objects.update(language=language)
    page = annotate(reviewer, mixed)
    keys(page, *steps.split())
    announced(page, words)
    keys(page, "Enter", "Enter")
    toasted(page, "Marked claim 1.")
    assert Anchor.objects.get().exact == words


def test_the_server_still_refuses_what_no_browser_selects(
    annotate: Any, browse: Browsing, mixed: Article, reviewer: User
):
    browse.expect_problem("422")
    page = annotate(reviewer, mixed)
    keys(page, "j", "Enter")
    page.evaluate("document.forms['new-claim'].elements.end.value = 7")
    page.get_by_label("Note").first.fill("Ask the harbour master.")
    page.get_by_role("button", name="Mark as claim").click()
    alert = page.locator("#new-claim").get_by_role("alert")
    expect(alert).to_contain_text("splits a character")
    expect(alert).to_be_focused()
    expect(page.get_by_label("Note").first).to_have_value("Ask the harbour master.")
    assert not Anchor.objects.exists()
