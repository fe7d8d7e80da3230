"""What a claim's panel shows of its past: verdicts, where reviewers differed, transitions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from articles.models import Claim, Dispute, User, Verdict


@dataclass(frozen=True)
class ShownVerdict:
    """``differs`` tells in which respects it is not as decided."""

    verdict: Verdict
    differs: Sequence[str]


def differences(verdict: Verdict, other: Verdict) -> list[str]:
    """The respects in which two verdicts differ."""
    rating = ["rating"] if verdict.rating != other.rating else []
    same = verdict.attribution_accuracy == other.attribution_accuracy
    return rating if same else [*rating, "attribution accuracy"]


def shown_verdicts(claim: Claim, verdicts: Iterable[Verdict]) -> list[ShownVerdict]:
    decided = claim.verdict
    return [
        ShownVerdict(verdict, differences(verdict, decided) if decided else [])
        for verdict in verdicts
    ]


def visible_disputes(claim: Claim, shown: Iterable[Verdict]) -> list[Dispute]:
    """Those over verdicts that are shown."""
    disputes = claim.disputes.filter(first__in=[verdict.pk for verdict in shown])
    return list(
        disputes.select_related(
            "first__reviewer", "second__reviewer", "settled_by", "settled_by_verdict"
        )
    )


def history_context(claim: Claim, user: User) -> dict[str, Any]:
    verdicts = claim.verdicts.select_related("reviewer").order_by("-seq")
    shown = list(verdicts.visible_to(user))
    return {
        "verdicts": shown_verdicts(claim, shown),
        "hidden_verdicts": claim.verdicts.count() - len(shown),
        "disputes": visible_disputes(claim, shown),
        "transitions": claim.transitions.select_related("by"),
    }
