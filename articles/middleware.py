from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

SOMEBODY_ELSE = (
    "Nothing was saved: you are signed in as {name} now, and this page is somebody else’s. "
    "In another tab, sign in as yourself; or reload this page to go on as {name}. "
    "What you typed is still here."
)


class SignInMiddleware(LoginRequiredMiddleware):
    """Sends strangers to sign in, and from there to where they were.

    A form is sent to an address that is often no page: they come back to the page of the form.
    """

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseRedirect:
        if request.method in ("GET", "HEAD"):
            return super().handle_no_permission(request, view_func)
        site = request.build_absolute_uri("/")
        page = request.headers.get("Referer", "")
        return redirect_to_login(
            page[len(site) - 1 :] if page.startswith(site) else "/",
            self.get_login_url(view_func),
            self.get_redirect_field_name(view_func),
        )


class SamePersonMiddleware:
    """Refuses a write from a page that was made for somebody else than who is signed in.

    Whoever signs in in another tab signs in here too, and this page still shows whose it was. Our
    scripts tell in ``X-Person`` whose; a form that the browser sends by itself has the CSRF token
    of before, which ended with that sign-in.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        made_for = request.headers.get("X-Person")
        if not made_for or request.method in ("GET", "HEAD") or not request.user.is_authenticated:
            return self.get_response(request)
        if made_for == str(request.user.pk):
            return self.get_response(request)
        return HttpResponse(
            SOMEBODY_ELSE.format(name=request.user.display_name),
            content_type="text/plain; charset=utf-8",
            status=HTTPStatus.PRECONDITION_FAILED,
        )
