"""What an article's chains, documents and quotation checks come to, read from the database."""

import pytest
from django.utils import timezone

from articles.actions.attribution import withdraw_chain
from articles.actions.moves import withdraw_claim
from articles.findings import Findings, find
from articles.models import Article, Claim, Evidence, QuotationCheck, Source, User
from articles.text.similarity import sketch
from tests.factories import (
    make_article,
    make_chain,
    make_claim,
    make_document,
    make_evidence,
    make_source,
)

WORDS = ("The river rose", "two metres", "one night", "12,000 people", "The figure may rise")
FISHERMAN = "a fisherman who asked not to be named"
REPORT = " ".join(f"word{number}" for number in range(200))


@pytest.fixture
def claims(article: Article, reviewer: User) -> list[Claim]:
    return [make_claim(article, words, reviewer) for words in WORDS]


def look(article: Article, user: User) -> Findings:
    return find(article, user, standing_claims=article.claims.standing().count())


def told(findings: Findings) -> list[str]:
    paths = [*findings.independence.cycles, *(echo.path for echo in findings.echoes)]
    return [" → ".join(party.label for party in path) for path in paths]


def test_a_fresh_article_has_none(article, reviewer, claims, django_assert_num_queries):
    with django_assert_num_queries(2):
        found = find(article, reviewer, standing_claims=5)
    assert not found
    assert found.nobody == 0


def test_many_claims_on_one_unnamed_origin(article, reviewer, claims, source):
    for claim in claims[:4]:
        make_chain(claim, reviewer, source, FISHERMAN)
    found = look(article, reviewer)
    assert found.independence.claims == (1, 2, 3, 4)
    assert str(found.independence.origins) == "1 origin, unnamed"
    assert found.nobody == 1


def test_what_is_withdrawn_does_not_count(article, reviewer, claims, source):
    make_chain(claims[0], reviewer, source)
    gone = make_chain(claims[1], reviewer, FISHERMAN)
    make_chain(claims[2], reviewer, FISHERMAN)
    for claim in claims[1:3]:
        claim.refresh_from_db()
    withdraw_claim(claim=claims[2], seen=claims[2].version, by=reviewer)
    claims[1].refresh_from_db()
    withdraw_chain(chain=gone, seen=claims[1].version, by=reviewer)
    found = look(article, reviewer)
    assert str(found.independence.origins) == "1 origin, named"
    assert found.nobody == 3


def test_a_source_of_kind_unnamed_is_unnamed(article, reviewer, claims):
    clerk = make_source("Clerk at the harbour", reviewer, kind="unnamed")
    make_chain(claims[0], reviewer, clerk)
    assert str(look(article, reviewer).independence.origins) == "1 origin, unnamed"


def test_a_circle_within_the_article(article, reviewer, claims, source):
    gazette = make_source("Coast Gazette", reviewer)
    make_chain(claims[0], reviewer, source, gazette)
    make_chain(claims[1], reviewer, gazette, source)
    assert told(look(article, reviewer)) == [
        "Ministry of Water → Coast Gazette → Ministry of Water"
    ]


@pytest.fixture
def papers(desk, reviewer) -> dict[str, Source]:
    return {
        "A": make_source("Coast Gazette", reviewer, aliases=["Gazette"]),
        "B": make_source("Harbour Post", reviewer),
    }


def published(desk, by: User, title: str, publisher: str) -> Article:
    article = make_article(desk, by, f"{title}. The river rose. People left.", title=title)
    article.publisher = publisher
    article.save(update_fields=("publisher",))
    return article


ECHOES = {
    "by name": ("Coast Gazette", "Harbour Post", True),
    "by alias, whatever the case": ("Gazette", "harbour post", True),
    "another paper": ("Hill Times", "Harbour Post", False),
    "published by another": ("Coast Gazette", "Hill Times", False),
    "unknown publisher": ("", "Harbour Post", False),
}


