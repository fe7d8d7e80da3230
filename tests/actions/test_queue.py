from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from articles.actions.assignment import assign_claims
from articles.actions.leases import LEASE, release, standing_lease, take
from articles.actions.moves import move_claim
from articles.actions.passing import bring_back, hand_back, skip_claim
from articles.actions.queue import Queue, Section
from articles.models import (
    Article,
    Claim,
    Desk,
    Lease,
    Membership,
    RuleError,
    Skip,
    Status,
    Transition,
    User,
)
from tests.factories import make_article, make_claim, make_person, make_verdict

WORDS = ("The river rose", "The bridge fell", "The road closed", "The school opened", "Rain fell")
TEXT = ". ".join(WORDS) + "."


@pytest.fixture
def claims(desk: Desk, editor: User) -> list[Claim]:
    """Five open claims that nobody has, in the order they were marked."""
    article = make_article(desk, editor, TEXT)
    return [make_claim(article, words, editor) for words in WORDS]


def queued(user: User, section: Section) -> list[str]:
    return [claim.text for claim in Queue(user).first(section, 10)]


def changed(claim: Claim, **fields: object) -> Claim:
    Claim.objects.filter(pk=claim.pk).update(**fields)
    return claim


def expire(claim: Claim) -> None:
    """As if the lease had been taken longer ago."""
    Lease.objects.filter(claim=claim).update(expires_at=timezone.now() - timedelta(seconds=1))


def next_words(user: User, after: Claim | None = None) -> str | None:
    claim = Queue(user).take_next(after)
    return claim.text if claim else None


class TestOrder:
    def test_urgent_first_then_due_then_oldest(self, claims: list[Claim], reviewer: User) -> None:
        changed(claims[1], due_on=date(2026, 12, 2))
        changed(claims[2], due_on=date(2026, 12, 1))
        changed(claims[3], priority=Claim.Priority.HIGH)
        changed(claims[4], priority=Claim.Priority.URGENT)

        assert queued(reviewer, Section.POOL) == [WORDS[n] for n in (4, 3, 2, 1, 0)]

    def test_of_mine_those_in_review_come_first(
        self, claims: list[Claim], reviewer: User, editor: User
    ) -> None:
        assign_claims(claims=claims[:3], assignee=reviewer, by=editor, priority=2)
        changed(claims[2], priority=0)
        claims[2].refresh_from_db()
        move_claim(claim=claims[2], seen=claims[2].version, name="start", by=reviewer)

        assert queued(reviewer, Section.MINE) == [WORDS[2], WORDS[0], WORDS[1]]

    def test_mine_then_second_reviews_then_the_pool(
        self, claims: list[Claim], reviewer: User, second_reviewer: User, editor: User
    ) -> None:
        make_verdict(claims[0], second_reviewer, second_review=True)
        changed(claims[1], priority=Claim.Priority.URGENT)
        assign_claims(claims=[claims[2]], assignee=reviewer, by=editor)

        taken = [next_words(reviewer)]
        for at in (2, 0):
            taken.append(next_words(reviewer, claims[at]))

        assert taken == [WORDS[2], WORDS[0], WORDS[1]]

    def test_the_pools_of_several_desks_are_one(
        self, claims: list[Claim], reviewer: User, other_desk: Desk, neighbour: User
    ) -> None:
        role = Membership.objects.get(user=reviewer).role
        Membership.objects.create(desk=other_desk, user=reviewer, role=role)
        other = make_claim(make_article(other_desk, neighbour, "A game was lost."), "A", neighbour)
        changed(other, priority=Claim.Priority.HIGH)

        assert queued(reviewer, Section.POOL) == ["A", *WORDS]


