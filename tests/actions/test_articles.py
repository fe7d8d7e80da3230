import pytest
from django.db import connection

from articles.actions.articles import DuplicateArticleError, add_article
from articles.models import Article, Desk, Revision, User
from articles.text.normalize import paragraphs
from tests.factories import TEXT, make_article, make_person


def add(desk: Desk, by: User, text: str, url: str = "") -> Article:
    return add_article(desk=desk, by=by, title="T", text=text, blocks=paragraphs(text), url=url)


def test_an_article_is_stored_with_its_first_revision(desk: Desk, reviewer: User) -> None:
    made = add(desk, reviewer, "One.\n\nTwo.")
    connection.check_constraints()
    article = Article.objects.select_related("current_revision").get()
    revision = article.current_revision
    assert (article.pk, article.claims_made, article.version) == (made.pk, 0, 0)
    assert (revision.number, revision.text, revision.length) == (1, "One.\n\nTwo.", 10)
    assert [(b.kind, b.start, b.end) for b in revision.block_spans()] == [
        ("paragraph", 0, 4),
        ("paragraph", 6, 10),
    ]


@pytest.mark.parametrize(
    ("text", "url"),
    [
        pytest.param("Same.", "", id="same text"),
        pytest.param("Same.", "https://example.org/other", id="same text at another address"),
        pytest.param("Other.", "https://example.org/a", id="same address"),
    ],
)
def test_a_duplicate_is_refused_and_named(desk: Desk, reviewer: User, text: str, url: str) -> None:
    first = add(desk, reviewer, "Same.", "https://example.org/a")
    with pytest.raises(DuplicateArticleError) as caught:
        add(desk, reviewer, text, url)
    assert caught.value.existing == first
    assert Revision.objects.count() == 1


def test_no_address_is_no_sameness(desk: Desk, reviewer: User) -> None:
    add(desk, reviewer, "One.")
    add(desk, reviewer, "Two.")
    assert Article.objects.count() == 2


def test_two_desks_may_have_the_same_article(desk: Desk, other_desk: Desk) -> None:
    for at in (desk, other_desk):
        make_article(at, make_person(f"by-{at.slug}", desk=at), TEXT)
    assert Article.objects.count() == 2
