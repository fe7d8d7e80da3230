"""Writes to a claim over HTTP: what they change, what they answer, what they refuse."""

import pytest
from django.test import Client
from django.urls import reverse

from articles.models import Claim, Draft, Evidence, Source, Status, Verdict
from tests.factories import make_claim, make_evidence, make_person, make_source, make_verdict
from tests.views.reading import parsed, words

HTMX = {"HX-Request": "true"}


@pytest.fixture
def claim(article, reviewer) -> Claim:
    return make_claim(article, "12,000 people left their homes", reviewer)


def post(client: Client, route: str, pk: object, **fields: object):
    return client.post(reverse(route, args=[pk]), fields, headers=HTMX)


def verdict_fields(claim: Claim, **changed: object) -> dict[str, object]:
    claim.refresh_from_db()
    fields = {
        "version": claim.version,
        "rating": "mostly_true",
        "attribution_accuracy": "accurate",
        "rationale": "The ministry's bulletin says 11,900.",
        "no_evidence": "The bulletin is not on line.",
    } | changed
    return {f"verdict-{name}": value for name, value in fields.items()}


def evidence_fields(claim: Claim, **changed: object) -> dict[str, object]:
    claim.refresh_from_db()
    fields = {"version": claim.version, "relation": "supports"} | changed
    return {f"evidence-{name}": value for name, value in fields.items()}


def test_verdict_decides_the_claim(sign_in, reviewer, claim):
    response = post(sign_in(reviewer), "verdict-record", claim.pk, **verdict_fields(claim))

    assert response.status_code == 200
    claim.refresh_from_db()
    verdict = Verdict.objects.get()
    assert (claim.status, claim.rating, claim.verdict) == ("decided", "mostly_true", verdict)
    assert (verdict.seq, verdict.reviewer, verdict.exact) == (1, reviewer, claim.text)
    assert "The ministry&#x27;s bulletin says 11,900." in response.content.decode()


def test_verdict_keeps_the_evidence_it_was_based_on(sign_in, reviewer, claim, source):
    evidence = make_evidence(claim, source, reviewer)
    post(sign_in(reviewer), "verdict-record", claim.pk, **verdict_fields(claim))

    claim.refresh_from_db()
    post(sign_in(reviewer), "evidence-withdraw", evidence.pk, version=claim.version)

    assert claim.evidence.standing().count() == 0
    assert [item["source"] for item in Verdict.objects.get().evidence] == [str(source.pk)]


REFUSED_VERDICTS = {
    "unknown rating": ({"rating": "banana"}, "banana is not one of the available choices"),
    "no rating": ({"rating": ""}, "This field is required"),
    "unknown accuracy": ({"attribution_accuracy": "so-so"}, "so-so is not one of the available"),
    "no rationale": ({"rationale": ""}, "Say why"),
    "blank rationale": ({"rationale": " \n "}, "Say why"),
    "huge rationale": ({"rationale": "a" * 20_001}, "at most 20000 characters"),
    "a NUL": ({"rationale": "because\0"}, "Null characters are not allowed"),
}


@pytest.mark.parametrize(("changed", "message"), REFUSED_VERDICTS.values(), ids=REFUSED_VERDICTS)
def test_bad_verdict_is_refused_with_a_reason(sign_in, reviewer, claim, changed, message):
    fields = verdict_fields(claim, **changed)
    response = post(sign_in(reviewer), "verdict-record", claim.pk, **fields)

    assert response.status_code == 422
    assert message in response.content.decode()
    assert not Verdict.objects.exists()
    claim.refresh_from_db()
    assert claim.status == Status.OPEN


def test_refused_verdict_keeps_what_was_typed_without_htmx_too(sign_in, reviewer, claim):
    fields = verdict_fields(claim, rating="")
    response = sign_in(reviewer).post(reverse("verdict-record", args=[claim.pk]), fields)

    assert response.status_code == 422
    assert "The ministry&#x27;s bulletin says 11,900." in response.content.decode()


def test_stale_verdict_shows_both_and_loses_nothing(sign_in, reviewer, second_reviewer, claim):
    stale = verdict_fields(claim, rationale="Mine, typed for ten minutes.")
    theirs = verdict_fields(claim, rating="false", rationale="Theirs, first.")
    post(sign_in(second_reviewer), "verdict-record", claim.pk, **theirs)

    response = post(sign_in(reviewer), "verdict-record", claim.pk, **stale)

    html = response.content.decode()
    assert response.status_code == 409
    assert "samir changed this claim" in html
    assert "Theirs, first." in html
    assert html.count("Mine, typed for ten minutes.") == 2  # in the comparison and in the form
    assert Verdict.objects.count() == 1
    claim.refresh_from_db()
    assert f'name="verdict-version" value="{claim.version}"' in html

    again = verdict_fields(claim, rationale="Mine, typed for ten minutes.")
    assert post(sign_in(reviewer), "verdict-record", claim.pk, **again).status_code == 200
    assert list(Verdict.objects.order_by("seq").values_list("rationale", flat=True)) == [
        "Theirs, first.",
        "Mine, typed for ten minutes.",
    ]


