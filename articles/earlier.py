"""Claims decided before that say what a claim says: found by their rarer words, then compared."""

from dataclasses import dataclass
from itertools import combinations, pairwise
from uuid import UUID

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db import connection
from django.db.models import F

from articles.models import Claim, User, Verdict
from articles.models.search import CJK, TYPOGRAPHIC
from articles.models.workflow import DECIDED
from articles.text.sameness import Sameness, sameness

TERMS = 8
COMMON = 0.02
"""In a larger part of all claims than this, a word finds too many to be asked for."""
COMPARED = 50
OFFERED = 5
FLOOR = 0.4

# The words as the search column has them, and in what part of the claims each stands. The planner's
# statistics know the common ones; what they do not list is rare.
LEXEMES = """
SELECT word.lexeme, word.positions, coalesce(common.part, 0)
FROM unnest(to_tsvector('pg_catalog.english', %s)) AS word
LEFT JOIN (
    SELECT listed.lexeme, listed.part
    FROM pg_stats, unnest(most_common_elems::text::text[], most_common_elem_freqs)
        AS listed (lexeme, part)
    WHERE schemaname = current_schema AND tablename = 'articles_claim' AND attname = 'search'
) AS common USING (lexeme)
"""


@dataclass(frozen=True)
class Earlier:
    """A decided claim, the verdict that decided it, and how nearly it says the same."""

    claim: Claim
    verdict: Verdict
    sameness: Sameness


@dataclass(frozen=True)
class Term:
    """A word, or two neighbouring characters of Chinese, Japanese or Korean, as a tsquery."""

    query: str
    part: float


def terms(text: str) -> list[Term]:
    """The rarest words of a text, rarest first; common ones only where there is no other."""
    text = text.replace("\0", "").translate(TYPOGRAPHIC)
    with connection.cursor() as cursor:
        cursor.execute(LEXEMES, [CJK.sub(lambda run: f" {' '.join(run[0])} ", text)])
        rows = cursor.fetchall()
    found = {Term(quoted(word), part) for word, _, part in rows if not CJK.fullmatch(word)}
    characters = {
        position: (word, part)
        for word, positions, part in rows
        if CJK.fullmatch(word)
        for position in positions
    }
    for one, other in pairwise(sorted(characters)):
        if other == one + 1:
            (first, often), (second, seldom) = characters[one], characters[other]
            # Two independent characters stand side by side far more seldom than each alone.
            pair = f"{quoted(first)} <-> {quoted(second)}"
            found.add(Term(f"({pair})", often * seldom))
    rarest = sorted(found, key=lambda term: (term.part, -len(term.query), term.query))[:TERMS]
    rare = [term for term in rarest if term.part <= COMMON]
    return rare if len(rare) > 1 else rarest


def quoted(lexeme: str) -> str:
    doubled = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"


def candidates_query(found: list[Term]) -> SearchQuery:
    """Two of the rare words together; all of them where even the rarest are common."""
    queries = [term.query for term in found]
    if len(queries) > 1 and found[0].part <= COMMON:
        queries = [f"({one} & {other})" for one, other in combinations(queries, 2)]
        return SearchQuery(" | ".join(queries), search_type="raw", config="simple")
    return SearchQuery(" & ".join(queries), search_type="raw", config="simple")


def earlier_claims(claim: Claim, *, user: User) -> list[Earlier]:
    """Decided claims of the same desk that say the same, the nearest first; at most OFFERED.

    What the claim cites already is left out.
    """
    found = terms(claim.text)
    if not found:
        return []
    any_of_them = SearchQuery(
        " | ".join(term.query for term in found), search_type="raw", config="simple"
    )
    cited = claim.citations.filter(withdrawn_at=None).values("cited")
    candidates = (
        Claim.objects.visible_to(user)
        .filter(
            desk=claim.desk_id,
            status__in=DECIDED,
            search=candidates_query(found),
        )
        .exclude(pk=claim.pk)
        .exclude(pk__in=cited)
        .order_by(SearchRank(F("search"), any_of_them).desc(), "-created_at", "-pk")
    )
    compared = [
        (pk, sameness(claim.text, text))
        for pk, text in candidates.values_list("pk", "text")[:COMPARED]
    ]
    compared.sort(key=lambda pair: -pair[1].score)
    near = {pk: same for pk, same in compared if same.score >= FLOOR}
    return [
        Earlier(verdict.claim, verdict, near[verdict.claim.pk])
        for verdict in deciding_verdicts(list(near)[:OFFERED], user)
    ]


def deciding_verdicts(claims: list[UUID], user: User) -> list[Verdict]:
    """The verdicts that decide these claims, in the order of the claims."""
    if not claims:
        return []
    verdicts = (
        Verdict.objects.visible_to(user)
        .filter(claim__in=claims, claim__verdict=F("pk"))
        .select_related("reviewer", "claim__article")
    )
    return sorted(verdicts, key=lambda verdict: claims.index(verdict.claim_id))
