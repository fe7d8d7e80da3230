"""The Django admin: people, desks and sources; articles' details; the logs to read.

What the desk's work rests on (texts, anchors, verdicts, transitions, history) is never edited here.
"""

# Django's admin and model form classes cannot be subscripted at run time.
# mypy: disable-error-code="type-arg"

from typing import Any, ClassVar

from allauth.account.admin import EmailAddressAdmin
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group
from django.contrib.postgres.forms import SimpleArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.forms import BaseInlineFormSet, CharField, ModelChoiceField, ModelForm, Textarea
from django.http import HttpRequest
from pghistory.models import Event
from procrastinate.contrib.django.admin import ProcrastinateJobAdmin
from procrastinate.contrib.django.models import ProcrastinateJob

from articles.models import (
    EDITOR,
    REVIEWER,
    Article,
    Capture,
    Desk,
    Document,
    Membership,
    Revision,
    Source,
    Transition,
    User,
    Verdict,
)

admin.site.site_header = admin.site.site_title = "Factcheck admin"
admin.site.index_title = "People, desks, sources and logs"
for model in (Group, EmailAddress, Authenticator, ProcrastinateJob):
    admin.site.unregister(model)


class AdminsOnly:
    """For admins of all desks: a staff member with fewer rights could take more with these."""

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        return request.user.access().everywhere

    has_module_permission = has_view_permission
    has_add_permission = has_change_permission = has_delete_permission = has_view_permission


class Log(AdminsOnly, admin.ModelAdmin):
    """Rows to read, not to change."""

    actions = None
    show_full_result_count = False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [field.name for field in self.opts.fields]

    get_readonly_fields = get_fields

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    has_add_permission = has_delete_permission = has_change_permission


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


@admin.register(ProcrastinateJob)
class JobAdmin(ProcrastinateJobAdmin):
    """Without procrastinate's own columns, whose style attributes our CSP refuses."""

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        return ("id", "task_name", "status", "queue_name", "scheduled_at")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*self.get_list_display(request), "attempts", "args")


@admin.register(Desk)
class DeskAdmin(AdminsOnly, admin.ModelAdmin):
    list_display = ("name", "slug", "second_review", "people")
    prepopulated_fields = {"slug": ("name",)}  # noqa: RUF012
    inlines = (MembershipInline,)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Desk]:
        return super().get_queryset(request).annotate(people=models.Count("memberships"))

    @admin.display(ordering="people")
    def people(self, desk: Any) -> int:
        return desk.people


HTTPS: dict[Any, Any] = {models.URLField: {"assume_scheme": "https"}}


class SourceForm(ModelForm):
    aliases = SimpleArrayField(
        CharField(required=False),
        delimiter="\n",
        required=False,
        widget=Textarea(attrs={"rows": 4}),
        help_text="Other names that it is found by, one a line.",
    )

    def clean_aliases(self) -> list[str]:
        return [alias for alias in self.cleaned_data["aliases"] if alias]


@admin.register(Source)
class SourceAdmin(admin.ModelAdmin):
    form = SourceForm
    formfield_overrides = HTTPS
    fields = ("name", "kind", "aliases", "homepage", "protected")
    list_display = ("name", "kind", "protected", "homepage")
    list_filter = ("kind", "protected")
    search_fields = ("name",)

    def get_queryset(self, request: Any) -> models.QuerySet[Source]:
        return Source.objects.named_to(request.user)

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[models.QuerySet[Source], bool]:
        return (queryset.search(search_term) if search_term else queryset), False

    def save_model(self, request: Any, obj: Source, form: ModelForm, change: bool) -> None:
        if not change:
            obj.created_by = request.user
        super().save_model(request, obj, form, change)


class RevisionInline(admin.TabularInline):
    model = Revision
    fields = readonly_fields = ("number", "length", "text_sha256", "created_by", "created_at")
    extra = 0
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Revision]:
        return super().get_queryset(request).select_related("created_by").defer("text", "blocks")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    has_change_permission = has_add_permission

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


