import gc
import itertools
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles.bench.attribution import attribution_rows
from articles.bench.data import long_article, make_editor, spread_claims
from articles.bench.earlier import earlier_rows
from articles.bench.importing import import_rows
from articles.bench.measure import Row, median_ms, table
from articles.bench.pages import page_rows
from articles.bench.quotation import quotation_rows
from articles.models import Article, Claim, Desk, User
from articles.text.sentences import sentences
from articles.text.spans import check, segments

HTMX = {"HX-Request": "true"}
MOST_DECIDED = 100_000
"""Earlier claims are looked up among so many at most; more take long to make."""


@contextmanager
def throw_away_database() -> Iterator[None]:
    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with override_settings(ALLOWED_HOSTS=["*"], ROOT_URLCONF="articles.bench.urls"):
            yield
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


class Marker:
    """Marks one claim after another in an article, each time on words not yet marked."""

    def __init__(self, article: Article, user: User) -> None:
        self.client = signed_in(user)
        self.url = reverse("claim-mark", args=[article.pk])
        self.places = itertools.count(0, 3)

    def __call__(self) -> None:
        start = next(self.places)
        fields = {"start": start, "end": start + 20, "revision": 1}
        response = self.client.post(self.url, fields, headers=HTMX)
        if response.status_code != 200:
            raise RuntimeError(f"Marking answered {response.status_code}.")


class Command(BaseCommand):
    help = "Measure the product on throw-away data, as ratios in one run."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print JSON instead of a table.")
        parser.add_argument("--rounds", type=int, default=30, help="Repetitions of each figure.")
        parser.add_argument("--claims", type=int, default=100_000, help="Claims of the large desk.")
        parser.add_argument("--articles", type=int, default=5_000, help="Articles of the import.")

    def handle(self, *args: Any, **options: Any) -> None:
        self.rounds = options["rounds"]
        decided = min(options["claims"], MOST_DECIDED)
        gc.freeze()  # As the web server does.
        with throw_away_database():
            self.desk = Desk.objects.create(name="Bench", slug="bench")
            self.user = make_editor(self.desk, "bench")
            self.client = signed_in(self.user)
            rows = [
                *self.writes(),
                *self.highlights(),
                *self.text_logic(),
                *import_rows(self.desk, self.user, options["articles"]),
                *attribution_rows(self.rounds),
                *quotation_rows(self.rounds),
                *earlier_rows(self.user, (decided // 10, decided), self.rounds),
                *page_rows(options["claims"], self.rounds),
            ]
        if options["json"]:
            document = json.dumps([row.as_dict() for row in rows], indent=2, ensure_ascii=False)
            self.stdout.write(document)
        else:
            self.stdout.write(table(rows))

    def page(self, url: str) -> float:
        """Median milliseconds of a page; its answer must be 200."""
        status = self.client.get(url).status_code
        if status != 200:
            raise RuntimeError(f"{url} answered {status}.")
        return median_ms(lambda: self.client.get(url), self.rounds)

    def writes(self) -> Iterator[Row]:
        bare = self.page(reverse("bare"))
        yield Row("bare signed-in view", bare)
        article = long_article(self.desk, self.user, 20_000)
        one = median_ms(Marker(article, self.user), self.rounds)
        yield Row("create a claim", one, one / bare, "bare", "≤ 4", one / bare <= 4)
        yield self.parallel_writers(bare)

    def parallel_writers(self, bare: float) -> Row:
        article = long_article(self.desk, self.user, 20_000)
        markers = [Marker(article, self.user) for _ in range(8)]
        for number, marker in enumerate(markers):
            marker.places = itertools.count(number * 2000, 3)

        def write(marker: Marker) -> None:
            for _ in range(self.rounds):
                marker()
            connection.close()

        def all_at_once() -> None:
            threads = [threading.Thread(target=write, args=[marker]) for marker in markers]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

        each = median_ms(all_at_once, 1) / (8 * self.rounds)
        written = Claim.objects.filter(article=article).count()
        lost = 2 * 8 * self.rounds - written
        target = f"none lost of {2 * 8 * self.rounds}"
        return Row("create a claim, 8 writers at once", each, each / bare, "bare", target, not lost)

    def highlights(self) -> Iterator[Row]:
        few = long_article(self.desk, self.user, 20_000)
        many = long_article(self.desk, self.user, 20_000)
        spread_claims([few], 20)
        spread_claims([many], 2000)
        counts = []
        for article in (few, many):
            with CaptureQueriesContext(connection) as queries:
                self.client.get(article.get_absolute_url())
            counts.append(len(queries))
        base = self.page(few.get_absolute_url())
        yield Row(f"article, 20 highlights ({counts[0]} queries)", base)
        took = self.page(many.get_absolute_url())
        met = took <= 60 and counts[0] == counts[1]
        what = f"article, 2,000 highlights ({counts[1]} queries)"
        yield Row(what, took, took / base, "20 highlights", "≤ 60 ms", met)
        url = f"{reverse('article-changes', args=[many.pk])}?since=2000"
        yield Row("nothing new for a waiting browser", median_ms(lambda: self.client.get(url), 30))

    def text_logic(self) -> Iterator[Row]:
        revision = long_article(self.desk, self.user, 20_000).current_revision
        text, length = revision.text, len(revision.text)
        spans = [
            (n * (length - 30) // 2000, n * (length - 30) // 2000 + 25, n) for n in range(2000)
        ]
        yield Row(
            "segments of 2,000 spans", median_ms(lambda: segments(spans, 0, length), self.rounds)
        )
        blocks = revision.block_spans()
        yield Row(
            "sentences of 20,000 characters",
            median_ms(lambda: sentences(text, blocks), self.rounds),
        )
        megabyte = text * (1_000_000 // length)
        yield Row(
            "check a span in 1,000,000 characters",
            median_ms(lambda: check(megabyte, 900_000, 900_100), self.rounds),
        )
