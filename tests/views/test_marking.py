"""Marking claims over HTTP, as the annotate page does."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from articles.models import Anchor, Article, Claim, User
from tests.factories import TEXT, make_article, make_claim

HTMX = {"HX-Request": "true"}


def mark(client: Client, article: Article, start: int, end: int, **extra: object):
    fields = {"start": start, "end": end, "revision": 1, "since": 0} | extra
    return client.post(reverse("claim-mark", args=[article.pk]), fields, headers=HTMX)


def test_marked_words_are_anchored_by_code_points(sign_in, reviewer: User, article: Article):
    text = article.current_revision.text
    start = text.index("🇰🇷")
    response = mark(sign_in(reviewer), article, start, start + 2 + len(" The figure may rise."))

    assert response.status_code == 200
    anchor = Anchor.objects.get()
    assert anchor.exact == "🇰🇷 The figure may rise."
    assert (anchor.start, anchor.end) == (start, len(text))
    assert anchor.prefix.endswith("left their homes. ")
    assert anchor.suffix == ""
    assert anchor.claim.text == anchor.exact


def test_answer_brings_the_panel_the_block_the_row_and_an_undo(sign_in, reviewer, article):
    response = mark(sign_in(reviewer), article, 0, 9)

    claim = Claim.objects.get()
    html = response.content.decode()
    assert f'data-claim="{claim.pk}"' in html
    assert '<mark class="status-open depth-1" data-claims="1">The river</mark> rose' in html
    assert f'id="claim-{claim.pk}"' in html
    assert reverse("claim-withdraw", args=[claim.pk]) in html
    assert "Marked claim 1." in html


def test_plain_post_is_redirected_to_the_claim(sign_in, reviewer, article):
    url = reverse("claim-mark", args=[article.pk])
    response = sign_in(reviewer).post(url, {"start": 0, "end": 9, "revision": 1})

    assert response.status_code == 302
    assert response.url == f"/articles/{article.pk}/?claim=1"


BAD_SPANS = {
    "outside the text": (0, 100_000, "outside the text"),
    "end before start": (30, 10, "ends before it starts"),
    "nothing at all": (10, 10, "holds no text"),
    "only white space": (TEXT.index("\n\n"), TEXT.index("\n\n") + 2, "holds no text"),
    "half a flag": (TEXT.index("🇰🇷"), TEXT.index("🇰🇷") + 1, "splits a character"),
    "negative": (-4, 10, "greater than or equal to 0"),
    "no number": ("x", 10, "whole number"),
    "beyond what the database counts": (0, 10**30, "outside"),
}


@pytest.mark.parametrize(("start", "end", "message"), BAD_SPANS.values(), ids=BAD_SPANS)
def test_bad_span_is_refused_with_a_reason(sign_in, reviewer, article, start, end, message):
    response = mark(sign_in(reviewer), article, start, end)

    assert response.status_code == 422
    assert message in response.content.decode()
    assert response["HX-Retarget"] == "#new-claim"
    assert not Claim.objects.exists()
    article.refresh_from_db()
    assert (article.version, article.claims_made) == (0, 0)


def test_note_survives_a_refused_span(sign_in, reviewer, article):
    response = mark(sign_in(reviewer), article, 30, 10, note="ask the harbour office")
    assert "ask the harbour office" in response.content.decode()


def test_words_already_marked_open_that_claim(sign_in, reviewer, second_reviewer, article):
    claim = make_claim(article, "The river rose", reviewer)

    response = mark(sign_in(second_reviewer), article, 0, len("The river rose"))

    assert response.status_code == 409
    html = response.content.decode()
    assert "Claim 1 marks exactly these words already." in html
    assert f'data-claim="{claim.pk}"' in html
    assert Claim.objects.count() == 1


def test_overlapping_and_nested_claims_cut_the_text_into_segments(sign_in, reviewer, article):
    make_claim(article, "The river rose by two metres", reviewer)
    make_claim(article, "two metres in one night", reviewer)

    html = sign_in(reviewer).get(reverse("article", args=[article.pk])).content.decode()

    assert (
        '<mark class="status-open depth-1" data-claims="1">The river rose by </mark>'
        '<mark class="status-open depth-2" data-claims="1 2">two metres</mark>'
        '<mark class="status-open depth-1" data-claims="2"> in one night</mark>'
    ) in html


def test_revision_that_is_no_longer_current_is_a_conflict(sign_in, reviewer, article):
    response = mark(sign_in(reviewer), article, 0, 9, revision=2)
    assert response.status_code == 409
    assert "new revision" in response.content.decode()
    assert not Claim.objects.exists()


def test_article_of_another_desk_is_not_found(sign_in, neighbour, article):
    assert mark(sign_in(neighbour), article, 0, 9).status_code == 404
    assert not Claim.objects.exists()


def test_unknown_article_is_not_found(sign_in, reviewer, article):
    article.pk = uuid4()
    assert mark(sign_in(reviewer), article, 0, 9).status_code == 404


def test_more_than_a_claim_is_refused(sign_in, reviewer, desk):
    article = make_article(desk, reviewer, "word " * 3000)
    response = mark(sign_in(reviewer), article, 0, 10_004)

    assert response.status_code == 422
    assert "at most 10,000 characters; this selection has 10,004" in response.content.decode()
    assert not Claim.objects.exists()
