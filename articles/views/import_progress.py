"""How far an import is, as people read it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q

from articles.models import Batch

S = Batch.State
ANNOUNCED = 25
"""Per cent between two announcements to people who hear the page."""
LONGEST = 7 * 24 * 3600
"""Seconds for which a browser is believed to have watched."""
DOING = {S.CHECKING: "Checking", S.IMPORTING: "Importing", S.UNDOING: "Undoing"}


@dataclass(frozen=True)
class Since:
    """Where the run was when this browser first looked: what the rate is reckoned from."""

    at: float
    share: float
    done: int

    @classmethod
    def read(cls, values: Mapping[str, str], now: float) -> "Since | None":
        try:
            since = cls(float(values["at"]), float(values["share"]), int(values["done"][:10]))
        except (KeyError, ValueError):
            return None
        makes_sense = now - LONGEST < since.at <= now and 0 <= since.share <= 1
        return since if makes_sense else None


@dataclass(frozen=True)
class Progress:
    batch: Batch
    since: Since | None = None
    now: float = 0

    @property
    def done(self) -> int:
        """Rows, or while it is undone the things that are removed."""
        if self.batch.state == S.UNDOING:
            return sum(self.batch.undo_report.get("removed", {}).values())
        return self.batch.rows if self.batch.state == S.CHECKING else self.batch.done_rows

    @property
    def total(self) -> int:
        """How many there are to do, 0 where that is not known yet."""
        if self.batch.state == S.UNDOING:
            return sum(outcomes.get("create", 0) for outcomes in self.batch.counts.values())
        return 0 if self.batch.state == S.CHECKING else self.batch.rows - self.batch.refused

    @property
    def share(self) -> float:
        """From 0 to 1. A file that is read is measured by its bytes; what stays is done with."""
        reading = self.batch.state == S.CHECKING
        done, whole = (
            (self.batch.read_bytes, self.batch.size) if reading else (self.done, self.total)
        )
        if self.batch.state == S.UNDOING:
            done += self.batch.undo_report.get("stays", 0)
        return min(done / whole, 1.0) if whole else 0.0

    @property
    def percent(self) -> int:
        return int(self.share * 100)

    @property
    def doing(self) -> str:
        return DOING[S(self.batch.state)]

    @property
    def waits(self) -> bool:
        """Whether it needs a worker to take it up."""
        return self.batch.is_queued or self.batch.is_lost

    @property
    def start(self) -> Since:
        return self.since or Since(self.now, self.share, self.done)

    @property
    def seconds(self) -> float:
        """How long this browser has watched the run move; 0 if it has not."""
        moved = self.share > self.start.share and self.now > self.start.at
        return self.now - self.start.at if moved else 0

    @property
    def rate(self) -> int | None:
        """How many a second."""
        return round((self.done - self.start.done) / self.seconds) if self.seconds else None

    @property
    def left(self) -> str:
        if not self.seconds:
            return ""
        speed = (self.share - self.start.share) / self.seconds
        return lasting((1 - self.share) / speed)

    @property
    def announcement(self) -> str:
        if not self.batch.is_active:
            return self.batch.get_state_display()
        if self.batch.is_queued:
            return "Waiting in the queue"
        return f"{self.doing}, {self.percent // ANNOUNCED * ANNOUNCED} per cent"

    @property
    def title(self) -> str:
        if self.batch.is_active and not self.batch.is_queued:
            return f"{self.percent} % · {self.doing} {self.batch.file_name}"
        return f"{self.batch.get_state_display()}: {self.batch.file_name}"

    @property
    def vals(self) -> str:
        """What the browser sends when it asks again, as JSON."""
        start = self.start
        since = {"at": f"{start.at:.2f}", "share": f"{start.share:.6f}", "done": start.done}
        return json.dumps(since | {"said": self.announcement})


def before(batch: Batch) -> int:
    """How many imports are at work or wait in front of this one."""
    others = Batch.objects.active().exclude(pk=batch.pk)
    return others.filter(Q(runner__isnull=False) | Q(queued_at__lt=batch.queued_at)).count()


def lasting(seconds: float) -> str:
    """A duration as people say it, its two largest units."""
    seconds = max(1, round(seconds))
    units = (("h", seconds // 3600), ("min", seconds // 60 % 60), ("s", seconds % 60))
    parts = [f"{count} {unit}" for unit, count in units if count]
    return " ".join(parts[:2])
