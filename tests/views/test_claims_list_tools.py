"""What one does with the list: columns, CSV, news, and many claims at once."""

import csv
import io
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode, urljoin

import pytest
from django.utils import timezone

from articles.exports.claim_list import COLUMNS
from articles.models import Article, Claim, User
from articles.models.base import uuid7
from articles.views import claims_list, lists
from factcheck import gunicorn_config
from tests.factories import make_article, make_claim, make_evidence, make_source, make_verdict
from tests.views.reading import parsed, rows, words

URL = "/claims/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def article(desk: Any, editor: User) -> Article:
    return make_article(desk, editor, "=SUM(A1) is a claim. The other claim. A third one.")


@pytest.fixture
def two(article: Article, editor: User) -> list[Claim]:
    return [make_claim(article, text, editor) for text in ("=SUM(A1) is a claim", "The other")]


def headings(response: Any) -> list[str]:
    return [words(cell) for cell in parsed(response).xpath("//thead//th")][1:]


class TestColumns:
    def test_are_kept_for_the_person(self, sign_in: Any, editor: User, two: list[Claim]) -> None:
        client = sign_in(editor)
        assert headings(client.get(URL)) == [
            "No.", "Claim", "Status", "Rating", "Due", "Assigned to", "Changed"
        ]  # fmt: skip
        answer = client.post(f"{URL}columns/?q=claim", {"column": ["kind", "no such", "number"]})
        assert answer.headers["Location"] == f"{URL}?q=claim"
        assert headings(client.get(URL)) == ["No.", "Claim", "Kind"]
        assert "Kind" not in headings(sign_in(editor).get(URL))

    def test_none_chosen_are_the_usual_ones(
        self, sign_in: Any, editor: User, two: list[Claim]
    ) -> None:
        client = sign_in(editor)
        client.post(f"{URL}columns/", {"column": ["kind"]})
        client.post(f"{URL}columns/")
        assert "Status" in headings(client.get(URL))


class TestCsv:
    def read(self, client: Any, query: str = "") -> list[list[str]]:
        response = client.get(f"{URL}claims.csv?{query}")
        text = b"".join(response).decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text)))

    def test_is_what_the_list_shows(
        self, sign_in: Any, editor: User, two: list[Claim], monkeypatch: Any
    ) -> None:
        monkeypatch.setattr(claims_list, "CHUNK", 1)
        client = sign_in(editor)
        client.post(f"{URL}columns/", {"column": ["number", "status", "assignee", "due"]})
        assert self.read(client, "sort=oldest") == [
            ["Claim", "Article", "No.", "Status", "Due", "Assigned to"],
            ["'=SUM(A1) is a claim", "High water", "1", "Open", "", ""],
            ["The other", "High water", "2", "Open", "", ""],
        ]
        assert len(self.read(client, "q=other")) == 2

    def test_has_a_name_with_the_day(self, sign_in: Any, editor: User) -> None:
        response = sign_in(editor).get(f"{URL}claims.csv")
        name = f"claims-{timezone.localdate().isoformat()}.csv"
        assert response.headers["Content-Disposition"] == f'attachment; filename="{name}"'

    def test_tells_no_verdict_that_waits_for_the_second(
        self, sign_in: Any, editor: User, second_reviewer: User, two: list[Claim]
    ) -> None:
        make_verdict(two[0], editor, "mostly_false", second_review=True)
        told = self.read(sign_in(second_reviewer))
        assert "Mostly false" not in str(told)

    def test_senseless_filters_lead_to_the_page_that_tells(
        self, sign_in: Any, editor: User
    ) -> None:
        response = sign_in(editor).get(f"{URL}claims.csv?rating=banana")
        assert response.headers["Location"] == f"{URL}?rating=banana"

    def test_of_other_desks_is_empty(self, sign_in: Any, neighbour: User, two: list[Claim]) -> None:
        assert len(self.read(sign_in(neighbour))) == 1


