"""The page of one import: its columns, how far it is, what it would do and did, what is asked."""

import csv
import io
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from articles.importing.records import Layout
from articles.models import Batch, ColumnMapping
from tests.importing_pages import HEADINGS, LAYOUT, NO_TITLE, in_state, make_batch, refuse
from tests.views.reading import cells, links, parsed, words

HTMX = {"HX-Request": "true"}
CHOSEN = {"kind": "article", "column-0": "title", "column-1": "text", "column-2": "url"}
IMPORT_QUERIES = 6


@pytest.fixture
def client(sign_in, admin) -> Client:
    return sign_in(admin)


@pytest.fixture
def batch_in(desk, admin):
    return lambda state: in_state(state, desk, admin)


def beat() -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())")


def page_of(client: Client, batch: Batch, **query: str):
    return client.get(batch.get_absolute_url(), query)


def text(response) -> str:
    return words(parsed(response).get_element_by_id("main"))


def buttons(response) -> list[str]:
    return [words(button) for button in parsed(response).xpath("//main//button")]


def post(client: Client, batch: Batch, verb: str, **form: str):
    return client.post(f"/imports/{batch.pk}/{verb}/", form)


def chosen(response) -> dict[str, str]:
    """The field that is chosen for each heading."""
    rows = parsed(response).xpath("//table[contains(@class, 'mapping')]/tbody/tr")
    return {words(row[0]): row.xpath(".//option[@selected]/@value")[0] for row in rows}


def table(response) -> list[list[str]]:
    return [cells(row) for row in parsed(response).xpath("//table[contains(@class,'counts')]//tr")]


class TestMapping:
    def test_suggestions_are_chosen_and_first_values_shown(self, client, batch_in):
        response = page_of(client, batch_in("new"))
        assert chosen(response) == {
            "Headline": "title",
            "Body": "text",
            "Link": "url",
            "Editor": "",
        }
        assert "High waterLow water" in text(response)
        assert "CSV, UTF-8, columns parted by semicolon" in text(response)
        assert "Articles need title and text." in text(response)

    def test_another_kind_gets_suggestions_of_its_own(self, client, batch_in):
        response = page_of(client, batch_in("new"), kind="document")
        assert chosen(response)["Body"] == "text"
        assert "Documents need source and text." in text(response)

    def test_a_kind_that_is_none_is_left_alone(self, client, batch_in):
        assert "Articles need" in text(page_of(client, batch_in("new"), kind="poem"))

    def test_checking_takes_the_mapping(self, client, batch_in):
        batch = batch_in("new")
        response = post(client, batch, "check", **(CHOSEN | {"column-3": "byline"}))
        assert response.headers["Location"] == batch.get_absolute_url()
        batch.refresh_from_db()
        assert batch.state == "checking"
        expected = {"Headline": "title", "Body": "text", "Link": "url", "Editor": "byline"}
        assert batch.layout["mapping"] == expected
        assert ProcrastinateJob.objects.count() == 1
        assert not ColumnMapping.objects.exists()

    @pytest.mark.parametrize(
        ("change", "told"),
        [
            ({"column-1": ""}, "No heading is mapped to “text”"),
            ({"column-2": "title"}, "2 headings are mapped to “title”"),
            ({"column-2": "rating"}, "Select a valid choice"),
        ],
    )
    def test_a_mapping_that_cannot_be_used_is_said(self, client, batch_in, change, told):
        batch = batch_in("new")
        response = post(client, batch, "check", **(CHOSEN | change))
        assert response.status_code == 422
        assert told in text(response)
        batch.refresh_from_db()
        assert batch.state == "new"

    def test_a_kept_mapping_is_chosen_for_the_same_headings(self, client, batch_in, admin):
        post(client, batch_in("new"), "check", **(CHOSEN | {"column-3": "byline", "keep": "on"}))
        kept = ColumnMapping.objects.get()
        assert (kept.headings, kept.saved_by) == (list(HEADINGS), admin)
        response = page_of(client, batch_in("new"))
        assert chosen(response)["Editor"] == "byline"
        assert "the mapping that ada kept" in text(response)

    def test_it_can_be_changed_after_the_check(self, client, batch_in):
        batch = batch_in("checked")
        assert links(page_of(client, batch), "Change the mapping") == [
            f"{batch.get_absolute_url()}?mapping"
        ]
        assert "Which column is what?" in text(page_of(client, batch, mapping=""))
        assert "Which column is what?" not in text(page_of(client, batch_in("done"), mapping=""))

    def test_hostile_headings_are_shown_as_text(self, client, desk, admin):
        layout = Layout("csv", headings=("<b>x",), sample=(("<script>alert(1)</script>",),))
        response = page_of(client, make_batch(desk, admin, layout))
        assert b"<script>alert" not in response.content
        assert "<b>x" in text(response)


