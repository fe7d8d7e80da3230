"""Imports in every state that a page shows, made without a run."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile
from django.utils import timezone

from articles.actions.batches import add_batch
from articles.importing.records import Layout
from articles.models import Batch, Desk, RefusedRow, User

HEADINGS = ("Headline", "Body", "Link", "Editor")
LAYOUT = Layout(
    "csv",
    "article",
    encoding="utf-8",
    delimiter=";",
    headings=HEADINGS,
    mapping={"Headline": "title", "Body": "text", "Link": "url", "Editor": ""},
    sample=(
        ("High water", "The river rose by two metres.", "https://example.org/1", "Edith"),
        ("Low water", "The river fell again.", "https://example.org/2", ""),
    ),
)
EXPECTED = {
    "article": {"create": 990, "update": 2, "same": 5, "refuse": 3},
    "claim": {"create": 2410, "update": 0, "same": 12, "refuse": 0},
}
UNDOING = {"removed": {"article": 248, "claim": 602}, "kept": [], "kept_count": 0}


def make_batch(desk: Desk, by: User, layout: Layout = LAYOUT, **fields: Any) -> Batch:
    data = b"Headline;Body;Link;Editor\nHigh water;It rose.;;\n"
    batch = add_batch(
        desk=desk,
        by=by,
        file=ContentFile(data, name="upload"),
        name="articles of March.csv",
        sha256="5d" * 32,
        layout=layout.as_dict(),
    )
    Batch.objects.filter(pk=batch.pk).update(**fields)
    batch.refresh_from_db()
    return batch


def refuse(batch: Batch, row: int, *problems: tuple[str, str, str, str], **fields: Any) -> None:
    RefusedRow.objects.create(
        batch=batch,
        row=row,
        kind=fields.pop("kind", "article"),
        fields=fields,
        problems=[
            dict(zip(("column", "value", "reason", "remedy"), problem, strict=True))
            for problem in problems
        ],
    )


NO_TITLE = ("title", "", "The title is empty.", "Give every article a title.")
NO_DATE = ("published_on", "31.13.2024", "There is no such day.", "Write it as 2024-03-05.")


def in_state(state: str, desk: Desk, by: User) -> Batch:
    """A batch as the worker would have left it; ``queued`` and ``mapping`` are states of pages."""
    now = timezone.now()
    ran = {"started_by": by, "started_at": now - timedelta(seconds=83), "finished_at": now}
    counted = {"rows": 1000, "refused": 3, "expected": EXPECTED}
    running = {"runner": uuid4(), "beat_at": now, "queued_at": now}
    fields: dict[str, dict[str, Any]] = {
        "queued": {"state": "checking", "queued_at": now},
        "checking": {"state": "checking", "size": 1000, "read_bytes": 420, "rows": 400} | running,
        "importing": {"state": "importing", "done_rows": 250} | counted | running,
        "undoing": {"state": "undoing", "counts": EXPECTED, "undo_report": UNDOING}
        | counted
        | running
        | ran,
        "checked": {"state": "checked", "checked_at": now} | counted,
        "done": {"state": "done", "done_rows": 997, "counts": EXPECTED} | counted | ran,
        "cancelled": {"state": "cancelled", "done_rows": 250, "counts": EXPECTED} | counted | ran,
        "check cancelled": {"state": "cancelled", "finished_at": now},
        "failed": {"state": "failed", "reason": "Row 12 has more cells than there are headings."},
        "discarded": {"state": "discarded", "file": ""},
        "undone": {
            "state": "undone",
            "undone_by": by,
            "undone_at": now,
            "counts": EXPECTED,
            "undo_report": {
                "removed": {"article": 989, "claim": 2409},
                "kept": [
                    {
                        "kind": "article",
                        "id": str(uuid4()),
                        "title": "High water",
                        "why": "rosa has recorded a verdict on one of its claims.",
                    }
                ],
                "kept_count": 1,
                "withdrawn": 1,
            },
        }
        | counted
        | ran,
    }
    batch = make_batch(desk, by, **fields.get(state, {}))
    if batch.refused:
        refuse(batch, 7, NO_TITLE, NO_DATE, title="", text="=1+1", published_on="31.13.2024")
        refuse(batch, 12, NO_TITLE, title="", text="It fell.", claims=[{"exact": "fell"}])
        refuse(batch, 1001, NO_TITLE, text="It rose.")
    return batch


STATES = (
    *("new", "queued", "checking", "checked", "importing", "done", "cancelled"),
    *("check cancelled", "failed", "discarded", "undoing", "undone"),
)
