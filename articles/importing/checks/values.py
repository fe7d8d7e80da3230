"""The values of a row, read one by one; what is wrong with each is noted, and reading goes on."""

import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from difflib import get_close_matches
from typing import Any

from articles.importing.checks import dates, rules
from articles.importing.checks.dates import DateError
from articles.importing.formats.strict_json import NotJSONError, Parser, inspected
from articles.importing.limits import MAX_CELL
from articles.importing.records import Problem, shown

MOST_PROBLEMS = 100
"""Of one row; that there are more is said, and its further claims are not looked at."""

AS_DATE = "Write year, month and day, as in 2022-03-23."
AS_MOMENT = "Write date, time and zone, as in 2022-03-23T14:30:00Z."

_OFFSET = re.compile(r"[0-9]{1,12}")
_EXACT_IN_FLOAT = 2**53
_TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(slots=True)
class Findings:
    """What is wrong with one row, in the order in which it was found."""

    row: int
    problems: list[Problem] = field(default_factory=list)

    def add(self, column: str, value: object, reason: str, remedy: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(self.row, column, shown(value), reason, remedy))
        elif not self.full:
            more = "More is wrong with this row than is listed."
            again = "Mend what is listed, then check the file again."
            self.problems.append(Problem(self.row, "", "", more, again))

    @property
    def full(self) -> bool:
        """Whether so much is wrong that there is no use in reading on."""
        return len(self.problems) > MOST_PROBLEMS


