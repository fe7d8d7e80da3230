"""What the panel shows of a claim's evidence: its documents, passages and quotation checks."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch

from articles.extraction.read import page_at
from articles.http import SignedInRequest
from articles.models import Accuracy, Claim, Document, Evidence, QuotationCheck, User
from articles.models.document import LONG

OFFERED = 50
"""How many stored documents of its sources a claim's panel offers, the latest first."""

# Each proposed for what the check found, from the best to the worst.
_PROPOSED = {
    "verbatim": Accuracy.ACCURATE,
    "elided": Accuracy.ACCURATE,
    "altered": Accuracy.ALTERED,
    "absent": Accuracy.NOT_FOUND,
}
_WORST_LAST = list(_PROPOSED)
_SAYS = {
    "verbatim": "The quoted words stand in the document.",
    "elided": "The quoted words stand in the document, with words left out and marked.",
    "altered": "Struck out: the document’s words. Underlined: the article’s.",
    "absent": "The document does not have the quoted words, nor any like them.",
}
_MATERIAL = {
    "number": "A number",
    "negation": "A negation",
    "modal": "What may, will or must be",
    "name": "A name",
}


@dataclass(frozen=True)
class ShownCheck:
    """``material`` tells in words the changes that weigh."""

    row: QuotationCheck
    says: str
    material: list[str]


@dataclass(frozen=True)
class EvidenceItem:
    """``named`` tells whether this person may read who the source is, and what it published."""

    link: Evidence
    named: bool
    page: int | None
    documents: list[Document]
    checks: list[ShownCheck]


def offered_documents(user: User, claim: Claim, links: Iterable[Evidence]) -> list[Document]:
    sources = {link.source_id for link in links}
    documents = Document.objects.visible_to(user).filter(desk=claim.desk_id, source__in=sources)
    return list(documents.defer(*LONG)[:OFFERED])


def evidence_context(request: SignedInRequest, claim: Claim) -> dict[str, Any]:
    user = request.user
    links = list(
        claim.evidence.standing()
        .select_related("source", "document")
        .prefetch_related(
            Prefetch(
                "quotation_checks",
                QuotationCheck.objects.filter(revision=claim.article.current_revision_id),
            )
        )
        .defer(*(f"document__{name}" for name in LONG))
    )
    named = {link.pk for link in links if link.source.named_to(user)}
    offered: dict[object, list[Document]] = defaultdict(list)
    for document in offered_documents(user, claim, (link for link in links if link.pk in named)):
        offered[document.source_id].append(document)
    return {
        "evidence": [
            EvidenceItem(
                link=link,
                named=link.pk in named,
                page=link_page(link),
                documents=[d for d in offered[link.source_id] if d.pk != link.document_id],
                checks=[shown_check(row) for row in link.quotation_checks.all()],
            )
            for link in links
        ],
        "proposed_accuracy": proposed_accuracy(
            row for link in links if link.pk in named for row in link.quotation_checks.all()
        ),
    }


def proposed_accuracy(rows: Iterable[QuotationCheck]) -> Accuracy | None:
    """Each quotation as the document that has it best; then the worst quotation counts."""
    best: dict[int, int] = {}
    for row in rows:
        found = _WORST_LAST.index(row.kind)
        best[row.quote_start] = min(found, best.get(row.quote_start, found))
    return _PROPOSED[_WORST_LAST[max(best.values())]] if best else None


def shown_check(row: QuotationCheck) -> ShownCheck:
    material = [change_in_words(run) for run in row.runs if run["material"]]
    return ShownCheck(row, _SAYS[row.kind], material)


def change_in_words(run: dict[str, str]) -> str:
    what = _MATERIAL[run["material"]]
    if not run["document"]:
        return f"{what} is added: “{run['quote']}”."
    if not run["quote"]:
        return f"{what} is left out: “{run['document']}”."
    return f"{what} differs: “{run['quote']}” where the document has “{run['document']}”."


def link_page(link: Evidence) -> int | None:
    """The page of a paged document on which the passage begins, counted from 1."""
    if link.document is None or link.start is None:
        return None
    return page_at(link.document.pages, link.start) or None
