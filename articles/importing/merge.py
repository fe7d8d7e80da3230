"""Moves planned rows from the staging tables into the tables of the desk, by sets.

The caller holds the transaction, and has locked the desk and the articles concerned. What goes in
is checked once more by the constraints and triggers of the database, as everything is.
"""

import hashlib
import json
from contextlib import ExitStack
from datetime import datetime
from typing import Any

from django.utils import timezone

from articles.actions.documents import kept_file
from articles.actions.quotations import check_quotations_of
from articles.importing.compare import DOCUMENTS, SOURCES, Rows
from articles.importing.staging import Staging
from articles.models import Batch, Document
from articles.text.similarity import sketch

# Said of both sides of a join: a range does not pass from one to the other by itself.
PLANNED = """p.phase = %(phase)s AND p.row BETWEEN %(first)s AND %(last)s
  AND r.row BETWEEN %(first)s AND %(last)s"""

ADD_SOURCES = f"""
INSERT INTO articles_source (
    id, name, kind, aliases, homepage, protected, external_id, batch_id, created_by_id
)
SELECT p.target, r.title, r.more->>'kind',
       ARRAY(SELECT jsonb_array_elements_text(r.more->'aliases')), r.more->>'homepage',
       (r.more->>'protected')::boolean, r.external_id, %(batch)s, %(by)s
FROM $plan p JOIN $row r USING (row) WHERE {PLANNED} AND p.action = 'create'
"""
FILL_SOURCES = f"""
UPDATE articles_source s
SET homepage = CASE s.homepage WHEN '' THEN r.more->>'homepage' ELSE s.homepage END,
    aliases = s.aliases || ARRAY(
        SELECT alias FROM jsonb_array_elements_text(r.more->'aliases') alias
        WHERE alias <> ALL (s.aliases)
    )::varchar[]
FROM $plan p JOIN $row r USING (row)
WHERE {PLANNED} AND p.action = 'update' AND s.id = p.target
"""
ADD_NAMED_SOURCES = """
INSERT INTO articles_source (
    id, name, kind, aliases, homepage, protected, external_id, batch_id, created_by_id
)
SELECT gen_random_uuid(), min(name), kind, '{}', '', false, '', %(batch)s, %(by)s
FROM (
    -- A name without a kind means the one of a kind that the file names elsewhere.
    SELECT f.name,
           coalesce(nullif(f.kind, ''), max(nullif(f.kind, '')) OVER same, 'organisation') AS kind
    FROM $ref f JOIN $plan p USING (row)
    WHERE f.source IS NULL AND f.ref_id = '' AND p.action <> 'refuse'
    WINDOW same AS (PARTITION BY lower(f.name))
) named
GROUP BY lower(name), kind
ON CONFLICT DO NOTHING
"""

NEW_DOCUMENTS = f"""
SELECT p.target, f.source, r.external_id, r.title, r.byline, r.language, r.url, r.published_on,
       r.text, r.text_sha256, r.blocks, r.more->>'retrieved_at'
FROM $plan p JOIN $row r USING (row) JOIN $ref f USING (row)
WHERE {PLANNED} AND p.action = 'create' ORDER BY p.row
"""

