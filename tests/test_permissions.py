"""Who may do what: a row per action, a column per person.

Each action is tried through its gate or its view. ``ok`` is done; ``no`` is refused as beyond the
person's role (403); ``404`` is answered as if the thing did not exist; ``in`` asks to sign in.
"""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model
from django.http import Http404
from django.test import Client
from django.utils import timezone

from articles import permissions as p
from articles.actions.moves import move_claim
from articles.models import (
    Article,
    Attribution,
    Capture,
    Citation,
    Claim,
    Desk,
    Evidence,
    Notification,
    RuleError,
    SavedView,
    Source,
    Suggestion,
    Transition,
    User,
    Verdict,
)
from articles.models.workflow import MOVES
from articles.roles import ROLES
from articles.urls import urlpatterns
from tests.factories import make_claim, make_document, make_evidence, make_source, make_verdict
from tests.importing_pages import make_batch

PEOPLE = ("reviewer", "second_reviewer", "editor", "admin", "neighbour", "outsider")
SignIn = Callable[[User], Client]


@pytest.fixture
def claim(article: Article, reviewer: User) -> Claim:
    return make_claim(article, "two metres", reviewer)


@pytest.fixture
def evidence(claim: Claim, source: Source, reviewer: User) -> Evidence:
    return make_evidence(claim, source, reviewer)


@pytest.fixture
def hidden(reviewer: User) -> Source:
    return make_source("Pavel Petrov", reviewer, protected=True)


@pytest.fixture
def people(request: pytest.FixtureRequest) -> dict[str, User]:
    return {name: request.getfixturevalue(name) for name in PEOPLE}


def outcome(act: Callable[..., object], *args: Any, **kwargs: Any) -> str:
    try:
        with transaction.atomic():
            act(*args, **kwargs)
    except Http404:
        return "404"
    except (PermissionDenied, RuleError):
        return "no"
    return "ok"


