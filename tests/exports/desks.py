"""Desks with all that an export has, as rows made from plans that Hypothesis draws."""

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db import connection
from hypothesis import strategies as st

from articles.actions.articles import add_article
from articles.models import (
    Anchor,
    Article,
    Attribution,
    AttributionStep,
    Claim,
    Desk,
    Document,
    Evidence,
    Source,
    User,
    Verdict,
)
from articles.models.article import Revision, block_rows
from articles.text.normalize import build, normalize
from articles.text.spans import select
from tests.factories import log_unguarded, make_document

PARTS = (
    "The river rose by two metres in one night, the harbour office said.",
    "👩‍👩‍👧‍👦 12,000 people 🇰🇷🇫🇷 left; x\N{COMBINING ACUTE ACCENT} came.",
    "قال مسؤول في الوزارة إن المياه ارتفعت \u200fمترين\u200f في ليلة واحدة.",
    "משרד המים מסר כי 12,000 איש פונו.",
    "水利部表示，河水一夜之间上涨了两米。 한강 수위가 2미터 올랐다고 밝혔다.",
    "“Nobody had seen such water”, said a fisherman.\nIt rose again; it fell again.",
    "Again and again.",
    'A "quoted" line with a \\ backslash, a <b>tag</b>, = and a \u2028 separator, and a ; too.',
)
KINDS = ("heading", "paragraph", "quotation", "list_item", "caption")
FIRST = datetime(2023, 11, 5, 6, 7, 8, 9, UTC)
NOTES = ("", "Which homes?", "=SUM(A1)", "first line\nsecond line", "ملاحظة 🙂")
JUDGED = ("decided", "published", "needs_recheck")

blocks = st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from(PARTS)), min_size=1, max_size=5)
part = st.tuples(st.integers(0, 40), st.integers(0, 40))
"""Two numbers that name the words of a text from the one to the other."""
pick = st.integers(0, 100)
"""A number that names one of the things there are."""


@dataclass(frozen=True)
class EvidencePlan:
    source: int
    relation: str
    document: int
    passage: tuple[int, int] | None
    url: str
    note: str
    withdrawn: bool


@dataclass(frozen=True)
class ClaimPlan:
    words: tuple[int, int]
    status: str
    note: str
    claimant: int | None
    evidence: list[EvidencePlan]
    chains: list[list[tuple[int, str, tuple[int, int] | None]]]
    verdicts: list[tuple[str, str, int]]
    named: bool


@dataclass(frozen=True)
class ArticlePlan:
    blocks: list[tuple[str, str]]
    claims: list[ClaimPlan]
    details: dict[str, Any]
    named: bool


@dataclass(frozen=True)
class DeskPlan:
    sources: list[tuple[str, bool, bool]]
    documents: list[tuple[int, list[tuple[str, str]], bool]]
    articles: list[ArticlePlan] = field(default_factory=list)


evidence = st.builds(
    EvidencePlan,
    source=pick,
    relation=st.sampled_from(Evidence.Relation.values),
    document=pick,
    passage=st.none() | part,
    url=st.sampled_from(["", "https://water.example.org/a?b=c#d"]),
    note=st.sampled_from(NOTES),
    withdrawn=st.booleans(),
)
step = st.tuples(pick, st.sampled_from(["", "a fisherman", "صياد"]), st.none() | part)
verdict = st.tuples(
    st.sampled_from(["true", "half_true", "opinion"]),
    st.sampled_from(["accurate", "not_applicable"]),
    pick,
)
claim = st.builds(
    ClaimPlan,
    words=part,
    status=st.sampled_from(["open", "in_review", "awaiting_second_review", "withdrawn", *JUDGED]),
    note=st.sampled_from(NOTES),
    claimant=st.none() | pick,
    evidence=st.lists(evidence, max_size=3),
    chains=st.lists(st.lists(step, min_size=1, max_size=3), max_size=3),
    verdicts=st.lists(verdict, max_size=3),
    named=st.booleans(),
)
details = st.fixed_dictionaries(
    {
        "publisher": st.sampled_from(["", "Diário de Notícias"]),
        "byline": st.sampled_from(["", "Ana Prado, 김하나"]),
        "published_on": st.none() | st.dates(date(1990, 1, 1), date(2024, 1, 1)),
        "language": st.sampled_from(["en", "ko", "pt-BR"]),
    }
)
article = st.builds(
    ArticlePlan,
    blocks=blocks,
    claims=st.lists(claim, max_size=5),
    details=details,
    named=st.booleans(),
)
desks = st.builds(
    DeskPlan,
    sources=st.lists(
        st.tuples(st.sampled_from(Source.Kind.values), st.booleans(), st.booleans()),
        min_size=1,
        max_size=5,
    ),
    documents=st.lists(st.tuples(pick, blocks, st.booleans()), max_size=4),
    articles=st.lists(article, max_size=4),
)


