from collections.abc import Callable

import pytest
from django.db import IntegrityError

from articles.actions.citations import cite_claim
from articles.actions.moves import move_claim, restore_claim, withdraw_claim
from articles.models import Article, Claim, Desk, RuleError, Source, Status, User, Verdict
from articles.models.verdict import broken_links
from tests.factories import make_claim, make_evidence, make_person, make_verdict


@pytest.fixture
def claim(article: Article, reviewer: User) -> Claim:
    return make_claim(article, "two metres", reviewer)


@pytest.fixture
def third_reviewer(desk: Desk) -> User:
    return make_person("tom", desk=desk)


def status(claim: Claim) -> str:
    claim.refresh_from_db()
    return claim.status


def move(claim: Claim, name: str, by: User) -> None:
    claim.refresh_from_db()
    move_claim(claim=claim, seen=claim.version, name=name, by=by, note="So it is.")


def seen_by(user: User) -> set[str]:
    return set(Verdict.objects.visible_to(user).values_list("reviewer__username", flat=True))


def test_a_verdict_decides_and_keeps_what_it_was_based_on(
    claim: Claim, reviewer: User, source: Source
) -> None:
    evidence = make_evidence(claim, source, reviewer)
    verdict = make_verdict(claim, reviewer, "mostly_false")
    claim.refresh_from_db()
    assert (claim.status, claim.rating, claim.verdict) == (Status.DECIDED, "mostly_false", verdict)
    assert (verdict.exact, verdict.start, verdict.end) == ("two metres", 18, 28)
    assert verdict.evidence == [
        {
            "source": str(source.pk),
            "relation": "supports",
            "url": "",
            "note": "",
            "document": None,
            "start": None,
            "end": None,
            "exact": evidence.exact,
        }
    ]


def test_evidence_taken_away_is_not_in_the_log_and_names_never_are(
    claim: Claim, reviewer: User, source: Source
) -> None:
    make_evidence(claim, source, reviewer)
    verdict = make_verdict(claim, reviewer)
    assert "Ministry" not in str(verdict.evidence)
    claim.evidence.update(withdrawn_at="2026-01-01T00:00Z")
    nothing = {"none": "Nothing was published on it."}
    assert make_verdict(claim, reviewer).evidence == [nothing]


@pytest.mark.parametrize("reason", ["", " \n "])
def test_a_verdict_on_nothing_needs_the_reason(claim: Claim, reviewer: User, reason: str) -> None:
    with pytest.raises(RuleError, match="Claim 1 rests on nothing"):
        make_verdict(claim, reviewer, no_evidence=reason)
    assert not Verdict.objects.exists()
    assert status(claim) == Status.OPEN


def test_the_reason_is_sealed_with_the_verdict(claim: Claim, reviewer: User) -> None:
    verdict = make_verdict(claim, reviewer, no_evidence=" An opinion of its own. ")
    assert verdict.evidence == [{"none": "An opinion of its own."}]
    assert list(broken_links(Verdict.objects.all())) == []


def test_a_verdict_that_rests_on_an_earlier_claim_needs_no_reason(
    article: Article, claim: Claim, reviewer: User
) -> None:
    other = make_claim(article, "12,000 people", reviewer)
    make_verdict(other, reviewer)
    claim.refresh_from_db()
    cite_claim(claim=claim, seen=claim.version, cited=other, by=reviewer)
    [item] = make_verdict(claim, reviewer, no_evidence="").evidence
    assert item["cites"] == str(other.pk)


@pytest.mark.parametrize(
    ("field", "value"),
    [("rating", "sort of"), ("attribution_accuracy", "maybe"), ("rationale", " \n ")],
)
def test_a_verdict_that_is_none_is_refused_by_the_database(
    claim: Claim, reviewer: User, field: str, value: str
) -> None:
    with pytest.raises(IntegrityError):
        make_verdict(claim, reviewer, **{field: value})


@pytest.mark.parametrize("name", ["published", "withdrawn"])
def test_a_published_or_withdrawn_claim_takes_no_verdict(
    claim: Claim, reviewer: User, editor: User, name: str
) -> None:
    make_verdict(claim, reviewer)
    claim.refresh_from_db()
    if name == "published":
        move(claim, "publish", editor)
    else:
        withdraw_claim(claim=claim, seen=claim.version, by=reviewer)
    with pytest.raises(RuleError, match=f"The claim is {name}"):
        make_verdict(claim, reviewer)
    assert Verdict.objects.count() == 1


# Second review


def test_two_who_agree_decide(claim: Claim, reviewer: User, second_reviewer: User) -> None:
    make_verdict(claim, reviewer, second_review=True)
    assert status(claim) == Status.AWAITING_SECOND_REVIEW
    assert claim.rating == ""
    second = make_verdict(claim, second_reviewer)
    assert status(claim) == Status.DECIDED
    assert claim.verdict == second


