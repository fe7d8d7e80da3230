import hashlib
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import (
    FileUploadHandler,
    SkipFile,
    TemporaryFileUploadHandler,
)

from articles.importing.limits import MAX_IMPORT
from articles.importing.manuscript import MAX_FILE

OVERSIZED = "factcheck.oversized_file"
"""Where the request's META has the name of a file that was too large to take."""
IMPORTED = "file"
"""The field of the form whose file is to be imported."""
SHA256 = "factcheck.file_sha256"
"""Where the request's META has the SHA-256 of a file that was taken for an import, in hex."""


class SizeLimitHandler(FileUploadHandler):
    """Drops a file as soon as it turns out to be larger than ``limit``.

    The rest of it is read past and kept nowhere, so that the form's other fields arrive and the
    browser gets to read the answer.
    """

    limit = MAX_FILE

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        if start + len(raw_data) > self.limit and self.request:
            self.request.META[OVERSIZED] = self.file_name
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


class ImportLimitHandler(SizeLimitHandler):
    limit = MAX_IMPORT


class HashingHandler(TemporaryFileUploadHandler):
    """Writes a file of any size to disk, and counts its hash while it comes."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.hash = hashlib.sha256()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.hash.update(raw_data)
        super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size: int) -> "UploadedFile[bytes] | None":
        if self.request and self.field_name == IMPORTED:
            self.request.META[SHA256] = self.hash.hexdigest()
        return super().file_complete(file_size)
