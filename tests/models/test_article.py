import pytest
from django.db import DatabaseError, IntegrityError

from articles.models import Article, Desk, Document, Revision, Source, User
from tests.factories import make_article, make_document


@pytest.mark.parametrize("field", ["text", "number", "blocks"])
def test_a_revision_is_never_changed(article: Article, field: str) -> None:
    with pytest.raises(DatabaseError, match="Cannot update rows"):
        Revision.objects.update(**{field: 2})


def test_revisions_are_numbered_once_from_1(article: Article, reviewer: User) -> None:
    copy = {"text": "x", "blocks": [], "text_sha256": "0", "created_by": reviewer}
    with pytest.raises(IntegrityError, match="one_revision_per_number"):
        Revision.objects.create(article=article, number=1, **copy)


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ({"number": 0}, "revisions_count_from_1"),
        ({"text": ""}, "revision_has_text"),
        ({"text": "   "}, "revision_has_text"),
    ],
)
def test_a_revision_has_a_number_and_words(
    article: Article, reviewer: User, wrong: dict[str, object], rule: str
) -> None:
    fields = {"number": 2, "text": "x", "blocks": [], "text_sha256": "0"} | wrong
    with pytest.raises(IntegrityError, match=rule):
        Revision.objects.create(article=article, created_by=reviewer, **fields)


def test_length_counts_code_points(desk: Desk, reviewer: User) -> None:
    text = "Ê 🇰🇷 한국 שלום"
    article = make_article(desk, reviewer, text)
    assert Revision.objects.get(article=article).length == len(text)


def test_an_article_stays_at_its_desk(article: Article, other_desk: Desk) -> None:
    with pytest.raises(DatabaseError, match="Cannot update rows"):
        Article.objects.update(desk=other_desk)


def test_a_desk_has_one_article_per_address(article: Article, reviewer: User) -> None:
    other = make_article(article.desk, reviewer, "Another.")
    Article.objects.filter(pk=article.pk).update(url="https://example.org/a")
    with pytest.raises(IntegrityError, match="one_article_per_address"):
        Article.objects.filter(pk=other.pk).update(url="https://example.org/a")


def test_a_document_is_never_changed(desk: Desk, source: Source, reviewer: User) -> None:
    make_document(desk, source, reviewer, "Water.")
    with pytest.raises(DatabaseError, match="Cannot update rows"):
        Document.objects.update(text="Fire.")
