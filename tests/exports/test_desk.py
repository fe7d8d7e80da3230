import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.actions.articles import add_article
from articles.actions.attribution import Step, set_chain
from articles.actions.passages import choose_document
from articles.exports import desk as export
from articles.exports.desk import lines
from articles.importing.manuscript import blocks_with
from articles.models import (
    Article,
    Attribution,
    Claim,
    Desk,
    Document,
    Evidence,
    Source,
    Status,
    User,
)
from articles.text.normalize import build
from tests.factories import (
    TEXT,
    make_article,
    make_chain,
    make_claim,
    make_document,
    make_evidence,
    make_source,
    make_verdict,
)


def exported(desk: Desk) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines(desk)]


def of_type(rows: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [row for row in rows if row.get("type", "article") == kind]


@pytest.fixture
def claim(article: Article, reviewer: User) -> Claim:
    return make_claim(article, "12,000 people left their homes", reviewer)


@pytest.fixture
def secret(reviewer: User) -> Source:
    return make_source(
        "Deep Throat",
        reviewer,
        kind="person",
        aliases=["Mark F."],
        homepage="https://felt.example.org/",
        protected=True,
    )


def test_desk_without_anything_is_no_line(desk: Desk):
    assert list(lines(desk)) == []


def test_article_has_its_details_and_leaves_out_empty_ones(article: Article, desk: Desk):
    assert exported(desk) == [
        {"id": str(article.pk), "title": "High water", "language": "en", "text": TEXT}
    ]
    Article.objects.filter(pk=article.pk).update(
        url="https://example.org/a", publisher="Diário", byline="Ana", published_on=date(2024, 3, 5)
    )
    Article.objects.filter(pk=article.pk).update(external_id="nyt-7")
    assert exported(desk) == [
        {
            "id": "nyt-7",
            "title": "High water",
            "url": "https://example.org/a",
            "publisher": "Diário",
            "byline": "Ana",
            "published_on": "2024-03-05",
            "language": "en",
            "text": TEXT,
        }
    ]


def test_claim_has_what_rests_on_it(
    desk: Desk, article: Article, claim: Claim, source: Source, reviewer: User, editor: User
):
    Claim.objects.filter(pk=claim.pk).update(note="Which homes?", claimant=source)
    document = make_document(desk, source, reviewer, "12,000 people were moved.")
    evidence = make_evidence(claim, source, reviewer)
    claim.refresh_from_db()
    choose_document(
        evidence=evidence, seen=claim.version, by=reviewer, document=document, passage=(0, 13)
    )
    make_chain(claim, reviewer, "a fisherman who asked not to be named", source)
    first = make_verdict(claim, reviewer, "half_true")
    second = make_verdict(claim, editor)
    start = TEXT.index("12,000")
    cue = TEXT.index("a fisherman")
    ministry = {"name": "Ministry of Water", "kind": "organisation"}
    (row,) = of_type(exported(desk), "article")
    assert row["claims"] == [
        {
            "id": str(claim.pk),
            "start": start,
            "end": start + 30,
            "exact": "12,000 people left their homes",
            "prefix": TEXT[start - 32 : start],
            "suffix": TEXT[start + 30 : start + 62],
            "note": "Which homes?",
            "claimant": ministry,
            "status": "decided",
            "evidence": [
                {
                    "source": ministry,
                    "relation": "supports",
                    "document": str(document.pk),
                    "passage": {"start": 0, "end": 13, "exact": "12,000 people"},
                }
            ],
            "attribution": [
                [
                    {
                        "unnamed": "a fisherman who asked not to be named",
                        "cue": {"start": cue, "end": cue + 37},
                    },
                    ministry,
                ]
            ],
            "verdicts": [
                {
                    "rating": verdict.rating,
                    "attribution_accuracy": "accurate",
                    "rationale": "Two papers confirm it.",
                    "reviewer": verdict.reviewer.username,
                    "decided_at": verdict.decided_at.astimezone(UTC).isoformat(
                        timespec="microseconds"
                    ),
                }
                for verdict in (first, second)
            ],
        }
    ]


def test_sources_come_before_documents_before_articles(
    desk: Desk, claim: Claim, source: Source, reviewer: User
):
    make_source("Unused", reviewer)
    retrieved = datetime(2024, 3, 5, 12, 0, 0, 5, UTC)
    document = make_document(
        desk, source, reviewer, "It rose.", url="https://water.example.org/", retrieved_at=retrieved
    )
    assert [row.get("type") for row in exported(desk)] == ["source", "document", None]
    assert exported(desk)[:2] == [
        {
            "type": "source",
            "id": str(source.pk),
            "name": "Ministry of Water",
            "kind": "organisation",
            "aliases": ["MoW"],
        },
        {
            "type": "document",
            "id": str(document.pk),
            "source": {"name": "Ministry of Water", "kind": "organisation"},
            "title": "Bulletin 7",
            "url": "https://water.example.org/",
            "retrieved_at": "2024-03-05T12:00:00.000005+00:00",
            "text": "It rose.",
        },
    ]


def test_what_was_removed_stays_behind(claim: Claim, source: Source, desk: Desk, reviewer: User):
    evidence = make_evidence(claim, source, reviewer)
    Evidence.objects.filter(pk=evidence.pk).update(withdrawn_at=timezone.now())
    chain = make_chain(claim, reviewer, source)
    Attribution.objects.filter(pk=chain.pk).update(withdrawn_at=timezone.now())
    assert not of_type(exported(desk), "source")
    assert not {"evidence", "attribution"} & exported(desk)[0]["claims"][0].keys()


def test_withdrawn_claim_is_told(claim: Claim, desk: Desk):
    Claim.objects.filter(pk=claim.pk).update(status=Status.WITHDRAWN)
    assert exported(desk)[0]["claims"][0]["status"] == "withdrawn"


def test_span_at_the_very_start_keeps_its_offset(article: Article, desk: Desk, reviewer: User):
    make_claim(article, "The river", reviewer)
    (claim,) = exported(desk)[0]["claims"]
    assert (claim["start"], claim["end"]) == (0, 9)
    assert "prefix" not in claim


def test_other_desks_stay_at_home(desk: Desk, article: Article, other_desk: Desk, neighbour: User):
    other = make_article(other_desk, neighbour)
    make_evidence(
        make_claim(other, "two metres", neighbour), make_source("Theirs", neighbour), neighbour
    )
    assert [row["id"] for row in exported(desk)] == [str(article.pk)]


@pytest.fixture
def betrayals(desk: Desk, claim: Claim, secret: Source, reviewer: User) -> None:
    """All that a protected source can stand behind."""
    Claim.objects.filter(pk=claim.pk).update(claimant=secret)
    document = make_document(
        desk, secret, reviewer, "I am Felt.", "Diary", url="https://felt.example.org/diary"
    )
    evidence = make_evidence(claim, secret, reviewer)
    Evidence.objects.filter(pk=evidence.pk).update(
        url="https://felt.example.org/diary", document=document, start=0, end=4, exact="I am"
    )
    chain = make_chain(claim, reviewer, secret)
    assert chain.steps.count() == 1


@pytest.mark.usefixtures("betrayals")
def test_protected_source_leaves_as_its_id_and_kind(desk: Desk, secret: Source):
    told = "".join(lines(desk))
    for word in ("Deep Throat", "Mark F.", "felt", "Felt", "Diary", "I am"):
        assert word not in told
    rows = exported(desk)
    assert rows[0] == {
        "type": "source",
        "id": str(secret.pk),
        "kind": "person",
        "protected": True,
    }
    assert len(rows) == 2
    (claim,) = rows[1]["claims"]
    reference = {"id": str(secret.pk)}
    assert claim["claimant"] == reference
    assert claim["evidence"] == [{"source": reference, "relation": "supports"}]
    assert claim["attribution"] == [[reference]]


@pytest.mark.parametrize("protected", [False, True])
def test_words_that_credit_a_protected_source_are_not_pointed_at(
    desk: Desk, claim: Claim, secret: Source, reviewer: User, protected: bool
):
    Source.objects.filter(pk=secret.pk).update(protected=protected)
    steps = [Step(source=Source.objects.get(pk=secret.pk), cue=(0, 9))]
    set_chain(claim=claim, seen=claim.version, by=reviewer, revision_number=1, steps=steps)
    (row,) = of_type(exported(desk), "article")
    (((step,),),) = [claim["attribution"] for claim in row["claims"]]
    if protected:
        assert step == {"id": str(secret.pk)}
    else:
        cue = {"start": 0, "end": 9}
        assert step == {"name": "Deep Throat", "kind": "person", "cue": cue}


def test_document_of_a_protected_source_is_not_named_by_others(
    desk: Desk, claim: Claim, source: Source, secret: Source, reviewer: User
):
    document = make_document(desk, secret, reviewer, "I am Felt.")
    evidence = make_evidence(claim, source, reviewer)
    Evidence.objects.filter(pk=evidence.pk).update(document=document)
    (row,) = of_type(exported(desk), "article")
    (told,) = row["claims"][0]["evidence"]
    assert told == {"source": {"name": source.name, "kind": source.kind}, "relation": "supports"}


def test_structure_notes_each_kind_once(desk: Desk, reviewer: User):
    parts = ("Flood", "Again and again.", "Water rose.", "Again and again.")
    kinds = ("paragraph", "quotation", "paragraph", "list_item")
    text, blocks = build(zip(kinds, parts, strict=True))
    add_article(desk=desk, by=reviewer, title="Flood", text=text, blocks=blocks)
    structure = exported(desk)[0]["structure"]
    assert re.fullmatch(r"(paragraph:[0-9a-f]{12}|list_item:[0-9a-f]{12}| ){3}", structure)
    again = blocks_with(text, structure)
    assert [block.kind for block in again] == ["paragraph", "list_item", "paragraph", "list_item"]


@pytest.fixture
def filled(desk: Desk, source: Source, reviewer: User) -> Callable[[int], None]:
    def fill(count: int) -> None:
        for number in range(count):
            article = make_article(desk, reviewer, f"{TEXT}\n\n{number}")
            document = make_document(desk, source, reviewer, f"Bulletin {number}")
            for words in ("two metres", "12,000 people"):
                claim = make_claim(article, words, reviewer)
                evidence = make_evidence(claim, source, reviewer)
                Evidence.objects.filter(pk=evidence.pk).update(document=document)
                make_chain(claim, reviewer, source)
                make_verdict(claim, reviewer)

    return fill


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_the_rows(desk: Desk, filled: Callable[[int], None], count: int):
    filled(count)
    with CaptureQueriesContext(connection) as queries:
        assert len(list(lines(desk))) == 1 + 2 * count
    assert len(queries) == 17


def test_portions_leave_nothing_out(
    desk: Desk, filled: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
):
    filled(5)
    whole = list(lines(desk))
    monkeypatch.setattr(export, "PORTION", 2)
    assert list(lines(desk)) == whole
    monkeypatch.setattr(export, "MAX_SIZE", 1)
    assert list(lines(desk)) == whole
    assert Document.objects.count() == 5
