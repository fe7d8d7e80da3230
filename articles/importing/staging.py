"""The staging tables of a batch: unlogged, one set per batch, filled by COPY.

They hold what was checked without the database, one row per row of the file and one per claim.
After a crash of PostgreSQL they are empty, and are filled again from the stored file.
"""

import json
import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from string import Template
from typing import Any
from uuid import UUID

from django.db import connection

from articles.importing.checks.checked import (
    Checked,
    CheckedArticle,
    CheckedClaim,
    CheckedDocument,
    CheckedEvidence,
    CheckedForArticle,
    CheckedSource,
    SourceRef,
    Step,
)
from articles.models.article import block_rows, text_hash

NAMES = ("row", "claim", "ref", "plan", "claim_plan", "problem")
CREATE = """
CREATE UNLOGGED TABLE $row (
    row int NOT NULL, kind text NOT NULL, id uuid NOT NULL, revision uuid NOT NULL,
    external_id text NOT NULL, key uuid, title text NOT NULL, publisher text NOT NULL,
    byline text NOT NULL,
    language text NOT NULL, url text NOT NULL, published_on date, text text NOT NULL,
    text_sha256 text NOT NULL, blocks jsonb NOT NULL, claims int NOT NULL, more jsonb NOT NULL
);
-- Documents are looked up while the rows below them are staged.
CREATE INDEX ON $row (external_id) WHERE kind = 'document' AND external_id <> '';
CREATE INDEX ON $row (url) WHERE kind = 'document' AND url <> '';
CREATE UNLOGGED TABLE $claim (
    row int NOT NULL, position int NOT NULL, id uuid NOT NULL, external_id text NOT NULL,
    key uuid, start int NOT NULL, "end" int NOT NULL, exact text NOT NULL, prefix text NOT NULL,
    suffix text NOT NULL, note text NOT NULL, status text NOT NULL, claimant int,
    evidence jsonb, chains jsonb, verdicts jsonb
);
-- Every place where a row names a source, and the source that is meant.
CREATE UNLOGGED TABLE $ref (
    no int NOT NULL, row int NOT NULL, col text NOT NULL, name text NOT NULL, kind text NOT NULL,
    ref_id text NOT NULL, key uuid, source uuid
);
CREATE UNLOGGED TABLE $plan (
    row int NOT NULL, phase smallint NOT NULL, action text NOT NULL, target uuid,
    claims int NOT NULL
);
CREATE UNLOGGED TABLE $claim_plan (
    row int NOT NULL, position int NOT NULL, action text NOT NULL, target uuid NOT NULL,
    article uuid NOT NULL
);
CREATE UNLOGGED TABLE $problem (
    row int NOT NULL, col text NOT NULL, value text NOT NULL, reason text NOT NULL,
    remedy text NOT NULL
);
"""
INDEXES = """
CREATE UNIQUE INDEX ON $row (row);
CREATE UNIQUE INDEX ON $claim (row, position);
CREATE UNIQUE INDEX ON $ref (no);
CREATE INDEX ON $ref (row);
CREATE UNIQUE INDEX ON $plan (row);
CREATE INDEX ON $plan (phase, row);
CREATE UNIQUE INDEX ON $claim_plan (row, position);
CREATE INDEX ON $problem (row);
CREATE INDEX ON $row (external_id) WHERE kind = 'source' AND external_id <> '';
"""
ROW = (
    *("row", "kind", "id", "revision", "external_id", "key", "title", "publisher", "byline"),
    *("language", "url", "published_on", "text", "text_sha256", "blocks", "claims", "more"),
)
EMPTY: dict[str, Any] = {
    **dict.fromkeys(("external_id", "title", "publisher", "byline", "language", "url"), ""),
    "published_on": None,
    "text": "",
    "text_sha256": "",
    "blocks": "[]",
    "claims": 0,
    "more": "{}",
}
"""What a row has in the columns that its kind does not fill."""
CLAIM = (
    *("row", "position", "id", "external_id", "key", "start", '"end"', "exact", "prefix", "suffix"),
    *("note", "status", "claimant", "evidence", "chains", "verdicts"),
)
REF = ("no", "row", "col", "name", "kind", "ref_id", "key")


