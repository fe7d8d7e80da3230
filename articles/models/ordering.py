"""The orders of the claim list that no column gives: expressions, each with an index behind it."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Case, DateField, F, IntegerField, Value, When
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Coalesce

NEVER = date(9999, 12, 31)
"""Stands for no due date, so that claims without one come last and none is NULL."""


def rank(column: str, values: Iterable[str]) -> Case:
    """A column's place in the order of the work, which the alphabet does not give."""
    known = list(values)
    whens = [When(**{column: value}, then=Value(place)) for place, value in enumerate(known)]
    return Case(*whens, default=Value(len(known)), output_field=IntegerField())


def due_by() -> Coalesce:
    return Coalesce("due_on", Value(NEVER), output_field=DateField())


def calm() -> CombinedExpression:
    """Less for what is more urgent, so that one direction sorts it with the dates."""
    return CombinedExpression(Value(0), "-", F("priority"), output_field=IntegerField())
