import csv
import io
import json
import os
import signal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import OutputWrapper
from django.utils import timezone

from articles.management.progress import Progress, described
from articles.management.runs import Interruption
from articles.models import Article, Batch, ColumnMapping, Desk, Source, User
from tests.factories import TEXT

GOOD = {"title": "High water", "text": TEXT, "claims": [{"exact": "two metres"}]}
BAD = {"title": "No text", "text": " "}


def import_file(path: Path, *arguments: str) -> str:
    out = io.StringIO()
    call_command("import_data", str(path), *arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def refusal(path: Path, *arguments: str) -> tuple[int, str, str]:
    """The exit status, what is said on standard error, and what on standard output."""
    out = io.StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("import_data", str(path), *arguments, stdout=out, stderr=io.StringIO())
    return caught.value.returncode, str(caught.value), out.getvalue()


@pytest.fixture
def path(tmp_path: Path, desk: Desk, admin: User) -> Path:
    return tmp_path / "water.jsonl"


def write(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def test_good_file_is_imported(path: Path, desk: Desk, admin: User):
    printed = import_file(write(path, GOOD)).splitlines()
    article = Article.objects.get()
    assert (article.desk, article.created_by, article.claims.count()) == (desk, admin, 1)
    batch = Batch.objects.get()
    assert batch.state == Batch.State.DONE
    assert printed[0] == "water.jsonl: rows 1, refused 0."
    assert printed[1].split() == ["created", "updated", "left", "alone", "refused"]
    assert ["article", "1", "0", "0", "0"] in [line.split() for line in printed]
    assert printed[-1] == f"The report is kept at /imports/{batch.pk}/."


def test_again_changes_nothing(path: Path):
    import_file(write(path, GOOD))
    told = json.loads(import_file(path, "--json"))
    assert told["counts"]["article"] == {"same": 1}
    assert told["counts"]["claim"] == {"same": 1}
    assert Article.objects.count() == 1


def test_dry_run_writes_nothing_and_keeps_no_file(path: Path):
    printed = import_file(write(path, GOOD), "--dry-run")
    assert "Nothing was imported." in printed
    assert not Article.objects.exists()
    batch = Batch.objects.get()
    assert batch.state == Batch.State.DISCARDED
    assert batch.expected["article"] == {"create": 1}


def test_refused_rows_are_told_and_the_others_imported(path: Path, tmp_path: Path):
    refused = tmp_path / "refused.csv"
    status, error, printed = refusal(write(path, GOOD, BAD), f"--refused={refused}")
    assert (status, error) == (1, "Rows were refused.")
    assert "Row 2, text: It is missing. Give the text; a blank line ends a paragraph." in printed
    assert Article.objects.count() == 1
    (row,) = csv.DictReader(io.StringIO(refused.read_text("utf-8-sig")))
    assert row["row"] == "2"
    assert row["problem"] == "text: It is missing."
    assert row["title"] == "No text"


def test_json_has_everything(path: Path, desk: Desk):
    status, _, printed = refusal(write(path, GOOD, BAD), "--json")
    told = json.loads(printed)
    batch = Batch.objects.get()
    assert status == 1
    assert told["batch"] == str(batch.pk)
    assert told["page"] == f"/imports/{batch.pk}/"
    assert told["sha256"] == batch.sha256
    assert (told["desk"], told["by"]) == ("world", "ada")
    assert (told["format"], told["state"]) == ("jsonl", "done")
    assert (told["rows"], told["refused"]) == (2, 1)
    assert told["counts"]["article"]["create"] == 1
    assert [(p["row"], p["column"]) for p in told["problems"]] == [(2, "text")]


def test_file_without_a_good_row_imports_nothing(path: Path):
    status, _, printed = refusal(write(path, BAD))
    assert status == 1
    assert "Nothing was imported." in printed
    assert Batch.objects.get().state == Batch.State.DISCARDED


UNUSABLE = {
    "missing": (None, [], "water.jsonl” cannot be read: No such file or directory."),
    "empty": (b"", [], "“water.jsonl”: The file is empty"),
    "binary": (b"\x00\x01\x02\x03" * 99, [], "“water.jsonl”: "),
    "no admin": (b"{}", ["--by=rosa"], "rosa is no admin. Name an admin with --by."),
    "nobody": (b"{}", ["--by=moon"], "There is no user “moon”."),
    "no such desk": (b"{}", ["--desk=moon"], "ada may not add articles at a desk “moon”"),
}


@pytest.mark.parametrize(("content", "options", "message"), UNUSABLE.values(), ids=UNUSABLE)
def test_unusable_file_or_option_is_said_with_its_own_status(
    path: Path, reviewer: User, content: bytes | None, options: list[str], message: str
):
    if content is not None:
        path.write_bytes(content)
    status, error, _ = refusal(path, *options)
    assert status == 2
    assert message in error
    assert not Batch.objects.exists()


def test_file_that_fails_on_the_way_is_unusable(path: Path):
    path.write_text("\n\n\n{", "utf-8")
    status, error, _ = refusal(path)
    assert status in (1, 2)
    assert error


@pytest.fixture
def table(tmp_path: Path, desk: Desk, admin: User) -> Path:
    path = tmp_path / "sources.csv"
    path.write_text("Who,Art\nMinistry of Water,organisation\n", "utf-8")
    return path


def test_mapping_of_a_file_names_the_fields(table: Path, tmp_path: Path):
    mapping = tmp_path / "mapping.json"
    mapping.write_text('{"Who": "name", "Art": "kind"}', "utf-8")
    import_file(table, "--kind=source", f"--mapping={mapping}")
    assert Source.objects.get().name == "Ministry of Water"


def test_mapping_that_was_kept_is_used(table: Path, admin: User):
    ColumnMapping.objects.create(
        kind="source",
        headings=["Who", "Art"],
        mapping={"Who": "name", "Art": "kind"},
        saved_by=admin,
    )
    import_file(table)
    assert Source.objects.get().name == "Ministry of Water"


BAD_MAPPINGS = {
    "not JSON": ("{", "is not JSON"),
    "a list": ("[1]", "names no field for each heading"),
    "numbers": ('{"Who": 1}', "names no field for each heading"),
    "unknown field": ('{"Who": "nombre"}', "“Who” is mapped to “nombre”"),
    "required field missing": ('{"Art": "kind"}', "No heading is mapped to “name”"),
}


@pytest.mark.parametrize(("content", "message"), BAD_MAPPINGS.values(), ids=BAD_MAPPINGS)
def test_bad_mapping_is_refused(table: Path, tmp_path: Path, content: str, message: str):
    mapping = tmp_path / "mapping.json"
    mapping.write_text(content, "utf-8")
    status, error, _ = refusal(table, "--kind=source", f"--mapping={mapping}")
    assert status == 2
    assert message in error


def test_ctrl_c_stops_after_the_chunk(path: Path, monkeypatch: pytest.MonkeyPatch):
    """The signal comes while the first chunk of the dry run is told of."""
    sent = []

    def interrupted(self: Progress, rows: int, done: int = 0, total: int = 0) -> None:
        if not sent:
            sent.append(os.kill(os.getpid(), signal.SIGINT))

    monkeypatch.setattr(Progress, "show", interrupted)
    before = signal.getsignal(signal.SIGINT)
    status, error, _ = refusal(write(path, GOOD))
    assert (status, error) == (130, "The import was stopped.")
    assert signal.getsignal(signal.SIGINT) is before
    assert not Article.objects.exists()
    assert Batch.objects.get().state == Batch.State.DISCARDED


def test_import_waits_for_the_one_at_work(
    path: Path, desk: Desk, admin: User, monkeypatch: pytest.MonkeyPatch
):
    other = Batch.objects.create(
        desk=desk,
        created_by=admin,
        file_name="other.csv",
        size=1,
        sha256="0" * 64,
        layout={},
        state=Batch.State.IMPORTING,
        runner=uuid4(),
        beat_at=timezone.now(),
    )
    done = {"state": Batch.State.DONE, "runner": None}
    waited = []

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        Batch.objects.filter(pk=other.pk).update(**done)

    monkeypatch.setattr("articles.management.runs.time.sleep", sleep)
    import_file(write(path, GOOD))
    assert len(waited) == 1
    assert Article.objects.count() == 1


def test_second_ctrl_c_breaks_off():
    with Interruption(OutputWrapper(io.StringIO())) as interruption:
        os.kill(os.getpid(), signal.SIGINT)
        assert interruption.asked
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_drawn_on_a_terminal_only():
    times = iter(range(100))
    for out, shown in ((Terminal(), True), (io.StringIO(), False)):
        progress = Progress(OutputWrapper(out), "Importing", clock=lambda: next(times))
        progress.show(100, 50, 100)
        progress.close()
        assert ("Importing [############............] 50%, 100 rows" in out.getvalue()) is shown
        assert out.getvalue().endswith("\r\x1b[K") is shown


PROGRESS = {
    "half way": ((1200, 600, 1200, 3.0), "50%, 1,200 rows, 400 rows/s, 0:00:03 left"),
    "at the start": ((0, 0, 1200, 0.0), "[........................] 0%, 0 rows"),
    "done": ((5, 5, 5, 1.0), "[########################] 100%, 5 rows, 5 rows/s, 0:00:00 left"),
    "of unknown length": ((10, 0, 0, 2.0), "Importing 10 rows, 5 rows/s"),
}


@pytest.mark.parametrize(("numbers", "words"), PROGRESS.values(), ids=PROGRESS)
def test_progress_in_words(numbers: tuple[int, int, int, float], words: str):
    assert words in described("Importing", *numbers)