class ArticleForm(ModelForm):
    def clean_url(self) -> str:
        url = self.cleaned_data["url"]
        others = Article.objects.filter(desk=self.instance.desk, url=url)
        twin = others.exclude(pk=self.instance.pk).first() if url else None
        if twin:
            raise ValidationError(f"The desk has “{twin}” at this address already.")
        return url


@admin.register(Article)
class ArticleAdmin(admin.ModelAdmin):
    form = ArticleForm
    formfield_overrides = HTTPS
    fields = (
        *("title", "byline", "publisher", "url", "published_on", "language"),
        *("desk", "created_by", "created_at", "deleting", "text"),
    )
    readonly_fields = ("desk", "created_by", "created_at", "deleting", "text")
    list_display = ("title", "desk", "publisher", "published_on", "created_at")
    list_filter = ("desk", "language")
    list_select_related = ("desk",)
    search_fields = ("title", "publisher")
    inlines = (RevisionInline,)
    actions = None

    def get_queryset(self, request: Any) -> models.QuerySet[Article]:
        return Article.objects.visible_to(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        judged = obj is not None and Verdict.objects.filter(claim__article=obj).exists()
        return not judged and super().has_delete_permission(request, obj)

    @admin.display
    def deleting(self, article: Article) -> str:
        count = Verdict.objects.filter(claim__article=article).count()
        if count == 0:
            return "Possible: no verdict rests on this article. Its claims would go with it."
        return (
            f"Not possible: the verdict log holds {count} verdicts on its claims, and what the log"
            " refers to is kept. Withdraw the claims instead."
        )

    @admin.display(description="current text")
    def text(self, article: Article) -> str:
        return article.current_revision.text


@admin.register(Verdict)
class VerdictAdmin(Log):
    list_display = ("seq", "desk", "claim", "rating", "attribution_accuracy", "reviewer", "made")
    list_filter = ("desk", "rating", "attribution_accuracy")
    list_select_related = ("desk", "claim", "reviewer")
    date_hierarchy = "created_at"
    ordering = ("-created_at", "-id")

    @admin.display(ordering="created_at")
    def made(self, verdict: Verdict) -> Any:
        return verdict.created_at


@admin.register(Document)
class DocumentAdmin(Log):
    """Without its text and bytes, which its page shows."""

    list_display = ("retrieved_at", "title", "source", "desk", "format", "origin")
    list_filter = ("desk", "format", "origin")
    list_select_related = ("source", "desk")
    date_hierarchy = "retrieved_at"
    long = frozenset(("text", "blocks", "pages", "sketch", "original"))

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Document]:
        return super().get_queryset(request).defer(*self.long)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [name for name in super().get_fields(request, obj) if name not in self.long]

    get_readonly_fields = get_fields


@admin.register(Capture)
class CaptureAdmin(Log):
    list_display = ("created_at", "source", "desk", "state", "attempts", "finished_at")
    list_filter = ("state", "desk")
    list_select_related = ("source", "desk")
    date_hierarchy = "created_at"


@admin.register(Transition)
class TransitionAdmin(Log):
    list_display = ("created_at", "claim", "origin", "target", "by", "note")
    list_filter = ("target",)
    list_select_related = ("claim", "by")
    date_hierarchy = "created_at"
    ordering = ("-created_at", "-id")


class EventAdmin(Log):
    """Rows as they were before a change, kept by the database."""

    list_display = ("pgh_created_at", "pgh_label", "pgh_obj_id", "actor")
    list_filter = ("pgh_label",)
    ordering = ("-pgh_created_at", "-pgh_id")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Event]:
        """With the name of the person whose request made the change."""
        person = Cast(KeyTextTransform("user", "pgh_context__metadata"), models.BigIntegerField())
        names = User.objects.filter(pk=models.OuterRef("person")).values("username")
        events = super().get_queryset(request).annotate(person=person)
        return events.annotate(actor=models.Subquery(names))

    @admin.display(ordering="actor")
    def actor(self, event: Any) -> str:
        return event.actor or "nobody signed in"


for model in apps.get_app_config("articles").get_models():
    if issubclass(model, Event):
        admin.site.register(model, EventAdmin)
