"""How long it takes to find the decided claims that say the same as another."""

import itertools
from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction

from articles.actions.claims import mark_claim
from articles.bench.data import long_article
from articles.bench.measure import Row, median_ms
from articles.earlier import earlier_claims
from articles.models import Article, Claim, User

# Sentences of 14 words out of 30,000, the lower numbers far more often: as in a language, a few
# words are in most sentences and most words in few. A verdict carries its claim's id.
CLAIMS = """
INSERT INTO articles_claim (
    id, article_id, desk_id, number, text, note, status, rating, external_id, verdict_id,
    version, created_at, updated_at, created_by_id
)
SELECT made.id, %(article)s, %(desk)s, made.n, made.words, '', 'decided', '', '', made.id,
       made.n, now(), now(), %(by)s
FROM (
    SELECT gen_random_uuid() AS id, n, (
        SELECT string_agg('word' || floor(30000 * power(random(), 5)), ' ')
        FROM generate_series(1, 14 + 0 * n)
    ) || ' ' || floor(random() * 90000) AS words
    FROM generate_series(%(first)s, %(last)s) n
) made
"""
VERDICTS = """
INSERT INTO articles_verdict (
    id, desk_id, seq, claim_id, reviewer_id, rating, attribution_accuracy, rationale, revision_id,
    exact, evidence, previous_hash, hash
)
SELECT c.id, c.desk_id, 0, c.id, c.created_by_id, 'true', 'accurate', 'Counted.', %(revision)s,
       c.text, '[]', '', ''
FROM articles_claim c WHERE c.article_id = %(article)s AND c.number BETWEEN %(first)s AND %(last)s
"""


def decide_claims(article: Article, first: int, last: int, by: User) -> None:
    """Give the article decided claims numbered from ``first`` to ``last``, no two alike."""
    values: dict[str, Any] = {
        "article": article.pk,
        "desk": article.desk_id,
        "revision": article.current_revision_id,
        "by": by.pk,
        "first": first,
        "last": last,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(CLAIMS, values)
        cursor.execute(VERDICTS, values)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE articles_claim")


def look_up(claims: list[Claim], user: User, rounds: int) -> float:
    """Median milliseconds; every claim must find the one whose words it has."""
    turn = itertools.cycle(claims)

    def once() -> None:
        if not earlier_claims(next(turn), user=user):
            raise RuntimeError("An earlier claim with the same words was not found.")

    return median_ms(once, rounds)


def earlier_rows(user: User, counts: tuple[int, int], rounds: int) -> Iterator[Row]:
    desk = user.memberships.get().desk
    archive = long_article(desk, user, 1000)
    took: list[float] = []
    done = 0
    for count in counts:
        decide_claims(archive, done + 1, count, user)
        done = count
        took.append(look_up(repeated(archive, count, user), user, rounds))
    what = "earlier claims, {:,} decided"
    yield Row(what.format(counts[0]), took[0])
    ratio = took[1] / took[0]
    against = f"{counts[0]:,}"
    yield Row(what.format(counts[1]), took[1], ratio, against, "≤ 1.5", ratio <= 1.5)


def repeated(archive: Article, count: int, user: User) -> list[Claim]:
    """New claims with the words of some of the decided ones."""
    article = long_article(archive.desk, user, 1000)
    claims = []
    for place, number in enumerate(range(1, count, count // 10)):
        claim = mark_claim(
            article=article, revision_number=1, start=place * 20, end=place * 20 + 10, by=user
        )
        claim.text = archive.claims.get(number=number).text
        claims.append(claim)
    return claims
