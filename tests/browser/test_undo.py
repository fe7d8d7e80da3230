"""What is done can be undone, from the page and after it."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from articles.actions.assignment import assign_claims
from articles.models import Article, Claim, Evidence, Source, User
from tests.browser.steps import announced, keys, say_why_no_evidence, sign_in_as, toasted
from tests.factories import make_claim

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def claim(article: Article, reviewer: User) -> Claim:
    return make_claim(article, "12,000 people left their homes", reviewer)


def test_u_goes_back_step_by_step(annotate: Any, article: Article, source: Source, reviewer: User):
    page: Page = annotate(reviewer, article)
    keys(page, "j", "Enter", "Enter")
    toasted(page, "Marked claim 1.")
    page.locator("#verdict-form").wait_for()
    keys(page, "e")
    page.keyboard.type("Ministry of Water")
    keys(page, "Control+Enter")
    toasted(page, "Linked claim 1 to Ministry of Water.")
    page.get_by_text("Note and claimant").click()
    page.locator("#edit-form").get_by_label("Note").fill("Ask the harbour master.")
    keys(page, "Control+Enter")
    toasted(page, "Saved claim 1.")

    keys(page, "u")
    announced(page, "Undoing: Saved claim 1.")
    toasted(page, "Saved claim 1.")
    expect(page.locator(".claim-note")).to_have_count(0)
    keys(page, "u")
    toasted(page, "Removed the link to Ministry of Water.")
    keys(page, "u")
    toasted(page, "Withdrew claim 1.")
    keys(page, "u")
    announced(page, "Nothing to undo.")

    claim = Claim.objects.get()
    assert (claim.status, claim.note) == ("withdrawn", "")
    assert not Evidence.objects.standing().exists()

    page.get_by_role("button", name="Redo").last.click()
    toasted(page, "Restored claim 1.")
    claim.refresh_from_db()
    assert claim.status == "in_review"


def test_u_goes_back_after_a_reload_but_for_nobody_else(
    annotate: Any, article: Article, reviewer: User, editor: User
):
    page: Page = annotate(reviewer, article)
    for number in (1, 2):
        keys(page, "j", "Enter", "Enter")
        toasted(page, f"Marked claim {number}.")
    page.reload()
    page.locator("#annotate[data-ready]").wait_for()
    toasted(page, "Marked claim 2.")
    keys(page, "u")
    toasted(page, "Withdrew claim 2.")

    page.goto("/queue/")
    page.go_back()
    page.locator("#annotate[data-ready]").wait_for()
    sign_in_as(page, editor)
    page.reload()
    page.locator("#annotate[data-ready]").wait_for()
    keys(page, "u")
    announced(page, "Nothing to undo.")
    sign_in_as(page, reviewer)
    page.reload()
    page.locator("#annotate[data-ready]").wait_for()
    keys(page, "u")
    toasted(page, "Withdrew claim 1.")
    assert set(Claim.objects.values_list("status", flat=True)) == {"withdrawn"}


def test_u_on_a_page_that_the_browser_kept_knows_what_was_done_on_later_ones(
    annotate: Any, article: Article, reviewer: User
):
    page: Page = annotate(reviewer, article)
    keys(page, "j", "Enter", "Enter")
    toasted(page, "Marked claim 1.")
    later: Page = page.context.new_page()
    later.goto(page.url)
    later.locator("#annotate[data-ready]").wait_for()
    keys(later, "j", "j", "Enter", "Enter")
    toasted(later, "Marked claim 2.")
    later.goto("/queue/")
    kept = later.evaluate("JSON.stringify(sessionStorage)")
    page.evaluate(
        """(kept) => {
            Object.assign(sessionStorage, JSON.parse(kept));
            dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
        }""",
        kept,
    )
    keys(page, "u")
    announced(page, "Undoing: Marked claim 2.")


def test_u_gives_a_claim_back_to_whose_it_was(
    annotate: Any, article: Article, claim: Claim, source: Source, reviewer: User, editor: User
):
    assign_claims(claims=[claim], assignee=reviewer, by=editor)
    page: Page = annotate(reviewer, article, "?claim=1")
    page.get_by_role("button", name="Start review").click()
    toasted(page, "Claim 1: in review.")
    form = page.locator("#evidence-form")
    form.get_by_role("combobox").fill("Ministry of Water")
    form.get_by_role("button", name="Link source").click()
    toasted(page, "Linked claim 1")

    page.locator("#text").focus()
    keys(page, "u")
    toasted(page, "Removed the link to Ministry of Water.")
    keys(page, "u")
    toasted(page, "Claim 1 is as it was: open, assigned to rosa.")

    claim.refresh_from_db()
    assert (claim.status, claim.assignee, claim.assigned_by) == ("open", reviewer, editor)


def test_u_pressed_quickly_undoes_one_after_the_other(
    annotate: Any, article: Article, reviewer: User
):
    page: Page = annotate(reviewer, article)
    for number in (1, 2, 3):
        keys(page, "j", "Enter", "Enter")
        toasted(page, f"Marked claim {number}.")
    keys(page, "u", "u", "u")
    expect(page.locator("#claim-counts")).to_contain_text("0 claims")
    assert set(Claim.objects.values_list("status", flat=True)) == {"withdrawn"}


def test_u_never_reaches_behind_a_verdict(
    annotate: Any, article: Article, claim: Claim, reviewer: User
):
    page: Page = annotate(reviewer, article, "?claim=1")
    keys(page, "j", "Enter", "Enter")
    toasted(page, "Marked claim 2.")
    page.locator("#verdict-form").wait_for()
    keys(page, "2", "a", "v")
    page.keyboard.type("x marks nothing here, u see.")
    say_why_no_evidence(page)
    page.keyboard.press("Control+Enter")
    toasted(page, "claim 2 is decided.")

    keys(page, "u")

    announced(page, "Nothing to undo. A verdict stays on record")
    assert not Claim.objects.filter(status="withdrawn").exists()
