"""How fast the desks work: claims marked and decided by day or week, and how long it took."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from django.db import connection

from articles.models import Desk
from articles.models import Tally as Row

STEPS = 4
"""Durations are kept by quarters of doublings: a median is right to within a tenth."""


class Span(StrEnum):
    """What one point of the charts stands for."""

    DAY = "day"
    WEEK = "week"

    @property
    def points(self) -> int:
        return 30 if self == Span.DAY else 26

    @property
    def days(self) -> int:
        return 1 if self == Span.DAY else 7

    def start(self, day: date) -> date:
        """The day itself, or the Monday of its week."""
        return day - timedelta(days=day.weekday()) if self == Span.WEEK else day


@dataclass
class Period:
    """What was marked and decided from the day ``start`` on, in UTC.

    ``decided`` counts the verdicts that stand. ``took`` counts those for which it is known how
    long the claim waited: how many in which quarter of a doubling of the minutes.
    """

    start: date
    opened: int = 0
    decided: int = 0
    took: Counter[int] = field(default_factory=Counter)

    @property
    def median_hours(self) -> float | None:
        return median_hours(self.took)


# Days are counted, not truncated to weeks: that would take twice as long.
SUMS = """
SELECT kind, (one::date - %(first)s::date) / %(days)s, other, sum(claims)::bigint
FROM articles_tally
WHERE desk_id = ANY(%(desks)s) AND kind IN ('opened', 'decided')
    AND one >= %(first)s AND one <= %(last)s
GROUP BY 1, 2, 3
"""


def pace(desks: Iterable[Desk], span: Span, today: date) -> list[Period]:
    """The periods up to and with that of today, oldest first, in one query."""
    last = span.start(today)
    starts = [last - timedelta(days=span.days * n) for n in reversed(range(span.points))]
    periods = [Period(start) for start in starts]
    values: dict[str, Any] = {
        "desks": [desk.pk for desk in desks],
        "days": span.days,
        "first": starts[0].isoformat(),
        "last": today.isoformat(),
    }
    with connection.cursor() as cursor:
        cursor.execute(SUMS, values)
        sums = cursor.fetchall()
    for kind, place, took, claims in sums:
        period = periods[place]
        if kind == Row.Kind.OPENED:
            period.opened += claims
        else:
            period.decided += claims
            if took:
                period.took[int(took)] += claims
    return periods


def median_hours(took: Mapping[int, int]) -> float | None:
    """The median of durations counted by quarters of doublings of the minutes; None of none."""
    half = sum(took.values()) / 2
    passed = 0
    for bucket in sorted(took):
        count = took[bucket]
        if count > 0 and passed + count >= half:
            return 2.0 ** ((bucket + (half - passed) / count) / STEPS) / 60
        passed += count
    return None
