"""Which decided claims are offered for a claim, and in what order."""

import pytest
from django.db import connection

from articles.earlier import OFFERED, earlier_claims, terms
from articles.models import Claim, Status
from tests.factories import make_article, make_claim, make_person, make_verdict

WORDS = "12,000 people left their homes"
ALIKE = {
    "said by another": "The harbour office says 12,000 people had to leave their homes.",
    "another number": "20,000 people left their homes.",
    "apostrophes and dashes": "People’s homes — 12,000 people left them — are gone.",
}


def decided(desk, by, words: str, **fields) -> Claim:
    claim = make_claim(make_article(desk, by, words), words, by)
    make_verdict(claim, by, **fields)
    claim.refresh_from_db()
    return claim


def offered(claim: Claim, user) -> list[Claim]:
    return [item.claim for item in earlier_claims(claim, user=user)]


@pytest.fixture
def claim(article, reviewer) -> Claim:
    return make_claim(article, WORDS, reviewer)


@pytest.mark.parametrize("words", ALIKE.values(), ids=ALIKE)
def test_a_decided_claim_that_says_the_same_is_offered(desk, reviewer, claim, words):
    assert offered(claim, reviewer) == [] != [old := decided(desk, reviewer, words)]
    assert offered(claim, reviewer) == [old]


def test_the_verdict_and_what_differs_come_with_it(desk, reviewer, claim):
    decided(desk, reviewer, ALIKE["another number"], rating="false")
    found = earlier_claims(claim, user=reviewer)[0]
    assert (found.verdict.rating, found.verdict.reviewer) == ("false", reviewer)
    difference = found.sameness.differences[0]
    assert (difference.kind, difference.first, difference.second) == (
        "number",
        ("12,000",),
        ("20,000",),
    )


def test_the_nearest_comes_first_and_no_more_than_five(desk, reviewer, claim):
    others = [decided(desk, reviewer, f"{n}0,000 people left their homes.") for n in range(2, 8)]
    nearest = decided(desk, reviewer, "12,000 people left homes.")
    found = offered(claim, reviewer)
    assert found[0] == nearest
    assert len(found) == OFFERED
    assert set(found[1:]) < set(others)


def test_only_decided_claims_of_the_desk_are_offered(desk, other_desk, reviewer, claim):
    stranger = make_person("sten", desk=other_desk)
    decided(other_desk, stranger, ALIKE["said by another"])
    make_claim(make_article(desk, reviewer, "12,000 people left homes."), "12,000 people", reviewer)
    withdrawn = decided(desk, reviewer, ALIKE["another number"])
    Claim.objects.filter(pk=withdrawn.pk).update(status=Status.WITHDRAWN)
    rechecked = decided(desk, reviewer, ALIKE["apostrophes and dashes"])
    Claim.objects.filter(pk=rechecked.pk).update(status=Status.NEEDS_RECHECK)

    assert offered(claim, reviewer) == []
    assert offered(claim, make_person("ada", role="admin")) == []


def test_a_claim_of_the_same_article_is_offered_but_never_itself(article, reviewer, claim):
    other = make_claim(article, "12,000 people left their homes. 🇰🇷 The figure may rise.", reviewer)
    make_verdict(other, reviewer)
    make_verdict(claim, reviewer)
    assert offered(claim, reviewer) == [other]


LANGUAGES = {
    "Korean": (
        "북한 노동자 2만 명이 중국에서 일하고 있다.",
        "중국에서 일하는 북한 노동자는 2만 명이다.",
    ),
    "Chinese": ("两万名工人在中国工作。", "在中国工作的工人有两万名。"),
    "Japanese": ("北の労働者は中国で働いている。", "中国では北の労働者が働いている。"),
    "Russian": ("Река поднялась на два метра.", "За ночь река поднялась на два метра."),
    "German": ("Der Fluss stieg um zwei Meter.", "In einer Nacht stieg der Fluss um zwei Meter."),
}


@pytest.mark.parametrize(("old", "new"), LANGUAGES.values(), ids=LANGUAGES)
def test_other_languages_are_found(desk, reviewer, old, new):
    unlike = "市長は新しい橋を開いた。 새 다리가 열렸다."
    decided(desk, reviewer, unlike)
    expected = decided(desk, reviewer, old)
    claim = make_claim(make_article(desk, reviewer, new), new, reviewer)
    assert offered(claim, reviewer) == [expected]


ODD = {
    "stop words alone": "It was not of them.",
    "marks alone": "— ‘…’",
    "quotation marks and backslashes": r"O'Neill's \' path \\ 'x' & | ! <-> (a:*)",
    "an address": "https://example.org/a?b=c&d=e%27 and user@example.org",
    "very long": "unlike words of every kind " * 300,
}


@pytest.mark.parametrize("words", ODD.values(), ids=ODD)
def test_odd_words_find_nothing_and_break_nothing(desk, reviewer, words):
    decided(desk, reviewer, "12,000 people left their homes.")
    text = f"{words} End."
    claim = make_claim(make_article(desk, reviewer, text), text.removesuffix(" End."), reviewer)
    assert offered(claim, reviewer) == []


def test_common_words_are_left_out_once_the_statistics_know_them(desk, reviewer):
    article = make_article(desk, reviewer, " ".join(f"harbour{n} report" for n in range(200)))
    for n in range(200):
        make_claim(article, f"harbour{n} report", reviewer)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE articles_claim")
    assert [term.query for term in terms("A report on floods and dams")] == ["'flood'", "'dam'"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_look_up_takes_three_queries(desk, reviewer, claim, count, django_assert_num_queries):
    for n in range(count):
        decided(desk, reviewer, f"{n}3,000 people left their homes.")
    reviewer.access()
    with django_assert_num_queries(3):
        assert len(earlier_claims(claim, user=reviewer)) == count
