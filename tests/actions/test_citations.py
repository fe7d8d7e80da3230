import pytest

from articles.actions.citations import cite_claim, restore_citation, withdraw_citation
from articles.models import Citation, Claim, RuleError, StaleVersionError, Status, Verdict
from articles.models.verdict import broken_links
from tests.factories import make_article, make_claim, make_verdict


@pytest.fixture
def claim(article, reviewer) -> Claim:
    return make_claim(article, "12,000 people left their homes", reviewer)


@pytest.fixture
def old(desk, second_reviewer) -> Claim:
    article = make_article(desk, second_reviewer, "12,000 people left their homes in May.")
    claim = make_claim(article, "12,000 people left their homes", second_reviewer)
    make_verdict(claim, second_reviewer, "false")
    claim.refresh_from_db()
    return claim


def cite(claim: Claim, old: Claim, by) -> Citation:
    claim.refresh_from_db()
    return cite_claim(claim=claim, seen=claim.version, cited=old, by=by)


def test_citing_keeps_the_verdict_and_begins_the_review(claim, old, reviewer):
    before = claim.version
    citation = cite(claim, old, reviewer)
    claim.refresh_from_db()
    assert (citation.claim, citation.cited, citation.verdict) == (claim, old, old.verdict)
    assert (claim.status, claim.assignee) == (Status.IN_REVIEW, reviewer)
    assert claim.version > before


def test_a_stale_version_is_refused(claim, old, reviewer):
    with pytest.raises(StaleVersionError):
        cite_claim(claim=claim, seen=claim.version + 1, cited=old, by=reviewer)
    assert not Citation.objects.exists()


def test_what_cannot_be_cited(claim, old, other_desk, neighbour, reviewer):
    other = make_claim(claim.article, "The river rose", reviewer)
    foreign = make_claim(
        make_article(other_desk, neighbour, "12,000 people."), "12,000 people", neighbour
    )
    make_verdict(foreign, neighbour)
    cite(claim, old, reviewer)
    for cited, message in (
        (claim, "cannot cite itself"),
        (other, "no longer decided"),
        (foreign, "another desk"),
        (old, "cites that claim already"),
    ):
        with pytest.raises(RuleError, match=message):
            cite(claim, cited, reviewer)
    assert Citation.objects.count() == 1


def test_a_withdrawn_claim_cites_nothing(claim, old, reviewer):
    Claim.objects.filter(pk=claim.pk).update(status=Status.WITHDRAWN)
    with pytest.raises(RuleError, match="Restore it"):
        cite(claim, old, reviewer)


def test_a_citation_is_removed_and_comes_back(claim, old, reviewer):
    citation = cite(claim, old, reviewer)
    claim.refresh_from_db()
    withdraw_citation(citation=citation, seen=claim.version, by=reviewer)
    assert citation.withdrawn_at
    claim.refresh_from_db()
    restore_citation(citation=citation, seen=claim.version, by=reviewer)
    assert Citation.objects.get().withdrawn_at is None


def test_a_removed_citation_made_again_does_not_come_back_twice(claim, old, reviewer):
    citation = cite(claim, old, reviewer)
    claim.refresh_from_db()
    withdraw_citation(citation=citation, seen=claim.version, by=reviewer)
    cite(claim, old, reviewer)
    claim.refresh_from_db()
    with pytest.raises(RuleError, match="cites that claim already"):
        restore_citation(citation=citation, seen=claim.version, by=reviewer)


def test_the_verdict_log_keeps_what_was_cited(claim, old, reviewer):
    cite(claim, old, reviewer)
    verdict = make_verdict(claim, reviewer)
    assert verdict.evidence == [{"cites": str(old.pk), "verdict": str(old.verdict_id)}]
    assert list(broken_links(Verdict.objects.all())) == []
