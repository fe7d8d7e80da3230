from typing import Any
from uuid import UUID

import pghistory
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import reswap, retarget

from articles.actions.assignment import assign_claim
from articles.actions.bulk import undo_one
from articles.actions.claims import SameSpanError, edit_claim, mark_claim, move_span
from articles.actions.moves import move_claim, restore_claim, withdraw_claim
from articles.actions.suggestions import accept
from articles.forms.claims import (
    AssignForm,
    EditClaimForm,
    MoveForm,
    MoveSpanForm,
    NewClaimForm,
    UndoForm,
    VersionForm,
)
from articles.http import SignedInRequest
from articles.models import Article, Claim, RuleError, StaleVersionError, Suggestion
from articles.models.workflow import BY_NAME, UNDONE
from articles.permissions import ASSIGN_CLAIM, REVIEW_CLAIM, article_or_404, claim_or_404
from articles.text.spans import SpanError
from articles.views.detail import Done, answer, attempt, detail_context, opened, refuse
from articles.views.origins import findings_now


def undone_by(claim: Claim, text: str, route: str, prefix: str = "", **fields: Any) -> Done:
    """What was done, to be taken back by a post to the claim's route."""
    fields["version"] = claim.version
    named = {f"{prefix}-{name}" if prefix else name: value for name, value in fields.items()}
    return Done(text, reverse(route, args=[claim.pk]), named)


def proposed(article: Article, pk: UUID | None) -> Suggestion | None:
    """The proposal whose words are marked, if it still is one."""
    if pk is None:
        return None
    revision = article.current_revision_id
    return Suggestion.objects.filter(pk=pk, revision=revision, state="proposed").first()


def taken_back(claim: Claim, suggestion: Suggestion) -> Done:
    """An accepted proposal, to be undone by withdrawing its claim and proposing it again."""
    return Done(
        f"Marked claim {claim.number}.",
        reverse("suggestion-take-back", args=[suggestion.pk]),
        {"version": claim.version},
    )


@require_POST
def mark(request: SignedInRequest, pk: UUID) -> HttpResponse:
    article = article_or_404(request.user, pk, REVIEW_CLAIM)
    form = NewClaimForm(request.POST)
    problem, status = "", 422
    if form.is_valid():
        data = form.cleaned_data
        number = data.pop("revision")
        suggestion = proposed(article, data.pop("suggestion"))
        try:
            if suggestion:
                span = (data["start"], data["end"])
                claim = accept(suggestion=suggestion, by=request.user, span=span, note=data["note"])
            else:
                claim = mark_claim(article=article, revision_number=number, by=request.user, **data)
        except (RuleError, SpanError) as error:
            problem = str(error)
        except StaleVersionError:
            problem, status = "The article has a new revision. Reload the page, then mark it.", 409
        except SameSpanError as error:
            return refuse(request, error.claim, 409, str(error))
        else:
            done = undone_by(claim, f"Marked claim {claim.number}.", "claim-withdraw")
            if suggestion:
                done = taken_back(claim, suggestion)
            return answer(request, claim, done, opening=True)
    context = {"article": article, "new_claim_form": form, "problem": problem}
    template = "articles/_new_claim.html" if request.htmx else "articles/new_claim.html"
    response = render(request, template, context, status=status)
    return reswap(retarget(response, "#new-claim"), "outerHTML")


@require_GET
def claim(request: SignedInRequest, pk: UUID) -> HttpResponse:
    claim = claim_or_404(request.user, pk)
    if not request.htmx:
        return redirect(claim)
    response = render(request, "articles/_claim.html", detail_context(request, claim))
    if "opened" in request.GET:
        response.write(findings_now(request, claim.article))
    return opened(request, claim, response)


@require_POST
def edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    claim = claim_or_404(request.user, pk, REVIEW_CLAIM)
    form = EditClaimForm(request.POST, user=request.user, prefix="edit")

    def act() -> Done:
        edited = edit_claim(
            claim=claim,
            seen=form.cleaned_data["version"],
            by=request.user,
            note=form.cleaned_data["note"],
            claimant=form.picked(),
        )
        before = {"note": claim.note, "source": claim.claimant_id or ""}
        return undone_by(edited, f"Saved claim {claim.number}.", "claim-edit", "edit", **before)

    return attempt(request, claim, "edit_form", form, act)


