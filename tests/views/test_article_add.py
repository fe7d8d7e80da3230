"""Adding one article: enter, check, save."""

import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from articles.models import Article, Desk, Membership, Revision, User
from tests.factories import TEXT, make_article
from tests.uploads import LargeUpload

ADD = "/articles/add/"
PAGE = """<!doctype html>
<html lang="pt-BR"><head><title>Maré alta</title>
<meta property="og:title" content="Maré alta">
<meta property="og:site_name" content="Diário do Cais">
<meta name="author" content="Ana Prado">
<meta property="article:published_time" content="2024-03-05T08:00:00Z">
<link rel="canonical" href="https://diario.example.org/mare"></head>
<body><nav><a href="/">Início</a></nav><article><h1>Maré alta</h1>
<p>O rio subiu dois metros numa noite, disse a capitania do porto, e nenhum barco saiu do cais
antes do meio-dia. Ninguém se lembra de uma água assim desde o inverno de 1954, quando a praça
inteira ficou coberta durante três dias e as lojas só abriram na semana seguinte.</p>
<h2>O que dizem os números</h2>
<p>Doze mil pessoas deixaram as suas casas, segundo o ministério. O número ainda pode subir, porque
três aldeias continuam sem telefone e a estrada que leva até elas está cortada em dois lugares.</p>
<blockquote>Nunca vi nada assim, disse um pescador que não quis dar o nome ao jornal.</blockquote>
<ul><li>Dois metros numa noite, medidos na régua velha do cais.</li>
<li>Doze mil pessoas fora de casa, contadas pelo ministério.</li></ul>
</article></body></html>"""


@pytest.fixture
def client_of_rosa(sign_in: Callable[[User], Client], reviewer: User) -> Client:
    return sign_in(reviewer)


