"""The annotate page: constant queries, and pages of claims in reading order."""

import re

import pytest
from django.urls import reverse

from articles.actions.evidence import withdraw_evidence
from tests.factories import make_article, make_claim, make_evidence, make_verdict

PAGE_QUERIES = 11
PANEL_QUERIES = 29


def words(count: int) -> str:
    return " ".join(f"word{number:04}" for number in range(count)) + "."


@pytest.mark.parametrize("count", [1, 3, 120])
def test_page_costs_the_same_queries_for_any_number_of_claims(
    sign_in, reviewer, desk, count, django_assert_num_queries
):
    article = make_article(desk, reviewer, words(200))
    for number in range(count):
        make_claim(article, f"word{number:04}", reviewer)
    client = sign_in(reviewer)

    with django_assert_num_queries(PAGE_QUERIES):
        response = client.get(reverse("article", args=[article.pk]))

    assert response.content.decode().count("<mark") == count


@pytest.mark.parametrize("count", [1, 3])
def test_panel_costs_the_same_queries_for_any_evidence_and_history(
    sign_in, reviewer, second_reviewer, article, source, count, django_assert_num_queries
):
    claim = make_claim(article, "The river rose", reviewer)
    for _ in range(count):
        make_evidence(claim, source, reviewer).delete()
        make_verdict(claim, second_reviewer)
    make_evidence(claim, source, reviewer)
    client = sign_in(reviewer)

    with django_assert_num_queries(PANEL_QUERIES):
        client.get(reverse("article", args=[article.pk]), {"claim": 1})


def test_claims_come_in_reading_order_a_page_at_a_time(sign_in, reviewer, desk):
    article = make_article(desk, reviewer, words(200))
    for number in reversed(range(130)):
        make_claim(article, f"word{number:04}", reviewer)
    client = sign_in(reviewer)

    first = client.get(reverse("article", args=[article.pk])).content.decode()
    after = re.search(r"\?after=([0-9-]+)", first)[1]
    url = reverse("article-claims", args=[article.pk])
    second = client.get(url, {"after": after}).content.decode()
    after = re.search(r"\?after=([0-9-]+)", second)[1]
    third = client.get(url, {"after": after}).content.decode()

    shown = re.findall(r'claim-words" dir="auto">(\w+)<', first + second + third)
    assert shown == [f"word{number:04}" for number in range(130)]


@pytest.mark.parametrize("after", ["x", "1", "1-x", "-", "9" * 30 + "-1"])
def test_a_place_that_is_none_is_a_bad_request(sign_in, reviewer, article, after):
    url = reverse("article-claims", args=[article.pk])
    assert sign_in(reviewer).get(url, {"after": after}).status_code == 400


def test_rows_are_searched_by_words(sign_in, reviewer, article):
    make_claim(article, "The river rose", reviewer)
    make_claim(article, "12,000 people left their homes", reviewer)
    url = reverse("article-claims", args=[article.pk])

    html = sign_in(reviewer).get(url, {"q": "home of people"}).content.decode()
    assert "12,000 people" in html
    assert "The river rose" not in html

    nothing = sign_in(reviewer).get(url, {"q": "volcano"}).content.decode()
    assert "No claim of this article has these words." in nothing


def test_text_is_escaped(sign_in, reviewer, desk):
    hostile = "He said <script>alert(1)</script> & left. It was “over”."
    article = make_article(desk, reviewer, hostile, title="<b>bold</b>")
    make_claim(article, "<script>alert(1)</script>", reviewer)

    html = sign_in(reviewer).get(reverse("article", args=[article.pk])).content.decode()

    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;</mark> &amp; left." in html
    assert "<b>bold" not in html


def test_htmx_gets_the_panel_of_a_numbered_claim_alone(sign_in, reviewer, article):
    make_claim(article, "The river rose", reviewer)
    client = sign_in(reviewer)
    url, htmx = reverse("article", args=[article.pk]), {"HX-Request": "true"}

    panel = client.get(url, {"claim": 1}, headers=htmx).content.decode()
    assert panel.strip().startswith('<section id="detail"')
    assert "Claim 1" in panel
    assert "claim-list" not in panel

    missing = client.get(url, {"claim": 2}, headers=htmx).content.decode()
    assert missing.strip().startswith('<section id="detail"')
    assert "This article has no claim 2." in missing


@pytest.mark.parametrize("number", ["x", "-1", "9" * 40])
def test_a_claim_number_that_is_none_is_said(sign_in, reviewer, article, number):
    response = sign_in(reviewer).get(reverse("article", args=[article.pk]), {"claim": number})
    assert f"This article has no claim {number}." in response.content.decode()


def test_unknown_claim_number_is_said(sign_in, reviewer, article):
    response = sign_in(reviewer).get(reverse("article", args=[article.pk]), {"claim": 7})
    assert "This article has no claim 7." in response.content.decode()


def test_a_row_tells_sources_and_assignee(sign_in, reviewer, second_reviewer, article, source):
    claim = make_claim(article, "The river rose", reviewer)
    withdrawn = make_evidence(claim, source, reviewer)
    withdraw_evidence(evidence=withdrawn, seen=withdrawn.claim.version, by=reviewer)
    make_evidence(claim, source, reviewer)
    claim.refresh_from_db()
    claim.assignee = second_reviewer
    claim.save()

    html = sign_in(reviewer).get(reverse("article", args=[article.pk])).content.decode()

    row = re.search(r'<li id="claim-.*?</li>', html, re.DOTALL)[0]
    assert "<span>1 source</span>" in row
    assert f'<span class="assignee">{second_reviewer}</span>' in row
