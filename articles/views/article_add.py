from collections import Counter
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from articles.actions.articles import DuplicateArticleError
from articles.forms.article import ArticleForm, EntryForm
from articles.forms.uploads import OVERSIZED
from articles.http import SignedInRequest, see_other
from articles.importing.manuscript import blocks_with
from articles.models import Article, Desk
from articles.permissions import ADD_ARTICLE, desks_where
from articles.text.normalize import Block, list_ends, normalize

SHOWN = 3000
"""Blocks of the preview; the rest is counted, so that the page stays light."""
KINDS = {
    "heading": "Heading",
    "paragraph": "Paragraph",
    "quotation": "Quotation",
    "list_item": "List item",
    "caption": "Caption",
}
# One level below the headings of the page.
TAGS = {"heading": "h3", "quotation": "blockquote", "list_item": "li"}


@dataclass(frozen=True)
class PreviewBlock:
    kind: str
    text: str
    opens_list: bool
    closes_list: bool

    @property
    def tag(self) -> str:
        return TAGS.get(self.kind, "p")

    @property
    def label(self) -> str:
        return KINDS[self.kind]


@require_http_methods(["GET", "POST"])
def article_add(request: SignedInRequest) -> HttpResponse:
    """Add one article in two steps: enter a text or file, then check what was made of it."""
    desks = desks_where(request.user, ADD_ARTICLE)
    if not desks:
        raise PermissionDenied("You are of no desk at which you may add articles.")
    if request.method == "GET":
        return entry(request, EntryForm(desks=desks))
    step = request.POST.get("step")
    if step == "save":
        return save(request, desks)
    if step == "edit":
        return entry(request, EntryForm(initial=request.POST.dict(), desks=desks))
    return preview(request, desks)


def preview(request: SignedInRequest, desks: list[Desk]) -> HttpResponse:
    oversized = request.META.get(OVERSIZED, "")
    form = EntryForm(request.POST, request.FILES, desks=desks, oversized=oversized)
    if not form.is_valid():
        return entry(request, form, status=413 if oversized else 422)
    values = form.values()
    twin = Article.objects.duplicates(
        desk=form.desk, url=values["url"], text=values["text"]
    ).first()
    if twin:
        return entry(request, form, status=409, twin=twin)
    check = ArticleForm(initial=values, desks=desks)
    return checking(request, check, encoding=form.manuscript.encoding)


def save(request: SignedInRequest, desks: list[Desk]) -> HttpResponse:
    form = ArticleForm(request.POST, desks=desks)
    if not form.is_valid():
        return checking(request, form, status=422)
    try:
        article = form.save(by=request.user)
    except DuplicateArticleError as error:
        return checking(request, form, status=409, twin=error.existing)
    messages.success(request, f"Added “{article.title}”.")
    return see_other(article.get_absolute_url())


def entry(
    request: SignedInRequest, form: EntryForm, *, status: int = 200, twin: Article | None = None
) -> HttpResponse:
    context = {"form": form, "twin": twin}
    return render(request, "articles/article_add.html", context, status=status)


def checking(
    request: SignedInRequest,
    form: ArticleForm,
    *,
    status: int = 200,
    twin: Article | None = None,
    encoding: str = "",
) -> HttpResponse:
    text = normalize(form["text"].value() or "")
    blocks = blocks_with(text, form["structure"].value() or "")
    kinds = Counter(block.kind for block in blocks)
    context = {
        "form": form,
        "twin": twin,
        "blocks": preview_blocks(text, blocks[:SHOWN]),
        "more": max(0, len(blocks) - SHOWN),
        "length": len(text),
        "kinds": [(KINDS[kind], kinds[kind]) for kind in KINDS if kinds[kind]],
        "foreign_encoding": "" if encoding.startswith("utf") else encoding,
    }
    return render(request, "articles/article_check.html", context, status=status)


def preview_blocks(text: str, blocks: list[Block]) -> list[PreviewBlock]:
    lists = list_ends([block.kind for block in blocks])
    return [
        PreviewBlock(block.kind, text[block.start : block.end], opens, closes)
        for block, (opens, closes) in zip(blocks, lists, strict=True)
    ]
