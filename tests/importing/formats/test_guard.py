import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.importing.formats.guard import guarded, unguarded

GUARDED = {
    "a formula": ("=1+1", "'=1+1"),
    "a number": ("-1", "'-1"),
    "a tab": ("\tx", "'\tx"),
    "a formula that is guarded already": ("'=1", "''=1"),
    "plain text": ("text", "text"),
    "an apostrophe": ("'tis", "'tis"),
    "nothing": ("", ""),
}


@pytest.mark.parametrize(("cell", "expected"), GUARDED.values(), ids=GUARDED)
def test_cells_that_a_spreadsheet_would_run_are_guarded(cell: str, expected: str) -> None:
    assert guarded(cell) == expected


@given(st.text() | st.text(st.sampled_from("'=+-@\t\rx")))
def test_a_guarded_cell_comes_back_as_it_was(cell: str) -> None:
    assert unguarded(guarded(cell)) == cell


@given(st.text(st.sampled_from("'=+-@\t\rx")))
def test_no_guarded_cell_begins_as_a_formula(cell: str) -> None:
    assert not guarded(cell).startswith(tuple("=+-@\t\r"))
