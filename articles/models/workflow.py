"""The statuses of a claim and every way from one to another (design, section 4).

What moves a claim: a move that a person asks for by name, work on a waiting claim, a verdict, an
editor's decision between verdicts, and a change of what was judged. The rules are here, as data
and as predicates without a database; the actions ask them.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import Enum

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


S = Status
DECIDED = (S.DECIDED, S.PUBLISHED)
UNDECIDED = (S.OPEN, S.IN_REVIEW, S.AWAITING_SECOND_REVIEW, S.NEEDS_RECHECK)
WAITING = frozenset({S.OPEN, S.NEEDS_RECHECK})
"""Work on such a claim begins its review."""
JUDGED = frozenset({S.AWAITING_SECOND_REVIEW, S.DECIDED, S.PUBLISHED})
"""Such a claim needs a recheck when its words change, or what its verdicts rest on."""
WITHDRAWABLE = frozenset(Status) - {S.WITHDRAWN, S.PUBLISHED}

REVIEW, ASSIGN, DECIDE, PUBLISH = "review_claim", "assign_claim", "decide_claim", "publish_claim"
May = Callable[[str], bool]
"""Whether a person has the permission of that codename at the claim's desk."""


@dataclass(frozen=True)
class Move:
    """A move that a person may ask for by its name.

    ``target`` is None where the claim goes back to where it stood. ``otherwise`` says from where
    alone the move is possible. From ``told`` it is not, but people may look for it there.
    ``back`` is the move that takes it back, if there is one. Where the claim ``changes_hands``, no
    move can: the history alone tells whose it was.
    """

    name: str
    label: str
    origins: frozenset[Status]
    target: Status | None
    permission: str
    otherwise: str
    told: frozenset[Status] = frozenset()
    note_needed: bool = False
    back: str = ""
    changes_hands: bool = False

    def obstacle(self, status: str, may: May, held: bool) -> str:
        """Why the move cannot be made now, in words; empty if it can.

        ``held``: the claim is somebody else's. A move that leaves it nobody's takes it from them.
        """
        if status not in self.origins:
            return self.otherwise
        if lack := lacking(self.permission, may):
            return lack
        if held and self.target == S.OPEN and (lack := lacking(ASSIGN, may)):
            return f"it is a colleague’s, and taking it from them {lack}"
        return ""


MOVES = (
    Move(
        "start",
        "Start review",
        WAITING,
        S.IN_REVIEW,
        REVIEW,
        "only a waiting claim is begun",
        changes_hands=True,
    ),
    Move(
        "hand_back",
        "Hand back",
        frozenset({S.IN_REVIEW}),
        S.OPEN,
        REVIEW,
        "only a claim in review can be handed back",
        changes_hands=True,
    ),
    Move(
        "return",
        "Return to review",
        frozenset({S.AWAITING_SECOND_REVIEW, S.DECIDED}),
        S.IN_REVIEW,
        ASSIGN,
        "only a claim that was judged and is not published can be returned",
        note_needed=True,
    ),
    Move(
        "recheck",
        "Mark for recheck",
        frozenset({S.DECIDED, S.PUBLISHED}),
        S.NEEDS_RECHECK,
        REVIEW,
        "only a decided claim can need a recheck",
    ),
    Move(
        "publish",
        "Publish",
        frozenset({S.DECIDED}),
        S.PUBLISHED,
        PUBLISH,
        "only a decided claim can be published",
        told=frozenset(UNDECIDED),
        back="unpublish",
    ),
    Move(
        "unpublish",
        "Unpublish",
        frozenset({S.PUBLISHED}),
        S.DECIDED,
        PUBLISH,
        "only a published claim can be unpublished",
        note_needed=True,
        back="publish",
    ),
    Move(
        "withdraw",
        "Withdraw",
        WITHDRAWABLE,
        S.WITHDRAWN,
        REVIEW,
        "a published claim has to be unpublished first, and a withdrawn one is withdrawn already",
        told=frozenset({S.PUBLISHED}),
        back="restore",
    ),
    Move(
        "restore",
        "Restore",
        frozenset({S.WITHDRAWN}),
        None,
        REVIEW,
        "only a withdrawn claim can be restored",
        back="withdraw",
    ),
)
BY_NAME = {move.name: move for move in MOVES}
ROLES = {REVIEW: "a reviewer’s"}


def lacking(permission: str, may: May) -> str:
    """What role a person lacks for what needs the permission; empty if none."""
    if may(permission):
        return ""
    return f"needs {ROLES.get(permission, 'an editor’s')} role at this desk"


@dataclass(frozen=True)
class Possibility:
    """A move, and why it cannot be made now; empty if it can."""

    move: Move
    obstacle: str


def possibilities(status: str, may: May, held: bool) -> list[Possibility]:
    """The moves that can be made, and of the others those that people may look for."""
    moves = (move for move in MOVES if status in move.origins | move.told)
    return [Possibility(move, move.obstacle(status, may, held)) for move in moves]


# Verdicts move a claim too. A round begins with the first verdict after which the claim awaits
# others, and ends when the claim is decided or leaves that status in another way.

Judgement = tuple[str, str]
"""A rating and an attribution accuracy: two verdicts agree when they have both in common."""


class Outcome(Enum):
    WAITING = "waiting"
    AGREED = "agreed"
    DISPUTED = "disputed"


def outcome(judgements: Collection[Judgement], required: int) -> Outcome:
    """What the judgements of a round come to, one of each of its reviewers."""
    if len(judgements) < required:
        return Outcome.WAITING
    return Outcome.AGREED if len(set(judgements)) == 1 else Outcome.DISPUTED


@dataclass(frozen=True)
class Part:
    """What a person is to a claim in its current round.

    ``judged``: they have recorded a verdict in it. ``aside``: they have opened its verdicts to
    adjudicate. ``disputed``: its reviewers differ, and nobody has decided yet.
    """

    judged: bool = False
    aside: bool = False
    disputed: bool = False


def judging_obstacle(status: str, part: Part, may: May) -> str:
    """Why this person cannot record a verdict now, as a sentence; empty if they can."""
    if status == S.WITHDRAWN:
        return "The claim is withdrawn. Restore it before you record a verdict."
    if status == S.PUBLISHED:
        return "The claim is published. Mark it for recheck before you judge it again."
    if lack := lacking(REVIEW, may):
        return f"Recording a verdict {lack}."
    if status != S.AWAITING_SECOND_REVIEW or part.judged:
        return ""
    if part.disputed:
        return "Its reviewers differ. An editor decides between them."
    if part.aside:
        return "You have opened the verdicts of this round, so you are not one of its reviewers."
    return ""


def adjudicating_obstacle(status: str, part: Part, may: May) -> str:
    """Why this person cannot decide between verdicts now, as a sentence; empty if they can."""
    if lack := lacking(DECIDE, may):
        return f"Deciding between verdicts {lack}."
    if status != S.AWAITING_SECOND_REVIEW or not part.disputed:
        return "There is nothing to decide: no reviewers of this claim differ now."
    if part.judged:
        return "You are one of the reviewers who differ. Another editor decides."
    return ""


UNDONE = "Undone."
"""The note of a transition that takes the one before it back."""


class Transition(models.Model):
    """One change of a claim's status: from where to where, by whom, when, and why.

    One from a status to itself tells that an editor opened the verdicts of a round to adjudicate.
    """

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
