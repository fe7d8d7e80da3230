"""Quotation checks stay in step with a claim's words, its evidence and their documents."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.actions.bulk import move_many, undo
from articles.actions.claims import mark_claim, move_span
from articles.actions.evidence import restore_evidence, withdraw_evidence
from articles.actions.moves import restore_claim, withdraw_claim
from articles.actions.passages import choose_document
from articles.actions.quotations import MOST_QUOTES
from articles.models import Article, Claim, Desk, Evidence, QuotationCheck, Source, User
from tests.factories import make_article, make_claim, make_document, make_evidence, make_source

ARTICLE_3 = """Article 3

1. No State Party shall expel, return ("refouler") or extradite a person to another State where \
there are substantial grounds for believing that he would be in danger of being subjected to \
torture."""
QUOTED = (
    "no government expel, return or extradite a person to another country where there are "
    "sufficient grounds to believe the individual would be subjected to torture."
)
TEXT = f"""The treaty requires that “{QUOTED}” Its article 3 says “to another State” as well.

The office of the treaty counts 174 states."""


@pytest.fixture
def report(desk: Desk, reviewer: User) -> Article:
    return make_article(desk, reviewer, TEXT, title="Returned")


@pytest.fixture
def claim(report: Article, reviewer: User) -> Claim:
    return make_claim(report, f"requires that “{QUOTED}”", reviewer)


@pytest.fixture
def placed(claim: Claim, desk: Desk, reviewer: User) -> Evidence:
    convention = make_source("Convention against Torture", reviewer, kind="series")
    evidence = make_evidence(claim, convention, reviewer)
    document = make_document(desk, convention, reviewer, ARTICLE_3, title="Article 3")
    return choose_document(evidence=evidence, seen=seen(claim), by=reviewer, document=document)


def seen(claim: Claim) -> int:
    claim.refresh_from_db()
    return claim.version


def kinds() -> list[str]:
    return list(QuotationCheck.objects.values_list("kind", flat=True))


def move(claim: Claim, words: str, by: User) -> None:
    start = TEXT.index(words)
    move_span(claim=claim, seen=seen(claim), start=start, end=start + len(words), by=by)


def test_an_altered_quotation_is_found_with_its_words(placed: Evidence) -> None:
    row = QuotationCheck.objects.get()
    assert row.kind == "altered"
    assert TEXT[row.quote_start : row.quote_end].strip("“”") == QUOTED
    assert row.start is not None
    assert row.end is not None
    assert placed.document is not None
    assert "expel, return" in placed.document.text[row.start : row.end]
    changed = {(run["document"], run["quote"]) for run in row.runs if run["kind"] == "replaced"}
    assert {("State", "country"), ("substantial", "sufficient")} <= changed


def test_a_quotation_is_checked_as_far_as_the_claim_reaches(
    claim: Claim, placed: Evidence, reviewer: User
) -> None:
    move(claim, "extradite a person to another", reviewer)
    row = QuotationCheck.objects.get()
    assert TEXT[row.quote_start : row.quote_end] == "extradite a person to another"
    assert row.kind == "verbatim"


def test_every_quotation_of_the_claim_is_checked(
    claim: Claim, placed: Evidence, reviewer: User
) -> None:
    move(claim, TEXT.partition("\n")[0], reviewer)
    assert kinds() == ["altered", "verbatim"]


def test_a_claim_that_quotes_nothing_has_no_check(
    claim: Claim, placed: Evidence, reviewer: User
) -> None:
    move(claim, "The office of the treaty counts 174 states.", reviewer)
    assert kinds() == []


def test_another_document_is_checked_anew(
    claim: Claim, placed: Evidence, desk: Desk, reviewer: User
) -> None:
    other = make_document(desk, placed.source, reviewer, f"It says: {QUOTED}", title="A copy")
    choose_document(evidence=placed, seen=seen(claim), by=reviewer, document=other)
    assert kinds() == ["verbatim"]
    choose_document(evidence=placed, seen=seen(claim), by=reviewer, document=None)
    assert kinds() == []


def test_only_standing_evidence_of_standing_claims_has_checks(
    claim: Claim, placed: Evidence, reviewer: User
) -> None:
    withdraw_evidence(evidence=placed, seen=seen(claim), by=reviewer)
    assert kinds() == []
    placed.refresh_from_db()
    restore_evidence(evidence=placed, seen=seen(claim), by=reviewer)
    assert kinds() == ["altered"]
    withdraw_claim(claim=claim, seen=seen(claim), by=reviewer)
    assert kinds() == []
    restore_claim(claim=claim, seen=seen(claim), by=reviewer)
    assert kinds() == ["altered"]


def test_many_withdrawn_brought_back_and_withdrawn_again(
    claim: Claim, placed: Evidence, reviewer: User
) -> None:
    done = move_many(seen={claim.pk: seen(claim)}, by=reviewer, name="withdraw")
    assert kinds() == []
    undone = undo(done=done.id, by=reviewer)
    assert kinds() == ["altered"]
    undo(done=undone.id, by=reviewer)
    assert kinds() == []


def test_any_number_is_brought_back_in_as_many_statements(
    desk: Desk, source: Source, reviewer: User
) -> None:
    words = [f"they said “the gauge {n} stood at {n} metres”" for n in range(6)]
    article = make_article(desk, reviewer, ". ".join(words))
    claims = [make_claim(article, some, reviewer) for some in words]
    for number, claim in enumerate(claims):
        evidence = make_evidence(claim, source, reviewer)
        document = make_document(desk, source, reviewer, words[number], title=str(number))
        choose_document(evidence=evidence, seen=seen(claim), by=reviewer, document=document)

    def statements(some: list[Claim]) -> int:
        versions = {claim.pk: seen(claim) for claim in some}
        done = move_many(seen=versions, by=reviewer, name="withdraw")
        with CaptureQueriesContext(connection) as captured:
            undo(done=done.id, by=reviewer)
        return len(captured)

    assert statements(claims[:1]) == statements(claims[1:])
    assert kinds() == ["verbatim"] * 6


def test_a_claim_of_very_many_quotations_has_the_first_checked(
    desk: Desk, source: Source, reviewer: User
) -> None:
    text = "He said " + ", ".join(f"“the number is {n} today”" for n in range(MOST_QUOTES + 5))
    article = make_article(desk, reviewer, text)
    claim = mark_claim(article=article, revision_number=1, start=0, end=len(text), by=reviewer)
    evidence = make_evidence(claim, source, reviewer)
    document = make_document(desk, source, reviewer, "the number is 0 today")
    choose_document(evidence=evidence, seen=seen(claim), by=reviewer, document=document)
    assert len(kinds()) == MOST_QUOTES
