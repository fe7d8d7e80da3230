"""The statuses of a claim and the moves between them (design, section 4)."""

from dataclasses import dataclass

import pgtrigger
from django.db import models
from django.db.models.functions import Now

from articles.models.people import User


class Status(models.TextChoices):
    OPEN = "open", "Open"
    IN_REVIEW = "in_review", "In review"
    AWAITING_SECOND_REVIEW = "awaiting_second_review", "Awaiting second review"
    DECIDED = "decided", "Decided"
    PUBLISHED = "published", "Published"
    NEEDS_RECHECK = "needs_recheck", "Needs recheck"
    WITHDRAWN = "withdrawn", "Withdrawn"


@dataclass(frozen=True)
class Move:
    """A move a person may ask for by its name. Verdicts move a claim too: see actions.verdicts."""

    name: str
    label: str
    origins: frozenset[Status]
    target: Status
    permission: str


S = Status
MOVES = (
    Move(
        "start", "Start review", frozenset({S.OPEN, S.NEEDS_RECHECK}), S.IN_REVIEW, "review_claim"
    ),
    Move("hand_back", "Hand back", frozenset({S.IN_REVIEW}), S.OPEN, "review_claim"),
    Move(
        "return",
        "Return to review",
        frozenset({S.AWAITING_SECOND_REVIEW, S.DECIDED}),
        S.IN_REVIEW,
        "assign_claim",
    ),
    Move(
        "recheck",
        "Mark for recheck",
        frozenset({S.DECIDED, S.PUBLISHED}),
        S.NEEDS_RECHECK,
        "review_claim",
    ),
    Move("publish", "Publish", frozenset({S.DECIDED}), S.PUBLISHED, "publish_claim"),
    Move("unpublish", "Unpublish", frozenset({S.PUBLISHED}), S.DECIDED, "publish_claim"),
)
DECIDED = (S.DECIDED, S.PUBLISHED)
UNDECIDED = (S.OPEN, S.IN_REVIEW, S.AWAITING_SECOND_REVIEW, S.NEEDS_RECHECK)
# Withdrawing keeps where the claim stood, so that restoring brings it back there.
WITHDRAWABLE = frozenset(Status) - {S.WITHDRAWN, S.PUBLISHED}


class Transition(models.Model):
    """One change of a claim's status: from where to where, by whom, when, and why."""

    claim = models.ForeignKey("Claim", models.CASCADE, related_name="transitions")
    origin = models.CharField(max_length=30, choices=Status.choices)
    target = models.CharField(max_length=30, choices=Status.choices)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    note = models.TextField(blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ("created_at", "id")
        triggers = (pgtrigger.Protect(name="immutable", operation=pgtrigger.Update),)

    def __str__(self) -> str:
        return f"{self.origin} → {self.target}"
