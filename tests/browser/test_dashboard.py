"""The dashboard in a browser: charts with their tables, news within five seconds, looks."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from articles.models import Article, Claim
from tests.browser.steps import assert_well_made, tab_to
from tests.factories import make_article, make_claim, make_evidence, make_verdict

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RATINGS = ("true", "half_true", "false", "unverifiable")
WORDS = " ".join(f"word{number:02}" for number in range(60)) + "."


@pytest.fixture
def claims(desk, editor, reviewer, source) -> list[Claim]:
    """Claims marked over ten weeks, every second one decided today."""
    article = make_article(desk, editor, WORDS, title="Harbour report")
    Article.objects.filter(pk=article.pk).update(publisher="Coast Gazette")
    made = [make_claim(article, f"word{number:02}", editor) for number in range(20)]
    for number, claim in enumerate(made):
        if number % 2:
            make_evidence(claim, source, editor)
            make_verdict(claim, reviewer, RATINGS[number // 2 % 4])
        moment = datetime.now(UTC) - timedelta(days=number * 3 + 1)
        Claim.objects.filter(pk=claim.pk).update(created_at=moment)
    return made


@pytest.fixture
def page(browse, editor, claims) -> Page:
    page = browse(editor)
    page.goto("/")
    page.locator("#wait-plot[data-drawn]").wait_for()
    return page


def ink(page: Page, plot: str) -> int:
    """How many points of a chart are not blank."""
    return page.evaluate(
        """(plot) => {
            const canvas = document.querySelector(`#${plot} canvas`);
            const points = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            return points.data.filter((value, place) => place % 4 === 3 && value).length;
        }""",
        plot,
    )


def test_charts_draw_what_their_tables_say(page: Page):
    assert ink(page, "pace-plot") > 500
    assert ink(page, "wait-plot") > 100
    table = page.get_by_role("table", name="Claims marked and decided")
    expect(table).to_be_hidden()
    summary = page.locator("#pace-table summary")
    tab_to(page, summary)
    page.keyboard.press("Enter")
    expect(table).to_be_visible()
    expect(table.get_by_role("row")).to_have_count(27)
    expect(table.get_by_role("row").last.get_by_role("cell").last).to_have_text("10")


def test_pointing_at_a_chart_tells_its_figures(page: Page):
    box = page.locator("#pace-plot .u-over").bounding_box()
    page.mouse.move(box["x"] + box["width"] - 4, box["y"] + 40)
    expect(page.locator("#pace-plot + .readout")).to_have_text(
        re.compile(r"^Week from \d+\s\w+\s\d{4} · Marked \d+ · Decided 10$")
    )


def test_news_shows_within_five_seconds_and_keeps_one_s_place(page: Page, claims, reviewer, source):
    page.locator("#pace-table summary").click()
    bar = page.get_by_role("link", name=re.compile("^Decided 10 claims"))
    bar.focus()
    page.evaluate("scrollTo(0, 300)")
    make_evidence(claims[0], source, reviewer)
    make_verdict(claims[0], reviewer, "true")

    expect(page.get_by_role("link", name=re.compile("^Decided 11 claims"))).to_be_focused(
        timeout=5_000
    )
    expect(page.get_by_role("table", name="Claims marked and decided")).to_be_visible()
    expect(page.locator("#pace-plot canvas")).to_have_count(1)
    assert ink(page, "pace-plot") > 500
    assert page.evaluate("scrollY") == 300


def test_a_page_that_shows_the_latest_is_answered_with_nothing(page: Page):
    with page.expect_response(lambda response: "seen=" in response.url) as found:
        pass
    assert found.value.status == 204


def test_a_hidden_page_asks_nothing(page: Page):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
    page.wait_for_timeout(4_500)
    assert asked == []


def test_charts_follow_the_width_and_the_colour_scheme(page: Page):
    page.set_viewport_size({"width": 390, "height": 844})
    width = "document.querySelector('#pace-plot canvas').getBoundingClientRect().width"
    expect(page.locator("#pace-plot")).to_be_visible()
    page.wait_for_function(f"{width} < 390")
    picture = "document.querySelector('#pace-plot canvas').toDataURL()"
    light = page.evaluate(picture)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"light => {picture} !== light", arg=light)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_parts_of_a_bar_have_colours_of_their_own(page: Page, scheme):
    page.emulate_media(color_scheme=scheme)
    parts = page.locator(".fared").first.locator(".bar-fill")
    expect(parts).to_have_count(4)

    colours = parts.evaluate_all("parts => parts.map(part => getComputedStyle(part).fill)")

    assert len(set(colours)) == 4
    assert "rgb(0, 0, 0)" not in colours


def test_by_day_and_back(page: Page):
    page.get_by_role("link", name="30 days").click()
    expect(page.get_by_role("link", name="30 days")).to_have_attribute("aria-current", "true")
    page.locator("#pace-table summary").click()
    rows = page.get_by_role("table", name="Claims marked and decided").get_by_role("row")
    expect(rows).to_have_count(31)


def test_well_made(page: Page):
    for details in page.locator("#figures details").all():
        details.evaluate("element => { element.open = true }")
    assert_well_made(page)
    width = "card => card.getBoundingClientRect().width"
    assert page.locator(".headlines > :last-child").evaluate(width) > 300  # of a phone's 390


def test_agreement_is_well_made(page: Page):
    page.get_by_role("link", name="How far reviewers agree").click()
    expect(page.get_by_role("heading", name="The desk as a whole")).to_be_visible()
    assert_well_made(page)
