"""Two tabs, two people: changes show up by themselves, and nobody overwrites anybody."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from articles.actions.claims import edit_claim
from articles.actions.moves import withdraw_claim
from articles.models import Article, Claim, Draft, Source, User, Verdict
from tests.browser.conftest import Browsing
from tests.browser.steps import (
    announced,
    keys,
    say_why_no_evidence,
    sign_in_and_close,
    sign_in_elsewhere,
    toasted,
)
from tests.factories import make_claim, make_evidence, make_verdict

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def claim(article: Article, reviewer: User) -> Claim:
    return make_claim(article, "12,000 people left their homes", reviewer)


def note_by(user: User, claim: Claim, note: str) -> None:
    claim.refresh_from_db()
    edit_claim(claim=claim, seen=claim.version, by=user, note=note, claimant=None)


def test_another_persons_claim_shows_up_in_its_place(
    annotate: Any, article: Article, claim: Claim, reviewer: User, second_reviewer: User
):
    page: Page = annotate(reviewer, article)
    other: Page = annotate(second_reviewer, article)
    keys(other, "j", "Enter", "Enter")
    toasted(other, "Marked claim 2.")

    rows = page.locator("#claim-list .claim-words")
    expect(rows).to_have_text([re.compile("The river rose"), claim.text], timeout=8000)
    expect(page.locator("mark[data-claims='2']")).to_be_visible()
    expect(page.locator("#claim-counts")).to_contain_text("2 claims")
    expect(page.locator("#text")).to_be_focused()


def test_first_claim_takes_the_place_of_the_empty_state(
    annotate: Any, article: Article, reviewer: User
):
    page: Page = annotate(reviewer, article)
    expect(page.locator("#no-claims")).to_be_visible()
    claim = make_claim(article, "two metres", reviewer)
    expect(page.locator("#claim-list .claim-words")).to_have_text("two metres", timeout=8000)
    expect(page.locator("#no-claims")).to_be_hidden()

    withdraw_claim(claim=claim, seen=claim.version, by=reviewer)
    expect(page.locator("#no-claims")).to_be_visible(timeout=8000)
    page.get_by_text("Withdrawn claims").click()
    expect(page.locator("#withdrawn-list .claim-words")).to_have_text("two metres")


def test_untouched_panel_follows_a_change(
    annotate: Any, article: Article, claim: Claim, reviewer: User, second_reviewer: User
):
    page: Page = annotate(reviewer, article, "?claim=1")
    note_by(second_reviewer, claim, "The ministry was asked.")
    expect(page.locator(".claim-note")).to_have_text("The ministry was asked.", timeout=8000)
    expect(page.locator("#detail-changed")).to_be_hidden()


def test_panel_with_something_typed_says_that_it_changed(
    annotate: Any, article: Article, claim: Claim, reviewer: User, second_reviewer: User
):
    page: Page = annotate(reviewer, article, "?claim=1")
    page.get_by_label("Rationale").fill("The bulletin says 11,900.")
    note_by(second_reviewer, claim, "The ministry was asked.")

    expect(page.locator("#detail-changed")).to_be_visible(timeout=8000)
    expect(page.get_by_label("Rationale")).to_have_value("The bulletin says 11,900.")
    page.get_by_role("button", name="Show it as it is now").click()
    expect(page.locator(".claim-note")).to_have_text("The ministry was asked.")
    expect(page.get_by_label("Rationale")).to_have_value("The bulletin says 11,900.")


def test_stale_verdict_shows_both_versions_and_is_saved_on_second_thought(
    annotate: Any,
    browse: Browsing,
    article: Article,
    claim: Claim,
    reviewer: User,
    second_reviewer: User,
):
    browse.expect_problem("409")
    page: Page = annotate(reviewer, article, "?claim=1")
    page.get_by_label("True", exact=True).check()
    page.get_by_label("Accurate", exact=True).check()
    page.get_by_label("Rationale").fill("The bulletin says 11,900.")
    say_why_no_evidence(page)
    make_verdict(claim, second_reviewer, "false", rationale="It says 1,190.")
    page.get_by_label("Rationale").press("Control+Enter")

    conflict = page.locator("#conflict")
    expect(conflict).to_be_focused()
    expect(conflict).to_contain_text("while you were working on it")
    row = conflict.get_by_role("row", name=re.compile("Rationale"))
    expect(row.get_by_role("cell")).to_have_text(["The bulletin says 11,900.", "It says 1,190."])
    assert Verdict.objects.count() == 1
    expect(page.get_by_label("Rationale")).to_have_value("The bulletin says 11,900.")
    expect(page.get_by_label("True", exact=True)).to_be_checked()

    page.get_by_label("Rationale").press("Control+Enter")
    toasted(page, "claim 1 is decided")
    assert Verdict.objects.latest("seq").rationale == "The bulletin says 11,900."


def test_words_marked_meanwhile_open_their_claim(
    annotate: Any, browse: Browsing, article: Article, reviewer: User, second_reviewer: User
):
    browse.expect_problem("409")
    page: Page = annotate(reviewer, article)
    keys(page, "j", "Enter")
    make_claim(
        article,
        "The river rose by two metres in one night, the harbour office said.",
        second_reviewer,
    )
    page.keyboard.press("Enter")
    expect(page.locator("#detail").get_by_role("alert")).to_contain_text(
        "marks exactly these words"
    )
    expect(page.locator("#detail-heading")).to_have_text("Claim 1")
    expect(page.locator("#new-claim")).to_be_hidden()


def test_lost_connection_is_told_and_nothing_typed_is_lost(
    annotate: Any, browse: Browsing, article: Article, claim: Claim, source: Source, reviewer: User
):
    browse.expect_problem("ERR_INTERNET_DISCONNECTED|htmx:sendError")
    page: Page = annotate(reviewer, article, "?claim=1")
    page.context.set_offline(True)
    page.get_by_role("button", name="Withdraw").click()
    expect(page.locator(".toast.error")).to_contain_text("Nothing was saved")
    expect(page.get_by_text("Connection lost, retrying")).to_be_visible(timeout=8000)

    page.context.set_offline(False)
    expect(page.get_by_text("Connection lost, retrying")).to_be_hidden(timeout=15000)
    make_evidence(claim, source, reviewer)
    expect(page.locator(".evidence-list")).to_contain_text("Ministry of Water", timeout=8000)


def test_signed_out_meanwhile_signs_in_elsewhere_and_goes_on(
    annotate: Any, browse: Browsing, article: Article, claim: Claim, reviewer: User
):
    browse.expect_problem("htmx:responseError|Response Status Error|403")
    page: Page = annotate(reviewer, article, "?claim=1")
    page.get_by_label("Rationale").fill("The bulletin says 11,900.")
    page.get_by_text("Saved as draft").wait_for()
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    claim.refresh_from_db()
    assert claim.status == "open"

    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in again in a new tab").click()
    tab = opened.value
    sign_in_and_close(tab, reviewer)

    expect(page.get_by_text("You are signed out.")).to_be_hidden(timeout=15000)
    expect(page.get_by_label("Rationale")).to_have_value("The bulletin says 11,900.")
    page.locator("#detail-heading").click()
    keys(page, "1", "a")
    announced(page, "Attribution accuracy: Accurate")
    say_why_no_evidence(page)
    page.get_by_label("Rationale").press("Control+Enter")
    toasted(page, "claim 1 is decided")


def test_nothing_is_recorded_in_the_name_of_another_who_signed_in_meanwhile(
    annotate: Any,
    browse: Browsing,
    article: Article,
    claim: Claim,
    reviewer: User,
    second_reviewer: User,
):
    browse.expect_problem("412|htmx:responseError|Response Status Error")
    page: Page = annotate(reviewer, article, "?claim=1")
    page.locator("#detail-heading").click()
    keys(page, "1", "a")
    say_why_no_evidence(page)
    rationale = page.get_by_label("Rationale")
    rationale.fill("The bulletin says 11,900.")
    page.get_by_text("Saved as draft").wait_for()
    sign_in_elsewhere(page, second_reviewer)

    warning = page.get_by_role("alert").filter(has_text="you are signed in as samir now")
    rationale.press("Control+Enter")
    expect(warning).to_contain_text("Nothing was saved")
    warning.locator("..").get_by_role("button", name="Dismiss").click()
    rationale.press("End")
    page.keyboard.type(" Or 12,000.")
    expect(warning).to_be_visible()
    expect(page.get_by_text("Not saved as a draft")).to_be_visible()
    assert not Verdict.objects.exists()
    assert not Draft.objects.filter(user=second_reviewer).exists()

    sign_in_elsewhere(page, reviewer)
    rationale.press("Control+Enter")
    toasted(page, "claim 1 is decided")
    expect(warning).to_have_count(0)
    verdict = Verdict.objects.get()
    assert (verdict.reviewer, verdict.rationale) == (
        reviewer,
        "The bulletin says 11,900. Or 12,000.",
    )
