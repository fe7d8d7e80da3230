"""What is done to many claims at once, and its undo.

All writes are by sets: the number of statements does not grow with the number of claims. Each
claim is held to its own rules and to the version it was seen in; what cannot be done is refused
with the reason, and the rest is done. The database keeps the rows as they were, under the id of
what was done; the undo brings them back.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Now
from pghistory.models import Context

from articles.actions.assignment import (
    KEEP,
    Keep,
    Refused,
    assign_claims,
    refuse_move,
)
from articles.actions.claims import (
    ENDING,
    end_rounds,
    held,
    lock_claim,
    lock_claims,
    new_version,
    rights,
    undoable,
)
from articles.actions.notifications import notify_assigned, notify_recheck
from articles.actions.quotations import check_quotations_of
from articles.actions.rounds import close_rounds
from articles.models import (
    Anchor,
    Claim,
    QuotationCheck,
    RuleError,
    Status,
    Transition,
    User,
)
from articles.models.workflow import ASSIGN, BY_NAME, DECIDED, JUDGED, PUBLISH, UNDONE

MOST = 1_000
"""Claims that may be changed at once."""
STALE = "It was changed meanwhile."
NOT_YOURS = "There is nothing of yours to undo here."


@dataclass(frozen=True)
class Done:
    """``id`` is what ``undo`` takes. Claims that stood as wanted are in neither list."""

    id: UUID
    changed: list[UUID]
    refused: list[Refused]


def assign_many(
    *,
    seen: Mapping[UUID, int],
    by: User,
    assignee: User | Keep | None = KEEP,
    due_on: date | Keep | None = KEEP,
    priority: int | Keep = KEEP,
) -> Done:
    """Give claims to a person or to nobody, or set their due date or priority.

    ``seen`` are the versions of the claims as the person saw them.
    """

    def act(claims: list[Claim], refused: list[Refused]) -> list[UUID]:
        done = assign_claims(
            claims=claims, by=by, assignee=assignee, due_on=due_on, priority=priority
        )
        refused += done.refused
        return [change.claim for change in done.changed]

    return do(ASSIGN, seen, by, act)


def set_kind(*, seen: Mapping[UUID, int], by: User, kind: str) -> Done:
    def act(claims: list[Claim], refused: list[Refused]) -> list[UUID]:
        wanted = [claim for claim in claims if claim.kind != kind]
        able = without(wanted, refused, lambda claim: refuse_move(claim, by))
        changed = save(able, kind=kind)
        close_rounds(Claim.objects.filter(pk__in=changed), by=by)
        return changed

    return do(ASSIGN, seen, by, act)


def move_many(*, seen: Mapping[UUID, int], by: User, name: str, note: str = "") -> Done:
    """Make the move of that name (workflow.MOVES). Raises RuleError if it can be made of none."""
    move = BY_NAME.get(name)
    if move is None or move.target is None:
        raise RuleError(f"Claims have no move “{name}” that is made of many at once.")
    if move.note_needed and not note.strip():
        raise RuleError(f"“{move.label}” needs a note: say why.")
    target = move.target

    def act(claims: list[Claim], refused: list[Refused]) -> list[UUID]:
        def obstacle(claim: Claim) -> str:
            reason = move.obstacle(claim.status, rights(by, claim), held(by, claim))
            return f"{reason[0].upper()}{reason[1:]}." if reason else ""

        able = without(claims, refused, obstacle)
        record(able, target, by, note)
        changed = save(able, status=target, **standing_after(target, by))
        follow_up(able, target, by)
        return changed

    return do(move.permission, seen, by, act)


def standing_after(target: Status, by: User) -> dict[str, Any]:
    """What else a move to that status changes; see actions.claims."""
    if target == Status.IN_REVIEW:
        return {"verdict": None, "assignee": Coalesce("assignee", by.pk)}
    if target == Status.OPEN:
        return {"verdict": None, "assignee": None, "assigned_by": None}
    return {}


@transaction.atomic
def do(
    permission: str,
    seen: Mapping[UUID, int],
    by: User,
    act: Callable[[list[Claim], list[Refused]], list[UUID]],
) -> Done:
    """Lock the claims, refuse those that are not as they were seen, and act on the others."""
    refused: list[Refused] = []
    with undoable(permission, by) as context:
        found = lock_claims(Claim.objects.visible_to(by).filter(pk__in=seen))
        fresh = without(found, refused, lambda claim: stale(claim, seen))
        changed = act(fresh, refused)
    return Done(context.id, changed, refused)


def stale(claim: Claim, seen: Mapping[UUID, int]) -> str:
    return "" if claim.version == seen[claim.pk] else STALE


def without(
    claims: Iterable[Claim], refused: list[Refused], reason: Callable[[Claim], str]
) -> list[Claim]:
    """The claims that there is no reason against; the others are added to ``refused``."""
    able = []
    for claim in claims:
        if why := reason(claim):
            refused.append(Refused(claim, why))
        else:
            able.append(claim)
    return able


def save(claims: list[Claim], **values: Any) -> list[UUID]:
    keys = [claim.pk for claim in claims]
    rows = Claim.objects.filter(pk__in=keys)
    rows.update(version=new_version(rows), updated_at=Now(), **values)
    return keys


def record(claims: Iterable[Claim], target: Status, by: User, note: str) -> None:
    Transition.objects.bulk_create(
        Transition(claim=claim, origin=claim.status, target=target, by=by, note=note)
        for claim in claims
    )


def follow_up(claims: list[Claim], target: Status, by: User) -> None:
    """What a move of these claims, as they were, brings with it."""
    if target in ENDING:
        end_rounds(claims, by=by)
    if target == Status.WITHDRAWN:
        forget_quotations(claims)
    if target == Status.OPEN:
        notify_assigned(Claim.objects.filter(pk__in=[claim.pk for claim in claims]), by=by)
    if target == Status.NEEDS_RECHECK:
        notify_recheck(claims, by=by)


def forget_quotations(withdrawn: list[Claim]) -> None:
    QuotationCheck.objects.filter(evidence__claim__in=withdrawn).delete()


STANDING = (
    "status", "verdict_id", "assignee_id", "assigned_by_id", "due_on", "priority", "kind"
)  # fmt: skip
"""What an undo restores of a claim."""
RESTORE = f"""
UPDATE articles_claim c
SET {", ".join(f"{column} = e.{column}" for column in STANDING)},
    version = a.version, updated_at = now()
