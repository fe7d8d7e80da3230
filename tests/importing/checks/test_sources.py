from typing import Any

import pytest

from .rows import checked, problem, problems


def test_a_source_is_taken_whole():
    row = checked(
        "source",
        id="s-1",
        kind="Publication",
        aliases="The Post; Post | Daily  Post\nPOST",
        homepage="https://post.example/",
        protected="yes",
    )
    assert (row.id, row.name, row.kind) == ("s-1", "Ministry of Labour", "publication")
    assert row.aliases == ("The Post", "Post", "Daily Post")
    assert (row.homepage, row.protected) == ("https://post.example/", True)


def test_a_source_needs_only_its_name():
    row = checked("source")
    assert (row.kind, row.aliases, row.homepage, row.protected) == ("organisation", (), "", False)
    assert problem("source", name=" ").column == "name"


@pytest.mark.parametrize(
    "aliases", [["UN", " un ", "U.N.; the first", ""], '["UN", "U.N.; the first"]'], ids=str
)
def test_aliases_of_a_list_are_taken_whole(aliases: Any):
    assert checked("source", aliases=aliases).aliases == ("UN", "U.N.; the first")


def test_bad_aliases_are_refused():
    found = problems("source", aliases=["UN", 2020.5, {"a": 1}, "x" * 301])
    assert [p.column for p in found] == ["aliases[2]", "aliases[3]"]
    assert problem("source", aliases=";".join(map(str, range(51)))).column == "aliases"
    assert problem("source", aliases={"a": 1}).column == "aliases"
    assert "JSON ends too early" in problem("source", aliases='["UN"').reason
