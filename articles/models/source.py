from uuid import UUID

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Length, Lower
from django.urls import reverse

from articles.models.base import PublicModel
from articles.models.batch import Batch
from articles.models.people import User
from articles.models.search import prefix_query

SEE_PROTECTED = "see_protected_source"


class SourceQuerySet(models.QuerySet["Source"]):
    def named_to(self, user: User) -> "SourceQuerySet":
        """The sources whose names this person may read."""
        if user.access().anywhere(SEE_PROTECTED):
            return self
        return self.filter(models.Q(protected=False) | models.Q(pk__in=confided_to(user)))

    def kept_from(self, user: User) -> "SourceQuerySet":
        """The others."""
        if user.access().anywhere(SEE_PROTECTED):
            return self.none()
        return self.filter(protected=True).exclude(pk__in=confided_to(user))

    def search(self, words: str) -> "SourceQuerySet":
        """Sources in whose name or aliases every one of the words begins a word."""
        query = prefix_query(words)
        if query is None:
            return self.none()
        return self.filter(search=query).order_by(Length("name"), "name")


def confided_to(user: User) -> frozenset[UUID]:
    """The protected sources that claims assigned to this person by somebody else rest on.

    Read once per request. Taking up a claim oneself opens no name.
    """
    if user.confided is None:
        mine = {"assignee": user, "assigned_by__isnull": False, "desk__in": user.access().desks}
        protected = Source.objects.filter(protected=True).order_by()
        by_relation = [
            protected.filter(**{f"{path}__{name}": value for name, value in mine.items()})
            for path in ("claims_made", "evidence__claim", "attribution_steps__attribution__claim")
        ]
        ids = by_relation[0].values("pk").union(*(found.values("pk") for found in by_relation[1:]))
        user.confided = frozenset(row["pk"] for row in ids)
    return user.confided


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=["batch"]
)
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
        help_text="The name is shown to editors and to the reviewers they assign, "
        "and never leaves the newsroom.",
    )
    search = models.GeneratedField(
        expression=models.Func(
            "name", "aliases", function="articles_source_search", output_field=SearchVectorField()
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    external_id = models.CharField(max_length=300, blank=True, editable=False)
    batch = models.ForeignKey(
        Batch, models.PROTECT, null=True, db_index=False, related_name="+", editable=False
    )
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)

    objects = SourceQuerySet.as_manager()

    class Meta:
        ordering = ("name", "id")
        permissions = ((SEE_PROTECTED, "Can see the name of a protected source"),)
        constraints = (
            models.UniqueConstraint(
                Lower("name"),
                "kind",
                condition=models.Q(protected=False),
                name="one_source_per_name_and_kind",
            ),
            # Apart from the others: a refusal would tell a stranger that the name is protected.
            models.UniqueConstraint(
                Lower("name"),
                "kind",
                condition=models.Q(protected=True),
                name="one_protected_source_per_name_and_kind",
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="source_has_name"),
            models.UniqueConstraint(
                fields=("external_id",),
                condition=~models.Q(external_id=""),
                name="one_source_per_external_id",
            ),
        )
        indexes = (
            GinIndex(fields=("search",), name="source_search"),
            models.Index(
                fields=("batch",), condition=models.Q(batch__isnull=False), name="source_batch"
            ),
            models.Index(
                fields=("id",), condition=models.Q(protected=True), name="source_protected"
            ),
        )

    def __str__(self) -> str:
        return "Protected source" if self.protected else self.name

    def get_absolute_url(self) -> str:
        return reverse("source", args=[self.pk])

    def label_for(self, user: User) -> str:
        return self.name if self.named_to(user) else str(self)

    def named_to(self, user: User) -> bool:
        """Whether this person may read the name, and what would give the source away."""
        if not self.protected or user.access().anywhere(SEE_PROTECTED):
            return True
        return self.pk in confided_to(user)
