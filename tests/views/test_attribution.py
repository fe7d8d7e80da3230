"""Chains over HTTP: what writes change and refuse, and what a selection proposes."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from articles.models import Article, Attribution, Claim, Draft, Source, User
from tests.factories import make_article, make_chain, make_claim, make_source

HTMX = {"HX-Request": "true"}
FISHERMAN = "a fisherman who asked not to be named"
SECRET = "Pavel Petrov"


@pytest.fixture
def claim(article: Article, reviewer: User) -> Claim:
    return make_claim(article, "12,000 people left their homes", reviewer)


def chain_fields(claim: Claim, *rows: dict[str, object], **fields: object) -> dict[str, object]:
    claim.refresh_from_db()
    values: dict[str, object] = {"version": claim.version, "revision": 1} | fields
    for number, row in enumerate(rows, 1):
        values |= {f"{number}-{name}": value for name, value in row.items()}
    return {f"chain-{name}": value for name, value in values.items()}


def post(client: Client, route: str, pk: object, fields: dict[str, object]):
    return client.post(reverse(route, args=[pk]), fields, headers=HTMX)


def steps(claim: Claim) -> list[list[str]]:
    chains = claim.attributions.standing()
    return [
        [step.source.name if step.source else step.description for step in chain.steps.all()]
        for chain in chains
    ]


def named(source: Source) -> dict[str, object]:
    return {"who": "source", "source": source.pk, "source_name": source.name}


def person(description: str, **fields: object) -> dict[str, object]:
    return {"who": "person", "description": description} | fields


def select(client: Client, claim: Claim, words: str, **changed: object):
    start = claim.article.current_revision.text.index(words)
    query = {"start": start, "end": start + len(words), "revision": 1, "row": 1} | changed
    return client.get(reverse("attribution-step", args=[claim.pk]), query, headers=HTMX)


def test_a_chain_is_saved_drawn_and_counted(sign_in, reviewer, claim, source):
    text = claim.article.current_revision.text
    start = text.index(FISHERMAN)
    words = {"start": start, "end": start + len(FISHERMAN)}
    fields = chain_fields(claim, named(source), person(FISHERMAN, **words))
    response = post(sign_in(reviewer), "attribution-save", claim.pk, fields)

    assert response.status_code == 200
    assert steps(claim) == [["Ministry of Water", FISHERMAN]]
    html = response.content.decode()
    assert "Rests on <strong>1 origin, unnamed</strong>" in html
    assert f'data-start="{start}" data-end="{start + len(FISHERMAN)}">{FISHERMAN}</a>' in html
    assert "Claim 1 has a chain of 2 steps." in html


def test_rows_are_taken_in_the_order_told_and_blank_ones_left_out(sign_in, reviewer, claim, source):
    rows = (person("a clerk"), {"who": "source", "source_name": ""}, named(source), person(""))
    fields = chain_fields(claim, *rows, order="3,9,1")
    post(sign_in(reviewer), "attribution-save", claim.pk, fields)
    assert steps(claim) == [["Ministry of Water", "a clerk"]]


def test_without_javascript_rows_are_taken_as_numbered(sign_in, reviewer, claim, source):
    client = sign_in(reviewer)
    page = client.get(claim.get_absolute_url()).content.decode()
    assert 'name="chain-3-description"' in page

    url = reverse("attribution-save", args=[claim.pk])
    named_in_words = {"who": "source", "source_name": "mow"} | {"source_name": "MoW"}
    answer = client.post(url, chain_fields(claim, named_in_words, person("a clerk")))
    assert (answer.status_code, answer.url) == (302, claim.get_absolute_url())
    assert steps(claim) == [["Ministry of Water", "a clerk"]]


def test_a_new_source_is_made_with_the_chain_or_not_at_all(sign_in, reviewer, claim):
    client = sign_in(reviewer)
    new = {"who": "source", "source_name": "Coast Gazette"}
    refused = post(client, "attribution-save", claim.pk, chain_fields(claim, new))
    assert refused.status_code == 422
    assert "No source is called “Coast Gazette”. Choose its kind" in refused.content.decode()

    new["source_kind"] = "publication"
    twice = chain_fields(claim, new, person("a"), person("A"))
    assert post(client, "attribution-save", claim.pk, twice).status_code == 422
    assert not Source.objects.exists()

    assert post(client, "attribution-save", claim.pk, chain_fields(claim, new)).status_code == 200
    assert Source.objects.get().kind == "publication"


def test_an_edit_replaces_the_chain_and_its_undo_swaps_it_back(sign_in, reviewer, claim, source):
    chain = make_chain(claim, reviewer, source, FISHERMAN)
    client = sign_in(reviewer)
    url = reverse("claim", args=[claim.pk])
    form = client.get(url, {"chain": chain.pk}, headers=HTMX).context["chain_form"]
    first, second = form.rows
    assert first["source_name"].value() == "Ministry of Water"
    assert (second["description"].value(), second.words) == (FISHERMAN, FISHERMAN)

    fields = chain_fields(claim, named(source), person("a clerk"), replaces=chain.pk)
    response = post(client, "attribution-save", claim.pk, fields)
    assert steps(claim) == [["Ministry of Water", "a clerk"]]

    undo = response.context["done"]
    again = client.post(undo.undo_url, undo.undo_fields, headers=HTMX)
    assert steps(claim) == [["Ministry of Water", FISHERMAN]]
    redo = again.context["done"]
    client.post(redo.undo_url, redo.undo_fields, headers=HTMX)
    assert steps(claim) == [["Ministry of Water", "a clerk"]]


def test_removing_and_restoring(sign_in, reviewer, claim, source):
    chain = make_chain(claim, reviewer, source)
    claim.refresh_from_db()
    client = sign_in(reviewer)
    response = post(client, "attribution-withdraw", chain.pk, {"version": claim.version})
    assert steps(claim) == []
    undo = response.context["done"]
    client.post(undo.undo_url, undo.undo_fields, headers=HTMX)
    assert steps(claim) == [["Ministry of Water"]]


def test_a_stale_write_changes_nothing_and_keeps_what_was_typed(sign_in, reviewer, claim, source):
    old = chain_fields(claim, named(source), person("a clerk"))
    make_chain(claim, reviewer, source)
    response = post(sign_in(reviewer), "attribution-save", claim.pk, old)
    assert response.status_code == 409
    assert steps(claim) == [["Ministry of Water"]]
    html = response.content.decode()
    assert 'value="a clerk"' in html
    claim.refresh_from_db()
    assert f'name="chain-version" value="{claim.version}"' in html


REFUSED = {
    "no rows": ((), {}, "at least one step"),
    "nobody named": (({"who": "source", "source_kind": "person"},), {}, "at least one step"),
    "no such place": ((person("a", start=0, end=90_000),), {}, "lies outside the text"),
    "half a place": ((person("a", start=5),), {}, None),
    "words that are no number": ((person("a", start="x", end=3),), {}, "not complete"),
    "no such person": (({"who": "ghost", "description": "a"},), {}, "not complete"),
    "a step to keep that is none": (({"who": "kept", "step": 77},), {}, "not in the chain"),
    "a source id that is none": (({"who": "source", "source": "x"},), {}, "not complete"),
    "too many": (tuple(person(f"man {n}") for n in range(12)), {}, "at most 10 steps"),
    "too long": ((person("a" * 301),), {}, "at most 300 characters"),
    "a NUL": ((person("a\0b"),), {}, "Null characters"),
}


@pytest.mark.parametrize(("rows", "fields", "message"), REFUSED.values(), ids=REFUSED)
def test_a_bad_chain_is_refused_with_a_reason(sign_in, reviewer, claim, rows, fields, message):
    data = chain_fields(claim, *rows, **fields)
    response = post(sign_in(reviewer), "attribution-save", claim.pk, data)
    if message is None:
        assert response.status_code == 200
        return
    assert response.status_code == 422
    assert message in response.content.decode()
    assert not Attribution.objects.exists()


def test_another_revision_is_a_conflict(sign_in, reviewer, claim):
    data = chain_fields(claim, person("a clerk"), revision=2)
    assert post(sign_in(reviewer), "attribution-save", claim.pk, data).status_code == 409
    assert not Attribution.objects.exists()


def test_a_chain_of_another_claim_is_not_replaced(sign_in, reviewer, claim, source, article):
    other = make_chain(make_claim(article, "two metres", reviewer), reviewer, source)
    data = chain_fields(claim, person("a clerk"), replaces=other.pk)
    assert post(sign_in(reviewer), "attribution-save", claim.pk, data).status_code == 422
    assert not claim.attributions.exists()


@pytest.mark.parametrize("who", ["neighbour", "outsider"])
def test_chains_of_other_desks_are_not_there(request, sign_in, reviewer, claim, source, who):
    chain = make_chain(claim, reviewer, source)
    client = sign_in(request.getfixturevalue(who))
    fields = chain_fields(claim, person("a clerk"))
    assert post(client, "attribution-save", claim.pk, fields).status_code == 404
    assert select(client, claim, "fisherman").status_code == 404
    for route in ("attribution-withdraw", "attribution-restore"):
        assert post(client, route, chain.pk, {"version": claim.version}).status_code == 404
        assert post(client, route, uuid4(), {"version": 1}).status_code == 404
    assert steps(claim) == [["Ministry of Water"]]


def test_who_may_not_review_reads_chains_alone(sign_in, reviewer, second_reviewer, claim, source):
    chain = make_chain(claim, reviewer, source)
    role = second_reviewer.memberships.get().role
    role.permissions.remove(role.permissions.get(codename="review_claim"))
    client = sign_in(second_reviewer)
    page = client.get(reverse("claim", args=[claim.pk]), headers=HTMX).content.decode()
    assert "Ministry of Water" in page
    assert "chain-form" not in page
    fields = chain_fields(claim, person("a clerk"))
    assert post(client, "attribution-save", claim.pk, fields).status_code == 403
    assert select(client, claim, "fisherman").status_code == 403
    version = {"version": claim.version}
    assert post(client, "attribution-withdraw", chain.pk, version).status_code == 403


PROPOSED = {
    "a known source": ("Ministry of Water", "source", "Ministry of Water", True),
    "with more words": ("According to the Ministry of Water", "source", "Ministry of Water", True),
    "a source to be made": ("The river", "person", "The river", False),
    "a person": (FISHERMAN, "person", FISHERMAN, False),
}


@pytest.mark.parametrize(("words", "who", "name", "known"), PROPOSED.values(), ids=PROPOSED)
def test_words_propose_who_they_mean(sign_in, reviewer, claim, source, words, who, name, known):
    row = select(sign_in(reviewer), claim, words).context["row"]
    assert row["who"].value() == who
    assert row["source_name" if who == "source" else "description"].value() == name
    assert row["source"].value() == (source.pk if known else None)
    assert row.words == words


def test_a_click_takes_the_name_around_the_word(sign_in, reviewer, claim, source):
    row = select(sign_in(reviewer), claim, "Water", clicked="on").context["row"]
    assert (row["source"].value(), row.words) == (source.pk, "Ministry of Water")


def test_the_source_is_the_person_described_before(sign_in, reviewer, desk):
    text = "A driver who fled told us so. The ferry sank, the source said. He saw it."
    article = make_article(desk, reviewer, text, title="Ferry")
    claim = make_claim(article, "The ferry sank", reviewer)
    make_chain(claim, reviewer, "A driver who fled")
    client = sign_in(reviewer)
    for words in ("the source", "He"):
        row = select(client, claim, words).context["row"]
        assert row["description"].value() == "A driver who fled" or words == "He"
        assert row.words == words
    assert select(client, claim, "the source").context["row"]["who"].value() == "person"


TAKEN_UP = {
    "what is said of him": ("The Dandong source", "a correspondent in the city of Dandong"),
    "the last described": ("the source", "A guard who lives in Dalian"),
    "somebody else": ("the mill owner", "the mill owner"),
    "one of another town": ("The Harbin source", "The Harbin source"),
}


@pytest.mark.parametrize(("words", "description"), TAKEN_UP.values(), ids=TAKEN_UP)
def test_words_take_up_only_whom_they_fit(sign_in, reviewer, desk, words, description):
    text = (
        "The mill is shut, a correspondent in the city of Dandong told us. A guard who lives in "
        "Dalian agreed. The Dandong source, the mill owner, The Harbin source and the source left."
    )
    article = make_article(desk, reviewer, text, title="Mill")
    claim = make_claim(article, "The mill is shut", reviewer)
    make_chain(claim, reviewer, "a correspondent in the city of Dandong")
    make_chain(claim, reviewer, "A guard who lives in Dalian")
    row = select(sign_in(reviewer), claim, words).context["row"]
    assert (row["who"].value(), row["description"].value()) == ("person", description)


@pytest.mark.parametrize("field", ["step", "start", "end"])
def test_a_number_of_thousands_of_digits_is_refused(sign_in, reviewer, claim, field):
    places = {"start": "0", "end": "5"} if field != "step" else {}
    fields = chain_fields(claim, person("a clerk", **(places | {field: "9" * 5000})))
    assert post(sign_in(reviewer), "attribution-save", claim.pk, fields).status_code == 422


BAD_SELECTIONS = {
    "outside": ({"end": 90_000}, 422),
    "reversed": ({"start": 9, "end": 3}, 422),
    "no number": ({"start": "x"}, 422),
    "no row": ({"row": 0}, 422),
    "an old revision": ({"revision": 2}, 409),
}


@pytest.mark.parametrize(("changed", "status"), BAD_SELECTIONS.values(), ids=BAD_SELECTIONS)
def test_a_bad_selection_is_refused(sign_in, reviewer, claim, changed, status):
    response = select(sign_in(reviewer), claim, "fisherman", **changed)
    assert response.status_code == status
    assert "data-chain-problem" in response.content.decode()


def test_what_was_typed_comes_back(sign_in, reviewer, claim, source):
    fields = {"order": "2,1", "1-who": "person", "1-description": "a clerk"}
    fields |= {f"2-{name}": str(value) for name, value in named(source).items()}
    Draft.objects.create(user=reviewer, article=claim.article, form="chain-1", fields=fields)
    page = sign_in(reviewer).get(reverse("claim", args=[claim.pk]), headers=HTMX)
    assert [row.number for row in page.context["chain_form"].rows] == ["2", "1"]
    html = page.content.decode()
    assert "What you had typed is back." in html
    assert 'class="chain-builder" open' in html


def test_a_protected_step_shows_neither_name_nor_words(
    sign_in, reviewer, editor, second_reviewer, desk
):
    text = f"The ferry sank, {SECRET} told the paper. Nobody else saw it."
    article = make_article(desk, reviewer, text, title="Ferry")
    claim = make_claim(article, "The ferry sank", reviewer)
    hidden = make_source(SECRET, editor, protected=True)
    start = text.index(SECRET)
    place = {"start": start, "end": start + len(SECRET)}
    fields = chain_fields(claim, named(hidden) | place, person("a clerk"))
    assert post(sign_in(editor), "attribution-save", claim.pk, fields).status_code == 200
    chain = claim.attributions.get()

    url = reverse("claim", args=[claim.pk])
    seen = sign_in(editor).get(url, headers=HTMX).content.decode()
    assert f'data-start="{start}"' in seen

    client = sign_in(second_reviewer)
    for query in ({}, {"chain": chain.pk}):
        page = client.get(url, query, headers=HTMX).content.decode()
        assert "Protected source" in page
        assert SECRET not in page
        assert f'data-start="{start}"' not in page
        assert f'value="{start}"' not in page

    step = chain.steps.first()
    kept = chain_fields(
        claim, {"who": "kept", "step": step.pk}, person("a nurse"), replaces=chain.pk
    )
    assert post(client, "attribution-save", claim.pk, kept).status_code == 200
    assert steps(claim) == [[SECRET, "a nurse"]]
    assert claim.attributions.standing().get().steps.first().exact == SECRET

    chain = claim.attributions.standing().get()
    copied = person("somebody", step=chain.steps.first().pk)
    fields = chain_fields(claim, copied, replaces=chain.pk)
    assert SECRET not in post(client, "attribution-save", claim.pk, fields).content.decode()
    assert claim.attributions.standing().get().steps.get().exact == ""


def test_a_protected_name_is_no_proposal(sign_in, reviewer, editor, second_reviewer, desk):
    text = f"The ferry sank, {SECRET} told the paper."
    article = make_article(desk, reviewer, text, title="Ferry")
    claim = make_claim(article, "The ferry sank", reviewer)
    hidden = make_source(SECRET, editor, protected=True)
    assert select(sign_in(editor), claim, SECRET).context["row"]["source"].value() == hidden.pk
    row = select(sign_in(second_reviewer), claim, SECRET).context["row"]
    assert row["source"].value() is None
