"""Which heading of a table means which of our fields.

A mapping names a field for every heading; an empty field leaves the column out.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import TypeVar

from articles.importing.headings import SYNONYMS
from articles.importing.records import FIELDS, KINDS, REQUIRED, Kind

T = TypeVar("T")

_PLACES = {"exact", "start"}
"""A table of claims has one of these."""


def suggest(headings: Sequence[str], kind: Kind) -> dict[str, str]:
    """A field for each heading that is its name or a synonym, never one field for two headings.

    The names of fields go before synonyms and common synonyms before rare ones.
    """
    free = {_key(heading): heading for heading in reversed(headings)}
    found = dict.fromkeys(headings, "")
    for names in (_own_names(kind), _synonyms(kind)):
        for name, field in names:
            if name in free and field not in found.values():
                found[free.pop(name)] = field
    return found


def guess_kind(headings: Sequence[str]) -> Kind:
    """The kind whose required fields are there, and of these the one that knows most headings."""
    return max(KINDS, key=lambda kind: _likeness(headings, kind))


def known(headings: Sequence[str]) -> int:
    """How many of the headings mean something, for the kind that knows most of them."""
    return max(sum(map(bool, suggest(headings, kind).values())) for kind in KINDS)


def problems(mapping: Mapping[str, str], kind: Kind) -> list[str]:
    """What is wrong with a mapping, a sentence each; empty if it can be used."""
    used = Counter(field for field in mapping.values() if field)
    unknown = [
        f"“{heading}” is mapped to “{field}”, which is no field of this kind of row ({kind}): "
        f"choose one of {', '.join(FIELDS[kind])}."
        for heading, field in mapping.items()
        if field and field not in FIELDS[kind]
    ]
    twice = [
        f"{count} headings are mapped to “{field}”: "
        f"keep one of {', '.join(f'“{h}”' for h, f in mapping.items() if f == field)}."
        for field, count in used.items()
        if count > 1
    ]
    missing = [
        f"No heading is mapped to “{field}”, which every {kind} needs: choose the column that has "
        "it, or add one."
        for field in REQUIRED[kind]
        if field not in used
    ]
    return unknown + twice + missing


def apply(mapping: Mapping[str, str], cells: Mapping[str, T]) -> dict[str, T]:
    """The cells of a row by field, without the columns that are left out."""
    return {mapping[heading]: cell for heading, cell in cells.items() if mapping.get(heading)}


def heading_of(column: str, mapping: Mapping[str, str]) -> str:
    """The heading over what a problem is about, as in ``claims[3].start``; empty without one."""
    headings = {field: heading for heading, field in mapping.items() if field}
    whole, *_, part = [*re.split(r"[\[.]", column), column.rpartition(".")[2]]
    # One piece of evidence and one verdict of a claim may have columns of their own.
    return next((headings[n] for n in (whole, part, f"evidence_{part}") if n in headings), "")


def _own_names(kind: Kind) -> Iterator[tuple[str, str]]:
    return ((_key(field), field) for field in FIELDS[kind])


def _synonyms(kind: Kind) -> Iterator[tuple[str, str]]:
    """The first synonyms of all fields, then the second, and so on."""
    ranks = zip_longest(*([(_key(n), f) for n in names] for f, names in SYNONYMS[kind].items()))
    return (pair for rank in ranks for pair in rank if pair)


def _key(heading: str) -> str:
    letters = unicodedata.normalize("NFKD", heading.casefold())
    return "".join(filter(str.isalnum, letters))


def _likeness(headings: Sequence[str], kind: Kind) -> tuple[bool, int, int]:
    fields = {field for field in suggest(headings, kind).values() if field}
    by_name = set(map(_key, headings)) & {name for name, _ in _own_names(kind)}
    is_whole = fields.issuperset(REQUIRED[kind]) and (kind != "claim" or fields & _PLACES)
    # One name alone is no sign: “Source” over the newspapers of articles makes no documents.
    is_named = by_name.issuperset(map(_key, REQUIRED[kind]))
    return bool(is_whole), len(by_name) if is_named else 0, len(fields)
