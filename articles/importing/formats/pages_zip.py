"""A zip of web pages and text files, each an article. Nothing in it is ever written to disk."""

import mimetypes
import re
import stat
import struct
import unicodedata
import zlib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import PurePosixPath
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from articles.extraction.formats import recognise
from articles.extraction.limits import MAX_FILE
from articles.importing.formats.html import article
from articles.importing.limits import MAX_ZIP_BYTES, MAX_ZIP_FILES, MAX_ZIP_RATIO
from articles.importing.manuscript import UnreadableError
from articles.importing.records import FileError, Layout, Problem, Record, Refused, shown
from articles.text.errors import ExtractionError

_LONGEST_NAME = 1_000
_MAX_READ = MAX_ZIP_FILES * 400
"""Bytes that the list of the files may have."""
_LOCAL_HEADER = 30
"""Bytes before the name of each file, at least (APPNOTE, section 4.3.7)."""
_ENCRYPTED = 0x1
_SMALL = 1024 * 1024
"""Bytes of a file whose ratio does no harm."""
_JUNK = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini"})
_DAMAGED = (BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, struct.error)
_LEAVE_OUT = "Leave it out, or import it by itself."
_PACK_AGAIN = "Pack it again, or import it by itself."
_TYPES = mimetypes.MimeTypes()
"""What endings of names stand for, without what this machine adds to that."""
_ARTICLES = (None, "text/plain", "text/html", "text/markdown", "application/xhtml+xml")


class _EntryError(ValueError):
    """One file of the zip cannot be used; the message says why."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.remedy = remedy


def read(file: BinaryIO, layout: Layout) -> Iterator[Record | Refused]:
    """An article for each page and text file, ``place`` its name and ``row`` its count.

    Folders, hidden files and what macOS adds are left out. One file is held at a time. Raises
    FileError for what is no zip, or is one made to do harm.
    """
    with _opened(file) as archive:
        _refuse_bombs(archive)
        entries = [entry for entry in archive.infolist() if not _is_left_out(entry)]
        if not entries:
            raise FileError("The zip has no pages. Put web pages or text files into it.")
        seen = set[str]()
        for row, entry in enumerate(entries, 1):
            yield _row(archive, entry, row, repeated=entry.filename in seen)
            seen.add(entry.filename)


def _opened(file: BinaryIO) -> ZipFile:
    file.seek(0)
    try:
        return ZipFile(Guarded(file))
    except (*_DAMAGED, OverflowError, RuntimeError) as error:
        raise FileError(
            f"The file is no zip that can be read ({shown(error)}). Make it again and try it anew."
        ) from error


class Guarded:
    """The file to the zip reader, which would take its list of files into memory at any size."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.tell = file.tell
        self.seekable = file.seekable

    def read(self, size: int = -1) -> bytes:
        if size > _MAX_READ:
            raise FileError("The zip's list of files is too long. Part it into several zips.")
        return self._file.read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        if whence == 0 and offset < 0:
            raise BadZipFile("a file is said to begin before the zip does")
        return self._file.seek(offset, whence)


def _refuse_bombs(archive: ZipFile) -> None:
    """Raises FileError."""
    entries = archive.infolist()
    if len(entries) > MAX_ZIP_FILES:
        raise FileError(
            f"The zip has {len(entries):,} files, more than the {MAX_ZIP_FILES:,} allowed. "
            "Part it into several zips."
        )
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MAX_ZIP_BYTES:
        raise FileError(
            f"The files of the zip have {unpacked:,} bytes unpacked, more than the "
            f"{MAX_ZIP_BYTES:,} allowed. Part it into several zips."
        )
    begins = sorted((entry.header_offset, entry.compress_size) for entry in entries)
    begins.append((archive.start_dir, 0))
    for (start, size), (following, _) in pairwise(begins):
        if start + _LOCAL_HEADER + size > following:
            raise FileError(
                "Files of the zip share the same bytes, as no honest zip has it. Make it again."
            )


def _is_left_out(entry: ZipInfo) -> bool:
    parts = PurePosixPath(entry.filename).parts
    hidden = any(part.startswith(".") and part != ".." for part in parts)
    return entry.filename.endswith("/") or hidden or not _JUNK.isdisjoint(parts)


def _row(archive: ZipFile, entry: ZipInfo, row: int, *, repeated: bool) -> Record | Refused:
    name = entry.orig_filename
    try:
        _refuse_name(name)
        _refuse_name(entry.filename)
        if repeated:
            raise _EntryError("The zip has another file of this name.", "Give it another name.")
        _refuse_entry(entry)
        data = _unpacked(archive, entry)
        _refuse_kind(data, name)
        fields = article(PurePosixPath(name).name, data)
    except (_EntryError, UnreadableError) as error:
        remedy = error.remedy if isinstance(error, _EntryError) else _LEAVE_OUT
        return Refused(row, "article", {}, (Problem(row, "", shown(name), str(error), remedy),))
    return Record(row, "article", fields, place=name)


def _refuse_name(name: str) -> None:
    """Names of which a careless program would write somewhere else. Raises _EntryError."""
    if not name:
        fault = "is empty"
    elif "\\" in name:
        fault = "has a backslash"
    elif name.startswith("/") or re.match("[A-Za-z]:", name):
        fault = "is that of a place on a disk"
    elif ".." in name.split("/"):
        fault = "leads out of the zip with “..”"
    elif any(unicodedata.category(character) == "Cc" for character in name):
        fault = "has control characters"
    elif len(name) > _LONGEST_NAME:
        fault = f"is longer than {_LONGEST_NAME:,} characters"
    else:
        return
    raise _EntryError(f"The name of the file {fault}.", "Rename it and make the zip again.")


def _refuse_entry(entry: ZipInfo) -> None:
    """Raises _EntryError."""
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise _EntryError("This is a link or a device, not a file.", "Put the file itself there.")
    if entry.flag_bits & _ENCRYPTED:
        raise _EntryError("The file is locked with a password.", "Make the zip without one.")
    if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        reason = f"The file is packed by method {entry.compress_type}, which is not read."
        raise _EntryError(reason, "Make the zip with Deflate, the usual method.")
    if entry.file_size > MAX_FILE:
        reason = f"The file is larger than {MAX_FILE // 1024 // 1024} MB."
        raise _EntryError(reason, "Put in only the part you need.")
    if entry.file_size > max(_SMALL, entry.compress_size * MAX_ZIP_RATIO):
        reason = (
            f"The file unpacks to more than {MAX_ZIP_RATIO} times its size, as no article does."
        )
        raise _EntryError(reason, _LEAVE_OUT)


def _unpacked(archive: ZipFile, entry: ZipInfo) -> bytes:
    """Raises _EntryError."""
    try:
        with archive.open(entry) as member:
            return member.read(MAX_FILE + 1)
    except _DAMAGED as error:
        raise _EntryError(
            f"The file is damaged in the zip ({shown(error)}).", _PACK_AGAIN
        ) from error


def _refuse_kind(data: bytes, name: str) -> None:
    """Raises _EntryError."""
    try:
        kind = recognise(data)
    except ExtractionError as error:
        raise _EntryError(str(error), _LEAVE_OUT) from error
    if kind in ("pdf", "docx"):
        what = "a PDF document" if kind == "pdf" else "a zip or a Word document"
        raise _EntryError(f"This is {what}, no web page or text file.", _LEAVE_OUT)
    if _TYPES.guess_type(name.lower())[0] not in _ARTICLES:
        reason = "By its name this is no web page or text, but a file that programs read."
        raise _EntryError(reason, "Leave it out, or give it a name that ends in .txt.")
