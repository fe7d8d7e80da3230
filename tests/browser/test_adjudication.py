"""Two reviewers and an editor: review, blind second review, dispute, decision."""

import re
from itertools import pairwise

import pytest
from playwright.sync_api import Page, Route, expect

from articles.models import Article, Claim, Dispute, Draft, User
from tests.browser.conftest import Browsing
from tests.browser.steps import (
    announced,
    assert_well_made,
    keys,
    make_report,
    sign_in_elsewhere,
    tab_to,
    toasted,
)
from tests.factories import make_claim, make_evidence, make_person, make_verdict

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = "The yard built nine ferries in 2021."


@pytest.fixture
def claim(desk, reviewer, source) -> Claim:
    claim = make_claim(make_report(desk, reviewer), WORDS, reviewer)
    make_evidence(claim, source, reviewer)
    return claim


def judge(page: Page, rating: str, accuracy: str, rationale: str, *, ask: bool = False) -> None:
    """By keyboard alone."""
    page.keyboard.press("n")
    expect(page.locator("#detail")).to_have_attribute("data-number", "1")
    keys(page, rating, accuracy)
    announced(page, "Attribution accuracy:")
    page.keyboard.press("v")
    expect(page.get_by_label("Rationale")).to_be_focused()
    page.keyboard.type(rationale)
    if ask:
        tab_to(page, page.get_by_label("Ask for a second review"))
        page.keyboard.press("Space")
    page.keyboard.press("Control+Enter")


def open_article(annotate, user: User, claim: Claim) -> Page:
    page = annotate(user, Article.objects.get(pk=claim.article_id))
    page.locator("#text").focus()
    return page


def open_dispute(
    browse: Browsing, claim: Claim, reviewer: User, second_reviewer: User, editor: User
) -> Page:
    """Two reviewers differ, and the editor has their verdicts side by side."""
    make_verdict(claim, reviewer, "true", second_review=True)
    make_verdict(claim, second_reviewer, "false")
    page = browse(editor)
    page.goto(f"/claims/{claim.pk}/adjudicate/")
    return page


def test_review_blind_second_review_dispute_and_decision(
    annotate, browse, claim, reviewer, second_reviewer, editor
):
    first = open_article(annotate, reviewer, claim)
    judge(first, "1", "a", "The yard’s own list has nine.", ask=True)
    toasted(first, "claim 1 is awaiting second review")

    second = open_article(annotate, second_reviewer, claim)
    second.keyboard.press("n")
    panel = second.locator("#detail")
    expect(panel).to_contain_text("1 verdict hidden until yours is in")
    expect(second.locator("body")).not_to_contain_text("own list has nine")
    second.locator("#text").focus()
    judge(second, "5", "l", "The register has seven.")
    toasted(second, "the reviewers of claim 1 differ. An editor decides.")
    expect(panel).to_contain_text("own list has nine")
    expect(panel).to_contain_text("An editor decides")
    assert Dispute.objects.count() == 1

    page = browse(editor)
    page.goto("/")
    page.get_by_role("link", name="Disputed").click()
    page.get_by_role("link", name=WORDS).click()
    expect(page.get_by_role("article")).to_have_count(2)
    expect(page.get_by_role("article", name="rosa")).to_contain_text("own list has nine")
    expect(page.get_by_role("article", name="samir")).to_contain_text("Ministry of Water")
    assert_well_made(page)

    page.keyboard.press("2")
    rationale = page.get_by_label("Rationale")
    expect(rationale).to_be_focused()
    taken = r"^The register has seven\.\n\n\(Verdict of samir, no\. \d+ of the log\.\)$"
    expect(rationale).to_have_value(re.compile(taken))
    expect(page.get_by_label("False", exact=True)).to_be_checked()
    expect(page.get_by_label("Altered")).to_be_checked()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Nothing else waits for your decision.")).to_be_visible()
    assert_well_made(page)
    page.set_viewport_size({"width": 1280, "height": 844})
    link = page.get_by_role("link", name="claim 1 of “Shipyard report”")
    one_line = "a => a.parentElement.clientHeight < 3 * a.getBoundingClientRect().height"
    assert link.evaluate(one_line)
    link.click()
    expect(page.locator("#detail .deciding")).to_contain_text("The register has seven")

    claim.refresh_from_db()
    assert (claim.status, claim.rating) == ("decided", "false")
    assert Dispute.objects.get().settled_by == editor
    assert claim.verdicts.latest("seq").rationale.endswith(" of the log.)")
    first.reload()
    expect(first.locator("#detail")).to_contain_text(
        "Yours was decided otherwise: rating and attribution accuracy"
    )


