"""The list of claims: what each filter leaves, in what order, and who sees what."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from articles.forms.claim_filters import SORTS
from articles.models import Article, Claim, User
from articles.views import claims_list, lists
from tests.factories import (
    make_article,
    make_claim,
    make_evidence,
    make_person,
    make_source,
    make_verdict,
)
from tests.views.reading import links, parsed, rows, words

URL = "/claims/"
QUERIES = 8
HTMX = {"HX-Request": "true"}


def text(count: int) -> str:
    return " ".join(f"word{number:03}" for number in range(count)) + "."


@pytest.fixture
def three(desk, reviewer, second_reviewer):
    """Three claims by name: open, decided as false, withdrawn; made in this order."""
    article = make_article(desk, reviewer, "The first claim. The second claim. The third claim.")
    made = {
        name: make_claim(article, f"The {name} claim", reviewer)
        for name in ("first", "second", "third")
    }
    start = datetime(2026, 3, 1, tzinfo=UTC)
    for place, claim in enumerate(made.values()):
        Claim.objects.filter(pk=claim.pk).update(created_at=start + timedelta(days=place))
    make_verdict(made["second"], second_reviewer, "false")
    Claim.objects.filter(pk=made["third"].pk).update(status="withdrawn")
    urgent = {"kind": "figure", "priority": 2, "due_on": start}
    Claim.objects.filter(pk=made["first"].pk).update(**urgent)
    Article.objects.update(publisher="Coast Gazette")
    return made


def names(response) -> list[str]:
    return [text.split()[1] for text in rows(response)]


FILTERS = {
    "nothing": ({}, ["second", "first"]),
    "withdrawn only when asked for": ({"status": "withdrawn"}, ["third"]),
    "several statuses": ({"status": ["open", "withdrawn"]}, ["third", "first"]),
    "one rating": ({"rating": "false"}, ["second"]),
    "not rated": ({"rating": "none"}, ["first"]),
    "several ratings": ({"rating": ["none", "false"]}, ["second", "first"]),
    "status and rating": ({"status": "open", "rating": "false"}, []),
    "mine": ({"assignee": "me"}, []),
    "nobody's": ({"assignee": "nobody"}, ["first"]),
    "one person's": ({"assignee": "samir"}, ["second"]),
    "a word": ({"q": "first"}, ["first"]),
    "another form of the word": ({"q": "claims"}, ["second", "first"]),
    "a phrase": ({"q": '"second claim"'}, ["second"]),
    "not a word": ({"q": "claim -second"}, ["first"]),
    "the desk": ({"desk": "world"}, ["second", "first"]),
    "a kind": ({"kind": ["figure", "event"]}, ["first"]),
    "a priority": ({"priority": "2"}, ["first"]),
    "overdue": ({"due": "overdue"}, ["first"]),
    "due today": ({"due": "today"}, []),
    "due within a week": ({"due": "week"}, []),
    "no due date": ({"due": "none"}, ["second"]),
    "a publisher, by the beginning of its name": ({"publisher": "coast"}, ["second", "first"]),
    "no such publisher": ({"publisher": "gazette"}, []),
    "no dispute": ({"disputed": "on"}, []),
    "no evidence": ({"unsupported": "on"}, ["second", "first"]),
    "marked from": ({"made_from": "2026-03-02"}, ["second"]),
    "marked until": ({"made_to": "2026-03-01"}, ["first"]),
    "changed long ago": ({"changed_to": "2026-03-05"}, []),
    "changed since": ({"changed_from": "2026-03-05"}, ["second", "first"]),
    "the last of days": ({"made_to": "9999-12-31"}, ["second", "first"]),
    "empty parameters": (
        {"status": "", "rating": "", "q": "", "desk": "", "source": "", "article": "", "sort": ""},
        ["second", "first"],
    ),
    "a parameter that is none of ours": ({"utm_source": "mail"}, ["second", "first"]),
    "oldest": ({"sort": "oldest"}, ["first", "second"]),
    "recently changed": ({"sort": "changed"}, ["second", "first"]),
    "by status": ({"sort": "status", "status": ["decided", "open"]}, ["first", "second"]),
    "by rating": ({"sort": "rating"}, ["second", "first"]),
    "by due date": ({"sort": "due"}, ["first", "second"]),
    "by urgency": ({"sort": "urgency"}, ["first", "second"]),
    "by article": ({"sort": "article"}, ["second", "first"]),
}


@pytest.mark.parametrize(("query", "expected"), FILTERS.values(), ids=FILTERS)
def test_filters_leave_and_sort(sign_in, reviewer, three, query, expected):
    response = sign_in(reviewer).get(URL, query)

    assert response.status_code == 200
    assert names(response) == expected


def test_assigned_to_me(sign_in, second_reviewer, three):
    assert names(sign_in(second_reviewer).get(URL, {"assignee": "me"})) == ["second"]


def test_marked_overdue_is_what_the_filter_calls_overdue(sign_in, reviewer, three):
    Claim.objects.update(due_on=timezone.localdate() - timedelta(days=1))
    Claim.objects.filter(pk=three["second"].pk).update(status="needs_recheck")
    client = sign_in(reviewer)

    shown = parsed(client.get(URL, {"status": ["open", "needs_recheck", "withdrawn"]}))

    marked = [words(row.xpath("th/a")[0]) for row in shown.xpath("//tr[.//*[@class='late']]")]
    listed = rows(client.get(URL, {"due": "overdue"}))
    assert marked == listed == ["The second claim", "The first claim"]


def test_article_filter_is_a_chip_that_can_be_taken_away(sign_in, reviewer, desk, three):
    other = make_article(desk, reviewer, "Something else is claimed.", title="Elsewhere")
    make_claim(other, "Something else", reviewer)
    client = sign_in(reviewer)

    response = client.get(URL, {"article": other.pk, "status": "open"})
    assert rows(response) == ["Something else"]

    without = links(response, "Article: Elsewhere ×")
    assert without == ["/claims/?status=open"]
    assert rows(client.get(without[0])) == ["Something else", "The first claim"]
    assert links(response, "Clear all") == [URL]


class TestSources:
    @pytest.fixture
    def linked(self, three, reviewer, source):
        make_evidence(three["first"], source, reviewer)
        return three

    @pytest.mark.parametrize("typed", ["Ministry of Water", "minis wat", "mow"])
    def test_by_the_beginning_of_name_or_alias(self, sign_in, reviewer, linked, typed):
        assert names(sign_in(reviewer).get(URL, {"source_name": typed})) == ["first"]

    @pytest.mark.parametrize("typed", ["Water Board", "%", "istry"])
    def test_no_such_name(self, sign_in, reviewer, linked, typed):
        assert names(sign_in(reviewer).get(URL, {"source_name": typed})) == []

    def test_by_link(self, sign_in, reviewer, linked, source):
        response = sign_in(reviewer).get(URL, {"source": source.pk})

        assert names(response) == ["first"]
        assert links(response, "Source: Ministry of Water ×") == ["/claims/?"]

    def test_withdrawn_evidence_does_not_count(self, sign_in, reviewer, linked, source):
        linked["first"].evidence.update(withdrawn_at=datetime(2026, 3, 5, tzinfo=UTC))
        assert names(sign_in(reviewer).get(URL, {"source": source.pk})) == []

    def test_protected_source_is_found_by_those_alone_who_may_read_its_name(
        self, sign_in, reviewer, editor, three
    ):
        hidden = make_source("Deep Harbour", editor, protected=True)
        make_evidence(three["first"], hidden, reviewer)
        by_name, by_link = {"source_name": "Deep"}, {"source": hidden.pk}

        assert names(sign_in(editor).get(URL, by_name)) == ["first"]
        assert names(sign_in(editor).get(URL, by_link)) == ["first"]
        assert names(sign_in(reviewer).get(URL, by_name)) == []
        refused = sign_in(reviewer).get(URL, by_link)
        assert refused.status_code == 400
        assert b"Deep Harbour" not in refused.content
        assert b"Deep" not in sign_in(reviewer).get("/sources/names/", by_name).content
        assert b'value="Deep Harbour"' in sign_in(editor).get("/sources/names/", by_name).content


class TestWhoSeesWhat:
    def test_only_the_claims_of_ones_desks(self, sign_in, neighbour, outsider, admin, three):
        assert names(sign_in(neighbour).get(URL)) == []
        assert names(sign_in(outsider).get(URL)) == []
        assert names(sign_in(admin).get(URL)) == ["second", "first"]

    def test_a_stranger_is_sent_to_sign_in(self, client, db):
        assert client.get(URL).headers["Location"] == f"{reverse('account_login')}?next=/claims/"

    def test_admin_picks_a_desk(self, sign_in, admin, three, other_desk):
        response = sign_in(admin).get(URL)
        assert [option.text for option in parsed(response).xpath("//select[@id='id_desk']/*")] == [
            "All desks",
            "Sports",
            "World",
        ]
        assert names(sign_in(admin).get(URL, {"desk": "sports"})) == []

    def test_whoever_has_one_desk_is_not_asked(self, sign_in, reviewer, three):
        assert not parsed(sign_in(reviewer).get(URL)).xpath("//select[@id='id_desk']")

    def test_people_of_other_desks_are_not_offered(self, sign_in, reviewer, neighbour, three):
        response = sign_in(reviewer).get(URL)
        people = parsed(response).xpath("//select[@id='id_assignee']/option/@value")
        assert people == ["", "me", "nobody", "rosa", "samir"]

    def test_people_are_in_the_order_of_the_names_shown(
        self, sign_in, reviewer, second_reviewer, three
    ):
        User.objects.filter(pk=reviewer.pk).update(first_name="Zoe", last_name="Abel")
        User.objects.filter(pk=second_reviewer.pk).update(first_name="Ada", last_name="Zimmer")
        response = sign_in(reviewer).get(URL)
        people = parsed(response).xpath("//select[@id='id_assignee']/option/text()")
        assert people[-2:] == ["Ada Zimmer", "Zoe Abel"]

    def test_a_verdict_that_waits_for_the_second_shows_nowhere(
        self, sign_in, second_reviewer, reviewer, three
    ):
        make_verdict(three["first"], reviewer, "mostly_false", second_review=True)
        client = sign_in(second_reviewer)

        assert names(client.get(URL, {"rating": "mostly_false"})) == []
        assert names(client.get(URL, {"rating": "none"})) == ["first"]


SENSELESS = {
    "unknown rating": ({"rating": "banana"}, "rating: “banana” is not a rating."),
    "unknown status": ({"status": ["open", "x"]}, "status: “x” is not a status."),
    "unknown sort": ({"sort": "size"}, "sort: “size” is not a way to sort."),
    "nobody of the desk": ({"assignee": "nils"}, "assignee: “nils” is nobody at your desks."),
    "another desk": ({"desk": "sports"}, "desk: “sports” is not one of your desks."),
    "malformed article": ({"article": "12"}, "article: “12” is not a valid UUID."),
    "malformed source": ({"source": "x\0"}, "source: Null characters are not allowed."),
    "no such source": (
        {"source": "01900000-0000-7000-8000-000000000000"},
        "source: There is no such source.",
    ),
    "a NUL in the search": ({"q": "a\0b"}, "q: Null characters are not allowed."),
    "endless search": ({"q": "a" * 201}, "q: Ensure this value has at most 200 characters"),
    "markup": ({"status": "<script>"}, "status: “<script>” is not a status."),
}


class TestSenselessAddress:
    @pytest.mark.parametrize(("query", "message"), SENSELESS.values(), ids=SENSELESS)
    def test_parameter_is_named(self, sign_in, reviewer, neighbour, three, query, message):
        response = sign_in(reviewer).get(URL, query)

        assert response.status_code == 400
        assert message in words(parsed(response).xpath("//*[@role='alert']")[0])
        assert rows(response) == []

    @pytest.mark.parametrize("name", ["source_name", "publisher"])
    def test_a_name_that_is_too_long_is_told_at_its_field(self, sign_in, reviewer, three, name):
        page = parsed(sign_in(reviewer).get(URL, {name: "a" * 301}))

        field = page.get_element_by_id(f"id_{name}")
        assert field.get("aria-invalid") == "true"
        told = page.get_element_by_id(field.get("aria-describedby"))
        assert "at most 300 characters" in words(told)

    def test_article_of_another_desk_is_no_article(self, sign_in, neighbour, three):
        response = sign_in(neighbour).get(URL, {"article": three["first"].article_id})

        assert response.status_code == 400
        notice = words(parsed(response).xpath("//*[@role='alert']")[0])
        assert "article: There is no such article at your desks." in notice
        assert b"High water" not in response.content

    @pytest.mark.parametrize("cursor", ["x", "a:b", "..:", "é\0", "W10:" + "A" * 43])
    def test_place_that_is_none(self, sign_in, reviewer, three, cursor):
        response = sign_in(reviewer).get(URL, {"status": "open", "at": cursor})

        assert response.status_code == 400
        assert "not valid any more" in response.content.decode()
        assert links(response, "First page") == ["/claims/?status=open"]

    def test_the_senseless_part_can_be_taken_away(self, sign_in, reviewer, three):
        response = sign_in(reviewer).get(URL, {"status": "open", "rating": "banana"})
        assert links(response, "Rating: banana ×") == ["/claims/?status=open"]


class TestSearch:
    def find(self, client, query: str) -> str:
        """The HTML of the first row's link."""
        return client.get(URL, {"q": query}).content.decode().partition('class="clamped')[2]

    def test_hits_are_marked(self, sign_in, reviewer, three):
        found = self.find(sign_in(reviewer), "claiming first")
        assert ">The <mark>first</mark> <mark>claim</mark></a>" in found

    def test_hostile_text_stays_text(self, sign_in, reviewer, desk):
        hostile = "<img src=x onerror=alert(1)> & <b>\ue000 flood \ue001 rises</b>"
        article = make_article(desk, reviewer, hostile, title="<i>Title</i>")
        make_claim(article, hostile, reviewer)
        found = self.find(sign_in(reviewer), "flood")

        shown = found.partition("</a>")[0]
        assert "&lt;img src=x onerror=alert(1)&gt; &amp; " in shown
        assert "<mark>flood</mark>  rises&lt;/b&gt;" in shown
        assert "<img" not in shown
        assert "<b>" not in shown
        assert "\ue000" not in shown
        assert "&lt;i&gt;Title&lt;/i&gt;" in found

    def test_hit_in_the_note_shows_the_note(self, sign_in, reviewer, article):
        claim = make_claim(article, "12,000 people", reviewer)
        Claim.objects.filter(pk=claim.pk).update(note='Ask the harbour & "master". ' * 40)
        found = self.find(sign_in(reviewer), "harbour")

        note = found.partition("Note: ")[2].partition("</span>")[0]
        assert "the <mark>harbour</mark> &amp; &quot;master&quot;" in note
        assert len(note) < 1000

    def test_korean(self, sign_in, reviewer, desk):
        article = make_article(desk, reviewer, "시장은 강을 건넌다. 다른 문장.")
        make_claim(article, "시장은 강을 건넌다", reviewer)
        make_claim(article, "다른 문장", reviewer)
        assert rows(sign_in(reviewer).get(URL, {"q": "시장"})) == ["시장은 강을 건넌다"]

    @pytest.mark.parametrize("query", ["'", '"', "a & | !", "((", "\\", "%", ":*", "-", "the"])
    def test_no_query_is_an_error(self, sign_in, reviewer, three, query):
        assert sign_in(reviewer).get(URL, {"q": query}).status_code == 200