def test_a_verdict_on_a_claim_planned_meanwhile_is_told_what_changed(
    sign_in, reviewer, editor, second_reviewer, claim
):
    stale = verdict_fields(claim, rationale="Mine.")
    given = {"assign-version": claim.version, "assign-assignee": second_reviewer.username}
    post(sign_in(editor), "claim-assign", claim.pk, **given)
    claim.refresh_from_db()
    plan = {"version": claim.version, "due_on": "2030-03-04", "priority": 2, "kind": claim.kind}
    plan = {f"plan-{name}": value for name, value in plan.items()}
    assert post(sign_in(editor), "claim-plan", claim.pk, **plan).status_code == 200

    response = post(sign_in(reviewer), "verdict-record", claim.pk, **stale)

    assert response.status_code == 409
    told = parsed(response).xpath("//*[@id='conflict']//li")
    assert [words(line) for line in told] == [
        f"Assigned to: {second_reviewer} (before: Nobody)",
        "Due: 4 March 2030 (before: —)",
        "Priority: Urgent (before: Normal)",
    ]


def test_a_second_verdict_that_differs_is_told_so(sign_in, reviewer, second_reviewer, claim):
    first = verdict_fields(claim, second_review="on", rating="false")
    post(sign_in(reviewer), "verdict-record", claim.pk, **first)

    response = post(sign_in(second_reviewer), "verdict-record", claim.pk, **verdict_fields(claim))

    toast = parsed(response).xpath("//*[@class='toast']")[0]
    assert "Mostly true: the reviewers of claim 1 differ. An editor decides." in words(toast)


def test_second_reviewer_does_not_see_the_first_verdict(
    sign_in, reviewer, second_reviewer, editor, claim
):
    fields = verdict_fields(claim, second_review="on", rationale="First opinion.")
    post(sign_in(reviewer), "verdict-record", claim.pk, **fields)
    url = reverse("claim", args=[claim.pk])

    blind = sign_in(second_reviewer).get(url, headers=HTMX).content.decode()
    assert "First opinion." not in blind
    assert "1 verdict hidden until yours is in" in blind
    assert 'class="badge rating-mostly_true"' not in blind
    assert "First opinion." not in sign_in(editor).get(url, headers=HTMX).content.decode()

    post(sign_in(second_reviewer), "verdict-record", claim.pk, **verdict_fields(claim))
    claim.refresh_from_db()
    assert claim.status == Status.DECIDED
    seen = sign_in(second_reviewer).get(url, headers=HTMX).content.decode()
    assert "First opinion." in seen


def test_stale_second_verdict_tells_nothing_of_the_first(sign_in, reviewer, second_reviewer, claim):
    stale = verdict_fields(claim, rationale="Blind.")
    first = verdict_fields(claim, second_review="on", rating="opinion", rationale="Unseen.")
    post(sign_in(reviewer), "verdict-record", claim.pk, **first)

    response = post(sign_in(second_reviewer), "verdict-record", claim.pk, **stale)

    assert response.status_code == 409
    assert "Unseen." not in response.content.decode()
    assert 'class="badge rating-opinion"' not in response.content.decode()


def test_linking_a_known_source_begins_the_review(sign_in, reviewer, claim, source):
    fields = evidence_fields(claim, source=source.pk, url="https://example.org/bulletin")
    response = post(sign_in(reviewer), "evidence-link", claim.pk, **fields)

    assert response.status_code == 200
    evidence = Evidence.objects.get()
    assert (evidence.source, evidence.relation) == (source, "supports")
    assert evidence.url == "https://example.org/bulletin"
    claim.refresh_from_db()
    assert (claim.status, claim.assignee) == ("in_review", reviewer)
    assert [t.target for t in claim.transitions.all()] == ["in_review"]


@pytest.mark.parametrize("name", ["Ministry of Water", "ministry of water", "MoW"])
def test_a_source_named_exactly_is_found_without_the_list(sign_in, reviewer, claim, source, name):
    post(sign_in(reviewer), "evidence-link", claim.pk, **evidence_fields(claim, source_name=name))
    assert Evidence.objects.get().source == source


