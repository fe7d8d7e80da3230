from django.db import models

from articles.models.people import Desk


class Tally(models.Model):
    """How many claims count for something at a desk: the sum of ``claims`` over its rows.

    The database adds a row for each difference that a statement makes (models.counting). Folding
    adds rows up into one, which is ``folded``. What ``one`` and ``other`` are depends on the kind:

    - status: the status, and the rating or nothing;
    - person: the assignee's id or nothing, and the status;
    - publisher: the name or nothing, and the status;
    - source: the id of a source that standing claims have standing evidence of, and the rating;
    - support: the same of the evidence that supports the claim;
    - opened: the day (UTC) on which the claims were made;
    - decided: the day of the verdict that stands, and how long it took: the number of quarters of
      doublings of the minutes from making to verdict, or nothing where that cannot be told.
    """

    class Kind(models.TextChoices):
        STATUS = "status"
        PERSON = "person"
        PUBLISHER = "publisher"
        SOURCE = "source"
        SUPPORT = "support"
        OPENED = "opened"
        DECIDED = "decided"

    desk = models.ForeignKey(Desk, models.CASCADE, db_index=False, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    one = models.CharField(max_length=300)
    other = models.CharField(max_length=30)
    claims = models.BigIntegerField()
    folded = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("desk", "kind", "one", "other"),
                condition=models.Q(folded=True),
                name="one_folded_tally",
            ),
        )
        indexes = (
            models.Index(
                fields=("desk", "kind", "one", "other"), include=("claims",), name="tally_read"
            ),
            models.Index(fields=("desk", "id"), name="tally_news"),
            models.Index(fields=("id",), condition=models.Q(folded=False), name="tally_to_fold"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.one} {self.other}: {self.claims:+}"
