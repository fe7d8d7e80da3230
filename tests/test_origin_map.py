"""The picture of claims, sources and origins: everything in it, nothing over anything."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from articles.origin_map import BOX, MOST_GROUPS, Box, draw
from articles.provenance import Credited, Party

RFA = Party("rfa", "Radio Free Asia")
MAN = Party(
    "man",
    "a source who lives in a port in the north-east, and asked for his name to be kept out",
    True,
)


def box(title: str, boxes: tuple[Box, ...]) -> Box:
    return next(box for box in boxes if box.title == title)


def test_claims_sources_and_origins_stand_from_left_to_right():
    picture = draw([Credited(1, ((RFA, MAN),)), Credited(2, ((RFA, MAN),)), Credited(5, ())])
    claims, rfa, man = picture.boxes
    assert (claims.kind, claims.lines, claims.claims) == ("claims", ("2 claims", "1, 2"), (1, 2))
    assert (rfa.kind, rfa.lines, rfa.unnamed) == ("party", ("Radio Free Asia",), False)
    assert (man.kind, man.unnamed, man.lines[-1]) == ("origin", True, "unnamed")
    assert len(man.lines) == 3
    assert claims.x < rfa.x < man.x
    assert len(picture.lines) == 2
    assert not any(line.back for line in picture.lines)


def test_a_line_over_a_column_goes_below_the_boxes_it_passes():
    picture = draw([Credited(1, ((RFA, MAN),)), Credited(2, ((MAN,),))])
    lowest = max(box.y + box.height for box in picture.boxes)
    over = [line for line in picture.lines if line.lowest]
    assert len(over) == 1
    assert lowest < over[0].lowest < picture.height


def test_a_line_of_a_circle_runs_back():
    gazette = Party("gazette", "Coast Gazette")
    picture = draw([Credited(1, ((RFA, gazette),)), Credited(2, ((gazette, RFA),))])
    assert sum(line.back for line in picture.lines) >= 1


def test_two_thousand_claims_with_one_chain_are_one_box():
    picture = draw(Credited(number, ((RFA,),)) for number in range(1, 2001))
    assert len(picture.boxes) == 2
    assert picture.boxes[0].lines[0] == "2000 claims"
    assert picture.left_out == 0


def test_the_largest_groups_are_drawn_and_the_rest_told():
    claims = [Credited(number, ((Party(number, f"No. {number}"),),)) for number in range(100)]
    picture = draw([*claims, Credited(100, ((Party(99, "No. 99"),),))])
    assert sum(box.kind == "claims" for box in picture.boxes) == MOST_GROUPS
    assert picture.left_out == 101 - MOST_GROUPS - 1


def test_nothing_to_draw():
    assert draw([]).boxes == ()
    assert draw([Credited(1, ())]).boxes == ()


PARTIES = st.integers(0, 8).map(
    lambda key: Party(key, f"Party number {key} " * (key + 1), key % 2 == 0)
)
CHAINS = st.lists(PARTIES, min_size=1, max_size=5).map(tuple)
CLAIMS = st.lists(st.lists(CHAINS, max_size=3).map(tuple), max_size=8).map(
    lambda claims: [Credited(number, chains) for number, chains in enumerate(claims, 1)]
)


@given(CLAIMS)
def test_every_box_is_in_the_picture_and_covers_no_other(claims: list[Credited]):
    picture = draw(claims)
    for one in picture.boxes:
        assert 0 <= one.x <= picture.width - BOX
        assert 0 <= one.y <= picture.height - one.height
    for one, other in combinations(picture.boxes, 2):
        apart = one.x != other.x or one.y + one.height <= other.y or other.y + other.height <= one.y
        assert apart
    shown = {box.title for box in picture.boxes}
    assert shown >= {p.label for claim in claims for chain in claim.chains for p in chain}
