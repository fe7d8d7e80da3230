"""Who works on what: leases, skips and presence; who must review; and where reviewers differ."""

from dataclasses import dataclass

from django.db import models
from django.db.models.functions import Coalesce, Greatest, Now
from django.db.models.lookups import In

from articles.models.article import Article
from articles.models.base import PublicModel
from articles.models.claim import Claim
from articles.models.evidence import Citation, Evidence
from articles.models.people import Desk, User
from articles.models.verdict import Verdict
from articles.models.workflow import UNDONE, Status, Transition

BOOLEAN = models.BooleanField()


class ReviewRule(models.Model):
    """How many people must review a desk's claims of one kind, where that is more than usual."""

    desk = models.ForeignKey(Desk, models.CASCADE, related_name="review_rules")
    kind = models.CharField(max_length=20, choices=Claim.Kind.choices)
    reviewers = models.PositiveSmallIntegerField(default=2)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("desk", "kind"), name="one_rule_per_kind"),
            models.CheckConstraint(
                condition=models.Q(reviewers__range=(1, 5)), name="rule_has_one_to_five_reviewers"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.reviewers}"


def reviewers_required() -> Greatest:
    """How many people must agree on a claim.

    The most that its desk, article or kind asks for; and two at least once a round of several has
    begun, whatever became of it: no one person undoes what several decided, nor drops the second
    review that was asked for, unless an editor has returned the claim to review since.
    """
    rule = ReviewRule.objects.filter(desk=models.OuterRef("desk"), kind=models.OuterRef("kind"))
    waiting, decided = Status.AWAITING_SECOND_REVIEW, Status.DECIDED
    of_a_round = models.Q(target=waiting) | models.Q(origin=waiting, target=decided)
    later = Transition.objects.filter(claim=models.OuterRef("claim"), pk__gt=models.OuterRef("pk"))
    undone = models.Q(note=UNDONE, origin=Status.IN_REVIEW, target=models.OuterRef("origin"))
    taken_back = later.order_by("pk").values(undone=models.ExpressionWrapper(undone, BOOLEAN))[:1]
    returned = models.Q(origin__in=(waiting, decided), target=Status.IN_REVIEW, taken_back=False)
    either = Transition.objects.alias(
        taken_back=Coalesce(models.Subquery(taken_back), False, output_field=BOOLEAN)
    ).filter(of_a_round | returned, claim=models.OuterRef("pk"))
    last = models.Subquery(either.order_by("-created_at", "-id").values("target")[:1])
    several = models.Q(status=waiting) | models.Q(In(last, (waiting, decided)))
    # PostgreSQL's GREATEST passes over what is null.
    return Greatest(
        "article__desk__reviewers",
        "article__reviewers",
        models.Subquery(rule.values("reviewers")),
        models.Case(models.When(several, then=2)),
    )


@dataclass(frozen=True)
class Required:
    """What a verdict on a claim needs: how many people must agree on it, and whether it rests on
    ``nothing``, for which a reason is due."""

    reviewers: int
    nothing: bool


def required_of(claim: Claim) -> Required:
    evidence = models.Exists(Evidence.objects.standing().filter(claim=models.OuterRef("pk")))
    citation = models.Exists(
        Citation.objects.filter(claim=models.OuterRef("pk"), withdrawn_at=None)
    )
    row = Claim.objects.filter(pk=claim.pk).values_list(reviewers_required(), evidence, citation)
    reviewers, rests, cites = row.get()
    return Required(reviewers=reviewers, nothing=not (rests or cites))


class Lease(models.Model):
    """Whose turn a claim is just now, so that two people do not take up the same one unknowingly.

    Work on the claim prolongs it; when it has run out, anybody may take the claim.
    """

    claim = models.OneToOneField(Claim, models.CASCADE, related_name="lease")
    user = models.ForeignKey(User, models.CASCADE, related_name="leases")
    taken_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.claim_id}: {self.user_id}"


class Skip(models.Model):
    """A claim that a reviewer passed over, and why. Their queue leaves it out from then on."""

    claim = models.ForeignKey(Claim, models.CASCADE, related_name="skips")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    reason = models.TextField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("user", "claim"), name="one_skip_per_person"),
        )

    def __str__(self) -> str:
        return self.reason


class Presence(models.Model):
    """Who has an article open: seen at the last sign of the open page."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="presences")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("article", "user"), name="one_presence_per_person"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} at {self.article_id}"


class Dispute(PublicModel):
    """Two reviewers judged a claim differently: the verdicts, and the one that settled it.

    It stays on record when it is settled. ``settled_by_verdict`` is empty while it is open, and
    also when the claim was returned to review instead: then only ``settled_at`` is there.
    """

    claim = models.ForeignKey(Claim, models.CASCADE, related_name="disputes")
    first = models.ForeignKey(Verdict, models.PROTECT, related_name="+")
    second = models.ForeignKey(Verdict, models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    settled_by_verdict = models.ForeignKey(
        Verdict, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("created_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("claim",),
                condition=models.Q(settled_at=None),
                name="one_open_dispute_per_claim",
            ),
        )

    def __str__(self) -> str:
        return f"dispute over {self.claim_id}"