def test_taking_one_keeps_what_was_typed_and_replaces_what_was_taken(
    annotate, browse, claim, reviewer, second_reviewer, editor
):
    judge(open_article(annotate, reviewer, claim), "1", "a", "Nine on its list.", ask=True)
    page = open_article(annotate, second_reviewer, claim)
    judge(page, "5", "a", "Seven in the register.")
    toasted(page, "claim 1")
    page = browse(editor)
    page.goto(f"/claims/{claim.pk}/adjudicate/")
    take = page.get_by_role("link", name="Take this one")
    rationale = page.get_by_label("Rationale")
    take.first.click()
    take.last.click()
    expect(rationale).to_have_value(re.compile("^Seven in the register"))
    rationale.fill("Both counts are dated.")
    page.get_by_text("Saved as draft").wait_for()
    take.first.click()
    expect(rationale).to_have_value(re.compile("^Both counts are dated.\n\nNine on its list"))
    expect(page.get_by_label("True", exact=True)).to_be_checked()


def test_another_verdict_is_taken_by_key_once_the_field_is_left(
    browse, claim, reviewer, second_reviewer, editor
):
    page = open_dispute(browse, claim, reviewer, second_reviewer, editor)
    rationale = page.get_by_label("Rationale")
    keys(page, "1")
    expect(rationale).to_have_value(re.compile(r"\(Verdict of rosa, .* of the log\.\)$"))
    keys(page, "Escape")
    expect(rationale).not_to_be_focused()

    keys(page, "2")
    expect(page.get_by_label("False", exact=True)).to_be_checked()
    expect(rationale).to_be_focused()
    expect(rationale).to_have_value(re.compile(r"\(Verdict of samir, .* of the log\.\)$"))
    expect(rationale).not_to_have_value(re.compile("rosa"))


def test_disputes_are_decided_one_after_the_other_by_keys_alone(
    browse, desk, reviewer, second_reviewer, editor
):
    sentences = ["Four of them were sold abroad", "Two were never paid for", "No fine was paid"]
    report = make_report(desk, reviewer)
    for sentence in sentences:
        claim = make_claim(report, sentence, reviewer)
        make_verdict(claim, reviewer, "true", second_review=True)
        make_verdict(claim, second_reviewer, "false")
    page = browse(editor)
    page.goto("/disputes/")
    page.get_by_role("link", name=sentences[0]).press("Enter")

    for sentence, following in pairwise(sentences):
        expect(page.locator(".claim-quote")).to_have_text(sentence)
        page.wait_for_load_state()
        keys(page, "2")
        expect(page.get_by_label("Rationale")).to_be_focused()
        keys(page, "Control+Enter")
        expect(page.locator(".claim-quote")).to_have_text(following)
        expect(page.get_by_role("status").first).to_contain_text("is decided.")
    assert_well_made(page)
    page.get_by_label("Reason").fill("Which fine?")
    keys(page, "Enter")
    expect(page.get_by_text("Nothing else waits for your decision.")).to_be_visible()
    expect(page.get_by_text("No reviewers differ now.")).to_be_visible()
    assert list(report.claims.order_by("number").values_list("status", flat=True)) == [
        "decided",
        "decided",
        "in_review",
    ]


def test_what_an_editor_has_typed_survives_a_closed_tab_and_ends_with_the_decision(
    browse, claim, reviewer, second_reviewer, editor
):
    make_verdict(claim, reviewer, "true", second_review=True)
    make_verdict(claim, second_reviewer, "false")
    url = f"/claims/{claim.pk}/adjudicate/"
    page = browse(editor)
    page.goto(url)
    page.get_by_label("Half true").check()
    page.get_by_label("Rationale").fill("Both counts are dated.")
    page.get_by_text("Saved as draft").wait_for()
    page.close()

    again = browse(editor)
    again.goto(url)
    expect(again.get_by_text("What you had typed is back.")).to_be_visible()
    expect(again.get_by_label("Rationale")).to_have_value("Both counts are dated.")
    expect(again.get_by_label("Half true")).to_be_checked()
    assert_well_made(again)
    again.get_by_role("button", name="Discard it").click()
    expect(again.get_by_text("What you had typed is back.")).to_have_count(0)
    expect(again.get_by_label("Rationale")).to_have_value("")
    assert not Draft.objects.exists()

    again.wait_for_load_state()
    keys(again, "1")
    again.keyboard.type(" And the register.")
    keys(again, "Control+Enter")
    expect(again.get_by_text("True: claim 1 is decided.")).to_be_visible()
    assert not Draft.objects.exists()


def test_a_decision_outlives_a_reload_at_once(browse, claim, reviewer, second_reviewer, editor):
    page = open_dispute(browse, claim, reviewer, second_reviewer, editor)
    keys(page, "1")
    keys(page, "Escape", "2")
    page.keyboard.type(" And the register.")
    page.reload()
    rationale = page.get_by_label("Rationale")
    expect(rationale).to_have_value(re.compile(r"samir.* And the register\.$"))
    expect(page.get_by_label("False", exact=True)).to_be_checked()


