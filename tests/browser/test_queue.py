"""Going through one's queue by keyboard alone."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, Request, Route, expect

from articles.actions.assignment import assign_claims
from articles.actions.leases import take
from articles.models import Article, Claim, Desk, Skip, Status, User
from tests.browser.conftest import Browsing
from tests.browser.steps import announced, assert_well_made, keys, make_report, tab_to, toasted
from tests.factories import make_article, make_claim

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Annotate = Callable[..., Page]


@pytest.fixture
def report(desk: Desk, editor: User) -> Article:
    return make_report(desk, editor)


@pytest.fixture
def claims(report: Article, desk: Desk, reviewer: User, editor: User) -> list[Claim]:
    """Three claims of a report, two of them the reviewer's, and two of another article."""
    other = make_article(desk, editor, "The bridge is closed. The road is open.", title="Roads")
    claims = [
        *(make_claim(report, words, editor) for words in ("nine ferries", "seven ferries", "312")),
        *(make_claim(other, words, editor) for words in ("The bridge is closed", "The road")),
    ]
    assign_claims(claims=claims[:2], assignee=reviewer, by=editor, priority=1)
    return claims


def opened(page: Page, number: int, words: str) -> None:
    expect(page.locator("#detail-heading")).to_have_text(f"Claim {number}")
    expect(page.locator("#detail .claim-quote")).to_have_text(words)


def judge(page: Page, *, ask: bool = False) -> None:
    keys(page, "1", "a", "v")
    page.keyboard.type("The register says the same.")
    tab_to(page, page.locator("#verdict-form [name$=no_evidence]"))
    page.keyboard.type("The register is not public.")
    if ask:
        keys(page, "Tab", "Space")
    page.keyboard.press("Control+Enter")


def test_five_claims_by_keyboard_alone(
    browse: Browsing, claims: list[Claim], reviewer: User
) -> None:
    page = browse(reviewer)
    page.goto("/queue/")
    expect(page.locator(".tabs [aria-current]")).to_have_text("Mine 2")
    tab_to(page, page.get_by_role("button", name="Begin with the next claim"))
    page.keyboard.press("Enter")

    page.locator("#annotate[data-ready]").wait_for()
    opened(page, 1, "nine ferries")
    expect(page.locator("#detail")).to_be_focused()
    judge(page)
    toasted(page, "claim 1 is decided")
    expect(page.locator("#detail")).to_be_focused()

    keys(page, "N")
    opened(page, 2, "seven ferries")
    announced(page, "Claim 2 opened: seven ferries")
    expect(page.locator("#detail")).to_be_focused()
    keys(page, "H")
    expect(page.locator("#back-form input[type=text]")).to_be_focused()
    page.keyboard.type("It needs somebody who reads Greek.")
    page.keyboard.press("Enter")
    toasted(page, "Handed claim 2 back to the desk.")

    keys(page, "N")
    opened(page, 3, "312")
    keys(page, "S")
    page.keyboard.type("I know the inspector.")
    page.keyboard.press("Enter")
    toasted(page, "Skipped claim 3.")
    expect(page.locator("#detail")).to_contain_text("Left out of your queue: I know the inspector.")
    keys(page, "u")
    toasted(page, "Claim 3 is in your queue again.")
    keys(page, "S")
    page.keyboard.type("I know the inspector.")
    page.keyboard.press("Enter")
    expect(page.locator("#detail")).to_contain_text("Left out of your queue")

    page.locator("link[rel=prefetch]").wait_for(state="attached")
    page.wait_for_load_state("networkidle")
    keys(page, "N")
    expect(page).to_have_title("Roads · Factcheck")
    page.locator("#annotate[data-ready]").wait_for()
    opened(page, 1, "The bridge is closed")
    expect(page.locator("#detail")).to_be_focused()
    navigation = page.evaluate("performance.getEntriesByType('navigation')[0].toJSON()")
    assert navigation["transferSize"] == 0, "the page was fetched beforehand"
    judge(page)
    toasted(page, "claim 1 is decided")

    keys(page, "N")
    opened(page, 2, "The road")
    keys(page, "N")
    expect(page).to_have_title("Queue · Factcheck")
    expect(page.locator("main")).to_contain_text("Nothing else waits for you now.")

    statuses = [Claim.objects.get(pk=claim.pk).status for claim in claims]
    assert statuses == [Status.DECIDED, Status.OPEN, Status.OPEN, Status.DECIDED, Status.OPEN]
    assert set(Skip.objects.values_list("claim__number", "reason")) == {
        (2, "It needs somebody who reads Greek."),
        (3, "I know the inspector."),
    }


