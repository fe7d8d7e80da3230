"""What a person is told of their work: the bell's count, the list, and the wish for e-mails."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import trigger_client_event

from articles.actions.notifications import mark_read
from articles.forms.notifications import DigestForm, ReadForm
from articles.http import SignedInRequest, see_other
from articles.paging import NEWEST, BadCursorError
from articles.permissions import notification_or_404, notifications_of
from articles.views.lists import at, read_page


@require_GET
@vary_on_headers("HX-Request")
def notifications(request: SignedInRequest) -> HttpResponse:
    """All that the person was told, newest first."""
    template = "articles/_notifications.html" if request.htmx else "articles/notifications.html"
    try:
        context = list_context(request)
    except BadCursorError as error:
        return render(request, template, {"problem": str(error)}, status=400)
    return render(request, template, context | digest_context(request))


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
    """All that were there when the page was made: what came since, nobody has looked at."""
    form = ReadForm(request.POST)
    until = form.cleaned_data["until"] if form.is_valid() else timezone.now()
    mark_read(notifications_of(request.user).filter(created_at__lte=until))
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
        place = at(request.GET.get("at", ""), "")
        return see_other(f"{reverse('notifications')}?{place}".rstrip("?"))
    try:
        context = list_context(request)
    except BadCursorError as error:
        context = {"problem": str(error)}
    response = render(request, "articles/_notifications.html", context | done)
    return trigger_client_event(response, "notifications-read")


def list_context(request: SignedInRequest) -> dict[str, Any]:
    """Raises BadCursorError."""
    rows = notifications_of(request.user).select_related("claim__article", "actor")
    return {
        "page": read_page(request, rows, NEWEST),
        "some_unread": rows.filter(read_at=None).exists(),
        "place": at(request.GET.get("at", ""), ""),
        "now": timezone.now(),
    }


def digest_context(request: SignedInRequest) -> dict[str, Any]:
    form = DigestForm(instance=request.user, label_suffix="")
    return {"digest": form if settings.DIGESTS else None}
