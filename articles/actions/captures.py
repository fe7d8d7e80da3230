"""Captures: an address is fetched and read by the worker; what came of it is kept either way.

The worker's task carries the capture's id alone: the address could name a protected source.
"""

import logging
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateWorker

from articles.actions.documents import store_document
from articles.extraction.read import Readable, read
from articles.fetching.addresses import Allowed
from articles.fetching.errors import FetchError
from articles.fetching.fetch import Fetched, Limits, fetch
from articles.models import Capture, Desk, Document, RuleError, Source, User
from articles.text.errors import ExtractionError

TASK = "articles.tasks.capture"
LIMITS = Limits()
STALLED = timedelta(minutes=5)
"""After this time a capture that still runs has lost its worker."""
ALIVE = timedelta(seconds=30)
"""A worker's heart beats every ten seconds."""
ATTEMPTS = 3
"""Times that a lost capture is taken up again by itself."""
UNDER_WAY = (Capture.State.WAITING, Capture.State.RUNNING)

logger = logging.getLogger(__name__)


class TakenOverError(Exception):
    """Another worker has taken up the capture meanwhile: it is for that one to store."""


@transaction.atomic
def request_capture(
    *, desk: Desk, source: Source, url: str, by: User, archive_url: str = ""
) -> Capture:
    """Have the worker fetch the address; one that is under way already is not asked for twice."""
    # Of two people who ask at once, the second waits here and then finds the first one's.
    Desk.objects.select_for_update(no_key=True).get(pk=desk.pk)
    same = Capture.objects.filter(desk=desk, source=source, url=url, state__in=UNDER_WAY).first()
    if same:
        return same
    capture = Capture.objects.create(
        desk=desk, source=source, url=url, archive_url=archive_url, requested_by=by
    )
    defer(capture)
    return capture


@transaction.atomic
def retry_capture(capture: Capture) -> Capture:
    """Try again what failed or lost its worker. Raises RuleError."""
    capture = locked(capture.pk)
    if capture.state == Capture.State.DONE:
        raise RuleError("This address is stored already. Open the document to capture it again.")
    if capture.state == Capture.State.RUNNING and not is_stalled(capture):
        raise RuleError("This address is being fetched just now. Wait for what comes of it.")
    capture.state = Capture.State.WAITING
    capture.reason = ""
    capture.save(update_fields=("state", "reason"))
    defer(capture)
    return capture


def retry_stalled_captures() -> None:
    """Take up again what a killed worker left, and give it up when that happens too often."""
    lost = Capture.objects.filter(
        state=Capture.State.RUNNING, started_at__lt=timezone.now() - STALLED
    )
    for capture in lost.select_related("desk", "source"):
        if capture.attempts < ATTEMPTS:
            with suppress(RuleError):  # it came to its end meanwhile
                retry_capture(capture)
        else:
            fail(capture, f"The worker stopped {ATTEMPTS} times while it fetched and read this.")


def defer(capture: Capture) -> None:
    """The job is a row of the same transaction: it is there when the capture is, or not at all."""
    app.configure_task(TASK).defer(capture=str(capture.pk))


def run_capture(pk: UUID) -> None:
    """Fetch, read and store; or record why not. A capture that is done is left alone."""
    capture = begin(pk)
    if capture is None:
        return
    try:
        fetched = fetch(capture.url, allowed=Allowed.parse(settings.FETCH_ALLOW), limits=LIMITS)
    except FetchError as error:
        fail(capture, error.message, error.status, error.final_url)
        return
    try:
        readable = read(fetched.data, content_type=fetched.content_type, url=fetched.final_url)
        finish(capture, fetched, readable)
    except ExtractionError as error:
        fail(capture, str(error), fetched.status, fetched.final_url)
    except TakenOverError:
        logger.info("Capture %s was taken over.", pk)
    except OSError as error:
        logger.error("Capture %s: %s while it was read or stored.", pk, type(error).__name__)
        reason = "The document could not be stored. Tell the people who run this site."
        fail(capture, reason, fetched.status, fetched.final_url)


def locked(pk: UUID) -> Capture:
    captures = Capture.objects.select_for_update(of=("self",))
    return captures.select_related("desk", "source", "requested_by").get(pk=pk)


def is_stalled(capture: Capture) -> bool:
    """Whether the capture has run for so long that its worker must be gone."""
    started = capture.started_at
    return (
        capture.state == Capture.State.RUNNING
        and started is not None
        and started < timezone.now() - STALLED
    )


@transaction.atomic
def begin(pk: UUID) -> Capture | None:
    """The capture, now running; None if it is done, given up or deleted, or somebody is at it."""
    try:
        capture = locked(pk)
    except Capture.DoesNotExist:
        return None
    if capture.state != Capture.State.WAITING and not is_stalled(capture):
        return None
    capture.state = Capture.State.RUNNING
    capture.attempts += 1
    capture.started_at = timezone.now()
    capture.finished_at = None
    capture.save(update_fields=("state", "attempts", "started_at", "finished_at"))
    return capture


def finish(capture: Capture, fetched: Fetched, readable: Readable) -> None:
    """Store the document and close the capture with it. Raises TakenOverError."""
    final_url = kept_address(fetched.final_url)

    def close(document: Document) -> None:
        if not is_ours(capture):
            raise TakenOverError
        end(
            capture,
            Capture.State.DONE,
            document=document,
            http_status=fetched.status,
            final_url=final_url,
            reason="",
        )

    store_document(
        desk=capture.desk,
        source=capture.source,
        by=capture.requested_by,
        data=fetched.data,
        readable=readable,
        origin=Document.Origin.URL,
        url=capture.url,
        final_url=final_url,
        http_status=fetched.status,
        headers=fetched.headers,
        archive_url=capture.archive_url,
        then=close,
    )


def fail(capture: Capture, reason: str, status: int | None = None, final_url: str = "") -> None:
    with transaction.atomic():
        if is_ours(capture):
            end(
                capture,
                Capture.State.FAILED,
                reason=reason,
                http_status=status,
                final_url=kept_address(final_url),
            )


def is_ours(capture: Capture) -> bool:
    """Whether nobody has taken the capture up again since this attempt began. Locks its row."""
    now = locked(capture.pk)
    return (now.state, now.attempts) == (Capture.State.RUNNING, capture.attempts)


def end(capture: Capture, state: Capture.State, **fields: object) -> None:
    fields |= {"state": state, "finished_at": timezone.now()}
    for name, value in fields.items():
        setattr(capture, name, value)
    capture.save(update_fields=tuple(fields))


def kept_address(url: str) -> str:
    """The address if it fits its column; half an address is none."""
    return url if len(url) <= 2000 else ""


def a_worker_is_alive() -> bool:
    return ProcrastinateWorker.objects.filter(last_heartbeat__gt=timezone.now() - ALIVE).exists()
