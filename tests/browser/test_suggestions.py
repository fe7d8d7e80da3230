"""Going through proposed claims, by keyboard alone and by mouse."""

import re

import pytest
from playwright.sync_api import Page, expect

from articles.actions.suggestions import accept
from articles.models import Article, Attribution, Claim, Suggestion
from tests.browser.steps import announced, assert_well_made, keys, toasted
from tests.factories import make_article, make_source

pytestmark = pytest.mark.browser
# No claim of it is made up by the tests: as long as the shape stays, the words may change.
TEXT = """Crew of the Petrel

Twenty sailors have reportedly vanished from their ship in Larn, along with their captain.

“In late May, the whole crew vanished from the dock when they should have been in quarantine,” \
a source who lives in the port city of Larn, told Coastal Radio’s Danish Service on June 4.

“The owner called and called, but nobody picked up,” said the source.

The U.N. states, “any return of the sailors would be a breach of Article 7 of the Convention.”

According to the Fishermen’s Union newspaper Red Sail, the number of departures has fallen in 2021.

Coastal Radio estimated earlier this year that thousands of sailors were employed abroad."""
SECOND = "“In late May, the whole crew vanished"


@pytest.fixture
def report(desk, reviewer) -> Article:
    make_source("Coastal Radio", reviewer)
    make_source("Red Sail", reviewer)
    return make_article(desk, reviewer, TEXT, title="Crew of the Petrel")


def rows(page: Page):
    return page.locator("#suggestions .suggestion")


def current(page: Page):
    return page.locator("#suggestions .suggestion[aria-current]")


def proposed_words(page: Page) -> str:
    """What is painted as proposed in the text."""
    return page.evaluate("[...CSS.highlights.get('proposed')].map(String).join()")


def test_a_reviewer_goes_through_them_by_keys_alone(annotate, reviewer, report):
    page = annotate(reviewer, report)
    expect(rows(page)).to_have_count(6)

    keys(page, "s")
    announced(page, "Proposal 1 of 6: Twenty sailors")
    assert proposed_words(page).startswith("Twenty sailors")
    keys(page, "Enter")
    toasted(page, "Marked claim 1.")
    announced(page, "Proposal 1 of 5: “In late May")
    announced(page, "Coastal Radio, quoting an unnamed person: “a source who lives in the port")
    keys(page, "Enter")
    toasted(page, "Marked claim 2.")
    expect(rows(page)).to_have_count(4)
    keys(page, "Backspace")
    toasted(page, "Dismissed the proposal.")
    expect(current(page)).to_contain_text("any return of the sailors")

    keys(page, "u")
    announced(page, "Proposal 1 of 4: “The owner called")
    keys(page, "x")
    expect(rows(page)).to_have_count(3)
    keys(page, "s", "Escape")
    announced(page, "Left the proposals.")
    expect(current(page)).to_have_count(0)

    assert Claim.objects.count() == 2
    steps = Attribution.objects.get(claim__number=2).steps.all()
    assert [step.source.name if step.source else step.description for step in steps] == [
        "Coastal Radio",
        "a source who lives in the port city of Larn",
    ]
    page.reload()
    page.locator("#annotate[data-ready]").wait_for()
    expect(rows(page)).to_have_count(3)
    expect(page.locator("#suggestions")).not_to_contain_text("The owner called")
    expect(page.locator("#claim-list .claim-row")).to_have_count(2)


def test_an_acceptance_is_undone(annotate, reviewer, report):
    page = annotate(reviewer, report)
    expect(rows(page)).to_have_count(6)
    keys(page, "s", "Enter")
    toasted(page, "Marked claim 1.")
    keys(page, "u")
    toasted(page, "Withdrew claim 1; its words are proposed again.")
    announced(page, "Proposal 1 of 6: Twenty sailors")
    expect(page.locator("#claim-list .claim-row")).to_have_count(0)
    expect(page.locator("#text mark")).to_have_count(0)


def test_a_proposal_is_edited_by_keys(annotate, reviewer, report):
    page = annotate(reviewer, report)
    expect(rows(page)).to_have_count(6)
    keys(page, "s", "s", "e")
    announced(page, "Editing the proposal: “In late May")
    keys(page, "B", "B", "Enter")
    page.keyboard.type("Since when?")
    keys(page, "Enter")
    toasted(page, "Marked claim 1.")
    expect(rows(page)).to_have_count(5)
    claim = Claim.objects.get()
    assert claim.text.endswith("they should have been in")
    assert claim.note == "Since when?"
    assert Suggestion.objects.get(state="accepted").claim == claim


