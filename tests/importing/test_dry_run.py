"""What the dry run says of a file, and that it leaves all else as it is."""

import pytest

from articles.models import Article, Batch, RefusedRow, Source
from tests.factories import make_article, make_claim, make_document, make_source
from tests.importing.batches import (
    TEXT,
    article,
    checked,
    claim,
    imported,
    problems,
    row_counts,
    staging_tables,
)

S = Batch.State
SAME_ID = "Row 1 of this file has the same id."
ALL_KINDS = [
    {"type": "source", "id": "s1", "name": "Office of Roads", "aliases": ["OoR"]},
    {"type": "document", "id": "d1", "source": {"id": "s1"}, "text": "7 lorries cross it."},
    article(
        7,
        claims=[
            claim(
                "7 lorries cross it each day",
                id="c1",
                claimant="Office of Roads",
                evidence=[{"source": "OoR", "document": "d1", "passage": "7 lorries"}],
                attribution=["Daily Post", "Office of Roads"],
                verdicts=[{"rating": "true", "rationale": "The count says so."}],
            )
        ],
    ),
]


def test_writes_nothing_but_staging_and_refused_rows(desk, admin):
    before = row_counts(history=True)
    batch = checked(desk, admin, [*ALL_KINDS, {"title": "No text"}])
    assert row_counts(history=True) == before
    assert (batch.state, batch.rows, batch.staged, batch.refused) == (S.CHECKED, 4, 3, 1)
    assert batch.read_bytes == batch.size
    assert batch.checked_at is not None
    assert batch.expected == {
        "source": {"create": 1},
        "document": {"create": 1},
        "article": {"create": 1, "refuse": 1},
        "claim": {"create": 1},
    }
    assert set(staging_tables(batch)) == {"row", "claim", "ref", "plan", "claim_plan", "problem"}


def test_refused_row_keeps_its_values_and_says_what_is_wrong_where(desk, admin):
    row = article(1, title="", published_on="31.13.2024", claims=[claim("no such words")])
    batch = checked(desk, admin, [article(2), row])
    refused = batch.refused_rows.get()
    assert (refused.row, refused.kind, refused.fields) == (2, "article", row)
    assert [(p["column"], p["value"]) for p in refused.problems] == [
        ("title", ""),
        ("published_on", "31.13.2024"),
        ("claims[0].exact", "no such words"),
    ]
    assert all(p["reason"] and p["remedy"] for p in refused.problems)


URL = "https://example.org/1"
TWINS = {
    "id": ([article(1), article(2, id="a1")], "id", SAME_ID),
    "address": (
        [article(1, url=URL), article(2, url=URL)],
        "url",
        "Row 1 of this file has the same address.",
    ),
    "text": (
        [article(1), article(2, text=TEXT.format(n=1))],
        "text",
        "Row 1 of this file has the same text.",
    ),
    "name and kind of sources": (
        [{"type": "source", "name": "A b"}, {"type": "source", "name": "a B"}],
        "name",
        "Row 1 of this file has the same name and kind.",
    ),
    "address and text of documents": (
        [{"type": "document", "source": "A", "text": "One.", "url": URL}] * 2,
        "text",
        "Row 1 of this file has the same text.",
    ),
}


@pytest.mark.parametrize(("rows", "column", "reason"), TWINS.values(), ids=TWINS)
def test_twin_of_a_row_above_is_refused(desk, admin, rows, column, reason):
    batch = checked(desk, admin, rows)
    assert problems(batch) == [(2, column, reason)]
    assert batch.refused_rows.get().fields == {k: v for k, v in rows[1].items() if k != "type"}


NO_TWINS = {
    "ids of other kinds": [article(1, id="x"), {"type": "source", "id": "x", "name": "A"}],
    "name of another kind": [
        {"type": "source", "name": "A", "kind": "person"},
        {"type": "source", "name": "A", "kind": "organisation"},
    ],
    "text of a document at two addresses": [
        {"type": "document", "source": "A", "text": "One.", "url": f"{URL}{n}"} for n in range(2)
    ],
}


@pytest.mark.parametrize("rows", NO_TWINS.values(), ids=NO_TWINS)
def test_rows_that_only_look_like_twins_are_good(desk, admin, rows):
    assert checked(desk, admin, rows).refused == 0


