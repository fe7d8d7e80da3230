"""A protected source's name reaches nobody without the right to it, at any address there is.

Every route of the project is asked, by GET and by POST, as a page and as a fragment, by people who
may not read the name; the whole answer, its headers, the log and the tasks are searched for it.
"""

import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponseBase
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from articles.actions.assignment import assign_claim
from articles.models import (
    Article,
    Attribution,
    AttributionStep,
    Capture,
    Citation,
    Claim,
    Desk,
    Evidence,
    Notification,
    QuotationCheck,
    SavedView,
    Source,
    Suggestion,
    User,
)
from tests.factories import (
    make_article,
    make_claim,
    make_document,
    make_evidence,
    make_source,
    make_verdict,
)
from tests.importing_pages import in_state, refuse
from tests.walking import ROUTES, ask, walk

SignIn = Callable[[User], Client]

# The name, another name, and what would give the person away.
SECRETS = ("Petrov", "Nightingale", "pavel-p.example", "Diary of the ferryman")
WORDS = "Twelve boats were lost"
TEXT = f"""{WORDS}, the ferryman said.

“Nobody came to help us,” the ferryman said. The harbour office said the river rose."""


@pytest.fixture
def secret(editor: User) -> Source:
    return make_source(
        "Pavel Petrov",
        editor,
        kind="person",
        aliases=["Nightingale"],
        homepage="https://pavel-p.example/",
        protected=True,
    )


@pytest.fixture
def things(desk: Desk, editor: User, reviewer: User, secret: Source) -> dict[str, Any]:
    """A claim that rests on the protected source in every way the product knows."""
    article = make_article(desk, reviewer, TEXT, title="Boats")
    revision = article.current_revision
    earlier = make_claim(article, "the river rose", reviewer)
    make_verdict(earlier, reviewer)
    claim = make_claim(article, WORDS, reviewer)
    document = make_document(
        desk,
        secret,
        editor,
        "Pavel Petrov writes: nobody came to help us.",
        title="Diary of the ferryman",
        url="https://pavel-p.example/diary",
    )
    evidence = make_evidence(claim, secret, editor)
    Evidence.objects.filter(pk=evidence.pk).update(
        document=document, start=0, end=12, exact="Pavel Petrov", url="https://pavel-p.example/d"
    )
    QuotationCheck.objects.create(
        evidence=evidence,
        revision=revision,
        quote_start=0,
        quote_end=len(WORDS),
        kind="altered",
        start=0,
        end=12,
        similarity=0.5,
        runs=[],
    )
    chain = Attribution.objects.create(claim=claim, created_by=editor)
    start = TEXT.index("the ferryman")
    AttributionStep.objects.create(
        attribution=chain,
        position=1,
        source=secret,
        revision=revision,
        start=start,
        end=start + 12,
        exact="the ferryman",
    )
    claim.refresh_from_db()
    Claim.objects.filter(pk=claim.pk).update(claimant=secret)
    batch = in_state("checked", desk, editor)
    refuse(batch, 20, ("source", "Pavel Petrov", "The source is gone.", "Name another."))
    return {
        "article": article,
        "claim": claim,
        "evidence": evidence,
        "source": secret,
        "document": document,
        "capture": Capture.objects.create(
            desk=desk,
            source=secret,
            url="https://pavel-p.example/diary",
            state="failed",
            reason="The page at pavel-p.example was not found.",
            requested_by=editor,
        ),
        "batch": batch,
        "notification": Notification.objects.create(user=reviewer, claim=claim, kind="recheck"),
        "attribution": chain,
        "suggestion": Suggestion.objects.create(
            revision=revision, start=0, end=len(WORDS), quoted=False, unnamed=False
        ),
        "view": SavedView.objects.create(owner=editor, desk=desk, name="Waiting"),
        "citation": Citation.objects.create(
            claim=claim, cited=earlier, verdict=earlier.verdicts.get(), created_by=reviewer
        ),
    }


QUERY = {"q": "a", "source_name": "Pav", "name": "Pav", "claim": "2", "since": "0", "start": "0"}
QUERY |= {"end": "9", "withdrawn": "1", "sort": "newest"}


