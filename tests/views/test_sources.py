"""The list of sources and a source's page."""

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.models import Claim, Source
from articles.views import lists
from tests.factories import make_article, make_claim, make_evidence, make_source, make_verdict
from tests.views.reading import bars, cells, links, parsed, rows, words

URL = "/sources/"
LIST_QUERIES = 8
PAGE_QUERIES = 11


def text(count: int) -> str:
    return " ".join(f"word{number:03}" for number in range(count)) + "."


def page(source: Source) -> str:
    return reverse("source", args=[source.pk])


@pytest.fixture
def hidden(editor) -> Source:
    return make_source("Deep Harbour", editor, protected=True, aliases=["Old Sailor"])


@pytest.fixture
def claims(desk, reviewer, source):
    """Three claims that rest on the source: true, open, withdrawn."""
    article = make_article(desk, reviewer, text(3))
    made = [make_claim(article, f"word{number:03}", reviewer) for number in range(3)]
    for claim in made:
        make_evidence(claim, source, reviewer)
    make_verdict(made[0], reviewer, "true")
    Claim.objects.filter(pk=made[2].pk).update(status="withdrawn")
    return made


FOUND = {
    "beginning of a word": ({"q": "wat"}, ["Ministry of Water"]),
    "alias": ({"q": "mow"}, ["Ministry of Water"]),
    "kind": ({"kind": "person"}, ["Ann Lee"]),
    "kind and name": ({"kind": "person", "q": "water"}, []),
    "only signs": ({"q": "%&|"}, []),
}


class TestList:
    def test_by_name_in_any_case(self, sign_in, reviewer):
        for name in ("banner", "Apple", "cedar"):
            make_source(name, reviewer)
        assert rows(sign_in(reviewer).get(URL)) == ["Apple", "banner", "cedar"]

    def test_a_row_tells_kind_aliases_and_claims(self, sign_in, reviewer, source, claims):
        response = sign_in(reviewer).get(URL)
        row = parsed(response).xpath("//tbody/tr")[0]
        assert words(row) == "Ministry of Water Organisation MoW 2"
        assert len(rows(sign_in(reviewer).get(links(response, "2")[0]))) == 2

    @pytest.mark.parametrize(("query", "expected"), FOUND.values(), ids=FOUND)
    def test_search(self, sign_in, reviewer, source, query, expected):
        make_source("Ann Lee", reviewer, kind="person")
        response = sign_in(reviewer).get(URL, query)
        assert rows(response) == expected
        assert ("Nothing matches" in response.content.decode()) == (not expected)

    def test_unknown_kind_is_named(self, sign_in, reviewer, source):
        response = sign_in(reviewer).get(URL, {"kind": "ghost"})
        assert response.status_code == 400
        assert "kind: “ghost” is not a kind of source." in words(parsed(response).body)

    def test_pages(self, sign_in, reviewer, monkeypatch):
        monkeypatch.setattr(lists, "PAGE", 2)
        for name in "abcde":
            make_source(name, reviewer)
        client = sign_in(reviewer)
        first = client.get(URL)
        second = client.get(links(first, "Next")[0])
        third = client.get(links(second, "Next")[0])
        assert [rows(first), rows(second), rows(third)] == [["a", "b"], ["c", "d"], ["e"]]
        assert rows(client.get(links(second, "Previous")[0])) == ["a", "b"]

    def test_protected_names_are_listed_for_those_alone_who_may_read_them(
        self, sign_in, reviewer, editor, hidden
    ):
        assert rows(sign_in(editor).get(URL)) == ["Deep Harbour"]
        for query in ({}, {"q": "deep"}, {"q": "sailor"}):
            response = sign_in(reviewer).get(URL, query)
            assert rows(response) == []
            assert words(parsed(response).get_element_by_id("total")) == "0 sources"

    def test_claims_of_other_desks_are_not_counted(self, sign_in, neighbour, claims):
        row = parsed(sign_in(neighbour).get(URL)).xpath("//tbody/tr")[0]
        assert words(row).endswith(" 0")

    def test_a_person_of_no_desk_is_refused(self, sign_in, outsider, source):
        response = sign_in(outsider).get(URL)
        assert response.status_code == 403
        assert b"Ministry" not in response.content

    @pytest.mark.parametrize("count", [1, 3, 100])
    def test_as_many_queries_for_any_number(
        self, sign_in, reviewer, claims, count, django_assert_num_queries
    ):
        for number in range(count - 1):
            make_evidence(claims[0], make_source(f"Paper {number}", reviewer), reviewer)
        client = sign_in(reviewer)
        with django_assert_num_queries(LIST_QUERIES):
            response = client.get(URL)
        assert len(rows(response)) == min(count, 50)


