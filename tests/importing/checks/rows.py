"""Rows for the tests of the checks, good but for what a test changes."""

from typing import Any

from articles.importing.checks.check import check
from articles.importing.checks.checked import Checked
from articles.importing.records import Kind, Problem, Record, Refused

TEXT = (
    "Workers are paid late\n\n"
    "The ministry said on Tuesday that 3,000 workers were paid.\n\n"
    "A manager in Dalian said the workers were not paid."
)

GOOD: dict[Kind, dict[str, Any]] = {
    "article": {"title": "Workers are paid late", "text": TEXT},
    "claim": {"article": "a-1", "exact": "3,000 workers were paid"},
    "source": {"name": "Ministry of Labour"},
    "document": {"source": "Ministry of Labour", "text": "Report\n\nAll workers were paid."},
}


def checked(kind: Kind, /, **fields: Any) -> Any:
    """The row as it is taken; any problem fails the test."""
    result = check(Record(1, kind, GOOD[kind] | fields))
    assert not isinstance(result, Refused), result.problems
    return result


def problems(kind: Kind, /, **fields: Any) -> tuple[Problem, ...]:
    """What is wrong with the row, which has to be refused."""
    record = Record(7, kind, GOOD[kind] | fields)
    result: Checked | Refused = check(record)
    assert isinstance(result, Refused), result
    assert (result.row, result.kind, result.fields) == (7, kind, record.fields)
    return result.problems


def problem(kind: Kind, /, **fields: Any) -> Problem:
    """The one thing that is wrong with the row."""
    (only,) = problems(kind, **fields)
    return only


def claim(**fields: Any) -> dict[str, Any]:
    return {"exact": "3,000 workers were paid"} | fields


def verdict(**fields: Any) -> dict[str, Any]:
    return {"rating": "true", "rationale": "The ministry’s figures say so."} | fields
