from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from articles.forms.claim_filters import ClaimFilterForm
from articles.http import SignedInRequest
from articles.views.lists import count, list_response, read_page


@require_GET
@vary_on_headers("HX-Request")
def claims(request: SignedInRequest) -> HttpResponse:
    form = ClaimFilterForm(request.GET, user=request.user)

    def read() -> dict[str, Any]:
        return {
            "page": read_page(
                request, form.ordered(), form.chosen_sort.order, form.query(), form.first
            ),
            "total": count(form.claims()),
        }

    return list_response(request, "claims", form, read)
