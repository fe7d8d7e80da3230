"""Giving claims to people, one or many at once, with their due date and priority.

All writes are by sets: the number of statements does not grow with the number of claims.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, F, QuerySet

from articles.actions.claims import lock_claim, lock_claims, save_claim, undoable
from articles.actions.notifications import notify_assigned
from articles.actions.rounds import close_rounds
from articles.models import Article, Claim, RuleError, Skip, Status, User, Verdict
from articles.models.verdict import openings
from articles.models.workflow import ASSIGN, REVIEW, UNDECIDED


class Keep(Enum):
    """Stands for what a write leaves as it is."""

    IT = "keep"


KEEP = Keep.IT


@dataclass(frozen=True)
class Plan:
    """Who a claim is given to, by whom, and how urgent it is.

    ``assigned_by`` is empty where nobody is assigned, or somebody took the claim up unasked.
    """

    assignee: int | None
    assigned_by: int | None
    due_on: date | None
    priority: int


@dataclass(frozen=True)
class Change:
    """A claim that was given a new plan: its version since, and both plans. Plain values all,
    so that a caller can keep a change for an undo."""

    claim: UUID
    version: int
    before: Plan
    after: Plan


@dataclass(frozen=True)
class Refused:
    claim: Claim
    reason: str


@dataclass(frozen=True)
class Assigned:
    """What was changed and what was refused. A claim that stood as wanted is in neither."""

    changed: list[Change]
    refused: list[Refused]


SAVE = """
UPDATE articles_claim c
SET assignee_id = n.assignee, assigned_by_id = n.assigned_by, due_on = n.due_on,
    priority = n.priority, version = a.version, updated_at = now()
FROM unnest(%s::uuid[], %s::int[], %s::int[], %s::date[], %s::int[])
     AS n (id, assignee, assigned_by, due_on, priority), articles_article a
WHERE c.id = n.id AND a.id = c.article_id
"""


def plan_of(claim: Claim) -> Plan:
    return Plan(claim.assignee_id, claim.assigned_by_id, claim.due_on, claim.priority)


def given_to(plan: Plan, assignee: User | None, by: User) -> Plan:
    """What is given by somebody else confides the names that the claim rests on."""
    giver = by.pk if assignee and assignee != by else None
    return replace(plan, assignee=assignee.pk if assignee else None, assigned_by=giver)


def save_plans(claims: Iterable[Claim], wanted: dict[UUID, Plan]) -> list[Change]:
    """Save the plans that differ from what stands, under one new change number per article."""
    before = {claim.pk: plan_of(claim) for claim in claims}
    differing = {pk: plan for pk, plan in wanted.items() if plan != before[pk]}
    if not differing:
        return []
    touched = Claim.objects.filter(pk__in=differing).order_by()
    Article.objects.filter(pk__in=touched.values("article")).update(version=F("version") + 1)
    rows = [(pk, p.assignee, p.assigned_by, p.due_on, p.priority) for pk, p in differing.items()]
    with connection.cursor() as cursor:
        cursor.execute(SAVE, [list(column) for column in zip(*rows, strict=True)])
    versions = dict(touched.values_list("pk", "version"))
    return [Change(pk, versions[pk], before[pk], plan) for pk, plan in differing.items()]


def ask_anew(changes: Iterable[Change]) -> None:
    """Whoever is given a claim that they had passed over is asked again."""
    given = {(change.after.assignee, change.claim) for change in changes if change.after.assignee}
    skips = Skip.objects.filter(
        user__in={person for person, _ in given}, claim__in={claim for _, claim in given}
    )
    again = [pk for pk, *key in skips.values_list("pk", "user", "claim") if tuple(key) in given]
    skips.filter(pk__in=again).delete()


def judges(claims: Iterable[Claim]) -> set[tuple[UUID, int]]:
    """Pairs of a claim that awaits its second review and a person who cannot give it: they have
    judged the claim already, or opened its verdicts."""
    waiting = [claim.pk for claim in claims if claim.status == Status.AWAITING_SECOND_REVIEW]
    if not waiting:
        return set()
    judged = Verdict.objects.of_the_round().filter(claim__in=waiting).order_by()
    opened = openings().filter(claim__in=waiting).order_by()
    return {*judged.values_list("claim", "reviewer"), *opened.values_list("claim", "by")}


def refuse_move(claim: Claim, by: User) -> str:
    """Why this person may not give the claim to anybody; empty if they may."""
    if claim.status == Status.WITHDRAWN:
        return "It is withdrawn. Restore it first."
    if not by.access().may(ASSIGN, claim.desk_id):
        return "Your role at its desk does not allow you to assign claims."
    return ""


def refuse_person(claim: Claim, person: User, judged: set[tuple[UUID, int]]) -> str:
    """Why the claim cannot be this person's; empty if it can."""
    if not (person.is_active and person.access().may(REVIEW, claim.desk_id)):
        return f"{person} does not review at its desk."
    if (claim.pk, person.pk) in judged:
        return (
            f"{person} has judged it already, or opened its verdicts: the second review needs "
            "another person."
        )
    return ""


