import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.extraction import child
from articles.extraction.formats import charset, media_type
from articles.extraction.limits import MAX_FILE
from articles.extraction.read import page_at, read
from articles.text.errors import ExtractionError
from articles.text.normalize import normalize
from tests.extraction.files import docx, paragraph, pdf

PNG = b"\x89PNG\r\n\x1a\n" + bytes(99)
WORDS = "Der Fluss stieg über Nacht um vier Meter."


def html(body: str, head: str = "") -> str:
    return f"<!doctype html><html lang=de><head>{head}</head><body>{body}</body></html>"


FORMATS = {
    "html": (html(f"<p>{WORDS}</p>").encode(), "", "", "html"),
    "html named docx": (html(f"<p>{WORDS}</p>").encode(), "", "a.docx", "html"),
    "html said to be PDF": (html(f"<p>{WORDS}</p>").encode(), "application/pdf", "a.pdf", "html"),
    "text": (WORDS.encode(), "", "", "text"),
    "text about PDF": (b"A file begins with %PDF-1.7.", "text/plain", "a.txt", "text"),
    "PDF named txt": (pdf(WORDS), "text/plain", "a.txt", "pdf"),
    "DOCX named html": (docx(paragraph(WORDS)), "text/html", "a.html", "docx"),
}


@pytest.mark.parametrize(("data", "said", "name", "kind"), FORMATS.values(), ids=FORMATS)
def test_format_is_known_by_the_bytes_first(data: bytes, said: str, name: str, kind: str):
    found = read(data, content_type=said, name=name, url="https://a.example/")
    assert (found.format, found.url) == (kind, "https://a.example/")
    assert found.text


REFUSED = {
    "empty": (b"", "", "is empty"),
    "white space": (b" \r\n\t ", "", "is empty"),
    "only marks": ("\ufeff\u200b\ufeff\x01".encode(), "", "no words"),
    "NUL": (b"words\0words", "", "byte 5 is zero"),
    "UTF-16 without mark": (WORDS.encode("utf-16-le"), "", "byte order mark"),
    "image named PDF": (PNG, "a.pdf", "a PNG image"),
    "gzip": (b"\x1f\x8b\x08", "", "a gzip archive"),
    "HTML of 20 MB": (html("x" * 20_000_000).encode(), "", "larger than 10 MB"),
    "too many elements": (html("<p>x" * 60_000).encode(), "", "elements, more than"),
    "HTML without text": (html("<img src=x>").encode(), "", "No article text"),
    "page for scripts": (html("<p>{{ title }}</p>").encode(), "", "No article text"),
    "text too long": (b"abcd\n" * 1_200_000, "", "more than the 5,000,000 allowed"),
}


@pytest.mark.parametrize(("data", "name", "words"), REFUSED.values(), ids=REFUSED)
def test_refused_with_the_reason(data: bytes, name: str, words: str):
    with pytest.raises(ExtractionError) as caught:
        read(data, name=name)
    assert words in str(caught.value)


CHARSETS = {
    "server and bytes agree": (WORDS.encode("cp1252"), "text/plain; charset=iso-8859-1"),
    "server says UTF-8": (WORDS.encode("cp1252"), "text/plain; charset=utf-8"),
    "server says Latin-1": (WORDS.encode(), "text/plain; charset=iso-8859-1"),
    "server says nonsense": (WORDS.encode(), "text/plain; charset=klingon"),
    "UTF-16 with mark": (WORDS.encode("utf-16"), "text/plain; charset=utf-8"),
    "page says UTF-8": (
        html(f"<p>{WORDS}", "<meta charset=utf-8>").encode("cp1252"),
        "text/html",
    ),
    "page says otherwise than the server": (
        html(f"<p>{WORDS}", "<meta charset=koi8-r>").encode("cp1252"),
        "text/html; charset=windows-1252",
    ),
}


@pytest.mark.parametrize(("data", "said"), CHARSETS.values(), ids=CHARSETS)
def test_charset_that_lies(data: bytes, said: str):
    assert read(data, content_type=said).text == WORDS


def test_charset_of_the_server_counts():
    words = "Река поднялась за ночь на четыре метра."
    said = 'text/plain; charset="KOI8-R"'
    found = read(words.encode("koi8-r"), content_type=said)
    assert (found.text, found.encoding) == (words, "koi8_r")


