"""Reads and checks a file into the staging tables and says what an import of it would do.

Nothing is written but the staging tables and the rows that are refused.
"""

import math
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any, BinaryIO, cast

from django.db.models import Count

from articles.importing.checks.check import check
from articles.importing.checks.checked import Checked, CheckedArticle, CheckedDocument
from articles.importing.compare import PHASE_OF, PHASES, Rows, compare, counts, problems
from articles.importing.formats.readers import read
from articles.importing.records import FileError, Layout, Problem, Record, Refused
from articles.importing.running import Running
from articles.importing.stored import Stored
from articles.models import Batch, RefusedRow

CHUNK_ROWS = 2_000
CHUNK_TEXT = 4_000_000
"""Rows, and code points of text, after which a chunk is full."""
A_CLAIM = 400
"""Code points of text that a claim counts for."""


@dataclass
class Part:
    """Rows that are staged together."""

    good: list[Checked] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    size: int = 0

    def take(self, row: Checked | Refused) -> None:
        if isinstance(row, Refused):
            self.refused.append(row)
        else:
            self.good.append(row)
        if isinstance(row, CheckedArticle):
            self.size += len(row.text) + A_CLAIM * len(row.claims)
        elif isinstance(row, CheckedDocument):
            self.size += len(row.text)

    @property
    def rows(self) -> int:
        return len(self.good) + len(self.refused)

    @property
    def is_full(self) -> bool:
        return self.rows >= CHUNK_ROWS or self.size >= CHUNK_TEXT


def dry_run(run: Running) -> dict[str, Any]:
    """What the batch is to say of it: ``expected`` and how many rows are ``refused``."""
    stage(run)
    with run.chunk():
        compare(run.staging, run.batch)
        keep_compared(run)
    expected: dict[str, dict[str, int]] = {}
    for phase in PHASES:
        add_counts(expected, counts(run.staging, run.batch, Rows(phase)))
    refused = count_refused(run.batch, expected)
    return {"expected": expected, "refused": refused}


def count_refused(batch: Batch, counts: dict[str, dict[str, int]]) -> int:
    """How many rows are refused in all, and by kind among the ``counts``."""
    refused = RefusedRow.objects.filter(batch=batch).order_by().values_list("kind")
    by_kind = dict(refused.annotate(Count("id")))
    for kind, number in by_kind.items():
        counts.setdefault(kind, {})["refuse"] = number
    return sum(by_kind.values())


def stage(run: Running, *, again: bool = False) -> None:
    """Fill the staging tables from the file, and keep the rows that are refused.

    ``again``: in the middle of an import, whose progress stays as it is.
    """
    with run.chunk():
        run.staging.create()
        if not again:
            RefusedRow.objects.filter(batch=run.batch).delete()
    stored = Stored(run.batch.desk, run.staging)
    rows = staged = 0
    with opened(run.batch) as file:
        for part in parts(read(file, Layout.from_dict(run.batch.layout)), stored):
            rows += part.rows
            staged += len(part.good)
            with run.chunk() as done:
                run.staging.add(part.good)
                keep_refused(run.batch, part.refused)
                if not again:
                    done |= {"rows": rows, "staged": staged}
                    done |= {"read_bytes": min(file.tell(), run.batch.size)}
    if not rows:
        raise FileError("There are no rows in the file: it has nothing to import.")
    with run.chunk():
        run.staging.index()


@contextmanager
def opened(batch: Batch) -> Iterator[BinaryIO]:
    with batch.file.open("rb") as file:
        yield cast("BinaryIO", file)


def parts(records: Iterator[Record | Refused], stored: Stored) -> Iterator[Part]:
    part = Part()
    kind = ""
    for record in records:
        # Documents must be staged before what rests on their passages is looked at.
        if part.is_full or kind == "document" != record.kind:
            yield part
            part = Part()
        kind = record.kind
        row: Checked | Refused
        row = record if isinstance(record, Refused) else check(record)
        if isinstance(record, Record) and not isinstance(row, Refused):
            row = stored.settle(record, row)
        part.take(row)
    if part.rows:
        yield part


def keep_compared(run: Running) -> None:
    """Keep the rows that the comparison refused, with their values as the file has them."""
    found = {row: said for row, _, said in problems(run.staging, run.batch)}
    for records in reread(run.batch, found):
        keep_refused(
            run.batch,
            [
                Refused(
                    record.row,
                    record.kind,
                    record.fields,
                    tuple(Problem(row=record.row, **problem) for problem in found[record.row]),
                )
                for record in records
            ],
        )


def keep_values(run: Running) -> None:
    """Keep the values of the rows that were refused since the dry run."""
    foreseen = sum(numbers.get("refuse", 0) for numbers in run.batch.expected.values())
    if run.batch.refused == foreseen:
        return
    refused = RefusedRow.objects.filter(batch=run.batch, fields={})
    for records in reread(run.batch, set(refused.values_list("row", flat=True))):
        with run.chunk():
            for record in records:
                refused.filter(row=record.row).update(fields=storable(dict(record.fields)))


def reread(batch: Batch, rows: Collection[int]) -> Iterator[tuple[Record, ...]]:
    """These rows as the file has them, many at a time."""
    if not rows:
        return
    with opened(batch) as file:
        records = (
            record
            for record in read(file, Layout.from_dict(batch.layout))
            if record.row in rows and isinstance(record, Record)
        )
        while found := tuple(islice(records, CHUNK_ROWS)):
            yield found


def keep_refused(batch: Batch, refused: list[Refused]) -> None:
    """Keep them, but for what is said of them already."""
    RefusedRow.objects.bulk_create(
        (
            RefusedRow(
                batch=batch,
                row=row.row,
                kind=row.kind,
                fields=storable(dict(row.fields)),
                problems=[
                    {
                        "column": storable(problem.column),
                        "value": problem.value,
                        "reason": storable(problem.reason),
                        "remedy": problem.remedy,
                    }
                    for problem in row.problems
                ],
            )
            for row in refused
            if not is_done(batch, row)
        ),
        ignore_conflicts=True,
    )


def is_done(batch: Batch, row: Refused) -> bool:
    """Whether an import has gone past the row, so that it is in."""
    return (PHASE_OF[row.kind], row.row) <= (batch.phase, batch.done_row)


def storable(value: Any) -> Any:
    """The value as PostgreSQL's jsonb can hold it: no NUL, lone surrogate or number beyond JSON."""
    if isinstance(value, str):
        sound = value.replace("\0", "\N{REPLACEMENT CHARACTER}")
        return sound.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {storable(str(key)): storable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [storable(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    return value


def add_counts(total: dict[str, dict[str, int]], more: dict[str, dict[str, int]]) -> None:
    for kind, numbers in more.items():
        of_kind = total.setdefault(kind, {})
        for action, number in numbers.items():
            of_kind[action] = of_kind.get(action, 0) + number
