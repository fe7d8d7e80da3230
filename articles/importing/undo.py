"""Takes out what a batch put in, but for what people have worked on since.

An article goes with all its claims or stays with all of them. A verdict is never given up: a
claim that has one stays in the log and is withdrawn. What the batch changed of things that were
there before stays as it is; their history has what it was.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from articles.importing.running import Running
from articles.models import Batch, Document

CHUNK = 500
MOST_NAMED = 100
"""Things that stay and are named one by one; the rest is counted."""

# A claim nobody has touched since it came in, and that nothing outside the batch rests on.
UNTOUCHED = """
k.batch_id = %(batch)s AND k.updated_at = k.created_at
AND NOT EXISTS (SELECT FROM articles_citation c WHERE c.cited_id = k.id OR c.claim_id = k.id)
"""
JUDGED = "EXISTS (SELECT FROM articles_verdict v WHERE v.claim_id = k.id)"
WHY_ARTICLE = f"""
CASE
    WHEN EXISTS (SELECT FROM articles_articleevent e WHERE e.pgh_obj_id = a.id)
    THEN 'changed'
    WHEN EXISTS (SELECT FROM articles_claim k WHERE k.article_id = a.id
                 AND k.batch_id IS DISTINCT FROM %(batch)s)
    THEN 'claims'
    WHEN EXISTS (SELECT FROM articles_claim k WHERE k.article_id = a.id AND NOT ({UNTOUCHED}))
    THEN 'worked'
    WHEN EXISTS (SELECT FROM articles_revision r WHERE r.article_id = a.id AND r.number > 1)
    THEN 'text'
    WHEN EXISTS (SELECT FROM articles_draft d WHERE d.article_id = a.id)
    THEN 'draft'
    WHEN EXISTS (SELECT FROM articles_claim k WHERE k.article_id = a.id AND {JUDGED})
    THEN 'verdict'
END
"""
WHY_CLAIM = f"""
CASE WHEN NOT ({UNTOUCHED}) THEN 'worked'
     WHEN {JUDGED} THEN 'verdict' END
"""
WHY_DOCUMENT = """
CASE WHEN EXISTS (SELECT FROM articles_evidence e WHERE e.document_id = d.id)
     THEN 'evidence' END
"""
WHY_SOURCE = """
CASE
    WHEN EXISTS (SELECT FROM articles_sourceevent e WHERE e.pgh_obj_id = s.id)
    THEN 'changed'
    WHEN EXISTS (SELECT FROM articles_evidence e WHERE e.source_id = s.id)
      OR EXISTS (SELECT FROM articles_claim k WHERE k.claimant_id = s.id)
      OR EXISTS (SELECT FROM articles_document d WHERE d.source_id = s.id)
      OR EXISTS (SELECT FROM articles_capture c WHERE c.source_id = s.id)
      OR EXISTS (SELECT FROM articles_attributionstep t WHERE t.source_id = s.id)
    THEN 'used'
END
"""
OF_CLAIMS = """
DELETE FROM articles_quotationcheck WHERE evidence_id IN (
    SELECT id FROM articles_evidence WHERE claim_id = ANY(%(claims)s));
DELETE FROM articles_evidence WHERE claim_id = ANY(%(claims)s);
DELETE FROM articles_attributionstep WHERE attribution_id IN (
    SELECT id FROM articles_attribution WHERE claim_id = ANY(%(claims)s));
DELETE FROM articles_attribution WHERE claim_id = ANY(%(claims)s);
DELETE FROM articles_transition WHERE claim_id = ANY(%(claims)s);
DELETE FROM articles_anchor WHERE claim_id = ANY(%(claims)s);
DELETE FROM articles_lease WHERE claim_id = ANY(%(claims)s);
DELETE FROM articles_skip WHERE claim_id = ANY(%(claims)s);
DELETE FROM articles_notification WHERE claim_id = ANY(%(claims)s);
UPDATE articles_suggestion SET claim_id = NULL WHERE claim_id = ANY(%(claims)s);
DELETE FROM articles_claim WHERE id = ANY(%(claims)s);
"""
OF_ARTICLES = """
DELETE FROM articles_suggestion WHERE revision_id IN (
    SELECT id FROM articles_revision WHERE article_id = ANY(%(ids)s));
