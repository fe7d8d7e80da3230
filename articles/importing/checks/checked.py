"""Rows that have passed all checks that need no database: what the staging table takes."""

from dataclasses import dataclass, field
from datetime import date, datetime

from articles.text.normalize import Block


@dataclass(frozen=True, slots=True)
class SourceRef:
    """A source as a row names it: by name, with a kind where the row gives one, or by its id.

    A name without a kind means the source of that name or alias, whatever its kind.
    """

    name: str = ""
    kind: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a chain: a source, or an unnamed person as the article describes them.

    ``start`` to ``end`` are the words that credit them, in code points of the article's text.
    """

    source: SourceRef | None = None
    description: str = ""
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class CheckedEvidence:
    """``document`` is the id or address of a stored document, and the passage is within it.

    A passage without ``start`` is looked for by its words.
    """

    source: SourceRef
    relation: str = "supports"
    url: str = ""
    note: str = ""
    document: str = ""
    start: int | None = None
    end: int | None = None
    exact: str = ""


@dataclass(frozen=True, slots=True)
class CheckedVerdict:
    """``reviewer`` is a user name; empty for the person who imports. ``decided_at`` is aware."""

    rating: str
    attribution_accuracy: str
    rationale: str
    reviewer: str = ""
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CheckedClaim:
    """``start`` to ``end`` are code points of the article's normalised text; with a claim for a
    stored article they are None where only its words were given, until it is placed.
    """

    id: str = ""
    start: int | None = None
    end: int | None = None
    exact: str = ""
    prefix: str = ""
    suffix: str = ""
    note: str = ""
    claimant: SourceRef | None = None
    status: str = "open"
    evidence: tuple[CheckedEvidence, ...] = ()
    chains: tuple[tuple[Step, ...], ...] = ()
    verdicts: tuple[CheckedVerdict, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckedArticle:
    """``text`` is normalised and ``blocks`` are its blocks; no two claims that stand (are not
    withdrawn) mark the same span.
    """

    row: int
    id: str
    title: str
    text: str
    blocks: list[Block]
    url: str = ""
    publisher: str = ""
    byline: str = ""
    published_on: date | None = None
    language: str = "en"
    claims: tuple[CheckedClaim, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckedForArticle:
    """A claim on an article that is stored already, which ``article`` names by id or address.

    Once it is placed, ``article`` is our key and ``text_sha256`` the text it was placed in.
    """

    row: int
    article: str
    claim: CheckedClaim
    text_sha256: str = ""


@dataclass(frozen=True, slots=True)
class CheckedSource:
    row: int
    id: str
    name: str
    kind: str = "organisation"
    aliases: tuple[str, ...] = ()
    homepage: str = ""
    protected: bool = False


@dataclass(frozen=True, slots=True)
class CheckedDocument:
    row: int
    id: str
    source: SourceRef
    title: str
    text: str
    blocks: list[Block] = field(default_factory=list)
    url: str = ""
    byline: str = ""
    published_on: date | None = None
    language: str = ""
    retrieved_at: datetime | None = None


Checked = CheckedArticle | CheckedForArticle | CheckedSource | CheckedDocument
