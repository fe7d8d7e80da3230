"""How far the reviewers of a desk agree, on ratings and on what to mark.

Only claims that are decided now count: nothing of a blind review shows through. Of each claim the
round counts in which it was first decided, or the one verdict that did so: whoever judges it later
may have read the verdicts before theirs. Of each person's verdicts in that round the first counts:
it was given blind, and later ones may come round to what others said. Left out is an editor who
settled a difference, or who had opened the round. The work is bounded by ``MOST_VERDICTS``,
``MOST_CLAIMS`` and ``MOST_ARTICLES``.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import combinations
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from articles.agreement.alpha import Difference, Units, V, confidence, nominal, ordinal
from articles.agreement.ratings import RatingAlpha, RatingPair, on_scale, rating_alpha, rating_pair
from articles.agreement.spans import Marked, SpanAgreement, span_agreement
from articles.models import Desk
from articles.text.spans import Span

MOST_VERDICTS = 50_000
MOST_CLAIMS = 20_000
MOST_ARTICLES = 200
KEPT = timedelta(minutes=1)
BOUNDS_KEPT = timedelta(days=1)

Pair = tuple[int, int]
Bounds = tuple[float, float]


@dataclass(frozen=True)
class DeskAgreement:
    """``alone`` counts the claims that one person judged, who cannot be compared with anybody.

    The bounds are those of 95 % confidence, None where there are none to give. ``pairs`` and
    ``spans`` are by the ids of two people. ``cut`` is whether older verdicts of the time asked
    for were left out.
    """

    as_of: datetime
    cut: bool
    alone: int
    alpha: RatingAlpha
    nominal_bounds: Bounds | None
    ordinal_bounds: Bounds | None
    pairs: dict[Pair, RatingPair]
    spans: dict[Pair, SpanAgreement]


RATINGS = f"""
WITH recent AS MATERIALIZED (
    SELECT id, seq, claim_id, reviewer_id, rating, decided_at, created_at FROM articles_verdict
    WHERE desk_id = %(desk)s ORDER BY seq DESC LIMIT {MOST_VERDICTS}
), counted AS MATERIALIZED (
    SELECT DISTINCT ON (r.claim_id, r.reviewer_id) r.claim_id, r.reviewer_id, r.rating
    FROM recent r LEFT JOIN LATERAL (
        -- A decision without a verdict, as an import brings it, says so in its note.
        SELECT created_at AS at, CASE note WHEN '' THEN by_id END AS by_id
        FROM articles_transition WHERE claim_id = r.claim_id AND target = 'decided'
        ORDER BY created_at, id LIMIT 1
    ) decided ON true
    WHERE r.decided_at >= %(since)s
      AND (SELECT verdict_id FROM articles_claim WHERE id = r.claim_id) IS NOT NULL
      -- The decision is recorded before the verdict that brings it about.
      AND (r.decided_at < coalesce(decided.at, 'infinity') OR r.reviewer_id = decided.by_id)
      AND r.created_at >= coalesce((
          SELECT max(created_at) FROM articles_transition
          WHERE claim_id = r.claim_id AND target = 'awaiting_second_review'
            AND origin NOT IN ('withdrawn', 'awaiting_second_review')
            AND created_at < coalesce(decided.at, 'infinity')
      ), '-infinity')
      AND (
          SELECT count(*) FROM articles_transition
          WHERE claim_id = r.claim_id AND by_id = r.reviewer_id AND created_at <= r.created_at
            AND origin = 'awaiting_second_review' AND target = 'awaiting_second_review'
      ) = 0
      AND (SELECT count(*) FROM articles_dispute WHERE settled_by_verdict_id = r.id) = 0
    ORDER BY r.claim_id, r.reviewer_id, r.seq
)
SELECT people, ratings, count(*),
       (SELECT count(*) = {MOST_VERDICTS} AND min(decided_at) >= %(since)s FROM recent)
