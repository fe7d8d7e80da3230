"""Documents: stored whole, with their original bytes, or not at all."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import date

from django.core.files.base import ContentFile
from django.db import models, transaction
from django.utils import timezone

from articles.extraction.read import Readable
from articles.models import Desk, Document, Source, User
from articles.models.article import block_rows, text_hash
from articles.text.similarity import sketch

SUFFIX = {"html": "html", "pdf": "pdf", "docx": "docx", "text": "txt"}
"""What the stored original's name ends in; no part of the name comes from the user."""
LONGEST_TITLE = 100
"""Characters of a title made of a document's first line."""
_ORIGINAL: models.FileField = Document._meta.get_field("original")


def store_document(
    *,
    desk: Desk,
    source: Source,
    by: User,
    data: bytes,
    readable: Readable,
    origin: Document.Origin,
    url: str = "",
    final_url: str = "",
    http_status: int | None = None,
    headers: Mapping[str, str] | None = None,
    archive_url: str = "",
    title: str = "",
    published_on: date | None = None,
    then: Callable[[Document], None] | None = None,
) -> Document:
    """Store what was read, and the bytes it was read from.

    ``title`` and ``published_on`` are stronger than what the document says of itself. ``then`` is
    done in the same transaction; what it raises leaves nothing stored.
    """
    document = Document(
        desk=desk,
        source=source,
        origin=origin,
        format=readable.format,
        url=url,
        final_url=final_url,
        http_status=http_status,
        headers=dict(headers or {}),
        archive_url=archive_url,
        title=(title or readable.title or first_line(readable.text))[:500],
        byline=readable.byline[:300],
        published_on=published_on or readable.published_on,
        language=readable.language,
        retrieved_at=timezone.now(),
        original_sha256=hashlib.sha256(data).hexdigest(),
        text=readable.text,
        blocks=block_rows(readable.blocks),
        pages=list(readable.pages),
        text_sha256=text_hash(readable.text),
        sketch=sketch(readable.text),
        created_by=by,
    )
    with kept_file(document, data), transaction.atomic():
        document.save(force_insert=True)
        if then:
            then(document)
    return document


@contextmanager
def kept_file(document: Document, data: bytes) -> Iterator[None]:
    """Put the bytes into the storage; take them out again if what follows fails."""
    name = _ORIGINAL.generate_filename(document, f"{document.pk}.{SUFFIX[document.format]}")
    name = _ORIGINAL.storage.save(name, ContentFile(data))
    document.original = name
    with ExitStack() as undo:
        undo.callback(_ORIGINAL.storage.delete, name)
        yield
        undo.pop_all()


def first_line(text: str) -> str:
    line = text.partition("\n")[0]
    return line if len(line) <= LONGEST_TITLE else f"{line[:LONGEST_TITLE].rstrip()}…"


def set_archive_url(*, document: Document, archive_url: str) -> None:
    """Say where an archived copy is: the one thing of a document that may be added later."""
    document.archive_url = archive_url
    document.save(update_fields=("archive_url",))


def previous_capture(document: Document) -> Document | None:
    """The desk's document of the same address that was retrieved last before this one."""
    if not document.url:
        return None
    same = Document.objects.filter(desk=document.desk_id, url=document.url)
    earlier = models.Q(retrieved_at__lt=document.retrieved_at) | models.Q(
        retrieved_at=document.retrieved_at, pk__lt=document.pk
    )
    return same.filter(earlier).select_related("source", "desk").first()
