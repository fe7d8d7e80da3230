"""Chains are made, replaced, withdrawn and restored; their steps never change."""

import pytest
from django.db import DatabaseError, transaction

from articles.actions.attribution import Step, restore_chain, set_chain, withdraw_chain
from articles.actions.moves import withdraw_claim
from articles.models import (
    Article,
    Attribution,
    AttributionStep,
    Claim,
    Draft,
    RuleError,
    Source,
    StaleVersionError,
    Status,
    User,
)
from articles.text.spans import SpanError
from tests.factories import make_article, make_chain, make_claim, make_source

FISHERMAN = "a fisherman who asked not to be named"


@pytest.fixture
def claim(article: Article, reviewer: User) -> Claim:
    return make_claim(article, "two metres", reviewer)


def build(claim: Claim, by: User, *steps: Step, revision: int = 1, **fields: object) -> Attribution:
    claim.refresh_from_db()
    return set_chain(
        claim=claim, seen=claim.version, by=by, revision_number=revision, steps=steps, **fields
    )


def standing(claim: Claim) -> list[str]:
    chains = claim.attributions.standing().prefetch_related("steps__source")
    return [" → ".join(str(step) for step in chain.steps.all()) for chain in chains]


def test_a_chain_keeps_its_steps_in_order_with_their_words(
    claim: Claim, reviewer: User, source: Source
) -> None:
    text = claim.article.current_revision.text
    start = text.index(FISHERMAN)
    chain = build(
        claim,
        reviewer,
        Step(source=source),
        Step(description=f"  {FISHERMAN}\n", cue=(start - 1, start + len(FISHERMAN))),
    )

    first, second = chain.steps.all()
    assert (first.position, first.source, first.description, first.exact) == (1, source, "", "")
    assert (second.position, second.source, second.description) == (2, None, FISHERMAN)
    assert (second.start, second.end, second.exact) == (start, start + len(FISHERMAN), FISHERMAN)
    claim.refresh_from_db()
    assert (claim.status, claim.assignee, claim.version) == (Status.IN_REVIEW, reviewer, 2)


def test_a_claim_may_rest_on_several_reports(claim: Claim, reviewer: User, source: Source) -> None:
    gazette = make_source("Coast Gazette", reviewer)
    make_chain(claim, reviewer, source, FISHERMAN)
    make_chain(claim, reviewer, gazette, FISHERMAN)
    assert standing(claim) == [
        f"Ministry of Water → {FISHERMAN}",
        f"Coast Gazette → {FISHERMAN}",
    ]


def test_an_edited_chain_is_a_new_one_and_can_be_swapped_back(
    claim: Claim, reviewer: User, source: Source
) -> None:
    old = make_chain(claim, reviewer, source)
    new = build(claim, reviewer, Step(source=source), Step(description="a clerk"), replaces=old)
    assert standing(claim) == ["Ministry of Water → a clerk"]
    old.refresh_from_db()

    claim.refresh_from_db()
    restore_chain(chain=old, seen=claim.version, by=reviewer, replaces=new)
    assert standing(claim) == ["Ministry of Water"]

    claim.refresh_from_db()
    new.refresh_from_db()
    old.refresh_from_db()
    restore_chain(chain=new, seen=claim.version, by=reviewer, replaces=old)
    assert standing(claim) == ["Ministry of Water → a clerk"]
    assert Attribution.objects.count() == 2


def test_a_step_keeps_the_words_it_had_in_the_chain_before(claim: Claim, reviewer: User) -> None:
    old = make_chain(claim, reviewer, FISHERMAN)
    new = build(
        claim, reviewer, Step(description="a man", like=old.steps.get()), replaces=old
    ).steps.get()
    assert (new.description, new.exact) == ("a man", FISHERMAN)


def test_a_withdrawn_chain_comes_back(claim: Claim, reviewer: User, source: Source) -> None:
    chain = make_chain(claim, reviewer, source)
    claim.refresh_from_db()
    withdraw_chain(chain=chain, seen=claim.version, by=reviewer)
    assert standing(claim) == []
    claim.refresh_from_db()
    restore_chain(chain=chain, seen=claim.version, by=reviewer)
    assert standing(claim) == ["Ministry of Water"]


SAME = Step(description="A  Fisherman")
REFUSED = {
    "no steps": ((), "at least one step"),
    "the same person twice": ((Step(description="a fisherman"), SAME), "Steps 1 and 2 are the"),
    "too many": (tuple(Step(description=f"man {n}") for n in range(11)), "at most 10 steps"),
}


@pytest.mark.parametrize(("steps", "message"), REFUSED.values(), ids=REFUSED)
def test_a_misshapen_chain_is_refused(
    claim: Claim, reviewer: User, steps: tuple[Step, ...], message: str
) -> None:
    with pytest.raises(RuleError, match=message):
        build(claim, reviewer, *steps)
    assert not Attribution.objects.exists()


