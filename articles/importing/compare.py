"""Compares staged rows with each other and with what is stored, by sets: what each would do.

A row is matched by its external id (or our key), then by its address, then by its text; a claim
by its id, then by its words' place; a source by its id, then by name and kind. The plan names an
action for each row and claim: ``create``, ``update``, ``same`` (left alone) or ``refuse``.
"""

from dataclasses import dataclass
from typing import Any

from articles.importing.compare_articles import (
    LOCK_ARTICLES,
    OTHER_PLACE,
    OTHER_TEXT,
    PLAN_ARTICLES,
    PLAN_CLAIMS,
    PLAN_DOCUMENTS,
    RESTS_ON_REFUSED,
    SAME_CLAIMS,
)
from articles.importing.compare_sources import PLAN_SOURCES, WRONG_REFS, find_sources
from articles.importing.staging import Staging
from articles.models import Batch, Desk

PHASES = SOURCES, DOCUMENTS, ARTICLES = 1, 2, 3
"""The phases of an import: what others name comes first."""
PHASE_OF = {"source": SOURCES, "document": DOCUMENTS, "article": ARTICLES, "claim": ARTICLES}

TWINS = """
INSERT INTO $problem (row, col, value, reason, remedy)
SELECT row, col, left(value, 200),
       format('Row %s of this file has the same %s.', first, what),
       'Leave one of them out, or correct what should differ.'
FROM (
    SELECT row, 'id' AS col, external_id AS value, 'id' AS what,
           min(row) OVER (PARTITION BY kind, external_id) AS first
    FROM $row WHERE external_id <> '' AND kind <> 'claim'
    UNION ALL
    SELECT row, 'url', url, 'address', min(row) OVER (PARTITION BY url)
    FROM $row WHERE kind = 'article' AND url <> ''
    UNION ALL
    SELECT row, 'text', '', 'text', min(row) OVER (PARTITION BY kind, text_sha256, url_or_none)
    FROM (
        SELECT row, kind, text_sha256, CASE kind WHEN 'document' THEN url END AS url_or_none
        FROM $row WHERE kind = 'article' OR kind = 'document' AND external_id = ''
    ) texts
    UNION ALL
    SELECT row, 'name', title, 'name and kind',
           min(row) OVER (PARTITION BY lower(title), more->>'kind', more->>'protected')
    FROM $row WHERE kind = 'source'
) twins
WHERE row <> first
"""
REFUSE = """
DELETE FROM $claim_plan WHERE row IN (SELECT row FROM $problem)
    AND row BETWEEN %(first)s AND %(last)s;
UPDATE $plan SET action = 'refuse' WHERE row IN (SELECT row FROM $problem)
    AND row BETWEEN %(first)s AND %(last)s;
"""
FORGET = """
DELETE FROM $claim_plan WHERE row BETWEEN %(first)s AND %(last)s AND %(phase)s = 3;
DELETE FROM $plan
WHERE phase = %(phase)s AND row BETWEEN %(first)s AND %(last)s AND action <> 'refuse';
"""
PROBLEMS = """
SELECT row, r.kind, json_agg(json_build_object(
    'column', col, 'value', value, 'reason', reason, 'remedy', remedy) ORDER BY col)
FROM $problem JOIN $row r USING (row) JOIN $plan p USING (row)
WHERE (p.phase, row) > (%(phase_done)s, %(row_done)s)
GROUP BY row, r.kind ORDER BY row
"""
COUNTS = """
SELECT r.kind, p.action, count(*) FROM $plan p JOIN $row r USING (row)
WHERE p.phase = %(phase)s AND p.row BETWEEN %(first)s AND %(last)s
  AND (r.kind <> 'claim' OR p.action = 'refuse')
GROUP BY 1, 2
UNION ALL
SELECT 'claim', action, count(*) FROM $claim_plan
WHERE %(phase)s = 3 AND row BETWEEN %(first)s AND %(last)s GROUP BY 2
"""
STEPS = {
    SOURCES: (PLAN_SOURCES,),
    DOCUMENTS: (PLAN_DOCUMENTS,),
    ARTICLES: (PLAN_ARTICLES, OTHER_TEXT, PLAN_CLAIMS, OTHER_PLACE),
}
FIRST, LAST = 0, 2**31 - 1


@dataclass(frozen=True)
class Rows:
    """The staged rows of one phase, from ``first`` to ``last``."""

    phase: int
    first: int = FIRST
    last: int = LAST

    def values(self, batch: Batch) -> dict[str, Any]:
        return vars(self) | {"desk": batch.desk_id}


def compare(staging: Staging, batch: Batch) -> None:
    """Plan all rows of the file, and say what is wrong with those that are refused."""
    staging.execute("TRUNCATE $plan, $claim_plan, $problem")
    staging.execute(TWINS)
    for phase, steps in STEPS.items():
        for step in steps:
            staging.execute(step, Rows(phase).values(batch))
        if phase == ARTICLES:
            staging.execute(SAME_CLAIMS)
        staging.execute(REFUSE, Rows(phase).values(batch))
        if phase == SOURCES:
            find_sources(staging)
            staging.execute(WRONG_REFS)
        elif phase == DOCUMENTS:
            staging.execute(RESTS_ON_REFUSED)
    staging.execute("ANALYZE $plan; ANALYZE $claim_plan; ANALYZE $problem")


def compare_again(staging: Staging, batch: Batch, rows: Rows) -> None:
    """Plan some rows anew, by what is stored now; ``problems`` are then those of today alone.

    Rows that were refused stay so. The desk and the articles that the rows mean are locked: in
    the order in which people who record a verdict lock them. Raises OperationalError where that
    could stand in somebody's way, on an article that was added since the rows were planned last.
    """
    values = rows.values(batch)
    if rows.phase == ARTICLES:
        staging.query(LOCK_ARTICLES, values)
    # As adding an article does: two that add the same wait for one another.
    Desk.objects.select_for_update(no_key=True).get(pk=batch.desk_id)
    staging.execute("DELETE FROM $problem")
    staging.execute(FORGET, values)
    for step in STEPS[rows.phase]:
        staging.execute(step, values)
        if step is PLAN_ARTICLES:
            staging.query(f"{LOCK_ARTICLES} NOWAIT", values)
    staging.execute(REFUSE, values)


def problems(staging: Staging, batch: Batch) -> list[tuple[int, str, Any]]:
    """Row, kind and problems of the rows that the comparison refuses, of those not yet done."""
    return staging.query(PROBLEMS, {"phase_done": batch.phase, "row_done": batch.done_row})


def counts(staging: Staging, batch: Batch, rows: Rows) -> dict[str, dict[str, int]]:
    """How many of each kind are created, updated, left alone and refused."""
    found: dict[str, dict[str, int]] = {}
    for kind, action, number in staging.query(COUNTS, rows.values(batch)):
        of_kind = found.setdefault(kind, {})
        of_kind[action] = of_kind.get(action, 0) + number
    return found
