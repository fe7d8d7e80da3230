"""What a capture says of itself, and trying again."""

from datetime import timedelta

from django.db import connection
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from articles.models import Capture
from tests.views.documents import page
from tests.views.reading import links, parsed, words

CAPTURE_QUERIES = 6


def beat() -> None:
    """A worker lives."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())")


class TestCapture:
    def address(self, capture: Capture) -> str:
        return reverse("capture", args=[capture.pk])

    def test_without_a_worker_the_page_says_how_to_start_one(self, sign_in, reviewer, capture):
        response = sign_in(reviewer).get(self.address(capture))
        content = words(parsed(response).body)
        assert "No worker is running" in content
        assert "script/server" in content
        assert "manage.py procrastinate worker" in content

    def test_a_browser_is_answered_only_with_news(self, sign_in, reviewer, capture):
        beat()
        client = sign_in(reviewer)
        shown = parsed(client.get(self.address(capture))).get_element_by_id(f"capture-{capture.pk}")
        assert "Waiting for the worker" in words(shown)
        assert shown.get("hx-trigger") == "every 1s"
        look = {"shown": shown.get("hx-vals").split('"')[3]}
        ask = {"headers": {"HX-Request": "true"}}
        assert client.get(self.address(capture), look, **ask).status_code == 204
        Capture.objects.update(state="running", attempts=1, started_at=timezone.now())
        news = client.get(self.address(capture), look, **ask)
        assert "Fetching and reading the page" in news.content.decode()
        assert "<html" not in news.content.decode()

    def test_a_failure_says_why_and_is_tried_again(self, sign_in, reviewer, capture):
        Capture.objects.update(
            state="failed",
            reason="The server answered 404.",
            http_status=404,
            attempts=1,
            finished_at=timezone.now(),
        )
        client = sign_in(reviewer)
        response = client.get(self.address(capture))
        assert "The server answered 404." in words(parsed(response).body)
        assert not parsed(response).xpath("//*[@hx-trigger]")
        [retry] = parsed(response).xpath("//form[contains(@action, 'retry')]/@action")
        assert client.post(retry).headers["Location"] == self.address(capture)
        capture.refresh_from_db()
        assert capture.state == "waiting"
        assert ProcrastinateJob.objects.count() == 2

    def test_a_lost_worker_is_said_and_can_be_tried_again(self, sign_in, reviewer, capture):
        started = timezone.now() - timedelta(minutes=6)
        Capture.objects.update(state="running", attempts=1, started_at=started)
        response = sign_in(reviewer).get(self.address(capture))
        assert "The worker stopped before it was done." in words(parsed(response).body)
        assert parsed(response).xpath("//form[contains(@action, 'retry')]")

    def test_done_leads_to_the_document(self, sign_in, reviewer, capture, bulletin):
        Capture.objects.update(state="done", document=bulletin)
        response = sign_in(reviewer).get(self.address(capture))
        assert links(response, "Bulletin 7") == [page(bulletin)]

    def test_trying_again_what_is_done_is_refused(self, sign_in, reviewer, capture, bulletin):
        Capture.objects.update(state="done", document=bulletin)
        client = sign_in(reviewer)
        response = client.post(reverse("capture-retry", args=[capture.pk]), follow=True)
        assert "stored already" in words(parsed(response).body)

    def test_as_many_queries_each_time_it_is_asked(
        self, sign_in, reviewer, capture, django_assert_num_queries
    ):
        client = sign_in(reviewer)
        with django_assert_num_queries(CAPTURE_QUERIES):
            client.get(self.address(capture), headers={"HX-Request": "true"})
