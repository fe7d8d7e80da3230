"""Passing a claim over, or handing it back: both with a reason, and out of one's queue."""

from uuid import UUID

from django.db import transaction

from articles.actions.bulk import undo_one
from articles.actions.claims import change_status, lock_claim, save_claim, undoable
from articles.actions.leases import release
from articles.actions.notifications import notify_assigned
from articles.models import Claim, RuleError, Skip, Status, User
from articles.models.workflow import WAITING
from articles.permissions import REVIEW_CLAIM


@transaction.atomic
def skip_claim(*, claim: Claim, by: User, reason: str) -> Skip:
    """Leave the claim out of this person's queue. It stays as it is, and whose it is."""
    release(claim.pk, by)
    skip, _ = Skip.objects.update_or_create(claim=claim, user=by, defaults={"reason": reason})
    return skip


def bring_back(*, claim: Claim, by: User) -> None:
    """Have the claim in one's queue again."""
    Skip.objects.filter(claim=claim, user=by).delete()


@transaction.atomic
def hand_back(*, claim: Claim, seen: int, by: User, reason: str) -> tuple[Claim, UUID]:
    """Give one's own claim back to the desk, for others. Raises StaleVersionError, RuleError.

    A review that was begun is open again, and the reason stands in the history. The id is what
    ``take_back`` takes.
    """
    claim = lock_claim(claim, seen)
    if claim.assignee != by:
        raise RuleError("You can hand back only what is assigned to you. Skip it instead.")
    if claim.status == Status.IN_REVIEW:
        change_status(claim, Status.OPEN, by=by, note=reason)
    elif claim.status not in WAITING:
        status = claim.get_status_display().lower()
        raise RuleError(f"A claim that is {status} is not handed back. Skip it instead.")
    claim.assignee = claim.assigned_by = None
    with undoable(REVIEW_CLAIM, by) as context:
        save_claim(claim)
    notify_assigned([claim], by=by)
    skip_claim(claim=claim, by=by, reason=reason)
    return claim, context.id


@transaction.atomic
def take_back(*, claim: Claim, seen: int, done: UUID, by: User) -> Claim:
    """Undo a handing back: the claim is as it was before. Raises StaleVersionError, RuleError."""
    claim, _ = undo_one(claim=claim, seen=seen, done=done, by=by)
    bring_back(claim=claim, by=by)
    return claim
