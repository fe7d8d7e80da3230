import io
import json
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.importing.checks.check import check
from articles.importing.checks.checked import CheckedArticle
from articles.importing.formats.claimreview import read
from articles.importing.formats.ratings import SCALE, UnclearRatingError, rating_of
from articles.importing.recognise import recognise
from articles.importing.records import FileError, Layout, Record, Refused

LAYOUT = Layout("claimreview")
CLAIM = "The dam holds back two years of rain."
REVIEW: dict[str, Any] = {
    "@context": "https://schema.org",
    "@type": "ClaimReview",
    "url": "https://checks.example/dam",
    "claimReviewed": CLAIM,
    "author": {"@type": "Organization", "name": "River Checks"},
    "datePublished": "2024-05-02",
    "inLanguage": "en-GB",
    "reviewBody": "Its volume is that of five months of rain.",
    "reviewRating": {"ratingValue": 2, "bestRating": 5, "worstRating": 1},
    "itemReviewed": {
        "@type": "Claim",
        "author": {"@type": "Person", "name": "Ada Brook"},
        "datePublished": "2024-04-28T21:30:00+02:00",
        "appearance": {
            "@type": "NewsArticle",
            "url": "https://news.example/dam?a=1&copy=2",
            "headline": "Minister opens dam",
            "author": {"name": "Sam Reed"},
            "publisher": {"name": "Valley News"},
        },
    },
}
ARTICLE = {
    "id": "https://checks.example/dam",
    "title": "Minister opens dam",
    "text": CLAIM,
    "publisher": "Valley News",
    "byline": "Sam Reed",
    "published_on": date(2024, 4, 28),
    "language": "en-GB",
    "claims": [
        {
            "start": 0,
            "end": len(CLAIM),
            "exact": CLAIM,
            "claimant": {"name": "Ada Brook", "kind": "person"},
            "status": "decided",
            "note": "Appeared at https://news.example/dam?a=1&copy=2",
            "evidence": [
                {
                    "source": "River Checks",
                    "relation": "refutes",
                    "url": "https://checks.example/dam",
                }
            ],
            "verdicts": [
                {
                    "rating": "mostly_false",
                    "attribution_accuracy": "not_applicable",
                    "rationale": "Its volume is that of five months of rain.",
                    "decided_at": datetime(2024, 5, 2, tzinfo=UTC),
                }
            ],
        }
    ],
}


def rows(data: Any) -> list[Record | Refused]:
    if not isinstance(data, (bytes, str)):
        data = json.dumps(data)
    return list(read(io.BytesIO(data.encode() if isinstance(data, str) else data), LAYOUT))


def only(data: Any) -> dict[str, Any]:
    (row,) = rows(data)
    assert isinstance(row, Record), row
    return dict(row.fields)


def refusal(data: Any) -> Refused:
    (row,) = rows(data)
    assert isinstance(row, Refused), row
    return row


def page(*scripts: str) -> str:
    tags = "".join(f'<script type="application/ld+json">{script}</script>' for script in scripts)
    return f"<!doctype html><html><head>{tags}</head><body><p>Words.</p></body></html>"


def review(**others: Any) -> dict[str, Any]:
    return REVIEW | others


def feed(*elements: Any) -> dict[str, Any]:
    return {
        "@context": "https://schema.org",
        "@type": "DataFeed",
        "dataFeedElement": list(elements),
    }


ONE = json.dumps(REVIEW)
WAYS = {
    "an object": ONE,
    "an object over several lines": json.dumps(REVIEW, indent=2),
    "a list": json.dumps([REVIEW]),
    "a graph": json.dumps({"@graph": [{"@type": "WebPage"}, REVIEW, {"@type": "Person"}]}),
    "a feed": json.dumps(feed(REVIEW)),
    "a feed of wrapped items": json.dumps(feed({"@type": "DataFeedItem", "item": REVIEW})),
    "a feed of lists of items": json.dumps(feed({"@type": "DataFeedItem", "item": [REVIEW]})),
    "a feed of one, not in a list": json.dumps({"@type": "DataFeed", "dataFeedElement": REVIEW}),
    "types in a list": json.dumps(review(**{"@type": ["Review", "ClaimReview"]})),
    "a prefixed type": json.dumps(review(**{"@type": "schema:ClaimReview"})),
    "the IRI of the type": json.dumps(review(**{"@type": "http://schema.org/ClaimReview"})),
    "UTF-16": ("\ufeff" + ONE).encode("utf-16-le"),
    "a byte order mark": "\ufeff" + ONE,
    "a page": page(ONE),
    "a page, with other scripts": page('{"@type": "WebSite"}', ONE),
    "a page, CDATA": page(f"//<![CDATA[\n{ONE}\n//]]>"),
    "a page, CDATA in comments": page(f"/* <![CDATA[ */ {ONE} /* ]]> */"),
    "a page, in a comment": page(f"<!--\n{ONE}\n-->"),
    "a page, escaped": page(ONE.replace("&", "&amp;").replace('"', "&quot;")),
    "a page without a head": f'<script type="application/ld+json; charset=utf-8">{ONE}</script>',
}


