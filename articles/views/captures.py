"""What became of an address that the worker was to fetch."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from articles.actions.captures import (
    UNDER_WAY,
    a_worker_is_alive,
    is_stalled,
    request_capture,
    retry_capture,
)
from articles.http import SignedInRequest, see_other
from articles.models import Capture, Claim, RuleError
from articles.permissions import ADD_DOCUMENT, capture_or_404, document_or_404
from articles.views.document_add import capture_address, claim_to_return_to


@dataclass(frozen=True)
class Progress:
    """A capture as it is shown: ``look`` tells whether the browser shows it as it is now."""

    capture: Capture
    worker: bool
    may_retry: bool
    claim: Claim | None = None

    @property
    def under_way(self) -> bool:
        return self.capture.state in UNDER_WAY and not self.stalled

    @property
    def stalled(self) -> bool:
        return is_stalled(self.capture)

    @property
    def look(self) -> str:
        return f"{self.capture.state}-{self.capture.attempts}-{self.stalled:d}-{self.worker:d}"

    @property
    def address(self) -> str:
        return capture_address(self.capture, self.claim)


def progress(
    request: SignedInRequest, captures: list[Capture], claim: Claim | None = None
) -> list[Progress]:
    access = request.user.access()
    # Only one that waits is asked about the worker.
    worker = any(capture.state in UNDER_WAY for capture in captures) and a_worker_is_alive()
    return [
        Progress(capture, worker, access.may(ADD_DOCUMENT, capture.desk_id), claim)
        for capture in captures
    ]


@require_GET
@vary_on_headers("HX-Request")
def capture(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The capture's page; a browser that shows it asks again until it is done."""
    capture = capture_or_404(request.user, pk)
    [shown] = progress(request, [capture], claim_to_return_to(request))
    if request.htmx and request.GET.get("shown") == shown.look:
        return HttpResponse(status=204)
    return respond(request, shown)


@require_POST
def retry(request: SignedInRequest, pk: UUID) -> HttpResponse:
    capture = capture_or_404(request.user, pk, ADD_DOCUMENT)
    claim = claim_to_return_to(request)
    try:
        retry_capture(capture)
    except RuleError as error:
        if not request.htmx:
            messages.error(request, str(error))
    if not request.htmx:
        return see_other(capture_address(capture, claim))
    [shown] = progress(request, [capture_or_404(request.user, pk)], claim)
    return respond(request, shown)


@require_POST
def recapture(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Fetch the document's address again: what is there now becomes a document of its own."""
    document = document_or_404(request.user, pk, ADD_DOCUMENT)
    if not document.url:
        messages.error(request, "The document has no address to capture again.")
        return see_other(document.get_absolute_url())
    capture = request_capture(
        desk=document.desk, source=document.source, url=document.url, by=request.user
    )
    return see_other(capture_address(capture, None))


def respond(request: SignedInRequest, shown: Progress) -> HttpResponse:
    template = "articles/_capture.html" if request.htmx else "articles/capture.html"
    return render(request, template, {"progress": shown})