ADD_ARTICLES = f"""
INSERT INTO articles_article (
    id, desk_id, title, byline, publisher, url, published_on, language, current_revision_id,
    version, claims_made, suggested_revision, external_id, batch_id, created_by_id
)
SELECT p.target, %(desk)s, r.title, r.byline, r.publisher, r.url, r.published_on, r.language,
       r.revision, 0, 0, 0, r.external_id, %(batch)s, %(by)s
FROM $plan p JOIN $row r USING (row) WHERE {PLANNED} AND p.action = 'create' ORDER BY p.row
"""
ADD_REVISIONS = f"""
INSERT INTO articles_revision (id, article_id, number, text, blocks, text_sha256, created_by_id)
SELECT r.revision, p.target, 1, r.text, r.blocks, r.text_sha256, %(by)s
FROM $plan p JOIN $row r USING (row)
WHERE {PLANNED} AND p.action = 'create' AND r.kind = 'article' ORDER BY p.row
"""
FILL_ARTICLES = f"""
UPDATE articles_article a
SET title = r.title,
    byline = coalesce(nullif(r.byline, ''), a.byline),
    publisher = coalesce(nullif(r.publisher, ''), a.publisher),
    url = CASE a.url WHEN '' THEN r.url ELSE a.url END,
    published_on = coalesce(r.published_on, a.published_on)
FROM $plan p JOIN $row r USING (row)
WHERE {PLANNED} AND p.action = 'update' AND r.kind = 'article' AND a.id = p.target
"""
ADD_CLAIMS = """
INSERT INTO articles_claim (
    id, article_id, desk_id, number, text, note, claimant_id, status, rating, version,
    created_at, updated_at, external_id, batch_id, created_by_id
)
SELECT cp.target, cp.article, %(desk)s,
       a.claims_made + row_number() OVER article, c.exact, c.note, f.source,
       CASE WHEN c.status IN ('open', 'in_review', 'awaiting_second_review') THEN c.status
            ELSE 'open' END,
       '', a.version + row_number() OVER article, now(), now(), c.external_id, %(batch)s, %(by)s
FROM $claim_plan cp JOIN $claim c USING (row, position)
JOIN articles_article a ON a.id = cp.article
LEFT JOIN $ref f ON f.no = c.claimant
WHERE cp.row BETWEEN %(first)s AND %(last)s AND c.row BETWEEN %(first)s AND %(last)s
  AND cp.action = 'create'
WINDOW article AS (PARTITION BY cp.article ORDER BY cp.row, cp.position)
"""
COUNT_CLAIMS = """
UPDATE articles_article a
SET version = a.version + made.claims, claims_made = a.claims_made + made.claims
FROM (
    SELECT article, count(*) AS claims FROM $claim_plan
    WHERE row BETWEEN %(first)s AND %(last)s AND action = 'create' GROUP BY article
) made WHERE a.id = made.article
"""
FILL_CLAIMS = """
WITH wanted AS (
    SELECT cp.target, cp.article, c.note, f.source,
           row_number() OVER (PARTITION BY cp.article ORDER BY cp.row, cp.position) AS n
    FROM $claim_plan cp JOIN $claim c USING (row, position)
    LEFT JOIN $ref f ON f.no = c.claimant
    WHERE cp.row BETWEEN %(first)s AND %(last)s AND c.row BETWEEN %(first)s AND %(last)s
      AND cp.action = 'update'
), filled AS (
    UPDATE articles_claim k
    SET note = coalesce(nullif(w.note, ''), k.note),
        claimant_id = coalesce(w.source, k.claimant_id),
        version = a.version + w.n, updated_at = now()
    FROM wanted w JOIN articles_article a ON a.id = w.article WHERE k.id = w.target
)
UPDATE articles_article a SET version = a.version + counted.n
FROM (SELECT article, count(*) AS n FROM wanted GROUP BY article) counted
WHERE a.id = counted.article
"""
ADD_ANCHORS = """
INSERT INTO articles_anchor (
    claim_id, revision_id, start, "end", exact, prefix, suffix, state, score, current,
    created_at, created_by_id
)
SELECT cp.target, a.current_revision_id, c.start, c."end", c.exact, c.prefix, c.suffix, 'exact', 1,
       true, now(), %(by)s
FROM $claim_plan cp JOIN $claim c USING (row, position)
JOIN articles_article a ON a.id = cp.article
WHERE cp.row BETWEEN %(first)s AND %(last)s AND c.row BETWEEN %(first)s AND %(last)s
  AND cp.action = 'create'
ORDER BY cp.row, cp.position
"""
ADDED = """
FROM $claim_plan cp JOIN $claim c USING (row, position)
{join}
WHERE cp.row BETWEEN %(first)s AND %(last)s AND c.row BETWEEN %(first)s AND %(last)s
  AND cp.action = 'create'
"""
EVIDENCE = """
CROSS JOIN jsonb_array_elements(c.evidence) e
JOIN $ref f ON f.no = (e->>'ref')::int
"""
ADD_EVIDENCE = f"""
INSERT INTO articles_evidence (
    id, claim_id, source_id, relation, url, note, document_id, start, "end", exact, created_by_id
)
SELECT (e->>'id')::uuid, cp.target, f.source, e->>'relation', e->>'url', e->>'note',
       CASE WHEN e->>'document' LIKE 'row:%%' THEN (
           SELECT d.target FROM $plan d WHERE d.row = substr(e->>'document', 5)::int
       ) ELSE nullif(e->>'document', '')::uuid END,
       (e->>'start')::int, (e->>'end')::int, e->>'exact', %(by)s
{ADDED.format(join=EVIDENCE)}
"""
ADD_CHAINS = f"""
INSERT INTO articles_attribution (id, claim_id, created_by_id)
SELECT (chain->>'id')::uuid, cp.target, %(by)s
{ADDED.format(join="CROSS JOIN jsonb_array_elements(c.chains) chain")}
"""
STEPS = """
CROSS JOIN jsonb_array_elements(c.chains) chain
CROSS JOIN jsonb_array_elements(chain->'steps') WITH ORDINALITY steps (step, n)
LEFT JOIN $ref f ON f.no = (step->>'ref')::int
JOIN articles_article a ON a.id = cp.article
JOIN articles_revision v ON v.id = a.current_revision_id
"""
ADD_STEPS = f"""
INSERT INTO articles_attributionstep (
    attribution_id, position, source_id, description, revision_id, start, "end", exact
)
SELECT (chain->>'id')::uuid, n, f.source, step->>'description',
       CASE WHEN step->>'start' IS NOT NULL THEN v.id END,
       (step->>'start')::int, (step->>'end')::int,
       CASE WHEN step->>'start' IS NULL THEN '' ELSE
           substr(v.text, (step->>'start')::int + 1, (step->>'end')::int - (step->>'start')::int)
       END
{ADDED.format(join=STEPS)}
"""
ADD_TRANSITIONS = f"""
INSERT INTO articles_transition (claim_id, origin, target, by_id, note)
SELECT cp.target,
       CASE WHEN c.status = 'withdrawn' AND c.verdicts IS NOT NULL THEN 'decided' ELSE 'open' END,
       c.status, %(by)s, 'Imported.'
{ADDED.format(join="")} AND c.status <> 'open'
"""
VERDICTS = """
CROSS JOIN jsonb_array_elements(c.verdicts) WITH ORDINALITY verdicts (verdict, n)
JOIN articles_article a ON a.id = cp.article
LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_object(
        'source', e.source_id, 'relation', e.relation, 'url', e.url, 'note', e.note,
        'document', e.document_id, 'start', e.start, 'end', e."end", 'exact', e.exact
    ) ORDER BY e.id) AS evidence
    FROM articles_evidence e WHERE e.claim_id = cp.target
) rests ON true
"""
ADD_VERDICTS = f"""
INSERT INTO articles_verdict (
    id, desk_id, seq, claim_id, reviewer_id, rating, attribution_accuracy, rationale,
    revision_id, start, "end", exact, evidence, decided_at, previous_hash, hash
)
SELECT (verdict->>'id')::uuid, %(desk)s, 0, cp.target,
       coalesce(nullif(verdict->>'reviewer', '')::int, %(by)s), verdict->>'rating',
       verdict->>'accuracy', verdict->>'rationale', a.current_revision_id, c.start, c."end",
       c.exact, coalesce(rests.evidence, '[]'),
       coalesce((verdict->>'decided_at')::timestamptz, now()), '', ''
{ADDED.format(join=VERDICTS)}
ORDER BY cp.row, cp.position, n
"""
LAST_VERDICT = """
LEFT JOIN LATERAL (
    SELECT v.id FROM articles_verdict v WHERE v.claim_id = cp.target ORDER BY v.seq DESC LIMIT 1
) last ON true
"""
DECIDE_CLAIMS = f"""
UPDATE articles_claim k SET status = c.status, verdict_id = last.id
{ADDED.format(join=LAST_VERDICT)}
  AND k.id = cp.target
  AND c.status IN ('decided', 'published', 'needs_recheck', 'withdrawn')
"""
HELD_AGAINST_DOCUMENTS = """
SELECT DISTINCT e.claim_id FROM $claim_plan cp JOIN articles_evidence e ON e.claim_id = cp.target
WHERE cp.row BETWEEN %(first)s AND %(last)s AND cp.action = 'create'
  AND e.document_id IS NOT NULL
"""
ON_CLAIMS = (ADD_EVIDENCE, ADD_CHAINS, ADD_STEPS, ADD_TRANSITIONS, ADD_VERDICTS, DECIDE_CLAIMS)