def forms(things: dict[str, Any]) -> dict[str, str]:
    """What the forms of the panel send: enough to get past them, in every spelling of a prefix."""
    claim, article = things["claim"], things["article"]
    fields = {
        "version": str(claim.version),
        "revision": "1",
        "start": str(TEXT.index("The harbour")),
        "end": str(len(TEXT) - 1),
        "note": "",
        "source": str(things["source"].pk),
        "source_name": "Pav",
        "source_kind": "person",
        "relation": "supports",
        "document": str(things["document"].pk),
        "cited": str(claim.pk),
        "rating": "true",
        "attribution_accuracy": "accurate",
        "rationale": "So it is.",
        "move": "start",
        "assignee": "rosa",
        "reason": "Not my language.",
        "priority": "1",
        "kind": "figure",
        "due_on": "2026-12-01",
        "url": "https://example.org/",
        "article": str(article.pk),
    }
    prefixes = ("", "evidence-", "edit-", "verdict-", "assign-", "document-", "step-")
    prefixes += ("skip-", "back-", "plan-")
    return {prefix + name: value for prefix in prefixes for name, value in fields.items()}


def found_in(response: HttpResponseBase) -> list[str]:
    """The secrets in the whole answer."""
    body = b"".join(response) if response.streaming else response.content
    whole = body.decode(errors="replace") + str(response.headers) + str(response.cookies)
    return [secret for secret in SECRETS if secret.casefold() in whole.casefold()]


@pytest.mark.parametrize("person", ["reviewer", "neighbour", "outsider", None])
def test_no_address_tells_the_name(
    request: pytest.FixtureRequest,
    sign_in: SignIn,
    things: dict[str, Any],
    person: str | None,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    user = request.getfixturevalue(person) if person else None
    leaks = []
    for _, url, client in walk(sign_in(user) if user else None, ROUTES, things):
        for response in ask(client, url, QUERY, forms(things)):
            assert response.status_code != 500, url
            if secrets := found_in(response):
                leaks.append((response.wsgi_request.method, url, secrets))
    assert leaks == []
    told = [line for line in caplog.messages if any(secret in line for secret in SECRETS)]
    assert [line for line in told if "SELECT" not in line and "UPDATE" not in line] == []
    payloads = " ".join(str(job.args) for job in ProcrastinateJob.objects.all())
    assert [secret for secret in SECRETS if secret in payloads] == []


def panel(client: Client, things: dict[str, Any]) -> str:
    return client.get(f"/claims/{things['claim'].pk}/", follow=True).content.decode()


def test_those_with_the_right_read_it(
    sign_in: SignIn, editor: User, admin: User, things: dict[str, Any]
) -> None:
    """Or the test above could not fail."""
    for person in (editor, admin):
        assert "Pavel Petrov" in panel(sign_in(person), things)


def assign(claim: Claim, to: User | None, by: User) -> None:
    claim.refresh_from_db()
    assign_claim(claim=claim, seen=claim.version, assignee=to, by=by)


def test_the_reviewer_an_editor_assigns_reads_it_while_assigned(
    sign_in: SignIn, editor: User, second_reviewer: User, things: dict[str, Any]
) -> None:
    client = sign_in(second_reviewer)
    assert "Petrov" not in panel(client, things)
    assign(things["claim"], second_reviewer, editor)
    assert "Pavel Petrov" in panel(client, things)
    assert "Pavel Petrov" in client.get(f"/sources/{things['source'].pk}/").content.decode()
    assign(things["claim"], None, editor)
    assert "Petrov" not in panel(client, things)


def test_taking_a_claim_up_oneself_opens_no_name(
    sign_in: SignIn, second_reviewer: User, things: dict[str, Any]
) -> None:
    client = sign_in(second_reviewer)
    claim = things["claim"]
    Claim.objects.filter(pk=claim.pk).update(status="open", assignee=None, assigned_by=None)
    client.post(f"/claims/{claim.pk}/move/", {"version": claim.version, "move": "start"})
    claim.refresh_from_db()
    assert claim.assignee == second_reviewer
    assert "Petrov" not in panel(client, things)


def test_one_who_has_left_the_desk_reads_it_no_more(
    sign_in: SignIn, editor: User, second_reviewer: User, things: dict[str, Any]
) -> None:
    assign(things["claim"], second_reviewer, editor)
    second_reviewer.memberships.all().delete()
    assert not things["source"].named_to(User.objects.get(pk=second_reviewer.pk))


def test_a_protected_name_may_be_given_to_another_source_without_telling(
    sign_in: SignIn, reviewer: User, things: dict[str, Any], article: Article
) -> None:
    """A refusal would tell a stranger that the name is known here."""
    claim = make_claim(article, "two metres", reviewer)
    fields = {
        "evidence-version": claim.version,
        "evidence-source_name": "Pavel Petrov",
        "evidence-source_kind": "person",
        "evidence-relation": "supports",
    }
    response = sign_in(reviewer).post(f"/claims/{claim.pk}/evidence/", fields)
    assert response.status_code == 302
    made = Evidence.objects.get(claim=claim).source
    assert (made.name, made.protected) == ("Pavel Petrov", False)
    assert made != things["source"]
