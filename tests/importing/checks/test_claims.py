from datetime import UTC, datetime
from typing import Any

import pytest

from articles.importing.checks import rules
from articles.importing.checks.checked import CheckedClaim, CheckedEvidence, SourceRef

from .rows import checked, claim, problem, problems, verdict


def claim_of(**fields: Any) -> CheckedClaim:
    row = checked("article", claims=[claim(**fields)])
    taken: CheckedClaim = row.claims[0]
    return taken


def test_a_claim_is_taken_whole():
    taken = claim_of(
        id="c-1",
        claimant={"name": "Ministry of Labour", "kind": "organisation"},
        status="published",
        note=" As of March. ",
        evidence=[{"source": "UN", "relation": "refutes", "url": "https://un.org/a", "note": "p"}],
        attribution=["Daily Post", {"unnamed": "a manager in Dalian"}],
        verdicts=[verdict(attribution_accuracy="altered", reviewer="rosa")],
    )
    assert (taken.id, taken.note, taken.status) == ("c-1", "As of March.", "published")
    assert taken.claimant == SourceRef(name="Ministry of Labour", kind="organisation")
    assert taken.evidence == (
        CheckedEvidence(SourceRef("UN"), relation="refutes", url="https://un.org/a", note="p"),
    )
    assert [step.description for step in taken.chains[0]] == ["", "a manager in Dalian"]
    assert taken.verdicts[0].attribution_accuracy == "altered"
    assert taken.verdicts[0].reviewer == "rosa"


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, "open"),
        ({"verdicts": []}, "open"),
        ({"verdicts": [verdict()]}, "decided"),
        ({"status": "in_review"}, "in_review"),
        ({"status": "awaiting_second_review"}, "awaiting_second_review"),
        ({"status": "withdrawn"}, "withdrawn"),
        ({"status": "open", "verdicts": [verdict()]}, "open"),
        ({"status": "in_review", "verdicts": [verdict()]}, "in_review"),
        ({"status": "needs_recheck", "verdicts": [verdict()]}, "needs_recheck"),
    ],
    ids=str,
)
def test_the_status_is_the_one_given_or_follows_from_the_verdicts(
    fields: dict[str, Any], status: str
):
    assert claim_of(**fields).status == status


@pytest.mark.parametrize("status", rules.JUDGED)
@pytest.mark.parametrize("verdicts", [None, [], "[]"], ids=str)
def test_a_judged_claim_needs_a_verdict(status: str, verdicts: Any):
    found = problem("article", claims=[claim(status=status, verdicts=verdicts)])
    assert found.column == "claims[0].status"
    assert "needs a verdict" in found.reason


def test_a_verdict_needs_rating_and_rationale():
    found = problems("article", claims=[claim(verdicts=[{"rationale": " \n"}])])
    assert [(p.column, p.reason) for p in found] == [
        ("claims[0].verdicts[0].rating", "It is missing."),
        ("claims[0].verdicts[0].rationale", "It is missing."),
    ]


def test_a_verdict_of_the_future_is_refused():
    found = problem("article", claims=[claim(verdicts=[verdict(decided_at="2999-01-01")])])
    assert found.column == "claims[0].verdicts[0].decided_at"


def test_verdicts_stay_in_the_order_in_which_they_stand():
    days = ["2022-03-03", "2022-03-01", "2022-03-02"]
    taken = claim_of(verdicts=[verdict(decided_at=day) for day in days]).verdicts
    assert [v.decided_at and v.decided_at.day for v in taken] == [3, 1, 2]


def test_evidence_needs_a_source():
    found = problem("article", claims=[claim(evidence=[{"url": "https://un.org/"}])])
    assert (found.column, found.reason) == ("claims[0].evidence[0].source", "It is missing.")


