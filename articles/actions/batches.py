"""What people ask of a batch: to check it, to import it, to stop, to undo, to put it away.

The work itself is the worker's (importing.run). A batch that is asked for stands in the queue:
its state says what is wanted, and it has no runner yet.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.files import File
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from articles.models import Batch, Desk, RuleError, User

TASK = "articles.tasks.run_batch"
S = Batch.State


def add_batch(
    *, desk: Desk, by: User, file: "File[bytes]", name: str, sha256: str, layout: Mapping[str, Any]
) -> Batch:
    """Keep a file to be imported, as it came; ``layout`` is how it was recognised."""
    batch = Batch(
        desk=desk,
        created_by=by,
        file_name=name[:255],
        size=file.size,
        sha256=sha256,
        layout=dict(layout),
    )
    # No part of the stored name comes from the user.
    batch.file.save(f"{batch.pk}.{batch.layout['format']}", file, save=False)
    batch.save(force_insert=True)
    return batch


def locked(pk: UUID) -> Batch:
    return Batch.objects.select_for_update(of=("self",)).select_related("desk").get(pk=pk)


@transaction.atomic
def ask_check(
    batch: Batch, *, layout: Mapping[str, Any] | None = None, here: bool = False
) -> Batch:
    """Have the dry run made, or made again with another layout.

    ``here``: the caller runs it (importing.run.run_batch) and no worker is asked, in all of these.
    Raises RuleError.
    """
    batch = locked(batch.pk)
    if not batch.is_checkable:
        raise RuleError(f"This import is {batch.get_state_display().lower()} already.")
    fresh = {"rows": 0, "refused": 0, "read_bytes": 0, "expected": {}}
    fresh["layout"] = batch.layout if layout is None else dict(layout)
    return queue(batch, S.CHECKING, here=here, **fresh)


@transaction.atomic
def ask_import(batch: Batch, *, by: User, here: bool = False) -> Batch:
    """Import the good rows, or go on with an import that was cancelled. Raises RuleError."""
    batch = locked(batch.pk)
    stopped = batch.state == S.CANCELLED and batch.started_at is not None
    going_on = stopped and not batch.undo_report
    if batch.state != S.CHECKED and not going_on:
        raise RuleError(f"This import is {batch.get_state_display().lower()} already.")
    if batch.rows == batch.refused:
        raise RuleError("No row of this file can be imported. Mend it and upload it again.")
    started_at = batch.started_at or timezone.now()
    return queue(batch, S.IMPORTING, here=here, started_by=by, started_at=started_at)


@transaction.atomic
def ask_undo(batch: Batch, *, by: User, here: bool = False) -> Batch:
    """Raises RuleError."""
    batch = locked(batch.pk)
    if batch.state not in (S.DONE, S.CANCELLED) or batch.started_at is None:
        raise RuleError("Only an import that has put something in can be undone.")
    # What people have changed since is told by when the import finished.
    return queue(batch, S.UNDOING, here=here, undone_by=by, finished_at=batch.finished_at)


@transaction.atomic
def ask_cancel(batch: Batch) -> Batch:
    """Stop it before its next chunk; one that waits in the queue is stopped at once.

    Raises RuleError.
    """
    batch = locked(batch.pk)
    if batch.state not in (S.CHECKING, S.IMPORTING):
        raise RuleError("There is nothing to cancel any more.")
    if batch.is_queued:
        end(batch, S.CANCELLED)
    else:
        batch.cancel_asked = True
        batch.save(update_fields=("cancel_asked",))
    return batch


@transaction.atomic
def discard(batch: Batch) -> Batch:
    """Put a batch away that has put nothing in. The worker drops its file; its report stays.

    Raises RuleError.
    """
    batch = locked(batch.pk)
    if batch.is_active or batch.started_at is not None or batch.state == S.DISCARDED:
        raise RuleError(f"This import is {batch.get_state_display().lower()}; it stays.")
    end(batch, S.DISCARDED)
    defer(batch)
    return batch


def queue(batch: Batch, state: Batch.State, *, here: bool, **fields: Any) -> Batch:
    """Let a locked batch wait for its turn at what the state names."""
    waiting = {"state": state, "queued_at": timezone.now(), "runner": None, "beat_at": None}
    fresh = {"cancel_asked": False, "finished_at": None, "reason": ""}
    save(batch, **fresh | waiting | fields)
    if not here:
        defer(batch)
    return batch


def end(batch: Batch, state: Batch.State, **fields: Any) -> None:
    """Close a locked batch: no run is at work on it any more."""
    fields |= {"state": state, "finished_at": timezone.now(), "runner": None, "queued_at": None}
    save(batch, **fields)


def save(batch: Batch, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(batch, name, value)
    batch.save(update_fields=tuple(fields))


def defer(batch: Batch) -> None:
    """The job is a row of the same transaction: it is there when the wish is, or not at all."""
    app.configure_task(TASK).defer(batch=str(batch.pk))
