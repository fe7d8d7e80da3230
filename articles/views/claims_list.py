"""The list of claims, what is new in it, and the same as CSV."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from articles.actions.bulk import MOST
from articles.dashboard import publishers_beginning
from articles.exports.claim_list import COLUMNS, claim_lines, known_columns
from articles.exports.snapshot import snapshot
from articles.forms.bulk import BulkForm
from articles.forms.claim_filters import ClaimFilterForm
from articles.forms.claim_totals import tallied
from articles.http import SignedInRequest
from articles.models import Claim, SavedView
from articles.paging import page
from articles.permissions import ASSIGN_CLAIM, desks_where, may_change_view
from articles.views.lists import counted, list_response, read_page

MOST_COUNTED = 1_000
CHUNK = 500
"""Rows of a CSV that are in memory at once."""
OVERLAP = timedelta(seconds=10)
"""What was written may be committed this much later; rows told of twice have the same version."""


def list_form(request: SignedInRequest) -> ClaimFilterForm:
    """The filters of the address. A view that the person does not have, or no more, is none."""
    return ClaimFilterForm(request.GET, user=request.user, view=opened_view(request))


def opened_view(request: SignedInRequest) -> SavedView | None:
    try:
        pk = UUID(request.GET.get("view", ""))
    except ValueError:
        return None
    return SavedView.objects.visible_to(request.user).filter(pk=pk).first()


def back_to_list(request: HttpRequest) -> HttpResponse:
    """The list with the filters of the address."""
    return redirect(f"{reverse('claims')}?{request.GET.urlencode()}")


def columns_of(request: HttpRequest, view: SavedView | None) -> tuple[str, ...]:
    """The columns last chosen for the list or the view, else those the view was saved with."""
    chosen = request.session.get("claim_columns", {}).get(str(view.pk) if view else "")
    return known_columns(chosen or (view.columns if view else ()))


def choose_columns(request: HttpRequest, view: SavedView | None, names: list[str] | None) -> None:
    """Keep the columns chosen for the list or the view; None for those it was saved with."""
    kept = dict(request.session.get("claim_columns", {}))
    kept.pop(str(view.pk) if view else "", None)
    if names is not None:
        kept[str(view.pk) if view else ""] = known_columns(names)
    request.session["claim_columns"] = kept


def list_context(request: SignedInRequest, form: ClaimFilterForm) -> dict[str, Any]:
    """What the list shows; the form must be valid. Raises BadCursorError."""
    view, columns = form.saved_view, columns_of(request, form.saved_view)
    drawn = timezone.now()
    order = form.chosen_sort.order
    shown = read_page(request, form.ordered(), order, form.query(), form.first)
    found = most = len(shown.rows)
    if shown.previous or shown.next:
        found, most = total(form)
    return {
        "page": shown,
        "total": counted(found, most),
        "more_to_count": found > most,
        "selectable": min(found, MOST) if shown.previous or shown.next else 0,
        "drawn": drawn.isoformat(),
        "since": (drawn - OVERLAP).isoformat(),
        "columns": columns,
        "all_columns": {name: column.label for name, column in COLUMNS.items()},
        "bulk_form": BulkForm(user=request.user),
        "picked": (),
        "view": view,
        "share_with": desks_where(request.user, ASSIGN_CLAIM),
        "may_change_view": view is not None and may_change_view(request.user, view),
        "views": list(SavedView.objects.visible_to(request.user).select_related("owner", "desk")),
        "query": form.query(),
        "address": form.query(*(("at", at) for at in request.GET.getlist("at"))),
    }


def total(form: ClaimFilterForm) -> tuple[int, int]:
    """How many claims match, and how far they were counted."""
    known = tallied(form)
    return (form.up_to(MOST_COUNTED + 1), MOST_COUNTED) if known is None else (known, known)


@require_GET
def exact_total(request: SignedInRequest) -> HttpResponse:
    """The number of all claims that the filters leave, for whoever asks: it may take its time."""
    form = list_form(request)
    if not form.is_valid():
        return HttpResponse(status=400)
    known = tallied(form)
    found = form.claims().count() if known is None else known
    return render(
        request, "articles/_total.html", {"total": f"{found:,}", "noun": "claim", "alone": True}
    )


@require_GET
@vary_on_headers("HX-Request")
def claims(request: SignedInRequest) -> HttpResponse:
    form = list_form(request)
    return list_response(request, "claims", form, lambda: list_context(request, form))


@require_GET
def start(request: SignedInRequest) -> HttpResponse:
    """The list as the person likes to begin with it."""
    views = SavedView.objects.visible_to(request.user)
    view = views.filter(pk__in=filter(None, [request.user.default_view_id])).first()
    return redirect(view_url(view) if view else reverse("claims"))


def view_url(view: SavedView) -> str:
    return f"{reverse('claims')}?{view.query}&view={view.pk}".replace("?&", "?")


@require_GET
def publisher_names(request: SignedInRequest) -> HttpResponse:
    """Publishers that begin as what is typed in the list's publisher field, as its options."""
    typed = request.GET.get("publisher", "").replace("\0", "").strip()
    names = publishers_beginning(request.user.visible_desks, typed)
    return render(request, "articles/_publisher_names.html", {"names": names})


