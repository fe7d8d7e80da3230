from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from articles.dashboard import statuses_per_article
from articles.forms.filters import ArticleFilterForm
from articles.http import SignedInRequest
from articles.paging import NEWEST
from articles.views.lists import count, list_response, read_page


@require_GET
@vary_on_headers("HX-Request")
def articles(request: SignedInRequest) -> HttpResponse:
    form = ArticleFilterForm(request.GET, user=request.user)

    def read() -> dict[str, Any]:
        page = read_page(request, form.articles().select_related("desk"), NEWEST, form.query())
        return {
            "page": page,
            "rows": statuses_per_article(page.rows),
            "total": count(form.articles()),
        }

    return list_response(request, "articles", form, read)
