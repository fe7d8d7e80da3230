from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from articles.models import User


class SignedInRequest(HttpRequest):
    """A request as views get it: LoginRequiredMiddleware has turned everyone else away."""

    user: User
    htmx: HtmxDetails
