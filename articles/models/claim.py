import pghistory
import pgtrigger
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.urls import reverse

from articles.models.article import Article, Revision
from articles.models.base import PublicModel
from articles.models.batch import Batch
from articles.models.counting import by_statement, count_claims
from articles.models.ordering import calm, due_by, rank
from articles.models.people import Desk, User
from articles.models.source import Source
from articles.models.workflow import DECIDED, UNDECIDED, Status


class Rating(models.TextChoices):
    TRUE = "true", "True"
    MOSTLY_TRUE = "mostly_true", "Mostly true"
    HALF_TRUE = "half_true", "Half true"
    MOSTLY_FALSE = "mostly_false", "Mostly false"
    FALSE = "false", "False"
    UNVERIFIABLE = "unverifiable", "Unverifiable"
    NOT_ENOUGH_EVIDENCE = "not_enough_evidence", "Not enough evidence"
    CONFLICTING_EVIDENCE = "conflicting_evidence", "Conflicting evidence"
    OPINION = "opinion", "Opinion"


class Accuracy(models.TextChoices):
    ACCURATE = "accurate", "Accurate"
    ALTERED = "altered", "Altered"
    MISATTRIBUTED = "misattributed", "Misattributed"
    NOT_FOUND = "not_found", "Not found"
    NOT_APPLICABLE = "not_applicable", "Not applicable"


QUEUE = (
    models.F("priority").desc(),
    models.F("due_on").asc(nulls_last=True),
    models.F("created_at").asc(),
    models.F("id").asc(),
)
"""The order in which claims wait for their reviewers."""


