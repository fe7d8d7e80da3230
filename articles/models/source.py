import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Length, Lower
from django.urls import reverse

from articles.models.base import PublicModel
from articles.models.people import Desk, User
from articles.models.search import prefix_query

SEE_PROTECTED = "see_protected_source"


class SourceQuerySet(models.QuerySet["Source"]):
    def named_to(self, user: User) -> "SourceQuerySet":
        """The sources whose names this person may read."""
        return self if user.access().anywhere(SEE_PROTECTED) else self.filter(protected=False)

    def search(self, words: str) -> "SourceQuerySet":
        """Sources in whose name or aliases every one of the words begins a word."""
        query = prefix_query(words)
        if query is None:
            return self.none()
        return self.filter(search=query).order_by(Length("name"), "name")


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
class Source(PublicModel):
    """Who stands behind information."""

    class Kind(models.TextChoices):
        ORGANISATION = "organisation", "Organisation"
        PUBLICATION = "publication", "Publication"
        SERIES = "series", "Document series"
        PERSON = "person", "Person"
        UNNAMED = "unnamed", "Unnamed person"

    name = models.CharField(max_length=300)
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.ORGANISATION)
    aliases = ArrayField(models.CharField(max_length=300), default=list, blank=True)
    homepage = models.URLField("home page", max_length=2000, blank=True)
    protected = models.BooleanField(
        default=False,
        help_text="The name is shown to editors alone and never leaves the newsroom.",
    )
    search = models.GeneratedField(
        expression=models.Func(
            "name", "aliases", function="articles_source_search", output_field=SearchVectorField()
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)

    objects = SourceQuerySet.as_manager()

    class Meta:
        ordering = ("name", "id")
        permissions = ((SEE_PROTECTED, "Can see the name of a protected source"),)
        constraints = (
            models.UniqueConstraint(Lower("name"), "kind", name="one_source_per_name_and_kind"),
            models.CheckConstraint(condition=~models.Q(name=""), name="source_has_name"),
        )
        indexes = (GinIndex(fields=("search",), name="source_search"),)

    def __str__(self) -> str:
        return "Protected source" if self.protected else self.name

    def get_absolute_url(self) -> str:
        return reverse("source", args=[self.pk])

    def label_for(self, user: User) -> str:
        return self.name if user.access().anywhere(SEE_PROTECTED) else str(self)


class Document(PublicModel):
    """An immutable stored copy of something a source published."""

    desk = models.ForeignKey(Desk, models.PROTECT, related_name="documents")
    source = models.ForeignKey(Source, models.PROTECT, related_name="documents")
    url = models.URLField("address", max_length=2000, blank=True)
    archive_url = models.URLField("archived copy", max_length=2000, blank=True)
    title = models.CharField(max_length=500)
    published_on = models.DateField(null=True, blank=True)
    retrieved_at = models.DateTimeField()
    original = models.FileField(upload_to="documents/%Y/%m/", blank=True)
    original_sha256 = models.CharField(max_length=64)
    text = models.TextField()
    blocks = models.JSONField()
    text_sha256 = models.CharField(max_length=64, db_index=True)
    length = models.GeneratedField(
        expression=Length("text"), output_field=models.PositiveIntegerField(), db_persist=True
    )
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-retrieved_at", "-id")
        triggers = (pgtrigger.Protect(name="immutable", operation=pgtrigger.Update),)

    def __str__(self) -> str:
        return self.title
