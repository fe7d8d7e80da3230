from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from articles.models import Article, Claim, Desk, Status, User, Verdict
from tests.factories import log_unguarded, make_article, make_claim, make_verdict


def verify(*expect: str) -> list[str]:
    out = StringIO()
    call_command("verify_log", *(f"--expect={words}" for words in expect), stdout=out)
    return out.getvalue().splitlines()


def fault(*expect: str) -> list[str]:
    with pytest.raises(CommandError) as caught:
        verify(*expect)
    assert caught.value.returncode == 1
    return str(caught.value).splitlines()


@pytest.fixture
def verdicts(article: Article, reviewer: User) -> list[Verdict]:
    words = ("two metres", "one night", "12,000 people")
    return [make_verdict(make_claim(article, w, reviewer), reviewer) for w in words]


@pytest.fixture
def elsewhere(other_desk: Desk, neighbour: User) -> Verdict:
    article = make_article(other_desk, neighbour)
    return make_verdict(make_claim(article, "two metres", neighbour), neighbour)


@pytest.fixture
def tampering() -> Iterator[None]:
    with log_unguarded():
        yield


def remove(verdict: Verdict) -> None:
    Claim.objects.filter(verdict=verdict).update(status=Status.OPEN, verdict=None)
    Verdict.objects.filter(pk=verdict.pk).delete()


def test_an_empty_log_holds(desk: Desk) -> None:
    assert verify() == ["0 verdicts in 0 chains hold."]


def test_a_whole_log_holds_and_its_heads_are_told(
    verdicts: list[Verdict], elsewhere: Verdict
) -> None:
    assert verify() == [
        f"sports: 1 verdict, head {elsewhere.hash}",
        f"world: 3 verdicts, head {verdicts[-1].hash}",
        "4 verdicts in 2 chains hold.",
    ]


CHANGES = {
    "rating": "rating = 'false'",
    "rationale": "rationale = 'Because.'",
    "accuracy": "attribution_accuracy = 'altered'",
    "reviewer": "reviewer_id = (SELECT max(id) FROM articles_user)",
    "words": "exact = 'three metres'",
    "place": "start = 1",
    "evidence": """evidence = '[{"url": "https://example.org"}]'""",
    "time": "created_at = created_at - interval '1 day'",
    "time of the decision": "decided_at = decided_at - interval '1 microsecond'",
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_changed_row_is_named(
    verdicts: list[Verdict], elsewhere: Verdict, tampering: None, change: str
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE articles_verdict SET {change} WHERE id = %s", [verdicts[1].pk])
    assert fault() == [
        "The verdict log does not hold.",
        "Desk world (World), row 2: its content has been changed.",
    ]


def test_a_changed_row_with_a_hash_made_to_fit_breaks_the_next(
    verdicts: list[Verdict], tampering: None
) -> None:
    Verdict.objects.filter(pk=verdicts[0].pk).update(rating="false")
    forged = Verdict.objects.sealed().first()
    assert forged
    Verdict.objects.filter(pk=forged.pk).update(hash=forged.seal(forged.evidence_text))
    assert fault()[1:] == ["Desk world (World), row 2: it does not follow the row before it."]


@pytest.mark.parametrize(
    ("lost", "reason"), [(0, "row 2: row 1 is missing"), (1, "row 3: row 2 is missing")]
)
def test_a_missing_row_is_named(
    verdicts: list[Verdict], tampering: None, lost: int, reason: str
) -> None:
    remove(verdicts[lost])
    assert fault()[1:] == [f"Desk world (World), {reason}."]


def test_the_first_bad_row_of_each_desk_is_named(
    verdicts: list[Verdict], elsewhere: Verdict, tampering: None
) -> None:
    Verdict.objects.all().update(rationale="Because.")
    assert sorted(fault()[1:]) == [
        "Desk sports (Sports), row 1: its content has been changed.",
        "Desk world (World), row 1: its content has been changed.",
    ]


def test_a_noted_head_is_found_when_the_log_has_grown_since(verdicts: list[Verdict]) -> None:
    assert verify(f"world={verdicts[1].hash}", f"world={verdicts[2].hash.upper()}")


def test_a_cut_tail_is_noticed_by_the_noted_head_alone(
    verdicts: list[Verdict], tampering: None
) -> None:
    remove(verdicts[2])
    assert verify()[-1] == "2 verdicts in 1 chain hold."
    [_, line] = fault(f"world={verdicts[2].hash}")
    assert line.startswith(f"Desk world (World): the noted head {verdicts[2].hash} is not in its")


def test_a_head_of_another_desk_does_not_count(verdicts: list[Verdict], elsewhere: Verdict) -> None:
    assert "the noted head" in fault(f"world={elsewhere.hash}")[1]


def test_a_desk_that_is_gone_is_a_fault(verdicts: list[Verdict]) -> None:
    assert fault(f"moon={verdicts[0].hash}")[1].startswith("There is no desk moon")


@pytest.mark.parametrize("words", ["world", "world=", "=abc", "world=12345"])
def test_what_is_no_slug_and_hash_is_refused(db: None, words: str) -> None:
    with pytest.raises(CommandError, match="is not SLUG=HASH"):
        verify(words)
