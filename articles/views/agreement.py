from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from articles.agreement.alpha import FEW, Alpha
from articles.agreement.reading import alpha_reading, pair_reading
from articles.desk_agreement import Bounds, DeskAgreement, desk_agreement, people_of
from articles.http import SignedInRequest
from articles.models import User
from articles.permissions import ASSIGN_CLAIM, desks_where

SPANS = {"30": "30 days", "90": "90 days", "365": "a year", "all": "all time"}
DEFAULT = "90"


@dataclass(frozen=True)
class AlphaRow:
    """``left_out`` counts the ratings that this alpha cannot take."""

    name: str
    explained: str
    alpha: Alpha
    bounds: Bounds | None
    left_out: int

    @property
    def reading(self) -> str:
        return alpha_reading(self.alpha)


@require_GET
def agreement(request: SignedInRequest) -> HttpResponse:
    """For those who assign work: how far the reviewers of one of their desks agree."""
    desks = desks_where(request.user, ASSIGN_CLAIM)
    if not desks:
        raise PermissionDenied("How far reviewers agree is for the editors of a desk.")
    slug, days = request.GET.get("desk", ""), request.GET.get("days", DEFAULT)
    desk = next((desk for desk in desks if desk.slug == slug), None if slug else desks[0])
    if desk is None or days not in SPANS:
        raise Http404("There is no such desk of yours, or no such span of time.")
    found = desk_agreement(desk, None if days == "all" else int(days))
    context = {
        "desks": desks,
        "desk": desk,
        "days": days,
        "spans": SPANS.items(),
        "found": found,
        "alphas": alpha_rows(found),
        **by_pair(found),
        "few": FEW,
    }
    return render(request, "articles/agreement.html", context)


def alpha_rows(found: DeskAgreement) -> list[AlphaRow]:
    alpha = found.alpha
    return [
        AlphaRow(
            "On all nine ratings",
            "Two ratings are the same or they are not (nominal).",
            alpha.nominal,
            found.nominal_bounds,
            0,
        ),
        AlphaRow(
            "From true to false",
            "The further apart, the greater the difference (ordinal).",
            alpha.ordinal,
            found.ordinal_bounds,
            alpha.left_out,
        ),
    ]


def by_pair(found: DeskAgreement) -> dict[str, Any]:
    people = User.objects.in_bulk(people_of(found))
    return {
        "pairs": [
            {
                "people": names(people, pair),
                "plain": rated.plain,
                "weighted": rated.weighted,
                "left_out": rated.left_out,
                "reading": pair_reading(rated.plain),
            }
            for pair, rated in found.pairs.items()
        ],
        "marked": [
            {"people": names(people, pair), "spans": spans} for pair, spans in found.spans.items()
        ],
    }


def names(people: dict[int, User], pair: Iterable[int]) -> str:
    return " and ".join(people[person].display_name for person in pair)
