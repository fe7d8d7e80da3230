"""Evidence to the passage: the document beside the claim, by keyboard, mouse and finger."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from articles.models import Article, Claim, Desk, Document, Evidence, Source, User, Verdict
from tests.browser.steps import announced, drag_over, keys, toasted
from tests.factories import make_article, make_claim, make_document, make_evidence, make_source

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
