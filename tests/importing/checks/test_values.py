"""What each kind of value may be, whether it comes from JSON, from a CSV file or from a sheet."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from articles.importing.records import LONGEST_VALUE

from .rows import checked, claim, problem, problems, verdict


@pytest.mark.parametrize(
    ("value", "text"),
    {
        "text": ("  A title ", "A title"),
        "of two lines": ("A\r\ntitle", "A title"),
        "whole number": (1984, "1984"),
        "whole number of a sheet": (1984.0, "1984"),
        "number": (19.5, "19.5"),
        "formula": ("=SUM(A1)", "=SUM(A1)"),
    }.values(),
    ids=str,
)
def test_texts_are_taken(value: Any, text: str):
    assert checked("article", title=value).title == text


@pytest.mark.parametrize(
    ("value", "reason"),
    {
        "date": (date(2022, 3, 23), "A date stands where a text belongs"),
        "date and time": (datetime(2022, 3, 23, 10), "A date stands where a text belongs"),
        "bool": (True, "Yes or no stands where a text belongs"),
        "list": (["A"], "A list or object stands"),
        "object": ({"a": 1}, "A list or object stands"),
        "long number": (1e18, "lost its last digits"),
        "not a number": (float("nan"), "lost its last digits"),
        "NUL": ("A\0B", "NUL"),
        "half a character": ("A\ud800", "surrogate"),
        "too long": ("x" * 501, "501 characters, more than the 500"),
    }.values(),
    ids=str,
)
def test_what_is_no_text_is_refused(value: Any, reason: str):
    found = problem("article", title=value)
    assert found.column == "title"
    assert reason in found.reason
    assert found.remedy


@pytest.mark.parametrize("empty", [None, "", "  ", "\n"])
def test_an_empty_value_is_a_missing_one(empty: Any):
    found = problem("article", title=empty)
    assert (found.column, found.reason) == ("title", "It is missing.")
    row = checked("article", url=empty, published_on=empty, language=empty, claims=empty, id=empty)
    assert (row.url, row.published_on, row.language, row.claims, row.id) == ("", None, "en", (), "")


def test_a_problem_repeats_the_value_cut_short():
    found = problem("article", title="word " * 200)
    assert len(found.value) == LONGEST_VALUE + 1
    assert found.value.endswith("…")
    assert (found.row, found.value[:9]) == (7, "word word")


@pytest.mark.parametrize(
    ("value", "day"),
    [
        (date(2022, 3, 23), date(2022, 3, 23)),
        (datetime(2022, 3, 23, 12), date(2022, 3, 23)),
        ("2022-03-23", date(2022, 3, 23)),
        (" 23 March 2022 ", date(2022, 3, 23)),
        ("2022-03-23T23:00:00-05:00", date(2022, 3, 23)),
    ],
    ids=str,
)
def test_days_are_taken(value: Any, day: date):
    assert checked("article", published_on=value).published_on == day


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (44643, "A number stands where a date belongs."),
        (44643.0, "A number stands where a date belongs."),
        ("44643", "A number stands where a date belongs."),
        (True, "This is no date."),
        ([2022, 3, 23], "This is no date."),
        ("03/04/2022", "This may be 3 April or 4 March."),
        ("2022-02-30", "There is no such day."),
        ("soon", "This is no date."),
    ],
    ids=str,
)
def test_what_is_no_day_is_refused(value: Any, reason: str):
    found = problem("article", published_on=value)
    assert (found.column, found.reason) == ("published_on", reason)
    assert "2022-03-23" in found.remedy


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        (datetime(2022, 3, 23, 12), datetime(2022, 3, 23, 12, tzinfo=UTC)),
        (
            datetime(2022, 3, 23, 12, tzinfo=timezone(timedelta(hours=9))),
            datetime(2022, 3, 23, 3, tzinfo=UTC),
        ),
        (date(2022, 3, 23), datetime(2022, 3, 23, tzinfo=UTC)),
        ("2022-03-23T12:00:00Z", datetime(2022, 3, 23, 12, tzinfo=UTC)),
    ],
    ids=str,
)
def test_moments_are_taken_in_utc(value: Any, moment: datetime):
    assert checked("document", retrieved_at=value).retrieved_at == moment


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        pytest.param(
            datetime.now(UTC) + timedelta(days=1), "It lies in the future.", id="tomorrow"
        ),
        ("2999-01-01", "It lies in the future."),
        (1648044000, "A number stands where a date belongs."),
        ("0001-01-01T00:00:00+14:00", "This moment lies outside the calendar."),
        ("03/04/2022", "This may be 3 April or 4 March."),
    ],
    ids=str,
)
def test_what_is_no_past_moment_is_refused(value: Any, reason: str):
    found = problem("document", retrieved_at=value)
    assert (found.column, found.reason) == ("retrieved_at", reason)


@pytest.mark.parametrize(
    ("value", "truth"),
    [
        *((True, True), (1, True), (1.0, True), ("yes", True), ("TRUE", True), (" 1 ", True)),
        *((False, False), (0, False), ("No", False), ("false", False), ("0", False), ("", False)),
    ],
    ids=str,
)
def test_yes_and_no_are_taken(value: Any, truth: bool):
    assert checked("source", protected=value).protected is truth


@pytest.mark.parametrize("value", [2, "maybe", 0.5, [], "2022-01-01"], ids=str)
def test_what_is_neither_yes_nor_no_is_refused(value: Any):
    found = problem("source", protected=value)
    assert (found.column, found.remedy) == ("protected", "Write yes or no.")


@pytest.mark.parametrize("start", [0, 0.0, "0", " 0 "], ids=str)
def test_offsets_are_taken_as_numbers_or_digits(start: Any):
    row = checked("article", claims=[{"start": start, "end": "7"}])
    assert row.claims[0].exact == "Workers"


@pytest.mark.parametrize(
    "start", [-1, 1.5, True, "1.0", "1,204", "one", "-1", "١", [1], float("inf"), 10**30], ids=str
)
def test_what_is_no_offset_is_refused(start: Any):
    found = problem("claim", start=start, end=7)
    assert found.column == "start"
    assert "whole number" in found.reason
    assert "code points" in found.remedy


@pytest.mark.parametrize(
    ("given", "chosen"),
    {
        "as it is": ("mostly_true", "mostly_true"),
        "as it is read": ("Mostly true", "mostly_true"),
        "with a hyphen": ("half-true", "half_true"),
        "the TRUE of a sheet": (True, "true"),
        "the FALSE of a sheet": (False, "false"),
    }.values(),
    ids=str,
)
def test_choices_are_taken_as_people_write_them(given: Any, chosen: str):
    row = checked("article", claims=[claim(verdicts=[verdict(rating=given)])])
    assert row.claims[0].verdicts[0].rating == chosen


@pytest.mark.parametrize(
    ("kind", "field", "value", "guess"),
    [
        ("source", "kind", "organization", "organisation"),
        ("source", "kind", "persn", "person"),
        ("claim", "status", "In Reveiw", "in_review"),
        ("claim", "relation", "refute", "refutes"),
        ("claim", "rating", "mostly-ture", "mostly_true"),
    ],
)
def test_the_nearest_choice_is_suggested(kind: Any, field: str, value: str, guess: str):
    extra = {"source": "Daily Post"} if field == "relation" else {}
    extra |= {"rationale": "So."} if field == "rating" else {}
    found = problem(kind, **{field: value}, **extra)
    assert (found.column, found.value) == (field, value)
    assert f"Did you mean “{guess}”?" in found.remedy
    assert "Allowed are" in found.remedy


def test_a_choice_like_none_is_refused_without_a_guess():
    found = problem("source", kind="zzz")
    assert found.remedy.startswith("Allowed are organisation, publication,")


@pytest.mark.parametrize(
    ("url", "remedy"),
    {
        "www.un.org/a": "Write https://www.un.org/a.",
        "ftp://un.org/a": "https://un.org/",
        "javascript:alert(1)": "https://un.org/",
        "https://rosa:secret@un.org/": "before the @",
        "https://un.org/a b": "Copy it again",
        "https://intranet/": "Copy it again",
    }.items(),
    ids=str,
)
def test_what_is_no_web_address_is_refused(url: str, remedy: str):
    found = problem("article", url=url)
    assert found.column == "url"
    assert remedy in found.remedy


def test_an_address_too_long_is_refused():
    found = problem("article", url="https://un.org/" + "a" * 2000)
    assert "2,015 characters, more than the 2,000" in found.reason


@pytest.mark.parametrize("code", ["en", "ko", "pt-BR", "zh-Hant-TW"])
def test_language_codes_are_taken(code: str):
    assert checked("article", language=code).language == code


@pytest.mark.parametrize("code", ["English", "pt_BR", "e", "en\n-"])
def test_what_is_no_language_code_is_refused(code: str):
    assert problem("article", language=code).remedy == "Write a code, as in en, ko or pt-BR."


def test_all_problems_of_a_row_are_told():
    found = problems(
        "article", title="", url="un.org", published_on="soon", language="English", id="x" * 301
    )
    assert [p.column for p in found] == ["title", "id", "url", "published_on", "language"]
    assert all(p.reason and p.remedy for p in found)


def test_json_in_a_cell_is_read():
    row = checked("article", claims='[{"start": 0, "end": 7, "evidence": [{"source": "UN"}]}]')
    assert row.claims[0].evidence[0].source.name == "UN"


@pytest.mark.parametrize(
    ("cell", "reason"),
    {
        "words": ("no", "A list belongs here."),
        "an object": ('{"a": 1}', "A list belongs here."),
        "cut off": ('[{"start": 0', "Character 13: The JSON ends too early."),
        "without a comma": ('[{"a": 1 "b": 2}]', "Character 10: A comma is missing here"),
        "no number": ('[{"start": NaN}]', "NaN is no number in JSON."),
        "too deep": ("[" * 14 + "]" * 14, "nested more than 12 deep"),
        "far too deep": ("[" * 100_000, "too deep to be read"),
        "half a character": ('[{"note": "\\ud800"}]', "half of a surrogate pair"),
    }.values(),
    ids=lambda value: value[:20],
)
def test_a_cell_that_is_no_list_is_refused(cell: str, reason: str):
    found = problem("article", claims=cell)
    assert found.column == "claims"
    assert reason in found.reason
    assert found.remedy
