from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from django.apps import apps
from django.db import transaction
from django.db.models import Exists, OuterRef, ProtectedError, Q

from articles.demo.content import DESK, demo_people, read_toml
from articles.demo.people import demo_user
from articles.models import (
    Article,
    AttributionStep,
    Capture,
    Citation,
    Claim,
    Desk,
    Dispute,
    Document,
    Evidence,
    RuleError,
    Source,
    User,
    Verdict,
)


@dataclass
class Removed:
    """What a removal took away, and what it had to leave."""

    articles: int
    claims: int
    verdicts: int
    sources: int = 0
    sources_in_use: int = 0
    people: list[str] = field(default_factory=list)
    deactivated: list[str] = field(default_factory=list)
    history_rows: int = 0


def demo_desk() -> Desk:
    """Raises RuleError when there is no demo."""
    desk = Desk.objects.filter(slug=read_toml(DESK)["slug"], is_demo=True).first()
    if desk is None:
        raise RuleError("There is no demo to remove.")
    return desk


def count(desk: Desk) -> Removed:
    """What is at the desk, whoever made it."""
    return Removed(
        articles=Article.objects.filter(desk=desk).count(),
        claims=Claim.objects.filter(desk=desk).count(),
        verdicts=Verdict.objects.filter(desk=desk).count(),
    )


def remove_demo(sign_ins: Path) -> Removed:
    """Remove the demo desk with everything at it, and the demo's people and sources.

    A source used at another desk stays. A person who did work elsewhere is deactivated. The
    history tables are append-only and keep what they hold. Raises RuleError.
    """
    with transaction.atomic():
        desk = Desk.objects.select_for_update().get(pk=demo_desk().pk)
        desk_id, removed = desk.pk, count(desk)
        claims = list(Claim.objects.filter(desk=desk).values_list("pk", flat=True))
        for model in (Dispute, Citation):
            model.objects.filter(claim__desk=desk).delete()
        # The database allows this for a demonstration desk alone.
        Verdict.objects.filter(desk=desk).delete()
        Article.objects.filter(desk=desk).delete()
        Capture.objects.filter(desk=desk).delete()
        Document.objects.filter(desk=desk).delete()
        users = [user for person in demo_people().values() if (user := demo_user(person))]
        sources = remove_sources(users, removed)
        for user in users:
            remove_person(user, removed)
        desk.delete()
        removed.history_rows = history_rows(desk_id, claims, sources)
    sign_ins.unlink(missing_ok=True)
    return removed


def remove_sources(users: list[User], removed: Removed) -> list[UUID]:
    """Remove the sources these people made that nothing rests on; return their ids."""
    made = Source.objects.filter(created_by__in=users)
    used = made.filter(
        Exists(Evidence.objects.filter(source=OuterRef("pk")))
        | Exists(Claim.objects.filter(claimant=OuterRef("pk")))
        | Exists(Document.objects.filter(source=OuterRef("pk")))
        | Exists(Capture.objects.filter(source=OuterRef("pk")))
        | Exists(AttributionStep.objects.filter(source=OuterRef("pk")))
    )
    removed.sources_in_use = used.count()
    unused = list(made.exclude(pk__in=used).values_list("pk", flat=True))
    removed.sources = len(unused)
    Source.objects.filter(pk__in=unused).delete()
    return unused


def remove_person(user: User, removed: Removed) -> None:
    name = user.username
    try:
        user.delete()
    except ProtectedError:
        user.is_active = False
        user.set_unusable_password()
        user.save(update_fields=("is_active", "password"))
        removed.deactivated.append(name)
    else:
        removed.people.append(name)


def history_rows(desk_id: int, claims: list[UUID], sources: list[UUID]) -> int:
    """How many rows about what was removed the append-only tables hold."""
    kept = {
        "ArticleEvent": Q(desk=desk_id),
        "ClaimEvent": Q(desk=desk_id),
        "AnchorEvent": Q(claim__in=claims),
        "EvidenceEvent": Q(claim__in=claims),
        "AttributionEvent": Q(claim__in=claims),
        "DocumentEvent": Q(desk=desk_id),
        "SourceEvent": Q(pgh_obj__in=sources),
    }
    return sum(
        apps.get_model("articles", name).objects.filter(about).count()
        for name, about in kept.items()
    )
