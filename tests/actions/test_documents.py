"""Documents and captures: stored whole or not at all, once, with the reason for what failed."""

import hashlib
import logging
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.files.storage import InMemoryStorage, default_storage
from django.db import DatabaseError
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from articles.actions import captures
from articles.actions.captures import (
    request_capture,
    retry_capture,
    retry_stalled_captures,
    run_capture,
)
from articles.actions.documents import previous_capture, set_archive_url, store_document
from articles.extraction.read import read
from articles.fetching.fetch import Limits
from articles.models import Capture, Document, RuleError
from articles.text.similarity import sketch
from tests.capturing import PAGE, pdf, running_site, work
from tests.factories import make_document, make_source


@pytest.fixture(scope="module")
def running():
    with running_site() as site:
        yield site


@pytest.fixture
def site(running):
    running.pages.clear()
    return running


def files() -> list[str]:
    found, folders = [], [""]
    while folders:
        folder = folders.pop()
        if not folder or default_storage.exists(folder):
            below, names = default_storage.listdir(folder)
            folders += [f"{folder}/{name}".lstrip("/") for name in below]
            found += names
    return found


@pytest.fixture
def store(desk, source, reviewer):
    def stored(data: bytes = PAGE.encode(), **fields) -> Document:
        values = {"origin": Document.Origin.FILE} | fields
        return store_document(
            desk=desk, source=source, by=reviewer, data=data, readable=read(data), **values
        )

    return stored


@pytest.fixture
def ask(desk, source, reviewer):
    def asked(url: str, **fields) -> Capture:
        return request_capture(desk=desk, source=source, url=url, by=reviewer, **fields)

    return asked


class TestStore:
    def test_text_bytes_and_both_hashes(self, store):
        data = PAGE.encode()
        document = Document.objects.get(pk=store(data).pk)
        assert document.title == "Bulletin 7"
        assert document.format == "html"
        assert document.language == "en"
        assert document.text.startswith("The river rose by two metres")
        assert document.original_sha256 == hashlib.sha256(data).hexdigest()
        assert document.text_sha256 == hashlib.sha256(document.text.encode()).hexdigest()
        assert document.sketch == sketch(document.text)
        assert document.original.read() == data
        assert [kind for kind, *_ in document.blocks] == ["paragraph"] * 3

    def test_the_file_s_name_is_ours(self, store):
        document = store(pdf("Two metres."))
        assert document.original.name.endswith(f"/{document.pk}.pdf")

    def test_pages_of_a_pdf_are_known(self, store):
        document = store(pdf("The first page.", "The second page."))
        assert document.text[document.pages[1] :].startswith("The second")

    def test_what_a_person_says_is_stronger_than_what_the_document_says(self, store):
        document = store(title="Water report", published_on=date(2022, 3, 1))
        assert (document.title, document.published_on) == ("Water report", date(2022, 3, 1))

    @pytest.mark.parametrize(
        ("text", "title"),
        [("Two metres.", "Two metres."), ("w" * 150, "w" * 100 + "…")],
        ids=["short", "long"],
    )
    def test_a_text_without_a_title_is_called_by_its_first_line(self, store, text, title):
        assert store(f"{text}\n\n{text}".encode()).title == title

    def test_nothing_is_half_stored(self, store):
        def refuse(document: Document) -> None:
            raise DatabaseError("No room.")

        with pytest.raises(DatabaseError):
            store(then=refuse)
        assert not Document.objects.exists()
        assert files() == []

    def test_only_the_archive_address_is_added_later(self, store):
        document = store()
        set_archive_url(document=document, archive_url="https://archive.example/1")
        document.refresh_from_db()
        assert document.archive_url == "https://archive.example/1"
        document.title = "Another"
        with pytest.raises(DatabaseError, match="Cannot update"):
            document.save()


