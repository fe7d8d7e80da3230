"""What people are told of their work. Each takes the same few statements for any number of claims.

It is called in the transaction of what it tells of, after that is saved. What is told twice before
it is read moves up instead of standing there twice, and is news for the next digest.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import F, QuerySet
from django.db.models.functions import Now

from articles.models import Claim, Dispute, Notification, User, Verdict

Kind = Notification.Kind


def notify_assigned(claims: Iterable[Claim], *, by: User) -> None:
    """Tell the assignees. Who was told before and is the assignee no longer has nothing to read."""
    claims = list(claims)
    told = Notification.objects.filter(kind=Kind.ASSIGNED, claim__in=claims, read_at=None)
    told.exclude(user=F("claim__assignee")).delete()
    people = {(claim.pk, claim.assignee_id) for claim in claims if claim.assignee_id}
    tell(Kind.ASSIGNED, claims, {(claim, user) for claim, user in people if user != by.pk}, by=by)


def notify_disputed(disputes: Iterable[Dispute]) -> None:
    """Tell both reviewers of each that they differ, and nothing of whom from or in what."""
    claims, people = [], set()
    for dispute in disputes:
        claims.append(dispute.claim)
        for verdict in (dispute.first, dispute.second):
            people.add((dispute.claim_id, verdict.reviewer_id))
    tell(Kind.DISPUTED, claims, people)


def notify_overruled(claim: Claim, reviewers: Iterable[int], *, by: User) -> None:
    """Tell those whose verdict an editor decided against. Whoever reads it may see the decision."""
    tell(Kind.DISPUTED, [claim], {(claim.pk, reviewer) for reviewer in reviewers}, by=by)


def notify_recheck(claims: list[Claim], *, by: User) -> None:
    """Tell the assignees and all who ever judged the claims."""
    verdicts = Verdict.objects.filter(claim__in=claims).order_by()
    people = set(verdicts.values_list("claim", "reviewer").distinct())
    people |= {(claim.pk, claim.assignee_id) for claim in claims if claim.assignee_id}
    told = {(claim, user) for claim, user in people if user != by.pk}
    tell(Kind.RECHECK, claims, told, by=by)


def tell(
    kind: str, claims: list[Claim], people: set[tuple[UUID, int]], *, by: User | None = None
) -> None:
    """``people`` are pairs of the ids of a claim and of a person who is told of it."""
    if not people:
        return
    users = {user for _, user in people}
    unread = Notification.objects.filter(
        kind=kind, claim__in=claims, user__in=users, read_at=None
    ).select_for_update()
    known = {(n.claim_id, n.user_id): n.pk for n in unread if (n.claim_id, n.user_id) in people}
    if known:
        Notification.objects.filter(pk__in=known.values()).update(created_at=Now(), actor=by)
    Notification.objects.bulk_create(
        Notification(user_id=user, kind=kind, claim_id=claim, actor=by)
        for claim, user in sorted(people - known.keys())
    )


def mark_read(notifications: QuerySet[Notification]) -> int:
    """How many were unread until now."""
    return notifications.filter(read_at=None).update(read_at=Now())
