from django.db import transaction
from django.utils import timezone

from articles.actions.claims import (
    change_basis,
    lock_claim,
    recheck,
    refuse_withdrawn,
    save_claim,
)
from articles.models import Citation, Claim, RuleError, User
from articles.models.workflow import DECIDED


def refuse_twin_citation(claim: Claim, cited: Claim) -> None:
    if claim.citations.filter(cited=cited, withdrawn_at=None).exists():
        raise RuleError(f"Claim {claim.number} cites that claim already.")


@transaction.atomic
def cite_claim(*, claim: Claim, seen: int, cited: Claim, by: User) -> Citation:
    """Cite a decided claim with the verdict that decides it now.

    Raises StaleVersionError, and RuleError for a withdrawn claim, a claim that is not decided or
    of another desk, and one that is cited already.
    """
    claim = lock_claim(claim, seen)
    refuse_withdrawn(claim, "cite another")
    if cited.pk == claim.pk:
        raise RuleError("A claim cannot cite itself.")
    cited = Claim.objects.select_related("article", "verdict").get(pk=cited.pk)
    if cited.desk_id != claim.desk_id:
        raise RuleError("That claim is of another desk.")
    if cited.status not in DECIDED or cited.verdict is None:
        raise RuleError("That claim is no longer decided, so there is no verdict to cite.")
    refuse_twin_citation(claim, cited)
    citation = Citation.objects.create(
        claim=claim, cited=cited, verdict=cited.verdict, created_by=by
    )
    change_basis(claim, "A citation was added.", by=by)
    save_claim(claim)
    return citation


@transaction.atomic
def withdraw_citation(*, citation: Citation, seen: int, by: User) -> Citation:
    """Raises StaleVersionError, and RuleError for a withdrawn claim."""
    claim = lock_claim(citation.claim, seen)
    refuse_withdrawn(claim, "change what it cites")
    citation.withdrawn_at = timezone.now()
    citation.save(update_fields=("withdrawn_at",))
    recheck(claim, "A citation was removed.", by=by)
    save_claim(claim)
    return citation


@transaction.atomic
def restore_citation(*, citation: Citation, seen: int, by: User) -> Citation:
    """Raises StaleVersionError, and RuleError for a withdrawn claim or when the same one was
    cited again since."""
    claim = lock_claim(citation.claim, seen)
    refuse_withdrawn(claim, "change what it cites")
    refuse_twin_citation(claim, citation.cited)
    citation.withdrawn_at = None
    citation.save(update_fields=("withdrawn_at",))
    recheck(claim, "A citation was restored.", by=by)
    save_claim(claim)
    return citation
