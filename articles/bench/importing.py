"""An import of many articles with claims, beside a bare COPY of the same bytes."""

import hashlib
import json
import random
import tempfile
import time
from collections.abc import Iterator
from typing import IO

from django.core.files import File
from django.db import connection

from articles.actions.batches import add_batch, ask_check, ask_import
from articles.bench.measure import Row
from articles.importing.recognise import recognise
from articles.importing.run import run_batch
from articles.models import Batch, Desk, User

# fmt: off
WORDS = [
    "river", "office", "harbour", "ships", "storm", "week", "count", "water", "level", "bridge",
    "town", "people", "flood", "home", "dawn", "official", "report", "minister", "market",
    "price", "farm", "road", "school", "doctor", "train", "border", "letter", "number",
]
# fmt: on
SENTENCES = 50
WORDS_OF_ONE = 13
TARGET = 0.25


def write_articles(file: IO[bytes], articles: int, claims: int = 20) -> None:
    """JSONL of articles of 650 words, no two alike, each with claims on whole sentences."""
    chance = random.Random(articles)  # noqa: S311 - the same file each time, no secret
    for number in range(articles):
        sentences = [
            " ".join(chance.choices(WORDS, k=WORDS_OF_ONE)).capitalize() + "."
            for _ in range(SENTENCES)
        ]
        text = ""
        places = []
        for place, sentence in enumerate(sentences):
            text += ("\n\n" if place % 5 == 0 else " ") if text else ""
            places.append((len(text), len(text) + len(sentence)))
            text += sentence
        spans = places[:: SENTENCES // claims][:claims]
        row = {
            "id": f"bench-{articles}-{number}",
            "title": f"Report {number}",
            "url": f"https://example.org/{articles}/{number}",
            "publisher": "The Bench",
            "published_on": "2022-03-23",
            "language": "en",
            "text": text,
            "claims": [{"start": s, "end": e, "exact": text[s:e]} for s, e in spans],
        }
        file.write(json.dumps(row).encode() + b"\n")


def bare_copy(file: IO[bytes]) -> float:
    """Seconds for a COPY of the file's lines into a table of one column."""
    file.seek(0)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE bare (line text)")
        start = time.perf_counter()
        # Neither character is in the file, so that each line is one value.
        with cursor.copy(
            r"COPY bare FROM STDIN (FORMAT csv, DELIMITER E'\x01', QUOTE E'\x02')"
        ) as c:
            while data := file.read(1 << 20):
                c.write(data)
        took = time.perf_counter() - start
        cursor.execute("DROP TABLE bare")
    return took


def import_file(file: IO[bytes], desk: Desk, by: User) -> tuple[float, float]:
    """Seconds of the dry run and of the import; raises RuntimeError unless all rows went in."""
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    file.seek(0)
    layout = recognise(file, "bench.jsonl").as_dict()  # type: ignore[arg-type]
    batch = add_batch(
        desk=desk, by=by, file=File(file), name="bench.jsonl", sha256=digest, layout=layout
    )
    start = time.perf_counter()
    ask_check(batch, here=True)
    run_batch(batch.pk)
    checked = time.perf_counter()
    ask_import(batch, by=by, here=True)
    run_batch(batch.pk)
    loaded = time.perf_counter()
    batch.refresh_from_db()
    if batch.state != Batch.State.DONE or batch.refused:
        raise RuntimeError(f"The import ended {batch.state}: {batch.reason}")
    return checked - start, loaded - checked


def import_rows(desk: Desk, by: User, articles: int) -> Iterator[Row]:
    with tempfile.TemporaryFile() as file:
        write_articles(file, articles)
        bare = bare_copy(file)
        dry_run, load = import_file(file, desk, by)
    what = f"{articles:,} articles, {articles * 20:,} claims"
    yield Row(f"bare COPY, {what}", bare * 1000)
    yield Row(f"dry run, {what}", dry_run * 1000, bare / dry_run, "COPY's rows/s")
    ratio = bare / (dry_run + load)
    target = f"≥ {TARGET}"
    took = (dry_run + load) * 1000
    yield Row(f"dry run and import, {what}", took, ratio, "COPY's rows/s", target, ratio >= TARGET)