class TestWhoseTurn:
    def test_what_is_of_another_desk_is_in_nobody_else_s_queue(
        self, claims: list[Claim], neighbour: User, outsider: User
    ) -> None:
        for person in (neighbour, outsider):
            assert [queued(person, section) for section in Section] == [[], [], [], []]
            assert next_words(person) is None

    def test_an_admin_has_the_pools_of_all_desks(self, claims: list[Claim], admin: User) -> None:
        assert queued(admin, Section.POOL) == list(WORDS)

    def test_a_second_review_is_never_its_first_reviewer_s(
        self, claims: list[Claim], reviewer: User, second_reviewer: User
    ) -> None:
        make_verdict(claims[0], reviewer, second_review=True)

        assert queued(reviewer, Section.SECOND) == []
        assert queued(second_reviewer, Section.SECOND) == [WORDS[0]]

    def test_a_verdict_of_an_earlier_round_is_none_of_this_one(
        self, claims: list[Claim], reviewer: User, second_reviewer: User, editor: User
    ) -> None:
        make_verdict(claims[0], second_reviewer, second_review=True)
        claims[0].refresh_from_db()
        returned = {"claim": claims[0], "name": "return", "by": editor, "note": "Once more."}
        move_claim(seen=claims[0].version, **returned)
        make_verdict(claims[0], reviewer, second_review=True)

        assert queued(second_reviewer, Section.SECOND) == [WORDS[0]]

    def test_a_second_review_assigned_to_somebody_waits_for_them_alone(
        self, claims: list[Claim], reviewer: User, second_reviewer: User, editor: User
    ) -> None:
        make_verdict(claims[0], reviewer, second_review=True)
        assign_claims(claims=[claims[0]], assignee=second_reviewer, by=editor)

        assert queued(second_reviewer, Section.SECOND) == [WORDS[0]]
        assert queued(editor, Section.SECOND) == []

    def test_what_reviewers_differ_about_waits_for_nobody_s_second_review(
        self, desk: Desk, claims: list[Claim], reviewer: User, second_reviewer: User
    ) -> None:
        third = make_person("tove", desk=desk)
        make_verdict(claims[0], reviewer, rating="true", second_review=True)
        make_verdict(claims[0], second_reviewer, rating="false")

        assert queued(third, Section.SECOND) == []

    @pytest.mark.parametrize("status", [Status.WITHDRAWN])
    def test_what_needs_no_review_is_in_no_queue(
        self, claims: list[Claim], reviewer: User, editor: User, status: str
    ) -> None:
        assign_claims(claims=claims[:1], assignee=reviewer, by=editor)
        changed(claims[0], status=status)
        changed(claims[1], status=status)

        assert queued(reviewer, Section.MINE) == []
        assert queued(reviewer, Section.POOL) == list(WORDS[2:])

    def test_what_needs_a_recheck_is_in_the_queue(
        self, claims: list[Claim], reviewer: User
    ) -> None:
        changed(claims[0], status=Status.NEEDS_RECHECK)
        assert queued(reviewer, Section.POOL) == list(WORDS)


class TestLease:
    def test_what_one_takes_others_do_not_get(
        self, claims: list[Claim], reviewer: User, second_reviewer: User
    ) -> None:
        assert next_words(reviewer) == WORDS[0]
        assert next_words(second_reviewer) == WORDS[1]
        assert queued(second_reviewer, Section.POOL) == list(WORDS[1:])

    def test_it_runs_out(self, claims: list[Claim], reviewer: User, second_reviewer: User) -> None:
        take(claims[0].pk, reviewer)
        expire(claims[0])

        assert standing_lease(claims[0]) is None
        assert next_words(second_reviewer) == WORDS[0]
        lease = standing_lease(claims[0])
        assert lease is not None
        assert lease.user == second_reviewer
        assert lease.taken_at > timezone.now() - timedelta(minutes=1)

    def test_work_prolongs_it_and_it_is_told_since_when(
        self, claims: list[Claim], reviewer: User
    ) -> None:
        take(claims[0].pk, reviewer)
        began = timezone.now() - timedelta(minutes=10)
        soon = timezone.now() + timedelta(minutes=5)
        Lease.objects.update(taken_at=began, expires_at=soon)

        assert take(claims[0].pk, reviewer)

        lease = Lease.objects.get()
        assert lease.taken_at == began
        assert lease.expires_at > soon + LEASE - timedelta(minutes=6)

    def test_another_s_is_taken_over_knowingly_alone(
        self, claims: list[Claim], reviewer: User, second_reviewer: User
    ) -> None:
        take(claims[0].pk, reviewer)

        assert not take(claims[0].pk, second_reviewer)
        assert Lease.objects.get().user == reviewer
        assert take(claims[0].pk, second_reviewer, knowingly=True)
        assert Lease.objects.get().user == second_reviewer

    def test_one_releases_one_s_own_alone(
        self, claims: list[Claim], reviewer: User, second_reviewer: User
    ) -> None:
        take(claims[0].pk, reviewer)
        release(claims[0].pk, second_reviewer)
        assert Lease.objects.exists()
        release(claims[0].pk, reviewer)
        assert not Lease.objects.exists()


class TestNext:
    def test_who_goes_on_comes_to_what_they_left_at_the_end(
        self, claims: list[Claim], reviewer: User
    ) -> None:
        found, claim = [], None
        for _ in range(7):
            claim = Queue(reviewer).take_next(claim)
            assert claim is not None
            found.append(claim.text)

        assert found == [*WORDS, WORDS[0], WORDS[1]]

    def test_who_begins_goes_on_with_what_they_had(
        self, claims: list[Claim], reviewer: User
    ) -> None:
        assert next_words(reviewer) == next_words(reviewer) == WORDS[0]

    def test_nothing_is_left(self, claims: list[Claim], reviewer: User) -> None:
        Claim.objects.exclude(pk=claims[0].pk).update(status=Status.WITHDRAWN)
        assert next_words(reviewer) == WORDS[0]
        assert next_words(reviewer, claims[0]) is None

    def test_ahead_tells_the_next_and_takes_nothing(
        self, claims: list[Claim], reviewer: User
    ) -> None:
        claim = Queue(reviewer).take_next()
        ahead = Queue(reviewer).ahead(claim)
        assert ahead is not None
        assert ahead.text == WORDS[1]
        assert Lease.objects.count() == 1
        assert next_words(reviewer, claim) == ahead.text

    @pytest.mark.parametrize("number", [1, 3])
    def test_queries(
        self,
        claims: list[Claim],
        reviewer: User,
        number: int,
        django_assert_num_queries: Callable[[int], Any],
    ) -> None:
        Claim.objects.exclude(pk__in=[c.pk for c in claims[:number]]).update(status="withdrawn")
        queue = Queue(User.objects.get(pk=reviewer.pk))
        with django_assert_num_queries(12):
            queue.take_next()
        with django_assert_num_queries(2):
            queue.first(Section.POOL, 10)
        with django_assert_num_queries(1):
            queue.count(Section.POOL)


