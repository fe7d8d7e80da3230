from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.models import AbstractUser, Group
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now
from django.utils.functional import cached_property

REVIEWER, EDITOR, ADMIN = "reviewer", "editor", "admin"
NAME_ORDER = ("first_name", "last_name", "username")
"""The order of people as they are shown: by their whole names, else by their usernames."""


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
            everywhere = self.is_superuser
            admin = User.groups.through.objects.filter(user=OuterRef("pk"), group__name=ADMIN)
            rows = User.objects.filter(pk=self.pk).values_list(
                "memberships__desk_id",
                "memberships__desk__name",
                "memberships__role__name",
                "memberships__role__permissions__codename",
                Exists(admin),
            )
            for desk_id, desk, role, codename, is_admin in rows:
                everywhere |= is_admin
                if desk_id is not None:
                    roles.add((desk, role))
                    desks[desk_id].add(codename)
            self._access = Access(
                everywhere=everywhere,
                desks={desk_id: frozenset(codenames) for desk_id, codenames in desks.items()},
                roles=tuple(sorted(roles)),
            )
        return self._access

    @cached_property
    def visible_desks(self) -> list["Desk"]:
        """By name; read once per request, as ``access`` is."""
        return list(Desk.objects.visible_to(self))

    @cached_property
    def colleagues(self) -> list["User"]:
        """Who belongs to one of the visible desks, in order of name; as no more than names."""
        belongs = Membership.objects.filter(user=OuterRef("pk"), desk__in=self.visible_desks)
        people = User.objects.filter(Exists(belongs)).order_by(*NAME_ORDER)
        return list(people.only("username", "first_name", "last_name", "is_active"))

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
