import gzip
import itertools
import socket
import ssl
import time
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from articles.fetching.addresses import Allowed
from articles.fetching.errors import FetchError, Reason
from articles.fetching.fetch import Limits, fetch
from tests.fetching.conftest import Site, answer, page, redirect, refused

PDF = b"%PDF-1.7\n..."
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def drip(*pieces: bytes, pause: float = 0.05) -> Callable[[socket.socket], None]:
    """Sends the first pieces at once and the last for ever, slowly."""

    def send(connection: socket.socket) -> None:
        for piece in itertools.chain(pieces, itertools.repeat(pieces[-1])):
            connection.sendall(piece)
            time.sleep(pause)

    return send


def test_page_with_its_headers_of_note(site: Site):
    site.pages["/a%20b"] = page(
        b"<p>Hello</p>",
        "Content-Language: de",
        "ETag: W/x",
        "Last-Modified: Mon, 01 Jan 2024 00:00:00 GMT",
        "Date: Tue, 02 Jan 2024 00:00:00 GMT",
        "Server: secret/1.0",
        "Set-Cookie: a=b",
        'Link: <https://a.example/style.css>; rel=preload, <https://a.example/b>; rel="canonical"',
    )
    found = site.fetch("/a b#part")
    assert found.data == b"<p>Hello</p>"
    assert found.final_url == f"{site.root}/a%20b"
    assert (found.status, found.content_type, found.redirects) == (200, "text/html", ())
    assert found.headers == {
        "content-type": "text/html",
        "content-language": "de",
        "etag": "W/x",
        "last-modified": "Mon, 01 Jan 2024 00:00:00 GMT",
        "date": "Tue, 02 Jan 2024 00:00:00 GMT",
        "link": '<https://a.example/b>; rel="canonical"',
    }


