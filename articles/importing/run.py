"""Takes a batch through what its state asks for: dry run, import or undo.

A run signs the batch as its ``runner``, and each of its transactions ends by seeing that the sign
is still its own and by noting how far it came. So what is in and what is noted are never apart,
and a run that was taken for dead, and taken over, changes nothing more.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from uuid import UUID, uuid4

from django.db import Error, InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from articles.actions.batches import defer, end, locked, save
from articles.importing.dry_run import dry_run
from articles.importing.load import load
from articles.importing.records import FileError
from articles.importing.staging import Staging
from articles.importing.undo import undo
from articles.models import Batch

S = Batch.State
BEAT = 10
"""Seconds between two signs of life."""
WAITS = (1, 2, 4, 8, 16, 30)
"""Seconds to wait for a database that has gone away, before a run gives up."""
GIVEN_UP = (
    "It stopped at an error that was not foreseen; the server's log says which. "
    "Nothing is half done: you can start it again, or tell the people who run this site."
)
ONE_AT_A_TIME = 4_112_022
"""The advisory lock under which a run sees that no other is at work."""

OnProgress = Callable[[Batch], None]
logger = logging.getLogger(__name__)


class StoppedError(Exception):
    """The batch was cancelled, taken over by another run, or handed back to the queue."""


def never() -> bool:
    return False


def run_batch(
    pk: UUID, *, on_progress: OnProgress | None = None, should_stop: Callable[[], bool] = never
) -> None:
    """Do what the batch's state asks for, if it is its turn; then give the next one its turn.

    When the worker ``should_stop``, the batch goes back into the queue after the chunk at hand.
    A batch that was cancelled, or whose file cannot be used, says so itself. Raises what is not
    foreseen, as OperationalError when the database stays away.
    """
    batch = begin(pk)
    if batch is None:
        return
    run = Run(batch, on_progress, should_stop)
    with heart_beat(batch), ExitStack() as stack:
        stack.push(run.give_up)
        run.go()
    next_in_queue()


@transaction.atomic
def begin(pk: UUID) -> Batch | None:
    """The batch, signed by a new run; None if nothing is to be done, or another is at work."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
    batch = Batch.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if batch is not None and batch.state == S.DISCARDED:
        put_away(batch)
    if batch is None or not batch.is_active:
        return None
    if Batch.objects.at_work().exists():
        return None
    save(batch, runner=uuid4(), beat_at=timezone.now())
    return batch


def next_in_queue() -> None:
    """Have a worker take up a batch whose run has died, or the one that has waited longest."""
    batch = Batch.objects.lost().first() or Batch.objects.queued().order_by("queued_at").first()
    if batch is not None:
        defer(batch)


def put_away(batch: Batch) -> None:
    """Drop what only the run needs: the staging tables, and the file once all is committed."""
    Staging(batch.pk).drop()
    if name := batch.file.name:
        storage = batch.file.storage
        save(batch, file="")
        transaction.on_commit(lambda: storage.delete(name))


@contextmanager
def heart_beat(batch: Batch) -> Iterator[None]:
    """Sign life while a run is at work, however long its statements take."""
    over = threading.Event()
    mine = Batch.objects.filter(pk=batch.pk, runner=batch.runner)

    def beat() -> None:
        while not over.wait(BEAT):
            try:
                mine.update(beat_at=timezone.now())
            except Error as error:
                logger.warning("Import %s: no heart beat, %s.", batch.pk, type(error).__name__)
            finally:
                connection.close()

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


class Run:
    """One run of one batch."""

    def __init__(
        self, batch: Batch, on_progress: OnProgress | None, should_stop: Callable[[], bool]
    ) -> None:
        self.batch = batch
        self.on_progress = on_progress
        self.should_stop = should_stop
        self.staging = Staging(batch.pk)

    def go(self) -> None:
        """Work until the end, through a database that goes away and comes back."""
        for wait in (*WAITS, None):
            try:
                self.work()
            except StoppedError:
                logger.info("Import %s stopped.", self.batch.pk)
            except FileError as error:
                self.close(S.FAILED, reason=str(error))
            except (OperationalError, InterfaceError):
                connection.close()
                if wait is None:
                    raise
                time.sleep(wait)
                continue
            return

    def work(self) -> None:
        ours = Batch.objects.filter(pk=self.batch.pk, runner=self.batch.runner)
        batch = ours.select_related("desk", "started_by").first()
        if batch is None:
            raise StoppedError
        self.batch = batch
        if self.batch.state == S.CHECKING:
            self.close(S.CHECKED, checked_at=timezone.now(), **dry_run(self))
        elif self.batch.state == S.IMPORTING:
            load(self)
            self.close(S.DONE)
        elif self.batch.state == S.UNDOING:
            self.close(S.UNDONE, undone_at=timezone.now(), undo_report=undo(self))

    @contextmanager
    def chunk(self) -> Iterator[dict[str, Any]]:
        """A transaction that commits only while the batch is ours, with the progress it is given.

        Raises StoppedError: when the batch is another run's, and nothing is committed; when it
        was cancelled or the worker has to stop, and the chunk is.
        """
        done: dict[str, Any] = {}
        with transaction.atomic():
            yield done
            now = self.still_ours()
            save(now, beat_at=timezone.now(), **done)
            if now.cancel_asked:
                end(now, S.CANCELLED)
            elif self.should_stop():
                save(now, runner=None, beat_at=None)
        self.note(now)
        if now.runner is None:
            raise StoppedError

    @transaction.atomic
    def close(self, state: Batch.State, **fields: Any) -> None:
        now = self.still_ours()
        end(now, state, **fields)
        if state in (S.DONE, S.UNDONE):
            put_away(now)
        elif state == S.FAILED:
            self.staging.drop()
        self.note(now)

    def give_up(
        self, kind: type[BaseException] | None, error: BaseException | None, at: object
    ) -> bool:
        """Stop at what was not foreseen. Where the database is gone, a later run takes over.

        Returns whether it has been taken over already: then the error concerns nobody.
        """
        if error is None:
            return False
        checking = self.batch.state == S.CHECKING
        try:
            self.close(S.FAILED if checking else S.CANCELLED, reason=GIVEN_UP)
        except StoppedError:
            return True
        except Error:
            return False
        return False

    def still_ours(self) -> Batch:
        """The batch's row as it is now, locked."""
        now = locked(self.batch.pk)
        if now.runner != self.batch.runner:
            raise StoppedError
        return now

    def note(self, now: Batch) -> None:
        self.batch = now
        if self.on_progress:
            self.on_progress(now)
