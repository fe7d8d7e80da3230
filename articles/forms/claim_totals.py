"""How many claims a list has, from the tallies where they tell apart what its filters ask for."""

from django.db.models import Q, Sum

from articles.dashboard import tallies
from articles.forms.claim_filters import ClaimFilterForm
from articles.models import Status
from articles.models import Tally as Row

NO_FILTERS = {"desk", "sort", "view"}
"""They leave no claim out, or every tally is kept by them."""


def tallied(form: ClaimFilterForm) -> int | None:
    """The exact number, however many there are; None where only counting the claims tells.

    The form must be valid.
    """
    data = form.cleaned_data
    asked = {name for name, _ in form.pairs()} - NO_FILTERS
    statuses = data["status"] or [status for status in Status if status != Status.WITHDRAWN]
    rated = Q(other__in=form.chosen_ratings) if data["rating"] else Q()
    if asked <= {"status", "rating"}:
        kind, wanted = Row.Kind.STATUS, Q(one__in=statuses) & rated
    elif "assignee" in asked <= {"assignee", "status"}:
        person = form.whom()
        kind, wanted = Row.Kind.PERSON, Q(one=person.pk if person else "", other__in=statuses)
    elif "source" in asked <= {"source", "rating"}:
        kind, wanted = Row.Kind.SOURCE, Q(one=data["source"].pk) & rated
    else:
        return None
    rows = tallies(form.chosen_desks, kind).filter(wanted)
    return rows.aggregate(total=Sum("claims", default=0))["total"]
