"""Imports on the tests' database, run where they are asked for."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.apps import apps
from django.core.files.base import ContentFile
from django.db import connection

from articles.actions.batches import add_batch, ask_check, ask_import, ask_undo
from articles.importing.records import Layout
from articles.importing.run import run_batch
from articles.importing.staging import Staging
from articles.models import Batch, Desk, User

TEXT = (
    "The {n}. bridge will close in May, the mayor said.\n\n"
    "“It is {n} metres long,” said an engineer who asked not to be named.\n\n"
    "According to the Office of Roads, {n} lorries cross it each day."
)
Row = Mapping[str, Any]


def article(n: int, **fields: Any) -> dict[str, Any]:
    """A row with an article whose words no other has; ``claims`` may be given by their words."""
    return {"id": f"a{n}", "title": f"Bridge {n}", "text": TEXT.format(n=n)} | fields


def claim(words: str, **fields: Any) -> dict[str, Any]:
    return {"exact": words} | fields


def lines(rows: Iterable[Row | str]) -> bytes:
    return b"".join(
        (row if isinstance(row, str) else json.dumps(row, ensure_ascii=False)).encode() + b"\n"
        for row in rows
    )


def uploaded(desk: Desk, by: User, rows: Iterable[Row | str], **layout: Any) -> Batch:
    data = lines(rows)
    return add_batch(
        desk=desk,
        by=by,
        file=ContentFile(data, name="upload"),
        name="bridges.jsonl",
        sha256="5d" * 32,
        layout=Layout("jsonl", **layout).as_dict(),
    )


def run(batch: Batch, on_progress: Callable[[Batch], None] | None = None) -> Batch:
    run_batch(batch.pk, on_progress=on_progress)
    batch.refresh_from_db()
    return batch


def checked(desk: Desk, by: User, rows: Iterable[Row | str], **layout: Any) -> Batch:
    """The batch after its dry run."""
    batch = uploaded(desk, by, rows, **layout)
    ask_check(batch, here=True)
    return run(batch)


def imported(desk: Desk, by: User, rows: Iterable[Row | str], **layout: Any) -> Batch:
    return load(checked(desk, by, rows, **layout))


def load(batch: Batch, by: User | None = None) -> Batch:
    ask_import(batch, by=by or batch.created_by, here=True)
    return run(batch)


def undone(batch: Batch, by: User | None = None) -> Batch:
    ask_undo(batch, by=by or batch.created_by, here=True)
    return run(batch)


def problems(batch: Batch) -> list[tuple[int, str, str]]:
    """Row, column and reason of all that is refused."""
    return [
        (row.row, problem["column"], problem["reason"])
        for row in batch.refused_rows.order_by("row")
        for problem in row.problems
    ]


BOOKS = ("batch", "refusedrow", "tally")
"""Tables that say how an import went, and sums, and not what it made."""


def row_counts(*, history: bool = False) -> dict[str, int]:
    """How many rows each table of the product has, but for an import's own books."""
    names = [
        model._meta.db_table
        for model in apps.get_app_config("articles").get_models()
        if model._meta.model_name not in BOOKS
        and (history or not model._meta.model_name.endswith("event"))
    ]
    with connection.cursor() as cursor:
        counts = {}
        for name in names:
            cursor.execute(f'SELECT count(*) FROM "{name}"')
            counts[name] = cursor.fetchone()[0]
    return counts


def staging_tables(batch: Batch) -> list[str]:
    """Which of its staging tables there are."""
    tables = connection.introspection.table_names()
    return [name for name, table in Staging(batch.pk).tables.items() if table in tables]
