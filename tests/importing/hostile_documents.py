"""Hostile files of the formats that hold documents: name → (how to make it, what must be said).

A name begins with the format that reads the file. The words are of the FileError or of a problem
of a row.
"""

import json
from collections.abc import Callable

from articles.importing.formats.strict_json import MAX_VALUES
from articles.importing.limits import MAX_DEPTH, MAX_WHOLE

Make = Callable[[], tuple[str, bytes]]


def lines(*rows: str | bytes) -> Make:
    as_bytes = (row.encode() if isinstance(row, str) else row for row in rows)
    data = b"\n".join(as_bytes) + b"\n"
    return lambda: ("rows.jsonl", data)


def article(**fields: object) -> str:
    return json.dumps({"title": "Floods", "text": "The river rose.", **fields})


JSONL: dict[str, tuple[Make, str]] = {
    "jsonl: bytes that are not UTF-8": (
        lines(article(), b'{"title": "\xff"}'),
        "Byte 12 of the line (0xFF) is not UTF-8",
    ),
    "jsonl: a surrogate as UTF-8 bytes": (lines(b'{"title": "\xed\xa0\x80"}'), "is not UTF-8"),
    "jsonl: a line longer than is read": (
        lambda: ("rows.jsonl", b'{"text": "' + b"x" * MAX_WHOLE + b'"}\n' + article().encode()),
        "The line is longer than 32 MB",
    ),
    "jsonl: nothing but nesting": (lines("[" * 200_000), "nested too deep"),
    "jsonl: nested objects": (lines('{"a":' * 5_000 + "1" + "}" * 5_000), "nested too deep"),
    "jsonl: nested a little too deep": (
        lines(article(claims=json.loads("[" * MAX_DEPTH + "]" * MAX_DEPTH))),
        f"nested more than {MAX_DEPTH} deep",
    ),
    "jsonl: millions of values": (
        lines('{"claims": [' + "0," * MAX_VALUES + "0]}"),
        "more than 1,000,000 values",
    ),
    "jsonl: a number of 5,000 digits": (
        lines('{"start": ' + "9" * 5_000 + "}"),
        "This number has 5,000 digits",
    ),
    "jsonl: a number beyond floats": (lines('{"claims": [1e999]}'), "This number is too large"),
    "jsonl: NaN": (lines('{"claims": [{"start": NaN}]}'), "NaN is no number in JSON"),
    "jsonl: Infinity": (lines('{"title": -Infinity}'), "-Infinity is no number in JSON"),
    "jsonl: a name given twice": (
        lines('{"title": "One", "text": "Two.", "title": "Three"}'),
        "The name “title” stands 2 times",
    ),
    "jsonl: NUL, escaped": (lines(article(title="Fl\0ods")), "has the NUL character"),
    "jsonl: NUL as it is": (lines(b'{"title": "Fl\x00ods"}'), "control character stands in a text"),
    "jsonl: NUL in the name of a field": (lines('{"ti\\u0000tle": "x"}'), "has the NUL character"),
    "jsonl: the first half of a surrogate pair": (
        lines('{"text": "\\uD83D and more"}'),
        "has half of a surrogate pair",
    ),
    "jsonl: the second half of a surrogate pair": (
        lines('{"claims": [{"note": "\\udc4d"}]}'),
        "has half of a surrogate pair",
    ),
    "jsonl: half a pair in UTF-16": (
        lambda: ("rows.jsonl", '\ufeff{"title": "\ud83d"}'.encode("utf-16-le", "surrogatepass")),
        "is half of a surrogate pair",
    ),
    "jsonl: UTF-16 with an odd number of bytes": (
        lambda: ("rows.jsonl", ("\ufeff" + article()).encode("utf-16-le") + b"\n"),
        "within a character of UTF-16-LE",
    ),
    "jsonl: cut off": (lines(article()[:30]), "Column 31: The JSON ends too early"),
    "jsonl: cut off between values": (lines('{"title":'), "ends too early"),
    "jsonl: a list": (lines("[1, 2]"), "is JSON, but no object"),
    "jsonl: a bare word": (lines("title"), "Column 1: A value is missing here"),
    "jsonl: two objects in a line": (lines("{} {}"), "Column 4: More follows after the end"),
    "jsonl: an unknown type": (lines(article(type="podcast")), "There is no such type of row"),
    "jsonl: a list as the type": (lines(article(type=["article"])), "There is no such type of row"),
    "jsonl: a slip in a name": (lines(article(publised_on="2024-03-01")), "“published_on” may be"),
    "jsonl: a spreadsheet": (lambda: ("rows.jsonl", b"PK\x03\x04\x00\x00\xff\xfe"), "is not UTF-8"),
}
HOSTILE = JSONL
