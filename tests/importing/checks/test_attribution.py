from typing import Any

import pytest

from articles.importing.checks.checked import SourceRef, Step

from .rows import TEXT, checked, claim, problem

CUE = {"start": TEXT.index("A manager"), "end": TEXT.index(" said the workers")}
POST, LABOUR = Step(SourceRef("Daily Post")), Step(SourceRef("Ministry of Labour"))
MANAGER = Step(description="a manager in Dalian")

CHAINS = {
    "none": (None, ()),
    "empty": ([], ()),
    "one name": ("Daily Post", ((POST,),)),
    "names": ("Daily Post > Ministry of Labour", ((POST, LABOUR),)),
    "names with arrows": ("Daily Post → Ministry of Labour", ((POST, LABOUR),)),
    "a sign within a name": ("A>B", ((Step(SourceRef("A>B")),),)),
    "list": (["Daily Post", "Ministry of Labour"], ((POST, LABOUR),)),
    "JSON in a cell": ('["Daily Post", {"name": "Ministry of Labour"}]', ((POST, LABOUR),)),
    "one step": ({"unnamed": " a manager\nin Dalian"}, ((MANAGER,),)),
    "several": ([["Daily Post"], ["Ministry of Labour"]], ((POST,), (LABOUR,))),
    "by id": ([{"id": "s-1"}], ((Step(SourceRef(id="s-1")),),)),
    "with kind": (
        [{"name": "Daily Post", "kind": "publication"}],
        ((Step(SourceRef("Daily Post", "publication")),),),
    ),
    "with cue": (
        [{"unnamed": "a manager in Dalian", "cue": CUE}],
        ((Step(None, "a manager in Dalian", CUE["start"], CUE["end"]),),),
    ),
}


@pytest.mark.parametrize(("value", "chains"), CHAINS.values(), ids=CHAINS)
def test_chains_are_taken(value: Any, chains: Any):
    assert checked("article", claims=[claim(attribution=value)]).claims[0].chains == chains


REFUSED = {
    "number": (12, "attribution", "list of steps"),
    "broken JSON": ('["Daily Post"', "attribution", "JSON"),
    "too long": (["a", "b"] * 6, "attribution", "this one has 12"),
    "empty among several": ([["a"], []], "attribution[1]", "this one has 0"),
    "too many": ([[f"s{n}"] for n in range(11)], "attribution", "11 chains"),
    "same twice": (["a", "b", "B"], "attribution[2]", "same as the step before"),
    "same twice, one with a kind": (
        ["a", {"name": "A", "kind": "person"}],
        "attribution[1]",
        "same as the step before",
    ),
    "same person twice": (
        [{"unnamed": "a man"}, {"unnamed": "A man"}],
        "attribution[1]",
        "same as the step before",
    ),
    "same chain twice": ([["a", "b"], ["c"], ["a", "b"]], "attribution[2]", "attribution[0]"),
    "chain among steps": (["a", ["b"]], "attribution[1]", "list or object"),
    "empty name": (["a", ""], "attribution[1]", "missing"),
    "nameless": ([{"kind": "person"}], "attribution[0].name", "missing"),
    "both": ([{"name": "a", "unnamed": "b"}], "attribution[0].unnamed", "both"),
    "bad kind": ([{"name": "a", "kind": "x"}], "attribution[0].kind", "none of the values"),
    "bad cue": ([{"name": "a", "cue": "he said"}], "attribution[0].cue", "object"),
    "half a cue": ([{"name": "a", "cue": {"start": 1}}], "attribution[0].cue.end", "missing"),
    "cue outside": ([{"name": "a", "cue": {"start": 1, "end": 999}}], "attribution", "outside"),
    "in several": ([["a"], [{"name": ""}]], "attribution[1][0].name", "missing"),
    "too long a name": (["a" * 301], "attribution[0]", "301 characters"),
}


@pytest.mark.parametrize(("value", "column", "reason"), REFUSED.values(), ids=REFUSED)
def test_misshapen_chains_are_refused(value: Any, column: str, reason: str):
    found = problem("article", claims=[claim(attribution=value)])
    assert found.column == f"claims[0].{column}"
    assert reason in found.reason
    assert found.remedy
