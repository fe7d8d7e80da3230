"""Counts as a picture: bars that lead to the claims they count."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode

from articles.dashboard import DeskTally, PersonTally, SourceTally, Tally
from articles.forms.claim_filters import NOBODY, UNRATED
from articles.models import User
from articles.models.workflow import UNDECIDED

Filter = tuple[str, str]


@dataclass(frozen=True)
class Bar:
    """``width`` is a percentage of the longest bar, ``share`` of the claims counted in all.

    ``url`` is empty where there is no list of just these claims.
    """

    label: str
    claims: int
    url: str
    look: str
    width: str
    share: str


@dataclass(frozen=True)
class Chart:
    name: str
    title: str
    heading: str
    bars: list[Bar]
    empty: str = ""


def claims_url(*pairs: Filter) -> str:
    """The list of the claims that these filters leave."""
    return f"{reverse('claims')}?{urlencode(pairs)}"


def bars(rows: Iterable[tuple[str, int, str, str]], total: int) -> list[Bar]:
    """Bars of rows of label, number of claims, address and look."""
    rows = list(rows)
    longest = max((claims for _, claims, _, _ in rows), default=0) or 1
    return [
        Bar(label, claims, url, look, f"{100 * claims / longest:.4g}%", percent(claims, total))
        for label, claims, url, look in rows
    ]


def percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "–"


def status_chart(tallies: list[Tally], *filters: Filter) -> Chart:
    """``filters``, here and below, narrow the lists that the bars lead to."""
    rows = (
        (
            tally.label,
            tally.claims,
            claims_url(("status", tally.value), *filters),
            f"status-{tally.value}",
        )
        for tally in tallies
    )
    total = sum(tally.claims for tally in tallies)
    return Chart("status", "Claims by status", "Status", bars(rows, total))


def rating_chart(tallies: list[Tally], *filters: Filter) -> Chart:
    rows = (
        (
            tally.label,
            tally.claims,
            claims_url(("rating", tally.value or UNRATED), *filters),
            f"rating-{tally.value or UNRATED}",
        )
        for tally in tallies
    )
    total = sum(tally.claims for tally in tallies)
    return Chart("rating", "Claims by rating", "Rating", bars(rows, total))


def source_chart(tallies: list[SourceTally], user: User, total: int, *filters: Filter) -> Chart:
    """``total`` is the number of standing claims; one claim may rest on several sources."""
    rows = (
        (
            tally.source.label_for(user),
            tally.claims,
            claims_url(("source", str(tally.source.pk)), *filters),
            "source",
        )
        for tally in tallies
    )
    nothing = "No evidence is linked yet."
    return Chart("source", "Claims by source", "Source", bars(rows, total), nothing)


def publisher_chart(tallies: list[Tally], total: int, *filters: Filter) -> Chart:
    rows = (
        (
            tally.label,
            tally.claims,
            claims_url(("publisher", tally.value), *filters) if tally.value else "",
            "source",
        )
        for tally in tallies
    )
    return Chart("publisher", "Claims by publisher", "Publisher", bars(rows, total))


def desk_chart(tallies: list[DeskTally]) -> Chart:
    rows = (
        (tally.desk.name, tally.claims, claims_url(("desk", tally.desk.slug)), "source")
        for tally in tallies
    )
    total = sum(tally.claims for tally in tallies)
    return Chart("desk", "Claims by desk", "Desk", bars(rows, total))


def person_chart(tallies: list[PersonTally], total: int, *filters: Filter) -> Chart:
    """Who has the undecided claims, ``total`` of them."""
    undecided = [("status", status.value) for status in UNDECIDED]
    rows = (
        (
            tally.person.display_name if tally.person else "Nobody",
            tally.claims,
            claims_url(
                ("assignee", tally.person.username if tally.person else NOBODY),
                *undecided,
                *filters,
            ),
            "source",
        )
        for tally in tallies
    )
    nothing = "No claim is undecided."
    return Chart("person", "Undecided claims by person", "Person", bars(rows, total), nothing)
