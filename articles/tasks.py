"""Work for the worker (procrastinate). Each task takes ids or nothing, and calls what does it."""

import logging
from datetime import timedelta
from uuid import UUID

from django.core.management import call_command
from django.utils import timezone
from procrastinate.contrib.django import app

from articles.actions.captures import retry_stalled_captures, run_capture
from articles.importing import run as import_run
from articles.models import Draft, Verdict
from articles.models.verdict import broken_links

logger = logging.getLogger(__name__)

DRAFTS_KEPT = timedelta(days=90)


@app.task
def capture(capture: str) -> None:
    """Takes the capture's id."""
    run_capture(UUID(capture))


@app.task
def run_batch(batch: str) -> None:
    """Takes the batch's id."""
    import_run.run_batch(UUID(batch))


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="take_up_waiting_batches")
def take_up_waiting_batches(timestamp: int) -> None:
    """A batch whose worker was killed goes on; one whose job was lost gets its turn."""
    import_run.next_in_queue()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="take_up_stalled_captures")
def take_up_stalled_captures(timestamp: int) -> None:
    retry_stalled_captures()


@app.periodic(cron="10 3 * * *")
@app.task(queueing_lock="drop_old_drafts")
def drop_old_drafts(timestamp: int) -> None:
    """Drop what nobody has come back to for a season."""
    Draft.objects.filter(updated_at__lt=timezone.now() - DRAFTS_KEPT).delete()


@app.periodic(cron="20 3 * * *")
@app.task(queueing_lock="clear_sessions")
def clear_sessions(timestamp: int) -> None:
    call_command("clearsessions")


@app.periodic(cron="30 3 * * *")
@app.task(queueing_lock="check_verdict_log")
def check_verdict_log(timestamp: int) -> None:
    """Every night: say in the server's log when the verdict log no longer holds."""
    for bad in broken_links(Verdict.objects.all()):
        logger.error("Verdict log: desk %s, row %s: %s.", bad.desk_id, bad.seq, bad.reason)
