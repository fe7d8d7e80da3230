"""Claims proposed for an article: the list beside its text, and what is done with each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import reswap, retarget

from articles.actions.claims import SameSpanError
from articles.actions.suggestions import (
    accept,
    bring_all_back,
    bring_back,
    dismiss,
    dismiss_all,
    propose,
    take_back,
)
from articles.crediting import Credit, credits
from articles.forms.claims import VersionForm
from articles.forms.suggestions import MomentForm
from articles.http import SignedInRequest
from articles.models import Article, RuleError, StaleVersionError, Suggestion
from articles.permissions import REVIEW_CLAIM, article_or_404, suggestion_or_404
from articles.text.spans import SpanError
from articles.views.changes import changes_since, heard
from articles.views.claims import taken_back
from articles.views.detail import Done

CHANGED = "The claim has been changed since. Withdraw it in its panel if it should go."


@dataclass(frozen=True)
class Proposed:
    """A proposal as this person may see it."""

    suggestion: Suggestion
    words: str
    credit: Credit


def list_context(
    request: SignedInRequest, article: Article, *, returned: UUID | None = None
) -> dict[str, Any]:
    """``returned`` is the proposal that an undo has just brought back."""
    revision = article.current_revision
    open_ones = list(revision.suggestions.filter(state=Suggestion.State.PROPOSED))
    credited = credits(revision.text, open_ones, request.user)
    return {
        "article": article,
        "asked": article.suggested_revision == revision.number,
        "proposed": [
            Proposed(item, revision.text[item.start : item.end], credit)
            for item, credit in zip(open_ones, credited, strict=True)
        ],
        "returned": returned,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def suggestions(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The list; a POST makes the proposals first, if nobody has for this revision."""
    article = article_or_404(request.user, pk, REVIEW_CLAIM)
    if request.method == "POST":
        propose(article)
        article = article_or_404(request.user, pk, REVIEW_CLAIM)
        if not request.htmx:
            return redirect("article-suggestions", pk=pk)
    fragment = "articles/_suggestions.html"
    template = fragment if request.htmx else "articles/suggestions.html"
    return render(request, template, list_context(request, article))


def answer(
    request: SignedInRequest, article_pk: UUID, about: object, act: Callable[[], Done]
) -> HttpResponse:
    """Do it; what changed in the article comes out of band, with a message of what was done.

    What was asked for ends with the row of the proposal gone, also when somebody else was quicker.
    """
    done, problem, status = Done(""), "", 200
    try:
        done = act()
    except (RuleError, SpanError, SameSpanError) as error:
        problem, status = str(error), 409
    except StaleVersionError:
        problem, status = CHANGED, 409
    if not request.htmx:
        messages.add_message(
            request, messages.WARNING if problem else messages.SUCCESS, problem or done.text
        )
        return redirect("article-suggestions", pk=article_pk)
    article = article_or_404(request.user, article_pk, REVIEW_CLAIM)
    html = changes_since(request, article, heard(request))
    html += render_to_string("articles/_suggestions_problem.html", {"problem": problem}, request)
    if not problem:
        html += render_to_string("articles/_toast.html", {"done": done, "claim": about}, request)
    return HttpResponse(html, status=status)


def with_list(
    request: SignedInRequest, response: HttpResponse, article_pk: UUID, returned: UUID | None = None
) -> HttpResponse:
    """The answer with the whole list in the place of the old one: something came back to it."""
    if not request.htmx:
        return response
    article = article_or_404(request.user, article_pk, REVIEW_CLAIM)
    context = list_context(request, article, returned=returned)
    html = render_to_string("articles/_suggestions.html", context, request)
    response.content = html.encode() + response.content
    return reswap(retarget(response, "#suggestions"), "outerHTML")


@require_POST
def accept_one(request: SignedInRequest, pk: UUID) -> HttpResponse:
    suggestion = suggestion_or_404(request.user, pk)

    def act() -> Done:
        claim = accept(suggestion=suggestion, by=request.user)
        return taken_back(claim, suggestion)

    return answer(request, suggestion.revision.article_id, suggestion, act)


@require_POST
def take_one_back(request: SignedInRequest, pk: UUID) -> HttpResponse:
    suggestion = suggestion_or_404(request.user, pk)
    form = VersionForm(request.POST)

    def act() -> Done:
        if not form.is_valid():
            raise RuleError("Say which version of the claim is taken back.")
        seen = form.cleaned_data["version"]
        claim = take_back(suggestion=suggestion, seen=seen, by=request.user)
        return Done(f"Withdrew claim {claim.number}; its words are proposed again.")

    article_pk = suggestion.revision.article_id
    response = answer(request, article_pk, suggestion, act)
    return with_list(request, response, article_pk, returned=pk)


@require_POST
def dismiss_one(request: SignedInRequest, pk: UUID) -> HttpResponse:
    suggestion = suggestion_or_404(request.user, pk)

    def act() -> Done:
        dismiss(suggestion=suggestion, by=request.user)
        return Done("Dismissed the proposal.", reverse("suggestion-bring-back", args=[pk]))

    return answer(request, suggestion.revision.article_id, suggestion, act)


@require_POST
def bring_one_back(request: SignedInRequest, pk: UUID) -> HttpResponse:
    suggestion = suggestion_or_404(request.user, pk)

    def act() -> Done:
        bring_back(suggestion=suggestion)
        return Done("The words are proposed again.")

    article_pk = suggestion.revision.article_id
    response = answer(request, article_pk, suggestion, act)
    return with_list(request, response, article_pk, returned=pk)


@require_POST
def dismiss_them(request: SignedInRequest, pk: UUID) -> HttpResponse:
    article = article_or_404(request.user, pk, REVIEW_CLAIM)

    def act() -> Done:
        count, at = dismiss_all(article_pk=article.pk, by=request.user)
        text = f"Dismissed {count} proposal{'' if count == 1 else 's'}."
        url = reverse("suggestions-bring-back", args=[article.pk])
        return Done(text, url, {"at": at.isoformat()})

    return with_list(request, answer(request, pk, article, act), pk)


@require_POST
def bring_them_back(request: SignedInRequest, pk: UUID) -> HttpResponse:
    article = article_or_404(request.user, pk, REVIEW_CLAIM)
    form = MomentForm(request.POST)

    def act() -> Done:
        if not form.is_valid():
            raise RuleError("Say which proposals come back.")
        count = bring_all_back(article_pk=article.pk, by=request.user, at=form.cleaned_data["at"])
        return Done(f"{count} proposal{'' if count == 1 else 's'} came back.")

    return with_list(request, answer(request, pk, article, act), pk)
