import random
import subprocess
import sys

import pytest
from hypothesis import given

from articles.text.similarity import SKETCH, near_copies, resemblance, sketch
from tests.text.strategies import texts

REPORT = [f"word{number}" for number in range(2000)]


def changed(words: list[str], share: float) -> str:
    """The words with this share of them replaced, here and there."""
    chosen = random.Random(7).sample(range(len(words)), int(share * len(words)))  # noqa: S311  # no secret
    return " ".join(f"new{i}" if i in set(chosen) else word for i, word in enumerate(words))


PAIRS = {
    "the same": ("The river rose in one night.", "The river rose in one night.", True),
    "other case and marks": ("The river rose, at night!", "the River — rose at night", True),
    "full-width letters": ("ＴＨＥ river rose again", "the river rose again", True),
    "one short word": ("Yes.", "yes", True),
    "two short words": ("Yes.", "No.", False),
    "the same words in another order": ("a b c d e f g h", "h g f e d c b a", False),
    "nothing": ("", "", False),
    "only marks": ("…!", "…!", False),
    "Chinese, one of 24 characters changed": (
        "昨天夜里河水上涨两米一万二千人离开家园至今没有回来",
        "昨天夜里河水上涨三米一万二千人离开家园至今没有回来",
        True,
    ),
    "Chinese, another sentence": ("昨天夜里河水上涨两米", "今天早上天气很好没有下雨", False),
    "Thai, the same with a space": ("แม่น้ำเพิ่มขึ้นสองเมตร", "แม่น้ำเพิ่มขึ้น สองเมตร", True),
    "Korean": ("강물이 하룻밤 사이에 두 미터 불었다", "강물이 하룻밤 사이에 두 미터 불었다", True),
    "one word in 50 replaced": (" ".join(REPORT), changed(REPORT, 0.02), True),
    "one word in 8 replaced": (" ".join(REPORT), changed(REPORT, 0.125), False),
    "last sixth cut": (" ".join(REPORT), " ".join(REPORT[:1667]), True),
    "half of it within another": (" ".join(REPORT), " ".join(REPORT[:1000]), False),
}


@pytest.mark.parametrize(("a", "b", "near"), PAIRS.values(), ids=PAIRS)
def test_near_copies(a: str, b: str, near: bool) -> None:
    assert near_copies(sketch(a), sketch(b)) is near


def runs(words: list[str]) -> set[tuple[str, ...]]:
    return {tuple(words[i : i + 4]) for i in range(len(words) - 3)}


@pytest.mark.parametrize("shift", [0, 100, 300, 700, 1200, 2000])
def test_estimate_is_near_the_share_of_runs_in_common(shift: int) -> None:
    words = [f"word{number}" for number in range(4000)]
    one, other = words[:2000], words[shift : shift + 2000]
    true = len(runs(one) & runs(other)) / len(runs(one) | runs(other))
    estimate = resemblance(sketch(" ".join(one)), sketch(" ".join(other)))
    assert estimate == pytest.approx(true, abs=0.15)


def test_short_texts_are_compared_exactly() -> None:
    one, other = REPORT[:60], REPORT[20:80]
    true = len(runs(one) & runs(other)) / len(runs(one) | runs(other))
    assert resemblance(sketch(" ".join(one)), sketch(" ".join(other))) == true


def test_sketch_is_the_same_in_another_process_and_for_ever() -> None:
    expected = [8553504500266457553, 8750803830156699453]
    text = "The river rose by two"
    code = f"from articles.text.similarity import sketch; print(sketch({text!r}))"
    assert sketch(text) == expected
    other = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert other.strip() == str(expected)


@given(texts)
def test_any_text_is_sketched(text: str) -> None:
    found = sketch(text)
    assert found == sorted(set(found))
    assert len(found) <= SKETCH
    assert all(0 <= value < 2**63 for value in found)
    assert resemblance(found, found) == (1.0 if found else 0.0)


@given(texts, texts)
def test_resemblance_is_symmetric_and_a_share(one: str, other: str) -> None:
    a, b = sketch(one), sketch(other)
    assert 0 <= resemblance(a, b) == resemblance(b, a) <= 1
