"""The main job on an article, from a clean database: by keyboard alone, and by mouse."""

import re
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from articles.models import Anchor, Article, Claim, Desk, Evidence, Source, User, Verdict
from articles.models.verdict import broken_links
from tests.browser.conftest import Browsing
from tests.browser.steps import (
    announced,
    drag_over,
    keys,
    make_report,
    say_why_no_evidence,
    tab_to,
    toasted,
)
from tests.factories import make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@dataclass
class Job:
    """One claim to mark, link and judge. ``keys`` select its words."""

    keys: str
    words: str
    source: str
    rating: int
    accuracy: str


# The second and the third overlap.
JOBS = [
    Job("j j", "The yard built nine ferries in 2021.", "new: Harbour office, Organisation", 1, "a"),
    Job("j", "Four of them were sold abroad, its director said.", "Harbour office", 3, "l"),
    Job(
        "k j J o B B B B B B",
        "its director said. The union disputes the figure and counts seven ferries.",
        "new: Coast Gazette, Publication",
        8,
        "m",
    ),
    Job("j", "Two were never paid for.", "Ministry of Water", 5, "f"),
    Job("j", "Inspectors of the labour office came in March.", "Harbour office", 1, "a"),
    Job("j w w w W W W W", "312 workers without a contract", "Ministry of Water", 2, "a"),
    Job("j", "“Every one of them was paid,” the director told the Coast Gazette.", "", 5, "i"),
    Job("j j", "No fine was paid in 2021.", "Harbour office", 6, "i"),
]
RATINGS = ["true", "half_true", "conflicting_evidence", "false", "true", "mostly_true", "false"]
RATINGS += ["unverifiable"]


@pytest.fixture
def report(desk: Desk, source: Source) -> Article:
    """Added by somebody else, so that all claims on it are the reviewer's."""
    return make_report(desk, make_person("adele", desk=desk))


def sign_in_by_keyboard(page: Page, user: User) -> None:
    page.goto("/")
    tab_to(page, page.get_by_label("Username"))
    page.keyboard.type(user.username)
    page.keyboard.press("Tab")
    page.keyboard.type("pass-word-for-tests")
    page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile("Dashboard"))


def open_by_keyboard(page: Page) -> None:
    tab_to(page, page.get_by_role("link", name="Articles", exact=True))
    page.keyboard.press("Enter")
    link = page.get_by_role("link", name="Shipyard report")
    link.wait_for()
    tab_to(page, link)
    page.keyboard.press("Enter")
    page.locator("#annotate[data-ready]").wait_for()
    expect(page.locator("#text")).to_be_focused()


def link_by_keyboard(page: Page, name: str) -> None:
    page.keyboard.press("e")
    picker = page.get_by_role("combobox", name="Source")
    expect(picker).to_be_focused()
    new = re.match(r"new: (.*), (.*)", name)
    page.keyboard.type(new[1] if new else name[:7])
    wanted = f"Create “{new[1]}”" if new else name
    option = page.get_by_role("option").filter(has_text=wanted)
    option.wait_for()
    while option.get_attribute("aria-selected") != "true":
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    if new:
        expect(page.get_by_label("Kind of the new source").first).to_be_focused()
        page.keyboard.type(new[2])
    page.keyboard.press("Control+Enter")


def judge_by_keyboard(page: Page, number: int, job: Job) -> None:
    keys(page, str(job.rating), job.accuracy)
    announced(page, "Attribution accuracy:")
    page.keyboard.press("v")
    expect(page.get_by_label("Rationale")).to_be_focused()
    page.keyboard.type(f"Seen for claim {number}.")
    if not job.source:
        tab_to(page, page.get_by_label("Why there is no evidence"))
        page.keyboard.type("He said so himself.")
    page.keyboard.press("Control+Enter")
    toasted(page, f"claim {number} is decided.")
    expect(page.locator("#detail")).to_be_focused()


