import io
import tracemalloc
import zipfile
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.importing.checks.check import check
from articles.importing.checks.checked import CheckedArticle
from articles.importing.formats import html, pages_zip
from articles.importing.manuscript import blocks_with
from articles.importing.records import FileError, Layout, Record, Refused
from tests.importing.hostile_zips import PAGE, zipped

NEWS = b"""<!doctype html>
<html lang="en-GB">
<head>
<title>Dam opens</title>
<meta property="og:site_name" content="Valley News">
<meta property="og:title" content="Dam opens">
<meta name="author" content="Sam Reed">
<meta property="article:published_time" content="2024-04-28">
<link rel="canonical" href="https://news.example/dam">
</head>
<body>
<article>
<h1>Dam opens</h1>
<p>The minister opened the dam on Sunday, two years after its walls were finished.</p>
<blockquote><p>It holds back two years of rain, which no other dam does.</p></blockquote>
<h2>What it cost</h2>
<p>The work took nine years and cost twice what the council had put aside for it.</p>
</article>
</body>
</html>
"""


def unzipped(data: bytes) -> list[Record | Refused]:
    return list(pages_zip.read(io.BytesIO(data), Layout("zip")))


def page(data: bytes, name: str = "") -> Record | Refused:
    file = io.BytesIO(data)
    file.name = name
    (row,) = html.read(file, Layout("html"))
    return row


def test_a_page_is_an_article():
    fields = dict(page(NEWS, "2024/dam.html").fields)
    assert {name: fields[name] for name in fields.keys() - {"text", "structure"}} == {
        "title": "Dam opens",
        "url": "https://news.example/dam",
        "publisher": "Valley News",
        "byline": "Sam Reed",
        "published_on": date(2024, 4, 28),
        "language": "en-GB",
    }
    kinds = [block.kind for block in blocks_with(fields["text"], fields["structure"])]
    assert kinds == ["paragraph", "quotation", "heading", "paragraph"]


def test_an_article_keeps_its_blocks_through_the_checks():
    row = page(NEWS)
    assert isinstance(row, Record)
    checked = check(row)
    assert isinstance(checked, CheckedArticle)
    assert checked.text == row.fields["text"]
    kinds = [block.kind for block in checked.blocks]
    assert kinds == ["paragraph", "quotation", "heading", "paragraph"]


def test_a_page_without_title_has_that_of_its_file():
    assert page(PAGE, "2024/river.html").fields["title"] == "river"


def test_an_unreadable_page_is_named():
    with pytest.raises(FileError, match=r"“empty\.html”: The file is empty"):
        page(b"", "empty.html")


def test_a_zip_has_an_article_for_each_file():
    found = unzipped(
        zipped(
            {
                "2024/": b"",
                "2024/dam.html": NEWS,
                "2024/april/river.txt": "Überflutung\n\nDer Fluss stieg.".encode("cp1252"),
                "__MACOSX/2024/._dam.html": b"\0\5",
                ".git/config": b"x",
                "2024/.DS_Store": b"\0",
                "Thumbs.db": b"\0",
                "./last.htm": PAGE,
            }
        )
    )
    assert [(row.row, type(row)) for row in found] == [(1, Record), (2, Record), (3, Record)]
    assert [row.place for row in found if isinstance(row, Record)] == [
        "2024/dam.html",
        "2024/april/river.txt",
        "./last.htm",
    ]
    assert found[0].fields == page(NEWS).fields
    assert found[1].fields["text"] == "Überflutung\n\nDer Fluss stieg."
    assert found[2].fields["title"] == "last"


def test_one_bad_file_does_not_harm_the_others():
    found = unzipped(zipped({"a.html": PAGE, "b.html": b"", "c.html": PAGE}))
    assert [type(row) for row in found] == [Record, Refused, Record]
    assert found[1].problems[0].value == "b.html"


@pytest.mark.parametrize(
    "name", ["style.css", "js/menu.JS", "posts.json", "feed.xml", "authors.csv", "theme.py"]
)
def test_a_file_that_programs_read_is_no_article(name: str):
    head = b"<?xml version='1.0'?>" if name.endswith("xml") else b""
    (row,) = unzipped(zipped({name: head + b"body { color: red }\n\nThe river rose."}))
    assert isinstance(row, Refused)
    assert "a file that programs read" in row.problems[0].reason


@pytest.mark.parametrize("name", ["README", "river.md", "river.TXT", "river v1.2", "river.php"])
def test_a_text_or_page_is_an_article_whatever_its_name(name: str):
    (row,) = unzipped(zipped({name: PAGE if name.endswith("php") else b"The river rose."}))
    assert isinstance(row, Record)


def test_names_in_the_zip_are_kept_as_they_are():
    name = "новости/река 🌊.html"
    assert [row.place for row in unzipped(zipped({name: PAGE}))] == [name]


def test_nothing_is_written_to_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    unzipped(zipped({"../out.html": PAGE, "in.html": PAGE}))
    assert list(tmp_path.iterdir()) == []
    assert not (tmp_path.parent / "out.html").exists()


def test_a_zip_with_something_before_it_is_read():
    assert len(unzipped(b"#!/bin/sh\n" + zipped({"a.html": PAGE}))) == 1


def test_an_honest_page_that_packs_well_is_taken():
    article = b"<!doctype html><article>" + b"<p>The river rose by two metres.</p>" * 9_000
    (row,) = unzipped(zipped({"a.html": article}))
    assert isinstance(row, Record)


def test_one_file_is_held_at_a_time():
    text = " ".join(f"Line {number} of the river's log." for number in range(40_000)).encode()
    data = zipped({f"{number}.txt": text for number in range(8)}, method=zipfile.ZIP_STORED)
    one = zipped({"0.txt": text}, method=zipfile.ZIP_STORED)

    def peak(data: bytes) -> int:
        tracemalloc.start()
        try:
            for row in pages_zip.read(io.BytesIO(data), Layout("zip")):
                assert isinstance(row, Record)
                del row
            return tracemalloc.get_traced_memory()[1] - len(data)
        finally:
            tracemalloc.stop()

    assert peak(data) < 1.5 * peak(one)


SAMPLE = zipped({"a.html": PAGE, "b/c.txt": b"The river rose.\n\nIt fell."})


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(SAMPLE) - 1), st.integers(0, 255)), max_size=4))
def test_no_change_of_bytes_crashes_the_reader(changes: list[tuple[int, int]]):
    data = bytearray(SAMPLE)
    for at, value in changes:
        data[at] = value
    with suppress(FileError):
        assert all(row.row >= 1 for row in unzipped(bytes(data)))


@settings(deadline=None)
@given(st.binary() | st.binary().map(lambda data: b"<html>" + data))
def test_no_bytes_crash_the_reader(data: bytes):
    for read in (pages_zip.read, html.read):
        with suppress(FileError):
            assert list(read(io.BytesIO(data), Layout("zip")))
