"""What a person is told of their work: the bell's count, the list, and the wish for e-mails."""

from collections import Counter
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Case, Count, OuterRef, QuerySet, Subquery, Value, When
from django.http import HttpResponse, HttpResponseBadRequest, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import trigger_client_event

from articles.actions.notifications import mark_read
from articles.forms.notifications import DigestForm, KindForm, ReadForm
from articles.http import SignedInRequest, see_other
from articles.models import Dispute, Notification
from articles.paging import NEWEST, BadCursorError
from articles.permissions import notification_or_404, notifications_of
from articles.views.lists import read_page

Kind = Notification.Kind
TABS = (
    ("", "All"),
    (Kind.ASSIGNED, "Assigned"),
    (Kind.DISPUTED, "Disputed"),
    (Kind.RECHECK, "To recheck"),
)


@require_GET
@vary_on_headers("HX-Request")
def notifications(request: SignedInRequest) -> HttpResponse:
    """All that the person was told, newest first."""
    template = "articles/_notifications.html" if request.htmx else "articles/notifications.html"
    context = list_context(request)
    status = 400 if "problem" in context else 200
    return render(request, template, context | digest_context(request), status=status)


@require_GET
def unread(request: SignedInRequest) -> JsonResponse:
    """How many the bell tells of; every open page asks now and then."""
    return JsonResponse({"unread": notifications_of(request.user).filter(read_at=None).count()})


@require_GET
def notification(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Lead to the claim; whoever goes there has read it."""
    found = notification_or_404(request.user, pk)
    mark_read(notifications_of(request.user).filter(pk=pk))
    return HttpResponseRedirect(found.claim.get_absolute_url())


@require_POST
def read(request: SignedInRequest, pk: UUID) -> HttpResponse:
    found = notification_or_404(request.user, pk)
    mark_read(notifications_of(request.user).filter(pk=pk))
    return answer(request, {"done": found.pk})


@require_POST
def read_all(request: SignedInRequest) -> HttpResponse:
    """All that the list had when the page was made: what came since, nobody has looked at."""
    form = ReadForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest("Nothing was marked as read. Load the page again.")
    until = form.cleaned_data["until"] or timezone.now()
    rows = of_kind(notifications_of(request.user), form.cleaned_data["kind"])
    mark_read(rows.filter(created_at__lte=until))
    return answer(request, {"done": "all"})


@require_POST
def digest(request: SignedInRequest) -> HttpResponse:
    form = DigestForm(request.POST, instance=request.user)
    if form.is_valid():
        request.user.save(update_fields=("digest",))
    return see_other(f"{reverse('notifications')}#digest")


def answer(request: SignedInRequest, done: dict[str, Any]) -> HttpResponse:
    """The list anew, at the place it was."""
    if not request.htmx:
        return see_other(f"{reverse('notifications')}?{request.GET.urlencode()}".rstrip("?"))
    response = render(request, "articles/_notifications.html", list_context(request) | done)
    return trigger_client_event(response, "notifications-read")


def of_kind(rows: QuerySet[Notification], kind: str) -> QuerySet[Notification]:
    return rows.filter(kind=kind) if kind else rows


def ending() -> Subquery:
    """How the last dispute of the claim until then ended, in words; empty while it is open."""
    disputes = Dispute.objects.filter(
        claim=OuterRef("claim"), created_at__lte=OuterRef("created_at")
    ).order_by("-created_at", "-id")
    words = Case(
        When(settled_at=None, then=Value("")),
        When(settled_by_verdict=None, then=Value("Taken up anew since, without a decision.")),
        default=Value("Decided since."),
    )
    return Subquery(disputes.values(ending=words)[:1])


def list_context(request: SignedInRequest) -> dict[str, Any]:
    """The part of the list that is asked for, or a ``problem``."""
    form = KindForm(request.GET)
    if not form.is_valid():
        return {"problem": form.errors["kind"][0]}
    kind = form.cleaned_data["kind"]
    filters = urlencode({"kind": kind}) if kind else ""
    mine = notifications_of(request.user)
    rows = of_kind(mine, kind).select_related("claim__article", "actor").annotate(ending=ending())
    try:
        page = read_page(request, rows, NEWEST, filters)
    except BadCursorError as error:
        return {"problem": str(error)}
    kinds = mine.filter(read_at=None).order_by().values_list("kind")
    unread = Counter(dict(kinds.annotate(unread=Count("*"))))
    return {
        "page": page,
        "kind": kind,
        "tabs": [(name, label, unread[name] if name else unread.total()) for name, label in TABS],
        "some_unread": unread[kind] if kind else unread.total(),
        "place": request.GET.urlencode(),
        "now": timezone.now(),
    }


def digest_context(request: SignedInRequest) -> dict[str, Any]:
    form = DigestForm(instance=request.user, label_suffix="")
    return {"digest": form if settings.DIGESTS else None}
