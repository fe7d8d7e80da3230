"""Eight reviewers at work on one article at once, each over a connection of their own."""

import itertools
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from articles.actions.suggestions import propose
from articles.models import Anchor, Article, Claim, Desk, Draft, Suggestion, Verdict
from articles.models.verdict import broken_links
from tests.factories import make_article, make_claim, make_person, make_verdict

WRITERS = 8
EACH = 6
HTMX = {"HX-Request": "true"}


def in_parallel(work, inputs):
    def closing(value):
        try:
            return work(value)
        finally:
            connection.close()

    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(closing, inputs))


@pytest.fixture
def clients(transactional_db, desk) -> list[Client]:
    clients = [Client() for _ in range(WRITERS)]
    for number, client in enumerate(clients):
        client.force_login(make_person(f"writer{number}", desk=desk))
    return clients


@pytest.fixture
def long_article(transactional_db, desk) -> Article:
    return make_article(desk, make_person("author"), " ".join(f"word{n:03}" for n in range(200)))


def test_every_claim_of_eight_writers_is_saved_once(clients, long_article):
    url = reverse("claim-mark", args=[long_article.pk])

    def write(writer: int) -> list[int]:
        places = [(writer * EACH + n) * 8 for n in range(EACH)]
        return [
            clients[writer]
            .post(url, {"start": at, "end": at + 7, "revision": 1, "since": 0}, headers=HTMX)
            .status_code
            for at in places
        ]

    statuses = list(itertools.chain(*in_parallel(write, range(WRITERS))))

    assert statuses == [200] * (WRITERS * EACH)
    numbers = Claim.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, WRITERS * EACH + 1))
    assert Anchor.objects.values("start").distinct().count() == WRITERS * EACH
    long_article.refresh_from_db()
    assert long_article.version == long_article.claims_made == WRITERS * EACH


def test_eight_at_once_on_the_same_words_make_one_claim(clients, long_article):
    url = reverse("claim-mark", args=[long_article.pk])

    def write(writer: int) -> int:
        fields = {"start": 0, "end": 7, "revision": 1, "since": 0}
        return clients[writer].post(url, fields, headers=HTMX).status_code

    statuses = in_parallel(write, range(WRITERS))

    assert sorted(statuses) == [200] + [409] * (WRITERS - 1)
    assert Claim.objects.count() == 1


def test_one_of_eight_edits_of_the_same_version_wins_and_none_is_lost_unsaid(clients, long_article):
    claim = make_claim(long_article, "word000", long_article.created_by)
    url = reverse("claim-edit", args=[claim.pk])

    def write(writer: int) -> tuple[int, str]:
        fields = {"edit-version": 1, "edit-note": f"note of writer {writer}"}
        response = clients[writer].post(url, fields, headers=HTMX)
        return response.status_code, response.content.decode()

    answers = in_parallel(write, range(WRITERS))

    assert sorted(status for status, _ in answers) == [200] + [409] * (WRITERS - 1)
    claim.refresh_from_db()
    for writer, (status, html) in enumerate(answers):
        assert f"note of writer {writer}" in html
        assert (claim.note == f"note of writer {writer}") == (status == 200)


def test_verdicts_at_once_make_one_whole_chain(clients, long_article):
    claims = [
        make_claim(long_article, f"word{number:03}", long_article.created_by)
        for number in range(WRITERS)
    ]

    def write(writer: int) -> int:
        fields = {
            "verdict-version": claims[writer].version,
            "verdict-rating": "true",
            "verdict-attribution_accuracy": "accurate",
            "verdict-rationale": f"Checked by writer {writer}.",
            "verdict-no_evidence": "Seen with their own eyes.",
        }
        url = reverse("verdict-record", args=[claims[writer].pk])
        return clients[writer].post(url, fields, headers=HTMX).status_code

    assert in_parallel(write, range(WRITERS)) == [200] * WRITERS
    assert sorted(Verdict.objects.values_list("seq", flat=True)) == list(range(1, WRITERS + 1))
    assert list(broken_links(Verdict.objects.all())) == []


def test_eight_openers_at_once_propose_each_claim_once(clients, long_article):
    article = make_article(
        long_article.desk,
        long_article.created_by,
        "\n\n".join(f"The mayor said bridge {n} would close." for n in range(40)),
    )
    url = reverse("article-suggestions", args=[article.pk])

    def opened(writer: int) -> tuple[int, int]:
        response = clients[writer].post(url, headers=HTMX)
        return response.status_code, response.text.count('class="suggestion"')

    assert in_parallel(opened, range(WRITERS)) == [(200, 40)] * WRITERS
    assert Suggestion.objects.count() == 40


def test_eight_at_once_on_one_proposal_make_one_claim(clients, long_article):
    article = make_article(
        long_article.desk, long_article.created_by, "The mayor said the bridge would close."
    )
    propose(article)
    url = reverse("suggestion-accept", args=[Suggestion.objects.get().pk])

    def accepted(writer: int) -> tuple[int, bool]:
        response = clients[writer].post(url, {"since": 0}, headers=HTMX)
        return response.status_code, "has accepted this proposal already" in response.text

    answers = in_parallel(accepted, range(WRITERS))

    assert sorted(answers) == [(200, False)] + [(409, True)] * (WRITERS - 1)
    assert Claim.objects.count() == 1


def test_of_the_first_drafts_of_eight_tabs_one_is_kept_and_the_others_are_told(desk, long_article):
    author = make_person("rosa", desk=desk)
    url = reverse("article-draft", args=[long_article.pk])
    tabs = [Client() for _ in range(WRITERS)]
    for tab in tabs:
        tab.force_login(author)

    def save(number: int) -> int:
        fields = json.dumps({"note": f"from tab {number}"})
        draft = {"form": "new-claim", "fields_json": fields, "revision": f"{number}:1"}
        return tabs[number].post(url, draft).status_code

    statuses = in_parallel(save, range(WRITERS))

    assert sorted(statuses) == [204] + [409] * (WRITERS - 1)
    assert Draft.objects.get().fields == {"note": f"from tab {statuses.index(204)}"}


def test_a_desk_that_asks_for_fewer_leaves_no_verdict_of_that_moment_waiting(desk, long_article):
    """The admin's change and the last verdict at once: neither waits for the other for ever, and
    the claim that has as many verdicts as are required now is decided."""
    Desk.objects.update(reviewers=3)
    boss = make_person("boss", role="admin")
    reviewers = [make_person(f"reviewer{number}", desk=desk) for number in range(WRITERS)]
    claims = [make_claim(long_article, f"word{number:03}", boss) for number in range(WRITERS)]
    for claim in claims:
        make_verdict(claim, reviewers[0])
    admin = Client()
    admin.force_login(boss)
    url = reverse("admin:articles_desk_change", args=[desk.pk])
    form = {"name": desk.name, "slug": desk.slug, "reviewers": "2"}
    for part in ("memberships", "review_rules"):
        form |= {f"{part}-TOTAL_FORMS": "0", f"{part}-INITIAL_FORMS": "0"}

    def work(number: int) -> int:
        if number == 0:
            return admin.post(url, form).status_code
        make_verdict(claims[number], reviewers[number])
        return 302

    assert in_parallel(work, range(WRITERS)) == [302] * WRITERS
    statuses = Claim.objects.exclude(pk=claims[0].pk).values_list("status", flat=True)
    assert set(statuses) == {"decided"}
