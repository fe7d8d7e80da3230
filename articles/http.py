from django.http import HttpRequest, HttpResponseRedirect
from django_htmx.middleware import HtmxDetails

from articles.models import User


class SignedInRequest(HttpRequest):
    """A request as views get it: SignInMiddleware has turned everyone else away."""

    user: User
    htmx: HtmxDetails


def whole_number(value: object) -> int | None:
    """The number that was sent, if it is one; Python reads no numbers of thousands of digits."""
    digits = str(value or "")
    return int(digits) if digits.isdecimal() and len(digits) < 19 else None


def see_other(address: str) -> HttpResponseRedirect:
    """After a post: what came of it is to be read there."""
    return HttpResponseRedirect(address, status=303)
