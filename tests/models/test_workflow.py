"""The rules of the workflow, without a database: who may do what from where, and why not."""

from collections.abc import Collection
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.models.workflow import (
    BY_NAME,
    MOVES,
    Judgement,
    May,
    Outcome,
    Part,
    Status,
    adjudicating_obstacle,
    judging_obstacle,
    outcome,
    possibilities,
)
from articles.roles import ROLES

ROLES_OF = {"nobody": (), "reviewer": ROLES["reviewer"], "editor": sum(ROLES.values(), ())}
S = Status


def may(role: str) -> May:
    return lambda codename: codename in ROLES_OF[role]


# fmt: off
# o: done; h: done, but not to a colleague's claim; r: the role is too small; -: not from there.
TABLE: dict[tuple[str, str], str] = {
    #                          open review awaiting decided published recheck withdrawn
    ("start", "nobody"):       "r   -      -        -       -         r       -",
    ("start", "reviewer"):     "o   -      -        -       -         o       -",
    ("start", "editor"):       "o   -      -        -       -         o       -",
    ("hand_back", "nobody"):   "-   r      -        -       -         -       -",
    ("hand_back", "reviewer"): "-   h      -        -       -         -       -",
    ("hand_back", "editor"):   "-   o      -        -       -         -       -",
    ("return", "nobody"):      "-   -      r        r       -         -       -",
    ("return", "reviewer"):    "-   -      r        r       -         -       -",
    ("return", "editor"):      "-   -      o        o       -         -       -",
    ("recheck", "nobody"):     "-   -      -        r       r         -       -",
    ("recheck", "reviewer"):   "-   -      -        o       o         -       -",
    ("recheck", "editor"):     "-   -      -        o       o         -       -",
    ("publish", "nobody"):     "-   -      -        r       -         -       -",
    ("publish", "reviewer"):   "-   -      -        r       -         -       -",
    ("publish", "editor"):     "-   -      -        o       -         -       -",
    ("unpublish", "nobody"):   "-   -      -        -       r         -       -",
    ("unpublish", "reviewer"): "-   -      -        -       r         -       -",
    ("unpublish", "editor"):   "-   -      -        -       o         -       -",
    ("withdraw", "nobody"):    "r   r      r        r       -         r       -",
    ("withdraw", "reviewer"):  "o   o      o        o       -         o       -",
    ("withdraw", "editor"):    "o   o      o        o       -         o       -",
    ("restore", "nobody"):     "-   -      -        -       -         -       r",
    ("restore", "reviewer"):   "-   -      -        -       -         -       o",
    ("restore", "editor"):     "-   -      -        -       -         -       o",
}
TARGETS = {
    "start": S.IN_REVIEW, "hand_back": S.OPEN, "return": S.IN_REVIEW, "recheck": S.NEEDS_RECHECK,
    "publish": S.PUBLISHED, "unpublish": S.DECIDED, "withdraw": S.WITHDRAWN, "restore": None,
}
# fmt: on


def test_the_table_has_every_move_and_role() -> None:
    assert set(TABLE) == set(product(BY_NAME, ROLES_OF))
    assert {move.name: move.target for move in MOVES} == TARGETS


@pytest.mark.parametrize(("name", "role"), TABLE, ids="-".join)
def test_every_role_status_and_move(name: str, role: str) -> None:
    found = []
    for status in Status:
        own, colleagues = (
            BY_NAME[name].obstacle(status, may(role), held) for held in (False, True)
        )
        told = "r" if "role at this desk" in colleagues else "-"
        found.append(told if own else "h" if colleagues else "o")
    assert found == TABLE[name, role].split()


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("role", ROLES_OF)
@pytest.mark.parametrize("held", [False, True])
def test_a_person_is_offered_what_they_can_do_and_told_of_the_rest(
    role: str, status: Status, held: bool
) -> None:
    offered = {item.move.name: item.obstacle for item in possibilities(status, may(role), held)}
    can = {move.name for move in MOVES if not move.obstacle(status, may(role), held)}
    assert {name for name, obstacle in offered.items() if not obstacle} == can


