import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import models
from django.db.models.functions import Cast, Coalesce, Now

from articles.models.article import Revision
from articles.models.base import PublicModel
from articles.models.claim import Accuracy, Claim, Rating
from articles.models.people import Desk, User
from articles.models.workflow import DECIDE, DECIDED, Judgement, Status, Transition

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST_HASH = "0" * 64


def round_began() -> Coalesce:
    """When the current round of reviews of a row's ``claim`` began."""
    began = Transition.objects.filter(
        claim=models.OuterRef("claim"), target=Status.AWAITING_SECOND_REVIEW
    ).exclude(origin__in=(Status.WITHDRAWN, Status.AWAITING_SECOND_REVIEW))
    latest = models.Subquery(began.order_by("-created_at", "-id").values("created_at")[:1])
    return Coalesce(latest, EPOCH)


def openings() -> models.QuerySet[Transition]:
    """Who opened the verdicts of the current round of a claim to adjudicate."""
    waiting = Status.AWAITING_SECOND_REVIEW
    return Transition.objects.filter(origin=waiting, target=waiting, created_at__gte=round_began())


def disputed_claims() -> models.QuerySet[Claim]:
    """Those whose reviewers differ, for an editor to decide."""
    return Claim.objects.filter(
        status=Status.AWAITING_SECOND_REVIEW,
        disputes__isnull=False,
        disputes__settled_at__isnull=True,
    )


class VerdictQuerySet(models.QuerySet["Verdict"]):
    def of_the_round(self) -> "VerdictQuerySet":
        """Those since the claim last began to await a second review: each round begins anew.

        The transition is recorded before the verdict that brings it about.
        """
        return self.filter(created_at__gte=round_began())

    def visible_to(self, user: User) -> "VerdictQuerySet":
        """Reviews are blind: others' verdicts are hidden until one's own of the round is in.

        That holds for editors and admins as well, and until the claim is decided, whatever
        happens to it meanwhile. An editor sees them who has opened them, and gave up reviewing by
        that, or when the reviewers differ and an editor has to decide.
        """
        access = user.access()
        claim = models.OuterRef("claim")
        own = Verdict.objects.of_the_round().filter(claim=claim, reviewer=user)
        seen = models.Q(reviewer=user) | models.Q(claim__verdict__isnull=False)
        seen |= models.Exists(own) | models.Exists(openings().filter(claim=claim, by=user))
        left = Transition.objects.filter(
            claim=claim, origin__in=DECIDED, created_at__gt=models.OuterRef("created_at")
        )
        disputed = models.Exists(disputed_claims().filter(pk=claim))
        if access.everywhere:
            return self.filter(seen | models.Exists(left) | disputed)
        deciding = [desk for desk, codenames in access.desks.items() if DECIDE in codenames]
        disputed_here = models.Q(desk__in=deciding) & models.Q(disputed)
        here = self.filter(desk__in=list(access.desks))
        return here.filter(seen | models.Exists(left) | disputed_here)

    def sealed(self) -> "VerdictQuerySet":
        """Rows in the order of their chains, with all that ``Verdict.seal`` needs."""
        return self.annotate(evidence_text=Cast("evidence", models.TextField())).order_by(
            "desk_id", "seq"
        )


class Verdict(PublicModel):
    """One reviewer's judgement of a claim at one moment.

    Append-only and hash-chained per desk. The database gives ``seq``, ``previous_hash`` and
    ``hash`` and refuses UPDATE, DELETE and TRUNCATE (migration 0002). ``evidence`` is the list
    of what it was based on: dictionaries with source, relation, url, note, document and passage;
    or ``[{"none": reason}]`` where there was nothing.
    """

    desk = models.ForeignKey(Desk, models.PROTECT, related_name="+")
    seq = models.PositiveBigIntegerField(editable=False, default=0)
    claim = models.ForeignKey(Claim, models.PROTECT, related_name="verdicts")
    reviewer = models.ForeignKey(User, models.PROTECT, related_name="verdicts")
    rating = models.CharField(max_length=30, choices=Rating.choices)
    attribution_accuracy = models.CharField(max_length=20, choices=Accuracy.choices)
    rationale = models.TextField()
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="+")
    start = models.PositiveIntegerField(null=True)
    end = models.PositiveIntegerField(null=True)
    exact = models.TextField()
    evidence = models.JSONField()
    decided_at = models.DateTimeField(db_default=Now())
    previous_hash = models.CharField(max_length=64, editable=False, default="")
    hash = models.CharField(max_length=64, editable=False, default="")

    objects = VerdictQuerySet.as_manager()

    class Meta:
        ordering = ("desk", "seq")
        default_permissions = ("add", "view")
        constraints = (
            models.UniqueConstraint(fields=("desk", "seq"), name="one_verdict_per_place"),
            models.CheckConstraint(
                condition=models.Q(rating__in=Rating.values), name="verdict_rating"
            ),
            models.CheckConstraint(
                condition=models.Q(attribution_accuracy__in=Accuracy.values),
                name="verdict_accuracy",
            ),
            models.CheckConstraint(
                condition=models.Q(rationale__regex=r"\S"), name="verdict_has_rationale"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_rating_display()} by {self.reviewer_id}"

    @property
    def judgement(self) -> Judgement:
        return (self.rating, self.attribution_accuracy)

    def seal(self, evidence_text: str) -> str:
        """The hash this row must carry: SHA-256 over its fields, each as ``bytes:value;``.

        ``evidence_text`` is PostgreSQL's own text of the evidence column.
        """
        fields = (
            self.previous_hash,
            self.seq,
            self.id,
            self.desk_id,
            self.claim_id,
            self.reviewer_id,
            self.rating,
            self.attribution_accuracy,
            self.rationale,
            self.revision_id,
            self.start,
            self.end,
            self.exact,
            evidence_text,
            (self.decided_at - EPOCH) // timedelta(microseconds=1),
            (self.created_at - EPOCH) // timedelta(microseconds=1),
        )
        return hashlib.sha256(b"".join(map(netstring, fields))).hexdigest()


def netstring(value: object) -> bytes:
    if value is None:
        return b"-;"
    data = str(value).encode()
    return b"%d:%b;" % (len(data), data)


@dataclass(frozen=True)
class BadRow:
    """The first row of a desk's chain that does not hold, and what is wrong with it."""

    desk_id: int
    seq: int
    reason: str


def broken_links(verdicts: VerdictQuerySet) -> Iterator[BadRow]:
    """The first bad row of each desk's chain, reading the log once in bounded memory."""
    desk, seq, last_hash, broken = None, 0, FIRST_HASH, False
    for verdict in verdicts.sealed().iterator(chunk_size=2000):
        if verdict.desk_id != desk:
            desk, seq, last_hash, broken = verdict.desk_id, 0, FIRST_HASH, False
        seq += 1
        if broken:
            continue
        reason = ""
        if verdict.seq != seq:
            reason = f"row {seq} is missing"
        elif verdict.previous_hash != last_hash:
            reason = "it does not follow the row before it"
        elif verdict.hash != verdict.seal(getattr(verdict, "evidence_text")):  # noqa: B009
            reason = "its content has been changed"
        if reason:
            broken = True
            yield BadRow(verdict.desk_id, verdict.seq, reason)
        last_hash = verdict.hash
