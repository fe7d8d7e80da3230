import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.text.differences import Change, Run, compare, compare_words
from tests.text.strategies import texts


def shown(runs: tuple[Run, ...]) -> str:
    signs = {"same": "{}", "del": "[-{}-]", "ins": "{{+{}+}}"}
    return "".join(signs[run.kind].format(run.text) for run in runs)


WORDS = {
    "one word": ("The river rose.", "The river fell.", "The river [-rose-]{+fell+}."),
    "put in": ("It rose.", "It hardly rose.", "It {+hardly +}rose."),
    "taken out": ("It may rise.", "It rise.", "It [-may -]rise."),
    "neighbours are one change": (
        "The old red boat sank.",
        "The new blue boat sank.",
        "The [-old red-]{+new blue+} boat sank.",
    ),
    "a number": ("12,000 people", "15,000 people", "[-12,000-]{+15,000+} people"),
    "Chinese": ("河水上涨两米。", "河水上涨三米。", "河水上涨[-两-]{+三+}米。"),
    "Korean": ("강물이 불었다.", "강물이 줄었다.", "강물이 [-불었다-]{+줄었다+}."),
    "right to left": ("עלה הנהר בלילה", "ירד הנהר בלילה", "[-עלה-]{+ירד+} הנהר בלילה"),
    "the same": ("It rose.", "It rose.", "It rose."),
    "from nothing": ("", "It rose.", "{+It rose.+}"),
    "to nothing": ("It rose.", "", "[-It rose.-]"),
    "nothing": ("", "", ""),
}


@pytest.mark.parametrize(("old", "new", "expected"), WORDS.values(), ids=WORDS)
def test_words(old: str, new: str, expected: str) -> None:
    assert shown(compare_words(old, new)) == expected


A, B, C = (
    "The river rose in one night.",
    "Twelve thousand people left.",
    "Nobody was hurt, they say.",
)
B2 = "Fifteen thousand people left."
BLOCKS = {
    "no change": ([A, B, C], [A, B, C], ["same 3"]),
    "changed": ([A, B, C], [A, B2, C], ["same 1", "changed", "same 1"]),
    "added first": ([B, C], [A, B, C], ["added", "same 2"]),
    "added last": ([A, B], [A, B, C], ["same 2", "added"]),
    "removed": ([A, B, C], [A, C], ["same 1", "removed", "same 1"]),
    "changed, one added before": ([A, B], [A, C, B2], ["same 1", "added", "changed"]),
    "moved": ([A, B, C], [B, C, A], ["removed", "same 2", "added"]),
    "nothing alike": ([A], [C], ["removed", "added"]),
    "all new": ([], [A, B], ["added", "added"]),
    "nothing": ([], [], []),
}


@pytest.mark.parametrize(("old", "new", "expected"), BLOCKS.values(), ids=BLOCKS)
def test_blocks(old: list[str], new: list[str], expected: list[str]) -> None:
    told = [f"{c.kind} {c.blocks}" if c.kind == "same" else c.kind for c in compare(old, new)]
    assert told == expected


def test_unchanged_blocks_are_counted_with_the_outermost() -> None:
    assert list(compare([A, B, C], [A, B, C])) == [Change("same", blocks=3, first=A, last=C)]


blocks = st.lists(texts.filter(bool) | st.sampled_from([A, B, B2, C]), max_size=8)


@given(blocks, blocks)
def test_both_texts_can_be_told_from_the_changes(old: list[str], new: list[str]) -> None:
    changes = list(compare(old, new))
    for kind, side in (("del", old), ("ins", new)):
        told = [
            "".join(run.text for run in change.runs if run.kind in ("same", kind))
            for change in changes
            if change.kind != "same" and change.kind != {"del": "added", "ins": "removed"}[kind]
        ]
        kept = [change for change in changes if change.kind == "same"]
        assert len(told) + sum(change.blocks for change in kept) == len(side)
        assert [text for text in told if text not in side] == []


@given(texts, texts)
def test_words_of_both_sides_are_told_whole(old: str, new: str) -> None:
    runs = compare_words(old, new)
    assert "".join(run.text for run in runs if run.kind != "ins") == old
    assert "".join(run.text for run in runs if run.kind != "del") == new
    assert all(a.kind != b.kind for a, b in pairwise(runs))


LARGE = {
    "a block of a million words": (["a " * 500_000 + "b"], ["b " * 500_000 + "c"]),
    "many blocks, all other": (
        [f"Line {i} of the old text" for i in range(30_000)],
        [f"Line {i} of the new one, and more" for i in range(30_000)],
    ),
    "many equal blocks": (["x"] * 30_000 + ["y"], ["z"] + ["x"] * 29_000),
    "turned round": ([str(i) for i in range(15_000)], [str(i) for i in reversed(range(15_000))]),
    "a block without spaces": (["水" * 1_000_000], ["火" * 1_000_000]),
}


@pytest.mark.parametrize(("old", "new"), LARGE.values(), ids=LARGE)
def test_large_texts_take_bounded_time(old: list[str], new: list[str]) -> None:
    start = time.process_time()
    assert list(compare(old, new))
    assert time.process_time() - start < 10
