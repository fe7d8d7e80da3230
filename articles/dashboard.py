"""What the claims of some desks add up to, as plain values, read from the tallies.

Counts by rating count ``Claim.rating``, which stays empty until a claim is decided: a verdict
that another reviewer must not see yet is in none of them.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from django.core.cache import cache
from django.db import connection
from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Lower

from articles.actions.tallies import fold_tallies
from articles.models import Article, Claim, Desk, Rating, Source, Status, User
from articles.models import Tally as Row
from articles.models.workflow import UNDECIDED

TOP = 12
"""So many sources, publishers and people are shown."""
LONGEST = 5
NEWEST = 10
LARGE = 20_000
"""Claims of desks for which is kept for a while which sources and publishers come first."""
KEPT = timedelta(seconds=55)
MANY_ROWS = 5_000
"""A reader that finds so many rows of tallies to add up folds them for the next one."""


@dataclass(frozen=True)
class Tally:
    """How many claims have one value of a field; ``value`` is empty for the unrated."""

    value: str
    label: str
    claims: int


@dataclass(frozen=True)
class SourceTally:
    """How many standing claims have standing evidence of the source.

    ``fared`` tells of those that the evidence supports: how many have which rating.
    """

    source: Source
    claims: int
    fared: Counter[str]


@dataclass(frozen=True)
class DeskTally:
    desk: Desk
    claims: int


@dataclass(frozen=True)
class PersonTally:
    """How many undecided claims are assigned to the person; to nobody if ``person`` is None."""

    person: User | None
    claims: int


@dataclass(frozen=True)
class Figures:
    """All tell of standing claims; withdrawn ones are counted apart.

    ``waiting`` are the undecided claims that were marked first.
    """

    statuses: list[Tally]
    ratings: list[Tally]
    desks: list[DeskTally]
    people: list[PersonTally]
    publishers: list[Tally]
    sources: list[SourceTally]
    withdrawn: int
    waiting: list[Claim]
    newest: list[Claim]

    @property
    def standing(self) -> int:
        return sum(tally.claims for tally in self.statuses)

    def in_status(self, *statuses: Status) -> int:
        return sum(tally.claims for tally in self.statuses if tally.value in statuses)


def tallies(desks: Iterable[Desk], kind: Row.Kind) -> QuerySet[Row]:
    return Row.objects.filter(desk__in=[desk.pk for desk in desks], kind=kind).order_by()


def figures(desks: Sequence[Desk], user: User) -> Figures:
    """The figures of these desks, at a constant number of queries."""
    by_status, by_rating, by_desk = Counter[str](), Counter[str](), Counter[int]()
    rows = 0
    sums = tallies(desks, Row.Kind.STATUS).values_list("desk", "one", "other")
    for desk, status, rating, claims, parts in sums.annotate(sum=Sum("claims"), parts=Count("*")):
        rows += parts
        by_status[status] += claims
        if status != Status.WITHDRAWN:
            by_rating[rating] += claims
            by_desk[desk] += claims
    if rows > MANY_ROWS:
        fold_tallies()
    large = by_desk.total() > LARGE
    waiting, newest = claims_shown(desks)
    return Figures(
        statuses=[
            Tally(status.value, status.label, by_status[status])
            for status in Status
            if status != Status.WITHDRAWN
        ],
        ratings=rating_tallies(by_rating),
        desks=[DeskTally(desk, by_desk[desk.pk]) for desk in desks],
        people=workload(desks),
        publishers=top_publishers(desks, large=large),
        sources=top_sources(desks, user, large=large),
        withdrawn=by_status[Status.WITHDRAWN],
        waiting=waiting,
        newest=newest,
    )


def rating_tallies(counts: Counter[str]) -> list[Tally]:
    """Every rating from true to opinion, and last the claims that have none yet."""
    tallies = [Tally(rating.value, rating.label, counts[rating]) for rating in Rating]
    return [*tallies, Tally("", "Not rated yet", counts[""])]


def workload(desks: Sequence[Desk]) -> list[PersonTally]:
    """Who has most undecided claims; nobody's last, if there are any."""
    # As a filter of the rows, the planner looks for each status at each person, or reads all rows.
    undecided = Sum("claims", filter=Q(other__in=UNDECIDED))
    sums = (
        tallies(desks, Row.Kind.PERSON)
        .values_list("one")
        .annotate(sum=undecided)
        .filter(sum__gt=0)
        .order_by("-sum", "one")
    )
    counts = dict(sums)
    unassigned = counts.pop("", 0)
    shown = dict(list(counts.items())[:TOP])
    people = User.objects.only("username", "first_name", "last_name").in_bulk(map(int, shown))
    found = [PersonTally(people[int(pk)], claims) for pk, claims in shown.items()]
    return [*found, PersonTally(None, unassigned)] if unassigned else found


