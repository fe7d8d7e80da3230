"""No file crashes a reader, takes it long or much memory; each is refused with its reason."""

import io
import time

import pytest

from articles.importing.formats.readers import read
from articles.importing.recognise import recognise
from articles.importing.records import FileError, Layout, Refused
from tests.importing.hostile_documents import HOSTILE, Make
from tests.importing.hostile_zips import HOSTILE_ZIPS

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
        for row in read(io.BytesIO(data), Layout(format_name)):
            if isinstance(row, Refused):
                told += [f"{problem.reason} {problem.remedy}" for problem in row.problems]
                assert all(problem.reason and problem.remedy for problem in row.problems)
    except FileError as error:
        told.append(str(error))
    assert any(words in message for message in told), told
    assert time.monotonic() - began < LONGEST


def test_hostile_files_crash_nothing_when_their_format_is_not_told():
    for name, (make, _) in FILES.items():
        file_name, data = make()
        file = io.BytesIO(data)
        try:
            found = list(read(file, recognise(file, file_name)))
        except FileError as error:
            found = [error]
        assert found, name
