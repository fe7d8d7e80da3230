"""Documents, passages and quotation checks over HTTP: who gets what, and what is refused."""

import uuid

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse

from articles.actions.moves import withdraw_claim
from articles.actions.passages import choose_document
from articles.models import Claim, Document, Evidence, QuotationCheck, Source
from tests.factories import (
    make_claim,
    make_document,
    make_evidence,
    make_person,
    make_source,
)
from tests.views.reading import cells, parsed, words
from tests.views.test_annotate_page import PANEL_QUERIES

HTMX = {"HX-Request": "true"}
BULLETIN = "Bulletin 7\n\nOn Monday 11,900 people had left their homes. Nobody was hurt 👍🏽."


@pytest.fixture
def claim(article, reviewer) -> Claim:
    return make_claim(article, "12,000 people left their homes", reviewer)


@pytest.fixture
def evidence(claim, source, reviewer) -> Evidence:
    return make_evidence(claim, source, reviewer)


@pytest.fixture
def document(desk, source, reviewer) -> Document:
    return make_document(desk, source, reviewer, BULLETIN)


@pytest.fixture
def placed(evidence, document, reviewer) -> Evidence:
    """Evidence with its document and a passage of it."""
    start = BULLETIN.index("11,900")
    passage = (start, start + len("11,900 people"))
    seen = version(evidence)
    return choose_document(
        evidence=evidence, seen=seen, by=reviewer, document=document, passage=passage
    )


def version(evidence: Evidence) -> int:
    return Claim.objects.get(pk=evidence.claim_id).version


def post(client: Client, route: str, evidence: Evidence, **fields: object):
    fields = {"version": version(evidence)} | fields
    return client.post(reverse(route, args=[evidence.pk]), fields, headers=HTMX)


def pane(client: Client, evidence: Evidence, **headers: str):
    return client.get(reverse("evidence-document", args=[evidence.pk]), headers=headers or HTMX)


def panel(client: Client, claim: Claim) -> str:
    return client.get(reverse("claim", args=[claim.pk]), headers=HTMX).content.decode()


def add_check(evidence: Evidence, **fields: object) -> QuotationCheck:
    run = {"quote_after": " ", "document_after": " ", "material": None}
    runs = [
        run | {"kind": "same", "quote": "people", "document": "people"},
        run | {"kind": "replaced", "quote": "12,000", "document": "11,900", "material": "number"},
        run | {"kind": "dropped", "quote": "", "document": "had"},
        run | {"kind": "added", "quote": "all", "document": ""},
    ]
    values = {
        "revision": evidence.claim.article.current_revision,
        "quote_start": 1,
        "quote_end": 20,
        "kind": "altered",
        "start": 12,
        "end": 40,
        "similarity": 0.8,
        "runs": runs,
    }
    return QuotationCheck.objects.create(evidence=evidence, **values | fields)


def test_panel_offers_the_stored_documents_of_the_source_at_this_desk(
    sign_in, reviewer, desk, other_desk, claim, evidence, document, source
):
    make_document(other_desk, source, reviewer, "Elsewhere", title="Of another desk")
    make_document(desk, make_source("Harbour office", reviewer), reviewer, "Log", title="Log book")
    html = panel(sign_in(reviewer), claim)
    assert "Bulletin 7" in html
    assert "Of another desk" not in html
    assert "Log book" not in html


def test_chosen_document_is_shown_with_its_date_passage_and_page(
    sign_in, reviewer, desk, claim, evidence, source
):
    paged = make_document(
        desk, source, reviewer, BULLETIN, title="Yearbook", format="pdf", pages=[0, 12]
    )
    client = sign_in(reviewer)
    assert post(client, "evidence-choose", evidence, document=paged.pk).status_code == 200
    start = BULLETIN.index("11,900")
    response = post(client, "evidence-passage", evidence, start=start, end=start + 13)

    item = parsed(response).get_element_by_id(f"evidence-{evidence.pk}")
    assert "Yearbook" in words(item)
    assert f"retrieved {paged.retrieved_at:%-d %b %Y}, page 2" in words(item)
    assert words(item.xpath(".//blockquote[@class='passage']")[0]) == "11,900 people"
    assert (item.get("data-start"), item.get("data-end")) == (str(start), str(start + 13))


