import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Length
from django.urls import reverse

from articles.models.base import PublicModel
from articles.models.batch import Batch
from articles.models.people import Desk, User
from articles.models.source import Source
from articles.text.normalize import Block

LONG = ("text", "blocks", "sketch")
"""The columns that a list of documents leaves where they are."""


class DocumentQuerySet(models.QuerySet["Document"]):
    def visible_to(self, user: User) -> "DocumentQuerySet":
        """Those of the person's desks, but for what a protected source said to others."""
        access = user.access()
        documents = self if access.everywhere else self.filter(desk__in=list(access.desks))
        return documents.filter(source__in=Source.objects.named_to(user))


@pghistory.track(
    pghistory.UpdateEvent(
        row=pghistory.Old, condition=pghistory.AnyChange("archive_url", "source")
    ),
    pghistory.DeleteEvent(),
    exclude=["text", "length", "blocks", "pages", "sketch", "batch"],
)
class Document(PublicModel):
    """An immutable stored copy of something a source published.

    ``blocks`` is a list of ``[kind, start, end]`` and ``pages`` the offset at which each page of
    a paged document starts, both in code points of ``text``. ``sketch`` tells near copies
    (text.similarity). ``headers`` are those of note, by lower-case name. Only the address of an
    archived copy may be added later.
    """

    class Origin(models.TextChoices):
        URL = "url", "Fetched from its address"
        FILE = "file", "Uploaded as a file"
        PASTE = "paste", "Pasted as text"

    class Format(models.TextChoices):
        HTML = "html", "Web page"
        PDF = "pdf", "PDF"
        DOCX = "docx", "Word document"
        TEXT = "text", "Plain text"

    desk = models.ForeignKey(Desk, models.PROTECT, related_name="documents")
    source = models.ForeignKey(Source, models.PROTECT, related_name="documents")
    origin = models.CharField(max_length=10, choices=Origin.choices)
    format = models.CharField(max_length=10, choices=Format.choices)
    url = models.URLField("address", max_length=2000, blank=True)
    final_url = models.URLField("address after redirects", max_length=2000, blank=True)
    http_status = models.PositiveSmallIntegerField("HTTP status", null=True, blank=True)
    headers = models.JSONField(default=dict, blank=True)
    archive_url = models.URLField("archived copy", max_length=2000, blank=True)
    title = models.CharField(max_length=500)
    byline = models.CharField(max_length=300, blank=True)
    published_on = models.DateField(null=True, blank=True)
    language = models.CharField(max_length=35, blank=True)
    retrieved_at = models.DateTimeField()
    original = models.FileField(upload_to="documents/%Y/%m/")
    original_sha256 = models.CharField(max_length=64)
    text = models.TextField()
    blocks = models.JSONField()
    pages = models.JSONField(default=list, blank=True)
    text_sha256 = models.CharField(max_length=64, db_index=True)
    sketch = ArrayField(models.BigIntegerField(), default=list, blank=True)
    length = models.GeneratedField(
        expression=Length("text"), output_field=models.PositiveIntegerField(), db_persist=True
    )
    external_id = models.CharField(max_length=300, blank=True)
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, db_index=False, related_name="+")
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ("-retrieved_at", "-id")
        constraints = (
            models.CheckConstraint(condition=models.Q(length__gt=0), name="document_has_text"),
            models.CheckConstraint(
                condition=models.Q(original_sha256__regex=r"^[0-9a-f]{64}$"),
                name="document_original_is_hashed",
            ),
            models.UniqueConstraint(
                fields=("desk", "external_id"),
                condition=~models.Q(external_id=""),
                name="one_document_per_external_id",
            ),
        )
        indexes = (
            models.Index(fields=("source", "desk", "-retrieved_at")),
            models.Index(
                fields=("batch",), condition=models.Q(batch__isnull=False), name="document_batch"
            ),
            models.Index(
                fields=("desk", "url", "-retrieved_at"),
                condition=~models.Q(url=""),
                name="document_captures",
            ),
        )
        triggers = (
            pgtrigger.Protect(
                name="immutable",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(exclude=["archive_url", "source", "length"]),
            ),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("document", args=[self.pk])

    def block_spans(self) -> list[Block]:
        return [Block(kind, start, end) for kind, start, end in self.blocks]


class Capture(PublicModel):
    """One wish to fetch an address for a source, and what came of it.

    A failure is kept with its reason until it is tried again or given up.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Fetching"
        DONE = "done", "Stored"
        FAILED = "failed", "Failed"

    desk = models.ForeignKey(Desk, models.PROTECT, related_name="+")
    source = models.ForeignKey(Source, models.PROTECT, related_name="captures")
    url = models.URLField("address", max_length=2000)
    archive_url = models.URLField("archived copy", max_length=2000, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    reason = models.TextField(blank=True)
    http_status = models.PositiveSmallIntegerField("HTTP status", null=True, blank=True)
    final_url = models.URLField("address after redirects", max_length=2000, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    document = models.OneToOneField(
        Document, models.PROTECT, null=True, blank=True, related_name="capture"
    )
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state="done", document__isnull=False)
                | ~models.Q(state="done") & models.Q(document=None),
                name="stored_capture_has_document",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="failed") | ~models.Q(reason=""),
                name="failed_capture_says_why",
            ),
        )
        indexes = (models.Index(fields=("source", "desk", "-created_at")),)

    def __str__(self) -> str:
        return f"capture {self.pk}"
