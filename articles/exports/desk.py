"""A desk as the JSONL that an import reads (docs/formats/articles-jsonl.md).

Sources come first, then documents, then articles with their claims, so that what a line refers to
stands before it. The same desk gives the same bytes, also after a way through an import.

A protected source leaves as its id and kind. What would give it away stays behind: its documents,
and the address, document, passage and words of the article by which something rests on it.
"""

import json
from collections.abc import Iterator
from itertools import chain
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet
from django.db.models.expressions import Combinable

from articles.exports.articles import Articles
from articles.exports.rows import Object, of_document, of_source
from articles.exports.snapshot import snapshot
from articles.models import Article, AttributionStep, Claim, Desk, Document, Evidence, Source

PORTION = 200
"""Rows read at a time, or fewer where they are large."""
MAX_SIZE = 2_000_000
"""Code points read at a time, unless a single row has more."""
CLAIM_SIZE = 2_000
"""What a claim with all that belongs to it counts for, in code points."""


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
        portion = Source.objects.filter(pk__in=ids[start : start + PORTION])
        yield from portion.defer("search").order_by("pk")


def shown(desk: Desk) -> QuerySet[Document]:
    return Document.objects.filter(desk=desk, source__protected=False)


def documents(desk: Desk) -> Iterator[Object]:
    for pks in portions(shown(desk), F("length")):
        rows = Document.objects.filter(pk__in=pks).select_related("source").order_by("pk")
        yield from map(of_document, rows.defer("pages", "sketch", "headers"))


def articles(desk: Desk) -> Iterator[Object]:
    size = F("current_revision__length") + CLAIM_SIZE * F("claims_made")
    for pks in portions(Article.objects.filter(desk=desk), size):
        yield from Articles(pks).rows()


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