def test_twin_claims_of_a_stored_article_are_refused(desk, admin):
    stored = make_article(desk, admin)
    row = {"type": "claim", "article": str(stored.pk), "exact": "12,000 people left their homes"}
    batch = checked(desk, admin, [row, row | {"id": "c2"}])
    reason = "Row 1 of this file has a claim with the same words in this article."
    assert problems(batch) == [(2, "exact", reason)]


def test_withdrawn_claim_is_no_twin_of_one_that_stands(desk, admin):
    stored = make_article(desk, admin)
    row = {"type": "claim", "article": str(stored.pk), "exact": "12,000 people left their homes"}
    batch = checked(desk, admin, [row | {"status": "withdrawn"}, row])
    assert problems(batch) == []


def test_claim_row_and_article_row_that_mark_the_same_words_are_twins(desk, admin):
    imported(desk, admin, [article(1)])
    words = "1 lorries cross it each day"
    rows = [article(1, claims=[claim(words)]), {"type": "claim", "article": "a1", "exact": words}]
    batch = checked(desk, admin, rows)
    assert [(row, column) for row, column, _ in problems(batch)] == [(2, "exact")]


def test_claim_row_and_article_row_with_one_id_are_twins(desk, admin):
    imported(desk, admin, [article(1)])
    rows = [
        article(1, claims=[claim("the mayor said", id="c")]),
        {"type": "claim", "article": "a1", "exact": "lorries", "id": "c"},
    ]
    batch = checked(desk, admin, rows)
    assert [(row, column) for row, column, _ in problems(batch)] == [(2, "id")]


@pytest.fixture
def stored(desk, admin) -> Article:
    imported(desk, admin, [article(1, url=URL)])
    return Article.objects.get()


MATCHES = {
    "external id": lambda a: article(1),
    "own key": lambda a: article(1, id=str(a.pk)),
    "address": lambda a: article(1, id="new", url=URL),
    "text": lambda a: article(1, id="new"),
}


@pytest.mark.parametrize("row", MATCHES.values(), ids=MATCHES)
def test_stored_article_is_known_by(desk, admin, stored, row):
    assert checked(desk, admin, [row(stored)]).expected == {"article": {"same": 1}}


def test_article_of_another_desk_is_another(desk, other_desk, admin, stored):
    batch = checked(other_desk, admin, [article(1, url=URL), article(2, id=str(stored.pk))])
    assert batch.expected == {"article": {"create": 2}}


@pytest.mark.parametrize(
    "details",
    [
        {"title": "New title"},
        {"byline": "A. B."},
        {"publisher": "Post"},
        {"published_on": "2024-03-05"},
    ],
)
def test_new_details_update(desk, admin, stored, details):
    assert checked(desk, admin, [article(1, **details)]).expected == {"article": {"update": 1}}


def test_details_that_are_left_out_are_left_alone(desk, admin):
    full = article(1, byline="A. B.", publisher="Post", published_on="2024-03-05", url=URL)
    imported(desk, admin, [full])
    assert checked(desk, admin, [article(1)]).expected == {"article": {"same": 1}}


def test_another_text_is_refused(desk, admin, stored):
    batch = checked(desk, admin, [article(1, text="Quite another text.")])
    assert problems(batch) == [(1, "text", "This article is stored with another text: “Bridge 1”.")]
    assert batch.expected == {"article": {"refuse": 1}}


def test_address_of_another_article_is_refused(desk, admin, stored):
    imported(desk, admin, [article(2)])
    batch = checked(desk, admin, [article(2, url=URL)])
    assert problems(batch) == [
        (1, "url", "Another article of this desk has this address: “Bridge 1”.")
    ]


WORDS = "1 lorries cross it each day"
CLAIMS = {
    "known by id": (claim(WORDS, id="c1"), "same"),
    "known by place": (claim(WORDS), "same"),
    "new words": (claim("the mayor said"), "create"),
    "new note": (claim(WORDS, note="Check the count."), "update"),
    "new claimant": (claim(WORDS, claimant="Mayor"), "update"),
    "elsewhere": (claim("the mayor said", id="c1"), "refuse"),
}


@pytest.mark.parametrize(("row", "action"), CLAIMS.values(), ids=CLAIMS)
def test_claim_of_a_stored_article(desk, admin, row, action):
    make_source("Mayor", admin)
    imported(desk, admin, [article(1, claims=[claim(WORDS, id="c1")])])
    expected = checked(desk, admin, [article(1, claims=[row])]).expected
    if action == "refuse":
        assert expected == {"article": {"refuse": 1}}
    else:
        assert expected == {"article": {"same": 1}, "claim": {action: 1}}


