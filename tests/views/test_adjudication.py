"""An editor decides between verdicts over HTTP, and loses nothing that was typed."""

import json
from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from django.http import HttpResponse
from django.test import Client

from articles.actions.claims import edit_claim
from articles.actions.moves import move_claim
from articles.models import Article, Claim, Desk, Draft, Lease, Membership, User, Verdict
from articles.views import lists
from tests.factories import make_article, make_claim, make_person, make_verdict
from tests.views.reading import links, parsed, words

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


@pytest.fixture
def three(desk: Desk, reviewer: User, second_reviewer: User) -> list[Claim]:
    sentences = [f"Ship {name} sank." for name in ("one", "two", "three")]
    article = make_article(desk, reviewer, " ".join(sentences), "Ships <lost>")
    claims = []
    for sentence in sentences:
        claim = make_claim(article, sentence, reviewer)
        make_verdict(claim, reviewer, "true", second_review=True)
        make_verdict(claim, second_reviewer, "false")
        claim.refresh_from_db()
        claims.append(claim)
    return claims


def opened(response: HttpResponse) -> str:
    """The words of the claim whose page of decision one has been led to."""
    assert "/adjudicate/?from=disputes" in response.redirect_chain[-1][0]
    return words(parsed(response).xpath("//blockquote")[0])


def told(response: HttpResponse) -> str:
    return words(parsed(response).xpath("//*[@class='messages']")[0])


def send(client: Client, claim: Claim, path: str, **values: str) -> HttpResponse:
    """Send the form of the page that the list leads to, as it is filled there."""
    page = parsed(client.get(f"/claims/{claim.pk}/adjudicate/?from=disputes"))
    (form,) = (form for form in page.forms if f"/{path}/" in form.get("action", ""))
    return client.post(form.get("action"), dict(form.form_values()) | values, follow=True)


def decide_in_list(client: Client, claim: Claim) -> HttpResponse:
    values = {"rating": "half_true", "attribution_accuracy": "accurate", "rationale": WHY}
    return send(client, claim, "adjudicate", no_evidence="Nothing was published.", **values)


class TestFromTheList:
    def test_a_decision_leads_to_the_next_and_from_the_last_to_the_first_that_is_left(
        self, sign_in: SignIn, three: list[Claim], editor: User
    ) -> None:
        client = sign_in(editor)
        second = decide_in_list(client, three[1])
        assert opened(second) == "Ship three sank."
        assert told(second) == "Half true: claim 2 of “Ships <lost>” is decided."
        assert links(second, "claim 2 of “Ships <lost>”") == [three[1].get_absolute_url()]

        assert opened(decide_in_list(client, three[2])) == "Ship one sank."

        last = decide_in_list(client, three[0])
        assert last.redirect_chain == [("/disputes/", 302)]
        assert told(last).endswith("is decided. Nothing else waits for your decision.")
        assert links(last, "claim 1 of “Ships <lost>”") == [three[0].get_absolute_url()]

    def test_what_is_sent_back_leads_on_as_well(
        self, sign_in: SignIn, three: list[Claim], editor: User
    ) -> None:
        sent = send(sign_in(editor), three[0], "send-back", **{"return-reason": "Which ship?"})
        assert opened(sent) == "Ship two sank."
        assert told(sent) == "Sent back: claim 1 of “Ships <lost>” is in review again."
        three[0].refresh_from_db()
        assert three[0].status == "in_review"
        assert three[0].transitions.latest("id").note == "Which ship?"

    def test_one_s_own_dispute_and_those_of_other_desks_are_passed_over(
        self,
        sign_in: SignIn,
        disputed: Claim,
        article: Article,
        other_desk: Desk,
        reviewer: User,
        editor: User,
    ) -> None:
        own = make_claim(article, "12,000 people", editor)
        make_verdict(own, editor, "true", second_review=True)
        make_verdict(own, reviewer, "false")
        Membership.objects.create(
            desk=other_desk, user=editor, role=Group.objects.get(name="reviewer")
        )
        far = make_claim(make_article(other_desk, editor), "two metres", editor)
        people = [make_person(name, desk=other_desk) for name in ("ned", "nora")]
        make_verdict(far, people[0], "true", second_review=True)
        make_verdict(far, people[1], "false")

        last = decide_in_list(sign_in(editor), disputed)

        assert "Nothing else waits for your decision." in told(last)
        assert listed(last) == ["12,000 people"]

    def test_taking_a_verdict_stays_in_the_list(
        self, sign_in: SignIn, three: list[Claim], editor: User
    ) -> None:
        url = f"/claims/{three[0].pk}/adjudicate/"
        client = sign_in(editor)
        (take, _) = parsed(client.get(f"{url}?from=disputes")).xpath("//a[@data-take]/@href")
        form = parsed(client.get(url + take)).get_element_by_id("decision")
        assert form.get("action") == f"{url}?from=disputes"
        assert form.fields["rating"] == "true"


