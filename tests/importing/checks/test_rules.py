"""The checks have no Django: what they say of the models and forms is held against them here."""

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Model

from articles.actions.attribution import MAX_CHAINS, MAX_STEPS
from articles.actions.claims import MAX_CLAIM
from articles.forms.claims import EditClaimForm, EvidenceForm, VerdictForm
from articles.forms.documents import WebAddressField
from articles.forms.sources import LONGEST_NAME, MOST_ALIASES
from articles.importing.checks import rules
from articles.models import (
    Article,
    AttributionStep,
    Claim,
    Document,
    Evidence,
    Rating,
    Source,
    Status,
    User,
)
from articles.models.claim import Accuracy
from articles.models.workflow import DECIDED


def test_choices_are_those_of_the_models():
    assert list(rules.RATINGS) == Rating.values
    assert list(rules.ACCURACIES) == Accuracy.values
    assert list(rules.STATUSES) == Status.values
    assert list(rules.RELATIONS) == Evidence.Relation.values
    assert list(rules.SOURCE_KINDS) == Source.Kind.values
    assert set(rules.JUDGED) == {*DECIDED, Status.NEEDS_RECHECK}


@pytest.mark.parametrize(
    ("model", "name", "longest"),
    [
        (Article, "title", rules.TITLE),
        (Article, "byline", rules.NAME),
        (Article, "publisher", rules.NAME),
        (Article, "url", rules.URL),
        (Article, "language", rules.LANGUAGE),
        (Article, "external_id", rules.ID),
        (Claim, "external_id", rules.ID),
        (Source, "name", rules.NAME),
        (Source, "homepage", rules.URL),
        (Source, "external_id", rules.ID),
        (Document, "title", rules.TITLE),
        (Document, "byline", rules.NAME),
        (Document, "url", rules.URL),
        (Document, "language", rules.LANGUAGE),
        (Document, "external_id", rules.ID),
        (Evidence, "url", rules.URL),
        (AttributionStep, "description", rules.NAME),
        (User, "username", rules.USER_NAME),
    ],
)
def test_lengths_are_those_of_the_models(model: type[Model], name: str, longest: int):
    assert model._meta.get_field(name).max_length == longest


def test_limits_are_those_of_the_forms_and_actions():
    assert EditClaimForm.base_fields["note"].max_length == rules.NOTE
    assert EvidenceForm.base_fields["note"].max_length == rules.NOTE
    assert VerdictForm.base_fields["rationale"].max_length == rules.RATIONALE
    assert (LONGEST_NAME, MOST_ALIASES) == (rules.NAME, rules.ALIASES)
    assert (MAX_CLAIM, MAX_STEPS, MAX_CHAINS) == (rules.CLAIM, rules.STEPS, rules.CHAINS)


ADDRESSES = {
    "https://example.org": True,
    "http://example.org/": True,
    "HTTPS://Example.ORG/A?b=c#d": True,
    "https://example.org:8443/a": True,
    "https://example.org?q=1": True,
    "https://example.org.": True,
    "https://a-b.example.co.uk/문서": True,
    "https://한국.kr/": True,
    "https://xn--3e0b707e.xn--3e0b707e/": True,
    "http://localhost:8000/a": True,
    "http://127.0.0.1/": True,
    "http://[::1]/a": True,
    "https://example": False,
    "https://": False,
    "https:///a": False,
    "https://exa mple.org/": False,
    "https://example.org/a b": False,
    "https://-a.org/": False,
    "https://a-.org/": False,
    "https://a..org/": False,
    "https://example.org:port/": False,
    "https://example.org:999999/": False,
    "https://999.1.1.1/": False,
    "https://example.123/": False,
    f"https://{'a' * 64}.org/": False,
    f"https://{'a.' * 127}org/": False,
    "https://exa_mple.org/": False,
}


@pytest.mark.parametrize(("url", "good"), ADDRESSES.items(), ids=str)
def test_addresses_are_judged_as_the_forms_judge_them(url: str, good: bool):
    assert bool(rules.WEB_ADDRESS.fullmatch(url)) is good
    try:
        WebAddressField().clean(url)
    except ValidationError:
        assert not good
    else:
        assert good


def test_a_hostile_address_takes_no_time():
    assert not rules.WEB_ADDRESS.fullmatch("https://" + "a-" * 990)
    assert not rules.WEB_ADDRESS.fullmatch("https://" + "a." * 990)
