"""What the panel shows of a claim's evidence: its documents, passages and quotation checks."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from articles.http import SignedInRequest
from articles.models import Claim, Document, Evidence, User

OFFERED = 50
"""How many stored documents of its sources a claim's panel offers, the latest first."""

_HEAVY = ("text", "blocks", "sketch", "headers")


@dataclass(frozen=True)
class EvidenceItem:
    """``named`` tells whether this person may read who the source is, and what it published."""

    link: Evidence
    named: bool
    page: int | None
    documents: list[Document]


def page_number(document: Document, offset: int) -> int | None:
    """The page of a paged document on which that offset stands, counted from 1."""
    return bisect_right(document.pages, offset) or None


def offered_documents(user: User, claim: Claim, links: Iterable[Evidence]) -> list[Document]:
    sources = {link.source_id for link in links}
    documents = Document.objects.visible_to(user).filter(desk=claim.desk_id, source__in=sources)
    return list(documents.defer(*_HEAVY)[:OFFERED])


def evidence_context(request: SignedInRequest, claim: Claim) -> dict[str, Any]:
    user = request.user
    links = list(
        claim.evidence.standing()
        .select_related("source", "document")
        .defer(*(f"document__{name}" for name in _HEAVY))
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
            )
            for link in links
        ]
    }


def link_page(link: Evidence) -> int | None:
    if link.document is None or link.start is None:
        return None
    return page_number(link.document, link.start)
