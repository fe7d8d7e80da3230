"""Writes to the chains by which an article credits a claim."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from articles.actions.claims import (
    change_basis,
    drop_draft,
    lock_claim,
    recheck,
    refuse_withdrawn,
    save_claim,
)
from articles.models import (
    Attribution,
    AttributionStep,
    Claim,
    Revision,
    RuleError,
    Source,
    StaleVersionError,
    User,
)
from articles.text.spans import select

MAX_STEPS = 10
MAX_CHAINS = 10


@dataclass(frozen=True)
class Step:
    """One who said it: a source, or an unnamed person in the article's words.

    ``cue`` is where the article's current revision credits them, in code points, end exclusive;
    without one, the words of ``like`` are kept, a step of the chain that is replaced.
    """

    source: Source | None = None
    description: str = ""
    cue: tuple[int, int] | None = None
    like: AttributionStep | None = None

    def row(self, revision: Revision) -> AttributionStep:
        """Raises SpanError."""
        row = AttributionStep(source=self.source)
        if self.source is None:
            row.description = " ".join(self.description.split())
        if self.cue:
            span = select(revision.text, *self.cue)
            row.revision = revision
            row.start, row.end, row.exact = span.start, span.end, span.exact
        elif self.like:
            row.revision_id = self.like.revision_id
            row.start, row.end, row.exact = self.like.start, self.like.end, self.like.exact
        return row


Identity = tuple[UUID | None, str]


def identities(rows: Iterable[AttributionStep]) -> list[Identity]:
    """Who the steps are: within an article the same description is the same person."""
    return [(row.source_id, row.description.casefold()) for row in rows]


def refuse_misshapen(rows: Sequence[AttributionStep]) -> None:
    if not rows:
        raise RuleError("A chain needs at least one step: who the article says it from.")
    if len(rows) > MAX_STEPS:
        raise RuleError(f"A chain has at most {MAX_STEPS} steps; this one has {len(rows)}.")
    for number, (one, next_one) in enumerate(pairwise(identities(rows)), 1):
        if one == next_one:
            raise RuleError(
                f"Steps {number} and {number + 1} are the same source. Remove one of them, or name "
                "who stands between them."
            )


def refuse_twin(claim: Claim, rows: Sequence[AttributionStep]) -> None:
    """The claim is locked; its chains that stand have to be others, and not too many."""
    standing = list(claim.attributions.standing().prefetch_related("steps"))
    if len(standing) >= MAX_CHAINS:
        raise RuleError(f"A claim has at most {MAX_CHAINS} chains. Remove one first.")
    if any(identities(chain.steps.all()) == identities(rows) for chain in standing):
        raise RuleError(f"Claim {claim.number} has this chain already.")


def mark_withdrawn(chain: Attribution, claim: Claim) -> None:
    if chain.claim_id != claim.pk or chain.withdrawn_at:
        raise RuleError("The chain to replace is not one of this claim any more.")
    chain.withdrawn_at = timezone.now()
    chain.save(update_fields=("withdrawn_at",))


def add_chain(claim: Claim, rows: Sequence[AttributionStep], *, by: User) -> Attribution:
    """Store a chain that was checked; the claim is locked, and the caller saves it."""
    chain = Attribution.objects.create(claim=claim, created_by=by)
    for position, row in enumerate(rows, 1):
        row.attribution, row.position = chain, position
    AttributionStep.objects.bulk_create(rows)
    return chain


@transaction.atomic
def set_chain(
    *,
    claim: Claim,
    seen: int,
    by: User,
    revision_number: int,
    steps: Sequence[Step],
    replaces: Attribution | None = None,
) -> Attribution:
    """Credit the claim by a new chain, in the place of ``replaces``.

    Raises SpanError, RuleError, and StaleVersionError when the claim has changed or the revision
    is not the current one.
    """
    claim = lock_claim(claim, seen)
    refuse_withdrawn(claim, "say who it comes from")
    revision = claim.article.current_revision
    if revision.number != revision_number:
        raise StaleVersionError(claim)
    rows = [step.row(revision) for step in steps]
    refuse_misshapen(rows)
    if replaces:
        mark_withdrawn(replaces, claim)
    refuse_twin(claim, rows)
    chain = add_chain(claim, rows, by=by)
    change_basis(claim, "A chain was changed." if replaces else "A chain was added.", by=by)
    save_claim(claim)
    drop_draft(claim.article_id, f"chain-{claim.number}", by=by)
    return chain


@transaction.atomic
def withdraw_chain(*, chain: Attribution, seen: int, by: User) -> Attribution:
    """Raises RuleError, StaleVersionError."""
    claim = lock_claim(chain.claim, seen)
    refuse_withdrawn(claim, "say who it comes from")
    chain.refresh_from_db(fields=("withdrawn_at",))
    mark_withdrawn(chain, claim)
    recheck(claim, "A chain was removed.", by=by)
    save_claim(claim)
    return chain


@transaction.atomic
def restore_chain(
    *, chain: Attribution, seen: int, by: User, replaces: Attribution | None = None
) -> Attribution:
    """Bring back a chain that was withdrawn, in the place of ``replaces``.

    Raises RuleError, StaleVersionError.
    """
    claim = lock_claim(chain.claim, seen)
    refuse_withdrawn(claim, "say who it comes from")
    if replaces:
        mark_withdrawn(replaces, claim)
    refuse_twin(claim, list(chain.steps.all()))
    chain.withdrawn_at = None
    chain.save(update_fields=("withdrawn_at",))
    recheck(claim, "A chain was restored.", by=by)
    save_claim(claim)
    return chain
