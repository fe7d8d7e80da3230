import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from factcheck.database_check import DatabaseUnusableError, check_database

SECRET = "hunter2"
UNUSABLE = {
    "no URL": ("garbage", "cannot be read"),
    "port not a number": (f"postgresql://u:{SECRET}@127.0.0.1:port/x", "cannot be read"),
    "slash in the password": (f"postgresql://u:{SECRET}/@127.0.0.1/x", "percent-encoded"),
    "bracket in the password": (f"postgresql://u:[{SECRET}@127.0.0.1/x", "percent-encoded"),
    "another kind of database": ("sqlite:///db.sqlite3", "does not name a PostgreSQL database"),
    "no database name": ("postgresql://127.0.0.1", "does not name a PostgreSQL database"),
    "unknown option": (f"postgresql://u:{SECRET}@127.0.0.1/x?colour=red", "colour"),
    "nobody listens": (f"postgresql://u:{SECRET}@127.0.0.1:1/x", "refused"),
    "no such socket": ("postgresql://u@/x?host=/nowhere", "No such file"),
}


@pytest.mark.parametrize(("url", "reason"), UNUSABLE.values(), ids=UNUSABLE)
def test_unusable_url_is_one_sentence_without_the_password(url: str, reason: str) -> None:
    with pytest.raises(DatabaseUnusableError, match=reason) as refusal:
        check_database(url)
    assert SECRET not in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert "DATABASE_URL" in str(refusal.value)


def message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!i", len(body) + 4) + body


def greeting(version: str, encoding: str) -> bytes:
    """Return what a PostgreSQL of that version says once it has let a client in."""
    parameters = {
        "server_version": version,
        "server_encoding": encoding,
        "client_encoding": "UTF8",
    }
    return b"".join(
        [
            message(b"R", struct.pack("!i", 0)),
            *(message(b"S", f"{k}\0{v}\0".encode()) for k, v in parameters.items()),
            message(b"Z", b"I"),
        ]
    )


REFUSED_PASSWORD = message(
    b"E",
    b'SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed for user "u"\0\0',
)


@contextmanager
def server_that_says(answer: bytes) -> Iterator[str]:
    """Give the URL of a server that sends ANSWER to every client, as PostgreSQL's protocol."""

    def answer_once() -> None:
        client, _ = listener.accept()
        with client:
            client.recv(1000)
            client.sendall(answer)
            client.recv(1000)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=answer_once)
        thread.start()
        port = listener.getsockname()[1]
        yield f"postgresql://u:{SECRET}@127.0.0.1:{port}/x?sslmode=disable&gssencmode=disable"
        thread.join()


ANSWERS = {
    "wrong password": (REFUSED_PASSWORD, 'password authentication failed for user "u"'),
    "too old": (greeting("14.11", "UTF8"), "PostgreSQL 14: Factcheck needs 15 or later"),
    "not UTF-8": (greeting("15.1", "SQL_ASCII"), "SQL_ASCII"),
}


@pytest.mark.parametrize(("answer", "reason"), ANSWERS.values(), ids=ANSWERS)
def test_unusable_server_is_one_sentence_without_the_password(answer: bytes, reason: str) -> None:
    with (
        server_that_says(answer) as url,
        pytest.raises(DatabaseUnusableError, match=reason) as refusal,
    ):
        check_database(url)
    assert SECRET not in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_oldest_version_that_works_is_accepted() -> None:
    with server_that_says(greeting("15.0", "UTF8")) as url:
        check_database(url)