class TestPage:
    def test_facts(self, sign_in, reviewer):
        source = make_source(
            "Harbour office", reviewer, homepage="https://harbour.example/", aliases=["HO", "항구"]
        )
        response = sign_in(reviewer).get(page(source))
        facts = parsed(response).xpath("//dl[@class='source-facts']/div")

        assert [cells(fact) for fact in facts] == [
            ["Kind", "Organisation"],
            ["Also called", "HO, 항구"],
            ["Home page", "https://harbour.example/ (opens in a new tab)"],
        ]
        link = parsed(response).xpath("//a[@href='https://harbour.example/']")[0]
        assert link.get("rel") == "noopener noreferrer"
        assert "No claim rests on this source" in response.content.decode()

    def test_claims_that_rest_on_it_and_how_they_fared(self, sign_in, reviewer, source, claims):
        response = sign_in(reviewer).get(page(source))

        first, second = (
            f"{timezone.localtime(claim.updated_at):%-d %b %Y, %H:%M}"
            for claim in Claim.objects.order_by("number")[:2]
        )
        assert [words(row) for row in parsed(response).xpath("//section//tbody/tr")] == [
            f"2 word001 High water Supports In review Not rated {second}",
            f"1 word000 High water Supports Decided True {first}",
        ]
        counts = {label: count for label, (count, _) in bars(response).items() if count}
        assert counts == {"True": 1, "Not rated yet": 1}

    def test_every_bar_leads_to_the_claims_it_counts(self, sign_in, reviewer, source, claims):
        client = sign_in(reviewer)
        for count, url in bars(client.get(page(source))).values():
            assert len(rows(client.get(url))) == count

    def test_each_relation_once(self, sign_in, reviewer, source, claims):
        evidence = claims[0].evidence.get()
        for relation, url in (("refutes", ""), ("supports", "https://x.example/")):
            evidence.pk, evidence.relation, evidence.url = None, relation, url
            evidence.save(force_insert=True)
        row = parsed(sign_in(reviewer).get(page(source))).xpath("//section//tbody/tr")[1]
        assert "Refutes Supports Decided" in words(row)

    def test_claims_of_other_desks_are_not_shown(self, sign_in, neighbour, source, claims):
        response = sign_in(neighbour).get(page(source))
        assert "No claim rests on this source" in response.content.decode()
        assert b"word000" not in response.content

    def test_protected_source_is_none_for_those_who_may_not_read_its_name(
        self, sign_in, reviewer, editor, hidden
    ):
        assert b"Deep Harbour" in sign_in(editor).get(page(hidden)).content
        response = sign_in(reviewer).get(page(hidden))
        assert response.status_code == 404
        assert b"Deep" not in response.content
        assert b"Sailor" not in response.content

    def test_a_person_of_no_desk_is_refused(self, sign_in, outsider, source):
        assert sign_in(outsider).get(page(source)).status_code == 403

    def test_place_that_is_none(self, sign_in, reviewer, source, claims):
        response = sign_in(reviewer).get(page(source), {"at": "x"})
        assert response.status_code == 400
        assert links(response, "First page") == [page(source)]

    def test_pages(self, sign_in, reviewer, source, claims, monkeypatch):
        monkeypatch.setattr(lists, "PAGE", 1)
        client = sign_in(reviewer)
        second = client.get(page(source) + links(client.get(page(source)), "Next")[0])
        assert rows(second)[-1] == "word000"
        assert bars(second)["Not rated yet"][0] == 1

    @pytest.mark.parametrize("count", [1, 3, 100])
    def test_as_many_queries_for_any_number_of_claims(
        self, sign_in, reviewer, desk, source, count, django_assert_num_queries
    ):
        article = make_article(desk, reviewer, text(count))
        for number in range(count):
            make_evidence(make_claim(article, f"word{number:03}", reviewer), source, reviewer)
        client = sign_in(reviewer)
        with django_assert_num_queries(PAGE_QUERIES):
            response = client.get(page(source))
        assert len(parsed(response).xpath("//section//tbody/tr")) == min(count, 50)


FIELDS = {
    "name": "Water Ministry",
    "kind": "publication",
    "aliases": " MoW \n\nmow\nthe  ministry\r\n",
    "homepage": "https://water.example/",
    "protected": "on",
}
WRONG = {
    "no name": ({"name": " "}, "This field is required."),
    "unknown kind": ({"kind": "ghost"}, "ghost is not one of the available choices"),
    "name of another": ({"name": "HARBOUR office", "kind": "person"}, "has this name already"),
    "script as home page": ({"homepage": "javascript:alert(1)"}, "Enter a valid URL."),
    "long alias": ({"aliases": "a" * 301}, "has 301 characters. At most 300 fit."),
    "too many aliases": (
        {"aliases": "\n".join(f"alias {number}" for number in range(51))},
        "These are 51 aliases. A source has at most 50.",
    ),
    "a NUL": ({"aliases": "a\0b"}, "Null characters are not allowed."),
}


class TestEdit:
    def test_editor_changes_a_source(self, sign_in, editor, source):
        response = sign_in(editor).post(page(source), FIELDS)

        assert response.headers["Location"] == page(source)
        source.refresh_from_db()
        assert (source.name, source.kind, source.homepage, source.protected) == (
            "Water Ministry",
            "publication",
            "https://water.example/",
            True,
        )
        assert source.aliases == ["MoW", "the ministry"]
        assert Source.objects.search("ministry").get() == source

    def test_reviewer_may_not(self, sign_in, reviewer, source):
        client = sign_in(reviewer)
        assert client.post(page(source), FIELDS).status_code == 403
        assert b"<textarea" not in client.get(page(source)).content
        source.refresh_from_db()
        assert source.name == "Ministry of Water"

    @pytest.mark.parametrize(("changed", "message"), WRONG.values(), ids=WRONG)
    def test_what_is_wrong_is_said_and_kept(self, sign_in, editor, source, changed, message):
        make_source("Harbour Office", editor, kind="person")
        response = sign_in(editor).post(page(source), FIELDS | changed)

        assert response.status_code == 422
        content = words(parsed(response).body)
        assert message in content
        assert words(parsed(response).xpath("//h1")[0]) == "Ministry of Water"
        assert parsed(response).xpath("//details[@open]//input[@name='homepage']")
        source.refresh_from_db()
        assert (source.name, source.aliases) == ("Ministry of Water", ["MoW"])