def test_nobody_is_one_s_own_second_reviewer_not_even_an_editor(claim: Claim, editor: User) -> None:
    make_verdict(claim, editor, second_review=True)
    make_verdict(claim, editor)
    assert status(claim) == Status.AWAITING_SECOND_REVIEW


def test_a_desk_may_want_a_second_review_of_every_claim(
    desk: Desk, claim: Claim, reviewer: User
) -> None:
    Desk.objects.filter(pk=desk.pk).update(reviewers=2)
    make_verdict(claim, reviewer)
    assert status(claim) == Status.AWAITING_SECOND_REVIEW


def test_verdicts_of_an_earlier_round_do_not_second_this_one(
    claim: Claim, reviewer: User, second_reviewer: User, editor: User
) -> None:
    make_verdict(claim, second_reviewer, "true")
    move(claim, "return", editor)
    make_verdict(claim, reviewer, "false", second_review=True)
    make_verdict(claim, reviewer, "true")
    assert status(claim) == Status.AWAITING_SECOND_REVIEW
    make_verdict(claim, second_reviewer, "true")
    assert status(claim) == Status.DECIDED


def test_withdrawing_and_restoring_does_not_end_the_round(
    claim: Claim, reviewer: User, second_reviewer: User
) -> None:
    make_verdict(claim, reviewer, second_review=True)
    claim.refresh_from_db()
    away = withdraw_claim(claim=claim, seen=claim.version, by=reviewer)
    restore_claim(claim=away, seen=away.version, by=reviewer)
    make_verdict(claim, second_reviewer)
    assert status(claim) == Status.DECIDED


# Who sees which verdict


@pytest.fixture
def everybody(
    reviewer: User, second_reviewer: User, third_reviewer: User, editor: User, admin: User
) -> list[User]:
    return [reviewer, second_reviewer, third_reviewer, editor, admin]


def test_reviews_are_blind_for_whoever_has_not_judged_editors_and_admins_too(
    claim: Claim, everybody: list[User], neighbour: User
) -> None:
    Desk.objects.update(reviewers=3)
    rosa, samir, tom, edith, ada = everybody
    make_verdict(claim, rosa)
    assert seen_by(rosa) == {"rosa"}
    for person in (samir, tom, edith, ada, neighbour):
        assert seen_by(person) == set(), person
    make_verdict(claim, samir, "false")
    assert seen_by(rosa) == seen_by(samir) == {"rosa", "samir"}
    for person in (tom, edith, ada):
        assert seen_by(person) == set(), person


def test_where_reviewers_differ_editors_see_and_other_reviewers_do_not(
    claim: Claim, everybody: list[User]
) -> None:
    rosa, samir, tom, edith, ada = everybody
    make_verdict(claim, rosa, second_review=True)
    make_verdict(claim, samir, "false")
    for person in (rosa, samir, edith, ada):
        assert seen_by(person) == {"rosa", "samir"}, person
    assert seen_by(tom) == set()


def withdraw(claim: Claim, by: User, source: Source, editor: User) -> None:
    withdraw_claim(claim=claim, seen=claim.version, by=by)


def link(claim: Claim, by: User, source: Source, editor: User) -> None:
    make_evidence(claim, source, by)


def send_back(claim: Claim, by: User, source: Source, editor: User) -> None:
    move(claim, "return", editor)


@pytest.mark.parametrize("act", [withdraw, link, send_back])
def test_what_happens_to_the_claim_before_it_is_decided_shows_no_verdict(
    claim: Claim,
    reviewer: User,
    second_reviewer: User,
    editor: User,
    source: Source,
    act: Callable[[Claim, User, Source, User], None],
) -> None:
    make_verdict(claim, reviewer, second_review=True)
    claim.refresh_from_db()
    act(claim, second_reviewer, source, editor)
    assert seen_by(second_reviewer) == seen_by(editor) == set()
    assert seen_by(reviewer) == {"rosa"}


def test_verdicts_that_once_decided_stay_in_view_and_new_ones_are_hidden(
    claim: Claim, reviewer: User, second_reviewer: User, editor: User
) -> None:
    old = make_verdict(claim, reviewer)
    move(claim, "return", editor)
    assert set(Verdict.objects.visible_to(second_reviewer)) == {old}
    make_verdict(claim, reviewer, "false", second_review=True)
    assert set(Verdict.objects.visible_to(second_reviewer)) == {old}


def test_a_verdict_of_an_earlier_round_does_not_open_this_one(
    claim: Claim, reviewer: User, second_reviewer: User, editor: User
) -> None:
    make_verdict(claim, second_reviewer)
    move(claim, "return", editor)
    make_verdict(claim, reviewer, second_review=True)
    assert seen_by(second_reviewer) == {"samir"}


def test_decided_verdicts_are_seen_by_the_desk_and_no_other(
    claim: Claim, reviewer: User, second_reviewer: User, neighbour: User, outsider: User
) -> None:
    make_verdict(claim, reviewer)
    assert seen_by(second_reviewer) == {"rosa"}
    assert seen_by(neighbour) == seen_by(outsider) == set()
