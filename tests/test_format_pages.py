"""The pages on the formats name every field, and their examples are taken."""

import io
import re
from pathlib import Path

import pytest
from django.conf import settings

from articles.importing.checks.check import check
from articles.importing.checks.checked import Checked
from articles.importing.formats.readers import read
from articles.importing.mapping import suggest
from articles.importing.recognise import recognise
from articles.importing.records import FIELDS, Kind, Record

PAGES = Path(settings.BASE_DIR) / "docs/formats"
KINDS: dict[str, Kind] = {
    "articles-jsonl.md": "article",
    "articles-csv.md": "article",
    "claims.md": "claim",
    "sources.md": "source",
    "documents.md": "document",
}
SUFFIXES = {"json": "jsonl", "csv": "csv"}


def examples() -> list[tuple[str, str, str]]:
    return [
        (page.name, language, example)
        for page in sorted(PAGES.glob("*.md"))
        for language, example in re.findall(
            r"^```(json|csv)\n(.*?)^```", page.read_text("utf-8"), re.S | re.M
        )
    ]


@pytest.mark.parametrize(("page", "language", "example"), examples())
def test_example_is_taken(page: str, language: str, example: str):
    if page == "articles-csv.md" and language == "json":
        assert suggest(["Headline", "Story", "Internal notes"], "article")["Headline"] == "title"
        return
    file = io.BytesIO(example.encode())
    layout = recognise(file, f"example.{SUFFIXES[language]}")
    records = list(read(file, layout))
    assert records
    assert all(isinstance(record, Record) for record in records), records
    for record in records:
        assert isinstance(check(record), Checked), check(record)
        assert record.kind == KINDS.get(page, record.kind)


@pytest.mark.parametrize("page", KINDS)
def test_page_names_every_field(page: str):
    text = (PAGES / page).read_text("utf-8")
    missing = [name for name in FIELDS[KINDS[page]] if f"`{name}`" not in text]
    assert not missing


def test_index_leads_to_every_page():
    index = (PAGES / "README.md").read_text("utf-8")
    linked = set(re.findall(r"\(([a-z-]+\.md)\)", index))
    assert linked == {page.name for page in PAGES.glob("*.md")} - {"README.md"}
    for link in re.findall(r"\((\.\./[^)]+)\)", index):
        assert (PAGES / link).exists()
