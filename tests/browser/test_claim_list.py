"""The claim list as an editor's workplace: by keyboard, kept, shared, and told of news."""

import re
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from articles.actions.bulk import assign_many
from articles.models import Article, Claim, SavedView, User
from tests.browser.steps import announced, assert_well_made, keys, toasted
from tests.factories import make_article, make_claim, make_verdict

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def report(desk: Any, editor: User) -> Article:
    return make_article(desk, editor, " ".join(f"Ship {n:03} sank." for n in range(200)))


@pytest.fixture
def claims(report: Article, editor: User) -> list[Claim]:
    return [make_claim(report, f"Ship {n:03} sank", editor) for n in range(200)]


@pytest.fixture
def few(report: Article, editor: User) -> list[Claim]:
    return [make_claim(report, f"Ship {n:03} sank", editor) for n in range(5)]


def picked(page: Page) -> Any:
    return page.locator("tbody [name=claim]:checked")


def test_two_hundred_are_assigned_and_taken_back_by_keyboard(
    browse: Any, editor: User, reviewer: User, claims: list[Claim]
) -> None:
    page = browse(editor)
    page.goto("/claims/")
    page.keyboard.press("j")
    page.keyboard.press("x")
    announced(page, "1 selected")
    page.get_by_role("checkbox", name="All 200 that match").focus()
    page.keyboard.press("Space")
    expect(page.locator(".chosen")).to_have_text("200 selected")
    page.keyboard.press("a")
    page.keyboard.type("Assign")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Person")).to_be_focused()
    page.keyboard.type("rosa")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    toasted(page, "Assign to rosa: 200 claims.")
    assert Claim.objects.filter(assignee=reviewer).count() == 200
    page.keyboard.press("j")
    page.keyboard.press("u")
    toasted(page, "Undone: 200 claims.")
    assert not Claim.objects.filter(assignee=reviewer).exists()


def test_what_was_done_is_undone_from_the_next_page_and_after_a_reload(
    browse: Any, editor: User, claims: list[Claim]
) -> None:
    page = browse(editor)
    page.goto("/claims/?status=open")
    for day in (2, 4):
        keys(page, "j", "x", "a")
        page.keyboard.type("Set due")
        page.get_by_label("Due date", exact=True).fill(f"2031-01-0{day}")
        page.keyboard.press("Enter")
        expect(page.locator("#toasts .toast:visible")).to_contain_text(f"{day} Jan 2031")
    page.get_by_role("link", name="Next").click()
    expect(page.locator("#toasts .toast:visible")).to_contain_text("4 Jan 2031")
    first = page.locator("tbody tr").first.get_attribute("id")
    keys(page, "u")
    toasted(page, "Undone: 1 claim.")
    expect(page.locator("tbody tr").first).to_have_attribute("id", str(first))
    page.reload()
    earlier = page.locator("#toasts .toast", has_text="Set due date 2 Jan 2031")
    expect(earlier).to_have_count(1)
    keys(page, "u")
    expect(earlier).to_have_count(0)
    expect(page.locator("#toasts .undo:not([data-redo])")).to_have_count(0)
    page.reload()
    keys(page, "u")
    announced(page, "Nothing to undo.")
    assert not Claim.objects.exclude(due_on=None).exists()


def test_what_the_server_sent_answers_to_keys_from_the_moment_it_is_shown(
    browse: Any, editor: User, reviewer: User, few: list[Claim]
) -> None:
    page = browse(editor)
    page.goto("/claims/")
    page.evaluate(
        """() => {
            const key = new KeyboardEvent("keydown", { key: "u", bubbles: true });
            const press = () => setTimeout(() => document.body.dispatchEvent(key));
            document.addEventListener("htmx:oobAfterSwap", press, { once: true });
        }"""
    )
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("a")
    page.keyboard.type("Assign")
    page.keyboard.press("Tab")
    page.keyboard.type("rosa")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    toasted(page, "Undone: 1 claim.")
    assert not Claim.objects.filter(assignee=reviewer).exists()


def test_rows_are_chosen_by_key_and_by_shift(browse: Any, editor: User, few: list[Claim]) -> None:
    page = browse(editor)
    page.goto("/claims/")
    for key in "jxjjX":
        page.keyboard.press(key)
    expect(picked(page)).to_have_count(3)
    boxes = page.locator("tbody [name=claim]")
    boxes.nth(0).uncheck()
    boxes.nth(4).click(modifiers=["Shift"])
    expect(page.locator(".chosen")).to_have_text("5 selected")
    page.get_by_label("Select all on this page").uncheck()
    expect(picked(page)).to_have_count(0)


IN_SIGHT = """element => {
    const { left, top, right, bottom } = element.getBoundingClientRect();
    return [top + 1, bottom - 1].every((y) => {
        const shown = document.elementFromPoint((left + right) / 2, y);
        return element.contains(shown);
    });
}"""


