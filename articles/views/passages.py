"""Where evidence stands: the document beside the claim, and the passage of it that counts."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from articles.actions.passages import choose_document, set_passage
from articles.forms.claims import DocumentChoiceForm, PassageForm
from articles.http import SignedInRequest
from articles.models import Document, Evidence, Status
from articles.permissions import REVIEW_CLAIM, document_or_404, named_evidence_or_404
from articles.rendering import TextBlock, text_blocks, text_html
from articles.text.proposal import propose
from articles.views.annotate import page_context
from articles.views.detail import Difference, Done, attempt, detail_context
from articles.views.evidence_items import link_page


@dataclass(frozen=True)
class Proposal:
    """A passage that a reviewer may take, and what proposes it, in words."""

    start: int
    end: int
    exact: str
    by: str


def proposed_passage(
    evidence: Evidence, document: Document, blocks: list[TextBlock]
) -> Proposal | None:
    checks = evidence.quotation_checks.exclude(start=None)
    quoted = checks.filter(revision=evidence.claim.article.current_revision_id).first()
    if quoted and quoted.start is not None and quoted.end is not None:
        exact = document.text[quoted.start : quoted.end]
        return Proposal(quoted.start, quoted.end, exact, "The claim quotes it.")
    sentences = [span for block in blocks for span in block.bounds]
    span = propose(evidence.claim.text, document.text, sentences)
    if span is None:
        return None
    exact = document.text[span.start : span.end]
    return Proposal(span.start, span.end, exact, "It shares the claim’s words.")


def pane_context(request: SignedInRequest, evidence: Evidence) -> dict[str, Any]:
    document = evidence.document
    if document is None:
        raise Http404("No document is chosen for this evidence.")
    claim = evidence.claim
    blocks = text_blocks(document, document.language)
    may_choose = (
        request.user.access().may(REVIEW_CLAIM, claim.desk_id) and claim.status != Status.WITHDRAWN
    )
    undecided = may_choose and evidence.start is None
    return {
        "claim": claim,
        "article": claim.article,
        "open_evidence": evidence,
        "document": document,
        "document_text": text_html(blocks, "document-block"),
        "passage_page": link_page(evidence),
        "may_choose": may_choose,
        "proposal": proposed_passage(evidence, document, blocks) if undecided else None,
    }


@require_GET
def document(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The document's pane; without htmx, the annotate page with the pane open."""
    evidence = named_evidence_or_404(request.user, pk)
    context = pane_context(request, evidence)
    if request.htmx:
        return render(request, "articles/_document_pane.html", context)
    claim = evidence.claim
    around = detail_context(request, claim) | page_context(request, claim.article)
    return render(request, "articles/annotate.html", context | around)


def back_to(evidence: Evidence, version: int) -> dict[str, Any]:
    """The fields of a post that puts the evidence's document and passage back."""
    fields = {"version": version, "document": evidence.document_id}
    fields |= {"start": evidence.start, "end": evidence.end}
    return {name: "" if value is None else value for name, value in fields.items()}


@require_POST
def choose(request: SignedInRequest, pk: UUID) -> HttpResponse:
    evidence = named_evidence_or_404(request.user, pk, REVIEW_CLAIM)
    form = DocumentChoiceForm(request.POST)
    wanted = form.cleaned_data["document"] if form.is_valid() else None
    chosen = document_or_404(request.user, wanted) if wanted else None

    def act() -> Done:
        changed = choose_document(
            evidence=evidence,
            seen=form.cleaned_data["version"],
            by=request.user,
            document=chosen,
            passage=form.passage(),
        )
        claim = changed.claim
        text = f"Claim {claim.number} rests on “{chosen}”." if chosen else "Took the document away."
        url = reverse("evidence-choose", args=[pk])
        return Done(text, url, back_to(evidence, claim.version))

    def compare() -> list[Difference]:
        now = Evidence.objects.select_related("document").get(pk=pk)
        return [Difference("Document", str(chosen or ""), str(now.document or ""))]

    return attempt(request, evidence.claim, "document_form", form, act, compare)


@require_POST
def passage(request: SignedInRequest, pk: UUID) -> HttpResponse:
    evidence = named_evidence_or_404(request.user, pk, REVIEW_CLAIM)
    form = PassageForm(request.POST)

    def act() -> Done:
        changed = set_passage(
            evidence=evidence,
            seen=form.cleaned_data["version"],
            by=request.user,
            passage=form.passage(),
        )
        number = changed.claim.number
        text = f"Set the passage of claim {number}." if changed.exact else "Took the passage away."
        fields = back_to(evidence, changed.claim.version)
        del fields["document"]
        return Done(text, reverse("evidence-passage", args=[pk]), fields)

    def compare() -> list[Difference]:
        now = Evidence.objects.select_related("document").get(pk=pk)
        start, end = form.passage() or (0, 0)
        yours = now.document.text[start:end] if now.document else ""
        return [Difference("Passage", yours, now.exact)]

    return attempt(request, evidence.claim, "passage_form", form, act, compare)
