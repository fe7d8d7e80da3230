"""Whose verdicts are in already decide, or differ, once no more reviewers are required."""

from collections.abc import Callable
from typing import Any

import pghistory
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.actions.assignment import plan_claim
from articles.actions.bulk import Done, set_kind, undo
from articles.actions.moves import restore_claim, withdraw_claim
from articles.actions.verdicts import require_reviewers
from articles.models import (
    Article,
    Claim,
    Desk,
    Dispute,
    Notification,
    ReviewRule,
    Source,
    Status,
    User,
    Verdict,
)
from tests.factories import make_claim, make_evidence, make_verdict

Lower = Callable[[Claim, User], object]


def by_the_article(claim: Claim, by: User) -> None:
    require_reviewers(article=claim.article, reviewers=2, by=by)


def by_a_plan(claim: Claim, by: User) -> None:
    kept = {"due_on": claim.due_on, "priority": claim.priority}
    planned = plan_claim(claim=claim, seen=claim.version, by=by, kind="statement", **kept)
    assert (planned.version, planned.status) == Claim.objects.values_list("version", "status").get()


def by_kinds(claim: Claim, by: User) -> None:
    set_kind(seen={claim.pk: claim.version}, by=by, kind="statement")


WAYS = {"article": by_the_article, "plan": by_a_plan, "kind of many": by_kinds}


@pytest.fixture(params=WAYS)
def lower(request: pytest.FixtureRequest, article: Article) -> Lower:
    """Has three reviewers required, and gives the way to require fewer."""
    if request.param == "article":
        Article.objects.update(reviewers=3)
    else:
        ReviewRule.objects.create(desk=article.desk, kind="figure", reviewers=3)
    return WAYS[request.param]


@pytest.fixture
def claim(article: Article, reviewer: User) -> Claim:
    claim = make_claim(article, "two metres", reviewer)
    Claim.objects.update(kind="figure")
    return claim


def fresh(claim: Claim) -> Claim:
    return Claim.objects.get(pk=claim.pk)


def request(act: Callable[..., Done], by: User, **values: Any) -> Done:
    """What is done in a request is known as the person's own later."""
    with pghistory.context(user=by.pk):
        return act(by=by, **values)


def test_those_who_agree_decide(
    claim: Claim, reviewer: User, second_reviewer: User, editor: User, lower: Lower
) -> None:
    make_verdict(claim, reviewer, "false")
    make_verdict(claim, second_reviewer, "true")
    last = make_verdict(claim, reviewer, "true")
    before = fresh(claim)
    assert before.status == Status.AWAITING_SECOND_REVIEW

    lower(before, editor)

    decided = fresh(claim)
    assert (decided.status, decided.verdict, decided.rating) == (Status.DECIDED, last, "true")
    assert decided.version > before.version
    assert decided.version == Article.objects.get().version
    step = claim.transitions.latest("created_at", "id")
    assert (step.origin, step.target, step.by, step.note) == (
        *(before.status, "decided", editor),
        "Fewer reviewers are required now.",
    )
    assert not Dispute.objects.exists()
    assert Verdict.objects.count() == 3


def test_those_who_differ_are_told_and_an_editor_decides(
    claim: Claim, reviewer: User, second_reviewer: User, editor: User, lower: Lower
) -> None:
    first = make_verdict(claim, reviewer, "true")
    second = make_verdict(claim, second_reviewer, "false")
    before = fresh(claim)

    lower(before, editor)

    dispute = Dispute.objects.get()
    assert (dispute.first, dispute.second, dispute.settled_at) == (first, second, None)
    assert fresh(claim).status == Status.AWAITING_SECOND_REVIEW
    assert fresh(claim).version > before.version
    told = Notification.objects.filter(kind="disputed").values_list("user", flat=True)
    assert set(told) == {reviewer.pk, second_reviewer.pk}

    lower(fresh(claim), editor)
    assert Dispute.objects.get() == dispute


def test_the_number_is_brought_back_by_the_undo_of_what_put_their_verdicts_before_the_editors(
    claim: Claim, reviewer: User, second_reviewer: User, editor: User, desk: Desk
) -> None:
    ReviewRule.objects.create(desk=desk, kind="figure", reviewers=3)
    make_verdict(claim, reviewer, "true")
    make_verdict(claim, second_reviewer, "false")
    done = request(set_kind, editor, seen={claim.pk: fresh(claim).version}, kind="statement")
    assert Dispute.objects.exists()

    undone = request(undo, editor, done=done.id)

    assert (undone.changed, undone.refused) == ([claim.pk], [])
    assert fresh(claim).kind == "figure"
    request(undo, editor, done=undone.id)
    assert fresh(claim).kind == "statement"


