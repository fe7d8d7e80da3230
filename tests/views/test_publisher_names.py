"""What the publisher field of the claim list proposes while one types."""

from typing import Any

import pytest

from articles.models import Article, Claim, Desk, User
from tests.factories import make_article, make_claim
from tests.views.reading import parsed

URL = "/publishers/names/"


def published(desk: Desk, by: User, publisher: str, claims: int = 1) -> Article:
    words = [f"Ship {number} sank, wrote {publisher}." for number in range(claims)]
    article = make_article(desk, by, " ".join(words), title=f"{publisher} on ships")
    Article.objects.filter(pk=article.pk).update(publisher=publisher)
    for sentence in words:
        make_claim(article, sentence, by)
    return article


@pytest.fixture
def papers(desk: Desk, other_desk: Desk, reviewer: User, neighbour: User) -> None:
    published(desk, reviewer, "Coast Gazette")
    published(desk, reviewer, "Courier", claims=2)
    published(desk, reviewer, "50% “Off” <b> & \\_")
    published(desk, reviewer, "")
    published(other_desk, neighbour, "Comet")


def proposed(client: Any, typed: str) -> list[str]:
    response = client.get(URL, {"publisher": typed})
    assert response.status_code == 200
    if "<option" not in response.text:
        return []
    return [str(value) for value in parsed(response).xpath("//option/@value")]


TYPED = {
    "a beginning, most claims first": ("Co", ["Courier", "Coast Gazette"]),
    "in other capitals, with spaces": (" cOAST g ", ["Coast Gazette"]),
    "no beginning": ("Gazette", []),
    "another desk's": ("Comet", []),
    "marks that match anything elsewhere": ("%", []),
    "a mark that stands for one letter elsewhere": ("C_ast", []),
    "what escapes elsewhere": ("\\", []),
    "quotation marks": ("'\"; --", []),
    "characters of a mark-up language": ("50% “", ["50% “Off” <b> & \\_"]),
    "a NUL": ("Coast\0", ["Coast Gazette"]),
    "a text without end": ("C" * 5_000, []),
}


@pytest.mark.parametrize(("typed", "expected"), TYPED.values(), ids=TYPED)
def test_names_that_begin_so(
    sign_in: Any, papers: None, reviewer: User, typed: str, expected: list[str]
) -> None:
    assert proposed(sign_in(reviewer), typed) == expected


def test_before_anything_is_typed_those_of_most_claims(
    sign_in: Any, papers: None, reviewer: User, neighbour: User, outsider: User, admin: User
) -> None:
    assert proposed(sign_in(reviewer), "")[0] == "Courier"
    assert "" not in proposed(sign_in(reviewer), "")
    assert proposed(sign_in(neighbour), "") == ["Comet"]
    assert proposed(sign_in(outsider), "") == []
    assert set(proposed(sign_in(admin), "Co")) == {"Courier", "Coast Gazette", "Comet"}


def test_whose_claims_are_all_withdrawn_is_not_proposed(
    sign_in: Any, desk: Desk, reviewer: User
) -> None:
    published(desk, reviewer, "Coast Gazette")
    Claim.objects.update(status="withdrawn")
    assert proposed(sign_in(reviewer), "Coast") == []


@pytest.mark.parametrize("count", [1, 20])
def test_at_the_same_number_of_queries_no_more_than_twelve(
    sign_in: Any, desk: Desk, reviewer: User, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        published(desk, reviewer, f"Paper {number:02}")
    client = sign_in(reviewer)
    with django_assert_num_queries(5):
        found = proposed(client, "paper")
    assert found == [f"Paper {number:02}" for number in range(min(count, 12))]


def test_is_for_those_who_have_signed_in(client: Any, papers: None) -> None:
    assert client.get(URL, {"publisher": "Co"}).status_code == 302
