"""The first verdict is told by no answer there is to whoever may still review the claim.

Every address of the project is asked in two worlds that differ in the first verdict alone. Where
the answers differ, they tell of it.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client

from articles.models import (
    Article,
    Attribution,
    Capture,
    Citation,
    Notification,
    SavedView,
    Suggestion,
    User,
    Verdict,
)
from articles.models.review import Dispute
from tests.factories import make_claim, make_document, make_evidence, make_verdict
from tests.importing_pages import in_state
from tests.walking import ROUTES, ask, walk

SignIn = Callable[[User], Client]
WORLDS = (
    {"rating": "true", "attribution_accuracy": "accurate", "rationale": "Three gauges show it."},
    {"rating": "opinion", "attribution_accuracy": "altered", "rationale": "Nobody can measure it."},
)
RECORD, OPEN = "claims/<uuid:pk>/verdicts/", "claims/<uuid:pk>/adjudicate/open/"
MOVE = "claims/<uuid:pk>/move/"
QUERY = {"q": "river", "claim": "1", "since": "0", "start": "0", "end": "9", "name": "Min"}


@pytest.fixture
def things(article: Article, source: Any, reviewer: User, admin: User) -> dict[str, Any]:
    desk, revision = article.desk, article.current_revision
    claim = make_claim(article, "The river rose by two metres", reviewer)
    earlier = make_claim(article, "12,000 people left their homes", reviewer)
    decided = make_verdict(earlier, reviewer)
    document = make_document(desk, source, reviewer, "The river rose by two metres in a night.")
    return {
        "article": article,
        "claim": claim,
        "evidence": make_evidence(claim, source, reviewer),
        "source": source,
        "document": document,
        "capture": Capture.objects.create(
            desk=desk, source=source, url="https://example.org/", requested_by=reviewer
        ),
        "batch": in_state("checked", desk, admin),
        "attribution": Attribution.objects.create(claim=claim, created_by=reviewer),
        "suggestion": Suggestion.objects.create(
            revision=revision, start=0, end=9, quoted=False, unnamed=False
        ),
        "citation": Citation.objects.create(
            claim=claim, cited=earlier, verdict=decided, created_by=reviewer
        ),
    }


def fields(things: dict[str, Any]) -> dict[str, str]:
    """What the forms send: enough to get past them, in every spelling of a prefix."""
    claim = things["claim"]
    claim.refresh_from_db()
    values = {
        "version": str(claim.version),
        "revision": "1",
        "start": "70",
        "end": "90",
        "note": "Look again.",
        "source": str(things["source"].pk),
        "relation": "refutes",
        "document": str(things["document"].pk),
        "cited": str(things["citation"].cited_id),
        "rating": "mostly_true",
        "attribution_accuracy": "accurate",
        "rationale": "So it is.",
        "no_evidence": "None.",
        "move": "withdraw",
        "assignee": "rosa",
        "url": "https://example.org/",
        "article": str(things["article"].pk),
        "reviewers": "3",
    }
    prefixes = ("", "evidence-", "edit-", "verdict-", "assign-", "document-", "step-")
    return {prefix + name: value for prefix in prefixes for name, value in values.items()}


# What differs between two answers that say the same: ids, hashes, tokens and times.
SHIFTING = re.compile(
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[0-9a-f]{64}\b|\b[A-Za-z0-9]{64}\b"
    r"|\b[0-9a-f]{32}-\d+\b|\b\d{10}\.\d+\b|\bnow\b|\b(an?|\d+)\s(second|minute)s? ago\b"
    r"|\d{4}-\d\d-\d\d(T|%20| )[\d:.+]+|\b(\d\d?(:\d\d)? [ap]\.m\.|noon|midnight)"
    r"|\b\d\d?:\d\d(:\d\d)?\b|/\d+/(?=change|history|delete)"
)


def whole(response: HttpResponseBase) -> str:
    body = b"".join(response) if response.streaming else response.content
    headers = {name: value for name, value in response.headers.items() if name != "Content-Length"}
    return f"{response.status_code} {headers}\n{body.decode(errors='replace')}"


def said(text: str) -> str:
    return SHIFTING.sub("·", text)


def same(one: str, other: str) -> bool:
    """Whether two answers say the same. To look for what shifts takes long, so first by lines."""
    lines, others = one.split("\n"), other.split("\n")
    if len(lines) != len(others):
        return said(one) == said(other)
    pairs = zip(lines, others, strict=True)
    return all(a == b or said(a) == said(b) for a, b in pairs) or said(one) == said(other)


def answers(
    client: Client, routes: list[str], things: dict[str, Any]
) -> dict[tuple[str, int], str]:
    """What every address answers, by its route and the kind of request."""
    found = {}
    for route, url, visitor in walk(client, routes, things):
        posts = [fields(things)]
        if route == MOVE:
            posts += [posts[0] | {"move": name} for name in ("return", "recheck", "publish")]
        kind = 0
        for post in posts:
            for response in ask(visitor, url, QUERY, post, follow=True):
                assert response.status_code != 500, route
                found[route, kind] = whole(response)
                kind += 1
    return found


# Nobody but an admin gets further into the Django admin than its door.
OURS = [route for route in ROUTES if not route.startswith(("accounts/", "admin/"))]
ADMIN = [route for route in ROUTES if route.startswith("admin/articles/")]


@pytest.mark.parametrize(
    ("person", "routes", "telling"),
    [
        ("second_reviewer", ROUTES, {RECORD}),
        ("editor", OURS, {RECORD, OPEN}),
        ("admin", OURS + ADMIN, {RECORD, OPEN}),
    ],
    ids=["second reviewer", "editor", "admin"],
)
def test_only_judging_it_or_giving_up_to_judge_it_tells_of_the_first_verdict(
    request: pytest.FixtureRequest,
    sign_in: SignIn,
    things: dict[str, Any],
    reviewer: User,
    person: str,
    routes: list[str],
    telling: set[str],
) -> None:
    """Those two do tell, which shows that the walk can find what an answer tells."""
    user = request.getfixturevalue(person)
    worlds = []
    for judgement in WORLDS:
        cache.clear()
        with transaction.atomic():
            verdict = make_verdict(things["claim"], reviewer, second_review=True, **judgement)
            told = Notification.objects.create(user=user, kind="recheck", claim=things["claim"])
            known = things | {"verdict": verdict, "notification": told}
            known["view"] = SavedView.objects.create(owner=user, name="Waiting")
            worlds.append(answers(sign_in(User.objects.get(pk=user.pk)), routes, known))
            transaction.set_rollback(True)
    one, other = worlds
    assert one.keys() == other.keys()
    assert {route for route, kind in one if not same(one[route, kind], other[route, kind])} == (
        telling
    )


def test_the_reviewers_themselves_are_told_apart(
    sign_in: SignIn, things: dict[str, Any], reviewer: User
) -> None:
    """Or the test above could not fail for pages that are asked for."""
    pages = []
    for judgement in WORLDS:
        with transaction.atomic():
            make_verdict(things["claim"], reviewer, second_review=True, **judgement)
            page = sign_in(reviewer).get(things["claim"].get_absolute_url())
            pages.append(said(whole(page)))
            transaction.set_rollback(True)
    assert pages[0] != pages[1]
    assert "Three gauges show it." in pages[0]
    assert not Verdict.objects.filter(claim=things["claim"]).exists()
    assert not Dispute.objects.exists()
