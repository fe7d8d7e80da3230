"""How many must agree, what happens where they differ, and how an editor decides."""

import pytest

from articles.actions.bulk import move_many, undo
from articles.actions.moves import move_claim, withdraw_claim
from articles.actions.verdicts import adjudicate, open_verdicts
from articles.models import (
    Article,
    Claim,
    Desk,
    Dispute,
    ReviewRule,
    RuleError,
    Source,
    StaleVersionError,
    Status,
    User,
    Verdict,
)
from articles.models.review import required_of
from articles.models.verdict import broken_links, disputed_claims
from tests.factories import make_claim, make_evidence, make_person, make_verdict


@pytest.fixture
def claim(article: Article, reviewer: User) -> Claim:
    return make_claim(article, "two metres", reviewer)


@pytest.fixture
def third_reviewer(desk: Desk) -> User:
    return make_person("tom", desk=desk)


@pytest.fixture
def disputed(claim: Claim, reviewer: User, second_reviewer: User) -> Claim:
    make_verdict(claim, reviewer, "true", second_review=True)
    make_verdict(claim, second_reviewer, "false")
    claim.refresh_from_db()
    return claim


def status(claim: Claim) -> str:
    claim.refresh_from_db()
    return claim.status


def decide(claim: Claim, by: User, rating: str = "half_true", **fields: str) -> Verdict:
    claim.refresh_from_db()
    values = {"attribution_accuracy": "accurate", "rationale": "Both are partly right."}
    values |= {"no_evidence": "Nothing was published."} | fields
    return adjudicate(claim=claim, seen=claim.version, by=by, rating=rating, **values)


def move(claim: Claim, name: str, by: User, note: str = "So it is.") -> None:
    claim.refresh_from_db()
    move_claim(claim=claim, seen=claim.version, name=name, by=by, note=note)


# How many

REQUIRED = {
    "as the desk says": ((2, None, None), 2),
    "the article asks for more": ((1, 3, None), 3),
    "the article cannot ask for fewer": ((2, 1, None), 2),
    "the kind asks for more": ((1, None, 4), 4),
    "the most of all three": ((2, 3, 5), 5),
    "one": ((1, None, None), 1),
}


@pytest.mark.parametrize(("numbers", "required"), REQUIRED.values(), ids=REQUIRED)
def test_the_most_that_anything_asks_for_is_required(
    claim: Claim, numbers: tuple[int, int | None, int | None], required: int
) -> None:
    desk, article, rule = numbers
    Desk.objects.update(reviewers=desk)
    Article.objects.update(reviewers=article)
    if rule:
        ReviewRule.objects.create(desk=claim.desk, kind=claim.kind, reviewers=rule)
    ReviewRule.objects.create(desk=claim.desk, kind="figure", reviewers=5)
    assert required_of(claim).reviewers == required


def test_three_who_agree_decide_where_three_are_required(
    claim: Claim, reviewer: User, second_reviewer: User, third_reviewer: User
) -> None:
    Article.objects.update(reviewers=3)
    for person in (reviewer, second_reviewer):
        make_verdict(claim, person)
        assert status(claim) == Status.AWAITING_SECOND_REVIEW
    last = make_verdict(claim, third_reviewer)
    assert status(claim) == Status.DECIDED
    assert claim.verdict == last
    assert not Dispute.objects.exists()


def test_two_who_differ_wait_for_the_third(
    claim: Claim, reviewer: User, second_reviewer: User, third_reviewer: User
) -> None:
    Article.objects.update(reviewers=3)
    first = make_verdict(claim, reviewer)
    second = make_verdict(claim, second_reviewer, "false")
    assert not Dispute.objects.exists()
    make_verdict(claim, third_reviewer)
    dispute = Dispute.objects.get()
    assert (dispute.first, dispute.second) == (first, second)
    assert status(claim) == Status.AWAITING_SECOND_REVIEW


def test_one_person_s_verdicts_count_once(claim: Claim, reviewer: User) -> None:
    Article.objects.update(reviewers=2)
    make_verdict(claim, reviewer, "true")
    make_verdict(claim, reviewer, "false")
    assert status(claim) == Status.AWAITING_SECOND_REVIEW
    assert not Dispute.objects.exists()


