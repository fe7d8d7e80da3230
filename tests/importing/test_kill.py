"""Processes that are killed, and a PostgreSQL that crashes, in the middle of an import.

All is real here: processes, SIGKILL, a cluster of its own that stops without a checkpoint.
"""

import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings as django_settings
from django.db import connection

from articles.actions.batches import ask_check, ask_import, save
from articles.models import Batch, Claim, Desk, Document, RefusedRow, Revision, Source, Verdict
from articles.models.batch import SILENT
from articles.models.verdict import broken_links
from factcheck import embedded
from tests.importing.batches import article, claim, imported, lines, uploaded
from tests.importing.forking import Parent, parent

S = Batch.State
ROWS = 30
STEP = 2
WORKER = """
import sys, django
django.setup()
from tests.importing.worker import main
main(*sys.argv[1:])
"""
VERDICT = {"rating": "true", "rationale": "The count says so."}


def rows() -> list[dict[str, Any]]:
    document = {"type": "document", "id": "d", "source": "Office of Roads", "text": "It is so."}
    rests = [{"source": "Office of Roads", "document": "d", "passage": "so"}]
    judged = {"evidence": rests, "verdicts": [VERDICT]}
    good = [
        article(
            i,
            claims=[
                claim(f"{i} lorries", id=f"c{i}", attribution=["Daily Post", "Mayor"], **judged),
                claim("the mayor said", claimant=f"Mayor {i % 5}"),
            ],
        )
        for i in range(ROWS)
    ]
    return [document, *good, article(ROWS, claims=[claim("no such words")]), article(ROWS, id="a1")]


