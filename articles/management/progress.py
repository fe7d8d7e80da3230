"""A line on the terminal that shows how far a command is."""

import time
from collections.abc import Callable
from datetime import timedelta

from django.core.management.base import OutputWrapper

WIDTH = 24
"""Characters of the bar."""
EVERY = 0.1
"""Seconds between two looks of the line."""
CLEAR = "\r\N{ESCAPE}[K"


class Progress:
    """Nothing is written where ``out`` is no terminal."""

    def __init__(
        self, out: OutputWrapper, what: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.out, self.what, self.clock = out, what, clock
        self.began = self.shown_at = clock()
        self.is_shown = False

    def show(self, rows: int, done: int = 0, total: int = 0) -> None:
        """``done`` of ``total`` is the part of the work; without a total only rows are told."""
        now = self.clock()
        if not self.out.isatty() or now - self.shown_at < EVERY:
            return
        self.shown_at, self.is_shown = now, True
        words = described(self.what, rows, done, total, now - self.began)
        self.out.write(f"{CLEAR}{words}", str, ending="")
        self.out.flush()

    def close(self) -> None:
        if self.is_shown:
            self.out.write(CLEAR, str, ending="")
            self.out.flush()
            self.is_shown = False


def described(what: str, rows: int, done: int, total: int, seconds: float) -> str:
    """Such as “Importing [######......] 50 %, 1,200 rows, 400 rows/s, 0:00:03 left”."""
    parts = [f"{rows:,} rows"]
    if seconds > 0:
        parts.append(f"{rows / seconds:,.0f} rows/s")
    if not total:
        return f"{what} {', '.join(parts)}"
    share = min(done / total, 1)
    if share > 0:
        parts.append(f"{timedelta(seconds=round(seconds * (1 - share) / share))} left")
    filled = round(share * WIDTH)
    bar = "#" * filled + "." * (WIDTH - filled)
    return f"{what} [{bar}] {share:.0%}, {', '.join(parts)}"
