"""Documents in a browser: captured by a real worker, uploaded, pasted, compared."""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from articles.actions import captures
from articles.actions.captures import run_capture
from articles.fetching.fetch import Limits
from articles.models import Article, Capture, Desk, Document, Source, User
from tests.browser.conftest import Browsing
from tests.browser.steps import assert_well_made
from tests.capturing import PAGE, Site, pdf, running_site, working
from tests.factories import make_claim, make_document

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORD = (
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    "<w:body><w:p><w:r><w:t>The yard built nine ferries.</w:t></w:r></w:p></w:body></w:document>"
)
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override '
    'PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Target="word/document.xml" Type="http://schemas.openxmlformats.org/'
    'officeDocument/2006/relationships/officeDocument"/></Relationships>'
)


def docx() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", RELATIONS)
        archive.writestr("word/document.xml", WORD)
    return data.getvalue()


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as site:
        yield site


@pytest.fixture
def adding(browse: Browsing, reviewer: User, source: Source) -> Page:
    browse.expect_problem("422|413")
    page = browse(reviewer)
    page.goto(f"/sources/{source.pk}/documents/add/")
    return page


def store(page: Page) -> None:
    page.get_by_role("button", name="Store the document").click()


def ask_for(page: Page, url: str) -> None:
    page.get_by_label("Address", exact=True).fill(url)
    store(page)
    expect(page.get_by_role("heading", name="Fetching a document")).to_be_visible()


def choose(page: Page, name: str, data: bytes) -> None:
    page.get_by_label("File", exact=True).set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    )
    store(page)


def test_a_worker_fetches_a_page_and_a_pdf_while_one_waits(
    adding: Page, site: Site, source: Source, tmp_path: Path
):
    page = adding
    ask_for(page, site.serve("/bulletin", PAGE))
    expect(page.get_by_text("No worker is running")).to_be_visible()
    with working(tmp_path):
        page.get_by_role("link", name="Bulletin 7").click(timeout=15_000)
        expect(page.get_by_role("heading", name="Bulletin 7")).to_be_visible()
        expect(page.get_by_text("12,000 people left their homes")).to_be_visible()

        page.goto(f"/sources/{source.pk}/documents/add/")
        report = pdf("The first page of the report.", "The second page of it.")
        ask_for(page, site.serve("/report", report, Content_Type="application/pdf"))
        page.get_by_role("link", name="The first page of the report.").click(timeout=15_000)
        expect(page.locator("#page-2")).to_have_text("Page 2")


FAILURES = {
    "leads to a private address": ("/private", "10.0.0.1 is not on the public internet"),
    "never ends": ("/endless", "did not send the whole page within 1 seconds"),
    "not there": ("/nowhere", "The server answered 404"),
}


