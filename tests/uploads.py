from io import RawIOBase
from itertools import chain, repeat
from typing import Any


class LargeUpload(RawIOBase):
    """The body of a form with a file between two fields, made as it is read."""

    content_type = "multipart/form-data; boundary=cut"

    def __init__(self, size: int) -> None:
        field = b'--cut\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n'
        start = (
            b'--cut\r\nContent-Disposition: form-data; name="file"; filename="large.txt"\r\n'
            b"Content-Type: text/plain\r\n\r\n"
        )
        head = field % (b"title", b"Before") + start
        tail = b"\r\n" + field % (b"byline", b"After") + b"--cut--\r\n"
        self.length = len(head) + size + len(tail)
        self.pieces = chain([head], repeat(b"a" * 65536, size // 65536), [tail])
        self.rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self.rest or next(self.pieces, b"")
        taken, self.rest = piece[: len(buffer)], piece[len(buffer) :]
        buffer[: len(taken)] = taken
        return len(taken)
