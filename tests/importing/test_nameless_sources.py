"""Protected sources leave an export without their names."""

import pytest

from articles.importing.checks.check import check
from articles.importing.checks.checked import CheckedSource
from articles.importing.records import Record, Refused

ID = "0198b1de-0000-7000-8000-000000000001"


def test_protected_source_with_an_id_needs_no_name():
    fields = {"id": ID, "kind": "person", "protected": True}
    assert check(Record(3, "source", fields)) == CheckedSource(
        row=3, id=ID, name=f"Protected source {ID}", kind="person", protected=True
    )


REFUSED = {
    "not protected": {"id": ID, "kind": "person"},
    "protected without an id": {"kind": "person", "protected": True},
}


@pytest.mark.parametrize("fields", REFUSED.values(), ids=REFUSED)
def test_other_sources_need_a_name(fields: dict[str, object]):
    refused = check(Record(3, "source", fields))
    assert isinstance(refused, Refused)
    assert [problem.column for problem in refused.problems] == ["name"]


def test_long_id_still_makes_a_name():
    checked = check(Record(1, "source", {"id": "x" * 300, "protected": "yes"}))
    assert isinstance(checked, CheckedSource)
    assert len(checked.name) == 300