def test_no_key_takes_a_verdict_before_the_draft_is_back(
    browse, claim, reviewer, second_reviewer, editor
):
    page = open_dispute(browse, claim, reviewer, second_reviewer, editor)
    rationale = page.get_by_label("Rationale")
    rationale.fill("Words of mine")
    held: list[Route] = []
    page.route("**/drafts/", lambda route: held.append(route))
    page.reload()
    keys(page, "1")
    announced(page, "Your draft is being brought back.")
    held[-1].continue_()
    expect(rationale).to_have_value("Words of mine")
    expect(page.get_by_label("True", exact=True)).not_to_be_checked()


def test_who_is_signed_out_meanwhile_keeps_the_page_and_decides_after_signing_in_elsewhere(
    browse, claim, reviewer, second_reviewer, editor
):
    page = open_dispute(browse, claim, reviewer, second_reviewer, editor)
    keys(page, "1")
    page.context.clear_cookies(name="sessionid")
    page.keyboard.type(" And the register.")
    keys(page, "Control+Enter")
    warning = page.locator(".toast.error")
    expect(warning).to_contain_text("signed in")
    warning.get_by_role("button", name="Dismiss").click()
    expect(warning).to_have_count(0)
    typed = re.compile("rosa.* And the register.$")
    expect(page.get_by_label("Rationale")).to_have_value(typed)

    sign_in_elsewhere(page, editor)
    page.get_by_label("Rationale").press("Control+Enter")
    expect(page.get_by_text("True: claim 1 is decided.")).to_be_visible()
    assert typed.search(claim.verdicts.latest("seq").rationale)
    assert not Draft.objects.exists()


def test_nothing_is_decided_in_the_name_of_another_who_signed_in_meanwhile(
    browse, desk, claim, reviewer, second_reviewer, editor
):
    browse.expect_problem("412")
    page = open_dispute(browse, claim, reviewer, second_reviewer, editor)
    keys(page, "1")
    page.get_by_text("Saved as draft").wait_for()
    sign_in_elsewhere(page, make_person("nadia", desk=desk, role="editor"))

    page.get_by_label("Rationale").press("Control+Enter")
    expect(page.get_by_text("you are signed in as nadia now")).to_be_visible()
    expect(page.get_by_label("Rationale")).to_have_value(re.compile("rosa"))
    assert Dispute.objects.get().settled_by is None
    assert Draft.objects.get().user == editor

    sign_in_elsewhere(page, editor)
    page.get_by_label("Rationale").press("Control+Enter")
    expect(page.get_by_text("True: claim 1 is decided.")).to_be_visible()
    assert Dispute.objects.get().settled_by == editor


def test_why_a_move_is_not_possible_is_seen_and_read(annotate, claim, reviewer):
    page = open_article(annotate, reviewer, claim)
    page.keyboard.press("n")
    publish = page.get_by_role("button", name="Publish")
    expect(publish).to_have_attribute("aria-disabled", "true")
    expect(publish).to_have_accessible_description(
        "Publish: only a decided claim can be published."
    )
    why = page.locator("#why-publish")
    expect(why).to_be_hidden()
    tab_to(page, publish)
    expect(why).to_be_visible()
    page.keyboard.press("Enter")
    claim.refresh_from_db()
    assert claim.status == "in_review"
    assert_well_made(page)


def test_enter_in_the_note_makes_no_move_but_repeats_the_one_that_needed_it(
    annotate, browse, claim, editor
):
    browse.expect_problem("422")
    page = open_article(annotate, editor, claim)
    judge(page, "1", "a", "Nine.")
    toasted(page, "claim 1 is decided")
    note = page.locator("#id_move_note")
    note.fill("It was published too early.")
    note.press("Enter")
    page.wait_for_timeout(300)
    claim.refresh_from_db()
    assert claim.status == "decided"

    note.fill("")
    page.get_by_role("button", name="Return to review").click()
    expect(note).to_be_focused()
    expect(page.locator("#detail")).to_contain_text("say why")
    page.keyboard.type("The list is of 2020.")
    page.keyboard.press("Enter")
    toasted(page, "Claim 1: in review")
    expect(page.locator("#detail .transitions")).to_contain_text("The list is of 2020.")


def test_an_editor_sets_how_many_review_an_article(annotate, claim, editor):
    page = annotate(editor, claim.article)
    page.get_by_text("Reviewers: as usual").click()
    page.get_by_label("Reviewers per claim").select_option("3")
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.get_by_text("Its claims need 3 reviewers.")).to_be_visible()
    expect(page.get_by_text("Reviewers: 3")).to_be_visible()
    assert_well_made(page)
