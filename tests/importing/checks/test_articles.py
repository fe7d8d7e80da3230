from typing import Any

import pytest

from articles.importing.checks import articles, values
from articles.importing.checks.check import check
from articles.importing.limits import MAX_CLAIMS
from articles.importing.manuscript import structure_of
from articles.importing.records import Record, Refused
from articles.text.normalize import build

from .rows import TEXT, checked, claim, problem, problems


def test_an_article_is_taken_whole():
    row = checked(
        "article",
        id=12,
        url="https://example.org/a",
        publisher="Daily Post",
        byline="Rosa Lim",
        published_on="2022-03-23",
        language="en-GB",
    )
    assert (row.row, row.id, row.title, row.text) == (1, "12", "Workers are paid late", TEXT)
    assert (row.url, row.publisher) == ("https://example.org/a", "Daily Post")
    assert (row.byline, str(row.published_on), row.language) == ("Rosa Lim", "2022-03-23", "en-GB")
    assert [block.kind for block in row.blocks] == ["heading", "paragraph", "paragraph"]


def test_a_language_that_is_not_said_is_guessed():
    assert checked("article", text="노동자들은 임금을 받지 못했다.").language == "ko"
    assert checked("document", text="노동자들은 임금을 받지 못했다.").language == ""


def test_the_blocks_are_those_the_structure_says():
    text, blocks = build([("quotation", "We were not paid."), ("list_item", "Rice")])
    row = checked("article", text=text, structure=structure_of(text, blocks))
    assert row.blocks == blocks


def test_a_text_is_normalised():
    assert checked("article", text="One\r\n\r\n\r\ntwo \x07 ").text == "One\n\ntwo"


@pytest.mark.parametrize(
    ("text", "reason"),
    {
        "none": (None, "It is missing."),
        "blank": (" \n ", "It is missing."),
        "controls": ("\x01\x02", "There is nothing to read in it."),
        "NUL": ("a\0", "It holds a NUL character."),
        "date": (True, "Yes or no stands where a text belongs."),
    }.values(),
    ids=str,
)
def test_an_article_needs_a_text(text: Any, reason: str):
    found = problem("article", text=text, claims=[claim()])
    assert (found.column, found.reason) == ("text", reason)


def test_a_text_too_long_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(articles, "MAX_TEXT", 100)
    assert "more than the 100 allowed" in problem("article", text="a" * 101).reason
    # U+0958 is two code points in composed form.
    assert "120 characters once" in problem("article", text="\u0958" * 60).reason


def test_claims_stand_where_their_offsets_say():
    start = TEXT.index("3,000")
    row = checked("article", claims=[{"id": "c", "start": start, "end": start + 13}])
    (taken,) = row.claims
    assert (taken.id, taken.exact) == ("c", "3,000 workers")
    assert (taken.start, taken.end) == (start, start + 13)
    assert taken.prefix == TEXT[start - 32 : start]
    assert taken.suffix == TEXT[start + 13 : start + 45]


def test_a_bad_claim_is_named_by_its_place():
    found = problem("article", claims=[claim(), {"start": 3, "end": 900}])
    assert (found.column, found.value) == ("claims[1].start", "3–900")
    assert "0 to" in found.reason


@pytest.mark.parametrize("item", [1, "words", None, []], ids=str)
def test_a_claim_has_to_be_an_object(item: Any):
    found = problem("article", claims=[item])
    assert (found.column, found.reason) == ("claims[0]", "An object belongs here.")


def test_no_two_claims_mark_the_same_words():
    start = TEXT.index("3,000")
    span = {"start": start, "end": start + len("3,000 workers were paid")}
    found = problem("article", claims=[claim(), {"start": 0, "end": 7}, span])
    assert found.column == "claims[2].start"
    assert "same words as claims[0]" in found.reason


def test_a_withdrawn_claim_may_mark_the_words_of_another():
    row = checked("article", claims=[claim(), claim(status="withdrawn"), claim(status="withdrawn")])
    assert len(row.claims) == 3


def test_no_two_claims_have_the_same_id():
    found = problem("article", claims=[claim(id="c"), {"id": "c", "start": 0, "end": 7}])
    assert (found.column, found.value) == ("claims[1].id", "c")
    assert "claims[0]" in found.reason


def test_a_twin_is_told_although_neither_is_placed():
    found = problems("article", claims=[claim(id="c", exact="no such words")] * 2)
    assert [p.column for p in found] == ["claims[1].id", "claims[0].exact", "claims[1].exact"]


def test_a_claim_whose_offsets_are_wrong_is_not_looked_for_by_its_words():
    bad = {"start": "x", "end": 3, "exact": "were"}
    assert problem("article", claims=[bad]).column == "claims[0].start"


def test_too_many_claims_are_refused():
    found = problem("article", claims=[claim()] * (MAX_CLAIMS + 1))
    assert found.column == "claims"
    assert "5,001" in found.reason
    assert "5,000" in found.reason


@pytest.mark.parametrize(
    "bad", [{"exact": "no such words"}, {"exact": "UN", "status": "x"}], ids=str
)
def test_after_many_problems_the_rest_is_not_looked_at(bad: dict[str, str]):
    found = problems("article", claims=[bad] * 300)
    assert len(found) == values.MOST_PROBLEMS + 1
    assert (found[-1].column, found[-1].reason[:13]) == ("", "More is wrong")


def test_a_misspelt_field_of_a_claim_is_told():
    found = problem("article", claims=[claim(claiment="UN")])
    assert (found.column, found.value) == ("claims[0].claiment", "UN")
    assert found.remedy == "If you mean “claimant”, write it so."


def test_other_fields_of_a_claim_are_left_out():
    assert checked("article", claims=[claim(score=0.5, type="claim")]).claims[0].id == ""


def test_a_document_is_taken_whole():
    row = checked(
        "document",
        id="d",
        title="Yearbook",
        url="https://example.org/d",
        byline="Bureau",
        published_on="2020-12-31",
        retrieved_at="2021-05-01T00:00:00Z",
    )
    assert (row.id, row.title, row.source.name) == ("d", "Yearbook", "Ministry of Labour")
    assert (row.url, row.byline) == ("https://example.org/d", "Bureau")
    assert (str(row.published_on), row.retrieved_at.year) == ("2020-12-31", 2021)
    assert [block.kind for block in row.blocks] == ["heading", "paragraph"]


def test_a_document_without_a_title_has_its_first_line():
    assert checked("document").title == "Report"
    title = checked("document", text="x" * 600).title
    assert (len(title), title[-2:]) == (500, "x…")


def test_a_document_needs_source_and_text():
    found = problems("document", source="", text="")
    assert [(p.column, p.reason) for p in found] == [
        ("source", "It is missing."),
        ("text", "It is missing."),
    ]


def test_a_refused_row_keeps_its_values_to_be_mended():
    record = Record(3, "article", {"title": "", "text": TEXT}, "a.jsonl")
    result = check(record)
    assert isinstance(result, Refused)
    assert (result.row, result.fields) == (3, record.fields)
    assert [p.row for p in result.problems] == [3]
