"""Who is told of what, as work goes on over HTTP: given, disputed, to be judged anew."""

import pytest
from django.urls import reverse

from articles.models import Article, Claim, Membership, Notification, Status
from tests.factories import make_claim, make_evidence

WORDS = ("12,000 people left their homes", "two metres in one night", "such water since 1954")


@pytest.fixture
def claims(article: Article, editor) -> list[Claim]:
    return [make_claim(article, words, editor) for words in WORDS]


@pytest.fixture
def claim(claims: list[Claim]) -> Claim:
    return claims[0]


def post(client, route: str, claim: Claim, prefix: str = "", **fields: object) -> None:
    """With the version that the claim has now."""
    claim.refresh_from_db()
    fields |= {"version": claim.version}
    named = {f"{prefix}-{name}" if prefix else name: value for name, value in fields.items()}
    response = client.post(reverse(route, args=[claim.pk]), named)
    assert response.status_code in (302, 303), response.content.decode()


def judge(client, claim: Claim, rating: str, **fields: object) -> None:
    post(
        client,
        "verdict-record",
        claim,
        "verdict",
        rating=rating,
        attribution_accuracy="accurate",
        rationale="The bulletin says so.",
        no_evidence="The bulletin is not on line.",
        **fields,
    )


def told() -> list[tuple[str, int, str]]:
    rows = Notification.objects.values_list("user__username", "claim__number", "kind")
    return sorted(rows)


def test_an_assigned_claim(sign_in, editor, reviewer, claim):
    post(sign_in(editor), "claim-assign", claim, "assign", assignee="rosa")

    assert told() == [("rosa", 1, "assigned")]


def test_a_claim_taken_back_again_before_it_was_seen(sign_in, editor, reviewer, claim):
    post(sign_in(editor), "claim-assign", claim, "assign", assignee="rosa")
    post(sign_in(editor), "claim-assign", claim, "assign", assignee="")

    assert told() == []


def test_all_claims_of_an_article_assigned_at_once(sign_in, editor, reviewer, article, claims):
    sign_in(editor).post(reverse("article-assign", args=[article.pk]), {"assignee": "rosa"})

    assert told() == [("rosa", number, "assigned") for number in (1, 2, 3)]


def test_a_claim_taken_up_oneself(sign_in, reviewer, claim):
    post(sign_in(reviewer), "claim-move", claim, move="start")

    claim.refresh_from_db()
    assert claim.assignee == reviewer
    assert told() == []


def test_two_verdicts_that_differ(sign_in, reviewer, second_reviewer, claim):
    judge(sign_in(reviewer), claim, "true", second_review="on")
    assert told() == []

    judge(sign_in(second_reviewer), claim, "false")

    assert told() == [("rosa", 1, "disputed"), ("samir", 1, "disputed")]


def test_two_verdicts_that_agree(sign_in, reviewer, second_reviewer, claim):
    judge(sign_in(reviewer), claim, "true", second_review="on")
    judge(sign_in(second_reviewer), claim, "true")

    assert told() == []


def test_a_recheck_asked_for(sign_in, reviewer, editor, claim):
    judge(sign_in(reviewer), claim, "true")

    post(sign_in(editor), "claim-move", claim, move="recheck", note="A new bulletin is out.")

    assert told() == [("rosa", 1, "recheck")]


def test_words_changed_after_the_verdict(sign_in, reviewer, editor, article, claim):
    judge(sign_in(reviewer), claim, "true")
    start = article.current_revision.text.index("12,000 people")

    post(
        sign_in(editor),
        "claim-span",
        claim,
        revision=1,
        start=start,
        end=start + len("12,000 people"),
    )

    claim.refresh_from_db()
    assert claim.status == Status.NEEDS_RECHECK
    assert told() == [("rosa", 1, "recheck")]


def test_evidence_changed_after_the_verdict(sign_in, reviewer, editor, source, claim):
    evidence = make_evidence(claim, source, reviewer)
    judge(sign_in(reviewer), claim, "true")
    claim.refresh_from_db()

    sign_in(editor).post(
        reverse("evidence-withdraw", args=[evidence.pk]), {"version": claim.version}
    )

    assert told() == [("rosa", 1, "recheck")]


def test_who_left_the_desk_is_told_nothing_they_could_read(sign_in, reviewer, editor, claim):
    judge(sign_in(reviewer), claim, "true")
    Membership.objects.filter(user=reviewer).delete()

    post(sign_in(editor), "claim-move", claim, move="recheck", note="A new bulletin is out.")

    assert sign_in(reviewer).get(reverse("notifications-unread")).json() == {"unread": 0}
