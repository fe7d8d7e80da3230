import os
import random
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from articles.bench.desk.make import grow, make_desk, settle
from articles.bench.load import Browser, Editor, Importer, Log, Person, Reviewer, load_rows, lost
from articles.bench.measure import table
from articles.management.commands.bench import throw_away_database
from articles.models import ADMIN, EDITOR, REVIEWER, Article, Claim, Desk, Source, User, Verdict
from articles.models.verdict import broken_links
from factcheck.serve import commands, running, wait_for_answer
from factcheck.serve_options import Options

SHARED = 12
"""So few articles are worked on, so that people come across one another."""


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def database_url() -> str:
    there = connection.settings_dict
    query = urlencode({"host": there["HOST"] or there["OPTIONS"].get("host", "")})
    user = f"{there['USER']}:{there['PASSWORD']}"
    return f"postgresql://{user}@:{there['PORT'] or 5432}/{there['NAME']}?{query}"


@contextmanager
def web_server() -> Iterator[int]:
    """The web server and the worker of script/server on our database; gives the port."""
    options = Options("127.0.0.1", free_port(), demo=False)
    with tempfile.TemporaryDirectory() as folder:
        var = Path(folder)
        (var / "log").mkdir()
        (var / "static").symlink_to(settings.STATIC_ROOT)
        environment = {
            **os.environ,
            "DATABASE_URL": database_url(),
            "FACTCHECK_VAR": folder,
            "SECRET_KEY": settings.SECRET_KEY,
        }
        with running(commands(options, var), var, environment) as children:
            wait_for_answer(options, children[0])
            yield options.port
            for child in children:
                child.show_news()
                child.fail_if_ended()


class Command(BaseCommand):
    help = (
        "Have people work at once for some minutes, on a throw-away database: five in twenty are "
        "editors, one imports files, and the others review. No write may be lost."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--people", type=int, default=20, help="how many, 4 or more")
        parser.add_argument("--minutes", type=float, default=5.0)
        parser.add_argument("--claims", type=int, default=20_000, help="claims of the desk")

    def handle(self, *args: Any, people: int, minutes: float, claims: int, **options: Any) -> None:
        if people < 4:
            raise CommandError("At least 4 people: two reviewers, an editor and an admin.")
        with throw_away_database():
            desk = make_desk(slug="load", people=people - 1)
            grow(desk, claims=claims, articles=max(SHARED, claims // 10))
            settle()
            before = os.getloadavg()[0]
            with web_server() as port:
                logs = work(desk, people, minutes * 60, port)
            self.report(logs, before)

    def report(self, logs: list[Log], load_before: float) -> None:
        self.stdout.write(table(list(load_rows(logs))))
        writes = sum(
            len(log.marked) + len(log.notes) + len(log.evidence) + len(log.verdicts) for log in logs
        )
        missing = [what for log in logs for what in lost(log)]
        failures = [failure for log in logs for failure in log.failures]
        conflicts = sum(log.refused[409] for log in logs)
        refused = sum(sum(log.refused.values()) for log in logs) - conflicts
        imports = sum(len(log.batches) for log in logs)
        self.stdout.write(
            f"{writes:,} writes were accepted, {len(missing)} of them lost; {conflicts:,} refused "
            f"as conflicts, {refused:,} otherwise; {imports} files imported. {len(failures)} "
            f"requests failed. Load of the machine {load_before:.1f} before, "
            f"{os.getloadavg()[0]:.1f} after."
        )
        broken = [f"verdict log, row {bad.seq}" for bad in broken_links(Verdict.objects.all())]
        if missing or failures or broken:
            raise CommandError("\n".join([*missing, *failures, *broken]))


def work(desk: Desk, people: int, seconds: float, port: int) -> list[Log]:
    """Everybody at once; their logs."""
    until = time.monotonic() + seconds
    logs = []
    threads = []
    for number, (user, act) in enumerate(cast(desk, people)):
        log = Log()
        chance = random.Random(number)  # noqa: S311 - the same work each time, no secret
        person = Person(user, Browser(user, port, log), log, chance, until)
        threads.append(threading.Thread(target=at_work, args=[person, act]))
        logs.append(log)
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return logs


def at_work(person: Person, act: Callable[[Person], None]) -> None:
    try:
        person.work(act)
    finally:
        connection.close()


def cast(desk: Desk, people: int) -> Iterator[tuple[User, Callable[[Person], None]]]:
    """Who there is, and what they do."""
    admin = User.objects.create_user("load-admin", is_staff=True)
    admin.groups.add(Group.objects.get(name=ADMIN))
    yield admin, Importer()
    members = User.objects.filter(memberships__desk=desk).order_by("pk")
    reviewers = members.filter(memberships__role__name=REVIEWER)
    for editor in members.filter(memberships__role__name=EDITOR):
        yield editor, Editor([user.username for user in reviewers])
    articles = Article.objects.filter(desk=desk).order_by("-created_at")[:SHARED]
    texts = [(article.pk, len(article.current_revision.text)) for article in articles]
    claims = Claim.objects.filter(article__in=[pk for pk, _ in texts], status="open")
    sources = list(Source.objects.filter(protected=False).values_list("pk", flat=True)[:50])
    for reviewer in reviewers:
        yield reviewer, Reviewer(texts, sources, list(claims.values_list("pk", flat=True)[:5]))
