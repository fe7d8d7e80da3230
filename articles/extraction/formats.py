"""What kind of file it is: by its first bytes, then by what it is said to be."""

import re
from typing import Literal

from articles.text.errors import ExtractionError

Format = Literal["html", "pdf", "docx", "text"]

MEDIA_TYPE: dict[Format, str] = {
    "html": "text/html",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "text": "text/plain",
}
READABLE_TYPES = {*MEDIA_TYPE.values(), "application/xhtml+xml", "application/x-pdf"}
UNTOLD_TYPES = {
    "",
    "application/octet-stream",
    "binary/octet-stream",
    "application/download",
    "application/x-download",
    "application/force-download",
    "application/zip",
}
"""Types that do not tell what is sent."""

_SAMPLE = 1024
# How web pages begin; after the MIME sniffing standard (WHATWG, section 7.1), which goes further.
_HTML = re.compile(r"\s*(?:<\?xml\s|<!--|<(?:!doctype html|html|head|body)[\s>])", re.I)
_PDF = re.compile(rb"\s*%PDF-")
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_SAVE_AS = "Save it as PDF or DOCX and add that."


def media_type(content_type: str) -> str:
    """``text/html`` from ``Text/HTML; charset=utf-8``."""
    return content_type.partition(";")[0].strip().lower()


def charset(content_type: str) -> str:
    """``utf-8`` from ``text/html; charset="UTF-8"``, or an empty string."""
    found = re.search(r";\s*charset\s*=\s*[\"']?([\w:.-]{1,40})", content_type, re.I)
    return found[1].lower() if found else ""


def recognise(data: bytes, *, content_type: str = "", name: str = "") -> Format:
    """The format of a file. Raises ExtractionError for files of formats that are not read."""
    if looks_like_html(data):
        return "html"
    if _PDF.match(data) or (_said_pdf(content_type, name) and b"%PDF-" in data[:_SAMPLE]):
        return "pdf"
    if data.startswith(_ZIP):
        return "docx"
    if data.startswith(_OLE):
        raise ExtractionError(_ole(data))
    if data.startswith(b"{\\rtf"):
        raise ExtractionError(f"This is an RTF document, which is not read. {_SAVE_AS}")
    if media_type(content_type) in ("text/html", "application/xhtml+xml"):
        return "html"
    return "text"


def looks_like_html(data: bytes) -> bool:
    # UTF-16 shows its ASCII characters between zero bytes, after its byte order mark.
    start = data[:_SAMPLE].replace(b"\0", b"").decode("ascii", "ignore")
    return bool(_HTML.match(start))


def _said_pdf(content_type: str, name: str) -> bool:
    return "pdf" in media_type(content_type) or name.lower().endswith(".pdf")


def _ole(data: bytes) -> str:
    if _LOCKED in data:
        return "The document is locked with a password. Remove the password and add it again."
    return f"This is an Office document of the old kind (.doc), which is not read. {_SAVE_AS}"
