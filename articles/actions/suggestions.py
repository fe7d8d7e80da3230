"""Claims that are proposed for an article: proposed once per revision, then accepted or dismissed.

Every write locks the article's row, as writes to claims do. What is done with a proposal moves the
article's change number on, so that waiting browsers hear of it.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from articles.actions.attribution import Step, add_chain
from articles.actions.claims import claim_span, lock_article, mark_claim
from articles.actions.moves import withdraw_claim
from articles.crediting import Credit, credits
from articles.models import Anchor, Article, Claim, Revision, RuleError, Status, Suggestion, User
from articles.text.attribution import Attribution, detect
from articles.text.spans import Span, SpanError

MOST = 500
"""So many claims are proposed for one revision at most."""
MARKED = 0.5
"""A claim that shares this much of its characters with a proposal says it already (Jaccard)."""
DESCRIPTION = 300

State = Suggestion.State


class SettledError(RuleError):
    """Somebody has accepted or dismissed the proposal before."""

    def __init__(self, suggestion: Suggestion) -> None:
        done = suggestion.get_state_display().lower()
        super().__init__(f"{suggestion.decided_by} has {done} this proposal already.")


def propose(article: Article) -> None:
    """Propose claims for the current revision, unless that was done before.

    A revision that was replaced meanwhile gets none.
    """
    revision = article.current_revision
    if article.suggested_revision == revision.number:
        return
    found = list(detect(revision.text))
    with transaction.atomic():
        article = lock_article(article.pk)
        replaced = article.current_revision_id != revision.pk
        if replaced or article.suggested_revision == revision.number:
            return
        rows = list(unmarked(proposals(revision, found), revision))[:MOST]
        Suggestion.objects.bulk_create(rows, ignore_conflicts=True)
        article.suggested_revision = revision.number
        article.save(update_fields=("suggested_revision",))


def proposals(revision: Revision, found: Sequence[Attribution]) -> Iterator[Suggestion]:
    """Those of the attributions whose content can be a claim, each place once."""
    by_source: dict[Span | None, Attribution] = {}
    for item in found:
        by_source.setdefault(item.source, item)
    seen = set()
    for item in found:
        if item.content is None:
            continue
        try:
            span = claim_span(revision, item.content.start, item.content.end)
        except (SpanError, RuleError):
            continue
        if (span.start, span.end) in seen:
            continue
        seen.add((span.start, span.end))
        first = first_mention(item, by_source)
        source_start, source_end = ends(first.source or item.source)
        cue_start, cue_end = ends(item.cue)
        recipient_start, recipient_end = ends(item.recipient or first.recipient)
        yield Suggestion(
            revision=revision,
            start=span.start,
            end=span.end,
            source_start=source_start,
            source_end=source_end,
            cue_start=cue_start,
            cue_end=cue_end,
            recipient_start=recipient_start,
            recipient_end=recipient_end,
            quoted=item.quoted,
            unnamed=first.unnamed,
        )


def ends(span: Span | None) -> tuple[int, int] | tuple[None, None]:
    return (span.start, span.end) if span else (None, None)


def first_mention(item: Attribution, by_source: dict[Span | None, Attribution]) -> Attribution:
    """Where the article introduces the person whom it then calls “the source” or “she”."""
    met: set[Span] = set()
    while item.same_as and item.same_as not in met and item.same_as in by_source:
        met.add(item.same_as)
        item = by_source[item.same_as]
    return item


def unmarked(rows: Iterator[Suggestion], revision: Revision) -> Iterator[Suggestion]:
    """Those whose words no claim marks already, or nearly."""
    marked = list(
        Anchor.objects.filter(revision=revision, current=True, start__isnull=False)
        .exclude(claim__status=Status.WITHDRAWN)
        .order_by()
        .values_list("start", "end")
    )
    for row in rows:
        if not any(shared(row, start or 0, end or 0) >= MARKED for start, end in marked):
            yield row


def shared(row: Suggestion, start: int, end: int) -> float:
    both = min(row.end, end) - max(row.start, start)
    return both / (max(row.end, end) - min(row.start, start))


def lock_suggestion(suggestion: Suggestion) -> tuple[Article, Suggestion]:
    """The article, locked, and the proposal as it is now."""
    article = lock_article(suggestion.revision.article_id)
    current = Suggestion.objects.select_related("revision", "claim", "decided_by").get(
        pk=suggestion.pk
    )
    return article, current


def settle(
    suggestion: Suggestion, state: Suggestion.State, *, by: User | None, claim: Claim | None = None
) -> None:
    suggestion.state = state
    suggestion.claim = claim
    suggestion.decided_by = by
    suggestion.decided_at = timezone.now() if by else None
    suggestion.save(update_fields=("state", "claim", "decided_by", "decided_at"))


def tell(article: Article) -> None:
    article.version += 1
    article.save(update_fields=("version",))


@transaction.atomic
def accept(
    *, suggestion: Suggestion, by: User, span: tuple[int, int] | None = None, note: str = ""
) -> Claim:
    """Mark the proposed words, or those of ``span``, and credit whom the article credits.

    Raises SettledError, SpanError, SameSpanError, RuleError, and StaleVersionError when the
    article has a new revision.
    """
    article, suggestion = lock_suggestion(suggestion)
    if suggestion.state != State.PROPOSED:
        raise SettledError(suggestion)
    start, end = span or (suggestion.start, suggestion.end)
    claim = mark_claim(
        article=article,
        revision_number=suggestion.revision.number,
        start=start,
        end=end,
        by=by,
        note=note,
    )
    revision = suggestion.revision
    steps = chain_steps(credits(revision.text, [suggestion], by)[0])
    if steps:
        add_chain(claim, [step.row(revision) for step in steps], by=by)
    settle(suggestion, State.ACCEPTED, by=by, claim=claim)
    return claim


def chain_steps(credit: Credit) -> list[Step]:
    """The chain that the article's words give; none where its origin is a name nobody knows."""
    via, origin = credit.via, credit.origin
    if origin is None or not (origin.source or origin.unnamed):
        return []
    cue = (origin.span.start, origin.span.end)
    steps = [
        Step(source=origin.source, cue=cue)
        if origin.source
        else Step(description=origin.words[:DESCRIPTION], cue=cue)
    ]
    if via and via.source and via.source != origin.source:
        steps.insert(0, Step(source=via.source, cue=(via.span.start, via.span.end)))
    return steps


