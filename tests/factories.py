"""Real rows, made the way the product makes them."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.utils import timezone

from articles.actions.articles import add_article
from articles.actions.attribution import Step, set_chain
from articles.actions.claims import mark_claim
from articles.actions.evidence import link_evidence
from articles.actions.verdicts import record_verdict
from articles.models import (
    Article,
    Attribution,
    Claim,
    Desk,
    Document,
    Evidence,
    Membership,
    Source,
    User,
    Verdict,
)
from articles.models.article import block_rows, text_hash
from articles.text.normalize import normalize, paragraphs

TEXT = """The river rose by two metres in one night, the harbour office said.

“Nobody had seen such water since 1954,” said a fisherman who asked not to be named.

According to the Ministry of Water, 12,000 people left their homes. 🇰🇷 The figure may rise."""


def make_person(username: str, *, desk: Desk | None = None, role: str = "reviewer") -> User:
    user = User.objects.create_user(username, f"{username}@example.org", "pass-word-for-tests")
    if role == "admin":
        user.groups.add(Group.objects.get(name="admin"))
        User.objects.filter(pk=user.pk).update(is_staff=True)
        user.refresh_from_db()
    if desk:
        Membership.objects.create(desk=desk, user=user, role=Group.objects.get(name=role))
    return user


def make_article(desk: Desk, by: User, text: str = TEXT, title: str = "High water") -> Article:
    text = normalize(text)
    return add_article(desk=desk, by=by, title=title, text=text, blocks=paragraphs(text))


def make_claim(article: Article, words: str, by: User) -> Claim:
    """A claim on the first place where the words stand."""
    start = article.current_revision.text.index(words)
    return mark_claim(
        article=article, revision_number=1, start=start, end=start + len(words), by=by
    )


def make_source(name: str, by: User, **fields: object) -> Source:
    return Source.objects.create(name=name, created_by=by, **fields)


def make_document(
    desk: Desk, source: Source, by: User, text: str, title: str = "Bulletin 7", **fields: object
) -> Document:
    text = normalize(text)
    values = {
        "origin": "paste",
        "format": "text",
        "retrieved_at": timezone.now(),
        "original": ContentFile(text.encode(), "bulletin.txt"),
        "original_sha256": text_hash(text),
        "blocks": block_rows(paragraphs(text)),
        "text_sha256": text_hash(text),
    }
    return Document.objects.create(
        desk=desk, source=source, title=title, text=text, created_by=by, **values | fields
    )


def make_evidence(claim: Claim, source: Source, by: User, relation: str = "supports") -> Evidence:
    claim.refresh_from_db()
    return link_evidence(claim=claim, seen=claim.version, by=by, source=source, relation=relation)


def make_chain(claim: Claim, by: User, *parties: Source | str) -> Attribution:
    """A chain of sources and of unnamed people, each described by words of the article."""
    claim.refresh_from_db()
    revision = claim.article.current_revision
    steps = []
    for party in parties:
        if isinstance(party, Source):
            steps.append(Step(source=party))
        else:
            start = revision.text.index(party)
            steps.append(Step(description=party, cue=(start, start + len(party))))
    return set_chain(
        claim=claim, seen=claim.version, by=by, revision_number=revision.number, steps=steps
    )


def make_verdict(claim: Claim, by: User, rating: str = "true", **fields: object) -> Verdict:
    claim.refresh_from_db()
    values = {"attribution_accuracy": "accurate", "rationale": "Two papers confirm it."}
    values |= {"no_evidence": "Nothing was published on it."} | fields
    return record_verdict(claim=claim, seen=claim.version, by=by, rating=rating, **values)


def cut_off_others() -> None:
    """End all other work in the database, such as a request that nobody waits for any more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND usename = current_user"
            " AND pid <> pg_backend_pid()"
        )


@contextmanager
def log_unguarded() -> Iterator[None]:
    """The verdict log without its triggers, as one who owns the database could have it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE articles_verdict DISABLE TRIGGER USER")
        yield
        cursor.execute("ALTER TABLE articles_verdict ENABLE TRIGGER USER")
        # Left immediate here, they would be so past a rollback around this.
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
