"""Every page: axe-core finds nothing in light or dark, and no phone has to scroll sideways."""

from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from articles.models import Article, Claim, Source, User
from tests.browser.conftest import Browsing
from tests.browser.steps import assert_well_made, keys
from tests.factories import make_article, make_claim, make_evidence, make_verdict

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = {
    "dashboard": "/",
    "claims": "/claims/",
    "claims, filtered": "/claims/?status=decided&q=people",
    "no claims found": "/claims/?q=volcano",
    "articles": "/articles/",
    "add an article": "/articles/add/",
    "annotate": "/articles/{article}/",
    "annotate, a claim in review": "/articles/{article}/?claim=1",
    "annotate, a decided claim": "/articles/{article}/?claim=2",
    "origins": "/articles/{article}/origins/",
    "annotate, no such claim": "/articles/{article}/?claim=9",
    "sources": "/sources/",
    "one source": "/sources/{source}/",
    "add a document": "/sources/{source}/documents/add/",
    "password": "/accounts/password/change/",
    "two-factor sign-in": "/accounts/2fa/",
    "sign out": "/accounts/logout/",
    "not found": "/nowhere/",
}
LONG = ("claims", "articles", "annotate", "annotate, a claim in review", "origins", "one source")
CUT_OFF = """() => [...document.querySelectorAll("main *")]
    .filter((element) => !element.closest(".visually-hidden") && element.checkVisibility())
    .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
    .map((element) => element.outerHTML)"""
SIGNED_OUT = {
    "sign in": "/accounts/login/",
    "password forgotten": "/accounts/password/reset/",
}


@pytest.fixture
def filled(article: Article, source: Source, editor: User) -> Article:
    """An article with overlapping claims: one in review, one decided, one open."""
    claims: list[Claim] = [
        make_claim(article, words, editor)
        for words in ("The river rose by two metres", "12,000 people", "two metres in one night")
    ]
    make_evidence(claims[0], source, editor)
    make_verdict(claims[1], editor, "mostly_false")
    return article


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_page_is_accessible_and_fits(
    browse: Browsing, filled: Article, source: Source, editor: User, path: str
):
    browse.expect_problem("404")
    page = browse(editor)
    page.goto(path.format(article=filled.pk, source=source.pk))
    assert_well_made(page)


@pytest.mark.parametrize("path", SIGNED_OUT.values(), ids=SIGNED_OUT)
def test_page_for_everybody_is_accessible_and_fits(browse: Browsing, db: None, path: str):
    page = browse()
    page.goto(path)
    assert_well_made(page)


def test_long_words_are_cut_off_nowhere(
    browse: Browsing, desk: Any, source: Source, editor: User, second_reviewer: User
):
    word, address = "Donaudampfschiff" * 12, f"https://example.org/{'a1b2c3d4e5' * 13}"
    article = make_article(desk, editor, f"{word} sank. It is told at {address}.", title=word)
    in_review, disputed = (
        make_claim(article, words, editor) for words in (f"It is told at {address}", word)
    )
    make_evidence(in_review, source, editor)
    make_verdict(disputed, second_reviewer, second_review=True, rationale=address)
    make_verdict(disputed, editor, "false", rationale=address)
    paths = [PAGES[name].format(article=article.pk, source=source.pk) for name in LONG]
    page = browse(editor)
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        for path in (*paths, f"/claims/{disputed.pk}/adjudicate/"):
            page.goto(path)
            assert page.evaluate(CUT_OFF) == [], path

        page.goto("/articles/add/")
        page.get_by_label("Paste the text").fill(f"{word} sank at {width}.")
        page.get_by_role("button", name="Preview").click()
        page.get_by_label("Title").fill(f"{word} {width}")
        page.get_by_role("button", name="Save the article").click()
        expect(page.get_by_role("status").get_by_text(f"Added “{word}")).to_be_in_viewport(ratio=1)


def state(page: Page, name: str, filled: Article, other: Client) -> None:
    """Bring the annotate page into one of the states it is not in at first."""
    if name == "new claim":
        keys(page, "j", "Enter")
    elif name == "selection":
        keys(page, "j", "J")
    elif name == "help":
        keys(page, "?")
    elif name == "source list":
        page.locator("#evidence-form").get_by_role("combobox").press_sequentially("m")
        page.locator("#evidence-form").get_by_role("option").first.wait_for()
        keys(page, "ArrowDown")
    elif name == "toast":
        keys(page, "x")
        page.get_by_role("button", name="Undo").wait_for()
    elif name == "errors":
        page.locator("#evidence-form").get_by_role("combobox").fill("Nobody")
        keys(page, "Enter")
        page.get_by_text("No source is called").wait_for()
    elif name == "conflict":
        page.get_by_label("Rationale").fill("The bulletin says so.")
        page.get_by_label("True", exact=True).check()
        page.get_by_label("Accurate", exact=True).check()
        claim = filled.claims.get(number=1)
        other.post(
            f"/claims/{claim.pk}/edit/", {"edit-version": claim.version, "edit-note": "Ask them."}
        )
        page.get_by_label("Rationale").press("Control+Enter")
        page.locator("#conflict").wait_for()
        expect(page.locator("#conflict")).to_contain_text("samir")


STATES = ("new claim", "selection", "help", "source list", "toast", "errors", "conflict")


@pytest.mark.parametrize("name", STATES)
def test_annotate_page_is_accessible_in_every_state(
    annotate: Any,
    browse: Browsing,
    filled: Article,
    editor: User,
    second_reviewer: User,
    sign_in: Any,
    name: str,
):
    browse.expect_problem("409|422")
    page = annotate(editor, filled, "?claim=1")
    state(page, name, filled, sign_in(second_reviewer))
    assert_well_made(page)