@require_POST
def span(request: SignedInRequest, pk: UUID) -> HttpResponse:
    claim = claim_or_404(request.user, pk, REVIEW_CLAIM)
    form = MoveSpanForm(request.POST)
    before = claim.anchors.filter(current=True, revision=claim.article.current_revision_id).first()

    def act() -> Done:
        data = form.cleaned_data
        seen = data.pop("version")
        moved = move_span(claim=claim, seen=seen, by=request.user, **data)
        text = f"Changed the words of claim {claim.number}."
        if before is None or before.start is None:
            return Done(text)
        return undone_by(moved, text, "claim-span", start=before.start, end=before.end)

    return attempt(request, claim, "span_form", form, act)


@require_POST
def assign(request: SignedInRequest, pk: UUID) -> HttpResponse:
    claim = claim_or_404(request.user, pk, ASSIGN_CLAIM)
    form = AssignForm(request.POST, desk=claim.desk, prefix="assign")

    def act() -> Done:
        assignee = form.cleaned_data["assignee"]
        seen = form.cleaned_data["version"]
        with pghistory.context() as context:
            assigned = assign_claim(claim=claim, seen=seen, assignee=assignee, by=request.user)
        person = assignee or "nobody"
        if assigned.version == seen:
            raise RuleError(f"Claim {claim.number} is assigned to {person} already.")
        text = f"Assigned claim {claim.number} to {person}."
        return undone_by(assigned, text, "claim-undo", done=context.id)

    return attempt(request, claim, "assign_form", form, act)


@require_POST
def move(request: SignedInRequest, pk: UUID) -> HttpResponse:
    claim = claim_or_404(request.user, pk, REVIEW_CLAIM)
    form = MoveForm(request.POST)

    def act() -> Done:
        data = form.cleaned_data
        name, note = data["move"], data["note"]
        seen = data["version"]
        with pghistory.context() as context:
            moved = move_claim(claim=claim, seen=seen, name=name, by=request.user, note=note)
        text = f"Claim {claim.number}: {moved.get_status_display().lower()}."
        made = BY_NAME[name]
        if made.changes_hands:
            return undone_by(moved, text, "claim-undo", done=context.id)
        if made.back:
            return undone_by(moved, text, "claim-move", move=made.back, note=UNDONE)
        return Done(text)

    return attempt(request, claim, "move_form", form, act)


@require_POST
def undo(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Take back what changed whose the claim is."""
    claim = claim_or_404(request.user, pk, REVIEW_CLAIM)
    form = UndoForm(request.POST)

    def act() -> Done:
        data = form.cleaned_data
        back, done = undo_one(claim=claim, seen=data["version"], done=data["done"], by=request.user)
        stands = f"{back.get_status_display().lower()}, assigned to {back.assignee or 'nobody'}"
        text = f"Claim {claim.number} is as it was: {stands}."
        return undone_by(back, text, "claim-undo", done=done)

    return attempt(request, claim, "undo_form", form, act)


@require_POST
def withdraw(request: SignedInRequest, pk: UUID) -> HttpResponse:
    claim = claim_or_404(request.user, pk, REVIEW_CLAIM)
    form = VersionForm(request.POST)

    def act() -> Done:
        seen = form.cleaned_data["version"]
        withdrawn = withdraw_claim(claim=claim, seen=seen, by=request.user)
        return undone_by(withdrawn, f"Withdrew claim {claim.number}.", "claim-restore")

    return attempt(request, claim, "withdraw_form", form, act)


@require_POST
def restore(request: SignedInRequest, pk: UUID) -> HttpResponse:
    claim = claim_or_404(request.user, pk, REVIEW_CLAIM)
    form = VersionForm(request.POST)

    def act() -> Done:
        restored = restore_claim(claim=claim, seen=form.cleaned_data["version"], by=request.user)
        return undone_by(restored, f"Restored claim {claim.number}.", "claim-withdraw")

    return attempt(request, claim, "restore_form", form, act)