@pytest.mark.parametrize("width", [390, 1280])
def test_what_is_done_to_the_chosen_rows_stays_in_sight_and_covers_none_with_focus(
    browse: Any, editor: User, claims: list[Claim], width: int
) -> None:
    page = browse(editor)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/claims/")
    for _ in range(50):
        page.keyboard.press("j")
    page.keyboard.press("a")
    expect(page.locator("#bulk_action")).to_be_focused()
    assert page.evaluate("scrollY") > 0
    assert page.locator("#bulk_action").evaluate(IN_SIGHT)

    links = page.locator("tbody th a")
    links.last.focus()
    for number in reversed(range(30, 49)):
        page.keyboard.press("k")
        expect(links.nth(number)).to_be_focused()
        assert links.nth(number).evaluate(IN_SIGHT), number


def test_what_cannot_be_done_is_told_and_the_rest_done(
    browse: Any, editor: User, few: list[Claim]
) -> None:
    make_verdict(few[0], editor)
    page = browse(editor)
    page.goto("/claims/")
    page.get_by_label("Select all on this page").check()
    page.get_by_label("With the selected", exact=True).select_option("publish")
    page.locator("#bulk").get_by_role("button", name="Apply").click()
    expect(page.get_by_role("alert")).to_contain_text("4 claims left as they are")
    few[0].refresh_from_db()
    assert few[0].status == "published"


def test_the_keys_go_on_at_the_row_last_chosen_and_a_refusal_keeps_the_choice(
    browse: Any, editor: User, few: list[Claim]
) -> None:
    browse.expect_problem("422")
    page = browse(editor)
    page.goto("/claims/")
    for key in "jxjx":
        page.keyboard.press(key)
    action = page.get_by_label("With the selected", exact=True)
    action.select_option("return")
    page.locator("#bulk").get_by_role("button", name="Apply").click()
    expect(page.get_by_role("alert")).to_contain_text("needs a note")
    expect(picked(page)).to_have_count(2)
    expect(page.locator("#bulk").get_by_role("button", name="Apply")).to_be_focused()

    action.select_option("priority")
    page.locator("#bulk").get_by_label("Priority", exact=True).select_option("Urgent")
    page.locator("#bulk").get_by_role("button", name="Apply").press("Enter")
    toasted(page, "Set priority “Urgent”: 2 claims.")
    expect(page.locator("tbody th a").nth(1)).to_be_focused()
    keys(page, "x", "a")
    page.keyboard.type("Publish")
    page.locator("#bulk").get_by_role("button", name="Apply").press("Enter")
    expect(page.locator(".toast:visible")).to_have_text(re.compile("Publish: 0 claims; 1 left"))
    keys(page, "u")
    toasted(page, "Undone: 2 claims.")
    expect(page.locator("tbody th a").nth(1)).to_be_focused()


def test_keys_without_ctrl_can_be_off(browse: Any, editor: User, few: list[Claim]) -> None:
    page = browse(editor)
    page.goto("/claims/")
    page.evaluate("localStorage.setItem('factcheck.single-keys', 'off')")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(picked(page)).to_have_count(0)
    expect(page.locator("tbody a:focus")).to_have_count(0)


def test_a_view_is_saved_shared_and_opened_by_another(
    browse: Any, editor: User, reviewer: User, few: list[Claim]
) -> None:
    Claim.objects.filter(pk=few[0].pk).update(assignee=reviewer)
    page = browse(editor)
    page.goto("/claims/")
    page.get_by_role("search", name="Claims").get_by_label("Assigned to").select_option("me")
    expect(page.get_by_role("heading", name="Nothing matches")).to_be_visible()
    page.get_by_text("Save as a view").click()
    page.get_by_label("Name", exact=True).fill("My own")
    page.get_by_label("Shared with").select_option("World")
    page.get_by_role("button", name="Save as a new view").click()
    expect(page.get_by_role("link", name="My own · World")).to_have_attribute(
        "aria-current", "page"
    )
    assert SavedView.objects.get().query == "assignee=me"

    theirs = browse(reviewer)
    theirs.goto("/claims/")
    theirs.get_by_role("link", name="My own · World").click()
    expect(theirs.locator("tbody tr")).to_have_count(1)


def test_the_name_of_a_view_is_typed_at_once_and_is_no_keys(
    browse: Any, editor: User, few: list[Claim]
) -> None:
    page = browse(editor)
    page.goto("/claims/")
    page.get_by_text("Save as a view").focus()
    page.keyboard.press("Enter")
    name = page.get_by_label("Name", exact=True)
    page.keyboard.type("Our urgent/open")
    expect(name).to_be_focused()
    expect(name).to_have_value("Our urgent/open")
    page.get_by_text("Save as a view").click()
    page.get_by_text("Save as a view").click()
    expect(name).to_be_focused()


def test_a_deleted_view_comes_back_by_one_key(browse: Any, editor: User, few: list[Claim]) -> None:
    view = SavedView.objects.create(owner=editor, name="Open ones", query="status=open")
    page = browse(editor)
    page.goto(f"/claims/?status=open&view={view.pk}")
    page.get_by_text("This view", exact=True).click()
    page.get_by_role("button", name="Delete this view").click()
    expect(page.get_by_text("The view “Open ones” is deleted.")).to_be_visible()
    expect(page.get_by_role("link", name="Open ones")).to_have_count(0)
    assert_well_made(page)

    page.keyboard.press("u")
    expect(page.get_by_text("The view “Open ones” is back.")).to_be_visible()
    expect(page.get_by_role("link", name="Open ones")).to_have_attribute("aria-current", "page")


