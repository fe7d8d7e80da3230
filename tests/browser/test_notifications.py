"""The bell and the list in the browser: live, by keyboard, in light and dark and on a phone."""

import pytest
from playwright.sync_api import Page, expect

from articles.actions.assignment import assign_claim
from articles.models import Article, Claim, Notification, User
from tests.browser.conftest import Browsing
from tests.browser.steps import assert_well_made, tab_to
from tests.factories import make_claim

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = ("two metres in one night", "12,000 people", "such water since 1954")


@pytest.fixture
def claims(article: Article, editor: User) -> list[Claim]:
    return [make_claim(article, words, editor) for words in WORDS]


def assign(claim: Claim, to: User, by: User) -> None:
    claim.refresh_from_db()
    assign_claim(claim=claim, seen=claim.version, assignee=to, by=by)


def bell(page: Page, name: str) -> None:
    expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()


def test_the_bell_counts_up_while_a_page_is_open(
    browse: Browsing, reviewer: User, editor: User, claims: list[Claim]
):
    assign(claims[0], reviewer, editor)
    page = browse(reviewer)
    page.clock.install()
    page.goto("/articles/")
    bell(page, "Notifications, 1 unread")
    expect(page.locator(".bell-count")).to_have_text("1")

    assign(claims[1], reviewer, editor)
    page.clock.run_for(31_000)

    bell(page, "Notifications, 2 unread")


def test_a_hidden_page_asks_for_nothing_until_it_is_shown_again(
    browse: Browsing, reviewer: User, editor: User, claims: list[Claim]
):
    page = browse(reviewer)
    page.clock.install()
    page.goto("/articles/")
    bell(page, "Notifications")
    expect(page.locator(".bell-count")).to_be_hidden()
    look_away = "Object.defineProperty(document, 'hidden', {value: %s, configurable: true});"
    shown = "document.dispatchEvent(new Event('visibilitychange'))"
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.evaluate(look_away % "true" + shown)
    assign(claims[0], reviewer, editor)
    page.clock.run_for(120_000)
    assert asked == []

    page.evaluate(look_away % "false" + shown)
    bell(page, "Notifications, 1 unread")


def test_the_open_list_takes_in_what_comes(
    browse: Browsing, reviewer: User, editor: User, claims: list[Claim]
):
    page = browse(reviewer)
    page.clock.install()
    page.goto("/notifications/")
    expect(page.get_by_role("heading", name="Nothing to tell you")).to_be_visible()

    assign(claims[0], reviewer, editor)
    page.clock.run_for(31_000)

    expect(page.get_by_role("link", name="Assigned to you: claim 1")).to_be_visible()


def test_by_keyboard_read_one_then_all_then_go_to_a_claim(
    browse: Browsing, reviewer: User, editor: User, claims: list[Claim]
):
    for claim in claims:
        assign(claim, reviewer, editor)
    page = browse(reviewer)
    page.goto("/articles/")
    tab_to(page, page.locator("#bell"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/notifications/")
    bell(page, "Notifications, 3 unread")

    tab_to(page, page.get_by_role("button", name="Mark as read").first)
    page.keyboard.press("Enter")
    bell(page, "Notifications, 2 unread")
    expect(page.get_by_text("Unread", exact=True)).to_have_count(2)
    expect(page.get_by_role("link", name="Assigned to you: claim 3")).to_be_focused()

    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Mark all as read")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("You have read all of it.")).to_be_focused()
    bell(page, "Notifications")

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/articles/{claims[2].article_id}/?claim=3")


def test_without_javascript_it_works_as_well(
    browse: Browsing, reviewer: User, editor: User, claims: list[Claim]
):
    for claim in claims:
        assign(claim, reviewer, editor)
    page = browse(reviewer, java_script_enabled=False)
    page.goto("/articles/")
    page.get_by_role("link", name="Notifications").click()
    page.get_by_role("button", name="Mark as read").first.click()
    expect(page.get_by_text("Unread", exact=True)).to_have_count(2)
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.get_by_text("You have read all of it.")).to_be_visible()


def test_who_was_signed_out_keeps_the_page(
    browse: Browsing, reviewer: User, editor: User, claims: list[Claim]
):
    page = browse(reviewer)
    page.clock.install()
    page.goto("/articles/")
    bell(page, "Notifications")
    page.context.clear_cookies()
    with page.expect_response("**/notifications/unread/"):
        page.clock.run_for(31_000)

    bell(page, "Notifications")
    expect(page.get_by_role("heading", name="Articles")).to_be_visible()


@pytest.mark.parametrize("filled", [True, False], ids=["some", "none"])
def test_the_page_is_accessible_and_fits(
    browse: Browsing,
    settings,
    reviewer: User,
    editor: User,
    claims: list[Claim],
    filled: bool,
):
    settings.DIGESTS = True
    if filled:
        for claim in claims:
            assign(claim, reviewer, editor)
        Notification.objects.filter(claim=claims[0]).update(kind="recheck")
        Notification.objects.filter(claim=claims[1]).update(kind="disputed", actor=None)
    page = browse(reviewer)
    page.goto("/notifications/")
    bell(page, "Notifications, 3 unread" if filled else "Notifications")
    assert_well_made(page)
