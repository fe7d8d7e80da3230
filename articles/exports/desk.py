"""A desk as the JSONL that an import reads (docs/formats/articles-jsonl.md).

Sources come first, then documents, then articles with their claims, so that what a line refers to
stands before it. The same desk gives the same bytes, also after a way through an import.

A protected source leaves as its id and kind. What would give it away stays behind: its documents,
and the address, document, passage and words of the article by which something rests on it.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import chain
from typing import Any
from uuid import UUID

from django.db.models import F, Prefetch, QuerySet
from django.db.models.expressions import Combinable

from articles.exports.snapshot import snapshot
from articles.importing.manuscript import structure_of
from articles.models import (
    Anchor,
    Article,
    Attribution,
    AttributionStep,
    Claim,
    Desk,
    Document,
    Evidence,
    Revision,
    Source,
    Verdict,
)

PORTION = 200
"""Rows read at a time, or fewer where they are large."""
MAX_SIZE = 10_000_000
"""Code points read at a time, unless a single row has more."""
CLAIM_SIZE = 2_000
"""What a claim with all that belongs to it counts for, in code points."""

Object = dict[str, Any]


def lines(desk: Desk) -> Iterator[str]:
    """The lines of the desk's JSONL, each with its newline, read in bounded memory."""
    with snapshot():
        rows = chain(map(of_source, sources(desk)), documents(desk), articles(desk))
        for row in rows:
            yield json.dumps(row, ensure_ascii=False) + "\n"


def sources(desk: Desk) -> Iterator[Source]:
    """Those the desk's claims and documents rest on, in the order in which they were made."""
    claims = Claim.objects.filter(desk=desk, claimant__isnull=False)
    evidence = Evidence.objects.standing().filter(claim__desk=desk)
    steps = AttributionStep.objects.filter(
        attribution__claim__desk=desk, attribution__withdrawn_at=None, source__isnull=False
    )
    used = claims.order_by().values_list("claimant")
    others = (rows.order_by().values_list("source") for rows in (evidence, steps, shown(desk)))
    ids = sorted(pk for (pk,) in used.union(*others))
    for start in range(0, len(ids), PORTION):
        yield from Source.objects.filter(pk__in=ids[start : start + PORTION]).order_by("pk")


def shown(desk: Desk) -> QuerySet[Document]:
    return Document.objects.filter(desk=desk, source__protected=False)


def documents(desk: Desk) -> Iterator[Object]:
    for pks in portions(shown(desk), F("length")):
        rows = Document.objects.filter(pk__in=pks).select_related("source").order_by("pk")
        yield from map(of_document, rows.defer("pages", "sketch", "headers"))


def articles(desk: Desk) -> Iterator[Object]:
    size = F("current_revision__length") + CLAIM_SIZE * F("claims_made")
    for pks in portions(Article.objects.filter(desk=desk), size):
        rows = Article.objects.filter(pk__in=pks).select_related("current_revision")
        yield from map(of_article, rows.order_by("pk").prefetch_related(*belongings()))


def portions(rows: QuerySet[Any], size: Combinable) -> Iterator[list[UUID]]:
    """The ids of rows that are read together, by their primary keys, which grow with time.

    Key by key and not by a cursor of the server, which PgBouncer cannot keep.
    """
    sized = rows.order_by("pk").annotate(size=size).values_list("pk", "size")
    pks = first_of(sized)
    while pks:
        yield pks
        pks = first_of(sized.filter(pk__gt=pks[-1]))


def first_of(sized: QuerySet[Any, Any]) -> list[UUID]:
    pks: list[UUID] = []
    total = 0
    for pk, size in sized[:PORTION]:
        total += size
        if pks and total > MAX_SIZE:
            break
        pks.append(pk)
    return pks


