from collections.abc import Callable

import pytest
from django.db import IntegrityError

from articles.actions.claims import (
    NoteNeededError,
    SameSpanError,
    edit_claim,
    mark_claim,
    move_span,
)
from articles.actions.moves import move_claim, restore_claim, withdraw_claim
from articles.actions.verdicts import record_verdict
from articles.models import (
    Anchor,
    Article,
    Claim,
    Draft,
    RuleError,
    Source,
    StaleVersionError,
    Status,
    Transition,
    User,
)
from articles.models.workflow import BY_NAME, MOVES, WITHDRAWABLE
from articles.text.spans import SpanError
from tests.factories import TEXT, make_claim, make_verdict

FLAG = TEXT.index("🇰🇷")


@pytest.fixture
def claim(article: Article, reviewer: User) -> Claim:
    return make_claim(article, "two metres in one night", reviewer)


def place(claim: Claim) -> tuple[int, int]:
    anchor = claim.anchors.get(current=True)
    return anchor.start, anchor.end


def in_status(claim: Claim, status: Status, by: User) -> Claim:
    """Bring the claim there past the rules of the work, with the verdict that some need."""
    if status == Status.WITHDRAWN:
        withdraw_claim(claim=claim, seen=claim.version, by=by)
    elif status in (Status.DECIDED, Status.PUBLISHED):
        make_verdict(claim, by)
    Claim.objects.filter(pk=claim.pk).update(status=status)
    claim.refresh_from_db()
    return claim


# Marking


def test_a_claim_is_numbered_and_anchored_with_its_context(
    article: Article, reviewer: User
) -> None:
    first = make_claim(article, "river", reviewer)
    second = make_claim(article, "12,000 people", reviewer)
    assert (first.number, second.number) == (1, 2)
    assert (first.version, second.version) == (1, 2)
    assert (second.desk, second.status) == (article.desk, Status.OPEN)
    anchor = second.anchors.get()
    assert (anchor.exact, anchor.prefix, anchor.suffix) == (
        "12,000 people",
        "rding to the Ministry of Water, ",
        " left their homes. 🇰🇷 The figure",
    )


def test_white_space_at_the_ends_is_left_out(article: Article, reviewer: User) -> None:
    claim = mark_claim(article=article, revision_number=1, start=3, end=10, by=reviewer)
    assert (claim.text, place(claim)) == ("river", (4, 9))


@pytest.mark.parametrize(
    ("start", "end"),
    [
        pytest.param(0, 10_000, id="past the end"),
        pytest.param(-1, 5, id="before the start"),
        pytest.param(9, 4, id="reversed"),
        pytest.param(3, 4, id="white space only"),
        pytest.param(FLAG, FLAG + 1, id="half a flag"),
    ],
)
def test_an_impossible_span_changes_nothing(
    article: Article, reviewer: User, start: int, end: int
) -> None:
    with pytest.raises(SpanError):
        mark_claim(article=article, revision_number=1, start=start, end=end, by=reviewer)
    article.refresh_from_db()
    assert (article.claims_made, article.version, Claim.objects.count()) == (0, 0, 0)


def test_the_same_words_are_marked_once(article: Article, claim: Claim, reviewer: User) -> None:
    with pytest.raises(SameSpanError) as caught:
        make_claim(article, "two metres in one night", reviewer)
    assert caught.value.claim == claim
    assert str(caught.value) == "Claim 1 marks exactly these words already."


@pytest.mark.parametrize("words", ["two metres", "The river rose by two metres", "one night, the"])
def test_nested_and_overlapping_claims_are_allowed(
    article: Article, claim: Claim, reviewer: User, words: str
) -> None:
    assert make_claim(article, words, reviewer).number == 2


def test_words_of_a_withdrawn_claim_can_be_marked_again(
    article: Article, claim: Claim, reviewer: User
) -> None:
    withdraw_claim(claim=claim, seen=claim.version, by=reviewer)
    assert make_claim(article, claim.text, reviewer).number == 2


def test_a_mark_on_a_text_that_was_replaced_is_stale(article: Article, reviewer: User) -> None:
    with pytest.raises(StaleVersionError):
        mark_claim(article=article, revision_number=2, start=4, end=9, by=reviewer)


# Versions