def top(rows: QuerySet[Row], *, large: bool, key: str) -> dict[str, int]:
    """The values of ``one`` with the highest sums, and these.

    The sums are of now. Which they are is found out at each time, but of ``large`` desks, which
    have thousands, once a minute: that is kept by the ``key``.
    """
    sums = rows.values_list("one").annotate(sum=Sum("claims")).filter(sum__gt=0)
    chosen = cache.get(key) if large else None
    if chosen is not None:
        sums = sums.filter(one__in=chosen)
    found = dict(sums.order_by("-sum", "one")[:TOP])
    if large and chosen is None:
        cache.set(key, list(found), KEPT.total_seconds())
    return found


def key_of(name: str, desks: Iterable[Desk], *more: str) -> str:
    content = repr((sorted(desk.pk for desk in desks), sorted(more)))
    return f"{name}-{sha256(content.encode()).hexdigest()}"


def top_publishers(desks: Sequence[Desk], *, large: bool = False) -> list[Tally]:
    """The publishers of most standing claims; ``value`` is empty where an article names none."""
    rows = tallies(desks, Row.Kind.PUBLISHER).exclude(other=Status.WITHDRAWN)
    counts = top(rows, large=large, key=key_of("publishers", desks))
    return [Tally(name, name or "No publisher named", claims) for name, claims in counts.items()]


def publishers_beginning(desks: Iterable[Desk], typed: str) -> list[str]:
    """The publishers whose name begins so, in capitals or not, those of most standing claims."""
    rows = tallies(desks, Row.Kind.PUBLISHER).exclude(one="").exclude(other=Status.WITHDRAWN)
    named = rows.alias(name=Lower("one")).filter(name__startswith=typed.lower())
    return list(top(named, large=False, key=""))


def top_sources(desks: Sequence[Desk], user: User, *, large: bool = False) -> list[SourceTally]:
    """The sources that most claims rest on; protected ones for those who may read the names."""
    hidden = [str(pk) for pk in Source.objects.kept_from(user).values_list("pk", flat=True)]
    rows = tallies(desks, Row.Kind.SOURCE).exclude(one__in=hidden)
    found = top(rows, large=large, key=key_of("sources", desks, *hidden))
    counts = {UUID(pk): claims for pk, claims in found.items()}
    fared = ratings_of(desks, counts, Row.Kind.SUPPORT)
    sources = Source.objects.only("name", "kind", "protected").in_bulk(counts)
    return [SourceTally(sources[pk], claims, fared[pk]) for pk, claims in counts.items()]


def ratings_of(
    desks: Iterable[Desk], sources: Iterable[UUID], kind: Row.Kind = Row.Kind.SOURCE
) -> dict[UUID, Counter[str]]:
    """For each of the sources, how many claims that rest on it have which rating."""
    sums = (
        tallies(desks, kind)
        .filter(one__in=[str(pk) for pk in sources])
        .values_list("one", "other")
        .annotate(sum=Sum("claims"))
        .filter(sum__gt=0)
    )
    found: dict[UUID, Counter[str]] = defaultdict(Counter)
    for pk, rating, claims in sums:
        found[UUID(pk)][rating] = claims
    return found


