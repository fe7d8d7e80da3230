import os
import time
import uuid

from django.db import models
from django.db.models.functions import Now


def uuid7() -> uuid.UUID:
    """A version 7 UUID (RFC 9562, section 5.7): a millisecond time stamp and 74 random bits.

    Time-ordered, so that a million rows fill an index from one end.
    """
    random = int.from_bytes(os.urandom(10), "big")
    value = (time.time_ns() // 1_000_000) << 80 | random
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return uuid.UUID(int=value)


class PublicModel(models.Model):
    """A row whose id may stand in a URL. The gates in permissions.py guard it, not the id."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        abstract = True


class StaleVersionError(Exception):
    """A write was made against a version of ``current`` that somebody has changed since."""

    def __init__(self, current: models.Model) -> None:
        super().__init__(f"{current} has changed")
        self.current = current


class RuleError(Exception):
    """A write that a rule of the work refuses. The message is for the person who tried."""