def merge(staging: Staging, batch: Batch, rows: Rows) -> None:
    """Put in what the plan says of these rows."""
    values = rows.values(batch) | {"batch": batch.pk, "by": batch.started_by_id}
    if rows.phase == SOURCES:
        staging.execute(ADD_SOURCES, values)
        staging.execute(FILL_SOURCES, values)
    elif rows.phase == DOCUMENTS:
        add_documents(staging, batch, values)
    else:
        for statement in (ADD_ARTICLES, ADD_REVISIONS, FILL_ARTICLES):
            staging.execute(statement, values)
        add_claims(staging, values)


def add_named_sources(staging: Staging, batch: Batch) -> int:
    """Make the sources that rows name and nobody knows; how many."""
    return staging.execute(ADD_NAMED_SOURCES, {"batch": batch.pk, "by": batch.started_by_id})


def add_documents(staging: Staging, batch: Batch, values: dict[str, Any]) -> None:
    with ExitStack() as files:
        documents = []
        for row in staging.query(NEW_DOCUMENTS, values):
            pk, source, external_id, title, byline, language, url, day, text, sha256, *more = row
            blocks, retrieved_at = more
            document = Document(
                pk=pk,
                desk_id=batch.desk_id,
                source_id=source,
                origin=Document.Origin.PASTE,
                format=Document.Format.TEXT,
                url=url,
                title=title,
                byline=byline,
                published_on=day,
                language=language,
                retrieved_at=datetime.fromisoformat(retrieved_at)
                if retrieved_at
                else timezone.now(),
                original_sha256=hashlib.sha256(text.encode()).hexdigest(),
                text=text,
                blocks=json.loads(blocks),
                text_sha256=sha256,
                sketch=sketch(text),
                external_id=external_id,
                batch=batch,
                created_by=batch.started_by,
            )
            files.enter_context(kept_file(document, text.encode()))
            documents.append(document)
        Document.objects.bulk_create(documents)


def add_claims(staging: Staging, values: dict[str, Any]) -> None:
    staging.execute(ADD_CLAIMS, values)
    staging.execute(ADD_ANCHORS, values)
    staging.execute(COUNT_CLAIMS, values)
    staging.execute(FILL_CLAIMS, values)
    for statement in ON_CLAIMS:
        staging.execute(statement, values)
    check_quotations_of([pk for (pk,) in staging.query(HELD_AGAINST_DOCUMENTS, values)])
