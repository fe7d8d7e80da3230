"""The reader of each format."""

from collections.abc import Callable, Iterator
from typing import BinaryIO

from articles.importing.formats import csv_table, jsonl, xlsx
from articles.importing.records import Format, Layout, Record, Refused

READERS: dict[Format, Callable[[BinaryIO, Layout], Iterator[Record | Refused]]] = {
    "jsonl": jsonl.read,
    "csv": csv_table.read,
    "xlsx": xlsx.read,
}


def read(file: BinaryIO, layout: Layout) -> Iterator[Record | Refused]:
    """The rows of a file, in the order of the file. Raises FileError, also after some rows."""
    return READERS[layout.format](file, layout)
