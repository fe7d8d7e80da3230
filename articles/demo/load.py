from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from articles.actions.articles import add_article
from articles.actions.assignment import assign_claim
from articles.actions.attribution import Step, set_chain
from articles.actions.claims import mark_claim
from articles.actions.evidence import link_evidence
from articles.actions.moves import move_claim, withdraw_claim
from articles.actions.verdicts import record_verdict
from articles.demo.content import ARTICLES, DESK, demo_people, read_article, read_toml
from articles.demo.people import (
    employ,
    new_password,
    read_sign_ins,
    renew_password,
    write_sign_ins,
)
from articles.models import Article, Claim, Desk, RuleError, Source, User


@dataclass(frozen=True)
class Cast:
    """Who and what the claims' files call by a key."""

    people: dict[str, User]
    sources: dict[str, Source]


def load_demo(sign_ins: Path) -> tuple[Desk, bool]:
    """The demo desk, and whether this call made it. ``sign_ins`` is the passwords' file.

    A second call changes nothing, except that people whose password the file has lost get a new
    one. Raises RuleError when the desk's or a person's name is taken by others.
    """
    people = demo_people()
    passwords = read_sign_ins(sign_ins)
    kept = dict(passwords)
    with transaction.atomic():
        row = read_toml(DESK)
        desk, made = Desk.objects.get_or_create(
            slug=row["slug"], defaults={"name": row["name"], "is_demo": True}
        )
        if not desk.is_demo:
            raise RuleError(f"There is a desk “{desk.slug}” that is not the demo’s.")
        if made:
            users = {}
            for key, person in people.items():
                password = passwords.setdefault(person.username, new_password())
                users[key] = employ(person, desk, password)
            fill(desk, users, row["sources"])
        else:
            for person in people.values():
                password = new_password()
                if person.username not in passwords and renew_password(person, password):
                    passwords[person.username] = password
    if passwords != kept:
        write_sign_ins(sign_ins, people, passwords)
    return desk, made


def fill(desk: Desk, users: dict[str, User], sources: dict[str, Any]) -> None:
    cast = Cast(users, {key: find_source(fields, users) for key, fields in sources.items()})
    for name in ARTICLES:
        row = read_toml(f"{name}.toml")
        claims = row.pop("claims")
        text, blocks = read_article(name)
        article = add_article(
            desk=desk, by=users[row.pop("added_by")], text=text, blocks=blocks, **row
        )
        for claim in claims:
            load_claim(article, claim, cast)


def find_source(fields: dict[str, Any], users: dict[str, User]) -> Source:
    """The source of that name and kind; one that the newsroom has is used as it is."""
    found = Source.objects.filter(name__iexact=fields["name"], kind=fields["kind"]).first()
    return found or Source.objects.create(created_by=users["editor"], **fields)


def chain_step(article: Article, item: dict[str, Any], cast: Cast) -> Step:
    """A source by its key, or a person in the article's words; credited by ``words``."""
    start = article.current_revision.text.index(item["words"])
    source = cast.sources[item["source"]] if "source" in item else None
    cue = (start, start + len(item["words"]))
    return Step(source=source, description=item.get("person", ""), cue=cue)


def load_claim(article: Article, row: dict[str, Any], cast: Cast) -> Claim:
    """Bring one claim to where its row says, each step by the person who makes it."""
    start = article.current_revision.text.index(row["words"])
    claim = mark_claim(
        article=article,
        revision_number=article.current_revision.number,
        start=start,
        end=start + len(row["words"]),
        by=cast.people[row["by"]],
        note=row.get("note", ""),
        claimant=cast.sources[row["claimant"]],
    )
    if "assignee" in row:
        assignee = cast.people[row["assignee"]]
        claim = assign_claim(
            claim=claim, seen=claim.version, assignee=assignee, by=cast.people["editor"]
        )
    for item in row.get("evidence", ()):
        claim = link_evidence(
            claim=claim,
            seen=claim.version,
            by=cast.people[row["by"]],
            source=cast.sources[item["source"]],
            relation=item["relation"],
            url=item.get("url", ""),
            note=item.get("note", ""),
        ).claim
    for chain in row.get("chains", ()):
        claim = set_chain(
            claim=claim,
            seen=claim.version,
            by=cast.people[row["by"]],
            revision_number=article.current_revision.number,
            steps=[chain_step(article, item, cast) for item in chain],
        ).claim
    for item in row.get("verdicts", ()):
        claim = record_verdict(
            claim=claim,
            seen=claim.version,
            by=cast.people[item["by"]],
            rating=item["rating"],
            attribution_accuracy=item["accuracy"],
            rationale=item["rationale"],
            no_evidence=item.get("no_evidence", ""),
            second_review=item.get("second_review", False),
        ).claim
    for item in row.get("moves", ()):
        claim = move_claim(
            claim=claim,
            seen=claim.version,
            name=item["name"],
            by=cast.people[item["by"]],
            note=item.get("note", ""),
        )
    if "withdrawn" in row:
        by = cast.people[row["by"]]
        claim = withdraw_claim(claim=claim, seen=claim.version, by=by, note=row["withdrawn"])
    return claim
