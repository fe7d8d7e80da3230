"""What was checked before: earlier claims that say the same, and the citing of them."""

from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from articles.actions.citations import cite_claim, restore_citation, withdraw_citation
from articles.earlier import earlier_claims
from articles.forms.claims import CiteForm
from articles.http import SignedInRequest
from articles.models import Citation, Claim, RuleError, Status, User, Verdict
from articles.permissions import REVIEW_CLAIM, citation_or_404, claim_or_404
from articles.views.detail import Done, attempt, switch, undone_by


@dataclass(frozen=True)
class Cited:
    """A citation as this person may see it; ``now`` tells what became of its verdict since."""

    citation: Citation
    verdict: Verdict | None
    now: str


def cited_claims(claim: Claim, user: User) -> list[Cited]:
    citations = list(
        claim.citations.filter(withdrawn_at=None).select_related("cited__article", "cited__verdict")
    )
    if not citations:
        return []
    ids = [citation.verdict_id for citation in citations]
    visible = Verdict.objects.visible_to(user).select_related("reviewer").in_bulk(ids)
    return [Cited(item, visible.get(item.verdict_id), now(item)) for item in citations]


def now(citation: Citation) -> str:
    cited = citation.cited
    if cited.verdict_id == citation.verdict_id:
        return ""
    if cited.verdict is None:
        return f"It has been taken up again since: {cited.get_status_display().lower()}."
    return f"It has been judged again since: {cited.verdict.get_rating_display()}."


@require_GET
def earlier(request: SignedInRequest, pk: UUID) -> HttpResponse:
    claim = claim_or_404(request.user, pk)
    standing = claim.status != Status.WITHDRAWN
    may_cite = standing and request.user.access().may(REVIEW_CLAIM, claim.desk_id)
    context = {
        "claim": claim,
        "article": claim.article,
        "cited": cited_claims(claim, request.user),
        "earlier": earlier_claims(claim, user=request.user) if may_cite else [],
        "may_cite": may_cite,
    }
    template = "articles/_checked_before.html" if request.htmx else "articles/checked_before.html"
    return render(request, template, context)


def named(cited: Claim) -> str:
    return f"claim {cited.number} of “{cited.article.title}”"


@require_POST
def cite(request: SignedInRequest, pk: UUID) -> HttpResponse:
    claim = claim_or_404(request.user, pk, REVIEW_CLAIM)
    form = CiteForm(request.POST)

    def act() -> Done:
        data = form.cleaned_data
        cited = Claim.objects.visible_to(request.user).filter(pk=data["cited"]).first()
        if cited is None:
            raise RuleError("There is no such claim at your desks.")
        citation = cite_claim(claim=claim, seen=data["version"], cited=cited, by=request.user)
        text = f"Claim {claim.number} cites {named(citation.cited)}."
        return undone_by(citation, text, "citation-withdraw")

    return attempt(request, claim, "cite_form", form, act)


@require_POST
def withdraw(request: SignedInRequest, pk: UUID) -> HttpResponse:
    citation = citation_or_404(request.user, pk, REVIEW_CLAIM)
    text = f"Claim {citation.claim.number} no longer cites {named(citation.cited)}."
    act = partial(withdraw_citation, citation=citation, by=request.user)
    return switch(request, citation, act, text, "citation-restore")


@require_POST
def restore(request: SignedInRequest, pk: UUID) -> HttpResponse:
    citation = citation_or_404(request.user, pk, REVIEW_CLAIM)
    text = f"Claim {citation.claim.number} cites {named(citation.cited)} again."
    act = partial(restore_citation, citation=citation, by=request.user)
    return switch(request, citation, act, text, "citation-withdraw")
