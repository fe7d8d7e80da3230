"""Every query of the tallies and of the page of agreement has an index behind it."""

import pytest
from django.core.cache import cache
from django.db import connection

from articles.actions.tallies import fold_tallies
from articles.bench.desk.make import grow, make_desk
from articles.models import EDITOR, REVIEWER, Desk, User
from tests.factories import make_person
from tests.plans import unindexed

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def filled(rows_of_module) -> Desk:
    desk = make_desk(slug="made", people=10, sources=100)
    grow(desk, claims=2_000, articles=200)
    fold_tallies()
    cache.clear()
    connection.check_constraints()  # once, not after every test
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return desk


DASHBOARD = ("/", "/?by=day", "/?desk=made")
AGREEMENT = ("/agreement/", "/agreement/?days=all")
PUBLISHERS = "/publishers/names/?publisher=c"


@pytest.mark.parametrize(
    ("who", "address"),
    [
        *(("reviewer", address) for address in (*DASHBOARD, PUBLISHERS)),
        *(
            (who, address)
            for who in ("editor", "admin")
            for address in (*DASHBOARD, *AGREEMENT, PUBLISHERS)
        ),
    ],
)
def test_no_table_of_a_million_rows_is_read_from_end_to_end(filled, sign_in, who, address):
    roles = {"reviewer": REVIEWER, "editor": EDITOR}
    if who == "admin":
        person: User = make_person("ada", role="admin")
    else:
        person = User.objects.filter(memberships__desk=filled, memberships__role__name=roles[who])[
            0
        ]
    client = sign_in(person)
    assert unindexed(client, address) == {}
