"""Each page that has keys lists them."""

from typing import Any

import pytest
from playwright.sync_api import expect

from articles.models import Claim, Dispute, User
from tests.browser.conftest import Browsing
from tests.browser.steps import assert_well_made, keys, make_report
from tests.factories import make_claim, make_verdict

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def claim(desk: Any, reviewer: User, second_reviewer: User) -> Claim:
    """A claim on which two people differ."""
    claim = make_claim(make_report(desk, reviewer), "nine ferries", reviewer)
    make_verdict(claim, reviewer, "true", second_review=True)
    make_verdict(claim, second_reviewer, "false")
    assert Dispute.objects.exists()
    return claim


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("/queue/", "begin with the next claim"),
        ("/claims/", "select the row"),
        ("/claims/{}/adjudicate/", "take the first, the second verdict"),
    ],
)
def test_the_keys_of_the_page_are_shown_and_act_not_meanwhile(
    browse: Browsing, claim: Claim, editor: User, address: str, told: str
) -> None:
    make_claim(claim.article, "seven ferries", editor)
    page = browse(editor)
    page.goto(address.format(claim.pk))
    page.wait_for_load_state("networkidle")
    keys(page, "?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog).to_contain_text(told)
    assert_well_made(page)
    keys(page, "1", "j", "x", "N")
    expect(dialog).to_be_visible()
    expect(page.locator("[name=claim]:checked, #decision :checked")).to_have_count(0)
    keys(page, "Escape")
    expect(dialog).to_be_hidden()

    page.get_by_role("button", name="Keys").click()
    dialog.get_by_label("Keys without Ctrl are on").uncheck()
    dialog.get_by_role("button", name="Close").click()
    keys(page, "?")
    expect(dialog).to_be_hidden()


def test_a_list_longer_than_the_window_is_shown_from_its_beginning(
    browse: Browsing, claim: Claim, editor: User
) -> None:
    page = browse(editor)
    page.set_viewport_size({"width": 1280, "height": 500})
    page.goto(claim.article.get_absolute_url())
    page.wait_for_load_state("networkidle")
    keys(page, "?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog.get_by_role("heading", name="Keys")).to_be_in_viewport()
    expect(dialog.get_by_role("button", name="Close")).not_to_be_in_viewport()
    page.keyboard.press("Tab")
    expect(dialog.get_by_label("Keys without Ctrl are on")).to_be_focused()


def test_a_question_mark_is_typed_where_one_types(
    browse: Browsing, claim: Claim, editor: User
) -> None:
    page = browse(editor)
    page.goto("/claims/")
    page.wait_for_load_state("networkidle")
    keys(page, "/", "?")
    expect(page.locator("#id_q")).to_have_value("?")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator(".keys-help")).to_contain_text("/ search")
