"""Throw-away data in bulk, by set-based SQL: many articles alike, claims spread over them."""

from typing import Any

from django.contrib.auth.models import Group
from django.db import connection

from articles.actions.articles import add_article
from articles.models import EDITOR, Article, Desk, Membership, User
from articles.text.normalize import normalize, paragraphs

SENTENCE = "The office of harbour {0} counted {1} ships in the week before the storm of May. "


def make_editor(desk: Desk, username: str) -> User:
    user = User.objects.create_user(username)
    Membership.objects.create(desk=desk, user=user, role=Group.objects.get(name=EDITOR))
    return user


def long_article(desk: Desk, by: User, characters: int) -> Article:
    """An article of about that many code points, unlike any other, in paragraphs of five."""
    count = characters // len(SENTENCE)
    parts = [SENTENCE.format(n, n * 7) + ("\n\n" if n % 5 == 4 else "") for n in range(count)]
    text = normalize(f"Report {Article.objects.count()}.\n\n{''.join(parts)}")
    title = f"An article of {len(text)} characters"
    return add_article(desk=desk, by=by, title=title, text=text, blocks=paragraphs(text))


CLAIMS = """
WITH made AS (
    INSERT INTO articles_claim (
        id, article_id, desk_id, number, text, note, status, rating, external_id, version,
        created_at, updated_at, created_by_id
    )
    SELECT gen_random_uuid(), a.id, a.desk_id, n,
           substr(r.text, place.start + 1, %(width)s), '',
           (ARRAY['open', 'in_review', 'awaiting_second_review', 'needs_recheck'])[1 + n %% 4],
           '', '', n, now() - n * interval '1 minute', now(), a.created_by_id
    FROM articles_article a
    JOIN articles_revision r ON r.id = a.current_revision_id
    CROSS JOIN generate_series(1, %(claims)s) n
    CROSS JOIN LATERAL (
        SELECT ((n - 1)::bigint * (r.length - %(width)s) / %(claims)s)::int AS start
    ) place
    WHERE a.id = ANY(%(articles)s)
    RETURNING id, article_id, number, text, created_by_id
), counted AS (
    UPDATE articles_article SET version = %(claims)s, claims_made = %(claims)s
    WHERE id = ANY(%(articles)s)
)
SELECT 1
"""
ANCHORS = """
INSERT INTO articles_anchor (
    claim_id, revision_id, start, "end", exact, prefix, suffix, state, score, current,
    created_at, created_by_id
)
SELECT c.id, r.id, place.start, place.start + %(width)s, c.text, '', '', 'exact', 1, true,
       now(), c.created_by_id
FROM articles_claim c
JOIN articles_article a ON a.id = c.article_id
JOIN articles_revision r ON r.id = a.current_revision_id
CROSS JOIN LATERAL (
    SELECT ((c.number - 1)::bigint * (r.length - %(width)s) / %(claims)s)::int AS start
) place
WHERE a.id = ANY(%(articles)s)
"""


def spread_claims(articles: list[Article], claims: int, width: int = 25) -> None:
    """Give each article that many overlapping claims of ``width`` code points."""
    values: dict[str, Any] = {
        "articles": [a.pk for a in articles],
        "claims": claims,
        "width": width,
    }
    with connection.cursor() as cursor:
        cursor.execute(CLAIMS, values)
        cursor.execute(ANCHORS, values)
        cursor.execute("ANALYZE")
