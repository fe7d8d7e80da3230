from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from articles.actions.assignment import assign_claim, assign_claims, put_back, spread_claims
from articles.actions.claims import edit_claim
from articles.actions.moves import withdraw_claim
from articles.models import (
    Article,
    Claim,
    Desk,
    RuleError,
    Skip,
    Source,
    StaleVersionError,
    User,
)
from tests.factories import make_article, make_claim, make_evidence, make_source, make_verdict

DUE = date(2026, 12, 1)


@pytest.fixture
def claims(article: Article, desk: Desk, reviewer: User) -> list[Claim]:
    """Three claims, of two articles."""
    other = make_article(desk, reviewer, "The bridge is closed. The road is open.")
    return [
        make_claim(article, "two metres", reviewer),
        make_claim(article, "12,000 people", reviewer),
        make_claim(other, "The bridge is closed", reviewer),
    ]


def assignees(claims: list[Claim]) -> list[str | None]:
    names = dict(Claim.objects.values_list("pk", "assignee__username"))
    return [names[claim.pk] for claim in claims]


def test_many_are_given_to_one_person_with_a_date_and_a_priority(
    claims: list[Claim], reviewer: User, editor: User
) -> None:
    done = assign_claims(claims=claims, assignee=reviewer, by=editor, due_on=DUE, priority=2)

    assert done.refused == []
    assert {change.claim for change in done.changed} == {claim.pk for claim in claims}
    for claim in Claim.objects.all():
        assert (claim.assignee, claim.assigned_by) == (reviewer, editor)
        assert (claim.due_on, claim.priority) == (DUE, 2)


def test_what_is_left_out_stays(claims: list[Claim], reviewer: User, editor: User) -> None:
    assign_claims(claims=claims[:1], assignee=reviewer, by=editor)

    assign_claims(claims=claims, by=editor, due_on=DUE)

    assert assignees(claims) == ["rosa", None, None]
    assert list(Claim.objects.values_list("due_on", flat=True)) == [DUE] * 3


def test_to_the_pool(claims: list[Claim], reviewer: User, editor: User) -> None:
    assign_claims(claims=claims, assignee=reviewer, by=editor)

    assign_claims(claims=Claim.objects.all(), assignee=None, by=editor)

    assert list(Claim.objects.values_list("assignee", "assigned_by")) == [(None, None)] * 3


def test_one_alone_is_given_and_freed(claims: list[Claim], reviewer: User, editor: User) -> None:
    claim = claims[0]

    given = assign_claim(claim=claim, seen=claim.version, assignee=reviewer, by=editor)

    assert (given.assignee, given.assigned_by) == (reviewer, editor)
    assert given.version > claim.version
    freed = assign_claim(claim=claim, seen=given.version, assignee=None, by=editor)
    assert (freed.assignee, freed.assigned_by) == (None, None)


def test_one_alone_is_given_as_it_was_seen(
    claims: list[Claim], reviewer: User, editor: User
) -> None:
    with pytest.raises(StaleVersionError):
        assign_claim(claim=claims[0], seen=claims[0].version - 1, assignee=reviewer, by=editor)


def test_one_alone_goes_to_nobody_who_has_judged_it_in_this_round(
    claims: list[Claim], reviewer: User, editor: User
) -> None:
    make_verdict(claims[0], reviewer, second_review=True)
    claims[0].refresh_from_db()

    with pytest.raises(RuleError, match="another person"):
        assign_claim(claim=claims[0], seen=claims[0].version, assignee=reviewer, by=editor)


def test_one_alone_goes_to_no_account_that_is_closed(
    claims: list[Claim], reviewer: User, editor: User
) -> None:
    reviewer.is_active = False

    with pytest.raises(RuleError, match="does not review at its desk"):
        assign_claim(claim=claims[0], seen=claims[0].version, assignee=reviewer, by=editor)


def test_a_withdrawn_claim_alone_is_given_to_nobody(
    claims: list[Claim], reviewer: User, editor: User
) -> None:
    claim = withdraw_claim(claim=claims[0], seen=claims[0].version, by=reviewer)

    with pytest.raises(RuleError, match="Restore it first"):
        assign_claim(claim=claim, seen=claim.version, assignee=reviewer, by=editor)


def test_who_passed_one_over_is_asked_again_when_it_alone_is_given_to_them(
    claims: list[Claim], reviewer: User, editor: User
) -> None:
    Skip.objects.create(claim=claims[0], user=reviewer, reason="Not my language.")

    assign_claim(claim=claims[0], seen=claims[0].version, assignee=reviewer, by=editor)

    assert not Skip.objects.exists()


def test_a_name_is_confided_by_an_assignment_among_many(
    claims: list[Claim], reviewer: User, editor: User
) -> None:
    secret: Source = make_source("Pavel Petrov", editor, protected=True)
    make_evidence(claims[0], secret, editor)

    assign_claims(claims=claims, assignee=reviewer, by=editor)

    assert secret.label_for(User.objects.get(pk=reviewer.pk)) == "Pavel Petrov"


def test_each_article_counts_one_change_and_its_claims_bear_it(
    claims: list[Claim], reviewer: User, editor: User
) -> None:
    before = dict(Article.objects.values_list("pk", "version"))

    done = assign_claims(claims=claims, assignee=reviewer, by=editor)

    after = dict(Article.objects.values_list("pk", "version"))
    assert after == {pk: version + 1 for pk, version in before.items()}
    assert {claim.version == after[claim.article_id] for claim in Claim.objects.all()} == {True}
    assert {change.version for change in done.changed} <= set(after.values())


