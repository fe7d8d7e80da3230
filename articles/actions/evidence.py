from django.db import transaction
from django.utils import timezone

from articles.actions.claims import (
    change_basis,
    drop_draft,
    lock_claim,
    recheck,
    refuse_withdrawn,
    save_claim,
)
from articles.actions.quotations import check_quotations
from articles.models import Claim, Evidence, RuleError, Source, User


def refuse_twin(evidence: Evidence, claim: Claim) -> None:
    same = {"source": evidence.source, "relation": evidence.relation, "url": evidence.url}
    if claim.evidence.standing().filter(**same).exclude(pk=evidence.pk).exists():
        raise RuleError(f"Claim {claim.number} has this link to {evidence.source} already.")


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
    refuse_withdrawn(claim, "link evidence")
    evidence = Evidence(
        claim=claim, source=source, relation=relation, url=url, note=note, created_by=by
    )
    refuse_twin(evidence, claim)
    evidence.save(force_insert=True)
    change_basis(claim, "Evidence was added.", by=by)
    save_claim(claim)
    drop_draft(claim.article_id, f"evidence-{claim.number}", by=by)
    return evidence


@transaction.atomic
def withdraw_evidence(*, evidence: Evidence, seen: int, by: User) -> Evidence:
    """Raises StaleVersionError, and RuleError for a withdrawn claim."""
    claim = lock_claim(evidence.claim, seen)
    refuse_withdrawn(claim, "change its evidence")
    evidence.withdrawn_at = timezone.now()
    evidence.save(update_fields=("withdrawn_at",))
    check_quotations(claim.evidence.filter(pk=evidence.pk))
    recheck(claim, "Evidence was removed.", by=by)
    save_claim(claim)
    return evidence


@transaction.atomic
def restore_evidence(*, evidence: Evidence, seen: int, by: User) -> Evidence:
    """Raises StaleVersionError, and RuleError for a withdrawn claim or when the same link was
    made again since."""
    claim = lock_claim(evidence.claim, seen)
    refuse_withdrawn(claim, "change its evidence")
    refuse_twin(evidence, claim)
    evidence.withdrawn_at = None
    evidence.save(update_fields=("withdrawn_at",))
    check_quotations(claim.evidence.filter(pk=evidence.pk))
    recheck(claim, "Evidence was restored.", by=by)
    save_claim(claim)
    return evidence