@pytest.mark.parametrize("data", WAYS.values(), ids=WAYS)
def test_a_review_is_an_article_with_its_claim(data: str | bytes):
    assert rows(data) == [Record(1, "article", ARTICLE)]


TOLD_BY_AN_ADMIN = {"a page, escaped", "a page without a head"}


@pytest.mark.parametrize("way", sorted(WAYS.keys() - TOLD_BY_AN_ADMIN))
def test_reviews_are_recognised(way: str):
    data = WAYS[way]
    file = io.BytesIO(data.encode() if isinstance(data, str) else data)
    assert recognise(file, "reviews").format == "claimreview"


def test_what_is_read_passes_the_checks():
    bare = review(
        inLanguage=None, itemReviewed=None, reviewBody="", claimReviewed="<p>🌊 cafe\u0301</p>"
    )
    checked = [check(row) for row in rows([REVIEW, bare]) if isinstance(row, Record)]
    assert [type(row) for row in checked] == [CheckedArticle, CheckedArticle]
    for article in checked:
        assert isinstance(article, CheckedArticle)
        (claim,) = article.claims
        assert article.text[claim.start : claim.end] == article.text


def test_one_review_per_line():
    other = review(url="https://checks.example/weir", claimReviewed="The weir is new.")
    found = rows(f"{ONE}\n\n{json.dumps(other)}\n{{broken\n{json.dumps([])}\n[{ONE}, {ONE}]\n")
    assert [(row.row, type(row)) for row in found] == [
        (1, Record),
        (3, Record),
        (4, Refused),
        (5, Refused),
        (6, Refused),
    ]
    reasons = [row.problems[0].reason for row in found if isinstance(row, Refused)]
    assert reasons[0].startswith("Column 2: A name in double quotes")
    assert reasons[1:] == [
        "The line has no ClaimReview.",
        "The line has more than one ClaimReview.",
    ]


def test_a_broken_first_line_leaves_the_others():
    found = rows('{"@type": "ClaimReview", \n' + ONE)
    assert [type(row) for row in found] == [Refused, Record]


def test_a_list_with_a_line_for_each_review_is_a_document():
    assert [row.row for row in rows(f"[\n{ONE}\n]")] == [1]
    assert [row.row for row in rows(f"[\n{ONE},\n{ONE}\n]")] == [1, 2]


def test_claims_of_one_address_are_told_apart():
    weir = review(claimReviewed="The weir is new.")
    ids = [dict(row.fields)["id"] for row in rows([REVIEW, weir, REVIEW, weir])]
    assert ids[0] == ids[2] == "https://checks.example/dam"
    assert ids[1] == ids[3]
    assert ids[1].startswith("https://checks.example/dam#claim-")
    own = review(**{"@id": "https://checks.example/#r1"})
    assert only(own)["id"] == "https://checks.example/#r1"


OTHER_SHAPES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "HTML in the claim": (
        {"claimReviewed": "<p>The <b>dam</b> is&nbsp;new.</p><script>x</script>"},
        {"text": "The dam is new."},
    ),
    "an entity in the claim": (
        {"claimReviewed": "Rain &amp; snow, R&D < 5"},
        {"text": "Rain & snow, R&D < 5"},
    ),
    "a list where a text should be": (
        {"claimReviewed": ["The dam is new."]},
        {"text": "The dam is new."},
    ),
    "a value object": (
        {"claimReviewed": {"@value": "Der Damm ist neu.", "@language": "de"}},
        {"text": "Der Damm ist neu."},
    ),
    "a work as what is reviewed": (
        {
            "itemReviewed": {
                "@type": "CreativeWork",
                "name": "A speech",
                "author": [{"name": "Ada Brook"}, "Bo Lind"],
                "datePublished": "2024-04-01",
            }
        },
        {"title": "A speech", "byline": "Ada Brook, Bo Lind", "published_on": date(2024, 4, 1)},
    ),
    "the address of an appearance": (
        {"itemReviewed": {"@type": "Claim", "firstAppearance": "https://news.example/1"}},
        {"title": CLAIM},
    ),
    "a language as an object": (
        {"inLanguage": {"@type": "Language", "name": "German", "alternateName": "de"}},
        {"language": "de"},
    ),
    "dates of which only the month is known": (
        {"itemReviewed": {"@type": "Claim", "datePublished": "2024-04"}},
        {"title": CLAIM},
    ),
}