def test_claim_stored_elsewhere_says_its_words(desk, admin):
    imported(desk, admin, [article(1, claims=[claim(WORDS, id="c1")])])
    batch = checked(desk, admin, [article(1, claims=[claim("the mayor said", id="c1")])])
    assert problems(batch) == [
        (1, "claims[0].id", f"This claim is stored with other words: “{WORDS}”.")
    ]


def test_source_of_unknown_id_is_refused(desk, admin):
    batch = checked(desk, admin, [article(1, claims=[claim(WORDS, claimant={"id": "s9"})])])
    assert problems(batch) == [
        (1, "claims[0].claimant", "There is no source with this id, nor in this file.")
    ]


def test_several_sources_of_a_name_need_a_kind(desk, admin):
    make_source("Post", admin)
    make_source("post", admin, kind="publication")
    rows = [
        article(1, claims=[claim(WORDS, claimant="Post")]),
        article(2, claims=[claim("the mayor said", claimant={"name": "Post", "kind": "person"})]),
        article(3, claims=[claim("the mayor said", claimant="post")]),
    ]
    reason = "There are several sources of this name: organisation, person, publication."
    batch = checked(desk, admin, rows)
    assert problems(batch) == [(row, "claims[0].claimant", reason) for row in (1, 3)]
    remedy = RefusedRow.objects.get(batch=batch, row=1).problems[0]["remedy"]
    assert remedy == 'Say which is meant, as in {"name" : "Post", "kind" : "organisation"}.'


SEVERAL_IN_FILE = {
    "in rows of sources": [
        {"type": "source", "name": "Post"},
        {"type": "source", "name": "Post", "kind": "publication"},
    ],
    "as rows name them": [
        article(n, claims=[claim("the mayor said", claimant={"name": "Post", "kind": kind})])
        for n, kind in ((8, "person"), (9, "publication"))
    ],
}


@pytest.mark.parametrize("rows", SEVERAL_IN_FILE.values(), ids=SEVERAL_IN_FILE)
def test_several_sources_of_a_name_within_the_file_need_a_kind(desk, admin, rows):
    batch = checked(desk, admin, [*rows, article(1, claims=[claim(WORDS, claimant="post")])])
    assert [(row, column) for row, column, _ in problems(batch)] == [(3, "claims[0].claimant")]


def test_source_of_a_refused_row_is_no_source(desk, admin):
    rows = [
        {"type": "source", "id": "s1", "name": "Post"},
        {"type": "source", "id": "s2", "name": "Post"},
        article(1, claims=[claim(WORDS, claimant={"id": "s2"})]),
    ]
    assert [(row, column) for row, column, _ in problems(checked(desk, admin, rows))] == [
        (2, "name"),
        (3, "claims[0].claimant"),
    ]


def test_problem_of_a_step_names_its_chain(desk, admin):
    wrong = {"id": "s9"}
    one = article(1, claims=[claim(WORDS, attribution=["Mayor", wrong])])
    two = article(2, claims=[claim("the mayor said", attribution=[["Mayor"], ["Post", wrong]])])
    assert [column for _, column, _ in problems(checked(desk, admin, [one, two]))] == [
        "claims[0].attribution[1]",
        "claims[0].attribution[1][1]",
    ]


def test_unknown_reviewer_is_refused(desk, admin):
    verdict = {"rating": "true", "rationale": "So it is.", "reviewer": "nobody"}
    batch = checked(desk, admin, [article(1, claims=[claim(WORDS, verdicts=[verdict])])])
    assert problems(batch) == [
        (1, "claims[0].verdicts[0].reviewer", "There is no user of this name.")
    ]


DOCUMENT = {"type": "document", "id": "d1", "source": "Office of Roads", "text": "1 lorries."}


def resting(**evidence):
    item = {"source": "Office of Roads"} | evidence
    return article(1, claims=[claim(WORDS, evidence=[item])])


def test_document_above_in_the_file_is_found(desk, admin):
    batch = checked(desk, admin, [DOCUMENT, resting(document="d1", passage="1 lorries")])
    assert batch.expected["article"] == {"create": 1}


