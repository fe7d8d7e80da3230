"""A real Chromium, signed in as the people of tests/conftest.py, that forgives no error."""

import os
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.test import Client, override_settings
from playwright.sync_api import Browser, BrowserContext, Page

from articles.models import User

# Playwright's own event loop runs in the thread of the tests; Django takes it for theirs.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
# How htmx reports a request that a later one, or leaving the page, has cut short.
CUT_SHORT = re.compile(r"^htmx:(afterRequest|sendAbort)\b")


@pytest.fixture(scope="session", autouse=True)
def _static_files_not_collected_for_the_live_server() -> Iterator[None]:
    """The live server starts before any test's own settings; see tests/conftest.py."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(
        STORAGES=settings.STORAGES | {"staticfiles": plain},
        WHITENOISE_AUTOREFRESH=True,
        WHITENOISE_USE_FINDERS=True,
    ):
        yield


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The browser that script/test found, else one of the usual names; its lack is a failure."""
    found = os.environ.get("FACTCHECK_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), "")
    if not found:
        pytest.fail("No Chromium found: run script/test, or set FACTCHECK_CHROMIUM to one.")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return browser_type_launch_args | {"executable_path": found, "args": [*QUIET, *sandbox]}


@dataclass
class Browsing:
    """Pages of one test. What goes wrong in any of them fails it, unless it was ``expected``."""

    browser: Browser
    url: str
    problems: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def __call__(self, user: User | None = None, **options: Any) -> Page:
        """A page in a browser context of its own, signed in by session cookie."""
        context = self.browser.new_context(base_url=self.url, **options)
        self.contexts.append(context)
        if user:
            client = Client()
            client.force_login(user)
            session = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": session, "url": self.url}])
        context.on("console", lambda message: self.note(message.type, message.text))
        context.on("weberror", lambda error: self.note("error", str(error.error)))
        return context.new_page()

    def note(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and not CUT_SHORT.match(text):
            self.problems.append(text)

    def expect_problem(self, pattern: str) -> None:
        self.expected.append(pattern)

    def unexpected(self) -> list[str]:
        return [
            problem
            for problem in self.problems
            if not any(re.search(pattern, problem) for pattern in self.expected)
        ]


class Traffic:
    """Requests that the live server is busy with."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.running = 0
        self.last = 0.0
        request_started.connect(self.started)
        request_finished.connect(self.finished)

    def started(self, **kwargs: Any) -> None:
        self.count(1)

    def finished(self, **kwargs: Any) -> None:
        self.count(-1)

    def count(self, change: int) -> None:
        with self.lock:
            self.running += change
            self.last = time.monotonic()

    def wait_for_silence(self, seconds: float = 0.15) -> None:
        deadline = time.monotonic() + 10
        since = time.monotonic()
        while time.monotonic() < deadline:
            quiet_since = max(since, self.last)
            if self.running <= 0 and time.monotonic() - quiet_since > seconds:
                break
            time.sleep(0.01)
        request_started.disconnect(self.started)
        request_finished.disconnect(self.finished)


@pytest.fixture
def browse(browser: Browser, live_server: Any) -> Iterator[Browsing]:
    traffic = Traffic()
    browsing = Browsing(browser, live_server.url)
    yield browsing
    for context in browsing.contexts:
        context.close()
    # A page that closes saves its drafts; the tables must not be emptied under that request.
    traffic.wait_for_silence()
    assert browsing.unexpected() == []


@pytest.fixture
def annotate(browse: Browsing) -> Callable[..., Page]:
    """Opens an article's page as a person and waits until it is ready."""

    def opened(user: User, article: Any, query: str = "", **options: Any) -> Page:
        page = browse(user, **options)
        page.goto(f"/articles/{article.pk}/{query}")
        page.locator("#annotate[data-ready]").wait_for()
        return page

    return opened
