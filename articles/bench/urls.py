"""The project's URLs and a bare signed-in view to compare them with."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{request.user.pk}")


urlpatterns = [path("bench/bare", bare, name="bare"), path("", include("factcheck.urls"))]
