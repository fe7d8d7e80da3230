import pytest

from articles.actions.evidence import link_evidence, restore_evidence, withdraw_evidence
from articles.actions.moves import withdraw_claim
from articles.models import (
    Article,
    Claim,
    Evidence,
    RuleError,
    Source,
    StaleVersionError,
    Status,
    User,
)
from tests.factories import make_claim, make_evidence, make_source


@pytest.fixture
def claim(article: Article, reviewer: User) -> Claim:
    return make_claim(article, "two metres", reviewer)


def link(
    claim: Claim, by: User, source: Source, relation: str = "supports", url: str = ""
) -> Evidence:
    claim.refresh_from_db()
    return link_evidence(
        claim=claim, seen=claim.version, by=by, source=source, relation=relation, url=url
    )


def test_the_first_link_begins_the_review(claim: Claim, reviewer: User, source: Source) -> None:
    link(claim, reviewer, source)
    claim.refresh_from_db()
    assert (claim.status, claim.assignee) == (Status.IN_REVIEW, reviewer)


def test_work_on_another_s_claim_does_not_take_it(
    claim: Claim, reviewer: User, second_reviewer: User, source: Source
) -> None:
    Claim.objects.filter(pk=claim.pk).update(assignee=second_reviewer)
    link(claim, reviewer, source)
    claim.refresh_from_db()
    assert claim.assignee == second_reviewer


def test_the_same_link_is_made_once_but_may_differ_in_relation_or_address(
    claim: Claim, reviewer: User, source: Source
) -> None:
    link(claim, reviewer, source)
    link(claim, reviewer, source, relation="refutes")
    link(claim, reviewer, source, url="https://example.org/report")
    with pytest.raises(RuleError, match="Claim 1 has this link to Ministry of Water already"):
        link(claim, reviewer, source)
    assert claim.evidence.count() == 3


def test_a_refusal_does_not_name_a_protected_source(claim: Claim, reviewer: User) -> None:
    hidden = make_source("Pavel Petrov", reviewer, protected=True)
    link(claim, reviewer, hidden)
    with pytest.raises(RuleError, match="this link to Protected source already"):
        link(claim, reviewer, hidden)


def test_evidence_is_taken_away_and_brought_back(
    claim: Claim, reviewer: User, source: Source
) -> None:
    evidence = make_evidence(claim, source, reviewer)
    claim.refresh_from_db()
    withdraw_evidence(evidence=evidence, seen=claim.version, by=reviewer)
    assert not claim.evidence.standing().exists()
    claim.refresh_from_db()
    restore_evidence(evidence=evidence, seen=claim.version, by=reviewer)
    assert claim.evidence.standing().get() == evidence


def test_evidence_is_not_brought_back_beside_its_twin(
    claim: Claim, reviewer: User, source: Source
) -> None:
    old = make_evidence(claim, source, reviewer)
    claim.refresh_from_db()
    withdraw_evidence(evidence=old, seen=claim.version, by=reviewer)
    new = make_evidence(claim, source, reviewer)
    claim.refresh_from_db()
    with pytest.raises(RuleError, match="has this link to Ministry of Water already"):
        restore_evidence(evidence=old, seen=claim.version, by=reviewer)
    assert claim.evidence.standing().get() == new


def test_evidence_of_an_older_version_is_stale(
    claim: Claim, reviewer: User, source: Source
) -> None:
    evidence = make_evidence(claim, source, reviewer)
    with pytest.raises(StaleVersionError):
        withdraw_evidence(evidence=evidence, seen=claim.version, by=reviewer)
    evidence.refresh_from_db()
    assert evidence.withdrawn_at is None


def test_a_withdrawn_claim_gets_no_evidence(claim: Claim, reviewer: User, source: Source) -> None:
    withdraw_claim(claim=claim, seen=claim.version, by=reviewer)
    with pytest.raises(RuleError, match="Restore it before you link evidence"):
        link(claim, reviewer, source)
