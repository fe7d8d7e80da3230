import hashlib

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from articles.dashboard import Figures, figures
from articles.http import SignedInRequest
from articles.models import Status, User
from articles.models.workflow import DECIDED
from articles.views.charts import Chart, rating_chart, source_chart, status_chart


@require_GET
@vary_on_headers("HX-Request")
def dashboard(request: SignedInRequest) -> HttpResponse:
    """The page; to the page's own questions its figures, or 204 when it shows them already."""
    shown = figures(request.user)
    charts = dashboard_charts(shown, request.user)
    html = render_to_string(
        "articles/_dashboard_figures.html",
        {
            "figures": shown,
            "charts": charts,
            "open": shown.in_status(Status.OPEN),
            "awaiting": shown.in_status(Status.AWAITING_SECOND_REVIEW),
            "decided": shown.in_status(*DECIDED),
        },
        request,
    )
    seen = hashlib.sha256(html.encode()).hexdigest()[:16]
    if request.htmx and request.GET.get("seen") == seen:
        return HttpResponse(status=204)
    template = "articles/_dashboard.html" if request.htmx else "articles/dashboard.html"
    return HttpResponse(render_to_string(template, {"html": html, "seen": seen}, request))


def dashboard_charts(shown: Figures, user: User) -> list[Chart]:
    return [
        status_chart(shown.statuses),
        rating_chart(shown.ratings),
        source_chart(shown.sources, user, shown.standing),
    ]
