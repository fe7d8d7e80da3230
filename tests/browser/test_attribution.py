"""Chains built from the article's words: by mouse, by keyboard alone, and on the seed article."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from articles.models import Article, AttributionStep, Claim, Desk, Source, User
from tests.browser.steps import announced, assert_well_made, drag_over, keys, point, tab_to, toasted
from tests.factories import make_article, make_chain, make_claim, make_source

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SEED = Path(settings.BASE_DIR).parent / "shared" / "data" / "seed-article.txt"
PERSON = "a sailor who lives in the port of Brenn"
TEXT = f"""Ferry missing

A ferry with thirty sailors has not been seen since May. The Coast Radio Service (CRS) reported \
it on Monday.

“They left at night,” {PERSON} told CRS’s evening programme. “Nobody has called since,” said \
the sailor.

Two of the thirty were officers."""


@pytest.fixture
def crs(reviewer: User) -> Source:
    return make_source("Coast Radio Service", reviewer, aliases=["CRS"], kind="publication")


@pytest.fixture
def claim(desk: Desk, reviewer: User) -> Claim:
    article = make_article(desk, reviewer, TEXT, title="Ferry missing")
    return make_claim(article, "A ferry with thirty sailors has not been seen since May", reviewer)


def steps(claim: Claim) -> list[tuple[str, str]]:
    rows = AttributionStep.objects.filter(
        attribution__claim=claim, attribution__withdrawn_at=None
    ).select_related("source")
    for row in rows:
        if row.revision:
            assert row.revision.text[row.start : row.end] == row.exact
    return [(str(row), row.exact) for row in rows]


def click_on(page: Page, word: str) -> None:
    place = point(page, word, "start")
    page.mouse.click(place["x"] + 3, place["y"])


def open_builder(page: Page) -> None:
    page.locator("#chain-builder summary").click()
    expect(page.locator("#chain-form")).to_be_visible()


def save(page: Page) -> None:
    page.get_by_role("button", name="Save chain").click()


def assert_drawn(page: Page, source: str, person: str) -> None:
    chain = page.locator("#detail .chain")
    expect(chain.locator("li")).to_have_count(3)
    expect(chain.locator("li").nth(0)).to_have_text("Article")
    expect(chain.locator("li").nth(1)).to_contain_text(source)
    expect(chain.locator("li").nth(2)).to_contain_text(person)
    expect(chain.locator("li").nth(2)).to_contain_text("unnamed")
    expect(page.locator(".rests-on")).to_have_text("Rests on 1 origin, unnamed.")
    expect(page.locator("#findings")).to_contain_text("1 claim rests on 1 origin, unnamed")


def test_a_chain_is_built_by_mouse(annotate: Any, reviewer: User, claim: Claim, crs: Source):
    page = annotate(reviewer, claim.article, "?claim=1")
    expect(page.locator("#findings")).to_be_hidden()
    open_builder(page)

    click_on(page, "Radio Service (CRS)")
    announced(page, "Step 1: Coast Radio Service.")
    drag_over(page, PERSON)
    announced(page, f"Step 2: {PERSON}. Unnamed.")
    expect(page.locator("#new-claim")).to_be_hidden()
    save(page)

    toasted(page, "Claim 1 has a chain of 2 steps.")
    assert_drawn(page, "Coast Radio Service", PERSON)
    assert steps(claim) == [("Coast Radio Service", "Coast Radio Service"), (PERSON, PERSON)]

    page.locator("#detail .chain").get_by_role("link", name=PERSON).click()
    announced(page, f"In the article: {PERSON}")
    page.keyboard.press("u")
    toasted(page, "Removed a chain of claim 1.")
    expect(page.locator("#findings")).to_be_hidden()


def test_a_chain_is_built_by_keyboard_alone(
    annotate: Any, reviewer: User, claim: Claim, crs: Source
):
    page = annotate(reviewer, claim.article, "?claim=1")
    expect(page.locator("#text")).to_be_focused()
    page.keyboard.press("t")
    announced(page, "Build the chain")
    # “Coast Radio Service” of the second sentence, after its heading.
    keys(page, "j", "j", "j", "w", "w", "W", "W", "Enter")
    announced(page, "Step 1: Coast Radio Service.")
    # “A sailor …” is in the middle of a sentence: from its first word on, nine words.
    keys(page, "j", "w", "w", "w", "w", "w", *"WWWWWWWW", "Enter")
    announced(page, f"Step 2: {PERSON}.")

    page.keyboard.press("t")
    expect(page.get_by_role("button", name="Save chain")).to_be_focused()
    page.keyboard.press("Enter")
    toasted(page, "Claim 1 has a chain of 2 steps.")
    assert_drawn(page, "Coast Radio Service", PERSON)
    assert steps(claim)[1] == (PERSON, PERSON)


def test_the_sailor_is_the_person_described_before_and_a_new_source_is_made(
    annotate: Any, reviewer: User, claim: Claim, crs: Source
):
    make_chain(claim, reviewer, PERSON)
    second = make_claim(claim.article, "Nobody has called since", reviewer)
    page = annotate(reviewer, claim.article, "?claim=2")
    open_builder(page)
    drag_over(page, "the sailor")
    announced(page, f"Step 1: {PERSON}.")
    drag_over(page, "Monday")
    announced(page, "Step 2: Monday. New: press t to choose its kind.")
    page.keyboard.press("t")
    expect(
        page.locator(".chain-step").nth(1).get_by_label("Kind of the new source")
    ).to_be_focused()
    page.keyboard.type("Publication")
    page.keyboard.press("Alt+ArrowUp")
    announced(page, "Monday is step 1 of 2.")
    page.keyboard.press("Control+Enter")
    toasted(page, "Claim 2 has a chain of 2 steps.")
    assert steps(second) == [("Monday", "Monday"), (PERSON, "the sailor")]
    expect(page.locator("#findings")).to_contain_text("2 claims rest on 1 origin, unnamed")


def test_steps_are_removed_and_what_was_built_survives_a_reload(
    annotate: Any, reviewer: User, claim: Claim, crs: Source
):
    page = annotate(reviewer, claim.article, "?claim=1")
    open_builder(page)
    for words in ("CRS", PERSON, "Monday"):
        drag_over(page, words)
        announced(page, re.compile(r"^Step \d"))
        announced(page, words if words != "CRS" else "Coast")
    page.locator(".chain-step").nth(2).get_by_role("button", name="Remove this step").click()
    page.locator(".chain-step").nth(1).get_by_role("button", name="Move up").click()
    expect(page.locator("#chain-form [data-draft-state]")).to_have_text("Saved as draft")

    page.reload()
    page.locator("#annotate[data-ready]").wait_for()
    expect(page.locator(".chain-step")).to_have_count(2)
    expect(page.locator("#chain-form")).to_contain_text("What you had typed is back.")
    save(page)
    toasted(page, "Claim 1 has a chain of 2 steps.")
    assert [name for name, _ in steps(claim)] == [PERSON, "Coast Radio Service"]


def test_editing_a_chain_and_undoing_it(annotate: Any, reviewer: User, claim: Claim, crs: Source):
    make_chain(claim, reviewer, crs)
    page = annotate(reviewer, claim.article, "?claim=1")
    page.get_by_role("link", name="Edit chain 1").click()
    expect(page.locator(".chain-step")).to_have_count(1)
    drag_over(page, PERSON)
    announced(page, "Step 2")
    save(page)
    toasted(page, "Changed a chain of claim 1.")
    assert_drawn(page, "Coast Radio Service", PERSON)
    page.keyboard.press("u")
    toasted(page, "Restored a chain of claim 1.")
    expect(page.locator("#detail .chain li")).to_have_count(2)


@pytest.mark.parametrize("width", [1280, 390])
def test_builder_and_picture_are_accessible_and_fit(
    annotate: Any, reviewer: User, claim: Claim, crs: Source, width: int
):
    make_chain(claim, reviewer, crs, PERSON)
    page = annotate(reviewer, claim.article, "?claim=1", reduced_motion="reduce")
    open_builder(page)
    drag_over(page, PERSON)
    announced(page, "Step 1")
    drag_over(page, "Monday")
    announced(page, "Step 2")
    page.set_viewport_size({"width": width, "height": 844})
    page.locator("#chain-builder").scroll_into_view_if_needed()
    for path in ("", f"/articles/{claim.article_id}/origins/"):
        if path:
            page.goto(path)
        assert_well_made(page, [width])


def test_without_javascript_rows_are_typed(browse: Any, reviewer: User, claim: Claim, crs: Source):
    page = browse(reviewer, java_script_enabled=False)
    page.goto(claim.get_absolute_url())
    page.locator("#chain-builder summary").click()
    rows = page.locator(".chain-step")
    rows.nth(0).get_by_label("Name", exact=True).fill("CRS")
    rows.nth(1).get_by_label("An unnamed person").check()
    rows.nth(1).get_by_label("As the article describes them").fill(PERSON)
    save(page)
    expect(page.locator(".rests-on")).to_have_text("Rests on 1 origin, unnamed.")
    assert steps(claim) == [("Coast Radio Service", ""), (PERSON, "")]


@pytest.fixture
def seed(desk: Desk, reviewer: User) -> Article:
    if not SEED.exists():
        pytest.skip("needs the seed article in ../shared/data, which is not part of the repository")
    return make_article(desk, reviewer, SEED.read_text("utf-8"), title="Seed")


def test_the_seed_article_rests_on_one_unnamed_person(
    annotate: Callable[..., Page], reviewer: User, seed: Article
):
    rfa = make_source("Radio Free Asia", reviewer, aliases=["RFA"])
    words = "a source who lives in China’s northeastern coastal city of Dalian"
    claim = make_claim(seed, "an entire group of North Korean women", reviewer)
    page = annotate(reviewer, seed, "?claim=1", reduced_motion="reduce")
    open_builder(page)
    drag_over(page, "Radio Free Asia (RFA)")
    announced(page, "Step 1: Radio Free Asia.")
    drag_over(page, words)
    announced(page, "Step 2: a source who lives")
    save(page)
    toasted(page, "Claim 1 has a chain of 2 steps.")
    assert_drawn(page, "Radio Free Asia", words)
    assert steps(claim) == [(rfa.name, "Radio Free Asia (RFA)"), (words, words)]
    tab_to(page, page.get_by_role("link", name="Origins"))
    page.keyboard.press("Enter")
    expect(page.locator(".origin-map .origin")).to_contain_text("unnamed")