def file(content: bytes | str, name: str = "article.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)


def preview(client: Client, **fields: Any) -> Any:
    return client.post(ADD, {"step": "preview"} | fields)


def carried(response: Any) -> dict[str, Any]:
    """What the browser would send from the page's form."""
    form = response.context["form"]
    return {name: form[name].value() or "" for name in form.fields if name != "file"}


def save(client: Client, fields: dict[str, Any], **changes: Any) -> Any:
    return client.post(ADD, fields | {"step": "save"} | changes)


def test_pasted_text_is_shown_and_saved(client_of_rosa: Client, reviewer: User, desk: Desk):
    shown = preview(client_of_rosa, text=TEXT)
    assert shown.status_code == 200
    assert "Nobody had seen such water since 1954" in shown.content.decode()
    assert not Article.objects.exists()

    saved = save(client_of_rosa, carried(shown), title="High water", url="example.org/water")
    article = Article.objects.get()
    assert saved.status_code == 303
    assert saved.url == f"/articles/{article.pk}/"
    assert article.title == "High water"
    assert article.url == "https://example.org/water"
    assert (article.desk, article.created_by) == (desk, reviewer)
    assert article.current_revision.text == TEXT
    assert [kind for kind, *_ in article.current_revision.blocks] == ["paragraph"] * 3


def test_page_keeps_its_structure_and_what_it_says_of_itself(client_of_rosa: Client):
    shown = preview(client_of_rosa, file=file(PAGE, "mare.html"))
    values = carried(shown)
    assert values["title"] == "Maré alta"
    assert values["byline"] == "Ana Prado"
    assert values["publisher"] == "Diário do Cais"
    assert str(values["published_on"]) == "2024-03-05"
    assert values["language"] == "pt-BR"
    assert values["url"] == "https://diario.example.org/mare"
    assert "1 heading, 2 paragraphs, 1 quotation, 2 list items" in shown.content.decode()

    save(client_of_rosa, values)
    blocks = Revision.objects.get().blocks
    assert [kind for kind, *_ in blocks] == [
        *("paragraph", "heading", "paragraph", "quotation", "list_item", "list_item"),
    ]


def test_what_was_typed_is_stronger_than_what_the_page_says(client_of_rosa: Client):
    shown = preview(client_of_rosa, file=file(PAGE), title="My title", language="pt")
    assert carried(shown)["title"] == "My title"
    assert carried(shown)["language"] == "pt"
    assert carried(shown)["byline"] == "Ana Prado"


def test_text_can_be_changed_after_the_preview_and_structure_survives(client_of_rosa: Client):
    shown = preview(client_of_rosa, file=file(PAGE, "mare.html"))
    again = client_of_rosa.post(ADD, carried(shown) | {"step": "edit", "title": "Typed"})
    assert again.status_code == 200
    values = carried(again)
    assert values["title"] == "Typed"
    assert values["byline"] == "Ana Prado"
    assert "O rio subiu" in values["text"]

    values["text"] = values["text"].replace("Doze mil pessoas deixaram", "Treze mil deixaram")
    save(client_of_rosa, carried(preview(client_of_rosa, **values)))
    revision = Revision.objects.get()
    assert "Treze mil deixaram" in revision.text
    kinds = [kind for kind, *_ in revision.blocks]
    assert kinds[3:] == ["quotation", "list_item", "list_item"]


def test_text_sent_at_save_is_normalised_and_unknown_structure_ignored(client_of_rosa: Client):
    fields = {"title": "T", "language": "en", "structure": "shout:0123456789ab <b> quotation:zz"}
    save(client_of_rosa, fields, text="  One\r\nline.\r\n\r\n\r\n\r\nCafe\u0301\u0007 ")
    revision = Revision.objects.get()
    assert revision.text == "One\nline.\n\nCafé"
    assert revision.blocks == [["paragraph", 0, 9], ["paragraph", 11, 15]]


def test_lying_name_does_not_matter(client_of_rosa: Client):
    page = preview(client_of_rosa, file=file(PAGE, "notes.txt"))
    assert carried(page)["byline"] == "Ana Prado"
    text = preview(client_of_rosa, file=file(TEXT, "page.html"))
    assert carried(text)["text"] == TEXT


ENCODINGS = {
    "latin-1": ("iso-8859-1", "was read as windows-1252"),
    "utf-16 with its mark": ("utf-16", ""),
    "utf-8 with its mark": ("utf-8-sig", ""),
}


@pytest.mark.parametrize(("encoding", "notice"), ENCODINGS.values(), ids=ENCODINGS)
def test_encodings_are_read(client_of_rosa: Client, encoding: str, notice: str):
    words = "Le café fermé à l’été, dit l’élève. Voilà où ça mène, après tout.".replace("’", "'")
    shown = preview(client_of_rosa, file=file(words.encode(encoding)))
    assert carried(shown)["text"] == words
    html = shown.content.decode()
    assert (notice in html) if notice else ("was read as" not in html)


def test_utf16_page_is_read(client_of_rosa: Client):
    shown = preview(client_of_rosa, file=file(PAGE.encode("utf-16"), "mare.html"))
    assert carried(shown)["publisher"] == "Diário do Cais"


BAD_FILES = {
    "binary as text": ("notes.txt", b"\x00\x01\x02" * 99, "“notes.txt”: The file is binary"),
    "image": ("photo.txt", b"\x89PNG\r\n\x1a\n123", "“photo.txt”: The file is a PNG image"),
    "PDF named as text": ("a.txt", b"%PDF-1.7 ...", "“a.txt”: The PDF is damaged"),
    "empty": ("void.txt", b"", "“void.txt”: The file is empty."),
    "white space alone": ("void.txt", b" \n\t\n", "“void.txt”: The file is empty."),
    "page without an article": (
        "nav.html",
        b"<!doctype html><html><body><script>let a = 1</script></body></html>",
        "“nav.html”: No article text was found",
    ),
    "damaged UTF-16": ("x.txt", b"\xff\xfea\x00b", "“x.txt”: The file begins like UTF-16"),
    "a name that is markup": ("<b>.txt", b"\x00\x00", "“&lt;b&gt;.txt”: The file is binary"),
}


@pytest.mark.parametrize(("name", "content", "message"), BAD_FILES.values(), ids=BAD_FILES)
def test_bad_file_is_refused_by_name(
    client_of_rosa: Client, name: str, content: bytes, message: str
):
    response = preview(client_of_rosa, file=file(content, name), title="Kept", byline="Kept too")
    assert response.status_code == 422
    assert message in response.content.decode()
    assert carried(response)["title"] == "Kept"
    assert carried(response)["byline"] == "Kept too"
    assert not Article.objects.exists()


BAD_FIELDS = {
    "nothing": ({}, "text", "Paste the article’s text or choose a file."),
    "only white space": ({"text": " \n "}, "text", "Paste the article’s text or choose a file."),
    "script address": (
        {"url": "javascript:alert(1)"},
        "url",
        "must begin with https:// or http://",
    ),
    "ftp address": ({"url": "ftp://example.org/a"}, "url", "must begin with https:// or http://"),
    "no date": ({"published_on": "yesterday"}, "published_on", "Enter a valid date."),
    "no language": ({"language": "English!"}, "language", "Enter a language code"),
    "long title": ({"title": "x" * 501}, "title", "at most 500 characters"),
}


@pytest.mark.parametrize(("fields", "field", "message"), BAD_FIELDS.values(), ids=BAD_FIELDS)
@pytest.mark.parametrize("step", ["preview", "save"])
def test_bad_field_is_named_and_nothing_typed_is_lost(
    client_of_rosa: Client, step: str, fields: dict[str, str], field: str, message: str
):
    typed = {"text": TEXT, "title": "High water", "language": "en", "byline": "Kept"} | fields
    if field == "text":
        typed["text"] = fields.get("text", "")
        message = message if step == "preview" else "The text is empty"
    response = client_of_rosa.post(ADD, typed | {"step": step})
    assert response.status_code == 422
    errors = response.context["form"].errors[field]
    assert any(message in error for error in errors)
    values = carried(response)
    assert all(values[name] == value for name, value in typed.items())
    assert not Article.objects.exists()


def test_text_and_file_together_are_refused(client_of_rosa: Client):
    response = preview(client_of_rosa, text=TEXT, file=file("Other.", "other.txt"))
    assert response.status_code == 422
    assert "You pasted a text and chose “other.txt”" in response.content.decode()
    assert carried(response)["text"] == TEXT


def test_title_is_needed_to_save(client_of_rosa: Client):
    response = save(client_of_rosa, {"text": TEXT, "language": "en"})
    assert response.status_code == 422
    assert "title" in response.context["form"].errors
    assert "Nobody had seen such water" in response.content.decode()
    assert not Article.objects.exists()


DUPLICATES = {
    "same text": {"text": TEXT},
    "same text otherwise laid out": {"text": "\n\n" + TEXT.replace("\n", "\r\n") + "  \n"},
    "same address": {"text": "Another text.", "url": "https://example.org/water"},
}


@pytest.mark.parametrize("fields", DUPLICATES.values(), ids=DUPLICATES)
@pytest.mark.parametrize("step", ["preview", "save"])
def test_duplicate_is_named_with_a_link(
    client_of_rosa: Client, article: Article, step: str, fields: dict[str, str]
):
    Article.objects.filter(pk=article.pk).update(url="https://example.org/water")
    typed = {"title": "Mine", "language": "en", "byline": "Kept"} | fields
    response = client_of_rosa.post(ADD, typed | {"step": step})
    assert response.status_code == 409
    html = response.content.decode()
    assert f'<a href="/articles/{article.pk}/">High water</a>, added by rosa' in html
    assert carried(response)["byline"] == "Kept"
    assert Article.objects.count() == 1


def test_other_desks_article_is_no_duplicate_and_not_betrayed(
    client_of_rosa: Client, other_desk: Desk, neighbour: User
):
    make_article(other_desk, neighbour, title="Theirs")
    shown = preview(client_of_rosa, text=TEXT)
    assert "Theirs" not in shown.content.decode()
    assert save(client_of_rosa, carried(shown), title="Ours").status_code == 303
    assert Article.objects.count() == 2


class TestDesks:
    @pytest.fixture
    def both(self, reviewer: User, other_desk: Desk) -> User:
        role = Membership.objects.get(user=reviewer).role
        Membership.objects.create(user=reviewer, desk=other_desk, role=role)
        return reviewer

    def test_one_desk_is_not_asked_for(self, client_of_rosa: Client):
        assert 'name="desk"' not in client_of_rosa.get(ADD).content.decode()

    def test_several_are_and_the_choice_is_kept(self, sign_in, both: User, other_desk: Desk):
        client = sign_in(both)
        assert "Sports" in client.get(ADD).content.decode()
        shown = preview(client, text=TEXT, desk=other_desk.pk)
        save(client, carried(shown) | {"desk": other_desk.pk}, title="T")
        assert Article.objects.get().desk == other_desk

    def test_other_desk_cannot_be_chosen(self, sign_in, both: User):
        closed = Desk.objects.create(name="Closed", slug="closed")
        client = sign_in(both)
        for step in ("preview", "save"):
            fields = {"step": step, "text": TEXT, "title": "T", "language": "en", "desk": closed.pk}
            response = client.post(ADD, fields)
            assert response.status_code == 422
            assert "desk" in response.context["form"].errors
        assert not Article.objects.exists()

    def test_person_of_no_desk_is_refused(self, sign_in, outsider: User):
        assert sign_in(outsider).get(ADD).status_code == 403
        assert sign_in(outsider).post(ADD, {"step": "save", "text": TEXT}).status_code == 403

    def test_stranger_is_sent_to_sign_in(self, db: None):
        response = Client().post(ADD, {"step": "save", "text": TEXT})
        assert response.status_code == 302
        assert response.url.startswith(reverse("account_login"))


MB = 1024 * 1024


def test_file_of_50_mb_is_refused_by_name_and_held_nowhere(
    client_of_rosa: Client, tmp_path: Path, settings: Any
):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    body = LargeUpload(50 * MB)
    request = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": ADD,
        "CONTENT_TYPE": body.content_type,
        "CONTENT_LENGTH": str(body.length),
        "wsgi.input": body,
    }
    tracemalloc.start()
    response = client_of_rosa.request(**request)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert response.status_code == 413
    assert "“large.txt” is larger than 10 MB." in response.content.decode()
    assert carried(response)["title"] == "Before"
    assert carried(response)["byline"] == "After"
    assert peak < 10 * MB
    assert list(tmp_path.iterdir()) == []
    assert not Article.objects.exists()


