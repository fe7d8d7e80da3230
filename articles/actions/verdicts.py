"""Verdicts, the rounds of reviews they make up, and an editor's decision where they differ."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from articles.actions.claims import (
    change_status,
    drop_draft,
    lock_article,
    lock_claim,
    rights,
    save_claim,
)
from articles.actions.notifications import notify_overruled
from articles.actions.rounds import close_rounds, open_disputes
from articles.models import (
    Article,
    Citation,
    Claim,
    Evidence,
    RuleError,
    Status,
    Transition,
    User,
    Verdict,
)
from articles.models.review import required_of
from articles.models.verdict import openings
from articles.models.workflow import (
    Outcome,
    Part,
    adjudicating_obstacle,
    judging_obstacle,
    outcome,
)

MAX_REVIEWERS = 5


def snapshot(evidence: Evidence) -> dict[str, Any]:
    """What the verdict log keeps of a piece of evidence: ids, never a source's name."""
    return {
        "source": str(evidence.source_id),
        "relation": evidence.relation,
        "url": evidence.url,
        "note": evidence.note,
        "document": str(evidence.document_id) if evidence.document_id else None,
        "start": evidence.start,
        "end": evidence.end,
        "exact": evidence.exact,
    }


def citation_snapshot(citation: Citation) -> dict[str, Any]:
    return {"cites": str(citation.cited_id), "verdict": str(citation.verdict_id)}


def basis(claim: Claim, no_evidence: str) -> list[dict[str, Any]]:
    """What a verdict recorded now rests on, or the reason why there is nothing.

    Raises RuleError where there is neither.
    """
    items = [
        *(snapshot(item) for item in claim.evidence.standing()),
        *(citation_snapshot(item) for item in claim.citations.filter(withdrawn_at=None)),
    ]
    if items:
        return items
    if not no_evidence.strip():
        raise RuleError(
            f"Claim {claim.number} rests on nothing. Link its source, or say why there is no "
            "evidence."
        )
    return [{"none": no_evidence.strip()}]


def part_of(user: User, claim: Claim) -> Part:
    """What the person is to the claim in its current round."""
    if claim.status != Status.AWAITING_SECOND_REVIEW:
        return Part()
    return Part(
        judged=claim.verdicts.of_the_round().filter(reviewer=user).exists(),
        aside=openings().filter(claim=claim, by=user).exists(),
        disputed=claim.disputes.filter(settled_at=None).exists(),
    )


def latest_of_round(claim: Claim) -> dict[int, Verdict]:
    """The last verdict of each reviewer of the current round, by reviewer, the first first."""
    if claim.status != Status.AWAITING_SECOND_REVIEW:
        return {}
    return {v.reviewer_id: v for v in claim.verdicts.of_the_round().order_by("seq")}


def append_verdict(claim: Claim, *, by: User, no_evidence: str, **judgement: str) -> Verdict:
    """Write to the log what a person says of a locked claim as it is now. Raises RuleError."""
    revision = claim.article.current_revision
    anchor = claim.anchors.filter(revision=revision, current=True).first()
    verdict = Verdict.objects.create(
        desk=claim.article.desk,
        claim=claim,
        reviewer=by,
        revision=revision,
        start=anchor.start if anchor else None,
        end=anchor.end if anchor else None,
        exact=claim.text,
        evidence=basis(claim, no_evidence),
        **judgement,
    )
    # The database numbered and sealed the row.
    verdict.refresh_from_db(fields=("seq", "previous_hash", "hash", "created_at"))
    return verdict


