"""Samples of our own, and those of the W3C's test suite, which are not in this repository: they
lie beside it, in ``../shared/data``, where there is one.
"""

import io
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as running
from hypothesis import strategies as st

from articles.importing.checks.check import check
from articles.importing.checks.checked import CheckedForArticle
from articles.importing.formats.annotation import read
from articles.importing.records import FileError, Layout, Record, Refused

SAMPLES = Path(settings.BASE_DIR).parent / "shared" / "data" / "w3c-annotation"
LAYOUT = Layout("annotation")
ARTICLE = "https://news.example/flood"
QUOTE = {"type": "TextQuoteSelector", "exact": "two metres", "prefix": "by ", "suffix": " in"}
POSITION = {"type": "TextPositionSelector", "start": 19, "end": 29}
FRAGMENT = {"type": "FragmentSelector", "value": "p3"}
BOTH = {
    "article": ARTICLE,
    "start": 19,
    "end": 29,
    "exact": "two metres",
    "prefix": "by ",
    "suffix": " in",
    "id": "urn:a:1",
}


def annotation(selector: Any = QUOTE, **others: Any) -> dict[str, Any]:
    target = {"source": ARTICLE, "selector": selector}
    base = {"@context": "http://www.w3.org/ns/anno.jsonld", "type": "Annotation", "id": "urn:a:1"}
    return base | {"target": target} | others


def rows(data: Any) -> list[Record | Refused]:
    if not isinstance(data, (bytes, str)):
        data = json.dumps(data)
    return list(read(io.BytesIO(data.encode() if isinstance(data, str) else data), LAYOUT))


def only(data: Any) -> dict[str, Any]:
    (row,) = rows(data)
    assert isinstance(row, Record), row
    assert (row.row, row.kind) == (1, "claim")
    return dict(row.fields)


def refusal(data: Any) -> tuple[str, str]:
    (row,) = rows(data)
    assert isinstance(row, Refused), row
    (problem,) = row.problems
    assert problem.remedy
    return problem.column, problem.reason


def without(fields: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in names}


OFFSETS = ("start", "end")
WORDS = ("exact", "prefix", "suffix")
SELECTORS: dict[str, tuple[Any, dict[str, Any]]] = {
    "a quotation": (QUOTE, without(BOTH, *OFFSETS)),
    "a quotation without context": (
        {"type": "TextQuoteSelector", "exact": "two metres"},
        without(BOTH, *OFFSETS, "prefix", "suffix"),
    ),
    "a position": (POSITION, without(BOTH, *WORDS)),
    "a position at the start": (
        POSITION | {"start": 0},
        without(BOTH, *WORDS) | {"start": 0},
    ),
    "both": ([POSITION, QUOTE], BOTH),
    "both, beside others": ([FRAGMENT, QUOTE, {"type": "XPathSelector"}, POSITION], BOTH),
    "a choice": ({"type": "Choice", "items": [POSITION, QUOTE]}, BOTH),
    "the old names": (
        {"@type": "oa:TextQuoteSelector", "exact": "two metres"},
        without(BOTH, *OFFSETS, "prefix", "suffix"),
    ),
    "two quotations": (
        [{"type": "TextQuoteSelector", "exact": "two metres"}, QUOTE | {"exact": "2 m"}],
        without(BOTH, *OFFSETS, "prefix", "suffix"),
    ),
    "a quotation in a part": (FRAGMENT | {"refinedBy": QUOTE}, without(BOTH, *OFFSETS)),
}


@pytest.mark.parametrize(("selector", "fields"), SELECTORS.values(), ids=SELECTORS)
def test_selected_words_are_a_claim(selector: Any, fields: dict[str, Any]):
    assert only(annotation(selector)) == fields


