"""What is typed and not saved survives a closed tab."""

import time
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from articles.models import Article, Claim, Draft, Source, User
from tests.browser.steps import (
    announced,
    assert_well_made,
    keys,
    sign_in_as,
    toasted,
)
from tests.factories import make_claim

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def claim(article: Article, reviewer: User) -> Claim:
    return make_claim(article, "12,000 people left their homes", reviewer)


def wait_for_draft(**fields: str) -> None:
    """What a page sends while it closes comes when it comes."""
    for _ in range(100):
        if Draft.objects.filter(**{f"fields__{name}": text for name, text in fields.items()}):
            return
        time.sleep(0.1)
    raise AssertionError(f"The draft never came: {fields}")


def test_verdict_survives_a_closed_tab(
    annotate: Any, article: Article, claim: Claim, reviewer: User
):
    page: Page = annotate(reviewer, article, "?claim=1")
    page.get_by_label("Half true").check()
    page.get_by_label("Rationale").fill("The bulletin says 11,900.")
    # Closed before the pause after which drafts are saved.
    page.close(run_before_unload=True)
    wait_for_draft(rationale="The bulletin says 11,900.")

    again: Page = annotate(reviewer, article, "?claim=1")
    expect(again.get_by_text("What you had typed is back.")).to_be_visible()
    expect(again.get_by_label("Rationale")).to_have_value("The bulletin says 11,900.")
    expect(again.get_by_label("Half true")).to_be_checked()

    again.get_by_role("button", name="Discard it").click()
    expect(again.get_by_label("Rationale")).to_have_value("")
    expect(again.get_by_label("Half true")).not_to_be_checked()
    assert not Draft.objects.exists()


def test_new_claim_survives_a_closed_tab(annotate: Any, article: Article, reviewer: User):
    page: Page = annotate(reviewer, article)
    keys(page, "j", "j", "Enter")
    page.keyboard.type("Who is the fisherman?")
    page.locator("#new-claim").get_by_text("Saved as draft").wait_for()
    page.close()

    again: Page = annotate(reviewer, article)
    expect(again.locator("#new-claim")).to_be_visible()
    expect(again.get_by_label("Note").first).to_have_value("Who is the fisherman?")
    again.get_by_role("button", name="Mark as claim").click()
    toasted(again, "Marked claim 1.")
    claim = Claim.objects.get()
    assert claim.text.startswith("“Nobody had seen such water")
    assert claim.note == "Who is the fisherman?"
    assert not Draft.objects.exists()


def test_a_reload_at_once_shows_what_was_typed_last(
    annotate: Any, article: Article, claim: Claim, reviewer: User
):
    page: Page = annotate(reviewer, article, "?claim=1")
    rationale = page.get_by_label("Rationale")
    rationale.fill("The bulletin says")
    page.get_by_text("Saved as draft").wait_for()
    rationale.fill("The bulletin says 11,900.")
    page.reload()
    expect(rationale).to_have_value("The bulletin says 11,900.")

    page.locator("#annotate[data-ready]").wait_for()
    page.get_by_label("Half true").check()
    page.locator("#verdict-form").get_by_text("Saved as draft").wait_for()
    assert Draft.objects.get().fields["rationale"] == "The bulletin says 11,900."
    assert "bulletin" not in page.evaluate("JSON.stringify(sessionStorage)")


def test_a_draft_is_saved_though_the_browser_keeps_nothing(
    annotate: Any, article: Article, claim: Claim, reviewer: User
):
    page: Page = annotate(reviewer, article, "?claim=1")
    page.evaluate("""() => {
        Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };
    }""")
    page.get_by_label("Rationale").fill("The bulletin says 11,900.")
    page.locator("#verdict-form").get_by_text("Saved as draft").wait_for()
    page.get_by_label("Rationale").fill("The bulletin says 11,901.")
    page.close(run_before_unload=True)
    wait_for_draft(rationale="The bulletin says 11,901.")