def test_the_same_source_twice_in_a_row_is_refused_but_not_further_on(
    claim: Claim, reviewer: User, source: Source
) -> None:
    with pytest.raises(RuleError, match="Steps 2 and 3 are the same source"):
        build(claim, reviewer, Step(description="a"), Step(source=source), Step(source=source))
    build(claim, reviewer, Step(source=source), Step(description="a"), Step(source=source))


@pytest.mark.parametrize("cue", [(0, 5_000), (5, 2), (-1, 3), (3, 3)])
def test_words_outside_the_text_are_refused(
    claim: Claim, reviewer: User, cue: tuple[int, int]
) -> None:
    with pytest.raises(SpanError):
        build(claim, reviewer, Step(description="a clerk", cue=cue))
    assert not Attribution.objects.exists()


def test_a_chain_that_stands_is_not_made_again(
    claim: Claim, reviewer: User, source: Source
) -> None:
    chain = make_chain(claim, reviewer, source)
    with pytest.raises(RuleError, match="Claim 1 has this chain already"):
        make_chain(claim, reviewer, source)
    build(claim, reviewer, Step(source=source), replaces=chain)
    assert standing(claim) == ["Ministry of Water"]
    claim.refresh_from_db()
    with pytest.raises(RuleError, match="has this chain already"):
        restore_chain(chain=chain, seen=claim.version, by=reviewer)


def test_ten_chains_are_the_most(claim: Claim, reviewer: User) -> None:
    chains = [build(claim, reviewer, Step(description=f"man {n}")) for n in range(10)]
    with pytest.raises(RuleError, match="at most 10 chains"):
        build(claim, reviewer, Step(description="one more"))
    build(claim, reviewer, Step(description="instead"), replaces=chains[0])


def test_a_withdrawn_claim_takes_no_chain(claim: Claim, reviewer: User, source: Source) -> None:
    chain = make_chain(claim, reviewer, source)
    claim.refresh_from_db()
    withdraw_chain(chain=chain, seen=claim.version, by=reviewer)
    claim.refresh_from_db()
    withdraw_claim(claim=claim, seen=claim.version, by=reviewer)
    with pytest.raises(RuleError, match="The claim is withdrawn"):
        make_chain(claim, reviewer, source)
    claim.refresh_from_db()
    with pytest.raises(RuleError, match="The claim is withdrawn"):
        restore_chain(chain=chain, seen=claim.version, by=reviewer)


def test_stale_writes_change_nothing(claim: Claim, reviewer: User, source: Source) -> None:
    chain = make_chain(claim, reviewer, source)
    steps = [Step(source=source), Step(description="a clerk")]
    with pytest.raises(StaleVersionError):
        set_chain(claim=claim, seen=1, by=reviewer, revision_number=1, steps=steps, replaces=chain)
    with pytest.raises(StaleVersionError):
        withdraw_chain(chain=chain, seen=1, by=reviewer)
    with pytest.raises(StaleVersionError):
        build(claim, reviewer, *steps, revision=2)
    assert standing(claim) == ["Ministry of Water"]


def test_only_a_chain_of_the_claim_that_stands_is_replaced(
    claim: Claim, reviewer: User, source: Source, article: Article
) -> None:
    other = make_chain(make_claim(article, "12,000 people", reviewer), reviewer, source)
    with pytest.raises(RuleError, match="not one of this claim any more"):
        build(claim, reviewer, Step(source=source), replaces=other)
    chain = make_chain(claim, reviewer, source)
    claim.refresh_from_db()
    withdraw_chain(chain=chain, seen=claim.version, by=reviewer)
    claim.refresh_from_db()
    with pytest.raises(RuleError, match="not one of this claim any more"):
        withdraw_chain(chain=chain, seen=claim.version, by=reviewer)
    assert not claim.attributions.standing().exists()


def test_what_was_typed_is_dropped_with_the_write(
    claim: Claim, reviewer: User, source: Source
) -> None:
    Draft.objects.create(user=reviewer, article=claim.article, form="chain-1", fields={"a": "b"})
    make_chain(claim, reviewer, source)
    assert not Draft.objects.exists()


def test_the_database_holds_steps_to_the_claim_s_article(
    claim: Claim, reviewer: User, source: Source
) -> None:
    step = make_chain(claim, reviewer, source).steps.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        AttributionStep.objects.filter(pk=step.pk).update(description="x", source=None)
    elsewhere = make_article(claim.desk, reviewer, "Another text.", title="Else")
    with pytest.raises(DatabaseError, match="of another article"), transaction.atomic():
        AttributionStep.objects.create(
            attribution=step.attribution,
            position=2,
            description="another",
            revision=elsewhere.current_revision,
            start=0,
            end=7,
            exact="Another",
        )