# fmt: off
GATES: dict[str, tuple[str, ...]] = {
    #                    reviewer second  editor admin neighbour outsider
    "view_article":     ("ok",    "ok",   "ok",  "ok", "404",    "404"),
    "change_article":   ("no",    "no",   "ok",  "ok", "404",    "404"),
    "review_claim":     ("ok",    "ok",   "ok",  "ok", "404",    "404"),
    "assign_claim":     ("no",    "no",   "ok",  "ok", "404",    "404"),
    "decide_claim":     ("no",    "no",   "ok",  "ok", "404",    "404"),
    "publish_claim":    ("no",    "no",   "ok",  "ok", "404",    "404"),
}
SOURCE_GATES: dict[str, tuple[str, ...]] = {
    "view_source":      ("ok",    "ok",   "ok",  "ok", "ok",     "no"),
    "change_source":    ("no",    "no",   "ok",  "ok", "no",     "no"),
    "protected source": ("404",   "404",  "ok",  "ok", "404",    "no"),
}
# Of a claim that is the reviewer's.
MOVED: dict[str, tuple[str, ...]] = {
    "start":            ("ok",    "ok",   "ok",  "ok", "no",     "no"),
    "hand_back":        ("ok",    "no",   "ok",  "ok", "no",     "no"),
    "return":           ("no",    "no",   "ok",  "ok", "no",     "no"),
    "recheck":          ("ok",    "ok",   "ok",  "ok", "no",     "no"),
    "publish":          ("no",    "no",   "ok",  "ok", "no",     "no"),
    "unpublish":        ("no",    "no",   "ok",  "ok", "no",     "no"),
    "withdraw":         ("ok",    "ok",   "ok",  "ok", "no",     "no"),
    "restore":          ("ok",    "ok",   "ok",  "ok", "no",     "no"),
}
POSTS: dict[str, tuple[str, ...]] = {
    #                    reviewer second  editor admin neighbour outsider
    "articles/{article}/claims/mark/":   ("ok", "ok", "ok", "ok", "404", "404"),
    "articles/{article}/drafts/":        ("ok", "ok", "ok", "ok", "404", "404"),
    "claims/{claim}/move/":              ("ok", "ok", "ok", "ok", "404", "404"),
    "claims/{claim}/plan/":              ("no", "no", "ok", "ok", "404", "404"),
    "claims/{claim}/take/":              ("ok", "ok", "ok", "ok", "404", "404"),
    "claims/{claim}/skip/":              ("ok", "ok", "ok", "ok", "404", "404"),
    "claims/{claim}/bring-back/":        ("ok", "ok", "ok", "ok", "404", "404"),
    "claims/{claim}/hand-back/":         ("ok", "ok", "ok", "ok", "404", "404"),
    "claims/{claim}/take-back/":         ("ok", "ok", "ok", "ok", "404", "404"),
    "articles/{article}/assign/":        ("no", "no", "ok", "ok", "404", "404"),
    "articles/{article}/assign/{claim}/undo/": ("no", "no", "ok", "ok", "404", "404"),
    "claims/{claim}/edit/":              ("ok", "ok", "ok", "ok", "404", "404"),
    "claims/{claim}/span/":              ("ok", "ok", "ok", "ok", "404", "404"),
    "claims/{claim}/assign/":            ("no", "no", "ok", "ok", "404", "404"),
    "claims/{claim}/undo/":              ("ok", "ok", "ok", "ok", "404", "404"),
    "claims/{claim}/withdraw/":          ("ok", "ok", "ok", "ok", "404", "404"),
    "claims/{claim}/restore/":           ("ok", "ok", "ok", "ok", "404", "404"),
    "claims/{claim}/adjudicate/open/":   ("no", "no", "ok", "ok", "404", "404"),
    "claims/{claim}/send-back/":        ("no", "no", "ok", "ok", "404", "404"),
    "articles/{article}/reviewers/":     ("no", "no", "ok", "ok", "404", "404"),
    "claims/{claim}/evidence/":          ("ok", "ok", "ok", "ok", "404", "404"),
    "claims/{claim}/verdicts/":          ("ok", "ok", "ok", "ok", "404", "404"),
    "evidence/{evidence}/withdraw/":     ("ok", "ok", "ok", "ok", "404", "404"),
    "evidence/{evidence}/restore/":      ("ok", "ok", "ok", "ok", "404", "404"),
    "articles/{article}/suggestions/":        ("ok", "ok", "ok", "ok", "404", "404"),
    "articles/{article}/suggestions/dismiss/": ("ok", "ok", "ok", "ok", "404", "404"),
    "articles/{article}/suggestions/bring-back/": ("ok", "ok", "ok", "ok", "404", "404"),
    "suggestions/{suggestion}/accept/":       ("ok", "ok", "ok", "ok", "404", "404"),
    "suggestions/{suggestion}/take-back/":    ("ok", "ok", "ok", "ok", "404", "404"),
    "suggestions/{suggestion}/dismiss/":      ("ok", "ok", "ok", "ok", "404", "404"),
    "suggestions/{suggestion}/bring-back/":   ("ok", "ok", "ok", "ok", "404", "404"),
    "claims/{claim}/cite/":                   ("ok", "ok", "ok", "ok", "404", "404"),
    "claims/{claim}/attributions/":           ("ok", "ok", "ok", "ok", "404", "404"),
    "evidence/{evidence}/document/choose/":   ("ok", "ok", "ok", "ok", "404", "404"),
    "evidence/{evidence}/passage/":           ("ok", "ok", "ok", "ok", "404", "404"),
    "attributions/{attribution}/withdraw/":   ("ok", "ok", "ok", "ok", "404", "404"),
    "attributions/{attribution}/restore/":    ("ok", "ok", "ok", "ok", "404", "404"),
    "citations/{citation}/withdraw/":         ("ok", "ok", "ok", "ok", "404", "404"),
    "citations/{citation}/restore/":          ("ok", "ok", "ok", "ok", "404", "404"),
    "documents/{document}/recapture/":        ("ok", "ok", "ok", "ok", "404", "404"),
    "captures/{capture}/retry/":              ("ok", "ok", "ok", "ok", "404", "404"),
    "imports/{batch}/check/":            ("404", "404", "404", "ok", "404", "404"),
    "imports/{batch}/import/":           ("404", "404", "404", "ok", "404", "404"),
    "imports/{batch}/cancel/":           ("404", "404", "404", "ok", "404", "404"),
    "imports/{batch}/discard/":          ("404", "404", "404", "ok", "404", "404"),
    "imports/{batch}/undo/":             ("404", "404", "404", "ok", "404", "404"),
    "views/{view}/":                     ("no", "no", "ok", "ok", "404", "404"),
    "views/{view}/default/":             ("ok", "ok", "ok", "ok", "404", "404"),
    "views/{own_view}/delete/":          ("404", "404", "ok", "404", "404", "404"),
    "views/{deleted_view}/restore/":     ("no", "no", "ok", "ok", "404", "404"),
    "claims/bulk/{article}/undo/":       ("ok", "ok", "ok", "ok", "ok", "ok"),
    "notifications/{notification}/read/": ("ok", "404", "404", "404", "404", "404"),
}
PAGES: dict[str, tuple[str, ...]] = {
    "articles/{article}/":               ("ok", "ok", "ok", "ok", "404", "404"),
    "articles/{article}/claims/":        ("ok", "ok", "ok", "ok", "404", "404"),
    "articles/{article}/changes/":       ("ok", "ok", "ok", "ok", "404", "404"),
    "claims/{claim}/":                   ("ok", "ok", "ok", "ok", "404", "404"),
    "sources/{source}/":                 ("ok", "ok", "ok", "ok", "ok",  "no"),
    "sources/{hidden}/":                 ("404", "404", "ok", "ok", "404", "no"),
    "articles/{article}/origins/":            ("ok", "ok", "ok", "ok", "404", "404"),
    "claims/{claim}/adjudicate/":            ("no", "no", "ok", "ok", "404", "404"),
    "claims/{claim}/earlier/":                ("ok", "ok", "ok", "ok", "404", "404"),
    "claims/{claim}/attributions/step/":      ("ok", "ok", "ok", "ok", "404", "404"),
    "evidence/{evidence}/document/":          ("ok", "ok", "ok", "ok", "404", "404"),
    "documents/{document}/":                  ("ok", "ok", "ok", "ok", "404", "404"),
    "documents/{document}/original/":         ("ok", "ok", "ok", "ok", "404", "404"),
    "documents/{document}/compare/":          ("ok", "ok", "ok", "ok", "404", "404"),
    "captures/{capture}/":                    ("ok", "ok", "ok", "ok", "404", "404"),
    "sources/{source}/documents/add/":        ("ok", "ok", "ok", "ok", "ok",  "no"),
    "sources/{hidden}/documents/add/":        ("404", "404", "ok", "ok", "404", "no"),
    "articles/add/":                     ("ok", "ok", "ok", "ok", "ok",  "no"),
    "imports/":                          ("no", "no", "no", "ok", "no",  "no"),
    "imports/add/":                      ("no", "no", "no", "ok", "no",  "no"),
    "imports/{batch}/":                  ("404", "404", "404", "ok", "404", "404"),
    "imports/{batch}/progress/":         ("404", "404", "404", "ok", "404", "404"),
    "imports/{batch}/refused.csv":       ("404", "404", "404", "ok", "404", "404"),
    "notifications/{notification}/":     ("ok", "404", "404", "404", "404", "404"),
}
# fmt: on