def test_what_stands_so_already_is_no_change(
    claims: list[Claim], reviewer: User, editor: User
) -> None:
    assign_claims(claims=claims, assignee=reviewer, by=editor)
    before = dict(Claim.objects.values_list("pk", "version"))

    again = assign_claims(claims=claims, assignee=reviewer, by=editor)

    assert (again.changed, again.refused) == ([], [])
    assert dict(Claim.objects.values_list("pk", "version")) == before


def test_what_cannot_be_is_refused_with_its_reason_and_the_rest_is_done(
    claims: list[Claim], reviewer: User, second_reviewer: User, editor: User
) -> None:
    withdraw_claim(claim=claims[0], seen=claims[0].version, by=editor)
    make_verdict(claims[1], reviewer, second_review=True)

    done = assign_claims(claims=claims, assignee=reviewer, by=editor)

    reasons = {refused.claim.pk: refused.reason for refused in done.refused}
    assert [change.claim for change in done.changed] == [claims[2].pk]
    assert "withdrawn" in reasons[claims[0].pk]
    assert reasons[claims[1].pk].startswith("rosa has judged it already")

    second = assign_claims(claims=[claims[1]], assignee=second_reviewer, by=editor)
    assert len(second.changed) == 1


@pytest.mark.parametrize(
    ("who", "to", "reason"),
    [
        ("reviewer", "second_reviewer", "Your role at its desk does not allow"),
        ("neighbour", "reviewer", "Your role at its desk does not allow"),
        ("editor", "neighbour", "nils does not review at its desk."),
        ("editor", "outsider", "otto does not review at its desk."),
    ],
)
def test_who_may_assign_to_whom(
    request: pytest.FixtureRequest, claims: list[Claim], who: str, to: str, reason: str
) -> None:
    by, assignee = request.getfixturevalue(who), request.getfixturevalue(to)

    done = assign_claims(claims=claims, assignee=assignee, by=by)

    assert done.changed == []
    assert all(refused.reason.startswith(reason) for refused in done.refused)
    assert len(done.refused) == 3
    assert assignees(claims) == [None] * 3


def test_assigning_a_claim_asks_anew_whoever_passed_it_over(
    claims: list[Claim], reviewer: User, second_reviewer: User, editor: User
) -> None:
    for person in (reviewer, second_reviewer):
        Skip.objects.create(claim=claims[0], user=person, reason="Too long.")

    assign_claims(claims=claims, assignee=reviewer, by=editor)

    assert [skip.user for skip in Skip.objects.all()] == [second_reviewer]


def test_spread_evenly_by_what_each_has_already(
    claims: list[Claim], article: Article, reviewer: User, second_reviewer: User, editor: User
) -> None:
    mine = make_claim(article, "fisherman", reviewer)
    assign_claims(claims=[mine], assignee=reviewer, by=editor)

    done = spread_claims(claims=claims, over=[reviewer, second_reviewer], by=editor, due_on=DUE)

    assert len(done.changed) == 3
    assert sorted(filter(None, assignees([mine, *claims]))) == ["rosa", "rosa", "samir", "samir"]
    assert {claim.due_on for claim in Claim.objects.exclude(pk=mine.pk)} == {DUE}


def test_a_second_review_is_spread_to_others_than_its_first_reviewer(
    claims: list[Claim], reviewer: User, second_reviewer: User, editor: User
) -> None:
    for claim in claims:
        make_verdict(claim, reviewer, second_review=True)

    spread_claims(claims=claims, over=[reviewer, second_reviewer], by=editor)

    assert assignees(claims) == ["samir"] * 3


def test_put_back_gives_each_its_former_plan(
    claims: list[Claim], reviewer: User, second_reviewer: User, editor: User
) -> None:
    assign_claims(claims=claims[:1], assignee=reviewer, by=editor, priority=1)
    done = assign_claims(claims=claims, assignee=second_reviewer, by=editor, due_on=DUE)

    back = put_back(changes=done.changed, by=editor)

    assert len(back.changed) == 3
    assert assignees(claims) == ["rosa", None, None]
    claims[0].refresh_from_db()
    assert (claims[0].assigned_by, claims[0].priority, claims[0].due_on) == (editor, 1, None)


def test_put_back_leaves_what_was_changed_since(
    claims: list[Claim], reviewer: User, editor: User
) -> None:
    done = assign_claims(claims=claims, assignee=reviewer, by=editor)
    claim = Claim.objects.get(pk=claims[0].pk)
    edit_claim(claim=claim, seen=claim.version, by=reviewer, note="Ask the office.", claimant=None)

    back = put_back(changes=done.changed, by=editor)

    assert [refused.reason for refused in back.refused] == ["It was changed since."]
    assert assignees(claims) == ["rosa", None, None]


@pytest.mark.parametrize("number", [1, 3])
def test_the_statements_are_as_many_for_one_claim_as_for_three(
    claims: list[Claim],
    reviewer: User,
    editor: User,
    number: int,
    django_assert_num_queries: Callable[[int], Any],
) -> None:
    people = [User.objects.get(pk=editor.pk), User.objects.get(pk=reviewer.pk)]
    with django_assert_num_queries(13):
        assign_claims(claims=claims[:number], assignee=people[1], by=people[0], due_on=DUE)