def test_a_list_goes_on_when_its_view_is_deleted_meanwhile(
    browse: Any, editor: User, reviewer: User, desk: Any, few: list[Claim]
) -> None:
    view = SavedView.objects.create(
        owner=editor, desk=desk, name="Kinds", query="sort=oldest", columns=["kind"]
    )
    page = browse(reviewer)
    page.clock.install()
    page.goto(f"/claims/?sort=oldest&view={view.pk}")
    SavedView.objects.update(deleted_at=timezone.now())
    make_verdict(few[3], editor, "false")
    page.clock.run_for(5_000)
    expect(page.locator("tr.renewed")).to_contain_text("Ship 003")
    expect(page.locator("tr.renewed")).to_contain_text("Statement")
    expect(page.locator("tr.renewed")).not_to_contain_text("Decided")

    page.get_by_role("checkbox", name="Decided").check()
    expect(page.locator("tbody tr")).to_have_count(1)
    gone = page.get_by_text("The view is gone; its filters are still here.")
    expect(gone).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?status=decided&sort=oldest$"))
    page.get_by_role("checkbox", name="Open").check()
    expect(page.locator("tbody tr")).to_have_count(5)
    expect(gone).to_have_count(0)


def test_bulk_changes_are_undone_without_javascript(
    browse: Any, editor: User, few: list[Claim]
) -> None:
    page = browse(editor, java_script_enabled=False)
    page.goto("/claims/?sort=oldest")
    page.locator("tbody [name=claim]").first.check()
    page.get_by_label("With the selected").select_option("priority")
    page.locator("#bulk [name=priority]").select_option("2")
    page.locator("#bulk").get_by_role("button").first.click()
    expect(page.get_by_text("Set priority “Urgent”: 1 claim.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Undone: 1 claim.")).to_be_visible()
    assert not Claim.objects.exclude(priority=0).exists()


def test_news_shows_without_a_reload_and_moves_nothing(
    browse: Any, editor: User, report: Article, few: list[Claim]
) -> None:
    page = browse(editor)
    page.clock.install()
    page.goto("/claims/")
    page.locator("tbody [name=claim]").nth(1).check()
    make_verdict(few[3], editor, "false")
    make_claim(report, "Ship 100 sank", editor)
    page.clock.run_for(5_000)

    expect(page.locator("tr.renewed")).to_contain_text("Ship 003")
    expect(page.locator("tr.renewed")).to_contain_text("Decided")
    expect(page.locator("tbody tr")).to_have_count(5)
    expect(picked(page)).to_have_count(1)
    announced(page, "1 new claim")
    page.get_by_role("button", name="1 new claim: show").click()
    expect(page.locator("tbody tr")).to_have_count(6)


def test_a_change_of_more_claims_than_a_page_has_reaches_every_row_shown(
    browse: Any, desk: Any, editor: User, reviewer: User, claims: list[Claim]
) -> None:
    page = browse(editor)
    page.clock.install()
    page.goto("/claims/?sort=oldest")
    page.locator("tbody [name=claim]").nth(49).check()
    seen = {claim.pk: claim.version for claim in Claim.objects.order_by("-created_at")}
    assign_many(seen=seen, by=editor, assignee=reviewer)
    later = make_article(desk, editor, " ".join(f"Boat {n:03} sank." for n in range(120)))
    for n in range(120):
        make_claim(later, f"Boat {n:03} sank", editor)
    page.clock.run_for(5_000)

    expect(page.locator("tr.renewed", has_text="rosa")).to_have_count(50)
    expect(page.locator("tbody tr")).to_have_count(50)
    expect(picked(page)).to_have_count(1)
    expect(page.get_by_role("button", name="120 new claims: show")).to_be_visible()


def test_a_hidden_list_asks_for_nothing(browse: Any, editor: User, few: list[Claim]) -> None:
    page = browse(editor)
    page.clock.install()
    page.goto("/claims/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
    page.clock.run_for(60_000)
    assert [url for url in asked if "/news/" in url] == []


def test_is_well_made(browse: Any, editor: User, few: list[Claim]) -> None:
    SavedView.objects.create(owner=editor, name="Open ones", query="status=open")
    make_verdict(few[1], editor, "not_enough_evidence")
    make_verdict(few[2], editor, second_review=True)
    Claim.objects.filter(pk=few[3].pk).update(due_on="2020-01-31")
    page = browse(editor)
    page.goto("/claims/")
    cut_off = "table => table.scrollWidth - table.clientWidth"
    assert page.locator(".table-scroll").evaluate(cut_off) == 0
    page.get_by_label("Select all on this page").check()
    page.get_by_label("With the selected", exact=True).select_option("Remove due date")
    expect(page.locator("#bulk").get_by_placeholder("Note")).to_be_hidden()
    assert_well_made(page)
    page.locator("summary", has_text="Columns").click()
    page.get_by_text("Save as a view").click()
    assert_well_made(page)