@transaction.atomic
def take_back(*, suggestion: Suggestion, seen: int, by: User) -> Claim:
    """Undo an acceptance: withdraw the claim and propose its words again.

    Raises StaleVersionError when the claim has changed since, and RuleError.
    """
    _, suggestion = lock_suggestion(suggestion)
    if suggestion.state != State.ACCEPTED or suggestion.claim is None:
        raise RuleError("This proposal is not accepted any more.")
    claim = withdraw_claim(claim=suggestion.claim, seen=seen, by=by)
    settle(suggestion, State.PROPOSED, by=None)
    return claim


@transaction.atomic
def dismiss(*, suggestion: Suggestion, by: User) -> None:
    """Raises SettledError."""
    article, suggestion = lock_suggestion(suggestion)
    if suggestion.state != State.PROPOSED:
        raise SettledError(suggestion)
    settle(suggestion, State.DISMISSED, by=by)
    tell(article)


@transaction.atomic
def bring_back(*, suggestion: Suggestion) -> None:
    """Undo a dismissal. Raises SettledError when it was accepted meanwhile."""
    article, suggestion = lock_suggestion(suggestion)
    if suggestion.state == State.ACCEPTED:
        raise SettledError(suggestion)
    settle(suggestion, State.PROPOSED, by=None)
    tell(article)


@transaction.atomic
def dismiss_all(*, article_pk: UUID, by: User) -> tuple[int, datetime]:
    """Dismiss what is still proposed; returns how many, and the moment that tells them apart."""
    article = lock_article(article_pk)
    now = timezone.now()
    count = article.current_revision.suggestions.filter(state=State.PROPOSED).update(
        state=State.DISMISSED, decided_by=by, decided_at=now
    )
    tell(article)
    return count, now


@transaction.atomic
def bring_all_back(*, article_pk: UUID, by: User, at: datetime) -> int:
    """Undo a dismissal of all; returns how many are proposed again."""
    article = lock_article(article_pk)
    dismissed = article.current_revision.suggestions.filter(
        state=State.DISMISSED, decided_by=by, decided_at=at
    )
    count = dismissed.update(state=State.PROPOSED, decided_by=None, decided_at=None)
    tell(article)
    return count
