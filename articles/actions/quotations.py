"""Keep the quotation checks of a claim in step with its words and its documents.

The caller holds the lock of the claim's article.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from articles.models import Claim, Document, Evidence, QuotationCheck, Revision, Status
from articles.text.quotation import Check, Run, check, quotations
from articles.text.spans import Span, SpanError, snap
from articles.text.words import count

MOST_QUOTES = 12
"""How many quotations of one claim are checked; a claim with more is an article."""


def check_quotations(claim: Claim, links: Iterable[Evidence] | None = None) -> None:
    """Make the checks of these pieces of the claim's evidence anew, or of all of it.

    Only what stands is checked: a withdrawn claim or link has none.
    """
    if links is None:
        links = claim.evidence.select_related("document")
    links = list(links)
    QuotationCheck.objects.filter(evidence__in=links).delete()
    if claim.status == Status.WITHDRAWN:
        return
    standing = [link for link in links if link.document and not link.withdrawn_at]
    revision = claim.article.current_revision
    quotes = quotes_of(claim, revision) if standing else []
    QuotationCheck.objects.bulk_create(
        checked(link, link.document, revision, quote)
        for link in standing
        if link.document
        for quote in quotes
    )


def quotes_of(claim: Claim, revision: Revision) -> list[Span]:
    """The quotations in the claim's words, each as far as the claim reaches."""
    anchor = claim.anchors.filter(revision=revision, current=True).first()
    if anchor is None or anchor.span is None:
        return []
    return list(islice(clipped(revision, *anchor.span), MOST_QUOTES))


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
