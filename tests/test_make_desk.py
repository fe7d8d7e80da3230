"""A made desk is like one that people filled: its checks hold, and what others need of it stays."""

from collections import Counter
from itertools import pairwise

import pytest
from django.db import connection

from articles.actions.tallies import repair_tallies
from articles.actions.verdicts import basis
from articles.bench.desk.make import grow, make_desk
from articles.bench.desk.remove import remove_desk
from articles.models import (
    Anchor,
    Article,
    Claim,
    Desk,
    Dispute,
    Evidence,
    Membership,
    Revision,
    RuleError,
    Source,
    Status,
    Transition,
    User,
    Verdict,
)
from articles.models.verdict import broken_links
from articles.text.normalize import normalize, paragraphs
from tests.factories import make_article, make_claim, make_evidence, make_source


@pytest.fixture(scope="module")
def made_of_module(rows_of_module) -> None:
    grow(make_desk(slug="made", people=6, sources=30), claims=1_003, articles=100)
    connection.check_constraints()  # once, not after every test
    # As the command does, for the plans of what is done with it.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@pytest.fixture
def made(db, made_of_module) -> Desk:
    return Desk.objects.get(slug="made")


def test_it_has_the_articles_and_claims_that_were_asked_for(made):
    per_article = Counter(Claim.objects.values_list("article", flat=True))

    assert Claim.objects.filter(desk=made).count() == 1_003
    assert Counter(per_article.values()) == {10: 97, 11: 3}
    assert Membership.objects.filter(desk=made).count() == 6
    assert Source.objects.count() == 30
    assert made.is_demo


def test_it_grows(made):
    grow(made, claims=50, articles=10)

    assert Article.objects.filter(desk=made).count() == 110
    assert Claim.objects.filter(desk=made).count() == 1_053
    assert Article.objects.values("title").distinct().count() == 110


def test_texts_are_normalised_and_each_claim_stands_where_its_anchor_says(made):
    for revision in Revision.objects.all():
        assert revision.text == normalize(revision.text)
        assert revision.block_spans() == paragraphs(revision.text)
    anchors = Anchor.objects.select_related("revision", "claim")
    assert len(anchors) == 1_003
    for anchor in anchors:
        assert anchor.revision.text[anchor.start : anchor.end] == anchor.claim.text


def test_the_log_of_verdicts_and_the_tallies_hold(made):
    grow(made, claims=30, articles=3)

    assert Verdict.objects.count() > 400
    assert list(broken_links(Verdict.objects.all())) == []
    assert repair_tallies() == 0


def test_each_claim_came_by_its_transitions_to_where_it_stands(made):
    steps: dict[object, list[Transition]] = {}
    for step in Transition.objects.order_by("created_at", "id"):
        steps.setdefault(step.claim_id, []).append(step)
    claims = Claim.objects.all()

    assert {claim.status for claim in claims} == set(Status)
    for claim in claims:
        way = steps.get(claim.pk, [])
        assert (way[-1].target if way else "open") == claim.status
        assert [step.origin for step in way[:1]] == ["open"][: len(way)]
        assert all(before.target == after.origin for before, after in pairwise(way))


def test_verdicts_are_by_different_people_and_rest_on_the_evidence(made):
    for claim in Claim.objects.prefetch_related("verdicts", "evidence"):
        verdicts = list(claim.verdicts.all())
        assert len({verdict.reviewer_id for verdict in verdicts}) == len(verdicts)
        assert claim.rating == (claim.verdict.rating if claim.verdict else "")
    judged = Claim.objects.filter(verdict__isnull=False).select_related("verdict")
    for claim in judged[:50]:
        expected = basis(claim, "Nothing was published on it.")
        assert sorted(claim.verdict.evidence, key=str) == sorted(expected, key=str)


def test_where_reviewers_differ_there_is_a_dispute(made):
    differing = {
        claim.pk
        for claim in Claim.objects.prefetch_related("verdicts")
        if len({verdict.rating for verdict in claim.verdicts.all()}) > 1
    }

    assert set(Dispute.objects.values_list("claim", flat=True)) == differing
    assert Dispute.objects.filter(settled_at=None).exists()
    assert Dispute.objects.filter(settled_by_verdict__isnull=False).exists()


def test_removal_spares_what_another_desk_has_to_do_with(made, other_desk, neighbour):
    claim = make_claim(make_article(other_desk, neighbour), "The river rose", neighbour)
    shared = Source.objects.filter(protected=False).earliest("pk")
    make_evidence(claim, shared, neighbour)
    busy = User.objects.get(username="made-4")
    own = make_source("Ministry of Water", busy)

    remove_desk(made)

    assert Claim.objects.get() == claim
    assert Evidence.objects.get().source == shared
    assert set(Source.objects.all()) <= {shared, own}
    assert not User.objects.get(pk=shared.created_by_id).is_active
    assert list(broken_links(Verdict.objects.all())) == []
    assert repair_tallies() == 0


@pytest.mark.parametrize(
    ("wish", "reason"),
    [({"slug": "made"}, "already"), ({"slug": "other", "people": 2}, "at least 3 people")],
)
def test_what_cannot_be_made_is_refused(made, wish, reason):
    with pytest.raises(RuleError, match=reason):
        make_desk(**wish)
