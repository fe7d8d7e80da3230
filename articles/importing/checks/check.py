"""Checks a row on its own: what needs neither the database nor another row."""

from collections.abc import Callable, Mapping

from articles.importing.checks.articles import check_article, check_document
from articles.importing.checks.checked import Checked
from articles.importing.checks.claims import check_claim_row
from articles.importing.checks.sources import check_source
from articles.importing.checks.values import Findings, Values
from articles.importing.records import Kind, Record, Refused

_CHECKS: Mapping[Kind, Callable[[int, Values], Checked]] = {
    "article": check_article,
    "claim": check_claim_row,
    "source": check_source,
    "document": check_document,
}


def check(record: Record) -> Checked | Refused:
    """The row as the staging tables take it, or all that is wrong with it.

    Offsets of an article's claims count code points of its text as given; those returned, of its
    normalised text.
    """
    findings = Findings(record.row)
    checked = _CHECKS[record.kind](record.row, Values(record.fields, findings))
    if findings.problems:
        return Refused(record.row, record.kind, record.fields, tuple(findings.problems))
    return checked
