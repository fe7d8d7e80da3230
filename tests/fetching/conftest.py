"""Servers of our own on the loopback interface."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from articles.fetching.addresses import Allowed
from articles.fetching.errors import FetchError
from articles.fetching.fetch import Fetched, Limits, fetch

Answer = bytes | Callable[[socket.socket], None]


def answer(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers])
    return head.encode("latin-1") + b"\r\n\r\n" + body


def page(body: bytes, *headers: str) -> bytes:
    return answer(body, "Content-Type: text/html", *headers)


def redirect(location: str, status: str = "302 Found") -> bytes:
    return answer(b"", f"Location: {location}", status=status)


@dataclass
class Site:
    """Answers each path as told in ``pages`` and notes the requests."""

    port: int
    pages: dict[str, Answer] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    tls: ssl.SSLContext | None = None

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def allowed(self) -> Allowed:
        return Allowed.parse([f"127.0.0.1:{self.port}", f"site.test:{self.port}"])

    def fetch(self, path: str = "/", **limits: float) -> Fetched:
        return fetch(self.root + path, allowed=self.allowed, limits=Limits(**limits))

    def serve(self, connection: socket.socket) -> None:
        # A caller who hangs up is what many of the tests are about.
        with connection, contextlib.suppress(OSError):
            connection.settimeout(5)
            if self.tls:
                with self.tls.wrap_socket(connection, server_side=True) as secured:
                    self._answer(secured)
            else:
                self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        request = b""
        while b"\r\n\r\n" not in request:
            piece = connection.recv(65536)
            if not piece or piece.startswith(b"\x16"):  # a TLS greeting
                return
            request += piece
        self.requests.append(request.decode("latin-1"))
        told = self.pages[request.split()[1].decode()]
        if isinstance(told, bytes):
            connection.sendall(told)
        else:
            told(connection)


@pytest.fixture
def site() -> Iterator[Site]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        found = Site(listener.getsockname()[1])
        threads: list[threading.Thread] = []

        def accept() -> None:
            with contextlib.suppress(OSError):  # closed at the end
                while True:
                    connection, _ = listener.accept()
                    threads.append(threading.Thread(target=found.serve, args=(connection,)))
                    threads[-1].start()

        accepting = threading.Thread(target=accept)
        accepting.start()
        yield found
        listener.shutdown(socket.SHUT_RDWR)
        accepting.join()
        for thread in threads:
            thread.join()


def refused(site: Site, path: str = "/", **limits: float) -> FetchError:
    with pytest.raises(FetchError) as caught:
        site.fetch(path, **limits)
    return caught.value
