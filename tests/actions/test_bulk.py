"""Many claims at once: each by its own rules, the rest done, and all of it taken back."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pghistory
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from articles.actions.bulk import Done, assign_many, move_many, set_kind, undo
from articles.actions.claims import edit_claim
from articles.actions.moves import move_claim
from articles.actions.passing import hand_back
from articles.models import Article, Claim, Notification, RuleError, Transition, User
from tests.factories import make_article, make_claim, make_evidence, make_person, make_verdict
from tests.importing.test_load import wait_for_a_waiter

WORDS = [f"word{number:03}" for number in range(40)]


@pytest.fixture
def article(desk: Any, editor: User) -> Article:
    return make_article(desk, editor, " ".join(WORDS))


@pytest.fixture
def claims(article: Article, editor: User) -> list[Claim]:
    return [make_claim(article, words, editor) for words in WORDS[:4]]


def seen(claims: list[Claim]) -> dict[Any, int]:
    return dict(Claim.objects.filter(pk__in=[c.pk for c in claims]).values_list("pk", "version"))


def standing(claims: list[Claim]) -> list[tuple[Any, ...]]:
    fields = ("status", "verdict", "assignee", "assigned_by", "due_on", "priority", "kind")
    found = Claim.objects.filter(pk__in=[c.pk for c in claims]).order_by("number")
    return list(found.values_list(*fields))


def reasons(done: Done) -> dict[int, str]:
    return {refused.claim.number: refused.reason for refused in done.refused}


def test_assigning_tells_the_assignee_and_can_be_undone_and_done_again(
    claims: list[Claim], editor: User, reviewer: User
) -> None:
    before = standing(claims)
    done = assign_many(seen=seen(claims), by=editor, assignee=reviewer, due_on=date(2026, 4, 1))

    assert (len(done.changed), done.refused) == (4, [])
    after = standing(claims)
    assert {row[2:5] for row in after} == {(reviewer.pk, editor.pk, date(2026, 4, 1))}
    assert Notification.objects.filter(user=reviewer, kind="assigned").count() == 4

    undone = undo(done=done.id, by=editor)
    assert standing(claims) == before
    assert not Notification.objects.filter(user=reviewer).exists()
    undo(done=undone.id, by=editor)
    assert standing(claims) == after


def test_a_claim_that_changed_meanwhile_is_refused_and_the_rest_done(
    claims: list[Claim], editor: User
) -> None:
    versions = seen(claims)
    edit_claim(claim=claims[1], seen=claims[1].version, by=editor, note="x", claimant=None)
    done = set_kind(seen=versions, by=editor, kind="figure")

    assert reasons(done) == {2: "It was changed meanwhile."}
    assert [row[-1] for row in standing(claims)] == ["figure", "statement", "figure", "figure"]


def test_moves_keep_each_claim_s_own_rules(
    claims: list[Claim], editor: User, reviewer: User, source: Any
) -> None:
    for claim in claims[:2]:
        make_evidence(claim, source, reviewer)
        make_verdict(claim, reviewer)
    done = move_many(seen=seen(claims), by=editor, name="publish", note="For the evening.")

    assert [row[0] for row in standing(claims)] == ["published", "published", "open", "open"]
    assert reasons(done) == dict.fromkeys((3, 4), "Only a decided claim can be published.")
    told = Transition.objects.filter(target="published").values_list("by", "note")
    assert set(told) == {(editor.pk, "For the evening.")}

    undo(done=done.id, by=editor)
    assert [row[0] for row in standing(claims)] == ["decided", "decided", "open", "open"]
    assert Transition.objects.filter(origin="published", target="decided").count() == 2


def test_rechecks_tell_all_who_judged(claims: list[Claim], editor: User, reviewer: User) -> None:
    make_verdict(claims[0], reviewer)
    move_many(seen=seen(claims), by=editor, name="recheck")
    told = Notification.objects.filter(kind="recheck").values_list("claim", "user")
    assert list(told) == [(claims[0].pk, reviewer.pk)]


def test_returning_and_its_undo_keep_the_verdict(
    claims: list[Claim], editor: User, reviewer: User
) -> None:
    verdict = make_verdict(claims[0], reviewer)
    done = move_many(seen=seen(claims[:1]), by=editor, name="return", note="Look again.")
    assert standing(claims)[0][:2] == ("in_review", None)
    undo(done=done.id, by=editor)
    assert standing(claims)[0][:2] == ("decided", verdict.pk)


def test_undo_refuses_what_was_changed_since_and_says_which(
    claims: list[Claim], editor: User
) -> None:
    done = move_many(seen=seen(claims), by=editor, name="withdraw")
    third = Claim.objects.get(pk=claims[2].pk)
    edit_claim(claim=third, seen=third.version, by=editor, note="x", claimant=None)
    undone = undo(done=done.id, by=editor)

    assert reasons(undone) == {3: "It was changed since."}
    assert [row[0] for row in standing(claims)] == ["open", "open", "withdrawn", "open"]


def test_one_s_own_steps_are_undone_one_after_the_other_but_bring_no_verdict_back(
    claims: list[Claim], editor: User, reviewer: User
) -> None:
    make_verdict(claims[0], reviewer)
    before = standing(claims)

    def request(act: Callable[..., Done], **values: Any) -> Done:
        with pghistory.context(user=editor.pk):
            return act(by=editor, **values)

    given = request(assign_many, seen=seen(claims), assignee=reviewer)
    urgent = request(assign_many, seen=seen(claims), priority=2)
    assert len(request(undo, done=given.id).refused) == 4
    request(undo, done=urgent.id)
    assert request(undo, done=given.id).refused == []
    assert standing(claims) == before

    # A verdict holds for what it was based on, and this would have to be looked at again.
    doubted = request(move_many, seen=seen(claims[:1]), name="recheck")
    urgent = request(assign_many, seen=seen(claims[:1]), priority=2)
    request(undo, done=urgent.id)
    assert reasons(request(undo, done=doubted.id)) == {1: "It was changed since."}


def test_only_who_publishes_brings_back_what_was_published(
    claims: list[Claim], editor: User, reviewer: User
) -> None:
    for claim in claims[:2]:
        make_verdict(claim, reviewer)
    move_many(seen=seen(claims[:1]), by=editor, name="publish")

    done = move_many(seen=seen(claims[:2]), by=reviewer, name="recheck")
    why = "It was published. An editor can publish it again once it is decided."
    assert reasons(undo(done=done.id, by=reviewer)) == {1: why}
    assert [row[0] for row in standing(claims[:2])] == ["needs_recheck", "decided"]

    move_many(seen=seen(claims[1:2]), by=editor, name="publish")
    done = move_many(seen=seen(claims[1:2]), by=editor, name="recheck")
    assert undo(done=done.id, by=editor).refused == []
    assert standing(claims[1:2])[0][0] == "published"


@pytest.mark.django_db(transaction=True)
def test_what_a_colleague_saves_while_the_undo_waits_for_them_stays(desk: Any) -> None:
    editor, colleague = (make_person(name, desk=desk, role="editor") for name in ("edith", "otto"))
    claim = make_claim(make_article(desk, editor, "Rain fell."), "Rain fell", editor)
    done = assign_many(seen=seen([claim]), by=editor, assignee=editor)

    def undone() -> Done:
        try:
            return undo(done=done.id, by=editor)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            assign_many(seen=seen([claim]), by=colleague, assignee=colleague)
            waiting = pool.submit(undone)
            wait_for_a_waiter()
        assert reasons(waiting.result()) == {1: "It was changed since."}

    claim.refresh_from_db()
    assert claim.assignee == colleague


def test_a_withdrawal_whose_words_were_marked_again_stays(
    claims: list[Claim], article: Article, editor: User
) -> None:
    done = move_many(seen=seen(claims), by=editor, name="withdraw")
    make_claim(article, WORDS[0], editor)
    assert reasons(undo(done=done.id, by=editor)) == {1: "Its words were marked again."}


def test_a_reviewer_may_not_assign_nor_publish(
    claims: list[Claim], reviewer: User, editor: User
) -> None:
    make_verdict(claims[0], editor)
    before = standing(claims)
    done = assign_many(seen=seen(claims), by=reviewer, assignee=reviewer)
    assert len(done.refused) == 4
    done = move_many(seen=seen(claims[:1]), by=reviewer, name="publish")
    assert reasons(done) == {1: "Needs an editor’s role at this desk."}
    assert standing(claims) == before


def test_nobody_s_and_one_s_own_are_handed_back_and_a_colleague_s_by_editors_alone(
    claims: list[Claim], reviewer: User, second_reviewer: User, editor: User
) -> None:
    for claim, assignee in zip(claims, (reviewer, second_reviewer, None), strict=False):
        Claim.objects.filter(pk=claim.pk).update(status="in_review", assignee=assignee)

    done = move_many(seen=seen(claims[:3]), by=reviewer, name="hand_back")
    why = "It is a colleague’s, and taking it from them needs an editor’s role at this desk."
    assert reasons(done) == {2: why}
    assert [row[0] for row in standing(claims[:3])] == ["open", "in_review", "open"]

    done = move_many(seen=seen(claims[1:2]), by=editor, name="hand_back")
    assert (len(done.changed), done.refused) == (1, [])
    assert standing(claims[1:2])[0][2] is None


@pytest.mark.parametrize("way", ["many", "one", "their own"])
def test_whose_claim_is_handed_back_has_nothing_of_it_to_read(
    claims: list[Claim], reviewer: User, editor: User, way: str
) -> None:
    assign_many(seen=seen(claims[:1]), by=editor, assignee=reviewer)
    [claim] = Claim.objects.filter(pk=claims[0].pk)
    claim = move_claim(claim=claim, seen=claim.version, name="start", by=editor)
    assert Notification.objects.filter(user=reviewer, read_at=None).exists()
    if way == "many":
        move_many(seen=seen([claim]), by=editor, name="hand_back")
    elif way == "one":
        move_claim(claim=claim, seen=claim.version, name="hand_back", by=editor)
    else:
        hand_back(claim=claim, seen=claim.version, by=reviewer, reason="Not mine.")
    assert not Notification.objects.exists()


def test_claims_of_other_desks_are_not_there(claims: list[Claim], neighbour: User) -> None:
    done = move_many(seen=seen(claims), by=neighbour, name="start")
    assert (done.changed, done.refused) == ([], [])


def test_nobody_undoes_what_another_did(claims: list[Claim], editor: User, admin: User) -> None:
    done = set_kind(seen=seen(claims), by=editor, kind="event")
    with pytest.raises(RuleError, match="nothing of yours"):
        undo(done=done.id, by=admin)


@pytest.mark.parametrize("name", ["restore", "no such move"])
def test_no_such_move_of_many(claims: list[Claim], editor: User, name: str) -> None:
    with pytest.raises(RuleError, match="no move"):
        move_many(seen=seen(claims), by=editor, name=name)


def test_a_move_that_needs_a_note_is_refused_without(claims: list[Claim], editor: User) -> None:
    with pytest.raises(RuleError, match="needs a note"):
        move_many(seen=seen(claims), by=editor, name="unpublish", note=" ")


def test_as_many_statements_for_any_number(article: Article, editor: User, reviewer: User) -> None:
    claims = [make_claim(article, words, editor) for words in WORDS]

    def statements(some: list[Claim]) -> list[int]:
        counts = []

        def count(act: Callable[..., Done], **values: Any) -> Done:
            with CaptureQueriesContext(connection) as captured:
                done = act(by=editor, **values)
            assert len(done.changed) == len(some)
            counts.append(len(captured))
            return done

        done = count(assign_many, seen=seen(some), assignee=reviewer)
        count(undo, done=done.id)
        count(move_many, seen=seen(some), name="start")
        count(set_kind, seen=seen(some), kind="event")
        count(move_many, seen=seen(some), name="withdraw")
        return counts

    # What each may do is read once per request.
    assert editor.access()
    assert reviewer.access()
    assert statements(claims[:2]) == statements(claims[2:])
