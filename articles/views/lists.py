"""What the lists have in common: filters in the address, keyset pages, a fragment for htmx."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django_htmx.http import push_url

from articles.forms.filters import FilterForm
from articles.http import SignedInRequest
from articles.paging import BadCursorError, Order, first_rows, page

PAGE = 50
MOST_COUNTED = 10_000

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Listing(Generic[Row]):
    """A page of rows, and the query strings of its neighbours, empty where there are none."""

    rows: list[Row]
    previous: str
    next: str


def read_page(
    request: SignedInRequest,
    rows: QuerySet[Row],
    order: Order,
    filters: str = "",
    first: Callable[[QuerySet[Row], list[str], int], QuerySet[Row]] = first_rows,
) -> Listing[Row]:
    """The page that the parameter ``at`` asks for. Raises BadCursorError."""
    found = page(rows, order, cursor=request.GET.get("at", ""), size=PAGE, first=first)
    return Listing(found.rows, at(found.previous, filters), at(found.next, filters))


def at(cursor: str, filters: str) -> str:
    return "&".join(filter(None, (filters, urlencode({"at": cursor})))) if cursor else ""


def count(rows: QuerySet[Any]) -> str:
    """How many there are, for people: exact where counting is cheap."""
    return counted(rows.order_by()[: MOST_COUNTED + 1].count(), MOST_COUNTED)


def counted(found: int, most: int) -> str:
    """A number for people of what was counted no further than to one more than ``most``."""
    return f"{found:,}" if found <= most else f"more than {most:,}"


def list_response(
    request: SignedInRequest, name: str, form: FilterForm, read: Callable[[], dict[str, Any]]
) -> HttpResponse:
    """The page of the list, or for htmx the part that its filters change.

    ``read`` gives the context that needs valid filters. A parameter that makes no sense is
    answered with 400 and named: to leave it out would show what was not asked for.
    """
    context: dict[str, Any] = {"form": form, "list": name}
    status = 400
    if form.is_valid():
        try:
            context |= read()
            status = 200
        except BadCursorError as error:
            context["problem"] = str(error)
    if not request.htmx:
        return render(request, f"articles/{name}.html", context, status=status)
    response = render(request, f"articles/_{name}.html", context | {"alone": True}, status=status)
    address = f"{reverse(name)}?{form.query()}".rstrip("?")
    # The same address twice would make two steps of one on the way back.
    known = address == request.htmx.current_url_abs_path
    return response if known else push_url(response, address)
