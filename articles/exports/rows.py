"""Rows of an export, as an import reads them: see docs/formats/articles-jsonl.md."""

from datetime import UTC, datetime
from typing import Any

from articles.importing.manuscript import structure_of
from articles.models import Article, Claim, Document, Revision, Source

Object = dict[str, Any]


def of_source(source: Source) -> Object:
    hidden = source.protected
    return {"type": "source"} | filled(
        id=row_id(source),
        name="" if hidden else source.name,
        kind=source.kind,
        aliases=[] if hidden else source.aliases,
        homepage="" if hidden else source.homepage,
        protected=hidden,
    )


def of_document(document: Document) -> Object:
    return {"type": "document"} | filled(
        id=row_id(document),
        source=reference(document.source),
        title=document.title,
        url=document.url,
        byline=document.byline,
        published_on=document.published_on and document.published_on.isoformat(),
        language=document.language,
        retrieved_at=moment(document.retrieved_at),
        structure=structure(document),
        text=document.text,
    )


def reference(source: Source) -> Object:
    if source.protected:
        return {"id": row_id(source)}
    return {"name": source.name, "kind": source.kind}


def row_id(row: Source | Document | Article | Claim) -> str:
    """The id it was imported with, else its own: an import knows it again by either."""
    return row.external_id or str(row.pk)


def passage(start: int | None, end: int | None, exact: str = "") -> Object | None:
    if start is None:
        return None
    return {"start": start, "end": end} | filled(exact=exact)


def structure(text: Document | Revision) -> str:
    """The note of its blocks' kinds, one word for all blocks with the same text, in a fixed order:
    what an import makes of it has the same note."""
    words = structure_of(text.text, text.block_spans()).split()
    kinds = {mark: kind for kind, mark in (word.split(":") for word in words)}
    return " ".join(f"{kind}:{mark}" for mark, kind in sorted(kinds.items()))


def moment(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="microseconds")


def filled(**fields: Any) -> Object:
    """Without the fields that say nothing."""
    return {
        name: value
        for name, value in fields.items()
        if value is not False and value != [] and value not in (None, "")
    }
