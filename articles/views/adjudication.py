"""Where reviewers differ: the verdicts side by side, and an editor's decision between them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from articles.actions.claims import drop_draft, rights
from articles.actions.leases import release
from articles.actions.moves import move_claim
from articles.actions.verdicts import adjudicate as decide
from articles.actions.verdicts import latest_of_round, open_verdicts, part_of
from articles.forms.claims import AdjudicationForm, VersionForm, carry_version
from articles.forms.queue import ReasonForm
from articles.http import SignedInRequest
from articles.models import Claim, RuleError, Source, StaleVersionError, User, Verdict
from articles.models.review import required_of
from articles.models.workflow import adjudicating_obstacle
from articles.permissions import DECIDE_CLAIM, claim_or_404
from articles.views.detail import drafts_at
from articles.views.disputes import go_on, in_list

CHANGED = "The claim has changed since you opened this page. Nothing is saved yet: look again."


@dataclass(frozen=True)
class BasisItem:
    """What a verdict rested on: a source with what was kept of it, or an earlier claim.

    ``source`` is empty for a claim, and where the person may not read the source's name nothing
    else is shown.
    """

    relation: str
    source: str
    url: str
    words: str
    note: str
    cites: Claim | None = None


@dataclass(frozen=True)
class Side:
    """One reviewer's verdict of the round, with what it rested on, or why on nothing."""

    verdict: Verdict
    basis: list[BasisItem]
    without: str


def basis_item(item: dict[str, Any], user: User, sources: dict[UUID, Source]) -> BasisItem:
    source = sources.get(UUID(item["source"]))
    relation = item["relation"]
    if source is None or not source.named_to(user):
        name = source.label_for(user) if source else "A source that is gone"
        return BasisItem(relation, name, "", "", "")
    words = item.get("exact") or ""
    return BasisItem(relation, source.label_for(user), item["url"], words, item["note"])


def sides(verdicts: Iterable[Verdict], user: User) -> list[Side]:
    verdicts = list(verdicts)
    items = [item for verdict in verdicts for item in verdict.evidence]
    sources = Source.objects.in_bulk({UUID(i["source"]) for i in items if "source" in i})
    cited = Claim.objects.visible_to(user).select_related("article")
    claims = cited.in_bulk({UUID(i["cites"]) for i in items if "cites" in i})
    return [
        Side(
            verdict,
            [
                *(basis_item(i, user, sources) for i in verdict.evidence if "source" in i),
                *(
                    BasisItem("", "", "", "", "", claims[UUID(i["cites"])])
                    for i in verdict.evidence
                    if "cites" in i and UUID(i["cites"]) in claims
                ),
            ],
            next((i["none"] for i in verdict.evidence if "none" in i), ""),
        )
        for verdict in verdicts
    ]


def taken(verdicts: Iterable[Verdict], pk: str) -> dict[str, str]:
    """The form's fields as that verdict has them, said to be its reviewer's."""
    found = next((verdict for verdict in verdicts if str(verdict.pk) == pk), None)
    if found is None:
        return {}
    return {
        "rating": found.rating,
        "attribution_accuracy": found.attribution_accuracy,
        "rationale": f"{found.rationale}\n\n(Verdict of {found.reviewer}, no. {found.seq} of the"
        " log.)",
        "no_evidence": next((i["none"] for i in found.evidence if "none" in i), ""),
    }


def page(
    request: SignedInRequest,
    claim: Claim,
    form: AdjudicationForm | None = None,
    problem: str = "",
    status: int = 200,
    return_form: ReasonForm | None = None,
) -> HttpResponse:
    user = request.user
    part = part_of(user, claim)
    seen = set(claim.verdicts.visible_to(user).values_list("pk", flat=True))
    round_ = list(latest_of_round(claim).values())
    shown = [verdict for verdict in round_ if verdict.pk in seen]
    required = required_of(claim)
    chosen = taken(shown, request.GET.get("take", ""))
    draft = drafts_at(user, claim).get(f"decision-{claim.number}")
    initial = (draft.fields if draft else {}) | chosen | {"version": claim.version}
    context = {
        "article": claim.article,
        "claim": claim,
        "part": part,
        "obstacle": adjudicating_obstacle(claim.status, part, rights(user, claim)),
        "sides": sides(shown, user),
        "hidden": len(round_) - len(shown),
        "required": required.reviewers,
        "form": form or AdjudicationForm(initial=initial, required=required),
        "return_form": return_form
        or ReasonForm(initial={"version": claim.version}, prefix="return"),
        "draft": draft,
        "restored": draft and not (form or chosen),
        "in_list": in_list(request),
        "problem": problem,
    }
    return render(request, "articles/adjudicate.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def adjudicate(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """``?take=`` fills the form with the verdict of that id."""
    claim = claim_or_404(request.user, pk, DECIDE_CLAIM)
    if request.method != "POST":
        return page(request, claim)
    form = AdjudicationForm(request.POST, required=required_of(claim))
    if not form.is_valid():
        return page(request, claim, form, status=422)
    data = form.cleaned_data
    seen = data.pop("version")
    try:
        verdict = decide(claim=claim, seen=seen, by=request.user, **data)
    except StaleVersionError:
        fresh = claim_or_404(request.user, pk, DECIDE_CLAIM)
        carry_version(form, request.POST, fresh.version)
        return page(request, fresh, form, CHANGED, status=409)
    except RuleError as error:
        return page(request, claim_or_404(request.user, pk), form, str(error), status=422)
    release(claim.pk, request.user)
    return go_on(request, claim, f"{verdict.get_rating_display()}: {{}} is decided.")


@require_POST
def send_back(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Have a claim whose reviewers differ reviewed anew, and say why."""
    claim = claim_or_404(request.user, pk, DECIDE_CLAIM)
    form = ReasonForm(request.POST, prefix="return")
    if not (form.is_valid() and part_of(request.user, claim).disputed):
        return page(request, claim, return_form=form, status=422)
    seen, note = form.cleaned_data["version"], form.cleaned_data["reason"]
    try:
        move_claim(claim=claim, seen=seen, name="return", by=request.user, note=note)
    except StaleVersionError:
        fresh = claim_or_404(request.user, pk, DECIDE_CLAIM)
        carry_version(form, request.POST, fresh.version)
        return page(request, fresh, return_form=form, problem=CHANGED, status=409)
    except RuleError as error:
        return page(request, claim, return_form=form, problem=str(error), status=422)
    drop_draft(claim.article_id, f"decision-{claim.number}", by=request.user)
    release(claim.pk, request.user)
    return go_on(request, claim, "Sent back: {} is in review again.")


@require_POST
def open_round(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Show an editor what is in of a round that is not over, for good of their not reviewing."""
    claim = claim_or_404(request.user, pk, DECIDE_CLAIM)
    form = VersionForm(request.POST)
    if not form.is_valid():
        return page(request, claim, problem=CHANGED, status=422)
    try:
        open_verdicts(claim=claim, seen=form.cleaned_data["version"], by=request.user)
    except StaleVersionError:
        return page(request, claim_or_404(request.user, pk), problem=CHANGED, status=409)
    except RuleError as error:
        return page(request, claim, problem=str(error), status=422)
    return redirect("claim-adjudicate", pk)
