"""The list of imports, for admins."""

import pytest
from django.db import connection
from django.urls import reverse

from articles.models import Batch
from tests.importing_pages import in_state, make_batch
from tests.views.reading import cells, links, parsed, rows, words

LIST = "/imports/"
LIST_QUERIES = 4


def listed(response) -> list[list[str]]:
    return [cells(row) for row in parsed(response).xpath("//tbody/tr")]


@pytest.mark.parametrize("person", ["reviewer", "editor", "neighbour", "outsider"])
def test_others_are_refused_and_led_nowhere(request, sign_in, person):
    client = sign_in(request.getfixturevalue(person))
    assert client.get(LIST).status_code == 403
    assert links(client.get("/"), "Import") == []


def test_admins_are_led_to_it(sign_in, admin):
    assert links(sign_in(admin).get("/"), "Import") == [LIST]


def test_without_imports_it_says_what_can_be_imported(sign_in, admin):
    response = sign_in(admin).get(LIST)
    assert "CSV, Excel, JSONL, ClaimReview" in words(parsed(response).body)
    assert links(response, "Formats and templates") == ["/imports/add/#formats"]


def test_newest_first_with_what_became_of_each(sign_in, admin, desk):
    in_state("done", desk, admin)
    newest = in_state("checking", desk, admin)
    Batch.objects.filter(pk=newest.pk).update(file_name="april.csv", rows=1400)
    client = sign_in(admin)
    response = client.get(LIST)
    assert rows(response) == ["april.csv", "articles of March.csv"]
    first, second = listed(response)
    assert first[1:6] == ["Checking 42 %", "1,400", "", "World", "ada"]
    assert second[1:4] == ["Imported", "1,000", "3"]
    assert links(response, "april.csv") == [newest.get_absolute_url()]


def test_it_asks_for_news_only_while_one_is_at_work(sign_in, admin, desk):
    in_state("done", desk, admin)
    client = sign_in(admin)
    assert not parsed(client.get(LIST)).xpath("//*[@hx-trigger]")
    in_state("importing", desk, admin)
    [polling] = parsed(client.get(LIST)).xpath("//*[@hx-trigger]")
    assert (polling.get("id"), polling.get("hx-get")) == ("imports", LIST)
    news = client.get(LIST, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in news
    assert "25 %" in news


def test_it_says_when_no_worker_takes_up_what_waits(sign_in, admin, desk):
    client = sign_in(admin)
    in_state("queued", desk, admin)
    assert "No worker is running" in words(parsed(client.get(LIST)).body)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())")
    assert "No worker is running" not in words(parsed(client.get(LIST)).body)


def test_pages_follow_one_another(sign_in, admin, desk, monkeypatch):
    monkeypatch.setattr("articles.views.lists.PAGE", 2)
    for name in ("1.csv", "2.csv", "3.csv"):
        make_batch(desk, admin, file_name=name)
    client = sign_in(admin)
    first = client.get(LIST)
    assert rows(first) == ["3.csv", "2.csv"]
    [following] = links(first, "Next")
    second = client.get(LIST + following)
    assert rows(second) == ["1.csv"]
    [back] = links(second, "Previous")
    assert rows(client.get(LIST + back)) == ["3.csv", "2.csv"]


def test_a_place_that_was_made_up_is_refused(sign_in, admin):
    response = sign_in(admin).get(LIST, {"at": "x"})
    assert response.status_code == 400
    assert links(response, "First page") == [LIST]


@pytest.mark.parametrize("count", [1, 3])
def test_as_many_queries_for_one_as_for_many(
    sign_in, admin, desk, django_assert_num_queries, count
):
    for _ in range(count):
        in_state("done", desk, admin)
    client = sign_in(admin)
    with django_assert_num_queries(LIST_QUERIES):
        client.get(reverse("imports"))
