"""By when a claim is due and how urgent it is; and giving a whole article to somebody."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from articles.actions.assignment import Assigned, assign_claims, plan_claim
from articles.forms.queue import AssignArticleForm, PlanForm
from articles.http import SignedInRequest
from articles.models.workflow import UNDECIDED
from articles.permissions import ASSIGN_CLAIM, article_or_404, claim_or_404
from articles.views.detail import Done, attempt


@require_POST
def plan(request: SignedInRequest, pk: UUID) -> HttpResponse:
    claim = claim_or_404(request.user, pk, ASSIGN_CLAIM)
    form = PlanForm(request.POST, prefix="plan")

    def act() -> Done:
        data = form.cleaned_data
        planned = plan_claim(claim=claim, seen=data.pop("version"), by=request.user, **data)
        before = {
            "plan-version": planned.version,
            "plan-due_on": claim.due_on.isoformat() if claim.due_on else "",
            "plan-priority": claim.priority,
            "plan-kind": claim.kind,
        }
        url = reverse("claim-plan", args=[claim.pk])
        return Done(f"Saved the plan of claim {claim.number}.", url, before)

    return attempt(request, claim, "plan_form", form, act)


@require_POST
def assign_article(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Give all claims of the article that are still to be decided to one person."""
    article = article_or_404(request.user, pk, ASSIGN_CLAIM)
    form = AssignArticleForm(request.POST, article=article)
    if form.is_valid():
        claims = article.claims.filter(status__in=UNDECIDED)
        done = assign_claims(claims=claims, by=request.user, **form.given())
        tell(request, done, str(form.cleaned_data["assignee"]))
    else:
        problems = (str(problem) for errors in form.errors.values() for problem in errors)
        messages.error(request, "Nothing was assigned. " + " ".join(problems))
    return redirect("article", pk)


def tell(request: SignedInRequest, done: Assigned, person: str) -> None:
    count = len(done.changed)
    text = f"Assigned {count} claim{'' if count == 1 else 's'} to {person}."
    if not (done.changed or done.refused):
        text = f"Every claim still to be decided is {person}’s already, or there is none."
    messages.success(request, text)
    for refused in done.refused:
        messages.warning(request, f"Claim {refused.claim.number}: {refused.reason}")
