"""How a second tab, or a second person's, hears of changes."""

import pytest
from django.urls import reverse

from articles.actions.claims import move_span
from articles.actions.moves import withdraw_claim
from tests.factories import make_claim, make_verdict


def changes(client, article, since):
    return client.get(reverse("article-changes", args=[article.pk]), {"since": since})


def test_nothing_new_is_an_empty_answer(sign_in, reviewer, article):
    make_claim(article, "The river rose", reviewer)
    response = changes(sign_in(reviewer), article, 1)
    assert (response.status_code, response.content) == (204, b"")


def test_only_what_changed_since_is_sent(sign_in, reviewer, second_reviewer, article):
    first = make_claim(article, "The river rose", reviewer)
    second = make_claim(article, "12,000 people", reviewer)

    html = changes(sign_in(second_reviewer), article, 1).content.decode()

    assert f'id="claim-{second.pk}"' in html
    assert f'id="claim-{first.pk}"' not in html
    assert 'id="block-2"' in html
    assert 'id="block-0"' not in html
    assert '<input type="hidden" id="since" name="since" value="2">' in html


def test_rows_come_in_one_list_for_the_page_to_take_in(sign_in, reviewer, article):
    make_claim(article, "The river rose", reviewer)
    html = changes(sign_in(reviewer), article, 0).content.decode()
    assert '<ol id="changed-rows" hidden hx-swap-oob="true"><li id="claim-' in html


def test_withdrawn_claim_leaves_its_block(sign_in, reviewer, article):
    claim = make_claim(article, "The river rose", reviewer)
    withdraw_claim(claim=claim, seen=1, by=reviewer)

    html = changes(sign_in(reviewer), article, 1).content.decode()

    assert 'id="block-0"' in html
    assert "<mark" not in html
    assert "claim-row withdrawn" in html


def test_moved_claim_changes_the_block_it_left_and_the_block_it_came_to(sign_in, reviewer, article):
    claim = make_claim(article, "The river rose", reviewer)
    start = article.current_revision.text.index("12,000")
    move_span(claim=claim, seen=1, start=start, end=start + 6, by=reviewer)

    html = changes(sign_in(reviewer), article, 1).content.decode()

    assert 'id="block-0"' in html
    assert '<mark class="status-open depth-1" data-claims="1">12,000</mark>' in html


@pytest.mark.parametrize("since", ["", "-1", "x", "9" * 40])
def test_a_since_that_is_no_number_is_nothing_heard(sign_in, reviewer, article, since):
    make_claim(article, "The river rose", reviewer)
    assert changes(sign_in(reviewer), article, since).status_code == 204


def test_changes_of_another_desk_are_not_found(sign_in, neighbour, article):
    assert changes(sign_in(neighbour), article, 0).status_code == 404


def test_a_verdict_awaiting_its_second_is_not_told(sign_in, reviewer, second_reviewer, article):
    claim = make_claim(article, "The river rose", reviewer)
    make_verdict(claim, reviewer, "false", second_review=True)

    html = changes(sign_in(second_reviewer), article, 1).content.decode()

    assert "Awaiting second review" in html
    assert "rating-" not in html
