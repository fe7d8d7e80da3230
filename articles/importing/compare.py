"""Compares staged rows with each other and with what is stored, by sets: what each would do.

A row is matched by its external id (or our key), then by its address, then by its text; a claim
by its id, then by its words' place; a source by its id, then by name and kind. The plan names an
action for each row and claim: ``create``, ``update``, ``same`` (left alone) or ``refuse``.
"""

from dataclasses import dataclass
from typing import Any

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

# Sources

PLAN_SOURCES = """
INSERT INTO $plan (row, phase, action, target, claims)
SELECT r.row, 1,
       CASE WHEN s.id IS NULL THEN 'create'
            WHEN s.homepage = '' AND r.more->>'homepage' <> ''
              OR NOT ARRAY(SELECT jsonb_array_elements_text(r.more->'aliases'))::varchar[]
                     <@ s.aliases
            THEN 'update' ELSE 'same' END,
       coalesce(s.id, r.id), 0
FROM $row r
LEFT JOIN LATERAL (
    SELECT * FROM (
        SELECT s.*, 1 AS rank FROM articles_source s
        WHERE s.external_id = r.external_id AND s.external_id <> ''
        UNION ALL
        SELECT s.*, 2 FROM articles_source s WHERE s.id = r.key
        UNION ALL
        -- Each by the index of its own: protected names are apart from the others.
        SELECT s.*, 3 FROM articles_source s
        WHERE lower(s.name) = lower(r.title) AND s.kind = r.more->>'kind'
          AND NOT s.protected AND NOT (r.more->>'protected')::boolean
        UNION ALL
        SELECT s.*, 3 FROM articles_source s
        WHERE lower(s.name) = lower(r.title) AND s.kind = r.more->>'kind'
          AND s.protected AND (r.more->>'protected')::boolean
    ) found ORDER BY rank LIMIT 1
) s ON true
WHERE r.kind = 'source' AND r.row BETWEEN %(first)s AND %(last)s
  AND NOT EXISTS (SELECT FROM $plan q WHERE q.row = r.row)
"""
FIND_BY_ID = """
UPDATE $ref f SET source = coalesce(
    (SELECT s.id FROM articles_source s WHERE s.external_id = f.ref_id AND s.external_id <> ''),
    (SELECT s.id FROM articles_source s WHERE s.id = f.key),
    (SELECT p.target FROM $row r JOIN $plan p USING (row)
     WHERE r.kind = 'source' AND r.external_id = f.ref_id AND r.external_id <> ''
       AND p.action <> 'refuse' LIMIT 1)
)
WHERE f.ref_id <> ''
"""
FIND_BY_NAME = """
WITH names AS (
    SELECT DISTINCT lower(name) AS name, kind FROM $ref WHERE ref_id = ''
), stored AS (
    SELECT DISTINCT ON (n.name, n.kind) n.name, n.kind, s.id
    FROM names n JOIN articles_source s
        ON lower(s.name) = n.name AND (n.kind = '' OR s.kind = n.kind)
    ORDER BY n.name, n.kind, s.protected, s.kind
), staged AS (
    SELECT DISTINCT ON (n.name, n.kind) n.name, n.kind, p.target
    FROM names n JOIN $row r
        ON r.kind = 'source' AND lower(r.title) = n.name
           AND (n.kind = '' OR r.more->>'kind' = n.kind)
    JOIN $plan p ON p.row = r.row AND p.action <> 'refuse'
    ORDER BY n.name, n.kind, r.row
)
UPDATE $ref f SET source = found.source
FROM (
    SELECT names.name, names.kind, coalesce(stored.id, staged.target, alias.id) AS source
    FROM names
    LEFT JOIN stored USING (name, kind)
    LEFT JOIN staged USING (name, kind)
    LEFT JOIN (
        SELECT lower(alias) AS name, (array_agg(s.id ORDER BY s.protected, s.id))[1] AS id
        FROM articles_source s, unnest(s.aliases) alias
        WHERE NOT EXISTS (SELECT FROM articles_source o WHERE lower(o.name) = lower(alias))
        GROUP BY 1 HAVING count(*) = 1
    ) alias ON names.kind = '' AND alias.name = names.name
) found
WHERE f.ref_id = '' AND lower(f.name) = found.name AND f.kind = found.kind
"""
WRONG_REFS = """
INSERT INTO $problem (row, col, value, reason, remedy)
SELECT row, col, ref_id, 'There is no source with this id, nor in this file.',
       'Give the id of a source that is stored, or name the source.'
FROM $ref WHERE ref_id <> '' AND source IS NULL
UNION ALL
SELECT f.row, f.col, left(f.name, 200),
       'There are several sources of this name: ' || kinds.kinds || '.',
       'Say which is meant, as in '
       || json_build_object('name', left(f.name, 200), 'kind', kinds.one) || '.'
FROM $ref f JOIN (
    SELECT name, string_agg(kind, ', ' ORDER BY kind) AS kinds, min(kind) AS one FROM (
        SELECT lower(name) AS name, kind FROM articles_source WHERE NOT protected
        UNION
        SELECT lower(title), more->>'kind' FROM $row
        WHERE kind = 'source' AND NOT (more->>'protected')::boolean
        UNION
        SELECT lower(name), kind FROM $ref WHERE ref_id = '' AND kind <> ''
    ) known GROUP BY name HAVING count(*) > 1
) kinds ON kinds.name = lower(f.name)
WHERE f.ref_id = '' AND f.kind = ''
"""