def test_an_edit_given_up_leaves_the_proposal(annotate, reviewer, report):
    page = annotate(reviewer, report)
    expect(rows(page)).to_have_count(6)
    keys(page, "s", "e", "Escape", "j", "Enter", "Enter")
    toasted(page, "Marked claim 1.")
    expect(rows(page)).to_have_count(6)
    assert not Suggestion.objects.exclude(state="proposed").exists()


def test_by_mouse(annotate, reviewer, report):
    page = annotate(reviewer, report)
    second = rows(page).nth(1)
    second.locator(".suggestion-words").click()
    assert proposed_words(page).startswith(SECOND)
    second.get_by_role("button", name="Accept").click()
    toasted(page, "Marked claim 1.")
    assert Claim.objects.get().text.startswith(SECOND)
    expect(rows(page)).to_have_count(5)
    rows(page).first.get_by_role("button", name="Edit").click()
    expect(page.locator("#new-claim")).to_be_visible()
    page.locator("#new-claim").get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Dismiss all").click()
    toasted(page, "Dismissed 5 proposals.")
    expect(page.locator("#suggestions")).to_be_hidden()
    page.locator("#toasts").get_by_role("button", name="Undo").last.click()
    expect(rows(page)).to_have_count(5)


def test_what_others_settle_goes_and_is_told(browse, annotate, reviewer, second_reviewer, report):
    browse.expect_problem("409")
    page = annotate(reviewer, report)
    expect(rows(page)).to_have_count(6)
    first, second = Suggestion.objects.select_related("revision")[:2]
    keys(page, "s")
    accept(suggestion=first, by=second_reviewer)
    keys(page, "Enter")
    expect(page.locator("#suggestions-problem")).to_have_text(
        "samir has accepted this proposal already."
    )
    expect(rows(page)).to_have_count(5)
    accept(suggestion=second, by=second_reviewer)
    page.evaluate("htmx.trigger(document.getElementById('live'), 'poll')")
    expect(rows(page)).to_have_count(4)
    expect(page.locator("#suggestions-count")).to_have_text("4")


def test_the_list_stays_closed_for_who_closed_it(annotate, reviewer, report):
    page = annotate(reviewer, report)
    page.locator("#suggestions > summary").click()
    expect(rows(page).first).to_be_hidden()
    page.reload()
    page.locator("#suggestions > summary").wait_for()
    expect(rows(page).first).to_be_hidden()
    page.locator("#text").focus()
    keys(page, "s")
    announced(page, re.compile("Proposal 1 of 6"))
    expect(rows(page).first).to_be_visible()


def test_opening_a_claim_leaves_the_proposal(annotate, reviewer, report):
    page = annotate(reviewer, report)
    expect(rows(page)).to_have_count(6)
    keys(page, "s", "Enter")
    announced(page, "Proposal 1 of 5")
    keys(page, "n")
    announced(page, "Claim 1 opened")
    expect(current(page)).to_have_count(0)
    keys(page, "x")
    toasted(page, "Claim 1: withdrawn.")
    expect(rows(page)).to_have_count(5)


def test_keys_act_as_ever_with_no_proposal_chosen(annotate, reviewer, report):
    page = annotate(reviewer, report)
    expect(rows(page)).to_have_count(6)
    keys(page, "s", "j")
    expect(current(page)).to_have_count(0)
    keys(page, "Enter")
    expect(page.locator("#new-claim")).to_be_visible()


def test_a_chosen_proposal_is_well_made(annotate, reviewer, report):
    page = annotate(reviewer, report)
    expect(rows(page)).to_have_count(6)
    keys(page, "s")
    assert_well_made(page)


def test_a_phone_stays_at_the_words(annotate, reviewer, report):
    page = annotate(reviewer, report, viewport={"width": 390, "height": 844})
    expect(rows(page)).to_have_count(6)
    for _ in range(6):
        keys(page, "s")
    page.wait_for_function(
        """() => {
            const box = [...CSS.highlights.get("proposed")][0].getBoundingClientRect();
            return box.top >= 0 && box.bottom <= innerHeight;
        }"""
    )
