import hashlib
from collections.abc import Iterable

import pghistory
import pgtrigger
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Length, Lower, Trim
from django.urls import reverse

from articles.models.base import PublicModel
from articles.models.batch import Batch
from articles.models.counting import COUNT_PUBLISHER
from articles.models.people import Desk, User
from articles.text.normalize import Block


def text_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class ArticleQuerySet(models.QuerySet["Article"]):
    def visible_to(self, user: User) -> "ArticleQuerySet":
        access = user.access()
        return self if access.everywhere else self.filter(desk__in=list(access.desks))

    def by_publisher(self, beginning: str) -> "ArticleQuerySet":
        """Articles whose publisher's name begins so, in capitals or not."""
        return self.alias(publisher_name=Lower("publisher")).filter(
            publisher_name__startswith=beginning.lower()
        )

    def duplicates(self, *, desk: Desk, url: str, text: str) -> "ArticleQuerySet":
        """Articles of the desk at the same address or with the same current text."""
        same = models.Q(current_revision__text_sha256=text_hash(text))
        if url:
            same |= models.Q(url=url)
        return self.filter(same, desk=desk)


@pghistory.track(
    pghistory.UpdateEvent(
        row=pghistory.Old,
        condition=pghistory.AnyChange(exclude=["version", "claims_made", "suggested_revision"]),
    ),
    pghistory.DeleteEvent(),
    exclude=["batch"],
)
class Article(PublicModel):
    """A published text under review. Its text lives in revisions.

    ``version`` counts the changes made to the article's claims; the number a claim carries is
    the count at its last change. One row lock on the article orders all writes below it.
    ``suggested_revision`` is the number of the revision that claims were last proposed for.
    ``external_id`` is its id in the file that ``batch`` imported it from.
    """

    desk = models.ForeignKey(Desk, models.PROTECT, related_name="articles")
    title = models.CharField(max_length=500)
    byline = models.CharField(max_length=300, blank=True)
    publisher = models.CharField(max_length=300, blank=True)
    url = models.URLField("address", max_length=2000, blank=True)
    published_on = models.DateField(null=True, blank=True)
    language = models.CharField(max_length=35, default="en")
    reviewers = models.PositiveSmallIntegerField(
        "reviewers per claim",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
        help_text="Where its claims need more reviewers than is usual at the desk.",
    )
    current_revision = models.OneToOneField(
        "Revision", models.DO_NOTHING, related_name="+", editable=False
    )
    version = models.PositiveBigIntegerField(default=0, editable=False)
    claims_made = models.PositiveIntegerField(default=0, editable=False)
    suggested_revision = models.PositiveIntegerField(default=0, editable=False)
    external_id = models.CharField(max_length=300, blank=True, editable=False)
    batch = models.ForeignKey(
        Batch, models.PROTECT, null=True, db_index=False, related_name="+", editable=False
    )
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        constraints = (
            models.CheckConstraint(condition=~models.Q(title=""), name="article_has_title"),
            models.UniqueConstraint(
                fields=("desk", "url"), condition=~models.Q(url=""), name="one_article_per_address"
            ),
            models.UniqueConstraint(
                fields=("desk", "external_id"),
                condition=~models.Q(external_id=""),
                name="one_article_per_external_id",
            ),
        )
        indexes = (
            models.Index(fields=("created_at", "id")),
            models.Index(
                fields=("batch",), condition=models.Q(batch__isnull=False), name="article_batch"
            ),
            models.Index(fields=("desk", "-created_at", "-id")),
            models.Index(OpClass(Lower("publisher"), "text_pattern_ops"), name="article_publisher"),
            GinIndex(
                models.Func("title", function="articles_search", output_field=SearchVectorField()),
                name="article_title_search",
            ),
        )
        triggers = (
            pgtrigger.Protect(
                name="desk_is_for_good",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("desk"),
            ),
            pgtrigger.Trigger(
                name="counted",
                operation=pgtrigger.UpdateOf("publisher"),
                when=pgtrigger.After,
                condition=pgtrigger.AnyChange("publisher"),
                func=COUNT_PUBLISHER,
            ),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("article", args=[self.pk])


class Revision(PublicModel):
    """One immutable version of an article's text, normalised, with its block structure.

    ``blocks`` is a list of ``[kind, start, end]``, in code points of ``text``, end exclusive.
    """

    article = models.ForeignKey(Article, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField(default=1)
    text = models.TextField()
    blocks = models.JSONField()
    text_sha256 = models.CharField(max_length=64, db_index=True)
    length = models.GeneratedField(
        expression=Length("text"), output_field=models.PositiveIntegerField(), db_persist=True
    )
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("article", "number")
        constraints = (
            models.UniqueConstraint(fields=("article", "number"), name="one_revision_per_number"),
            models.CheckConstraint(
                condition=models.Q(number__gte=1), name="revisions_count_from_1"
            ),
            models.CheckConstraint(
                condition=models.lookups.GreaterThan(Length(Trim("text")), 0),
                name="revision_has_text",
            ),
        )
        triggers = (pgtrigger.Protect(name="immutable", operation=pgtrigger.Update),)

    def __str__(self) -> str:
        return f"revision {self.number} of {self.article_id}"

    def block_spans(self) -> list[Block]:
        return [Block(kind, start, end) for kind, start, end in self.blocks]


def block_rows(blocks: Iterable[Block]) -> list[list[str | int]]:
    return [[block.kind, block.start, block.end] for block in blocks]
