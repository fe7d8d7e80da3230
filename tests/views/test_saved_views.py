"""Views of the claim list, kept and shared."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from django.utils import timezone

from articles.forms.saved_views import SavedViewForm
from articles.models import Article, SavedView, User
from tests.factories import make_claim, make_person
from tests.views.reading import parsed, rows, words


@pytest.fixture
def claims(article: Article, editor: User) -> None:
    make_claim(article, "two metres", editor)


@pytest.fixture
def second_editor(desk: Any) -> User:
    return make_person("emil", desk=desk, role="editor")


@pytest.fixture
def mine(editor: User) -> SavedView:
    return SavedView.objects.create(owner=editor, name="Open ones", query="status=open")


@pytest.fixture
def shared(editor: User, desk: Any) -> SavedView:
    return SavedView.objects.create(
        owner=editor, desk=desk, name="Mine and open", query="assignee=me", columns=["kind"]
    )


def bar(response: Any) -> list[str]:
    return [words(link) for link in parsed(response).xpath("//nav[@id='views']/a")]


def test_saving_keeps_filters_order_and_columns(sign_in: Any, editor: User, claims: None) -> None:
    client = sign_in(editor)
    client.post("/claims/columns/", {"column": ["number", "kind"]})
    response = client.post(
        "/views/save/?status=open&sort=due&at=ignored", {"name": "Soon"}, follow=True
    )
    view = SavedView.objects.get()
    assert (view.owner, view.desk, view.name) == (editor, None, "Soon")
    assert (view.query, view.columns) == ("status=open&sort=due", ["number", "kind"])
    assert response.redirect_chain[-1][0] == f"/claims/?status=open&sort=due&view={view.pk}"
    assert bar(response) == ["All claims", "Soon"]


def test_a_shared_view_shows_each_person_s_own_rows(
    sign_in: Any, editor: User, reviewer: User, article: Article, shared: SavedView
) -> None:
    mine = make_claim(article, "two metres", editor)
    make_claim(article, "12,000 people", editor)
    article.claims.filter(pk=mine.pk).update(assignee=reviewer)
    url = f"/claims/?{shared.query}&view={shared.pk}"
    response = sign_in(reviewer).get(url)
    assert rows(response) == ["two metres"]
    assert bar(response) == ["All claims", "Mine and open · World"]
    assert "Kind" in words(parsed(response).xpath("//thead")[0])
    assert rows(sign_in(editor).get(url)) == []


# Who may do what: the owner, a reviewer of the desk, another editor of it, people of no or another.
CHANGES = ("", "delete/", "restore/", "default/")


@pytest.mark.parametrize(
    ("person", "on_shared", "on_own"),
    [
        ("editor", (302, 302, 302, 302), (302, 302, 302, 302)),
        ("reviewer", (403, 403, 403, 302), (404, 404, 404, 404)),
        ("admin", (302, 302, 302, 302), (404, 404, 404, 404)),
        ("neighbour", (404, 404, 404, 404), (404, 404, 404, 404)),
        ("outsider", (404, 404, 404, 404), (404, 404, 404, 404)),
    ],
)
def test_who_may_change_a_view(
    request: pytest.FixtureRequest,
    sign_in: Any,
    mine: SavedView,
    shared: SavedView,
    person: str,
    on_shared: tuple[int, ...],
    on_own: tuple[int, ...],
) -> None:
    client = sign_in(request.getfixturevalue(person))
    for view, expected in ((shared, on_shared), (mine, on_own)):
        SavedView.objects.filter(pk=view.pk).delete()
        found = []
        for path in CHANGES:
            view.save()
            found.append(client.post(f"/views/{view.pk}/{path}", {"name": "New"}).status_code)
        assert tuple(found) == expected


GONE = "The view is gone; its filters are still here."
UNKNOWN = ("01900000-0000-7000-8000-000000000000", "x")


def main(response: Any) -> str:
    assert response.status_code == 200
    return words(parsed(response).xpath("//main")[0])


def test_another_s_view_is_as_one_that_never_was(
    sign_in: Any, neighbour: User, shared: SavedView, desk: Any
) -> None:
    client = sign_in(neighbour)
    foreign, *others = (main(client.get("/claims/", {"view": pk})) for pk in (shared.pk, *UNKNOWN))
    assert GONE in foreign
    assert others == [foreign, foreign]
    now = timezone.now().isoformat()
    for pk in (shared.pk, *UNKNOWN):
        asked = {"view": pk, "since": now, "drawn": now}
        assert client.get("/claims/news/", asked).status_code == 204
        csv = b"".join(client.get("/claims/claims.csv", {"view": pk}))
        assert b"Status" in csv  # the usual columns, and not the view's


def test_a_list_whose_view_was_deleted_meanwhile_works_on(
    sign_in: Any, editor: User, reviewer: User, shared: SavedView, article: Article
) -> None:
    claim = make_claim(article, "two metres", editor)
    make_claim(article, "12,000 people", editor)
    article.claims.filter(pk=claim.pk).update(assignee=reviewer)
    since = (timezone.now() - timedelta(minutes=1)).isoformat()
    SavedView.objects.update(deleted_at=timezone.now())
    client, url = sign_in(reviewer), f"/claims/?{shared.query}&view={shared.pk}"

    page = client.get(url)
    assert GONE in main(page)
    assert rows(page) == ["two metres"]
    assert str(shared.pk) not in page.text
    for link in parsed(page).xpath("//ul[@class='chips']//a[@class='chip']/@href"):
        assert GONE not in main(client.get(link))

    ticked = client.get(f"{url}&status=open", headers={"HX-Request": "true"})
    assert GONE in words(parsed(ticked))
    assert ticked.headers["HX-Push-Url"] == "/claims/?status=open&assignee=me"
    assert parsed(ticked).xpath("//input[@name='view'][@hx-swap-oob]/@value") == []
    asked = {"assignee": "me", "view": shared.pk, "since": since, "drawn": since}
    told = client.get("/claims/news/", asked | {"shown": claim.pk, "columns": "kind.publisher"})
    assert [row.get("id") for row in parsed(told).xpath("//tr")] == [f"list-{claim.pk}"]
    assert len(parsed(told).xpath("//td")) == 3  # the choice, and the columns shown

    fields = {"action": "start", "claim": f"{claim.pk}:{claim.version}"}
    done = client.post(f"/claims/bulk/?assignee=me&view={shared.pk}", fields, follow=True)
    assert GONE in main(done)
    claim.refresh_from_db()
    assert claim.status == "in_review"


def test_another_editor_of_the_desk_may_change_what_is_shared(
    sign_in: Any, desk: Any, second_editor: User, shared: SavedView
) -> None:
    sign_in(second_editor).post(f"/views/{shared.pk}/", {"name": "Ours", "desk": desk.pk})
    shared.refresh_from_db()
    assert (shared.name, shared.desk) == ("Ours", desk)


def test_updating_takes_what_is_shown(
    sign_in: Any, editor: User, mine: SavedView, claims: None
) -> None:
    client = sign_in(editor)
    changed = f"/claims/?status=decided&view={mine.pk}"
    assert "(changed)" in bar(client.get(changed))[1]
    client.post(f"/claims/columns/?view={mine.pk}", {"column": ["desk"]})
    client.post(f"/views/{mine.pk}/?status=decided&view={mine.pk}", {"update": "1"})
    mine.refresh_from_db()
    assert (mine.query, mine.columns) == ("status=decided", ["desk"])
    assert "(changed)" not in bar(client.get(changed))[1]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        pytest.param({"name": ""}, "This field is required", id="no name"),
        pytest.param({"name": "Open ones"}, "is there already", id="a name twice"),
        pytest.param({"name": "x" * 101}, "at most 100 characters", id="a long name"),
        pytest.param({"name": "x", "desk": "999"}, "may not share", id="another desk"),
    ],
)
def test_refused(
    sign_in: Any, editor: User, mine: SavedView, fields: dict[str, str], message: str
) -> None:
    response = sign_in(editor).post("/views/save/", fields, follow=True)
    assert message in response.content.decode()
    assert SavedView.objects.count() == 1


def test_whatever_the_list_can_be_asked_for_is_kept(
    sign_in: Any, editor: User, mine: SavedView
) -> None:
    asked = {"q": "물" * 200, "source_name": "수" * 300, "publisher": "해" * 300}
    client = sign_in(editor)

    client.post(f"/views/save/?{urlencode(asked)}", {"name": "Water"})
    client.post(f"/views/{mine.pk}/?{urlencode(asked)}", {"update": "1"})

    kept = SavedView.objects.values_list("name", "query")
    assert {name: dict(parse_qsl(query)) for name, query in kept} == {
        "Water": asked,
        "Open ones": asked,
    }


@pytest.mark.parametrize("path", ["save/", "{0.pk}/"], ids=["a new view", "another name"])
def test_a_name_taken_in_the_same_moment_is_refused(
    sign_in: Any, editor: User, mine: SavedView, monkeypatch: Any, path: str
) -> None:
    check = SavedViewForm.clean_name

    def taken_after_the_check(form: SavedViewForm) -> str:
        name = check(form)
        SavedView.objects.create(owner=editor, name=name, query="status=decided")
        return name

    monkeypatch.setattr(SavedViewForm, "clean_name", taken_after_the_check)

    response = sign_in(editor).post(f"/views/{path.format(mine)}", {"name": "Soon"}, follow=True)

    assert "A view called “Soon” is there already." in response.text
    assert SavedView.objects.get(name="Soon").query == "status=decided"
    mine.refresh_from_db()
    assert mine.name == "Open ones"


@pytest.mark.parametrize("person", ["second_editor", "admin"])
def test_whoever_takes_a_colleague_s_view_back_from_the_desk_goes_on_at_all_claims(
    request: pytest.FixtureRequest, sign_in: Any, shared: SavedView, person: str
) -> None:
    client = sign_in(request.getfixturevalue(person))

    response = client.post(f"/views/{shared.pk}/", {"name": "Mine", "desk": ""}, follow=True)

    assert response.redirect_chain == [("/claims/", 302)]
    assert "The view “Mine” is changed." in response.text
    assert bar(response) == ["All claims"]


def test_a_reviewer_shares_with_nobody(sign_in: Any, reviewer: User, desk: Any) -> None:
    sign_in(reviewer).post("/views/save/", {"name": "Mine", "desk": desk.pk})
    assert not SavedView.objects.exists()


def test_the_list_begins_with_the_view_chosen_for_it(
    sign_in: Any, reviewer: User, shared: SavedView
) -> None:
    client = sign_in(reviewer)
    client.post(f"/views/{shared.pk}/default/")
    url = f"/claims/?{shared.query}&view={shared.pk}"
    assert client.get("/claims/start/").headers["Location"] == url
    SavedView.objects.update(desk=None)
    assert client.get("/claims/start/").headers["Location"] == "/claims/"


def undo_of(response: Any) -> str:
    """Where the button of a message posts to."""
    found: list[str] = parsed(response).xpath("//*[@class='messages']//form[@class='undo']/@action")
    assert len(found) == 1
    return found[0]


def test_a_deleted_view_is_nowhere_and_comes_back_as_it_was(
    sign_in: Any, editor: User, reviewer: User, desk: Any, shared: SavedView, claims: None
) -> None:
    client, reader = sign_in(editor), sign_in(reviewer)
    reader.post(f"/views/{shared.pk}/default/")
    url = f"/claims/?{shared.query}&view={shared.pk}"

    deleted = client.post(f"/views/{shared.pk}/delete/", follow=True)

    assert "The view “Mine and open” is deleted." in deleted.text
    assert bar(deleted) == bar(reader.get("/claims/")) == ["All claims"]
    assert GONE in main(client.get(url))
    assert reader.get("/claims/start/").headers["Location"] == "/claims/"

    back = client.post(undo_of(deleted), follow=True)

    assert "The view “Mine and open” is back." in back.text
    assert back.redirect_chain == [(url, 302)]
    assert bar(reader.get("/claims/")) == ["All claims", "Mine and open · World"]
    assert reader.get("/claims/start/").headers["Location"] == url
    kept = SavedView.objects.get()
    assert (kept.owner, kept.desk, kept.columns) == (editor, desk, ["kind"])


def test_the_name_of_a_deleted_view_is_free_and_bars_the_way_back(
    sign_in: Any, editor: User, mine: SavedView
) -> None:
    client = sign_in(editor)
    deleted = client.post(f"/views/{mine.pk}/delete/", follow=True)
    client.post("/views/save/?status=decided", {"name": "Open ones"})
    other = SavedView.objects.get(query="status=decided")

    barred = client.post(undo_of(deleted), follow=True)

    assert "Another view is called “Open ones” by now." in barred.text
    client.post(f"/views/{other.pk}/", {"name": "Decided ones"})
    back = client.post(undo_of(barred), follow=True)
    assert bar(back) == ["All claims", "Decided ones", "Open ones"]
