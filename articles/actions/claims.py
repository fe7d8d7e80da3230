"""Writes to a claim. Each locks the article's row first, so that writers queue up there and
change numbers are committed in order; each names the version of the claim it was made against.
"""

from uuid import UUID

from django.db import transaction

from articles.actions.quotations import check_quotations
from articles.models import (
    Anchor,
    Article,
    Claim,
    Draft,
    Revision,
    RuleError,
    Source,
    StaleVersionError,
    Status,
    Transition,
    User,
)
from articles.models.workflow import MOVES, WITHDRAWABLE
from articles.text.spans import Selector, select

MAX_CLAIM = 10_000
"""Code points a claim may have; more is an article, not a claim."""


class SameSpanError(Exception):
    """A claim marks exactly these words already."""

    def __init__(self, claim: Claim) -> None:
        super().__init__(f"Claim {claim.number} marks exactly these words already.")
        self.claim = claim


def lock_article(pk: UUID) -> Article:
    return (
        Article.objects.select_for_update(no_key=True, of=("self",))
        .select_related("current_revision", "desk")
        .get(pk=pk)
    )


def lock_claim(claim: Claim, seen: int) -> Claim:
    """The claim as it is now, its article locked. Raises StaleVersionError."""
    article = lock_article(claim.article_id)
    current = Claim.objects.select_related("assignee", "claimant", "verdict").get(pk=claim.pk)
    current.article = article
    if current.version != seen:
        raise StaleVersionError(current)
    return current


def save_claim(claim: Claim, *fields: str) -> None:
    """Save a locked claim's standing and these fields under its article's next change number."""
    claim.article.version += 1
    claim.version = claim.article.version
    claim.article.save(update_fields=("version",))
    standing = ("status", "verdict", "assignee", "assigned_by", "version", "updated_at")
    claim.save(update_fields=(*standing, *fields))
    claim.rating = claim.verdict.rating if claim.verdict else ""  # as the database derives it


def refuse_withdrawn(claim: Claim, before: str) -> None:
    """Raises RuleError for a withdrawn claim, which must be restored ``before`` that is done."""
    if claim.status == Status.WITHDRAWN:
        raise RuleError(f"The claim is withdrawn. Restore it before you {before}.")


def change_status(claim: Claim, target: Status, *, by: User, note: str = "") -> None:
    """Set a locked claim's status and record the transition; the caller saves the claim.

    A claim that is taken up again has no verdict until the next: its old ones stay in the log.
    """
    Transition.objects.create(claim=claim, origin=claim.status, target=target, by=by, note=note)
    claim.status = target
    if target in (Status.OPEN, Status.IN_REVIEW):
        claim.verdict = None


def drop_draft(article_pk: UUID, form: str, *, by: User) -> None:
    """What was typed is saved now; its draft goes in the same transaction."""
    Draft.objects.filter(user=by, article=article_pk, form=form).delete()


def begin_review(claim: Claim, *, by: User) -> None:
    """Work on a waiting claim begins it: it is in review, and somebody's."""
    if claim.status in (Status.OPEN, Status.NEEDS_RECHECK):
        change_status(claim, Status.IN_REVIEW, by=by)
        claim.assignee = claim.assignee or by


def claim_span(revision: Revision, start: int, end: int) -> Selector:
    """The span as a claim may have it. Raises SpanError, RuleError."""
    span = select(revision.text, start, end)
    if len(span.exact) > MAX_CLAIM:
        raise RuleError(
            f"A claim has at most {MAX_CLAIM:,} characters; this selection has "
            f"{len(span.exact):,}. Select the sentence that makes the claim."
        )
    return span


def refuse_same_span(revision: Revision, start: int, end: int, *, but: Claim | None = None) -> None:
    same = Anchor.objects.filter(revision=revision, current=True, start=start, end=end).exclude(
        claim__status=Status.WITHDRAWN
    )
    if but is not None:
        same = same.exclude(claim=but)
    # The usual answer is none: nothing is built for it.
    twin = same.order_by().values_list("claim", flat=True).first()
    if twin:
        raise SameSpanError(Claim.objects.get(pk=twin))


def anchor(claim: Claim, revision: Revision, span: Selector, *, by: User) -> Anchor:
    return Anchor.objects.create(
        claim=claim,
        revision=revision,
        start=span.start,
        end=span.end,
        exact=span.exact,
        prefix=span.prefix,
        suffix=span.suffix,
        created_by=by,
    )