# Documents and articles

PLAN_DOCUMENTS = """
INSERT INTO $plan (row, phase, action, target, claims)
SELECT r.row, 2, CASE WHEN d.id IS NULL THEN 'create' ELSE 'same' END, coalesce(d.id, r.id), 0
FROM $row r
LEFT JOIN LATERAL (
    SELECT * FROM (
        SELECT d.id, 1 AS rank FROM articles_document d
        WHERE d.desk_id = %(desk)s AND d.external_id = r.external_id
          AND d.external_id <> ''
        UNION ALL
        SELECT d.id, 2 FROM articles_document d
        WHERE d.desk_id = %(desk)s AND d.id = r.key
        UNION ALL
        SELECT d.id, 3 FROM articles_document d
        WHERE d.desk_id = %(desk)s AND d.text_sha256 = r.text_sha256 AND d.url = r.url
          -- Two captures of a page that did not change differ in nothing but their ids.
          AND (d.external_id = '' OR r.external_id = '')
    ) found ORDER BY rank, id LIMIT 1
) d ON true
WHERE r.kind = 'document' AND r.row BETWEEN %(first)s AND %(last)s
  AND NOT EXISTS (SELECT FROM $plan q WHERE q.row = r.row)
"""
PLAN_ARTICLES = """
INSERT INTO $plan (row, phase, action, target, claims)
SELECT r.row, 3,
       CASE WHEN a.id IS NULL THEN 'create'
            WHEN a.title <> r.title
              OR r.byline <> '' AND a.byline <> r.byline
              OR r.publisher <> '' AND a.publisher <> r.publisher
              OR r.url <> '' AND a.url = ''
              OR r.published_on IS NOT NULL AND a.published_on IS DISTINCT FROM r.published_on
            THEN 'update' ELSE 'same' END,
       coalesce(a.id, r.id), r.claims
FROM $row r
LEFT JOIN LATERAL (
    SELECT a.* FROM (
        SELECT a.id, 1 AS rank FROM articles_article a
        WHERE a.desk_id = %(desk)s AND a.external_id = r.external_id
          AND a.external_id <> ''
        UNION ALL
        SELECT a.id, 2 FROM articles_article a
        WHERE a.desk_id = %(desk)s AND a.id = r.key
        UNION ALL
        SELECT a.id, 3 FROM articles_article a
        WHERE a.desk_id = %(desk)s AND a.url = r.url AND a.url <> ''
        UNION ALL
        SELECT a.id, 4 FROM articles_revision v
        JOIN articles_article a ON a.current_revision_id = v.id
        WHERE a.desk_id = %(desk)s AND v.text_sha256 = r.text_sha256
    ) found JOIN articles_article a USING (id) ORDER BY rank, id LIMIT 1
) a ON true
WHERE r.kind = 'article' AND r.row BETWEEN %(first)s AND %(last)s
  AND NOT EXISTS (SELECT FROM $plan q WHERE q.row = r.row)
UNION ALL
SELECT r.row, 3, 'same', (r.more->>'article')::uuid, r.claims
FROM $row r
WHERE r.kind = 'claim' AND r.row BETWEEN %(first)s AND %(last)s
  AND NOT EXISTS (SELECT FROM $plan q WHERE q.row = r.row)
"""
OTHER_TEXT = """
INSERT INTO $problem (row, col, value, reason, remedy)
SELECT r.row, 'text', left(r.text, 80),
       'This article is stored with another text: “' || left(a.title, 100) || '”.',
       'An import never changes a stored text. Import it under another id and address, '
       'or leave the row out.'
FROM $plan p JOIN $row r USING (row)
JOIN articles_article a ON a.id = p.target
JOIN articles_revision v ON v.id = a.current_revision_id
WHERE p.row BETWEEN %(first)s AND %(last)s AND r.row BETWEEN %(first)s AND %(last)s
  AND r.kind = 'article' AND p.action <> 'refuse' AND v.text_sha256 <> r.text_sha256
UNION ALL
SELECT r.row, 'url', r.url, 'Another article of this desk has this address: “'
       || left(other.title, 100) || '”.',
       'Correct the address or the id.'
FROM $plan p JOIN $row r USING (row)
JOIN articles_article other ON other.desk_id = %(desk)s AND other.url = r.url AND other.url <> ''
WHERE p.row BETWEEN %(first)s AND %(last)s AND r.row BETWEEN %(first)s AND %(last)s
  AND r.kind = 'article' AND p.action <> 'refuse' AND other.id <> p.target
UNION ALL
SELECT r.row, 'article', r.more->>'article',
       CASE WHEN a.id IS NULL THEN 'This article is not there any more.'
            ELSE 'This article has another text since the file was checked.' END,
       'Check the file again.'
FROM $plan p JOIN $row r USING (row)
LEFT JOIN articles_article a ON a.id = p.target
LEFT JOIN articles_revision v ON v.id = a.current_revision_id
WHERE p.row BETWEEN %(first)s AND %(last)s AND r.row BETWEEN %(first)s AND %(last)s
  AND r.kind = 'claim' AND p.action <> 'refuse'
  AND v.text_sha256 IS DISTINCT FROM r.text_sha256
"""

