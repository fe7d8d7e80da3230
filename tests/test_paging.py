from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.signing import Signer
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.models import Source, User
from articles.paging import BadCursorError, Order, page, read_cursor

BY_NAME = Order(("name", "id"))
NEWEST = Order(("created_at", "id"), descending=True)


@pytest.fixture
def sources(reviewer: User) -> list[Source]:
    """Seven sources; the first three were made at the same moment."""
    start = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
    return [
        Source.objects.create(
            id=UUID(int=place),
            name=f"Source {letter}",
            created_by=reviewer,
            created_at=start + timedelta(microseconds=max(0, place - 2)),
        )
        for place, letter in enumerate("abcdefg")
    ]


def walk(order: Order, size: int) -> list[list[str]]:
    """The names on each page, from the first page on."""
    pages, cursor = [], ""
    while True:
        found = page(Source.objects.all(), order, cursor=cursor, size=size)
        pages.append([source.name[-1] for source in found.rows])
        if not found.next:
            return pages
        cursor = found.next


@pytest.mark.parametrize(
    ("order", "size", "expected"),
    [
        pytest.param(BY_NAME, 3, ["abc", "def", "g"], id="last page shorter"),
        pytest.param(BY_NAME, 7, ["abcdefg"], id="one page exactly full"),
        pytest.param(BY_NAME, 10, ["abcdefg"], id="one page not full"),
        pytest.param(BY_NAME, 1, list("abcdefg"), id="pages of one"),
        pytest.param(NEWEST, 2, ["gf", "ed", "cb", "a"], id="descending, ties broken by id"),
    ],
)
@pytest.mark.usefixtures("sources")
def test_the_pages_hold_every_row_once_in_order(
    order: Order, size: int, expected: list[str]
) -> None:
    assert ["".join(letters) for letters in walk(order, size)] == expected


@pytest.mark.usefixtures("sources")
@pytest.mark.parametrize("order", [BY_NAME, NEWEST], ids=str)
def test_the_way_back_shows_the_same_pages(order: Order) -> None:
    first = page(Source.objects.all(), order, size=3)
    second = page(Source.objects.all(), order, cursor=first.next, size=3)
    third = page(Source.objects.all(), order, cursor=second.next, size=3)
    assert (first.previous, third.next) == ("", "")

    back = page(Source.objects.all(), order, cursor=third.previous, size=3)
    assert back.rows == second.rows
    start = page(Source.objects.all(), order, cursor=back.previous, size=3)
    assert start.rows == first.rows
    assert start.previous == ""
    assert page(Source.objects.all(), order, cursor=start.next, size=3).rows == second.rows


def test_rows_that_come_and_go_shift_nothing(sources: list[Source], reviewer: User) -> None:
    first = page(Source.objects.all(), BY_NAME, size=3)
    sources[2].delete()
    Source.objects.create(name="Source 0", created_by=reviewer)
    second = page(Source.objects.all(), BY_NAME, cursor=first.next, size=3)
    assert [source.name[-1] for source in second.rows] == ["d", "e", "f"]


def test_a_place_past_the_last_row_is_an_empty_page(sources: list[Source]) -> None:
    cursor = page(Source.objects.all(), BY_NAME, size=3).next
    Source.objects.filter(pk__in=[source.pk for source in sources[3:]]).delete()
    found = page(Source.objects.all(), BY_NAME, cursor=cursor, size=3)
    assert (found.rows, found.previous, found.next) == ([], "", "")


@pytest.mark.usefixtures("sources")
def test_a_page_is_one_query(django_assert_num_queries: Any) -> None:
    cursor = page(Source.objects.all(), BY_NAME, size=3).next
    with django_assert_num_queries(1):
        page(Source.objects.all(), BY_NAME, cursor=cursor, size=3)


def test_names_that_look_like_sql_are_only_names(reviewer: User) -> None:
    names = ["'; DROP TABLE articles_source; --", "%s %(x)s", "“Quoted”", "한국 🇰🇷", "\\"]
    for name in names:
        Source.objects.create(name=name, created_by=reviewer)
    seen, cursor = [], ""
    for _ in names:
        found = page(Source.objects.all(), BY_NAME, cursor=cursor, size=1)
        seen += [source.name for source in found.rows]
        cursor = found.next
    assert sorted(seen) == sorted(names)
    assert cursor == ""


def test_a_cursor_holds_for_its_own_order_alone(sources: list[Source]) -> None:
    cursor = page(Source.objects.all(), BY_NAME, size=3).next
    with pytest.raises(BadCursorError, match="Start at the first page"):
        page(Source.objects.all(), NEWEST, cursor=cursor, size=3)


def test_a_value_signed_for_something_else_is_no_cursor() -> None:
    with pytest.raises(BadCursorError):
        read_cursor(Signer(salt="elsewhere").sign_object([str(BY_NAME), False, ["a", 1]]), BY_NAME)


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_whatever_stands_in_the_address_is_refused(cursor: str) -> None:
    with pytest.raises(BadCursorError):
        read_cursor(cursor, BY_NAME)
