"""The SQL that keeps the tallies: what a claim counts for, and what a change of rows comes to.

Each statement that writes claims or evidence adds the differences it makes as rows of their own
(see models.tally). Nothing is updated in place, so writers never wait for one another's counts.
Columns of other tables are read in subqueries that stay subqueries: the plan is kept for the
session, and must be good for one row when it was made for ten thousand.
"""

from collections.abc import Callable

import pgtrigger

TALLY_COLUMNS = "desk_id, kind, one, other, claims"
CLAIM_COLUMNS = "id, article_id, desk_id, status, rating, assignee_id, verdict_id, created_at"
LINK_COLUMNS = "claim_id, source_id, relation = 'supports' AS supports"


def changes(columns: str, names: str, *, came: str = "", went: str = "", only: str = "true") -> str:
    """Rows of ``columns`` with ``n``: how many more of just these there are now."""
    signed = [
        f"SELECT {columns}, {sign} AS n FROM {relation} WHERE {only}"
        for relation, sign in ((came, 1), (went, -1))
        if relation
    ]
    return f"""
        SELECT {names}, sum(n) AS n FROM ({" UNION ALL ".join(signed)}) AS signed
        GROUP BY {names} HAVING sum(n) <> 0
    """


def day(moment: str) -> str:
    return f"to_char({moment} AT TIME ZONE 'UTC', 'YYYY-MM-DD')"


# A quarter of a doubling of the minutes; none where the verdict was given before it came to us.
BUCKET = """
CASE WHEN v.decided_at >= c.created_at THEN floor(4 * ln(greatest(
    extract(epoch FROM v.decided_at - c.created_at) / 60, 1)::float8) / ln(2::float8))::int::text
ELSE '' END
"""
COUNTS_OF_CLAIMS = f"""
SELECT c.desk_id, k.kind, k.one, k.other, c.n
FROM changed c
LEFT JOIN LATERAL (
    SELECT decided_at FROM articles_verdict
    WHERE id = c.verdict_id AND c.status <> 'withdrawn' LIMIT 1
) v ON true
CROSS JOIN LATERAL (VALUES
    ('status', c.status::text, c.rating::text),
    ('person', coalesce(c.assignee_id::text, ''), c.status::text),
    ('publisher', (SELECT publisher FROM articles_article WHERE id = c.article_id), c.status::text),
    ('opened', {day("c.created_at")}, ''),
    ('decided', {day("v.decided_at")}, {BUCKET})
) AS k (kind, one, other)
WHERE k.one IS NOT NULL
UNION ALL
SELECT c.desk_id, s.kind, s.source_id::text, c.rating::text, c.n
FROM changed c
CROSS JOIN LATERAL (
    SELECT DISTINCT k.kind, e.source_id
    FROM articles_evidence e
    CROSS JOIN (VALUES ('source', false), ('support', true)) AS k (kind, supporting)
    WHERE e.claim_id = c.id AND e.withdrawn_at IS NULL
      AND (e.relation = 'supports' OR NOT k.supporting)
) s
WHERE c.status <> 'withdrawn'
"""


def counts_of(claims: str) -> str:
    """The counts that rows of ``changed`` claims make, of which ``claims`` is the SELECT."""
    return f"""
        WITH changed AS ({claims})
        SELECT desk_id, kind, one, other, sum(n) AS claims FROM ({COUNTS_OF_CLAIMS}) AS counts
        GROUP BY desk_id, kind, one, other HAVING sum(n) <> 0
    """


def count_claims(*, came: str = "", went: str = "") -> str:
    """The body of a trigger after a statement on claims."""
    changed = changes(CLAIM_COLUMNS, CLAIM_COLUMNS, came=came, went=went)
    return f"INSERT INTO articles_tally ({TALLY_COLUMNS}) {counts_of(changed)}; RETURN NULL;"


