"""The pages while the server cannot answer: the person is told, and nothing is lost."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from articles.models import Article, Claim, User
from tests.browser.steps import keys, say_why_no_evidence, toasted
from tests.factories import make_article, make_claim

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DOWN = {"503": "the server has a problem", "offline": "the server cannot be reached"}


@pytest.fixture(params=DOWN)
def down(request: pytest.FixtureRequest, browse: Any) -> str:
    """How the server fails: it answers 503, or not at all."""
    browse.expect_problem("503|ERR_FAILED|^htmx:")
    return request.param


@pytest.fixture
def few(desk: Any, editor: User) -> list[Claim]:
    report = make_article(desk, editor, " ".join(f"Ship {n} sank." for n in range(5)))
    return [make_claim(report, f"Ship {n} sank", editor) for n in range(5)]


def fail(page: Page, url: str, down: str) -> None:
    def answer(route: Route) -> None:
        if down == "503":
            route.fulfill(status=503, body="Down")
        else:
            route.abort()

    page.route(re.compile(url), answer)


def warnings(page: Page) -> Any:
    return page.locator("#toasts").get_by_role("alert")


def test_many_claims_are_still_chosen_and_a_failed_undo_can_be_tried_again(
    browse: Any, editor: User, few: list[Claim], down: str
) -> None:
    page = browse(editor)
    page.goto("/claims/")
    fail(page, "/bulk/", down)
    keys(page, *"jxjxjx")
    page.get_by_label("With the selected", exact=True).select_option("priority")
    page.locator("#bulk").get_by_label("Priority", exact=True).select_option("Urgent")
    page.locator("#bulk").get_by_role("button", name="Apply").click()
    toasted(page, f"Nothing was saved: {DOWN[down]}")
    expect(page.locator("tbody [name=claim]:checked")).to_have_count(3)

    page.unroute_all()
    page.locator("#bulk").get_by_role("button", name="Apply").click()
    toasted(page, "Set priority “Urgent”: 3 claims.")
    expect(warnings(page)).to_have_count(0)

    fail(page, "/undo/", down)
    page.locator("tbody th a").first.focus()
    for _ in range(2):
        with page.expect_event("requestfinished" if down == "503" else "requestfailed"):
            keys(page, "u")
        toasted(page, f"Nothing was saved: {DOWN[down]}")
    expect(warnings(page)).to_have_count(1)
    expect(page.locator("#toasts").get_by_text("Set priority “Urgent”")).to_be_visible()
    assert Claim.objects.filter(priority=2).count() == 3

    page.unroute_all()
    keys(page, "u")
    toasted(page, "Undone: 3 claims.")
    assert not Claim.objects.exclude(priority=0).exists()


def test_a_verdict_saved_at_last_takes_back_the_warning(
    annotate: Any, reviewer: User, article: Article, down: str
) -> None:
    make_claim(article, "two metres", reviewer)
    page = annotate(reviewer, article, "?claim=1")
    page.locator("#detail-heading").click()
    keys(page, "1", "a")
    say_why_no_evidence(page)
    rationale = page.get_by_label("Rationale")
    rationale.fill("The gauge says so.")
    fail(page, "/verdicts/", down)
    rationale.press("Control+Enter")
    toasted(page, f"Nothing was saved: {DOWN[down]}")

    page.unroute_all()
    rationale.press("Control+Enter")
    toasted(page, "claim 1 is decided")
    expect(warnings(page)).to_have_count(0)


def test_rows_that_do_not_follow_a_filter_are_told_of(
    browse: Any, editor: User, few: list[Claim], down: str
) -> None:
    page = browse(editor)
    page.goto("/claims/")
    fail(page, r"/claims/\?", down)
    page.get_by_role("checkbox", name="Decided").check()
    toasted(page, f"It could not be loaded: {DOWN[down]}")
    page.get_by_role("button", name="Dismiss").press("Enter")
    expect(warnings(page)).to_have_count(0)
    expect(page.locator("tbody th a").first).to_be_visible()
    expect(page.locator("#claims")).to_be_focused()

    page.unroute_all()
    page.get_by_role("search", name="Claims").get_by_role("button", name="Apply").click()
    expect(page.get_by_role("heading", name="Nothing matches")).to_be_visible()


@pytest.mark.parametrize("path", ["/articles/", "/sources/"])
def test_the_other_lists_tell_too(browse: Any, editor: User, article: Article, path: str) -> None:
    browse.expect_problem("503")
    page = browse(editor)
    page.goto(path)
    fail(page, rf"{path}\?", "503")
    page.get_by_role("searchbox").fill("harbour")
    toasted(page, "It could not be loaded: the server has a problem")
    page.unroute_all()  # leaving the field may ask once more
    page.get_by_role("button", name="Dismiss").click()
    expect(warnings(page)).to_have_count(0)


def test_what_asks_by_itself_says_nothing(browse: Any, editor: User, few: list[Claim]) -> None:
    browse.expect_problem("503")
    page = browse(editor)
    page.clock.install()
    page.goto("/")
    fail(page, r"seen=", "503")
    with page.expect_response(re.compile("seen=")):
        page.clock.run_for(5_000)
    page.evaluate("() => null")
    expect(page.locator("#toasts")).to_be_empty()
