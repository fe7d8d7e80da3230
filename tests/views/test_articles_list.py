"""The list of articles."""

import pytest
from django.urls import reverse

from articles.models import Article, Claim
from articles.views import lists
from tests.factories import make_article, make_claim, make_verdict
from tests.views.reading import links, parsed, rows, words

URL = "/articles/"
QUERIES = 6


def text(title: str) -> str:
    return f"This is the text of {title}. A second claim."


@pytest.fixture
def articles(desk, reviewer) -> list[Article]:
    titles = ("Floods in the north", "A quiet election", "“Flooding” was foretold", "새벽 시장")
    return [make_article(desk, reviewer, text(title), title) for title in titles]


def test_newest_first(sign_in, reviewer, articles):
    titles = [article.title for article in reversed(articles)]
    assert rows(sign_in(reviewer).get(URL)) == titles


def test_a_row_tells_what_the_article_is_and_where_its_claims_stand(sign_in, reviewer, articles):
    article = articles[0]
    Article.objects.filter(pk=article.pk).update(publisher="The Post", published_on="2026-02-03")
    claims = [make_claim(article, words, reviewer) for words in ("the text", "A second claim")]
    claims.append(make_claim(article, "This is", reviewer))
    make_verdict(claims[0], reviewer)
    Claim.objects.filter(pk=claims[1].pk).update(status="withdrawn")
    response = sign_in(reviewer).get(URL)

    row = parsed(response).xpath("//tbody/tr")[-1]
    assert words(row) == (
        "Floods in the north The Post 3 Feb 2026 World 1 open 1 decided 1 withdrawn"
    )
    assert row.xpath("th/a/@href") == [article.get_absolute_url()]
    for label in ("1 open", "1 decided", "1 withdrawn"):
        assert len(rows(sign_in(reviewer).get(links(response, label)[0]))) == 1


SEARCHES = {
    "another form of the word": ("flood", ["“Flooding” was foretold", "Floods in the north"]),
    "two words": ("north floods", ["Floods in the north"]),
    "Korean": ("시장", ["새벽 시장"]),
    "nothing": ("zebra", []),
}


@pytest.mark.parametrize(("query", "expected"), SEARCHES.values(), ids=SEARCHES)
def test_search_by_title(sign_in, reviewer, articles, query, expected):
    response = sign_in(reviewer).get(URL, {"q": query})
    assert rows(response) == expected
    assert ("Nothing matches" in response.content.decode()) == (not expected)


def test_pages(sign_in, reviewer, articles, monkeypatch):
    monkeypatch.setattr(lists, "PAGE", 3)
    client = sign_in(reviewer)
    first = client.get(URL)
    second = client.get(links(first, "Next")[0])
    assert rows(second) == ["Floods in the north"]
    assert rows(client.get(links(second, "Previous")[0])) == rows(first)


def test_only_ones_desks(sign_in, neighbour, outsider, admin, articles):
    assert "No articles yet" in sign_in(neighbour).get(URL).content.decode()
    assert rows(sign_in(outsider).get(URL)) == []
    assert len(rows(sign_in(admin).get(URL))) == 4


def test_a_stranger_is_sent_to_sign_in(client, db):
    assert client.get(URL).headers["Location"] == f"{reverse('account_login')}?next=/articles/"


def test_hostile_place(sign_in, reviewer, articles):
    response = sign_in(reviewer).get(URL, {"at": "' OR 1=1"})
    assert response.status_code == 400
    assert links(response, "First page") == ["/articles/?"]


@pytest.mark.parametrize("count", [1, 3, 100])
def test_as_many_queries_for_any_number_of_articles(
    sign_in, reviewer, desk, count, django_assert_num_queries
):
    for number in range(count):
        article = make_article(desk, reviewer, text(f"{number}"), f"Title {number}")
        make_claim(article, "A second claim", reviewer)
    client = sign_in(reviewer)
    with django_assert_num_queries(QUERIES):
        response = client.get(URL)
    assert len(rows(response)) == min(count, 50)
