"""Runs a batch within a command instead of in the worker."""

import signal
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

from django.core.management.base import OutputWrapper

from articles.actions.batches import ask_cancel
from articles.importing.run import run_batch
from articles.management.progress import Progress
from articles.models import Batch, RuleError

POLL = 1.0
"""Seconds between two looks whether it is this batch's turn."""


class Interruption:
    """Turns a first Ctrl-C into a wish to stop, which a run heeds between two of its chunks.

    A second one breaks off at once; the run is then given up by itself when its signs of life end.
    """

    def __init__(self, out: OutputWrapper) -> None:
        self.out = out
        self.asked = False

    def __enter__(self) -> "Interruption":
        self.before: Any = signal.signal(signal.SIGINT, self.on_signal)
        return self

    def __exit__(self, *error: object) -> None:
        signal.signal(signal.SIGINT, self.before)

    def on_signal(self, number: int, frame: FrameType | None) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
        self.out.write("\nStopping after what is being done now. Ctrl-C again breaks off.")


def run(batch: Batch, what: str, out: OutputWrapper, interruption: Interruption) -> None:
    """Take the batch through what was asked of it, when it is its turn; ``batch`` is then anew."""
    progress = Progress(out, what)

    def on_progress(now: Batch) -> None:
        show(progress, now)
        if interruption.asked:
            cancel(now)

    try:
        in_turn(batch, out, on_progress)
    except KeyboardInterrupt:
        cancel(batch)
        raise
    finally:
        progress.close()


def in_turn(batch: Batch, out: OutputWrapper, on_progress: Callable[[Batch], None]) -> None:
    """Run it here, or see it run by a worker if that is quicker, one import after the other."""
    told = False
    while True:
        run_batch(batch.pk, on_progress=on_progress)
        batch.refresh_from_db()
        if not batch.is_active:
            return
        if not told:
            out.write("Another import is at work. This one waits for its turn.")
            told = True
        time.sleep(POLL)
        on_progress(batch)


def show(progress: Progress, batch: Batch) -> None:
    if batch.state == Batch.State.CHECKING:
        progress.show(batch.rows, batch.read_bytes, batch.size)
    else:
        progress.show(batch.done_rows, batch.done_rows, batch.rows - batch.refused)


def cancel(batch: Batch) -> None:
    try:
        ask_cancel(batch)
    except RuleError:
        return  # it has come to its end by itself