@pytest.mark.parametrize(("ours", "theirs", "circular"), ECHOES.values(), ids=ECHOES)
def test_a_circle_over_two_articles(desk, reviewer, papers, source, ours, theirs, circular):
    here = published(desk, reviewer, "Here", ours)
    there = published(desk, reviewer, "There", theirs)
    make_chain(make_claim(here, "The river rose", reviewer), reviewer, source, papers["B"])
    make_chain(make_claim(there, "The river rose", reviewer), reviewer, papers["A"])
    found = look(here, reviewer)
    assert [(echo.article, echo.title) for echo in found.echoes] == (
        [(there.pk, "There")] if circular else []
    )
    path = "Coast Gazette → Ministry of Water → Harbour Post → Coast Gazette"
    assert told(found) == ([path] if circular else [])


def test_other_desks_and_protected_names_make_no_circle(
    desk, other_desk, reviewer, editor, neighbour, papers
):
    here = published(desk, reviewer, "Here", "Coast Gazette")
    elsewhere = published(other_desk, neighbour, "Elsewhere", "Harbour Post")
    make_chain(make_claim(here, "The river rose", reviewer), reviewer, papers["B"])
    make_chain(make_claim(elsewhere, "The river rose", neighbour), neighbour, papers["A"])
    assert told(look(here, reviewer)) == []

    there = published(desk, reviewer, "There", "Harbour Post")
    make_chain(make_claim(there, "The river rose", reviewer), reviewer, papers["A"])
    Source.objects.filter(pk=papers["B"].pk).update(protected=True)
    assert told(look(here, reviewer)) == []
    assert len(told(look(here, editor))) == 1


def linked(claim: Claim, source: Source, by: User, text: str) -> Evidence:
    document = make_document(claim.desk, source, by, text, sketch=sketch(text))
    evidence = make_evidence(claim, source, by)
    evidence.document = document
    evidence.save()
    return evidence


def test_copies_of_one_text_count_once(article, reviewer, claims, source):
    agency = make_source("Coast Agency", reviewer)
    make_chain(claims[0], reviewer, source)
    make_chain(claims[1], reviewer, agency)
    linked(claims[0], source, reviewer, REPORT)
    copy = linked(claims[1], agency, reviewer, f"Printed here too: {REPORT}")
    found = look(article, reviewer)
    assert str(found.independence.origins) == "1 origin, named"
    labels = [[party.label for party in group] for group in found.independence.copies]
    assert labels == [["Ministry of Water", "Coast Agency"]]

    Evidence.objects.filter(pk=copy.pk).update(withdrawn_at=timezone.now())
    assert look(article, reviewer).independence.origins.count == 2


def test_other_texts_count_each(article, reviewer, claims, source):
    agency = make_source("Coast Agency", reviewer)
    make_chain(claims[0], reviewer, source)
    make_chain(claims[1], reviewer, agency)
    linked(claims[0], source, reviewer, REPORT)
    linked(claims[1], agency, reviewer, "Quite another report, in words of its own, and short.")
    assert look(article, reviewer).independence.origins.count == 2


def test_altered_quotations_of_the_current_text_count(article, reviewer, claims, source):
    evidence = linked(claims[0], source, reviewer, REPORT)
    for start, kind in ((0, "altered"), (9, "altered"), (20, "verbatim")):
        QuotationCheck.objects.create(
            evidence=evidence,
            revision=article.current_revision,
            quote_start=start,
            quote_end=start + 5,
            kind=kind,
            start=0,
            end=5,
            similarity=0.9,
            runs=[],
        )
    assert look(article, reviewer).altered == {1: 2}
    Evidence.objects.filter(pk=evidence.pk).update(withdrawn_at=timezone.now())
    assert not look(article, reviewer)


@pytest.mark.parametrize("count", [1, 3])
def test_queries_are_constant(desk, reviewer, editor, papers, count, django_assert_num_queries):
    article = published(desk, reviewer, "Here", "Coast Gazette")
    for words in ("Here", "The river rose", "People left")[:count]:
        claim = make_claim(article, words, reviewer)
        make_chain(claim, reviewer, papers["B"])
        make_chain(claim, reviewer, papers["A"])
        make_chain(claim, reviewer, make_source(f"Told by {words}", reviewer, protected=True))
    article = Article.objects.get(pk=article.pk)
    editor.access()
    with django_assert_num_queries(5):
        assert find(article, editor, standing_claims=count).independence.origins.count == 2 + count
