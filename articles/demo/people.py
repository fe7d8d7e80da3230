"""The demo's people, and the file that keeps their passwords."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from django.contrib.auth.models import Group

from articles.demo.content import Person
from articles.models import ADMIN, Desk, Membership, RuleError, User

# No letters or digits that are taken for one another.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def new_password() -> str:
    """Four groups of five characters: 99 random bits."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(5)) for _ in range(4))
    return "-".join(groups)


def read_sign_ins(path: Path) -> dict[str, str]:
    """The password of each user name, from lines of role, user name and password."""
    if not path.exists():
        return {}
    rows = (line.split("\t") for line in path.read_text("utf-8").splitlines())
    return {row[1]: row[2] for row in rows if len(row) == 3}


def write_sign_ins(path: Path, people: Mapping[str, Person], passwords: Mapping[str, str]) -> None:
    """Replace the file at one stroke; it is never readable to others."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    with open(
        os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
    ) as f:
        for person in people.values():
            if person.username in passwords:
                f.write(f"{person.role}\t{person.username}\t{passwords[person.username]}\n")
    new.replace(path)


def demo_user(person: Person) -> User | None:
    """Raises RuleError when the name belongs to somebody who is not of the demo."""
    user = User.objects.filter(username=person.username).first()
    if user and user.email != person.email:
        raise RuleError(
            f"There is a user {person.username} who is not of the demo. Rename that user first."
        )
    return user


def employ(person: Person, desk: Desk, password: str) -> User:
    """Make the person, or take back one whom an earlier removal left deactivated."""
    user = demo_user(person) or User(username=person.username, email=person.email)
    user.first_name = person.first_name
    user.last_name = person.last_name
    user.is_active = True
    user.is_staff = person.role == ADMIN
    user.set_password(password)
    user.save()
    role = Group.objects.get(name=person.role)
    if person.role == ADMIN:
        user.groups.add(role)
    else:
        Membership.objects.create(desk=desk, user=user, role=role)
    return user


def renew_password(person: Person, password: str) -> bool:
    """Whether the person is still there to get it."""
    user = demo_user(person)
    if user is None:
        return False
    user.set_password(password)
    user.save(update_fields=("password",))
    return True