LOCK_ARTICLES = """
SELECT a.id FROM articles_article a
WHERE a.id IN (
    SELECT target FROM $plan
    WHERE phase = 3 AND row BETWEEN %(first)s AND %(last)s
      AND action NOT IN ('create', 'refuse') AND (claims > 0 OR action = 'update')
) ORDER BY a.id FOR NO KEY UPDATE
"""

# Claims

PLAN_CLAIMS = """
INSERT INTO $claim_plan (row, position, action, target, article)
SELECT c.row, c.position,
       CASE WHEN k.id IS NULL THEN 'create'
            WHEN c.note <> '' AND k.note <> c.note
              OR f.source IS NOT NULL AND k.claimant_id IS DISTINCT FROM f.source
            THEN 'update' ELSE 'same' END,
       coalesce(k.id, c.id), p.target
FROM $plan p JOIN $claim c USING (row)
LEFT JOIN $ref f ON f.no = c.claimant
LEFT JOIN LATERAL (
    SELECT k.* FROM (
        SELECT k.id, 1 AS rank FROM articles_claim k
        WHERE p.action <> 'create' AND k.article_id = p.target
          AND k.external_id = c.external_id AND k.external_id <> ''
        UNION ALL
        SELECT k.id, 2 FROM articles_claim k
        WHERE p.action <> 'create' AND k.article_id = p.target AND k.id = c.key
        UNION ALL
        SELECT k.id, CASE WHEN (k.status = 'withdrawn') = (c.status = 'withdrawn') THEN 3 ELSE 4 END
        FROM articles_article a
        JOIN articles_anchor h ON h.revision_id = a.current_revision_id AND h.current
        JOIN articles_claim k ON k.id = h.claim_id
            AND (k.status <> 'withdrawn' OR c.status = 'withdrawn')
        WHERE p.action <> 'create' AND a.id = p.target
          AND h.start = c.start AND h."end" = c."end"
    ) found JOIN articles_claim k USING (id) ORDER BY rank LIMIT 1
) k ON true
WHERE p.phase = 3 AND p.action <> 'refuse' AND p.row BETWEEN %(first)s AND %(last)s
  AND c.row BETWEEN %(first)s AND %(last)s
"""
OTHER_PLACE = """
INSERT INTO $problem (row, col, value, reason, remedy)
SELECT c.row, CASE r.kind WHEN 'claim' THEN 'id' ELSE format('claims[%%s].id', c.position - 1) END,
       c.external_id,
       'This claim is stored with other words: “' || left(k.text, 100) || '”.',
       'Move it on the page of its article, or give this one another id.'
FROM $claim_plan cp JOIN $claim c USING (row, position) JOIN $row r USING (row)
JOIN articles_claim k ON k.id = cp.target
JOIN articles_article a ON a.id = k.article_id
LEFT JOIN articles_anchor h
    ON h.claim_id = k.id AND h.revision_id = a.current_revision_id AND h.current
WHERE cp.row BETWEEN %(first)s AND %(last)s AND c.row BETWEEN %(first)s AND %(last)s
  AND cp.action <> 'create'
  AND (h.start, h."end") IS DISTINCT FROM (c.start, c."end")
"""