@pytest.mark.parametrize(
    ("passage", "taken"),
    {
        "words": ("All were paid.", (None, None, "All were paid.")),
        "offsets": ({"start": 3, "end": 8}, (3, 8, "")),
        "both": ({"start": 3, "end": 8, "exact": "words"}, (3, 8, "words")),
        "JSON in a cell": ('{"start": 3, "end": 8}', (3, 8, "")),
        "words in brackets": ("[…] were paid", (None, None, "[…] were paid")),
        "none": ("", (None, None, "")),
    }.values(),
    ids=str,
)
def test_passages_are_taken(passage: Any, taken: tuple[Any, ...]):
    evidence = [{"source": "UN", "document": "d-1", "passage": passage}]
    (found,) = claim_of(evidence=evidence).evidence
    assert (found.start, found.end, found.exact) == taken
    assert found.document == "d-1"


@pytest.mark.parametrize(
    ("evidence", "column"),
    {
        "of no document": ({"passage": "words"}, "passage"),
        "without its end": ({"document": "d", "passage": {"start": 1}}, "passage.end"),
        "without its start": ({"document": "d", "passage": {"end": 1}}, "passage.start"),
        "of nothing": ({"document": "d", "passage": {}}, "passage.exact"),
        "bad offset": ({"document": "d", "passage": {"start": "x", "end": 1}}, "passage.start"),
        "list": ({"document": "d", "passage": [1]}, "passage"),
        "bad relation": ({"relation": "proves"}, "relation"),
        "bad address": ({"url": "un"}, "url"),
        "bad kind of source": ({"source": {"name": "UN", "kind": "x"}}, "source.kind"),
        "misspelt": ({"relatoin": "refutes"}, "relatoin"),
    }.values(),
    ids=str,
)
def test_bad_evidence_is_refused(evidence: dict[str, Any], column: str):
    item = {"source": "UN"} | evidence
    assert problem("article", claims=[claim(evidence=[item])]).column == (
        f"claims[0].evidence[0].{column}"
    )


@pytest.mark.parametrize(
    ("fields", "column"),
    {
        "nothing": ({}, "exact"),
        "start alone": ({"start": 1}, "end"),
        "end alone": ({"end": 1}, "start"),
    }.values(),
    ids=str,
)
def test_a_claim_says_where_it_stands(fields: dict[str, Any], column: str):
    found = problem("claim", exact="", **fields)
    assert (found.column, found.reason) == (column, "It is missing.")


def test_a_claim_row_has_its_evidence_and_verdict_in_columns():
    row = checked(
        "claim",
        source="UN",
        relation="Refutes",
        evidence_url="https://un.org/a",
        passage="none was paid",
        rating="FALSE",
        attribution_accuracy="accurate",
        rationale="See the report.",
        reviewer="rosa",
        decided_at="2022-03-23",
        attribution="Daily Post > Ministry of Labour",
    )
    assert row.article == "a-1"
    taken = row.claim
    assert (taken.start, taken.exact, taken.status) == (None, "3,000 workers were paid", "decided")
    assert taken.evidence == (
        CheckedEvidence(
            SourceRef("UN"), relation="refutes", url="https://un.org/a", exact="none was paid"
        ),
    )
    (judged,) = taken.verdicts
    assert (judged.rating, judged.rationale, judged.reviewer) == (
        "false",
        "See the report.",
        "rosa",
    )
    assert judged.decided_at == datetime(2022, 3, 23, tzinfo=UTC)
    assert [step.source and step.source.name for step in taken.chains[0]] == [
        "Daily Post",
        "Ministry of Labour",
    ]


def test_columns_of_evidence_and_verdict_are_named_in_problems():
    found = problems("claim", passage="words", evidence_url="un", rating="ok", decided_at="soon")
    assert [p.column for p in found] == [
        *("source", "evidence_url", "rationale", "rating", "decided_at"),
    ]


@pytest.mark.parametrize(
    ("fields", "column"),
    [
        ({"source": "UN", "evidence": '[{"source": "UN"}]'}, "evidence"),
        ({"rating": "true", "rationale": "So.", "verdicts": [verdict()]}, "verdicts"),
    ],
    ids=str,
)
def test_what_is_given_twice_is_refused(fields: dict[str, Any], column: str):
    found = problem("claim", **fields)
    assert found.column == column
    assert "beside" in found.reason


def test_a_claim_row_names_its_article():
    assert problem("claim", article="").column == "article"
    assert checked("claim", article=12.0).article == "12"
