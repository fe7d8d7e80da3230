"""Marks, keys and focus on the annotate page; fingers; and the page without its script."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from articles.bench.data import long_article, spread_claims
from articles.models import Anchor, Article, Claim, Desk, Source, User, Verdict
from tests.browser.conftest import Browsing
from tests.browser.steps import announced, keys, point, say_why_no_evidence, toasted
from tests.factories import make_article, make_claim

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def chosen(page: Page) -> Any:
    return page.locator("#detail-heading")


def test_click_opens_the_innermost_claim_and_again_the_next_one_out(
    annotate: Any, article: Article, reviewer: User
):
    for words in ("The river rose by two metres in one night", "two metres in one", "metres"):
        make_claim(article, words, reviewer)
    page: Page = annotate(reviewer, article)
    for number in (3, 2, 1, 3):
        page.mouse.click(**point(page, "metres", "start"))
        expect(chosen(page)).to_have_text(f"Claim {number}")
    expect(page).to_have_url(re.compile(r"\?claim=3$"))
    assert page.evaluate("[...CSS.highlights.get('chosen')].map(String)") == ["metres"]

    page.locator(".claim-row").first.hover()
    painted = page.evaluate("[...CSS.highlights.get('hovered')].map(String)")
    assert painted == ["The river rose by two metres in one night"]
    page.reload()
    expect(chosen(page)).to_have_text("Claim 3")


def test_n_goes_on_through_pages_of_rows(annotate: Any, desk: Desk, reviewer: User):
    text = " ".join(f"word{number:03}" for number in range(70)) + "."
    article = make_article(desk, reviewer, text)
    for number in range(65):
        make_claim(article, f"word{number:03}", reviewer)
    page: Page = annotate(reviewer, article, "?claim=60")
    keys(page, "n")
    announced(page, "Claim 61 opened: word060")
    keys(page, "n", "n", "n", "n")
    announced(page, "Claim 65 opened: word064")
    keys(page, "n")
    announced(page, "This is the last claim.")
    expect(page.locator("#text")).to_be_focused()


def test_mark_of_a_claim_that_is_not_in_the_list_opens_it(
    annotate: Any, article: Article, reviewer: User
):
    make_claim(article, "The river rose", reviewer)
    make_claim(article, "12,000 people", reviewer)
    page: Page = annotate(reviewer, article)
    keys(page, "/")
    page.keyboard.type("river")
    expect(page.locator(".claim-row")).to_have_count(1)
    page.mouse.click(**point(page, "12,000", "start"))
    expect(chosen(page)).to_have_text("Claim 2")


KEYS = {
    "next sentence": ("j j", "Nobody had seen such water since 1954"),
    "previous sentence": ("j j k", "The river rose by two metres in one night"),
    "end of the text": ("j j j j j", "End of the text."),
    "start of the text": ("j k", "Start of the text."),
    "word in the sentence": ("j w w w", "rose"),
    "last word of the sentence": ("j b", "said"),
    "extended by a word": ("j w W W", "Extended to: The river rose"),
    "shrunk by a word": ("j w W W B", "Shrunk to: The river"),
    "not to nothing": ("j w B", "No less text."),
    "extended over a paragraph": ("j J", "said. “Nobody had seen"),
    "other end": ("j o B", "Shrunk to: river rose by two metres"),
    "other end said": ("j o", "The start of the selection moves now."),
    "claims in it": ("j", "In claim 1."),
    "nothing to undo": ("u", "Nothing to undo."),
    "a rating without a claim": ("3", "Open a claim first"),
    "a claim without a selection": ("Enter", "Select words first"),
    "nothing selected": ("j Escape", "Nothing is selected."),
    "a step to a claim": ("n", "Claim 1 opened: two metres"),
    "a rating": ("n 3", "Rating: Half true"),
    "an accuracy": ("n m", "Attribution accuracy: Misattributed"),
    "new claim": ("j Enter", "New claim: The river rose"),
}


@pytest.mark.parametrize(("pressed", "heard"), KEYS.values(), ids=KEYS)
def test_every_key_is_announced(
    annotate: Any, article: Article, reviewer: User, pressed: str, heard: str
):
    make_claim(article, "two metres", reviewer)
    page: Page = annotate(reviewer, article)
    for key in pressed.split():
        page.keyboard.press(key)
        if key == "n":
            announced(page, "Claim 1 opened")
    announced(page, re.compile(re.sub(r"\s+", r"\\s+", re.escape(heard).replace(r"\ ", " "))))


def test_words_are_given_to_a_claim_and_back(annotate: Any, article: Article, reviewer: User):
    claim = make_claim(article, "two metres", reviewer)
    page: Page = annotate(reviewer, article, "?claim=1")
    expect(page.get_by_role("button", name="Use the selected words")).to_be_hidden()
    keys(page, "j", "r")
    toasted(page, "Changed the words of claim 1.")
    claim.refresh_from_db()
    assert claim.text == "The river rose by two metres in one night, the harbour office said."
    keys(page, "u")
    expect(page.locator(".claim-quote")).to_have_text("two metres")


def test_keys_are_letters_where_one_types(annotate: Any, article: Article, reviewer: User):
    make_claim(article, "two metres", reviewer)
    page: Page = annotate(reviewer, article, "?claim=1")
    for field in (page.get_by_label("Rationale"), page.get_by_label("Search the claims")):
        field.focus()
        page.keyboard.type("jxu?3")
        expect(field).to_have_value("jxu?3")
    expect(page.locator("#help")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator("#text")).to_be_focused()
    assert Claim.objects.get().status == "open"


def test_modified_and_composed_keys_do_nothing(annotate: Any, article: Article, reviewer: User):
    page: Page = annotate(reviewer, article)
    keys(page, "Control+j", "Alt+j", "Meta+j")
    page.evaluate("""() => document.getElementById("text").dispatchEvent(new KeyboardEvent(
        "keydown", {key: "j", isComposing: true, bubbles: true, cancelable: true}))""")
    expect(page.locator("#announce")).to_have_text("")
    keys(page, "j")
    announced(page, "The river rose")


def test_single_keys_can_be_switched_off_for_good(annotate: Any, article: Article, reviewer: User):
    page: Page = annotate(reviewer, article)
    keys(page, "?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog).to_be_visible()
    keys(page, "j")
    expect(page.locator("#announce")).to_have_text("")
    dialog.get_by_label("Keys without Ctrl are on").uncheck()
    keys(page, "Escape")
    expect(page.locator("#text")).to_be_focused()

    page.reload()
    page.locator("#annotate[data-ready]").wait_for()
    keys(page, "j", "?")
    expect(dialog).to_be_hidden()
    expect(page.locator("#announce")).to_have_text("")

    page.get_by_role("button", name="Keys").click()
    dialog.get_by_label("Keys without Ctrl are on").check()
    keys(page, "Escape")
    page.locator("#text").focus()
    keys(page, "j")
    announced(page, "The river rose")


def test_verdict_that_lacks_its_reason_says_so_in_place(
    annotate: Any, article: Article, browse: Browsing, reviewer: User
):
    browse.expect_problem("422")
    make_claim(article, "two metres", reviewer)
    page: Page = annotate(reviewer, article, "?claim=1")
    say_why_no_evidence(page)
    page.locator("#detail-heading").click()
    keys(page, "1", "a", "v")
    page.keyboard.type(" ")
    keys(page, "Control+Enter")
    expect(page.get_by_text("a verdict without a rationale convinces nobody")).to_be_visible()
    expect(page.get_by_label("Rationale")).to_be_focused()
    expect(page.get_by_label("True", exact=True)).to_be_checked()
    assert not Verdict.objects.exists()


def test_a_source_picked_and_then_changed_is_not_the_one_picked(
    annotate: Any, article: Article, browse: Browsing, source: Source, reviewer: User
):
    browse.expect_problem("422")
    claim = make_claim(article, "two metres", reviewer)
    page: Page = annotate(reviewer, article, "?claim=1")
    picker = page.locator("#evidence-form").get_by_role("combobox")
    picker.press_sequentially("mow")
    expect(picker).to_have_attribute("aria-expanded", "true")
    keys(page, "ArrowDown", "Enter")
    expect(picker).to_have_value("Ministry of Water")
    expect(picker).to_have_attribute("aria-expanded", "false")
    announced(page, "Ministry of Water chosen.")

    picker.press_sequentially("ways")
    expect(page.get_by_role("option")).to_have_count(1)
    keys(page, "Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)
    expect(picker).to_be_focused()
    keys(page, "Enter")
    expect(page.get_by_text("No source is called “Ministry of Waterways”.")).to_be_visible()
    assert not claim.evidence.exists()


@pytest.fixture
def phone() -> dict[str, Any]:
    return {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def long_press(page: Page, words: str) -> None:
    """Hold a finger on words. A headless Chromium selects nothing then, so the test does."""
    spot = point(page, words, "start")
    spot = {"x": spot["x"] + 8, "y": spot["y"]}
    session = page.context.new_cdp_session(page)
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [spot]})
    page.evaluate(
        """(words) => {
            const walker = document.createTreeWalker(document.getElementById("text"), 4);
            while (walker.nextNode()) {
                const node = walker.currentNode;
                const start = node.data.indexOf(words);
                const end = start + words.length;
                if (start >= 0) getSelection().setBaseAndExtent(node, start, node, end);
            }
        }""",
        words,
    )
    session.send("Input.dispatchTouchEvent", {"type": "touchCancel", "touchPoints": []})


def test_claim_is_marked_with_a_finger_on_a_phone(
    annotate: Any, article: Article, reviewer: User, phone: dict[str, Any]
):
    page: Page = annotate(reviewer, article, **phone)
    long_press(page, "harbour")
    page.get_by_role("group", name="Selection").get_by_role("button", name="Mark").tap()
    expect(page.locator("#new-claim-words")).to_have_text("harbour")
    page.locator("#new-claim").get_by_role("button", name="Mark as claim").tap()
    toasted(page, "Marked claim 1.")

    assert Anchor.objects.get().exact == "harbour"
    panel = page.locator("#detail")
    expect(panel.get_by_role("heading", name="Claim 1")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    panel.get_by_role("link", name="Close claim 1").tap()
    expect(panel).to_be_hidden()
    expect(page.locator("#text")).to_be_in_viewport()


def test_page_works_in_part_without_its_script(
    browse: Browsing, article: Article, source: Source, reviewer: User
):
    make_claim(article, "two metres", reviewer)
    page = browse(reviewer, java_script_enabled=False)
    page.goto(f"/articles/{article.pk}/")
    expect(page.get_by_text("Nobody had seen such water")).to_be_visible()
    page.locator(".claim-row").get_by_role("link").click()
    expect(chosen(page)).to_have_text("Claim 1")

    form = page.locator("#evidence-form")
    form.get_by_role("textbox", name="Source", exact=True).fill("ministry of water")
    form.get_by_role("button", name="Link source").click()
    expect(page.locator(".evidence-list")).to_contain_text("Ministry of Water")

    form.get_by_role("textbox", name="Source", exact=True).fill("Harbour office")
    form.get_by_label("Kind of the new source").select_option("Organisation")
    form.get_by_role("button", name="Link source").click()
    expect(page.locator(".evidence-list")).to_contain_text("Harbour office")

    page.get_by_label("Mostly true").check()
    page.get_by_label("Accurate", exact=True).check()
    page.get_by_label("Rationale").fill("The bulletin says so.")
    page.get_by_role("button", name="Record verdict").click()
    expect(page.locator(".detail-head .badges")).to_contain_text("Mostly true")
    assert Verdict.objects.get().rationale == "The bulletin says so."


def test_keys_find_their_way_among_2000_claims(annotate: Any, desk: Desk, reviewer: User):
    article = long_article(desk, reviewer, 20_000)
    spread_claims([article], claims=2_000, width=40)
    page: Page = annotate(reviewer, article)
    assert page.locator("#text mark").count() >= 2_000
    keys(page, "j", "j")
    announced(page, "The office of harbour 0 counted 0 ships in the week before the storm of May.")
    keys(page, "j")
    announced(page, "The office of harbour 1 counted 7 ships in the week before the storm of May.")
    keys(page, "n")
    announced(page, "opened: he office of harbour 1 counted 7")
