from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_GET, require_POST

from articles.actions.claims import keep_draft
from articles.actions.leases import take
from articles.forms.claims import NewClaimForm, ReviewersForm
from articles.forms.drafts import DraftForm
from articles.forms.queue import AssignArticleForm
from articles.http import SignedInRequest
from articles.models import Article, Claim, Draft
from articles.permissions import (
    ASSIGN_CLAIM,
    CHANGE_ARTICLE,
    REVIEW_CLAIM,
    article_or_404,
    claim_or_404,
)
from articles.rendering import standing_marks, text_blocks, text_html
from articles.views.detail import detail_context, opened
from articles.views.origins import findings_context
from articles.views.rows import claim_counts, rows_page

FETCHED_AHEAD = 300
"""Seconds for which a page that was fetched ahead may be shown; it asks at once what is new."""


def page_context(request: SignedInRequest, article: Article) -> dict[str, Any]:
    """What the annotate page shows around the chosen claim."""
    revision = article.current_revision
    drafts = Draft.objects.filter(user=request.user, article=article, form="new-claim")
    draft = drafts.first()
    counts = claim_counts(article)
    return {
        "article": article,
        "revision": revision,
        "text": text_html(text_blocks(revision, article.language, standing_marks(revision))),
        "page": rows_page(article, after=request.GET.get("after", "")),
        "counts": counts,
        **findings_context(request, article, counts),
        **reviewers_context(request, article),
        **assigning_context(request, article),
        "may_mark": request.user.access().may(REVIEW_CLAIM, article.desk_id),
        "new_claim_form": NewClaimForm(
            initial=(draft.fields if draft else {}) | {"revision": revision.number}
        ),
        "new_claim_draft": draft,
    }


def reviewers_context(request: SignedInRequest, article: Article) -> dict[str, Any]:
    """How many people review its claims, to be set by those who may change the article."""
    if not request.user.access().may(CHANGE_ARTICLE, article.desk_id):
        return {}
    return {"reviewers_form": ReviewersForm(initial={"reviewers": article.reviewers})}


def assigning_context(request: SignedInRequest, article: Article) -> dict[str, Any]:
    """The form that gives all its claims to somebody, for those who assign claims."""
    if not request.user.access().may(ASSIGN_CLAIM, article.desk_id):
        return {}
    return {"assign_article_form": AssignArticleForm(article=article)}


def numbered_claim(request: SignedInRequest, article: Article, number: str) -> Claim | None:
    if not number.isdecimal() or len(number) > 9:
        return None
    pk = article.claims.filter(number=number).values_list("pk", flat=True).first()
    return claim_or_404(request.user, pk) if pk else None


@require_GET
def article(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The annotate page, or for htmx its panel; ``?claim=N`` opens the article's claim number N."""
    article = article_or_404(request.user, pk)
    number = request.GET.get("claim", "")
    claim = numbered_claim(request, article, number)
    context: dict[str, Any] = detail_context(request, claim) if claim else {"article": article}
    if number and not claim:
        context["problem"] = f"This article has no claim {number}."
    if request.htmx:
        panel = "articles/_claim.html" if claim else "articles/_no_claim.html"
        page = render(request, panel, context)
    else:
        page = render(request, "articles/annotate.html", context | page_context(request, article))
    if request.headers.get("Sec-Purpose", "").startswith("prefetch"):
        patch_cache_control(page, private=True, max_age=FETCHED_AHEAD)
        return page
    return opened(request, claim, page) if claim else page


def work_on(request: SignedInRequest, article: Article, draft: str) -> None:
    """Typing into a form of a claim is work on it: it is the person's, or stays so."""
    number = draft.partition("-")[2]
    if number.isdecimal():
        pk = article.claims.filter(number=number).values_list("pk", flat=True).first()
        if pk:
            take(pk, request.user)


@require_POST
def draft(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Keep what is typed in a form and not yet saved; no fields at all drops it. 409 with the
    draft that is kept, if the page has not seen that one."""
    article = article_or_404(request.user, pk, REVIEW_CLAIM)
    form = DraftForm(request.POST)
    if not form.is_valid():
        return JsonResponse(form.errors, status=422)
    data = form.cleaned_data
    name, fields, revision = data["form"], data["fields_json"], data["revision"]
    newer = keep_draft(article, name, fields, revision, data["base"], by=request.user)
    if newer:
        return JsonResponse({"revision": newer.revision, "fields": newer.fields}, status=409)
    if fields:
        work_on(request, article, name)
    return HttpResponse(status=204)
