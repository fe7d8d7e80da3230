"""Work for the worker (procrastinate). Each task takes ids or nothing, and calls what does it."""

import logging
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.core.management import call_command
from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app

from articles.actions.captures import retry_stalled_captures, run_capture
from articles.actions.digests import send_digests
from articles.actions.tallies import fold_tallies, repair_tallies
from articles.importing import run as import_run
from articles.models import Draft, Notification, Verdict
from articles.models.verdict import broken_links

logger = logging.getLogger(__name__)

DRAFTS_KEPT = NOTIFICATIONS_KEPT = timedelta(days=90)
MORNING = range(7, 10)
"""Hours, in the site's time zone: later ones are for what could not be sent in the first."""


@app.task
def capture(capture: str) -> None:
    """Takes the capture's id."""
    run_capture(UUID(capture))


@app.task(pass_context=True)
def run_batch(context: JobContext, batch: str) -> None:
    """Takes the batch's id."""
    import_run.run_batch(UUID(batch), should_stop=context.should_abort)


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


@app.periodic(cron="15 3 * * *")
@app.task(queueing_lock="drop_old_notifications")
def drop_old_notifications(timestamp: int) -> None:
    """Drop what was read long ago; what was not stays."""
    Notification.objects.filter(read_at__lt=timezone.now() - NOTIFICATIONS_KEPT).delete()


# Every hour, since the schedule counts in UTC.
@app.periodic(cron="0 * * * *")
@app.task(queueing_lock="send_morning_digests")
def send_morning_digests(timestamp: int) -> None:
    if timezone.localtime(datetime.fromtimestamp(timestamp, UTC)).hour in MORNING:
        send_digests()


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


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="fold_tallies")
def fold_tallies_each_minute(timestamp: int) -> None:
    fold_tallies()


@app.periodic(cron="40 3 * * *")
@app.task(queueing_lock="check_tallies")
def check_tallies(timestamp: int) -> None:
    """Every night: count all claims, and say in the server's log what the tallies had wrong."""
    if wrong := repair_tallies():
        logger.error("Tallies of claims: %s were wrong and are mended.", wrong)
