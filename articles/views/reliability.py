"""How the claims fared that a source supports."""

from dataclasses import dataclass

from django.urls import reverse

from articles.agreement.alpha import FEW
from articles.dashboard import SourceTally
from articles.models import Rating, User
from articles.views.charts import percent

LEANINGS = (
    ("true", "True or mostly true", (Rating.TRUE, Rating.MOSTLY_TRUE)),
    ("half_true", "Half true", (Rating.HALF_TRUE,)),
    ("false", "False or mostly false", (Rating.FALSE, Rating.MOSTLY_FALSE)),
)


@dataclass(frozen=True)
class Part:
    """A stretch of a bar, in percent of its length."""

    look: str
    start: str
    width: str


@dataclass(frozen=True)
class Reliability:
    """``shares`` of the ``rated`` claims: true, half true, false, and without a number."""

    label: str
    url: str
    rated: int
    shares: list[str]
    parts: list[Part]

    @property
    def few(self) -> bool:
        return self.rated < FEW


def reliability(tally: SourceTally, user: User) -> Reliability:
    rated = tally.fared.total() - tally.fared[""]
    counts = [
        (look, sum(tally.fared[rating] for rating in ratings)) for look, _, ratings in LEANINGS
    ]
    counts.append(("unverifiable", rated - sum(count for _, count in counts)))
    parts, start = [], 0
    for look, count in counts:
        if count:
            parts.append(Part(look, of_width(start, rated), of_width(count, rated)))
        start += count
    return Reliability(
        label=tally.source.label_for(user),
        url=reverse("source", args=[tally.source.pk]),
        rated=rated,
        shares=[percent(count, rated) for _, count in counts],
        parts=parts,
    )


def of_width(part: int, whole: int) -> str:
    return f"{100 * part / whole:.4g}%"
