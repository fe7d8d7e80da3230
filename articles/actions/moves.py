"""The moves of a claim through its statuses (workflow.MOVES), one at a time."""

from django.db import transaction

from articles.actions.claims import (
    NoteNeededError,
    change_status,
    held,
    lock_claim,
    refuse_same_span,
    rights,
    save_claim,
    undoable,
)
from articles.actions.notifications import notify_assigned
from articles.actions.quotations import check_quotations
from articles.actions.rounds import close_rounds
from articles.models import Claim, RuleError, Status, User
from articles.models.workflow import BY_NAME


@transaction.atomic
def move_claim(*, claim: Claim, seen: int, name: str, by: User, note: str = "") -> Claim:
    """Make the move of that name (workflow.MOVES).

    Raises StaleVersionError, RuleError where it is not possible, NoteNeededError, and
    SameSpanError when a claim is restored whose words were marked again since.
    """
    claim = lock_claim(claim, seen)
    move = BY_NAME.get(name)
    if move is None:
        raise RuleError(f"A claim has no move “{name}”.")
    if obstacle := move.obstacle(claim.status, rights(by, claim), held(by, claim)):
        raise RuleError(f"“{move.label}” is not possible: {obstacle}.")
    if move.note_needed and not note.strip():
        raise NoteNeededError(f"“{move.label}” needs a note: say why.")
    origin = claim.status
    change_status(claim, move.target or where_it_stood(claim), by=by, note=note)
    if move.target == Status.IN_REVIEW:
        claim.assignee = claim.assignee or by
    elif move.target == Status.OPEN:
        claim.assignee = claim.assigned_by = None
    with undoable(move.permission, by):
        save_claim(claim)
    if move.target == Status.OPEN:
        notify_assigned([claim], by=by)
    if Status.WITHDRAWN in (origin, claim.status):
        check_quotations(claim.evidence.all())
    if origin == Status.WITHDRAWN:
        close_rounds(Claim.objects.filter(pk=claim.pk), by=by)
        claim.refresh_from_db()
    return claim


def where_it_stood(claim: Claim) -> Status:
    """Where a withdrawn claim was withdrawn from. Raises SameSpanError."""
    revision = claim.article.current_revision
    place = claim.anchors.filter(revision=revision, current=True).first()
    if place and place.span:
        refuse_same_span(revision, *place.span, but=claim)
    withdrawal = claim.transitions.filter(target=Status.WITHDRAWN).latest("created_at", "id")
    return Status(withdrawal.origin)


def withdraw_claim(*, claim: Claim, seen: int, by: User, note: str = "") -> Claim:
    """Raises RuleError, StaleVersionError."""
    return move_claim(claim=claim, seen=seen, name="withdraw", by=by, note=note)


def restore_claim(*, claim: Claim, seen: int, by: User) -> Claim:
    """Bring a withdrawn claim back to where it stood, as move_claim does."""
    return move_claim(claim=claim, seen=seen, name="restore", by=by)
