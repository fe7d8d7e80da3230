"""The chosen claim: what its panel shows, and how every write to it answers.

An htmx request gets the panel and, out of band, whatever else changed in the article since the
browser last heard; a plain form post gets a redirect, or the whole page with what is wrong.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.apps import apps
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django_htmx.http import trigger_client_event

from articles.actions.claims import NoteNeededError, SameSpanError, held, rights
from articles.actions.notifications import mark_read
from articles.actions.verdicts import part_of
from articles.forms.claims import (
    AssignForm,
    EditClaimForm,
    EvidenceForm,
    MoveForm,
    MoveSpanForm,
    VerdictForm,
    VersionForm,
    carry_version,
)
from articles.forms.drafts import AT_CLAIM
from articles.http import SignedInRequest, whole_number
from articles.models import (
    Accuracy,
    Attribution,
    Citation,
    Claim,
    Draft,
    Evidence,
    Notification,
    RuleError,
    StaleVersionError,
    User,
)
from articles.models.review import Required, required_of
from articles.models.workflow import JUDGED, WITHDRAWABLE, judging_obstacle, possibilities
from articles.permissions import ASSIGN_CLAIM, DECIDE_CLAIM, REVIEW_CLAIM, claim_or_404
from articles.text.spans import SpanError
from articles.views.chains import attribution_context
from articles.views.changes import changes_since, heard
from articles.views.evidence_items import evidence_context
from articles.views.history import changed_fields, history_context
from articles.views.turn import after_write, turn_context


@dataclass(frozen=True)
class Done:
    """What a write did, in words, and how to take it back: where to post, with which fields."""

    text: str
    undo_url: str = ""
    undo_fields: dict[str, Any] = field(default_factory=dict)


def undone_by(
    item: Evidence | Citation | Attribution, text: str, route: str, **fields: object
) -> Done:
    """What was done to something of a claim, to be taken back by a post to that route."""
    version = Claim.objects.values_list("version", flat=True).get(pk=item.claim_id)
    return Done(text, reverse(route, args=[item.pk]), fields | {"version": version})


@dataclass(frozen=True)
class Difference:
    """One field of a write that came too late: what was typed, and what stands now."""

    label: str
    yours: str
    now: str


def claim_forms(
    claim: Claim,
    user: User,
    drafts: dict[str, dict[str, Any]],
    proposed: Accuracy | None,
    required: Required,
) -> dict[str, forms.Form]:
    """The panel's forms, each with what the person had typed and not saved.

    The proposed accuracy is chosen where the person has begun no verdict.
    """
    version = {"version": claim.version}
    untouched = {"attribution_accuracy": proposed.value} if proposed else {}
    claimant = claim.claimant
    return {
        "edit_form": EditClaimForm(
            user=user,
            prefix="edit",
            initial={
                "note": claim.note,
                "source": claimant and claimant.pk,
                "source_name": claimant.label_for(user) if claimant else "",
            }
            | drafts.get(f"edit-{claim.number}", {})
            | version,
        ),
        "evidence_form": EvidenceForm(
            user=user,
            prefix="evidence",
            initial=drafts.get(f"evidence-{claim.number}", {}) | version,
        ),
        "verdict_form": VerdictForm(
            prefix="verdict",
            initial=drafts.get(f"verdict-{claim.number}", untouched) | version,
            required=required,
        ),
        "assign_form": AssignForm(
            desk=claim.desk,
            prefix="assign",
            initial={"assignee": claim.assignee and claim.assignee.username} | version,
        ),
        "span_form": MoveSpanForm(initial=version),
        "move_form": MoveForm(initial=version),
    }


def drafts_at(user: User, claim: Claim) -> dict[str, Draft]:
    """What the person typed at this claim and has not saved, by form name."""
    names = [f"{name}-{claim.number}" for name in AT_CLAIM]
    drafts = Draft.objects.filter(user=user, article=claim.article_id, form__in=names)
    return {draft.form: draft for draft in drafts}


def detail_context(request: SignedInRequest, claim: Claim, **overrides: Any) -> dict[str, Any]:
    user = request.user
    access = user.access()
    drafts = drafts_at(user, claim)
    typed = {name: draft.fields for name, draft in drafts.items()}
    required = required_of(claim)
    part = part_of(user, claim)
    obstacle = judging_obstacle(claim.status, part, rights(user, claim))
    may = {
        "review": access.may(REVIEW_CLAIM, claim.desk_id),
        "assign": access.may(ASSIGN_CLAIM, claim.desk_id),
        "decide": access.may(DECIDE_CLAIM, claim.desk_id),
    }
    evidence = evidence_context(request, claim)
    proposed = evidence["proposed_accuracy"]
    context = {
        "article": claim.article,
        "claim": claim,
        "anchor": claim.anchors.filter(current=True).order_by("-revision__number").first(),
        **history_context(claim, user),
        **turn_context(claim, user),
        "moves": possibilities(claim.status, rights(user, claim), held(user, claim)),
        "may": may,
        "part": part,
        "required": required.reviewers,
        "withdrawable": may["review"] and claim.status in WITHDRAWABLE,
        "judged": claim.status in JUDGED,
        "judgeable": not obstacle,
        "judging_obstacle": obstacle,
        "restored": {name.partition("-")[0]: draft.revision for name, draft in drafts.items()},
        **evidence,
        **attribution_context(request, claim, typed.get(f"chain-{claim.number}")),
        **claim_forms(claim, user, typed, proposed, required),
        **overrides,
    }
    if proposed:
        context["verdict_form"].propose(proposed)
    return context


def opened(request: SignedInRequest, claim: Claim, response: HttpResponse) -> HttpResponse:
    """Whoever opens a claim has read what they were told of it; the bell counts anew."""
    told = Notification.objects.filter(user=request.user, claim=claim)
    return trigger_client_event(response, "notifications-read") if mark_read(told) else response


def answer(
    request: SignedInRequest, claim: Claim, done: Done, *, opening: bool = False
) -> HttpResponse:
    """After a write that succeeded.

    ``opening`` sends the panel's head alone, which then asks for the rest: marking is the write
    people make one after the other, and must not wait for forms they may never look at.
    """
    if not request.htmx:
        messages.success(request, done.text)
        return redirect(claim.get_absolute_url())
    html: str
    if opening:
        context = {"claim": claim, "article": claim.article}
        html = render_to_string("articles/_claim_opening.html", context, request)
    else:
        claim = claim_or_404(request.user, claim.pk)
        html = render_to_string("articles/_claim.html", detail_context(request, claim), request)
    html += changes_since(request, claim.article, heard(request), opening=opening)
    html += render_to_string("articles/_toast.html", {"done": done, "claim": claim}, request)
    return HttpResponse(html)


def refuse(
    request: SignedInRequest,
    claim: Claim,
    status: int,
    problem: str = "",
    overrides: dict[str, Any] | None = None,
) -> HttpResponse:
    """After a write that was refused: the panel again, with what was typed and what is wrong."""
    fresh = claim_or_404(request.user, claim.pk)
    context = detail_context(request, fresh, problem=problem, **(overrides or {}))
    template = "articles/_claim.html" if request.htmx else "articles/claim.html"
    return render(request, template, context, status=status)


def conflict(
    request: SignedInRequest,
    claim: Claim,
    name: str,
    form: forms.Form,
    compare: Callable[[], list[Difference]] | None = None,
) -> HttpResponse:
    """After a write against a version that has passed: both versions, and the form still filled."""
    fresh = claim_or_404(request.user, claim.pk)
    seen = whole_number(request.POST.get(form.add_prefix("version")))
    changed = changed_fields(fresh, seen) if seen is not None else []
    carry_version(form, request.POST, fresh.version)
    differences = compare() if compare else field_differences(fresh, name, form, request.user)
    overrides = {
        name: form,
        "differences": differences,
        "changed_fields": changed,
        "changed_by": last_writer(fresh),
    }
    return refuse(request, fresh, 409, overrides=overrides)


def field_differences(claim: Claim, name: str, form: forms.Form, user: User) -> list[Difference]:
    now = standing_values(claim, name, user)
    return [
        Difference(str(bound.label), shown(bound), now.get(bound.name, ""))
        for bound in form.visible_fields()
        if shown(bound) or now.get(bound.name)
    ]


def shown(bound: forms.BoundField) -> str:
    """What a person typed or chose in a field, as they read it."""
    value = bound.value()
    choices = dict(getattr(bound.field, "choices", ()))
    return str(choices.get(value, value) or "")


def standing_values(claim: Claim, name: str, user: User) -> dict[str, str]:
    """What the claim says now in the fields of the form of that name."""
    if name == "verdict_form":
        last = claim.verdicts.visible_to(user).order_by("-seq").first()
        if last is None:
            return {}
        return {
            "rating": last.get_rating_display(),
            "attribution_accuracy": last.get_attribution_accuracy_display(),
            "rationale": last.rationale,
        }
    if name == "evidence_form":
        labels = [item.source.label_for(user) for item in claim.evidence.standing()]
        return {"source_name": ", ".join(labels)}
    return {
        "note": claim.note,
        "source_name": claim.claimant.label_for(user) if claim.claimant else "",
        "assignee": str(claim.assignee or "Nobody"),
        "words": claim.text,
    }


def last_writer(claim: Claim) -> User | None:
    """Who made the claim's last change, by the audit history."""
    events = apps.get_model("articles", "ClaimEvent").objects.filter(pgh_obj=claim.pk)
    event = events.select_related("pgh_context").order_by("-pgh_id").first()
    context = event.pgh_context if event else None
    return User.objects.filter(pk=context.metadata.get("user")).first() if context else None


