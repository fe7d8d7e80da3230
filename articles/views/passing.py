"""Taking a claim over, passing it over, and handing it back."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from articles.actions.leases import take
from articles.actions.passing import bring_back, hand_back, skip_claim, take_back
from articles.forms.claims import UndoForm, VersionForm
from articles.forms.queue import ReasonForm
from articles.http import SignedInRequest
from articles.models import Skip
from articles.permissions import REVIEW_CLAIM, claim_or_404
from articles.views.detail import Done, attempt, detail_context


@require_POST
def take_over(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Take the claim, also from who is at it."""
    claim = claim_or_404(request.user, pk, REVIEW_CLAIM)
    take(claim.pk, request.user, knowingly=True)
    if not request.htmx:
        return redirect(claim)
    return render(request, "articles/_claim.html", detail_context(request, claim))


@require_POST
def skip(request: SignedInRequest, pk: UUID) -> HttpResponse:
    claim = claim_or_404(request.user, pk, REVIEW_CLAIM)
    form = ReasonForm(request.POST, prefix="skip")

    def act() -> Done:
        skip_claim(claim=claim, by=request.user, reason=form.cleaned_data["reason"])
        back = reverse("claim-bring-back", args=[claim.pk])
        return Done(f"Skipped claim {claim.number}.", back, {"version": claim.version})

    return attempt(request, claim, "skip_form", form, act)


@require_POST
def unskip(request: SignedInRequest, pk: UUID) -> HttpResponse:
    claim = claim_or_404(request.user, pk, REVIEW_CLAIM)
    form = VersionForm(request.POST)
    skipped = Skip.objects.filter(claim=claim, user=request.user).first()

    def act() -> Done:
        bring_back(claim=claim, by=request.user)
        text = f"Claim {claim.number} is in your queue again."
        if skipped is None:
            return Done(text)
        again = {"skip-version": claim.version, "skip-reason": skipped.reason}
        return Done(text, reverse("claim-skip", args=[claim.pk]), again)

    return attempt(request, claim, "skip_form", form, act)


@require_POST
def give_back(request: SignedInRequest, pk: UUID) -> HttpResponse:
    claim = claim_or_404(request.user, pk, REVIEW_CLAIM)
    form = ReasonForm(request.POST, prefix="back")

    def act() -> Done:
        data = form.cleaned_data
        handed, done = hand_back(
            claim=claim, seen=data["version"], by=request.user, reason=data["reason"]
        )
        undo = {"version": handed.version, "done": done}
        text = f"Handed claim {claim.number} back to the desk."
        return Done(text, reverse("claim-take-back", args=[claim.pk]), undo)

    return attempt(request, claim, "back_form", form, act)


@require_POST
def undo_give_back(request: SignedInRequest, pk: UUID) -> HttpResponse:
    claim = claim_or_404(request.user, pk, REVIEW_CLAIM)
    form = UndoForm(request.POST)
    reason = Skip.objects.filter(claim=claim, user=request.user).values_list("reason", flat=True)

    def act() -> Done:
        data = form.cleaned_data
        why = reason.first() or ""
        taken = take_back(claim=claim, seen=data["version"], done=data["done"], by=request.user)
        again = {"back-version": taken.version, "back-reason": why}
        text = f"Claim {claim.number} is yours again."
        return Done(text, reverse("claim-hand-back", args=[claim.pk]), again)

    return attempt(request, claim, "back_form", form, act)
