from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseRedirect


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
