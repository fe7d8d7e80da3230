"""What rows of sources would do, and which source is meant where rows name one."""

from articles.importing.staging import Staging

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


def find_sources(staging: Staging) -> None:
    """Say which source each reference means; none for one that is still to be made."""
    staging.execute(FIND_BY_ID)
    staging.execute(FIND_BY_NAME)
