"""Why a page could not be fetched."""

from enum import StrEnum


class Reason(StrEnum):
    """What kept a fetch from its end; stored with the failed capture."""

    ADDRESS = "address"
    PRIVATE = "private"
    DNS = "dns"
    CONNECTION = "connection"
    CERTIFICATE = "certificate"
    TIME = "time"
    SIZE = "size"
    REDIRECT = "redirect"
    STATUS = "status"
    TYPE = "type"
    RESPONSE = "response"


class FetchError(Exception):
    """Nothing was fetched; ``message`` tells the reader why, and what to do.

    ``status`` and ``headers`` are of the answer that was refused, if the server gave one;
    ``final_url`` is the address that failed, after the ``redirects`` gone through.
    """

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.status: int | None = None
        self.headers: dict[str, str] = {}
        self.final_url = ""
        self.redirects: tuple[str, ...] = ()