def test_pane_shows_the_text_and_proposes_a_passage(sign_in, reviewer, evidence, document):
    client = sign_in(reviewer)
    post(client, "evidence-choose", evidence, document=document.pk)
    shown = parsed(pane(client, evidence))
    text = shown.get_element_by_id("document-text")
    assert "Nobody was hurt 👍🏽." in words(text)
    form = shown.get_element_by_id("passage-form")
    assert "Proposed passage On Monday 11,900 people had left their homes." in words(form)
    assert form.fields["start"] == str(BULLETIN.index("On Monday"))
    ids = [element.get("id") for element in shown.xpath(".//*[@id]")]
    assert not [name for name in ids if name.startswith("block-")]


def test_pane_proposes_what_the_claim_quotes(sign_in, reviewer, evidence, document):
    client = sign_in(reviewer)
    post(client, "evidence-choose", evidence, document=document.pk)
    add_check(Evidence.objects.get(pk=evidence.pk), start=22, end=35)
    form = parsed(pane(client, evidence)).get_element_by_id("passage-form")
    assert (form.fields["start"], form.fields["end"]) == ("22", "35")
    assert "The claim quotes it." in words(form)


def test_pane_without_its_script_is_a_part_of_the_page(sign_in, reviewer, placed):
    response = sign_in(reviewer).get(reverse("evidence-document", args=[placed.pk]))
    page = parsed(response)
    assert "Nobody was hurt" in words(page.get_element_by_id("document-text"))
    assert "The river rose" in words(page.get_element_by_id("text"))
    ids = page.xpath("//@id")
    pane_ids = page.get_element_by_id("document-pane").xpath(".//@id")
    assert [name for name in pane_ids if ids.count(name) > 1] == []


def test_evidence_without_a_document_has_no_pane(sign_in, reviewer, evidence):
    assert pane(sign_in(reviewer), evidence).status_code == 404


REFUSED = {
    "outside": ({"start": 0, "end": 5000}, "lies outside the text"),
    "reversed": ({"start": 20, "end": 12}, "ends before it starts"),
    "empty": ({"start": 10, "end": 12}, "holds no text"),
    "half a character": (
        {"start": BULLETIN.index("👍"), "end": BULLETIN.index("👍") + 1},
        "splits a character",
    ),
    "one end": ({"start": 12, "end": ""}, "both a start and an end"),
    "no number": ({"start": "x", "end": 12}, "Enter a whole number"),
}


@pytest.mark.parametrize(("fields", "message"), REFUSED.values(), ids=REFUSED)
def test_bad_passage_is_refused_with_a_reason(sign_in, reviewer, placed, fields, message):
    response = post(sign_in(reviewer), "evidence-passage", placed, **fields)
    assert response.status_code == 422
    assert message in response.content.decode()
    placed.refresh_from_db()
    assert placed.exact == "11,900 people"


def test_document_of_another_source_is_refused(sign_in, reviewer, desk, evidence):
    other = make_document(desk, make_source("Harbour office", reviewer), reviewer, "Log")
    response = post(sign_in(reviewer), "evidence-choose", evidence, document=other.pk)
    assert response.status_code == 422
    assert "That document is of another source." in response.content.decode()


def test_withdrawn_claim_keeps_its_evidence(sign_in, reviewer, claim, placed, document):
    claim.refresh_from_db()
    withdraw_claim(claim=claim, seen=claim.version, by=reviewer)
    response = post(sign_in(reviewer), "evidence-passage", placed, start="", end="")
    assert response.status_code == 422
    assert "Restore it before you change its evidence" in response.content.decode()


def test_stale_passage_shows_both(sign_in, reviewer, second_reviewer, placed):
    seen = version(placed)
    theirs = BULLETIN.index("Nobody")
    post(sign_in(second_reviewer), "evidence-passage", placed, start=theirs, end=theirs + 15)
    mine = BULLETIN.index("On Monday")
    fields = {"version": seen, "start": mine, "end": mine + 9}
    response = post(sign_in(reviewer), "evidence-passage", placed, **fields)

    assert response.status_code == 409
    row = cells(parsed(response).xpath("//*[@id='conflict']//tbody/tr")[0])
    assert row == ["Passage", "On Monday", "Nobody was hurt"]
    placed.refresh_from_db()
    assert placed.exact == "Nobody was hurt"