class ClaimQuerySet(models.QuerySet["Claim"]):
    def visible_to(self, user: User) -> "ClaimQuerySet":
        access = user.access()
        return self if access.everywhere else self.filter(desk__in=list(access.desks))

    def standing(self) -> "ClaimQuerySet":
        return self.exclude(status=Status.WITHDRAWN)


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=["search", "batch"]
)
class Claim(PublicModel):
    """A checkable assertion, anchored to a span of a revision.

    ``number`` counts an article's claims from 1, as people speak of them. ``version`` is the
    article's change count at the claim's last change; every write names the one it saw.
    ``assigned_by`` is empty when the assignee took the claim up unasked.
    ``desk`` and ``rating`` are derived by the database from the article and the verdict.
    Columns that others begin with, or that nobody searches by, have no index of their own.
    """

    class Kind(models.TextChoices):
        STATEMENT = "statement", "Statement"
        FIGURE = "figure", "Figure"
        QUOTATION = "quotation", "Quotation"
        EVENT = "event", "Event"
        PREDICTION = "prediction", "Prediction"

    class Priority(models.IntegerChoices):
        NORMAL = 0, "Normal"
        HIGH = 1, "High"
        URGENT = 2, "Urgent"

    article = models.ForeignKey(Article, models.CASCADE, db_index=False, related_name="claims")
    desk = models.ForeignKey(Desk, models.PROTECT, db_index=False, related_name="+", editable=False)
    number = models.PositiveIntegerField(editable=False)
    text = models.TextField(help_text="The words of the article that make the claim.")
    note = models.TextField(blank=True)
    claimant = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="claims_made"
    )
    kind = models.CharField(
        max_length=20, choices=Kind.choices, default=Kind.STATEMENT, db_default=Kind.STATEMENT
    )
    priority = models.PositiveSmallIntegerField(
        choices=Priority.choices, default=Priority.NORMAL, db_default=Priority.NORMAL
    )
    due_on = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=30, choices=Status.choices, default=Status.OPEN)
    assignee = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, db_index=False, related_name="assigned_claims"
    )
    assigned_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        editable=False,
    )
    verdict = models.ForeignKey(
        "Verdict", models.DO_NOTHING, null=True, blank=True, related_name="+", editable=False
    )
    rating = models.CharField(
        max_length=30, choices=Rating.choices, default="", blank=True, editable=False
    )
    version = models.PositiveBigIntegerField(default=0, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    external_id = models.CharField(max_length=300, blank=True, editable=False)
    batch = models.ForeignKey(
        Batch, models.PROTECT, null=True, db_index=False, related_name="+", editable=False
    )
    created_by = models.ForeignKey(
        User, models.PROTECT, db_index=False, related_name="+", editable=False
    )
    search = models.GeneratedField(
        expression=models.Func(
            "text", "note", function="articles_search", output_field=SearchVectorField()
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = ClaimQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        permissions = (
            ("review_claim", "Can mark, edit and withdraw claims, link evidence, record verdicts"),
            ("assign_claim", "Can assign claims and return them to review"),
            ("decide_claim", "Can decide where two verdicts differ"),
            ("publish_claim", "Can publish and unpublish decided claims"),
        )
        constraints = (
            models.UniqueConstraint(fields=("article", "number"), name="one_claim_per_number"),
            models.UniqueConstraint(
                fields=("article", "external_id"),
                condition=~models.Q(external_id=""),
                name="one_claim_per_external_id",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=Status.values), name="claim_status"
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=DECIDED) | models.Q(verdict__isnull=False),
                name="decided_claim_has_verdict",
            ),
        )
        indexes = (
            GinIndex(fields=("search",), name="claim_search"),
            models.Index(fields=("article", "version")),
            models.Index(
                fields=("batch",), condition=models.Q(batch__isnull=False), name="claim_batch"
            ),
            models.Index(fields=("desk", "-created_at", "-id")),
            models.Index(fields=("desk", "updated_at", "id")),
            models.Index(fields=("desk", "status", "-created_at", "-id")),
            models.Index(fields=("desk", "rating", "-created_at", "-id")),
            models.Index(fields=("assignee", "-created_at", "-id"), name="claim_by_assignee"),
            # The sorts of the claim list; several desks are merged, each from its own part.
            models.Index(
                "desk", rank("status", Status.values), "created_at", "id", name="claim_by_status"
            ),
            models.Index(
                "desk", rank("rating", Rating.values), "created_at", "id", name="claim_by_rating"
            ),
            models.Index(fields=("desk", "article", "number"), name="claim_by_article"),
            models.Index(fields=("desk", "kind", "-created_at", "-id"), name="claim_by_kind"),
            models.Index("desk", due_by(), "created_at", "id", name="claim_by_due_date"),
            models.Index("desk", calm(), due_by(), "created_at", "id", name="claim_by_urgency"),
            models.Index(
                fields=("desk", "created_at", "id"),
                condition=models.Q(status__in=UNDECIDED),
                name="claim_waiting",
            ),
            models.Index(
                "assignee",
                *QUEUE,
                condition=models.Q(status__in=UNDECIDED, assignee__isnull=False),
                name="claim_queue_of_person",
            ),
            models.Index(
                "desk",
                *QUEUE,
                condition=models.Q(status__in=(Status.OPEN, Status.NEEDS_RECHECK), assignee=None),
                name="claim_queue_of_desk",
            ),
            models.Index(
                "desk",
                *QUEUE,
                condition=models.Q(status=Status.AWAITING_SECOND_REVIEW),
                name="claim_queue_for_second",
            ),
        )
        triggers = (
            pgtrigger.Trigger(
                name="derived",
                operation=pgtrigger.Insert
                | pgtrigger.UpdateOf("article_id", "desk_id", "verdict_id", "rating"),
                when=pgtrigger.Before,
                func="""
                    NEW.desk_id := (SELECT desk_id FROM articles_article WHERE id = NEW.article_id);
                    NEW.rating := '';
                    IF NEW.verdict_id IS NOT NULL THEN
                        NEW.rating := coalesce((SELECT rating FROM articles_verdict
                                                WHERE id = NEW.verdict_id AND claim_id = NEW.id),
                                               '');
                    END IF;
                    RETURN NEW;
                """,
            ),
            *by_statement("counted", count_claims),
        )

    def __str__(self) -> str:
        return f"claim {self.number}"

    def get_absolute_url(self) -> str:
        return f"{reverse('article', args=[self.article_id])}?claim={self.number}"


WITHIN_TEXT = """
    SELECT p.start, p."end", r.article_id = c.article_id AS at_home INTO wrong
    FROM placed p
    JOIN articles_revision r ON r.id = p.revision_id
    JOIN articles_claim c ON c.id = p.claim_id
    WHERE r.article_id <> c.article_id
       OR p."end" > r.length
       OR substr(r.text, p.start + 1, p."end" - p.start) <> p.exact
    LIMIT 1;
    IF wrong.at_home THEN
        RAISE EXCEPTION 'the span %-% is not in the text as quoted', wrong.start, wrong."end"
            USING ERRCODE = 'check_violation';
    ELSIF NOT wrong.at_home THEN
        RAISE EXCEPTION 'the revision is of another article' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
"""


@pghistory.track(pghistory.DeleteEvent())
class Anchor(models.Model):
    """Where a claim stands in one revision: a W3C TextPositionSelector and TextQuoteSelector.

    A moved span is a new anchor; the old one stays with ``current`` false.
    """

    class State(models.TextChoices):
        EXACT = "exact", "Exact"
        MOVED = "moved", "Moved"
        CHANGED = "changed", "Changed"
        AMBIGUOUS = "ambiguous", "Ambiguous"
        ORPHANED = "orphaned", "Orphaned"

    claim = models.ForeignKey(Claim, models.CASCADE, related_name="anchors")
    revision = models.ForeignKey(Revision, models.CASCADE, related_name="anchors")
    start = models.PositiveIntegerField(null=True)
    end = models.PositiveIntegerField(null=True)
    exact = models.TextField()
    prefix = models.CharField(max_length=32, blank=True)
    suffix = models.CharField(max_length=32, blank=True)
    state = models.CharField(max_length=20, choices=State.choices, default=State.EXACT)
    score = models.FloatField(default=1.0)
    current = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(User, models.PROTECT, db_index=False, related_name="+")

    class Meta:
        ordering = ("start", "-end", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("claim", "revision"),
                condition=models.Q(current=True),
                name="one_current_anchor",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    start__isnull=False, end__isnull=False, end__gt=models.F("start")
                )
                | models.Q(state="orphaned", start__isnull=True, end__isnull=True),
                name="anchor_span_in_order",
            ),
        )
        indexes = (
            models.Index(
                fields=("revision", "start"), condition=models.Q(current=True), name="anchor_place"
            ),
        )
        triggers = (
            # By statement: an import adds thousands of anchors with one.
            pgtrigger.Trigger(
                name="within_text",
                level=pgtrigger.Statement,
                operation=pgtrigger.Insert,
                when=pgtrigger.After,
                referencing=pgtrigger.Referencing(new="placed"),
                declare=[("wrong", "record")],
                func=WITHIN_TEXT,
            ),
            pgtrigger.Trigger(
                name="still_within_text",
                level=pgtrigger.Statement,
                operation=pgtrigger.Update,
                when=pgtrigger.After,
                referencing=pgtrigger.Referencing(new="placed"),
                declare=[("wrong", "record")],
                func=WITHIN_TEXT,
            ),
        )

    def __str__(self) -> str:
        return f"{self.start}–{self.end}"

    @property
    def span(self) -> tuple[int, int] | None:
        """Where it stands; None for an orphan."""
        return None if self.start is None or self.end is None else (self.start, self.end)


class Draft(models.Model):
    """What a person has typed and not yet saved, by form: kept until it is saved or dropped."""

    user = models.ForeignKey(User, models.CASCADE, related_name="drafts")
    article = models.ForeignKey(Article, models.CASCADE, related_name="+")
    form = models.CharField(max_length=80)
    fields = models.JSONField()
    revision = models.CharField(max_length=60, default="", db_default="")
    """The page that saved it, a colon, and the number of that page's save."""
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("user", "article", "form"), name="one_draft_per_form"),
        )

    def __str__(self) -> str:
        return self.form

    def is_newer_than(self, revision: str) -> bool:
        """Whether the same page saved it after that one."""
        page, _, number = revision.partition(":")
        its_page, _, its_number = self.revision.partition(":")
        return bool(page) and page == its_page and int(its_number) > int(number)

    def gives_way_to(self, fields: dict[str, str], revision: str, base: str) -> bool:
        """Whether it may be replaced: by the page that saved it, or one that began from it."""
        page = self.revision.partition(":")[0]
        return self.revision == base or revision.partition(":")[0] == page or self.fields == fields
