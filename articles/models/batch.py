from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.urls import reverse
from django.utils import timezone

from articles.models.base import PublicModel
from articles.models.people import Desk, User

SILENT = timedelta(seconds=60)
"""After this time without a sign of life the run of a batch is lost: each chunk gives one."""


class BatchQuerySet(models.QuerySet["Batch"]):
    def active(self) -> "BatchQuerySet":
        return self.filter(state__in=Batch.ACTIVE)

    def queued(self) -> "BatchQuerySet":
        return self.active().filter(runner=None)

    def lost(self) -> "BatchQuerySet":
        """Those whose run has died."""
        begun = self.active().exclude(runner=None)
        return begun.filter(beat_at__lt=timezone.now() - SILENT)

    def at_work(self) -> "BatchQuerySet":
        """Those whose run gives signs of life."""
        begun = self.active().exclude(runner=None)
        return begun.exclude(beat_at__lt=timezone.now() - SILENT)


class Batch(PublicModel):
    """One bulk import: its file, what the dry run found, how far it is, and what came of it.

    ``layout`` is an importing.records.Layout. ``expected`` and ``counts`` are what the dry run
    foresees and what was done: by kind (``article``, ``claim``, ``source``, ``document``,
    ``evidence``, ``verdict``), the number of ``create``, ``update``, ``same`` and ``refuse``.
    ``runner`` is the run that is at work on it now and ``beat_at`` when that last gave a sign of
    life; a batch in an active state without a runner stands in the queue. ``staged`` rows of the
    file passed the checks that need no database; ``phase`` and ``done_row`` are how far they are
    merged, ``done_rows`` how many.
    """

    class State(models.TextChoices):
        NEW = "new", "Uploaded"
        CHECKING = "checking", "Checking"
        CHECKED = "checked", "Checked"
        IMPORTING = "importing", "Importing"
        DONE = "done", "Imported"
        CANCELLED = "cancelled", "Cancelled"
        FAILED = "failed", "Unusable"
        DISCARDED = "discarded", "Discarded"
        UNDOING = "undoing", "Undoing"
        UNDONE = "undone", "Undone"

    desk = models.ForeignKey(Desk, models.PROTECT, related_name="+")
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    file = models.FileField(upload_to="imports/%Y/%m/", blank=True)
    file_name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    layout = models.JSONField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.NEW)
    reason = models.TextField(blank=True)
    queued_at = models.DateTimeField(null=True)
    runner = models.UUIDField(null=True)
    beat_at = models.DateTimeField(null=True)
    cancel_asked = models.BooleanField(default=False)
    read_bytes = models.PositiveBigIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    staged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    phase = models.PositiveSmallIntegerField(default=0)
    done_row = models.PositiveIntegerField(default=0)
    done_rows = models.PositiveIntegerField(default=0)
    expected = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    checked_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    started_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undo_report = models.JSONField(default=dict)

    objects = BatchQuerySet.as_manager()

    ACTIVE = (State.CHECKING, State.IMPORTING, State.UNDOING)

    class Meta:
        ordering = ("-created_at", "-id")
        verbose_name_plural = "batches"
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(state="failed") | ~models.Q(reason=""),
                name="failed_batch_says_why",
            ),
        )
        indexes = (
            models.Index(fields=("created_at", "id")),
            models.Index(
                fields=("queued_at",),
                condition=models.Q(state__in=("checking", "importing", "undoing")),
                name="batch_active",
            ),
        )

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("import", args=[self.pk])

    @property
    def is_active(self) -> bool:
        return self.state in self.ACTIVE

    @property
    def is_queued(self) -> bool:
        return self.is_active and self.runner is None

    @property
    def is_checkable(self) -> bool:
        """Whether a dry run can be made, by another mapping if need be."""
        state = self.State
        stopped = self.state == state.CANCELLED and self.started_at is None
        return stopped or self.state in (state.NEW, state.CHECKED, state.FAILED)

    @property
    def is_lost(self) -> bool:
        """Whether its run has died."""
        if not self.is_active or self.runner is None or self.beat_at is None:
            return False
        return self.beat_at < timezone.now() - SILENT


class RefusedRow(models.Model):
    """A row of a batch's file that was not taken, with its values so that it can be mended.

    ``problems`` is a list of objects with column, value, reason and remedy.
    """

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="refused_rows")
    row = models.PositiveIntegerField()
    kind = models.CharField(max_length=10)
    fields = models.JSONField(encoder=DjangoJSONEncoder)
    problems = models.JSONField()

    class Meta:
        ordering = ("batch", "row")
        constraints = (
            models.UniqueConstraint(fields=("batch", "row"), name="one_refusal_per_row"),
        )

    def __str__(self) -> str:
        return f"row {self.row}"


class ColumnMapping(models.Model):
    """Which field each heading means, as an admin has said for tables with these headings."""

    kind = models.CharField(max_length=10)
    headings = ArrayField(models.TextField())
    mapping = models.JSONField()
    saved_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("headings",), name="one_mapping_per_headings"),
        )

    def __str__(self) -> str:
        return f"{self.kind}: {', '.join(self.headings)}"