DELETE FROM articles_presence WHERE article_id = ANY(%(ids)s);
DELETE FROM articles_revision WHERE article_id = ANY(%(ids)s);
DELETE FROM articles_article WHERE id = ANY(%(ids)s);
"""
CLAIMS_OF = "SELECT id FROM articles_claim WHERE {owner} = ANY(%(ids)s) AND status <> 'withdrawn'"
CLAIMS_THERE = """
SELECT id FROM articles_claim WHERE article_id = ANY(%(ids)s) AND batch_id = %(batch)s
"""
# To restore a claim brings it back to where it stood: that must not publish it.
WITHDRAW = """
DELETE FROM articles_quotationcheck WHERE evidence_id IN (
    SELECT id FROM articles_evidence WHERE claim_id = ANY(%(claims)s));
INSERT INTO articles_transition (claim_id, origin, target, by_id, note)
SELECT k.id, 'published', 'decided', %(by)s, 'Its import was undone.'
FROM articles_claim k WHERE k.id = ANY(%(claims)s) AND k.status = 'published';
INSERT INTO articles_transition (claim_id, origin, target, by_id, note)
SELECT k.id, CASE k.status WHEN 'published' THEN 'decided' ELSE k.status END, 'withdrawn', %(by)s,
       'Its import was undone.'
