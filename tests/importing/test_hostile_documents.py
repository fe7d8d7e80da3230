"""No file crashes a reader, takes it long or much memory; each is refused with its reason."""

import io
import time

import pytest

from articles.importing.formats import annotation, claimreview, html, jsonl, pages_zip
from articles.importing.records import FileError, Layout, Refused
from tests.importing.hostile_documents import HOSTILE, Make
from tests.importing.hostile_zips import HOSTILE_ZIPS

READERS = {
    "jsonl": jsonl.read,
    "claimreview": claimreview.read,
    "annotation": annotation.read,
    "html": html.read,
    "zip": pages_zip.read,
}
FILES = HOSTILE | HOSTILE_ZIPS
LONGEST = 10
"""Seconds; far more than any takes, so that a busy machine does not fail the test."""


@pytest.mark.parametrize(("make", "words"), FILES.values(), ids=FILES)
def test_hostile_files_are_refused_with_the_reason(
    make: Make, words: str, request: pytest.FixtureRequest
):
    format_name = request.node.callspec.id.partition(":")[0]
    _, data = make()
    began = time.monotonic()
    told = []
    try:
        for row in READERS[format_name](io.BytesIO(data), Layout(format_name)):
            if isinstance(row, Refused):
                told += [f"{problem.reason} {problem.remedy}" for problem in row.problems]
                assert all(problem.reason and problem.remedy for problem in row.problems)
    except FileError as error:
        told.append(str(error))
    assert any(words in message for message in told), told
    assert time.monotonic() - began < LONGEST