def test_who_else_is_at_the_article_and_at_the_claim(
    annotate: Annotate, claims: list[Claim], report: Article, reviewer: User, second_reviewer: User
) -> None:
    User.objects.filter(pk=second_reviewer.pk).update(first_name="Samir", last_name="Haddad")
    take(claims[0].pk, User.objects.get(pk=second_reviewer.pk))
    mine = annotate(reviewer, report, "?claim=1")
    expect(mine.locator("#presence")).not_to_contain_text("Also here")
    expect(mine.locator("#detail .turn")).to_contain_text("Samir Haddad has had this claim since")

    annotate(second_reviewer, report)

    expect(mine.locator("#presence")).to_contain_text("Also here: SH Samir Haddad", timeout=15_000)
    assert_well_made(mine)
    tab_to(mine, mine.get_by_role("button", name="Take over"))
    mine.keyboard.press("Enter")
    expect(mine.locator("#detail")).to_contain_text("Yours until")
    expect(mine.locator("#detail")).to_be_focused()


def test_an_opened_article_asks_at_once_who_else_is_there(
    browse: Browsing, report: Article, reviewer: User
) -> None:
    page = browse(reviewer)
    page.clock.install()
    page.clock.pause_at(datetime.now(UTC) + timedelta(hours=1))

    with page.expect_request(re.compile("/changes/")):
        page.goto(report.get_absolute_url())


@pytest.mark.parametrize("section", ["mine", "second", "unassigned", "skipped"])
def test_the_queue_is_well_made(
    browse: Browsing, claims: list[Claim], reviewer: User, section: str
) -> None:
    Claim.objects.filter(pk=claims[0].pk).update(due_on="2026-01-01")
    Skip.objects.create(claim=claims[2], user=reviewer, reason="I know the inspector.")
    page = browse(reviewer)
    page.goto(f"/queue/?section={section}")
    assert_well_made(page)


def test_an_editor_plans_a_claim_and_gives_an_article_to_somebody(
    annotate: Annotate, claims: list[Claim], report: Article, editor: User, reviewer: User
) -> None:
    page = annotate(editor, report, "?claim=3")
    page.get_by_text("Due, priority and kind").click()
    page.locator("[name=plan-due_on]").fill("2026-12-01")
    page.locator("[name=plan-priority]").select_option("2")
    page.get_by_role("form", name="Due, priority and kind").get_by_role("button").click()
    toasted(page, "Saved the plan of claim 3.")
    expect(page.locator("#detail .manage")).to_contain_text("urgent, due on 1 December 2026")

    page.get_by_text("Assign all").click()
    page.locator("[name=assignee]").last.select_option(reviewer.username)
    page.locator(".article-facts").get_by_role("button", name="Assign").click()
    expect(page.locator("main")).to_contain_text("Assigned 1 claim to rosa.")
    assert Claim.objects.get(pk=claims[2].pk).assigned_by == editor
    page.locator("#annotate[data-ready]").wait_for()
    assert_well_made(page)
    page.reload()
    page.locator("#annotate[data-ready]").wait_for()
    page.locator("#text").focus()
    page.keyboard.press("u")
    expect(page.locator("main")).to_contain_text("Undone: 1 claim.")
    assert Claim.objects.get(pk=claims[2].pk).assignee is None


def test_a_claim_is_handed_back_and_taken_back_by_keyboard(
    annotate: Annotate, claims: list[Claim], report: Article, reviewer: User
) -> None:
    page = annotate(reviewer, report, f"?claim={claims[0].number}")
    page.locator("#text").focus()
    page.keyboard.press("H")
    page.keyboard.type("No time.")
    page.keyboard.press("Enter")
    toasted(page, "back to the desk.")
    page.keyboard.press("u")
    toasted(page, "is yours again.")
    assert Claim.objects.get(pk=claims[0].pk).assignee == reviewer


def test_the_queue_begins_by_one_key_unless_such_keys_are_off(
    browse: Browsing, claims: list[Claim], reviewer: User
) -> None:
    page = browse(reviewer)
    page.goto("/queue/")
    page.evaluate("localStorage.setItem('factcheck.single-keys', 'off')")
    page.keyboard.press("N")
    expect(page.get_by_role("heading", name="Your queue")).to_be_visible()
    page.evaluate("localStorage.removeItem('factcheck.single-keys')")
    page.keyboard.press("N")
    opened(page, 1, "nine ferries")