@pytest.mark.parametrize(("others", "expected"), OTHER_SHAPES.values(), ids=OTHER_SHAPES)
def test_other_shapes_are_understood(others: dict[str, Any], expected: dict[str, Any]):
    found = only(review(**others))
    assert {name: found[name] for name in expected} == expected


def test_a_long_claim_is_a_short_title():
    title = only(review(claimReviewed="Rain fell on " + "and on, " * 50, itemReviewed=None))[
        "title"
    ]
    assert len(title) <= 101
    assert title.endswith("and on, and…")


AUTHORS = {
    "a text": ("River Checks", "River Checks"),
    "a list": ([{"@type": "Person"}, {"name": "River Checks"}], "River Checks"),
    "a list of texts": (["", "River Checks"], "River Checks"),
}


@pytest.mark.parametrize(("author", "name"), AUTHORS.values(), ids=AUTHORS)
def test_the_reviewer_is_the_source(author: Any, name: str):
    claim = only(review(author=author))["claims"][0]
    assert claim["evidence"][0]["source"] == name


def test_without_its_own_words_the_review_is_told_of():
    bare = review(reviewBody="", reviewRating={"alternateName": "Pants on Fire!"})
    verdict = only(bare)["claims"][0]["verdicts"][0]
    assert verdict["rating"] == "false"
    assert verdict["rationale"] == (
        "River Checks rated this “Pants on Fire!” at https://checks.example/dam."
    )


DATES = {
    "a day": ("2024-05-02", datetime(2024, 5, 2, tzinfo=UTC)),
    "UTC": ("2024-05-02T10:00:00Z", datetime(2024, 5, 2, 10, tzinfo=UTC)),
    "a zone": (
        "2024-05-02T10:00:00.25+05:30",
        datetime(2024, 5, 2, 10, 0, 0, 250_000, timezone(timedelta(hours=5, minutes=30))),
    ),
    "a blank between": ("2024-05-02 10:00", datetime(2024, 5, 2, 10, tzinfo=UTC)),
    "no hyphens": ("20240502", datetime(2024, 5, 2, tzinfo=UTC)),
    "the future": ("2999-01-01", datetime(2999, 1, 1, tzinfo=UTC)),
    "a year": ("2024", None),
}


@pytest.mark.parametrize(("written", "moment"), DATES.values(), ids=DATES)
def test_dates_are_read(written: str, moment: datetime | None):
    verdict = only(review(datePublished=written))["claims"][0]["verdicts"][0]
    assert verdict.get("decided_at") == moment


REFUSED: dict[str, tuple[dict[str, Any], str, str]] = {
    "no claim": ({"claimReviewed": None}, "claimReviewed", "There is no claim"),
    "an object as the claim": ({"claimReviewed": {"x": 1}}, "claimReviewed", "There is no claim"),
    "no address": ({"url": ""}, "url", "no address"),
    "no author": ({"author": []}, "author", "not said who reviewed"),
    "no rating": ({"reviewRating": None}, "reviewRating", "no rating that can be read"),
    "an unknown word": (
        {"reviewRating": {"alternateName": "Four Storks"}},
        "reviewRating",
        "“Four Storks” has no number",
    ),
    "a date in words": ({"datePublished": "2 May 2024"}, "datePublished", "no date as ISO 8601"),
    "an impossible day": (
        {"itemReviewed": {"datePublished": "2024-02-30"}},
        "itemReviewed.datePublished",
        "no date as ISO 8601",
    ),
}


