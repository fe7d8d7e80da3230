"""The statements that make a part of a desk: articles ``first`` to ``last`` and their claims.

Chance is a hash of what it is for and the seed, so a desk comes out the same whatever the plans.
A part is made in one transaction, by way of three temporary tables.
"""

from collections.abc import Mapping
from typing import Any

from articles.bench.desk.words import (
    EVENTS,
    NOTES,
    PAPERS,
    PLACES,
    RATIONALES,
    SPEAKERS,
    SYLLABLES,
    TAILS,
    THINGS,
)
from articles.models import Accuracy, Claim, Rating

SENTENCES_OF_ONE = 4096
"""Above the number of sentences that an article may have."""
ONE = f"n::bigint * {SENTENCES_OF_ONE} + k"
"""Names a sentence, and the claim on it, among all of the desk."""


def chance(of: str, salt: int) -> str:
    """A number from 0 to 1, 1 excluded; for each ``salt`` another."""
    return (
        f"((hashint8extended({of}, %(seed)s::bigint + {salt}) & 4294967295)"
        f" / 4294967296::double precision)"
    )


def below(limit: int | str, draw: str) -> str:
    return f"floor({limit} * {draw})::int"


def array(name: str) -> str:
    """The parameter of that name, a list."""
    ids = {"people": "bigint", "editors": "bigint", "reviewers": "bigint", "sources": "uuid"}
    return f"(%({name})s::{ids.get(name, 'text')}[])"


def pick(name: str, size: int | str, draw: str) -> str:
    """One of the parameter ``name``."""
    return f"{array(name)}[1 + {below(size, draw)}]"


def place(rank: str) -> str:
    """The name of the place of that rank, from 0."""
    size = len(SYLLABLES)
    parts = (f"{array('syllables')}[1 + {rank} / {size**power} %% {size}]" for power in range(3))
    return f"initcap({' || '.join(parts)})"


def identity(moment: str, of: str, salt: str) -> str:
    """A UUID of version 7 for that moment (models.base.uuid7), its other bits by chance."""
    random = f"md5(%(seed)s || '{salt}' || ({of}))"
    milliseconds = f"lpad(to_hex((extract(epoch FROM {moment}) * 1000)::bigint), 12, '0')"
    return (
        f"({milliseconds} || '7' || substr({random}, 1, 3) || '8' || substr({random}, 4, 15))::uuid"
    )


def cases(draw: str, shares: Mapping[Any, float]) -> str:
    """One of the values, by their shares, which come to 1."""
    whens, bound = [], 0.0
    for value, share in shares.items():
        bound += share
        whens.append(f"WHEN {draw} < {bound} THEN '{value}'")
    return f"CASE {' '.join(whens)} ELSE '{value}' END"


STATUSES = {
    "open": 0.38,
    "in_review": 0.12,
    "awaiting_second_review": 0.1,
    "decided": 0.2,
    "published": 0.12,
    "needs_recheck": 0.03,
    "withdrawn": 0.05,
}
KINDS = {
    Claim.Kind.STATEMENT: 0.4,
    Claim.Kind.FIGURE: 0.3,
    Claim.Kind.QUOTATION: 0.2,
    Claim.Kind.EVENT: 0.07,
    Claim.Kind.PREDICTION: 0.03,
}
RATINGS = {
    Rating.TRUE: 0.3,
    Rating.MOSTLY_TRUE: 0.2,
    Rating.HALF_TRUE: 0.12,
    Rating.MOSTLY_FALSE: 0.1,
    Rating.FALSE: 0.13,
    Rating.UNVERIFIABLE: 0.06,
    Rating.NOT_ENOUGH_EVIDENCE: 0.05,
    Rating.CONFLICTING_EVIDENCE: 0.02,
    Rating.OPINION: 0.02,
}
ACCURACIES = {
    Accuracy.ACCURATE: 0.7,
    Accuracy.ALTERED: 0.1,
    Accuracy.MISATTRIBUTED: 0.05,
    Accuracy.NOT_FOUND: 0.05,
    Accuracy.NOT_APPLICABLE: 0.1,
}

