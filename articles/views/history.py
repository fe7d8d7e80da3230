"""What a claim's panel shows of its past: verdicts, where reviewers differed, transitions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.utils.formats import date_format

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


def shown_verdicts(claim: Claim, verdicts: Sequence[Verdict]) -> list[ShownVerdict]:
    """``verdicts`` come latest first. What its reviewer replaced was not decided otherwise."""
    decided = claim.verdict
    last = {verdict.reviewer_id: verdict for verdict in reversed(verdicts)}

    def differs(verdict: Verdict) -> list[str]:
        standing = verdict == last[verdict.reviewer_id]
        return differences(verdict, decided) if decided and standing else []

    return [ShownVerdict(verdict, differs(verdict)) for verdict in verdicts]


def visible_disputes(claim: Claim, shown: Iterable[Verdict]) -> list[Dispute]:
    """Those over verdicts that are shown."""
    disputes = claim.disputes.filter(first__in=[verdict.pk for verdict in shown])
    return list(
        disputes.select_related(
            "first__reviewer", "second__reviewer", "settled_by", "settled_by_verdict"
        )
    )


@dataclass(frozen=True)
class Change:
    """What a field of a claim said before, and says now; empty where it said nothing."""

    label: str
    before: str
    now: str


def changed_fields(claim: Claim, seen: int) -> list[Change]:
    """In what the claim differs from its version ``seen``: its words, its plan, whose it is.

    Of its verdicts nothing, and nothing of its evidence.
    """
    # A row of the history is the claim before a change.
    events = apps.get_model("articles", "ClaimEvent").objects.filter(pgh_obj=claim.pk, version=seen)
    before = events.select_related("assignee").order_by("pgh_id").first()
    if before is None:
        return []
    told = zip(plain_fields(before), plain_fields(claim), strict=True)
    return [Change(label, was, now) for (label, was), (_, now) in told if was != now]


def plain_fields(claim: Any) -> list[tuple[str, str]]:
    return [
        ("Words", claim.text),
        ("Note", claim.note),
        ("Assigned to", str(claim.assignee or "Nobody")),
        ("Due", date_format(claim.due_on, "j F Y") if claim.due_on else ""),
        ("Priority", claim.get_priority_display()),
        ("Kind", claim.get_kind_display()),
    ]


def history_context(claim: Claim, user: User) -> dict[str, Any]:
    verdicts = claim.verdicts.select_related("reviewer").order_by("-seq")
    shown = list(verdicts.visible_to(user))
    return {
        "verdicts": shown_verdicts(claim, shown),
        "hidden_verdicts": claim.verdicts.count() - len(shown),
        "disputes": visible_disputes(claim, shown),
        "transitions": claim.transitions.select_related("by"),
    }
