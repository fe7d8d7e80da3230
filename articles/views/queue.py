"""A person's queue: what waits for them, and the next of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect

from articles.actions.queue import MOST_COUNTED, TURNS, Queue, Section
from articles.forms.queue import AfterForm
from articles.http import SignedInRequest
from articles.models import Claim, Skip, User
from articles.permissions import claim_or_404
from articles.views.changes import changes_since, heard
from articles.views.detail import detail_context, opened
from articles.views.lists import counted

SHOWN = 30
LABELS = {
    Section.MINE: "Mine",
    Section.SECOND: "Second review",
    Section.POOL: "Unassigned",
    Section.SKIPPED: "Skipped",
}


@dataclass(frozen=True)
class Tab:
    name: str
    label: str
    count: str


def place(claim: Claim) -> str:
    """Where a claim is worked on as one of the queue; the page prepares the next one there."""
    return f"{claim.get_absolute_url()}#queue"


def reason(claim: Claim, section: Section, user: User) -> str:
    if claim.assignee_id == user.pk:
        what = " for a second review" if section is Section.SECOND else ""
        if claim.assigned_by:
            return f"Assigned to you{what} by {claim.assigned_by}"
        return f"You took it{what}"
    if section is Section.SECOND:
        return "Waits for a second reviewer"
    return "Nobody has it"


def rows(queue: Queue, section: Section) -> Iterator[tuple[Claim, str]]:
    """The first claims of the section, each with why it is in the queue."""
    claims = queue.first(section, SHOWN)
    reasons: dict[Any, str] = {}
    if section is Section.SKIPPED:
        skips = Skip.objects.filter(user=queue.user, claim__in=claims)
        reasons = dict(skips.values_list("claim", "reason"))
    for claim in claims:
        yield claim, reasons.get(claim.pk) or reason(claim, section, queue.user)


def chosen_section(name: str, counts: dict[Section, int]) -> Section:
    """The one that was asked for, else the first that has a claim."""
    asked = [section for section in Section if section.value == name]
    filled = [section for section in counts if counts[section] and section != Section.SKIPPED]
    return (asked or filled or [Section.MINE])[0]


def begins_with(
    queue: Queue, counts: dict[Section, int], section: Section, shown: list[tuple[Claim, str]]
) -> Claim | None:
    """The claim that is next in the queue; often the first of the section shown."""
    turn = next((turn for turn in TURNS if counts[turn]), None)
    if turn is None:
        return None
    claims = [claim for claim, _ in shown] if turn is section else queue.first(turn, 1)
    return claims[0] if claims else None


@require_GET
def queue(request: SignedInRequest) -> HttpResponse:
    queue = Queue(request.user)
    counts = {section: queue.count(section) for section in Section}
    section = chosen_section(request.GET.get("section", ""), counts)
    shown = list(rows(queue, section))
    context = {
        "tabs": [Tab(s.value, LABELS[s], counted(counts[s], MOST_COUNTED)) for s in Section],
        "section": section.value,
        "heading": LABELS[section],
        "rows": shown,
        "more": counts[section] > len(shown),
        "desks": len(queue.desks) > 1,
        "ahead": begins_with(queue, counts, section, shown),
    }
    return render(request, "articles/queue.html", context)


def going_on_from(request: SignedInRequest, data: Any) -> Claim | None:
    form = AfterForm(data)
    pk = form.cleaned_data["after"] if form.is_valid() else None
    return claim_or_404(request.user, pk) if pk else None


@require_POST
def take_next(request: SignedInRequest) -> HttpResponse:
    """Take the next claim and open it: in the panel, if it is of the article that is open."""
    after = going_on_from(request, request.POST)
    claim = Queue(request.user).take_next(after)
    if claim is None:
        messages.info(request, "Nothing else waits for you now.")
        return go_to(request, reverse("queue"))
    if request.htmx and after and after.article_id == claim.article_id:
        claim = claim_or_404(request.user, claim.pk)
        response = render(request, "articles/_claim.html", detail_context(request, claim))
        response.write(changes_since(request, claim.article, heard(request)))
    else:
        # Its page may have been fetched ahead, and is then not asked for again.
        response = go_to(request, place(claim))
    return opened(request, claim, response)


def go_to(request: SignedInRequest, url: str) -> HttpResponse:
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


@require_GET
def ahead(request: SignedInRequest) -> JsonResponse:
    """Which page will be wanted next, for the browser to fetch beforehand. Takes nothing."""
    after = going_on_from(request, request.GET)
    claim = Queue(request.user).ahead(after)
    there = claim and (after is None or claim.article_id != after.article_id)
    return JsonResponse({"page": claim.get_absolute_url() if claim and there else None})