def attempt(
    request: SignedInRequest,
    claim: Claim,
    name: str,
    form: forms.Form,
    act: Callable[[], Done],
    compare: Callable[[], list[Difference]] | None = None,
) -> HttpResponse:
    """Do a write and answer it. ``act`` does it once the form is valid, and tells what it did.

    When it came too late, ``compare`` tells what was wanted from what stands, for a form whose
    fields do not show.
    """
    if not form.is_valid():
        hidden = [str(error) for bound in form.hidden_fields() for error in bound.errors]
        return refuse(request, claim, 422, " ".join(hidden), {name: form})
    try:
        with transaction.atomic():
            done = act()
            after_write(claim, request.user, name, form)
    except StaleVersionError:
        return conflict(request, claim, name, form, compare)
    except SameSpanError as error:
        return refuse(request, claim, 409, str(error))
    except NoteNeededError as error:
        form.add_error("note", str(error))
        return refuse(request, claim, 422, overrides={name: form})
    except (RuleError, SpanError) as error:
        return refuse(request, claim, 422, str(error), {name: form})
    return answer(request, claim, done)


def switch(
    request: SignedInRequest,
    item: Evidence | Citation,
    act: Callable[..., object],
    text: str,
    undo: str,
) -> HttpResponse:
    """Withdraw or restore something of a claim. ``act`` takes the version that was ``seen``."""
    form = VersionForm(request.POST)

    def done() -> Done:
        act(seen=form.cleaned_data["version"])
        return undone_by(item, text, undo)

    return attempt(request, item.claim, "version_form", form, done)
