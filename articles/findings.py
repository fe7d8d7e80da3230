"""What an article's attribution chains and quotation checks come to, at a constant number of
queries."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from itertools import combinations, groupby
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, F, Q
from django.db.models.functions import Lower

from articles.models import (
    Article,
    AttributionStep,
    Evidence,
    QuotationCheck,
    Source,
    Status,
    User,
)
from articles.provenance import Chain, Credited, Independence, Party, Path, independence
from articles.text.similarity import near_copies

ECHOES = 20
"""So many circles over two articles are told at most."""


class StepRow(NamedTuple):
    """A step as the findings need it. A bare tuple: there are thousands."""

    number: int
    chain: UUID
    description: str
    source: UUID | None
    name: str | None
    kind: str | None
    protected: bool | None
    aliases: list[str] | None


@dataclass(frozen=True)
class Echo:
    """A circle over two articles of a desk: this one cites a paper that cites this one's."""

    path: Path
    article: UUID
    title: str


@dataclass(frozen=True)
class Findings:
    """``nobody`` counts the claims without a chain, once any has one; ``altered`` maps the
    numbers of claims to how many of their quotations differ from the document."""

    independence: Independence
    nobody: int
    echoes: tuple[Echo, ...]
    altered: dict[int, int]

    @property
    def alterations(self) -> int:
        return sum(self.altered.values())

    def __bool__(self) -> bool:
        return bool(self.independence.claims or self.altered)


def party(source: Source | None, description: str, user: User) -> Party:
    """Who said it, under the name that this person may read."""
    if source is None:
        return Party(description.casefold(), description, unnamed=True)
    unnamed = source.kind == Source.Kind.UNNAMED
    return Party(source.pk, source.label_for(user), unnamed=unnamed)


def standing() -> Q:
    """Of steps: those of the chains that stand, of claims that stand."""
    return Q(attribution__withdrawn_at=None) & ~Q(attribution__claim__status=Status.WITHDRAWN)


def step_rows(article: Article) -> list[StepRow]:
    """The article's standing steps, chain by chain, in the order of the claims' numbers."""
    rows = AttributionStep.objects.filter(standing(), attribution__claim__article=article)
    columns = ("source__name", "source__kind", "source__protected", "source__aliases")
    return [
        StepRow(*row)
        for row in rows.order_by(
            "attribution__claim__number", "attribution__created_at", "attribution", "position"
        ).values_list(
            "attribution__claim__number", "attribution", "description", "source", *columns
        )
    ]


class Cast:
    """The parties of an article, made once each, and the names that this person may read."""

    def __init__(self, user: User) -> None:
        self._user = user
        self._sources: dict[UUID, tuple[Party, list[str]]] = {}
        self._people: dict[str, Party] = {}

    def party(self, row: StepRow) -> Party:
        if row.source is None:
            person = party(None, row.description, self._user)
            return self._people.setdefault(row.description.casefold(), person)
        if row.source not in self._sources:
            source = Source(
                pk=row.source,
                name=row.name or "",
                kind=row.kind or "",
                protected=bool(row.protected),
            )
            names = [source.name, *(row.aliases or ())] if source.named_to(self._user) else []
            self._sources[row.source] = party(source, "", self._user), names
        return self._sources[row.source][0]

    def by_name(self) -> dict[str, Party]:
        """The sources among them by each of their names, in lower case."""
        return {name.lower(): party for party, names in self._sources.values() for name in names}


def credited(rows: Iterable[StepRow], cast: Cast) -> list[Credited]:
    """The claims of the rows with their chains; the rows come chain by chain."""
    claims = []
    for number, of_claim in groupby(rows, key=lambda row: row.number):
        chains = [
            tuple(map(cast.party, chain))
            for _, chain in groupby(of_claim, key=lambda row: row.chain)
        ]
        claims.append(Credited(number, tuple(chains)))
    return claims


def find(article: Article, user: User, *, standing_claims: int) -> Findings:
    """At most four queries, and two while no claim has a chain."""
    cast = Cast(user)
    claims = credited(step_rows(article), cast)
    chains = [chain for claim in claims for chain in claim.chains]
    ends = {chain[-1].key for chain in chains}
    return Findings(
        independence=independence(claims, same_texts(article, ends)),
        nobody=standing_claims - len(claims) if claims else 0,
        echoes=echoes(article, user, chains, cast) if article.publisher and chains else (),
        altered=altered_quotations(article),
    )


def same_texts(article: Article, sources: set[Hashable]) -> list[tuple[UUID, UUID]]:
    """The pairs of these sources of which near copies are linked as evidence in the article."""
    if len(sources) < 2:
        return []
    evidence = Evidence.objects.standing().filter(
        ~Q(claim__status=Status.WITHDRAWN),
        claim__article=article,
        document__source__in=[key for key in sources if isinstance(key, UUID)],
    )
    texts = evidence.order_by().values_list("document__source", "document__sketch").distinct()
    return [
        (one, other)
        for (one, first), (other, second) in combinations(texts, 2)
        if one != other and near_copies(first, second)
    ]


def echoes(article: Article, user: User, chains: Iterable[Chain], cast: Cast) -> tuple[Echo, ...]:
    """Where the desk's articles of a paper that is cited here cite this article's paper."""
    published = article.publisher
    papers = dict(
        Source.objects.named_to(user)
        .filter(Q(name__iexact=published) | Q(aliases__contains=[published]))
        .values_list("pk", "name")
    )
    if not papers:
        return ()
    names = cast.by_name()
    citing = (
        AttributionStep.objects.filter(
            standing(), source__in=papers, attribution__claim__article__desk=article.desk_id
        )
        .exclude(attribution__claim__article=article)
        .annotate(
            article=F("attribution__claim__article"),
            title=F("attribution__claim__article__title"),
            publisher=Lower("attribution__claim__article__publisher"),
        )
        .filter(publisher__in=list(names))
        .order_by("article", "source")
        .values_list("article", "title", "publisher", "source")
        .distinct()[:ECHOES]
    )
    ways = ways_to(chains)
    return tuple(
        Echo((paper, *ways[names[publisher]], paper), pk, title)
        for pk, title, publisher, source in citing
        if names[publisher] != (paper := Party(source, papers[source]))
    )


def ways_to(chains: Iterable[Chain]) -> dict[Party, Path]:
    """To each party of the chains, the shortest way from the start of one."""
    ways: dict[Party, Path] = {}
    for chain in chains:
        for index, party in enumerate(chain):
            if party not in ways or index + 1 < len(ways[party]):
                ways[party] = chain[: index + 1]
    return ways


def altered_quotations(article: Article) -> dict[int, int]:
    """How many altered quotations of the current text each claim has, by its number."""
    checks = QuotationCheck.objects.filter(
        ~Q(evidence__claim__status=Status.WITHDRAWN),
        kind=QuotationCheck.Kind.ALTERED,
        revision=article.current_revision_id,
        evidence__claim__article=article,
        evidence__withdrawn_at=None,
    )
    return dict(
        checks.order_by("evidence__claim__number")
        .values_list("evidence__claim__number")
        .annotate(Count("quote_start", distinct=True))
    )
