from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from articles.actions.verdicts import record_verdict
from articles.forms.claims import VerdictForm
from articles.http import SignedInRequest
from articles.models.review import required_of
from articles.permissions import REVIEW_CLAIM, claim_or_404
from articles.views.detail import Done, attempt


@require_POST
def record(request: SignedInRequest, pk: UUID) -> HttpResponse:
    claim = claim_or_404(request.user, pk, REVIEW_CLAIM)
    form = VerdictForm(request.POST, prefix="verdict", required=required_of(claim))

    def act() -> Done:
        data = form.cleaned_data
        seen = data.pop("version")
        recorded = record_verdict(claim=claim, seen=seen, by=request.user, **data)
        told = f"{recorded.get_rating_display()}: "
        if recorded.claim.disputes.filter(settled_at=None).exists():
            return Done(f"{told}the reviewers of claim {claim.number} differ. An editor decides.")
        status = recorded.claim.get_status_display().lower()
        return Done(f"{told}claim {claim.number} is {status}.")

    return attempt(request, claim, "verdict_form", form, act)
