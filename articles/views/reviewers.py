from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from articles.actions.verdicts import MAX_REVIEWERS, require_reviewers
from articles.forms.claims import ReviewersForm
from articles.http import SignedInRequest
from articles.permissions import CHANGE_ARTICLE, article_or_404


@require_POST
def reviewers(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """How many people must review each claim of the article."""
    article = article_or_404(request.user, pk, CHANGE_ARTICLE)
    form = ReviewersForm(request.POST)
    if form.is_valid():
        count = form.cleaned_data["reviewers"]
        require_reviewers(article=article, reviewers=count, by=request.user)
        text = (
            f"Its claims need {count} reviewers." if count else "Its claims need as many as usual."
        )
        messages.success(request, text)
    else:
        messages.error(request, f"Choose 1 to {MAX_REVIEWERS} reviewers, or as many as usual.")
    return redirect("article", pk)