@pytest.mark.parametrize("codename", GATES)
def test_gates_of_articles_claims_and_evidence(
    people: dict[str, User], article: Article, claim: Claim, evidence: Evidence, codename: str
) -> None:
    for gate, pk in (
        (p.article_or_404, article.pk),
        (p.claim_or_404, claim.pk),
        (p.evidence_or_404, evidence.pk),
    ):
        found = tuple(outcome(gate, people[name], pk, codename) for name in PEOPLE)
        assert found == GATES[codename], gate.__name__


@pytest.mark.parametrize("codename", SOURCE_GATES)
def test_gates_of_sources(
    people: dict[str, User], source: Source, hidden: Source, codename: str
) -> None:
    one, right = (hidden, p.VIEW_SOURCE) if codename == "protected source" else (source, codename)
    found = tuple(outcome(p.source_or_404, people[name], one.pk, right) for name in PEOPLE)
    assert found == SOURCE_GATES[codename]


def test_every_move_of_the_workflow_is_in_the_table() -> None:
    assert {move.name for move in MOVES} == MOVED.keys()


@pytest.mark.parametrize("name", MOVED)
def test_moves(people: dict[str, User], claim: Claim, name: str) -> None:
    make_verdict(claim, people["reviewer"])
    Transition.objects.create(claim=claim, origin="open", target="withdrawn", by=people["reviewer"])
    origin = min(next(move.origins for move in MOVES if move.name == name))
    found = []
    for person in PEOPLE:
        Claim.objects.update(
            status=origin, verdict=Verdict.objects.get(), assignee=people["reviewer"]
        )
        claim.refresh_from_db()
        wanted = {"claim": claim, "seen": claim.version, "name": name, "by": people[person]}
        wanted["note"] = "So it is."
        found.append(outcome(move_claim, **wanted))
    assert tuple(found) == MOVED[name]


@pytest.fixture
def further(
    article: Article, evidence: Evidence, source: Source, editor: User, reviewer: User
) -> dict[str, Model]:
    claim, desk, revision = evidence.claim, article.desk, article.current_revision
    cited = make_claim(article, "12,000 people", editor)
    verdict = make_verdict(cited, editor)
    url = "https://example.org/bulletin"
    fetched = {"desk": desk, "source": source, "url": url, "requested_by": editor}
    document = make_document(desk, source, editor, "The river rose.", url=url)
    Evidence.objects.filter(pk=evidence.pk).update(document=document)
    return {
        "document": document,
        "batch": make_batch(desk, editor),
        "capture": Capture.objects.create(**fetched, state="failed", reason="Not found."),
        "attribution": Attribution.objects.create(claim=claim, created_by=editor),
        "citation": Citation.objects.create(
            claim=claim, cited=cited, verdict=verdict, created_by=editor
        ),
        "suggestion": Suggestion.objects.create(
            revision=revision, start=0, end=9, quoted=False, unnamed=False
        ),
        "notification": Notification.objects.create(user=reviewer, claim=claim, kind="recheck"),
        "view": SavedView.objects.create(owner=editor, desk=desk, name="Ours"),
        "own_view": SavedView.objects.create(owner=editor, name="Mine"),
        "deleted_view": SavedView.objects.create(
            owner=editor, desk=desk, name="Past", deleted_at=timezone.now()
        ),
    }


