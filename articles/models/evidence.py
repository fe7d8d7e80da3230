import pghistory
import pgtrigger
from django.db import models

from articles.models.base import PublicModel
from articles.models.claim import Claim
from articles.models.people import User
from articles.models.source import Document, Source


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
                | pgtrigger.UpdateOf("document_id", "start", "end", "exact"),
                when=pgtrigger.Before,
                condition=pgtrigger.Q(new__start__isnull=False),
                func="""
                    IF NOT EXISTS (
                        SELECT FROM articles_document WHERE id = NEW.document_id
                        AND NEW."end" <= length
                        AND substr(text, NEW.start + 1, NEW."end" - NEW.start) = NEW.exact
                    ) THEN
                        RAISE EXCEPTION 'the passage %-% is not in the document as quoted',
                            NEW.start, NEW."end" USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        )

    def __str__(self) -> str:
        return f"{self.relation}: {self.source}"
