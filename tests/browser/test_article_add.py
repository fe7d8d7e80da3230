"""Adding an article in a browser, with its script switched off as well."""

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from articles.models import Article, User
from tests.factories import TEXT

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGE = """<!doctype html><html lang="en"><head><title>Cleaner air</title>
<meta name="author" content="Jonas Reyes"></head><body><article><h1>Cleaner air</h1>
<p>The yearly mean of fine particles fell to 11.8 micrograms per cubic metre, the report states.</p>
<h2>What brought it down</h2>
<p>The office gives the credit to three things, and the port authority to one of them alone.</p>
<blockquote>Move the thermometer to the cellar and the summer gets cooler, she says.</blockquote>
</article></body></html>"""


@pytest.fixture(params=["with script", "without script"])
def rosas_page(
    request: pytest.FixtureRequest, browser: Browser, live_server: Any, reviewer: User
) -> Any:
    client = Client()
    client.force_login(reviewer)
    context = browser.new_context(
        base_url=live_server.url, java_script_enabled=request.param == "with script"
    )
    session = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    yield context.new_page()
    context.close()


def test_paste_preview_change_save(rosas_page: Page):
    page = rosas_page
    page.goto("/articles/add/")
    page.get_by_label("Paste the text").fill(TEXT)
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", name="Check the article")).to_be_visible()
    preview = page.get_by_role("region", name="The text, as it will be saved")
    expect(preview).to_contain_text("Nobody had seen such water")

    page.get_by_label("Byline").fill("Ana Prado")
    page.get_by_role("button", name="Change the text").click()
    text = page.get_by_label("Paste the text")
    text.fill(text.input_value().replace("two metres", "three metres"))
    page.get_by_role("button", name="Preview").click()
    page.get_by_label("Title").fill("High water")
    page.get_by_role("button", name="Save the article").click()

    expect(page).to_have_title("High water · Factcheck")
    expect(page.get_by_text("The river rose by three metres")).to_be_visible()
    article = Article.objects.get()
    assert article.byline == "Ana Prado"
    assert article.current_revision.text == TEXT.replace("two metres", "three metres")


def test_upload_a_page(rosas_page: Page, tmp_path: Path):
    page = rosas_page
    saved = tmp_path / "air.html"
    saved.write_text(PAGE, "utf-8")
    page.goto("/articles/add/")
    page.get_by_label("Or choose a text, HTML, PDF or DOCX file").set_input_files(saved)
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_label("Byline")).to_have_value("Jonas Reyes")
    preview = page.get_by_role("region", name="The text, as it will be saved")
    expect(preview.get_by_role("heading", name="What brought it down")).to_be_visible()
    expect(preview.get_by_role("blockquote")).to_contain_text("Move the thermometer")
    page.get_by_role("button", name="Save the article").click()
    expect(page).to_have_title("Cleaner air · Factcheck")
    kinds = [kind for kind, *_ in Article.objects.get().current_revision.blocks]
    assert kinds == ["paragraph", "heading", "paragraph", "quotation"]


def test_bad_file_keeps_what_was_typed(rosas_page: Page):
    page = rosas_page
    page.goto("/articles/add/")
    page.get_by_label("Address").fill("https://example.org/water")
    file = {"name": "photo.txt", "mimeType": "text/plain", "buffer": b"\x89PNG\r\n"}
    page.get_by_label("Or choose a text, HTML, PDF or DOCX file").set_input_files(file)
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("alert")).to_contain_text("“photo.txt”: The file is a PNG image")
    expect(page.get_by_label("Address")).to_have_value("https://example.org/water")


@pytest.mark.parametrize("rosas_page", ["with script"], indirect=True)
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_accessible_and_no_wider_than_the_screen(
    rosas_page: Page, width: int, scheme: Any
):
    page = rosas_page
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=scheme)

    def check() -> None:
        assert Axe().run(page).response["violations"] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    page.goto("/articles/add/")
    check()
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("alert")).to_be_visible()
    check()
    page.get_by_label("Paste the text").fill("High water\n\n" + "w" * 500 + f"\n\n{TEXT}")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", name="Check the article")).to_be_visible()
    check()