def test_request_says_who_asks_and_nothing_more(site: Site, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    site.pages["/"] = page(b"x", "Set-Cookie: a=b")
    site.fetch()
    site.fetch()
    for request in site.requests:
        names = {line.partition(":")[0].lower() for line in request.split("\r\n")[1:] if line}
        assert names == {"host", "user-agent", "accept", "accept-encoding", "connection"}
    assert "User-Agent: factcheck/" in site.requests[0]


ENDLESS = {
    "body": drip(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", b"x"),
    "chunks": drip(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"1\r\nx\r\n",
    ),
    "head": drip(b"HTTP/1.1 200 OK\r\n", b"X"),
    "hints": drip(b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    "silence": lambda connection: connection.recv(1),
}


@pytest.mark.parametrize("told", ENDLESS.values(), ids=ENDLESS)
def test_what_never_ends_is_stopped_in_time(site: Site, told: Callable[[socket.socket], None]):
    site.pages["/"] = told
    begun = time.monotonic()
    error = refused(site, seconds=0.3)
    assert error.reason is Reason.TIME
    assert "within 0.3 seconds" in error.message
    assert time.monotonic() - begun < 2


def test_time_is_counted_over_all_redirects(site: Site):
    def slow(connection: socket.socket) -> None:
        time.sleep(0.15)
        connection.sendall(redirect(f"/{len(site.requests)}"))

    site.pages |= dict.fromkeys(["/", *(f"/{number}" for number in range(9))], slow)
    assert refused(site, seconds=0.4, redirects=9).reason is Reason.TIME


TOO_LARGE = {
    "told": page(b"x" * 20_000),
    "not told": b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + b"x" * 20_000,
    "gzip bomb": page(gzip.compress(bytes(50_000_000)), "Content-Encoding: gzip"),
    "many members": page(gzip.compress(bytes(1000)) * 100, "Content-Encoding: gzip"),
    "chunk framing": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked"
    + b"\r\n\r\n"
    + (b"1;" + b"e" * 5_000 + b"\r\nx\r\n") * 100,
    "hints": b"HTTP/1.1 103 Early Hints\r\n\r\n" * 20_000 + page(b"x"),
}


@pytest.mark.parametrize("told", TOO_LARGE.values(), ids=TOO_LARGE)
def test_too_large(site: Site, told: bytes):
    site.pages["/"] = told
    error = refused(site, size=10_000)
    assert error.reason is Reason.SIZE
    assert "larger than 10,000 bytes" in error.message


def test_gzip_is_unpacked(site: Site):
    words = b"<p>words</p>" * 10_000
    packed = gzip.compress(words[:60_000]) + gzip.compress(words[60_000:])
    site.pages["/"] = page(packed, "Content-Encoding: gzip")
    assert site.fetch().data == words


DAMAGED = {
    "shorter than told": (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99\r\n\r\nhalf",
        "broke off after 4 bytes",
    ),
    "chunk missing": (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n4\r\nhalf",
        "broke off after 4 bytes",
    ),
    "gzip cut off": (
        page(gzip.compress(b"x" * 999)[:-9], "Content-Encoding: gzip"),
        "broke off",
    ),
    "no gzip": (page(b"plain words", "Content-Encoding: gzip"), "cannot be unpacked"),
    "brotli": (page(b"x", "Content-Encoding: br"), "not asked for (br)"),
    "deflate": (page(zlib.compress(b"x"), "Content-Encoding: deflate"), "(deflate)"),
    "twice": (page(b"x", "Content-Encoding: gzip, gzip"), "(gzip, gzip)"),
    "no HTTP": (b"SSH-2.0-OpenSSH_9.6\r\n", "no valid HTTP answer"),
    "nothing": (b"", "no valid HTTP answer"),
    "header without colon": (b"HTTP/1.1 200 OK\r\nnonsense\r\n\r\n", "no valid HTTP answer"),
    "large head": (
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000 + b"\r\n\r\n",
        "no valid HTTP answer",
    ),
    "many headers": (page(b"x", *(f"X-{n}: y" for n in range(300))), "more than 200 headers"),
    "two lengths": (
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        "no valid HTTP answer",
    ),
    "empty": (page(b""), "empty"),
    "white space": (page(b" \n "), "empty"),
}


@pytest.mark.parametrize(("told", "words"), DAMAGED.values(), ids=DAMAGED)
def test_damaged_answer(site: Site, told: bytes, words: str):
    site.pages["/"] = told
    error = refused(site)
    assert error.reason is Reason.RESPONSE
    assert words in error.message


def test_connection_that_breaks_off(site: Site):
    def reset(connection: socket.socket) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    site.pages["/"] = reset
    error = refused(site)
    # Whether a reset shows as an error or as an early end depends on the operating system.
    assert error.reason in {Reason.CONNECTION, Reason.RESPONSE}
    assert "Try again later" in error.message


STATUSES = {
    "404 Not Found": "no such page",
    "403 Forbidden": "does not let us read",
    "429 Too Many Requests": "Try again later",
    "503 Service Unavailable": "Try again later",
    "204 No Content": "and no page",
    "206 Partial Content": "and no page",
    "418 Teapot": "and no page",
}


@pytest.mark.parametrize(("status", "words"), STATUSES.items(), ids=STATUSES)
def test_status_is_kept_with_the_reason(site: Site, status: str, words: str):
    body = b"" if status.startswith("204") else b"x"
    site.pages |= {
        "/": redirect("/end"),
        "/end": answer(body, "Content-Type: text/html", "ETag: x", status=status),
    }
    error = refused(site)
    assert error.reason is Reason.STATUS
    assert words in error.message
    assert error.status == int(status[:3])
    assert error.headers["etag"] == "x"
    assert (error.final_url, error.redirects) == (f"{site.root}/end", (f"{site.root}/",))


TYPES = {
    "HTML": ("Text/HTML; Charset=x", b"x", "Text/HTML; Charset=x"),
    "XHTML": ("application/xhtml+xml", b"x", "application/xhtml+xml"),
    "text": ("text/plain", b"x", "text/plain"),
    "PDF": ("application/pdf", PDF, "application/pdf"),
    "DOCX": (DOCX, b"PK\3\4", DOCX),
    "PDF by its bytes": ("application/octet-stream", PDF, "application/pdf"),
    "DOCX by its bytes": ("application/zip", b"PK\3\4", DOCX),
    "HTML by its bytes": ("", b"<!doctype html><p>x", "text/html"),
    "text by its bytes": ("binary/octet-stream", "é".encode(), "text/plain"),
}


@pytest.mark.parametrize(("sent", "body", "taken"), TYPES.values(), ids=TYPES)
def test_type_is_taken(site: Site, sent: str, body: bytes, taken: str):
    site.pages["/"] = answer(body, *([f"Content-Type: {sent}"] if sent else []))
    assert site.fetch().content_type == taken


@pytest.mark.parametrize(
    ("sent", "body", "words"),
    [
        ("image/png", b"\x89PNG", "leads to image/png"),
        ("application/json", b"{}", "leads to application/json"),
        ("application/msword", b"x", "leads to application/msword"),
        ("application/octet-stream", b"\x89PNG", "a PNG image"),
        ("application/octet-stream", b"MZ\0\0", "binary"),
        ("application/octet-stream", b"{\\rtf1", "an RTF document"),
    ],
)
def test_type_is_refused_by_its_name(site: Site, sent: str, body: bytes, words: str):
    site.pages["/"] = answer(body, f"Content-Type: {sent}")
    error = refused(site)
    assert error.reason is Reason.TYPE
    assert words in error.message
    assert error.status == 200


def answers_for(*addresses: str) -> list[tuple]:
    return [
        (socket.AF_INET6 if ":" in address else socket.AF_INET, 1, 6, "", (address, 80))
        for address in addresses
    ]


@pytest.mark.parametrize(
    "addresses", [["10.0.0.5"], ["8.8.8.8", "10.0.0.5"], ["64:ff9b::a00:5"], ["fe80::1%1"]]
)
def test_name_with_a_private_address_is_refused(
    monkeypatch: pytest.MonkeyPatch, addresses: list[str]
):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers_for(*addresses))
    with pytest.raises(FetchError, match=r"inside\.test is not on the public internet") as caught:
        fetch("http://inside.test/")
    assert caught.value.reason is Reason.PRIVATE


def test_name_is_resolved_once_and_the_checked_address_connected_to(
    monkeypatch: pytest.MonkeyPatch,
):
    answers = iter([answers_for("8.8.8.8"), answers_for("127.0.0.1")])
    connected = []

    def connect(_: socket.socket, address: tuple) -> None:
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: next(answers))
    monkeypatch.setattr(socket.socket, "connect", connect)
    with pytest.raises(FetchError, match=r"No connection to rebinding\.test") as caught:
        fetch("http://rebinding.test/")
    assert caught.value.reason is Reason.CONNECTION
    assert connected == [("8.8.8.8", 80)]


def test_next_address_is_tried(site: Site, monkeypatch: pytest.MonkeyPatch):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        addresses = [closed.getsockname(), ("127.0.0.1", site.port)]
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", address) for address in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    site.pages["/"] = page(b"x")
    assert fetch(f"http://site.test:{site.port}/", allowed=site.allowed).data == b"x"
    assert f"Host: site.test:{site.port}\r\n" in site.requests[0]


def test_unknown_name(monkeypatch: pytest.MonkeyPatch):
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(FetchError, match=r"no server by the name nowhere\.test") as caught:
        fetch("http://nowhere.test/")
    assert caught.value.reason is Reason.DNS


def test_slow_name_server_is_given_up(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: time.sleep(1))
    begun = time.monotonic()
    with pytest.raises(FetchError) as caught:
        fetch("http://slow.test/", limits=Limits(seconds=0.1))
    assert caught.value.reason is Reason.TIME
    assert time.monotonic() - begun < 0.8


def test_server_without_tls(site: Site):
    secure = site.root.replace("http:", "https:")
    with pytest.raises(FetchError, match="broke off") as caught:
        fetch(secure, allowed=site.allowed)
    assert caught.value.reason is Reason.CONNECTION


def test_certificate_of_nobody_is_refused(site: Site, tmp_path: Path):
    certificate = self_signed(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    site.tls = context
    secure = site.root.replace("http:", "https:")
    with pytest.raises(FetchError, match=r"certificate of 127\.0\.0\.1 is not valid") as caught:
        fetch(secure, allowed=site.allowed)
    assert caught.value.reason is Reason.CERTIFICATE
    assert site.requests == []


def self_signed(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), False
        )
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path


def test_allowed_network_does_not_open_other_ports(site: Site):
    with pytest.raises(FetchError, match=f"port {site.port}"):
        fetch(site.root, allowed=Allowed.parse(["127.0.0.0/8"]))
