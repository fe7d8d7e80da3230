"""The dashboard's figures: what is counted, for whom, and where each leads."""

from datetime import UTC, datetime

import pytest
from django.core.cache import cache
from django.urls import reverse

from articles.actions.moves import withdraw_claim
from articles.models import Article, Claim
from tests.factories import (
    make_article,
    make_claim,
    make_evidence,
    make_person,
    make_source,
    make_verdict,
)
from tests.views.reading import bars, cells, links, parsed, words
from tests.views.reading import rows as listed

QUERIES = 18
HTMX = {"HX-Request": "true"}


def text(count: int) -> str:
    return " ".join(f"word{number:03}" for number in range(count)) + "."


@pytest.fixture
def claims(desk, reviewer, second_reviewer, source):
    """Six claims: 2 open, 1 waiting for a second review, 2 decided, 1 withdrawn after that."""
    article = make_article(desk, reviewer, text(6))
    made = [make_claim(article, f"word{number:03}", reviewer) for number in range(6)]
    for claim in (made[3], made[4], made[5]):
        make_evidence(claim, source, reviewer)
    make_verdict(made[2], reviewer, "false", second_review=True)
    make_verdict(made[3], reviewer, "true")
    make_verdict(made[4], second_reviewer, "half_true")
    make_verdict(made[5], reviewer, "opinion")
    made[5].refresh_from_db()
    withdraw_claim(claim=made[5], seen=made[5].version, by=reviewer)
    for place, claim in enumerate(made):
        moment = datetime(2026, 3, 1 + place, tzinfo=UTC)
        Claim.objects.filter(pk=claim.pk).update(created_at=moment)
    return made


def rows(response) -> list[str]:
    """The newest claims."""
    table = parsed(response).xpath("//table[caption='Newest claims']")[0]
    return [words(link) for link in table.xpath("tbody/tr/th/a")]


def chart(response, name: str) -> dict[str, int]:
    """The bars of one chart that are not empty."""
    found = parsed(response).xpath(f"//figure[@aria-labelledby='chart-{name}']//ol/li/a")
    labels = [words(bar.xpath("*[@class='bar-label']")[0]) for bar in found]
    counts = [int(bar.xpath("*[@class='bar-count']")[0].text) for bar in found]
    return {label: count for label, count in zip(labels, counts, strict=True) if count}


def counted(response) -> dict[str, int]:
    return {label: count for label, (count, _) in bars(response).items() if count}


def test_counts_by_all_that_a_claim_is(sign_in, reviewer, claims):
    Article.objects.update(publisher="Coast Gazette")
    response = sign_in(reviewer).get("/")

    assert chart(response, "status") == {"Open": 2, "Awaiting second review": 1, "Decided": 2}
    assert chart(response, "rating") == {"True": 1, "Half true": 1, "Not rated yet": 3}
    assert chart(response, "source") == {"Ministry of Water": 2}
    assert chart(response, "publisher") == {"Coast Gazette": 5}
    assert chart(response, "person") == {"rosa": 1, "Nobody": 2}


def test_every_bar_leads_to_the_claims_it_counts(sign_in, editor, claims):
    Article.objects.update(publisher="Coast Gazette")
    client = sign_in(editor)
    for label, (count, url) in bars(client.get("/")).items():
        assert len(listed(client.get(url))) == count, label


def test_the_table_says_what_the_picture_shows(sign_in, reviewer, claims):
    tables = parsed(sign_in(reviewer).get("/")).xpath("//figure//table")
    said = [cells(row) for table in tables for row in table.xpath("tbody/tr")]

    assert ["Awaiting second review", "1", "20 %"] in said
    assert ["Half true", "1", "20 %"] in said
    assert ["False", "0", "0 %"] in said
    assert ["Ministry of Water", "2", "40 %"] in said


def test_bars_are_drawn_with_attributes_alone(sign_in, reviewer, claims):
    response = sign_in(reviewer).get("/")
    figure = parsed(response).xpath("//figure[@aria-labelledby='chart-status']")[0]

    assert figure.xpath(".//*[@class='bar-fill']/@width") == [
        "100%",
        "0%",
        "50%",
        "100%",
        "0%",
        "0%",
    ]
    assert b"style=" not in response.content


def test_headline_figures(sign_in, reviewer, claims):
    response = sign_in(reviewer).get("/")
    headlines = [words(card) for card in parsed(response).xpath("//dl[@class='headlines']/div")]

    assert headlines == [
        "Open 2",
        "Waiting for second review 1",
        "Decided 2",
        "Waiting longest word000 Open, marked on 1 March 2026 word001 Open, marked on "
        "2 March 2026 word002 Awaiting second review, rosa, marked on 3 March 2026",
    ]
    assert links(response, "word000")[0] == claims[0].get_absolute_url()
    assert links(response, "1 withdrawn claim") == ["/claims/?status=withdrawn"]


def test_newest_claims_first_without_the_withdrawn(sign_in, reviewer, claims):
    expected = ["word004", "word003", "word002", "word001", "word000"]
    assert rows(sign_in(reviewer).get("/")) == expected


def test_a_verdict_that_waits_for_the_second_is_in_no_figure(sign_in, second_reviewer, claims):
    response = sign_in(second_reviewer).get("/")
    assert bars(response)["False"][0] == 0
    assert "badge rating-false" not in response.content.decode()