class TestPages:
    @pytest.fixture
    def many(self, desk, reviewer):
        article = make_article(desk, reviewer, text(60))
        return [make_claim(article, f"word{number:03}", reviewer) for number in range(60)]

    @pytest.mark.parametrize("sort", [*SORTS])
    def test_all_claims_once_there_and_back(self, sign_in, reviewer, many, monkeypatch, sort):
        monkeypatch.setattr(lists, "PAGE", 25)
        client = sign_in(reviewer)
        first = client.get(URL, {"sort": sort, "status": "open"})
        second = client.get(links(first, "Next")[0])
        third = client.get(links(second, "Next")[0])

        seen = [rows(page) for page in (first, second, third)]
        assert [len(page) for page in seen] == [25, 25, 10]
        assert sorted(seen[0] + seen[1] + seen[2]) == sorted(claim.text for claim in many)
        assert links(first, "Previous") == links(third, "Next") == []
        assert rows(client.get(links(third, "Previous")[0])) == seen[1]
        assert rows(client.get(links(second, "Previous")[0])) == seen[0]

    def test_claims_of_one_moment_keep_their_order(self, sign_in, reviewer, many, monkeypatch):
        Claim.objects.update(created_at=datetime(2026, 3, 1, tzinfo=UTC))
        monkeypatch.setattr(lists, "PAGE", 40)
        client = sign_in(reviewer)
        first = client.get(URL)
        second = client.get(links(first, "Next")[0])
        assert rows(first) + rows(second) == [claim.text for claim in reversed(many)]

    def test_place_of_another_order_is_refused(self, sign_in, reviewer, many):
        client = sign_in(reviewer)
        at = links(client.get(URL), "Next")[0].partition("at=")[2]
        assert client.get(f"{URL}?sort=oldest&at={at}").status_code == 400

    def test_total_that_must_be_counted_is_exact_up_to_a_bound(
        self, sign_in, reviewer, many, monkeypatch
    ):
        def total(url: str) -> str:
            return words(parsed(sign_in(reviewer).get(url)).get_element_by_id("total"))

        assert total(f"{URL}?kind=statement") == "60 claims"
        monkeypatch.setattr(claims_list, "MOST_COUNTED", 59)
        assert total(f"{URL}?kind=statement") == "more than 59 claims Count all"
        assert total(URL) == "60 claims"

    @pytest.mark.parametrize("query", ["kind=statement", "kind=statement&status=open", ""])
    def test_total_is_exact_for_who_asks(self, sign_in, reviewer, many, query):
        client = sign_in(reviewer)
        Claim.objects.filter(pk=many[0].pk).update(status="in_review")
        page = parsed(client.get(f"{URL}total/?{query}"))
        found = "59 claims" if "open" in query else "60 claims"
        assert words(page.get_element_by_id("total")) == found

    def test_total_of_filters_that_make_no_sense_is_refused(self, sign_in, reviewer):
        assert sign_in(reviewer).get(f"{URL}total/?kind=riddle").status_code == 400