class TestPassing:
    def test_a_skipped_claim_is_left_out_for_who_skipped_it_until_it_is_brought_back(
        self, claims: list[Claim], reviewer: User, second_reviewer: User
    ) -> None:
        take(claims[0].pk, reviewer)
        skip_claim(claim=claims[0], by=reviewer, reason="I know the author.")

        assert queued(reviewer, Section.POOL) == list(WORDS[1:])
        assert queued(reviewer, Section.SKIPPED) == [WORDS[0]]
        assert queued(second_reviewer, Section.POOL) == list(WORDS)
        assert not Lease.objects.exists()

        bring_back(claim=claims[0], by=reviewer)
        assert queued(reviewer, Section.POOL) == list(WORDS)

    def test_skipping_again_keeps_the_last_reason(
        self, claims: list[Claim], reviewer: User
    ) -> None:
        for reason in ("Too long.", "Not my language."):
            skip_claim(claim=claims[0], by=reviewer, reason=reason)
        assert Skip.objects.get().reason == "Not my language."

    def test_handing_back_gives_it_to_the_others(
        self, claims: list[Claim], reviewer: User, second_reviewer: User, editor: User
    ) -> None:
        assign_claims(claims=claims[:1], assignee=reviewer, by=editor)
        claim = Claim.objects.get(pk=claims[0].pk)
        claim = move_claim(claim=claim, seen=claim.version, name="start", by=reviewer)

        hand_back(claim=claim, seen=claim.version, by=reviewer, reason="It needs a chemist.")

        claim.refresh_from_db()
        assert (claim.status, claim.assignee, claim.assigned_by) == (Status.OPEN, None, None)
        assert Transition.objects.latest("id").note == "It needs a chemist."
        assert queued(reviewer, Section.POOL) == list(WORDS[1:])
        assert queued(second_reviewer, Section.POOL) == list(WORDS)

    def test_a_claim_not_begun_is_handed_back_without_a_move(
        self, claims: list[Claim], reviewer: User, editor: User
    ) -> None:
        assign_claims(claims=claims[:1], assignee=reviewer, by=editor)
        claim = Claim.objects.get(pk=claims[0].pk)

        hand_back(claim=claim, seen=claim.version, by=reviewer, reason="No time.")

        assert not Transition.objects.exists()
        assert Skip.objects.get().reason == "No time."

    def test_only_one_s_own_is_handed_back(self, claims: list[Claim], reviewer: User) -> None:
        with pytest.raises(RuleError, match="only what is assigned to you"):
            hand_back(claim=claims[0], seen=claims[0].version, by=reviewer, reason="No time.")

    def test_what_waits_for_others_is_not_handed_back(
        self, claims: list[Claim], reviewer: User
    ) -> None:
        make_verdict(claims[0], reviewer, second_review=True)
        claim = Claim.objects.get(pk=claims[0].pk)
        with pytest.raises(RuleError, match="awaiting second review is not handed back"):
            hand_back(claim=claim, seen=claim.version, by=reviewer, reason="No time.")


def in_parallel(people: list[User], work: Callable[[User], Any]) -> list[Any]:
    def closing(person: User) -> Any:
        try:
            return work(person)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(closing, people))


@pytest.mark.django_db(transaction=True)
def test_twenty_who_ask_at_once_get_twenty_claims(desk: Desk) -> None:
    people = [make_person(f"person{n}", desk=desk) for n in range(20)]
    text = " ".join(f"word{n:02}" for n in range(30))
    article: Article = make_article(desk, people[0], text)
    for n in range(30):
        make_claim(article, f"word{n:02}", people[0])

    taken = in_parallel(people, lambda person: Queue(person).take_next())

    assert len({claim.pk for claim in taken}) == 20
    assert set(Lease.objects.values_list("claim", "user")) == {
        (claim.pk, person.pk) for claim, person in zip(taken, people, strict=True)
    }


@pytest.mark.django_db(transaction=True)
def test_one_of_eight_gets_the_only_claim(desk: Desk) -> None:
    people = [make_person(f"person{n}", desk=desk) for n in range(8)]
    make_claim(make_article(desk, people[0], "Rain fell."), "Rain fell", people[0])

    taken = in_parallel(people, lambda person: Queue(person).take_next())

    assert len([claim for claim in taken if claim]) == 1