class TestNews:
    def ask(self, client: Any, since: Any, shown: list[Claim] | None = None) -> Any:
        keys = ".".join(str(claim.pk) for claim in shown or [])
        asked = {"since": since.isoformat(), "drawn": since.isoformat(), "shown": keys}
        return client.get(f"{URL}news/", asked)

    def told(self, response: Any) -> tuple[dict[str, str], str]:
        """Whether the list has each row told of, and how many new claims."""
        table = parsed(response)
        listed = {row.get("id"): row.get("data-listed") for row in table.xpath("//tr")}
        return listed, table.get("data-fresh")

    def test_nothing_new_is_one_small_question(
        self, sign_in: Any, editor: User, two: list[Claim], django_assert_num_queries: Any
    ) -> None:
        client = sign_in(editor)
        with django_assert_num_queries(6):
            assert self.ask(client, timezone.now()).status_code == 204

    def test_rows_shown_tell_whether_they_are_listed_and_others_are_counted_if_new(
        self, sign_in: Any, editor: User, two: list[Claim]
    ) -> None:
        Claim.objects.filter(pk=two[0].pk).update(
            created_at=timezone.now() - timedelta(days=1), status="withdrawn"
        )
        since = timezone.now() - timedelta(minutes=1)
        client = sign_in(editor)
        one, other = (f"list-{claim.pk}" for claim in two)
        assert self.told(self.ask(client, since, two)) == ({one: "no", other: "yes"}, "")
        assert self.told(self.ask(client, since, two[:1])) == ({one: "no"}, "1 new claim")

    @pytest.mark.parametrize("count", [3, 120])
    def test_however_many_claims_change_at_once_every_row_shown_and_every_new_one_is_told_of(
        self,
        sign_in: Any,
        desk: Any,
        editor: User,
        count: int,
        django_assert_num_queries: Any,
    ) -> None:
        words = [f"word{number:03}" for number in range(count)]
        article = make_article(desk, editor, " ".join(words))
        claims = [make_claim(article, word, editor) for word in words]
        client = sign_in(editor)
        with django_assert_num_queries(9):
            response = self.ask(client, timezone.now() - timedelta(minutes=1), claims[-3:])
        listed, fresh = self.told(response)
        assert listed.keys() == {f"list-{claim.pk}" for claim in claims[-3:]}
        assert fresh == ("117 new claims" if count == 120 else "")

    def test_a_whole_page_found_by_long_words_fits_the_server_s_requests(self) -> None:
        now, shown = timezone.now().isoformat(), ".".join(str(uuid7()) for _ in range(lists.PAGE))
        asked = {"q": "물" * 200, "source_name": "수" * 300}
        asked |= {"since": now, "drawn": now, "shown": shown, "columns": ".".join(COLUMNS)}
        line = f"GET {URL}news/?{urlencode(asked)} HTTP/1.1"
        assert len(line) <= gunicorn_config.limit_request_line

    def test_is_for_those_of_the_desk(
        self, sign_in: Any, neighbour: User, two: list[Claim]
    ) -> None:
        response = self.ask(sign_in(neighbour), timezone.now() - timedelta(minutes=1))
        assert response.status_code == 204

    @pytest.mark.parametrize(
        "since",
        [
            *("", "yesterday", "2026-03-01", "2026-13-01T00:00:00Z"),
            *("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"),
        ],
    )
    def test_since_when_must_be_said(self, sign_in: Any, editor: User, since: str) -> None:
        now = timezone.now().isoformat()
        for asked in ({"since": since, "drawn": now}, {"since": now, "drawn": since}):
            assert sign_in(editor).get(f"{URL}news/", asked).status_code == 400

    def test_since_when_is_told_in_any_zone(
        self, sign_in: Any, editor: User, two: list[Claim]
    ) -> None:
        since = timezone.now().astimezone(timezone.get_fixed_timezone(-1439))
        client = sign_in(editor)
        assert self.ask(client, since).status_code == 204
        assert self.ask(client, since - timedelta(minutes=1)).status_code == 200

    def test_what_is_shown_are_claims(self, sign_in: Any, editor: User) -> None:
        now = timezone.now().isoformat()
        asked = {"since": now, "drawn": now, "shown": "all"}
        assert sign_in(editor).get(f"{URL}news/", asked).status_code == 400


def picked(claims: list[Claim]) -> list[str]:
    return [f"{claim.pk}:{claim.version}" for claim in claims]


REFUSED = {
    "nothing selected": ({"action": "start"}, "Select claims first."),
    "no action": ({"claim": "x"}, "Choose what to do"),
    "a made-up action": ({"action": "burn"}, "nothing you may do"),
    "an id that is none": ({"action": "start", "claim": ["x", "1:2", ""]}, "Select claims"),
    "a note is missing": (
        {"action": "return", "claim": "01900000-0000-7000-8000-000000000000:1"},
        "needs a note",
    ),
    "no person chosen": ({"action": "assign", "assignee": ""}, "Choose a person, or “Nobody”."),
    "a person of no desk of theirs": (
        {"action": "assign", "assignee": "zoe"},
        "There is no such person at your desks.",
    ),
    "no due date": (
        {"action": "due", "due_on": ""},
        "Enter a date, or choose “Remove due date”.",
    ),
    "a due date that is none": ({"action": "due", "due_on": "soon"}, "Enter a valid date."),
}