# Two of three sentences become claims; a paragraph has four.
SENTENCES = f"""
CREATE TEMPORARY TABLE made_sentence AS
SELECT n, k, words, gap, coalesce(sum(length(words) + length(gap)) OVER before, 0)::int AS start,
       CASE WHEN k %% 3 < 2 AND k - k / 3 < claims THEN k - k / 3 + 1 END AS number
FROM (
    SELECT n, k, claims,
           {pick("speakers", len(SPEAKERS), chance(ONE, 1))}
           || CASE WHEN {chance(ONE, 2)} < 0.8 THEN ' said that ' ELSE ' reported that ' END
           || to_char(10 + {below(90_000, f"power({chance(ONE, 3)}, 3)")}, 'FM99,999') || ' '
           || {pick("things", len(THINGS), chance(ONE, 4))} || ' '
           || {pick("events", len(EVENTS), chance(ONE, 5))} || ' '
           || {place(f"({below(PLACES, f'power({chance(ONE, 6)}, 3)')})")} || ' '
           || {pick("tails", len(TAILS), chance(ONE, 7))} || '.' AS words,
           CASE WHEN k %% 4 = 3 THEN E'\\n\\n' ELSE ' ' END AS gap
    FROM generate_series(%(first)s, %(last)s) n
    CROSS JOIN LATERAL (
        SELECT %(claims)s / %(articles)s
               + CASE WHEN n - %(base)s <= %(claims)s %% %(articles)s THEN 1 ELSE 0 END AS claims
    ) size
    CROSS JOIN generate_series(0, claims + claims / 2 + 1) k
) drawn
WINDOW before AS (PARTITION BY n ORDER BY k ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
"""
ARTICLES_MADE = f"""
CREATE TEMPORARY TABLE made_article AS
SELECT n, at, {identity("at", "n", "a")} AS id, {identity("at", "n", "r")} AS revision_id,
       {pick("people", "%(persons)s", f"power({chance('n', 11)}, 2)")} AS author,
       {below("%(publishers)s", f"power({chance('n', 12)}, 3)")} AS publisher,
       {below(PLACES, f"power({chance('n', 13)}, 3)")} AS about,
       {chance("n", 14)} < 0.08 AS of_one_origin, claims
FROM (
    SELECT n, count(number) AS claims,
           %(now)s::timestamptz - interval '730 days'
           * (1 - (n - %(base)s - {chance("n", 15)}) / %(articles)s) AS at
    FROM made_sentence GROUP BY n
) numbered
"""
REVISIONS = """
INSERT INTO articles_revision (id, article_id, number, text, blocks, text_sha256, created_at,
                               created_by_id)
SELECT a.revision_id, a.id, 1, t.text, t.blocks, encode(sha256(convert_to(t.text, 'UTF8')), 'hex'),
       a.at, a.author
FROM made_article a
JOIN (
    SELECT n, string_agg(words, E'\\n\\n' ORDER BY block) AS text,
           jsonb_agg(jsonb_build_array('paragraph', start, start + length(words)) ORDER BY block)
           AS blocks
    FROM (
        SELECT n, k / 4 AS block, string_agg(words, ' ' ORDER BY k) AS words, min(start) AS start
        FROM made_sentence GROUP BY n, k / 4
    ) paragraph
    GROUP BY n
) t USING (n)
"""
ARTICLES = f"""
INSERT INTO articles_article (
    id, desk_id, title, byline, publisher, url, published_on, language, current_revision_id,
    version, claims_made, suggested_revision, external_id, created_at, created_by_id
)
SELECT id, %(desk)s,
       initcap({pick("things", len(THINGS), chance("n", 16))}) || ' and ' || {place("about")}
       || ': report ' || n,
       '', {place("publisher")} || ' ' || {array("papers")}[1 + publisher %% {len(PAPERS)}], '',
       (at - interval '1 day')::date, 'en', revision_id, claims, claims, 0, '', at, author
FROM made_article
"""
# What becomes of a claim: t1 to t4 are the moments of its way, of which it goes a part.
CLAIMS_MADE = f"""
CREATE TEMPORARY TABLE made_claim AS
SELECT w.*, at + 0.3 * way AS t1, at + 0.6 * way AS t2, at + 0.8 * way AS t3, at + way AS t4,
       at + way + {chance(ONE, 31)} * least(interval '3 days', %(now)s::timestamptz - at - way)
       AS t5,
       CASE WHEN status = 'awaiting_second_review' THEN 1 + (apart < 0.3)::int
            WHEN status NOT IN ('decided', 'published', 'needs_recheck') THEN 0
            WHEN apart < 0.06 THEN 3 WHEN apart < 0.3 THEN 2 ELSE 1 END AS verdicts,
       {identity("at + 0.6 * way", ONE, "1")} AS verdict1,
       {identity("at + 0.8 * way", ONE, "2")} AS verdict2,
       {identity("at + way", ONE, "3")} AS verdict3
FROM (
    SELECT s.n, s.k, s.number, s.words, s.start, a.id AS article_id, a.revision_id, a.at, a.author,
           a.of_one_origin, a.about, {identity("a.at", ONE, "c")} AS id,
           {cases(chance(ONE, 20), STATUSES)} AS status,
           {cases(chance(ONE, 21), KINDS)} AS kind,
           {cases(chance(ONE, 22), {"0": 0.85, "1": 0.12, "2": 0.03})}::int AS priority,
           {cases(chance(ONE, 23), RATINGS)} AS rating,
           {cases(chance(ONE, 24), ACCURACIES)} AS accuracy,
           {chance(ONE, 25)} AS apart,
           {below("%(reviewing)s", f"power({chance(ONE, 26)}, 2)")} AS reviewer,
           {pick("editors", "%(editing)s", chance(ONE, 27))} AS editor,
           {chance(ONE, 28)} AS asked,
           least(%(now)s::timestamptz - a.at,
                 interval '1 minute' * exp(3 + 7 * {chance(ONE, 29)})) AS way
    FROM made_sentence s JOIN made_article a USING (n)
    WHERE s.number IS NOT NULL
) w
"""
REVIEWER = f"{array('reviewers')}[1 + reviewer]"
SECOND = f"{array('reviewers')}[1 + (reviewer + 1) %% %(reviewing)s]"
ASSIGNED = "NOT (status = 'withdrawn' OR status = 'open' AND asked > 0.35)"
CLAIMS = f"""
INSERT INTO articles_claim (
    id, article_id, desk_id, number, text, note, claimant_id, kind, priority, due_on, status,
    assignee_id, assigned_by_id, rating, version, external_id, created_at, updated_at, created_by_id
)
SELECT id, article_id, %(desk)s, number, words,
       CASE WHEN {chance(ONE, 40)} < 0.15
            THEN {pick("notes", len(NOTES), chance(ONE, 41))} ELSE '' END,
       CASE WHEN {chance(ONE, 42)} < 0.3
            THEN {pick("sources", "%(known)s", f"power({chance(ONE, 43)}, 3)")} END,
       kind, priority,
       CASE WHEN status IN ('open', 'in_review') AND {chance(ONE, 44)} < 0.3
            THEN %(now)s::date - 10 + {below(40, chance(ONE, 45))} END,
       CASE WHEN verdicts > 0 THEN 'in_review' ELSE status END,
       CASE WHEN {ASSIGNED} THEN {REVIEWER} END,
       CASE WHEN {ASSIGNED} AND {chance(ONE, 46)} < 0.7 THEN editor END,
       '', number, '', at, at, author
FROM made_claim
"""
ANCHORS = """
INSERT INTO articles_anchor (
    claim_id, revision_id, start, "end", exact, prefix, suffix, state, score, current,
    created_at, created_by_id
)
SELECT id, revision_id, start, start + length(words), words, '', '', 'exact', 1, true, at, author
FROM made_claim
"""
# Every hundredth judged claim rests on nothing, and most that nobody has begun.
EVIDENCE = f"""
INSERT INTO articles_evidence (
    id, claim_id, source_id, relation, url, note, exact, created_at, created_by_id
)
SELECT {identity("t1", f"({ONE}) || '-' || i", "e")}, id,
       {array("sources")}[1 + ({below("%(known)s", f"power({chance(ONE, 50)}, 3)")} + 7 * (i - 1))
                         %% %(known)s],
       CASE WHEN i = 1 OR {chance(ONE, 51)} < 0.5 THEN 'supports'
            WHEN {chance(ONE, 51)} < 0.8 THEN 'refutes' ELSE 'context' END,
       '', '', '', t1, coalesce({REVIEWER}, author)
FROM made_claim
CROSS JOIN LATERAL generate_series(1, CASE
    WHEN verdicts = 0 AND {chance(ONE, 52)} < 0.6 THEN 0
    WHEN {chance(ONE, 52)} < 0.01 THEN 0
    ELSE 1 + {below(3, f"power({chance(ONE, 53)}, 2)")}
END) i
"""
CHAINED = f"(of_one_origin OR {chance(ONE, 60)} < 0.2) AND status <> 'withdrawn'"
CHAINS = f"""
INSERT INTO articles_attribution (id, claim_id, created_at, created_by_id)
SELECT {identity("t1", ONE, "t")}, id, t1, {REVIEWER} FROM made_claim WHERE {CHAINED}
"""
# From a paper by way of others to a source, or to one person whom the article does not name.
STEPS = f"""
INSERT INTO articles_attributionstep (attribution_id, position, source_id, description, exact)
SELECT {identity("t1", ONE, "t")}, i, CASE WHEN named THEN
           {array("sources")}[1 + ({below("%(known)s", f"power({chance(ONE, 61)}, 3)")} + 11 * i)
                             %% %(known)s] END,
       CASE WHEN named THEN '' ELSE 'a trader in ' || {place("about")} END, ''
FROM made_claim
CROSS JOIN LATERAL (SELECT 1 + {below(3, chance(ONE, 62))} AS steps) length
CROSS JOIN LATERAL generate_series(1, steps) i
CROSS JOIN LATERAL (SELECT i < steps OR NOT of_one_origin AS named) of
WHERE {CHAINED}
"""
OTHER_RATING = f"""
{array("ratings")}[1 + array_position({array("ratings")}, c.rating::text) %% {len(Rating.values)}]
"""
VERDICTS = f"""
INSERT INTO articles_verdict (
    id, desk_id, seq, claim_id, reviewer_id, rating, attribution_accuracy, rationale, revision_id,
    start, "end", exact, evidence, decided_at, previous_hash, hash
)
SELECT v.id, %(desk)s, 0, c.id, v.by, v.rating, c.accuracy,
       {pick("rationales", len(RATIONALES), chance(ONE, 70))}, c.revision_id,
       c.start, c.start + length(c.words), c.words,
       coalesce(e.items, '[{{"none": "Nothing was published on it."}}]'), v.at, '', ''
FROM made_claim c
CROSS JOIN LATERAL (VALUES
    (1, verdict1, {REVIEWER}, rating, CASE WHEN verdicts = 1 AND status <> 'awaiting_second_review'
                                           THEN t4 ELSE t2 END),
    (2, verdict2, {SECOND},
     CASE WHEN verdicts = 3 OR status = 'awaiting_second_review' THEN {OTHER_RATING}
          ELSE rating END,
     CASE WHEN verdicts = 2 AND status <> 'awaiting_second_review' THEN t4 ELSE t3 END),
    (3, verdict3, editor, rating, t4)
) v (i, id, by, rating, at)
LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_object(
        'source', source_id, 'relation', relation, 'url', url, 'note', note,
        'document', NULL, 'start', NULL, 'end', NULL, 'exact', exact
    ) ORDER BY created_at, id) AS items
    FROM articles_evidence WHERE claim_id = c.id
) e ON true
WHERE v.i <= c.verdicts
ORDER BY v.at, v.id
"""
DECISIONS = """
UPDATE articles_claim c
SET status = m.status, updated_at = CASE WHEN m.status = 'decided' THEN t4 ELSE t5 END,
    verdict_id = CASE WHEN m.status <> 'awaiting_second_review'
                      THEN (ARRAY[verdict1, verdict2, verdict3])[m.verdicts] END
FROM made_claim m
WHERE m.id = c.id AND m.verdicts > 0
"""
TRANSITIONS = f"""
INSERT INTO articles_transition (claim_id, origin, target, by_id, note, created_at)
SELECT id, step.origin, step.target, step.by, step.note, step.at
FROM made_claim
-- In the order of the work, which moments of the same second do not tell.
CROSS JOIN LATERAL (VALUES
    (1, 'open', 'in_review', {REVIEWER}, '', t1, status NOT IN ('open', 'withdrawn')),
    (2, 'in_review', 'awaiting_second_review', {REVIEWER}, '', t2,
     status = 'awaiting_second_review' OR verdicts > 1),
    (3, 'in_review', 'decided', {REVIEWER}, '', t4,
     status <> 'awaiting_second_review' AND verdicts = 1),
    (4, 'awaiting_second_review', 'decided', {SECOND}, '', t4,
     status <> 'awaiting_second_review' AND verdicts = 2),
    (5, 'awaiting_second_review', 'decided', editor, 'Decided between the verdicts.', t4,
     verdicts = 3),
    (6, 'decided', 'published', editor, '', t5, status = 'published'),
    (7, 'decided', 'needs_recheck', {REVIEWER}, 'Evidence was added.', t5,
     status = 'needs_recheck'),
    (8, 'open', 'withdrawn', {REVIEWER}, 'It cannot be checked.', t1, status = 'withdrawn')
) step (n, origin, target, by, note, at, happened)
WHERE step.happened
ORDER BY step.at, id, step.n
"""
DISPUTES = f"""
INSERT INTO articles_dispute (
    id, claim_id, first_id, second_id, created_at, settled_at, settled_by_id, settled_by_verdict_id
)
SELECT {identity("t3", ONE, "d")}, id, verdict1, verdict2, t3,
       CASE WHEN verdicts = 3 THEN t4 END, CASE WHEN verdicts = 3 THEN editor END,
       CASE WHEN verdicts = 3 THEN verdict3 END
FROM made_claim
WHERE verdicts = 3 OR status = 'awaiting_second_review' AND verdicts = 2
"""
NOTIFICATIONS = f"""
INSERT INTO articles_notification (id, user_id, kind, claim_id, actor_id, read_at, created_at)
SELECT {identity("told.at", f"({ONE}) || '-' || told.to", "n")}, told.to, told.kind, id, editor,
       CASE WHEN {chance(ONE, 80)} < 0.9 THEN told.at + interval '1 hour' END, told.at
FROM made_claim
CROSS JOIN LATERAL (VALUES
    ({REVIEWER}, 'assigned', at, {chance(ONE, 81)} < 0.1 AND {ASSIGNED}),
    ({REVIEWER}, 'disputed', t3, status = 'awaiting_second_review' AND verdicts = 2),
    ({SECOND}, 'disputed', t3, status = 'awaiting_second_review' AND verdicts = 2),
    ({REVIEWER}, 'recheck', t5, status = 'needs_recheck')
) told ("to", kind, at, happened)
WHERE told.happened
"""

