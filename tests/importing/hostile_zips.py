"""Hostile zips and pages, as in ``hostile_documents``."""

import copy
import io
import stat
import struct
import zipfile
from collections.abc import Callable

from articles.extraction.limits import MAX_FILE
from articles.importing.limits import MAX_ZIP_BYTES, MAX_ZIP_FILES
from tests.importing.hostile_documents import Make

PAGE = b"<!doctype html><html><body><article><p>The river rose by two metres.</p></article></html>"
Change = Callable[[zipfile.ZipFile], None]


def zipped(
    files: dict[str, bytes], change: Change | None = None, method: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """The zip; ``change`` is made to what its directory says of the files."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
        if change:
            change(archive)
    return file.getvalue()


def made(
    files: dict[str, bytes], change: Change | None = None, method: int = zipfile.ZIP_DEFLATED
) -> Make:
    return lambda: ("pages.zip", zipped(files, change, method))


def named(name: str) -> Make:
    return made({"a.html": PAGE, name: PAGE})


def patched(old: bytes, new: bytes, name: str = "aXb.html") -> Make:
    """A zip in which bytes were replaced by as many others."""
    return lambda: (
        "pages.zip",
        zipped({name: PAGE}, method=zipfile.ZIP_STORED).replace(old, new),
    )


def said(**fields: object) -> Change:
    """The directory says so of the first file."""

    def change(archive: zipfile.ZipFile) -> None:
        for name, value in fields.items():
            setattr(archive.filelist[0], name, value)

    return change


def entries(count: int, name: str) -> Change:
    """More entries of the directory that all point to the first file."""

    def change(archive: zipfile.ZipFile) -> None:
        for number in range(count):
            entry = copy.copy(archive.filelist[0])
            entry.filename = f"{number}{name}"
            archive.filelist.append(entry)

    return change


def cut(size: int) -> Make:
    return lambda: ("pages.zip", zipped({"a.html": PAGE})[:-size])


def understated(data: bytes) -> bytes:
    """The zip whose end says that its directory is short, while the end of ZIP64 tells its size."""
    size, start = struct.unpack("<2L", data[-10:-2])
    large = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, size, start)
    large += struct.pack("<4sLQL", b"PK\6\7", 0, start + size, 1)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, 60, 0, 0)
    return data[:-22] + large + end


def flipped(at: int) -> Make:
    """A zip of one page in whose packed bytes, from byte 36 on, one is another."""

    def make() -> tuple[str, bytes]:
        data = bytearray(zipped({"a.html": PAGE}))
        data[at] ^= 0xFF
        return "pages.zip", bytes(data)

    return make


def single(data: bytes) -> Make:
    return lambda: ("page.html", data)


ZIPS: dict[str, tuple[Make, str]] = {
    "zip: a name that leads out": (named("../../etc/cron.d/x.html"), "leads out of the zip"),
    "zip: a name that leads out midway": (named("a/../../x.html"), "leads out of the zip"),
    "zip: an absolute name": (named("/etc/passwd.html"), "a place on a disk"),
    "zip: a name with a drive": (named("C:/x.html"), "a place on a disk"),
    "zip: a name with a backslash": (named("a\\b.html"), "has a backslash"),
    "zip: a name with NUL": (patched(b"aXb", b"a\0b"), "has control characters"),
    "zip: a name that begins with NUL": (patched(b"aXb", b"\0Xb"), "has control characters"),
    "zip: an empty name": (
        made({"a.html": PAGE}, said(filename="")),
        "The name of the file is empty",
    ),
    "zip: a name with a line break": (named("a\nb.html"), "has control characters"),
    "zip: a name with a terminal's control": (named("a\x1b[2Jb.html"), "has control characters"),
    "zip: an endless name": (named("a" * 60_000 + ".html"), "longer than 1,000 characters"),
    "zip: a name that is not UTF-8": (
        patched("aé".encode(), b"a\xc3\x28", "aé.html"),
        "no zip that can be read",
    ),
    "zip: a symbolic link": (
        made({"a.html": b"/etc/passwd"}, said(external_attr=(stat.S_IFLNK | 0o777) << 16)),
        "a link or a device",
    ),
    "zip: a device": (
        made({"a.html": b""}, said(external_attr=(stat.S_IFCHR | 0o777) << 16)),
        "a link or a device",
    ),
    "zip: a password": (made({"a.html": PAGE}, said(flag_bits=1)), "locked with a password"),
    "zip: an unknown method": (
        made({"a.html": PAGE}, said(compress_type=97)),
        "packed by method 97",
    ),
    "zip: LZMA": (made({"a.html": PAGE}, method=zipfile.ZIP_LZMA), "packed by method 14"),
    "zip: damaged words": (patched(b"two", b"six"), "damaged in the zip (Bad CRC-32"),
    "zip: a damaged stream": (flipped(40), "damaged in the zip"),
    "zip: another name in the directory": (
        lambda: ("pages.zip", zipped({"a.html": PAGE}).replace(b"a.html", b"b.html", 1)),
        "damaged in the zip (File name in directory",
    ),
    "zip: cut off": (cut(40), "no zip that can be read"),
    "zip: only its beginning": (lambda: ("pages.zip", b"PK\x03\x04"), "no zip that can be read"),
    "zip: text": (lambda: ("pages.zip", b"no zip"), "no zip that can be read"),
    "zip: nothing in it": (made({}), "The zip has no pages"),
    "zip: only hidden files": (made({".a.html": PAGE, "__MACOSX/b.html": PAGE}), "has no pages"),
    "zip: a zip in it": (made({"b.zip": zipped({"a.html": PAGE})}), "a zip or a Word document"),
    "zip: a PDF in it": (made({"b.pdf": b"%PDF-1.7\n"}), "This is a PDF document"),
    "zip: an RTF document in it": (made({"b.html": b"{\\rtf1 x}"}), "an RTF document"),
    "zip: an image in it": (made({"b.html": b"\x89PNG\r\n\x1a\n"}), "a PNG image"),
    "zip: an empty file in it": (made({"b.html": b""}), "The file is empty"),
    "zip: a bomb": (made({"a.html": b"a" * (MAX_FILE // 2)}), "more than 200 times its size"),
    "zip: a file that is too large": (made({"a.txt": b"a" * (MAX_FILE + 1)}), "larger than 10 MB"),
    "zip: a size that is a lie": (
        made({"a.txt": b"ab c" * 50_000}, said(file_size=100)),
        "damaged in the zip (Bad CRC-32",
    ),
    "zip: too much in all": (
        made({"a.html": PAGE}, said(file_size=MAX_ZIP_BYTES + 1)),
        "bytes unpacked, more than",
    ),
    "zip: beyond 4 GB in all": (
        made({"a.html": PAGE}, said(file_size=2**60)),
        "bytes unpacked, more than",
    ),
    "zip: files that share bytes": (
        made({"a.html": PAGE}, entries(1, ".html")),
        "share the same bytes",
    ),
    "zip: a file that reaches into the next": (
        made({"a.html": PAGE, "b.html": PAGE}, said(compress_size=500)),
        "share the same bytes",
    ),
    "zip: too many files": (
        made({"a.html": PAGE}, entries(MAX_ZIP_FILES, ".html")),
        "more than the 20,000 allowed",
    ),
    "zip: an endless directory": (
        made({"a.html": PAGE}, entries(30_000, "x" * 300)),
        "list of files is too long",
    ),
    "zip: an endless directory that is said to be short": (
        lambda: (
            "pages.zip",
            understated(zipped({"a.html": PAGE}, entries(30_000, "x" * 300))),
        ),
        "list of files is too long",
    ),
    "zip: a name given twice": (
        lambda: (
            "pages.zip",
            zipped({"a.html": PAGE, "b.html": PAGE}).replace(b"b.html", b"a.html"),
        ),
        "another file of this name",
    ),
    "zip: a page of too many elements": (
        made({"a.html": b"<!doctype html>" + b"<p>x y z " * 51_000}),
        "more than the 50,000 allowed",
    ),
}
PAGES: dict[str, tuple[Make, str]] = {
    "html: an empty file": (single(b" \n"), "The file is empty"),
    "html: larger than is read": (single(b"<html>" + b"a" * MAX_FILE), "larger than 10 MB"),
    "html: no words": (single(b"<!doctype html><html><body></body></html>"), "No article text"),
    "html: too many elements": (
        single(b"<!doctype html>" + b"<i>x</i>" * 51_000),
        "more than the 50,000 allowed",
    ),
    "html: an image": (single(b"\xff\xd8\xff\xe0"), "a JPEG image"),
    "html: zeros": (single(b"<!doctype html>\0\0\0"), "binary"),
}
HOSTILE_ZIPS = ZIPS | PAGES
