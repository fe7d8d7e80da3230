import io
import json
import tracemalloc
from typing import Any

import pytest
from django.core.files import File
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.importing.formats import lines
from articles.importing.formats.jsonl import read
from articles.importing.formats.strict_json import MAX_PROBLEMS, NotJSONError, Parser
from articles.importing.records import FIELDS, KINDS, FileError, Layout, Record, Refused

LAYOUT = Layout("jsonl")
FLOODS = {"title": "Floods", "text": "The river rose."}


def rows(data: str | bytes) -> list[Record | Refused]:
    return list(read(io.BytesIO(data.encode() if isinstance(data, str) else data), LAYOUT))


def refusal(line: str) -> Refused:
    (row,) = rows(line)
    assert isinstance(row, Refused)
    return row


def test_each_line_is_a_row_of_its_type():
    found = rows(
        '{"title": "Floods", "text": "The river rose."}\r\n'
        "\n"
        '{"type": "source", "name": "River Board"}\n'
        '   {"type": "document", "source": "River Board", "text": "Levels."}   \n'
        '{"type": "claim", "article": "a1", "start": 0, "end": 9}'
    )
    assert found == [
        Record(1, "article", FLOODS),
        Record(3, "source", {"name": "River Board"}),
        Record(4, "document", {"source": "River Board", "text": "Levels."}),
        Record(5, "claim", {"article": "a1", "start": 0, "end": 9}),
    ]


def test_rows_are_what_the_layout_says_where_they_do_not_say_it():
    file = io.BytesIO(b'{"name": "River Board"}\n{"type": "article", "title": "Floods"}')
    found = list(read(file, Layout("jsonl", kind="source")))
    assert found == [
        Record(1, "source", {"name": "River Board"}),
        Record(2, "article", {"title": "Floods"}),
    ]


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le with mark", "utf-16-be with mark", "utf-32"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_encodings_of_unicode_are_told_by_their_mark(encoding: str):
    name, _, marked = encoding.partition(" with ")
    text = '{"title": "洪水 🌊"}\n\n{"title": "Überflutung"}\n'
    data = (("\ufeff" if marked else "") + text).encode(name)
    assert rows(data) == [
        Record(1, "article", {"title": "洪水 🌊"}),
        Record(3, "article", {"title": "Überflutung"}),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_stored_file_is_read(encoding: str):
    stored = File(io.BytesIO('{"title": "洪水"}\n'.encode(encoding)), "rows.jsonl")
    for _ in range(2):
        assert list(read(stored, LAYOUT)) == [Record(1, "article", {"title": "洪水"})]


def test_more_rows_than_are_taken_refuse_the_file(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(lines, "MAX_ROWS", 2)
    assert len(rows("{}\n\n{}\n")) == 2
    with pytest.raises(FileError, match="more than 2 rows"):
        rows("{}\n{}\n{}\n")


def test_one_bad_line_does_not_harm_the_others():
    found = rows(b'{"title": "One"}\n{"title": "\xe9t\xe9"}\n{"title": "Three"}')
    assert [type(row) for row in found] == [Record, Refused, Record]
    assert [row.row for row in found] == [1, 2, 3]


def test_the_place_of_every_bad_value_is_named():
    row = refusal(
        '{"title": "a\\u0000b", "claims": [{"start": 1}, {"start": NaN, "note": "\\ud800"}]}'
    )
    assert [(p.column, p.value) for p in row.problems] == [
        ("title", "a�b"),
        ("claims[1].start", "NaN"),
        ("claims[1].note", "�"),
    ]
    assert row.fields == {
        "title": "a�b",
        "claims": [{"start": 1}, {"start": "NaN", "note": "�"}],
    }


def test_no_more_problems_are_told_than_can_be_read():
    row = refusal('{"claims": [' + ", ".join(["NaN"] * 1_000) + "]}")
    assert len(row.problems) == MAX_PROBLEMS


GOOD = {
    "an emoji, escaped": ('"\\ud83d\\ude00"', "😀"),
    "two emoji, escaped": ('"\\uD83D\\uDE00\\ud83d\\ude00"', "😀😀"),
    "a backslash before u0000": ('"\\\\u0000"', "\\u0000"),
    "a backslash before ud800": ('"\\\\ud800"', "\\ud800"),
    "many brackets in a text": ('"[[[[[[[[[[[[[[[[[[[["', "[" * 20),
    "a large number": ("123456789012345678901234567890", 123456789012345678901234567890),
    "nested as deep as allowed": ("[" * 11 + "]" * 11, json.loads("[" * 11 + "]" * 11)),
}


@pytest.mark.parametrize(("written", "value"), GOOD.values(), ids=GOOD)
def test_what_only_looks_bad_is_taken(written: str, value: Any):
    assert rows('{"title": ' + written + "}") == [Record(1, "article", {"title": value})]


def test_brackets_in_texts_do_not_hide_how_deep_it_is():
    deep = "[" * 7 + '"]]]]]]]", ' + "[" * 7 + "1" + "]" * 7 + ', "[[[[[[["' + "]" * 7
    assert "nested more than 12 deep" in refusal(f'{{"claims": {deep}}}').problems[0].reason


FAULTS = {
    "missing comma": ('{"a": 1 "b": 2}', 9, "A comma is missing"),
    "missing colon": ('{"a" 1}', 6, "A colon is missing"),
    "missing value": ('{"a": }', 7, "A value is missing"),
    "bare name": ("{a: 1}", 2, "A name in double quotes is missing"),
    "line break in a text": ('{"a": "b\tc"}', 9, "control character"),
    "unknown escape": (r'{"a": "\x41"}', 8, "This backslash begins nothing"),
    "quotation mark": ('{"a": "she said "no" twice"}', 18, "a quotation mark within a text"),
}


@pytest.mark.parametrize(("line", "column", "reason"), FAULTS.values(), ids=FAULTS)
def test_faults_of_json_are_placed(line: str, column: int, reason: str):
    problem = refusal(line).problems[0]
    assert problem.reason.startswith(f"Column {column}: ")
    assert reason in problem.reason
    assert problem.remedy


SLIPS = {
    "titel": "title",
    "Title": "title",
    "publised_on": "published_on",
    "published-on": "published_on",
    "publishedOn": "published_on",
    "claim": "claims",
    "lanuage": "language",
}


@pytest.mark.parametrize(("name", "meant"), SLIPS.items())
def test_a_slip_in_a_name_is_told(name: str, meant: str):
    row = refusal(json.dumps({"text": "The river rose.", name: "x"}))
    assert [problem.column for problem in row.problems] == [name]
    assert f"“{meant}”" in row.problems[0].reason
    assert row.fields[name] == "x"


UNLIKE = {
    "another program's field": {"word_count": 4},
    "like one that the row has": {"titles": ["Floods"], "texts": []},
    "very long": {"title" * 1_000: 1},
    "columns of our file of refused rows": {"row": 3, "problem": "x", "remedy": "y"},
}


@pytest.mark.parametrize("others", UNLIKE.values(), ids=UNLIKE)
def test_other_unknown_fields_are_left_out(others: dict[str, Any]):
    assert rows(json.dumps(FLOODS | others)) == [Record(1, "article", FLOODS)]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**28), 10**28)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
