from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from articles.models import User
from factcheck import prepare
from factcheck.prepare import FIRST_ADMIN, collect_static, sign_ins


@pytest.fixture(autouse=True)
def static_folder(settings: Any, tmp_path: Path) -> Path:
    settings.VAR = tmp_path
    settings.STATIC_ROOT = tmp_path / "static"
    source = tmp_path / "source"
    source.mkdir()
    (source / "page.css").write_text("a {}")
    settings.STATICFILES_DIRS = [source]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    return source


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The management commands called, all but collectstatic without effect."""
    called: list[str] = []

    def call(name: str, **options: Any) -> None:
        called.append(name)
        if name == "collectstatic":
            call_command(name, **options)

    monkeypatch.setattr(prepare, "call_command", call)
    return called


@pytest.mark.django_db
def test_empty_database_gets_the_demo_unless_told_not_to(commands: list[str]) -> None:
    prepare.prepare(demo=True)
    assert "demo" in commands
    commands.clear()
    assert prepare.prepare(demo=False) == FIRST_ADMIN
    assert "demo" not in commands


def test_demo_does_not_come_back_to_a_desk_with_people(reviewer: User, commands: list[str]) -> None:
    assert prepare.prepare(demo=True) == ""
    assert "demo" not in commands


def test_sign_ins_are_those_of_people_who_still_exist(reviewer: User, tmp_path: Path) -> None:
    path = tmp_path / "demo-sign-ins.txt"
    path.write_text("reviewer\trosa\tabcd-efgh\neditor\tgone\tijkl-mnop\n")
    table = sign_ins(path)
    assert table.splitlines()[0] == "Sign in to the demo as"
    assert [line.split() for line in table.splitlines()[1:]] == [["reviewer", "rosa", "abcd-efgh"]]
    path.write_text("editor\tgone\tijkl-mnop\n")
    assert sign_ins(path) == ""
    assert sign_ins(tmp_path / "never-made.txt") == ""


def test_static_files_are_collected_anew_only_when_one_changed(
    static_folder: Path, tmp_path: Path, commands: list[str]
) -> None:
    collect_static()
    assert (tmp_path / "static" / "page.css").read_text() == "a {}"
    collect_static()
    assert commands == ["collectstatic"]
    (static_folder / "page.css").write_text("a { color: inherit }")
    collect_static()
    assert commands == ["collectstatic", "collectstatic"]
    assert (tmp_path / "static" / "page.css").read_text() == "a { color: inherit }"