class TestProgress:
    def test_it_asks_for_news_every_two_seconds(self, client, batch_in):
        beat()
        batch = batch_in("importing")
        response = page_of(client, batch)
        part = parsed(response).get_element_by_id("import")
        assert part.get("hx-get") == f"/imports/{batch.pk}/progress/"
        assert part.get("hx-trigger") == "every 2s"
        assert "250 of 997" in words(part)
        assert parsed(response).findtext(".//title").startswith("25 % · Importing")
        assert buttons(response) == ["Cancel"]

    def test_news_have_rate_and_time_left(self, client, batch_in, monkeypatch):
        beat()
        batch = batch_in("importing")
        at = timezone.now().timestamp() - 10
        clock = SimpleNamespace(time=lambda: at + 10)
        monkeypatch.setattr("articles.views.imports.time", clock)
        query = {"at": at, "share": 50 / 997, "done": "50", "said": "Importing, 25 per cent"}
        news = client.get(f"/imports/{batch.pk}/progress/", query, headers=HTMX).content.decode()
        assert "<title>25 % · Importing articles of March.csv · Factcheck</title>" in news
        assert "<dt>A second</dt><dd>20</dd>" in news
        assert "<dt>Time left</dt><dd>about 37 s</dd>" in news
        assert "import-said" not in news

    def test_only_what_was_not_said_is_announced(self, client, batch_in):
        batch = batch_in("importing")
        query = {"said": "Importing, 0 per cent"}
        news = client.get(f"/imports/{batch.pk}/progress/", query, headers=HTMX)
        assert "Importing, 25 per cent" in words(parsed(news).get_element_by_id("import-said"))

    @pytest.mark.parametrize("at", ["x", "nan", "inf", "-inf", "1e999", "0"])
    @pytest.mark.parametrize("share", ["nan", "-1e300", "0"])
    def test_nonsense_in_the_address_does_no_harm(self, client, batch_in, at, share):
        batch = batch_in("importing")
        query = {"at": at, "share": share, "done": "9" * 50}
        assert client.get(f"/imports/{batch.pk}/progress/", query).status_code == 200

    def test_an_undo_counts_what_is_removed(self, client, batch_in):
        assert "Removed850 of 3,400" in text(page_of(client, batch_in("undoing")))

    def test_an_undo_is_done_with_what_stays(self, client, batch_in):
        batch = batch_in("undoing")
        Batch.objects.update(undo_report={"removed": {"article": 248, "claim": 602}, "stays": 2550})
        assert parsed(page_of(client, batch)).findtext(".//title").startswith("100 % · Undoing")
        assert "Removed850 of 3,400" in text(page_of(client, batch))

    def test_when_it_is_done_the_news_are_the_report(self, client, batch_in):
        news = client.get(f"/imports/{batch_in('done').pk}/progress/", headers=HTMX)
        assert "What was imported" in news.content.decode()
        assert not parsed(news).xpath("//*[@hx-trigger]")

    def test_in_the_queue_it_says_how_many_are_before_it(self, client, batch_in):
        beat()
        first, second = batch_in("importing"), batch_in("queued")
        assert "1 import is before this one." in text(page_of(client, second))
        Batch.objects.filter(pk=first.pk).update(state="done", runner=None)
        assert "It is next." in text(page_of(client, second))

    def test_without_a_worker_it_says_how_to_start_one(self, client, batch_in):
        assert "manage.py procrastinate worker" in text(page_of(client, batch_in("queued")))

    def test_a_run_without_a_sign_of_life_is_said(self, client, batch_in):
        batch = batch_in("importing")
        Batch.objects.update(beat_at=timezone.now() - timedelta(minutes=2))
        said = text(page_of(client, batch))
        assert "no sign of life for over a minute" in said
        assert "No worker is running" in said

    def test_a_run_without_a_worker_is_someone_s_command_line(self, client, batch_in):
        assert "No worker is running" not in text(page_of(client, batch_in("importing")))


