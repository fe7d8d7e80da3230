"""The walk over all addresses asks for fragments only where an answer may be one."""

import re
from itertools import chain

from django.conf import settings


def test_neither_the_sign_in_pages_nor_the_admin_look_whether_htmx_asks() -> None:
    code, templates = settings.BASE_DIR / "articles", settings.BASE_DIR / "templates"
    folders = [templates / name for name in ("account", "admin", "allauth", "mfa")]
    files = [code / "accounts.py", *(code / "admin").rglob("*.py")]
    files += chain.from_iterable(folder.rglob("*.html") for folder in folders)
    assert len(files) > 30
    telling = re.compile("htmx|hx[-_]", re.IGNORECASE)
    assert [path.name for path in files if telling.search(path.read_text("utf-8"))] == []
