"""By when a claim is due and how urgent it is; and giving a whole article to somebody."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from articles.actions.assignment import plan_claim
from articles.actions.bulk import Done as ManyDone
from articles.actions.bulk import assign_many, undo
from articles.forms.queue import AssignArticleForm, PlanForm
from articles.http import SignedInRequest
from articles.models import Article, RuleError
from articles.models.workflow import UNDECIDED
from articles.permissions import ASSIGN_CLAIM, article_or_404, claim_or_404
from articles.views.claims_bulk import claims_changed
from articles.views.detail import Done, attempt
from articles.views.telling import tell


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
        claims = article.claims.filter(status__in=UNDECIDED).order_by()
        seen = dict(claims.values_list("pk", "version"))
        done = assign_many(seen=seen, by=request.user, **form.given())
        tell_assigned(request, article, done, str(form.cleaned_data["assignee"]))
    else:
        problems = (str(problem) for errors in form.errors.values() for problem in errors)
        messages.error(request, "Nothing was assigned. " + " ".join(problems))
    return redirect("article", pk)


@require_POST
def undo_assign_article(request: SignedInRequest, pk: UUID, done: UUID) -> HttpResponse:
    article = article_or_404(request.user, pk, ASSIGN_CLAIM)
    try:
        undone = undo(done=done, by=request.user)
    except RuleError as error:
        messages.error(request, str(error))
    else:
        tell(request, f"Undone: {claims_changed(undone)}.")
        tell_refused(request, undone)
    return redirect(article)


def tell_assigned(request: SignedInRequest, article: Article, done: ManyDone, person: str) -> None:
    undo = reverse("article-assign-undo", args=[article.pk, done.id])
    text = f"Assigned {claims_changed(done)} to {person}."
    if not (done.changed or done.refused):
        text = f"Every claim still to be decided is {person}’s already, or there is none."
    tell(request, text, undo=undo if done.changed else "")
    tell_refused(request, done)


def tell_refused(request: SignedInRequest, done: ManyDone) -> None:
    for refused in done.refused:
        messages.warning(request, f"Claim {refused.claim.number}: {refused.reason}")
