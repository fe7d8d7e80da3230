import io

import pytest

from articles.importing.formats.readers import read
from articles.importing.recognise import recognise
from articles.importing.records import FileError, Refused
from tests.importing import hostile


def said_of(name: str, data: bytes) -> str:
    """All that is said of a file and its rows."""
    file = io.BytesIO(data)
    try:
        layout = recognise(file, name)
        refused = [row for row in read(file, layout) if isinstance(row, Refused)]
    except FileError as error:
        return str(error)
    return " ".join(f"{p.column} {p.value} {p.reason}" for row in refused for p in row.problems)


@pytest.mark.parametrize(("make", "expected"), hostile.CSV.values(), ids=hostile.CSV)
def test_a_hostile_table_in_text_is_refused_with_the_reason(
    make: hostile.Make, expected: str
) -> None:
    assert expected in said_of(*make())


@pytest.mark.parametrize(("make", "expected"), hostile.XLSX.values(), ids=hostile.XLSX)
def test_a_hostile_workbook_is_refused_with_the_reason(make: hostile.Make, expected: str) -> None:
    assert expected in said_of(*make())
