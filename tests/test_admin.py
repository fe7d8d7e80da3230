from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains

from articles.actions.claims import edit_claim
from articles.models import Article, ColumnMapping, Desk, ReviewRule, Source, User, Verdict
from tests.factories import make_article, make_claim, make_person, make_source, make_verdict
from tests.importing_pages import in_state

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@pytest.fixture
def client(admin: User, sign_in: SignIn) -> Client:
    """An admin's browser."""
    return sign_in(admin)


@pytest.fixture
def verdict(article: Article, reviewer: User) -> Verdict:
    return make_verdict(make_claim(article, "two metres", reviewer), reviewer)


class Inline(HTMLParser):
    """What a strict Content-Security-Policy would refuse in a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        names = [name for name in given if name == "style" or name.startswith("on")]
        script = tag == "script" and "src" not in given and given["type"] != "application/json"
        if names or script or tag == "style":
            self.found.append(f"{tag} {names}")


def listed() -> list[str]:
    return sorted(f"/admin/{m._meta.app_label}/{m._meta.model_name}/" for m in site._registry)


def test_every_list_and_form_opens_and_has_nothing_inline(
    client: Client, verdict: Verdict, source: Source, editor: User
) -> None:
    edit_claim(claim=verdict.claim, seen=verdict.claim.version, note="x", claimant=None, by=editor)
    paths = ["/admin/", *listed()]
    for model in site._registry:
        first = model._default_manager.order_by("pk").first()
        if first:
            paths.append(
                f"/admin/{model._meta.app_label}/{model._meta.model_name}/{first.pk}/change/"
            )
    paths += [
        "/admin/articles/user/add/",
        "/admin/articles/desk/add/",
        "/admin/articles/source/add/",
    ]
    assert len(paths) > 20
    for path in paths:
        response = client.get(path)
        assert response.status_code == 200, path
        assert Inline(response.content.decode()).found == [], path


def test_a_person_is_added_with_a_role_at_a_desk_in_one_form(client: Client, desk: Desk) -> None:
    role = str(make_person("x", desk=desk, role="editor").memberships.get().role_id)
    form = {"username": "nora", "first_name": "Nora", "email": "nora@example.org"}
    form |= {"password1": "a-long-pass-word", "password2": "a-long-pass-word"}
    form |= {"usable_password": "true", "is_active": "on"}
    form |= {"memberships-TOTAL_FORMS": "1", "memberships-INITIAL_FORMS": "0"}
    form |= {"memberships-0-desk": str(desk.pk), "memberships-0-role": role}
    client.post("/admin/articles/user/add/", form)
    nora = User.objects.get(username="nora")
    assert nora.check_password("a-long-pass-word")
    assert nora.access().may("decide_claim", desk.pk)
    assert not nora.is_staff


@pytest.mark.parametrize("lowered", ["desk", "kind"])
def test_fewer_reviewers_decide_what_waits_for_no_more(
    client: Client,
    desk: Desk,
    article: Article,
    reviewer: User,
    second_reviewer: User,
    lowered: str,
) -> None:
    rule = ReviewRule.objects.create(desk=desk, kind="statement", reviewers=3)
    claim = make_claim(article, "two metres", reviewer)
    form = {"name": desk.name, "slug": desk.slug, "reviewers": "2"}
    form |= {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
    form |= {"review_rules-TOTAL_FORMS": "1", "review_rules-INITIAL_FORMS": "1"}
    form |= {"review_rules-0-id": str(rule.pk), "review_rules-0-desk": str(desk.pk)}
    form |= {"review_rules-0-kind": "statement", "review_rules-0-reviewers": "2"}
    if lowered == "desk":
        Desk.objects.update(reviewers=3)
        ReviewRule.objects.update(reviewers=2)
    for person in (reviewer, second_reviewer):
        make_verdict(claim, person)
    claim.refresh_from_db()
    assert claim.status == "awaiting_second_review"

    client.post(f"/admin/articles/desk/{desk.pk}/change/", form)

    claim.refresh_from_db()
    assert claim.status == "decided"


def test_roles_of_desks_are_not_offered_as_groups_of_a_person(client: Client) -> None:
    form = client.get("/admin/articles/user/add/").context["adminform"].form
    assert [group.name for group in form.fields["groups"].queryset] == ["admin"]


@pytest.mark.parametrize(
    "model", ["verdict", "transition", "claimevent", "sourceevent", "document", "capture"]
)
def test_logs_are_only_read(client: Client, model: str) -> None:
    admin_of = next(a for m, a in site._registry.items() if m._meta.model_name == model)
    request = client.get("/admin/").wsgi_request
    assert admin_of.has_view_permission(request)
    assert not admin_of.has_add_permission(request)
    assert not admin_of.has_change_permission(request)
    assert not admin_of.has_delete_permission(request)


def test_nothing_registered_can_change_what_verdicts_rest_on() -> None:
    names = {model._meta.model_name for model in site._registry}
    assert names.isdisjoint({"revision", "anchor", "claim", "evidence", "draft"})


def test_a_verdict_is_shown_and_a_post_changes_nothing(client: Client, verdict: Verdict) -> None:
    path = f"/admin/articles/verdict/{verdict.pk}/change/"
    assertContains(client.get(path), verdict.hash)
    assert client.post(path, {"rating": "false"}).status_code == 403
    assert client.post(f"/admin/articles/verdict/{verdict.pk}/delete/").status_code == 403
    assert Verdict.objects.get().rating == "true"


def test_the_details_of_an_article_are_edited_but_not_its_text(
    client: Client, article: Article
) -> None:
    path = f"/admin/articles/article/{article.pk}/change/"
    page = client.get(path)
    assertContains(page, "Nobody had seen such water")
    form = {"title": "Higher water", "language": "en", "text": "Nothing.", "desk": "77"}
    form |= {"revisions-TOTAL_FORMS": "0", "revisions-INITIAL_FORMS": "0"}
    client.post(path, form)
    after = Article.objects.select_related("current_revision").get()
    assert after.title == "Higher water"
    assert after.desk_id == article.desk_id
    assert after.current_revision.text == article.current_revision.text


def test_an_address_that_the_desk_has_already_is_refused_with_the_other_s_name(
    client: Client, article: Article, reviewer: User
) -> None:
    other = make_article(article.desk, reviewer, text="Another text.", title="Low water")
    Article.objects.filter(pk=other.pk).update(url="https://example.org/low")
    form = {"title": "High water", "language": "en", "url": "https://example.org/low"}
    form |= {"revisions-TOTAL_FORMS": "0", "revisions-INITIAL_FORMS": "0"}
    page = client.post(f"/admin/articles/article/{article.pk}/change/", form)
    assertContains(page, "The desk has “Low water” at this address already.")


def test_an_article_without_verdicts_can_be_deleted(client: Client, article: Article) -> None:
    page = client.get(f"/admin/articles/article/{article.pk}/change/")
    assertContains(page, "no verdict rests on this article")
    client.post(f"/admin/articles/article/{article.pk}/delete/", {"post": "yes"})
    connection.check_constraints()
    assert not Article.objects.exists()


def test_an_article_with_verdicts_stays_and_the_page_says_why(
    client: Client, verdict: Verdict
) -> None:
    article = verdict.claim.article
    page = client.get(f"/admin/articles/article/{article.pk}/change/")
    assertContains(page, "Not possible: the verdict log holds 1 verdict")
    answer = client.post(f"/admin/articles/article/{article.pk}/delete/", {"post": "yes"})
    assert answer.status_code == 403
    assert Article.objects.filter(pk=article.pk).exists()


def test_a_source_is_added_with_its_aliases_one_a_line(client: Client, admin: User) -> None:
    form = {"name": "Harbour Office", "kind": "organisation", "aliases": "HO\r\n\r\nPort, The\r\n"}
    client.post("/admin/articles/source/add/", form)
    made = Source.objects.get()
    assert made.aliases == ["HO", "Port, The"]
    assert made.created_by == admin


@pytest.mark.parametrize(("words", "found"), [("MoW", True), ("mini wat", True), ("fire", False)])
def test_sources_are_found_by_name_and_alias(
    client: Client, source: Source, words: str, found: bool
) -> None:
    page = client.get("/admin/articles/source/", {"q": words})
    assert (source in page.context["cl"].result_list) is found


@pytest.fixture
def clerk(sign_in: SignIn) -> Client:
    """Of the staff, may handle sources and articles, but is no admin."""
    person = make_person("clara")
    User.objects.filter(pk=person.pk).update(is_staff=True)
    person.user_permissions.set(
        Permission.objects.filter(
            codename__regex="(view|change|delete)_(source|article|user|group|desk|verdict|claimevent)$"
        )
    )
    return sign_in(User.objects.get(pk=person.pk))


def test_a_protected_source_is_none_to_staff_who_may_not_see_it(
    clerk: Client, reviewer: User, source: Source
) -> None:
    hidden = make_source("Pavel Petrov", reviewer, protected=True)
    page = clerk.get("/admin/articles/source/")
    assertContains(page, "Ministry of Water")
    assertNotContains(page, "Petrov")
    assert clerk.get(f"/admin/articles/source/{hidden.pk}/change/").status_code == 302
    assertContains(clerk.get("/admin/articles/source/"), "Protected source", count=0)


def test_articles_of_other_desks_are_none_to_staff(clerk: Client, article: Article) -> None:
    assertNotContains(clerk.get("/admin/articles/article/"), "High water")


@pytest.mark.parametrize("path", ["user", "desk", "verdict", "claimevent"])
def test_what_would_give_more_rights_or_show_all_desks_is_for_admins(
    clerk: Client, path: str
) -> None:
    assert clerk.get(f"/admin/articles/{path}/").status_code == 403
    assert clerk.get("/admin/auth/group/").status_code == 403


def test_an_event_names_who_made_the_change(
    client: Client, sign_in: SignIn, reviewer: User, article: Article
) -> None:
    claim = make_claim(article, "two metres", reviewer)
    form = {"edit-version": claim.version, "edit-note": "From the gauge"}
    sign_in(reviewer).post(f"/claims/{claim.pk}/edit/", form)
    assertContains(client.get("/admin/articles/claimevent/"), '<td class="field-actor">rosa</td>')


def rows(count: int, desk: Desk, reviewer: User) -> None:
    """So many rows in each list."""
    for i in range(count):
        person = make_person(f"person-{count}-{i}", desk=desk)
        source = make_source(f"Source {count}-{i}", person)
        Source.objects.filter(pk=source.pk).update(homepage="https://example.org")
        article = make_article(
            desk, person, text=f"Text {count}-{i} of water.", title=f"T{count}-{i}"
        )
        Article.objects.filter(pk=article.pk).update(title=f"Title {i}")
        verdict = make_verdict(make_claim(article, "water", person), person)
        edit_claim(
            claim=verdict.claim, seen=verdict.claim.version, note="x", claimant=source, by=person
        )
        Desk.objects.create(name=f"Desk {count}-{i}", slug=f"desk-{count}-{i}")


def queries(client: Client, path: str) -> list[str]:
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(path).status_code == 200
    return [query["sql"] for query in caught.captured_queries]


def test_lists_and_forms_take_as_many_queries_for_many_rows_as_for_one(
    client: Client, desk: Desk, reviewer: User
) -> None:
    paths = [*listed(), f"/admin/articles/desk/{desk.pk}/change/"]
    rows(1, desk, reviewer)
    before = {path: len(queries(client, path)) for path in paths}
    rows(3, desk, reviewer)
    after = {path: len(queries(client, path)) for path in paths}
    assert after == before


# Imports


@pytest.fixture
def kept(admin: User) -> ColumnMapping:
    mapping = {"Headline": "title", "Body": "text"}
    return ColumnMapping.objects.create(
        kind="article", headings=["Headline", "Body"], mapping=mapping, saved_by=admin
    )


def test_imports_and_refused_rows_are_to_read(client: Client, desk: Desk, admin: User) -> None:
    batch = in_state("checked", desk, admin)
    for model, pk in (("batch", batch.pk), ("refusedrow", batch.refused_rows.first().pk)):
        page = client.get(f"/admin/articles/{model}/{pk}/change/")
        assert page.status_code == 200
        assertNotContains(page, 'name="_save"')
        assert Inline(page.content.decode()).found == []
        assert client.post(f"/admin/articles/{model}/{pk}/delete/").status_code == 403
    assertContains(client.get("/admin/articles/refusedrow/"), "The title is empty.")


def test_a_kept_mapping_is_corrected(client: Client, kept: ColumnMapping) -> None:
    path = f"/admin/articles/columnmapping/{kept.pk}/change/"
    assert Inline(client.get(path).content.decode()).found == []
    mapping = '{"Headline": "text", "Body": "title"}'
    client.post(path, {"kind": "article", "mapping": mapping})
    kept.refresh_from_db()
    assert kept.mapping == {"Headline": "text", "Body": "title"}


@pytest.mark.parametrize(
    ("kind", "mapping", "told"),
    [
        ("article", '{"Headline": "title"}', "No heading is mapped to “text”"),
        ("article", "[]", "It must name a field, or nothing, for each heading."),
        ("poem", '{"Headline": "title"}', "Select a valid choice"),
    ],
)
def test_a_mapping_that_cannot_be_used_is_refused(
    client: Client, kept: ColumnMapping, kind: str, mapping: str, told: str
) -> None:
    path = f"/admin/articles/columnmapping/{kept.pk}/change/"
    assertContains(client.post(path, {"kind": kind, "mapping": mapping}), told)
    kept.refresh_from_db()
    assert kept.mapping == {"Headline": "title", "Body": "text"}