ROWS = st.sampled_from(KINDS).flatmap(
    lambda kind: st.tuples(
        st.just(kind), st.dictionaries(st.sampled_from(FIELDS[kind]), JSON, max_size=5)
    )
)


def depth(value: Any) -> int:
    if isinstance(value, dict):
        value = list(value.values())
    return 1 + max(map(depth, value), default=0) if isinstance(value, list) else 0


@settings(deadline=None)
@given(st.lists(ROWS, max_size=4), st.booleans())
def test_what_is_written_is_read(written: list[tuple[Any, dict[str, Any]]], ascii_only: bool):
    written = [(kind, fields) for kind, fields in written if depth(fields) <= 12]
    data = "\n".join(
        json.dumps(fields | {"type": kind}, ensure_ascii=ascii_only) for kind, fields in written
    )
    assert rows(data) == [
        Record(row, kind, fields) for row, (kind, fields) in enumerate(written, 1)
    ]


@settings(deadline=None)
@given(st.binary() | st.binary().map(lambda data: b"\xff\xfe" + data))
def test_no_bytes_crash_the_reader(data: bytes):
    try:
        found = rows(data)
    except FileError:
        return
    assert all(row.row >= 1 for row in found)


@settings(deadline=None)
@given(st.text(st.sampled_from('{}[]",:\\u0dD8c123eN a\n'), max_size=60))
def test_what_the_parser_calls_sound_can_be_stored(text: str):
    try:
        value, sound = Parser().parse(text)
    except NotJSONError:
        return
    if sound:
        assert "\\u0000" not in json.dumps(value).replace("\\\\", "")
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()


def test_memory_does_not_grow_with_the_file():
    line = json.dumps({"title": "Floods", "text": "The river rose. " * 60}).encode() + b"\n"
    file = io.BytesIO(line * 20_000)
    tracemalloc.start()
    try:
        count = sum(1 for _ in read(file, LAYOUT))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 20_000
    assert peak < 1_000_000
