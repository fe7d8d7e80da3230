"""Reads the plans of what a page asks the database."""

import functools
import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

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
        "notification",
        "quotationcheck",
        "revision",
        "tally",
        "transition",
        "verdict",
    )
}
"""The tables that grow with the claims."""


def scans(plan: dict[str, Any]) -> Iterator[str]:
    """The tables that a plan reads from end to end."""
    if plan["Node Type"] == "Seq Scan":
        yield plan["Relation Name"]
    for part in plan.get("Plans", ()):
        yield from scans(part)


def read_whole(sql: str) -> set[str]:
    """The big tables that a query reads from end to end for want of an index.

    On small ones that is often the best plan, so the planner may do it only where it must.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}")
        (found,) = cursor.fetchone()
    plan = json.loads(found) if isinstance(found, str) else found
    return BIG & set(scans(plan[0]["Plan"]))


def unindexed(client: Client, addresses: Iterable[str]) -> dict[str, dict[str, set[str]]]:
    """By page, its queries that have no index behind them, and of which tables."""
    tables = functools.cache(read_whole)  # for every page asks the same for its header
    found = {}
    for address in addresses:
        cache.clear()  # or one page would answer for another
        with CaptureQueriesContext(connection) as queries:
            response = client.get(address)
            if response.streaming:
                list(response)
        assert response.status_code in (200, 403), address
        asked = [query["sql"] for query in queries if "articles_" in query["sql"]]
        assert asked
        reading = [sql for sql in asked if sql.lstrip(" (\n").startswith(("SELECT", "WITH"))]
        found[address] = {sql: tables(sql) for sql in reading if tables(sql)}
    return {address: queries for address, queries in found.items() if queries}