class TestReport:
    def test_the_dry_run_says_what_would_be_done(self, client, batch_in):
        response = page_of(client, batch_in("checked"))
        assert "Nothing has been written yet." in text(response)
        assert table(response) == [
            ["", "Create", "Update", "Leave alone", "Refuse"],
            ["Articles", "990", "2", "5", "3"],
            ["Claims", "2,410", "0", "12", "0"],
        ]
        assert buttons(response) == ["Import the 997 good rows", "Import nothing"]
        assert "31.13.2024 There is no such day. Write it as 2024-03-05." in text(response)

    def test_refused_rows_are_told_by_line_and_heading_of_the_file(self, client, batch_in):
        response = page_of(client, batch_in("checked"))
        [refused] = parsed(response).xpath("//table[contains(@class,'refused')]")
        rows = [cells(row)[:2] for row in refused.xpath(".//tr")]
        assert rows[:3] == [["Line", "Column"], ["7", "Headline title"], ["7", "published_on"]]

    def test_a_file_without_a_good_row_offers_no_import(self, client, batch_in):
        batch = batch_in("checked")
        Batch.objects.update(rows=3)
        response = page_of(client, batch)
        assert "No row of this file can be imported." in text(response)
        assert buttons(response) == ["Import nothing"]

    def test_a_file_that_changes_nothing_is_said(self, client, batch_in):
        batch = batch_in("checked")
        Batch.objects.update(expected={"article": {"same": 997, "refuse": 3}})
        said = "All good rows are here already: the import would change nothing."
        assert said in text(page_of(client, batch))

    @pytest.mark.parametrize(
        ("layout", "advice"),
        [
            (LAYOUT, "Mend them in the file of refused rows"),
            (Layout("jsonl"), "Mend them in the file of refused rows"),
            (Layout("zip"), "Mend them in your own file and upload it again"),
            (Layout("claimreview"), "Mend them in your own file and upload it again"),
        ],
    )
    def test_refused_rows_are_mended_where_they_can_be(self, client, batch_in, layout, advice):
        batch = batch_in("checked")
        Batch.objects.update(layout=layout.as_dict())
        assert advice in text(page_of(client, batch))

    def test_a_hundred_refused_rows_are_shown(self, client, batch_in):
        batch = batch_in("checked")
        for row in range(2000, 2110):
            refuse(batch, row, NO_TITLE)
        Batch.objects.update(refused=113)
        response = page_of(client, batch)
        assert "The first 100 of 113." in text(response)
        assert links(response, "Download all 113 refused rows (CSV)") == [
            f"/imports/{batch.pk}/refused.csv"
        ]

    def test_rows_of_several_kinds_are_files_of_their_own(self, client, batch_in):
        batch = batch_in("checked")
        refuse(batch, 50, NO_TITLE, kind="source", name="x")
        response = page_of(client, batch)
        [source] = links(response, "Download 1 refused sources (CSV)")
        assert source == f"/imports/{batch.pk}/refused.csv?kind=source"
        assert len(read_csv(client.get(source))) == 2

    def test_the_report_says_who_when_and_what(self, client, batch_in, desk):
        response = page_of(client, batch_in("done"))
        for told in ("Imported byada", "Took1 min 23 s", "1,000, 3 refused", "5d5d5d"):
            assert told in text(response)
        assert "990 articles, 2,410 claims" in text(response)
        assert links(response, "Go to the articles") == ["/articles/"]
        assert links(response, "Go to the claims") == ["/claims/"]
        assert links(response, "Import another file") == [f"/imports/add/?desk={desk.pk}"]
        assert links(response, "Upload the mended rows") == [f"/imports/add/?desk={desk.pk}"]

    def test_cancelled_it_can_go_on_or_be_undone(self, client, batch_in):
        batch = batch_in("cancelled")
        Batch.objects.update(counts={"article": {"create": 250}})
        response = page_of(client, batch)
        assert table(response)[1] == ["Articles", "250", "0", "0", "3"]
        assert "250 rows went in before it stopped and stay." in text(response)
        assert buttons(response) == ["Go on", "Undo the import"]

    def test_a_cancelled_check_can_be_made_again(self, client, batch_in):
        batch = batch_in("check cancelled")
        response = page_of(client, batch)
        assert links(response, "Check it again") == [f"{batch.get_absolute_url()}?mapping"]
        assert post(client, batch, "check", **CHOSEN).status_code == 303
        Batch.objects.update(state="cancelled", layout=Layout("jsonl").as_dict())
        assert buttons(page_of(client, batch)) == ["Check it again", "Import nothing"]
        assert post(client, batch, "check").status_code == 303
        batch.refresh_from_db()
        assert batch.state == "checking"

    def test_an_undo_that_stopped_can_only_be_gone_on_with(self, client, batch_in):
        batch = batch_in("cancelled")
        Batch.objects.update(undo_report={"removed": {"article": 1}}, reason="It stopped.")
        response = page_of(client, batch)
        assert "It stopped." in text(response)
        assert buttons(response) == ["Undo the import"]

    def test_unusable_files_say_why(self, client, batch_in):
        response = page_of(client, batch_in("failed"))
        assert "Row 12 has more cells than there are headings." in text(response)
        assert "Nothing was written." in text(response)

    def test_an_undone_import_says_what_was_kept_and_why(self, client, batch_in):
        batch = batch_in("undone")
        kept = batch.undo_report["kept"][0]
        response = page_of(client, batch)
        assert "Removed: 989 articles, 2,409 claims." in text(response)
        assert "Withdrawn: 1 claim with verdicts, which the log keeps." in text(response)
        assert links(response, "High water") == [f"/articles/{kept['id']}/"]
        assert "rosa has recorded a verdict" in text(response)
        assert buttons(response) == []

    def test_as_many_queries_with_many_refused_rows_as_with_few(
        self, client, batch_in, django_assert_num_queries
    ):
        batch = batch_in("checked")
        for row in range(2000, 2020):
            refuse(batch, row, NO_TITLE)
        with django_assert_num_queries(IMPORT_QUERIES):
            page_of(client, batch)


