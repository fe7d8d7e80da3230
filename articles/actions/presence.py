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


def others_here(article: Article, user: User) -> list[User]:
    """The other people who have the article open, by name; this one is noted as well.

    One query, and once in SIGN two more.
    """
    now = timezone.now()
    here = Presence.objects.filter(article=article, seen_at__gt=now - GONE).select_related("user")
    people = list(here)
    if not any(p.user_id == user.pk and p.seen_at > now - SIGN for p in people):
        note(article, user, now)
    others = [presence.user for presence in people if presence.user_id != user.pk]
    return sorted(others, key=lambda person: (person.display_name, person.pk))
