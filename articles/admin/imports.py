"""Imports and the rows they refused, to read; kept mappings of columns, to correct."""

# Django's admin and model form classes cannot be subscripted at run time.
# mypy: disable-error-code="type-arg"

from typing import Any

from django.contrib import admin
from django.db import models
from django.forms import ChoiceField, ModelForm
from django.http import HttpRequest

from articles.admin.access import AdminsOnly, Log
from articles.importing.mapping import problems
from articles.importing.records import KINDS
from articles.models import Batch, ColumnMapping, RefusedRow


@admin.register(Batch)
class BatchAdmin(Log):
    """Without its file, which no address leads to."""

    list_display = ("created_at", "file_name", "desk", "state", "rows", "refused", "created_by")
    list_filter = ("state", "desk")
    list_select_related = ("desk", "created_by")
    date_hierarchy = "created_at"

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [name for name in super().get_fields(request, obj) if name != "file"]

    get_readonly_fields = get_fields


@admin.register(RefusedRow)
class RefusedRowAdmin(Log):
    list_display = ("batch", "row", "kind", "reasons")
    list_select_related = ("batch",)
    list_filter = ("kind",)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[RefusedRow]:
        return super().get_queryset(request).order_by("-id")

    @admin.display
    def reasons(self, row: RefusedRow) -> str:
        return " ".join(problem["reason"] for problem in row.problems)


class ColumnMappingForm(ModelForm):
    kind = ChoiceField(choices=[(kind, kind) for kind in KINDS])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        mapping = data.get("mapping")
        if not isinstance(mapping, dict) or not all(isinstance(f, str) for f in mapping.values()):
            self.add_error("mapping", "It must name a field, or nothing, for each heading.")
        elif "kind" in data:
            for problem in problems(mapping, data["kind"]):
                self.add_error("mapping", problem)
        return data


@admin.register(ColumnMapping)
class ColumnMappingAdmin(AdminsOnly, admin.ModelAdmin):
    form = ColumnMappingForm
    fields = ("kind", "mapping", "headings", "saved_by", "saved_at")
    readonly_fields = ("headings", "saved_by", "saved_at")
    list_display = ("kind", "names", "saved_by", "saved_at")
    list_select_related = ("saved_by",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="headings")
    def names(self, mapping: ColumnMapping) -> str:
        return ", ".join(mapping.headings)

    def save_model(self, request: Any, obj: ColumnMapping, form: ModelForm, change: bool) -> None:
        obj.saved_by = request.user
        super().save_model(request, obj, form, change)
