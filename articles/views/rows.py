"""The list of an article's claims, in reading order, a page at a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.core.exceptions import BadRequest
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from articles import badges
from articles.http import SignedInRequest
from articles.markup import fill, joined, shortened
from articles.models import Anchor, Article, Evidence, Status, User
from articles.models.search import text_query
from articles.models.workflow import DECIDED
from articles.permissions import article_or_404

PAGE = 60
LENGTH = 160
"""Characters that a row shows of a claim."""
COLUMNS = (
    *("claim__number", "start", "end", "claim", "claim__version", "claim__text"),
    *("claim__status", "claim__rating", "sources"),
    *("claim__assignee__username", "claim__assignee__first_name", "claim__assignee__last_name"),
)
ROW = (
    '<li id="claim-{claim}" class="claim-row{withdrawn}" data-number="{number}"'
    ' data-version="{version}" data-start="{start}" data-end="{end}" data-url="{url}">'
    '<a href="{article}?claim={number}"><span class="claim-number">{number}</span>'
    ' <span class="claim-words" dir="auto">{words}</span></a>'
    ' <span class="claim-facts">{status} {rating}'
    " <span>{sources} source{plural}</span>{assignee}</span></li>"
)
ASSIGNEE = ' <span class="assignee">{}</span>'


class Row(NamedTuple):
    """A claim where it stands. An orphan stands nowhere."""

    number: int
    start: int | None
    end: int | None
    claim: UUID
    version: int
    text: str
    status: str
    rating: str
    sources: int
    username: str | None
    first_name: str | None
    last_name: str | None


@dataclass(frozen=True)
class Rows:
    """One page of rows as HTML; ``after`` asks for the next one, empty on the last."""

    html: SafeString
    after: str


def anchors_with_claims(article: Article) -> QuerySet[Anchor]:
    # Counted for the rows shown, not joined and grouped for all.
    linked = Evidence.objects.standing().filter(claim=OuterRef("claim")).order_by()
    count = linked.values("claim").annotate(count=Count("*")).values("count")
    return (
        Anchor.objects.filter(revision=article.current_revision_id, current=True)
        .annotate(sources=Coalesce(Subquery(count), 0))
        .order_by("start", "claim__number")
    )


def rows_of(anchors: QuerySet[Anchor]) -> list[Row]:
    return [Row(*values) for values in anchors.values_list(*COLUMNS)]


def rows_html(article: Article, rows: Iterable[Row]) -> SafeString:
    url = article.get_absolute_url()
    return joined((row_html(url, row) for row in rows), "\n")


def row_html(article: str, row: Row) -> SafeString:
    """A row of the list, in the article at that address."""
    names = {"first_name": row.first_name or "", "last_name": row.last_name or ""}
    assignee = fill(ASSIGNEE, User(username=row.username, **names)) if row.username else ""
    return fill(
        ROW,
        claim=row.claim,
        withdrawn=" withdrawn" if row.status == Status.WITHDRAWN else "",
        number=row.number,
        version=row.version,
        start="" if row.start is None else row.start,
        end="" if row.end is None else row.end,
        url=reverse("claim", args=[row.claim]),
        article=article,
        words=shortened(row.text, LENGTH),
        status=badges.STATUSES[row.status],
        rating=badges.RATINGS.get(row.rating, ""),
        sources=row.sources,
        plural="" if row.sources == 1 else "s",
        assignee=assignee,
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
    found = rows_of(anchors[: PAGE + 1])
    page = found[:PAGE]
    last = page[-1] if len(found) > PAGE else None
    return Rows(rows_html(article, page), f"{last.start}-{last.number}" if last else "")


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
