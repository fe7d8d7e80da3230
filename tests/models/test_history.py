"""The database keeps every row as it was before a change, with who changed it."""

from collections.abc import Callable

import pghistory
import pytest
from django.apps import apps
from django.db import DatabaseError
from django.test import Client
from pghistory.models import Event

from articles.actions.claims import edit_claim
from articles.models import Article, Claim, Source, User
from tests.factories import make_claim, make_evidence


def events(name: str) -> list[Event]:
    return list(apps.get_model("articles", f"{name}Event").objects.order_by("pgh_id"))


@pytest.fixture
def claim(article: Article, reviewer: User) -> Claim:
    return make_claim(article, "two metres", reviewer)


def test_an_edit_leaves_the_old_row_and_its_author(
    claim: Claim, reviewer: User, sign_in: Callable[[User], Client]
) -> None:
    form = {"edit-version": claim.version, "edit-note": "From the gauge"}
    sign_in(reviewer).post(f"/claims/{claim.pk}/edit/", form)
    [event] = events("Claim")
    assert (event.pgh_obj_id, event.note, event.pgh_label) == (claim.pk, "", "update")
    context = event.pgh_context.metadata
    assert (context["user"], context["url"]) == (reviewer.pk, f"/claims/{claim.pk}/edit/")


def test_an_edit_past_the_application_is_kept_as_well(claim: Claim) -> None:
    Claim.objects.update(note="By hand")
    assert [event.note for event in events("Claim")] == [""]


def test_who_acts_outside_a_request_may_be_named(claim: Claim, editor: User) -> None:
    with pghistory.context(user=editor.pk):
        edit_claim(claim=claim, seen=claim.version, by=editor, note="x", claimant=None)
    assert events("Claim")[0].pgh_context.metadata == {"user": editor.pk}


@pytest.mark.parametrize("name", ["Article", "Source", "Evidence"])
def test_changes_of_all_that_matters_are_kept(
    name: str, claim: Claim, source: Source, reviewer: User
) -> None:
    make_evidence(claim, source, reviewer)
    change = {"Article": {"title": "Low"}, "Source": {"name": "Fire"}, "Evidence": {"note": "x"}}
    apps.get_model("articles", name).objects.update(**change[name])
    [event] = events(name)
    assert event.pgh_label == "update"
    assert getattr(event, next(iter(change[name]))) != next(iter(change[name].values()))


def test_counting_claims_is_no_change_of_the_article(claim: Claim, reviewer: User) -> None:
    assert events("Article") == []


def test_a_deletion_is_kept_down_to_the_anchors(claim: Claim) -> None:
    Claim.objects.all().delete()
    assert [event.pgh_label for event in events("Claim")] == ["delete"]
    assert [event.exact for event in events("Anchor")] == ["two metres"]


@pytest.mark.parametrize("verb", ["update", "delete"])
def test_events_are_never_changed(claim: Claim, verb: str) -> None:
    Claim.objects.update(note="x")
    model = apps.get_model("articles", "ClaimEvent")
    with pytest.raises(DatabaseError, match="Cannot update or delete rows"):
        model.objects.update(note="y") if verb == "update" else model.objects.all().delete()
