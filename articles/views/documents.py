"""A stored document: its text, where it came from, its bytes, and how it changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from articles.actions.documents import SUFFIX, previous_capture, set_archive_url
from articles.extraction.formats import MEDIA_TYPE, Format
from articles.forms.documents import ArchiveForm
from articles.http import SignedInRequest, see_other
from articles.models import Claim, Document, Evidence
from articles.permissions import ADD_DOCUMENT, document_or_404, readable_documents
from articles.text.differences import Change, Run, compare
from articles.views.document_text import shown_blocks

SHOWN_BLOCKS = 2_000
"""Blocks shown before the person asks for the whole text."""
LISTED = 20
SHOWN_CHANGES = 500
HEADERS = {
    "content-type": "Content type",
    "content-language": "Language it was sent in",
    "last-modified": "Last changed, as the server says",
    "date": "The server's clock",
    "etag": "Version mark (ETag)",
    "link": "Canonical address",
}


@require_http_methods(["GET", "HEAD", "POST"])
def document(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The document's page; a post to it says where an archived copy is."""
    if request.method != "POST":
        document = document_or_404(request.user, pk)
        form = ArchiveForm(initial={"archive_url": document.archive_url})
        return document_page(request, document, form)
    document = document_or_404(request.user, pk, ADD_DOCUMENT)
    form = ArchiveForm(request.POST)
    if not form.is_valid():
        return document_page(request, document, form, status=422)
    set_archive_url(document=document, archive_url=form.cleaned_data["archive_url"])
    messages.success(request, "The address of the archived copy is kept.")
    return see_other(document.get_absolute_url())


def document_page(
    request: SignedInRequest, document: Document, form: ArchiveForm, status: int = 200
) -> HttpResponse:
    whole = "whole" in request.GET
    blocks = shown_blocks(document, None if whole else SHOWN_BLOCKS)
    context = {
        "document": document,
        "blocks": blocks,
        "more": len(document.blocks) - len(blocks),
        "headers": [
            (label, document.headers[name])
            for name, label in HEADERS.items()
            if name in document.headers
        ],
        "evidence": evidence_of(request, document),
        "captures": other_captures(request, document),
        "form": form,
        "may_add": request.user.access().may(ADD_DOCUMENT, document.desk_id),
    }
    return render(request, "articles/document.html", context, status=status)


def evidence_of(request: SignedInRequest, document: Document) -> list[Evidence]:
    """What rests on the document, in claims that this person may see; one more than is listed."""
    claims = Claim.objects.visible_to(request.user).standing()
    found = Evidence.objects.standing().filter(document=document, claim__in=claims)
    return list(found.select_related("claim__article")[: LISTED + 1])


def other_captures(request: SignedInRequest, document: Document) -> list[Document]:
    if not document.url:
        return []
    same = readable_documents(request.user).filter(desk=document.desk_id, url=document.url)
    return list(same.exclude(pk=document.pk)[:LISTED])


@require_safe
def original(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """The bytes as they came, to be saved: a browser never shows them as a page of this site."""
    document = document_or_404(request.user, pk)
    try:
        file = document.original.open()
    except FileNotFoundError:
        raise Http404(
            "The original is missing from the storage. Tell the people who run this site."
        ) from None
    response = FileResponse(
        file,
        as_attachment=True,
        filename=f"document-{document.pk}.{SUFFIX[document.format]}",
        content_type=MEDIA_TYPE[cast("Format", document.format)],
    )
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@dataclass(frozen=True)
class Line:
    """A block as the comparison shows it, or in its place the number of those ``folded``."""

    kind: str
    runs: tuple[Run, ...] = ()
    folded: int = 0


@dataclass(frozen=True)
class Comparison:
    """Two documents, the older first, and the changes that are shown."""

    old: Document
    new: Document
    changes: list[Change]
    more: bool

    @property
    def same(self) -> bool:
        return self.old.text_sha256 == self.new.text_sha256

    def lines(self) -> Iterator[Line]:
        """What changed, each with the unchanged block before and after it."""
        for index, change in enumerate(self.changes):
            if change.kind != "same":
                yield Line(change.kind, change.runs)
            elif change.blocks == 1:
                yield unchanged(change.first)
            else:
                opens, closes = index > 0, index < len(self.changes) - 1
                if opens:
                    yield unchanged(change.first)
                if folded := change.blocks - opens - closes:
                    yield Line("folded", folded=folded)
                if closes:
                    yield unchanged(change.last)


def unchanged(block: str) -> Line:
    return Line("same", (Run("same", block),))


@require_GET
def document_compare(request: SignedInRequest, pk: UUID) -> HttpResponse:
    document = document_or_404(request.user, pk)
    other = compared_with(request, document)
    context: dict[str, Any] = {"document": document, "most": SHOWN_CHANGES}
    if other:
        context["comparison"] = comparison(document, other)
    return render(request, "articles/document_compare.html", context)


def compared_with(request: SignedInRequest, document: Document) -> Document | None:
    """The document that ``with`` names, or the capture before this one. Raises Http404."""
    named = request.GET.get("with")
    if not named:
        before = previous_capture(document)
        return before and document_or_404(request.user, before.pk)
    try:
        return document_or_404(request.user, UUID(named))
    except ValueError:
        raise Http404("There is no such document at your desks.") from None


def comparison(one: Document, other: Document) -> Comparison:
    old, new = sorted((one, other), key=lambda document: (document.retrieved_at, document.pk))
    if old.text_sha256 == new.text_sha256:
        return Comparison(old, new, [], more=False)
    changes = list(compare(texts(old), texts(new)))
    return Comparison(old, new, changes[:SHOWN_CHANGES], more=len(changes) > SHOWN_CHANGES)


def texts(document: Document) -> list[str]:
    return [document.text[block.start : block.end] for block in document.block_spans()]