def kind(response: Any) -> str:
    if response.get("Location", "").startswith("/accounts/login/"):
        return "in"
    return {403: "no", 404: "404"}.get(response.status_code, "ok")


def test_views(
    people: dict[str, User],
    sign_in: SignIn,
    article: Article,
    evidence: Evidence,
    source: Source,
    hidden: Source,
    further: dict[str, Model],
) -> None:
    """An empty form that gets past the gate is refused as a form (422, 409), not by the gate."""
    ids = {"article": article, "claim": evidence.claim, "evidence": evidence}
    ids |= {"source": source, "hidden": hidden, **further}
    keys = {name: thing.pk for name, thing in ids.items()}
    clients = [*(sign_in(people[name]) for name in PEOPLE), Client()]
    found = {}
    for path in (*POSTS, *PAGES):
        url, method = "/" + path.format(**keys), "post" if path in POSTS else "get"
        with transaction.atomic():
            found[path] = tuple(kind(getattr(client, method)(url)) for client in clients)
            transaction.set_rollback(True)
    assert found == {path: (*row, "in") for path, row in (POSTS | PAGES).items()}


def test_every_address_with_an_id_is_in_the_tables() -> None:
    routes = {str(pattern.pattern) for pattern in urlpatterns if "<uuid:" in str(pattern.pattern)}
    in_tables = {re.sub(r"{\w+}", "an id", path) for path in [*POSTS, *PAGES]}
    assert in_tables >= {re.sub(r"<uuid:\w+>", "an id", route) for route in routes}


@pytest.mark.parametrize("gate", [p.article_or_404, p.claim_or_404, p.evidence_or_404])
def test_what_is_not_there_is_answered_as_what_is_another_desk_s(
    reviewer: User, gate: Callable[[User, UUID], object]
) -> None:
    with pytest.raises(Http404, match="at your desks"):
        gate(reviewer, uuid4())


# Rules written twice, as a query and as a predicate, agree


def test_queries_and_gates_agree(
    people: dict[str, User], article: Article, claim: Claim, evidence: Evidence
) -> None:
    for name in PEOPLE:
        person = people[name]
        seen = person.access().may("view_article", article.desk_id)
        assert Article.objects.visible_to(person).exists() is seen, name
        assert Claim.objects.visible_to(person).exists() is seen, name
        assert (article.desk in Desk.objects.visible_to(person)) is seen, name
        assert (article.desk in p.desks_where(person, "view_article")) is seen, name


def test_named_sources_are_those_whose_label_is_the_name(
    people: dict[str, User], source: Source, hidden: Source
) -> None:
    for name in PEOPLE:
        person = people[name]
        named = set(Source.objects.named_to(person))
        assert (hidden in named) is (hidden.label_for(person) == "Pavel Petrov"), name
        assert source in named
        assert source.label_for(person) == "Ministry of Water"


def test_a_protected_source_s_name_is_in_no_string_of_it(hidden: Source) -> None:
    assert "Petrov" not in f"{hidden} {hidden!r}"


# Roles


def test_an_editor_may_do_all_that_a_reviewer_may() -> None:
    assert set(ROLES["reviewer"]) < set(ROLES["editor"])


def test_a_role_holds_at_its_desk_alone(editor: User, other_desk: Desk, desk: Desk) -> None:
    access = editor.access()
    assert access.may("publish_claim", desk.pk)
    assert not access.may("publish_claim", other_desk.pk)
    assert access.anywhere("publish_claim")
    assert access.roles == (("World", "editor"),)


def test_the_groups_hold_no_rights_of_the_django_admin_but_for_admins(
    editor: User, admin: User
) -> None:
    """Roles are held at desks, not by the account, which Django's own permissions look at."""
    assert editor.get_all_permissions() == set()
    assert admin.has_perm("articles.view_verdict")
    assert admin.has_perm("procrastinate.view_procrastinatejob")


def test_access_is_read_once_in_a_request(
    editor: User, django_assert_num_queries: Callable[[int], Any]
) -> None:
    with django_assert_num_queries(1):
        for _ in range(3):
            editor.access()
