"""What the readers of all formats make of a file, and what is said of rows that cannot be taken.

No Django here: the readers and checks run on bytes and values alone.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, get_args

Kind = Literal["article", "claim", "source", "document"]
Format = Literal["jsonl", "csv", "xlsx", "claimreview", "annotation", "html", "zip"]
KINDS: tuple[Kind, ...] = get_args(Kind)
FORMATS: tuple[Format, ...] = get_args(Format)

FIELDS: dict[Kind, tuple[str, ...]] = {
    "article": (
        *("id", "title", "text", "url", "publisher", "byline", "published_on", "language"),
        *("structure", "claims"),
    ),
    "claim": (
        *("article", "id", "start", "end", "exact", "prefix", "suffix", "claimant", "status"),
        *("note", "evidence", "attribution", "verdicts"),
        # One piece of evidence and one verdict may have columns of their own in a table.
        *("source", "relation", "evidence_url", "passage"),
        *("rating", "attribution_accuracy", "rationale", "reviewer", "decided_at"),
    ),
    "source": ("id", "name", "kind", "aliases", "homepage", "protected"),
    "document": (
        *("id", "source", "title", "text", "url", "byline", "published_on", "language"),
        *("retrieved_at", "structure"),
    ),
}
REQUIRED: dict[Kind, tuple[str, ...]] = {
    "article": ("title", "text"),
    "claim": ("article",),
    "source": ("name",),
    "document": ("source", "text"),
}
PROBLEM_COLUMNS = ("row", "problem", "remedy")
"""What the file of refused rows says of each; a reader leaves these columns out."""

LONGEST_VALUE = 200
"""Code points of a value that a problem repeats."""


class FileError(Exception):
    """The file cannot be used at all; the message says where it fails and what to do."""


@dataclass(frozen=True, slots=True)
class Record:
    """One row, its values by our names for the fields, as the file has them.

    ``row`` is what a person would look up: the line of a JSONL or CSV file where the row begins
    and the row of a sheet, from 1 with the heading; else the count of items. ``place`` is the
    name of the file in a zip. Values are str, int, float, bool, None, date, datetime, list, dict.
    """

    row: int
    kind: Kind
    fields: Mapping[str, Any]
    place: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row is refused. ``column`` is the field, as in ``claims[3].start``; empty for all of
    the row. ``reason`` says what is wrong and ``remedy`` what would be right, each a sentence.
    """

    row: int
    column: str
    value: str
    reason: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that is not taken: what is wrong with it, and its values so that they can be mended."""

    row: int
    kind: Kind
    fields: Mapping[str, Any]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is built, as far as it was recognised or an admin has said.

    ``mapping`` names our field for each heading of a table; an empty field leaves the column out.
    ``sample`` are its first rows, for the person who checks the mapping.
    """

    format: Format
    kind: Kind = "article"
    encoding: str = ""
    delimiter: str = ""
    headings: tuple[str, ...] = ()
    mapping: Mapping[str, str] = field(default_factory=dict)
    sample: tuple[tuple[str, ...], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Layout":
        tuples = {
            "headings": tuple(values.get("headings", ())),
            "sample": tuple(map(tuple, values.get("sample", ()))),
        }
        return cls(**(dict(values) | tuples))

    @property
    def is_table(self) -> bool:
        return self.format in ("csv", "xlsx")

    def mapped(self, kind: Kind, mapping: Mapping[str, str]) -> "Layout":
        return replace(self, kind=kind, mapping=dict(mapping))


def shown(value: object) -> str:
    """A value as a problem repeats it: one line, cut short."""
    text = " ".join(str(value).split())
    text = "".join(
        "\N{REPLACEMENT CHARACTER}" if _unsafe(c) else c for c in text[: LONGEST_VALUE + 1]
    )
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


def _unsafe(character: str) -> bool:
    return character == "\0" or "\ud800" <= character <= "\udfff"
