"""Proposed claims over HTTP: the list, what is done with each, and who may."""

import pytest
from django.urls import reverse

from articles.actions.suggestions import accept, dismiss, propose
from articles.models import Article, Claim, Suggestion
from tests.factories import make_article, make_claim, make_source
from tests.views.reading import parsed, words

HTMX = {"HX-Request": "true"}
LIST_QUERIES = 8
TEXT = """The defence minister said the frigate would return to port on Friday.

“In late May, the whole crew vanished from the dock,” a source who lives in the port city of Larn, \
told Coastal Radio’s Danish Service on June 4.

According to the newspaper Red Sail, the number of departures has fallen in 2021."""


@pytest.fixture
def report(desk, reviewer) -> Article:
    return make_article(desk, reviewer, TEXT)


@pytest.fixture
def proposed(report) -> list[Suggestion]:
    propose(report)
    report.refresh_from_db()
    return list(Suggestion.objects.select_related("revision"))


def shown(client, article: Article, method: str = "get") -> str:
    url = reverse("article-suggestions", args=[article.pk])
    response = getattr(client, method)(url, headers=HTMX)
    assert response.status_code == 200
    return words(parsed(response))


def post(client, route: str, pk: object, **fields: object):
    return client.post(reverse(route, args=[pk]), fields, headers=HTMX)


def test_a_fresh_article_asks_for_its_proposals_and_reading_makes_none(sign_in, reviewer, report):
    client = sign_in(reviewer)
    url = reverse("article-suggestions", args=[report.pk])
    assert f'hx-post="{url}" hx-trigger="load"' in client.get(report.get_absolute_url()).text
    assert "Propose claims" in shown(client, report)
    assert not Suggestion.objects.exists()

    assert "3 proposed claims" in shown(client, report, "post")
    assert f'hx-get="{url}" hx-trigger="load"' in client.get(report.get_absolute_url()).text


def test_an_article_already_worked_on_gets_proposals_only_when_asked(sign_in, reviewer, report):
    make_claim(report, "the whole crew", reviewer)
    client = sign_in(reviewer)
    url = reverse("article-suggestions", args=[report.pk])
    assert f'hx-get="{url}" hx-trigger="load"' in client.get(report.get_absolute_url()).text
    assert "Propose claims" in shown(client, report)


def test_each_says_what_it_is_and_who_is_credited(sign_in, reviewer, report, proposed):
    make_source("Coastal Radio", reviewer)
    make_source("Rød Sejl", reviewer, aliases=["Red Sail"])
    text = shown(sign_in(reviewer), report)
    for part in (
        "the frigate would return to port on Friday The defence minister",
        "Coastal Radio, quoting an unnamed person: “a source who lives in the port city of Larn” "
        "in quotation marks",
        "the number of departures has fallen in 2021 Rød Sejl",
    ):
        assert part in text


def test_a_protected_name_is_proposed_to_nobody_else(sign_in, reviewer, editor, report, proposed):
    make_source("Deep Water", editor, aliases=["Red Sail"], protected=True)
    assert "Deep Water" not in shown(sign_in(reviewer), report)
    assert "the newspaper Red Sail" in shown(sign_in(reviewer), report)
    assert "Deep Water" in shown(sign_in(editor), report)


def test_accepting_marks_the_claim_and_tells_what_changed(sign_in, reviewer, report, proposed):
    client = sign_in(reviewer)
    answer = post(client, "suggestion-accept", proposed[0].pk, since=report.version)
    assert answer.status_code == 200
    claim = Claim.objects.get()
    html = answer.text
    assert f'id="claim-{claim.pk}"' in html
    assert 'data-claims="1"' in html
    assert "Marked claim 1." in html
    assert reverse("suggestion-take-back", args=[proposed[0].pk]) in html
    assert str(proposed[1].pk) in html
    assert "2 proposed claims" in shown(client, report)

    back = post(client, "suggestion-take-back", proposed[0].pk, version=claim.version, since=0)
    assert back.headers["HX-Retarget"] == "#suggestions"
    assert "3 proposed claims" in words(parsed(back))
    assert "data-returned" in back.text
    claim.refresh_from_db()
    assert claim.status == "withdrawn"


def test_a_dismissed_one_stays_dismissed_until_undone(sign_in, reviewer, report, proposed):
    client = sign_in(reviewer)
    answer = post(client, "suggestion-dismiss", proposed[0].pk, since=report.version)
    assert reverse("suggestion-bring-back", args=[proposed[0].pk]) in answer.text
    assert "2 proposed claims" in shown(client, report, "post")
    back = post(client, "suggestion-bring-back", proposed[0].pk)
    assert "3 proposed claims" in words(parsed(back))


def test_all_are_dismissed_at_once_and_come_back(sign_in, reviewer, report, proposed):
    client = sign_in(reviewer)
    answer = post(client, "suggestions-dismiss", report.pk)
    assert "Dismissed 3 proposals." in answer.text
    moment = parsed(answer).xpath("//input[@name='at']/@value")[0]
    assert shown(client, report) == ""
    back = post(client, "suggestions-bring-back", report.pk, at=moment)
    assert "3 proposals came back." in back.text
    assert "3 proposed claims" in shown(client, report)


