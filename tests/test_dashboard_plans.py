"""Every query of the dashboard and the page of agreement has an index behind it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.actions.tallies import fold_tallies
from articles.bench.desk.make import grow, make_desk
from articles.models import EDITOR, REVIEWER, Desk, User
from tests.factories import make_person

BIG = {
    f"articles_{name}"
    for name in (
        "anchor",
        "article",
        "attribution",
        "attributionstep",
        "claim",
        "dispute",
        "evidence",
        "quotationcheck",
        "revision",
        "tally",
        "transition",
        "verdict",
    )
}


@pytest.fixture
def filled(db) -> Desk:
    desk = make_desk(slug="made", people=10, sources=100)
    grow(desk, claims=2_000, articles=200)
    fold_tallies()
    cache.clear()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return desk


def scans(plan: dict[str, Any]) -> Iterator[str]:
    """The tables that a plan reads from end to end."""
    if plan["Node Type"] == "Seq Scan":
        yield plan["Relation Name"]
    for part in plan.get("Plans", ()):
        yield from scans(part)


def read_whole(sql: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}")
        (found,) = cursor.fetchone()
    plan = json.loads(found) if isinstance(found, str) else found
    return BIG & set(scans(plan[0]["Plan"]))


@pytest.mark.parametrize(
    "address", ["/", "/?by=day", "/?desk=made", "/agreement/", "/agreement/?days=all"]
)
@pytest.mark.parametrize("who", ["reviewer", "editor", "admin"])
def test_no_table_of_a_million_rows_is_read_from_end_to_end(filled, sign_in, who, address):
    roles = {"reviewer": REVIEWER, "editor": EDITOR}
    if who == "admin":
        person: User = make_person("ada", role="admin")
    else:
        person = User.objects.filter(memberships__desk=filled, memberships__role__name=roles[who])[
            0
        ]
    client = sign_in(person)
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    asked = [query["sql"] for query in queries if "articles_" in query["sql"]]
    assert len(asked) > 4
    wrong = {
        sql: tables
        for sql in asked
        if sql.lstrip(" (\n").startswith(("SELECT", "WITH")) and (tables := read_whole(sql))
    }
    assert wrong == {}
