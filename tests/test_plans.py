"""Every query of the lists, the queue, the dashboard and the other pages has an index behind it."""

from urllib.parse import urlencode

import pytest
from django.db import connection
from django.urls import reverse

from articles.actions.tallies import fold_tallies
from articles.bench.desk.make import grow, make_desk
from articles.forms.claim_filters import SORTS
from articles.models import EDITOR, REVIEWER, Article, Claim, Desk, Source, User
from tests.factories import make_person
from tests.plans import unindexed

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def filled(rows_of_module) -> Desk:
    desk = make_desk(slug="made", people=10, sources=100)
    grow(desk, claims=2_000, articles=200)
    fold_tallies()
    connection.check_constraints()  # once, not after every test
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return desk


def member(desk: Desk, who: str) -> User:
    if who == "admin":
        return make_person("ada", role="admin")
    role = {"reviewer": REVIEWER, "editor": EDITOR}[who]
    return User.objects.filter(memberships__desk=desk, memberships__role__name=role).earliest("pk")


def filters(desk: Desk) -> list[dict[str, str]]:
    article = Article.objects.filter(desk=desk).latest("created_at")
    source = Source.objects.filter(protected=False, evidence__claim__desk=desk).first()
    return [
        {},
        {"status": "open"},
        {"status": "withdrawn"},
        {"rating": "false"},
        {"rating": "none"},
        {"kind": "quotation"},
        {"priority": "2"},
        *({"due": due} for due in ("overdue", "today", "week", "none")),
        {"source": str(source.pk)},
        {"source_name": "office"},
        {"publisher": article.publisher},
        {"article": str(article.pk)},
        *({"assignee": name} for name in ("me", "nobody", "made-9")),
        {"desk": "made"},
        {"disputed": "on"},
        {"unsupported": "on"},
        {"made_from": "2026-01-01", "changed_to": "2026-06-30"},
        {"q": "said"},
        {"q": '"the harbour office" -storm'},
        *({"sort": sort} for sort in SORTS),
        *({"sort": sort, "status": "open", "q": "said"} for sort in SORTS),
    ]


@pytest.mark.parametrize("who", ["reviewer", "editor", "admin"])
def test_the_claim_list_has_an_index_for_every_filter_and_order(filled, sign_in, who):
    client = sign_in(member(filled, who))
    queries = filters(filled)
    if who == "admin":
        # Over all desks no index tells kinds and priorities: few rows of few are simply looked for.
        queries = [query for query in queries if not query.keys() & {"kind", "priority"}]
    addresses = [f"{reverse('claims')}?{urlencode(query)}" for query in queries]

    assert unindexed(client, addresses) == {}


@pytest.mark.parametrize("who", ["reviewer", "editor", "admin"])
def test_the_other_pages_have_indexes_behind_them(filled, sign_in, who):
    client = sign_in(member(filled, who))
    claim = Claim.objects.filter(desk=filled, status="published").first()
    source = Source.objects.filter(protected=False, evidence__claim__desk=filled).first()
    addresses = [
        reverse("queue"),
        reverse("queue-ahead"),
        reverse("article", args=[claim.article_id]),
        f"{reverse('article', args=[claim.article_id])}?claim={claim.number}",
        reverse("article-origins", args=[claim.article_id]),
        reverse("articles"),
        f"{reverse('articles')}?q=grain",
        reverse("sources"),
        f"{reverse('sources')}?q=office",
        reverse("source", args=[source.pk]),
        reverse("notifications"),
        f"{reverse('notifications')}?kind=recheck",
        reverse("notifications-unread"),
    ]
    if who != "reviewer":
        addresses += [reverse("disputes"), reverse("imports")]

    assert unindexed(client, addresses) == {}


@pytest.mark.parametrize("who", ["reviewer", "editor", "admin"])
def test_no_table_of_a_million_rows_is_read_for_the_tallies(filled, sign_in, who):
    addresses = ["/", "/?by=day", "/?desk=made", "/publishers/names/?publisher=c"]
    if who != "reviewer":
        addresses += ["/agreement/", "/agreement/?days=all"]

    assert unindexed(sign_in(member(filled, who)), addresses) == {}
