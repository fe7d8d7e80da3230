"""The templates that people download are files that an import takes as they are."""

import io
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from articles.importing.checks.check import check
from articles.importing.checks.checked import Checked
from articles.importing.formats.readers import read
from articles.importing.recognise import recognise
from articles.importing.records import Record
from articles.models import Article, Claim, Desk, Document, Evidence, Source, User

FOLDER = Path(settings.BASE_DIR) / "static/import-templates"
FOUND = {
    "articles.csv": ("csv", "article", 2),
    "articles.xlsx": ("xlsx", "article", 2),
    "articles.jsonl": ("jsonl", "article", 4),
    "claims.csv": ("csv", "claim", 3),
    "claims.xlsx": ("xlsx", "claim", 3),
    "sources.csv": ("csv", "source", 3),
    "sources.xlsx": ("xlsx", "source", 3),
    "documents.csv": ("csv", "document", 1),
    "documents.xlsx": ("xlsx", "document", 1),
    "claimreview.json": ("claimreview", "article", 1),
    "annotations.json": ("annotation", "claim", 2),
}


@cache
def rows(name: str) -> list[Checked]:
    """The rows of a template as they are staged; none may be refused."""
    with (FOLDER / name).open("rb") as file:
        layout = recognise(file, name)
        records = list(read(file, layout))
    assert all(isinstance(record, Record) for record in records), records
    checked = [check(record) for record in records]
    assert all(isinstance(row, Checked) for row in checked), checked
    return checked


def test_every_template_is_tested():
    assert {path.name for path in FOLDER.iterdir()} == set(FOUND)


@pytest.mark.parametrize("name", FOUND)
def test_template_is_recognised_and_no_row_is_refused(name: str):
    form, kind, count = FOUND[name]
    with (FOLDER / name).open("rb") as file:
        layout = recognise(file, name)
    if form != "annotation":
        assert layout.kind == kind
    assert layout.format == form
    assert len(rows(name)) == count


@pytest.mark.parametrize("kind", ["articles", "claims", "documents", "sources"])
def test_sheet_says_what_the_table_says(kind: str):
    table, sheet = rows(f"{kind}.csv"), rows(f"{kind}.xlsx")
    for one, other in zip(table, sheet, strict=True):
        fields = {name: getattr(one, name) for name in one.__slots__ if name != "row"}
        assert fields == {name: getattr(other, name) for name in fields}


def test_templates_are_imported_one_after_the_other(desk: Desk, admin: User):
    names = ("sources", "documents", "articles", "claims")
    for name in (*(f"{name}.csv" for name in names), "annotations.json", "claimreview.json"):
        call_command("import_data", str(FOLDER / name), stdout=io.StringIO())
    assert Article.objects.count() == 3
    assert Claim.objects.count() == 6
    assert Document.objects.count() == 1
    evidence = Evidence.objects.exclude(exact="").get()
    assert evidence.document == Document.objects.get()
    assert set(Source.objects.values_list("name", flat=True)) == {
        *("Alda Water Board", "Alda Courier", "Mira Tolan", "Alda Check"),
    }
