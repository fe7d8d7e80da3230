"""A file of 1,000 rows, 3 of them bad, the whole way through a real worker and browser."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from articles.models import Article, Batch, Claim, Desk, User
from tests.browser.conftest import Browsing
from tests.browser.steps import assert_well_made
from tests.capturing import working
from tests.factories import make_claim

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG = 30_000
"""Milliseconds the worker may take for a step."""
BAD = {17: ("title", ""), 500: ("published_on", "31.13.2024"), 999: ("text", "")}
MENDED = {17: "Report 17", 500: "2024-12-31", 999: "The yard built a ferry."}


def row(number: int) -> dict[str, str]:
    made = {
        "id": f"r-{number}",
        "title": f"Report {number}",
        "text": f"The yard built {number} ferries. Nobody has seen report {number} before.",
        "published_on": "2024-03-05",
    }
    column, value = BAD.get(number, ("id", made["id"]))
    return made | {column: value}


def table(rows: list[dict[str, str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")


@pytest.fixture
def shared_files(settings: Any, tmp_path: Path) -> Path:
    """A folder that the web server and the worker both know; see settings.MEDIA_ROOT."""
    settings.MEDIA_ROOT = tmp_path / "media"
    plain = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    settings.STORAGES = settings.STORAGES | {"default": plain}
    return tmp_path


def send(page: Page, name: str, data: bytes) -> None:
    page.get_by_label("File", exact=True).set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": data}
    )
    page.get_by_role("button", name="Upload and check").click()
    expect(page.get_by_role("heading", name="Which column is what?")).to_be_visible()
    page.get_by_role("button", name="Check the file").click()
    checked = page.get_by_role("heading", name="What the import would do")
    expect(checked).to_be_visible(timeout=LONG)


def take(page: Page, button: str) -> None:
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("heading", name="What was imported")).to_be_visible(timeout=LONG)


def downloaded(page: Page) -> list[dict[str, str]]:
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download all 3 refused rows (CSV)").click()
    text = Path(waiting.value.path()).read_text("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def mend(refused: list[dict[str, str]]) -> list[dict[str, str]]:
    """What a person would do in a spreadsheet, by what the file says is wrong."""
    for line in refused:
        number = int(line["id"].removeprefix("r-"))
        column = BAD[number][0]
        assert line["problem"].startswith(column)
        assert line["remedy"]
        line[column] = MENDED[number]
    return refused


def test_dry_run_download_mend_upload_import_undo(
    browse: Browsing, desk: Desk, admin: User, editor: User, shared_files: Path
):
    page = browse(admin, accept_downloads=True)
    page.goto("/imports/")
    page.get_by_role("link", name="Import a file").first.click()
    with working(shared_files):
        send(page, "reports.csv", table([row(number) for number in range(1, 1001)]))
        expect(page.get_by_text("Nothing has been written yet.")).to_be_visible()
        expect(page.get_by_text("1,000 rows: 997 good, 3 refused")).to_be_visible()
        expect(page.get_by_role("cell", name="31.13.2024")).to_be_visible()
        assert_well_made(page)
        assert not Article.objects.exists()

        mended = mend(downloaded(page))
        take(page, "Import the 997 good rows")
        assert Article.objects.filter(desk=desk).count() == 997

        page.get_by_role("link", name="Upload the mended rows").click()
        send(page, "reports-refused.csv", table(mended))
        take(page, "Import the 3 good rows")
        assert Article.objects.filter(desk=desk).count() == 1000
        assert Article.objects.get(title="Report 17").current_revision.text

        worked_on = Article.objects.get(title="Report 8")
        make_claim(worked_on, "8 ferries", editor)
        page.goto(Batch.objects.get(file_name="reports.csv").get_absolute_url())
        page.get_by_text("Undo this import").click()
        expect(page.get_by_text("This removes what the import has made: 997")).to_be_visible()
        page.get_by_role("button", name="Undo the import").click()
        undone = page.get_by_role("heading", name="The import is undone")
        expect(undone).to_be_visible(timeout=LONG)
        expect(page.get_by_text("Removed: 996 articles")).to_be_visible()
        assert_well_made(page)
        page.get_by_role("link", name="Report 8").click()
        expect(page.get_by_role("heading", name="Report 8")).to_be_visible()
    assert Article.objects.count() == 4
    assert Claim.objects.count() == 1
