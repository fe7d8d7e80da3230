"""Writes to where evidence stands: its document, and the passage of it that counts."""

from django.db import transaction

from articles.actions.claims import change_basis, lock_claim, refuse_withdrawn, save_claim
from articles.actions.quotations import check_quotations
from articles.models import Document, Evidence, RuleError, User
from articles.text.spans import select


def lock_evidence(evidence: Evidence, seen: int) -> Evidence:
    """The evidence as it is now, its claim's article locked.

    Raises StaleVersionError, and RuleError when it or its claim was withdrawn.
    """
    claim = lock_claim(evidence.claim, seen)
    refuse_withdrawn(claim, "change its evidence")
    current = Evidence.objects.select_related("source", "document").get(pk=evidence.pk)
    current.claim = claim
    if current.withdrawn_at:
        raise RuleError("This link was removed. Restore it before you change it.")
    return current


def put_passage(evidence: Evidence, passage: tuple[int, int] | None) -> None:
    """Raises SpanError for a span the document cannot have."""
    evidence.start, evidence.end, evidence.exact = None, None, ""
    if passage and evidence.document:
        span = select(evidence.document.text, *passage)
        evidence.start, evidence.end, evidence.exact = span.start, span.end, span.exact


def save_place(evidence: Evidence, note: str, *, by: User) -> None:
    evidence.save(update_fields=("document", "start", "end", "exact"))
    change_basis(evidence.claim, note, by=by)
    save_claim(evidence.claim)


@transaction.atomic
def choose_document(
    *,
    evidence: Evidence,
    seen: int,
    by: User,
    document: Document | None,
    passage: tuple[int, int] | None = None,
) -> Evidence:
    """Rest the evidence on a stored document of its source, or on none.

    ``passage`` puts back what an undone choice had; without it the passage is still to be chosen.
    Raises StaleVersionError, SpanError, and RuleError for a withdrawn claim and for a document of
    another source or desk.
    """
    evidence = lock_evidence(evidence, seen)
    if document and document.desk_id != evidence.claim.desk_id:
        raise RuleError("That document is of another desk. Choose one of this claim's desk.")
    if document and document.source_id != evidence.source_id:
        raise RuleError("That document is of another source. Choose one of this link's source.")
    evidence.document = document
    put_passage(evidence, passage)
    save_place(evidence, "The document of its evidence was changed.", by=by)
    check_quotations(evidence.claim.evidence.filter(pk=evidence.pk))
    return evidence


@transaction.atomic
def set_passage(
    *, evidence: Evidence, seen: int, by: User, passage: tuple[int, int] | None
) -> Evidence:
    """Name the passage of the document that counts, in code points, end exclusive; None for none.

    Raises StaleVersionError, SpanError, and RuleError for a withdrawn claim or where no document
    is chosen.
    """
    evidence = lock_evidence(evidence, seen)
    if evidence.document is None:
        raise RuleError("Choose the document first, then the passage in it.")
    put_passage(evidence, passage)
    save_place(evidence, "The passage of its evidence was changed.", by=by)
    return evidence
