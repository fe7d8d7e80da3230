import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from articles.models import Article, Desk, Membership, User
from tests.factories import TEXT, make_article, make_person


def add(*arguments: Any, **options: Any) -> str:
    out = io.StringIO()
    call_command("add_article", *map(str, arguments), stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "water.txt"
    path.write_text(f"High water\n\n{TEXT}", "utf-8")
    return path


def test_the_only_person_and_desk_need_no_name(path: Path, reviewer: User, desk: Desk):
    printed = add(path)
    article = Article.objects.get()
    assert printed == f"Added “High water” at /articles/{article.pk}/ (id {article.pk}).\n"
    assert (article.desk, article.created_by) == (desk, reviewer)
    assert article.current_revision.text == f"High water\n\n{TEXT}"


def test_options_are_stronger_than_the_file(path: Path, reviewer: User):
    printed = add(
        path,
        "--title=Typed",
        "--byline=Ana Prado",
        "--publisher=Diário",
        "--url=https://example.org/a",
        "--published-on=2024-03-05",
        "--language=pt-BR",
        "--json",
    )
    article = Article.objects.get()
    assert json.loads(printed) == {
        "id": str(article.pk),
        "path": f"/articles/{article.pk}/",
        "title": "Typed",
    }
    assert article.byline == "Ana Prado"
    assert article.publisher == "Diário"
    assert article.url == "https://example.org/a"
    assert article.published_on == date(2024, 3, 5)
    assert article.language == "pt-BR"


def test_dash_reads_standard_input(monkeypatch: pytest.MonkeyPatch, path: Path, reviewer: User):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(path.read_bytes())))
    add("-")
    assert Article.objects.get().title == "High water"


def test_desk_must_be_named_where_there_are_several(
    path: Path, reviewer: User, desk: Desk, other_desk: Desk
):
    role = Membership.objects.get(user=reviewer).role
    Membership.objects.create(user=reviewer, desk=other_desk, role=role)
    with pytest.raises(CommandError, match=r"name one with --desk: sports, world\.$"):
        add(path)
    add(path, "--desk=sports")
    assert Article.objects.get().desk == other_desk


def test_person_must_be_named_where_there_are_several(
    path: Path, reviewer: User, second_reviewer: User
):
    with pytest.raises(CommandError, match="name the one who adds the article with --by"):
        add(path)
    add(path, "--by=samir")
    assert Article.objects.get().created_by == second_reviewer


def test_admin_chooses_among_all_desks(path: Path, admin: User, desk: Desk, other_desk: Desk):
    add(path, "--desk=world")
    assert Article.objects.get().desk == desk


REFUSED = {
    "unknown person": (["--by=nobody"], "There is no user “nobody”."),
    "person of no desk": (["--by=otto"], "otto may not add articles at any desk."),
    "unknown desk": (
        ["--by=rosa", "--desk=moon"],
        "rosa may not add articles at a desk “moon”, but at: world.",
    ),
    "script address": (
        ["--by=rosa", "--url=ftp://example.org/a"],
        "Address: It must begin with https:// or http://.",
    ),
    "no date": (
        ["--by=rosa", "--published-on=yesterday"],
        "Date of publication: Enter a valid date.",
    ),
}


@pytest.mark.parametrize(("arguments", "message"), REFUSED.values(), ids=REFUSED)
def test_bad_option_is_refused_in_a_sentence(
    path: Path, reviewer: User, outsider: User, arguments: list[str], message: str
):
    with pytest.raises(CommandError) as refused:
        add(path, *arguments)
    assert message in str(refused.value)
    assert not Article.objects.exists()


BAD_FILES = {
    "binary": (b"\x00\x01\x02", "“water.txt”: The file is binary, not text"),
    "empty": (b"", "“water.txt”: The file is empty."),
    "too large": (b"a" * (10 * 1024 * 1024 + 1), "“water.txt”: The file is larger than 10 MB."),
    "without a title": (b"Only one sentence.", "Title: This field is required."),
}


@pytest.mark.parametrize(("content", "message"), BAD_FILES.values(), ids=BAD_FILES)
def test_bad_file_is_refused_in_a_sentence(
    path: Path, reviewer: User, content: bytes, message: str
):
    path.write_bytes(content)
    with pytest.raises(CommandError) as refused:
        add(path)
    assert str(refused.value).startswith(message)
    assert not Article.objects.exists()


def test_missing_file_is_named(reviewer: User, tmp_path: Path):
    with pytest.raises(CommandError, match=r"gone\.txt” cannot be read: No such file"):
        add(tmp_path / "gone.txt")


def test_duplicate_is_named_with_its_place(path: Path, reviewer: User, desk: Desk):
    existing = make_article(desk, reviewer, f"High water\n\n{TEXT}", "The one we have")
    with pytest.raises(CommandError) as refused:
        add(path)
    assert "“The one we have”" in str(refused.value)
    assert f"/articles/{existing.pk}/" in str(refused.value)
    assert Article.objects.count() == 1


def test_nobody_there_is_said(path: Path, db: None):
    with pytest.raises(CommandError, match="There are no users"):
        add(path)


def test_inactive_person_does_not_count(path: Path, reviewer: User, desk: Desk):
    gone = make_person("gone", desk=desk)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    add(path)
    assert Article.objects.get().created_by == reviewer
