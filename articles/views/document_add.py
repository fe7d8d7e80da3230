"""Adding a document to a source: fetched from its address, as a file, or as text."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from articles.forms.documents import DocumentForm
from articles.forms.uploads import OVERSIZED
from articles.http import SignedInRequest, see_other
from articles.models import Capture, Claim, Desk
from articles.permissions import ADD_DOCUMENT, claim_or_404, desks_where, source_or_404


@require_http_methods(["GET", "HEAD", "POST"])
def document_add(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """With ``?claim=`` the person is led back to that claim, whose desk the document is then of."""
    source = source_or_404(request.user, pk)
    claim = claim_to_return_to(request)
    desks = desks_for(request, claim)
    context = {"source": source, "claim": claim}
    if request.method != "POST":
        form = DocumentForm(desks=desks, initial={"desk": desks[0].pk})
        return render(request, "articles/document_add.html", context | {"form": form})
    typed = request.POST  # read first: reading it finds the oversized file
    oversized = request.META.get(OVERSIZED, "")
    form = DocumentForm(typed, request.FILES, desks=desks, oversized=oversized)
    if not form.is_valid():
        status = 413 if oversized else 422
        return render(
            request, "articles/document_add.html", context | {"form": form}, status=status
        )
    made = form.save(source, by=request.user)
    if isinstance(made, Capture):
        return see_other(capture_address(made, claim))
    messages.success(request, "The document is stored.")
    return see_other((claim or made).get_absolute_url())


def claim_to_return_to(request: SignedInRequest) -> Claim | None:
    """The claim named in the address, if any. Raises Http404."""
    named = request.GET.get("claim")
    if not named:
        return None
    try:
        return claim_or_404(request.user, UUID(named))
    except ValueError:
        raise Http404("There is no such claim at your desks.") from None


def desks_for(request: SignedInRequest, claim: Claim | None) -> list[Desk]:
    """Where the person may add the document. Raises PermissionDenied."""
    desks = desks_where(request.user, ADD_DOCUMENT)
    if claim:
        desks = [desk for desk in desks if desk.pk == claim.desk_id]
    if not desks:
        raise PermissionDenied("You are of no desk at which you may add documents.")
    return desks


def capture_address(capture: Capture, claim: Claim | None) -> str:
    address = reverse("capture", args=[capture.pk])
    return f"{address}?claim={claim.pk}" if claim else address
