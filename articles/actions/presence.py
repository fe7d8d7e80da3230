"""Who has an article open just now, by the signs of life that its page gives."""

from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from articles.models import Article, Presence, User

SIGN = timedelta(seconds=20)
"""An open page is noted this often at most."""
GONE = timedelta(seconds=45)
"""Who gave no sign for so long has left."""

NOTE = """
INSERT INTO articles_presence (article_id, user_id, seen_at) VALUES (%s, %s, %s)
ON CONFLICT (article_id, user_id) DO UPDATE SET seen_at = excluded.seen_at
"""
# Two who clear away at once must not wait for each other.
CLEAR = """
DELETE FROM articles_presence WHERE id IN (
    SELECT id FROM articles_presence WHERE seen_at <= %s FOR UPDATE SKIP LOCKED
)
"""


def note(article: Article, user: User, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(NOTE, [article.pk, user.pk, now])
        cursor.execute(CLEAR, [now - GONE])


def others_here(article: Article, user: User) -> list[int]:
    """The ids of the other people who have the article open, in order; this one is noted as well.

    One short query, for it is asked all the time; once in SIGN two more.
    """
    now = timezone.now()
    here = Presence.objects.filter(article=article, seen_at__gt=now - GONE)
    seen = dict(here.values_list("user", "seen_at"))
    if seen.pop(user.pk, now - SIGN) <= now - SIGN:
        note(article, user, now)
    return sorted(seen)
