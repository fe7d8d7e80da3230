"""Fetches a web page or document once, within limits, from the public internet only.

No cookies, credentials or proxies of the environment are used; certificates are verified.
"""

import re
import ssl
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache

import certifi
import httpcore

from articles.extraction.formats import (
    MEDIA_TYPE,
    READABLE_TYPES,
    UNTOLD_TYPES,
    media_type,
    recognise,
)
from articles.extraction.limits import MAX_FILE
from articles.fetching.addresses import Allowed
from articles.fetching.errors import FetchError, Reason
from articles.fetching.network import Backend, Budget, too_large
from articles.fetching.urls import Target, redirected, target
from articles.text.decode import UndecodableError, decode
from articles.text.errors import ExtractionError

USER_AGENT = "factcheck/0.1"

_REQUEST_HEADERS: dict[bytes | str, bytes | str] = {
    "User-Agent": USER_AGENT,
    "Accept": "text/html, application/xhtml+xml, application/pdf, text/plain;q=0.9, */*;q=0.5",
    "Accept-Encoding": "gzip, identity",
    "Connection": "close",
}
_OF_NOTE = ("content-type", "content-language", "last-modified", "etag", "date")
_CANONICAL = re.compile(r"rel\s*=\s*[\"']?canonical\b", re.I)
_LONGEST_VALUE = 1000
_MOST_HEADERS = 200
_REDIRECTS = {301, 302, 303, 307, 308}
_PIECE = 64 * 1024


@dataclass(frozen=True)
class Limits:
    """Seconds for the whole fetch and for each connection, bytes before and after unpacking."""

    seconds: float = 30
    connect_seconds: float = 10
    size: int = MAX_FILE
    redirects: int = 5


@dataclass(frozen=True)
class Fetched:
    """A page as it was received; ``data`` is unpacked.

    ``content_type`` is as sent, with its charset, or made from the first bytes where the server
    did not tell. ``headers`` are those of note, by lower-case name. ``redirects`` are the
    addresses gone through before ``final_url``, the first one first.
    """

    data: bytes
    final_url: str
    status: int
    content_type: str
    headers: dict[str, str] = field(default_factory=dict)
    redirects: tuple[str, ...] = ()


_NOTHING_MORE = Allowed()
_USUAL = Limits()


def fetch(url: str, *, allowed: Allowed = _NOTHING_MORE, limits: Limits = _USUAL) -> Fetched:
    """Fetch the page at ``url`` and follow its redirects. Raises FetchError."""
    budget = Budget(limits.seconds, limits.size)
    backend = Backend(allowed, budget, limits.connect_seconds)
    gone_through: list[str] = []
    here = target(url, allowed)
    try:
        while True:
            answer = _get(here, backend, budget, limits.size)
            if isinstance(answer, Fetched):
                return replace(answer, redirects=tuple(gone_through))
            gone_through.append(here.url)
            here = redirected(here, answer, allowed)
            _refuse_endless(here, gone_through, limits.redirects)
    except FetchError as error:
        error.final_url = here.url
        error.redirects = tuple(gone_through)
        raise


def _get(here: Target, backend: Backend, budget: Budget, limit: int) -> Fetched | str:
    """The page, or the address that it redirects to."""
    url = httpcore.URL(here.url)
    with httpcore.HTTPConnection(url.origin, _tls(), network_backend=backend) as connection:
        try:
            with connection.stream("GET", url, headers=_REQUEST_HEADERS) as response:
                return _received(here, response, limit)
        except TimeoutError as error:
            raise budget.too_slow() from error
        except ssl.SSLCertVerificationError as error:
            raise FetchError(
                Reason.CERTIFICATE,
                f"The certificate of {here.host} is not valid ({error.verify_message}), so who "
                "answers is not certain. Open the page in a browser and add it as a file.",
            ) from error
        except OSError as error:
            raise FetchError(
                Reason.CONNECTION, f"The connection to {here.host} broke off. Try again later."
            ) from error
        except httpcore.ProtocolError as error:
            raise FetchError(
                Reason.RESPONSE, f"{here.host} gives no valid HTTP answer. Try again later."
            ) from error


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certifi.where())


def _received(here: Target, response: httpcore.Response, limit: int) -> Fetched | str:
    values = _values(response)
    if response.status in _REDIRECTS and "location" in values:
        return values["location"]
    noted = _noted(values)
    try:
        _check_head(response, values, limit)
        data = _body(response, values.get("content-encoding", ""), limit)
        content_type = _content_type(values.get("content-type", ""), data)
    except FetchError as error:
        error.status = response.status
        error.headers = noted
        raise
    return Fetched(data, here.url, response.status, content_type, noted)


