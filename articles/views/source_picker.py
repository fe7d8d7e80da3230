from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from articles.http import SignedInRequest
from articles.models import Source

SHOWN = 8


@require_GET
def search(request: SignedInRequest) -> HttpResponse:
    """The sources that match what is typed in a picker, as options of its list."""
    names = [name for name in request.GET if name.endswith("source_name")]
    typed = request.GET.get(names[0], "").strip() if names else ""
    found = list(Source.objects.named_to(request.user).search(typed)[:SHOWN]) if typed else []
    known = any(source.name.casefold() == typed.casefold() for source in found)
    context = {"found": found, "typed": typed, "known": known}
    return render(request, "articles/_source_options.html", context)