def test_the_last_verdict_of_each_counts(
    claim: Claim, reviewer: User, second_reviewer: User
) -> None:
    Article.objects.update(reviewers=2)
    make_verdict(claim, reviewer, "true")
    make_verdict(claim, reviewer, "false")
    make_verdict(claim, second_reviewer, "false")
    assert status(claim) == Status.DECIDED


# Where they differ


@pytest.mark.parametrize(
    "other", [{"rating": "false"}, {"attribution_accuracy": "altered"}], ids=["rating", "accuracy"]
)
def test_two_who_differ_open_a_dispute(
    claim: Claim, reviewer: User, second_reviewer: User, other: dict[str, str]
) -> None:
    first = make_verdict(claim, reviewer, second_review=True)
    second = make_verdict(claim, second_reviewer, **other)
    dispute = Dispute.objects.get()
    assert (dispute.first, dispute.second, dispute.settled_at) == (first, second, None)
    assert status(claim) == Status.AWAITING_SECOND_REVIEW
    assert claim.rating == ""
    assert list(disputed_claims()) == [claim]


def test_nobody_else_joins_a_dispute(disputed: Claim, third_reviewer: User, editor: User) -> None:
    for person in (third_reviewer, editor):
        with pytest.raises(RuleError, match="Its reviewers differ"):
            make_verdict(disputed, person)
    assert Verdict.objects.count() == 2


def test_who_comes_round_settles_nothing_by_that(disputed: Claim, second_reviewer: User) -> None:
    make_verdict(disputed, second_reviewer, "true")
    assert status(disputed) == Status.AWAITING_SECOND_REVIEW
    assert list(disputed_claims()) == [disputed]


def test_an_editor_decides_and_the_dispute_stays_on_record(disputed: Claim, editor: User) -> None:
    verdict = decide(disputed, editor)
    assert status(disputed) == Status.DECIDED
    assert (disputed.verdict, disputed.rating) == (verdict, "half_true")
    dispute = Dispute.objects.get()
    assert (dispute.settled_by, dispute.settled_by_verdict) == (editor, verdict)
    assert dispute.settled_at
    assert not disputed_claims().exists()
    last = disputed.transitions.latest("created_at", "id")
    assert (last.target, last.by) == (Status.DECIDED, editor)
    assert list(broken_links(Verdict.objects.all())) == []


def test_a_reviewer_decides_nothing_between_verdicts(
    disputed: Claim, reviewer: User, third_reviewer: User
) -> None:
    for person in (reviewer, third_reviewer):
        with pytest.raises(RuleError, match="needs an editor’s role"):
            decide(disputed, person)


def test_an_editor_who_differed_leaves_it_to_another(
    desk: Desk, claim: Claim, reviewer: User, editor: User, admin: User
) -> None:
    make_verdict(claim, reviewer, second_review=True)
    make_verdict(claim, editor, "false")
    with pytest.raises(RuleError, match="You are one of the reviewers who differ"):
        decide(claim, editor)
    decide(claim, admin)
    assert status(claim) == Status.DECIDED


@pytest.mark.parametrize("before", ["open", "one verdict", "decided"])
def test_without_a_dispute_there_is_nothing_to_decide(
    claim: Claim, reviewer: User, editor: User, before: str
) -> None:
    if before != "open":
        make_verdict(claim, reviewer, second_review=before == "one verdict")
    with pytest.raises(RuleError, match="There is nothing to decide"):
        decide(claim, editor)


def test_a_decision_on_a_claim_that_has_changed_is_not_made(disputed: Claim, editor: User) -> None:
    with pytest.raises(StaleVersionError):
        adjudicate(
            claim=disputed,
            seen=disputed.version - 1,
            by=editor,
            rating="true",
            attribution_accuracy="accurate",
            rationale="Late.",
            no_evidence="None.",
        )
    assert list(disputed_claims()) == [disputed]