UNPLACED: dict[str, tuple[Any, str]] = {
    "an area": ({"type": "SvgSelector", "value": "<svg/>"}, "by SvgSelector"),
    "seconds of a film": (FRAGMENT | {"value": "t=3,6"}, "by FragmentSelector"),
    "a range": ({"type": "RangeSelector", "startSelector": QUOTE}, "by RangeSelector"),
    "a link": ("https://news.example/s1", "a link to a selector"),
    "nothing": ([], "an empty list"),
    "a number": (7, "no selector"),
    "no words": ({"type": "TextQuoteSelector", "exact": ""}, "without “exact”"),
    "no end": ({"type": "TextPositionSelector", "start": 3}, "without “start” or “end”"),
    "offsets in a part": (FRAGMENT | {"refinedBy": POSITION}, "within another selector"),
    "a part of a quotation": (QUOTE | {"refinedBy": {"type": "SvgSelector"}}, "by SvgSelector"),
    "two that do not help": ([FRAGMENT, "x"], "by FragmentSelector, or by a link"),
}


@pytest.mark.parametrize(("selector", "reason"), UNPLACED.values(), ids=UNPLACED)
def test_what_selects_no_words_is_refused(selector: Any, reason: str):
    column, told = refusal(annotation(selector))
    assert column == "target.selector"
    assert reason in told


TARGETS: dict[str, tuple[Any, str, str]] = {
    "an address": (ARTICLE, "target", "of a whole resource"),
    "an object without selector": ({"id": ARTICLE, "type": "Image"}, "target", "whole resource"),
    "several": ([ARTICLE, ARTICLE], "target", "several things"),
    "a composite": ({"type": "Composite", "items": [ARTICLE]}, "target", "several things"),
    "none": (None, "target", "no target"),
    "no source": ({"selector": QUOTE}, "target.source", "what it is a part of"),
    "a list as source": ({"source": [], "selector": QUOTE}, "target.source", "a part of"),
}


@pytest.mark.parametrize(("target", "column", "reason"), TARGETS.values(), ids=TARGETS)
def test_other_targets_are_refused(target: Any, column: str, reason: str):
    told = refusal(annotation(target=target))
    assert told[0] == column
    assert reason in told[1]


def test_the_source_may_be_an_object():
    target = {"source": {"id": ARTICLE, "type": "Text"}, "selector": QUOTE}
    assert only(annotation(target=[target]))["article"] == ARTICLE


def body(value: Any, **others: Any) -> dict[str, Any]:
    return {"type": "TextualBody", "value": value, **others}


NOTES: dict[str, tuple[dict[str, Any], str]] = {
    "a value": ({"bodyValue": "Who measured it?"}, "Who measured it?"),
    "a body": ({"body": body("Who measured it?")}, "Who measured it?"),
    "two bodies": (
        {"body": [body("Who?", purpose="commenting"), body("When?", purpose="oa:describing")]},
        "Who?\n\nWhen?",
    ),
    "a tag": ({"body": [body("flood", purpose="tagging"), body("Who?")]}, "Who?"),
    "HTML": ({"body": body("<p>Who &amp; when?</p>", format="text/html")}, "Who & when?"),
    "plain text like HTML": ({"body": body("a <b> c")}, "a <b> c"),
    "a choice": (
        {"body": {"type": "Choice", "items": ["https://x.example/a", body("Who?"), body("Qui ?")]}},
        "Who?",
    ),
    "a link": ({"body": "https://x.example/a"}, ""),
    "a wrong type": ({"body": [body(3), 4, None], "bodyValue": {}}, ""),
}


@pytest.mark.parametrize(("others", "note"), NOTES.values(), ids=NOTES)
def test_comments_are_the_note(others: dict[str, Any], note: str):
    assert only(annotation(**others)).get("note", "") == note


def page(*found: Any, **others: Any) -> dict[str, Any]:
    return {"id": "urn:p", "type": "AnnotationPage", "items": list(found), **others}


def collection(**others: Any) -> dict[str, Any]:
    return {"id": "urn:c", "type": "AnnotationCollection", "total": 3, **others}


ANOTHER = annotation(POSITION, id="urn:a:2")
SETS: dict[str, Any] = {
    "a list": [annotation(), ANOTHER],
    "a page": page(annotation(), ANOTHER),
    "a collection": collection(first=page(annotation(), ANOTHER)),
    "a collection of two pages": collection(first=page(annotation(), next=page(ANOTHER))),
    "lines": f"{json.dumps(annotation())}\n{json.dumps(ANOTHER)}",
}