def two_tabs(annotate: Any, browse: Any, article: Article, reviewer: User) -> tuple[Page, Page]:
    """On one claim: the other was opened first, and this one has a draft since."""
    browse.expect_problem("409")
    this: Page = annotate(reviewer, article, "?claim=1")
    other = this.context.new_page()
    other.goto(this.url)
    other.locator("#annotate[data-ready]").wait_for()
    this.get_by_label("Rationale").fill("Long work in one tab")
    this.get_by_text("Saved as draft").wait_for()
    other.get_by_label("Rationale").fill("two")
    other.get_by_text("Another tab has a newer draft.").wait_for()
    return this, other


def test_another_tab_takes_the_newer_draft_rather_than_overwriting_it(
    annotate: Any, browse: Any, article: Article, claim: Claim, reviewer: User
):
    this, other = two_tabs(annotate, browse, article, reviewer)
    expect(other.locator(".draft-conflict blockquote")).to_have_text("Long work in one tab")
    assert_well_made(other)
    this.reload()
    expect(this.get_by_label("Rationale")).to_have_value("Long work in one tab")

    other.get_by_role("button", name="Use the newer draft").click()
    expect(other.get_by_label("Rationale")).to_have_value("Long work in one tab")
    other.locator("#annotate[data-ready]").wait_for()
    other.get_by_label("Rationale").fill("Long work in one tab, and two")
    other.get_by_text("Saved as draft").wait_for()
    assert Draft.objects.get().fields["rationale"] == "Long work in one tab, and two"


def test_what_was_refused_for_a_newer_draft_outlives_a_reload_and_may_be_kept(
    annotate: Any, browse: Any, article: Article, claim: Claim, reviewer: User
):
    _, other = two_tabs(annotate, browse, article, reviewer)
    other.context.on("dialog", lambda dialog: dialog.accept())
    other.reload()
    expect(other.get_by_label("Rationale")).to_have_value("Long work in one tab")
    other.get_by_role("button", name="Keep what I typed here").click()
    expect(other.get_by_label("Rationale")).to_have_value("two")
    assert Draft.objects.get().fields["rationale"] == "two"


def test_until_one_has_chosen_no_key_acts_on_the_form_and_its_claim_stays(
    annotate: Any, browse: Any, article: Article, claim: Claim, reviewer: User
):
    make_claim(article, "two metres", reviewer)
    _, other = two_tabs(annotate, browse, article, reviewer)
    other.context.on("dialog", lambda dialog: dialog.accept())
    other.reload()
    choice = other.get_by_role("button", name="Keep what I typed here")
    choice.wait_for()
    other.locator("#annotate[data-ready]").wait_for()
    for key in ("1", "v"):
        other.locator("#text").focus()
        keys(other, key)
        expect(choice).to_be_focused()
    other.locator("#text").focus()
    keys(other, "p")
    expect(other.get_by_text("Choose first which of the two to keep.")).to_be_visible()
    choice.click()
    expect(other.get_by_label("Rationale")).to_have_value("two")
    assert Draft.objects.get().fields["rationale"] == "two"
    assert not Draft.objects.get().fields.get("rating")


def test_a_draft_of_another_claim_that_is_outdated_is_asked_about_once_that_is_opened(
    annotate: Any, browse: Any, article: Article, claim: Claim, reviewer: User
):
    make_claim(article, "two metres", reviewer)
    _, other = two_tabs(annotate, browse, article, reviewer)
    other.context.on("dialog", lambda dialog: dialog.accept())
    other.goto(f"/articles/{article.pk}/?claim=2")
    expect(other.get_by_text("what you typed at claim 1.")).to_be_visible()
    other.locator("#annotate[data-ready]").wait_for()
    other.locator(".claim-row", has_text="12,000 people").first.click()
    other.get_by_role("button", name="Keep what I typed here").click()
    expect(other.get_by_label("Rationale")).to_have_value("two")


