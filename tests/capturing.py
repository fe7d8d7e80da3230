"""A web server of the tests' own, and the worker that fetches from it."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.test import override_settings
from fpdf import FPDF

PAGE = """<!doctype html><html lang="en"><head><title>Bulletin 7</title></head><body><article>
<h1>Bulletin 7</h1>
<p>The river rose by two metres in one night, the harbour office said on Monday morning.</p>
<p>According to the Ministry of Water, 12,000 people left their homes, and more may follow.</p>
<p>Nobody had seen such water since 1954, said a fisherman who asked not to be named.</p>
</article></body></html>"""


def pdf(*pages: str, password: str = "") -> bytes:
    document = FPDF()
    document.set_font("helvetica", size=12)
    if password:
        document.set_encryption(owner_password=password, user_password=password)
    for text in pages:
        document.add_page()
        document.multi_cell(0, 6, text)
    return bytes(document.output())


class Site:
    """What the server answers, by path: status, headers and body. ``/endless`` never ends."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.closing = threading.Event()
        self.url = ""

    def serve(
        self, path: str, body: str | bytes = b"", *, status: int = 200, **headers: str
    ) -> str:
        """Answer this at the path from now on; returns its address."""
        data = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = (status, {"Content-Type": "text/html; charset=utf-8"} | named, data)
        return self.url + path


class Handler(BaseHTTPRequestHandler):
    site: Site

    def do_GET(self) -> None:
        if self.path == "/endless":
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><p>It begins")
            self.site.closing.wait(30)
            return
        status, headers, body = self.site.pages.get(self.path, (404, {}, b"Not here."))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass


@contextmanager
def running_site() -> Iterator[Site]:
    """A server on the loopback, which captures may reach while it runs."""
    site = Site()
    handler = type("SiteHandler", (Handler,), {"site": site})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    address = f"127.0.0.1:{server.server_port}"
    site.url = f"http://{address}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        with override_settings(FETCH_ALLOW=[*settings.FETCH_ALLOW, address]):
            yield site
    finally:
        site.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def working(var: Path, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """A real worker on the tests' database, which may fetch what the tests may."""
    there = connection.settings_dict
    query = urlencode({"host": there["HOST"] or there["OPTIONS"].get("host", "")})
    user = f"{there['USER']}:{there['PASSWORD']}"
    port, name = there["PORT"] or 5432, there["NAME"]
    process = subprocess.Popen(
        [sys.executable, "-m", "django", "procrastinate", "worker", *options],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(settings.BASE_DIR),
            "DJANGO_SETTINGS_MODULE": "factcheck.settings",
            "DATABASE_URL": f"postgresql://{user}@:{port}/{name}?{query}",
            "FACTCHECK_VAR": str(var),
            "FACTCHECK_FETCH_ALLOW": ",".join(settings.FETCH_ALLOW),
        },
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(15)


def work(var: Path) -> None:
    """Run the jobs that wait, and stop."""
    with working(var, "--one-shot") as process:
        assert process.wait(30) == 0