class TestQueries:
    @pytest.mark.parametrize("count", [1, 3, 100])
    def test_as_many_for_any_number_of_claims(
        self, sign_in, reviewer, desk, count, django_assert_num_queries
    ):
        article = make_article(desk, reviewer, text(count))
        for number in range(count):
            claim = make_claim(article, f"word{number:03}", reviewer)
            Claim.objects.filter(pk=claim.pk).update(
                assignee=make_person(f"person{number}", desk=desk)
            )
        client = sign_in(reviewer)
        # One more counts what is on other pages too.
        with django_assert_num_queries(QUERIES + (count > 50)):
            response = client.get(URL)
        assert len(rows(response)) == min(count, 50)

    def test_the_search_column_stays_in_the_database(self, sign_in, reviewer, three):
        client = sign_in(reviewer)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get(URL, {"q": "claim", "sort": "status"})
        selected = [query["sql"].partition(" FROM ")[0] for query in captured]
        assert not [columns for columns in selected if '"search"' in columns]


class TestHtmx:
    def test_fragment_and_the_address_to_keep(self, sign_in, reviewer, three):
        query = {"q": "", "status": ["open", "decided"], "sort": "newest", "assignee": ""}
        response = sign_in(reviewer).get(f"{URL}?{urlencode(query, doseq=True)}", headers=HTMX)

        assert response.headers["HX-Push-Url"] == "/claims/?status=open&status=decided"
        assert "HX-Request" in response.headers["Vary"]
        assert names(response) == ["second", "first"]
        assert b"<html" not in response.content
        total = parsed(response).xpath("//*[@id='total']")[0]
        assert (words(total), total.get("hx-swap-oob")) == ("2 claims", "innerHTML")

    def test_no_filters_left(self, sign_in, reviewer, three):
        response = sign_in(reviewer).get(f"{URL}?q=", headers=HTMX)
        assert response.headers["HX-Push-Url"] == "/claims/"

    def test_the_same_address_is_no_step_on_the_way_back(self, sign_in, reviewer, three):
        headers = HTMX | {"HX-Current-URL": "http://testserver/claims/?q=first"}
        response = sign_in(reviewer).get(f"{URL}?q=first&sort=newest", headers=headers)
        assert "HX-Push-Url" not in response.headers


class TestEmpty:
    def test_no_claims_at_all(self, sign_in, reviewer):
        content = sign_in(reviewer).get(URL).content.decode()
        assert "No claims yet" in content
        assert "Nothing matches" not in content

    def test_nothing_matches(self, sign_in, reviewer, three):
        content = sign_in(reviewer).get(URL, {"q": "zebra"}).content.decode()
        assert "Nothing matches" in content
        assert "No claims yet" not in content


def test_row_tells_what_a_claim_is_and_leads_to_it(sign_in, reviewer, three):
    response = sign_in(reviewer).get(URL, {"rating": "false"})
    row = parsed(response).xpath("//tbody/tr")[0]

    three["second"].refresh_from_db()
    assert row.xpath("th/a/@href") == [three["second"].get_absolute_url()]
    assert words(row) == (
        "Select claim 2 of High water 2 The second claim High water Decided False samir "
        f"{timezone.localtime(three['second'].updated_at):%-d %b %Y, %H:%M}"
    )
    assert row.xpath(".//time/@datetime")