class TestPrevious:
    def test_the_latest_of_the_address_at_the_desk(
        self, desk, other_desk, source, reviewer, neighbour
    ):
        now = timezone.now()

        def made(days: int, where=desk, url: str = "https://x.example/") -> Document:
            at = now - timedelta(days=days)
            by = reviewer if where == desk else neighbour
            return make_document(where, source, by, f"Day {days}.", url=url, retrieved_at=at)

        oldest, middle, newest = made(9), made(5), made(1)
        made(2, other_desk)
        made(2, url="https://y.example/")
        assert previous_capture(newest) == middle
        assert previous_capture(middle) == oldest
        assert previous_capture(oldest) is None

    def test_what_was_pasted_without_an_address_has_none(self, desk, source, reviewer):
        for text in ("One.", "Two."):
            document = make_document(desk, source, reviewer, text)
        assert previous_capture(document) is None


class TestRequest:
    def test_the_task_is_told_the_id_alone(self, ask):
        capture = ask("https://secret.example/deep-harbour")
        job = ProcrastinateJob.objects.get()
        assert job.args == {"capture": str(capture.pk)}
        assert (job.task_name, job.status) == ("articles.tasks.capture", "todo")
        assert capture.state == Capture.State.WAITING

    def test_one_under_way_is_not_asked_for_twice(self, ask):
        assert ask("https://x.example/") == ask("https://x.example/")
        assert ProcrastinateJob.objects.count() == 1


REFUSED = {
    "not found": ("/nowhere", 404, "The server answered 404"),
    "a private address": ("/private", None, "10.0.0.1 is not on the public internet"),
    "a picture": ("/picture", 200, "image/png"),
    "a locked PDF": ("/locked", 200, "password"),
    "no text": ("/blank", 200, "No article text"),
    "never ends": ("/endless", None, "within 1 seconds"),
    "too large": ("/large", 200, "larger than"),
}


class TestRun:
    def test_a_page(self, site, ask):
        url = site.serve("/new", PAGE, ETag='"7"')
        start = site.serve("/old", status=302, Location="/new")
        capture = ask(start, archive_url="https://archive.example/1")
        run_capture(capture.pk)
        capture.refresh_from_db()
        document = capture.document
        assert (capture.state, capture.attempts, capture.http_status) == ("done", 1, 200)
        assert (document.url, document.final_url, document.http_status) == (start, url, 200)
        assert document.headers["etag"] == '"7"'
        assert document.archive_url == "https://archive.example/1"
        assert document.original.read() == PAGE.encode()
        assert document.origin == "url"

    def test_a_pdf(self, site, ask):
        capture = ask(
            site.serve("/a.pdf", pdf("Two metres.", "Page two."), Content_Type="application/pdf")
        )
        run_capture(capture.pk)
        document = Document.objects.get()
        assert (document.format, len(document.pages)) == ("pdf", 2)

    @pytest.mark.parametrize(("path", "status", "reason"), REFUSED.values(), ids=REFUSED)
    def test_a_failure_is_kept_with_its_reason(
        self, site, ask, path, status, reason, monkeypatch, caplog
    ):
        monkeypatch.setattr(captures, "LIMITS", Limits(seconds=1, size=50_000))
        site.serve("/private", status=302, Location="http://10.0.0.1/")
        site.serve("/picture", b"\x89PNG", Content_Type="image/png")
        site.serve("/locked", pdf("Secret.", password="x"), Content_Type="application/pdf")
        site.serve("/blank", "<!doctype html><title>x</title><body></body>")
        site.serve("/large", PAGE + " " * 60_000)
        capture = ask(site.url + path)
        with caplog.at_level(logging.DEBUG):
            run_capture(capture.pk)
        capture.refresh_from_db()
        assert capture.state == Capture.State.FAILED
        assert reason in capture.reason
        assert (capture.http_status, capture.attempts) == (status, 1)
        assert capture.finished_at
        assert not Document.objects.exists()
        assert files() == []
        assert site.url not in caplog.text

    def test_where_it_was_led_is_kept_with_the_failure(self, site, ask):
        site.serve("/private", status=302, Location="http://10.0.0.1/x")
        capture = ask(site.url + "/private")
        run_capture(capture.pk)
        capture.refresh_from_db()
        assert capture.final_url == "http://10.0.0.1/x"

    def test_a_full_disk_is_a_recorded_failure(self, site, ask, monkeypatch):
        def full(*args, **kwargs):
            raise OSError("No space left on device")

        monkeypatch.setattr(InMemoryStorage, "save", full)
        capture = ask(site.serve("/a", PAGE))
        run_capture(capture.pk)
        capture.refresh_from_db()
        assert capture.reason.startswith("The document could not be stored")

    def test_never_two_documents_for_one_capture(self, site, ask):
        capture = ask(site.serve("/a", PAGE))
        run_capture(capture.pk)
        run_capture(capture.pk)
        assert Document.objects.count() == 1
        assert len(files()) == 1

    def test_what_another_worker_took_over_is_not_stored_twice(self, site, ask, monkeypatch):
        capture = ask(site.serve("/a", PAGE))
        fetch = captures.fetch

        def slow(*args, **kwargs):
            monkeypatch.setattr(captures, "fetch", fetch)
            long_ago = timezone.now() - timedelta(minutes=6)
            Capture.objects.update(started_at=long_ago)
            run_capture(capture.pk)  # the other worker
            return fetch(*args, **kwargs)

        monkeypatch.setattr(captures, "fetch", slow)
        run_capture(capture.pk)
        capture.refresh_from_db()
        assert (capture.state, capture.attempts) == ("done", 2)
        assert Document.objects.count() == len(files()) == 1

    def test_a_new_capture_of_the_address_is_a_new_document(self, site, ask):
        for text in (PAGE, PAGE.replace("12,000", "15,000")):
            run_capture(ask(site.serve("/a", text)).pk)
        newest, oldest = Document.objects.all()
        assert previous_capture(newest) == oldest
        assert newest.text_sha256 != oldest.text_sha256


