"""The pages of a desk, at a small number of claims and at a large one, in one run."""

import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Count
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse

from articles.bench.desk.make import grow, make_desk, settle
from articles.bench.desk.words import COMMON, rarest
from articles.bench.measure import Row, percentile, times_in_turn_ms
from articles.models import EDITOR, REVIEWER, Article, Claim, Desk, Source, Status, User
from articles.paging import Order, make_cursor

SMALL = 10_000
RATIO = 1.5
P95 = 100.0
"""Milliseconds."""
DEEP = 2_000
ROWS_OF_PAGE = 50
NEWEST_FIRST = Order(("created_at", "id"), descending=True)

Ask = Callable[[], HttpResponseBase]


def page_rows(claims: int, rounds: int) -> Iterator[Row]:
    """Each page at SMALL claims, or a tenth of fewer, and at all of them, asked for in turn.

    The desk of few claims stays in a copy of the database while the other one grows: a machine
    that grows slower or faster meanwhile does so for both.
    """
    small = SMALL if claims > SMALL else claims // 10
    desk = make_desk(slug="pages")
    grow(desk, claims=small, articles=small // 10)
    settle()
    with copy_of_database() as copy:
        grow(desk, claims=claims - small, articles=(claims - small) // 10)
        settle()
        with in_place_of_database(copy):
            of_small = pages(desk)
        for what, of_large in pages(desk).items():
            few, many = times_in_turn_ms(
                within(copy, answered(of_small[what])), answered(of_large), rounds
            )
            base, took, p95 = (
                statistics.median(few),
                statistics.median(many),
                percentile(many, 0.95),
            )
            yield Row(f"{what}, {small:,} claims", base, p95=percentile(few, 0.95))
            yield Row(
                f"{what}, {claims:,} claims",
                took,
                took / base,
                f"{small:,}",
                f"≤ {RATIO}, p95 < {P95:g} ms",
                took <= RATIO * base and p95 < P95,
                p95,
            )


@contextmanager
def copy_of_database() -> Iterator[BaseDatabaseWrapper]:
    """A connection to a copy of the database as it is now. The copy goes when the block ends.

    Not to be called within a transaction, nor while others are connected to the database.
    """
    creation = connections[DEFAULT_DB_ALIAS].creation
    creation.clone_test_db("copy", verbosity=0)
    copy = connections[DEFAULT_DB_ALIAS].copy()
    copy.settings_dict["NAME"] = creation.get_test_db_clone_settings("copy")["NAME"]
    try:
        yield copy
    finally:
        copy.close()
        creation.destroy_test_db(suffix="copy", verbosity=0)


@contextmanager
def in_place_of_database(copy: BaseDatabaseWrapper) -> Iterator[None]:
    database = connections[DEFAULT_DB_ALIAS]
    connections[DEFAULT_DB_ALIAS] = copy
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS] = database


def within(copy: BaseDatabaseWrapper, act: Callable[[], None]) -> Callable[[], None]:
    def once() -> None:
        with in_place_of_database(copy):
            act()

    return once


def answered(ask: Ask) -> Callable[[], None]:
    def once() -> None:
        response = ask()
        if response.status_code >= 400:
            raise RuntimeError(f"A page answered {response.status_code}.")

    return once


def pages(desk: Desk) -> dict[str, Ask]:
    """What an editor of the desk asks for, by what it is called."""
    editor, reviewer = (
        User.objects.filter(memberships__desk=desk, memberships__role__name=role).earliest("pk")
        for role in (EDITOR, REVIEWER)
    )
    asked = {
        "dashboard": reverse("dashboard"),
        "agreement": reverse("agreement"),
        "articles": reverse("articles"),
        "an article": Article.objects.filter(desk=desk).latest("created_at").get_absolute_url(),
    }
    asked |= {
        f"claims, {what}": f"{reverse('claims')}?{urlencode(query)}"
        for what, query in filters(desk, reviewer).items()
    }
    clients = {}
    for user in (editor, reviewer):
        clients[user] = Client()
        clients[user].force_login(user)
    return {what: getter(clients[editor], url) for what, url in asked.items()} | {
        "the queue": getter(clients[reviewer], reverse("queue")),
        "the next claim": lambda: clients[reviewer].post(reverse("queue-next")),
    }


def getter(client: Client, url: str) -> Ask:
    return lambda: client.get(url)


def filters(desk: Desk, reviewer: User) -> dict[str, dict[str, str]]:
    claims = Claim.objects.filter(desk=desk)
    newest = claims.order_by("-created_at", "-id")
    place = max(1, min(DEEP, claims.count() // ROWS_OF_PAGE // 2))
    last = newest[(place - 1) * ROWS_OF_PAGE]
    rare = rarest(word for claim in newest[:500] for word in claim.text.split())
    # A source of fewer claims than a page shows would be timed at so many rows less.
    sources = (
        Source.objects.filter(
            evidence__claim__desk=desk,
            evidence__claim__status__in=set(Status) - {Status.WITHDRAWN},
            evidence__withdrawn_at=None,
        )
        .annotate(of=Count("evidence__claim", distinct=True))
        .filter(of__gte=min(ROWS_OF_PAGE, claims.count() // 200))
    )
    publishers = Article.objects.filter(desk=desk).order_by().values_list("publisher")
    papers = [name for name, _ in publishers.annotate(of=Count("*")).order_by("-of")]
    return {
        "all": {},
        "waiting": {"status": "open"},
        "rated false": {"rating": "false"},
        "of a source of many": {"source": str(sources.order_by("-of")[0].pk)},
        "of a source of few": {"source": str(sources.order_by("of")[0].pk)},
        "of a person": {"assignee": reviewer.username},
        "of nobody": {"assignee": "nobody"},
        "quotations": {"kind": "quotation"},
        "urgent": {"priority": "2"},
        "of a large paper": {"publisher": papers[0]},
        "of a small paper": {"publisher": papers[-1]},
        "overdue": {"due": "overdue"},
        "without evidence": {"unsupported": "on"},
        "where reviewers differ": {"disputed": "on"},
        "with a common word": {"q": COMMON},
        "with a rare word": {"q": rare},
        "page 2,000 or the middle": {"at": make_cursor(last, NEWEST_FIRST, backwards=False)},
    }
