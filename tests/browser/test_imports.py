"""The import pages in a browser: in every state, by keyboard, with a file that is sent."""


import pytest

from articles.models import Desk, User
from tests.browser.conftest import Browsing
from tests.browser.steps import assert_well_made
from tests.importing_pages import STATES, in_state

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TABLE = b"Headline;Body;Link\nHigh water;The river rose.;https://example.org/1\n"


@pytest.mark.parametrize("state", STATES)
def test_an_import_in_every_state_is_well_made(
    browse: Browsing, desk: Desk, admin: User, state: str
):
    batch = in_state(state, desk, admin)
    page = browse(admin)
    page.goto(batch.get_absolute_url())
    for details in page.locator("main details").all():
        details.locator("summary").click()
    assert_well_made(page)