def test_a_decision_on_nothing_needs_the_reason(disputed: Claim, editor: User) -> None:
    with pytest.raises(RuleError, match="rests on nothing"):
        decide(disputed, editor, no_evidence="")


def test_a_return_to_review_ends_the_dispute_without_a_decision(
    disputed: Claim, editor: User, reviewer: User, second_reviewer: User
) -> None:
    move(disputed, "return", editor)
    dispute = Dispute.objects.get()
    assert (dispute.settled_by, dispute.settled_by_verdict) == (editor, None)
    assert dispute.settled_at
    make_verdict(disputed, reviewer, "true", second_review=True)
    make_verdict(disputed, second_reviewer, "false")
    assert Dispute.objects.filter(settled_at=None).count() == 1


def test_changed_evidence_ends_the_dispute_without_a_decision(
    disputed: Claim, source: Source, second_reviewer: User
) -> None:
    make_evidence(disputed, source, second_reviewer)
    assert status(disputed) == Status.NEEDS_RECHECK
    assert Dispute.objects.get().settled_by == second_reviewer


def test_withdrawing_leaves_the_dispute_as_it_is(disputed: Claim, editor: User) -> None:
    withdraw_claim(claim=disputed, seen=disputed.version, by=editor)
    assert not disputed_claims().exists()
    move(disputed, "restore", editor)
    assert list(disputed_claims()) == [disputed]


# What several people decided


@pytest.fixture
def adjudicated(disputed: Claim, editor: User) -> Claim:
    decide(disputed, editor)
    return disputed


@pytest.fixture
def agreed(claim: Claim, reviewer: User, second_reviewer: User) -> Claim:
    make_verdict(claim, reviewer, second_review=True)
    make_verdict(claim, second_reviewer)
    return claim


@pytest.mark.parametrize("decided", ["adjudicated", "agreed"])
@pytest.mark.parametrize("rechecked", [False, True], ids=["as it stands", "in a recheck"])
def test_what_several_decided_nobody_decides_otherwise_alone(
    request: pytest.FixtureRequest,
    reviewer: User,
    third_reviewer: User,
    decided: str,
    rechecked: bool,
) -> None:
    claim = request.getfixturevalue(decided)
    old = set(claim.verdicts.all())
    if rechecked:
        move(claim, "recheck", reviewer)
        move(claim, "start", reviewer)
    before = status(claim)
    make_verdict(claim, reviewer, "unverifiable")
    assert (status(claim), claim.verdict) == (Status.AWAITING_SECOND_REVIEW, None)
    last = claim.transitions.latest("created_at", "id")
    assert (last.origin, last.target, last.by) == (before, claim.status, reviewer)
    assert set(claim.verdicts.visible_to(third_reviewer)) == old
    make_verdict(claim, third_reviewer, "unverifiable")
    assert (status(claim), claim.rating) == (Status.DECIDED, "unverifiable")


def test_changing_the_evidence_meanwhile_does_not_leave_it_to_one(
    adjudicated: Claim, reviewer: User, source: Source
) -> None:
    make_verdict(adjudicated, reviewer, "false")
    make_evidence(adjudicated, source, reviewer)
    make_verdict(adjudicated, reviewer, "false")
    assert status(adjudicated) == Status.AWAITING_SECOND_REVIEW


def test_publishing_and_unpublishing_does_not_leave_it_to_one(
    adjudicated: Claim, reviewer: User, editor: User
) -> None:
    move(adjudicated, "publish", editor)
    move(adjudicated, "unpublish", editor)
    make_verdict(adjudicated, reviewer, "false")
    assert status(adjudicated) == Status.AWAITING_SECOND_REVIEW


def test_an_editor_who_returns_it_leaves_it_to_as_many_as_usual(
    adjudicated: Claim, reviewer: User, editor: User
) -> None:
    move(adjudicated, "return", editor)
    move(adjudicated, "withdraw", reviewer, note="Undone.")
    move(adjudicated, "restore", reviewer)
    for rating in ("false", "true"):
        make_verdict(adjudicated, reviewer, rating)
        assert (status(adjudicated), adjudicated.rating) == (Status.DECIDED, rating)


