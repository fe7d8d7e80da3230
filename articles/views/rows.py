"""The list of an article's claims, in reading order, a page at a time."""

from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import BadRequest
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from articles.http import SignedInRequest
from articles.models import Anchor, Article, Status
from articles.models.search import text_query
from articles.models.workflow import DECIDED
from articles.permissions import article_or_404

PAGE = 60


@dataclass(frozen=True)
class Rows:
    """One page of rows; ``after`` asks for the next one, empty on the last."""

    anchors: list[Anchor]
    after: str


def anchors_with_claims(article: Article) -> QuerySet[Anchor]:
    return (
        Anchor.objects.filter(revision=article.current_revision_id, current=True)
        .select_related("claim__assignee")
        .defer("prefix", "suffix", "claim__search", "claim__note")
        .annotate(
            evidence_count=Count(
                "claim__evidence", filter=Q(claim__evidence__withdrawn_at__isnull=True)
            )
        )
        .order_by("start", "claim__number")
    )


def rows_page(
    article: Article, *, after: str = "", words: str = "", withdrawn: bool = False
) -> Rows:
    """Raises BadRequest for a cursor that is none."""
    anchors = anchors_with_claims(article)
    if words:
        anchors = anchors.filter(claim__search=text_query(words))
    if withdrawn:
        anchors = anchors.filter(claim__status=Status.WITHDRAWN)
    else:
        anchors = anchors.exclude(claim__status=Status.WITHDRAWN)
    if after:
        start, _, number = after.partition("-")
        if not (start.isdecimal() and number.isdecimal() and len(after) < 20):
            raise BadRequest(f"“{after}” is no place in the list of claims.")
        anchors = anchors.filter(Q(start__gt=start) | Q(start=start, claim__number__gt=number))
    page = list(anchors[: PAGE + 1])
    more = len(page) > PAGE
    last = page[PAGE - 1] if more else None
    return Rows(page[:PAGE], f"{last.start}-{last.claim.number}" if last else "")


def claim_counts(article: Article) -> dict[str, int]:
    """How many claims stand, and how many of all have each status."""
    by_status = dict(article.claims.order_by().values_list("status").annotate(count=Count("id")))
    withdrawn = by_status.get(Status.WITHDRAWN, 0)
    done = sum(by_status.get(status, 0) for status in DECIDED)
    return {
        "standing": sum(by_status.values()) - withdrawn,
        "decided": done,
        "withdrawn": withdrawn,
    }


@require_GET
def rows(request: SignedInRequest, pk: UUID) -> HttpResponse:
    article = article_or_404(request.user, pk)
    withdrawn = request.GET.get("withdrawn") == "1"
    words = request.GET.get("q", "").strip()[:200]
    after = request.GET.get("after", "")
    page = rows_page(article, after=after, words=words, withdrawn=withdrawn)
    context = {"article": article, "page": page, "withdrawn": withdrawn, "words": words}
    return render(request, "articles/_claim_rows.html", context)
