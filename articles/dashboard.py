"""What the claims of a person's desks add up to: aggregate queries, as plain values.

Counts by rating count ``Claim.rating``, which stays empty until a claim is decided: a verdict
that a second reviewer must not see yet is in none of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from articles.models import Article, Claim, Evidence, Rating, Source, Status, User
from articles.models.workflow import UNDECIDED

TOP_SOURCES = 12
NEWEST = 10


@dataclass(frozen=True)
class Tally:
    """How many claims have one value of a field; ``value`` is empty for the unrated."""

    value: str
    label: str
    claims: int


@dataclass(frozen=True)
class SourceTally:
    """How many standing claims have standing evidence of the source."""

    source: Source
    claims: int


@dataclass(frozen=True)
class Figures:
    """``statuses`` and ``ratings`` tell of standing claims; withdrawn ones are counted apart."""

    statuses: list[Tally]
    ratings: list[Tally]
    sources: list[SourceTally]
    withdrawn: int
    oldest: Claim | None
    newest: list[Claim]

    @property
    def standing(self) -> int:
        return sum(tally.claims for tally in self.statuses)

    def in_status(self, *statuses: Status) -> int:
        return sum(tally.claims for tally in self.statuses if tally.value in statuses)


def figures(user: User) -> Figures:
    """The figures of the desks the person sees, in five queries."""
    claims = Claim.objects.visible_to(user)
    pairs = claims.order_by().values_list("status", "rating").annotate(claims=Count("*"))
    by_status: dict[str, int] = {}
    by_rating: dict[str, int] = {}
    for status, rating, count in pairs:
        by_status[status] = by_status.get(status, 0) + count
        if status != Status.WITHDRAWN:
            by_rating[rating] = by_rating.get(rating, 0) + count
    shown = claims.select_related("article", "assignee").defer("search", "note")
    return Figures(
        statuses=[
            Tally(status.value, status.label, by_status.get(status, 0))
            for status in Status
            if status != Status.WITHDRAWN
        ],
        ratings=rating_tallies(by_rating),
        sources=top_sources(user),
        withdrawn=by_status.get(Status.WITHDRAWN, 0),
        oldest=shown.filter(status__in=UNDECIDED).order_by("created_at", "id").first(),
        newest=list(shown.standing().order_by("-created_at", "-id")[:NEWEST]),
    )


def rating_tallies(counts: dict[str, int]) -> list[Tally]:
    """Every rating from true to opinion, and last the claims that have none yet."""
    tallies = [Tally(rating.value, rating.label, counts.get(rating, 0)) for rating in Rating]
    return [*tallies, Tally("", "Not rated yet", counts.get("", 0))]


def count_ratings(claims: QuerySet[Claim]) -> list[Tally]:
    counts = claims.order_by().values_list("rating").annotate(claims=Count("*"))
    return rating_tallies(dict(counts))


def evidence_seen(user: User) -> QuerySet[Evidence]:
    """Standing evidence of the standing claims of the person's desks."""
    claims = Claim.objects.visible_to(user).standing()
    return Evidence.objects.standing().filter(claim__in=claims)


def top_sources(user: User) -> list[SourceTally]:
    """The sources that most claims rest on; protected ones for those who may read the names."""
    counts = dict(
        evidence_seen(user)
        .filter(source__in=Source.objects.named_to(user))
        .order_by()
        .values_list("source")
        .annotate(claims=Count("claim", distinct=True))
        .order_by("-claims", "source")[:TOP_SOURCES]
    )
    sources = Source.objects.defer("search").in_bulk(counts)
    return [SourceTally(sources[pk], claims) for pk, claims in counts.items()]


def claims_per_source(user: User, sources: Sequence[Source]) -> dict[Source, int]:
    """For each of the sources, how many claims of the person's desks rest on it."""
    counts = dict(
        evidence_seen(user)
        .filter(source__in=sources)
        .order_by()
        .values_list("source")
        .annotate(Count("claim", distinct=True))
    )
    return {source: counts.get(source.pk, 0) for source in sources}


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