@pytest.mark.parametrize(("others", "column", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_is_missing_is_told(others: dict[str, Any], column: str, reason: str):
    row = refusal(review(**others))
    assert [problem.column for problem in row.problems] == [column]
    assert reason in row.problems[0].reason


def test_a_refused_review_keeps_what_can_be_mended():
    row = refusal(review(claimReviewed="The dam\0 is new.", author=None))
    assert [problem.column for problem in row.problems] == ["claimReviewed", "author"]
    assert row.fields["text"] == "The dam� is new."
    assert row.fields["byline"] == "Sam Reed"


def test_what_is_no_review_is_told_but_not_in_a_graph_or_page():
    found = rows([REVIEW, {"@type": "NewsArticle"}, "https://checks.example/2"])
    assert [type(row) for row in found] == [Record, Refused, Refused]
    assert found[1].problems[0].reason == "This is no ClaimReview, but NewsArticle."
    assert "Organization" not in str(rows({"@graph": [{"@type": "Organization"}, REVIEW]}))


def test_a_broken_script_is_named():
    found = rows(page(ONE, '{"@type": "ClaimReview",\n"url" "x"}', '{"@type": "Event"}'))
    assert [type(row) for row in found] == [Record, Refused]
    assert (
        found[1].problems[0].reason.startswith("In script 2, line 2, column 7: A colon is missing")
    )


RATINGS: dict[str, tuple[Any, str]] = {
    "1 of 5": ({"ratingValue": 1}, "false"),
    "3 of 5": ({"ratingValue": "3"}, "half_true"),
    "5 of 5": ({"ratingValue": 5.0, "bestRating": "5"}, "true"),
    "a comma": ({"ratingValue": "4,0"}, "mostly_true"),
    "100 of 100": ({"ratingValue": 100, "worstRating": 0, "bestRating": 100}, "true"),
    "between two": ({"ratingValue": 1.5}, "mostly_false"),
    "1 of 7": ({"ratingValue": 1, "bestRating": 7}, "false"),
    "4 of 7": ({"ratingValue": 4, "bestRating": 7}, "half_true"),
    "a scale that runs down": ({"ratingValue": 1, "worstRating": 6, "bestRating": 1}, "true"),
    "a list": ([{"ratingValue": 1}], "false"),
    "off the scale, with words": (
        {"ratingValue": -1, "alternateName": "Mostly true."},
        "mostly_true",
    ),
    "a scale of one point, with words": (
        {"ratingValue": 1, "bestRating": 1, "alternateName": "FALSE"},
        "false",
    ),
    "words as the number": ({"ratingValue": "n/a", "alternateName": "Misleading"}, "mostly_false"),
    "words that no number says": (
        {"ratingValue": 3, "alternateName": "Unproven"},
        "not_enough_evidence",
    ),
    "words somewhat off the number": ({"ratingValue": 1, "alternateName": "Mixture"}, "false"),
    "words about the words": ({"alternateName": "Rating: False"}, "false"),
    "context": ({"alternateName": "Missing context"}, "half_true"),
    "German": ({"alternateName": "Größtenteils falsch"}, "mostly_false"),
    "German, decomposed": ({"alternateName": "Gro\u0308ßtenteils falsch"}, "mostly_false"),
    "French": ({"alternateName": "C’est faux !"}, "false"),
    "Spanish": ({"alternateName": "¡Engañoso!"}, "mostly_false"),
    "disputed": ({"alternateName": "Disputed"}, "conflicting_evidence"),
    "opinion": ({"alternateName": "Opinion"}, "opinion"),
    "unverified": ({"name": "Unverified"}, "unverifiable"),
}


@pytest.mark.parametrize(("rating", "ours"), RATINGS.values(), ids=RATINGS)
def test_ratings_are_mapped(rating: Any, ours: str):
    assert rating_of(rating) == ours


UNCLEAR: dict[str, Any] = {
    "nothing": None,
    "a text": "False",
    "a list of lists": [[]],
    "off the scale": {"ratingValue": 9},
    "a number nobody can read": {"ratingValue": "9" * 5_000},
    "number and words at odds": {"ratingValue": 5, "alternateName": "False"},
    "a truth value": {"ratingValue": True},
}


@pytest.mark.parametrize("rating", UNCLEAR.values(), ids=UNCLEAR)
def test_unclear_ratings_are_not_guessed(rating: Any):
    with pytest.raises(UnclearRatingError):
        rating_of(rating)


@settings(deadline=None)
@given(st.integers(-9, 9), st.integers(-9, 9), st.integers(-9, 9))
def test_a_scale_and_its_mirror_agree(value: int, worst: int, best: int):
    def mapped(sign: int) -> str | None:
        scale = {"ratingValue": value, "worstRating": worst, "bestRating": best}
        try:
            return rating_of({name: number * sign for name, number in scale.items()})
        except UnclearRatingError:
            return None

    assert mapped(1) == mapped(-1)
    assert (mapped(1) in SCALE) == (worst != best and min(worst, best) <= value <= max(worst, best))


SHAPES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.just("2024-05-02"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["@type", "@id", "@value", "name", "url", "ratingValue", "author"]),
            inner,
        )
    ),
    max_leaves=6,
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from([*REVIEW, "@graph", "dataFeedElement", "item"]), SHAPES))
def test_no_shape_crashes_the_reader(others: dict[str, Any]):
    with suppress(FileError):
        assert rows(review(**others))


@settings(deadline=None)
@given(st.binary() | st.binary().map(lambda data: b"<html>" + data))
def test_no_bytes_crash_the_reader(data: bytes):
    with suppress(FileError):
        assert rows(data)