def belongings() -> Iterator["Prefetch[Any]"]:
    """What an article's line has besides the article: one query each, however many articles."""
    bare = Document.objects.only("external_id", "source").select_related("source")
    evidence = Evidence.objects.standing().select_related("source")
    steps = AttributionStep.objects.select_related("source").order_by("position")
    yield Prefetch("claims", Claim.objects.select_related("claimant").order_by("number"))
    yield Prefetch("claims__anchors", Anchor.objects.filter(current=True))
    yield Prefetch(
        "claims__evidence",
        evidence.prefetch_related(Prefetch("document", bare)).order_by("pk"),
    )
    yield Prefetch(
        "claims__attributions",
        Attribution.objects.standing().prefetch_related(Prefetch("steps", steps)).order_by("pk"),
    )
    yield Prefetch("claims__verdicts", Verdict.objects.select_related("reviewer").order_by("seq"))


def of_source(source: Source) -> Object:
    hidden = source.protected
    return {"type": "source"} | filled(
        id=row_id(source),
        name="" if hidden else source.name,
        kind=source.kind,
        aliases=[] if hidden else source.aliases,
        homepage="" if hidden else source.homepage,
        protected=hidden,
    )


def of_document(document: Document) -> Object:
    return {"type": "document"} | filled(
        id=row_id(document),
        source=reference(document.source),
        title=document.title,
        url=document.url,
        byline=document.byline,
        published_on=document.published_on and document.published_on.isoformat(),
        language=document.language,
        retrieved_at=moment(document.retrieved_at),
        structure=structure(document),
        text=document.text,
    )


def of_article(article: Article) -> Object:
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
            of_claim(claim, anchor)
            for claim in article.claims.all()
            for anchor in claim.anchors.all()
            if anchor.revision_id == revision.pk and anchor.span
        ],
    )


def of_claim(claim: Claim, anchor: Anchor) -> Object:
    return filled(
        id=row_id(claim),
        start=anchor.start,
        end=anchor.end,
        exact=anchor.exact,
        prefix=anchor.prefix,
        suffix=anchor.suffix,
        note=claim.note,
        claimant=claim.claimant and reference(claim.claimant),
        status=claim.status,
        evidence=[of_evidence(item) for item in claim.evidence.all()],
        attribution=[
            [of_step(step, anchor.revision_id) for step in attribution.steps.all()]
            for attribution in claim.attributions.all()
        ],
        verdicts=[of_verdict(verdict) for verdict in claim.verdicts.all()],
    )


def of_evidence(evidence: Evidence) -> Object:
    document = evidence.document
    tells = evidence.source.protected or bool(document and document.source.protected)
    said = filled(source=reference(evidence.source), relation=evidence.relation, note=evidence.note)
    if tells:
        return said
    return said | filled(
        url=evidence.url,
        document=document and row_id(document),
        passage=passage(evidence.start, evidence.end, evidence.exact),
    )


def of_step(step: AttributionStep, revision: UUID) -> Object:
    if step.source and step.source.protected:
        return reference(step.source)
    cue = passage(step.start, step.end) if step.revision_id == revision else None
    party = reference(step.source) if step.source else {"unnamed": step.description}
    return party | filled(cue=cue)


def of_verdict(verdict: Verdict) -> Object:
    return filled(
        rating=verdict.rating,
        attribution_accuracy=verdict.attribution_accuracy,
        rationale=verdict.rationale,
        reviewer=verdict.reviewer.username,
        decided_at=moment(verdict.decided_at),
    )


def reference(source: Source) -> Object:
    if source.protected:
        return {"id": row_id(source)}
    return {"name": source.name, "kind": source.kind}


def row_id(row: Source | Document | Article | Claim) -> str:
    """The id it was imported with, else its own: an import knows it again by either."""
    return row.external_id or str(row.pk)


def passage(start: int | None, end: int | None, exact: str = "") -> Object | None:
    if start is None:
        return None
    return {"start": start, "end": end} | filled(exact=exact)


def structure(text: Document | Revision) -> str:
    """The note of its blocks' kinds, one word for all blocks with the same text, in a fixed order:
    what an import makes of it has the same note."""
    words = structure_of(text.text, text.block_spans()).split()
    kinds = {mark: kind for kind, mark in (word.split(":") for word in words)}
    return " ".join(f"{kind}:{mark}" for mark, kind in sorted(kinds.items()))


def moment(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="microseconds")


def filled(**fields: Any) -> Object:
    """Without the fields that say nothing."""
    return {
        name: value
        for name, value in fields.items()
        if value is not False and value != [] and value not in (None, "")
    }