def claims_per_source(desks: Iterable[Desk], sources: Sequence[Source]) -> dict[Source, int]:
    """For each of the sources, how many standing claims of the desks rest on it."""
    fared = ratings_of(desks, [source.pk for source in sources])
    return {source: fared[source.pk].total() for source in sources}


ROW = (
    *("article", "number", "text", "status", "rating", "assignee", "created_at", "updated_at"),
    *("article__title", "assignee__username", "assignee__first_name", "assignee__last_name"),
)
"""What is shown of a claim."""
# A lateral subquery for each desk: the index gives its first rows in order.
SHOWN = """
SELECT c.id, 0 AS list FROM unnest(%(desks)s::bigint[]) AS d (id) CROSS JOIN LATERAL (
    SELECT id, created_at FROM articles_claim
    WHERE desk_id = d.id AND status IN ({undecided}) ORDER BY created_at, id LIMIT {longest}
) AS c
UNION ALL
SELECT c.id, 1 FROM unnest(%(desks)s::bigint[]) AS d (id) CROSS JOIN LATERAL (
    SELECT id, created_at FROM articles_claim
    WHERE desk_id = d.id AND status <> 'withdrawn'
    ORDER BY created_at DESC, id DESC LIMIT {newest}
) AS c
""".format(
    undecided=", ".join(f"'{status.value}'" for status in UNDECIDED),
    longest=LONGEST,
    newest=NEWEST,
)


def claims_shown(desks: Sequence[Desk]) -> tuple[list[Claim], list[Claim]]:
    """The claims that have waited longest, and the newest."""
    with connection.cursor() as cursor:
        cursor.execute(SHOWN, {"desks": [desk.pk for desk in desks]})
        ids: tuple[list[UUID], list[UUID]] = ([], [])
        for pk, place in cursor.fetchall():
            ids[place].append(pk)
    claims = Claim.objects.select_related("article", "assignee").only(*ROW)
    found = claims.in_bulk([*ids[0], *ids[1]])
    # Between the two queries one may be gone.
    waiting, newest = (
        sorted(
            (found[pk] for pk in some if pk in found),
            key=lambda claim: (claim.created_at, claim.pk),
            reverse=place == 1,
        )
        for place, some in enumerate(ids)
    )
    return waiting[:LONGEST], newest[:NEWEST]


# Ids come in another order than transactions end: the last one alone would hide a late comer.
NEWS = """
SELECT md5(coalesce(string_agg(seen, ' ' ORDER BY seen), '')) FROM (
    SELECT t.id::text AS seen FROM unnest(%(desks)s::bigint[]) AS d (id) CROSS JOIN LATERAL (
        SELECT id FROM articles_tally WHERE desk_id = d.id ORDER BY id DESC LIMIT 50
    ) AS t
    UNION ALL
    SELECT c.id || ' ' || c.updated_at FROM unnest(%(desks)s::bigint[]) AS d (id)
    CROSS JOIN LATERAL (
        SELECT id, updated_at FROM articles_claim
        WHERE desk_id = d.id ORDER BY updated_at DESC, id DESC LIMIT 20
    ) AS c
) AS latest
"""


def news(desks: Iterable[Desk]) -> str:
    """A token of what the claims of the desks are just now: another one when any has changed."""
    with connection.cursor() as cursor:
        cursor.execute(NEWS, {"desks": [desk.pk for desk in desks]})
        return str(cursor.fetchone()[0])


def statuses_per_article(articles: Sequence[Article]) -> dict[Article, list[Tally]]:
    """For each of the articles, the statuses that its claims have, in the order of the work."""
    rows = (
        Claim.objects.filter(article__in=articles)
        .order_by()
        .values_list("article", "status")
        .annotate(claims=Count("*"))
    )
    counts = {(article, status): count for article, status, count in rows}
    return {
        article: [
            Tally(status.value, status.label, counts[article.pk, status.value])
            for status in Status
            if (article.pk, status.value) in counts
        ]
        for article in articles
    }
