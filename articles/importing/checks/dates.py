"""Days and moments as people and programs write them. What could mean two days is refused."""

import re
from datetime import UTC, date, datetime, time

MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)

_YEAR_FIRST = re.compile(
    r"([0-9]{4})\s*[-/.년年]\s*([0-9]{1,2})\s*[-/.월月]\s*([0-9]{1,2})\s*[.일日]?"
)
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_DOTTED = re.compile(r"([0-9]{1,2})\s*\.\s*([0-9]{1,2})\s*\.\s*([0-9]{4})")
_YEAR_LAST = re.compile(r"([0-9]{1,2})\s*[-/.]\s*([0-9]{1,2})\s*[-/.]\s*([0-9]{4})")
_SHORT_YEAR = re.compile(r"[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{2}")
_DAY_MONTH = re.compile(
    r"([0-9]{1,2})(?:st|nd|rd|th)?[\s-]+([a-z]{3,9})\.?,?[\s-]+([0-9]{4})", re.IGNORECASE
)
_MONTH_DAY = re.compile(
    r"([a-z]{3,9})\.?\s+([0-9]{1,2})(?:st|nd|rd|th)?,?\s+([0-9]{4})", re.IGNORECASE
)
_WITH_TIME = re.compile(r"[0-9]{4}-?[0-9]{2}-?[0-9]{2}[T ][0-9]{2}.*")


class DateError(ValueError):
    """The text is no date, or not surely one; the message says why."""


def day(text: str) -> date:
    """The day a text names; of a date with a time, the day as written. Raises DateError."""
    if _WITH_TIME.fullmatch(text):
        return _iso(text).date()
    return _date(*_parts(text))


def moment(text: str) -> datetime:
    """The moment a text names, in UTC: without a zone it is UTC, a day is its first moment.

    Raises DateError.
    """
    if _WITH_TIME.fullmatch(text):
        return in_utc(_iso(text))
    return first_moment(day(text))


def first_moment(value: date) -> datetime:
    return datetime.combine(value, time(), UTC)


def in_utc(value: datetime) -> datetime:
    """Raises DateError at the very ends of the calendar."""
    try:
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    except OverflowError:
        raise DateError("This moment lies outside the calendar.") from None


def _iso(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text.removesuffix(" UTC"))
    except ValueError:
        raise DateError("This is no date with a time.") from None


def _parts(text: str) -> tuple[int, int, int]:
    """Year, month and day."""
    if match := _YEAR_FIRST.fullmatch(text) or _COMPACT.fullmatch(text):
        year, month, day_ = map(int, match.groups())
        return year, month, day_
    if match := _DAY_MONTH.fullmatch(text):
        return int(match[3]), _month(match[2]), int(match[1])
    if match := _MONTH_DAY.fullmatch(text):
        return int(match[3]), _month(match[1]), int(match[2])
    if (match := _DOTTED.fullmatch(text)) and int(match[2]) <= 12:
        # No language whose dates have dots puts the month first (Unicode CLDR).
        return int(match[3]), int(match[2]), int(match[1])
    if match := _YEAR_LAST.fullmatch(text):
        return _year_last(*map(int, match.groups()))
    if _SHORT_YEAR.fullmatch(text):
        raise DateError("Which of these numbers is the year is not clear.")
    if text.isdecimal():
        raise DateError("A number stands where a date belongs.")
    raise DateError("This is no date.")


def _year_last(first: int, second: int, year: int) -> tuple[int, int, int]:
    if first > 12 >= second:
        return year, second, first
    if second > 12 >= first or first == second:
        return year, first, second
    if first > 12:
        raise DateError("There is no such day.")
    raise DateError(
        f"This may be {first} {MONTHS[second - 1].title()} or {second} {MONTHS[first - 1].title()}."
        if first and second
        else "There is no such day."
    )


def _month(name: str) -> int:
    for number, month in enumerate(MONTHS, 1):
        if month.startswith(name.lower()) or (name.lower() == "sept" and number == 9):
            return number
    raise DateError(f"“{name}” is no month.")


def _date(year: int, month: int, day_: int) -> date:
    try:
        return date(year, month, day_)
    except ValueError:
        raise DateError("There is no such day.") from None
