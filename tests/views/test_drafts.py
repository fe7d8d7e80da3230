"""What the draft address refuses, and what it keeps of odd texts."""

import json

import pytest
from django.urls import reverse

from articles.models import Draft


@pytest.mark.parametrize("junk", [r"\u0000", r"\ud800"], ids=["a NUL", "a lone surrogate"])
def test_draft_keeps_all_but_what_the_database_cannot(sign_in, reviewer, article, junk):
    url = reverse("article-draft", args=[article.pk])
    fields = {"form": "verdict-1", "fields_json": f'{{"rationale": "half {junk} a thought"}}'}
    assert sign_in(reviewer).post(url, fields).status_code == 204
    assert Draft.objects.get().fields == {"rationale": "half  a thought"}


BAD_DRAFTS = {
    "unknown form": {"form": "profile", "fields_json": "{}"},
    "no JSON": {"form": "edit-1", "fields_json": "{"},
    "deeply nested": {"form": "edit-1", "fields_json": "[" * 5000},
    "a list": {"form": "edit-1", "fields_json": "[1]"},
    "a number": {"form": "edit-1", "fields_json": '{"note": 1}'},
    "too long": {"form": "edit-1", "fields_json": '{"note": "%s"}' % ("x" * 20_001)},
}


@pytest.mark.parametrize("fields", BAD_DRAFTS.values(), ids=BAD_DRAFTS)
def test_bad_draft_is_refused(sign_in, reviewer, article, fields):
    url = reverse("article-draft", args=[article.pk])
    assert sign_in(reviewer).post(url, fields).status_code == 422
    assert not Draft.objects.exists()


def test_draft_gives_way_to_its_own_page_and_to_one_that_has_seen_it(sign_in, reviewer, article):
    client = sign_in(reviewer)
    url = reverse("article-draft", args=[article.pk])

    def save(text: str, revision: str, base: str = "") -> int:
        fields = json.dumps({"rationale": text} if text else {})
        draft = {"form": "verdict-1", "fields_json": fields, "revision": revision, "base": base}
        return client.post(url, draft).status_code

    assert save("one", "a:1") == 204
    assert save("one, longer", "a:2") == 204
    # It was sent before and arrives after.
    assert save("one, long", "a:1") == 204
    assert Draft.objects.get().fields == {"rationale": "one, longer"}
    assert save("two", "b:1") == 409
    assert save("", "b:2", base="a:1") == 409
    assert Draft.objects.get().fields == {"rationale": "one, longer"}

    assert save("both", "b:3", base="a:2") == 204
    assert save("one, longer still", "a:3") == 409
    assert save("", "b:4") == 204
    assert not Draft.objects.exists()