def test_a_new_source_is_created_in_place(sign_in, reviewer, claim):
    fields = evidence_fields(claim, source_name="Harbour Office", source_kind="organisation")
    post(sign_in(reviewer), "evidence-link", claim.pk, **fields)

    source = Evidence.objects.get().source
    assert (source.name, source.kind, source.created_by) == (
        "Harbour Office",
        "organisation",
        reviewer,
    )


REFUSED_EVIDENCE = {
    "no source": ({}, "Name the source the claim rests on"),
    "unknown name": ({"source_name": "Nobody"}, "No source is called “Nobody”"),
    "unknown kind": ({"source_name": "X", "source_kind": "gossip"}, "gossip is not one of"),
    "a source id that is none": ({"source": "1234"}, "is not"),
    "a scheme that runs code": (
        {"source_name": "MoW", "url": "javascript:alert(1)"},
        "Enter a valid URL",
    ),
    "unknown relation": ({"source_name": "MoW", "relation": "likes"}, "likes is not one of"),
}


@pytest.mark.parametrize(("changed", "message"), REFUSED_EVIDENCE.values(), ids=REFUSED_EVIDENCE)
def test_bad_evidence_is_refused_with_a_reason(sign_in, reviewer, claim, source, changed, message):
    fields = evidence_fields(claim, **changed)
    response = post(sign_in(reviewer), "evidence-link", claim.pk, **fields)

    assert response.status_code == 422
    assert message in response.content.decode()
    assert not Evidence.objects.exists()
    assert list(Source.objects.all()) == [source]


def test_a_stale_link_makes_no_source_either(sign_in, reviewer, claim):
    fields = evidence_fields(
        claim, source_name="Harbour Office", source_kind="organisation", version=99
    )
    response = post(sign_in(reviewer), "evidence-link", claim.pk, **fields)

    assert response.status_code == 409
    assert not Source.objects.exists()
    assert "Harbour Office" in response.content.decode()


def test_evidence_is_removed_and_brought_back(sign_in, reviewer, claim, source):
    evidence = make_evidence(claim, source, reviewer)
    claim.refresh_from_db()
    client = sign_in(reviewer)

    removed = post(client, "evidence-withdraw", evidence.pk, version=claim.version)
    assert "Removed the link to Ministry of Water." in removed.content.decode()
    assert not claim.evidence.standing().exists()

    claim.refresh_from_db()
    post(client, "evidence-restore", evidence.pk, version=claim.version)
    assert claim.evidence.standing().get() == evidence


def test_withdrawing_and_restoring_return_the_claim_to_where_it_stood(sign_in, reviewer, claim):
    make_verdict(claim, reviewer)
    claim.refresh_from_db()
    client = sign_in(reviewer)

    post(client, "claim-withdraw", claim.pk, version=claim.version)
    claim.refresh_from_db()
    assert claim.status == Status.WITHDRAWN

    post(client, "claim-restore", claim.pk, version=claim.version)
    claim.refresh_from_db()
    assert (claim.status, claim.rating) == (Status.DECIDED, "true")


def test_new_words_for_a_decided_claim_ask_for_a_recheck(sign_in, reviewer, claim):
    make_verdict(claim, reviewer)
    claim.refresh_from_db()
    text = claim.article.current_revision.text
    start = text.index("12,000 people")

    fields = {"version": claim.version, "start": start, "end": start + len("12,000 people")}
    post(sign_in(reviewer), "claim-span", claim.pk, **fields)

    claim.refresh_from_db()
    assert (claim.text, claim.status) == ("12,000 people", Status.NEEDS_RECHECK)
    assert claim.anchors.filter(current=True).get().exact == "12,000 people"
    assert claim.anchors.count() == 2
    assert Verdict.objects.get().exact == "12,000 people left their homes"


def test_editing_offers_an_undo_with_the_old_values(sign_in, reviewer, claim, source):
    client = sign_in(reviewer)
    first = {"edit-version": claim.version, "edit-note": "old"}
    post(client, "claim-edit", claim.pk, **first)
    claim.refresh_from_db()
    second = {"edit-version": claim.version, "edit-note": "new", "edit-source": source.pk}
    html = post(client, "claim-edit", claim.pk, **second).content.decode()

    claim.refresh_from_db()
    assert (claim.note, claim.claimant) == ("new", source)
    assert '<input type="hidden" name="edit-note" value="old">' in html
    assert '<input type="hidden" name="edit-source" value="">' in html


def test_reviewer_cannot_assign(sign_in, reviewer, second_reviewer, claim):
    fields = {"assign-version": claim.version, "assign-assignee": "samir"}
    assert post(sign_in(reviewer), "claim-assign", claim.pk, **fields).status_code == 403
    claim.refresh_from_db()
    assert claim.assignee is None


