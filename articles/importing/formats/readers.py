"""The reader of each format."""

from collections.abc import Callable, Iterator
from typing import BinaryIO

from articles.importing.formats import (
    annotation,
    claimreview,
    csv_table,
    html,
    jsonl,
    pages_zip,
    xlsx,
)
from articles.importing.records import Format, Layout, Record, Refused

READERS: dict[Format, Callable[[BinaryIO, Layout], Iterator[Record | Refused]]] = {
    "jsonl": jsonl.read,
    "csv": csv_table.read,
    "xlsx": xlsx.read,
    "claimreview": claimreview.read,
    "annotation": annotation.read,
    "html": html.read,
    "zip": pages_zip.read,
}


def read(file: BinaryIO, layout: Layout) -> Iterator[Record | Refused]:
    """The rows of a file, in the order of the file. Raises FileError, also after some rows."""
    return READERS[layout.format](file, layout)