WRITES: dict[str, Callable[[Claim, User], object]] = {
    "edit": lambda c, u: edit_claim(claim=c, seen=c.version, by=u, note="x", claimant=None),
    "span": lambda c, u: move_span(claim=c, seen=c.version, start=4, end=9, by=u),
    "move": lambda c, u: move_claim(claim=c, seen=c.version, name="start", by=u),
    "withdraw": lambda c, u: withdraw_claim(claim=c, seen=c.version, by=u),
    "verdict": lambda c, u: make_verdict(c, u),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_every_write_takes_the_next_version_of_the_article(
    article: Article, claim: Claim, reviewer: User, write: Callable[[Claim, User], object]
) -> None:
    other = make_claim(article, "fisherman", reviewer)
    write(claim, reviewer)
    claim.refresh_from_db()
    article.refresh_from_db()
    assert claim.version == article.version == other.version + 1


STALE = {name: write for name, write in WRITES.items() if name != "verdict"} | {
    "verdict": lambda c, u: record_verdict(
        claim=c,
        seen=c.version,
        by=u,
        rating="true",
        attribution_accuracy="accurate",
        rationale="R",
        no_evidence="N",
    )
}


@pytest.mark.parametrize("write", STALE.values(), ids=STALE)
def test_a_write_made_against_an_older_version_changes_nothing(
    claim: Claim, reviewer: User, second_reviewer: User, write: Callable[[Claim, User], object]
) -> None:
    theirs = edit_claim(
        claim=claim, seen=claim.version, by=second_reviewer, note="Theirs", claimant=None
    )
    assert theirs.version != claim.version
    with pytest.raises(StaleVersionError) as caught:
        write(claim, reviewer)
    assert isinstance(caught.value.current, Claim)
    assert caught.value.current.note == "Theirs"
    claim.refresh_from_db()
    assert (claim.note, claim.status, claim.version) == ("Theirs", Status.OPEN, theirs.version)


# Editing


def test_an_edit_saves_note_and_claimant_and_drops_the_draft(
    claim: Claim, reviewer: User, second_reviewer: User, source: Source
) -> None:
    for person in (reviewer, second_reviewer):
        Draft.objects.create(user=person, article=claim.article, form="edit-1", fields={})
    edit_claim(claim=claim, seen=claim.version, by=reviewer, note="Gauge", claimant=source)
    claim.refresh_from_db()
    assert (claim.note, claim.claimant) == ("Gauge", source)
    assert [draft.user for draft in Draft.objects.all()] == [second_reviewer]


# Moving the span


def test_a_moved_span_is_a_new_anchor_and_the_old_one_stays(claim: Claim, reviewer: User) -> None:
    move_span(claim=claim, seen=claim.version, start=4, end=9, by=reviewer)
    claim.refresh_from_db()
    assert (claim.text, place(claim)) == ("river", (4, 9))
    assert list(claim.anchors.values_list("exact", "current")) == [
        ("river", True),
        ("two metres in one night", False),
    ]


def test_a_span_is_not_moved_onto_another_claim_but_may_stay(
    article: Article, claim: Claim, reviewer: User
) -> None:
    make_claim(article, "river", reviewer)
    with pytest.raises(SameSpanError):
        move_span(claim=claim, seen=claim.version, start=4, end=9, by=reviewer)
    start, end = place(claim)
    move_span(claim=claim, seen=claim.version, start=start, end=end, by=reviewer)
    assert place(claim) == (start, end)


@pytest.mark.parametrize("second_review", [False, True], ids=["decided", "awaiting the second"])
def test_other_words_than_those_judged_ask_for_a_recheck(
    claim: Claim, reviewer: User, second_review: bool
) -> None:
    """Or a second verdict could agree with a first one that was on other words."""
    make_verdict(claim, reviewer, second_review=second_review)
    claim.refresh_from_db()
    move_span(claim=claim, seen=claim.version, start=4, end=9, by=reviewer)
    claim.refresh_from_db()
    assert claim.status == Status.NEEDS_RECHECK
    assert claim.transitions.latest("id").note == "Its words were changed."


@pytest.mark.parametrize("status", [Status.PUBLISHED, Status.WITHDRAWN])
def test_a_published_or_withdrawn_claim_keeps_its_words(
    claim: Claim, reviewer: User, status: Status
) -> None:
    in_status(claim, status, reviewer)
    with pytest.raises(RuleError, match="keeps its words"):
        move_span(claim=claim, seen=claim.version, start=4, end=9, by=reviewer)


# Moves


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("name", sorted({move.name for move in MOVES}))
def test_moves_lead_where_the_workflow_says_and_nowhere_else(
    claim: Claim, editor: User, name: str, status: Status
) -> None:
    in_status(claim, status, editor)
    before = set(Transition.objects.values_list("pk", flat=True))
    wanted = {"claim": claim, "seen": claim.version, "name": name, "by": editor, "note": "Why"}
    move = BY_NAME[name]
    if status not in move.origins:
        with pytest.raises(RuleError, match=f"“{move.label}” is not possible: {move.otherwise}"):
            move_claim(**wanted)
        assert set(Transition.objects.values_list("pk", flat=True)) == before
    else:
        move_claim(**wanted)
        claim.refresh_from_db()
        # A withdrawn claim was open before.
        target = move.target or Status.OPEN
        assert claim.status == target
        made = Transition.objects.exclude(pk__in=before).get()
        assert (made.origin, made.target, made.by, made.note) == (status, target, editor, "Why")


@pytest.mark.parametrize("name", sorted(move.name for move in MOVES if move.note_needed))
@pytest.mark.parametrize("note", ["", " \n"])
def test_what_undoes_the_work_of_others_needs_a_note(
    claim: Claim, editor: User, name: str, note: str
) -> None:
    in_status(claim, min(BY_NAME[name].origins), editor)
    with pytest.raises(NoteNeededError, match="say why"):
        move_claim(claim=claim, seen=claim.version, name=name, by=editor, note=note)


def test_a_move_that_nobody_knows_is_refused(claim: Claim, editor: User) -> None:
    with pytest.raises(RuleError, match="no move “decide”"):
        move_claim(claim=claim, seen=claim.version, name="decide", by=editor)


def test_starting_takes_the_claim_and_handing_back_frees_it(claim: Claim, reviewer: User) -> None:
    claim = move_claim(claim=claim, seen=claim.version, name="start", by=reviewer)
    assert claim.assignee == reviewer
    claim = move_claim(claim=claim, seen=claim.version, name="hand_back", by=reviewer)
    assert claim.assignee is None


def test_a_claim_that_is_taken_up_again_has_no_rating_until_the_next_verdict(
    claim: Claim, reviewer: User, editor: User
) -> None:
    make_verdict(claim, reviewer, "false")
    claim.refresh_from_db()
    assert claim.rating == "false"
    moved = move_claim(
        claim=claim, seen=claim.version, name="return", by=editor, note="Look again."
    )
    assert moved.rating == ""
    claim.refresh_from_db()
    assert (claim.rating, claim.verdict, claim.verdicts.count()) == ("", None, 1)


def test_a_claim_is_not_decided_without_a_verdict(claim: Claim) -> None:
    with pytest.raises(IntegrityError, match="decided_claim_has_verdict"):
        Claim.objects.filter(pk=claim.pk).update(status=Status.DECIDED)


# Withdrawing and restoring


@pytest.mark.parametrize("status", sorted(WITHDRAWABLE))
def test_a_restored_claim_stands_where_it_stood(
    claim: Claim, reviewer: User, status: Status
) -> None:
    in_status(claim, status, reviewer)
    away = withdraw_claim(claim=claim, seen=claim.version, by=reviewer, note="Twice")
    assert Claim.objects.get().status == Status.WITHDRAWN
    restore_claim(claim=away, seen=away.version, by=reviewer)
    restored = Claim.objects.get()
    assert restored.status == status
    assert (restored.verdict is not None) is (status == Status.DECIDED)


@pytest.mark.parametrize("status", [Status.PUBLISHED, Status.WITHDRAWN])
def test_a_published_claim_is_not_withdrawn_and_none_twice(
    claim: Claim, reviewer: User, status: Status
) -> None:
    in_status(claim, status, reviewer)
    with pytest.raises(RuleError, match="“Withdraw” is not possible: a published"):
        withdraw_claim(claim=claim, seen=claim.version, by=reviewer)


def test_only_a_withdrawn_claim_is_restored(claim: Claim, reviewer: User) -> None:
    with pytest.raises(RuleError, match="only a withdrawn claim can be restored"):
        restore_claim(claim=claim, seen=claim.version, by=reviewer)


def test_a_claim_whose_words_were_marked_again_is_not_restored(
    article: Article, claim: Claim, reviewer: User
) -> None:
    away = withdraw_claim(claim=claim, seen=claim.version, by=reviewer)
    make_claim(article, claim.text, reviewer)
    with pytest.raises(SameSpanError, match="Claim 2 marks exactly these words already"):
        restore_claim(claim=away, seen=away.version, by=reviewer)
    assert Anchor.objects.filter(current=True).count() == 2
    assert Claim.objects.get(number=1).status == Status.WITHDRAWN