def test_editor_assigns_to_people_of_the_desk_only(
    sign_in, editor, second_reviewer, neighbour, claim
):
    client = sign_in(editor)
    fields = {"assign-version": claim.version, "assign-assignee": "nils"}
    assert post(client, "claim-assign", claim.pk, **fields).status_code == 422

    fields["assign-assignee"] = "samir"
    assert post(client, "claim-assign", claim.pk, **fields).status_code == 200
    claim.refresh_from_db()
    assert claim.assignee == second_reviewer


WRITES = (
    ("claim-edit", {"edit-version": 1}),
    ("claim-span", {"version": 1, "start": 0, "end": 9}),
    ("claim-assign", {"assign-version": 1}),
    ("claim-move", {"version": 1, "move": "start"}),
    ("claim-withdraw", {"version": 1}),
    ("claim-restore", {"version": 1}),
    ("evidence-link", {"evidence-version": 1, "evidence-source_name": "MoW"}),
    ("verdict-record", {"verdict-version": 1, "verdict-rating": "true"}),
)


@pytest.mark.parametrize(("route", "fields"), WRITES, ids=[route for route, _ in WRITES])
def test_claim_of_another_desk_is_not_found(sign_in, neighbour, claim, source, route, fields):
    before = Claim.objects.values().get()
    assert post(sign_in(neighbour), route, claim.pk, **fields).status_code == 404
    assert Claim.objects.values().get() == before


@pytest.mark.parametrize("route", ["evidence-withdraw", "evidence-restore"])
def test_evidence_of_another_desk_is_not_found(sign_in, reviewer, neighbour, claim, source, route):
    evidence = make_evidence(claim, source, reviewer)
    assert post(sign_in(neighbour), route, evidence.pk, version=2).status_code == 404


STALE = (
    ("claim-edit", {"edit-version": 0, "edit-note": "typed"}),
    ("claim-span", {"version": 0, "start": 0, "end": 9}),
    ("claim-withdraw", {"version": 0}),
    ("claim-move", {"version": 0, "move": "start"}),
)


@pytest.mark.parametrize(("route", "fields"), STALE, ids=[route for route, _ in STALE])
def test_stale_write_is_a_conflict_and_changes_nothing(sign_in, reviewer, claim, route, fields):
    before = Claim.objects.values().get()
    response = post(sign_in(reviewer), route, claim.pk, **fields)

    assert response.status_code == 409
    assert "changed" in response.content.decode()
    assert Claim.objects.values().get() == before


def test_protected_name_is_shown_to_editors_alone(sign_in, reviewer, editor, claim):
    source = make_source("Mr Kim of Dalian", editor, kind="person", protected=True)
    make_evidence(claim, source, editor)
    url = reverse("claim", args=[claim.pk])

    hidden = sign_in(reviewer).get(url, headers=HTMX).content.decode()
    assert "Kim" not in hidden
    assert "Protected source" in hidden
    assert "Mr Kim of Dalian" in sign_in(editor).get(url, headers=HTMX).content.decode()


def test_protected_source_is_not_found_by_name(sign_in, reviewer, editor, claim):
    make_source("Mr Kim of Dalian", editor, kind="person", protected=True)
    search = sign_in(reviewer).get(reverse("source-search"), {"evidence-source_name": "kim"})
    assert "Dalian" not in search.content.decode()


def test_draft_is_kept_given_back_and_dropped_when_saved(sign_in, reviewer, claim):
    client = sign_in(reviewer)
    url = reverse("article-draft", args=[claim.article_id])
    fields = {"form": "verdict-1", "fields_json": '{"rationale": "half a thou"}'}
    assert client.post(url, fields).status_code == 204

    panel = client.get(reverse("claim", args=[claim.pk]), headers=HTMX).content.decode()
    assert "half a thou" in panel
    assert "What you had typed is back" in panel

    post(client, "verdict-record", claim.pk, **verdict_fields(claim))
    assert not Draft.objects.exists()


def test_draft_is_seen_by_its_author_alone(sign_in, reviewer, second_reviewer, claim):
    url = reverse("article-draft", args=[claim.article_id])
    fields = {"form": "verdict-1", "fields_json": '{"rationale": "between us"}'}
    sign_in(reviewer).post(url, fields)

    panel = sign_in(second_reviewer).get(reverse("claim", args=[claim.pk]), headers=HTMX)
    assert "between us" not in panel.content.decode()


def test_outsider_of_no_desk_reaches_nothing(sign_in, claim):
    client = sign_in(make_person("olga"))
    for route, pk in (("article", claim.article_id), ("claim", claim.pk)):
        assert client.get(reverse(route, args=[pk])).status_code == 404