def kept_back(page: Page, pattern: str) -> list[Route]:
    """Requests to such addresses go out only once they are let go."""
    routes: list[Route] = []
    page.route(re.compile(pattern), lambda route: routes.append(route))
    return routes


def let_go(page: Page, routes: list[Route]) -> None:
    while not routes:
        page.wait_for_timeout(20)
    for route in routes:
        route.continue_()


def asked(page: Page) -> list[str]:
    """Each time the next claim is taken."""
    requests: list[str] = []

    def note(request: Request) -> None:
        if request.url.endswith("/queue/next/"):
            requests.append(request.url)

    page.on("request", note)
    return requests


def test_the_key_pressed_again_goes_past_no_claim(
    annotate: Annotate, claims: list[Claim], report: Article, reviewer: User
) -> None:
    page = annotate(reviewer, report, "?claim=1")
    requests = asked(page)
    answers = kept_back(page, "/queue/next/$")
    page.locator("#text").focus()
    keys(page, "N", "N")
    let_go(page, answers)
    opened(page, 2, "seven ferries")
    page.wait_for_load_state("networkidle")
    assert len(requests) == 1


def test_the_key_pressed_again_on_the_way_to_another_page_goes_past_no_claim(
    annotate: Annotate, claims: list[Claim], report: Article, reviewer: User
) -> None:
    for claim in claims[:2]:
        Skip.objects.create(claim=claim, user=reviewer, reason="I know the captain.")
    page = annotate(reviewer, report, "?claim=3")
    requests = asked(page)
    pages = kept_back(page, "/articles/[^/]+/[?]claim=")
    page.locator("#text").focus()
    with page.expect_response(re.compile("/queue/next/$")):
        keys(page, "N")
    while not pages:
        page.wait_for_timeout(20)
    keys(page, "N")
    let_go(page, pages)
    expect(page).to_have_title("Roads · Factcheck")
    opened(page, 1, "The bridge is closed")
    assert len(requests) == 1


def test_the_key_held_down_goes_past_no_claim(
    annotate: Annotate, claims: list[Claim], report: Article, reviewer: User
) -> None:
    page = annotate(reviewer, report, "?claim=1")
    page.locator("#text").focus()
    page.keyboard.down("N")
    opened(page, 2, "seven ferries")
    requests = asked(page)
    page.keyboard.down("N")
    page.keyboard.up("N")
    page.wait_for_load_state("networkidle")
    opened(page, 2, "seven ferries")
    assert requests == []


def test_the_queue_begins_once_however_often_the_key_is_pressed(
    browse: Browsing, claims: list[Claim], reviewer: User
) -> None:
    page = browse(reviewer)
    page.goto("/queue/")
    page.wait_for_load_state("networkidle")
    requests = asked(page)
    answers = kept_back(page, "/queue/next/$")
    keys(page, "N", "N")
    let_go(page, answers)
    opened(page, 1, "nine ferries")
    assert len(requests) == 1


def test_the_key_waits_for_what_is_being_saved(
    annotate: Annotate, claims: list[Claim], report: Article, reviewer: User
) -> None:
    page = annotate(reviewer, report, "?claim=1")
    page.locator("#text").focus()
    answers = kept_back(page, "/verdicts/$|/skip/$")
    judge(page)
    keys(page, "N")
    expect(page.locator("#verdict-form [name$=no_evidence]")).to_have_value(
        "The register is not public."
    )
    let_go(page, answers)
    opened(page, 2, "seven ferries")
    toasted(page, "claim 1 is decided")
    answers.clear()

    keys(page, "S")
    page.keyboard.type("I know the captain.")
    keys(page, "Enter", "N")
    let_go(page, answers)
    opened(page, 3, "312")
    assert list(Skip.objects.values_list("reason", flat=True)) == ["I know the captain."]


def test_the_key_goes_nowhere_when_what_is_being_saved_is_refused(
    annotate: Annotate, browse: Browsing, claims: list[Claim], report: Article, reviewer: User
) -> None:
    browse.expect_problem("409")
    page = annotate(reviewer, report, "?claim=1")
    page.locator("#text").focus()
    requests = asked(page)
    answers = kept_back(page, "/verdicts/$")
    judge(page, ask=True)
    keys(page, "N")
    Claim.objects.filter(pk=claims[0].pk).update(version=claims[0].version + 5)
    let_go(page, answers)
    expect(page.locator("#detail [role=alert]")).to_be_focused()
    opened(page, 1, "nine ferries")
    expect(page.get_by_label("Rationale")).to_have_value("The register says the same.")
    page.wait_for_load_state("networkidle")
    assert requests == []
