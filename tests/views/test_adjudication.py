"""An editor decides between verdicts over HTTP, and loses nothing that was typed."""

from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client

from articles.actions.claims import edit_claim, move_claim
from articles.models import Article, Claim, User, Verdict
from tests.factories import make_claim, make_verdict
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
