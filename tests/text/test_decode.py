import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.text.decode import UndecodableError, decode, guess_encoding

FRENCH = "Le café à Genève était fermé hier, dit-on ; déjà vu."

DECODED = {
    "empty": (b"", "", "utf-8"),
    "ASCII": (b"plain", "plain", "utf-8"),
    "UTF-8": ("한국 😀".encode(), "한국 😀", "utf-8"),
    "UTF-8 with mark": (codecs.BOM_UTF8 + "é".encode(), "é", "utf-8"),
    "UTF-16 little endian": (codecs.BOM_UTF16_LE + "é😀".encode("utf-16-le"), "é😀", "utf-16-le"),
    "UTF-16 big endian": (codecs.BOM_UTF16_BE + "é😀".encode("utf-16-be"), "é😀", "utf-16-be"),
    "UTF-32": (codecs.BOM_UTF32_LE + "é".encode("utf-32-le"), "é", "utf-32-le"),
    "latin-1": (FRENCH.encode("latin-1"), FRENCH, "windows-1252"),
    "latin-1, one word": ("café".encode("latin-1"), "café", "windows-1252"),
    "windows-1252 quotation marks": ("“It’s” – €5".encode("cp1252"), "“It’s” – €5", "windows-1252"),
    "Russian": (
        "Привет, это текст на русском языке про новости сегодня.".encode("windows-1251"),
        "Привет, это текст на русском языке про новости сегодня.",
        "windows-1251",
    ),
    "Korean": (
        "북한 노동자들이 중국에서 일하고 있다고 소식통이 말했다.".encode("cp949"),
        "북한 노동자들이 중국에서 일하고 있다고 소식통이 말했다.",
        "cp949",
    ),
    "control characters, but few": (
        b"page one\x0c" * 40 + b"\x07",
        "page one\x0c" * 40 + "\x07",
        "utf-8",
    ),
    "Korean of a megabyte": (
        "북한 노동자들이 중국에서 일한다. ".encode("cp949") * 30_000,
        "북한 노동자들이 중국에서 일한다. " * 30_000,
        "cp949",
    ),
    "a megabyte of latin-1": (b"caf\xe9 " * 200_000, "café " * 200_000, "windows-1252"),
}


@pytest.mark.parametrize(("data", "text", "encoding"), DECODED.values(), ids=DECODED)
def test_decode(data: bytes, text: str, encoding: str) -> None:
    found = decode(data)
    assert (found.text, found.encoding) == (text, encoding)


DECLARED = {
    "what browsers take latin-1 for": ("iso-8859-1", "“é”".encode("cp1252"), "“é”"),
    "Hebrew": ("windows-1255", "שלום".encode("cp1255"), "שלום"),
    "Japanese": ("Shift_JIS", "日本".encode("cp932"), "日本"),
    "UTF-8 in truth": ("iso-8859-1", "é".encode(), "é"),
    "unknown name": ("x-nonsense", "café".encode("latin-1"), "café"),
    "codec that is no text encoding": ("rot13", "café".encode("latin-1"), "café"),
    "codec that is not for the web": ("unicode_escape", b"caf\xe9 \\x41", "café \\x41"),
    "name with a zero byte": ("a\0b", "café".encode("latin-1"), "café"),
}


@pytest.mark.parametrize(("declared", "data", "text"), DECLARED.values(), ids=DECLARED)
def test_a_declared_encoding_is_used_where_it_fits(declared: str, data: bytes, text: str) -> None:
    assert decode(data, declared).text == text


REFUSED = {
    "PDF": (b"%PDF-1.7\n...", "PDF"),
    "zip": (b"PK\x03\x04....", "zip archive or an Office document"),
    "PNG": (b"\x89PNG\r\n\x1a\n....", "PNG image"),
    "JPEG": (b"\xff\xd8\xff\xe0....", "JPEG image"),
    "gzip": (b"\x1f\x8b\x08....", "gzip"),
    "zero byte": (b"abc\x00def", "byte 3 is zero"),
    "UTF-16 without a mark": ("text".encode("utf-16-le"), "byte 1 is zero"),
    "damaged UTF-16": (codecs.BOM_UTF16_LE + b"a\x00b", "UTF-16-LE but is damaged at byte 4"),
    "damaged UTF-8 with mark": (codecs.BOM_UTF8 + b"ab\xff", "UTF-8 but is damaged at byte 5"),
    "control characters": (b"a\x01b\x02c" * 9, "18 of its 45 bytes"),
    "fits nothing": (b"ab" + bytes(range(0x80, 0x100)), "byte 2 is the first"),
}


@pytest.mark.parametrize(("data", "reason"), REFUSED.values(), ids=REFUSED)
def test_decode_refuses_what_is_no_text_and_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(UndecodableError, match=reason):
        decode(data)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"])))
def test_utf8_text_comes_back_as_it_was(text: str) -> None:
    assert decode(text.encode()).text == text.removeprefix("\ufeff")


@given(st.binary(max_size=60))
def test_any_bytes_are_decoded_or_refused(data: bytes) -> None:
    try:
        encoding = decode(data).encoding
    except UndecodableError as refusal:
        encoding = str(refusal)
    assert encoding


GUESSED = {
    "nothing": (b"", "utf-8"),
    "ASCII": (b"plain", "utf-8"),
    "UTF-8 cut within a character": ("déjà €".encode()[:-1], "utf-8"),
    "UTF-8 with a damaged byte": ("é".encode() * 20 + b"\xff", "utf-8"),
    "UTF-8 with a zero byte": (b"text of some length\0", "utf-8"),
    "UTF-8 with mark": (codecs.BOM_UTF8 + b"a", "utf-8"),
    "UTF-16 cut within a character": (codecs.BOM_UTF16_BE + b"\0a\0", "utf-16-be"),
    "latin-1": (FRENCH.encode("latin-1"), "windows-1252"),
    "latin-1 with few accents": (b"caf\xe9 " + b"plain " * 200, "windows-1252"),
    "what no encoding fits": (b"\xfc\xfd\xfe\xff\x81\x9d", "latin-1"),
    "Russian far down": (
        b"plain " * 10_000 + "Привет, это текст на русском языке.".encode("windows-1251"),
        "windows-1251",
    ),
    "Russian": ("Привет, это текст на русском языке про новости.".encode("cp1251"), "windows-1251"),
    "Korean cut within a character": (
        "북한 노동자들이 중국에서 일하고 있다고 소식통이 말했다".encode("cp949")[:-1],
        "cp949",
    ),
}


@pytest.mark.parametrize(("sample", "encoding"), GUESSED.values(), ids=GUESSED)
def test_the_encoding_of_a_sample_is_guessed(sample: bytes, encoding: str) -> None:
    assert guess_encoding(sample) == encoding


NO_TEXT = {
    "PDF": (b"%PDF-1.7\n...", "PDF"),
    "UTF-16 without a mark": ("text".encode("utf-16-le"), "byte order mark"),
    "control characters": (b"a\x01b\x02c" * 9, "18 of its 45 bytes"),
}


@pytest.mark.parametrize(("sample", "reason"), NO_TEXT.values(), ids=NO_TEXT)
def test_a_sample_that_is_no_text_is_refused(sample: bytes, reason: str) -> None:
    with pytest.raises(UndecodableError, match=reason):
        guess_encoding(sample)