class TestBulk:
    def test_assigns_says_what_it_did_and_takes_it_back(
        self, sign_in: Any, editor: User, reviewer: User, two: list[Claim]
    ) -> None:
        client = sign_in(editor)
        fields = {"action": "assign", "assignee": "rosa", "claim": picked(two)}
        response = client.post(f"{URL}bulk/", fields, headers=HTMX)
        assert set(Claim.objects.values_list("assignee", flat=True)) == {reviewer.pk}
        toast = parsed(response).xpath("//*[@class='toast']")[0]
        assert words(toast.xpath("p")[0]) == "Assign to rosa: 2 claims."
        assert len(rows(response)) == 2

        client.post(toast.xpath("form/@action")[0], headers=HTMX)
        assert set(Claim.objects.values_list("assignee", flat=True)) == {None}

    def test_an_undo_is_taken_back_and_said_to_be_done_again(
        self, sign_in: Any, editor: User, two: list[Claim]
    ) -> None:
        client = sign_in(editor)
        fields = {"action": "due", "due_on": "2026-12-03", "claim": picked(two)}
        response = client.post(f"{URL}bulk/", fields, headers=HTMX)
        told = []
        for _ in range(3):
            toast = parsed(response).xpath("//*[@class='toast']")[0]
            told.append(words(toast.xpath("p")[0]))
            again = {item.get("name"): item.get("value") for item in toast.xpath(".//input")}
            response = client.post(toast.xpath("form/@action")[0], again, headers=HTMX)
        assert told == [
            "Set due date 3 Dec 2026: 2 claims.",
            "Undone: 2 claims.",
            "Done again: 2 claims.",
        ]

    def test_what_could_not_be_done_is_listed(
        self, sign_in: Any, editor: User, two: list[Claim]
    ) -> None:
        make_verdict(two[1], editor)
        two[1].refresh_from_db()
        fields = {"action": "publish", "claim": picked(two)}
        response = sign_in(editor).post(f"{URL}bulk/", fields, headers=HTMX)
        told = words(parsed(response).xpath("//*[@role='alert']")[0])
        assert "1 claim left as it is:" in told
        toast = parsed(response).xpath("//*[@class='toast']/p")[0]
        assert words(toast) == "Publish: 1 claim; 1 left as it is."
        assert "Claim 1, High water: Only a decided claim can be published." in told

    @pytest.mark.parametrize(
        ("fields", "told"),
        [
            ({"action": "assign", "assignee": "(nobody)"}, "Assign to nobody: 2 claims."),
            ({"action": "no_due"}, "Remove due date: 2 claims."),
        ],
    )
    def test_a_person_or_a_due_date_goes_when_that_is_asked_for(
        self,
        sign_in: Any,
        editor: User,
        reviewer: User,
        two: list[Claim],
        fields: dict[str, str],
        told: str,
    ) -> None:
        standing = {"assignee": reviewer.pk, "due_on": date(2026, 12, 3)}
        Claim.objects.update(**standing)
        response = sign_in(editor).post(
            f"{URL}bulk/", fields | {"claim": picked(two)}, headers=HTMX
        )
        assert words(parsed(response).xpath("//*[@class='toast']/p")[0]) == told
        emptied = "assignee" if fields["action"] == "assign" else "due_on"
        assert list(Claim.objects.values(*standing)) == [standing | {emptied: None}] * 2

    def test_whom_to_assign_is_not_chosen_beforehand(
        self, sign_in: Any, editor: User, two: list[Claim]
    ) -> None:
        offered = parsed(sign_in(editor).get(URL)).xpath("//select[@id='bulk_assignee']/option")
        assert [words(option) for option in offered][:2] == ["Choose a person…", "Nobody"]

    def test_all_that_match(self, sign_in: Any, editor: User, two: list[Claim]) -> None:
        fields = {"action": "priority", "priority": "2", "all": "1"}
        sign_in(editor).post(f"{URL}bulk/?q=other", fields)
        assert list(Claim.objects.order_by("number").values_list("priority", flat=True)) == [0, 2]

    def test_without_htmx_one_is_led_back(
        self, sign_in: Any, editor: User, two: list[Claim]
    ) -> None:
        fields = {"action": "kind", "kind": "event", "claim": picked(two)}
        response = sign_in(editor).post(f"{URL}bulk/?sort=oldest", fields, follow=True)
        assert response.redirect_chain == [(f"{URL}?sort=oldest", 302)]
        assert "Set kind “Event”: 2 claims." in response.text

    def test_without_htmx_the_message_takes_it_back(
        self, sign_in: Any, editor: User, two: list[Claim]
    ) -> None:
        client = sign_in(editor)
        fields = {"action": "kind", "kind": "event", "claim": picked(two)}
        told = client.post(f"{URL}bulk/?sort=oldest", fields, follow=True)
        undo = parsed(told).xpath("//*[@class='messages']//form[@class='undo']")[0]
        assert words(undo) == "Set kind “Event”: 2 claims. Undo u"

        response = client.post(undo.get("action"), dict(undo.form_values()), follow=True)

        assert response.redirect_chain == [(f"{URL}?sort=oldest", 302)]
        assert "Undone: 2 claims." in response.text
        assert set(Claim.objects.values_list("kind", flat=True)) == {"statement"}

    def test_without_htmx_nothing_is_offered_where_nothing_was_done(
        self, sign_in: Any, editor: User, two: list[Claim]
    ) -> None:
        make_verdict(two[1], editor)
        fields = {"action": "kind", "kind": "event", "claim": [f"{two[1].pk}:0"]}
        told = sign_in(editor).post(f"{URL}bulk/", fields, follow=True)
        assert "It was changed meanwhile." in told.text
        assert not parsed(told).xpath("//form[@class='undo']")

    @pytest.mark.parametrize(("fields", "message"), REFUSED.values(), ids=REFUSED)
    def test_refused(
        self, sign_in: Any, editor: User, two: list[Claim], fields: Any, message: str
    ) -> None:
        response = sign_in(editor).post(f"{URL}bulk/", fields, headers=HTMX)
        assert response.status_code == 422
        assert message in words(parsed(response).xpath("//*[@role='alert']")[0])

    @pytest.mark.parametrize("headers", [HTMX, {}], ids=["htmx", "without"])
    def test_a_refusal_keeps_what_was_chosen_and_entered(
        self, sign_in: Any, editor: User, two: list[Claim], headers: dict[str, str]
    ) -> None:
        fields = {"action": "return", "note": " ", "priority": "2", "claim": picked(two)[:1]}
        response = sign_in(editor).post(f"{URL}bulk/?status=open", fields, headers=headers)
        assert response.status_code == 422
        page = parsed(response)
        assert "needs a note" in words(page.xpath("//*[@role='alert']")[0])
        assert page.xpath("//input[@name='claim'][@checked]/@value") == picked(two)[:1]
        assert page.xpath("//select[@id='bulk_action']/option[@selected]/@value") == ["return"]
        assert page.xpath("//select[@id='bulk_priority']/option[@selected]/@value") == ["2"]

    def test_a_refusal_without_htmx_is_the_whole_list_where_one_goes_on(
        self, sign_in: Any, editor: User, two: list[Claim], monkeypatch: Any
    ) -> None:
        monkeypatch.setattr(lists, "PAGE", 1)
        client = sign_in(editor)
        response = client.post(f"{URL}bulk/?status=open", {"action": "start"})
        page = parsed(response)
        assert page.xpath("//form[@role='search']")
        assert page.xpath("//*[@name='status'][@checked]/@value") == ["open"]
        further = [*page.xpath("//a[@class='chip']"), *page.xpath("//a[@rel='next']")]
        assert len(further) == 2
        for link in further:
            assert (
                client.get(urljoin(response.request["PATH_INFO"], link.get("href"))).status_code
                == 200
            )

        form = page.xpath("//form[@id='bulk']")[0]
        again = {"action": "priority", "priority": "2", "claim": picked(two)}
        client.post(form.get("action"), again)
        assert set(Claim.objects.values_list("priority", flat=True)) == {2}

    @pytest.mark.parametrize("query", ["rating=banana", "at=nowhere"])
    def test_a_refusal_for_an_address_that_makes_no_sense_leads_to_the_list(
        self, sign_in: Any, editor: User, two: list[Claim], query: str
    ) -> None:
        client = sign_in(editor)
        response = client.post(f"{URL}bulk/?{query}", {"action": "start"})
        assert response.status_code == 422
        [way_out] = parsed(response).xpath("//div[@role='alert']//a/@href")
        assert client.get(urljoin(response.request["PATH_INFO"], way_out)).status_code == 200

    def test_a_reviewer_is_not_offered_to_assign(
        self, sign_in: Any, reviewer: User, two: list[Claim]
    ) -> None:
        offered = parsed(sign_in(reviewer).get(URL)).xpath("//select[@id='bulk_action']/*/@value")
        assert offered == ["", "start", "hand_back", "recheck", "withdraw"]

    def test_nothing_to_undo(self, sign_in: Any, editor: User, two: list[Claim]) -> None:
        done = "01900000-0000-7000-8000-000000000000"
        for headers in (HTMX, {}):
            response = sign_in(editor).post(f"{URL}bulk/{done}/undo/", headers=headers)
            assert response.status_code == 422
            assert "nothing of yours to undo" in response.text


def test_protected_names_are_in_no_row(
    sign_in: Any, editor: User, reviewer: User, two: list[Claim]
) -> None:
    hidden = make_source("Deep Harbour", editor, protected=True)
    make_evidence(two[0], hidden, editor)
    client = sign_in(reviewer)
    assert "Deep" not in client.get(URL).content.decode()
    assert b"Deep" not in b"".join(client.get(f"{URL}claims.csv"))
