"""How one stored text became another: by blocks first, then by words in the blocks that changed.

The time is bounded: what is too long to be aligned is shown as taken out and put in.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import regex
from rapidfuzz.distance import Indel

_MOST_CELLS = 400_000_000
"""Old times new items that are aligned; the table takes a bit for each, 50 MB in all."""
_MOST_WORDS = 16_000_000
"""Old times new words of one block."""
_LOOKED_AHEAD = 8
"""New blocks among which the new form of an old one is looked for."""
_ALIKE = 0.5
"""The share of words in common from which one block counts as the new form of another."""

# A number, a word, a character of a script without spaces, white space, or a sign.
_TOKEN = regex.compile(
    r"\p{Nd}+(?:[.,]\p{Nd}+)*(?!\p{L})"
    r"|[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]\p{M}*"
    r"|[\p{L}\p{M}\p{N}]+|\s+|."
)


@dataclass(frozen=True)
class Run:
    """Words that stayed (``same``), were taken out (``del``) or put in (``ins``)."""

    kind: Literal["same", "del", "ins"]
    text: str


@dataclass(frozen=True)
class Change:
    """One block that was ``changed``, ``added`` or ``removed``, by its words; or, as ``same``,
    so many blocks in a row that stayed: ``first`` and ``last`` are the outermost of them.
    """

    kind: Literal["same", "changed", "added", "removed"]
    runs: tuple[Run, ...] = ()
    blocks: int = 1
    first: str = ""
    last: str = ""


def compare(old: Sequence[str], new: Sequence[str]) -> Iterator[Change]:
    """What became of the blocks, in reading order."""
    for tag, was, now in _aligned(old, new, _MOST_CELLS):
        if tag == "same":
            yield Change("same", blocks=len(was), first=was[0], last=was[-1])
        else:
            yield from _rewritten(was, now)


def compare_words(old: str, new: str) -> tuple[Run, ...]:
    """The words of one block beside another's; a change is told as taken out, then put in."""
    runs: list[Run] = []
    for tag, was, now in _joined(_aligned(_TOKEN.findall(old), _TOKEN.findall(new), _MOST_WORDS)):
        if tag == "same":
            runs.append(Run("same", "".join(was)))
            continue
        if was:
            runs.append(Run("del", "".join(was)))
        if now:
            runs.append(Run("ins", "".join(now)))
    return tuple(runs)


_Step = tuple[Literal["same", "changed"], Sequence[str], Sequence[str]]


def _aligned(old: Sequence[str], new: Sequence[str], most: int) -> Iterator[_Step]:
    """Turns of items that stayed, and of items between them that did not."""
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    if start:
        yield "same", old[:start], new[:start]
    was, now = old[start : len(old) - end], new[start : len(new) - end]
    if len(was) * len(now) > most:
        yield "changed", was, now
    else:
        yield from _turns(was, now)
    if end:
        yield "same", old[len(old) - end :], new[len(new) - end :]


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    """How many items both begin with."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(old), len(new)))


def _turns(old: Sequence[str], new: Sequence[str]) -> Iterator[_Step]:
    from_old = from_new = 0  # where the change begins that is not yet told
    for step in Indel.opcodes(old, new):
        if step.tag != "equal":
            continue
        if step.src_start > from_old or step.dest_start > from_new:
            yield "changed", old[from_old : step.src_start], new[from_new : step.dest_start]
        from_old, from_new = step.src_end, step.dest_end
        yield (
            "same",
            old[step.src_start : step.src_end],
            new[step.dest_start : step.dest_end],
        )
    if from_old < len(old) or from_new < len(new):
        yield "changed", old[from_old:], new[from_new:]


def _joined(steps: Iterator[_Step]) -> Iterator[_Step]:
    """The steps with changes that only spaces or signs part made one, so that they can be read."""
    held: tuple[list[str], list[str]] | None = None
    between: list[str] = []
    for tag, was, now in steps:
        if tag == "changed":
            before = held or ([], [])
            held = ([*before[0], *between, *was], [*before[1], *between, *now])
            between = []
        elif held and not any(character.isalnum() for item in was for character in item):
            between = list(was)
        else:
            if held:
                yield "changed", *held
            yield "same", [*between, *was], [*between, *now]
            held, between = None, []
    if held:
        yield "changed", *held
    if between:
        yield "same", between, between


def _rewritten(old: Sequence[str], new: Sequence[str]) -> Iterator[Change]:
    """Blocks between two that stayed: those alike side by side, the others taken out or put in."""
    position = 0
    for block in old:
        ahead = new[position : position + _LOOKED_AHEAD]
        found = next((i for i, other in enumerate(ahead) if _alike(block, other)), None)
        if found is None:
            yield Change("removed", (Run("del", block),))
            continue
        yield from (Change("added", (Run("ins", other),)) for other in ahead[:found])
        yield Change("changed", compare_words(block, ahead[found]))
        position += found + 1
    yield from (Change("added", (Run("ins", other),)) for other in new[position:])


def _alike(old: str, new: str) -> bool:
    was, now = old.split(), new.split()
    if len(was) < 4 or len(now) < 4 or len(was) * len(now) > _MOST_WORDS:
        was, now = [*old], [*new]
    if len(was) * len(now) > _MOST_WORDS:
        return True  # too long to tell; the words are then taken out and put in as a whole
    return Indel.normalized_similarity(was, now, score_cutoff=_ALIKE) > 0
