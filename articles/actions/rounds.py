"""What a round of reviews comes to when nothing more is awaited: a decision, or a dispute."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Now

from articles.actions.claims import lock_claims, new_version
from articles.actions.notifications import notify_disputed
from articles.models import Claim, Dispute, Status, Transition, User, Verdict
from articles.models.review import reviewers_required
from articles.models.workflow import Outcome, outcome

FEWER = "Fewer reviewers are required now."


def open_disputes(rounds: Iterable[tuple[Claim, list[Verdict]]]) -> None:
    """Put the first verdict of each round and the first that differs from it before the editors,
    and tell their reviewers."""
    disputes = []
    for claim, verdicts in rounds:
        first = verdicts[0]
        second = next(v for v in verdicts if v.judgement != first.judgement)
        disputes.append(Dispute(claim=claim, first=first, second=second))
    notify_disputed(Dispute.objects.bulk_create(disputes))


def complete(claims: QuerySet[Claim]) -> QuerySet[Claim]:
    """Those of the claims that await reviews although as many as they need are in."""
    judged = Verdict.objects.of_the_round().filter(claim=OuterRef("pk")).order_by()
    people = judged.values("claim").annotate(people=Count("reviewer", distinct=True))
    disputed = Dispute.objects.filter(claim=OuterRef("pk"), settled_at=None)
    return claims.alias(
        required=reviewers_required(), people=Subquery(people.values("people"))
    ).filter(~Exists(disputed), status=Status.AWAITING_SECOND_REVIEW, people__gte=F("required"))


def close_rounds(claims: QuerySet[Claim], *, by: User) -> None:
    """Decide the complete ones of these claims, or open their disputes, as if their last verdict
    had just come in. Whatever may lower the number of reviewers calls it, in its transaction."""
    locked = lock_claims(complete(claims))
    # Asked again: before they were locked, some may have moved on.
    still = complete(Claim.objects.filter(pk__in=[claim.pk for claim in locked]))
    keys = set(still.values_list("pk", flat=True))
    rounds: defaultdict[UUID, dict[int, Verdict]] = defaultdict(dict)
    for verdict in Verdict.objects.of_the_round().filter(claim__in=keys).order_by("seq"):
        rounds[verdict.claim_id][verdict.reviewer_id] = verdict
    agreed, differing = [], []
    for claim in locked:
        if claim.pk in keys:
            verdicts = list(rounds[claim.pk].values())
            result = outcome([verdict.judgement for verdict in verdicts], len(verdicts))
            if result == Outcome.AGREED:
                agreed.append(claim)
            else:
                differing.append((claim, verdicts))
    if agreed:
        decide(agreed, by=by)
    if differing:
        rows = Claim.objects.filter(pk__in=[claim.pk for claim, _ in differing])
        rows.update(version=new_version(rows), updated_at=Now())
        open_disputes(differing)


def decide(claims: list[Claim], *, by: User) -> None:
    """By the last verdict of each."""
    target = Status.DECIDED
    Transition.objects.bulk_create(
        Transition(claim=claim, origin=claim.status, target=target, by=by, note=FEWER)
        for claim in claims
    )
    last = Verdict.objects.filter(claim=OuterRef("pk")).order_by("-seq").values("pk")[:1]
    rows = Claim.objects.filter(pk__in=[claim.pk for claim in claims])
    rows.update(status=target, verdict=Subquery(last), version=new_version(rows), updated_at=Now())
