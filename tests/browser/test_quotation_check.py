"""The words an article quotes from the Convention against Torture, held against its article 3."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from articles.models import Article, Desk, User, Verdict
from tests.actions.test_quotations import ARTICLE_3, QUOTED
from tests.browser.steps import announced, keys, toasted
from tests.factories import make_article, make_claim, make_document, make_evidence, make_source

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SENTENCE = f"The U.N. convention against torture requires that “{QUOTED}”"


@pytest.fixture
def report(desk: Desk, reviewer: User) -> Article:
    article = make_article(desk, reviewer, SENTENCE, title="Returned")
    claim = make_claim(article, SENTENCE, reviewer)
    convention = make_source("Convention against Torture", reviewer, kind="series")
    make_evidence(claim, convention, reviewer)
    make_document(desk, convention, reviewer, ARTICLE_3, title="Article 3")
    return article


def test_altered_quotation_is_shown_proposed_and_judged_by_keyboard(
    annotate: Any, report: Article, reviewer: User
):
    page: Page = annotate(reviewer, report, "?claim=1")
    keys(page, "d")
    expect(page.get_by_label("Stored documents")).to_be_focused()
    keys(page, "Control+Enter")
    announced(
        page, re.compile("Proposed passage, Enter takes it: .*extradite a person to another State")
    )

    check = page.get_by_role("region", name="Quotation check: Altered")
    expect(check.locator(".badge")).to_have_text("Altered")
    difference = check.locator(".word-difference")
    for gone, new in (("State", "country"), ("substantial", "sufficient")):
        expect(difference.locator("del").get_by_text(gone, exact=True).first).to_be_visible()
        expect(difference.locator("ins").get_by_text(new, exact=True)).to_be_visible()
    read = difference.text_content() or ""
    assert "[the document has: substantial ; the article has: sufficient]" in " ".join(read.split())

    keys(page, "Enter")
    toasted(page, "Set the passage of claim 1.")
    expect(page.locator("#detail .passage")).to_contain_text(
        'expel, return ("refouler") or extradite'
    )
    expect(page.get_by_text("Proposed by the quotation check: Altered.")).to_be_visible()
    expect(page.get_by_label("Altered (proposed)")).to_be_checked()
    keys(page, "2", "v")
    page.keyboard.type("The treaty says State and substantial grounds.")
    keys(page, "Control+Enter")
    toasted(page, "claim 1 is decided.")
    assert Verdict.objects.get().attribution_accuracy == "altered"


def test_show_in_the_document_selects_the_checked_words(
    annotate: Any, report: Article, reviewer: User
):
    page: Page = annotate(reviewer, report, "?claim=1")
    page.get_by_role("button", name="Use it").click()
    page.get_by_role("link", name="Show in the document").click()
    announced(page, re.compile("In the document: .*extradite a person to another State"))
    painted = page.evaluate("[...CSS.highlights.get('cursor')].map(String)")
    assert "extradite a person to another State" in painted[0]
