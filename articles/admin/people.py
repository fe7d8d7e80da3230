"""People, their roles at desks, and what they sign in with."""

# Django's admin and model form classes cannot be subscripted at run time.
# mypy: disable-error-code="type-arg"

from typing import Any, ClassVar, cast

from allauth.account.admin import EmailAddressAdmin
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group
from django.db import models
from django.forms import BaseInlineFormSet, ModelChoiceField, ModelForm
from django.http import HttpRequest

from articles.actions.claims import lock_articles
from articles.actions.rounds import close_rounds
from articles.admin.access import AdminsOnly
from articles.models import EDITOR, REVIEWER, Article, Claim, Desk, Membership, ReviewRule, User

for model in (Group, EmailAddress, Authenticator):
    admin.site.unregister(model)


class MembershipFormSet(BaseInlineFormSet):
    """Reads the choices once, not once per row."""

    def add_fields(self, form: ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        for name in ("desk", "user", "role"):
            field = form.fields.get(name)
            if isinstance(field, ModelChoiceField):
                if name not in self.choices:
                    choices: Any = field.choices
                    self.choices[name] = list(choices)
                field.choices = self.choices[name]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.choices: dict[str, list[Any]] = {}
        super().__init__(*args, **kwargs)


class MembershipInline(AdminsOnly, admin.TabularInline):
    model = Membership
    formset = MembershipFormSet
    extra = 1
    verbose_name_plural = "roles at desks"

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Membership]:
        return super().get_queryset(request).select_related("user", "desk", "role")

    def formfield_for_dbfield(self, *args: Any, **kwargs: Any) -> Any:
        """Without the buttons beside a field, which change or delete the desk or role itself."""
        field = super().formfield_for_dbfield(*args, **kwargs)
        if isinstance(field, ModelChoiceField):
            field.widget = field.widget.widget
        return field


class ReviewRuleInline(AdminsOnly, admin.TabularInline):
    model = ReviewRule
    extra = 0
    verbose_name_plural = "kinds of claims that need more reviewers"


@admin.register(User)
class PersonAdmin(AdminsOnly, UserAdmin):
    list_display = ("username", "name", "email", "roles", "is_staff", "is_active", "last_login")
    list_filter = ("is_active", "is_staff", "groups", "memberships__desk")
    readonly_fields = ("last_login", "date_joined")
    filter_horizontal = ()
    inlines = (MembershipInline,)
    access = (
        "Access",
        {
            "fields": ("is_active", "is_staff", "groups"),
            "description": "Reviewers and editors need nothing here: give them a role at a desk"
            " below. An admin of all desks is in the group “admin” and has staff status.",
        },
    )
    fieldsets: ClassVar[Any] = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": ("first_name", "last_name", "email")}),
        access,
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        *UserAdmin.add_fieldsets,
        ("Person", {"fields": ("first_name", "last_name", "email")}),
        access,
    )

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[User]:
        return super().get_queryset(request).prefetch_related("memberships__desk", "groups")

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """The roles of desks are not given here."""
        if db_field.name == "groups":
            kwargs["queryset"] = Group.objects.exclude(name__in=(REVIEWER, EDITOR))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    @admin.display(ordering="last_name")
    def name(self, user: User) -> str:
        return user.get_full_name()

    @admin.display
    def roles(self, user: User) -> str:
        everywhere = [group.name for group in user.groups.all()]
        return ", ".join([*everywhere, *(str(m.desk) for m in user.memberships.all())])


@admin.register(Group)
class RoleAdmin(AdminsOnly, GroupAdmin):
    pass


@admin.register(EmailAddress)
class AddressAdmin(AdminsOnly, EmailAddressAdmin):
    list_select_related = ("user",)


@admin.register(Authenticator)
class SecondFactorAdmin(AdminsOnly, admin.ModelAdmin):
    """Deleting one lets in a person who has lost the phone. The secret is not shown."""

    list_display = fields = ("user", "type", "created_at", "last_used_at")
    list_select_related = ("user",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    has_add_permission = has_change_permission


@admin.register(Desk)
class DeskAdmin(AdminsOnly, admin.ModelAdmin):
    list_display = ("name", "slug", "reviewers", "people")
    prepopulated_fields = {"slug": ("name",)}  # noqa: RUF012
    inlines = (ReviewRuleInline, MembershipInline)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Desk]:
        return super().get_queryset(request).annotate(people=models.Count("memberships"))

    @admin.display(ordering="people")
    def people(self, desk: Any) -> int:
        return desk.people

    def save_model(self, request: HttpRequest, obj: Desk, form: Any, change: bool) -> None:
        # Whoever records a verdict holds the article, reads how many are required, and then takes
        # the desk: here it goes in the same order, so that no verdict is in between.
        lock_articles(Article.objects.filter(desk=obj.pk))
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        rules = [formset for formset in formsets if formset.model is ReviewRule]
        if "reviewers" in form.changed_data or any(rule.has_changed() for rule in rules):
            close_rounds(Claim.objects.filter(desk=form.instance), by=cast("User", request.user))
