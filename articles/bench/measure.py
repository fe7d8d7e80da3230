"""Timing in one run: medians, so that ratios between them mean something."""

import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Row:
    """One line of the table. ``ratio`` compares with what ``against`` names, in the same run."""

    what: str
    milliseconds: float
    ratio: float | None = None
    against: str = ""
    target: str = ""
    met: bool | None = None

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def median_ms(act: Callable[[], object], rounds: int) -> float:
    act()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        act()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def table(rows: list[Row]) -> str:
    lines = [("what", "median ms", "ratio", "target", "")]
    for row in rows:
        ratio = f"{row.ratio:.2f} × {row.against}" if row.ratio is not None else ""
        met = {True: "met", False: "MISSED", None: ""}[row.met]
        lines.append((row.what, f"{row.milliseconds:.2f}", ratio, row.target, met))
    widths = [max(len(line[column]) for line in lines) for column in range(5)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