def assign(
    claims: Sequence[Claim] | QuerySet[Claim],
    by: User,
    plan: Callable[[Claim, set[tuple[UUID, int]]], Plan],
) -> Assigned:
    """Give each claim the plan that ``plan`` makes for it, or refuse it with its RuleError."""
    found = lock_claims(claims)
    judged = judges(found)
    wanted: dict[UUID, Plan] = {}
    refused = []
    for claim in found:
        try:
            if reason := refuse_move(claim, by):
                raise RuleError(reason)
            wanted[claim.pk] = plan(claim, judged)
        except RuleError as error:
            refused.append(Refused(claim, str(error)))
    changed = save_plans(found, wanted)
    ask_anew(changed)
    notify(found, changed, by)
    return Assigned(changed, refused)


def notify(claims: Iterable[Claim], changes: Iterable[Change], by: User) -> None:
    """Tell the people concerned of what changed hands."""
    passed = {
        change.claim: change.after.assignee
        for change in changes
        if change.after.assignee != change.before.assignee
    }
    told = [claim for claim in claims if claim.pk in passed]
    for claim in told:
        claim.assignee_id = passed[claim.pk]
    if told:
        notify_assigned(told, by=by)


def timed(claim: Claim, due_on: date | Keep | None, priority: int | Keep) -> Plan:
    plan = plan_of(claim)
    if not isinstance(due_on, Keep):
        plan = replace(plan, due_on=due_on)
    return plan if isinstance(priority, Keep) else replace(plan, priority=priority)


@transaction.atomic
def assign_claims(
    *,
    claims: Sequence[Claim] | QuerySet[Claim],
    by: User,
    assignee: User | Keep | None = KEEP,
    due_on: date | Keep | None = KEEP,
    priority: int | Keep = KEEP,
) -> Assigned:
    """Give many claims to a person, or to their desks' pools (``assignee=None``), as they stand
    now; what is left out stays as it is.

    A claim that cannot be so is refused with the reason, and the others are changed. An undo is
    ``put_back(changes=assigned.changed, by=...)``.
    """

    def plan(claim: Claim, judged: set[tuple[UUID, int]]) -> Plan:
        planned = timed(claim, due_on, priority)
        if isinstance(assignee, Keep):
            return planned
        if assignee and (reason := refuse_person(claim, assignee, judged)):
            raise RuleError(reason)
        return given_to(planned, assignee, by)

    return assign(claims, by, plan)


@transaction.atomic
def assign_claim(*, claim: Claim, seen: int, assignee: User | None, by: User) -> Claim:
    """Give one claim to a person, or to its desk's pool. Raises StaleVersionError, RuleError."""
    claim = lock_claim(claim, seen)
    with undoable(ASSIGN, by):
        done = assign_claims(claims=[claim], by=by, assignee=assignee)
    for refused in done.refused:
        raise RuleError(refused.reason)
    claim.refresh_from_db(fields=("assignee", "assigned_by", "version", "updated_at"))
    return claim


@transaction.atomic
def spread_claims(
    *,
    claims: Sequence[Claim] | QuerySet[Claim],
    over: Sequence[User],
    by: User,
    due_on: date | Keep | None = KEEP,
    priority: int | Keep = KEEP,
) -> Assigned:
    """Spread claims over these people, each to whom the least undecided claims are assigned.

    A claim that none of them may have is refused.
    """
    load: Counter[int] = Counter()
    if isinstance(claims, QuerySet):
        claims = list(claims)
    loads = Claim.objects.filter(assignee__in=over, status__in=UNDECIDED).order_by()
    others = loads.exclude(pk__in=[claim.pk for claim in claims])
    load.update(dict(others.values_list("assignee").annotate(count=Count("pk"))))

    def plan(claim: Claim, judged: set[tuple[UUID, int]]) -> Plan:
        able = [person for person in over if not refuse_person(claim, person, judged)]
        if not able:
            raise RuleError("None of these people may review it.")
        person = min(able, key=lambda person: load[person.pk])
        load[person.pk] += 1
        return given_to(timed(claim, due_on, priority), person, by)

    return assign(claims, by, plan)


@transaction.atomic
def put_back(*, changes: Sequence[Change], by: User) -> Assigned:
    """Take assignments back, but for claims that were changed since; those are refused.

    ``changes`` must be what an assignment returned: they say who assigned a claim before.
    """
    by_claim = {change.claim: change for change in changes}

    def plan(claim: Claim, judged: set[tuple[UUID, int]]) -> Plan:
        change = by_claim[claim.pk]
        if claim.version != change.version:
            raise RuleError("It was changed since.")
        return change.before

    return assign(Claim.objects.filter(pk__in=by_claim), by, plan)


@transaction.atomic
def plan_claim(
    *, claim: Claim, seen: int, by: User, due_on: date | None, priority: int, kind: str
) -> Claim:
    """Set by when a claim is due, how urgent it is, and what kind of claim. Raises
    StaleVersionError, and RuleError when it is withdrawn or the person may not."""
    claim = lock_claim(claim, seen)
    if reason := refuse_move(claim, by):
        raise RuleError(reason)
    claim.due_on, claim.priority, claim.kind = due_on, priority, kind
    save_claim(claim, "due_on", "priority", "kind")
    close_rounds(Claim.objects.filter(pk=claim.pk), by=by)
    claim.refresh_from_db(fields=("status", "verdict", "rating", "version", "updated_at"))
    return claim