def assert_done(page: Page, user: User) -> None:
    claims = list(Claim.objects.order_by("number"))
    assert [claim.text for claim in claims] == [job.words for job in JOBS]
    assert [claim.rating for claim in claims] == RATINGS
    assert {claim.status for claim in claims} == {"decided"}
    assert {claim.created_by for claim in claims} == {user}
    for anchor in Anchor.objects.select_related("revision"):
        assert anchor.revision.text[anchor.start : anchor.end] == anchor.exact == anchor.claim.text

    assert set(Source.objects.values_list("name", "kind")) == {
        ("Ministry of Water", "organisation"),
        ("Harbour office", "organisation"),
        ("Coast Gazette", "publication"),
    }
    linked = Evidence.objects.order_by("claim__number").values_list("source__name", flat=True)
    names = [re.sub(r"new: (.*), .*", r"\1", job.source) for job in JOBS]
    assert list(linked) == [name for name in names if name]

    verdicts = Verdict.objects.order_by("seq")
    accuracies = {"a": "accurate", "l": "altered", "m": "misattributed"}
    accuracies |= {"f": "not_found", "i": "not_applicable"}
    assert [(v.attribution_accuracy, v.rationale) for v in verdicts] == [
        (accuracies[job.accuracy], f"Seen for claim {number}.")
        for number, job in enumerate(JOBS, start=1)
    ]
    assert list(broken_links(Verdict.objects.all())) == []


def assert_counted(page: Page) -> None:
    """The dashboard tells the same."""
    expect(page.get_by_role("link", name="Decided 8 claims")).to_be_visible()
    expect(page.locator("#decided")).to_have_text("8")
    expect(page.locator("#open")).to_have_text("0")
    for bar in ("True 2 claims", "False 2 claims", "Unverifiable 1 claim", "Half true 1 claim"):
        expect(page.get_by_role("link", name=bar, exact=True)).to_be_visible()
    for bar in ("Harbour office 4 claims", "Ministry of Water 2 claims", "Coast Gazette 1 claim"):
        expect(page.get_by_role("link", name=bar, exact=True)).to_be_visible()


def test_by_keyboard_alone(browse: Browsing, report: Article, reviewer: User):
    page = browse()
    sign_in_by_keyboard(page, reviewer)
    open_by_keyboard(page)

    for number, job in enumerate(JOBS, start=1):
        keys(page, *job.keys.split())
        announced(page, job.words)
        page.keyboard.press("Enter")
        expect(page.get_by_label("Note").first).to_be_focused()
        page.keyboard.press("Enter")
        toasted(page, f"Marked claim {number}.")
        expect(page.locator("#detail")).to_be_focused()
        expect(page.locator("#verdict-form")).to_be_visible()
        if job.source:
            link_by_keyboard(page, job.source)
            toasted(page, f"Linked claim {number}")
        judge_by_keyboard(page, number, job)
    assert_done(page, reviewer)

    tab_to(page, page.get_by_role("link", name="Factcheck"))
    page.keyboard.press("Enter")
    assert_counted(page)


def link_by_mouse(page: Page, name: str) -> None:
    picker = page.locator("#evidence-form").get_by_role("combobox")
    picker.click()
    new = re.match(r"new: (.*), (.*)", name)
    picker.press_sequentially(new[1] if new else name[:7])
    page.get_by_role("option", name=f"Create “{new[1]}”" if new else name).click()
    if new:
        kind = page.locator("#evidence-form").get_by_label("Kind of the new source")
        kind.select_option(new[2])
    page.get_by_role("button", name="Link source").click()


def judge_by_mouse(page: Page, number: int, job: Job) -> None:
    form = page.locator("#verdict-form")
    form.get_by_role("radio").nth(job.rating - 1).click()
    place = "almfi".index(job.accuracy)
    form.get_by_role("group", name="Attribution accuracy").get_by_role("radio").nth(place).click()
    form.get_by_label("Rationale").fill(f"Seen for claim {number}.")
    if not job.source:
        say_why_no_evidence(page)
    form.get_by_role("button", name="Record verdict").click()
    toasted(page, f"claim {number} is decided.")


def test_by_mouse(annotate: Any, report: Article, reviewer: User):
    page = annotate(reviewer, report)
    for number, job in enumerate(JOBS, start=1):
        drag_over(page, job.words)
        page.get_by_role("button", name="Mark as claim").click()
        toasted(page, f"Marked claim {number}.")
        expect(page.locator("#verdict-form")).to_be_visible()
        if job.source:
            link_by_mouse(page, job.source)
            toasted(page, f"Linked claim {number}")
        judge_by_mouse(page, number, job)
    assert_done(page, reviewer)

    page.get_by_role("link", name="Factcheck").click()
    assert_counted(page)
