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


def document(name: str, value: object) -> Make:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return lambda: (name, data)


def review(**others: object) -> Make:
    base = {
        "@type": "ClaimReview",
        "url": "https://checks.example/dam",
        "claimReviewed": "The dam is new.",
        "author": {"name": "River Checks"},
        "reviewRating": {"ratingValue": 1},
    }
    return document("reviews.json", base | others)


def page(script: str, around: str = "{}") -> Make:
    tag = f'<script type="application/ld+json">{script}</script>'
    return document("page.html", f"<!doctype html><html>{around.format(tag)}</html>".encode())


CLAIMREVIEW: dict[str, tuple[Make, str]] = {
    "claimreview: an empty file": (document("reviews.json", b""), "The file is empty"),
    "claimreview: broken JSON": (
        document("reviews.json", b'[\n{"@type": "ClaimReview"}\n'),
        "Line 3, column 1: The JSON ends too early",
    ),
    "claimreview: bytes that are not UTF-8": (
        document("reviews.json", b'{"claimReviewed": "\xff"}'),
        "Byte 20 of the file is not UTF-8",
    ),
    "claimreview: one document that is too large": (
        lambda: ("reviews.json", b"[" + b" " * MAX_WHOLE + b"]"),
        "Write it with one ClaimReview per line",
    ),
    "claimreview: a tower of lists": (
        document("reviews.json", b"[" * 100_000),
        "nested too deep",
    ),
    "claimreview: a tower of graphs": (
        document("reviews.json", b'{"@graph": ' * 300 + b"1" + b"}" * 300),
        "nested more than 12 deep",
    ),
    "claimreview: no reviews": (document("reviews.json", []), "The file has no ClaimReview"),
    "claimreview: something else": (
        document("reviews.json", {"@type": "Recipe"}),
        "no ClaimReview, but Recipe",
    ),
    "claimreview: types of wrong types": (
        review(**{"@type": [None, 4, {"ClaimReview": 1}]}),
        "no ClaimReview, but nothing",
    ),
    "claimreview: lists where objects should be": (
        review(author=[[]], itemReviewed=[[]], reviewRating=[[]], url=[{}]),
        "not said who reviewed",
    ),
    "claimreview: a rating of 4,000 digits": (
        review(reviewRating={"ratingValue": "9" * 4_000}),
        "no rating that can be read",
    ),
    "claimreview: a rating that is NaN": (
        document("reviews.json", b'{"@type": "ClaimReview", "reviewRating": {"ratingValue": NaN}}'),
        "NaN is no number in JSON",
    ),
    "claimreview: NUL in the claim": (review(claimReviewed="a\0b"), "has the NUL character"),
    "claimreview: half a pair in the claim": (
        review(claimReviewed="\ud83d"),
        "has half of a surrogate pair",
    ),
    "claimreview: a year beyond all": (
        review(datePublished="99999-01-01"),
        "no date as ISO 8601 has it",
    ),
    "claimreview: a page without any": (page('{"@type": "Event"}'), "The file has no ClaimReview"),
    "claimreview: a page with a broken script": (page("{"), "In script 1, line 1, column 2"),
    "claimreview: a page with an endless script": (
        lambda: ("page.html", b"<html><script>" + b"x" * 11_000_000),
        "more than the 10,000,000 allowed",
    ),
    "claimreview: a page of too many elements": (
        page("{}", "<p>" * 60_000 + "{}"),
        "more than the 50,000 allowed",
    ),
    "claimreview: a script of blanks": (page(" " * 5_000_000), "The JSON ends too early"),
    "claimreview: a page that is an image": (
        document("page.html", b"<\x00\x01\x02\x03\x04\x05\x06"),
        "binary",
    ),
}


def annotation(**others: object) -> Make:
    quote = {"type": "TextQuoteSelector", "exact": "The river rose."}
    target = {"source": "https://news.example/1", "selector": quote}
    return document(
        "annotations.json", {"type": "Annotation", "id": "urn:1", "target": target, **others}
    )


def tower(name: str) -> bytes:
    """Too deep for a row, but not for the JSON parser."""
    start = b'{"type": "Annotation", "target": {"source": "x", "selector": '
    return start + b'{"%b": ' % name.encode() * 400 + b"1" + b"}" * 402


ANNOTATION: dict[str, tuple[Make, str]] = {
    "annotation: a tower of refinements": (
        document("annotations.json", tower("refinedBy")),
        "nested more than 12 deep",
    ),
    "annotation: pages in pages": (
        document(
            "annotations.json", b'{"type": "AnnotationPage", "items": ' * 300 + b"1" + b"}" * 300
        ),
        "nested more than 12 deep",
    ),
    "annotation: a list of lists": (
        document("annotations.json", b"[" * 300 + b"]" * 300),
        "nested more than 12 deep",
    ),
    "annotation: a page elsewhere": (
        document("annotations.json", {"type": "AnnotationCollection", "first": "urn:p"}),
        "not in the file, which only links to it",
    ),
    "annotation: a first page without items": (
        document("annotations.json", {"type": "AnnotationCollection", "first": {"id": "urn:p"}}),
        "not in the file, which only links to it",
    ),
    "annotation: a number": (document("annotations.json", 7), "This is no annotation"),
    "annotation: null": (document("annotations.json", [None]), "This is no annotation"),
    "annotation: a target of a wrong type": (annotation(target=7), "of a whole resource"),
    "annotation: a selector of a wrong type": (
        annotation(target={"source": "x", "selector": [[[]], True]}),
        "something that is no selector",
    ),
    "annotation: NUL in the quotation": (
        annotation(
            target={"source": "x", "selector": {"type": "TextQuoteSelector", "exact": "\0"}}
        ),
        "has the NUL character",
    ),
    "annotation: an endless offset": (
        document(
            "annotations.json",
            b'{"type": "Annotation", "target": {"source": "x", "selector": '
            b'{"type": "TextPositionSelector", "start": ' + b"9" * 5_000 + b', "end": 1}}}',
        ),
        "This number has 5,000 digits",
    ),
    "annotation: a name given twice": (
        document("annotations.json", b'{"type": "Annotation", "id": "a", "id": "b"}'),
        "The name “id” stands 2 times",
    ),
}
HOSTILE = JSONL | CLAIMREVIEW | ANNOTATION