class Values:
    """The fields of a row, or of an object in it at ``path`` (empty, or ending with a dot).

    A field that is empty or wrong reads as nothing; ``columns`` are the names under which a table
    has fields that are named otherwise within.
    """

    __slots__ = ("_columns", "_fields", "_findings", "_path")

    def __init__(
        self,
        fields: Mapping[str, Any],
        findings: Findings,
        path: str = "",
        columns: Mapping[str, str] | None = None,
    ) -> None:
        self._fields = fields
        self._findings = findings
        self._path = path
        self._columns = columns or {}

    def column(self, name: str) -> str:
        return self._path + self._columns.get(name, name)

    def refuse(self, name: str, reason: str, remedy: str) -> None:
        self._findings.add(self.column(name), self._fields.get(name, ""), reason, remedy)

    def require(self, name: str, remedy: str) -> None:
        """Say that a field is missing."""
        self.refuse(name, "It is missing.", remedy)

    @property
    def full(self) -> bool:
        return self._findings.full

    def has(self, name: str) -> bool:
        value = self._fields.get(name)
        return value is not None and not (isinstance(value, str) and not value.strip())

    def refuse_misspelt(self, known: frozenset[str]) -> None:
        """Note names of fields that are nearly one of ours, which is not given."""
        if self._fields.keys() <= known:
            return
        for name in self._fields:
            near = get_close_matches(str(name), known, n=1, cutoff=0.8)
            if name not in known and near and near[0] not in self._fields:
                remedy = f"If you mean “{near[0]}”, write it so."
                self.note(shown(name), self._fields[name], "There is no such field.", remedy)

    def raw(self, name: str, longest: int = MAX_CELL) -> str:
        """A text with the white space at its ends."""
        value = self._fields.get(name)
        if value is None:
            return ""
        if type(value) is not str:
            value = self._as_text(name, value)
        if not value.isascii() and not _is_unicode(value):
            self.refuse(
                name,
                "It holds half a character (a lone surrogate).",
                "Write the file again as UTF-8 from where it came.",
            )
            return ""
        if "\0" in value:
            self.refuse(name, "It holds a NUL character.", "Take the NUL character out.")
            return ""
        if len(value) > longest:
            self.refuse(
                name,
                f"It has {len(value):,} characters, more than the {longest:,} allowed.",
                f"Shorten it to {longest:,} characters.",
            )
            return ""
        return value

    def text(self, name: str, longest: int) -> str:
        return self.raw(name, longest).strip()

    def line(self, name: str, longest: int) -> str:
        """A text of one line."""
        text = self.raw(name, longest).strip()
        return " ".join(text.splitlines()) if "\n" in text or "\r" in text else text

    def choice(self, name: str, allowed: Collection[str]) -> str:
        """One of the values, which may be written as people write it, as in “Mostly true”."""
        value = self._fields.get(name)
        if value is True or value is False:
            chosen = str(value).lower()  # a sheet takes the ratings True and False for its own
        else:
            chosen = self.text(name, rules.NAME)
        if not chosen or chosen in allowed:
            return chosen
        plain = "_".join(re.split(r"[\s_-]+", chosen.lower()))
        if plain in allowed:
            return plain
        near = get_close_matches(plain, allowed, n=1)
        guess = f"Did you mean “{near[0]}”? " if near else ""
        self.refuse(
            name, "It is none of the values allowed.", f"{guess}Allowed are {', '.join(allowed)}."
        )
        return ""

    def offset(self, name: str) -> int | None:
        value = self._fields.get(name)
        if type(value) is int and 0 <= value <= MAX_CELL:
            return value
        if value is None:
            return None
        if isinstance(value, float) and value.is_integer() and 0 <= value <= MAX_CELL:
            return int(value)
        if isinstance(value, str):
            bare = value.strip()
            if not bare:
                return None
            if _OFFSET.fullmatch(bare) and int(bare) <= MAX_CELL:
                return int(bare)
        self.refuse(
            name,
            f"An offset is a whole number from 0 to {MAX_CELL:,}.",
            "Give the count of Unicode code points before it, in digits alone, as in 1204.",
        )
        return None

    def truth(self, name: str) -> bool:
        value = self._fields.get(name)
        if value is None or value is True or value is False:
            return bool(value)
        if isinstance(value, int | float) and value in (0, 1):
            return value == 1
        if isinstance(value, str):
            bare = value.strip().lower()
            if not bare or bare in _TRUTH:
                return bool(bare) and _TRUTH[bare]
        self.refuse(name, "It is neither yes nor no.", "Write yes or no.")
        return False

    def day(self, name: str) -> date | None:
        value = self._fields.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        bare = self._dated(name, value, AS_DATE)
        try:
            return dates.day(bare) if bare else None
        except DateError as error:
            self.refuse(name, str(error), AS_DATE)
            return None

    def past(self, name: str) -> datetime | None:
        """A moment that has been, in UTC."""
        value = self._fields.get(name)
        if value is None or value == "":
            return None
        try:
            moment = self._moment(name, value)
        except DateError as error:
            self.refuse(name, str(error), AS_MOMENT)
            return None
        if moment and moment > datetime.now(UTC):
            self.refuse(
                name, "It lies in the future.", "Give the moment when it was; mind its time zone."
            )
            return None
        return moment

    def url(self, name: str) -> str:
        url = self.raw(name, rules.URL).strip()
        if not url:
            return ""
        if not url.lower().startswith(("https://", "http://")):
            whole = f"https://{url}"
            fits = "://" not in url and rules.WEB_ADDRESS.fullmatch(whole)
            self.refuse(
                name,
                "It does not begin with https:// or http://.",
                f"Write {shown(whole)}."
                if fits
                else "Give a whole address, as in https://un.org/.",
            )
            return ""
        if "@" in re.split(r"[/?#]", url.partition("//")[2], maxsplit=1)[0]:
            self.refuse(
                name,
                "It holds a name or password.",
                "Take out what stands before the @, and the @.",
            )
            return ""
        if not rules.WEB_ADDRESS.fullmatch(url):
            self.refuse(
                name,
                "It is no web address.",
                "Copy it again from the browser: a host and no spaces, as in https://un.org/a.",
            )
            return ""
        return url

    def language(self, name: str) -> str:
        code = self.text(name, rules.LANGUAGE)
        if not code or rules.LANGUAGE_CODE.fullmatch(code):
            return code
        self.refuse(name, "It is no language code.", "Write a code, as in en, ko or pt-BR.")
        return ""

    def nested(self, name: str) -> Any:
        """A list or object, or a text that is none; the cell of a table may hold it as JSON."""
        value = self._fields.get(name)
        if type(value) is not str:
            return value
        bare = value.strip()
        if not bare.startswith(("[", "{")):
            return bare or None
        try:
            return _parsed(bare)
        except NotJSONError:
            return bare

    def refuse_shape(self, name: str, value: object, reason: str, remedy: str) -> None:
        """Note that ``nested`` read no list; of a cell that holds JSON with a fault, the fault."""
        if isinstance(value, str) and value.startswith(("[", "{")):
            try:
                _parsed(value)
            except NotJSONError as error:
                where = f"Character {error.column}: " if error.column else ""
                reason, remedy = where + error.reason, error.remedy
        self.refuse(name, reason, remedy)

    def objects(self, name: str) -> Iterator["Values"]:
        """The objects of a list."""
        value = self.nested(name)
        if value is None:
            return
        if not isinstance(value, list):
            remedy = "Write a JSON list of objects, as in [{…}]."
            self.refuse_shape(name, value, "A list belongs here.", remedy)
            return
        for index, item in enumerate(value):
            if self.full:
                return
            path = f"{self.column(name)}[{index}]"
            if isinstance(item, Mapping):
                yield Values(item, self._findings, f"{path}.")
            else:
                self._findings.add(
                    path, item, "An object belongs here.", "Write a JSON object, as in {…}."
                )

    def parts(self, name: str, items: Sequence[Any]) -> "Values":
        """The items of a list that stands in the field ``name``, as fields ``name[0]`` and on."""
        fields = {f"{self.column(name)}[{index}]": item for index, item in enumerate(items)}
        return Values(fields, self._findings)

    def names(self) -> tuple[str, ...]:
        return tuple(self._fields)

    def within(self, name: str, value: Mapping[str, Any]) -> "Values":
        """The fields of an object that stands in the field ``name``."""
        return Values(value, self._findings, f"{self.column(name)}.")

    def renamed(self, columns: Mapping[str, str]) -> "Values":
        """The fields as an object has them that a table spreads over columns of these names."""
        fields = {name: self._fields.get(column) for name, column in columns.items()}
        return Values(fields, self._findings, self._path, columns)

    def note(self, column: str, value: object, reason: str, remedy: str) -> None:
        """Note what is wrong with a part of a field, by its path below this object's."""
        self._findings.add(self._path + column, value, reason, remedy)

    def _moment(self, name: str, value: object) -> datetime | None:
        """Raises DateError."""
        if isinstance(value, datetime):
            return dates.in_utc(value)
        if isinstance(value, date):
            return dates.first_moment(value)
        bare = self._dated(name, value, AS_MOMENT)
        return dates.moment(bare) if bare else None

    def _dated(self, name: str, value: object, remedy: str) -> str:
        if not isinstance(value, str):
            number = isinstance(value, int | float) and not isinstance(value, bool)
            reason = "A number stands where a date belongs." if number else "This is no date."
            self.refuse(name, reason, remedy)
            return ""
        return self.text(name, rules.NAME)

    def _as_text(self, name: str, value: object) -> str:
        if isinstance(value, str):
            return str(value)
        if isinstance(value, bool):
            kind = "Yes or no"
        elif isinstance(value, int):
            return str(value)
        elif isinstance(value, float):
            if math.isfinite(value) and abs(value) < _EXACT_IN_FLOAT:
                return str(int(value) if value.is_integer() else value)
            kind = "A number that has lost its last digits"
        elif isinstance(value, date):
            kind = "A date"
        else:
            kind = "A list or object"
        self.refuse(
            name,
            f"{kind} stands where a text belongs.",
            "Write it as text: in a sheet, format it so.",
        )
        return ""


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _parsed(cell: str) -> Any:
    """The JSON of a cell. Raises NotJSONError, also for what could not be stored."""
    value, sound = Parser().parse(cell)
    if not sound:
        first = inspected(value, 0)[1][0]
        raise NotJSONError(first.reason, first.remedy)
    return value
