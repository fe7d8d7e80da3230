import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.importing.headings import SYNONYMS
from articles.importing.mapping import apply, guess_kind, heading_of, known, problems, suggest
from articles.importing.records import FIELDS, KINDS, REQUIRED, Kind

SUGGESTED: dict[str, tuple[Kind, dict[str, str]]] = {
    "our own names": ("article", {name: name for name in FIELDS["article"]}),
    "case, spaces, hyphens, underscores": (
        "article",
        {"Published On": "published_on", "TITLE": "title", "by-line": "byline", "_url_": "url"},
    ),
    "English": (
        "article",
        {
            "Headline": "title",
            "Article text": "text",
            "Permalink": "url",
            "Author": "byline",
            "Newspaper": "publisher",
            "pubDate": "published_on",
            "lang": "language",
        },
    ),
    "German": (
        "article",
        {
            "Überschrift": "title",
            "Inhalt": "text",
            "Verfasser": "byline",
            "Zeitung": "publisher",
            "Veröffentlicht am": "published_on",
            "Sprache": "language",
        },
    ),
    "French": (
        "article",
        {
            "Titre": "title",
            "Texte": "text",
            "Lien": "url",
            "Auteur": "byline",
            "Éditeur": "publisher",
            "Date de publication": "published_on",
        },
    ),
    "Spanish": (
        "article",
        {
            "Título": "title",
            "Contenido": "text",
            "Enlace": "url",
            "Autor": "byline",
            "Periódico": "publisher",
            "Fecha": "published_on",
            "Idioma": "language",
        },
    ),
    "claims": (
        "claim",
        {
            "Article URL": "article",
            "Claim text": "exact",
            "Said by": "claimant",
            "Verdict": "rating",
            "Explanation": "rationale",
            "Checked by": "reviewer",
            "Review date": "decided_at",
            "Source URL": "evidence_url",
        },
    ),
    "sources": (
        "source",
        {"Source": "name", "Type": "kind", "a.k.a.": "aliases", "Website": "homepage"},
    ),
    "documents": ("document", {"Outlet": "source", "Body": "text", "Accessed": "retrieved_at"}),
    "the name of a field before its synonyms": ("article", {"Headline": "", "Title": "title"}),
    "common synonyms before rare ones": ("article", {"Story": "", "Body": "text"}),
    "the first of two alike": ("article", {"Title": "title", "title": ""}),
    "unknown": ("article", {"Colour": "", "row": "", "problem": "", "remedy": "", "": ""}),
    "accents written apart": (
        "article",
        {"Ti\N{COMBINING ACUTE ACCENT}tulo"[:3] + "tulo": "title"},
    ),
}


@pytest.mark.parametrize(("kind", "expected"), SUGGESTED.values(), ids=SUGGESTED)
def test_headings_are_matched_by_name_and_synonym(kind: Kind, expected: dict[str, str]) -> None:
    assert suggest(list(expected), kind) == expected


@given(
    st.lists(
        st.sampled_from([n for k in KINDS for names in SYNONYMS[k].values() for n in names])
        | st.text(max_size=5),
        unique=True,
    ),
    st.sampled_from(KINDS),
)
def test_no_field_is_suggested_for_two_headings(headings: list[str], kind: Kind) -> None:
    mapping = suggest(headings, kind)
    fields = [field for field in mapping.values() if field]
    assert list(mapping) == headings
    assert len(set(fields)) == len(fields)
    assert set(fields) <= set(FIELDS[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_synonyms_are_those_of_fields(kind: Kind) -> None:
    assert set(SYNONYMS[kind]) <= set(FIELDS[kind])


GUESSED: dict[str, tuple[list[str], Kind]] = {
    **{f"all headings of a {kind}": (list(FIELDS[kind]), kind) for kind in KINDS},
    "an article by synonyms": (["Headline", "Body", "Outlet", "Date"], "article"),
    "an article with a column “Source” for its newspaper": (
        ["Timestamp", "Headline", "Article text", "Article URL", "Source", "Author", "Date"],
        "article",
    ),
    "refused documents": (["row", "problem", "source", "title", "text", "url"], "document"),
    "an article without its text": (["title", "link"], "article"),
    "a claim by its words": (["article", "quote", "verdict"], "claim"),
    "a claim by its place": (["article", "start", "end"], "claim"),
    "a source": (["name", "kind"], "source"),
    "a source in German": (["Quelle", "Typ"], "source"),
    "a document": (["source", "text", "retrieved_at"], "document"),
    "nothing known": (["a", "b"], "article"),
}


@pytest.mark.parametrize(("headings", "kind"), GUESSED.values(), ids=GUESSED)
def test_the_kind_is_guessed_from_the_headings(headings: list[str], kind: Kind) -> None:
    assert guess_kind(headings) == kind


def test_known_headings_are_counted_for_the_kind_that_knows_most() -> None:
    assert known(["name", "kind", "homepage", "colour"]) == 3
    assert known(["a", "b"]) == 0


PROBLEMS: dict[str, tuple[Kind, dict[str, str], list[str]]] = {
    "none": ("article", {"a": "title", "b": "text", "c": ""}, []),
    "a required field is missing": (
        "article",
        {"a": "title"},
        [
            "No heading is mapped to “text”, which every article needs: choose the column that "
            "has it, or add one."
        ],
    ),
    "two headings for one field": (
        "source",
        {"a": "name", "b": "name"},
        ["2 headings are mapped to “name”: keep one of “a”, “b”."],
    ),
    "an unknown field": (
        "source",
        {"a": "name", "b": "colour"},
        [
            "“b” is mapped to “colour”, which is no field of this kind of row (source): choose "
            "one of id, name, kind, aliases, homepage, protected."
        ],
    ),
}


@pytest.mark.parametrize(("kind", "mapping", "expected"), PROBLEMS.values(), ids=PROBLEMS)
def test_problems(kind: Kind, mapping: dict[str, str], expected: list[str]) -> None:
    assert problems(mapping, kind) == expected


@pytest.mark.parametrize("kind", KINDS)
def test_the_required_fields_alone_are_no_problem(kind: Kind) -> None:
    assert problems({field: field for field in REQUIRED[kind]}, kind) == []


HEADINGS = {
    "Datum": "published_on",
    "Behauptungen": "claims",
    "Beleg": "source",
    "Link": "evidence_url",
}
HEADING_OF = {
    "published_on": "Datum",
    "claims[3].start": "Behauptungen",
    "evidence[0].source": "Beleg",
    "evidence[0].url": "Link",
    "title": "",
    "": "",
}


@pytest.mark.parametrize(("column", "heading"), HEADING_OF.items())
def test_a_problem_is_found_under_the_heading_of_the_file(column: str, heading: str) -> None:
    assert heading_of(column, HEADINGS) == heading


def test_apply_gives_the_cells_by_field() -> None:
    assert apply({"A": "title", "B": ""}, {"A": "1", "B": "2", "C": "3"}) == {"title": "1"}
