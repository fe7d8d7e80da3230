import pytest
from django.db import DatabaseError, IntegrityError
from django.db.models import ProtectedError

from articles.models import (
    Anchor,
    Article,
    Claim,
    Desk,
    Document,
    Evidence,
    Source,
    Transition,
    User,
)
from tests.factories import make_article, make_claim, make_document, make_evidence, make_verdict


@pytest.fixture
def claim(article: Article, reviewer: User) -> Claim:
    return make_claim(article, "two metres", reviewer)


def anchor(claim: Claim, by: User, **fields: object) -> Anchor:
    """An anchor beside the claim's own, which is no longer the current one."""
    claim.anchors.update(current=False)
    place = {"revision": claim.article.current_revision, "start": 4, "end": 9, "exact": "river"}
    return Anchor.objects.create(claim=claim, created_by=by, **(place | fields))


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"end": 100_000}, id="outside the text"),
        pytest.param({"exact": "River"}, id="other words"),
        pytest.param({"start": 5}, id="other place"),
        pytest.param({"start": 9, "exact": ""}, id="empty"),
        pytest.param({"start": 9, "end": 4}, id="reversed"),
        pytest.param({"start": None, "end": None}, id="nowhere, but no orphan"),
        pytest.param({"end": None, "state": "orphaned"}, id="half an orphan"),
    ],
)
def test_an_anchor_stands_in_the_text_as_quoted(
    claim: Claim, reviewer: User, wrong: dict[str, object]
) -> None:
    with pytest.raises(DatabaseError):
        anchor(claim, reviewer, **wrong)


def test_an_anchor_may_be_right_or_an_orphan(claim: Claim, reviewer: User) -> None:
    assert anchor(claim, reviewer).span == (4, 9)
    orphan = anchor(claim, reviewer, start=None, end=None, state="orphaned")
    assert orphan.span is None


@pytest.mark.parametrize("change", [{"end": 100_000}, {"start": 0}, {"exact": "x"}])
def test_an_anchor_is_not_moved_off_its_words(claim: Claim, change: dict[str, object]) -> None:
    with pytest.raises(IntegrityError, match="is not in the text as quoted"):
        claim.anchors.update(**change)


def test_an_anchor_counts_code_points(desk: Desk, reviewer: User) -> None:
    article = make_article(desk, reviewer, "🇰🇷👩‍👩‍👧 한국의 강 שלום")
    claim = make_claim(article, "강", reviewer)
    assert claim.anchors.get().span == (12, 13)


def test_an_anchor_is_in_a_revision_of_the_claim_s_article(
    claim: Claim, reviewer: User, desk: Desk
) -> None:
    other = make_article(desk, reviewer, "The river is low.")
    with pytest.raises(IntegrityError, match="the revision is of another article"):
        anchor(claim, reviewer, revision=other.current_revision)


def test_a_claim_has_one_current_anchor_in_a_revision(claim: Claim, reviewer: User) -> None:
    anchor(claim, reviewer)
    with pytest.raises(IntegrityError, match="one_current_anchor"):
        claim.anchors.update(current=True)


def test_the_desk_is_the_article_s_whatever_is_written(claim: Claim, other_desk: Desk) -> None:
    Claim.objects.update(desk=other_desk)
    claim.refresh_from_db()
    assert claim.desk == claim.article.desk


def test_the_rating_is_the_verdict_s_whatever_is_written(claim: Claim, reviewer: User) -> None:
    Claim.objects.update(rating="true")
    claim.refresh_from_db()
    assert claim.rating == ""
    make_verdict(claim, reviewer, "false")
    Claim.objects.update(rating="true")
    claim.refresh_from_db()
    assert claim.rating == "false"


def test_a_verdict_on_another_claim_gives_no_rating(
    article: Article, claim: Claim, reviewer: User
) -> None:
    other = make_claim(article, "one night", reviewer)
    verdict = make_verdict(other, reviewer)
    Claim.objects.filter(pk=claim.pk).update(verdict=verdict)
    claim.refresh_from_db()
    assert claim.rating == ""


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [("status", "done", "claim_status"), ("number", 1, "one_claim_per_number")],
)
def test_a_claim_has_a_known_status_and_a_number_of_its_own(
    article: Article, claim: Claim, reviewer: User, field: str, value: object, rule: str
) -> None:
    other = make_claim(article, "one night", reviewer)
    with pytest.raises(IntegrityError, match=rule):
        Claim.objects.filter(pk=other.pk).update(**{field: value})


def test_a_transition_is_never_changed(claim: Claim, reviewer: User) -> None:
    make_verdict(claim, reviewer)
    with pytest.raises(DatabaseError, match="Cannot update rows"):
        Transition.objects.update(note="Never said.")


# Evidence


@pytest.fixture
def document(desk: Desk, source: Source, reviewer: User) -> Document:
    return make_document(desk, source, reviewer, "The gauge showed two metres.")


def test_a_passage_stands_in_its_document(
    claim: Claim, source: Source, reviewer: User, document: Document
) -> None:
    evidence = make_evidence(claim, source, reviewer)
    Evidence.objects.update(document=document, start=17, end=27, exact="two metres")
    evidence.refresh_from_db()
    assert document.text[evidence.start : evidence.end] == evidence.exact


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"end": 99}, id="outside"),
        pytest.param({"exact": "Two metres"}, id="other words"),
        pytest.param({"end": 17, "exact": ""}, id="empty"),
        pytest.param({"document": None}, id="of no document"),
        pytest.param({"start": None, "end": None}, id="words without a place"),
        pytest.param({"relation": "proves"}, id="unknown relation"),
    ],
)
def test_a_passage_that_is_not_in_the_document_is_refused(
    claim: Claim, source: Source, reviewer: User, document: Document, wrong: dict[str, object]
) -> None:
    make_evidence(claim, source, reviewer)
    right = {"document": document, "start": 17, "end": 27, "exact": "two metres"}
    with pytest.raises(IntegrityError):
        Evidence.objects.update(**(right | wrong))


def test_a_source_that_evidence_rests_on_is_not_deleted(
    claim: Claim, source: Source, reviewer: User
) -> None:
    make_evidence(claim, source, reviewer)
    with pytest.raises(ProtectedError):
        source.delete()
