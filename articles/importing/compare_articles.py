"""What rows of documents, articles and claims would do, held against those of the desk."""

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
