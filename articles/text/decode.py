"""Bytes of a text file to text, or a plain reason why they are none."""

import codecs
import re
from dataclasses import dataclass

from charset_normalizer import from_bytes

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SIGNATURES = (
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a zip archive or an Office document"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"{\\rtf", "an RTF document"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "an image, sound or video file"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x7fELF", "a program"),
)
# Escape (0x1B) is left out: ISO-2022 text has it.
_CONTROL = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MOST_CONTROL = 0.01
_ESCAPED = re.compile(r"[\udc80-\udcff]")
_BEYOND_ASCII = re.compile(r"[^\0-\x7f]")
_MOST_DAMAGED = 0.1
"""Zero bytes a text may have for each byte, and bytes that are no UTF-8 for each character beyond
ASCII that is."""

_WESTERN = "cp1252"
_LEGACY = (
    _WESTERN,
    *("cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "cp874"),
    *("koi8_r", "koi8_u", "iso8859_2", "iso8859_5", "iso8859_7", "iso8859_15"),
    *("cp949", "gb18030", "big5", "cp932", "euc_jp", "iso2022_jp"),
)
# What pages name, and what browsers take it to mean (WHATWG Encoding, section 4.2).
_TAKEN_AS = {
    "ascii": _WESTERN,
    "iso8859-1": _WESTERN,
    "iso8859-9": "cp1254",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
}
_SAMPLE = 20_000
"""Bytes from which an encoding is guessed; all are decoded with it."""
_LEAD = 100
"""Bytes of it before the first that is beyond ASCII."""
_HIGH = re.compile(rb"[\x80-\xff]")


@dataclass(frozen=True)
class Decoded:
    """The text, without a byte order mark, and the name of the encoding it was in."""

    text: str
    encoding: str


class UndecodableError(ValueError):
    """The bytes are no text; the message says what they look like."""


def decode(data: bytes, declared: str = "") -> Decoded:
    """Decode by byte order mark, as UTF-8, as the ``declared`` encoding, or by a guess.

    Of several plausible guesses windows-1252 is taken, the most common by far. Raises
    UndecodableError for images, archives and other files that are no text.
    """
    _refuse_known_formats(data)
    mark, encoding = _marked(data)
    if mark:
        return Decoded(_strictly(data, len(mark), encoding), encoding)
    _refuse_binary(data)
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        wrong = error.start
    for encoding in (_known(declared), _guess(data), _WESTERN):
        try:
            return Decoded(data.decode(encoding), _shown(encoding))
        except UnicodeDecodeError:
            continue
    raise UndecodableError(
        f"The file is not UTF-8 (byte {wrong} is the first that does not fit) and no other "
        "encoding fits: save it as UTF-8 and try again."
    )


def guess_encoding(sample: bytes) -> str:
    """The encoding of a file that begins with ``sample``, which may end within a character.

    A file that is UTF-8 but for a few bytes counts as UTF-8: they are damage, and taking it for
    something else would spoil the rest. Raises UndecodableError as ``decode`` does, but leaves
    the odd zero byte to who reads on.
    """
    _refuse_known_formats(sample)
    mark, encoding = _marked(sample)
    if mark:
        return encoding
    if sample.count(0) > _MOST_DAMAGED * len(sample):
        _refuse_binary(sample)
    _refuse_mostly_controls(sample)
    if _mostly_utf8(sample):
        return "utf-8"
    fitting = (_shown(e) for e in (_guess(sample), _WESTERN) if _begins_as(sample, e))
    return next(fitting, "latin-1")


def _shown(encoding: str) -> str:
    """The name by which people know it; Python knows it too."""
    return encoding.replace("cp125", "windows-125")


def _mostly_utf8(sample: bytes) -> bool:
    text = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode(sample)
    damaged = len(_ESCAPED.findall(text))
    characters = len(_BEYOND_ASCII.findall(text)) - damaged
    return damaged <= characters * _MOST_DAMAGED


def _begins_as(sample: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(sample)
    except UnicodeDecodeError:
        return False
    return True


def _refuse_known_formats(data: bytes) -> None:
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            raise UndecodableError(f"The file is {kind}, not text: save its text and use that.")


def _marked(data: bytes) -> tuple[bytes, str]:
    """The byte order mark with which it begins and the encoding of that; both empty for none."""
    return next((known for known in _BOMS if data.startswith(known[0])), (b"", ""))


def _strictly(data: bytes, skip: int, encoding: str) -> str:
    try:
        return data[skip:].decode(encoding)
    except UnicodeDecodeError as error:
        raise UndecodableError(
            f"The file begins like {encoding.upper()} but is damaged at byte {skip + error.start}."
        ) from None


def _refuse_binary(data: bytes) -> None:
    nul = data.find(b"\0")
    if nul >= 0:
        raise UndecodableError(
            f"The file is binary, not text: byte {nul} is zero. "
            "If it is UTF-16 text, save it with a byte order mark or as UTF-8."
        )
    _refuse_mostly_controls(data)


def _refuse_mostly_controls(data: bytes) -> None:
    controls = _CONTROL.findall(data)
    if len(controls) > _MOST_CONTROL * len(data):
        first = data.index(controls[0])
        raise UndecodableError(
            f"The file looks binary, not text: {len(controls)} of its {len(data)} bytes are "
            f"control characters, the first at byte {first}."
        )


def _known(declared: str) -> str:
    """The codec for a declared encoding, or UTF-8 (already ruled out) for one not on the list.

    Some of Python's codecs are not for text from strangers.
    """
    try:
        name = codecs.lookup(declared).name
    except (LookupError, ValueError):
        return "utf-8"
    encoding = _TAKEN_AS.get(name, name.replace("-", "_"))
    return encoding if encoding in _LEGACY else "utf-8"


def _guess(data: bytes) -> str:
    matches = from_bytes(_telling(data), cp_isolation=list(_LEGACY))
    plausible = [name for match in matches for name in match.could_be_from_charset]
    return plausible[0] if plausible and _WESTERN not in plausible else _WESTERN


def _telling(data: bytes) -> bytes:
    """The sample with the first bytes beyond ASCII, cut between characters where it can be."""
    first = _HIGH.search(data)
    start = max(first.start() - _LEAD, 0) if first else 0
    sample = data[start : start + _SAMPLE]
    # In no encoding of the list is a byte below 0x30 a part of a longer character.
    whole = sample.rstrip(bytes(range(0x30, 0x100)))
    return sample if whole.isascii() else whole
