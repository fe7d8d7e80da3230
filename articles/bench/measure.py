"""Timing in one run: medians, so that ratios between them mean something."""

import math
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Row:
    """One line of the table. ``ratio`` compares with what ``against`` names, in the same run.

    ``milliseconds`` is a median; of twenty runs one took longer than ``p95``, where that is told.
    """

    what: str
    milliseconds: float
    ratio: float | None = None
    against: str = ""
    target: str = ""
    met: bool | None = None
    p95: float | None = None

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def time_ms(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1000


def median_ms(act: Callable[[], object], rounds: int) -> float:
    act()
    return statistics.median(time_ms(act) for _ in range(rounds))


def times_in_turn_ms(
    one: Callable[[], object], other: Callable[[], object], rounds: int
) -> tuple[list[float], list[float]]:
    """The times of both, each of which runs once before and then after each run of the other."""
    one()
    other()
    pairs = [(time_ms(one), time_ms(other)) for _ in range(rounds)]
    return [first for first, _ in pairs], [second for _, second in pairs]


def percentile(times: Sequence[float], share: float) -> float:
    """The shortest of the times that at least ``share`` of them do not exceed."""
    return sorted(times)[math.ceil(share * len(times)) - 1]


def table(rows: list[Row]) -> str:
    lines = [("what", "median ms", "p95", "ratio", "target", "")]
    for row in rows:
        ratio = f"{row.ratio:.2f} × {row.against}" if row.ratio is not None else ""
        met = {True: "met", False: "MISSED", None: ""}[row.met]
        p95 = f"{row.p95:.2f}" if row.p95 is not None else ""
        lines.append((row.what, f"{row.milliseconds:.2f}", p95, ratio, row.target, met))
    widths = [max(len(line[column]) for line in lines) for column in range(6)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