def test_file_of_exactly_10_mb_is_read(client_of_rosa: Client):
    # Half is white space at line ends, so that the text itself is within its own limit.
    line = b"word" * 16 + b" " * 63 + b"\n"
    response = preview(client_of_rosa, file=file(line * (10 * MB // len(line)), "ten.txt"))
    assert response.status_code == 422
    assert "“ten.txt”: The text has 5,3" in response.content.decode()


def test_13_mb_typed_are_refused_with_a_page(client_of_rosa: Client):
    response = preview(client_of_rosa, text="water " * (13 * MB // 6))
    assert response.status_code == 413
    assert "larger than 12 MB" in response.content.decode()
    assert not Article.objects.exists()


@pytest.mark.parametrize("step", ["preview", "save"])
def test_text_over_5_million_characters_is_refused(client_of_rosa: Client, step: str):
    fields = {"text": "a" * 5_000_001, "title": "T", "language": "en"}
    response = client_of_rosa.post(ADD, fields | {"step": step})
    assert response.status_code == 422
    assert "5,000,001 characters, more than the 5,000,000 allowed" in response.content.decode()


def test_text_over_1_mb_is_shown_in_part_and_saved_whole(client_of_rosa: Client):
    paragraph = "The river rose by two metres in one night. " * 6
    text = "\n\n".join(f"{number}. {paragraph}" for number in range(4500))
    shown = preview(client_of_rosa, text=text)
    html = shown.content.decode()
    assert "1,500 more blocks follow" in html
    assert "2999. The river" in html
    assert save(client_of_rosa, carried(shown), title="Long").status_code == 303
    assert Revision.objects.get().length > MB
    assert len(Revision.objects.get().blocks) == 4500


@pytest.mark.parametrize("articles", [1, 3])
def test_queries_are_constant(
    client_of_rosa: Client,
    desk: Desk,
    reviewer: User,
    articles: int,
    django_assert_num_queries: Any,
):
    for number in range(articles):
        make_article(desk, reviewer, f"Article {number}.", f"Article {number}")
    with django_assert_num_queries(4):
        client_of_rosa.get(ADD)
    with django_assert_num_queries(5):
        shown = preview(client_of_rosa, text="New.")
    with django_assert_num_queries(10):
        save(client_of_rosa, carried(shown), title="New")


def test_other_methods_are_refused(client_of_rosa: Client):
    assert client_of_rosa.put(ADD).status_code == 405
