"""Sources, as far as the person may read their names."""

# Django's admin and model form classes cannot be subscripted at run time.
# mypy: disable-error-code="type-arg"

from typing import Any

from django.contrib import admin
from django.contrib.postgres.forms import SimpleArrayField
from django.db import models
from django.forms import CharField, ModelForm, Textarea
from django.http import HttpRequest

from articles.admin.access import HTTPS
from articles.models import Source


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
