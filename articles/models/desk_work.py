"""What a person keeps or is told: saved views of the claim list, and notifications."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from articles.models.base import PublicModel
from articles.models.claim import Claim
from articles.models.people import Desk, User


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def standing(self) -> "SavedViewQuerySet":
        return self.filter(deleted_at=None)

    def visible_to(self, user: User) -> "SavedViewQuerySet":
        """One's own, and those shared with one's desks; deleted ones are in no list."""
        return self.standing().reached_by(user)

    def reached_by(self, user: User) -> "SavedViewQuerySet":
        """Those that are, or were until they were deleted, one's own or shared with one's desks."""
        shared = models.Q(desk__isnull=False)
        if not user.access().everywhere:
            shared = models.Q(desk__in=list(user.access().desks))
        return self.filter(shared | models.Q(owner=user))


class SavedView(PublicModel):
    """A claim list with its filters and columns, kept by name; shared with a desk or one's own.

    ``query`` is the query string of the list. What is deleted can be brought back, and whoever
    begins with it then does so again.
    """

    owner = models.ForeignKey(User, models.CASCADE, related_name="saved_views")
    desk = models.ForeignKey(
        Desk, models.CASCADE, null=True, blank=True, related_name="saved_views"
    )
    name = models.CharField(max_length=100)
    query = models.TextField(blank=True)
    columns = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ("name", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("owner", "name"),
                condition=models.Q(deleted_at=None),
                name="one_view_per_name",
            ),
        )

    def __str__(self) -> str:
        return self.name


class Notification(PublicModel):
    """Something that concerns one person's work; mailed in a digest if they wish so."""

    class Kind(models.TextChoices):
        ASSIGNED = "assigned", "Assigned to you"
        DISPUTED = "disputed", "Your verdict is disputed"
        RECHECK = "recheck", "A claim of yours needs a recheck"

    user = models.ForeignKey(User, models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    claim = models.ForeignKey(Claim, models.CASCADE, related_name="+")
    actor = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "-id")
        indexes = (
            models.Index(fields=("user", "-created_at", "-id")),
            models.Index(fields=("user", "kind", "-created_at", "-id")),
            models.Index(
                fields=("user",), condition=models.Q(read_at=None), name="notification_unread"
            ),
        )

    def __str__(self) -> str:
        return self.get_kind_display()