@pytest.mark.parametrize(("path", "reason"), FAILURES.values(), ids=FAILURES)
def test_why_a_page_was_not_stored(
    adding: Page, site: Site, path: str, reason: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(captures, "LIMITS", Limits(seconds=1))
    site.serve("/private", status=302, Location="http://10.0.0.1/secret")
    ask_for(adding, site.url + path)
    run_capture(Capture.objects.get().pk)
    expect(adding.get_by_text("Not stored.")).to_be_visible()
    expect(adding.get_by_text(reason)).to_be_visible()
    expect(adding.get_by_role("button", name="Try again")).to_be_visible()
    assert not Document.objects.exists()
    assert_well_made(adding)


def test_trying_again_succeeds(adding: Page, site: Site):
    ask_for(adding, site.url + "/late")
    capture = Capture.objects.get()
    run_capture(capture.pk)
    adding.get_by_role("button", name="Try again").click()
    expect(adding.get_by_text("No worker is running")).to_be_visible()
    site.serve("/late", PAGE)
    run_capture(capture.pk)
    expect(adding.get_by_role("link", name="Bulletin 7")).to_be_visible()


def test_ctrl_enter_stores_what_is_pasted(adding: Page):
    text = adding.get_by_role("textbox", name="Text", exact=True)
    text.fill("High water\n\nIt rose in one night.")
    text.press("Control+Enter")
    expect(adding.get_by_text("The document is stored.")).to_be_visible()
    assert Document.objects.get().text == "High water\n\nIt rose in one night."


@pytest.mark.parametrize(
    "pressed",
    [["down"] * 4, ["down", "up"] * 2],
    ids=["held down", "pressed twice"],
)
def test_ctrl_enter_stores_once_however_long_it_is_held(adding: Page, pressed: list[str]):
    sent: list[str] = []
    adding.on("request", lambda request: sent.append(request.method))
    text = adding.get_by_role("textbox", name="Text", exact=True)
    text.fill("It rose in one night.")
    adding.keyboard.down("Control")
    for step in pressed:
        getattr(adding.keyboard, step)("Enter")
    adding.keyboard.up("Control")
    expect(adding.get_by_text("The document is stored.")).to_be_visible()
    assert sent.count("POST") == 1
    assert Document.objects.count() == 1


def test_a_locked_pdf_is_refused_and_a_word_document_taken(adding: Page):
    adding.get_by_label("Title").fill("Shipyard report")
    choose(adding, "secret.pdf", pdf("Secret.", password="x"))
    expect(adding.get_by_role("alert")).to_contain_text("“secret.pdf”: The PDF is locked")
    expect(adding.get_by_label("Title")).to_have_value("Shipyard report")
    assert not Document.objects.exists()
    choose(adding, "report.docx", docx())
    expect(adding.get_by_role("heading", name="Shipyard report")).to_be_visible()
    expect(adding.get_by_text("The yard built nine ferries.").first).to_be_visible()


def test_a_page_of_20_mb_is_refused(adding: Page, tmp_path: Path):
    large = tmp_path / "large.html"
    large.write_bytes(b"<!doctype html>" + b"x" * 20 * 1024 * 1024)
    adding.get_by_label("File", exact=True).set_input_files(large)
    store(adding)
    expect(adding.get_by_role("alert")).to_contain_text("“large.html” is larger than 10 MB")
    assert_well_made(adding)


def test_from_the_claim_and_back_to_it(
    browse: Browsing, reviewer: User, source: Source, article: Article
):
    claim = make_claim(article, "two metres", reviewer)
    page = browse(reviewer)
    page.goto(f"/sources/{source.pk}/documents/add/?claim={claim.pk}")
    assert_well_made(page)
    page.get_by_label("Text", exact=True).fill("High water\n\nThe river rose by two metres.")
    store(page)
    expect(page).to_have_url(re.compile(re.escape(claim.get_absolute_url()) + "$"))
    assert Document.objects.get().title == "High water"


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_what_changed(browse: Browsing, reviewer: User, desk: Desk, source: Source, script: bool):
    url = "https://water.example/"
    for days, metres in ((2, "two"), (1, "three")):
        make_document(
            desk,
            source,
            reviewer,
            f"High water\n\nIt rose by {metres} metres in one night.\n\n" + "Same.\n\n" * 9,
            url=url,
            retrieved_at=timezone.now() - timedelta(days=days),
        )
    page = browse(reviewer, java_script_enabled=script)
    page.goto(Document.objects.first().get_absolute_url())
    page.get_by_role("link", name=re.compile("^Compare with the capture of")).click()
    expect(page.get_by_role("deletion").last).to_contain_text("two")
    expect(page.get_by_role("insertion").last).to_contain_text("three")
    expect(page.get_by_text("… 8 unchanged paragraphs")).to_be_visible()
    if script:
        assert_well_made(page)


def test_the_original_is_saved(browse: Browsing, reviewer: User, desk: Desk, source: Source):
    document = make_document(desk, source, reviewer, "High water.")
    page = browse(reviewer)
    page.goto(document.get_absolute_url())
    with page.expect_download() as saved:
        page.get_by_role("link", name="Original").click()
    assert saved.value.suggested_filename == f"document-{document.pk}.txt"


@pytest.fixture
def every_kind(desk: Desk, source: Source, reviewer: User) -> Any:
    """A document with blocks of every kind, pages, long words, and another capture."""
    parts = [
        ("heading", "High water"),
        ("paragraph", "The river rose by two metres in one night."),
        ("list_item", "One boat."),
        ("list_item", "Two boats."),
        ("quotation", "Nobody had seen such water."),
        ("caption", "w" * 300),
    ]
    text, blocks = "", []
    for kind, words in parts:
        blocks.append([kind, len(text), len(text) + len(words)])
        text += words + "\n\n"
    values = {"blocks": blocks, "pages": [0, blocks[3][1], blocks[4][1] + 7], "format": "pdf"}
    values |= {"url": "https://water.example/" + "a" * 300, "language": "en"}
    values |= {"headers": {"etag": "e" * 200}, "http_status": 200}
    make_document(desk, source, reviewer, text, **values)
    return make_document(desk, source, reviewer, text, **values)


@pytest.mark.parametrize("path", ["/documents/{document}/", "/sources/{source}/"])
def test_pages_are_accessible_and_fit(
    browse: Browsing, reviewer: User, every_kind: Document, source: Source, path: str
):
    for state, reason in (("waiting", ""), ("failed", "No such page. " * 20)):
        Capture.objects.create(
            desk=every_kind.desk,
            source=source,
            url=every_kind.url,
            requested_by=reviewer,
            state=state,
            reason=reason,
            finished_at=timezone.now(),
        )
    page = browse(reviewer)
    page.goto(path.format(document=every_kind.pk, source=source.pk))
    assert_well_made(page)
