import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from articles.bench.desk.make import editors_among, grow, make_desk, settle
from articles.bench.desk.remove import made_desk, remove_desk
from articles.models import Article, Claim, RuleError, Verdict

CLAIMS_OF_ONE = 10


class Command(BaseCommand):
    help = (
        "Make a desk of made-up articles and claims, as large as you like, to try out and measure "
        "things at; with --remove, take it away again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--claims", type=int, default=10_000, help="how many claims")
        parser.add_argument(
            "--articles", type=int, help=f"how many articles; one for {CLAIMS_OF_ONE} claims"
        )
        parser.add_argument("--people", type=int, default=30, help="how many people, 3 or more")
        parser.add_argument("--slug", default="made", help="the desk’s short name")
        parser.add_argument("--seed", type=int, default=1, help="another number, other chance")
        parser.add_argument("--remove", action="store_true", help="remove the desk of that slug")

    def handle(self, *args: Any, slug: str, remove: bool, **options: Any) -> None:
        try:
            if remove:
                self.remove(slug)
            else:
                self.make(slug, **options)
        except RuleError as error:
            raise CommandError(str(error)) from error

    def make(
        self,
        slug: str,
        *,
        claims: int,
        articles: int | None,
        people: int,
        seed: int,
        **options: Any,
    ) -> None:
        count = max(1, claims // CLAIMS_OF_ONE) if articles is None else articles
        if claims < 0 or count < 1:
            raise CommandError("A desk has at least one article, and no fewer than 0 claims.")
        start = time.perf_counter()
        desk = make_desk(
            slug=slug, people=people, seed=seed, sources=min(2_000, max(20, count // 10))
        )
        grow(
            desk, claims=claims, articles=count, seed=seed, on_progress=self.progress("made", count)
        )
        settle()
        took = time.perf_counter() - start
        self.stdout.write(
            f"Made the desk “{slug}” in {took:.0f} s: {count:,} articles, {claims:,} claims and "
            f"{Verdict.objects.filter(desk=desk).count():,} verdicts. Its people are {slug}-1 to "
            f"{slug}-{people}, the first {editors_among(people)} editors; none can sign in until "
            f"you give them a password (manage.py changepassword {slug}-1)."
        )

    def remove(self, slug: str) -> None:
        desk = made_desk(slug)
        articles = Article.objects.filter(desk=desk).count()
        claims = Claim.objects.filter(desk=desk).count()
        remove_desk(desk, on_progress=self.progress("removed", articles))
        settle()
        self.stdout.write(
            f"Removed the desk “{slug}” with {articles:,} articles and {claims:,} claims, its "
            "people, its sources and its history."
        )

    def progress(self, verb: str, articles: int) -> Any:
        def tell(done: int) -> None:
            if sys.stderr.isatty():
                end = "\n" if done >= articles else ""
                self.stderr.write(f"\r{done:,} of {articles:,} articles {verb}", ending=end)
                self.stderr.flush()

        return tell
