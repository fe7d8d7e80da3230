from copy import copy
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Prefetch, Q, QuerySet
from django.db.models.functions import Lower
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods
from django.views.decorators.vary import vary_on_headers

from articles.dashboard import claims_per_source, rating_tallies, ratings_of
from articles.forms.claim_filters import resting_on
from articles.forms.filters import SourceFilterForm
from articles.forms.sources import SourceForm
from articles.http import SignedInRequest
from articles.models import Capture, Claim, Evidence, Source
from articles.paging import NEWEST, BadCursorError, Order
from articles.permissions import (
    CHANGE_SOURCE,
    VIEW_SOURCE,
    readable_captures,
    readable_documents,
    require_anywhere,
    source_or_404,
)
from articles.views.captures import progress
from articles.views.charts import rating_chart
from articles.views.lists import count, list_response, read_page

# The unique index over the two answers it.
BY_NAME = Order(("lower_name", "kind"))
SUGGESTED = 12
DOCUMENTS = 20
"""Documents and captures listed before the person asks for all."""


@require_GET
@vary_on_headers("HX-Request")
def sources(request: SignedInRequest) -> HttpResponse:
    require_anywhere(request.user, VIEW_SOURCE)
    form = SourceFilterForm(request.GET, user=request.user)

    def read() -> dict[str, Any]:
        found = form.sources().annotate(lower_name=Lower("name"))
        page = read_page(request, found, BY_NAME, form.query())
        desks = request.user.visible_desks
        return {
            "page": page,
            "rows": claims_per_source(desks, page.rows),
            "total": count(form.sources()),
        }

    return list_response(request, "sources", form, read)


@require_GET
def names(request: SignedInRequest) -> HttpResponse:
    """Names that begin as what is typed in the claim list's source field, as its options."""
    typed = request.GET.get("source_name", "")
    found = Source.objects.named_to(request.user).search(typed).defer("search")[:SUGGESTED]
    return render(request, "articles/_source_names.html", {"sources": found})


@require_http_methods(["GET", "HEAD", "POST"])
def source(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The source's page; a post to it changes what is known of the source."""
    if request.method != "POST":
        source = source_or_404(request.user, pk)
        return source_page(request, source, SourceForm(instance=source, user=request.user))
    source = source_or_404(request.user, pk, CHANGE_SOURCE)
    # The form writes what was typed into its instance, wrong or right.
    form = SourceForm(request.POST, instance=copy(source), user=request.user)
    if not form.is_valid():
        return source_page(request, source, form, status=422)
    form.save()
    messages.success(request, "The source is changed.")
    return redirect(source)


def source_page(
    request: SignedInRequest, source: Source, form: SourceForm, status: int = 200
) -> HttpResponse:
    claims = (
        Claim.objects.visible_to(request.user)
        .standing()
        .filter(pk__in=resting_on(Q(source=source)))
    )
    context: dict[str, Any] = {"source": source, "form": form} | documents_of(request, source)
    try:
        page = read_page(request, with_links(claims, source), NEWEST)
    except BadCursorError as error:
        context["problem"], status = str(error), 400
    else:
        desks = request.user.visible_desks
        ratings = rating_tallies(ratings_of(desks, [source.pk])[source.pk])
        context |= {
            "page": page,
            "chart": rating_chart(ratings, ("source", str(source.pk))),
            "total": sum(tally.claims for tally in ratings),
        }
    return render(request, "articles/source.html", context, status=status)


def documents_of(request: SignedInRequest, source: Source) -> dict[str, Any]:
    """The source's documents, and what was to be fetched and is not stored, newest first."""
    everything = request.GET.get("documents") == "all"
    stored = readable_documents(request.user).filter(source=source).select_related("desk")
    asked = readable_captures(request.user).filter(source=source).select_related("desk")
    pending = asked.exclude(state=Capture.State.DONE)
    most = None if everything else DOCUMENTS + 1
    documents, captures = list(stored[:most]), list(pending[:most])
    shown = None if everything else DOCUMENTS
    return {
        "documents": documents[:shown],
        "captures": progress(request, captures[:shown]),
        "more_documents": not everything and max(len(documents), len(captures)) > DOCUMENTS,
    }


def with_links(claims: QuerySet[Claim], source: Source) -> QuerySet[Claim]:
    """Claims as rows, each with its standing evidence of the source in ``links``."""
    evidence = Evidence.objects.standing().filter(source=source).order_by("relation")
    return (
        claims.select_related("article", "assignee")
        .defer("search", "note")
        .prefetch_related(Prefetch("evidence", evidence, to_attr="links"))
    )