def test_stale_choice_of_a_document_shows_both(
    sign_in, reviewer, second_reviewer, desk, source, placed
):
    seen = version(placed)
    newer = make_document(desk, source, reviewer, "Bulletin 8", title="Bulletin 8")
    post(sign_in(second_reviewer), "evidence-choose", placed, document="")
    fields = {"version": seen, "document": newer.pk}
    response = post(sign_in(reviewer), "evidence-choose", placed, **fields)
    assert response.status_code == 409
    row = cells(parsed(response).xpath("//*[@id='conflict']//tbody/tr")[0])
    assert row == ["Document", "Bulletin 8", "—"]


def undo(client: Client, response):
    form = parsed(response).xpath("//form[@class='undo']")[0]
    return client.post(form.action, dict(form.fields), headers=HTMX)


def test_both_writes_are_undone(sign_in, reviewer, desk, source, placed, document):
    client = sign_in(reviewer)
    newer = make_document(desk, source, reviewer, "Bulletin 8", title="Bulletin 8")
    chosen = post(client, "evidence-choose", placed, document=newer.pk)
    assert undo(client, chosen).status_code == 200
    placed.refresh_from_db()
    assert (placed.document, placed.exact) == (document, "11,900 people")

    taken = post(client, "evidence-passage", placed, start="", end="")
    placed.refresh_from_db()
    assert (placed.start, placed.exact) == (None, "")
    assert undo(client, taken).status_code == 200
    placed.refresh_from_db()
    assert placed.exact == "11,900 people"


ROUTES = ("evidence-document", "evidence-choose", "evidence-passage")


@pytest.mark.parametrize("route", ROUTES)
def test_other_desks_and_strangers_find_nothing(sign_in, neighbour, outsider, placed, route):
    for person in (neighbour, outsider):
        client = sign_in(person)
        send = client.get if route == "evidence-document" else client.post
        assert send(reverse(route, args=[placed.pk])).status_code == 404
        assert send(reverse(route, args=[uuid.uuid4()])).status_code == 404


def test_document_of_another_desk_is_not_there(sign_in, reviewer, other_desk, source, evidence):
    other = make_document(other_desk, source, reviewer, "Elsewhere")
    assert (
        post(sign_in(reviewer), "evidence-choose", evidence, document=other.pk).status_code == 404
    )


def test_who_may_not_review_reads_and_changes_nothing(sign_in, desk, placed):
    reader = Group.objects.create(name="reader")
    reader.permissions.set(
        Permission.objects.filter(codename__in=("view_article", "view_document", "view_source"))
    )
    client = sign_in(make_person("rita", desk=desk, role="reader"))
    shown = pane(client, placed).content.decode()
    assert "Nobody was hurt" in shown
    assert "passage-form" not in shown
    assert post(client, "evidence-choose", placed, document="").status_code == 403
    assert post(client, "evidence-passage", placed, start="", end="").status_code == 403


def test_check_is_shown_word_by_word_for_eye_and_ear(sign_in, reviewer, claim, placed):
    add_check(placed)
    response = sign_in(reviewer).get(reverse("claim", args=[claim.pk]), headers=HTMX)
    section = parsed(response).xpath("//section[@class='quotation-check']")[0]
    assert words(section.xpath(".//*[@class='badge quotation-altered']")[0]) == "Altered"
    difference = section.xpath("p[@class='word-difference']")[0]
    assert words(difference) == (
        "people [the document has: 11,900 ; the article has: 12,000] "
        "[the article leaves out: had] [the article adds: all]"
    )
    assert [words(gone) for gone in difference.xpath("del")] == ["11,900", "had"]
    assert [words(new) for new in difference.xpath("ins")] == ["12,000", "all"]
    assert words(section.xpath("ul[@class='material-changes']")[0]) == (
        "A number differs: “12,000” where the document has “11,900”."
    )


ACCURACIES = {
    "verbatim": (["verbatim"], "accurate"),
    "shortened": (["elided"], "accurate"),
    "altered": (["altered"], "altered"),
    "not found": (["absent"], "not_found"),
    "the worst counts": (["verbatim", "altered", "elided"], "altered"),
    "worse still": (["altered", "absent"], "not_found"),
}