# Several rows may mean one article: its own, and those of claims on it.
SAME_CLAIMS = """
WITH of_several_rows AS (
    SELECT target AS id FROM $plan WHERE phase = 3 GROUP BY target HAVING count(*) > 1
)
INSERT INTO $problem (row, col, value, reason, remedy)
SELECT row, CASE r.kind WHEN 'claim' THEN col ELSE format('claims[%s].%s', position - 1, col) END,
       left(value, 200),
       format('Row %s of this file has a claim with the same %s in this article.', first, what),
       'Leave one of them out, or correct what should differ.'
FROM (
    SELECT row, position, 'id' AS col, external_id AS value, 'id' AS what,
           min(row) OVER (PARTITION BY article, external_id) AS first
    FROM $claim_plan JOIN $claim c USING (row, position)
    WHERE external_id <> '' AND article IN (SELECT id FROM of_several_rows)
    UNION ALL
    SELECT row, position, 'exact', exact, 'words',
           min(row) OVER (PARTITION BY article, start, "end")
    FROM $claim_plan JOIN $claim c USING (row, position)
    WHERE status <> 'withdrawn' AND article IN (SELECT id FROM of_several_rows)
) twins JOIN $row r USING (row)
WHERE row <> first
"""
RESTS_ON_REFUSED = """
INSERT INTO $problem (row, col, value, reason, remedy)
SELECT c.row,
       CASE r.kind WHEN 'claim' THEN '' ELSE format('claims[%s].', c.position - 1) END
       || format('evidence[%s].document', n - 1),
       left(coalesce(nullif(d.external_id, ''), d.url), 200),
       format('The document of row %s, which it rests on, is refused.', d.row),
       'Mend that row, or name another document.'
FROM $claim c JOIN $row r USING (row)
CROSS JOIN jsonb_array_elements(c.evidence) WITH ORDINALITY evidence (item, n)
JOIN $row d ON d.kind = 'document' AND 'row:' || d.row = item->>'document'
JOIN $plan p ON p.row = d.row AND p.action = 'refuse'
WHERE EXISTS (SELECT FROM $plan WHERE phase = 2 AND action = 'refuse')
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


def find_sources(staging: Staging) -> None:
    """Say which source each reference means; none for one that is still to be made."""
    staging.execute(FIND_BY_ID)
    staging.execute(FIND_BY_NAME)


def counts(staging: Staging, batch: Batch, rows: Rows) -> dict[str, dict[str, int]]:
    """How many of each kind are created, updated, left alone and refused."""
    found: dict[str, dict[str, int]] = {}
    for kind, action, number in staging.query(COUNTS, rows.values(batch)):
        of_kind = found.setdefault(kind, {})
        of_kind[action] = of_kind.get(action, 0) + number
    return found
