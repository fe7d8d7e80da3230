"""The chains of a claim as its panel shows them."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models.functions import Lower

from articles.findings import party
from articles.forms.chains import ChainForm, chain_fields, is_readable
from articles.http import SignedInRequest
from articles.models import Article, Attribution, AttributionStep, Claim, Revision, Status, User
from articles.permissions import REVIEW_CLAIM
from articles.provenance import Merged, Origins, Party, origins


@dataclass(frozen=True)
class ShownStep:
    """A step as this person may see it; ``words`` are the article's, and ``start`` to ``end``
    where they stand in its current text, if they do."""

    party: Party
    words: str
    start: int | None
    end: int | None


@dataclass(frozen=True)
class ShownChain:
    pk: UUID
    steps: tuple[ShownStep, ...]


def shown_step(step: AttributionStep, revision: UUID, user: User) -> ShownStep:
    who = party(step.source, step.description, user)
    if not is_readable(step, user):
        return ShownStep(who, "", None, None)
    if step.revision_id != revision:
        return ShownStep(who, step.exact, None, None)
    return ShownStep(who, step.exact, step.start, step.end)


def shown_chains(claim: Claim, user: User) -> tuple[ShownChain, ...]:
    steps = (
        AttributionStep.objects.filter(attribution__claim=claim, attribution__withdrawn_at=None)
        .select_related("source")
        .order_by("attribution__created_at", "attribution", "position")
    )
    revision = claim.article.current_revision_id
    return tuple(
        ShownChain(pk, tuple(shown_step(step, revision, user) for step in chain))
        for pk, chain in groupby(steps, key=lambda step: step.attribution_id)
    )


def rests_on(chains: tuple[ShownChain, ...]) -> Origins | None:
    if not chains:
        return None
    return origins([tuple(step.party for step in chain.steps) for chain in chains], Merged())


def described(article: Article) -> list[AttributionStep]:
    """A step for each unnamed person whom the article's chains describe."""
    steps = AttributionStep.objects.filter(
        attribution__claim__article=article, attribution__withdrawn_at=None, source=None
    ).annotate(person=Lower("description"))
    return list(steps.order_by("person", "-pk").distinct("person"))


def chain_form(
    request: SignedInRequest, claim: Claim, draft: dict[str, Any] | None
) -> tuple[ChainForm, bool]:
    """The form that builds a chain, or edits the one that ``?chain=`` names; and whether it is
    to be open."""
    rows = dict(draft or {})
    asked = request.GET.get("chain", "")
    if not rows and asked:
        chain = next((c for c in claim.attributions.standing() if str(c.pk) == asked), None)
        rows = edited(chain, claim, request.user) if chain else {}
    revision: Revision = claim.article.current_revision
    own = {"version": claim.version, "revision": revision.number}
    form = ChainForm(user=request.user, claim=claim, rows=rows, initial=rows | own)
    return form, bool(rows) or asked == "new"


def edited(chain: Attribution, claim: Claim, user: User) -> dict[str, Any]:
    chain.claim = claim
    return chain_fields(chain, user)


def attribution_context(
    request: SignedInRequest, claim: Claim, draft: dict[str, Any] | None = None
) -> dict[str, Any]:
    chains = shown_chains(claim, request.user)
    may = request.user.access().may(REVIEW_CLAIM, claim.desk_id)
    context: dict[str, Any] = {"chains": chains, "rests": rests_on(chains)}
    if may and claim.status != Status.WITHDRAWN:
        form, is_open = chain_form(request, claim, draft)
        # Asked only where a row is shown.
        context |= {"chain_form": form, "chain_open": is_open}
        context["spare_rows"] = [] if request.htmx else form.spare_rows()
        context["people"] = described(claim.article) if form.rows else []
    return context
