"""What waits for an editor's decision: the list, and the way through it."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_GET

from articles.http import SignedInRequest
from articles.models import Claim, Desk, Dispute, User, Verdict
from articles.models.verdict import disputed_claims
from articles.paging import BadCursorError, Order
from articles.permissions import DECIDE_CLAIM, desks_where
from articles.views.lists import count, read_page

OLDEST = Order(("created_at", "id"))


def waiting_at(desks: Iterable[Desk]) -> QuerySet[Dispute]:
    return Dispute.objects.filter(
        settled_at=None, claim__in=disputed_claims(), claim__desk__in=desks
    )


@require_GET
def disputes(request: SignedInRequest) -> HttpResponse:
    """What waits for an editor's decision, at the desks where this person may decide."""
    desks = desks_where(request.user, DECIDE_CLAIM)
    found = waiting_at(desks).select_related(
        "claim__article", "claim__desk", "first__reviewer", "second__reviewer"
    )
    context: dict[str, Any] = {"desks": desks, "total": count(found)}
    try:
        context["page"] = read_page(request, found, OLDEST)
    except BadCursorError as error:
        context["problem"] = str(error)
    status = 400 if "problem" in context else 200
    return render(request, "articles/disputes.html", context, status=status)


def in_list(request: SignedInRequest) -> bool:
    """Whether the claim was opened from the list, to go on there to the next."""
    return request.GET.get("from") == "disputes"


def next_claim(user: User, settled: Dispute) -> Claim | None:
    """The claim after that one in the list, or its first: of those that this person may decide."""
    own = Verdict.objects.of_the_round().filter(claim=OuterRef("claim"), reviewer=user)
    theirs = waiting_at(desks_where(user, DECIDE_CLAIM)).exclude(Exists(own))
    theirs = theirs.select_related("claim").order_by("created_at", "id")
    found = theirs.filter(created_at__gte=settled.created_at).first() or theirs.first()
    return found.claim if found else None


def go_on(request: SignedInRequest, claim: Claim, told: str) -> HttpResponse:
    """From a claim whose dispute is settled to the next of the list, if it was opened there.

    ``told`` says what became of the claim, which is named in its braces.
    """
    if not in_list(request):
        messages.success(request, told.format(f"claim {claim.number}"))
        return redirect(claim)
    link = '<a href="{}">claim {} of “<bdi>{}</bdi>”</a>'
    named = format_html(link, claim.get_absolute_url(), claim.number, claim.article.title)
    done = format_html(told, named)
    following = next_claim(request.user, claim.disputes.latest("created_at"))
    if following is None:
        messages.success(request, format_html("{} Nothing else waits for your decision.", done))
        return redirect("disputes")
    messages.success(request, done)
    return redirect(f"{reverse('claim-adjudicate', args=[following.pk])}?from=disputes")
