"""Evidence to the passage: the document beside the claim, by keyboard, mouse and finger."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from articles.actions.passages import choose_document
from articles.models import Article, Claim, Desk, Document, Evidence, Source, User, Verdict
from tests.browser.steps import announced, assert_well_made, drag_over, keys, toasted
from tests.factories import make_article, make_claim, make_document, make_evidence

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BULLETIN = """Bulletin 7

The ministry counts the people in the shelters every day. On Monday 11,900 people had left their \
homes 👍🏽. Most of them went to relatives.

강물이 2미터 불어났다고 시장이 말했다. 다친 사람은 없었다.

وقال الوزير إن المياه ارتفعت بمترين. ولم يصب أحد."""


@pytest.fixture
def claim(article: Article, reviewer: User) -> Claim:
    return make_claim(article, "12,000 people left their homes", reviewer)


@pytest.fixture
def document(desk: Desk, source: Source, reviewer: User) -> Document:
    return make_document(desk, source, reviewer, BULLETIN)


@pytest.fixture
def evidence(claim: Claim, source: Source, document: Document, reviewer: User) -> Evidence:
    return make_evidence(claim, source, reviewer)


def test_by_keyboard_from_the_document_to_the_verdict(
    annotate: Any, article: Article, evidence: Evidence, reviewer: User
):
    page: Page = annotate(reviewer, article, "?claim=1")
    keys(page, "d")
    expect(page.get_by_label("Stored documents")).to_be_focused()
    keys(page, "Control+Enter")
    toasted(page, "Claim 1 rests on “Bulletin 7”.")

    text = page.locator("#document-text")
    expect(text).to_be_focused()
    announced(page, "Proposed passage, Enter takes it: On Monday 11,900 people had left")
    expect(page.locator("#passage-form")).to_contain_text("Proposed passage")
    keys(page, "k", "j", "w", "w", "W", "W", "W")
    announced(page, "Extended to: Monday 11,900 people had")
    expect(page.locator("#passage-form")).to_contain_text("Selected")
    keys(page, "Enter")
    toasted(page, "Set the passage of claim 1.")
    passage = page.locator("#detail .passage")
    expect(passage).to_have_text("Monday 11,900 people had")
    painted = page.evaluate("[...CSS.highlights.get('passage')].map(String)")
    assert painted == ["Monday 11,900 people had"]

    keys(page, "2", "l", "v")
    page.keyboard.type("The bulletin says 11,900.")
    keys(page, "Control+Enter")
    toasted(page, "claim 1 is decided.")
    kept = Verdict.objects.get().evidence[0]
    assert (kept["document"], kept["exact"]) == (
        str(evidence.source.documents.get().pk),
        "Monday 11,900 people had",
    )


@pytest.fixture
def placed(evidence: Evidence, document: Document, reviewer: User) -> Evidence:
    start = BULLETIN.index("11,900")
    return choose_document(
        evidence=evidence,
        seen=Claim.objects.get().version,
        by=reviewer,
        document=document,
        passage=(start, start + len("11,900 people")),
    )


def painted(page: Page, name: str) -> Any:
    return page.evaluate(f"[...CSS.highlights.get('{name}')].map(String)")


def in_sight(page: Page, name: str) -> bool:
    """Whether what is painted lies where its pane shows it."""
    return page.evaluate(
        """(name) => {
            const [range] = CSS.highlights.get(name);
            const box = range.getBoundingClientRect();
            const pane = range.startContainer.parentElement.closest(".text-scroller");
            const view = pane.getBoundingClientRect();
            const foot = Math.min(innerHeight, view.bottom);
            return box.top >= Math.max(0, view.top) && box.bottom <= foot;
        }""",
        name,
    )


def click_on(page: Page, name: str) -> None:
    """Click in the middle of what is painted."""
    box = page.evaluate(
        """(name) => {
            const [range] = CSS.highlights.get(name);
            const {left, top, width, height} = range.getClientRects()[0];
            return {x: left + width / 2, y: top + height / 2};
        }""",
        name,
    )
    page.mouse.click(**box)


def test_a_click_leads_from_the_passage_to_the_claim_and_back(
    annotate: Any, desk: Desk, source: Source, reviewer: User
):
    filler = "\n\n".join(f"Paragraph {number} says little." for number in range(120))
    article = make_article(desk, reviewer, f"{filler}\n\nThe dam broke at noon.\n\n{filler}")
    claim = make_claim(article, "The dam broke at noon.", reviewer)
    evidence = make_evidence(claim, source, reviewer)
    text = f"{filler}\n\nAt noon the dam was broken.\n\n{filler}"
    document = make_document(desk, source, reviewer, text)
    start = text.index("At noon")
    choose_document(
        evidence=evidence,
        seen=Claim.objects.get().version,
        by=reviewer,
        document=document,
        passage=(start, start + 27),
    )
    page: Page = annotate(reviewer, article, "?claim=1", reduced_motion="reduce")
    page.locator("#detail .passage a").click()
    expect(page.locator("#document-text")).to_be_focused()
    page.wait_for_function("CSS.highlights.get('passage').size === 1")
    page.wait_for_timeout(100)
    assert in_sight(page, "passage")
    assert painted(page, "passage") == ["At noon the dam was broken."]

    page.evaluate("document.querySelector('.annotate-text').scrollTop = 0")
    click_on(page, "passage")
    announced(page, "Claim 1: The dam broke at noon.")
    expect(page.locator("#text")).to_be_focused()
    assert in_sight(page, "chosen")

    page.evaluate("document.querySelector('.document-scroll').scrollTop = 0")
    click_on(page, "chosen")
    announced(page, "Passage: At noon the dam was broken.")
    page.wait_for_timeout(100)
    assert in_sight(page, "passage")

    keys(page, "Escape")
    expect(page.locator("#document-pane")).to_be_hidden()
    expect(page.locator("#detail-heading")).to_have_text("Claim 1")


WORDS = {
    "emoji": "homes 👍🏽",
    "Korean": "2미터 불어났다고",
    "Arabic": "المياه ارتفعت",
}


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_words_under_the_mouse_are_the_passage_in_the_database(
    annotate: Any, article: Article, placed: Evidence, reviewer: User, words: str
):
    page: Page = annotate(reviewer, article, "?claim=1")
    keys(page, "d")
    expect(page.locator("#document-text")).to_be_focused()
    drag_over(page, words, "document-text")
    expect(page.locator("[data-passage-words]")).to_have_text(words)
    page.get_by_role("button", name="Use as the passage").click()
    toasted(page, "Set the passage of claim 1.")
    placed.refresh_from_db()
    assert placed.exact == words
    assert BULLETIN[placed.start : placed.end] == words

    keys(page, "u")
    expect(page.locator("#detail .passage")).to_have_text("11,900 people")
    assert painted(page, "passage") == ["11,900 people"]


def test_pane_follows_the_claim_that_is_chosen(
    annotate: Any, article: Article, placed: Evidence, reviewer: User
):
    make_claim(article, "The figure may rise.", reviewer)
    page: Page = annotate(reviewer, article, "?claim=1")
    keys(page, "d")
    expect(page.locator("#document-text")).to_be_focused()
    keys(page, "Escape")
    expect(page.locator("#text")).to_be_focused()
    expect(page.locator("#document-text")).to_be_visible()
    keys(page, "n")
    expect(page.locator("#detail-heading")).to_have_text("Claim 2")
    expect(page.locator("#document-pane")).to_be_hidden()
    keys(page, "d")
    announced(page, "This claim rests on no stored document yet.")


def test_document_lies_over_a_phone_and_closes_again(
    annotate: Any, article: Article, placed: Evidence, reviewer: User
):
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    page: Page = annotate(reviewer, article, "?claim=1", **phone)
    page.locator("#detail [data-open-document]").first.tap()
    pane = page.locator("#document-pane")
    expect(pane).to_be_visible()
    assert pane.bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.get_by_role("link", name="Close the document").tap()
    expect(pane).to_be_hidden()
    page.locator("#detail [data-open-document]").first.tap()
    expect(pane).to_be_visible()
    keys(page, "Escape")
    expect(pane).to_be_hidden()
    expect(page.locator("#detail-heading")).to_have_text("Claim 1")


@pytest.mark.parametrize("width", [1280, 390])
def test_open_document_is_accessible(
    annotate: Any, article: Article, placed: Evidence, reviewer: User, width: int
):
    page: Page = annotate(reviewer, article, "?claim=1")
    keys(page, "d")
    expect(page.locator("#document-text")).to_be_focused()
    assert_well_made(page, [width])


def test_document_of_a_megabyte_opens_and_is_gone_through(
    annotate: Any, desk: Desk, article: Article, evidence: Evidence, source: Source, reviewer: User
):
    sentence = "The office of the harbour counted the ships in the week before the storm of May. "
    blocks = [f"Entry {number}. {sentence * 2}".strip() for number in range(5_000)]
    blocks[4_000] = "On Monday 12,000 people left their homes by the ministry’s count."
    document = make_document(desk, source, reviewer, "\n\n".join(blocks))
    seen = Claim.objects.get().version
    choose_document(evidence=evidence, seen=seen, by=reviewer, document=document)
    page: Page = annotate(reviewer, article, "?claim=1")
    keys(page, "d")
    proposed = "Proposed passage, Enter takes it: On Monday 12,000 people left"
    expect(page.locator("#announce")).to_contain_text(proposed, timeout=30_000)
    page.wait_for_timeout(300)
    assert in_sight(page, "cursor")
    keys(page, "j")
    announced(page, "Entry 4001.")
