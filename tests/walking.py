"""A walk over every address of the project, for tests of what no answer may tell."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

# The first word of a path says what its id is of.
ID_OF = {
    "articles": "article",
    "claims": "claim",
    "evidence": "evidence",
    "sources": "source",
    "documents": "document",
    "captures": "capture",
    "attributions": "attribution",
    "suggestions": "suggestion",
    "citations": "citation",
    "imports": "batch",
    "notifications": "notification",
    "views": "view",
}


def routes(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    for pattern in patterns:
        path = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, path)
        else:
            yield path


def plain(regex: str) -> str:
    """A path that a route written as a regular expression takes."""
    return re.sub(r"\(\?P<\w+>[^)]*\)", "x", regex).replace("^", "").replace("$", "")


def of_admin(route: str) -> str:
    """The model whose pages in the Django admin the route leads to."""
    return route.removeprefix("admin/articles/").partition("/")[0]


def address(route: str, things: dict[str, Any]) -> str:
    first = route.partition("/")[0]

    def filled(parameter: re.Match[str]) -> str:
        kind, _, name = parameter[1].rpartition(":")
        if kind == "uuid":
            return str(things[ID_OF[first]].pk if name == "pk" else uuid4())
        if kind == "path":
            return str(things.get(of_admin(route), things["source"]).pk)
        return "1"

    return "/" + plain(re.sub(r"<([\w:]+)>", filled, route))


ROUTES = sorted(set(routes(get_resolver().url_patterns)))


def ask(
    client: Client, url: str, query: dict[str, str], fields: dict[str, str], *, follow: bool = False
) -> Iterator[HttpResponseBase]:
    """The answers to GET and to POST, as a page and as a fragment. What a POST does is undone.

    The sign-in pages and the Django admin know no fragments (test_walking.py).
    """
    pages_only = url.startswith(("/admin/", "/accounts/")) and url != "/admin/"
    for headers in ({},) if pages_only else ({}, {"HX-Request": "true"}):
        yield client.get(url, query, headers=headers, follow=follow)
        with transaction.atomic():
            yield client.post(url, fields, headers=headers, follow=follow)
            transaction.set_rollback(True)


def walk(
    signed_in: Client | None, routes: list[str], things: dict[str, Any]
) -> Iterator[tuple[str, str, Client]]:
    """Each route with its address, and a client that no other route has signed out."""
    for route in routes:
        client = Client(raise_request_exception=False)
        if signed_in:
            client.cookies[settings.SESSION_COOKIE_NAME] = signed_in.session.session_key
        yield route, address(route, things), client
    assert not signed_in or SESSION_KEY in signed_in.session