def ordered_ids() -> Iterator[UUID]:
    """Version 7 UUIDs that grow by one: rows that belong in order are stored in order.

    RFC 9562, section 6.2, method 1 with the whole of ``rand_b`` as counter.
    """
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big") & ~(1 << 61)
    first = milliseconds << 80 | random
    first = first & ~(0xF << 76) | 0x7 << 76
    first = first & ~(0x3 << 62) | 0x2 << 62
    while True:
        yield UUID(int=first)
        first += 1


class Staging:
    """The tables of one batch."""

    def __init__(self, batch: UUID) -> None:
        self.tables = {name: f"import_{batch.hex}_{name}" for name in NAMES}
        self.ids = ordered_ids()
        self.refs = 0

    def sql(self, text: str) -> str:
        return Template(text).substitute(self.tables)

    def execute(self, text: str, values: Mapping[str, Any] | None = None) -> int:
        """Run statements in which ``$row`` and the like stand for the tables; rows concerned."""
        with connection.cursor() as cursor:
            cursor.execute(self.sql(text), values)
            return cursor.rowcount

    def query(self, text: str, values: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(self.sql(text), values)
            return list(cursor.fetchall())

    def create(self) -> None:
        self.drop()
        self.execute(CREATE)

    def index(self) -> None:
        self.execute(INDEXES)
        self.execute("ANALYZE $row; ANALYZE $claim; ANALYZE $ref")

    def drop(self) -> None:
        self.execute("".join(f"DROP TABLE IF EXISTS ${name};" for name in NAMES))

    def planned(self) -> int:
        """How many rows are staged and planned: none after a crash, nor until all are."""
        found = self.query("SELECT to_regclass(%(name)s)", {"name": self.tables["plan"]})
        if found[0][0] is None:
            return 0
        return int(self.query("SELECT count(*) FROM $plan")[0][0])

    def add(self, rows: Sequence[Checked]) -> None:
        """COPY the rows, their claims and whom they name into the tables."""
        staged = [staged_row(row, next(self.ids), next(self.ids)) for row in rows]
        refs: list[tuple[Any, ...]] = []
        claims = [
            self.staged_claim(row, position, claim, refs)
            for row in rows
            for position, claim in enumerate(claims_of(row), 1)
        ]
        for row in rows:
            if isinstance(row, CheckedDocument):
                self.ref(row.source, row.row, "source", refs)
        self.copy("row", ROW, staged)
        self.copy("claim", CLAIM, claims)
        self.copy("ref", REF, refs)

    def copy(self, name: str, columns: Iterable[str], rows: list[tuple[Any, ...]]) -> None:
        if not rows:
            return
        statement = f"COPY ${name} ({', '.join(columns)}) FROM STDIN"
        with closing(connection.cursor()) as cursor, cursor.copy(self.sql(statement)) as copy:
            for row in rows:
                copy.write_row(row)

    def ref(self, source: SourceRef, row: int, column: str, refs: list[tuple[Any, ...]]) -> int:
        self.refs += 1
        refs.append(
            (self.refs, row, column, source.name, source.kind, source.id, key_of(source.id))
        )
        return self.refs

    def staged_claim(
        self, staged: Checked, position: int, claim: CheckedClaim, refs: list[tuple[Any, ...]]
    ) -> tuple[Any, ...]:
        row = staged.row
        at = "" if isinstance(staged, CheckedForArticle) else f"claims[{position - 1}]."
        claimant = claim.claimant and self.ref(claim.claimant, row, f"{at}claimant", refs)
        evidence = [
            self.staged_evidence(item, row, f"{at}evidence[{n}].source", refs)
            for n, item in enumerate(claim.evidence)
        ]
        several = len(claim.chains) > 1
        chains = [
            self.staged_chain(
                chain, row, f"{at}attribution[{n}]" if several else f"{at}attribution", refs
            )
            for n, chain in enumerate(claim.chains)
        ]
        verdicts = [
            {
                "id": str(next(self.ids)),
                "rating": verdict.rating,
                "accuracy": verdict.attribution_accuracy,
                "rationale": verdict.rationale,
                "reviewer": verdict.reviewer,
                "decided_at": verdict.decided_at and verdict.decided_at.isoformat(),
            }
            for verdict in claim.verdicts
        ]
        return (
            *(row, position, next(self.ids), claim.id, key_of(claim.id)),
            *(claim.start, claim.end, claim.exact, claim.prefix, claim.suffix),
            *(claim.note, claim.status, claimant),
            *(some_json(evidence), some_json(chains), some_json(verdicts)),
        )

    def staged_evidence(
        self, item: CheckedEvidence, row: int, column: str, refs: list[tuple[Any, ...]]
    ) -> dict[str, Any]:
        return {
            "id": str(next(self.ids)),
            "ref": self.ref(item.source, row, column, refs),
            "relation": item.relation,
            "url": item.url,
            "note": item.note,
            "document": item.document,
            "start": item.start,
            "end": item.end,
            "exact": item.exact,
        }

    def staged_chain(
        self, chain: Sequence[Step], row: int, column: str, refs: list[tuple[Any, ...]]
    ) -> dict[str, Any]:
        steps = [
            self.staged_step(step, row, f"{column}[{n}]", refs) for n, step in enumerate(chain)
        ]
        return {"id": str(next(self.ids)), "steps": steps}

    def staged_step(
        self, step: Step, row: int, column: str, refs: list[tuple[Any, ...]]
    ) -> dict[str, Any]:
        return {
            "ref": step.source and self.ref(step.source, row, column, refs),
            "description": step.description,
            "start": step.start,
            "end": step.end,
        }


def key_of(external_id: str) -> UUID | None:
    """The key of ours that an id may be: what goes out under its key comes back under it."""
    if len(external_id) != 36:
        return None
    try:
        return UUID(external_id)
    except ValueError:
        return None


def some_json(values: list[Any]) -> str | None:
    return json.dumps(values, ensure_ascii=False) if values else None


def claims_of(row: Checked) -> Sequence[CheckedClaim]:
    if isinstance(row, CheckedArticle):
        return row.claims
    return (row.claim,) if isinstance(row, CheckedForArticle) else ()


def staged_row(row: Checked, pk: UUID, revision: UUID) -> tuple[Any, ...]:
    values = EMPTY | columns_of(row) | {"row": row.row, "id": pk, "revision": revision}
    values["key"] = key_of(values["external_id"])
    return tuple(values[name] for name in ROW)


def columns_of(row: Checked) -> dict[str, Any]:
    """What a row fills by its kind."""
    if isinstance(row, CheckedArticle):
        own = {"kind": "article", "publisher": row.publisher, "claims": len(row.claims)}
        return columns_of_text(row) | own
    if isinstance(row, CheckedDocument):
        retrieved_at = row.retrieved_at and row.retrieved_at.isoformat()
        more = json.dumps({"retrieved_at": retrieved_at})
        return columns_of_text(row) | {"kind": "document", "more": more}
    if isinstance(row, CheckedSource):
        told = {"kind": row.kind, "aliases": row.aliases, "homepage": row.homepage}
        more = json.dumps(told | {"protected": row.protected})
        return {"kind": "source", "external_id": row.id, "title": row.name, "more": more}
    return {
        "kind": "claim",
        "external_id": row.claim.id,
        "text_sha256": row.text_sha256,
        "claims": 1,
        "more": json.dumps({"article": row.article}),
    }


def columns_of_text(row: CheckedArticle | CheckedDocument) -> dict[str, Any]:
    return {
        "external_id": row.id,
        "title": row.title,
        "byline": row.byline,
        "language": row.language,
        "url": row.url,
        "published_on": row.published_on,
        "text": row.text,
        "text_sha256": text_hash(row.text),
        "blocks": json.dumps(block_rows(row.blocks)),
    }
