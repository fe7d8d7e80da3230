"""What a command says of an import."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from articles.models import Batch, RefusedRow

S = Batch.State
TOLD = 20
"""Refused rows that are told one by one."""
TOLD_IN_JSON = 100
ACTIONS = ("create", "update", "same", "refuse")
HEADS = ("created", "updated", "left alone", "refused")
FORESEEN = ("to create", "to update", "to leave", "to refuse")


def as_json(batch: Batch) -> dict[str, Any]:
    return {
        "batch": str(batch.pk),
        "page": batch.get_absolute_url(),
        "file": batch.file_name,
        "size": batch.size,
        "sha256": batch.sha256,
        "desk": batch.desk.slug,
        "by": batch.created_by.username,
        "format": batch.layout["format"],
        "kind": batch.layout["kind"],
        "state": batch.state,
        "reason": batch.reason,
        "rows": batch.rows,
        "refused": batch.refused,
        "expected": batch.expected,
        "counts": batch.counts,
        "problems": list(islice(problems(batch), TOLD_IN_JSON)),
    }


def described(batch: Batch) -> Iterator[str]:
    """The lines of the report."""
    if batch.state == S.FAILED:
        return
    yield f"{batch.file_name}: rows {batch.rows:,}, refused {batch.refused:,}."
    if batch.started_at is None:
        yield "Nothing was imported."
        yield from table(batch.expected, FORESEEN)
    else:
        yield from table(batch.counts, HEADS)
    for problem in islice(problems(batch), TOLD):
        value = f" (“{problem['value']}”)" if problem["value"] else ""
        place = f", {problem['column']}" if problem["column"] else ""
        yield f"Row {problem['row']}{place}{value}: {problem['reason']} {problem['remedy']}"
    if batch.refused > TOLD:
        yield "--refused FILE.csv writes all refused rows."
    yield f"The report is kept at {batch.get_absolute_url()}."


def table(counts: Mapping[str, Mapping[str, int]], heads: tuple[str, ...]) -> Iterator[str]:
    yield "".join(["".ljust(10), *(head.rjust(12) for head in heads)])
    for kind, by_action in counts.items():
        numbers = (f"{by_action.get(action, 0):,}".rjust(12) for action in ACTIONS)
        yield "".join([kind.ljust(10), *numbers])


def problems(batch: Batch) -> Iterator[dict[str, Any]]:
    """What is wrong with the first refused rows: row, column, value, reason and remedy."""
    for row in RefusedRow.objects.filter(batch=batch).order_by("row")[:TOLD_IN_JSON]:
        for problem in row.problems:
            yield {"row": row.row} | {
                part: problem[part] for part in ("column", "value", "reason", "remedy")
            }
