"""A web page or a text file as one article."""

from collections.abc import Iterator
from pathlib import PurePath
from typing import Any, BinaryIO

from articles.extraction.limits import MAX_FILE
from articles.importing.manuscript import UnreadableError, read_file
from articles.importing.records import FileError, Layout, Record, Refused


def read(file: BinaryIO, layout: Layout) -> Iterator[Record | Refused]:
    """The article of the file. Raises FileError."""
    file.seek(0)
    name = PurePath(str(getattr(file, "name", "") or "page.html")).name
    try:
        yield Record(1, "article", article(name, file.read(MAX_FILE + 1)))
    except UnreadableError as error:
        raise FileError(str(error)) from error


def article(name: str, data: bytes) -> dict[str, Any]:
    """The fields of the article in a file; ``structure`` is that of ``structure_of``.

    It has no id: the file's name is none, since other files have it too; its address, where the
    page tells it, finds it again. Without a title it has that of the file. Raises UnreadableError.
    """
    read = read_file(name, data)
    found = read.article
    fields = {
        "title": found.title or PurePath(name).stem,
        "text": found.text,
        "url": found.url,
        "publisher": found.publisher,
        "byline": found.byline,
        "published_on": found.published_on,
        "language": found.language,
        "structure": read.structure,
    }
    return {name: value for name, value in fields.items() if value}
