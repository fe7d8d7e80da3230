"""What has happened, to read: verdicts, documents, captures, transitions, history, jobs."""

# Django's admin and model form classes cannot be subscripted at run time.
# mypy: disable-error-code="type-arg"

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db import models
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.http import HttpRequest
from pghistory.models import Event
from procrastinate.contrib.django.admin import ProcrastinateJobAdmin
from procrastinate.contrib.django.models import ProcrastinateJob

from articles.admin.access import Log
from articles.models import Capture, Document, Transition, User, Verdict

admin.site.unregister(ProcrastinateJob)


@admin.register(ProcrastinateJob)
class JobAdmin(ProcrastinateJobAdmin):
    """Without procrastinate's own columns, whose style attributes our CSP refuses."""

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        return ("id", "task_name", "status", "queue_name", "scheduled_at")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*self.get_list_display(request), "attempts", "args")


@admin.register(Verdict)
class VerdictAdmin(Log):
    list_display = ("seq", "desk", "claim", "rating", "attribution_accuracy", "reviewer", "made")
    list_filter = ("desk", "rating", "attribution_accuracy")
    list_select_related = ("desk", "claim", "reviewer")
    date_hierarchy = "created_at"
    ordering = ("-created_at", "-id")

    def get_queryset(self, request: Any) -> models.QuerySet[Verdict]:
        """Reviews are blind here too."""
        return Verdict.objects.visible_to(request.user).order_by(*self.ordering)

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
