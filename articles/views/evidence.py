from functools import partial
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from articles.actions.evidence import link_evidence, restore_evidence, withdraw_evidence
from articles.forms.claims import EvidenceForm
from articles.http import SignedInRequest
from articles.models import RuleError
from articles.permissions import REVIEW_CLAIM, claim_or_404, evidence_or_404
from articles.views.detail import Done, attempt, switch, undone_by


@require_POST
def link(request: SignedInRequest, pk: UUID) -> HttpResponse:
    claim = claim_or_404(request.user, pk, REVIEW_CLAIM)
    form = EvidenceForm(request.POST, user=request.user, prefix="evidence")

    @transaction.atomic
    def act() -> Done:
        """A source made in place stands only if the link does."""
        data = form.cleaned_data
        source = form.picked()
        if source is None:
            raise RuleError("Name the source the claim rests on.")
        evidence = link_evidence(
            claim=claim,
            seen=data["version"],
            by=request.user,
            source=source,
            relation=data["relation"],
            url=data["url"],
            note=data["note"],
        )
        text = f"Linked claim {claim.number} to {source.label_for(request.user)}."
        return undone_by(evidence, text, "evidence-withdraw")

    return attempt(request, claim, "evidence_form", form, act)


@require_POST
def withdraw(request: SignedInRequest, pk: UUID) -> HttpResponse:
    evidence = evidence_or_404(request.user, pk, REVIEW_CLAIM)
    text = f"Removed the link to {evidence.source.label_for(request.user)}."
    act = partial(withdraw_evidence, evidence=evidence, by=request.user)
    return switch(request, evidence, act, text, "evidence-restore")


@require_POST
def restore(request: SignedInRequest, pk: UUID) -> HttpResponse:
    evidence = evidence_or_404(request.user, pk, REVIEW_CLAIM)
    text = f"Restored the link to {evidence.source.label_for(request.user)}."
    act = partial(restore_evidence, evidence=evidence, by=request.user)
    return switch(request, evidence, act, text, "evidence-withdraw")
