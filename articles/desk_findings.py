"""What stands out among a desk's newest claims, looked for anew at most once a minute.

The work is bounded: so many claims and no more, each reached by an index.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from articles.models import Desk

NEWEST = 2_000
"""So many of the newest standing claims are looked at."""
TOLD = 10
"""So many claims of each kind are told."""
KEPT = timedelta(seconds=55)


@dataclass(frozen=True)
class Finding:
    """``claims`` are the newest ``TOLD`` of ``count``."""

    count: int
    claims: tuple[UUID, ...]


@dataclass(frozen=True)
class DeskFindings:
    """What was found among the newest ``looked_at`` claims at the time ``as_of``.

    ``unnamed``: all chains end with one and the same person, who is not named.
    ``altered``: a quotation differs from the document it was held against.
    ``circular``: a chain comes back to a source, or two sources of an article cite each other.
    """

    as_of: datetime
    looked_at: int
    unnamed: Finding
    altered: Finding
    circular: Finding

    def __bool__(self) -> bool:
        return bool(self.unnamed.count or self.altered.count or self.circular.count)


FIND = f"""
WITH sample AS MATERIALIZED (
    SELECT c.id, c.article_id, c.created_at
    FROM unnest(%(desks)s::bigint[]) AS d (id)
    CROSS JOIN LATERAL (
        SELECT id, article_id, created_at FROM articles_claim
        WHERE desk_id = d.id AND status <> 'withdrawn'
        ORDER BY created_at DESC, id DESC LIMIT {NEWEST}
    ) AS c
    ORDER BY c.created_at DESC, c.id DESC LIMIT {NEWEST}
), step AS MATERIALIZED (
    SELECT s.id AS claim, s.article_id, s.created_at, t.*
    FROM sample s
    CROSS JOIN LATERAL (
        SELECT t.attribution_id AS chain, t.position, t.source_id,
               coalesce(t.source_id::text, lower(t.description)) AS party,
               lead(coalesce(t.source_id::text, lower(t.description)))
                   OVER (PARTITION BY t.attribution_id ORDER BY t.position) AS credits
        FROM articles_attribution a
        JOIN articles_attributionstep t ON t.attribution_id = a.id
        WHERE a.claim_id = s.id AND a.withdrawn_at IS NULL
        OFFSET 0
    ) AS t
), unnamed AS (
    SELECT e.claim, e.created_at
    FROM step e LEFT JOIN articles_source o ON o.id = e.source_id
    WHERE e.credits IS NULL
    GROUP BY e.claim, e.created_at
    HAVING count(DISTINCT e.party) = 1 AND bool_and(e.source_id IS NULL OR o.kind = 'unnamed')
), altered AS (
    SELECT s.id AS claim, s.created_at
    FROM sample s
    WHERE EXISTS (
        SELECT FROM articles_evidence e
        JOIN articles_quotationcheck q ON q.evidence_id = e.id AND q.kind = 'altered'
        WHERE e.claim_id = s.id AND e.withdrawn_at IS NULL AND q.revision_id = (
            SELECT current_revision_id FROM articles_article WHERE id = s.article_id)
        OFFSET 0
    )
), circular AS (
    SELECT claim, created_at FROM step
    GROUP BY claim, created_at, chain HAVING count(DISTINCT party) < count(*)
    UNION
    SELECT one.claim, one.created_at
    FROM step one JOIN step other
      ON other.article_id = one.article_id
     AND other.party = one.credits AND other.credits = one.party
)
SELECT
    (SELECT count(*) FROM sample),
    (SELECT count(*) FROM unnamed), ARRAY(
        SELECT claim FROM unnamed ORDER BY created_at DESC, claim DESC LIMIT {TOLD}),
    (SELECT count(*) FROM altered), ARRAY(
        SELECT claim FROM altered ORDER BY created_at DESC, claim DESC LIMIT {TOLD}),
    (SELECT count(*) FROM circular), ARRAY(
        SELECT claim FROM circular ORDER BY created_at DESC, claim DESC LIMIT {TOLD})
"""


def desk_findings(desks: Sequence[Desk]) -> DeskFindings:
    """The findings of these desks together, at most a minute old."""
    ids = sorted(desk.pk for desk in desks)
    key = f"findings-{sha256(repr(ids).encode()).hexdigest()}"
    found = cache.get(key)
    if not isinstance(found, DeskFindings):
        found = look(ids)
        cache.set(key, found, KEPT.total_seconds())
    return found


def look(desks: list[int]) -> DeskFindings:
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(FIND, {"desks": desks})
        looked_at, *found = cursor.fetchone()
    pairs = zip(found[::2], found[1::2], strict=True)
    unnamed, altered, circular = (Finding(count, tuple(claims)) for count, claims in pairs)
    return DeskFindings(now, looked_at, unnamed, altered, circular)
