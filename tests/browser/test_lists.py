"""The dashboard and the lists in a browser: live filters, refreshing, looks, accessibility."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from articles.models import Claim, Source, User
from articles.views import claims_list, lists
from tests.browser.steps import assert_well_made
from tests.factories import make_claim, make_evidence, make_source, make_verdict

# How htmx reports a request that a later one has replaced.
REPLACED = re.compile(r"^htmx:(afterRequest|sendAbort)\b")

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def claims(article, editor, source) -> list[Claim]:
    """Three claims: open, decided as false, and open with a note."""
    made = [
        make_claim(article, words, editor)
        for words in ("The river rose by two metres", "12,000 people", "The figure may rise")
    ]
    make_evidence(made[0], source, editor)
    make_verdict(made[1], editor, "false")
    Claim.objects.filter(pk=made[2].pk).update(note="Ask the harbour master.")
    return made


@pytest.fixture
def page(browser: Browser, live_server: Any, editor: User, claims: list[Claim]) -> Iterator[Page]:
    """Signed in as the editor; fails when the console tells of errors or refused content."""
    client = Client()
    client.force_login(editor)
    context = browser.new_context(base_url=live_server.url)
    session = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield page
    context.close()
    assert [problem for problem in problems if not REPLACED.match(problem)] == []


def listed(page: Page) -> Any:
    return page.locator("tbody tr").get_by_role("rowheader")


def test_filters_act_at_once_and_stand_in_the_address(page: Page):
    page.goto("/claims/")
    expect(listed(page)).to_have_count(3)
    page.get_by_role("checkbox", name="Decided").focus()
    page.keyboard.press("Space")

    expect(listed(page)).to_have_count(1)
    expect(page.get_by_role("status").filter(has_text="1 claim")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/claims/\?status=decided$"))
    expect(page.get_by_role("checkbox", name="Decided")).to_be_focused()

    page.reload()
    expect(listed(page)).to_have_count(1)
    expect(page.get_by_role("checkbox", name="Decided")).to_be_checked()
    page.get_by_role("link", name="Status: Decided, remove this filter").click()
    expect(listed(page)).to_have_count(3)
    expect(page.get_by_role("checkbox", name="Decided")).not_to_be_checked()


def test_search_as_typed_marks_its_hits_and_the_way_back_shows_the_page(page: Page):
    page.goto("/claims/")
    page.get_by_label("Search", exact=True).press_sequentially("harbour", delay=20)
    expect(listed(page)).to_have_count(1)
    expect(page.locator("mark")).to_have_text("harbour")
    listed(page).get_by_role("link").click()
    expect(page).to_have_title(re.compile("High water"))

    page.go_back()
    expect(page.get_by_role("banner")).to_be_visible()
    expect(listed(page)).to_have_count(1)
    page.go_back()
    expect(page.get_by_role("banner")).to_be_visible()
    expect(listed(page)).to_have_count(3)
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator(".chosen")).to_have_text("1 selected")


def test_a_long_list_is_counted_to_its_end_when_asked(page: Page, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(claims_list, "MOST_COUNTED", 2)
    monkeypatch.setattr(lists, "PAGE", 2)
    page.goto("/claims/?kind=statement")
    total = page.locator("#total")
    expect(total).to_contain_text("more than 2 claims")
    assert_well_made(page)
    total.get_by_role("button", name="Count all").focus()
    page.keyboard.press("Enter")
    expect(total).to_have_text("3 claims")
    expect(page.locator("#claims")).to_be_focused()


def test_sources_are_suggested_as_typed(page: Page):
    page.goto("/claims/")
    page.get_by_label("Source").press_sequentially("mow")
    expect(page.locator("datalist option")).to_have_attribute("value", "Ministry of Water")
    page.get_by_label("Source").fill("Ministry of Water")
    page.keyboard.press("Enter")
    expect(listed(page)).to_have_text([re.compile("The river rose")])


def test_dashboard_refreshes_itself_and_keeps_focus_and_open_tables(
    page: Page, claims: list[Claim], editor: User
):
    page.clock.install()
    page.goto("/")
    page.locator("#status-table summary").click()
    bar = page.get_by_role("link", name=re.compile("^In review"))
    bar.focus()
    expect(bar).to_have_accessible_name("In review 1 claim")

    make_verdict(claims[0], editor, "true")
    page.clock.run_for(16_000)
    expect(bar).to_have_accessible_name("In review 0 claims")
    expect(bar).to_be_focused()
    expect(page.get_by_role("table", name="Claims by status")).to_be_visible()


def test_dashboard_that_is_up_to_date_is_left_alone(page: Page):
    page.clock.install()
    page.goto("/")
    page.evaluate("document.querySelector('#figures').firstElementChild.dataset.same = 'yes'")
    with page.expect_response(lambda response: response.status == 204):
        page.clock.run_for(16_000)
    assert page.locator("[data-same]").count() == 1


def test_a_hidden_dashboard_asks_for_nothing(page: Page):
    page.clock.install()
    page.goto("/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    hide = "Object.defineProperty(document, 'hidden', {value: %s, configurable: true});"
    page.evaluate(hide % "true")
    page.clock.run_for(60_000)
    assert [url for url in asked if "seen=" in url] == []
    with page.expect_response(re.compile("seen=")):
        page.evaluate(hide % "false" + "document.dispatchEvent(new Event('visibilitychange'))")


def test_signed_out_meanwhile_leads_to_the_sign_in_page(page: Page):
    page.clock.install()
    page.goto("/")
    page.context.clear_cookies()
    page.clock.run_for(16_000)
    expect(page).to_have_url(re.compile(r"/accounts/login/\?next=/$"))


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_accessible_and_no_wider_than_the_screen(
    page: Page, source: Source, editor: User, width: int, scheme: Any
):
    make_source("A" * 300, editor, protected=True)
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=scheme)
    for address in (
        "/",
        "/claims/",
        "/claims/?q=rise&status=open",
        "/claims/?q=zebra",
        "/articles/",
        "/sources/",
        source.get_absolute_url(),
    ):
        page.goto(address)
        for summary in page.locator("main summary:visible").all():
            summary.click()
        violations = Axe().run(page).response["violations"]
        assert [(found["id"], found["nodes"]) for found in violations] == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


@pytest.mark.parametrize("path", ["/claims/", "/articles/", "/sources/"])
def test_a_list_signed_out_elsewhere_leads_to_the_sign_in_page(page: Page, path: str):
    page.goto(path)
    page.context.clear_cookies()

    page.get_by_role("searchbox").first.press_sequentially("river")

    page.wait_for_url(re.compile(r"/accounts/login/\?next="))
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
