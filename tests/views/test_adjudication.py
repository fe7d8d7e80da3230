"""An editor decides between verdicts over HTTP, and loses nothing that was typed."""

from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client

from articles.actions.claims import edit_claim, move_claim
from articles.models import Article, Claim, Desk, User, Verdict
from articles.views import lists
from tests.factories import make_article, make_claim, make_verdict
from tests.views.reading import parsed, words

SignIn = Callable[[User], Client]
WHY = "Both gauges are right: one stands above the weir."


@pytest.fixture
def disputed(article: Article, reviewer: User, second_reviewer: User) -> Claim:
    claim = make_claim(article, "two metres", reviewer)
    make_verdict(claim, reviewer, "true", second_review=True)
    make_verdict(claim, second_reviewer, "false")
    claim.refresh_from_db()
    return claim


def decide(client: Client, claim: Claim, version: int | str) -> HttpResponse:
    values = {"version": version, "rating": "half_true", "attribution_accuracy": "accurate"}
    values |= {"rationale": WHY, "no_evidence": "Nothing was published."}
    return client.post(f"/claims/{claim.pk}/adjudicate/", values)


def test_a_decision_on_a_claim_that_has_changed_can_be_sent_again_as_it_was_typed(
    sign_in: SignIn, disputed: Claim, reviewer: User, editor: User
) -> None:
    client = sign_in(editor)
    seen = disputed.version
    edit_claim(claim=disputed, seen=seen, by=reviewer, note="See the gauge.", claimant=None)

    late = decide(client, disputed, seen)

    assert late.status_code == 409
    form = parsed(late).get_element_by_id("decision")
    assert form.fields["rationale"].strip() == WHY
    assert form.fields["rating"] == "half_true"

    again = client.post(f"/claims/{disputed.pk}/adjudicate/", dict(form.form_values()))

    assert again.status_code == 302
    decided = Verdict.objects.get(reviewer=editor)
    assert (decided.rating, decided.rationale) == ("half_true", WHY)


def test_a_decision_that_comes_too_late_is_still_there_to_be_copied(
    sign_in: SignIn, disputed: Claim, editor: User
) -> None:
    client = sign_in(editor)
    seen = disputed.version
    move_claim(claim=disputed, seen=seen, name="return", by=editor, note="Look at the weir.")

    late = decide(client, disputed, seen)

    assert late.status_code == 409
    page = words(parsed(late))
    assert "There is nothing to decide" in page
    assert WHY in page


def listed(response: HttpResponse) -> list[str]:
    return [words(link) for link in parsed(response).xpath("//tbody//th/a")]


def test_all_disputes_are_listed_on_pages_the_oldest_first(
    sign_in: SignIn,
    desk: Desk,
    reviewer: User,
    second_reviewer: User,
    editor: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lists, "PAGE", 2)
    sentences = [f"Ship {name} sank." for name in ("one", "two", "three")]
    article = make_article(desk, reviewer, " ".join(sentences))
    for sentence in sentences:
        claim = make_claim(article, sentence, reviewer)
        make_verdict(claim, reviewer, "true", second_review=True)
        make_verdict(claim, second_reviewer, "false")

    client = sign_in(editor)
    first = client.get("/disputes/")
    assert listed(first) == sentences[:2]
    assert "3 claims whose reviewers differ" in words(parsed(first))
    second = client.get("/disputes/" + parsed(first).xpath("//a[@rel='next']/@href")[0])
    assert listed(second) == sentences[2:]
    back = client.get("/disputes/" + parsed(second).xpath("//a[@rel='prev']/@href")[0])
    assert listed(back) == sentences[:2]


def test_a_place_among_the_disputes_that_makes_no_sense_is_refused(
    sign_in: SignIn, disputed: Claim, editor: User
) -> None:
    answer = sign_in(editor).get("/disputes/", {"at": "here"})
    assert answer.status_code == 400
    assert "Start at the first page." in answer.text
