"""What is next for a person, and taking it.

First come the claims assigned to them, those in review before the others; then those that wait
for their second review; then what nobody has at their desks. Within each, QUEUE orders. What
somebody else is at just now is left out, and what the person passed over.
"""

from collections.abc import Iterator
from enum import Enum
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import BooleanField, Case, Exists, Func, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Now
from django.utils.functional import cached_property

from articles.actions.leases import take
from articles.models import Claim, Lease, Skip, Status, User
from articles.models.claim import QUEUE
from articles.models.keys import known
from articles.models.workflow import UNDECIDED, WAITING
from articles.permissions import REVIEW_CLAIM, desks_where

MOST_COUNTED = 200
SHOWN = (
    *("article", "desk", "number", "text", "priority", "due_on", "status", "rating", "version"),
    *("assignee", "assigned_by", "article__title", "desk__name"),
    *("assigned_by__username", "assigned_by__first_name", "assigned_by__last_name"),
)
"""What the rows of the queue show."""
CANDIDATES = 50
"""From how many claims those who ask for the next one at the same moment choose."""


class Section(Enum):
    MINE = "mine"
    SECOND = "second"
    POOL = "unassigned"
    SKIPPED = "skipped"


TURNS = (Section.MINE, Section.SECOND, Section.POOL)
"""In this order the next claim is taken."""

BEGUN_FIRST = Case(When(status=Status.IN_REVIEW, then=Value(0)), default=Value(1))


def leased() -> QuerySet[Lease]:
    return Lease.objects.filter(claim=OuterRef("pk"), expires_at__gt=Now())


class Waits(Func):
    """Whether a claim that awaits a second review waits for a person: ``Waits(claim, its
    assignee, person)``.

    It waits for whoever has neither judged it in this round nor opened its verdicts. One assigned
    to somebody of these waits for them alone; one whose reviewers differ, for nobody. In SQL, for
    putting this together from querysets takes longer than the database needs for a page of it.
    """

    template = """EXISTS (
        SELECT FROM (VALUES (%(expressions)s)) one (claim, assignee, person)
        CROSS JOIN LATERAL (
            SELECT coalesce(max(created_at), '-infinity') AS began FROM articles_transition
            WHERE claim_id = claim AND target = 'awaiting_second_review'
              AND origin NOT IN ('awaiting_second_review', 'withdrawn')
        ) round
        CROSS JOIN LATERAL (SELECT ARRAY(
            SELECT reviewer_id FROM articles_verdict
            WHERE claim_id = claim AND created_at >= began
            UNION ALL
            SELECT by_id FROM articles_transition
            WHERE claim_id = claim AND created_at >= began
              AND origin = 'awaiting_second_review' AND target = 'awaiting_second_review'
        ) AS people) taking_part
        WHERE person <> ALL (people)
          AND (assignee IS NULL OR assignee = person OR assignee = ANY (people))
          AND NOT EXISTS (
              SELECT FROM articles_dispute WHERE claim_id = claim AND settled_at IS NULL
          )
    )"""
    output_field = BooleanField()


class Queue:
    """One person's queue. Verdicts play no part in what it shows: a second review is blind."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.desks = [desk.pk for desk in desks_where(user, REVIEW_CLAIM)]

    @cached_property
    def skipped(self) -> QuerySet[Any] | list[Any]:
        """What the person passed over, read once: they alone add to it."""
        return known(Skip.objects.filter(user=self.user).values_list("claim", flat=True))

    def claims(self, section: Section) -> QuerySet[Claim]:
        """The claims of a section, in no order."""
        claims = Claim.objects.filter(desk__in=self.desks)
        if section is Section.SKIPPED:
            return claims.filter(pk__in=self.skipped, status__in=UNDECIDED)
        claims = claims.filter(~Q(pk__in=self.skipped), ~Exists(leased().exclude(user=self.user)))
        if section is Section.MINE:
            return claims.filter(assignee=self.user, status__in=(Status.IN_REVIEW, *WAITING))
        if section is Section.SECOND:
            waits = Waits("pk", "assignee", Value(self.user.pk))
            return claims.filter(waits, status=Status.AWAITING_SECOND_REVIEW)
        return claims.filter(assignee=None, status__in=WAITING)

    def first_ids(self, section: Section, limit: int, but: Q | None = None) -> list[UUID]:
        """Enough to find the first of a section among, each part in the order of an index."""
        claims = self.claims(section).filter(but or Q())
        if section is Section.MINE:
            parts = [claims.filter(status=Status.IN_REVIEW), claims.filter(status__in=WAITING)]
        elif section is Section.SKIPPED:
            parts = [claims]
        else:
            parts = [claims.filter(desk=desk) for desk in self.desks]
        ids = [part.order_by(*QUEUE).values_list("pk", flat=True)[:limit] for part in parts]
        return list(ids[0].union(*ids[1:], all=True)) if ids else []

    def count(self, section: Section) -> int:
        """How many claims a section has; more than MOST_COUNTED is told as one more than that."""
        # So few keys are read sooner than a query around the query is put together.
        return len(self.claims(section).order_by().values_list("pk")[: MOST_COUNTED + 1])

    def first(self, section: Section, limit: int) -> list[Claim]:
        """The first claims of a section, in order, with what a row shows. Two queries."""
        ids = self.first_ids(section, limit)
        rows = Claim.objects.select_related("article", "desk", "assigned_by").only(*SHOWN)
        return list(in_order(rows.filter(pk__in=ids))[:limit])

    def choices(self, section: Section, but: Q) -> QuerySet[Claim]:
        """A few claims of the section from its beginning, in order."""
        ids = self.first_ids(section, CANDIDATES, but)
        # The conditions again: a claim may have moved on since.
        return in_order(self.claims(section).filter(but, pk__in=ids))

    def ahead(self, after: Claim | None = None) -> Claim | None:
        """What ``take_next`` would take now."""
        found = (self.choices(section, but).first() for section, but in steps(self.user, after))
        return next(filter(None, found), None)

    def take_next(self, after: Claim | None = None) -> Claim | None:
        """Take the next claim, or the next after one; None when nothing waits.

        However many people ask at once, no two get the same one: what another is just taking is
        passed by, and where that was too late to see, the lease decides.
        """
        for section, but in steps(self.user, after):
            for _ in range(CANDIDATES):
                with transaction.atomic():
                    rows = self.choices(section, but)
                    free = rows.select_for_update(skip_locked=True, no_key=True, of=("self",))
                    claim = free.first()
                    if claim is None:
                        break
                    if take(claim.pk, self.user):
                        return claim
        return None


def steps(user: User, after: Claim | None) -> Iterator[tuple[Section, Q]]:
    """Where to look for the next claim, and what limits it.

    Who goes on from a claim passes by those they took before, and comes to them when nothing else
    is left.
    """
    held = Exists(leased().filter(user=user))
    others = ~Q(pk=after.pk) if after else Q()
    for but in [Q(~held) & others, Q(held) & others] if after else [Q()]:
        for section in TURNS:
            yield section, but


def in_order(claims: QuerySet[Claim]) -> QuerySet[Claim]:
    return claims.order_by(BEGUN_FIRST, *QUEUE)
