"""Findings above an article's text, and the page with the picture of its origins."""

import re

import pytest
from django.urls import reverse

from articles.models import Article, Claim, User
from tests.factories import make_article, make_chain, make_claim, make_source

HTMX = {"HX-Request": "true"}
FISHERMAN = "a fisherman who asked not to be named"
WORDS = ("The river rose", "two metres", "one night", "12,000 people")
SECRET = "Pavel Petrov"


@pytest.fixture
def claims(article: Article, reviewer: User) -> list[Claim]:
    return [make_claim(article, words, reviewer) for words in WORDS]


def findings(client, article: Article) -> list[str]:
    """The lines of the findings, as one reads them."""
    html = client.get(article.get_absolute_url()).content.decode()
    section = re.search(r'<section id="findings".*?</section>', html, re.DOTALL)[0]
    if " hidden" in section.partition(">")[0]:
        return []
    lines = re.findall(r"<li[^>]*>(.*?)</li>", section, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", "", line).split()) for line in lines]


def test_a_fresh_article_shows_none(sign_in, reviewer, article, claims):
    assert findings(sign_in(reviewer), article) == []


def test_one_claim_and_many(sign_in, reviewer, article, claims, source):
    client = sign_in(reviewer)
    make_chain(claims[0], reviewer, source)
    assert findings(client, article) == [
        "1 claim rests on 1 origin, named: Ministry of Water (claim 1)",
        "3 claims have no chain yet",
    ]
    make_chain(claims[1], reviewer, source, FISHERMAN)
    make_chain(claims[2], reviewer, source, FISHERMAN)
    assert findings(client, article) == [
        "3 claims rest on 2 origins, 1 named and 1 unnamed (claims 1, 2, 3)",
        f"2 of them rest on one alone, unnamed: {FISHERMAN} (claims 2, 3)",
        "1 claim has no chain yet",
    ]


def test_a_circle_is_shown(sign_in, reviewer, article, claims, source):
    gazette = make_source("Coast Gazette", reviewer)
    make_chain(claims[0], reviewer, source, gazette)
    make_chain(claims[1], reviewer, gazette, source)
    lines = findings(sign_in(reviewer), article)
    assert "Circular: Ministry of Water → Coast Gazette → Ministry of Water" in lines


def test_they_come_with_every_write(sign_in, reviewer, article, claims, source):
    chain = make_chain(claims[0], reviewer, source)
    article.refresh_from_db()
    url = reverse("attribution-withdraw", args=[chain.pk])
    data = {"version": article.version, "since": article.version}
    html = sign_in(reviewer).post(url, data, headers=HTMX).content.decode()
    assert re.search(r'id="findings"[^>]* hidden hx-swap-oob="true"', html)


def test_marking_leaves_them_to_the_panel_that_opens(sign_in, reviewer, article, claims, source):
    make_chain(claims[0], reviewer, source)
    article.refresh_from_db()
    client = sign_in(reviewer)
    start = article.current_revision.text.index("The figure")
    place = {"revision": 1, "start": start, "end": start + 10, "since": article.version}
    url = reverse("claim-mark", args=[article.pk])
    html = client.post(url, place, headers=HTMX).content.decode()
    assert 'id="findings"' not in html
    opened = re.search(r'data-rest="([^"]+\?opened)"', html)[1]
    assert "4 claims have no chain yet" in client.get(opened, headers=HTMX).content.decode()


def test_the_page_draws_and_lists_the_chains(sign_in, reviewer, article, claims, source):
    for claim in claims[:3]:
        make_chain(claim, reviewer, source, FISHERMAN)
    response = sign_in(reviewer).get(reverse("article-origins", args=[article.pk]))
    html = response.content.decode()
    assert "3 claims rest on 1 origin, unnamed. The list below says the same" in html
    assert html.count("<rect") == 3
    words = " ".join(re.sub(r"<[^>]+>", " ", html.partition("As a list")[2]).split())
    assert words.startswith(f"3 claims: 1 , 2 , 3 Article Ministry of Water {FISHERMAN} unnamed")
    assert "Claims without a chain 4" in words


def test_the_page_of_a_fresh_article_says_what_to_do(sign_in, reviewer, article):
    html = sign_in(reviewer).get(reverse("article-origins", args=[article.pk])).content.decode()
    assert "No claim of this article has a chain yet." in html
    assert "<svg" not in html.partition("<main")[2]


@pytest.mark.parametrize("who", ["neighbour", "outsider"])
def test_the_page_is_not_there_for_others(request, sign_in, article, who):
    client = sign_in(request.getfixturevalue(who))
    assert client.get(reverse("article-origins", args=[article.pk])).status_code == 404


def test_a_protected_origin_is_not_named(sign_in, reviewer, editor, second_reviewer, desk):
    article = make_article(desk, reviewer, "The ferry sank. Nobody saw it.", title="Ferry")
    claim = make_claim(article, "The ferry sank", reviewer)
    make_chain(claim, editor, make_source(SECRET, editor, protected=True))
    for route in ("article", "article-origins"):
        url = reverse(route, args=[article.pk])
        assert SECRET in sign_in(editor).get(url).content.decode()
        seen = sign_in(second_reviewer).get(url).content.decode()
        assert SECRET not in seen
        assert "Protected source" in seen


def test_hostile_names_are_escaped(sign_in, reviewer, article, claims):
    make_chain(claims[0], reviewer, make_source("<script>alert(1)</script>", reviewer))
    html = sign_in(reviewer).get(reverse("article-origins", args=[article.pk])).content.decode()
    assert "<script>alert" not in html


@pytest.mark.parametrize("count", [1, 3])
def test_page_costs_the_same_queries_for_any_number_of_claims(
    sign_in, reviewer, article, claims, count, django_assert_num_queries
):
    for claim in claims[:count]:
        make_chain(claim, reviewer, make_source(f"Told for {claim}", reviewer))
    client = sign_in(reviewer)
    url = reverse("article-origins", args=[article.pk])
    with django_assert_num_queries(10 if count > 1 else 9):
        client.get(url)