FROM articles_claim k WHERE k.id = ANY(%(claims)s);
UPDATE articles_claim k
SET status = 'withdrawn', updated_at = now(), version = a.version + numbered.n
FROM (
    SELECT id, row_number() OVER (PARTITION BY article_id ORDER BY number) AS n
    FROM articles_claim WHERE id = ANY(%(claims)s)
) numbered, articles_article a
WHERE k.id = numbered.id AND a.id = k.article_id;
UPDATE articles_article a SET version = a.version + counted.claims
FROM (
    SELECT article_id, count(*) AS claims FROM articles_claim
    WHERE id = ANY(%(claims)s) GROUP BY article_id
) counted
WHERE a.id = counted.article_id;
"""


WHY = {
    "changed": "Its details were changed.",
    "claims": "People have marked claims in it.",
    "worked": "People have worked on its claims.",
    "text": "It has a new text.",
    "draft": "Somebody has begun to write on it.",
    "verdict": "Its verdicts are in the log for good: the claims were withdrawn instead.",
    "evidence": "Evidence rests on it.",
    "used": "Other things rest on it.",
}


@dataclass(frozen=True)
class Made:
    """A kind of thing that a batch makes: its table, and the SQL of why one has to stay."""

    kind: str
    table: str
    alias: str
    why: str
    title: str
    only: str = "true"

    @property
    def portion(self) -> str:
        """The keys of the next ones after a key."""
        a = self.alias
        return f"""
            SELECT {a}.id FROM {self.table} {a}
            WHERE {a}.batch_id = %(batch)s AND {a}.id > %(after)s AND {self.only}
            ORDER BY {a}.id LIMIT %(limit)s
        """

    @property
    def locks(self) -> str:
        return f"SELECT id FROM {self.table} WHERE id = ANY(%(ids)s) ORDER BY id FOR UPDATE"

    @property
    def reasons(self) -> str:
        """Key, reason to stay (or null) and title of those with a key."""
        a = self.alias
        return f"""
            SELECT {a}.id, {self.why}, {self.title} FROM {self.table} {a}
            WHERE {a}.id = ANY(%(ids)s) ORDER BY {a}.id
        """


# Claims of the batch's own articles go or stay with them.
ON_OTHERS_ARTICLES = """
NOT EXISTS (SELECT FROM articles_article a WHERE a.id = k.article_id AND a.batch_id = %(batch)s)
"""
LOCK_ARTICLES = """
SELECT a.id FROM articles_article a
WHERE a.id IN (SELECT article_id FROM articles_claim WHERE id = ANY(%(ids)s))
ORDER BY a.id FOR NO KEY UPDATE
"""
NAME = "CASE WHEN s.protected THEN 'Protected source' ELSE s.name END"
KINDS = (
    Made("article", "articles_article", "a", WHY_ARTICLE, "a.title"),
    Made("claim", "articles_claim", "k", WHY_CLAIM, "left(k.text, 100)", ON_OTHERS_ARTICLES),
    Made("document", "articles_document", "d", WHY_DOCUMENT, "d.title"),
    Made("source", "articles_source", "s", WHY_SOURCE, NAME),
)
NOTHING = "00000000-0000-0000-0000-000000000000"


def undo(run: Running) -> dict[str, Any]:
    """Counts of what was ``removed`` and ``withdrawn``, and what stays: ``kept``, ``kept_count``.

    ``stays`` counts the claims of articles that stay as well.

    The report is kept with each chunk, so that an undo that was killed goes on where it stood.
    """
    report: dict[str, Any] = {
        "removed": {},
        "withdrawn": 0,
        "kept": [],
        "kept_count": 0,
        "stays": 0,
        "at": [0, NOTHING],
    } | run.batch.undo_report
    for number, made in enumerate(KINDS):
        while number >= report["at"][0]:
            after = report["at"][1] if number == report["at"][0] else NOTHING
            with run.chunk() as done:
                last = take_out(run.batch, made, after, report)
                report["at"] = [number, last] if last else [number + 1, NOTHING]
                done["undo_report"] = report
    return {key: value for key, value in report.items() if key != "at"}


def take_out(batch: Batch, made: Made, after: str, report: dict[str, Any]) -> str | None:
    """Remove the next ones of a kind that may go; the key of the last, None when all are done."""
    values: dict[str, Any] = {"batch": batch.pk, "by": batch.undone_by_id}
    with connection.cursor() as cursor:
        values |= {"ids": keys(cursor, made.portion, values | {"after": after, "limit": CHUNK})}
        if not values["ids"]:
            return None
        # What people do under these locks is seen by a statement that begins after they are got.
        if made.kind == "claim":
            cursor.execute(LOCK_ARTICLES, values)
        cursor.execute(made.locks, values)
        cursor.execute(made.reasons, values)
        rows = cursor.fetchall()
        free = [pk for pk, why, _ in rows if why is None]
        judged = [pk for pk, why, _ in rows if why == "verdict"]
        stay = [pk for pk, why, _ in rows if why]
        report["stays"] += len(stay)
        if made.kind == "article":
            report["stays"] += len(keys(cursor, CLAIMS_THERE, values | {"ids": stay}))
        remove(cursor, made.kind, free, report["removed"])
        if judged:
            owner = "article_id" if made.kind == "article" else "id"
            claims = keys(cursor, CLAIMS_OF.format(owner=owner), {"ids": judged})
            cursor.execute(WITHDRAW, values | {"claims": claims})
            report["withdrawn"] += len(claims)
    kept = [
        {"kind": made.kind, "id": str(pk), "title": title, "why": WHY[why]}
        for pk, why, title in rows
        if why
    ]
    report["kept"] += kept[: MOST_NAMED - len(report["kept"])]
    report["kept_count"] += len(kept)
    return str(values["ids"][-1])


def keys(cursor: Any, statement: str, values: dict[str, Any]) -> list[UUID]:
    cursor.execute(statement, values)
    return [pk for (pk,) in cursor.fetchall()]


def remove(cursor: Any, kind: str, ids: list[UUID], removed: dict[str, int]) -> None:
    if not ids:
        return
    if kind in ("article", "claim"):
        column = "article_id" if kind == "article" else "id"
        of_these = f"SELECT id FROM articles_claim WHERE {column} = ANY(%(ids)s)"
        claims = keys(cursor, of_these, {"ids": ids})
        cursor.execute(OF_CLAIMS, {"claims": claims})
        removed["claim"] = removed.get("claim", 0) + len(claims)
    if kind == "article":
        cursor.execute(OF_ARTICLES, {"ids": ids})
    elif kind == "document":
        remove_documents(ids)
    elif kind == "source":
        cursor.execute("DELETE FROM articles_source WHERE id = ANY(%s)", [ids])
    if kind != "claim":
        removed[kind] = removed.get(kind, 0) + len(ids)


def remove_documents(ids: list[UUID]) -> None:
    """Their rows, and their originals once that is committed."""
    documents = Document.objects.filter(pk__in=ids)
    names = list(documents.values_list("original", flat=True))
    documents.delete()
    storage = Document._meta.get_field("original").storage
    for name in names:
        transaction.on_commit(partial(storage.delete, name))
