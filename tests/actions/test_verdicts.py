import pytest
from django.db import IntegrityError

from articles.actions.claims import move_claim, restore_claim, withdraw_claim
from articles.models import Article, Claim, Desk, RuleError, Source, Status, User, Verdict
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
    move_claim(claim=claim, seen=claim.version, name=name, by=by)


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
    assert make_verdict(claim, reviewer).evidence == []


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


@pytest.mark.parametrize(
    "other", [{"rating": "false"}, {"attribution_accuracy": "altered"}], ids=["rating", "accuracy"]
)
def test_two_who_differ_leave_it_to_an_editor(
    claim: Claim, reviewer: User, second_reviewer: User, editor: User, other: dict[str, str]
) -> None:
    make_verdict(claim, reviewer, second_review=True)
    make_verdict(claim, second_reviewer, **other)
    assert status(claim) == Status.AWAITING_SECOND_REVIEW
    third = make_verdict(claim, editor, "half_true")
    assert status(claim) == Status.DECIDED
    assert (claim.verdict, claim.rating) == (third, "half_true")


def test_a_third_who_sides_with_one_of_two_who_differ_decides_nothing(
    claim: Claim, reviewer: User, second_reviewer: User, third_reviewer: User
) -> None:
    make_verdict(claim, reviewer, "true", second_review=True)
    make_verdict(claim, second_reviewer, "false")
    make_verdict(claim, third_reviewer, "false")
    assert status(claim) == Status.AWAITING_SECOND_REVIEW


def test_who_differed_may_come_round(claim: Claim, reviewer: User, second_reviewer: User) -> None:
    make_verdict(claim, reviewer, "true", second_review=True)
    make_verdict(claim, second_reviewer, "false")
    make_verdict(claim, second_reviewer, "true")
    assert status(claim) == Status.DECIDED


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


def test_the_second_review_is_blind_until_the_second_verdict_is_in(
    claim: Claim,
    reviewer: User,
    second_reviewer: User,
    third_reviewer: User,
    editor: User,
    admin: User,
    neighbour: User,
) -> None:
    make_verdict(claim, reviewer, second_review=True)
    assert seen_by(second_reviewer) == seen_by(neighbour) == set()
    assert seen_by(reviewer) == seen_by(editor) == seen_by(admin) == {"rosa"}
    make_verdict(claim, second_reviewer, "false")
    assert seen_by(second_reviewer) == seen_by(reviewer) == {"rosa", "samir"}
    assert seen_by(third_reviewer) == set()


def test_withdrawing_a_claim_does_not_show_the_first_verdict(
    claim: Claim, reviewer: User, second_reviewer: User
) -> None:
    make_verdict(claim, reviewer, second_review=True)
    claim.refresh_from_db()
    withdraw_claim(claim=claim, seen=claim.version, by=second_reviewer)
    assert seen_by(second_reviewer) == set()
    assert seen_by(reviewer) == {"rosa"}


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
