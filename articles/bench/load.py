"""People at work at once over HTTP, against a real web server and worker.

Everybody asks for what a browser would, with a session of their own, and keeps a note of each
write that was accepted; at the end every one of them must be in the database.
"""

import http.client
import io
import random
import re
import secrets
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode
from uuid import UUID

from django.apps import apps
from django.test import Client
from django.urls import reverse

from articles.bench.importing import write_articles
from articles.bench.measure import Row, percentile
from articles.models import Anchor, Batch, Claim, Evidence, User, Verdict

TIMEOUT = 60
PAUSE = (0.2, 1.5)
"""Seconds between two acts of a person: shorter than people need."""
MARKED = 12
"""Code points of a claim."""
ARTICLES_OF_IMPORT = 1_000
CLAIM = re.compile(r"/claims/([0-9a-f-]{36})/\?opened")
VERSION = re.compile(r'name="edit-version" value="(\d+)"')
BATCH = re.compile(r"/imports/([0-9a-f-]{36})/")
NOTHING_LEFT = (404, 409, 422)
"""Answers that refuse a write and say so."""


@dataclass
class Log:
    """What one person did: times by kind of request, refusals, failures and accepted writes."""

    milliseconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    refused: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    failures: list[str] = field(default_factory=list)
    marked: list[tuple[UUID, int]] = field(default_factory=list)
    notes: list[tuple[UUID, str]] = field(default_factory=list)
    evidence: list[tuple[UUID, str]] = field(default_factory=list)
    verdicts: list[tuple[UUID, str]] = field(default_factory=list)
    batches: set[UUID] = field(default_factory=set)


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    location: str


