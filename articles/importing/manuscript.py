"""Reads an article from a file or from pasted text, for the form and for the command alike."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

import regex

from articles.extraction.formats import recognise
from articles.extraction.limits import MAX_FILE, MAX_TEXT
from articles.extraction.read import read
from articles.text.decode import UndecodableError, decode
from articles.text.extract import Extracted, ExtractionError, from_html, from_text
from articles.text.normalize import Block, paragraphs

_LANGUAGE_OF_SCRIPT = {
    "Hangul": "ko",
    "Kana": "ja",
    "Han": "zh",
    "Hebrew": "he",
    "Arabic": "ar",
    "Greek": "el",
    "Thai": "th",
    "Devanagari": "hi",
    "Cyrillic": "ru",
}
_SCRIPTS = regex.compile(
    r"(?P<Hangul>\p{Hangul})|(?P<Kana>[\p{Hiragana}\p{Katakana}])|(?P<Han>\p{Han})"
    r"|(?P<Hebrew>\p{Hebrew})|(?P<Arabic>\p{Arabic})|(?P<Greek>\p{Greek})|(?P<Thai>\p{Thai})"
    r"|(?P<Devanagari>\p{Devanagari})|(?P<Cyrillic>\p{Cyrillic})|(?P<other>\p{L})"
)
_SCRIPT_SAMPLE = 2000
# Letters of other scripts are beyond these; most texts need no count of them.
_BEYOND_LATIN = re.compile("[^\\x00-\\u024f\\u1e00-\\u1eff\\u2000-\\u20cf]")
_NOTE = re.compile(r"(?:heading|paragraph|quotation|list_item|caption):[0-9a-f]{12}")


class UnreadableError(ValueError):
    """No article can be read from it; the message names the file and says what is wrong."""


@dataclass(frozen=True)
class Manuscript:
    """An article as it was read.

    ``encoding`` is that of a text file; ``structure`` is that of other files, see ``structure_of``.
    """

    article: Extracted
    encoding: str = ""
    structure: str = ""


def read_file(name: str, data: bytes) -> Manuscript:
    """The article in a text, HTML, PDF or DOCX file, told apart by its content, not its name.

    Raises UnreadableError.
    """
    try:
        return _read_file(data)
    except (UndecodableError, ExtractionError) as error:
        raise UnreadableError(f"“{name}”: {error}") from error


def read_text(text: str) -> Manuscript:
    """The article in pasted text. Raises UnreadableError."""
    try:
        return Manuscript(_checked(from_text(text)))
    except ExtractionError as error:
        raise UnreadableError(str(error)) from error


def _read_file(data: bytes) -> Manuscript:
    if len(data) > MAX_FILE:
        raise ExtractionError(f"The file is larger than {MAX_FILE // 1024 // 1024} MB.")
    if not data.strip():
        raise ExtractionError("The file is empty.")
    kind = recognise(data)
    if kind == "text":
        decoded = decode(data)
        return Manuscript(_checked(from_text(decoded.text)), decoded.encoding)
    article = _checked(from_html(data) if kind == "html" else read(data))
    return Manuscript(article, structure=structure_of(article.text, article.blocks))


def _checked(article: Extracted) -> Extracted:
    if len(article.text) > MAX_TEXT:
        raise ExtractionError(
            f"The text has {len(article.text):,} characters, more than the {MAX_TEXT:,} allowed."
        )
    return replace(article, language=article.language or language_of(article.text))


def language_of(text: str) -> str:
    """A first guess by the commonest script of the opening; the person is shown it."""
    sample = text[:_SCRIPT_SAMPLE]
    if not _BEYOND_LATIN.search(sample):
        return "en"
    scripts = Counter(match.lastgroup for match in _SCRIPTS.finditer(sample))
    if scripts["Kana"]:
        return "ja"
    commonest = scripts.most_common(1)
    return _LANGUAGE_OF_SCRIPT.get(str(commonest[0][0]), "en") if commonest else "en"


def structure_of(text: str, blocks: Iterable[Block]) -> str:
    """The kinds of blocks that the text alone does not tell, as words for a hidden field.

    Each word is a kind and the start of the block's SHA-256, so that it finds its block again
    when others were edited, added or taken away.
    """
    plain = {(block.start, block.end): block.kind for block in paragraphs(text)}
    return " ".join(
        f"{block.kind}:{_mark(text, block)}"
        for block in blocks
        if plain.get((block.start, block.end)) != block.kind
    )


def blocks_with(text: str, structure: str) -> list[Block]:
    """The blocks of a normalised text, with the kinds that ``structure_of`` noted."""
    noted = dict(word.split(":")[::-1] for word in structure.split() if _NOTE.fullmatch(word))
    return [
        replace(block, kind=noted.get(_mark(text, block), block.kind)) if noted else block
        for block in paragraphs(text)
    ]


def _mark(text: str, block: Block) -> str:
    return hashlib.sha256(text[block.start : block.end].encode()).hexdigest()[:12]
