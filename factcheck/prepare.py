"""Brings the database, the static files and the demo up to date before script/server serves.

Prints what the user needs to sign in. One process, so that Django is loaded once.
"""

import hashlib
import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

FIRST_ADMIN = """\
Nobody can sign in yet. Make the first admin with
  .venv/bin/python manage.py createsuperuser
"""


def prepare(*, demo: bool) -> str:
    """Migrate, collect, fill an empty database with the demo; return what to tell the user."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    collect_static()
    users = get_user_model().objects
    # Only an empty desk gets the demo, so that one taken away does not come back.
    if demo and not users.exists():
        call_command("demo", stdout=sys.stderr)
    if not users.exists():
        return FIRST_ADMIN
    return sign_ins(settings.VAR / "demo-sign-ins.txt") if demo else ""


def collect_static() -> None:
    """Collect and compress the static files if one of them changed since the last time."""
    found = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = os.stat(storage.path(path))
            found.update(f"{path}\0{status.st_mtime_ns}\0{status.st_size}\n".encode())
    stamp = Path(settings.STATIC_ROOT, ".collected")
    if stamp.exists() and stamp.read_text() == found.hexdigest():
        return
    # Cleared, because collectstatic keeps a copy that is newer than a file put in its place.
    call_command("collectstatic", clear=True, interactive=False, verbosity=0)
    stamp.write_text(found.hexdigest())


def sign_ins(path: Path) -> str:
    """Return the demo's users who still exist, as a table; '' if there are none."""
    if not path.exists():
        return ""
    rows = [line.split("\t") for line in path.read_text().splitlines()]
    users = get_user_model().objects.filter(username__in=[username for _, username, _ in rows])
    present = set(users.values_list("username", flat=True))
    table = [f"  {role:<10} {name:<22} {word}\n" for role, name, word in rows if name in present]
    return "".join(["Sign in to the demo as\n", *table]) if table else ""


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "factcheck.settings")
    django.setup()
    sys.stdout.write(prepare(demo="--no-demo" not in sys.argv))
