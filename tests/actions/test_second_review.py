"""For whom a claim waits to be reviewed by another person."""

from collections import defaultdict
from itertools import product

import pytest
from django.db.models import Model
from django.utils import timezone

from articles.actions.assignment import assign_claims
from articles.actions.queue import Queue, Section
from articles.actions.verdicts import open_verdicts
from articles.models import Article, Claim, Desk, Dispute, Transition, User, Verdict
from tests.factories import make_article, make_claim, make_person, make_verdict


def waits_for(user: User) -> set[str]:
    return {claim.text for claim in Queue(user).first(Section.SECOND, 100)}


def open_round(claim: Claim, by: User) -> None:
    claim.refresh_from_db()
    open_verdicts(claim=claim, seen=claim.version, by=by)


@pytest.fixture
def claim(article: Article, reviewer: User) -> Claim:
    claim = make_claim(article, "two metres", reviewer)
    make_verdict(claim, reviewer, second_review=True)
    return claim


def test_whose_assignee_opened_its_verdicts_waits_for_the_others(
    claim: Claim, reviewer: User, second_reviewer: User, editor: User
) -> None:
    assign_claims(claims=[claim], assignee=editor, by=editor)
    assert waits_for(second_reviewer) == set()

    open_round(claim, editor)

    assert waits_for(second_reviewer) == {"two metres"}
    assert waits_for(editor) == waits_for(reviewer) == set()


def test_goes_to_nobody_who_has_opened_its_verdicts(
    claim: Claim, second_reviewer: User, editor: User
) -> None:
    open_round(claim, editor)

    done = assign_claims(claims=[claim], assignee=editor, by=editor)

    assert [refused.reason for refused in done.refused] == [
        "edith has judged it already, or opened its verdicts: the second review needs another "
        "person."
    ]
    assert waits_for(second_reviewer) == {"two metres"}


NONE, JUDGED, OPENED = PARTS = ("none", "judged", "opened")
AWAITING = "awaiting_second_review"


def test_waits_for_whoever_took_no_part_and_alone_for_an_assignee_who_took_none(
    desk: Desk, reviewer: User, editor: User
) -> None:
    """Every case of who has it, what two people did in its round, and of what else happened."""
    other = make_person("erik", desk=desk, role="editor")
    article = make_article(desk, reviewer)
    cases = list(
        product((None, editor, other), PARTS, PARTS, (False, True), ("none", "open", "settled"))
    )
    rows = {"article": article, "desk": desk, "created_by": reviewer, "status": AWAITING}
    claims = Claim.objects.bulk_create(
        Claim(number=number, text=f"Case {number}", assignee=assignee, **rows)
        for number, (assignee, *_) in enumerate(cases, 1)
    )
    steps: defaultdict[int, list[Model]] = defaultdict(list)
    expected = set()

    def moved(step: int, claim: Claim, origin: str, target: str, by: User) -> None:
        steps[step].append(Transition(claim=claim, origin=origin, target=target, by=by))

    def judged(step: int, claim: Claim, by: User) -> Verdict:
        values = {"desk": desk, "revision": article.current_revision, "evidence": []}
        values |= {"rating": "true", "attribution_accuracy": "accurate", "rationale": "So it is."}
        verdict = Verdict(claim=claim, reviewer=by, **values)
        steps[step].append(verdict)
        return verdict

    for claim, (assignee, mine, theirs, more, dispute) in zip(claims, cases, strict=True):
        if more:  # a round before this one, in which both took part
            moved(1, claim, "in_review", AWAITING, reviewer)
            moved(2, claim, AWAITING, AWAITING, editor)
            judged(2, claim, other)
            moved(3, claim, AWAITING, "in_review", editor)
        moved(4, claim, "in_review", AWAITING, reviewer)
        first = judged(4, claim, reviewer)
        for person, part in ((editor, mine), (other, theirs)):
            if part == JUDGED:
                judged(5, claim, person)
            elif part == OPENED:
                moved(5, claim, AWAITING, AWAITING, person)
        if more:
            moved(6, claim, AWAITING, "withdrawn", reviewer)
            moved(7, claim, "withdrawn", AWAITING, reviewer)
        if dispute != "none":
            settled = timezone.now() if dispute == "settled" else None
            steps[8].append(Dispute(claim=claim, first=first, second=first, settled_at=settled))
        another_s = assignee == other and theirs == NONE
        if mine == NONE and dispute != "open" and not another_s:
            expected.add(claim.text)

    for step in sorted(steps):
        for model in (Transition, Verdict, Dispute):
            model.objects.bulk_create(row for row in steps[step] if isinstance(row, model))
    assert {claim.text for claim in Queue(editor).claims(Section.SECOND)} == expected
