from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from articles.dashboard import Figures, figures, news
from articles.desk_findings import DeskFindings, desk_findings
from articles.http import SignedInRequest, whole_number
from articles.models import Claim, Desk, Status, User
from articles.models.workflow import DECIDED, UNDECIDED
from articles.pace import Span, pace
from articles.permissions import ASSIGN_CLAIM
from articles.views.charts import (
    Chart,
    desk_chart,
    person_chart,
    publisher_chart,
    rating_chart,
    source_chart,
    status_chart,
)
from articles.views.reliability import reliability

TOLD = ("article", "number", "text", "article__title")
"""What is shown of a claim that a finding tells of."""
OLDEST = timedelta(minutes=1)
"""Figures are never older than that."""


@dataclass(frozen=True)
class Scope:
    """What a dashboard is about: all of a person's desks or one, by day or by week."""

    all_desks: list[Desk]
    chosen: Desk | None
    span: Span

    @property
    def desks(self) -> Sequence[Desk]:
        return [self.chosen] if self.chosen else self.all_desks

    @property
    def filters(self) -> list[tuple[str, str]]:
        return [("desk", self.chosen.slug)] if self.chosen else []

    @property
    def query(self) -> str:
        return urlencode([*self.filters, ("by", self.span.value)])


def asked_scope(request: SignedInRequest) -> Scope:
    desks = request.user.visible_desks
    slug = request.GET.get("desk", "")
    chosen = next((desk for desk in desks if desk.slug == slug), None)
    if slug and not chosen:
        raise Http404("There is no such desk of yours.")
    return Scope(desks, chosen, Span.DAY if request.GET.get("by") == Span.DAY else Span.WEEK)


@require_GET
@vary_on_headers("HX-Request")
def dashboard(request: SignedInRequest) -> HttpResponse:
    """The page; to the page's own questions its figures, or 204 when it shows them already."""
    scope = asked_scope(request)
    latest = news(scope.desks)
    if request.htmx and shown_already(request.GET.get("seen", ""), latest):
        return HttpResponse(status=204)
    found = desk_findings(scope.desks)
    context = {
        "scope": scope,
        "seen": f"{latest}-{found.as_of.timestamp():.0f}",
        **figures_context(scope, found, request.user),
    }
    template = "articles/_dashboard.html" if request.htmx else "articles/dashboard.html"
    return render(request, template, context)


def shown_already(seen: str, latest: str) -> bool:
    """Whether a page that has seen this shows the latest news, and nothing that is too old."""
    token, _, moment = seen.partition("-")
    as_of = whole_number(moment)
    if token != latest or as_of is None:
        return False
    return timezone.now().timestamp() - as_of < OLDEST.total_seconds()


def figures_context(scope: Scope, found: DeskFindings, user: User) -> dict[str, Any]:
    shown = figures(scope.desks, user)
    periods = pace(scope.desks, scope.span, timezone.now().date())
    return {
        "figures": shown,
        "charts": dashboard_charts(shown, scope, user),
        "open": shown.in_status(Status.OPEN),
        "awaiting": shown.in_status(Status.AWAITING_SECOND_REVIEW),
        "decided": shown.in_status(*DECIDED),
        "periods": periods,
        "latest": periods[-1],
        "reliability": [reliability(tally, user) for tally in shown.sources],
        "findings": found,
        "told": told(found),
        "compares": user.access().anywhere(ASSIGN_CLAIM),
    }


def dashboard_charts(shown: Figures, scope: Scope, user: User) -> list[Chart]:
    filters = scope.filters
    charts = [
        status_chart(shown.statuses, *filters),
        rating_chart(shown.ratings, *filters),
        person_chart(shown.people, shown.in_status(*UNDECIDED), *filters),
        source_chart(shown.sources, user, shown.standing, *filters),
        publisher_chart(shown.publishers, shown.standing, *filters),
    ]
    several = len(shown.desks) > 1
    return [*charts, desk_chart(shown.desks)] if several else charts


def told(found: DeskFindings) -> dict[str, list[Claim]]:
    """The claims that the findings tell of."""
    findings = {"unnamed": found.unnamed, "altered": found.altered, "circular": found.circular}
    ids: list[UUID] = [pk for finding in findings.values() for pk in finding.claims]
    shown = Claim.objects.select_related("article").only(*TOLD)
    claims = shown.in_bulk(ids)
    return {
        name: [claims[pk] for pk in finding.claims if pk in claims]
        for name, finding in findings.items()
    }
