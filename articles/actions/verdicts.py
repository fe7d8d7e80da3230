from typing import Any

from django.db import transaction

from articles.actions.claims import (
    change_status,
    drop_draft,
    lock_claim,
    refuse_withdrawn,
    save_claim,
)
from articles.models import Citation, Claim, Evidence, RuleError, Status, User, Verdict


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


def next_status(
    claim: Claim, judgement: tuple[str, str], *, by: User, second_review: bool
) -> Status:
    """Where a verdict of that rating and attribution accuracy brings its claim.

    The first of two reviewers sends it to the second. When all who judged it in this round agree,
    it is decided; where they differ, an editor decides.
    """
    if claim.status != Status.AWAITING_SECOND_REVIEW:
        wanted = second_review or claim.article.desk.reviewers > 1
        return Status.AWAITING_SECOND_REVIEW if wanted else Status.DECIDED
    others = claim.verdicts.of_the_round().exclude(reviewer=by).order_by("seq")
    judgements = {v.reviewer_id: (v.rating, v.attribution_accuracy) for v in others}
    if not judgements:
        return Status.AWAITING_SECOND_REVIEW
    agree = set(judgements.values()) == {judgement}
    decides = agree or by.access().may("decide_claim", claim.desk_id)
    return Status.DECIDED if decides else Status.AWAITING_SECOND_REVIEW


@transaction.atomic
def record_verdict(
    *,
    claim: Claim,
    seen: int,
    by: User,
    rating: str,
    attribution_accuracy: str,
    rationale: str,
    second_review: bool = False,
) -> Verdict:
    """Append a verdict to the desk's log and move the claim on.

    Raises StaleVersionError, and RuleError for a withdrawn or published claim.
    """
    claim = lock_claim(claim, seen)
    refuse_withdrawn(claim, "record a verdict")
    if claim.status == Status.PUBLISHED:
        raise RuleError("The claim is published. Mark it for recheck before you judge it again.")
    judgement = (rating, attribution_accuracy)
    target = next_status(claim, judgement, by=by, second_review=second_review)
    if target != claim.status:
        change_status(claim, target, by=by)
    revision = claim.article.current_revision
    anchor = claim.anchors.filter(revision=revision, current=True).first()
    verdict = Verdict.objects.create(
        desk=claim.article.desk,
        claim=claim,
        reviewer=by,
        rating=rating,
        attribution_accuracy=attribution_accuracy,
        rationale=rationale,
        revision=revision,
        start=anchor.start if anchor else None,
        end=anchor.end if anchor else None,
        exact=claim.text,
        evidence=[
            *(snapshot(item) for item in claim.evidence.standing()),
            *(citation_snapshot(item) for item in claim.citations.filter(withdrawn_at=None)),
        ],
    )
    # The database numbered and sealed the row.
    verdict.refresh_from_db(fields=("seq", "previous_hash", "hash", "created_at"))
    claim.verdict = verdict if target == Status.DECIDED else None
    claim.assignee = claim.assignee or by
    save_claim(claim)
    drop_draft(claim.article_id, f"verdict-{claim.number}", by=by)
    verdict.claim = claim
    return verdict
