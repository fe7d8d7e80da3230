"""A claim that was judged needs a recheck once what its verdicts rest on changes."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from articles.actions.attribution import restore_chain, withdraw_chain
from articles.actions.citations import cite_claim, restore_citation, withdraw_citation
from articles.actions.claims import edit_claim
from articles.actions.evidence import restore_evidence, withdraw_evidence
from articles.actions.moves import move_claim, restore_claim, withdraw_claim
from articles.actions.passages import choose_document, set_passage
from articles.models import (
    Article,
    Attribution,
    Citation,
    Claim,
    Desk,
    Document,
    Evidence,
    RuleError,
    Source,
    Status,
    User,
)
from articles.models.workflow import JUDGED
from tests.factories import (
    make_chain,
    make_claim,
    make_document,
    make_evidence,
    make_source,
    make_verdict,
)


@dataclass
class World:
    """A claim that rests on something of every kind, standing and withdrawn."""

    claim: Claim
    evidence: Evidence
    gone: Evidence
    chain: Attribution
    gone_chain: Attribution
    citation: Citation
    gone_citation: Citation
    document: Document
    other: Claim
    source: Source
    by: User

    @property
    def seen(self) -> int:
        self.claim.refresh_from_db()
        return self.claim.version


@pytest.fixture
def world(desk: Desk, article: Article, reviewer: User, source: Source) -> World:
    claims = [
        make_claim(article, words, reviewer)
        for words in ("two metres", "12,000 people", "since 1954", "The figure may rise")
    ]
    claim, *cited = claims
    for other in cited:
        make_verdict(other, reviewer)
    evidence = make_evidence(claim, source, reviewer)
    gone = make_evidence(claim, make_source("Harbour office", reviewer), reviewer)
    chain = make_chain(claim, reviewer, source)
    gone_chain = make_chain(claim, reviewer, "the harbour office")
    document = make_document(desk, source, reviewer, "The river rose by two metres.")
    claim.refresh_from_db()
    citation = cite_claim(claim=claim, seen=claim.version, cited=cited[0], by=reviewer)
    claim.refresh_from_db()
    gone_citation = cite_claim(claim=claim, seen=claim.version, cited=cited[1], by=reviewer)
    made = World(
        claim=claim,
        evidence=evidence,
        gone=gone,
        chain=chain,
        gone_chain=gone_chain,
        citation=citation,
        gone_citation=gone_citation,
        document=document,
        other=cited[2],
        source=source,
        by=reviewer,
    )
    by = reviewer
    withdraw_evidence(evidence=gone, seen=made.seen, by=by)
    withdraw_chain(chain=gone_chain, seen=made.seen, by=by)
    withdraw_citation(citation=made.gone_citation, seen=made.seen, by=by)
    choose_document(evidence=evidence, seen=made.seen, by=by, document=document)
    return made


WRITES: dict[str, tuple[Callable[[World], object], str]] = {
    "link": (
        lambda w: make_evidence(w.claim, make_source("Coast Gazette", w.by), w.by),
        "Evidence was added.",
    ),
    "remove evidence": (
        lambda w: withdraw_evidence(evidence=w.evidence, seen=w.seen, by=w.by),
        "Evidence was removed.",
    ),
    "restore evidence": (
        lambda w: restore_evidence(evidence=w.gone, seen=w.seen, by=w.by),
        "Evidence was restored.",
    ),
    "other document": (
        lambda w: choose_document(evidence=w.evidence, seen=w.seen, by=w.by, document=None),
        "The document of its evidence was changed.",
    ),
    "passage": (
        lambda w: set_passage(evidence=w.evidence, seen=w.seen, by=w.by, passage=(0, 9)),
        "The passage of its evidence was changed.",
    ),
    "add a chain": (
        lambda w: make_chain(w.claim, w.by, w.source, "the harbour office"),
        "A chain was added.",
    ),
    "remove a chain": (
        lambda w: withdraw_chain(chain=w.chain, seen=w.seen, by=w.by),
        "A chain was removed.",
    ),
    "restore a chain": (
        lambda w: restore_chain(chain=w.gone_chain, seen=w.seen, by=w.by),
        "A chain was restored.",
    ),
    "cite": (
        lambda w: cite_claim(claim=w.claim, seen=w.seen, cited=w.other, by=w.by),
        "A citation was added.",
    ),
    "remove a citation": (
        lambda w: withdraw_citation(citation=w.citation, seen=w.seen, by=w.by),
        "A citation was removed.",
    ),
    "restore a citation": (
        lambda w: restore_citation(citation=w.gone_citation, seen=w.seen, by=w.by),
        "A citation was restored.",
    ),
}


def judged(world: World, status: Status, editor: User) -> Claim:
    awaiting = status == Status.AWAITING_SECOND_REVIEW
    make_verdict(world.claim, world.by, second_review=awaiting)
    if status == Status.PUBLISHED:
        move_claim(claim=world.claim, seen=world.seen, name="publish", by=editor)
    world.claim.refresh_from_db()
    assert world.claim.status == status
    return world.claim


@pytest.mark.parametrize("status", sorted(JUDGED))
@pytest.mark.parametrize("name", WRITES)
def test_every_write_to_what_it_rests_on_asks_for_a_recheck(
    world: World, editor: User, name: str, status: Status
) -> None:
    claim = judged(world, status, editor)
    verdict = claim.verdict
    write, note = WRITES[name]
    write(world)
    claim.refresh_from_db()
    assert (claim.status, claim.verdict) == (Status.NEEDS_RECHECK, verdict)
    last = claim.transitions.latest("created_at", "id")
    assert (last.origin, last.target, last.note) == (status, Status.NEEDS_RECHECK, note)


@pytest.mark.parametrize("name", WRITES)
def test_while_it_is_withdrawn_what_it_rests_on_stays(
    world: World, editor: User, name: str
) -> None:
    claim = judged(world, Status.DECIDED, editor)
    away = withdraw_claim(claim=claim, seen=world.seen, by=world.by)
    write, _ = WRITES[name]
    with pytest.raises(RuleError, match="The claim is withdrawn"):
        write(world)
    restored = restore_claim(claim=away, seen=world.seen, by=world.by)
    assert (restored.status, restored.verdict) == (Status.DECIDED, claim.verdict)


def test_an_undo_brings_no_verdict_back_into_force(world: World, editor: User) -> None:
    claim = judged(world, Status.DECIDED, editor)
    link = make_evidence(claim, make_source("Coast Gazette", world.by), world.by)
    withdraw_evidence(evidence=link, seen=world.seen, by=world.by)
    claim.refresh_from_db()
    assert claim.status == Status.NEEDS_RECHECK


def test_a_note_changes_nothing(world: World, editor: User) -> None:
    claim = judged(world, Status.DECIDED, editor)
    edit_claim(claim=claim, seen=world.seen, by=world.by, note="Look at p. 7.", claimant=None)
    claim.refresh_from_db()
    assert claim.status == Status.DECIDED


def test_withdrawing_and_restoring_the_claim_itself_changes_nothing(
    world: World, editor: User
) -> None:
    claim = judged(world, Status.DECIDED, editor)
    away = withdraw_claim(claim=claim, seen=world.seen, by=world.by)
    restore_claim(claim=away, seen=away.version, by=world.by)
    claim.refresh_from_db()
    assert claim.status == Status.DECIDED
