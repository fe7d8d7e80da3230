"""Behind every filter and every order of the claim list stands an index: the plans are read."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.bench.data import spread_claims
from articles.forms.claim_filters import SORTS, ClaimFilterForm
from articles.models import Claim, Desk, Evidence, Status
from articles.paging import page
from tests.factories import make_article, make_evidence, make_person, make_source
from tests.plans import read_whole

CLAIMS = 3_000
SENTENCE = "The harbour office counted ships {} and boats in the week before the storm. "


pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def filled(rows_of_module: None) -> Desk:
    """One of two desks with articles full of claims in every state that needs no verdict."""
    desk, other_desk = (Desk.objects.create(name=name, slug=name) for name in ("world", "sports"))
    editor = make_person("edith", desk=desk, role="editor")
    articles = [
        make_article(
            where,
            editor,
            "".join(SENTENCE.format(f"{name} {n} {s}") for s in range(60)),
            f"{name} {n}",
        )
        for name, where in (("World", desk), ("Sports", other_desk))
        for n in range(5)
    ]
    spread_claims(articles, CLAIMS // len(articles))
    make_evidence(Claim.objects.all()[0], make_source("Ministry of Water", editor), editor)
    connection.check_constraints()  # once, not after every test
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE articles_claim SET due_on = current_date + number % 40 WHERE number % 9 = 0"
        )
        cursor.execute("ANALYZE")
    return desk


FILTERS = {
    **{f"status {status.value}": f"status={status.value}" for status in Status},
    "several statuses": "status=open&status=in_review",
    "a rating": "rating=false",
    "not rated": "rating=none",
    "a kind": "kind=event",
    "a priority": "priority=2",
    **{f"due {name}": f"due={name}" for name in ("overdue", "today", "week", "none")},
    "a source by name": "source_name=Ministry",
    "a publisher": "publisher=coast",
    "mine": "assignee=me",
    "nobody's": "assignee=nobody",
    "disputed": "disputed=on",
    "no evidence": "unsupported=on",
    "marked": "made_from=2026-01-01&made_to=2026-02-01",
    "changed": "changed_from=2026-01-01&changed_to=2026-02-01",
    "a common word": "q=ships",
    "a rare word": "q=zeppelin",
    **{f"order {name}": f"sort={name}" for name in SORTS},
    **{f"word, order {name}": f"q=ships&sort={name}" for name in SORTS},
}


def statements(form: ClaimFilterForm) -> Iterator[str]:
    """What a page, the one after it, the count and the news ask of the claims."""
    assert form.is_valid(), form.errors
    with CaptureQueriesContext(connection) as captured:
        order = form.chosen_sort.order
        first = page(form.ordered(), order, size=10, first=form.first)
        page(form.ordered(), order, cursor=first.next, size=10, first=form.first)
        form.up_to(100)
        form.made_since(timezone.now() - timedelta(hours=1), [claim.pk for claim in first.rows])[
            :100
        ].count()
    for query in captured:
        if query["sql"].startswith("SELECT") and "articles_claim" in query["sql"]:
            yield query["sql"]


@pytest.mark.parametrize("role", ["editor", "admin"])
def test_no_filter_and_no_order_reads_all_claims(filled: Desk, role: str) -> None:
    user = make_person("solo", desk=filled if role == "editor" else None, role=role)
    found = {
        (name, sql): wrong
        for name, query in FILTERS.items()
        for sql in statements(ClaimFilterForm(QueryDict(query), user=user))
        if (wrong := read_whole(sql))
    }
    assert found == {}


@pytest.mark.parametrize("name", SORTS)
def test_no_order_is_made_by_sorting_what_one_desk_has(filled: Desk, name: str) -> None:
    """The index gives it; a sort would have to read the whole desk for each page."""
    user = make_person("solo", desk=filled, role="editor")
    for sql in statements(ClaimFilterForm(QueryDict(f"sort={name}"), user=user)):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {sql}")
            plan = "\n".join(row[0] for row in cursor.fetchall())
        assert not re.search(r"\bSort\b", plan), plan


def rows_read(plan: dict[str, Any], table: str) -> float:
    """How many rows of the table a plan that was carried out has read."""
    here = 0.0
    if plan.get("Relation Name") == table:
        here = plan["Actual Loops"] * (plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0))
    return here + sum(rows_read(part, table) for part in plan.get("Plans", ()))


def test_to_count_claims_without_evidence_reads_none_of_other_desks(filled: Desk) -> None:
    user = make_person("solo", desk=filled, role="editor")
    source = make_source("Ministry of Fish", user)
    Evidence.objects.bulk_create(
        Evidence(claim=claim, source=source, relation="supports", created_by=user)
        for claim in Claim.objects.all()
        for _ in range(1 if claim.desk_id == filled.pk else 8)
        if claim.number % 2
    )
    form = ClaimFilterForm(QueryDict("unsupported=on"), user=user)
    assert form.is_valid()
    with connection.cursor() as cursor, CaptureQueriesContext(connection) as captured:
        cursor.execute("ANALYZE")
        assert form.up_to(300) == 300
        [sql] = (q["sql"] for q in captured if "NOT EXISTS" in q["sql"])
        # With as few rows as here to sort them all is as good.
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}")
        plan = cursor.fetchone()[0][0]["Plan"]
    ours = Evidence.objects.filter(claim__desk=filled).count()
    assert rows_read(plan, "articles_evidence") <= ours, plan