PART = (
    SENTENCES,
    ARTICLES_MADE,
    "ANALYZE made_sentence, made_article",
    REVISIONS,
    ARTICLES,
    CLAIMS_MADE,
    "ANALYZE made_claim",
    CLAIMS,
    ANCHORS,
    EVIDENCE,
    CHAINS,
    STEPS,
    VERDICTS,
    DECISIONS,
    TRANSITIONS,
    DISPUTES,
    NOTIFICATIONS,
    "DROP TABLE made_sentence, made_article, made_claim",
)

# A quarter are persons and papers; every hundredth is protected.
SOURCES = f"""
INSERT INTO articles_source (id, name, kind, aliases, homepage, protected, external_id, created_at,
                             created_by_id)
SELECT {identity("%(now)s::timestamptz", "n", "s")},
       {place("n * 37")} || ' ' || (ARRAY['Office', 'Institute', 'Agency', 'Council'])[1 + n %% 4]
       || ' ' || %(desk)s || '-' || n,
       (ARRAY['organisation', 'publication', 'series', 'person'])[1 + n %% 4],
       '{{}}', '', n %% 100 = 99, '', %(now)s, {array("people")}[1 + n %% %(persons)s]
FROM generate_series(0, %(wanted)s - 1) n
RETURNING id
"""