def emptied() -> None:
    """No articles, sources, documents or imports are left; people and desks are."""
    with log_unguarded(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE articles_article, articles_source, articles_batch CASCADE")


class Maker:
    """Makes the rows of a plan at a desk; what cannot be is left out."""

    def __init__(self, desk: Desk, people: list[User]) -> None:
        self.desk, self.people, self.by = desk, people, people[0]
        self.sources: list[Source] = []
        self.documents: list[Document] = []

    def make(self, plan: DeskPlan) -> None:
        self.sources = [self.source(n, *made) for n, made in enumerate(plan.sources)]
        self.documents = [self.document(n, *made) for n, made in enumerate(plan.documents)]
        for number, made in enumerate(plan.articles):
            self.article(number, made)

    def source(self, number: int, kind: str, protected: bool, named: bool) -> Source:
        return Source.objects.create(
            # Two by two they share a name where their kinds or their protection differ.
            name=f"Ministry {number // 2}"
            if self.is_free(number // 2, kind, protected)
            else f"Office № {number}",
            kind=kind,
            protected=protected,
            aliases=[f"MoW {number}", "وزارة"],
            homepage="https://water.example.org/" if named else "",
            external_id=f"src-{number}" if named else "",
            created_by=self.by,
        )

    def is_free(self, number: int, kind: str, protected: bool) -> bool:
        return not Source.objects.filter(
            name=f"Ministry {number}", kind=kind, protected=protected
        ).exists()

    def document(
        self, number: int, source: int, parts: list[tuple[str, str]], named: bool
    ) -> Document:
        text, spans = build([*parts, ("paragraph", f"Bulletin {number}")])
        return make_document(
            self.desk,
            chosen(self.sources, source),
            self.by,
            text,
            title=f"Bulletin {number}",
            blocks=block_rows(spans),
            url="https://water.example.org/b" if named else "",
            external_id=f"doc-{number}" if named else "",
            retrieved_at=FIRST + timedelta(hours=number),
        )

    def article(self, number: int, plan: ArticlePlan) -> None:
        text, spans = build([*plan.blocks, ("paragraph", f"Number {number}")])
        article = add_article(
            desk=self.desk,
            by=self.by,
            title=f"Water {number}",
            text=text,
            blocks=spans,
            url=f"https://news.example.org/{number}" if plan.named else "",
            **plan.details,
        )
        if plan.named:
            article.external_id = f"art-{number}"
            article.save(update_fields=("external_id",))
        taken: set[tuple[int, int]] = set()
        for claim in plan.claims:
            span = words_of(text, claim.words)
            if claim.status == "withdrawn" or span not in taken:
                taken.add(span)
                self.claim(article, claim, span)

    def claim(self, article: Article, plan: ClaimPlan, span: tuple[int, int]) -> None:
        revision = article.current_revision
        article.claims_made += 1
        article.save(update_fields=("claims_made",))
        selector = select(revision.text, *span)
        claim = Claim.objects.create(
            article=article,
            number=article.claims_made,
            text=selector.exact,
            note=normalize(plan.note),
            claimant=None if plan.claimant is None else chosen(self.sources, plan.claimant),
            external_id=f"claim-{article.claims_made}" if plan.named else "",
            created_by=self.by,
        )
        Anchor.objects.create(
            claim=claim,
            revision=revision,
            start=selector.start,
            end=selector.end,
            exact=selector.exact,
            prefix=selector.prefix,
            suffix=selector.suffix,
            created_by=self.by,
        )
        for evidence in plan.evidence:
            self.evidence(claim, evidence)
        self.chains(claim, revision, plan.chains)
        last = None
        for number, (rating, accuracy, person) in enumerate(plan.verdicts):
            last = Verdict.objects.create(
                desk=self.desk,
                claim=claim,
                reviewer=chosen(self.people, person),
                rating=rating,
                attribution_accuracy=accuracy,
                rationale=f"Reason {number}: 🌊",
                revision=revision,
                start=selector.start,
                end=selector.end,
                exact=selector.exact,
                evidence=[],
                decided_at=FIRST + timedelta(days=number, microseconds=number),
            )
        judged = plan.status in JUDGED
        if last or not judged:
            claim.status = plan.status
            claim.verdict = last if judged else None
            claim.save(update_fields=("status", "verdict"))

    def evidence(self, claim: Claim, plan: EvidencePlan) -> None:
        source = chosen(self.sources, plan.source)
        own = [document for document in self.documents if document.source_id == source.pk]
        document = chosen(own, plan.document) if own else None
        evidence = Evidence(
            claim=claim,
            source=source,
            relation=plan.relation,
            document=document,
            url=plan.url,
            note=normalize(plan.note),
            withdrawn_at=FIRST if plan.withdrawn else None,
            created_by=self.by,
        )
        if document and plan.passage:
            evidence.start, evidence.end = words_of(document.text, plan.passage)
            evidence.exact = document.text[evidence.start : evidence.end]
        evidence.save(force_insert=True)

    def chains(self, claim: Claim, revision: Revision, plans: list[list[Any]]) -> None:
        known: set[tuple[object, ...]] = set()
        for plan in plans:
            parties = [description or chosen(self.sources, n) for n, description, _ in plan]
            distinct = all(one != other for one, other in pairwise(parties))
            if not distinct or tuple(parties) in known:
                continue
            known.add(tuple(parties))
            chain = Attribution.objects.create(claim=claim, created_by=self.by)
            for position, (party, (_, _, cue)) in enumerate(zip(parties, plan, strict=True), 1):
                step = AttributionStep(attribution=chain, position=position)
                if isinstance(party, Source):
                    step.source = party
                else:
                    step.description = party
                if cue:
                    step.start, step.end = words_of(revision.text, cue)
                    step.exact = revision.text[step.start : step.end]
                    step.revision = revision
                step.save()


def chosen(things: list[Any], number: int) -> Any:
    return things[number % len(things)]


def words_of(text: str, numbers: tuple[int, int]) -> tuple[int, int]:
    """Where the words from the one to the other stand."""
    words = [match.span() for match in re.finditer(r"\S+", text)]
    first, last = sorted(number % len(words) for number in numbers)
    return words[first][0], words[last][1]
