"""JSON Lines: one object per line, an article unless its ``type`` says otherwise."""

from collections.abc import Iterator
from itertools import islice
from typing import Any, BinaryIO

from rapidfuzz import process
from rapidfuzz.distance import OSA

from articles.importing.formats.lines import lines
from articles.importing.formats.strict_json import (
    MAX_PROBLEMS,
    NotJSONError,
    Parser,
    inspected,
    not_json,
)
from articles.importing.records import FIELDS, KINDS, Kind, Layout, Problem, Record, Refused, shown

_KNOWN = {kind: frozenset(names) for kind, names in FIELDS.items()}
_NEAR = 0.7
"""How alike a name must be to one of ours to be taken for a slip: ``titel``, ``publised_on``."""
_LONGEST = 40
"""Code points of a name that may be a slip."""


def read(file: BinaryIO, layout: Layout) -> Iterator[Record | Refused]:
    """The rows of the file, each with the number of its line.

    A field that we do not know is left out, unless it looks like a slip in the name of one that
    the row does not have: then the row is refused, since its value would silently be lost.
    Raises FileError.
    """
    parser = Parser()
    for number, line in lines(file):
        if isinstance(line, Problem):
            yield Refused(number, layout.kind, {}, (line,))
        else:
            yield _row(number, line, layout.kind, parser)


def _row(number: int, line: str, usual: Kind, parser: Parser) -> Record | Refused:
    try:
        value, sound = parser.parse(line)
    except NotJSONError as error:
        return Refused(number, usual, {}, (not_json(number, error),))
    problems: tuple[Problem, ...] = ()
    if not sound:
        value, problems = inspected(value, number)
    if not isinstance(value, dict):
        return Refused(number, usual, {}, (*problems, _no_object(number, value)))
    named = value.pop("type", usual)
    kind = named if named in KINDS else usual
    if kind != named:
        problems += (_unknown_type(number, named),)
    if not value.keys() <= _KNOWN[kind]:
        slips = _slips(value, kind)
        problems += tuple(_slip(number, name, meant) for name, meant in slips.items())
        value = {n: item for n, item in value.items() if n in _KNOWN[kind] or n in slips}
    return Refused(number, kind, value, problems) if problems else Record(number, kind, value)


def _no_object(number: int, value: object) -> Problem:
    reason = "The line is JSON, but no object."
    return Problem(number, "", shown(value), reason, "Write one {…} with a row's fields per line.")


def _unknown_type(number: int, named: object) -> Problem:
    reason = "There is no such type of row."
    return Problem(number, "type", shown(named), reason, f"Use one of: {', '.join(KINDS)}.")


def _slips(fields: dict[str, Any], kind: Kind) -> dict[str, str]:
    """The field meant by each unknown one that looks like it."""
    missing = [name for name in FIELDS[kind] if name not in fields]
    unknown = (name for name in fields if name not in _KNOWN[kind] and len(name) <= _LONGEST)
    near = {
        name: process.extractOne(
            name.casefold().replace("-", "_"),
            missing,
            scorer=OSA.normalized_similarity,
            score_cutoff=_NEAR,
        )
        for name in islice(unknown, MAX_PROBLEMS)
    }
    return {name: found[0] for name, found in near.items() if found}


def _slip(number: int, name: str, meant: str) -> Problem:
    reason = f"There is no field “{name}”; “{meant}” may be meant."
    return Problem(number, name, "", reason, f"Call it “{meant}”, or leave it out.")