ASKED = {
    "import": ("checked", "importing"),
    "go on": ("cancelled", "importing"),
    "cancel in the queue": ("queued", "cancelled"),
    "cancel a run": ("importing", "importing"),
    "discard": ("checked", "discarded"),
    "undo": ("done", "undoing"),
    "check": ("failed", "checking"),
}
VERBS = {"go on": "import", "cancel in the queue": "cancel", "cancel a run": "cancel"}


class TestAsking:
    @pytest.mark.parametrize("name", ASKED)
    def test_what_is_asked_is_done_and_seen(self, client, batch_in, admin, name):
        before, after = ASKED[name]
        batch = batch_in(before)
        form: dict[str, Any] = CHOSEN if name == "check" else {}
        response = post(client, batch, VERBS.get(name, name), **form)
        assert (response.status_code, response.headers["Location"]) == (
            303,
            batch.get_absolute_url(),
        )
        batch.refresh_from_db()
        assert batch.state == after
        assert batch.cancel_asked is (name == "cancel a run")

    @pytest.mark.parametrize("verb", ["check", "import", "cancel", "discard", "undo"])
    def test_whoever_is_late_is_told_how_it_stands_now(self, client, batch_in, verb):
        batch = batch_in("undoing")
        response = post(client, batch, verb, **CHOSEN)
        assert response.status_code == 409
        assert "Somebody else may have been quicker." in text(response)
        assert "Undoing" in text(response)
        batch.refresh_from_db()
        assert (batch.state, batch.cancel_asked) == ("undoing", False)

    def test_nothing_is_asked_by_following_a_link(self, client, batch_in):
        batch = batch_in("checked")
        for verb in ("check", "import", "cancel", "discard", "undo"):
            assert client.get(f"/imports/{batch.pk}/{verb}/").status_code == 405

    def test_what_is_not_there_is_not_found(self, client):
        assert client.get(f"/imports/{uuid4()}/").status_code == 404


def read_csv(response) -> list[list[str]]:
    content = b"".join(response).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content, newline=""), delimiter=";"))


class TestRefusedRows:
    def test_problems_first_then_the_fields_that_occur(self, client, batch_in):
        rows = read_csv(client.get(f"/imports/{batch_in('checked').pk}/refused.csv"))
        assert rows[0] == ["row", "problem", "remedy", "title", "text", "published_on", "claims"]
        assert rows[1] == [
            "7",
            "title: The title is empty. | published_on: There is no such day.",
            "title: Give every article a title. | published_on: Write it as 2024-03-05.",
            *("", "'=1+1", "31.13.2024", ""),
        ]
        assert rows[2][-1] == '[{"exact": "fell"}]'

    @pytest.mark.parametrize(("layout", "mark"), [(LAYOUT, ";"), (Layout("jsonl"), ",")])
    def test_they_are_parted_as_the_file_was(self, client, batch_in, layout, mark):
        batch = batch_in("checked")
        Batch.objects.update(layout=layout.as_dict())
        content = b"".join(client.get(f"/imports/{batch.pk}/refused.csv")).decode("utf-8-sig")
        assert content.startswith(mark.join(("row", "problem", "remedy", "title")))

    @pytest.mark.parametrize(
        ("name", "saved"),
        [
            ("articles of March.csv", "articles_of_March-refused.csv"),
            ('a"; x=\r\nb.csv', "a_xb-refused.csv"),
            ("../../etc/passwd", "passwd-refused.csv"),
            ("기사.csv", "import-refused.csv"),
        ],
    )
    def test_the_file_has_a_safe_name(self, client, batch_in, name, saved):
        batch = batch_in("checked")
        Batch.objects.update(file_name=name)
        response = client.get(f"/imports/{batch.pk}/refused.csv")
        assert response.headers["Content-Disposition"] == f'attachment; filename="{saved}"'
        assert response.headers["Content-Type"] == "text/csv; charset=utf-8"

    def test_many_rows_come_in_order_a_few_at_a_time(self, client, batch_in):
        batch = batch_in("checked")
        for row in range(2120, 2000, -1):
            refuse(batch, row, NO_TITLE, title="x")
        response = client.get(f"/imports/{batch.pk}/refused.csv")
        assert response.streaming
        assert [int(row[0]) for row in read_csv(response)[1:]] == [7, 12, 1001, *range(2001, 2121)]