class Browser:
    """A signed-in session over one connection that is kept open."""

    def __init__(self, user: User, port: int, log: Log) -> None:
        signed_in = Client()
        signed_in.force_login(user)
        self.token = secrets.token_hex(16)
        self.cookies = f"sessionid={signed_in.cookies['sessionid'].value}; csrftoken={self.token}"
        self.log = log
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)

    def get(self, what: str, path: str) -> Answer:
        return self.ask(what, "GET", path)

    def post(self, what: str, path: str, **fields: object) -> Answer:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true"}
        return self.ask(what, "POST", path, urlencode(fields).encode(), headers)

    def send(self, what: str, path: str, name: str, data: bytes) -> Answer:
        edge = secrets.token_hex(16)
        head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = head.encode() + data + f"\r\n--{edge}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={edge}"}
        return self.ask(what, "POST", path, body, headers)

    def ask(
        self,
        what: str,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        sent = {"Cookie": self.cookies, "X-CSRFToken": self.token} | (headers or {})
        start = time.perf_counter()
        try:
            self.connection.request(method, path, body, sent)
            response = self.connection.getresponse()
            text = response.read().decode()
        except (OSError, http.client.HTTPException) as error:
            self.connection.close()
            # The server closes connections that nobody has used for a while. RemoteDisconnected is
            # a ConnectionResetError.
            if method == "GET" or isinstance(error, ConnectionResetError | BrokenPipeError):
                return Answer(0, "", "")
            self.log.failures.append(f"{what}: {type(error).__name__}")
            return Answer(0, "", "")
        self.log.milliseconds[what].append((time.perf_counter() - start) * 1000)
        if response.status >= 500 or response.status in (400, 403):
            self.log.failures.append(f"{what}: {response.status}")
        elif response.status in NOTHING_LEFT:
            self.log.refused[response.status] += 1
        return Answer(response.status, text, response.getheader("Location", ""))


@dataclass
class Person:
    user: User
    browser: Browser
    log: Log
    chance: random.Random
    until: float

    def work(self, act: Callable[["Person"], None]) -> None:
        while time.monotonic() < self.until:
            act(self)
            time.sleep(self.chance.uniform(*PAUSE))


class Reviewer:
    """Marks claims on some articles that others work on too, and judges them."""

    def __init__(self, articles: list[tuple[UUID, int]], sources: list[UUID], others: list[UUID]):
        self.articles = articles
        self.sources = sources
        self.others = others

    def __call__(self, me: Person) -> None:
        if me.chance.random() < 0.2:
            self.edit(me, me.chance.choice(self.others))
        if me.chance.random() < 0.3:
            me.browser.get("queue", reverse("queue"))
        article, length = me.chance.choice(self.articles)
        me.browser.get("article", reverse("article", args=[article]))
        start = me.chance.randrange(length - MARKED)
        answer = me.browser.post(
            "mark a claim",
            reverse("claim-mark", args=[article]),
            start=start,
            end=start + MARKED,
            revision=1,
        )
        found = CLAIM.search(answer.text)
        if answer.status == 200 and found:
            claim = UUID(found[1])
            me.log.marked.append((claim, start))
            self.support(me, claim)
            self.edit(me, claim)
            self.judge(me, claim)

    def version(self, me: Person, claim: UUID) -> str:
        path = reverse("claim", args=[claim])
        headers = {"HX-Request": "true"}
        found = VERSION.search(me.browser.ask("claim", "GET", path, None, headers).text)
        return found[1] if found else ""

    def support(self, me: Person, claim: UUID) -> None:
        note = f"Note {secrets.token_hex(8)}"
        fields = {"source": me.chance.choice(self.sources), "relation": "supports", "note": note}
        fields["version"] = self.version(me, claim)
        path = reverse("evidence-link", args=[claim])
        if me.browser.post("link evidence", path, **prefixed("evidence", fields)).status == 200:
            me.log.evidence.append((claim, note))

    def edit(self, me: Person, claim: UUID) -> None:
        note = f"Note {secrets.token_hex(8)}"
        fields = {"version": self.version(me, claim), "note": note}
        path = reverse("claim-edit", args=[claim])
        if me.browser.post("save a claim", path, **prefixed("edit", fields)).status == 200:
            me.log.notes.append((claim, note))

    def judge(self, me: Person, claim: UUID) -> None:
        rationale = f"Counted: {secrets.token_hex(8)}"
        fields = {
            "version": self.version(me, claim),
            "rating": me.chance.choice(["true", "half_true", "false"]),
            "attribution_accuracy": "accurate",
            "rationale": rationale,
        }
        path = reverse("verdict-record", args=[claim])
        if me.browser.post("record a verdict", path, **prefixed("verdict", fields)).status == 200:
            me.log.verdicts.append((claim, rationale))


def prefixed(prefix: str, fields: Mapping[str, object]) -> dict[str, object]:
    return {f"{prefix}-{name}": value for name, value in fields.items()}


class Editor:
    """Looks at the figures and the lists, and gives claims to people."""

    def __init__(self, people: list[str]) -> None:
        self.people = people

    def __call__(self, me: Person) -> None:
        me.browser.get("dashboard", reverse("dashboard"))
        query = me.chance.choice(
            ["status=open", "rating=false", "q=said", "due=overdue", "sort=due"]
        )
        answer = me.browser.get("claim list", f"{reverse('claims')}?{query}")
        me.browser.get("agreement", reverse("agreement"))
        article = re.search(r"/articles/([0-9a-f-]{36})/\?claim=(\d+)", answer.text)
        if article:
            self.assign(me, Claim.objects.get(article=UUID(article[1]), number=int(article[2])))

    def assign(self, me: Person, claim: Claim) -> None:
        fields = {"version": claim.version, "assignee": me.chance.choice(self.people)}
        path = reverse("claim-assign", args=[claim.pk])
        me.browser.post("assign a claim", path, **prefixed("assign", fields))


class Importer:
    """Sends one file after another, and follows each until it is imported."""

    def __init__(self) -> None:
        self.sent = 0
        self.batch: Batch | None = None

    def __call__(self, me: Person) -> None:
        if self.batch is None:
            self.sent += 1
            file = io.BytesIO()
            write_articles(file, ARTICLES_OF_IMPORT + self.sent)
            answer = me.browser.send(
                "send a file", reverse("import-add"), "load.jsonl", file.getvalue()
            )
            if found := BATCH.search(answer.location):
                self.batch = Batch.objects.get(pk=found[1])
                me.log.batches.add(self.batch.pk)
            return
        self.batch.refresh_from_db()
        if self.batch.state == Batch.State.CHECKED:
            me.browser.post("start an import", reverse("import-start", args=[self.batch.pk]))
        elif not self.batch.is_active:
            self.batch = None
        else:
            me.browser.get("import's progress", reverse("import", args=[self.batch.pk]))


def lost(log: Log) -> Iterator[str]:
    """What was accepted and is not in the database."""
    for claim, start in log.marked:
        # Spaces at the ends of a selection are left out.
        near = {"start__gte": start, "end__lte": start + MARKED}
        if not Anchor.objects.filter(claim=claim, current=True, **near).exists():
            yield f"claim {claim}"
    history = apps.get_model("articles", "ClaimEvent").objects
    for claim, note in log.notes:
        now = Claim.objects.filter(pk=claim, note=note)
        if not now.exists() and not history.filter(pgh_obj=claim, note=note).exists():
            yield f"note of {claim}"
    for claim, note in log.evidence:
        if not Evidence.objects.filter(claim=claim, note=note).exists():
            yield f"evidence of {claim}"
    for claim, rationale in log.verdicts:
        if not Verdict.objects.filter(claim=claim, rationale=rationale).exists():
            yield f"verdict on {claim}"
    failed = Batch.objects.filter(pk__in=log.batches, state=Batch.State.FAILED)
    yield from (f"import {batch.pk}: {batch.reason}" for batch in failed)


def load_rows(logs: Iterable[Log]) -> Iterator[Row]:
    """A row for each kind of request."""
    times: dict[str, list[float]] = defaultdict(list)
    for log in logs:
        for what, some in log.milliseconds.items():
            times[what] += some
    for what, some in sorted(times.items()):
        yield Row(f"{what} ({len(some):,})", percentile(some, 0.5), p95=percentile(some, 0.95))
    total = [one for some in times.values() for one in some]
    yield Row(f"all ({len(total):,})", percentile(total, 0.5), p95=percentile(total, 0.95))