ARTICLES = "".join(
    f"<h3>Article {number}</h3><p>Each party shall keep the {number}th bridge over the river in "
    "good repair and shall let boats of the other parties pass below it by day and by night.</p>"
    for number in range(1, 40)
)
MENU = "<nav><ul>" + "<li><a href=x>Topic</a></li>" * 30 + "</ul></nav>"


def test_whole_text_is_taken_where_the_article_is_only_a_part():
    listed = "".join(
        f"<div class=sidebar><span>Resolution {number} recalls that boats may pass below bridges "
        "of every party, and asks the secretary to report on it each year.</span></div>"
        for number in range(30)
    )
    found = read(html(f"{MENU}{listed}").encode())
    assert all(f"Resolution {number} recalls" in found.text for number in range(30))


def test_treaty_is_found_whole_with_its_headings():
    found = read(html(f"{MENU}<main><h1>Treaty on Bridges</h1>{ARTICLES}</main>").encode())
    assert "the 39th bridge" in found.text
    headings = {found.text[b.start : b.end] for b in found.blocks if b.kind == "heading"}
    assert {"Article 1", "Article 39"} <= headings


def test_menu_stays_out_of_an_article():
    told = "".join(f"<p>{WORDS} Das war im Jahr {year}, {WORDS}</p>" for year in range(1990, 1999))
    body = f"{MENU}<article><h1>Flood</h1>{told}</article>"
    assert "Topic" not in read(html(body).encode()).text


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_random_bytes_are_read_or_refused(data: bytes):
    try:
        found = read(data, content_type="text/html")
    except ExtractionError:
        return
    assert normalize(found.text) == found.text


@pytest.mark.parametrize("data", [pdf(WORDS), docx(paragraph(WORDS))], ids=["pdf", "docx"])
@settings(max_examples=8, deadline=None)
@given(places=st.lists(st.tuples(st.integers(10, 700), st.binary(min_size=1, max_size=9))))
def test_damaged_documents_are_read_or_refused(data: bytes, places: list[tuple[int, bytes]]):
    for at, piece in places:
        data = data[:at] + piece + data[at + len(piece) :]
    with contextlib.suppress(ExtractionError):
        found = read(data)
        assert normalize(found.text) == found.text


@pytest.mark.parametrize(
    ("pages", "offset", "page"), [((), 5, 0), ((0,), 0, 1), ((0, 5), 4, 1), ((0, 5, 5), 5, 3)]
)
def test_page_at(pages: tuple[int, ...], offset: int, page: int):
    assert page_at(pages, offset) == page


@pytest.mark.parametrize(
    ("sent", "media", "encoding"),
    [
        ("text/html", "text/html", ""),
        ("Text/HTML ; Charset=UTF-8", "text/html", "utf-8"),
        ("text/plain; a=b; charset='koi8-r'", "text/plain", "koi8-r"),
        ("", "", ""),
    ],
)
def test_content_type(sent: str, media: str, encoding: str):
    assert (media_type(sent), charset(sent)) == (media, encoding)


def test_largest_file():
    assert read((b"words. " * MAX_FILE)[: 4 * 1024 * 1024]).text.startswith("words.")


CHILDREN = "tests.extraction.children"


def test_child_that_never_ends_is_killed():
    with pytest.raises(ExtractionError, match=r"longer than 0\.5 seconds"):
        child.run(f"{CHILDREN}.endless", b"x", seconds=0.5)


@pytest.mark.parametrize("name", ["hungry", "crashing", "failing", "verbose"])
def test_child_that_dies_takes_nothing_with_it(name: str, caplog: pytest.LogCaptureFixture):
    with pytest.raises(ExtractionError, match="damaged or too complex"):
        child.run(f"{CHILDREN}.{name}", b"x")
    assert f"{CHILDREN}.{name} ended with" in caplog.text


def test_child_sees_no_secrets(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SECRET_KEY", "hidden")
    monkeypatch.setenv("DATABASE_URL", "hidden")
    found = child.run(f"{CHILDREN}.telling", b"x")
    names = {words for _, words in found.blocks}
    assert "PYTHONPATH" in names
    assert not {"SECRET_KEY", "DATABASE_URL", "HOME"} & names