@pytest.mark.parametrize("data", SETS.values(), ids=SETS)
def test_sets_of_annotations(data: Any):
    found = rows(data)
    assert [row.row for row in found] == [1, 2]
    assert [dict(row.fields)["id"] for row in found] == ["urn:a:1", "urn:a:2"]


def test_what_is_read_passes_the_checks():
    found = rows([annotation(selector, bodyValue="Who?") for selector, _ in SELECTORS.values()])
    assert len(found) == len(SELECTORS)
    for row in found:
        assert isinstance(row, Record)
        assert isinstance(check(row), CheckedForArticle)


def test_pages_that_are_elsewhere_are_told():
    (row,) = rows(collection(first="urn:p:1", last="urn:p:2"))
    assert isinstance(row, Refused)
    assert row.problems[0].value == "urn:p:1"
    assert "not in the file" in row.problems[0].reason
    found = rows(page(annotation(), next="urn:p:2"))
    assert [type(row) for row in found] == [Record, Refused]


def test_a_page_in_a_line_is_refused():
    found = rows(f"{json.dumps(annotation())}\n{json.dumps(page(annotation(), ANOTHER))}")
    assert [type(row) for row in found] == [Record, Refused]


def test_offsets_count_code_points():
    """ "🌊" is one, as the standard wants, not the two that a browser counts."""
    text = "🌊 Water rose by two metres."
    start = text.index("two")
    place = only(annotation(POSITION | {"start": start, "end": start + 10}))
    assert text[place["start"] : place["end"]] == "two metres"
    assert place["start"] == 16


SHAPES = st.recursive(
    st.none() | st.integers() | st.text(max_size=9) | st.sampled_from([QUOTE, POSITION, FRAGMENT]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "id", "items", "refinedBy", "selector", "source", "value"]),
            inner,
        )
    ),
    max_leaves=6,
)


@running(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["type", "id", "target", "body", "bodyValue", "first", "items", "next"]),
        SHAPES | st.sampled_from(["Annotation", "AnnotationPage", "AnnotationCollection"]),
    )
)
def test_no_shape_crashes_the_reader(others: dict[str, Any]):
    for row in rows(annotation(**others)):
        assert row.kind == "claim"


@running(deadline=None)
@given(st.binary())
def test_no_bytes_crash_the_reader(data: bytes):
    with suppress(FileError):
        assert rows(data)


TAKEN = {
    "anno26.json": ["exact", "prefix", "suffix"],
    "anno27.json": ["end", "start"],
    "anno32.json": ["exact", "prefix", "suffix"],
}
ALL_REFUSED = {"target", "target.selector", ""}


@pytest.fixture(scope="module")
def samples() -> dict[str, bytes]:
    if not SAMPLES.exists():
        pytest.skip("needs the W3C samples in ../shared/data, which are not in the repository")
    return {path.name: path.read_bytes() for path in SAMPLES.glob("*.json")}


def test_the_samples_of_the_standard_are_taken_or_refused(samples: dict[str, bytes]):
    assert len(samples) == 45
    for name, data in samples.items():
        for row in rows(data):
            if isinstance(row, Record):
                place = row.fields.keys() - {"article", "id", "note"}
                if name in TAKEN:
                    assert sorted(place) == TAKEN[name]
                assert name in TAKEN or name == "collection1.json"
            else:
                assert name not in TAKEN
                assert {problem.column for problem in row.problems} <= ALL_REFUSED
                assert all(problem.reason and problem.remedy for problem in row.problems)


def test_the_collection_of_the_standard_is_as_its_parts(samples: dict[str, bytes]):
    found = rows(samples["collection1.json"])
    assert [row.row for row in found] == list(range(1, 42))
    taken = [row.fields for row in found if isinstance(row, Record)]
    assert taken == [rows(samples[name])[0].fields for name in TAKEN]
