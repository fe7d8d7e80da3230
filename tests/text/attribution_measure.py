"""Reads the labelled passages and measures detection against them."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from articles.text.attribution import Attribution, detect
from articles.text.spans import Span

FOLDER = Path(__file__).parent / "attribution_cases"
_MARK = re.compile(r"\{([sct])(\d?) |\}")


@dataclass
class Label:
    """One labelled attribution: the characters of its content and of its source."""

    content: set[int] = field(default_factory=set)
    source: set[int] = field(default_factory=set)


@dataclass
class Figures:
    proposals: int = 0
    right: int = 0
    tight: int = 0
    sourced: int = 0
    labels: int = 0
    met: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(*(getattr(self, n) + getattr(other, n) for n in self.__dataclass_fields__))

    @property
    def precision(self) -> float:
        return self.right / self.proposals

    @property
    def recall(self) -> float:
        return self.met / self.labels

    @property
    def source(self) -> float:
        """Of the proposals that meet a label, those with its source."""
        return self.sourced / self.right

    @property
    def tightness(self) -> float:
        return self.tight / self.proposals

    def __str__(self) -> str:
        return (
            f"precision {self.precision:.3f}, recall {self.recall:.3f}, "
            f"source {self.source:.3f}, tight {self.tightness:.3f} "
            f"({self.proposals} proposals, {self.labels} labels)"
        )


def lines(name: str) -> list[str]:
    text = (FOLDER / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def parse(line: str) -> tuple[str, list[Label]]:
    """The passage without its mark-up, and its labels."""
    line = line.replace(" || ", "\n\n")
    text = ""
    position = 0
    opened: list[tuple[str, str, int]] = []
    labels: dict[str, Label] = {}
    for match in _MARK.finditer(line):
        text += line[position : match.start()]
        position = match.end()
        if match.group() != "}":
            opened.append((match[1], match[2], len(text)))
            continue
        kind, number, start = opened.pop()
        label = labels.setdefault(number, Label())
        if kind != "c":
            target = label.content if kind == "t" else label.source
            target.update(range(start, len(text)))
    return text + line[position:], [label for label in labels.values() if label.content]


def measure(line: str) -> Figures:
    text, labels = parse(line)
    figures = Figures(labels=len(labels))
    items = detect(text)
    for item in items:
        best = max(labels, key=lambda label: jaccard(label, item), default=None)
        similarity = jaccard(best, item) if best else 0
        figures.proposals += 1
        figures.right += similarity > 0
        figures.tight += similarity >= 0.5
        figures.sourced += bool(best and similarity > 0 and same_source(best, item))
    figures.met = sum(any(jaccard(label, item) > 0 for item in items) for label in labels)
    return figures


def of_file(*names: str) -> Figures:
    return sum((measure(line) for name in names for line in lines(name)), Figures())


def jaccard(label: Label, item: Attribution) -> float:
    found = characters(item.content)
    return len(label.content & found) / len(label.content | found)


def same_source(label: Label, item: Attribution) -> bool:
    found = characters(item.source)
    return bool(label.source & found) or not (label.source or found)


def characters(span: Span | None) -> set[int]:
    return set(range(span.start, span.end)) if span else set()
