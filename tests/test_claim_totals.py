"""The number above the claim list is that of its claims, whatever tells it."""

import pytest
from django.http import QueryDict
from django.utils.http import urlencode

from articles.forms.claim_filters import ClaimFilterForm
from articles.forms.claim_totals import tallied
from articles.models import Claim
from tests.factories import (
    make_article,
    make_claim,
    make_evidence,
    make_source,
    make_verdict,
)

WORDS = ("The first claim", "The second claim", "The third claim", "The fourth claim")


@pytest.fixture
def source(desk, other_desk, reviewer, second_reviewer, neighbour):
    """Two desks have the same: a claim in review, one decided, one withdrawn and one open."""
    source = make_source("Ministry of Water", reviewer)
    for place, judge in ((desk, second_reviewer), (other_desk, neighbour)):
        article = make_article(place, reviewer, ". ".join(WORDS))
        claims = [make_claim(article, words, reviewer) for words in WORDS]
        for claim in claims[:3]:
            make_evidence(claim, source, reviewer)
            make_evidence(claim, source, reviewer, relation="refutes")
        make_evidence(claims[3], make_source(f"Port of {place}", reviewer), reviewer)
        make_verdict(claims[1], judge, "false")
        for claim, status, assignee in (
            (claims[0], "in_review", reviewer),
            (claims[1], "decided", reviewer),
            (claims[2], "withdrawn", None),
            (claims[3], "open", None),
        ):
            Claim.objects.filter(pk=claim.pk).update(status=status, assignee=assignee)
    return source


TOLD = {
    "": 6,
    "sort=oldest": 6,
    "desk=world": 3,
    "status=open": 2,
    "status=open&status=withdrawn": 4,
    "rating=false": 2,
    "rating=none": 4,
    "rating=false&rating=none&status=decided": 2,
    "assignee=nobody": 2,
    "assignee=rosa": 4,
    "assignee=rosa&desk=sports": 2,
    "assignee=nobody&status=withdrawn": 2,
    "source={source}": 4,
    "source={source}&rating=false&desk=world": 1,
    "source={source}&rating=true": 0,
}


@pytest.mark.parametrize(("query", "claims"), TOLD.items())
def test_tallies_tell_as_many_as_there_are(query, claims, source, admin):
    form = list_form(query.format(source=source.pk), admin)
    assert tallied(form) == form.claims().count() == claims


@pytest.mark.parametrize(
    "query",
    [
        "q=claim",
        "kind=figure",
        "disputed=on",
        "status=open&q=claim",
        "assignee=nobody&rating=none",
        "source={source}&status=decided",
        urlencode({"made_from": "2026-01-01"}),
    ],
)
def test_what_no_tally_tells_is_counted(query, source, admin):
    assert tallied(list_form(query.format(source=source.pk), admin)) is None


def test_claims_of_other_desks_count_for_nobody_else(source, neighbour, outsider):
    assert tallied(list_form("", neighbour)) == 3
    assert tallied(list_form("", outsider)) == 0


def list_form(query: str, user) -> ClaimFilterForm:
    form = ClaimFilterForm(QueryDict(query), user=user)
    assert form.is_valid(), form.errors
    return form
