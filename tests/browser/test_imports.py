"""The import pages in a browser: in every state, by keyboard, live, with a file that is sent."""

import re
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from articles.models import Batch, Desk, User
from tests.browser.conftest import Browsing
from tests.browser.steps import assert_well_made, keys, sign_in_elsewhere, tab_to
from tests.factories import make_person
from tests.importing_pages import STATES, in_state

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TABLE = b"Headline;Body;Link\nHigh water;The river rose.;https://example.org/1\n"


def open_all(page: Page) -> None:
    for details in page.locator("main details").all():
        details.locator("summary").click()


@pytest.mark.parametrize("state", STATES)
def test_an_import_in_every_state_is_well_made(
    browse: Browsing, desk: Desk, admin: User, state: str
):
    batch = in_state(state, desk, admin)
    page = browse(admin)
    page.goto(batch.get_absolute_url())
    open_all(page)
    assert_well_made(page)


@pytest.mark.parametrize("states", [(), ("done", "importing", "queued", "failed")])
def test_the_list_is_well_made(browse: Browsing, desk: Desk, admin: User, states: tuple[str, ...]):
    for state in states:
        in_state(state, desk, admin)
    page = browse(admin)
    page.goto("/imports/")
    assert_well_made(page)


def test_the_upload_is_well_made_with_all_it_tells(
    browse: Browsing, desk: Desk, other_desk: Desk, admin: User
):
    page = browse(admin)
    page.goto("/imports/add/")
    open_all(page)
    assert_well_made(page)


def adding(browse: Browsing, admin: User, **options: bool) -> Page:
    browse.expect_problem("422")
    page = browse(admin, **options)
    page.goto("/imports/add/")
    return page


def choose(page: Page, name: str, data: bytes) -> None:
    page.get_by_label("File", exact=True).set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    )


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_a_file_is_sent_and_its_columns_shown(
    browse: Browsing, desk: Desk, admin: User, java_script_enabled: bool
):
    page = adding(browse, admin, java_script_enabled=java_script_enabled)
    choose(page, "march.csv", TABLE)
    page.get_by_role("button", name="Upload and check").click()
    expect(page.get_by_role("heading", name="Which column is what?")).to_be_visible()
    expect(page.get_by_label("Headline", exact=True)).to_have_value("title")
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_text("No worker is running")).to_be_visible()
    assert Batch.objects.get().state == "checking"


def test_a_file_that_cannot_be_read_is_told_in_place(browse: Browsing, desk: Desk, admin: User):
    page = adding(browse, admin)
    choose(page, "empty.csv", b"")
    page.get_by_role("button", name="Upload and check").click()
    expect(page.get_by_role("alert")).to_contain_text("The file is empty")
    expect(page.get_by_label("File", exact=True)).to_be_focused()
    assert_well_made(page)


def test_no_file_is_taken_in_the_name_of_another_who_signed_in_meanwhile(
    browse: Browsing, desk: Desk, admin: User
):
    browse.expect_problem("412")
    page = adding(browse, admin)
    sign_in_elsewhere(page, make_person("nadia", role="admin"))
    choose(page, "march.csv", TABLE)
    page.get_by_role("button", name="Upload and check").click()
    expect(page.get_by_role("alert")).to_contain_text("you are signed in as nadia now")
    assert not Batch.objects.exists()


def test_what_is_sent_is_shown_and_can_be_stopped(
    browse: Browsing, desk: Desk, admin: User, tmp_path: Path
):
    page = adding(browse, admin)
    file = tmp_path / "large.csv"
    file.write_bytes(TABLE + b"Low water;It fell again.;\n" * 400_000)
    network = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 2**20}
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", slow)
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Upload and check").click()
    expect(page.locator("#sent-share")).to_have_text(re.compile(r"^[1-9]\d? %$"))
    expect(page.get_by_role("button", name="Upload and check")).to_be_disabled()
    assert_well_made(page, widths=(1280,))
    page.get_by_role("button", name="Stop sending").click()
    expect(page.locator("#sending")).to_be_hidden()
    expect(page.get_by_role("button", name="Upload and check")).to_be_enabled()
    expect(page.get_by_role("alert")).to_be_hidden()
    assert not Batch.objects.exists()


def test_the_mapping_by_keyboard(browse: Browsing, desk: Desk, admin: User):
    batch = in_state("new", desk, admin)
    page = browse(admin)
    page.goto(batch.get_absolute_url())
    tab_to(page, page.get_by_label("Editor", exact=True))
    keys(page, "b")
    expect(page.get_by_label("Editor", exact=True)).to_have_value("byline")
    tab_to(page, page.get_by_label("Keep this mapping"))
    keys(page, "Space", "Tab", "Enter")
    expect(page.get_by_role("heading", name="Waiting")).to_be_visible()
    batch.refresh_from_db()
    assert batch.layout["mapping"]["Editor"] == "byline"


def test_a_chosen_kind_counts_without_a_button(browse: Browsing, desk: Desk, admin: User):
    page = browse(admin)
    page.goto(in_state("new", desk, admin).get_absolute_url())
    kind = page.get_by_label("Its rows are")
    kind.focus()
    kind.select_option("Documents")
    expect(page.get_by_text("Documents need source and text.")).to_be_visible()
    expect(kind).to_be_focused()
    page.get_by_label("Editor", exact=True).select_option("source")
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_role("heading", name="Waiting")).to_be_visible()
    assert Batch.objects.get().layout["kind"] == "document"


def test_progress_is_live_and_ends_in_the_report(browse: Browsing, desk: Desk, admin: User):
    batch = in_state("importing", desk, admin)
    page = browse(admin)
    page.goto(batch.get_absolute_url())
    said = page.locator("#import-said")
    expect(said).to_have_text("Importing, 25 per cent")
    tab_to(page, page.get_by_role("button", name="Cancel"))
    Batch.objects.update(done_rows=600)
    expect(page.get_by_text("60 %", exact=True)).to_be_visible()
    expect(page).to_have_title(re.compile("^60 % · Importing"))
    expect(page.get_by_text("Time left")).to_be_visible()
    expect(said).to_have_text("Importing, 50 per cent")
    expect(page.get_by_role("button", name="Cancel")).to_be_focused()
    Batch.objects.update(state="done", runner=None, done_rows=997)
    expect(page.get_by_role("heading", name="What was imported")).to_be_visible()
    expect(said).to_have_text("Imported")


def test_the_list_is_live(browse: Browsing, desk: Desk, admin: User):
    in_state("importing", desk, admin)
    page = browse(admin)
    page.goto("/imports/")
    expect(page.get_by_text("25 %")).to_be_visible()
    Batch.objects.update(state="done", runner=None)
    expect(page.get_by_text("Imported", exact=True)).to_be_visible()


def test_two_admins_press_at_once(browse: Browsing, desk: Desk, admin: User):
    batch = in_state("checked", desk, admin)
    browse.expect_problem("409")
    page = browse(admin)
    page.goto(batch.get_absolute_url())
    other = Client()
    other.force_login(admin)
    other.post(f"/imports/{batch.pk}/discard/")
    page.get_by_role("button", name="Import the 997 good rows").click()
    expect(page.get_by_role("alert")).to_contain_text("This import is discarded already.")
    expect(page.get_by_text("Nothing of this file was imported")).to_be_visible()
    assert_well_made(page)