TOLD = {
    "publish before it is decided": (
        ("publish", S.IN_REVIEW, "editor"),
        "only a decided claim can be published",
    ),
    "publish as a reviewer": (
        ("publish", S.DECIDED, "reviewer"),
        "needs an editor’s role at this desk",
    ),
    "return as a reviewer": (
        ("return", S.AWAITING_SECOND_REVIEW, "reviewer"),
        "needs an editor’s role at this desk",
    ),
    "hand back a colleague’s as a reviewer": (
        ("hand_back", S.IN_REVIEW, "reviewer"),
        "it is a colleague’s, and taking it from them needs an editor’s role at this desk",
    ),
    "withdraw while published": (
        ("withdraw", S.PUBLISHED, "reviewer"),
        "a published claim has to be unpublished first, and a withdrawn one is withdrawn already",
    ),
}


@pytest.mark.parametrize(("asked", "why"), TOLD.values(), ids=TOLD)
def test_why_not_is_told_in_words(asked: tuple[str, Status, str], why: str) -> None:
    name, status, role = asked
    offered = {item.move.name: item.obstacle for item in possibilities(status, may(role), True)}
    assert offered[name] == why


# Verdicts

# fmt: off
JUDGING: dict[str, str] = {
    #                   open review awaiting decided published recheck withdrawn
    "a newcomer":      "o    o      o        o       -         o       -",
    "has judged":      "o    o      o        o       -         o       -",
    "stood aside":     "o    o      -        o       -         o       -",
    "outside dispute": "o    o      -        o       -         o       -",
    "inside dispute":  "o    o      o        o       -         o       -",
}
ADJUDICATING: dict[str, str] = {
    "a newcomer":      "-    -      -        -       -         -       -",
    "has judged":      "-    -      -        -       -         -       -",
    "stood aside":     "-    -      -        -       -         -       -",
    "outside dispute": "-    -      o        -       -         -       -",
    "inside dispute":  "-    -      -        -       -         -       -",
}
PARTS = {
    "a newcomer": Part(),
    "has judged": Part(judged=True),
    "stood aside": Part(aside=True),
    "outside dispute": Part(disputed=True),
    "inside dispute": Part(judged=True, disputed=True),
}
# fmt: on


@pytest.mark.parametrize("part", PARTS)
def test_who_may_record_a_verdict_when(part: str) -> None:
    found = ["-" if judging_obstacle(s, PARTS[part], may("reviewer")) else "o" for s in Status]
    assert found == JUDGING[part].split()
    assert all(judging_obstacle(s, PARTS[part], may("nobody")) for s in Status)


@pytest.mark.parametrize("part", PARTS)
def test_who_may_decide_between_verdicts_when(part: str) -> None:
    found = ["-" if adjudicating_obstacle(s, PARTS[part], may("editor")) else "o" for s in Status]
    assert found == ADJUDICATING[part].split()
    assert all(adjudicating_obstacle(s, PARTS[part], may("reviewer")) for s in Status)


def by_hand(judgements: Collection[Judgement], required: int) -> Outcome:
    """Every pair of reviewers compared."""
    if required > len(judgements):
        return Outcome.WAITING
    pairs = product(judgements, judgements)
    return Outcome.AGREED if all(one == other for one, other in pairs) else Outcome.DISPUTED


JUDGEMENTS = st.tuples(st.sampled_from(["true", "false"]), st.sampled_from(["accurate", "altered"]))


@given(st.lists(JUDGEMENTS, min_size=1, max_size=5), st.integers(1, 5))
def test_a_round_comes_to_what_comparing_every_pair_says(
    judgements: list[Judgement], required: int
) -> None:
    assert outcome(judgements, required) is by_hand(judgements, required)
    assert outcome(judgements[::-1], required) is outcome(judgements, required)


def test_the_move_back_leads_to_where_a_claim_was() -> None:
    backs = {move.name: BY_NAME[move.back] for move in MOVES if move.back}
    assert set(backs) == {"publish", "unpublish", "withdraw", "restore"}
    for name, back in backs.items():
        move = BY_NAME[name]
        assert move.target is None or move.target in back.origins
        assert back.target is None or move.origins == {back.target}
