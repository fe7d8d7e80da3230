"""A typed or received address, made fit for a request or refused."""

import re
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from articles.fetching.addresses import Allowed
from articles.fetching.errors import FetchError, Reason

MAX_URL = 2000

_DEFAULT_PORT = {"http": 80, "https": 443}
_HOST = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*|[0-9a-f:.]*:[0-9a-f:.]*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\\]")
_RESERVED = "!#$%&'()*+,/:;=?@[]~"


@dataclass(frozen=True)
class Target:
    """Where a request goes: ``url`` is ASCII without fragment, ``host`` without brackets."""

    url: str
    scheme: str
    host: str
    port: int


def target(url: str, allowed: Allowed) -> Target:
    """Raises FetchError for addresses that are none or that are never fetched."""
    url = url.strip(" ")
    if len(url) > MAX_URL:
        raise _refused(f"The address is longer than {MAX_URL:,} characters: shorten it.")
    if _CONTROL.search(url):
        raise _refused(
            "The address has a line break, backslash or control character in it: "
            "copy it again from the browser."
        )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise _refused("The address is not valid: copy it again from the browser.") from error
    if parts.scheme not in _DEFAULT_PORT:
        raise _refused("Only addresses that begin with https:// or http:// can be fetched.")
    if "@" in parts.netloc:
        raise _refused(
            "The address has a user name or password in it: take them out, or download the page "
            "and add it as a file."
        )
    host = _ascii_host(parts.hostname or "")
    port = _DEFAULT_PORT[parts.scheme] if port is None else port
    if port not in _DEFAULT_PORT.values() and not allowed.server(host, port):
        raise _refused(
            f"The address names port {port}; only the usual ports 80 and 443 are fetched. "
            "Download the page and add it as a file."
        )
    return Target(
        _rebuilt(parts.scheme, host, port, parts.path, parts.query), parts.scheme, host, port
    )


def redirected(origin: Target, location: str, allowed: Allowed) -> Target:
    """Where a redirect leads. Raises FetchError; never from https to http."""
    try:
        url = urljoin(origin.url, location)
    except ValueError as error:
        raise _refused("The page redirects to an address that is not valid.") from error
    found = target(url, allowed)
    if origin.scheme == "https" and found.scheme == "http":
        raise FetchError(
            Reason.REDIRECT,
            f"The page redirects from https to {found.url}, where others could change it on the "
            "way. If you trust that address, enter it yourself.",
        )
    return found


def _ascii_host(host: str) -> str:
    try:
        ascii_host = host.encode("idna").decode("ascii").lower().removesuffix(".")
    except UnicodeError:
        ascii_host = ""
    if not _HOST.fullmatch(ascii_host):
        raise _refused("The address has no valid host name: copy it again from the browser.")
    return ascii_host


def _rebuilt(scheme: str, host: str, port: int, path: str, query: str) -> str:
    netloc = f"[{host}]" if ":" in host else host
    if port != _DEFAULT_PORT[scheme]:
        netloc += f":{port}"
    return urlunsplit((scheme, netloc, quote(path, _RESERVED) or "/", quote(query, _RESERVED), ""))


def _refused(message: str) -> FetchError:
    return FetchError(Reason.ADDRESS, message)