def count_links(*, came: str = "", went: str = "") -> str:
    """The body of a trigger after a statement on evidence: a claim counts once per source."""
    names = "claim_id, source_id, supports"
    changed = changes(LINK_COLUMNS, names, came=came, went=went, only="withdrawn_at IS NULL")
    return f"""
        INSERT INTO articles_tally ({TALLY_COLUMNS})
        SELECT claim.desk_id, kind, source_id::text, claim.rating,
               sum(CASE WHEN now > 0 THEN 1 ELSE 0 END - CASE WHEN now > n THEN 1 ELSE 0 END)
        FROM (
            SELECT c.claim_id, c.source_id, k.kind, sum(c.n) AS n, (
                SELECT count(*) FROM articles_evidence e
                WHERE e.claim_id = c.claim_id AND e.source_id = c.source_id
                  AND e.withdrawn_at IS NULL AND (e.relation = 'supports' OR NOT k.supporting)
            ) AS now
            FROM ({changed}) AS c
            JOIN (VALUES ('source', false), ('support', true)) AS k (kind, supporting)
              ON c.supports OR NOT k.supporting
            GROUP BY c.claim_id, c.source_id, k.kind, k.supporting
        ) AS pair
        CROSS JOIN LATERAL (
            SELECT desk_id, rating FROM articles_claim
            WHERE id = pair.claim_id AND status <> 'withdrawn' LIMIT 1
        ) AS claim
        WHERE (now > 0) <> (now > n)
        GROUP BY claim.desk_id, kind, source_id, claim.rating
        HAVING sum(CASE WHEN now > 0 THEN 1 ELSE 0 END - CASE WHEN now > n THEN 1 ELSE 0 END) <> 0;
        RETURN NULL;
    """


def by_statement(name: str, body: Callable[..., str]) -> list[pgtrigger.Trigger]:
    """Triggers after each statement, with ``body`` of the rows that came and the rows that went.

    A trigger that sees whole statements cannot be for several kinds of them.
    """
    seen = (
        ("insert", pgtrigger.Insert, {"new": "came"}),
        ("update", pgtrigger.Update, {"new": "came", "old": "went"}),
        ("delete", pgtrigger.Delete, {"old": "went"}),
    )
    return [
        pgtrigger.Trigger(
            name=f"{name}_{verb}",
            level=pgtrigger.Statement,
            operation=operation,
            when=pgtrigger.After,
            referencing=pgtrigger.Referencing(**tables),
            func=body(**{relation: relation for relation in tables.values()}),
        )
        for verb, operation, tables in seen
    ]


COUNT_PUBLISHER = f"""
    INSERT INTO articles_tally ({TALLY_COLUMNS})
    SELECT c.desk_id, 'publisher', p.name, c.status, sum(p.n)
    FROM articles_claim c
    CROSS JOIN (VALUES (OLD.publisher, -1), (NEW.publisher, 1)) AS p (name, n)
    WHERE c.article_id = NEW.id
    GROUP BY c.desk_id, p.name, c.status;
    RETURN NULL;
"""

FOLD = f"""
WITH gone AS (DELETE FROM articles_tally WHERE NOT folded RETURNING {TALLY_COLUMNS})
INSERT INTO articles_tally AS kept ({TALLY_COLUMNS}, folded)
SELECT desk_id, kind, one, other, sum(claims), true FROM gone GROUP BY desk_id, kind, one, other
ON CONFLICT (desk_id, kind, one, other) WHERE folded
DO UPDATE SET claims = kept.claims + EXCLUDED.claims, id = EXCLUDED.id
"""

# Claims and their counts commit together, so one statement sees them agree, whoever writes.
REPAIR = f"""
INSERT INTO articles_tally ({TALLY_COLUMNS})
SELECT desk_id, kind, one, other, sum(claims) FROM (
    ({counts_of(f"SELECT {CLAIM_COLUMNS}, 1 AS n FROM articles_claim")})
    UNION ALL
    SELECT desk_id, kind, one, other, -claims FROM articles_tally
) AS difference
GROUP BY desk_id, kind, one, other HAVING sum(claims) <> 0
"""
