"""The verdict log is append-only, numbered and chained by the database itself."""

import pgtrigger
import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from articles.models import Article, Claim, Desk, User, Verdict
from articles.models.verdict import FIRST_HASH, broken_links
from tests.factories import make_article, make_claim, make_person, make_verdict


@pytest.fixture
def verdict(article: Article, reviewer: User) -> Verdict:
    return make_verdict(make_claim(article, "two metres", reviewer), reviewer)


STATEMENTS = {
    "update": "UPDATE articles_verdict SET rating = 'false'",
    "update of nothing": "UPDATE articles_verdict SET rating = rating",
    "delete": "DELETE FROM articles_verdict",
    "truncate": "TRUNCATE articles_verdict CASCADE",
    "truncate through another table": "TRUNCATE articles_article CASCADE",
    "upsert": """INSERT INTO articles_verdict SELECT * FROM articles_verdict
                 ON CONFLICT (id) DO UPDATE SET rating = 'false'""",
    "merge": """MERGE INTO articles_verdict v USING articles_claim c ON v.claim_id = c.id
                WHEN MATCHED THEN DELETE""",
}


def attempt(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        # Deferred checks of the rows just made would refuse TRUNCATE first.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement)


@pytest.mark.parametrize("statement", STATEMENTS.values(), ids=STATEMENTS)
def test_the_log_refuses_every_change(verdict: Verdict, statement: str) -> None:
    with pytest.raises(DatabaseError, match="the verdict log is append-only"):
        attempt(statement)
    assert Verdict.objects.get().rating == "true"


@pytest.mark.parametrize("statement", STATEMENTS.values(), ids=STATEMENTS)
def test_the_log_heeds_no_setting_of_the_application(verdict: Verdict, statement: str) -> None:
    with (
        pgtrigger.ignore(),
        pytest.raises(DatabaseError, match="the verdict log is append-only"),
    ):
        attempt(statement)


def test_rows_are_numbered_and_chained_per_desk(
    verdict: Verdict, reviewer: User, other_desk: Desk, neighbour: User
) -> None:
    article = verdict.claim.article
    second = make_verdict(make_claim(article, "one night", reviewer), reviewer)
    there = make_article(other_desk, neighbour)
    elsewhere = make_verdict(make_claim(there, "two metres", neighbour), neighbour)
    assert (verdict.seq, second.seq, elsewhere.seq) == (1, 2, 1)
    assert (verdict.previous_hash, second.previous_hash) == (FIRST_HASH, verdict.hash)
    assert elsewhere.previous_hash == FIRST_HASH


TEXTS = {
    "plain": "Two papers confirm it.",
    "not ASCII": "Être — 두 신문 🇰🇷 שלום “quoted” \u0301",
    "looks like the chain's own marks": "3:abc;-;0:;",
    "line ends and tabs": "a\r\nb\n\tc",
    "long": "x" * 100_000,
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_python_and_the_database_compute_the_same_hash(
    article: Article, reviewer: User, text: str
) -> None:
    make_verdict(make_claim(article, "two metres", reviewer), reviewer, rationale=text)
    sealed = Verdict.objects.sealed().get()
    assert sealed.rationale == text
    assert list(broken_links(Verdict.objects.all())) == []


def test_number_hash_and_time_cannot_be_given(verdict: Verdict) -> None:
    forged = Verdict.objects.create(
        desk=verdict.desk,
        claim=verdict.claim,
        reviewer=verdict.reviewer,
        rating="false",
        attribution_accuracy="accurate",
        rationale="R",
        revision=verdict.revision,
        exact="x",
        evidence=[],
        seq=77,
        hash="f" * 64,
        previous_hash="f" * 64,
        created_at="1999-01-01T00:00Z",
    )
    forged.refresh_from_db()
    assert (forged.seq, forged.previous_hash) == (2, verdict.hash)
    assert forged.created_at > verdict.created_at
    assert list(broken_links(Verdict.objects.all())) == []


def test_a_verdict_is_in_the_log_of_its_claim_s_desk(verdict: Verdict, other_desk: Desk) -> None:
    with pytest.raises(IntegrityError, match="the claim is of another desk"):
        Verdict.objects.create(
            desk=other_desk,
            claim=verdict.claim,
            reviewer=verdict.reviewer,
            rating="true",
            attribution_accuracy="accurate",
            rationale="R",
            revision=verdict.revision,
            exact="x",
            evidence=[],
        )


def test_a_claim_with_a_verdict_is_not_deleted(verdict: Verdict) -> None:
    with pytest.raises(IntegrityError):
        Claim.objects.all().delete()


# A demonstration desk


@pytest.fixture
def demo_verdict(db: None) -> Verdict:
    demo = Desk.objects.create(name="Demo", slug="demo", is_demo=True)
    person = make_person("dana", desk=demo)
    return make_verdict(make_claim(make_article(demo, person), "two metres", person), person)


def test_verdicts_of_a_demonstration_desk_are_not_changed(demo_verdict: Verdict) -> None:
    with pytest.raises(DatabaseError, match="append-only"):
        Verdict.objects.update(rating="false")


def test_verdicts_of_a_demonstration_desk_can_be_deleted(
    demo_verdict: Verdict, verdict: Verdict
) -> None:
    Claim.objects.filter(verdict=demo_verdict).update(status="open", verdict=None)
    demo_verdict.delete()
    assert Verdict.objects.get() == verdict


@pytest.mark.parametrize("is_demo", [False, True])
def test_whether_a_desk_is_a_demonstration_is_for_good(db: None, is_demo: bool) -> None:
    Desk.objects.create(name="D", slug="d", is_demo=is_demo)
    with pytest.raises(DatabaseError, match="settled when it is made"):
        Desk.objects.update(is_demo=not is_demo)


def test_other_details_of_a_desk_can_be_changed(desk: Desk) -> None:
    Desk.objects.update(name="Globe", is_demo=False)
    desk.refresh_from_db()
    assert desk.name == "Globe"
