import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.importing.manuscript import (
    UnreadableError,
    blocks_with,
    language_of,
    read_file,
    read_text,
    structure_of,
)
from articles.text.normalize import build, normalize, paragraphs
from tests.extraction.files import docx, paragraph, pdf

KINDS = ("heading", "paragraph", "quotation", "list_item", "caption")
PARTS = st.lists(
    st.tuples(st.sampled_from(KINDS), st.text(min_size=1, max_size=30)),
    max_size=8,
    unique_by=lambda part: normalize(part[1]).replace("\n\n", "\n"),
)


@given(PARTS)
def test_structure_travels_with_the_text(parts: list[tuple[str, str]]):
    text, blocks = build(parts)
    assert blocks_with(text, structure_of(text, blocks)) == blocks


@given(st.text())
def test_plain_text_needs_no_structure(text: str):
    text = normalize(text)
    assert structure_of(text, paragraphs(text)) == ""
    assert blocks_with(text, "") == paragraphs(text)


@given(st.text())
def test_any_structure_sent_is_taken_without_harm(structure: str):
    text = "One.\n\nTwo."
    assert blocks_with(text, structure) == paragraphs(text)


def test_a_block_keeps_its_kind_when_others_change():
    text, blocks = build([("paragraph", "One."), ("quotation", "Two."), ("caption", "Three.")])
    structure = structure_of(text, blocks)
    edited = "A new start.\n\nTwo.\n\nAnother.\n\nThree."
    kinds = [block.kind for block in blocks_with(edited, structure)]
    assert kinds == ["paragraph", "quotation", "paragraph", "caption"]


HTML_STARTS = {
    "doctype": "<!DOCTYPE html>{}",
    "html after white space": " \n\t<HTML lang='en'><body>{}</body></html>",
    "comment": "<!-- saved from a browser --><html><body>{}</body></html>",
    "XHTML": '<?xml version="1.0" encoding="utf-8"?>\n<html xmlns="http://www.w3.org/1999/xhtml">'
    "<body>{}</body></html>",
    "byte order mark": "\ufeff<!doctype html>{}",
}
ARTICLE = "<article><p>The river rose.</p><p>“Such water,” he said &amp; left.</p></article>"


@pytest.mark.parametrize("start", HTML_STARTS.values(), ids=HTML_STARTS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_html_is_known_by_its_content(start: str, encoding: str):
    read = read_file("notes.txt", start.format(ARTICLE).encode(encoding))
    assert read.article.text == "The river rose.\n\n“Such water,” he said & left."


NOT_HTML = {
    "arithmetic": "<5 metres, said the office.",
    "an address": "<editor@example.org> wrote this.",
    "a tag later on": "How to write <p> and <html> in a page.",
    "a longer word": "<headline> it said.",
}


@pytest.mark.parametrize("text", NOT_HTML.values(), ids=NOT_HTML)
def test_text_with_angle_brackets_is_text(text: str):
    assert read_file("page.html", text.encode()).article.text == text


def test_headings_of_a_word_document_are_kept():
    read = read_file("a.docx", docx(paragraph("Spring", "heading1") + paragraph("It rose.")))
    assert read.article.text == "Spring\n\nIt rose."
    assert [block.kind for block in blocks_with(read.article.text, read.structure)] == [
        "heading",
        "paragraph",
    ]


def test_pdf_is_read():
    assert read_file("a.txt", pdf("It rose.")).article.text == "It rose."


def test_message_names_the_file():
    with pytest.raises(UnreadableError, match=r"^“photo\.txt”: The file is a PNG image"):
        read_file("photo.txt", b"\x89PNG\r\n\x1a\n")


def test_encoding_of_a_text_file_is_told():
    words = "Le café fermé, dit l'élève à Besançon."
    assert read_file("a.txt", words.encode("cp1252")).encoding == "windows-1252"
    assert read_file("a.txt", words.encode()).encoding == "utf-8"
    assert read_text(words).encoding == ""


LANGUAGES = {
    "Korean": ("한들시가 새벽 시장을 옮긴다.", "ko"),
    "Japanese": ("新市場は来年の春に川の向こうへ移る。", "ja"),
    "Chinese": ("新市場明年春天搬遷。", "zh"),
    "Hebrew": ("השוק עובר לצד השני.", "he"),
    "Arabic": ("السوق ينتقل إلى الضفة الأخرى.", "ar"),
    "Latin letters": ("The market moves, says 한들시.", "en"),
    "no letters": ("1954 🌊", "en"),
    "nothing": ("", "en"),
}


@pytest.mark.parametrize(("text", "language"), LANGUAGES.values(), ids=LANGUAGES)
def test_language_is_guessed_by_the_commonest_script(text: str, language: str):
    assert language_of(text) == language


def test_guess_is_offered_where_the_text_says_nothing():
    assert read_text("한들시가 새벽 시장을 옮긴다.").article.language == "ko"