FROM articles_claimevent e, articles_article a
WHERE e.pgh_id = ANY(%s) AND c.id = e.pgh_obj_id AND a.id = c.article_id
"""


@transaction.atomic
def undo(*, done: UUID, by: User) -> Done:
    """Bring the claims back as they were before; those changed since are refused.

    One's own later changes may stand, such as evidence linked and removed again.
    The undo can itself be undone. Raises RuleError when the person did no such thing.
    """
    events = apps.get_model("articles", "ClaimEvent").objects
    mine = events.filter(pgh_context=done, pgh_context__metadata__by=by.pk, pgh_label="update")
    # One deed may have changed a claim more than once: its first change tells what it was before.
    latest_first = mine.order_by("-pgh_id").select_related("pgh_context")
    before = {event.pgh_obj_id: event for event in latest_first}
    if not before:
        raise RuleError(NOT_YOURS)
    permission = next(iter(before.values())).pgh_context.metadata["bulk"]
    refused: list[Refused] = []

    with undoable(permission, by) as context:
        found = lock_claims(Claim.objects.visible_to(by).filter(pk__in=before))
        since = changed_since(found, mine, by)
        withdrawn = [claim for claim in found if claim.status == Status.WITHDRAWN]
        standing_again = [c for c in withdrawn if before[c.pk].status != Status.WITHDRAWN]
        taken = marked_again(standing_again)

        def obstacle(claim: Claim) -> str:
            was = before[claim.pk].status
            may = rights(by, claim)
            if was == Status.AWAITING_SECOND_REVIEW and claim.status in (*ENDING, *DECIDED):
                return "Its round of reviews has ended."
            if claim.pk in since:
                return "It was changed since."
            if not may(permission):
                return "Your role at its desk does not allow this any more."
            if was == Status.PUBLISHED != claim.status and not may(PUBLISH):
                return "It was published. An editor can publish it again once it is decided."
            if claim.pk in taken:
                return "Its words were marked again."
            return ""

        able = without(found, refused, obstacle)
        bring_back(able, before, by)
    return Done(context.id, [claim.pk for claim in able], refused)


@transaction.atomic
def undo_one(*, claim: Claim, seen: int, done: UUID, by: User) -> tuple[Claim, UUID]:
    """Undo what was done to this claim alone. Raises StaleVersionError, RuleError.

    The id is what undoes the undo.
    """
    claim = lock_claim(claim, seen)
    undone = undo(done=done, by=by)
    for refused in undone.refused:
        raise RuleError(refused.reason)
    if undone.changed != [claim.pk]:
        raise RuleError(NOT_YOURS)
    claim.refresh_from_db()
    return claim, undone.id


def changed_since(claims: list[Claim], events: QuerySet[Any], by: User) -> set[UUID]:
    """Those of the locked claims that must not be put back as they were at these events.

    Another's change stays whatever it was. One's own stays if it changed what would be restored.
    No verdict comes back into force on a claim that was touched at all (docs/decisions, 14).
    """
    later = events.model.objects.filter(pgh_obj=OuterRef("pgh_obj"), pgh_id__gt=OuterRef("pgh_id"))
    own = Context.objects.filter(pk=OuterRef("pgh_context"), metadata__user=by.pk)
    touched = {
        event.pgh_obj_id: event
        for event in events.annotate(
            next=Subquery(later.order_by("pgh_id").values("pgh_id")[:1]),
            by_others=Exists(later.exclude(Exists(own))),
        )
        .filter(next__isnull=False)
        .order_by("pgh_id")
    }
    # A row of the history is the claim before its change: the next one is how this one left it.
    left = events.model.objects.in_bulk([event.next for event in touched.values()])

    def changed(claim: Claim) -> bool:
        event = touched.get(claim.pk)
        if event is None:
            return False
        verdict_back = event.status in JUDGED and event.status != claim.status
        return event.by_others or verdict_back or standing(left[event.next]) != standing(claim)

    return {claim.pk for claim in claims if changed(claim)}


def standing(claim: Any) -> tuple[Any, ...]:
    return tuple(getattr(claim, name) for name in STANDING)


def marked_again(withdrawn: list[Claim]) -> set[UUID]:
    """Those of the withdrawn claims exactly whose words another claim marks now."""
    twins = (
        Anchor.objects.filter(
            revision=OuterRef("revision"),
            current=True,
            start=OuterRef("start"),
            end=OuterRef("end"),
        )
        .exclude(claim=OuterRef("claim"))
        .exclude(claim__status=Status.WITHDRAWN)
    )
    places = Anchor.objects.filter(claim__in=withdrawn, current=True).order_by()
    return set(places.filter(Exists(twins)).values_list("claim", flat=True))


def bring_back(claims: list[Claim], before: Mapping[UUID, Any], by: User) -> None:
    """Restore these claims, and tell of it as if they had been changed one by one."""
    rows = Claim.objects.filter(pk__in=[claim.pk for claim in claims])
    new_version(rows)
    with connection.cursor() as cursor:
        cursor.execute(RESTORE, [[before[claim.pk].pgh_id for claim in claims]])
    moved = [claim for claim in claims if claim.status != before[claim.pk].status]
    Transition.objects.bulk_create(
        Transition(
            claim=claim,
            origin=claim.status,
            target=before[claim.pk].status,
            by=by,
            note=UNDONE,
        )
        for claim in moved
    )
    passed = [claim.pk for claim in claims if claim.assignee_id != before[claim.pk].assignee_id]
    notify_assigned(Claim.objects.filter(pk__in=passed), by=by)
    forget_quotations([claim for claim in moved if before[claim.pk].status == Status.WITHDRAWN])
    check_quotations_of([claim.pk for claim in moved if claim.status == Status.WITHDRAWN])
    close_rounds(rows, by=by)
