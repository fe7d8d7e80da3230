from datetime import date

from django.db import transaction

from articles.models import Article, Desk, Revision, User
from articles.models.article import block_rows, text_hash
from articles.text.normalize import Block


class DuplicateArticleError(Exception):
    """The desk has this article already: the same address or the same text."""

    def __init__(self, existing: Article) -> None:
        super().__init__(f"The desk has this article already: “{existing.title}”.")
        self.existing = existing


@transaction.atomic
def add_article(
    *,
    desk: Desk,
    by: User,
    title: str,
    text: str,
    blocks: list[Block],
    byline: str = "",
    publisher: str = "",
    url: str = "",
    published_on: date | None = None,
    language: str = "en",
) -> Article:
    """Store an article with its first revision. ``text`` is normalised.

    Raises DuplicateArticleError.
    """
    # Two people adding the same article at once: the second waits here and then finds it.
    Desk.objects.select_for_update(no_key=True).get(pk=desk.pk)
    existing = Article.objects.duplicates(desk=desk, url=url, text=text).first()
    if existing:
        raise DuplicateArticleError(existing)
    article = Article(
        desk=desk,
        title=title,
        byline=byline,
        publisher=publisher,
        url=url,
        published_on=published_on,
        language=language,
        created_by=by,
    )
    revision = Revision(
        article=article,
        text=text,
        blocks=block_rows(blocks),
        text_sha256=text_hash(text),
        created_by=by,
    )
    article.current_revision = revision
    # The two rows point at each other; the foreign keys are checked at commit.
    article.save(force_insert=True)
    revision.save(force_insert=True)
    return article
