import pytest

from articles.actions.evidence import withdraw_evidence
from articles.actions.moves import withdraw_claim
from articles.actions.passages import choose_document, set_passage
from articles.models import (
    Article,
    Claim,
    Desk,
    Document,
    Evidence,
    RuleError,
    Source,
    StaleVersionError,
    Status,
    User,
    Verdict,
)
from articles.text.spans import SpanError
from tests.factories import (
    make_claim,
    make_document,
    make_evidence,
    make_source,
    make_verdict,
)

BULLETIN = (
    "Bulletin 7\n\nThe river rose by 2 metres 👍🏽 in one night. 강물이 2미터 불어났다. وقال الوزير"
)


@pytest.fixture
def claim(article: Article, reviewer: User) -> Claim:
    return make_claim(article, "two metres", reviewer)


@pytest.fixture
def evidence(claim: Claim, source: Source, reviewer: User) -> Evidence:
    return make_evidence(claim, source, reviewer)


@pytest.fixture
def document(desk: Desk, source: Source, reviewer: User) -> Document:
    return make_document(desk, source, reviewer, BULLETIN)


def version(evidence: Evidence) -> int:
    return Claim.objects.get(pk=evidence.claim_id).version


def choose(evidence: Evidence, document: Document | None, by: User, **fields: object) -> Evidence:
    seen = version(evidence)
    return choose_document(evidence=evidence, seen=seen, by=by, document=document, **fields)


def put(evidence: Evidence, words: str | None, by: User) -> Evidence:
    start = BULLETIN.index(words) if words else 0
    passage = (start, start + len(words)) if words else None
    return set_passage(evidence=evidence, seen=version(evidence), by=by, passage=passage)


def stored(evidence: Evidence) -> tuple[object, ...]:
    evidence.refresh_from_db()
    return evidence.document, evidence.start, evidence.end, evidence.exact


PASSAGES = ("The river rose by 2 metres 👍🏽 in one night.", "👍🏽", "강물이 2미터", "وقال الوزير")


@pytest.mark.parametrize("words", PASSAGES)
def test_a_passage_is_kept_with_its_place(
    evidence: Evidence, document: Document, reviewer: User, words: str
) -> None:
    choose(evidence, document, reviewer)
    put(evidence, words, reviewer)
    start = BULLETIN.index(words)
    assert stored(evidence) == (document, start, start + len(words), words)


def test_white_space_at_the_ends_is_left_out(
    evidence: Evidence, document: Document, reviewer: User
) -> None:
    choose(evidence, document, reviewer)
    put(evidence, "\n\nThe river ", reviewer)
    assert stored(evidence)[3] == "The river"


def test_a_passage_is_taken_away(evidence: Evidence, document: Document, reviewer: User) -> None:
    choose(evidence, document, reviewer)
    put(evidence, "in one night", reviewer)
    put(evidence, None, reviewer)
    assert stored(evidence) == (document, None, None, "")


def test_another_document_begins_without_a_passage(
    evidence: Evidence, document: Document, desk: Desk, source: Source, reviewer: User
) -> None:
    choose(evidence, document, reviewer)
    put(evidence, "in one night", reviewer)
    newer = make_document(desk, source, reviewer, "Bulletin 8", title="Bulletin 8")
    choose(evidence, newer, reviewer)
    assert stored(evidence) == (newer, None, None, "")

    start = BULLETIN.index("in one night")
    choose(evidence, document, reviewer, passage=(start, start + 12))
    assert stored(evidence) == (document, start, start + 12, "in one night")

    choose(evidence, None, reviewer)
    assert stored(evidence) == (None, None, None, "")


REFUSED_SPANS = {
    "outside": ((0, 10_000), "lies outside the text"),
    "reversed": ((9, 3), "ends before it starts"),
    "nothing": ((10, 12), "holds no text"),
    "half a character": (
        (BULLETIN.index("👍"), BULLETIN.index("👍") + 1),
        "splits a character",
    ),
}


@pytest.mark.parametrize(("span", "message"), REFUSED_SPANS.values(), ids=REFUSED_SPANS)
def test_a_span_the_document_cannot_have_is_refused(
    evidence: Evidence, document: Document, reviewer: User, span: tuple[int, int], message: str
) -> None:
    choose(evidence, document, reviewer)
    with pytest.raises(SpanError, match=message):
        set_passage(evidence=evidence, seen=version(evidence), by=reviewer, passage=span)
    assert stored(evidence) == (document, None, None, "")


def test_a_passage_needs_a_document(evidence: Evidence, reviewer: User) -> None:
    with pytest.raises(RuleError, match="Choose the document first"):
        put(evidence, "river", reviewer)


def test_a_document_of_another_source_is_refused(
    evidence: Evidence, desk: Desk, reviewer: User
) -> None:
    other = make_document(desk, make_source("Harbour office", reviewer), reviewer, "Log")
    with pytest.raises(RuleError, match="of another source"):
        choose(evidence, other, reviewer)


def test_a_document_of_another_desk_is_refused(
    evidence: Evidence, other_desk: Desk, source: Source, reviewer: User
) -> None:
    other = make_document(other_desk, source, reviewer, "Log")
    with pytest.raises(RuleError, match="of another desk"):
        choose(evidence, other, reviewer)


def test_an_older_version_is_stale(evidence: Evidence, document: Document, reviewer: User) -> None:
    seen = version(evidence)
    choose(evidence, document, reviewer)
    with pytest.raises(StaleVersionError):
        choose_document(evidence=evidence, seen=seen, by=reviewer, document=None)
    with pytest.raises(StaleVersionError):
        set_passage(evidence=evidence, seen=seen, by=reviewer, passage=(0, 8))
    assert stored(evidence) == (document, None, None, "")


def test_a_withdrawn_claim_keeps_its_evidence_as_it_was(
    evidence: Evidence, document: Document, reviewer: User
) -> None:
    withdraw_claim(claim=evidence.claim, seen=version(evidence), by=reviewer)
    with pytest.raises(RuleError, match="The claim is withdrawn"):
        choose(evidence, document, reviewer)


def test_a_removed_link_keeps_its_document(
    evidence: Evidence, document: Document, reviewer: User
) -> None:
    withdraw_evidence(evidence=evidence, seen=version(evidence), by=reviewer)
    with pytest.raises(RuleError, match="This link was removed"):
        choose(evidence, document, reviewer)


def test_work_on_the_evidence_begins_the_review(
    claim: Claim, evidence: Evidence, document: Document, reviewer: User
) -> None:
    Claim.objects.filter(pk=claim.pk).update(status=Status.OPEN, assignee=None)
    choose(evidence, document, reviewer)
    claim.refresh_from_db()
    assert (claim.status, claim.assignee) == (Status.IN_REVIEW, reviewer)


def test_the_verdict_keeps_the_passage_it_was_based_on(
    claim: Claim, evidence: Evidence, document: Document, reviewer: User
) -> None:
    choose(evidence, document, reviewer)
    put(evidence, "in one night", reviewer)
    make_verdict(claim, reviewer)
    put(evidence, None, reviewer)
    kept = Verdict.objects.get().evidence[0]
    assert (kept["document"], kept["exact"]) == (str(document.pk), "in one night")
