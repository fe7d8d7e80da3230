"""The lines of a text file of any size, one at a time."""

import codecs
import io
from collections.abc import Iterator
from typing import BinaryIO

from articles.importing.limits import MAX_ROWS, MAX_WHOLE
from articles.importing.records import FileError, Problem, shown

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CHUNK = 1024 * 1024
_OPENING = 200
_TOO_LONG = f"The line is longer than {MAX_WHOLE // 1024 // 1024} MB."
_SHORTEN = "Part it into several rows."


def lines(file: BinaryIO) -> Iterator[tuple[int, str | Problem]]:
    """The number, from 1, and the text of each line that is not blank, or what is wrong with it.

    Lines end with LF or CRLF. JSON is Unicode (RFC 8259, section 8.1): UTF-8, or what a byte order
    mark says. Of a line that is too long no more than ``MAX_WHOLE`` bytes are held. Raises
    FileError for a file that ends within a character of UTF-16 or has more than ``MAX_ROWS``.
    """
    encoding = skip_mark(file)
    found = _utf8(file) if encoding == "utf-8" else _wide(file, encoding)
    filled = (line for line in found if isinstance(line[1], Problem) or not line[1].isspace())
    for count, line in enumerate(filled, 1):
        if count > MAX_ROWS:
            raise FileError(f"The file has more than {MAX_ROWS:,} rows. Part it into several.")
        yield line


def skip_mark(file: BinaryIO) -> str:
    """The encoding by the byte order mark, after which the file then stands; else UTF-8."""
    file.seek(0)
    start = file.read(4)
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            file.seek(len(mark))
            return encoding
    file.seek(0)
    return "utf-8"


def _utf8(file: BinaryIO) -> Iterator[tuple[int, str | Problem]]:
    number = 0
    while raw := file.readline(MAX_WHOLE + 1):
        number += 1
        if len(raw) > MAX_WHOLE and not raw.endswith(b"\n"):
            yield number, _problem(number, raw[:_OPENING], _TOO_LONG, _SHORTEN)
            del raw
            while (rest := file.readline(_CHUNK)) and not rest.endswith(b"\n"):
                pass
            continue
        try:
            yield number, raw.decode()
        except UnicodeDecodeError as error:
            wrong = raw[error.start]
            reason = f"Byte {error.start + 1} of the line (0x{wrong:02X}) is not UTF-8."
            around = raw[max(0, error.start - 40) : error.start + 40]
            yield number, _problem(number, around, reason, "Save the file as UTF-8.")


def _problem(number: int, raw: bytes, reason: str, remedy: str) -> Problem:
    return Problem(number, "", shown(raw.decode(errors="replace")), reason, remedy)


def _wide(file: BinaryIO, encoding: str) -> Iterator[tuple[int, str | Problem]]:
    text = io.TextIOWrapper(file, encoding, errors="surrogatepass", newline="\n")
    longest = MAX_WHOLE // 2
    number = 0
    try:
        while line := text.readline(longest + 1):
            number += 1
            if len(line) > longest and not line.endswith("\n"):
                yield number, Problem(number, "", shown(line[:_OPENING]), _TOO_LONG, _SHORTEN)
                while (line := text.readline(_CHUNK)) and not line.endswith("\n"):
                    pass
                continue
            yield number, _whole(number, line)
    except UnicodeDecodeError as error:
        raise FileError(
            f"The file ends or breaks off within a character of {encoding.upper()}, after line "
            f"{number}: check that it is complete, and save it as UTF-8."
        ) from error
    finally:
        text.detach()


def _whole(number: int, line: str) -> str | Problem:
    try:
        line.encode()
    except UnicodeEncodeError as error:
        reason = f"Character {error.start + 1} of the line is half of a surrogate pair."
        value = shown(line[max(0, error.start - 40) : error.start + 40])
        return Problem(number, "", value, reason, "Save the file as UTF-8.")
    return line
