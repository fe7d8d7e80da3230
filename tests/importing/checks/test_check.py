"""What holds for any row, whatever stands in it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from articles.importing.checks import rules
from articles.importing.checks.check import check
from articles.importing.checks.checked import CheckedArticle
from articles.importing.records import FIELDS, KINDS, Kind, Record, Refused
from articles.text.normalize import normalize

from .rows import GOOD, TEXT

WORDS = st.sampled_from(
    [
        *(
            "",
            " ",
            "true",
            "open",
            "decided",
            "UN",
            "UN > WHO",
            "said",
            "the workers",
            "\0",
            "a\ud800",
        ),
        *("2022-03-23", "03/04/2022", "44643", "3", "-1", "https://un.org/", "un.org", "en", "["),
        *('["a"]', '[{"start": 1, "end": 7}]', '{"name": "a"}', '{"a": [[[]]]}'),
    ]
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-5, 200)
    | st.integers()
    | st.floats()
    | st.dates()
    | st.datetimes()
    | WORDS
    | st.text(st.characters(), max_size=20)
)
NAMES = st.sampled_from(sorted({*sum(FIELDS.values(), ()), "cue", "unnamed", "name", "sources"}))
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(NAMES | st.text(), inner, max_size=5)
    ),
    max_leaves=25,
)


@st.composite
def records(draw: st.DrawFn) -> Record:
    """Rows that are good but for a few fields, or have only some."""
    kind: Kind = draw(st.sampled_from(KINDS))
    fields = draw(st.dictionaries(st.sampled_from(FIELDS[kind]), VALUES | WORDS, max_size=3))
    return Record(
        draw(st.integers(1, 10**9)), kind, draw(st.sampled_from([{}, GOOD[kind]])) | fields
    )


@given(records())
def test_any_row_is_taken_or_refused_with_reason_and_remedy(record: Record):
    result = check(record)
    if isinstance(result, Refused):
        assert (result.row, result.kind, result.fields) == (record.row, record.kind, record.fields)
        assert result.problems
        for problem in result.problems:
            assert problem.row == record.row
            assert problem.reason.strip()
            assert problem.remedy.strip()
            assert is_storable(problem.column + problem.value + problem.reason + problem.remedy)
    else:
        assert result.row == record.row
        if isinstance(result, CheckedArticle):
            refuse_unsound(result)


PIECES = [
    "One",
    "said so",
    " ",
    "  ",
    "\r\n",
    "\n\n\n",
    "\t",
    ". ",
    "é",
    "e\u0301",
    "\u0301",
    "👩‍👧",
]
PIECES += ["\ufeff", "\x01", "한", "\u1112\u1161"]


@st.composite
def articles(draw: st.DrawFn) -> dict[str, Any]:
    """Articles whose claims name words of the text, by offsets, by the words, or by both."""
    text = "".join(draw(st.lists(st.sampled_from(PIECES), min_size=1, max_size=25)))
    claims = []
    for _ in range(draw(st.integers(0, 3))):
        start, end = sorted(draw(st.tuples(*[st.integers(0, len(text))] * 2)))
        words = {"exact": text[start:end], "prefix": text[:start], "suffix": text[end:]}
        by = draw(st.sampled_from([(), ("exact",), ("exact", "prefix", "suffix")]))
        claim: dict[str, Any] = {name: words[name] for name in by}
        if not by or draw(st.booleans()):
            claim |= {"start": start, "end": end}
        claims.append(claim | {"status": draw(st.sampled_from(["open", "withdrawn"]))})
    return {"title": "T", "text": text, "claims": claims}


@given(articles())
def test_the_claims_of_an_article_that_is_taken_stand_in_its_text(fields: dict[str, Any]):
    result = check(Record(1, "article", fields))
    if isinstance(result, CheckedArticle):
        assert len(result.claims) == len(fields["claims"])
        refuse_unsound(result)
        for claim, given_claim in zip(result.claims, fields["claims"], strict=True):
            if "start" in given_claim:
                words = fields["text"][given_claim["start"] : given_claim["end"]]
                assert normalize(claim.exact) == normalize(words)


def refuse_unsound(article: CheckedArticle) -> None:
    assert article.title
    assert article.text
    assert article.text == normalize(article.text)
    assert is_storable(article.text)
    standing = [claim for claim in article.claims if claim.status != "withdrawn"]
    assert len({(claim.start, claim.end) for claim in standing}) == len(standing)
    for claim in article.claims:
        assert claim.start is not None
        assert claim.exact == article.text[claim.start : claim.end]
        assert claim.exact
        assert claim.status in rules.STATUSES
        assert claim.verdicts or claim.status not in rules.JUDGED


def is_storable(text: str) -> bool:
    """Whether PostgreSQL takes it."""
    return "\0" not in text and text.encode(errors="ignore").decode() == text


def test_rows_of_every_kind_are_taken():
    for kind, fields in GOOD.items():
        assert not isinstance(check(Record(1, kind, fields)), Refused)


def test_the_values_of_a_row_are_left_as_they_are():
    fields: Mapping[str, Any] = {
        "title": "T",
        "text": TEXT,
        "published_on": datetime(2022, 3, 23),
        "claims": [{"start": "0", "end": "7", "evidence": [{"source": "UN", "passage": "p"}]}],
    }
    before = repr(fields)
    assert isinstance(check(Record(1, "article", fields)), Refused)
    assert repr(fields) == before
    assert date(2022, 3, 23) == fields["published_on"].date()