def test_document_below_in_the_file_is_not_found_but_by_rows_below_it(desk, admin):
    good = resting(document="d1") | article(2) | {"claims": [claim("the mayor said")]}
    good["claims"][0]["evidence"] = [{"source": "Office of Roads", "document": "d1"}]
    batch = checked(desk, admin, [resting(document="d1"), DOCUMENT, good])
    reason = "There is no such document at this desk, nor above in this file."
    assert problems(batch) == [(1, "claims[0].evidence[0].document", reason)]


def test_same_document_twice_is_refused_unless_each_has_an_id(desk, admin):
    bare = {name: value for name, value in DOCUMENT.items() if name != "id"}
    batch = checked(desk, admin, [DOCUMENT, DOCUMENT | {"id": "d2"}, bare, bare])
    assert [(row, column) for row, column, _ in problems(batch)] == [(4, "text")]


def test_document_of_a_refused_row_cannot_be_rested_on(desk, admin):
    refused = DOCUMENT | {"id": "d2", "source": {"id": "gone"}}
    batch = checked(desk, admin, [DOCUMENT, refused, resting(document="d2")])
    assert [(row, column) for row, column, _ in problems(batch)] == [
        (2, "source"),
        (3, "claims[0].evidence[0].document"),
    ]


@pytest.mark.parametrize("by", ["key", "address"])
def test_stored_document_is_found_by(desk, admin, by):
    document = make_document(
        desk, make_source("Office of Roads", admin), admin, "1 lorries.", url=URL
    )
    name = str(document.pk) if by == "key" else URL
    batch = checked(desk, admin, [resting(document=name, passage="lorries")])
    assert batch.expected == {"article": {"create": 1}, "claim": {"create": 1}}


def test_passage_is_looked_for_in_the_document_of_the_link(desk, admin):
    make_document(desk, make_source("Office of Roads", admin), admin, "1 lorries.", url=URL)
    rows = [resting(url=URL, passage="lorries"), resting(url=URL, passage={"start": 0, "end": 1})]
    rows[1] |= {"id": "a2", "text": f"{TEXT.format(n=1)} More."}
    assert problems(checked(desk, admin, rows)) == []


def test_passage_by_offsets_needs_its_document(desk, admin):
    batch = checked(desk, admin, [resting(url=URL, passage={"start": 0, "end": 5})])
    reason = "There is no such document at this desk, nor above in this file."
    assert problems(batch) == [(1, "claims[0].evidence[0].document", reason)]


def test_document_of_another_desk_is_none(desk, other_desk, admin):
    document = make_document(other_desk, make_source("A", admin), admin, "1 lorries.")
    batch = checked(desk, admin, [resting(document=str(document.pk))])
    assert [column for _, column, _ in problems(batch)] == ["claims[0].evidence[0].document"]


def test_claims_on_stored_articles(desk, other_desk, admin):
    here, there = make_article(desk, admin), make_article(other_desk, admin)
    words = "12,000 people left their homes"
    make_claim(here, "two metres", admin)
    rows = [
        {"type": "claim", "article": str(here.pk), "exact": words},
        {"type": "claim", "article": str(here.pk), "exact": "two metres"},
        {"type": "claim", "article": str(here.pk), "exact": "three metres"},
        {"type": "claim", "article": str(there.pk), "exact": words},
    ]
    batch = checked(desk, admin, rows)
    assert batch.expected == {"claim": {"create": 1, "same": 1, "refuse": 2}}
    assert [(row, column) for row, column, _ in problems(batch)] == [(3, "exact"), (4, "article")]


def test_protected_source_is_known_by_its_id(desk, admin):
    source = make_source("Deep Throat", admin, kind="person", protected=True)
    row = article(1, claims=[claim(WORDS, claimant={"id": str(source.pk)})])
    assert checked(desk, admin, [row]).refused == 0


def test_name_that_only_a_protected_source_bears_makes_no_public_one(desk, admin):
    protected = make_source("Deep Throat", admin, kind="person", protected=True)
    imported(desk, admin, [article(1, claims=[claim(WORDS, claimant="deep throat")])])
    assert Source.objects.get() == protected


def test_file_without_rows_is_unusable(desk, admin):
    batch = checked(desk, admin, [])
    assert batch.state == S.FAILED
    assert "no rows" in batch.reason