def test_whose_verdicts_are_all_in_decide_when_the_claim_is_restored(
    claim: Claim, reviewer: User, second_reviewer: User, editor: User
) -> None:
    Article.objects.update(reviewers=3)
    make_verdict(claim, reviewer)
    last = make_verdict(claim, second_reviewer)
    withdraw_claim(claim=claim, seen=fresh(claim).version, by=editor)
    require_reviewers(article=claim.article, reviewers=None, by=editor)

    restored = restore_claim(claim=claim, seen=fresh(claim).version, by=editor)

    now = fresh(claim)
    assert (now.status, now.verdict) == (Status.DECIDED, last)
    assert (restored.status, restored.version) == (now.status, now.version)
    assert now.version == Article.objects.get().version


def test_whose_verdicts_are_all_in_differ_when_the_undo_lowers_the_number(
    claim: Claim, reviewer: User, editor: User, desk: Desk
) -> None:
    ReviewRule.objects.create(desk=desk, kind="quotation", reviewers=3)
    make_verdict(claim, reviewer, "true", second_review=True)
    done = request(set_kind, editor, seen={claim.pk: fresh(claim).version}, kind="quotation")
    with pghistory.context(user=editor.pk):
        make_verdict(claim, editor, "false")
    assert not Dispute.objects.exists()

    undone = request(undo, editor, done=done.id)

    assert undone.refused == []
    assert Dispute.objects.filter(settled_at=None).exists()


def test_one_alone_waits_for_the_second(
    claim: Claim, reviewer: User, second_reviewer: User, editor: User, lower: Lower
) -> None:
    make_verdict(claim, reviewer)
    make_verdict(claim, reviewer, "false")
    lower(fresh(claim), editor)
    assert fresh(claim).status == Status.AWAITING_SECOND_REVIEW
    assert not Dispute.objects.exists()
    assert not Verdict.objects.visible_to(second_reviewer).exists()


def test_verdicts_of_an_earlier_round_do_not_count(
    claim: Claim,
    reviewer: User,
    second_reviewer: User,
    editor: User,
    source: Source,
    lower: Lower,
) -> None:
    make_verdict(claim, second_reviewer)
    make_evidence(claim, source, reviewer)
    make_verdict(claim, reviewer)
    lower(fresh(claim), editor)
    assert fresh(claim).status == Status.AWAITING_SECOND_REVIEW


def test_more_reviewers_than_before_decide_nothing(
    claim: Claim, reviewer: User, second_reviewer: User, editor: User
) -> None:
    Article.objects.update(reviewers=3)
    make_verdict(claim, reviewer)
    make_verdict(claim, second_reviewer)
    require_reviewers(article=claim.article, reviewers=4, by=editor)
    assert fresh(claim).status == Status.AWAITING_SECOND_REVIEW


def test_what_a_kind_decided_its_undo_leaves_alone(
    desk: Desk, claim: Claim, reviewer: User, second_reviewer: User, editor: User
) -> None:
    ReviewRule.objects.create(desk=desk, kind="figure", reviewers=3)
    make_verdict(claim, reviewer)
    make_verdict(claim, second_reviewer)
    done = set_kind(seen={claim.pk: fresh(claim).version}, by=editor, kind="statement")
    undone = undo(done=done.id, by=editor)
    assert [refused.reason for refused in undone.refused] == ["Its round of reviews has ended."]
    assert fresh(claim).status == Status.DECIDED


def test_as_many_statements_for_any_number_of_claims(
    article: Article, reviewer: User, second_reviewer: User, editor: User
) -> None:
    def statements(words: list[str]) -> int:
        Article.objects.update(reviewers=3)
        for number, word in enumerate(words):
            claim = make_claim(article, word, reviewer)
            make_verdict(claim, reviewer)
            make_verdict(claim, second_reviewer, "true" if number % 2 else "false")
        with CaptureQueriesContext(connection) as captured:
            require_reviewers(article=article, reviewers=None, by=editor)
        assert not Claim.objects.filter(status="awaiting_second_review", disputes=None).exists()
        return len(captured)

    assert statements(["river", "rose"]) == statements(
        ["two metres", "one night", "harbour", "Nobody", "1954", "fisherman"]
    )
