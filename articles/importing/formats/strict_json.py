"""JSON from strangers: as RFC 8259 has it, and nothing that could not be stored.

Python reads more than JSON (NaN, a name twice) and more than a database takes (NUL, half a
surrogate pair). A quick look tells most rows to be free of these; only the others
are walked value by value.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from articles.importing.limits import MAX_DEPTH
from articles.importing.records import Problem, shown

MAX_VALUES = 1_000_000
"""Values of one JSON text; each may take fifty times its bytes in memory."""
MAX_PROBLEMS = 100
"""Problems told of one row."""
_MAX_DIGITS = 30
_EXCERPT = 40

_FAULTS = {
    "Expecting value": "A value is missing here, or is not written as JSON.",
    "Expecting property name": "A name in double quotes is missing here.",
    "Illegal trailing comma": "Nothing follows this comma.",
    "Expecting ':'": "A colon is missing here.",
    "Expecting ','": "A comma is missing here, or a quotation mark within a text lacks its “\\”.",
    "Unterminated string": "The text that begins here has no end.",
    "Invalid control character": "A line break or control character stands in a text as it is.",
    "Invalid \\": "This backslash begins nothing that JSON knows.",
    "Extra data": "More follows after the end of the JSON value.",
}
_HIGH, _LOW = r"\\u[dD][89abAB][0-9a-fA-F]{2}", r"\\u[dD][c-fC-F]"
_HALF_PAIR = re.compile(rf"{_HIGH}(?!{_LOW})|(?<!{_HIGH}){_LOW}")
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


class NotJSONError(ValueError):
    """The text is no JSON. ``reason`` and ``remedy`` are sentences, ``excerpt`` is what is there;
    ``line`` and ``column`` (from 1, in code points) are 0 where no place can be told.
    """

    def __init__(
        self, reason: str, remedy: str, excerpt: str = "", line: int = 0, column: int = 0
    ) -> None:
        super().__init__(f"{reason} {remedy}")
        self.reason, self.remedy, self.excerpt = reason, remedy, excerpt
        self.line, self.column = line, column


@dataclass(frozen=True, slots=True)
class _Unusable:
    """Stands in a parsed value for what was written there."""

    written: str
    reason: str
    remedy: str


class Parser:
    """Parses one text after another. Not for several threads at once."""

    def __init__(self) -> None:
        self._unusable = False
        self._decoder = json.JSONDecoder(
            object_pairs_hook=self._object,
            parse_int=self._int,
            parse_float=self._float,
            parse_constant=self._constant,
        )

    def parse(self, text: str) -> tuple[Any, bool]:
        """The value, and whether all of it can be stored; if not, ``inspected`` tells what.

        Raises NotJSONError.
        """
        if len(text) > MAX_VALUES and _count(text) > MAX_VALUES:
            raise NotJSONError(
                f"This has more than {MAX_VALUES:,} values.", "Part it into several rows or files."
            )
        self._unusable = False
        try:
            value = self._decoder.decode(text)
        except json.JSONDecodeError as error:
            raise _fault(error) from None
        except RecursionError:
            raise NotJSONError(
                "Lists and objects are nested too deep to be read.",
                f"Nest them at most {MAX_DEPTH} deep.",
            ) from None
        sound = not (self._unusable or _has_unstorable_escape(text) or _nests_too_deep(value))
        return value, sound

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) != len(pairs):
            for name, times in Counter(name for name, _ in pairs).most_common(MAX_PROBLEMS):
                if times == 1:
                    break
                reason = f"The name “{shown(name)}” stands {times} times in one object."
                made[name] = self._refuse(str(made[name]), reason, "Give it once.")
        return made

    def _int(self, written: str) -> Any:
        if len(written) <= _MAX_DIGITS:
            return int(written)
        reason = f"This number has {len(written):,} digits."
        return self._refuse(written, reason, f"Use at most {_MAX_DIGITS}, or write it as text.")

    def _float(self, written: str) -> Any:
        number = float(written)
        if math.isfinite(number):
            return number
        return self._refuse(written, "This number is too large.", "Write a smaller one, or text.")

    def _constant(self, written: str) -> Any:
        return self._refuse(written, f"{written} is no number in JSON.", "Write a number or null.")

    def _refuse(self, written: str, reason: str, remedy: str) -> _Unusable:
        self._unusable = True
        return _refused(written, reason, remedy)


@lru_cache(maxsize=16)
def _refused(written: str, reason: str, remedy: str) -> _Unusable:
    return _Unusable(shown(written), reason, remedy)


def inspected(value: Any, row: int) -> tuple[Any, tuple[Problem, ...]]:
    """The value as it can be shown and stored, and what was wrong with it, at most 100 things.

    Problems name their place as in ``claims[3].start``, counted from 0.
    """
    problems = list[Problem]()

    def tell(path: str, written: object, reason: str, remedy: str) -> None:
        if len(problems) < MAX_PROBLEMS:
            problems.append(Problem(row, shown(path), shown(written), reason, remedy))

    def mended(value: Any, path: str, depth: int) -> Any:
        if isinstance(value, _Unusable):
            tell(path, value.written, value.reason, value.remedy)
            return value.written
        if isinstance(value, str):
            return mended_text(value, path)
        if isinstance(value, (list, dict)) and depth == MAX_DEPTH:
            reason = f"Lists and objects are nested more than {MAX_DEPTH} deep here."
            tell(path, "", reason, "Take out what is not needed.")
            return None
        if isinstance(value, list):
            return [mended(item, f"{path}[{i}]", depth + 1) for i, item in enumerate(value)]
        if isinstance(value, dict):
            return dict(mended_items(value, path, depth))
        return value

    def mended_items(value: dict[str, Any], path: str, depth: int) -> Iterator[tuple[str, Any]]:
        for name, item in value.items():
            inside = f"{path}.{name}" if path else name
            yield mended_text(name, inside), mended(item, inside, depth + 1)

    def mended_text(text: str, path: str) -> str:
        found = _UNSTORABLE.search(text)
        if not found:
            return text
        what = "the NUL character" if found[0] == "\0" else "half of a surrogate pair"
        reason = f"The text has {what} (character {found.start() + 1}), which cannot be stored."
        tell(path, text, reason, "Take it out.")
        return _UNSTORABLE.sub(_REPLACEMENT, text)

    return mended(value, "", 0), tuple(problems)


def not_json(row: int, error: NotJSONError) -> Problem:
    """What is wrong with a row whose line is no JSON."""
    where = f"Column {error.column}: " if error.column else ""
    return Problem(row, "", error.excerpt, where + error.reason, error.remedy)


def _count(text: str) -> int:
    return text.count(",") + text.count("[") + text.count("{")


def _has_unstorable_escape(text: str) -> bool:
    if "\\u0000" in text:
        return True
    return ("\\ud" in text or "\\uD" in text) and _HALF_PAIR.search(text) is not None


def _nests_too_deep(value: Any) -> bool:
    level = [value] if isinstance(value, (dict, list)) else []
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, (dict, list))
        ]
    return bool(level)


def _fault(error: json.JSONDecodeError) -> NotJSONError:
    text, at = error.doc, error.pos
    if not text[at:].strip() and not error.msg.startswith("Illegal trailing comma"):
        reason, remedy = "The JSON ends too early.", "Check that the file is complete."
    else:
        reason = next((ours for msg, ours in _FAULTS.items() if error.msg.startswith(msg)), "")
        reason = reason or f"This is no JSON: {error.msg}."
        remedy = "Write it as JSON, best by a program that does."
    excerpt = shown(text[max(0, at - _EXCERPT) : at + _EXCERPT])
    return NotJSONError(reason, remedy, excerpt, error.lineno, error.colno)
