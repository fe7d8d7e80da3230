"""Makes a desk, and makes it grow."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pgtrigger
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.utils import timezone

from articles.actions.tallies import fold_tallies
from articles.bench.desk.sql import PART, SENTENCES_OF_ONE, SOURCES
from articles.bench.desk.words import FAMILY_NAMES, GIVEN_NAMES, arrays
from articles.models import (
    EDITOR,
    REVIEWER,
    Article,
    Claim,
    Desk,
    Membership,
    Rating,
    RuleError,
    Source,
    User,
)

CLAIMS_OF_PART = 20_000
"""So many claims are made in one transaction."""
MAIL = "made.invalid"
"""No mail can reach it; it tells the people of made desks from others."""

OnProgress = Callable[[int], None]


def make_desk(
    *, slug: str, people: int = 30, seed: int = 1, sources: int = 2_000, name: str = ""
) -> Desk:
    """An empty desk with its people, a quarter of them editors, and sources.

    It is marked as a demonstration, so that it can be removed. Nobody can sign in as one of its
    people until they are given passwords. Raises RuleError where the desk is there already, or
    for fewer than three people: two who review, and an editor.
    """
    if people < 3:
        raise RuleError("A desk needs at least 3 people: an editor and two reviewers.")
    if Desk.objects.filter(slug=slug).exists():
        raise RuleError(f"There is a desk “{slug}” already. Choose another slug, or remove it.")
    with transaction.atomic():
        desk = Desk.objects.create(name=name or f"Made desk {slug}", slug=slug, is_demo=True)
        members = employ(desk, people)
        values = arrays() | {
            "seed": seed,
            "now": timezone.now(),
            "desk": desk.pk,
            "people": members,
            "persons": len(members),
            "wanted": sources,
        }
        with connection.cursor() as cursor:
            cursor.execute(SOURCES, values)
    return desk


def employ(desk: Desk, people: int) -> list[int]:
    roles = {name: Group.objects.get(name=name) for name in (EDITOR, REVIEWER)}
    editors = editors_among(people)
    users = User.objects.bulk_create(
        User(
            username=f"{desk.slug}-{n + 1}",
            email=f"{desk.slug}-{n + 1}@{MAIL}",
            first_name=GIVEN_NAMES[n % len(GIVEN_NAMES)],
            last_name=FAMILY_NAMES[n // len(GIVEN_NAMES) % len(FAMILY_NAMES)],
            password=make_password(None),
        )
        for n in range(people)
    )
    Membership.objects.bulk_create(
        Membership(desk=desk, user=user, role=roles[EDITOR if n < editors else REVIEWER])
        for n, user in enumerate(users)
    )
    return [user.pk for user in users]


def editors_among(people: int) -> int:
    return max(1, round(people / 4))


def members(desk: Desk, role: str) -> list[int]:
    people = Membership.objects.filter(desk=desk, role__name=role).order_by("user")
    return list(people.values_list("user", flat=True))


def grow(
    desk: Desk,
    *,
    claims: int,
    articles: int,
    seed: int = 1,
    now: datetime | None = None,
    on_progress: OnProgress | None = None,
) -> None:
    """Add so many articles with so many claims in all, spread over two years until ``now``.

    ``on_progress`` is told after each transaction how many articles are made. Raises RuleError
    for more claims than an article of this kind can have.
    """
    if claims // articles > SENTENCES_OF_ONE // 2:
        raise RuleError(f"An article can have {SENTENCES_OF_ONE // 2:,} claims; ask for more.")
    base = Article.objects.filter(desk=desk).count()
    editors, reviewers = members(desk, EDITOR), members(desk, REVIEWER)
    people = [*reviewers, *editors]
    sources = list(
        Source.objects.filter(created_by__in=people).order_by("id").values_list("pk", flat=True)
    )
    values: dict[str, Any] = arrays() | {
        "seed": seed + desk.pk * 1_000_003,
        "now": now or timezone.now(),
        "desk": desk.pk,
        "base": base,
        "claims": claims,
        "articles": articles,
        "people": people,
        "persons": len(people),
        "reviewers": reviewers,
        "reviewing": len(reviewers),
        "editors": editors,
        "editing": len(editors),
        "sources": sources,
        "known": len(sources),
        "publishers": min(max(5, articles // 100), 1_000),
        "ratings": Rating.values,
    }
    step = max(1, CLAIMS_OF_PART * articles // max(claims, 1))
    for first in range(1, articles + 1, step):
        last = min(first + step - 1, articles)
        make_part(values | {"first": base + first, "last": base + last})
        if on_progress:
            on_progress(last)


@transaction.atomic
def make_part(values: dict[str, Any]) -> None:
    # No history of claims that never were otherwise. It would also make this fifty times as slow:
    # the trigger fails and recovers at each row, and at each recovery PostgreSQL goes through all
    # the checks that wait for the end of the transaction.
    [(_, history)] = pgtrigger.registered("articles.Claim:update_update")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pgtrigger.ignore', %s, true)", [f"{{{history.get_pgid(Claim())}}}"]
        )
        for statement in PART:
            cursor.execute(statement, values)


def settle() -> float:
    """What the worker and autovacuum would do in time: fold, clean up, tell the planner.

    The seconds it took.

    Not to be called within a transaction.
    """
    start = time.perf_counter()
    fold_tallies()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return time.perf_counter() - start
