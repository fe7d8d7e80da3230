"""Sending a file that is to be imported."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from articles.actions.batches import ask_check
from articles.forms.imports import ImportForm
from articles.forms.uploads import OVERSIZED, SHA256, HashingHandler, ImportLimitHandler
from articles.http import SignedInRequest, see_other
from articles.importing.records import FIELDS, REQUIRED
from articles.models import Desk
from articles.permissions import require_admin


# The CSRF middleware would read the whole body before the view could say how.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def import_add(request: SignedInRequest) -> HttpResponse:
    """Takes a file of up to MAX_IMPORT bytes; only an admin's is read at all.

    The CSRF token is checked as everywhere, once it is settled where the body goes.
    """
    require_admin(request.user)
    if request.method == "POST":
        request.upload_handlers = [ImportLimitHandler(request), HashingHandler(request)]
    return receive(request)


@csrf_protect
def receive(request: SignedInRequest) -> HttpResponse:
    desks = list(Desk.objects.all())
    if not desks:
        raise PermissionDenied("There is no desk yet to import into: add one in the admin.")
    if request.method != "POST":
        return entry(request, ImportForm(desks=desks, initial={"desk": wanted_desk(request)}))
    typed = request.POST  # read first: reading it finds the oversized file
    oversized = request.META.get(OVERSIZED, "")
    form = ImportForm(typed, request.FILES, desks=desks, oversized=oversized)
    if not form.is_valid():
        return entry(request, form, status=413 if oversized else 422)
    batch = form.save(by=request.user, sha256=request.META[SHA256])
    if not form.layout.is_table:
        ask_check(batch)
    address = batch.get_absolute_url()
    if request.htmx:
        return HttpResponseClientRedirect(address)
    return see_other(address)


def wanted_desk(request: SignedInRequest) -> str:
    """The desk that the address asks for, as far as it is a number."""
    desk = request.GET.get("desk", "")
    return desk if desk.isdecimal() else ""


def entry(request: SignedInRequest, form: ImportForm, *, status: int = 200) -> HttpResponse:
    fields = {
        kind: [(name, name in REQUIRED[kind]) for name in names] for kind, names in FIELDS.items()
    }
    context = {"form": form, "fields": fields}
    return render(request, "articles/import_add.html", context, status=status)
