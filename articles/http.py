from django.http import HttpRequest, HttpResponseRedirect
from django_htmx.middleware import HtmxDetails

from articles.models import User


class SignedInRequest(HttpRequest):
    """A request as views get it: LoginRequiredMiddleware has turned everyone else away."""

    user: User
    htmx: HtmxDetails


def see_other(address: str) -> HttpResponseRedirect:
    """After a post: what came of it is to be read there."""
    return HttpResponseRedirect(address, status=303)