@pytest.mark.parametrize(("kinds", "accuracy"), ACCURACIES.values(), ids=ACCURACIES)
def test_check_proposes_the_attribution_accuracy(sign_in, reviewer, claim, placed, kinds, accuracy):
    for place, kind in enumerate(kinds):
        gone = {"start": None, "end": None} if kind == "absent" else {}
        add_check(placed, kind=kind, quote_start=place, **gone)
    response = sign_in(reviewer).get(reverse("claim", args=[claim.pk]), headers=HTMX)
    form = parsed(response).get_element_by_id("verdict-form")
    assert form.fields["verdict-attribution_accuracy"] == accuracy
    marked = [words(label) for label in form.xpath(".//label") if "(proposed)" in words(label)]
    label = accuracy.replace("_", " ").capitalize()
    assert marked == [f"{label} (proposed)"]
    assert f"Proposed by the quotation check: {label}." in words(form)


def test_words_that_one_document_has_are_not_missed_for_another(sign_in, reviewer, claim, placed):
    other = make_evidence(claim, make_source("Harbour office", reviewer), reviewer)
    add_check(placed, kind="verbatim")
    add_check(other, kind="absent", start=None, end=None)
    assert "Proposed by the quotation check: Accurate." in panel(sign_in(reviewer), claim)


def test_verdict_begun_is_not_filled_in(sign_in, reviewer, article, claim, placed):
    add_check(placed)
    client = sign_in(reviewer)
    draft = {"form": f"verdict-{claim.number}", "fields_json": '{"rationale": "Because"}'}
    client.post(reverse("article-draft", args=[article.pk]), draft)
    response = client.get(reverse("claim", args=[claim.pk]), headers=HTMX)
    form = parsed(response).get_element_by_id("verdict-form")
    assert form.fields["verdict-attribution_accuracy"] is None
    assert "Altered (proposed)" in words(form)


@pytest.fixture
def hidden(desk, claim, admin, reviewer) -> Evidence:
    """Evidence of a protected source, with everything that could tell who it is."""
    source: Source = make_source("Pavel Petrov", admin, protected=True)
    evidence = make_evidence(claim, source, admin)
    Evidence.objects.filter(pk=evidence.pk).update(url="https://petrov.example/", note="Petrov’s")
    document = make_document(desk, source, admin, "Petrov wrote this.", title="Petrov’s letter")
    choose_document(
        evidence=evidence, seen=version(evidence), by=admin, document=document, passage=(0, 6)
    )
    add_check(Evidence.objects.get(pk=evidence.pk))
    return evidence


def test_protected_source_shows_nothing_that_tells_who_it_is(
    sign_in, second_reviewer, editor, claim, hidden
):
    assert "Petrov’s letter" in panel(sign_in(editor), claim)

    Claim.objects.filter(pk=claim.pk).update(assignee=None, assigned_by=None)
    client = sign_in(second_reviewer)
    html = panel(client, claim)
    assert "Protected source" in html
    for secret in ("etrov", str(hidden.source_id), "quotation-check", "Proposed by", "passage"):
        assert secret not in html
    for route in ROUTES:
        url = reverse(route, args=[hidden.pk])
        send = client.get if route == "evidence-document" else client.post
        response = send(url, headers=HTMX)
        assert response.status_code == 404
        assert "etrov" not in response.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_panel_costs_the_same_queries_for_any_evidence(
    sign_in, reviewer, desk, claim, count, django_assert_num_queries
):
    for number in range(count):
        source = make_source(f"Office {number}", reviewer)
        evidence = make_evidence(claim, source, reviewer)
        document = make_document(desk, source, reviewer, BULLETIN)
        make_document(desk, source, reviewer, BULLETIN, title="Another")
        choose_document(evidence=evidence, seen=version(evidence), by=reviewer, document=document)
        add_check(Evidence.objects.get(pk=evidence.pk))
    client = sign_in(reviewer)
    # One less: a claim that has evidence is not asked for earlier claims it rests on.
    with django_assert_num_queries(PANEL_QUERIES - 1):
        client.get(reverse("article", args=[claim.article_id]), {"claim": 1})