def test_whoever_came_from_the_claim_comes_back_to_it(
    sign_in: SignIn, three: list[Claim], editor: User
) -> None:
    answer = decide(sign_in(editor), three[0], three[0].version)
    assert answer.headers["Location"] == three[0].get_absolute_url()


def test_sending_back_needs_a_reason_and_a_dispute(
    sign_in: SignIn, disputed: Claim, editor: User
) -> None:
    client = sign_in(editor)
    url = f"/claims/{disputed.pk}/send-back/"
    bare = client.post(url, {"return-version": disputed.version})
    assert bare.status_code == 422
    assert "Say why" in words(parsed(bare).xpath("//form[contains(@action, 'send-back')]")[0])

    late = client.post(url, {"return-version": disputed.version - 1, "return-reason": "Look."})
    assert late.status_code == 409
    form = parsed(late).xpath("//form[contains(@action, 'send-back')]")[0]
    assert form.fields["return-reason"] == "Look."
    assert client.post(url, dict(form.form_values())).status_code == 302

    gone = client.post(url, {"return-version": disputed.version + 1, "return-reason": "Again."})
    assert gone.status_code == 422
    assert "There is nothing to decide" in gone.text
    assert "Again." in gone.text


def keep_draft(client: Client, claim: Claim) -> None:
    typed = {"rating": "false", "rationale": "The weir"}
    draft = {"form": "decision-1", "fields_json": json.dumps(typed)}
    assert client.post(f"/articles/{claim.article_id}/drafts/", draft).status_code == 204


def test_a_draft_of_the_decision_ends_when_the_claim_is_sent_back(
    sign_in: SignIn, disputed: Claim, editor: User
) -> None:
    client = sign_in(editor)
    keep_draft(client, disputed)
    fields = {"return-version": disputed.version, "return-reason": "Look."}
    assert client.post(f"/claims/{disputed.pk}/send-back/", fields).status_code == 302
    assert not Draft.objects.exists()


def test_a_draft_of_the_decision_is_there_again_and_ends_with_it(
    sign_in: SignIn, disputed: Claim, editor: User
) -> None:
    client = sign_in(editor)
    url = f"/claims/{disputed.pk}/adjudicate/"
    keep_draft(client, disputed)

    form = parsed(client.get(url)).get_element_by_id("decision")
    assert "What you had typed is back." in words(form)
    assert (form.fields["rating"], form.fields["rationale"].strip()) == ("false", "The weir")

    decide(client, disputed, disputed.version)
    assert not Draft.objects.exists()
    assert not Lease.objects.exists()


def listed(response: HttpResponse) -> list[str]:
    return [words(link) for link in parsed(response).xpath("//tbody//th/a")]


def test_all_disputes_are_listed_on_pages_the_oldest_first(
    sign_in: SignIn, three: list[Claim], editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "PAGE", 2)
    sentences = [claim.text for claim in three]
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


@pytest.mark.parametrize("several", [False, True])
def test_the_form_says_where_another_verdict_takes_a_decision_back(
    sign_in: SignIn, article: Article, reviewer: User, second_reviewer: User, several: bool
) -> None:
    claim = make_claim(article, "two metres", reviewer)
    make_verdict(claim, reviewer, second_review=several)
    if several:
        make_verdict(claim, second_reviewer)
    page = words(parsed(sign_in(reviewer).get(f"/claims/{claim.pk}/", follow=True)))
    assert ("takes the decision back: 2 reviewers must agree" in page) == several
    assert ("Ask for a second review" in page) != several


def differing(client: Client, claim: Claim) -> list[str]:
    page = parsed(client.get(f"/claims/{claim.pk}/", follow=True))
    return [words(line) for line in page.find_class("differs-from-decision")]


def test_of_an_overruled_reviewer_the_last_verdict_alone_is_said_to_be_decided_otherwise(
    sign_in: SignIn, disputed: Claim, reviewer: User, editor: User
) -> None:
    make_verdict(disputed, reviewer, "mostly_true", attribution_accuracy="altered")
    disputed.refresh_from_db()
    decide(sign_in(editor), disputed, disputed.version)

    assert differing(sign_in(reviewer), disputed) == [
        "Yours was decided otherwise: rating and attribution accuracy.",
        "Decided otherwise: rating.",
    ]


def test_a_verdict_that_its_reviewer_replaced_was_not_decided_otherwise(
    sign_in: SignIn, article: Article, reviewer: User, second_reviewer: User
) -> None:
    claim = make_claim(article, "two metres", reviewer)
    make_verdict(claim, reviewer, "false")
    make_verdict(claim, reviewer, "true")

    for person in (reviewer, second_reviewer):
        assert differing(sign_in(person), claim) == []
