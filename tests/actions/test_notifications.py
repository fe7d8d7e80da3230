from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from articles.actions.notifications import (
    mark_read,
    notify_assigned,
    notify_disputed,
    notify_recheck,
)
from articles.actions.verdicts import adjudicate
from articles.models import Article, Claim, Dispute, Notification, User
from tests.factories import make_claim, make_person, make_verdict

Kind = Notification.Kind
WORDS = ("two metres", "one night", "such water", "12,000 people")


@pytest.fixture
def claims(article: Article, reviewer: User) -> list[Claim]:
    return [make_claim(article, words, reviewer) for words in WORDS]


@pytest.fixture
def claim(claims: list[Claim]) -> Claim:
    return claims[0]


def give(claims: list[Claim], assignee: User | None) -> list[Claim]:
    for claim in claims:
        claim.assignee = assignee
        claim.save(update_fields=("assignee",))
    return claims


def told() -> list[tuple[str, int, str]]:
    """Who was told what of which claim, the last first."""
    rows = Notification.objects.values_list("user__username", "claim__number", "kind")
    return list(rows)


def test_the_assignee_is_told_by_whom(claim, editor, reviewer):
    notify_assigned(give([claim], reviewer), by=editor)

    assert told() == [("rosa", 1, "assigned")]
    assert Notification.objects.get().actor == editor


def test_nobody_is_told_what_they_did_themselves(claim, reviewer):
    notify_assigned(give([claim], reviewer), by=reviewer)

    assert told() == []


def test_what_is_told_again_unread_moves_up(claims, editor, reviewer):
    first, second = give(claims[:2], reviewer)
    notify_assigned([first], by=editor)
    notify_assigned([second], by=editor)
    age_all()

    notify_assigned([first], by=editor)

    assert told() == [("rosa", 1, "assigned"), ("rosa", 2, "assigned")]


def age_all() -> None:
    """Everything in a test happens in one transaction, and so at one time."""
    Notification.objects.update(created_at=F("created_at") - timedelta(days=1))


def test_what_was_read_is_told_anew(claim, editor, reviewer):
    give([claim], reviewer)
    notify_assigned([claim], by=editor)
    mark_read(Notification.objects.all())

    notify_assigned([claim], by=editor)

    assert told() == [("rosa", 1, "assigned")] * 2
    assert Notification.objects.filter(read_at=None).count() == 1


@pytest.mark.parametrize("given", [True, False], ids=["to another", "to nobody"])
def test_who_has_a_claim_no_longer_has_nothing_to_read(
    given, claims, editor, reviewer, second_reviewer
):
    notify_assigned(give(claims, reviewer), by=editor)

    notify_assigned(give(claims[:3], second_reviewer if given else None), by=editor)

    assert ("rosa", 4, "assigned") in told()
    assert {number for who, number, _ in told() if who == "rosa"} == {4}
    assert len(told()) == (4 if given else 1)


@pytest.mark.parametrize("number", [1, 4])
def test_any_number_of_claims_takes_the_same_statements(number, claims, editor, reviewer):
    with CaptureQueriesContext(connection) as first_time:
        notify_assigned(give(claims[:number], reviewer), by=editor)
    with CaptureQueriesContext(connection) as again:
        notify_assigned(claims[:number], by=editor)

    assert (len(first_time) - number, len(again)) == (3, 3)


def test_both_reviewers_are_told_that_they_differ_and_not_by_whom(claim, reviewer, second_reviewer):
    first = make_verdict(claim, reviewer, rating="true", second_review=True)
    second = make_verdict(claim, second_reviewer, rating="false")
    Notification.objects.all().delete()

    notify_disputed(Dispute.objects.filter(first=first, second=second))

    assert sorted(told()) == [("rosa", 1, "disputed"), ("samir", 1, "disputed")]
    assert set(Notification.objects.values_list("actor", flat=True)) == {None}


@pytest.mark.parametrize("read", [False, True])
def test_who_was_overruled_is_told_again_and_who_was_followed_is_not(
    claim, reviewer, second_reviewer, editor, read
):
    make_verdict(claim, reviewer, "true", second_review=True)
    make_verdict(claim, second_reviewer, "half_true")
    if read:
        mark_read(Notification.objects.all())
    claim.refresh_from_db()
    judgement = {"rating": "half_true", "attribution_accuracy": "accurate", "rationale": "So."}
    adjudicate(claim=claim, seen=claim.version, by=editor, no_evidence="None.", **judgement)

    again = Notification.objects.filter(actor=editor)
    assert list(again.values_list("user__username", "kind", "read_at")) == [
        ("rosa", "disputed", None)
    ]
    assert Notification.objects.count() == (3 if read else 2)


def test_a_recheck_concerns_the_assignee_and_who_judged(
    claim, reviewer, second_reviewer, editor, desk
):
    make_verdict(claim, reviewer, second_review=True)
    make_verdict(claim, second_reviewer)
    claim.refresh_from_db()
    third = make_person("tessa", desk=desk)
    give([claim], third)
    Notification.objects.all().delete()

    notify_recheck([claim], by=second_reviewer)

    assert sorted(told()) == [("rosa", 1, "recheck"), ("tessa", 1, "recheck")]


def test_read_is_read_once(claim, editor, reviewer):
    notify_assigned(give([claim], reviewer), by=editor)

    assert mark_read(Notification.objects.all()) == 1
    assert mark_read(Notification.objects.all()) == 0