def test_protected_source_is_counted_for_those_alone_who_may_read_its_name(
    sign_in, reviewer, editor, claims
):
    hidden = make_source("Deep Harbour", editor, protected=True)
    make_evidence(claims[0], hidden, reviewer)

    assert counted(sign_in(editor).get("/"))["Deep Harbour"] == 1
    response = sign_in(reviewer).get("/")
    assert b"Deep Harbour" not in response.content
    assert str(hidden.pk) not in response.content.decode()
    assert "Protected sources are not shown." in response.content.decode()


def test_the_twelve_sources_that_most_claims_rest_on(sign_in, reviewer, claims):
    for number in range(13):
        make_evidence(claims[0], make_source(f"Paper {number:02}", reviewer), reviewer)
    response = sign_in(reviewer).get("/")
    figure = parsed(response).xpath("//figure[@aria-labelledby='chart-source']")[0]
    labels = [words(label) for label in figure.xpath(".//*[@class='bar-label']")]

    assert labels == ["Ministry of Water", *(f"Paper {number:02}" for number in range(11))]
    assert links(response, "All sources") == [reverse("sources")]


def test_claims_of_nobody_are_told_however_many_people_have_more(sign_in, reviewer, desk):
    article = make_article(desk, reviewer, text(27))
    made = [make_claim(article, f"word{number:03}", reviewer) for number in range(27)]
    for number in range(13):
        person = make_person(f"reviewer-{number:02}", desk=desk)
        some = [claim.pk for claim in made[2 * number : 2 * number + 2]]
        Claim.objects.filter(pk__in=some).update(assignee=person)

    shown = chart(sign_in(reviewer).get("/"), "person")
    assert list(shown.values()) == [2] * 12 + [1]
    assert list(shown)[-1] == "Nobody"


def test_withdrawn_evidence_and_two_links_to_one_source(sign_in, reviewer, claims, source):
    other = make_source("Harbour office", reviewer)
    make_evidence(claims[0], other, reviewer)
    twice = make_evidence(claims[1], other, reviewer)
    twice.pk, twice.relation = None, "refutes"
    twice.save(force_insert=True)
    claims[3].evidence.update(withdrawn_at=datetime(2026, 3, 9, tzinfo=UTC))

    figures = counted(sign_in(reviewer).get("/"))
    assert (figures["Harbour office"], figures["Ministry of Water"]) == (2, 1)


class TestWhoSeesWhat:
    def test_only_ones_desks(self, sign_in, neighbour, admin, claims):
        response = sign_in(neighbour).get("/")
        assert "No claims yet" in response.content.decode()
        assert b"word000" not in response.content
        assert counted(sign_in(admin).get("/"))["Open"] == 2

    def test_a_person_of_no_desk_is_told_so(self, sign_in, outsider, claims):
        content = sign_in(outsider).get("/").content.decode()
        assert "You are of no desk yet" in content
        assert "word000" not in content

    def test_a_stranger_is_sent_to_sign_in(self, client, db):
        assert client.get("/").headers["Location"] == f"{reverse('account_login')}?next=/"


class TestRefresh:
    def seen(self, response) -> str:
        return parsed(response).xpath("//input[@name='seen']/@value")[0]

    def test_nothing_new_is_no_content(self, sign_in, reviewer, claims):
        client = sign_in(reviewer)
        seen = self.seen(client.get("/"))
        response = client.get("/", {"seen": seen}, headers=HTMX)
        assert (response.status_code, response.content) == (204, b"")

    def test_news_is_the_figures_alone(self, sign_in, reviewer, claims):
        client = sign_in(reviewer)
        seen = self.seen(client.get("/"))
        make_verdict(claims[0], reviewer, "false")
        response = client.get("/", {"seen": seen}, headers=HTMX)

        assert response.status_code == 200
        assert b"<h1" not in response.content
        assert counted(response)["False"] == 1
        assert self.seen(response) != seen

    def test_a_moment_beyond_all_time_is_answered_with_the_figures(self, sign_in, reviewer, claims):
        client = sign_in(reviewer)
        token, _, _ = self.seen(client.get("/")).partition("-")
        response = client.get("/", {"seen": f"{token}-{'9' * 400}"}, headers=HTMX)
        assert response.status_code == 200

    def test_a_page_in_the_cache_is_no_fragment(self, sign_in, reviewer, claims):
        assert "HX-Request" in sign_in(reviewer).get("/").headers["Vary"]


@pytest.mark.parametrize("count", [1, 3, 100])
def test_as_many_queries_for_any_number_of_claims(
    sign_in, reviewer, desk, count, django_assert_num_queries
):
    article = make_article(desk, reviewer, text(count))
    for number in range(count):
        claim = make_claim(article, f"word{number:03}", reviewer)
        if number < 20:
            make_evidence(claim, make_source(f"Paper {number}", reviewer), reviewer)
    client = sign_in(reviewer)
    client.get("/")  # looks for findings, which are kept for a minute
    with django_assert_num_queries(QUERIES):
        response = client.get("/")
    assert len(rows(response)) == min(count, 10)


def test_of_a_large_desk_the_first_sources_are_chosen_once_a_minute_and_counted_each_time(
    sign_in, reviewer, claims, source, monkeypatch
):
    monkeypatch.setattr("articles.dashboard.LARGE", 4)
    client = sign_in(reviewer)
    client.get("/")
    make_evidence(claims[0], make_source("Harbour office", reviewer), reviewer)
    make_evidence(claims[0], source, reviewer)
    assert chart(client.get("/"), "source") == {"Ministry of Water": 3}
    cache.clear()
    assert chart(client.get("/"), "source") == {"Ministry of Water": 3, "Harbour office": 1}