FROM (
    SELECT array_agg(reviewer_id ORDER BY reviewer_id) AS people,
           array_agg(rating ORDER BY reviewer_id) AS ratings
    FROM counted GROUP BY claim_id
) AS item
GROUP BY people, ratings
"""
MARKED = f"""
WITH recent AS MATERIALIZED (
    SELECT article_id, created_by_id, created_at FROM articles_claim
    WHERE desk_id = %(desk)s AND created_at >= %(since)s
      AND status <> 'withdrawn' AND batch_id IS NULL
    ORDER BY created_at DESC, id DESC LIMIT {MOST_CLAIMS}
), shared AS MATERIALIZED (
    SELECT article_id FROM recent
    GROUP BY article_id HAVING count(DISTINCT created_by_id) > 1
    ORDER BY max(created_at) DESC LIMIT {MOST_ARTICLES}
)
SELECT s.article_id, r.length, c.created_by_id, c.start, c."end"
FROM shared s
CROSS JOIN LATERAL (
    SELECT current_revision_id AS id FROM articles_article WHERE id = s.article_id OFFSET 0
) AS a
CROSS JOIN LATERAL (SELECT length FROM articles_revision WHERE id = a.id OFFSET 0) AS r
CROSS JOIN LATERAL (
    SELECT k.created_by_id, n.start, n."end"
    FROM articles_claim k
    CROSS JOIN LATERAL (
        SELECT start, "end" FROM articles_anchor
        WHERE claim_id = k.id AND revision_id = a.id AND current AND start IS NOT NULL OFFSET 0
    ) AS n
    WHERE k.article_id = s.article_id AND k.status <> 'withdrawn' AND k.batch_id IS NULL
    OFFSET 0
) AS c
"""


def desk_agreement(desk: Desk, days: int | None) -> DeskAgreement:
    """The agreement on what was decided and marked in so many days, at most a minute old."""
    key = f"agreement-{desk.pk}-{days}"
    found = cache.get(key)
    if not isinstance(found, DeskAgreement):
        found = look(desk, days)
        cache.set(key, found, KEPT.total_seconds())
    return found


def look(desk: Desk, days: int | None) -> DeskAgreement:
    now = timezone.now()
    values = {"desk": desk.pk, "since": now - timedelta(days=days) if days else "-infinity"}
    with connection.cursor() as cursor:
        cursor.execute(RATINGS, values)
        rated = cursor.fetchall()
        cursor.execute(MARKED, values)
        marked = cursor.fetchall()
    units = Counter[tuple[str, ...]]()
    tables: dict[Pair, Counter[tuple[str, str]]] = defaultdict(Counter)
    for people, ratings, items, _ in rated:
        units[tuple(sorted(ratings))] += items
        for (one, first), (other, second) in combinations(zip(people, ratings, strict=True), 2):
            tables[one, other][first, second] += items
    return DeskAgreement(
        as_of=now,
        cut=any(cut for *_, cut in rated),
        alone=sum(count for ratings, count in units.items() if len(ratings) == 1),
        alpha=rating_alpha(units),
        nominal_bounds=bounds("nominal", units, nominal),
        ordinal_bounds=bounds("ordinal", on_scale(units), ordinal),
        pairs={pair: rating_pair(table) for pair, table in sorted(tables.items())},
        spans=marked_alike(marked),
    )


def bounds(level: str, units: Units[V], difference: Difference[V]) -> Bounds | None:
    """The confidence bounds, kept by what they are of: they take a second, and stay the same."""
    content = repr(sorted(units.items(), key=repr))
    key = f"bounds-{level}-{sha256(content.encode()).hexdigest()}"
    missing = object()
    found: Any = cache.get(key, missing)
    if found is missing:
        found = confidence(units, difference)
        cache.set(key, found, BOUNDS_KEPT.total_seconds())
    return found


def marked_alike(rows: list[tuple[Any, int, int, int, int]]) -> dict[Pair, SpanAgreement]:
    """For every two people, how far they marked the same in the articles that both marked.

    ``rows`` are article, length of its text, person, and the start and end of a span.
    """
    lengths: dict[Any, int] = {}
    spans: dict[Any, dict[int, set[Span]]] = defaultdict(lambda: defaultdict(set))
    for article, length, person, start, end in rows:
        lengths[article] = length
        spans[article][person].add(Span(start, end))
    texts: dict[Pair, list[Marked]] = defaultdict(list)
    for article, by_person in spans.items():
        for one, other in combinations(sorted(by_person), 2):
            both = frozenset(by_person[one]), frozenset(by_person[other])
            texts[one, other].append(Marked(*both, lengths[article]))
    return {pair: span_agreement(found) for pair, found in sorted(texts.items())}


def people_of(found: DeskAgreement) -> set[int]:
    """The ids of the people of whom the figures tell."""
    pairs: list[Mapping[Pair, object]] = [found.pairs, found.spans]
    return {person for table in pairs for pair in table for person in pair}
