"""Adding a document: by its address, as a file, or as text."""

import pytest
from django.urls import reverse

from articles.models import Capture, Document
from tests.capturing import PAGE, pdf
from tests.factories import (
    make_claim,
    make_person,
)
from tests.uploads import LargeUpload
from tests.views.documents import URL, add, page, upload
from tests.views.reading import links, parsed, words

WRONG = {
    "nothing": ({}, "Address: Enter an address, choose a file or paste the text."),
    "no address": ({"url": "not an address"}, "Address: Enter a valid URL."),
    "credentials": ({"url": "https://me:secret@x.example/"}, "It holds a name or password."),
    "a title nobody sees": ({"text": "One.", "title": "\u200b\u202e"}, "no letter or digit"),
    "another scheme": ({"url": "ftp://x.example/"}, "must begin with https:// or http://"),
    "file and text": (
        {"file": ("a.txt", b"One."), "text": "Two."},
        "You pasted a text and chose “a.txt”",
    ),
    "locked PDF": (
        {"file": ("a.pdf", pdf("Secret.", password="x"))},
        "File: “a.pdf”: The PDF is locked with a password",
    ),
    "broken PDF": ({"file": ("a.pdf", b"%PDF-1.7 nothing")}, "File: “a.pdf”: "),
    "empty file": ({"file": ("a.txt", b"")}, "“a.txt”: The file is empty"),
    "picture": ({"file": ("a.png", b"\x89PNG\r\n")}, "“a.png”: The file is a PNG image"),
    "only spaces": ({"text": " \n"}, "Address: Enter an address, choose a file"),
    "title of a page to be fetched": (
        {"url": URL, "title": "Mine"},
        "Title: A page that is fetched tells this itself.",
    ),
    "wrong date": ({"text": "One.", "published_on": "32 May"}, "Enter a valid date"),
    "archive address": ({"text": "One.", "archive_url": "x y"}, "Archived copy: Enter a valid URL"),
    "a NUL": ({"text": "a\0b"}, "Null characters are not allowed"),
}


class TestAdd:
    def test_a_pasted_text_is_read_at_once(self, sign_in, reviewer, source, desk):
        form = {"text": "High water\n\nIt rose.", "title": "Bulletin", "url": URL}
        form |= {"published_on": "2022-03-24", "archive_url": "https://archive.example/1"}
        response = sign_in(reviewer).post(add(source), form)
        document = Document.objects.get()
        assert (response.status_code, response.headers["Location"]) == (303, page(document))
        assert (document.desk, document.source, document.created_by) == (desk, source, reviewer)
        assert (document.origin, document.title, document.url) == ("paste", "Bulletin", URL)
        assert str(document.published_on) == "2022-03-24"
        assert document.text == "High water\n\nIt rose."
        assert not Capture.objects.exists()

    @pytest.mark.parametrize(
        ("name", "data", "format"),
        [
            ("a.html", PAGE.encode(), "html"),
            ("a.pdf", pdf("Two metres in one night."), "pdf"),
            ("a.txt", "Zwölf Meter.".encode("cp1252"), "text"),
        ],
    )
    def test_a_file_is_read_at_once(self, sign_in, reviewer, source, name, data, format):
        sign_in(reviewer).post(add(source), {"file": upload(name, data)})
        document = Document.objects.get()
        assert (document.format, document.origin) == (format, "file")
        assert document.original.read() == data

    def test_an_address_is_fetched_by_the_worker(self, sign_in, reviewer, source):
        response = sign_in(reviewer).post(
            add(source), {"url": URL, "archive_url": "https://archive.example/1"}
        )
        capture = Capture.objects.get()
        assert response.headers["Location"] == reverse("capture", args=[capture.pk])
        assert (capture.url, capture.archive_url) == (URL, "https://archive.example/1")
        assert (capture.requested_by, capture.state) == (reviewer, "waiting")

    @pytest.mark.parametrize(("form", "message"), WRONG.values(), ids=WRONG)
    def test_what_is_wrong_is_said_and_kept(self, sign_in, reviewer, source, form, message):
        if "file" in form:
            form = form | {"file": upload(*form["file"])}
        response = sign_in(reviewer).post(add(source), {"title": "Kept title"} | form)
        assert response.status_code == 422
        assert message in words(parsed(response).xpath("//*[@role='alert']")[0])
        [title] = parsed(response).xpath("//input[@name='title']/@value")
        assert title == form.get("title", "Kept title")
        assert not Document.objects.exists()
        assert not Capture.objects.exists()

    def test_a_file_of_20_mb_is_refused_and_named(self, sign_in, reviewer, source):
        body = LargeUpload(20 * 1024 * 1024)
        response = sign_in(reviewer).request(
            **{
                "REQUEST_METHOD": "POST",
                "PATH_INFO": add(source),
                "CONTENT_TYPE": body.content_type,
                "CONTENT_LENGTH": str(body.length),
                "wsgi.input": body,
            }
        )
        assert response.status_code == 413
        assert "“large.txt” is larger than 10 MB" in response.content.decode()
        assert parsed(response).xpath("//input[@name='title']/@value") == ["Before"]
        assert not Document.objects.exists()

    def test_the_desk_is_chosen_where_there_are_several(self, sign_in, source, desk, other_desk):
        both = make_person("bea", desk=desk)
        both.memberships.create(desk=other_desk, role=both.memberships.get().role)
        client = sign_in(both)
        options = parsed(client.get(add(source))).xpath("//select[@name='desk']/option")
        assert [words(option) for option in options] == ["Sports", "World"]
        client.post(add(source), {"text": "One.", "desk": str(other_desk.pk)})
        assert Document.objects.get().desk == other_desk

    def test_back_to_the_claim(self, sign_in, reviewer, source, article):
        claim = make_claim(article, "two metres", reviewer)
        address = f"{add(source)}?claim={claim.pk}"
        client = sign_in(reviewer)
        assert links(client.get(address), "claim 1") == [claim.get_absolute_url()]
        stored = client.post(address, {"text": "One."})
        assert stored.headers["Location"] == claim.get_absolute_url()
        asked = client.post(address, {"url": URL})
        assert asked.headers["Location"].endswith(f"?claim={claim.pk}")
        assert links(client.get(asked.headers["Location"]), "Claim 1 in its article") == [
            claim.get_absolute_url()
        ]

    @pytest.mark.parametrize("claim", ["nonsense", "018f6b4e-0000-7000-8000-000000000000"])
    def test_no_such_claim(self, sign_in, reviewer, source, claim):
        assert sign_in(reviewer).get(f"{add(source)}?claim={claim}").status_code == 404

    def test_a_claim_of_another_desk(self, sign_in, neighbour, reviewer, source, article):
        claim = make_claim(article, "two metres", reviewer)
        assert sign_in(neighbour).get(f"{add(source)}?claim={claim.pk}").status_code == 404

    def test_who_may_not(self, sign_in, outsider, reviewer, source, hidden):
        assert sign_in(outsider).post(add(source), {"text": "One."}).status_code == 403
        assert sign_in(reviewer).post(add(hidden), {"text": "One."}).status_code == 404
        reviewer.memberships.get().role.permissions.filter(codename="add_document").delete()
        assert sign_in(reviewer).get(add(source)).status_code == 403
        assert not Document.objects.exists()
