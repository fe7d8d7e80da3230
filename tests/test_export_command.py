import io
import json
import stat
import threading
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from articles.exports.desk import lines
from articles.models import Article, Desk, User
from tests.factories import make_article, make_claim, make_evidence, make_person, make_source


def export(*arguments: str) -> str:
    out = io.StringIO()
    call_command("export_data", *arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_standard_output_has_the_lines_and_nothing_else(
    article: Article, desk: Desk, reviewer: User
):
    make_article(desk, reviewer, "Another text, 한국어 🌊.")
    printed = export("--desk=world")
    assert printed == "".join(lines(desk))
    assert [json.loads(line)["title"] for line in printed.splitlines()] == ["High water"] * 2
    assert "한국어 🌊" in printed


def test_file_takes_the_place_of_the_old_one(article: Article, desk: Desk, tmp_path: Path):
    path = tmp_path / "desk.jsonl"
    path.write_text("old")
    printed = export("--desk=world", f"--output={path}")
    written = path.read_bytes()
    assert written.decode() == "".join(lines(desk))
    assert printed == f"Wrote World to {path}: lines 1, bytes {len(written):,}.\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_broken_off_export_leaves_the_old_file(
    article: Article, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = tmp_path / "desk.jsonl"
    path.write_text("old")

    def broken(desk: Desk) -> object:
        yield "half\n"
        raise KeyboardInterrupt

    monkeypatch.setattr("articles.management.commands.export_data.lines", broken)
    with pytest.raises(KeyboardInterrupt):
        export("--desk=world", f"--output={path}")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_json_tells_the_result(article: Article, tmp_path: Path):
    path = tmp_path / "desk.jsonl"
    assert json.loads(export("--desk=world", f"--output={path}", "--json")) == {
        "desk": "world",
        "file": str(path),
        "lines": 1,
        "bytes": path.stat().st_size,
    }


@pytest.mark.django_db(transaction=True)
def test_export_sees_the_desk_as_it_was_when_it_began():
    desk = Desk.objects.create(name="World", slug="world")
    source = make_source("Ministry", make_person("rosa", desk=desk))
    claim = make_claim(make_article(desk, source.created_by), "two metres", source.created_by)
    make_evidence(claim, source, source.created_by)
    found = lines(desk)
    assert json.loads(next(found))["name"] == "Ministry"

    def work_on() -> None:
        Article.objects.update(title="Changed")
        connection.close()

    other = threading.Thread(target=work_on)
    other.start()
    other.join()
    assert [json.loads(line)["title"] for line in found] == ["High water"]
    Article.objects.update(title="Writing is possible again")


REFUSED = {
    "unknown desk": (["--desk=moon"], "There is no desk “moon”. There are: sports, world."),
    "json without a file": (["--desk=world", "--json"], "Name a file with --output"),
    "no such folder": (
        ["--desk=world", "--output=/nowhere/at/all.jsonl"],
        "“/nowhere/at/all.jsonl” cannot be written: No such file or directory.",
    ),
}


@pytest.mark.parametrize(("arguments", "message"), REFUSED.values(), ids=REFUSED)
def test_bad_option_is_refused_in_a_sentence(
    desk: Desk, other_desk: Desk, arguments: list[str], message: str
):
    with pytest.raises(CommandError) as refused:
        export(*arguments)
    assert message in str(refused.value)
