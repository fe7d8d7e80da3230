"""Keep the quotation checks of claims in step with their words and their documents.

The caller holds the locks of the claims' articles.
"""

from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import F, Prefetch, QuerySet

from articles.models import Anchor, Claim, Document, Evidence, QuotationCheck, Revision, Status
from articles.text.quotation import Check, Run, check, quotations
from articles.text.spans import Span, SpanError, snap
from articles.text.words import count

MOST_QUOTES = 12
"""How many quotations of one claim are checked; a claim with more is an article."""
HELD_AT_ONCE = 200
"""Claims whose documents are in memory at once."""


def check_quotations_of(claims: Sequence[UUID]) -> None:
    """Make the checks of these claims anew."""
    for first in range(0, len(claims), HELD_AT_ONCE):
        some = claims[first : first + HELD_AT_ONCE]
        check_quotations(Evidence.objects.filter(claim__in=some))


def check_quotations(links: QuerySet[Evidence]) -> None:
    """Make the checks of these pieces of evidence anew, at a constant number of statements.

    Only what stands is checked: a withdrawn claim or link has none.
    """
    QuotationCheck.objects.filter(evidence__in=links).delete()
    standing = (
        links.filter(document__isnull=False, withdrawn_at=None)
        .exclude(claim__status=Status.WITHDRAWN)
        .select_related("claim__article")
        # One text may be that of many claims.
        .prefetch_related(
            Prefetch("document", Document.objects.only("text")), "claim__article__current_revision"
        )
    )
    quotes = quotes_of({link.claim for link in standing})
    QuotationCheck.objects.bulk_create(
        checked(link, link.document, link.claim.article.current_revision, quote)
        for link in standing
        if link.document
        for quote in quotes.get(link.claim_id, ())
    )


def quotes_of(claims: Collection[Claim]) -> dict[UUID, list[Span]]:
    """The quotations in the claims' words, each as far as its claim reaches."""
    revisions = {claim.pk: claim.article.current_revision for claim in claims}
    anchors = Anchor.objects.filter(
        claim__in=claims, revision=F("claim__article__current_revision"), current=True
    )
    return {
        pk: list(islice(clipped(revisions[pk], *span), MOST_QUOTES))
        for pk, span in ((anchor.claim_id, anchor.span) for anchor in anchors)
        if span
    }


def clipped(revision: Revision, start: int, end: int) -> Iterator[Span]:
    done = -1
    for quotation in quotations(revision.text, revision.block_spans()):
        if quotation.start >= end or quotation.end <= start:
            continue
        try:
            quote = snap(revision.text, max(quotation.start, start), min(quotation.end, end))
        except SpanError:
            continue
        # One that begins where another does lies within it.
        if quote.start > done and count(revision.text[quote.start : quote.end]):
            done = quote.start
            yield quote


def checked(link: Evidence, document: Document, revision: Revision, quote: Span) -> QuotationCheck:
    found: Check = check(revision.text[quote.start : quote.end], document.text)
    return QuotationCheck(
        evidence=link,
        revision=revision,
        quote_start=quote.start,
        quote_end=quote.end,
        kind=found.kind,
        start=found.start,
        end=found.end,
        similarity=found.similarity,
        runs=[run_row(run) for run in found.runs],
    )


def run_row(run: Run) -> dict[str, Any]:
    return {
        "kind": run.kind,
        "quote": run.quote_words,
        "quote_after": run.quote_after,
        "document": run.document_words,
        "document_after": run.document_after,
        "material": run.material,
    }