@pytest.mark.parametrize("decided", ["adjudicated", "agreed"])
def test_a_return_that_is_undone_leaves_it_to_several(
    request: pytest.FixtureRequest, reviewer: User, editor: User, decided: str
) -> None:
    claim = request.getfixturevalue(decided)
    claim.refresh_from_db()
    returned = move_many(seen={claim.pk: claim.version}, by=editor, name="return", note="Why?")
    undo(done=returned.id, by=editor)
    assert required_of(claim).reviewers == 2
    make_verdict(claim, reviewer, "unverifiable")
    assert status(claim) == Status.AWAITING_SECOND_REVIEW


def test_a_return_after_one_that_was_undone_leaves_it_to_as_many_as_usual(
    adjudicated: Claim, editor: User
) -> None:
    adjudicated.refresh_from_db()
    seen = {adjudicated.pk: adjudicated.version}
    undo(done=move_many(seen=seen, by=editor, name="return", note="Why?").id, by=editor)
    move(adjudicated, "return", editor)
    assert required_of(adjudicated).reviewers == 1


def test_a_second_review_that_was_asked_for_is_due_when_the_evidence_has_changed(
    claim: Claim, reviewer: User, second_reviewer: User, source: Source
) -> None:
    make_verdict(claim, reviewer, "true", second_review=True)
    make_evidence(claim, source, second_reviewer)
    assert status(claim) == Status.NEEDS_RECHECK
    make_verdict(claim, second_reviewer, "false")
    assert status(claim) == Status.AWAITING_SECOND_REVIEW


# Opening the verdicts of a round that is not over


def test_an_editor_who_opens_the_verdicts_sees_them_and_reviews_no_more(
    claim: Claim, reviewer: User, second_reviewer: User, editor: User
) -> None:
    make_verdict(claim, reviewer, second_review=True)
    claim.refresh_from_db()
    for _ in range(2):
        open_verdicts(claim=claim, seen=claim.version, by=editor)
    assert Verdict.objects.visible_to(editor).count() == 1
    [opening] = claim.transitions.filter(origin=Status.AWAITING_SECOND_REVIEW)
    assert (opening.target, opening.by) == (Status.AWAITING_SECOND_REVIEW, editor)
    with pytest.raises(RuleError, match="You have opened the verdicts"):
        make_verdict(claim, editor)
    make_verdict(claim, second_reviewer, "false")
    decide(claim, editor)
    assert status(claim) == Status.DECIDED


def test_opening_begins_no_round(
    claim: Claim, reviewer: User, second_reviewer: User, editor: User
) -> None:
    make_verdict(claim, reviewer, second_review=True)
    claim.refresh_from_db()
    open_verdicts(claim=claim, seen=claim.version, by=editor)
    make_verdict(claim, second_reviewer)
    assert status(claim) == Status.DECIDED


def test_opening_counts_for_one_round(claim: Claim, reviewer: User, editor: User) -> None:
    make_verdict(claim, reviewer, second_review=True)
    claim.refresh_from_db()
    open_verdicts(claim=claim, seen=claim.version, by=editor)
    move(claim, "return", editor)
    make_verdict(claim, reviewer, "false", second_review=True)
    assert set(Verdict.objects.visible_to(editor).values_list("rating", flat=True)) == set()
    make_verdict(claim, editor, "false")
    assert status(claim) == Status.DECIDED


def test_a_reviewer_of_the_round_and_a_decided_claim_have_nothing_to_open(
    claim: Claim, reviewer: User, editor: User, second_reviewer: User
) -> None:
    make_verdict(claim, editor, second_review=True)
    claim.refresh_from_db()
    with pytest.raises(RuleError, match="one of the reviewers"):
        open_verdicts(claim=claim, seen=claim.version, by=editor)
    make_verdict(claim, second_reviewer)
    claim.refresh_from_db()
    with pytest.raises(RuleError, match="No verdicts"):
        open_verdicts(claim=claim, seen=claim.version, by=editor)
