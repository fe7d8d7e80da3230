"""The lines of articles with their claims, some articles at a time."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import TypeVar
from uuid import UUID

from articles.exports.rows import Object, filled, moment, passage, reference, row_id, structure
from articles.models import (
    Anchor,
    Article,
    Attribution,
    AttributionStep,
    Claim,
    Document,
    Evidence,
    Source,
    User,
    Verdict,
)

Row = TypeVar("Row")


def grouped(rows: Iterable[Row], key: str) -> dict[UUID, list[Row]]:
    groups = defaultdict[UUID, list[Row]](list)
    key_of = attrgetter(key)
    for row in rows:
        groups[key_of(row)].append(row)
    return groups


class Articles:
    """Some articles and what belongs to them: one query for each kind, however many there are.

    Prefetching would do the same, at twice the time: it makes a query set for every claim.
    """

    def __init__(self, pks: Sequence[UUID]) -> None:
        articles = Article.objects.filter(pk__in=pks).select_related("current_revision")
        self.articles = list(articles.order_by("pk"))
        claims = list(Claim.objects.filter(article__in=pks).defer("search").order_by("number"))
        self.claims = grouped(claims, "article_id")
        self.read_places()
        evidence = list(Evidence.objects.standing().filter(claim__article__in=pks).order_by("pk"))
        self.evidence = grouped(evidence, "claim_id")
        chains = Attribution.objects.standing().filter(claim__article__in=pks).order_by("pk")
        self.chains = grouped(chains, "claim_id")
        steps = list(
            AttributionStep.objects.filter(
                attribution__claim__article__in=pks, attribution__withdrawn_at=None
            ).order_by("position")
        )
        self.steps = grouped(steps, "attribution_id")
        verdicts = Verdict.objects.filter(claim__article__in=pks).defer("evidence")
        self.verdicts = grouped(verdicts.order_by("seq"), "claim_id")
        self.read_named(claims, evidence, steps)

    def read_places(self) -> None:
        """Where each claim stands in the present text."""
        revisions = [article.current_revision_id for article in self.articles]
        anchors = Anchor.objects.filter(revision__in=revisions, current=True, start__isnull=False)
        self.anchors = {anchor.claim_id: anchor for anchor in anchors}

    def read_named(
        self,
        claims: Iterable[Claim],
        evidence: Iterable[Evidence],
        steps: Iterable[AttributionStep],
    ) -> None:
        """Whom and what they name: few sources and people stand behind many claims."""
        documents = {item.document_id for item in evidence if item.document_id}
        self.documents = Document.objects.only("external_id", "source").in_bulk(documents)
        ids = {claim.claimant_id for claim in claims} | {step.source_id for step in steps}
        ids |= {item.source_id for item in evidence}
        ids |= {document.source_id for document in self.documents.values()}
        self.sources = Source.objects.defer("search").in_bulk(ids - {None})
        given = (verdict for verdicts in self.verdicts.values() for verdict in verdicts)
        self.people = User.objects.only("username").in_bulk({v.reviewer_id for v in given})

    def rows(self) -> Iterator[Object]:
        return map(self.of_article, self.articles)

    def of_article(self, article: Article) -> Object:
        revision = article.current_revision
        return filled(
            id=row_id(article),
            title=article.title,
            url=article.url,
            publisher=article.publisher,
            byline=article.byline,
            published_on=article.published_on and article.published_on.isoformat(),
            language=article.language,
            structure=structure(revision),
            text=revision.text,
            claims=[
                self.of_claim(claim, self.anchors[claim.pk])
                for claim in self.claims[article.pk]
                if claim.pk in self.anchors
            ],
        )

    def of_claim(self, claim: Claim, anchor: Anchor) -> Object:
        return filled(
            id=row_id(claim),
            start=anchor.start,
            end=anchor.end,
            exact=anchor.exact,
            prefix=anchor.prefix,
            suffix=anchor.suffix,
            note=claim.note,
            claimant=claim.claimant_id and reference(self.sources[claim.claimant_id]),
            status=claim.status,
            evidence=[self.of_evidence(item) for item in self.evidence[claim.pk]],
            attribution=[
                [self.of_step(step, anchor.revision_id) for step in self.steps[chain.pk]]
                for chain in self.chains[claim.pk]
            ],
            verdicts=[self.of_verdict(verdict) for verdict in self.verdicts[claim.pk]],
        )

    def of_evidence(self, evidence: Evidence) -> Object:
        source = self.sources[evidence.source_id]
        document = self.documents[evidence.document_id] if evidence.document_id else None
        said = filled(source=reference(source), relation=evidence.relation, note=evidence.note)
        if source.protected or (document and self.sources[document.source_id].protected):
            return said
        return said | filled(
            url=evidence.url,
            document=document and row_id(document),
            passage=passage(evidence.start, evidence.end, evidence.exact),
        )

    def of_step(self, step: AttributionStep, revision: UUID) -> Object:
        source = self.sources[step.source_id] if step.source_id else None
        if source and source.protected:
            return reference(source)
        cue = passage(step.start, step.end) if step.revision_id == revision else None
        party = reference(source) if source else {"unnamed": step.description}
        return party | filled(cue=cue)

    def of_verdict(self, verdict: Verdict) -> Object:
        return filled(
            rating=verdict.rating,
            attribution_accuracy=verdict.attribution_accuracy,
            rationale=verdict.rationale,
            reviewer=self.people[verdict.reviewer_id].username,
            decided_at=moment(verdict.decided_at),
        )
