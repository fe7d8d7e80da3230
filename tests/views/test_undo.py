"""Undo in a claim's panel: whose the claim was and how it stood is so again."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from articles.actions.assignment import assign_claims
from articles.models import Article, Claim, Notification, Source, Status, User
from tests.factories import make_claim, make_evidence, make_source, make_verdict
from tests.views.reading import parsed, words

SignIn = Callable[[User], Client]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def claim(article: Article, editor: User) -> Claim:
    return make_claim(article, "two metres", editor)


def standing(claim: Claim) -> tuple[Any, ...]:
    claim.refresh_from_db()
    return claim.status, claim.assignee, claim.assigned_by, claim.verdict


def post(client: Client, claim: Claim, route: str, prefix: str = "", **fields: Any) -> Any:
    claim.refresh_from_db()
    data = {f"{prefix}{name}": value for name, value in fields.items()}
    data[f"{prefix}version"] = claim.version
    answer = client.post(f"/claims/{claim.pk}/{route}/", data, headers=HTMX)
    assert answer.status_code == 200
    return answer


def move(client: Client, claim: Claim, name: str) -> Any:
    return post(client, claim, "move", move=name)


def assign(client: Client, claim: Claim, person: User) -> Any:
    return post(client, claim, "assign", "assign-", assignee=person.username)


def undo(client: Client, done: Any, **changed: Any) -> Any:
    """Press the button in the message of what was done."""
    form = parsed(done).xpath("//form[@class='undo']")[-1]
    fields = {item.get("name"): item.get("value") for item in form.xpath(".//input")}
    return client.post(form.get("action"), fields | changed, headers=HTMX)


def told(answer: Any) -> str:
    return words(parsed(answer).xpath("//div[@class='toast']/p")[-1])


def test_a_review_begun_by_mistake_leaves_the_claim_whose_it_was(
    sign_in: SignIn, claim: Claim, reviewer: User, editor: User
) -> None:
    assign_claims(claims=[claim], assignee=reviewer, by=editor)
    client, before = sign_in(reviewer), standing(claim)

    begun = move(client, claim, "start")
    back = undo(client, begun)

    assert standing(claim) == before == (Status.OPEN, reviewer, editor, None)
    assert told(back) == "Claim 1 is as it was: open, assigned to rosa."
    assert undo(client, back).status_code == 200
    assert standing(claim) == (Status.IN_REVIEW, reviewer, editor, None)


def test_a_recheck_begun_by_mistake_is_needed_as_before(
    sign_in: SignIn, claim: Claim, reviewer: User
) -> None:
    verdict = make_verdict(claim, reviewer)
    client = sign_in(reviewer)
    move(client, claim, "recheck")

    undo(client, move(client, claim, "start"))

    assert standing(claim) == (Status.NEEDS_RECHECK, reviewer, None, verdict)


def test_a_colleague_s_claim_handed_back_by_mistake_is_the_colleague_s(
    sign_in: SignIn, claim: Claim, reviewer: User, editor: User
) -> None:
    move(sign_in(reviewer), claim, "start")
    client, before = sign_in(editor), standing(claim)

    undo(client, move(client, claim, "hand_back"))

    assert standing(claim) == before == (Status.IN_REVIEW, reviewer, None, None)


def test_whoever_took_a_claim_unasked_reads_no_protected_name_after_an_undo(
    sign_in: SignIn, claim: Claim, reviewer: User, second_reviewer: User, editor: User
) -> None:
    make_evidence(claim, make_source("Mr Kim of Dalian", editor, protected=True), editor)
    Claim.objects.update(status=Status.OPEN, assignee=None)
    move(sign_in(reviewer), claim, "start")
    client = sign_in(editor)

    undo(client, assign(client, claim, second_reviewer))

    assert standing(claim) == (Status.IN_REVIEW, reviewer, None, None)
    panel = sign_in(reviewer).get(f"/claims/{claim.pk}/", headers=HTMX).text
    assert "Protected source" in panel
    assert "Kim" not in panel
    assert not Notification.objects.filter(user=second_reviewer).exists()


def test_a_second_review_given_by_mistake_is_the_first_reviewer_s_again(
    sign_in: SignIn, claim: Claim, reviewer: User, second_reviewer: User, editor: User
) -> None:
    make_verdict(claim, reviewer, second_review=True)
    client, before = sign_in(editor), standing(claim)

    assert undo(client, assign(client, claim, second_reviewer)).status_code == 200

    assert standing(claim) == before
    assert before[:2] == (Status.AWAITING_SECOND_REVIEW, reviewer)


def test_steps_are_undone_one_after_the_other(
    sign_in: SignIn, claim: Claim, source: Source, reviewer: User
) -> None:
    """The browser tells an earlier step the version of the undo of a later one (toasts.js)."""
    client = sign_in(reviewer)
    begun = move(client, claim, "start")
    linked = post(client, claim, "evidence", "evidence-", source=source.pk, relation="supports")
    assert undo(client, linked).status_code == 200
    claim.refresh_from_db()

    assert undo(client, begun, version=claim.version).status_code == 200
    assert standing(claim) == (Status.OPEN, None, None, None)


@pytest.mark.parametrize("seen", ["as it is", "as it was"])
def test_what_a_colleague_has_changed_since_stays(
    sign_in: SignIn, claim: Claim, reviewer: User, second_reviewer: User, seen: str
) -> None:
    client = sign_in(reviewer)
    begun = move(client, claim, "start")
    post(sign_in(second_reviewer), claim, "edit", "edit-", note="Ask the office.")
    claim.refresh_from_db()

    changed = {"version": claim.version} if seen == "as it is" else {}
    answer = undo(client, begun, **changed)

    expected = {"as it is": (422, "It was changed since."), "as it was": (409, "samir changed")}
    assert answer.status_code == expected[seen][0]
    assert expected[seen][1] in answer.text
    assert standing(claim) == (Status.IN_REVIEW, reviewer, None, None)


def test_one_s_own_later_change_of_whose_it_is_stays(
    sign_in: SignIn, claim: Claim, reviewer: User, second_reviewer: User, editor: User
) -> None:
    client = sign_in(editor)
    given = assign(client, claim, reviewer)
    assign(client, claim, second_reviewer)

    answer = undo(client, given, version=claim.version + 1)

    assert (answer.status_code, "It was changed since." in answer.text) == (422, True)
    assert standing(claim)[1] == second_reviewer


def test_it_undoes_what_was_done_to_this_claim_alone(
    sign_in: SignIn, article: Article, claim: Claim, reviewer: User
) -> None:
    other = make_claim(article, "12,000 people", reviewer)
    client = sign_in(reviewer)
    begun = move(client, claim, "start")
    form = parsed(begun).xpath("//form[@class='undo']//input[@name='done']")[0]

    fields = {"version": other.version, "done": form.get("value")}
    answer = client.post(f"/claims/{other.pk}/undo/", fields, headers=HTMX)

    assert (answer.status_code, "nothing of yours to undo" in answer.text) == (422, True)
    assert standing(claim)[:2] == (Status.IN_REVIEW, reviewer)


def test_without_javascript_it_leads_to_the_claim(
    sign_in: SignIn, claim: Claim, reviewer: User
) -> None:
    client = sign_in(reviewer)
    form = parsed(move(client, claim, "start")).xpath("//form[@class='undo']")[0]
    fields = {item.get("name"): item.get("value") for item in form.xpath(".//input")}

    answer = client.post(form.get("action"), fields, follow=True)

    assert answer.redirect_chain == [(claim.get_absolute_url(), 302)]
    assert "Claim 1 is as it was: open, assigned to nobody." in answer.text


def test_a_claim_is_not_given_to_whose_it_is(
    sign_in: SignIn, claim: Claim, reviewer: User, editor: User
) -> None:
    client = sign_in(editor)
    assign(client, claim, reviewer)
    claim.refresh_from_db()
    fields = {"assign-assignee": "rosa", "assign-version": claim.version}
    answer = client.post(f"/claims/{claim.pk}/assign/", fields, headers=HTMX)
    assert (answer.status_code, "Claim 1 is assigned to rosa already." in answer.text) == (
        422,
        True,
    )
