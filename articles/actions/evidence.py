from django.db import transaction
from django.utils import timezone

from articles.actions.claims import begin_review, drop_draft, lock_claim, save_claim
from articles.models import Claim, Evidence, RuleError, Source, Status, User


@transaction.atomic
def link_evidence(
    *,
    claim: Claim,
    seen: int,
    by: User,
    source: Source,
    relation: str,
    url: str = "",
    note: str = "",
) -> Evidence:
    """Raises StaleVersionError, and RuleError for a withdrawn claim or a link that stands."""
    claim = lock_claim(claim, seen)
    if claim.status == Status.WITHDRAWN:
        raise RuleError("The claim is withdrawn. Restore it before you link evidence.")
    twin = {"source": source, "relation": relation, "url": url}
    if claim.evidence.standing().filter(**twin).exists():
        raise RuleError(f"Claim {claim.number} has this link to {source} already.")
    evidence = Evidence.objects.create(claim=claim, note=note, created_by=by, **twin)
    begin_review(claim, by=by)
    save_claim(claim, ("status", "assignee"))
    drop_draft(claim.article_id, f"evidence-{claim.number}", by=by)
    return evidence


@transaction.atomic
def withdraw_evidence(*, evidence: Evidence, seen: int) -> Evidence:
    """Raises StaleVersionError."""
    claim = lock_claim(evidence.claim, seen)
    evidence.withdrawn_at = timezone.now()
    evidence.save(update_fields=("withdrawn_at",))
    save_claim(claim, ())
    return evidence


@transaction.atomic
def restore_evidence(*, evidence: Evidence, seen: int) -> Evidence:
    """Raises StaleVersionError."""
    claim = lock_claim(evidence.claim, seen)
    evidence.withdrawn_at = None
    evidence.save(update_fields=("withdrawn_at",))
    save_claim(claim, ())
    return evidence
