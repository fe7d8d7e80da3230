from django.core.files.uploadhandler import FileUploadHandler, SkipFile

from articles.importing.manuscript import MAX_FILE

OVERSIZED = "factcheck.oversized_file"
"""Where the request's META has the name of a file that was too large to take."""


class SizeLimitHandler(FileUploadHandler):
    """Drops a file as soon as it turns out to be larger than MAX_FILE.

    The rest of it is read past and kept nowhere, so that the form's other fields arrive and the
    browser gets to read the answer.
    """

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        if start + len(raw_data) > MAX_FILE and self.request:
            self.request.META[OVERSIZED] = self.file_name
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
