"""What changed in an article since the browser last heard, as out-of-band fragments."""

from uuid import UUID

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET

from articles.actions.presence import others_here
from articles.http import SignedInRequest, whole_number
from articles.models import Anchor, Article, Suggestion, User
from articles.models.people import NAME_ORDER
from articles.permissions import REVIEW_CLAIM, article_or_404
from articles.rendering import standing_marks, text_blocks, text_html, touched
from articles.views.origins import findings_context
from articles.views.rows import anchors_with_claims, claim_counts, rows_html, rows_of


def heard(request: SignedInRequest) -> int | None:
    """The change number the browser has heard of; None when it does not say."""
    return whole_number(request.GET.get("since") or request.POST.get("since"))


def open_suggestions(request: SignedInRequest, article: Article) -> list[UUID] | None:
    """The proposals still open; None for those who may not accept them."""
    if not request.user.access().may(REVIEW_CLAIM, article.desk_id):
        return None
    found = Suggestion.objects.filter(revision=article.current_revision_id, state="proposed")
    return list(found.values_list("pk", flat=True))


def changes_since(
    request: SignedInRequest, article: Article, since: int | None, *, opening: bool = False
) -> str:
    """The rows and text blocks of the claims changed since, and the findings; or nothing.

    ``opening`` leaves the findings to the panel that is asked for next.
    """
    if since is None or since >= article.version:
        return ""
    revision = article.current_revision
    # Old places too: a claim that moved away or was withdrawn leaves its block changed.
    places = Anchor.objects.filter(revision=revision, claim__version__gt=since, start__isnull=False)
    blocks = touched(revision, [span for anchor in places if (span := anchor.span)])
    bounds = revision.block_spans()
    spans = [(bounds[index].start, bounds[index].end) for index in blocks]
    marks = standing_marks(revision, spans)
    changed = text_blocks(revision, article.language, marks, only=blocks)
    rows = anchors_with_claims(article).filter(claim__version__gt=since)
    counts = claim_counts(article)
    return render_to_string(
        "articles/_changes.html",
        {
            "article": article,
            "rows": rows_html(article, rows_of(rows)),
            "text": text_html(changed, replacing=True),
            "counts": counts,
            **({} if opening else findings_context(request, article, counts)),
            "open_suggestions": open_suggestions(request, article),
        },
        request,
    )


def presence_now(request: SignedInRequest, article: Article) -> str:
    """Who else has the article open, if that is not what the page shows; this person is noted."""
    others = others_here(article, request.user)
    here = ",".join(map(str, others))
    if here == request.GET.get("here", ""):
        return ""
    people = User.objects.filter(pk__in=others).order_by(*NAME_ORDER)
    context = {"others": people, "here": here, "oob": True}
    return render_to_string("articles/_presence.html", context, request)


@require_GET
def changes(request: SignedInRequest, pk: UUID) -> HttpResponse:
    article = article_or_404(request.user, pk)
    html = changes_since(request, article, heard(request)) + presence_now(request, article)
    return HttpResponse(html, status=200 if html else 204)