@require_POST
def columns(request: SignedInRequest) -> HttpResponse:
    form = list_form(request)
    choose_columns(request, form.saved_view, request.POST.getlist("column"))
    return back_to_list(request)


@require_GET
def news(request: SignedInRequest) -> HttpResponse:
    """What has changed since a moment, or 204: of the rows ``shown`` each with whether the list
    has it, in its ``columns``, of all others how many are new since the list was ``drawn``.
    """
    since, drawn = (moment(request.GET.get(name, "")) for name in ("since", "drawn"))
    shown = keys(request.GET.get("shown", ""))
    form = list_form(request)
    if since is None or drawn is None or shown is None or not form.is_valid():
        return HttpResponse(status=400)
    now = timezone.now() - OVERLAP
    changed = Claim.objects.visible_to(request.user).filter(updated_at__gt=since).order_by()
    if not changed.exists():
        return HttpResponse(status=204)
    rows = form.dressed(changed.filter(pk__in=shown))
    listed = set(form.claims().filter(pk__in=shown).values_list("pk", flat=True))
    fresh = form.made_since(drawn, shown)[: MOST_COUNTED + 1].count()
    context = {
        "claims": [(claim, claim.pk in listed) for claim in rows],
        "fresh": counted(fresh, MOST_COUNTED) if fresh else "",
        "since": now.isoformat(),
        "columns": known_columns(request.GET.get("columns", "").split(".")),
        "form": form,
    }
    return render(request, "articles/_claim_news.html", context)


def moment(text: str) -> datetime | None:
    """In UTC: PostgreSQL does not take every offset that Python does."""
    try:
        found = parse_datetime(text)
        return found.astimezone(UTC) if found and timezone.is_aware(found) else None
    except (ValueError, OverflowError):
        return None


def keys(text: str) -> list[UUID] | None:
    try:
        return [UUID(key) for key in text.split(".") if key]
    except ValueError:
        return None


@require_GET
def claims_csv(request: SignedInRequest) -> HttpResponseBase:
    """What the list shows, on all its pages."""
    form = list_form(request)
    if not form.is_valid():
        return back_to_list(request)
    lines = claim_lines(all_rows(form), columns_of(request, form.saved_view))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    name = f"claims-{timezone.localdate().isoformat()}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def all_rows(form: ClaimFilterForm) -> Iterator[Claim]:
    """A chunk at a time, all as they were at the first."""
    order, cursor = form.chosen_sort.order, ""
    with snapshot():
        while True:
            found = page(form.ordered(), order, cursor=cursor, size=CHUNK, first=form.first)
            yield from found.rows
            cursor = found.next
            if not cursor:
                return