@pytest.mark.parametrize("at", ["", "x", "2026-13-40", "0001-01-01T00:00:00+23:59"])
def test_no_moment_brings_nothing_back(sign_in, reviewer, report, proposed, at):
    answer = post(sign_in(reviewer), "suggestions-bring-back", report.pk, at=at)
    assert answer.status_code == 409


@pytest.mark.parametrize("route", ["suggestion-accept", "suggestion-dismiss"])
def test_who_was_quicker_is_told(sign_in, reviewer, second_reviewer, report, proposed, route):
    accept(suggestion=proposed[0], by=second_reviewer)
    dismiss(suggestion=proposed[1], by=second_reviewer)
    client = sign_in(reviewer)
    for suggestion, done in zip(proposed, ("accepted", "dismissed"), strict=False):
        answer = post(client, route, suggestion.pk, since=0)
        assert answer.status_code == 409
        assert f"samir has {done} this proposal already." in answer.text
    assert Claim.objects.count() == 1


def test_words_marked_meanwhile_are_told(sign_in, reviewer, report, proposed):
    make_claim(report, "the frigate would return to port on Friday", reviewer)
    answer = post(sign_in(reviewer), "suggestion-accept", proposed[0].pk)
    assert answer.status_code == 409
    assert "Claim 1 marks exactly these words already." in answer.text


def test_a_claim_changed_since_is_not_taken_back(sign_in, reviewer, report, proposed):
    claim = accept(suggestion=proposed[0], by=reviewer)
    answer = post(
        sign_in(reviewer), "suggestion-take-back", proposed[0].pk, version=claim.version - 1
    )
    assert answer.status_code == 409
    assert "The claim has been changed since." in answer.text


def test_edited_words_settle_the_proposal(sign_in, reviewer, report, proposed):
    client = sign_in(reviewer)
    fields = {
        "start": proposed[0].start,
        "end": proposed[0].start + len("the frigate"),
        "revision": 1,
        "suggestion": proposed[0].pk,
    }
    answer = post(client, "claim-mark", report.pk, **fields, since=report.version)
    assert answer.status_code == 200
    claim = Claim.objects.get()
    assert claim.text == "the frigate"
    assert Suggestion.objects.get(pk=proposed[0].pk).claim == claim
    assert reverse("suggestion-take-back", args=[proposed[0].pk]) in answer.text


def test_a_proposal_settled_meanwhile_is_marked_as_a_claim_of_its_own(
    sign_in, reviewer, report, proposed
):
    dismiss(suggestion=proposed[0], by=reviewer)
    fields = {"start": 0, "end": 20, "revision": 1, "suggestion": proposed[0].pk}
    assert post(sign_in(reviewer), "claim-mark", report.pk, **fields).status_code == 200
    assert Suggestion.objects.get(pk=proposed[0].pk).state == "dismissed"


@pytest.mark.parametrize("suggestion", ["x", "1"])
def test_a_proposal_that_is_none_is_bad_input(sign_in, reviewer, report, suggestion):
    fields = {"start": 0, "end": 20, "revision": 1, "suggestion": suggestion}
    assert post(sign_in(reviewer), "claim-mark", report.pk, **fields).status_code == 422
    assert not Claim.objects.exists()


def test_those_of_other_desks_see_and_do_nothing(sign_in, neighbour, outsider, report, proposed):
    for user in (neighbour, outsider):
        client = sign_in(user)
        url = reverse("article-suggestions", args=[report.pk])
        assert client.get(url).status_code == client.post(url).status_code == 404
        for route in ("accept", "take-back", "dismiss", "bring-back"):
            assert post(client, f"suggestion-{route}", proposed[0].pk).status_code == 404
        for route in ("suggestions-dismiss", "suggestions-bring-back"):
            assert post(client, route, report.pk).status_code == 404
    assert Suggestion.objects.filter(state="proposed").count() == 3


def test_without_a_script_the_list_is_a_page_with_forms(sign_in, reviewer, report):
    client = sign_in(reviewer)
    url = reverse("article-suggestions", args=[report.pk])
    assert "Propose claims" in words(parsed(client.get(url)))
    assert client.post(url).url == url
    first = Suggestion.objects.first()
    assert client.post(reverse("suggestion-accept", args=[first.pk])).url == url
    again = words(parsed(client.get(url)))
    assert "Marked claim 1." in again
    assert "2 proposed claims" in again


@pytest.mark.parametrize("count", [1, 3])
def test_any_number_costs_the_same_queries(
    sign_in, reviewer, desk, count, django_assert_num_queries
):
    for number in range(count):
        make_source(f"Union {number}", reviewer)
    text = "\n\n".join(f"Union {n} said bridge {n} would close." for n in range(count))
    article = make_article(desk, reviewer, text)
    propose(article)
    client = sign_in(reviewer)
    with django_assert_num_queries(LIST_QUERIES):
        assert shown(client, article).count("Accept") == count
