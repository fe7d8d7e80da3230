import gzip
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.text.extract import MAX_ELEMENTS, MAX_PAGE, ExtractionError, from_html, from_text
from articles.text.normalize import normalize

SENTENCE = "The harbour office said that the ferries would sail again on Monday morning. "
PAGE = f"""<!DOCTYPE html>
<html lang="en-GB"><head><title>Ferries sail again</title>
<meta charset="utf-8"><meta name="author" content="Ada Pole">
<meta property="og:site_name" content="The Daily Quay">
<meta property="article:published_time" content="2024-05-06T07:00:00Z">
<link rel="canonical" href="https://quay.example/ferries"></head>
<body><nav><a href="/">Home</a> <a href="/news">News</a></nav><article>
<h1>Ferries sail again</h1>
<figure><img src="a.jpg"><figcaption>The gate, <i>on Sunday</i>.</figcaption></figure>
<p>{SENTENCE * 3}</p>
<h2>What was agreed</h2>
<p>{SENTENCE} Crews   said&nbsp;<b>yes</b>.<br>&#147;At last&#148;, said one 👩‍👩‍👧.</p>
<blockquote><p>We got what we asked for.</p></blockquote>
<ul><li>Pay rises by 4 percent</li><li>Shorter nights</li></ul>
<table><tr><th>Year</th><th>Pay</th></tr><tr><td>2023</td><td>20</td></tr></table>
<p>{SENTENCE * 2}</p>
</article><footer>Imprint</footer></body></html>"""


def test_a_page_gives_its_article_as_blocks() -> None:
    found = from_html(PAGE.encode())
    blocks = [(block.kind, found.text[block.start : block.end]) for block in found.blocks]
    assert blocks == [
        ("caption", "The gate, on Sunday."),
        ("paragraph", (SENTENCE * 3).strip()),
        ("heading", "What was agreed"),
        ("paragraph", f"{SENTENCE}Crews said\u00a0yes.\n“At last”, said one 👩‍👩‍👧."),
        ("quotation", "We got what we asked for."),
        ("list_item", "Pay rises by 4 percent"),
        ("list_item", "Shorter nights"),
        ("paragraph", "Year | Pay"),
        ("paragraph", "2023 | 20"),
        ("paragraph", (SENTENCE * 2).strip()),
    ]
    assert normalize(found.text) == found.text


def test_a_page_gives_what_it_says_of_the_article() -> None:
    found = from_html(PAGE)
    assert (found.title, found.byline, found.publisher, found.url) == (
        "Ferries sail again",
        "Ada Pole",
        "The Daily Quay",
        "https://quay.example/ferries",
    )
    assert found.published_on == date(2024, 5, 6)
    assert found.language == "en-GB"


def test_the_address_the_page_came_from_is_kept() -> None:
    assert from_html(PAGE, "https://quay.example/a?b=1").url == "https://quay.example/a?b=1"


def page(body: str, head: str = "", attributes: str = "") -> str:
    return f"<html {attributes}><head>{head}</head><body>{body}</body></html>"


FOUND = {
    "declared encoding": (
        page(f"<p>Die Größe. {SENTENCE}</p>", '<meta charset="iso-8859-1">').encode("latin-1"),
        "Größe",
    ),
    "declared Korean": (
        page(
            f"<p>북한 {SENTENCE}</p>",
            '<meta http-equiv="Content-Type" content="text/html; charset=euc-kr">',
        ).encode("cp949"),
        "북한",
    ),
    "XML declaration": (
        '<?xml version="1.0" encoding="utf-8"?>' + page(f"<p>é {SENTENCE}</p>"),
        "é",
    ),
    "control references": (page(f"<p>a&#0;b&#1;c&#xD83D; {SENTENCE}</p>"), SENTENCE.strip()),
    "control characters": (page(f"<p>a\0b\x0b {SENTENCE}</p>"), SENTENCE.strip()),
    "lone surrogate": (page(f"<p>a\ud83d {SENTENCE}</p>"), SENTENCE.strip()),
    "broken nesting": (page(f"<p><b>{SENTENCE}</p><p></i>{SENTENCE}</b>"), SENTENCE.strip()),
    "two breaks part paragraphs": (page(f"<div>{SENTENCE}<br><br>After.</div>"), "\n\nAfter."),
    "deeply nested page data": (
        page(
            f"<p>{SENTENCE * 3}</p>", f"<script type='application/ld+json'>{'[' * 99_999}</script>"
        ),
        SENTENCE.strip(),
    ),
    "text only in page data": (
        page(
            "<div><p>A photo of the quay.</p></div>",
            '<script type="application/ld+json">{"@type": "NewsArticle", "articleBody": "'
            + SENTENCE * 12
            + '"}</script>',
        ),
        SENTENCE.strip(),
    ),
}


@pytest.mark.parametrize(("data", "words"), FOUND.values(), ids=FOUND)
def test_pages_that_are_odd_are_read(data: str | bytes, words: str) -> None:
    assert words in from_html(data).text


UNTRUSTED = {
    "language": (page(f"<p>{SENTENCE}</p>", attributes='lang="{{locale}}"'), "language", ""),
    "date": (
        page(f"<p>{SENTENCE}</p>", '<meta property="article:published_time" content="2024-13-45">'),
        "published_on",
        None,
    ),
    "address": (
        page(f"<p>{SENTENCE}</p>", '<link rel="canonical" href="javascript:alert(1)">'),
        "url",
        "",
    ),
}