@transaction.atomic
def record_verdict(
    *,
    claim: Claim,
    seen: int,
    by: User,
    rating: str,
    attribution_accuracy: str,
    rationale: str,
    no_evidence: str = "",
    second_review: bool = False,
) -> Verdict:
    """Append a verdict to the desk's log and move the claim on.

    It is decided once as many people as it requires agree in rating and accuracy; where they
    differ, a dispute opens and an editor decides. ``second_review`` asks for a second where one
    would do. ``no_evidence`` says why the claim rests on nothing, if it does.

    Raises StaleVersionError, and RuleError where this person cannot judge the claim now or it
    rests on nothing without a reason.
    """
    claim = lock_claim(claim, seen)
    part = part_of(by, claim)
    if obstacle := judging_obstacle(claim.status, part, rights(by, claim)):
        raise RuleError(obstacle)
    required = required_of(claim).reviewers
    if second_review:
        required = max(required, 2)
    round_ = latest_of_round(claim)
    judgements = {pk: v.judgement for pk, v in round_.items()}
    judgements[by.pk] = (rating, attribution_accuracy)
    # Who comes round while an editor is asked to decide does not decide it by that.
    result = Outcome.DISPUTED if part.disputed else outcome(judgements.values(), required)
    target = Status.DECIDED if result == Outcome.AGREED else Status.AWAITING_SECOND_REVIEW
    if target != claim.status:
        change_status(claim, target, by=by)
    verdict = append_verdict(
        claim,
        by=by,
        no_evidence=no_evidence,
        rating=rating,
        attribution_accuracy=attribution_accuracy,
        rationale=rationale,
    )
    claim.verdict = verdict if target == Status.DECIDED else None
    claim.assignee = claim.assignee or by
    save_claim(claim)
    drop_draft(claim.article_id, f"verdict-{claim.number}", by=by)
    if result == Outcome.DISPUTED and not part.disputed:
        open_disputes([(claim, list((round_ | {by.pk: verdict}).values()))])
    verdict.claim = claim
    return verdict


@transaction.atomic
def open_verdicts(*, claim: Claim, seen: int, by: User) -> Claim:
    """Show an editor the verdicts of a round that is not over: they can then not review in it.

    Raises StaleVersionError, and RuleError where there is no such round or they are part of it.
    """
    claim = lock_claim(claim, seen)
    if claim.status != Status.AWAITING_SECOND_REVIEW:
        raise RuleError("No verdicts of this claim are hidden from you.")
    part = part_of(by, claim)
    if part.judged:
        raise RuleError("You are one of the reviewers of this round.")
    if not part.aside:
        waiting = Status.AWAITING_SECOND_REVIEW
        note = "Opened the verdicts, to adjudicate"
        Transition.objects.create(claim=claim, origin=waiting, target=waiting, by=by, note=note)
    return claim


@transaction.atomic
def adjudicate(
    *,
    claim: Claim,
    seen: int,
    by: User,
    rating: str,
    attribution_accuracy: str,
    rationale: str,
    no_evidence: str = "",
) -> Verdict:
    """Decide a claim whose reviewers differ, by a verdict of one's own. The dispute is settled.

    Raises StaleVersionError, and RuleError where this person cannot decide it or it rests on
    nothing without a reason.
    """
    claim = lock_claim(claim, seen)
    if obstacle := adjudicating_obstacle(claim.status, part_of(by, claim), rights(by, claim)):
        raise RuleError(obstacle)
    dispute = claim.disputes.get(settled_at=None)
    round_ = latest_of_round(claim)
    change_status(claim, Status.DECIDED, by=by, note="Decided between the verdicts.")
    verdict = append_verdict(
        claim,
        by=by,
        no_evidence=no_evidence,
        rating=rating,
        attribution_accuracy=attribution_accuracy,
        rationale=rationale,
    )
    claim.verdict = verdict
    save_claim(claim)
    dispute.settled_at, dispute.settled_by = timezone.now(), by
    dispute.settled_by_verdict = verdict
    dispute.save(update_fields=("settled_at", "settled_by", "settled_by_verdict"))
    overruled = [pk for pk, given in round_.items() if given.judgement != verdict.judgement]
    notify_overruled(claim, overruled, by=by)
    drop_draft(claim.article_id, f"decision-{claim.number}", by=by)
    verdict.claim = claim
    return verdict


@transaction.atomic
def require_reviewers(*, article: Article, reviewers: int | None, by: User) -> Article:
    """Have the claims of an article reviewed by more people than is usual, or by as many again.

    A claim of which all verdicts are in by that is decided, or its dispute opens. Raises RuleError
    for a number that is out of bounds.
    """
    if reviewers is not None and not 1 <= reviewers <= MAX_REVIEWERS:
        raise RuleError(f"A claim has 1 to {MAX_REVIEWERS} reviewers.")
    article = lock_article(article.pk)
    article.reviewers = reviewers
    article.save(update_fields=("reviewers",))
    close_rounds(article.claims.all(), by=by)
    return article
