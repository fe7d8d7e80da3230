"""The chains by which an article credits a claim."""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from articles.importing.checks import rules
from articles.importing.checks.checked import Step
from articles.importing.checks.sources import described_source, source_ref
from articles.importing.checks.spans import offsets
from articles.importing.checks.values import Values

_BETWEEN_NAMES = re.compile(r"\s+[>→]\s+")
_FIELD = "attribution"
_SHAPE = "A list of steps belongs here."
_REMEDY = "Write names parted by “ > ”, as in Daily Post > Ministry of Labour, or a JSON list."

Chain = tuple[Step, ...]


def check_attribution(values: Values) -> tuple[Chain, ...]:
    """One chain (a list of steps, or names parted by “ > ”) or several (a list of lists)."""
    value = values.nested(_FIELD)
    if value is None:
        return ()
    if isinstance(value, str):
        if value.startswith(("[", "{")):
            values.refuse_shape(_FIELD, value, _SHAPE, _REMEDY)
            return ()
        value = _BETWEEN_NAMES.split(value)
    elif isinstance(value, Mapping):
        value = [value]
    elif not isinstance(value, list):
        values.refuse(_FIELD, _SHAPE, _REMEDY)
        return ()
    if not value:
        return ()
    if not all(isinstance(item, list) for item in value):
        return (_chain(values, _FIELD, value),)
    if len(value) > rules.CHAINS:
        values.refuse(
            _FIELD,
            f"These are {len(value)} chains, more than the {rules.CHAINS} a claim may have.",
            f"Keep {rules.CHAINS} of them.",
        )
        return ()
    chains = tuple(_chain(values, f"{_FIELD}[{i}]", items) for i, items in enumerate(value))
    _refuse_twins(values, chains)
    return chains


def _chain(values: Values, path: str, items: Sequence[Any]) -> Chain:
    if not 1 <= len(items) <= rules.STEPS:
        values.note(
            path,
            items,
            f"A chain has 1 to {rules.STEPS} steps; this one has {len(items)}.",
            "Name whom the article says it from, then whom they have it from.",
        )
        return ()
    parts = values.parts(path, items)
    found = [_step(parts, name, item) for name, item in zip(parts.names(), items, strict=True)]
    steps = [step for step in found if step]
    if len(steps) < len(items):
        return ()
    for number, (one, other) in enumerate(pairwise(steps), 1):
        if _same(one, other):
            values.note(
                f"{path}[{number}]",
                items[number],
                "It is the same as the step before it.",
                "Remove one of them, or name who stands between them.",
            )
    return tuple(steps)


def _step(parts: Values, name: str, item: Any) -> Step | None:
    """None where something was wrong with it, which is noted."""
    if not isinstance(item, Mapping):
        source = source_ref(parts, name)
        if source is None and not parts.has(name):
            parts.require(name, 'Name the source, or write {"unnamed": "as described"}.')
        return Step(source=source) if source else None
    values = parts.within(name, item)
    start, end = _cue(values, item)
    description = " ".join(values.text("unnamed", rules.NAME).split())
    if not values.has("unnamed"):
        source = described_source(values)
        return Step(source=source, start=start, end=end) if source else None
    if values.has("name") or values.has("id"):
        values.refuse(
            "unnamed",
            "This step is both a source and an unnamed person.",
            "Keep either the source’s name or the words for the person.",
        )
    return Step(description=description, start=start, end=end) if description else None


def _cue(values: Values, item: Mapping[str, Any]) -> tuple[int | None, int | None]:
    cue = item.get("cue")
    if cue is None:
        return None, None
    if isinstance(cue, Mapping):
        return offsets(values.within("cue", cue))
    values.refuse("cue", "An object belongs here.", 'Write {"start": 12, "end": 20}.')
    return None, None


def _same(one: Step, other: Step) -> bool:
    a, b = one.source, other.source
    if a is None or b is None:
        return a is b and one.description.casefold() == other.description.casefold()
    if a.id or b.id:
        return a.id == b.id
    return a.name.casefold() == b.name.casefold() and (a.kind == b.kind or not (a.kind and b.kind))


def _refuse_twins(values: Values, chains: Sequence[Chain]) -> None:
    for later, chain in enumerate(chains):
        for earlier, other in enumerate(chains[:later]):
            if chain and len(chain) == len(other) and all(map(_same, chain, other)):
                values.note(
                    f"{_FIELD}[{later}]",
                    "",
                    f"It is the same chain as {_FIELD}[{earlier}].",
                    "Remove one of them.",
                )