@transaction.atomic
def mark_claim(
    *,
    article: Article,
    revision_number: int,
    start: int,
    end: int,
    by: User,
    note: str = "",
    claimant: Source | None = None,
) -> Claim:
    """Mark a span of the article's current revision as a claim.

    Raises SpanError, RuleError, SameSpanError, and StaleVersionError when the revision is not the
    current one.
    """
    article = lock_article(article.pk)
    revision = article.current_revision
    if revision.number != revision_number:
        raise StaleVersionError(article)
    span = claim_span(revision, start, end)
    refuse_same_span(revision, span.start, span.end)
    article.version += 1
    article.claims_made += 1
    article.save(update_fields=("version", "claims_made"))
    claim = Claim.objects.create(
        article=article,
        desk=article.desk,
        number=article.claims_made,
        text=span.exact,
        note=note,
        claimant=claimant,
        version=article.version,
        created_by=by,
    )
    anchor(claim, revision, span, by=by)
    drop_draft(article.pk, "new-claim", by=by)
    return claim


@transaction.atomic
def move_span(*, claim: Claim, seen: int, start: int, end: int, by: User) -> Claim:
    """Anchor the claim to another span. The words a verdict was based on stay in the verdict.

    Raises SpanError, SameSpanError, StaleVersionError, RuleError.
    """
    claim = lock_claim(claim, seen)
    if claim.status in (Status.PUBLISHED, Status.WITHDRAWN):
        raise RuleError(f"A claim that is {claim.get_status_display().lower()} keeps its words.")
    revision = claim.article.current_revision
    span = claim_span(revision, start, end)
    refuse_same_span(revision, span.start, span.end, but=claim)
    claim.anchors.filter(revision=revision, current=True).update(current=False)
    anchor(claim, revision, span, by=by)
    judged = claim.status in (Status.DECIDED, Status.AWAITING_SECOND_REVIEW)
    if judged and span.exact != claim.text:
        change_status(claim, Status.NEEDS_RECHECK, by=by, note="Its words were changed.")
    claim.text = span.exact
    save_claim(claim, "text")
    check_quotations(claim)
    return claim


@transaction.atomic
def edit_claim(*, claim: Claim, seen: int, by: User, note: str, claimant: Source | None) -> Claim:
    """Raises StaleVersionError."""
    claim = lock_claim(claim, seen)
    claim.note = note
    claim.claimant = claimant
    save_claim(claim, "note", "claimant")
    drop_draft(claim.article_id, f"edit-{claim.number}", by=by)
    return claim


@transaction.atomic
def assign_claim(*, claim: Claim, seen: int, assignee: User | None, by: User) -> Claim:
    """Raises StaleVersionError, and RuleError when the person is not of the claim's desk."""
    claim = lock_claim(claim, seen)
    if assignee and not (
        assignee.is_active and assignee.access().may("review_claim", claim.desk_id)
    ):
        raise RuleError(f"{assignee} does not review at this desk.")
    claim.assignee = assignee
    claim.assigned_by = by if assignee and assignee != by else None
    save_claim(claim)
    return claim


@transaction.atomic
def move_claim(*, claim: Claim, seen: int, name: str, by: User, note: str = "") -> Claim:
    """Make the move of that name (workflow.MOVES). Raises RuleError, StaleVersionError."""
    claim = lock_claim(claim, seen)
    move = next((m for m in MOVES if m.name == name and claim.status in m.origins), None)
    if move is None:
        raise RuleError(f"A claim that is {claim.get_status_display().lower()} has no such move.")
    if not by.access().may(move.permission, claim.desk_id):
        raise RuleError(f"Your role at this desk does not allow “{move.label}”.")
    change_status(claim, move.target, by=by, note=note)
    if move.target == Status.IN_REVIEW:
        claim.assignee = claim.assignee or by
    elif move.target == Status.OPEN:
        claim.assignee = claim.assigned_by = None
    save_claim(claim)
    return claim


@transaction.atomic
def withdraw_claim(*, claim: Claim, seen: int, by: User, note: str = "") -> Claim:
    """Raises RuleError, StaleVersionError."""
    claim = lock_claim(claim, seen)
    if claim.status not in WITHDRAWABLE:
        raise RuleError(f"A claim that is {claim.get_status_display().lower()} stays as it is.")
    change_status(claim, Status.WITHDRAWN, by=by, note=note)
    save_claim(claim)
    check_quotations(claim)
    return claim


@transaction.atomic
def restore_claim(*, claim: Claim, seen: int, by: User) -> Claim:
    """Bring a withdrawn claim back to where it stood.

    Raises RuleError, StaleVersionError, and SameSpanError when its words were marked again since.
    """
    claim = lock_claim(claim, seen)
    if claim.status != Status.WITHDRAWN:
        raise RuleError(f"Claim {claim.number} is not withdrawn.")
    revision = claim.article.current_revision
    place = claim.anchors.filter(revision=revision, current=True).first()
    if place and place.span:
        refuse_same_span(revision, *place.span, but=claim)
    withdrawal = claim.transitions.filter(target=Status.WITHDRAWN).latest("created_at", "id")
    change_status(claim, Status(withdrawal.origin), by=by)
    save_claim(claim)
    check_quotations(claim)
    return claim
