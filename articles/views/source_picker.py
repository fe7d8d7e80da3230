from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from articles.models import Source

SHOWN = 8


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """The sources that match what is typed in a picker, as options of its list."""
    typed = next((v for k, v in request.GET.items() if k.endswith("source_name")), "").strip()
    found = list(Source.objects.named_to(request.user).search(typed)[:SHOWN]) if typed else []
    known = any(source.name.casefold() == typed.casefold() for source in found)
    context = {"found": found, "typed": typed, "known": known}
    return render(request, "articles/_source_options.html", context)