class TestRetry:
    def test_after_a_failure_it_succeeds(self, site, ask):
        capture = ask(site.url + "/later")
        run_capture(capture.pk)
        site.serve("/later", PAGE)
        retry_capture(capture)
        run_capture(capture.pk)
        capture.refresh_from_db()
        assert (capture.state, capture.attempts, capture.reason) == ("done", 2, "")
        assert ProcrastinateJob.objects.count() == 2

    def test_what_is_stored_or_runs_is_not_tried_again(self, site, ask):
        capture = ask(site.serve("/a", PAGE))
        Capture.objects.update(state="running", started_at=timezone.now())
        with pytest.raises(RuleError, match="being fetched just now"):
            retry_capture(capture)
        Capture.objects.update(state="waiting")
        run_capture(capture.pk)
        with pytest.raises(RuleError, match="stored already"):
            retry_capture(capture)

    @pytest.mark.parametrize(
        ("attempts", "state"), [(1, "waiting"), (3, "failed")], ids=["again", "given up"]
    )
    def test_what_a_killed_worker_left_is_taken_up_again(self, ask, attempts, state):
        capture = ask("https://x.example/")
        started = timezone.now() - timedelta(minutes=6)
        Capture.objects.update(state="running", started_at=started, attempts=attempts)
        retry_stalled_captures()
        capture.refresh_from_db()
        assert capture.state == state

    def test_what_still_runs_is_left_alone(self, ask):
        ask("https://x.example/")
        Capture.objects.update(state="running", started_at=timezone.now())
        retry_stalled_captures()
        assert Capture.objects.get().state == "running"


def test_a_capture_that_is_gone_is_no_work(db: None) -> None:
    run_capture(uuid4())
    assert not Capture.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_worker_does_it(site, desk, reviewer, tmp_path):
    source = make_source("Harbour office", reviewer)
    url = site.serve("/a", PAGE)
    wish = request_capture(desk=desk, source=source, url=url, by=reviewer)
    work(tmp_path)
    assert Capture.objects.get().state == Capture.State.DONE
    # The jobs of other tests that commit stay in the queue's own tables.
    assert ProcrastinateJob.objects.get(args={"capture": str(wish.pk)}).status == "succeeded"
    assert len(list((tmp_path / "media").rglob("*.html"))) == 1
