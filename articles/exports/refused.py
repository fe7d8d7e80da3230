"""The rows that an import refused, as CSV to be mended and sent again."""

from collections.abc import Iterator
from typing import Any

from django.db.models import F, Func, QuerySet, TextField

from articles.exports.tables import csv_lines
from articles.importing.records import FIELDS, KINDS, PROBLEM_COLUMNS
from articles.models import Batch, RefusedRow

CHUNK = 50
"""Rows that are in memory at once: each may have a whole article."""


def refused_lines(batch: Batch, rows: QuerySet[RefusedRow]) -> Iterator[str]:
    """The heading and each row, with what is wrong with it before its values.

    Parted as the file was: where that was by semicolons, spreadsheets open no commas.
    """
    rows = rows.order_by("row")
    fields = occurring(rows)
    delimiter = batch.layout.get("delimiter") or ","
    return csv_lines((*PROBLEM_COLUMNS, *fields), cells(rows, fields), delimiter=delimiter)


def occurring(rows: QuerySet[RefusedRow]) -> list[str]:
    """The fields that any of the rows has, in our order."""
    keys = Func(F("fields"), function="jsonb_object_keys", output_field=TextField())
    found = set(rows.order_by().values_list(keys, flat=True).distinct())
    known = dict.fromkeys(name for kind in KINDS for name in FIELDS[kind])
    return [name for name in known if name in found]


def cells(rows: QuerySet[RefusedRow], fields: list[str]) -> Iterator[list[Any]]:
    for row in in_chunks(rows):
        told = [row.row, joined(row.problems, "reason"), joined(row.problems, "remedy")]
        yield told + [row.fields.get(name) for name in fields]


def in_chunks(rows: QuerySet[RefusedRow]) -> Iterator[RefusedRow]:
    """A few rows at a time, without a cursor, which would not survive a connection pool."""
    last = -1
    while chunk := list(rows.filter(row__gt=last)[:CHUNK]):
        yield from chunk
        last = chunk[-1].row


def joined(problems: list[dict[str, Any]], part: str) -> str:
    """Each problem's part with the column it is about."""
    return " | ".join(
        f"{problem['column']}: {problem[part]}" if problem["column"] else problem[part]
        for problem in problems
    )
