"""Writes to a claim. Each locks the article's row first, so that writers queue up there and
change numbers are committed in order; each names the version of the claim it was made against.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

import pghistory
from django.db import transaction
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Now

from articles.actions.notifications import notify_recheck
from articles.actions.quotations import check_quotations
from articles.models import (
    Anchor,
    Article,
    Claim,
    Dispute,
    Draft,
    Revision,
    RuleError,
    Source,
    StaleVersionError,
    Status,
    Transition,
    User,
)
from articles.models.claim import QUEUE
from articles.models.workflow import JUDGED, WAITING, May
from articles.text.spans import Selector, select

MAX_CLAIM = 10_000
"""Code points a claim may have; more is an article, not a claim."""


ENDING = (Status.OPEN, Status.IN_REVIEW, Status.NEEDS_RECHECK)
"""A claim that awaits reviews and comes to one of these is judged anew from the start."""


class SameSpanError(Exception):
    """A claim marks exactly these words already."""

    def __init__(self, claim: Claim) -> None:
        super().__init__(f"Claim {claim.number} marks exactly these words already.")
        self.claim = claim


class NoteNeededError(RuleError):
    """The move needs a note that says why."""


def lock_article(pk: UUID) -> Article:
    return (
        Article.objects.select_for_update(no_key=True, of=("self",))
        .select_related("current_revision", "desk")
        .get(pk=pk)
    )


def lock_articles(articles: QuerySet[Article]) -> None:
    """In the order of ids, as everybody does who holds several."""
    list(articles.order_by("pk").select_for_update(no_key=True).values_list("pk"))


def lock_claim(claim: Claim, seen: int) -> Claim:
    """The claim as it is now, its article locked. Raises StaleVersionError."""
    article = lock_article(claim.article_id)
    current = Claim.objects.select_related("assignee", "claimant", "verdict").get(pk=claim.pk)
    current.article = article
    if current.version != seen:
        raise StaleVersionError(current)
    return current


def lock_claims(claims: Sequence[Claim] | QuerySet[Claim]) -> list[Claim]:
    """These claims as they are now, in queue order, their articles locked in the order of ids."""
    if isinstance(claims, QuerySet):
        ids = list(claims.order_by().values_list("pk", flat=True))
    else:
        ids = [claim.pk for claim in claims]
    wanted = Claim.objects.filter(pk__in=ids)
    lock_articles(Article.objects.filter(pk__in=wanted.order_by().values("article")))
    return list(wanted.defer("search", "note").order_by(*QUEUE))


def save_claim(claim: Claim, *fields: str) -> None:
    """Save a locked claim's standing and these fields under its article's next change number."""
    claim.article.version += 1
    claim.version = claim.article.version
    claim.article.save(update_fields=("version",))
    standing = ("status", "verdict", "assignee", "assigned_by", "version", "updated_at")
    claim.save(update_fields=(*standing, *fields))
    claim.rating = claim.verdict.rating if claim.verdict else ""  # as the database derives it


def undoable(permission: str, by: User) -> pghistory.context:
    """Within it a change of claims is kept for ``bulk.undo``, by whoever has the permission then.

    Its ``id`` is what that takes.
    """
    return pghistory.context(bulk=permission, by=by.pk)


def new_version(claims: QuerySet[Claim]) -> Subquery:
    """Raise the change number of each claim's article; where to read it."""
    Article.objects.filter(pk__in=claims.order_by().values("article")).update(
        version=F("version") + 1
    )
    return Subquery(Article.objects.filter(pk=OuterRef("article")).values("version"))


def refuse_withdrawn(claim: Claim, before: str) -> None:
    """Raises RuleError for a withdrawn claim, which must be restored ``before`` that is done."""
    if claim.status == Status.WITHDRAWN:
        raise RuleError(f"The claim is withdrawn. Restore it before you {before}.")


def end_rounds(claims: Iterable[Claim], *, by: User) -> None:
    """Settle what the reviewers differ in of those claims that await reviews, undecided."""
    waiting = [claim for claim in claims if claim.status == Status.AWAITING_SECOND_REVIEW]
    if waiting:
        disputes = Dispute.objects.filter(claim__in=waiting, settled_at=None)
        disputes.update(settled_at=Now(), settled_by=by)


def change_status(claim: Claim, target: Status, *, by: User, note: str = "") -> None:
    """Set a locked claim's status and record the transition; the caller saves the claim.

    A claim that is taken up again has no verdict until the next: its old ones stay in the log.
    With that the round of reviews ends in which its reviewers may have differed.
    """
    Transition.objects.create(claim=claim, origin=claim.status, target=target, by=by, note=note)
    if target in ENDING:
        end_rounds([claim], by=by)
    claim.status = target
    if target in (Status.OPEN, Status.IN_REVIEW):
        claim.verdict = None
    elif target == Status.NEEDS_RECHECK:
        notify_recheck([claim], by=by)


@transaction.atomic
def keep_draft(
    article: Article, form: str, fields: dict[str, str], revision: str, base: str, *, by: User
) -> Draft | None:
    """Keep what is typed in a form and not yet saved; no fields at all drop it.

    Returns the draft that stays in its place, if the page has not seen that one.
    """
    place = {"user": by, "article": article, "form": form}
    drafts = Draft.objects.select_for_update()
    kept = drafts.filter(**place).first()
    if kept is None and fields:
        values = {"fields": fields, "revision": revision}
        kept, made = drafts.get_or_create(**place, defaults=values)
        if made:
            return None
    if kept is None or kept.is_newer_than(revision):
        return None
    if not kept.gives_way_to(fields, revision, base):
        return kept
    if fields:
        kept.fields, kept.revision = fields, revision
        kept.save()
    else:
        kept.delete()
    return None


def drop_draft(article_pk: UUID, form: str, *, by: User) -> None:
    """What was typed is saved now; its draft goes in the same transaction."""
    Draft.objects.filter(user=by, article=article_pk, form=form).delete()


def begin_review(claim: Claim, *, by: User) -> None:
    """Work on a waiting claim begins it: it is in review, and somebody's."""
    if claim.status in WAITING:
        change_status(claim, Status.IN_REVIEW, by=by)
        claim.assignee = claim.assignee or by


def recheck(claim: Claim, note: str, *, by: User) -> None:
    """What was judged has changed, or what the verdicts rest on: they hold no longer."""
    if claim.status in JUDGED:
        change_status(claim, Status.NEEDS_RECHECK, by=by, note=note)


def change_basis(claim: Claim, note: str, *, by: User) -> None:
    """Work on what a locked claim rests on: it begins a review, or undoes one."""
    begin_review(claim, by=by)
    recheck(claim, note, by=by)


def rights(user: User, claim: Claim) -> May:
    return lambda codename: user.access().may(codename, claim.desk_id)


def held(user: User, claim: Claim) -> bool:
    """Whether the claim is somebody else's."""
    return claim.assignee_id not in (None, user.pk)


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
    if span.exact != claim.text:
        recheck(claim, "Its words were changed.", by=by)
    claim.text = span.exact
    save_claim(claim, "text")
    check_quotations(claim.evidence.all())
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