@contextmanager
def worker(*arguments: object, url: str, var: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", WORKER, *map(str, arguments)],
        cwd=django_settings.BASE_DIR,
        env=environment(url, var),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def environment(url: str, var: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(django_settings.BASE_DIR),
        "DJANGO_SETTINGS_MODULE": "factcheck.settings",
        "DATABASE_URL": url,
        "FACTCHECK_VAR": str(var),
    }


def database_of_tests() -> str:
    there = connection.settings_dict
    query = urlencode({"host": there["HOST"] or there["OPTIONS"].get("host", "")})
    place = f"{there['USER']}:{there['PASSWORD']}@:{there['PORT'] or 5432}"
    return f"postgresql://{place}/{there['NAME']}?{query}"


class Killer:
    """Has processes work on a batch, and kills all but the last of them at a random moment."""

    def __init__(self, parent: Parent) -> None:
        self.parent = parent

    def work(self, batch: Batch, *, kills: int) -> Batch:
        for _ in range(kills):
            self.kill_one(batch)
        job = self.parent.job("run", batch.pk, STEP)
        with job.stdout:
            job.stdout.read()
        assert job.wait() == 0
        batch.refresh_from_db()
        return batch

    def kill_one(self, batch: Batch) -> None:
        job = self.parent.job("run", batch.pk, STEP)
        with job.stdout:
            for _ in range(1 + secrets.randbelow(3)):
                assert job.stdout.readline()
            time.sleep(secrets.randbelow(30) / 1000)
            job.kill()
            assert job.wait() == -signal.SIGKILL
        batch.refresh_from_db()
        assert batch.is_active
        save(batch, beat_at=batch.beat_at - SILENT)


@pytest.fixture
def _stored_files(settings: Any, tmp_path: Path) -> None:
    """Files lie where a process that is given this folder looks for them."""
    place = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    place |= {"OPTIONS": {"location": str(tmp_path / "media")}}
    settings.STORAGES = settings.STORAGES | {"default": place}


def stored(desk: Desk) -> dict[str, Any]:
    """All that an import has made at a desk, but for keys and moments."""
    revisions = Revision.objects.filter(article__desk=desk)
    claims = Claim.objects.filter(desk=desk)
    of_claim = ("article__external_id", "number", "external_id", "version", "status", "rating")
    verdicts = Verdict.objects.filter(desk=desk)
    found = {
        "articles": revisions.values_list("article__external_id", "number", "text_sha256"),
        "claims": claims.values_list(*of_claim, "claimant__name"),
        "spans": claims.values_list("external_id", "anchors__start", "anchors__end"),
        "evidence": claims.values_list(
            "external_id", "evidence__exact", "evidence__document__title"
        ),
        "steps": claims.values_list(
            "external_id", "attributions__steps__position", "attributions__steps__source__name"
        ),
        "moves": claims.values_list("external_id", "transitions__target"),
        "verdicts": verdicts.values_list("seq", "claim__external_id", "rating", "exact"),
        "documents": Document.objects.filter(desk=desk).values_list("title", "text"),
    }
    return {name: sorted(values, key=str) for name, values in found.items()}


@pytest.fixture
def killer(tmp_path: Path) -> Iterator[Killer]:
    with parent(environment(database_of_tests(), tmp_path), django_settings.BASE_DIR) as made:
        yield Killer(made)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_stored_files")
def test_ten_kills_lose_and_double_nothing(desk, other_desk, admin, killer):
    whole = imported(other_desk, admin, rows())
    sources = Source.objects.count()
    batch = uploaded(desk, admin, rows())

    ask_check(batch, here=True)
    killer.work(batch, kills=4)
    assert batch.state == S.CHECKED
    assert (batch.rows, batch.staged, batch.refused) == (ROWS + 3, ROWS + 2, 2)
    assert (batch.expected["article"], batch.expected["claim"]) == (
        {"create": ROWS, "refuse": 2},
        {"create": 2 * ROWS},
    )

    ask_import(batch, by=admin, here=True)
    killer.work(batch, kills=6)
    assert (batch.state, batch.counts, batch.refused) == (S.DONE, whole.counts, 2)
    assert batch.done_rows == batch.staged
    assert stored(desk) == stored(other_desk)
    assert Source.objects.count() == sources
    assert list(broken_links(Verdict.objects.all())) == []
    assert RefusedRow.objects.filter(batch=batch).count() == 2


@pytest.mark.django_db
def test_crash_of_postgresql_loses_and_doubles_nothing(tmp_path):
    """A crash empties the unlogged staging tables; the run fills them again and goes on."""
    cluster = tmp_path / "pg"
    url = embedded.database_url(cluster)
    try:
        copy_database(database_of_tests(), url)
        file = tmp_path / "bridges.jsonl"
        file.write_bytes(lines(rows()))
        with worker("whole", file, STEP, url=url, var=tmp_path) as process:
            assert "importing 9\n" in iter(process.stdout.readline, "")
            crash(cluster)
            assert embedded.database_url(cluster) == url
            told = process.stdout.read().splitlines()
            assert process.wait() == 0
    finally:
        embedded.stop(cluster)
    assert json.loads(told[-1]) == {
        "state": "done",
        "counts": {
            "document": {"create": 1},
            "article": {"create": ROWS, "refuse": 2},
            "claim": {"create": 2 * ROWS},
        },
        "refused": 2,
        "rows": [ROWS, 2 * ROWS, ROWS],
        "broken": 0,
    }


def copy_database(source: str, target: str) -> None:
    """Make TARGET as SOURCE is: migrating it anew takes ten times as long."""
    programs = embedded._programs()
    dump = subprocess.run(
        [programs / "pg_dump", "--no-owner", "--dbname", source], stdout=subprocess.PIPE, check=True
    )
    restore = [programs / "psql", "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1"]
    subprocess.run(
        [*restore, "--dbname", target], input=dump.stdout, stdout=subprocess.DEVNULL, check=True
    )


def crash(cluster: Path) -> None:
    data = cluster / "postgres"
    account = embedded._server_account(data)
    stopped = embedded._run("pg_ctl", "stop", "--mode=immediate", "-D", data, account=account)
    assert stopped.returncode == 0, stopped.stderr
