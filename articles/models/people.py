from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.models import AbstractUser, Group
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Now

REVIEWER, EDITOR, ADMIN = "reviewer", "editor", "admin"


@dataclass(frozen=True)
class Access:
    """What one person may do, and where: permission codenames by desk id.

    ``roles`` are the names to show: pairs of a desk and the role held there.
    """

    everywhere: bool
    desks: dict[int, frozenset[str]]
    roles: tuple[tuple[str, str], ...]

    def may(self, codename: str, desk_id: int) -> bool:
        return self.everywhere or codename in self.desks.get(desk_id, ())

    def anywhere(self, codename: str) -> bool:
        return self.everywhere or any(codename in codenames for codenames in self.desks.values())


class User(AbstractUser):
    digest = models.BooleanField(
        "a daily e-mail of notifications",
        default=False,
        db_default=False,
        help_text="Sent in the morning when there is something you have not read.",
    )
    default_view = models.ForeignKey(
        "SavedView", models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    _access: Access | None = None
    confided: frozenset[UUID] | None = None

    def access(self) -> Access:
        """Read once per request: the user object lives as long as the request does."""
        if self._access is None:
            desks: dict[int, set[str]] = defaultdict(set)
            roles = set()
            rows = Membership.objects.filter(user=self).values_list(
                "desk_id", "desk__name", "role__name", "role__permissions__codename"
            )
            for desk_id, desk, role, codename in rows:
                roles.add((desk, role))
                desks[desk_id].add(codename)
            self._access = Access(
                everywhere=self.is_superuser or self.groups.filter(name=ADMIN).exists(),
                desks={desk_id: frozenset(codenames) for desk_id, codenames in desks.items()},
                roles=tuple(sorted(roles)),
            )
        return self._access

    @property
    def display_name(self) -> str:
        return self.get_full_name() or self.username

    def __str__(self) -> str:
        return self.display_name


class DeskQuerySet(models.QuerySet["Desk"]):
    def visible_to(self, user: User) -> "DeskQuerySet":
        access = user.access()
        return self if access.everywhere else self.filter(pk__in=list(access.desks))


class Desk(models.Model):
    """A team of the newsroom. An article belongs to one desk and is seen by its people alone."""

    name = models.CharField(max_length=100, unique=True)
    slug = models.SlugField(max_length=50, unique=True)
    reviewers = models.PositiveSmallIntegerField(
        "reviewers per claim",
        default=1,
        db_default=1,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
        help_text="How many people must agree on a verdict before a claim is decided.",
    )
    is_demo = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    members = models.ManyToManyField(User, through="Membership", related_name="desks")

    objects = DeskQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(reviewers__range=(1, 5)), name="desk_has_one_to_five_reviewers"
            ),
        )

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    desk = models.ForeignKey(Desk, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.ForeignKey(
        Group, models.PROTECT, limit_choices_to={"name__in": (REVIEWER, EDITOR)}, related_name="+"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("desk", "user"), name="one_role_per_person_and_desk"),
        )

    def __str__(self) -> str:
        return f"{self.user}, {self.role} at {self.desk}"
