from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from articles.actions.captures import a_worker_is_alive
from articles.http import SignedInRequest
from articles.models import Batch
from articles.paging import NEWEST, BadCursorError
from articles.permissions import require_admin
from articles.views.import_progress import Progress
from articles.views.lists import read_page

LONG = ("layout", "expected")
"""Columns that the list shows nothing of."""


@require_GET
@vary_on_headers("HX-Request")
def imports(request: SignedInRequest) -> HttpResponse:
    """All imports, newest first. While one is at work the list asks for news of itself."""
    require_admin(request.user)
    template = "articles/_imports.html" if request.htmx else "articles/imports.html"
    batches = Batch.objects.select_related("desk", "created_by").defer(*LONG)
    try:
        page = read_page(request, batches, NEWEST)
    except BadCursorError as error:
        return render(request, template, {"problem": str(error)}, status=400)
    rows = [(batch, Progress(batch)) for batch in page.rows]
    context = {
        "page": page,
        "rows": rows,
        "active": any(batch.is_active for batch in page.rows),
        "waiting": any(progress.waits for _, progress in rows),
    }
    context["worker"] = context["waiting"] and a_worker_is_alive()
    return render(request, template, context)
