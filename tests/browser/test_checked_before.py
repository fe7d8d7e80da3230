"""Earlier claims in the panel: cited by one click, and their rationale taken over when asked."""

import pytest
from playwright.sync_api import expect

from articles.models import Citation, Claim
from tests.browser.steps import keys, toasted
from tests.factories import make_article, make_claim, make_verdict

pytestmark = pytest.mark.browser
WORDS = "12,000 people left their homes"


@pytest.fixture
def old(desk, second_reviewer) -> Claim:
    article = make_article(desk, second_reviewer, f"{WORDS} in May.", title="Floods of May")
    claim = make_claim(article, f"{WORDS} in May", second_reviewer)
    make_verdict(claim, second_reviewer, "false", rationale="The bulletin says half of it.")
    return claim


def test_an_earlier_claim_is_cited_and_its_rationale_used(annotate, reviewer, article, old):
    make_claim(article, WORDS, reviewer)
    page = annotate(reviewer, article, "?claim=1")
    section = page.locator("#checked-before")
    expect(section).to_contain_text("False")
    section.get_by_role("button", name="Cite").click()
    toasted(page, "Claim 1 cites claim 1 of “Floods of May”.")
    expect(section).to_contain_text("Cites claim 1 of “Floods of May”: False")
    assert Citation.objects.get().cited == old

    section.locator("summary").click()
    section.get_by_role("button", name="Use this rationale").click()
    rationale = page.locator("#verdict-form textarea")
    expect(rationale).to_have_value("The bulletin says half of it.")
    expect(rationale).to_be_focused()

    rationale.fill("My own words.")
    section.get_by_role("button", name="Use this rationale").click()
    expect(rationale).to_have_value("My own words.")

    section.get_by_role("button", name="Remove").click()
    toasted(page, "no longer cites")
    page.locator("#text").focus()
    keys(page, "u")
    expect(section).to_contain_text("Cites claim 1")


def test_marking_a_claim_shows_what_was_checked(annotate, reviewer, article, old):
    page = annotate(reviewer, article)
    keys(page, "j", "j", "j", "Enter", "Enter")
    toasted(page, "Marked claim 1.")
    expect(page.locator("#checked-before")).to_contain_text("The bulletin says half of it.")
