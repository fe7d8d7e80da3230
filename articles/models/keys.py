from typing import Any

from django.db.models import QuerySet

FEW = 1_000
"""Keys that may stand in a query as values."""


def known(keys: QuerySet[Any]) -> QuerySet[Any] | list[Any]:
    """The keys themselves if they are few, so that the planner knows how many they are."""
    found = list(keys[: FEW + 1])
    return keys if len(found) > FEW else found