def _refuse_endless(here: Target, gone_through: list[str], most: int) -> None:
    if here.url in gone_through:
        raise FetchError(
            Reason.REDIRECT,
            f"The page redirects in a circle, back to {here.url}. Open it in a browser and add it "
            "as a file.",
        )
    if len(gone_through) > most:
        raise FetchError(
            Reason.REDIRECT,
            f"The page redirects more than {most} times. Enter the address where it ends.",
        )


def _values(response: httpcore.Response) -> dict[str, str]:
    """The headers by lower-case name, those given several times joined with commas."""
    if len(response.headers) > _MOST_HEADERS:
        raise FetchError(
            Reason.RESPONSE, f"The server sent more than {_MOST_HEADERS} headers: try another page."
        )
    values: dict[str, str] = {}
    for raw_name, raw_value in response.headers:
        name, value = raw_name.decode("ascii").lower(), _decoded(raw_value)
        values[name] = f"{values[name]}, {value}" if name in values else value
    return values


def _decoded(value: bytes) -> str:
    """A header's value; UTF-8 is not standard but common in Location."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _noted(values: dict[str, str]) -> dict[str, str]:
    noted = {name: values[name][:_LONGEST_VALUE] for name in _OF_NOTE if name in values}
    links = [link.strip() for link in values.get("link", "").split(",") if _CANONICAL.search(link)]
    return noted | ({"link": links[0][:_LONGEST_VALUE]} if links else {})


def _check_head(response: httpcore.Response, values: dict[str, str], limit: int) -> None:
    if response.status not in (200, 203):
        raise FetchError(Reason.STATUS, _status_message(response.status))
    length = values.get("content-length", "")
    if length.isdigit() and int(length) > limit:
        raise too_large(limit)
    media = media_type(values.get("content-type", ""))
    if media not in READABLE_TYPES and media not in UNTOLD_TYPES:
        raise FetchError(
            Reason.TYPE,
            f"The address leads to {media[:100]}, which is no text. Only web pages, PDF, DOCX and "
            "plain text are read.",
        )


def _status_message(status: int) -> str:
    answered = f"The server answered {status}"
    if status in (404, 410):
        return f"{answered}: there is no such page. Check the address, or look in a web archive."
    if status in (401, 402, 403, 451):
        return (
            f"{answered}: it does not let us read the page. Open it in your browser and add it as "
            "a file or as text."
        )
    if status == 429 or status >= 500:
        return f"{answered}: it cannot serve the page now. Try again later."
    return f"{answered} and no page. Open the address in a browser and add the page as a file."


def _body(response: httpcore.Response, encoding: str, limit: int) -> bytes:
    encoding = encoding.strip().lower()
    chunks: Iterable[bytes] = response.iter_stream()
    if encoding in ("gzip", "x-gzip"):
        chunks = _unpacked(chunks)
    elif encoding not in ("", "identity"):
        raise FetchError(
            Reason.RESPONSE,
            f"The server packs its pages in a way that was not asked for ({encoding[:40]}). "
            "Download the page and add it as a file.",
        )
    data = bytearray()
    try:
        for chunk in chunks:
            data += chunk
            if len(data) > limit:
                raise too_large(limit)
    except (httpcore.RemoteProtocolError, EOFError) as error:
        raise FetchError(
            Reason.RESPONSE,
            f"The page broke off after {len(data):,} bytes, before its end. Try again.",
        ) from error
    except zlib.error as error:
        raise FetchError(
            Reason.RESPONSE, "What the server packed cannot be unpacked. Try again."
        ) from error
    if not data.strip():
        raise FetchError(Reason.RESPONSE, "The page is empty. Open it in a browser to check.")
    return bytes(data)


def _unpacked(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Pieces of at most ``_PIECE`` bytes. Raises EOFError if the packed data end too early."""
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    for packed in chunks:
        while packed and not unpacker.eof:
            yield unpacker.decompress(packed, _PIECE)
            packed = unpacker.unconsumed_tail
            if unpacker.unused_data.startswith(b"\x1f"):  # one more gzip member
                packed = unpacker.unused_data
                unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    if not unpacker.eof:
        raise EOFError


def _content_type(sent: str, data: bytes) -> str:
    if media_type(sent) not in UNTOLD_TYPES:
        return sent
    try:
        found = recognise(data)
        if found == "text":
            decode(data)
    except (ExtractionError, UndecodableError) as error:
        raise FetchError(Reason.TYPE, str(error)) from error
    return MEDIA_TYPE[found]
