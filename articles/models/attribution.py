import pghistory
import pgtrigger
from django.db import models

from articles.models.article import Revision
from articles.models.base import PublicModel
from articles.models.claim import Claim
from articles.models.people import User
from articles.models.source import Source


class AttributionQuerySet(models.QuerySet["Attribution"]):
    def standing(self) -> "AttributionQuerySet":
        return self.filter(withdrawn_at=None)


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
class Attribution(PublicModel):
    """A chain by which the article credits a claim, from the article to the origin.

    Its steps do not change: an edited chain is a new one, and the old one is withdrawn.
    """

    claim = models.ForeignKey(Claim, models.CASCADE, related_name="attributions")
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)

    objects = AttributionQuerySet.as_manager()

    class Meta:
        ordering = ("created_at", "id")
        indexes = (
            models.Index(
                fields=("claim",),
                condition=models.Q(withdrawn_at=None),
                name="attribution_standing",
            ),
        )

    def __str__(self) -> str:
        return f"attribution {self.pk}"


class AttributionStep(models.Model):
    """One who said it, at ``position`` from 1 (whom the article names) to the origin.

    Either a known source, or an unnamed person as the article describes them: within one
    article the same ``description`` is the same person. ``start`` to ``end`` are the words of
    the revision that credit them.
    """

    attribution = models.ForeignKey(Attribution, models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    source = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="attribution_steps"
    )
    description = models.CharField(max_length=300, blank=True)
    revision = models.ForeignKey(Revision, models.CASCADE, null=True, related_name="+")
    start = models.PositiveIntegerField(null=True)
    end = models.PositiveIntegerField(null=True)
    exact = models.TextField(blank=True)

    class Meta:
        ordering = ("attribution", "position")
        constraints = (
            models.UniqueConstraint(
                fields=("attribution", "position"), name="one_step_per_position"
            ),
            models.CheckConstraint(
                condition=models.Q(source__isnull=False, description="")
                | models.Q(source=None) & ~models.Q(description=""),
                name="step_is_named_or_described",
            ),
            models.CheckConstraint(
                condition=models.Q(revision=None, start=None, end=None, exact="")
                | models.Q(revision__isnull=False, end__gt=models.F("start")),
                name="cue_in_order",
            ),
        )
        triggers = (
            pgtrigger.Protect(
                name="immutable",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(exclude=["source"]),
            ),
            pgtrigger.Trigger(
                name="cue_within_text",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(new__revision__isnull=False),
                declare=[("revision", "articles_revision%ROWTYPE")],
                func="""
                    SELECT * INTO revision FROM articles_revision WHERE id = NEW.revision_id;
                    IF revision.article_id IS DISTINCT FROM (
                        SELECT article_id FROM articles_claim c
                        JOIN articles_attribution a ON a.claim_id = c.id
                        WHERE a.id = NEW.attribution_id
                    ) THEN
                        RAISE EXCEPTION 'the revision is of another article'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    IF NEW."end" > revision.length
                       OR substr(revision.text, NEW.start + 1, NEW."end" - NEW.start) <> NEW.exact
                    THEN
                        RAISE EXCEPTION 'the words %-% are not in the text as quoted',
                            NEW.start, NEW."end" USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        )

    def __str__(self) -> str:
        return str(self.source) if self.source else self.description


class Suggestion(PublicModel):
    """A claim that text.attribution proposes, with who is credited for it.

    All offsets are code points of the revision. Whom a name means is looked up when it is
    shown, for the person it is shown to.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", "Proposed"
        ACCEPTED = "accepted", "Accepted"
        DISMISSED = "dismissed", "Dismissed"

    revision = models.ForeignKey(Revision, models.CASCADE, related_name="suggestions")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    source_start = models.PositiveIntegerField(null=True)
    source_end = models.PositiveIntegerField(null=True)
    cue_start = models.PositiveIntegerField(null=True)
    cue_end = models.PositiveIntegerField(null=True)
    recipient_start = models.PositiveIntegerField(null=True)
    recipient_end = models.PositiveIntegerField(null=True)
    quoted = models.BooleanField()
    unnamed = models.BooleanField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    claim = models.ForeignKey(
        Claim, models.SET_NULL, null=True, blank=True, related_name="suggestions"
    )
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("start", "end", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("revision", "start", "end"), name="one_suggestion_per_span"
            ),
            models.CheckConstraint(
                condition=models.Q(end__gt=models.F("start")), name="suggestion_in_order"
            ),
        )

    def __str__(self) -> str:
        return f"suggestion {self.start}–{self.end}"
