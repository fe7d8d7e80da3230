"""Whom and which desk the options of a command name."""

from django.core.management import CommandError
from django.db.models import Q, QuerySet

from articles.models import ADMIN, Desk, User
from articles.permissions import ADD_ARTICLE, desks_where


def find_user(username: str | None, *, who: str) -> User:
    """The person named, or else the only one there is. ``who``: “the one who adds the article”.

    Raises CommandError.
    """
    people = User.objects.filter(is_active=True)
    if username:
        people = people.filter(username=username)
    return only(people, username, who=who)


def find_admin(username: str | None, *, who: str) -> User:
    """The admin named, or else the only one there is. Raises CommandError."""
    if username:
        user = find_user(username, who=who)
        if not user.access().everywhere:
            raise CommandError(f"{username} is no admin. Name an admin with --by.")
        return user
    admins = User.objects.filter(Q(is_superuser=True) | Q(groups__name=ADMIN), is_active=True)
    return only(admins.distinct(), "", who=f"{who}, an admin,")


def only(people: QuerySet[User], username: str | None, *, who: str) -> User:
    found = list(people[:2])
    if len(found) == 1:
        return found[0]
    if username or not found:
        raise CommandError(f"There is no user “{username}”." if username else "There are no users.")
    raise CommandError(f"There are several people: name {who} with --by.")


def find_desk(user: User, slug: str | None) -> Desk:
    """The desk named, or else the only one the person adds articles to. Raises CommandError."""
    desks = desks_where(user, ADD_ARTICLE)
    slugs = ", ".join(desk.slug for desk in desks)
    if not desks:
        raise CommandError(f"{user.username} may not add articles at any desk.")
    if slug is None and len(desks) > 1:
        raise CommandError(f"There are several desks; name one with --desk: {slugs}.")
    chosen = [desk for desk in desks if slug in (None, desk.slug)]
    if not chosen:
        raise CommandError(
            f"{user.username} may not add articles at a desk “{slug}”, but at: {slugs}."
        )
    return chosen[0]
