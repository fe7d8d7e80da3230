"""Takes a made desk away again, with all that people did at it, in statements that each take many
rows. The history of it goes too: it tells of work that never was."""

from collections.abc import Callable, Iterable
from typing import Any

import pgtrigger
from django.db import connection, transaction
from django.db.models import CASCADE, PROTECT, Exists, ForeignKey, ForeignObjectRel, Model, OuterRef
from pghistory.models import Event

from articles.bench.desk.make import MAIL
from articles.models import Article, Desk, RuleError, Source, User

ARTICLES_AT_ONCE = 1_000

OnProgress = Callable[[int], None]


def made_desk(slug: str) -> Desk:
    """Raises RuleError for a desk that is not there, or that was not made."""
    desk = Desk.objects.filter(slug=slug, is_demo=True).first()
    if desk is None or not people_of(desk):
        raise RuleError(f"There is no made desk “{slug}”.")
    return desk


def people_of(desk: Desk) -> list[int]:
    """The people who were made with the desk."""
    made = User.objects.filter(email__startswith=f"{desk.slug}-", email__endswith=f"@{MAIL}")
    return list(made.order_by("pk").values_list("pk", flat=True))


def remove_desk(desk: Desk, *, on_progress: OnProgress | None = None) -> None:
    """Remove the desk, its people, and the sources made with it.

    A source or a person that another desk has to do with stays; the person is deactivated.
    ``on_progress`` is told after each transaction how many articles are gone.
    """
    people, gone = people_of(desk), 0
    # Append-only tables are guarded by triggers, too; those of the verdict log let this pass.
    with pgtrigger.ignore():
        while ids := list(
            Article.objects.filter(desk=desk)
            .order_by()
            .values_list("pk", flat=True)[:ARTICLES_AT_ONCE]
        ):
            with transaction.atomic():
                delete_tree(Article, ids)
            gone += len(ids)
            if on_progress:
                on_progress(gone)
        with transaction.atomic():
            delete_tree(Desk, [desk.pk])
            made = Source.objects.filter(created_by__in=people)
            delete_tree(Source, unused(Source, list(made.values_list("pk", flat=True))))
            unneeded = unused(User, people)
            delete_tree(User, unneeded)
            User.objects.filter(pk__in=set(people) - set(unneeded)).update(is_active=False)


def owning(model: type[Model]) -> list[ForeignKey[Any, Any]]:
    """The columns of other tables by which a row of theirs hangs on one of this table."""
    relations = model._meta.get_fields(include_hidden=True)
    columns = [r.field for r in relations if isinstance(r, ForeignObjectRel)]
    return [
        column
        for column in columns
        if isinstance(column, ForeignKey) and (holds(column) or column.name == "pgh_obj")
    ]


def holds(column: ForeignKey[Any, Any]) -> bool:
    """Whether the row goes with the row it names. Of a history others name it than its own."""
    history = issubclass(column.model, Event)
    return column.remote_field.on_delete in (CASCADE, PROTECT) and not history


def delete_tree(model: type[Model], ids: Iterable[Any]) -> None:
    """Delete the rows of these ids and all that hang on them.

    Foreign keys are checked at the end of the transaction, so the order does not matter to them.
    """
    key = model._meta.pk.column
    query = f"SELECT unnest(%s::{model._meta.pk.rel_db_type(connection)}[])"
    with connection.cursor() as cursor:
        for statement in deletions(model, f'"{key}" IN ({query})'):
            cursor.execute(statement, [list(ids)])


def deletions(model: type[Model], condition: str) -> Iterable[str]:
    table, key = model._meta.db_table, model._meta.pk.column
    for column in owning(model):
        if column.model is not model:
            rows = f'SELECT "{key}" FROM "{table}" WHERE {condition}'
            yield from deletions(column.model, f'"{column.column}" IN ({rows})')
    yield f'DELETE FROM "{table}" WHERE {condition}'


def unused(model: type[Model], ids: list[Any]) -> list[Any]:
    """Those of the rows that nothing hangs on but a history."""
    rows = model._default_manager.filter(pk__in=ids)
    for column in filter(holds, owning(model)):
        others = column.model._base_manager.filter(**{column.name: OuterRef("pk")})
        rows = rows.exclude(Exists(others))
    return list(rows.values_list("pk", flat=True))
