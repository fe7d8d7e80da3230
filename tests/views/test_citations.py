"""Checked before: what is offered beside a claim, and citing it over HTTP."""

import pytest
from django.urls import reverse

from articles.models import Citation, Claim, Status
from tests.factories import make_article, make_claim, make_verdict
from tests.views.reading import parsed, words

HTMX = {"HX-Request": "true"}
WORDS = "12,000 people left their homes"
QUERIES = 9


@pytest.fixture
def claim(article, reviewer) -> Claim:
    return make_claim(article, WORDS, reviewer)


def make_old(desk, by, text: str = f"{WORDS} in May.", **fields: str) -> Claim:
    article = make_article(desk, by, text, title="Floods of May")
    claim = make_claim(article, text.removesuffix("."), by)
    make_verdict(claim, by, **fields)
    claim.refresh_from_db()
    return claim


def read(client, claim: Claim) -> str:
    response = client.get(reverse("claims-earlier", args=[claim.pk]), headers=HTMX)
    assert response.status_code == 200
    return words(parsed(response))


def post(client, route: str, pk: object, **fields: object):
    return client.post(reverse(route, args=[pk]), fields, headers=HTMX)


def test_nothing_is_shown_when_there_is_nothing(sign_in, reviewer, claim):
    assert read(sign_in(reviewer), claim) == ""


def test_an_earlier_claim_is_shown_with_its_verdict_and_what_differs(
    sign_in, reviewer, second_reviewer, desk, claim
):
    make_old(
        desk,
        second_reviewer,
        "20,000 people left their homes.",
        rating="false",
        attribution_accuracy="altered",
        rationale="The bulletin says half of it.",
    )
    shown = read(sign_in(reviewer), claim)
    for part in (
        "False",
        "Attribution: altered",
        "20,000 people left their homes",
        "Other number: 12,000 here, 20,000 there",
        "The bulletin says half of it.",
        "Claim 1 of “Floods of May”, samir",
    ):
        assert part in shown


def test_it_is_cited_and_removed_and_cited_again(sign_in, reviewer, desk, claim):
    old = make_old(desk, reviewer, rating="false")
    client = sign_in(reviewer)

    done = post(client, "claim-cite", claim.pk, version=claim.version, cited=old.pk)
    assert done.status_code == 200
    assert "Claim 1 cites claim 1 of “Floods of May”." in done.content.decode()
    shown = read(client, claim)
    assert "Cites claim 1 of “Floods of May”: False" in shown
    assert "Decided at this desk" not in shown

    citation = Citation.objects.get()
    claim.refresh_from_db()
    assert claim.status == Status.IN_REVIEW
    gone = post(client, "citation-withdraw", citation.pk, version=claim.version)
    assert reverse("citation-restore", args=[citation.pk]) in gone.content.decode()
    claim.refresh_from_db()
    assert "Cites" not in read(client, claim)

    post(client, "citation-restore", citation.pk, version=claim.version)
    assert "Cites claim 1" in read(client, claim)


def test_a_verdict_that_has_changed_since_is_told(sign_in, reviewer, desk, claim):
    old = make_old(desk, reviewer, rating="false")
    client = sign_in(reviewer)
    post(client, "claim-cite", claim.pk, version=claim.version, cited=old.pk)
    make_verdict(old, reviewer, "true")
    assert "False Remove" in read(client, claim)
    assert "It has been judged again since: True." in read(client, claim)
    Claim.objects.filter(pk=old.pk).update(status=Status.IN_REVIEW, verdict=None)
    assert "It has been taken up again since: in review." in read(client, claim)


def test_a_hidden_verdict_stays_hidden_where_it_was_cited(
    sign_in, reviewer, second_reviewer, desk, claim
):
    """A blind second reviewer of the cited claim must not learn the first verdict this way."""
    old = make_old(desk, second_reviewer, rating="false", rationale="Because of the bulletin.")
    client = sign_in(reviewer)
    post(client, "claim-cite", claim.pk, version=claim.version, cited=old.pk)
    Claim.objects.filter(pk=old.pk).update(status=Status.AWAITING_SECOND_REVIEW, verdict=None)
    shown = read(client, claim)
    assert "Cites claim 1" in shown
    assert "False" not in shown
    assert "Because of the bulletin" not in shown


def test_a_stale_version_gets_the_claim_as_it_is_now(sign_in, reviewer, desk, claim):
    old = make_old(desk, reviewer)
    answer = post(sign_in(reviewer), "claim-cite", claim.pk, version=99, cited=old.pk)
    assert answer.status_code == 409
    assert not Citation.objects.exists()


BAD = ["", "x", "00000000-0000-0000-0000-000000000000"]


@pytest.mark.parametrize("cited", BAD)
def test_bad_input_is_refused(sign_in, reviewer, claim, cited):
    answer = post(sign_in(reviewer), "claim-cite", claim.pk, version=claim.version, cited=cited)
    assert answer.status_code == 422
    assert not Citation.objects.exists()


def test_other_desks_reach_nothing(sign_in, reviewer, neighbour, desk, other_desk, claim):
    foreign = make_old(other_desk, neighbour)
    old = make_old(desk, reviewer)
    client = sign_in(reviewer)
    answer = post(client, "claim-cite", claim.pk, version=claim.version, cited=foreign.pk)
    assert answer.status_code == 422
    assert "no such claim at your desks" in answer.content.decode()
    post(client, "claim-cite", claim.pk, version=claim.version, cited=old.pk)

    stranger = sign_in(neighbour)
    citation = Citation.objects.get()
    assert stranger.get(reverse("claims-earlier", args=[claim.pk])).status_code == 404
    for route, pk in (
        ("claim-cite", claim.pk),
        ("citation-withdraw", citation.pk),
        ("citation-restore", citation.pk),
    ):
        assert post(stranger, route, pk, version=1).status_code == 404


def test_without_a_script_it_is_a_page_of_its_own(sign_in, reviewer, desk, claim):
    client = sign_in(reviewer)
    url = reverse("claims-earlier", args=[claim.pk])
    assert "No decided claim of this desk says the same." in words(parsed(client.get(url)))
    old = make_old(desk, reviewer)
    assert "Decided at this desk" in words(parsed(client.get(url)))
    fields = {"version": claim.version, "cited": old.pk}
    answer = client.post(reverse("claim-cite", args=[claim.pk]), fields)
    assert (answer.status_code, answer.url) == (302, claim.get_absolute_url())


def test_the_history_counts_sources_and_citations_apart(sign_in, reviewer, desk, claim):
    old = make_old(desk, reviewer)
    client = sign_in(reviewer)
    post(client, "claim-cite", claim.pk, version=claim.version, cited=old.pk)
    make_verdict(claim, reviewer)
    panel = client.get(reverse("claim", args=[claim.pk]), headers=HTMX)
    assert "0 sources, 1 earlier claim, no. 2 of the log" in words(parsed(panel))


@pytest.mark.parametrize("count", [1, 3])
def test_any_number_costs_the_same_queries(
    sign_in, reviewer, desk, claim, count, django_assert_num_queries
):
    client = sign_in(reviewer)
    for n in range(count):
        old = make_old(desk, reviewer, f"{WORDS} in week {n}.")
        claim.refresh_from_db()
        post(client, "claim-cite", claim.pk, version=claim.version, cited=old.pk)
    for n in range(count):
        make_old(desk, reviewer, f"{WORDS} in week 1{n}.")
    with django_assert_num_queries(QUERIES):
        read(client, claim)
