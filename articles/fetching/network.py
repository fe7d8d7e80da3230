"""Connections that reach only permitted addresses and end in time."""

import socket
import ssl
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpcore

from articles.fetching.addresses import Allowed
from articles.fetching.errors import FetchError, Reason

_MOST_ADDRESSES = 4
_OVERHEAD = 256 * 1024
"""Bytes of headers and framing that all answers of one fetch may have."""


class Budget:
    """The time and the bytes a whole fetch may take, all its redirects together.

    ``size`` is the limit of the page itself.
    """

    def __init__(self, seconds: float, size: int) -> None:
        self._seconds = seconds
        self._ends = time.monotonic() + seconds
        self._size = size
        self._bytes_left = size + _OVERHEAD

    def seconds_left(self) -> float:
        left = self._ends - time.monotonic()
        if left <= 0:
            raise self.too_slow()
        return left

    def spend(self, size: int) -> None:
        self._bytes_left -= size
        if self._bytes_left < 0:
            raise too_large(self._size)

    def too_slow(self) -> FetchError:
        return FetchError(
            Reason.TIME,
            f"The server did not send the whole page within {self._seconds:g} seconds. Try again "
            "later, or download the page and add it as a file.",
        )


def too_large(limit: int) -> FetchError:
    size = f"{limit // 1024 // 1024} MB" if limit >= 1024 * 1024 else f"{limit:,} bytes"
    return FetchError(
        Reason.SIZE, f"The page is larger than {size}. Add the part you need as a file or as text."
    )


class Backend(httpcore.NetworkBackend):
    """Resolves a host once, checks every address found, and connects to one of these."""

    def __init__(self, allowed: Allowed, budget: Budget, connect_seconds: float) -> None:
        self._allowed = allowed
        self._budget = budget
        self._connect_seconds = connect_seconds

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        host = host.strip("[]")
        found = self._resolve(host, port)
        if not self._allowed.server(host, port):
            _refuse_private(host, [str(address[0]) for _, address in found], self._allowed)
        for family, address in found[:_MOST_ADDRESSES]:
            connection = socket.socket(family, socket.SOCK_STREAM)
            connection.settimeout(min(self._connect_seconds, self._budget.seconds_left()))
            try:
                connection.connect(address)
            except OSError:
                connection.close()
            else:
                return Stream(connection, self._budget)
        self._budget.seconds_left()
        raise FetchError(
            Reason.CONNECTION,
            f"No connection to {host} could be made. Check the address, and try again later.",
        )

    def _resolve(self, host: str, port: int) -> list[tuple[socket.AddressFamily, Any]]:
        # In a thread, as nothing else can stop a slow name server.
        executor = ThreadPoolExecutor(max_workers=1)
        pending = executor.submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        executor.shutdown(wait=False)
        try:
            answers = pending.result(self._budget.seconds_left())
        except TimeoutError as error:
            raise self._budget.too_slow() from error
        except (OSError, UnicodeError) as error:
            raise FetchError(
                Reason.DNS, f"There is no server by the name {host}. Check the address."
            ) from error
        return [(family, address) for family, _, _, _, address in answers]


class Stream(httpcore.NetworkStream):
    """A socket whose every operation counts against the budget.

    Timeouts given by the caller are for single operations and never longer than that.
    """

    def __init__(self, connection: socket.socket, budget: Budget) -> None:
        self._connection = connection
        self._budget = budget

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._connection.settimeout(self._budget.seconds_left())
        data = self._connection.recv(max_bytes)
        self._budget.spend(len(data))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._connection.settimeout(self._budget.seconds_left())
        try:
            self._connection.sendall(buffer)
        except ConnectionError as error:
            # httpcore then still reads the answer, which may say why the server hung up.
            raise httpcore.WriteError(str(error)) from error

    def close(self) -> None:
        self._connection.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        # This timeout holds for the handshake as a whole.
        self._connection.settimeout(self._budget.seconds_left())
        try:
            secured = ssl_context.wrap_socket(self._connection, server_hostname=server_hostname)
        except OSError:
            self.close()
            raise
        return Stream(secured, self._budget)


def _refuse_private(host: str, addresses: list[str], allowed: Allowed) -> None:
    if not all(allowed.address(address) for address in addresses):
        raise FetchError(
            Reason.PRIVATE,
            f"{host} is not on the public internet, and pages inside this network are not "
            "fetched. Download the page and add it as a file.",
        )
