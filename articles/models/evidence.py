import pghistory
import pgtrigger
from django.db import models

from articles.models.article import Revision
from articles.models.base import PublicModel
from articles.models.claim import Claim
from articles.models.counting import by_statement, count_links
from articles.models.document import Document
from articles.models.people import User
from articles.models.source import Source


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def standing(self) -> "EvidenceQuerySet":
        return self.filter(withdrawn_at=None)


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
class Evidence(PublicModel):
    """What a claim rests on: a source, and where possible a passage of a stored document."""

    class Relation(models.TextChoices):
        SUPPORTS = "supports", "Supports"
        REFUTES = "refutes", "Refutes"
        CONTEXT = "context", "Context"

    claim = models.ForeignKey(Claim, models.CASCADE, related_name="evidence")
    source = models.ForeignKey(Source, models.PROTECT, related_name="evidence")
    relation = models.CharField(max_length=20, choices=Relation.choices, default=Relation.SUPPORTS)
    url = models.URLField("document address", max_length=2000, blank=True)
    note = models.TextField(blank=True)
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="evidence"
    )
    start = models.PositiveIntegerField(null=True, blank=True)
    end = models.PositiveIntegerField(null=True, blank=True)
    exact = models.TextField(blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ("created_at", "id")
        verbose_name_plural = "evidence"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(start__isnull=True, end__isnull=True, exact="")
                | models.Q(
                    document__isnull=False,
                    start__isnull=False,
                    end__isnull=False,
                    end__gt=models.F("start"),
                ),
                name="passage_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(relation__in=("supports", "refutes", "context")),
                name="evidence_relation",
            ),
        )
        triggers = (
            pgtrigger.Trigger(
                name="within_document",
                operation=pgtrigger.Insert
                | pgtrigger.UpdateOf("claim_id", "document_id", "start", "end", "exact"),
                when=pgtrigger.Before,
                condition=pgtrigger.Q(new__document__isnull=False),
                declare=[("document", "articles_document%ROWTYPE")],
                func="""
                    SELECT * INTO document FROM articles_document WHERE id = NEW.document_id;
                    IF document.desk_id IS DISTINCT FROM
                       (SELECT desk_id FROM articles_claim WHERE id = NEW.claim_id) THEN
                        RAISE EXCEPTION 'the document is of another desk'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    IF NEW.start IS NOT NULL AND (
                        NEW."end" > document.length
                        OR substr(document.text, NEW.start + 1, NEW."end" - NEW.start) <> NEW.exact
                    ) THEN
                        RAISE EXCEPTION 'the passage %-% is not in the document as quoted',
                            NEW.start, NEW."end" USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            *by_statement("counted", count_links),
        )

    def __str__(self) -> str:
        return f"{self.relation}: {self.source}"


class QuotationCheck(PublicModel):
    """The words a claim quotes, held against the document its evidence names.

    Derived from the two texts by text.quotation: made anew whenever either changes.
    ``quote_start`` to ``quote_end`` are code points of the revision, ``start`` to ``end`` of the
    document. ``runs`` is the word-level comparison, as views.quotations shows it.
    """

    class Kind(models.TextChoices):
        VERBATIM = "verbatim", "Verbatim"
        ELIDED = "elided", "Shortened"
        ALTERED = "altered", "Altered"
        ABSENT = "absent", "Not found"

    evidence = models.ForeignKey(Evidence, models.CASCADE, related_name="quotation_checks")
    revision = models.ForeignKey(Revision, models.CASCADE, related_name="+")
    quote_start = models.PositiveIntegerField()
    quote_end = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    start = models.PositiveIntegerField(null=True)
    end = models.PositiveIntegerField(null=True)
    similarity = models.FloatField()
    runs = models.JSONField()

    class Meta:
        ordering = ("quote_start", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("evidence", "revision", "quote_start"), name="one_check_per_quotation"
            ),
            models.CheckConstraint(
                condition=models.Q(kind="absent", start=None, end=None)
                | ~models.Q(kind="absent") & models.Q(end__gt=models.F("start")),
                name="checked_passage_in_order",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.quote_start}–{self.quote_end}"


class Citation(PublicModel):
    """A claim decided before that says the same, with the verdict it had when it was cited."""

    claim = models.ForeignKey(Claim, models.CASCADE, related_name="citations")
    cited = models.ForeignKey(Claim, models.CASCADE, related_name="cited_by")
    verdict = models.ForeignKey("Verdict", models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)

    class Meta:
        ordering = ("created_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("claim", "cited"),
                condition=models.Q(withdrawn_at=None),
                name="one_citation_per_claim",
            ),
            models.CheckConstraint(
                condition=~models.Q(claim=models.F("cited")), name="no_claim_cites_itself"
            ),
        )

    def __str__(self) -> str:
        return f"citation of {self.cited_id}"
