"""Articles: their details, never their texts."""

# Django's admin and model form classes cannot be subscripted at run time.
# mypy: disable-error-code="type-arg"

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest

from articles.admin.access import HTTPS
from articles.models import Article, Revision, Verdict


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