@pytest.mark.parametrize(("data", "field", "expected"), UNTRUSTED.values(), ids=UNTRUSTED)
def test_nonsense_in_a_page_is_left_out(data: str, field: str, expected: object) -> None:
    assert getattr(from_html(data), field) == expected


REFUSED = {
    "nothing": ("", "no HTML was found"),
    "no page": ("just words", "no HTML was found"),
    "no text": (page("<nav></nav><img src=a.jpg>"), "No article text"),
    "a template for scripts": (
        page("<p>{{ article.title | upper }} {{ article.body }}</p>"),
        "No article text",
    ),
    "PDF": (b"%PDF-1.7", "PDF"),
    "gzip bomb": (gzip.compress(bytes(10_000_000)), "gzip"),
    "nested too deep": ("<html><body>" + "<div>" * 100_000 + SENTENCE, "No article text"),
    "entity bomb": (
        '<?xml version="1.0"?><!DOCTYPE z [<!ENTITY a "z"><!ENTITY b "&a;&a;">]><html>&b;</html>',
        "No|no HTML",
    ),
    "too many elements": (page("<p>a b</p>" * (MAX_ELEMENTS + 1)), "elements, more than"),
    "too large": (" " * (MAX_PAGE + 1), "characters, more than"),
}


@pytest.mark.parametrize(("data", "reason"), REFUSED.values(), ids=REFUSED)
def test_pages_without_an_article_are_refused(data: str | bytes, reason: str) -> None:
    with pytest.raises(ExtractionError, match=reason):
        from_html(data)


MARKUP = [
    *("<p>", "</p>", "<div>", "</div>", "<li>", "<ul>", "<blockquote>", "<table><tr><td>", "<br>"),
    *(
        "<figure>",
        "<figcaption>",
        "<h1>",
        "</h1>",
        "<!--",
        "-->",
        "<script>",
        "&#0;",
        "&amp;",
        "\0",
    ),
    *("<svg>", "<html lang=x>", "</body>", "<meta charset=x>", "<", "é", "😀", SENTENCE, "{{x}}"),
    '<script type=\'application/ld+json\'>{"@type":["Article"],"articleBody":{"x":[1]}}</script>',
]


@settings(max_examples=60)
@given(st.lists(st.sampled_from(MARKUP) | st.text(max_size=9), max_size=30).map("".join))
def test_any_markup_is_read_or_refused(markup: str) -> None:
    try:
        found = from_html(f"<html><body>{markup}")
    except ExtractionError:
        return
    assert normalize(found.text) == found.text
    assert "\n\n".join(found.text[b.start : b.end] for b in found.blocks) == found.text


def test_plain_text_is_kept_whole_with_proposals_from_its_opening() -> None:
    raw = f"Ferries sail again\r\nBy Ada Pole\r\nPublished: March 23, 2022\r\n\r\n{SENTENCE}\r\n"
    found = from_text(raw)
    assert (found.title, found.byline, found.published_on) == (
        "Ferries sail again",
        "Ada Pole",
        date(2022, 3, 23),
    )
    assert found.text == normalize(raw)
    assert [block.kind for block in found.blocks] == ["paragraph", "paragraph"]
    assert (found.publisher, found.url, found.language) == ("", "", "")


TITLES = {
    "first line": (f"Rain\n\n{SENTENCE}", "Rain"),
    "question": (f"Will it rain?\n\n{SENTENCE}", "Will it rain?"),
    "heading under a motto": (
        f"We print it.\n\nRain on the quay\n\n{SENTENCE}",
        "Rain on the quay",
    ),
    "no title": (f"{SENTENCE}\n\n{SENTENCE}", ""),
    "long first line": ("word " * 40 + "\n\n" + SENTENCE, ""),
    "one line in all": ("Rain", ""),
}


@pytest.mark.parametrize(("text", "title"), TITLES.values(), ids=TITLES)
def test_title_proposed_for_plain_text(text: str, title: str) -> None:
    assert from_text(text).title == title


DATES = {
    "month first": ("Published: March 23, 2022", date(2022, 3, 23)),
    "day first": ("Published on 3 Sept 2021", date(2021, 9, 3)),
    "ISO": ("Date: 2020-02-29", date(2020, 2, 29)),
    "with the day of the week": ("Posted: Wednesday, Mar. 2, 2022", date(2022, 3, 2)),
    "no such day": ("Published: February 30, 2022", None),
    "in a sentence": ("The report was published on March 23, 2022.", None),
    "day and month in doubt": ("Published: 03/04/2022", None),
    "none": ("Rain fell.", None),
}


@pytest.mark.parametrize(("line", "expected"), DATES.values(), ids=DATES)
def test_date_taken_from_plain_text(line: str, expected: date | None) -> None:
    assert from_text(f"Title\n{line}\n\n{SENTENCE}").published_on == expected


@pytest.mark.parametrize("text", ["", " \n\t", "\ufeff\x00"])
def test_empty_plain_text_is_refused(text: str) -> None:
    with pytest.raises(ExtractionError, match="empty"):
        from_text(text)