def test_v_goes_on_after_what_is_there(
    annotate: Any, article: Article, claim: Claim, reviewer: User
):
    page: Page = annotate(reviewer, article, "?claim=1")
    page.get_by_label("Rationale").fill("The bulletin says")
    page.get_by_text("Saved as draft").wait_for()
    page.reload()
    page.locator("#annotate[data-ready]").wait_for()
    keys(page, "v")
    page.keyboard.type(" 11,900.")
    expect(page.get_by_label("Rationale")).to_have_value("The bulletin says 11,900.")


def test_a_new_claim_outlives_a_reload_at_once(annotate: Any, article: Article, reviewer: User):
    page: Page = annotate(reviewer, article)
    keys(page, "j", "j", "Enter")
    page.keyboard.type("Who is the fisherman?")
    page.reload()
    expect(page.locator("#new-claim").get_by_label("Note")).to_have_value("Who is the fisherman?")
    expect(page.locator("#new-claim-words")).to_contain_text("Nobody had seen such water")


def test_what_one_person_typed_is_not_shown_to_the_next_in_the_same_tab(
    annotate: Any,
    browse: Any,
    article: Article,
    claim: Claim,
    reviewer: User,
    second_reviewer: User,
):
    browse.expect_problem("503")
    page: Page = annotate(reviewer, article, "?claim=1")
    page.route("**/drafts/", lambda route: route.fulfill(status=503))
    page.context.on("dialog", lambda dialog: dialog.accept())
    page.get_by_label("Rationale").fill("My source at the ministry")
    page.goto("/accounts/login/")
    page.unroute("**/drafts/")
    assert "My source" in page.evaluate("JSON.stringify(sessionStorage)")
    sign_in_as(page, second_reviewer)
    page.goto(f"/articles/{article.pk}/?claim=1")
    page.locator("#annotate[data-ready]").wait_for()
    expect(page.get_by_label("Rationale")).to_have_value("")
    assert "My source" not in page.evaluate("JSON.stringify(sessionStorage)")
    assert not Draft.objects.filter(user=second_reviewer).exists()


def test_what_is_emptied_is_no_draft(annotate: Any, article: Article, claim: Claim, reviewer: User):
    page: Page = annotate(reviewer, article, "?claim=1")
    rationale = page.get_by_label("Rationale")
    rationale.fill("The bulletin")
    page.get_by_text("Saved as draft").wait_for()
    assert Draft.objects.get().fields["rationale"] == "The bulletin"
    with page.expect_response("**/drafts/"):
        rationale.fill("")
    assert not Draft.objects.exists()


def test_one_form_saved_at_once_leaves_the_other_as_it_is(
    annotate: Any, article: Article, claim: Claim, source: Source, reviewer: User
):
    """Saving replaces the panel, also when the other form's text is not yet a draft."""
    page: Page = annotate(reviewer, article, "?claim=1")
    page.get_by_label("Rationale").fill("The bulletin says 11,900.")
    form = page.locator("#evidence-form")
    form.get_by_role("combobox").fill("Ministry of Water")
    form.get_by_role("button", name="Link source").click()
    toasted(page, "Linked claim 1")
    expect(page.get_by_label("Rationale")).to_have_value("The bulletin says 11,900.")


def test_another_claim_is_opened_only_when_what_was_typed_is_safe(
    annotate: Any, article: Article, claim: Claim, reviewer: User
):
    make_claim(article, "two metres", reviewer)
    page: Page = annotate(reviewer, article, "?claim=1")
    page.get_by_label("Rationale").fill("The bulletin says 11,900.")
    keys(page, "Escape", "p")
    announced(page, "Claim 2 opened: two metres")
    keys(page, "n")
    announced(page, "Claim 1 opened")
    expect(page.get_by_label("Rationale")).to_have_value("The bulletin says 11,900.")


def test_esc_keeps_the_note_of_a_new_claim(annotate: Any, article: Article, reviewer: User):
    page: Page = annotate(reviewer, article)
    note = page.locator("#new-claim").get_by_label("Note")
    keys(page, "j", "Enter")
    page.keyboard.type("ask the harbour office")
    keys(page, "Escape", "Enter")
    expect(note).to_have_value("ask the harbour office")
