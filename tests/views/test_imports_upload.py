"""Sending a file to be imported: who may, how much, and where it goes."""

import hashlib
import tracemalloc
from pathlib import Path

import pytest
from django.contrib.staticfiles.finders import find
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from articles.forms.uploads import ImportLimitHandler
from articles.models import Batch
from tests.uploads import LargeUpload
from tests.views.reading import parsed, words

ADD = "/imports/add/"
MB = 1024 * 1024
TABLE = b"Headline;Body;Link\nHigh water;The river rose.;https://example.org/1\n"
LINES = b'{"title": "High water", "text": "The river rose."}\n'


def upload(data: bytes, name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def errors(response) -> str:
    return words(parsed(response).xpath("//*[@role='alert'][not(@hidden)]")[0])


@pytest.fixture
def client(sign_in, admin, desk) -> Client:
    return sign_in(admin)


def test_a_table_is_stored_and_leads_to_its_columns(client, admin, desk):
    response = client.post(ADD, {"file": upload(TABLE, "März.csv")})
    batch = Batch.objects.get()
    assert (response.status_code, response.headers["Location"]) == (303, f"/imports/{batch.pk}/")
    assert (batch.state, batch.file_name, batch.size) == ("new", "März.csv", len(TABLE))
    assert (batch.desk, batch.created_by) == (desk, admin)
    assert batch.sha256 == hashlib.sha256(TABLE).hexdigest()
    assert batch.file.read() == TABLE
    assert batch.layout["mapping"] == {"Headline": "title", "Body": "text", "Link": "url"}
    assert not ProcrastinateJob.objects.exists()


def test_the_hash_is_of_the_file_that_is_kept(client):
    client.post(ADD, {"file": upload(TABLE, "a.csv"), "other": upload(LINES, "b.jsonl")})
    assert Batch.objects.get().sha256 == hashlib.sha256(TABLE).hexdigest()


def test_other_formats_are_checked_at_once(client):
    client.post(ADD, {"file": upload(LINES, "articles.jsonl")})
    batch = Batch.objects.get()
    assert (batch.state, batch.layout["format"]) == ("checking", "jsonl")
    [job] = ProcrastinateJob.objects.all()
    assert job.args == {"batch": str(batch.pk)}


def test_a_browser_that_shows_the_progress_is_led_on(client):
    response = client.post(ADD, {"file": upload(TABLE, "a.csv")}, headers={"HX-Request": "true"})
    assert response.headers["HX-Redirect"] == Batch.objects.get().get_absolute_url()


def test_what_is_said_of_the_file_is_heeded(client):
    client.post(ADD, {"file": upload(TABLE, "a.csv"), "format": "csv", "kind": "document"})
    assert Batch.objects.get().layout["kind"] == "document"


REFUSED = {
    "nothing": (None, "Choose a file."),
    "empty": (upload(b"", "a.csv"), "The file is empty"),
    "a picture": (upload(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "a.png"), "File:"),
}


@pytest.mark.parametrize(("file", "told"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_read_is_refused_and_not_stored(client, file, told):
    response = client.post(ADD, {"file": file} if file else {})
    assert response.status_code == 422
    assert told in errors(response)
    assert not Batch.objects.exists()


def test_the_desk_is_asked_where_there_are_several(client, desk, other_desk):
    page = client.get(ADD, {"desk": desk.pk})
    [chosen] = parsed(page).xpath("//select[@name='desk']/option[@selected]")
    assert chosen.text == "World"
    client.post(ADD, {"file": upload(TABLE, "a.csv"), "desk": other_desk.pk})
    assert Batch.objects.get().desk == other_desk


def test_the_page_tells_the_fields_of_each_kind(client):
    content = words(parsed(client.get(ADD)).body)
    assert "title needed text needed url publisher" in content
    assert "article needed id start end exact" in content


def request_of(body: LargeUpload) -> dict:
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": ADD,
        "CONTENT_TYPE": body.content_type,
        "CONTENT_LENGTH": str(body.length),
        "wsgi.input": body,
    }


@pytest.fixture
def on_disk(settings, tmp_path) -> Path:
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "sent")
    (tmp_path / "sent").mkdir()
    settings.MEDIA_ROOT = str(tmp_path / "kept")
    plain = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    settings.STORAGES = settings.STORAGES | {"default": plain}
    return tmp_path


class Table(LargeUpload):
    """A CSV of one long column, with the headings in front."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        head, rest = next(self.pieces), self.pieces
        line = b"text\n" + b"a row of words, \n" * 8
        self.rest = head.replace(b"large.txt", b"large.csv") + line
        self.pieces = rest
        self.length += len(line)


def test_a_large_file_goes_to_disk_and_never_into_memory(client, on_disk):
    body = Table(64 * MB)
    tracemalloc.start()
    response = client.request(**request_of(body))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert response.status_code == 303
    batch = Batch.objects.get()
    assert batch.size > 64 * MB
    assert Path(batch.file.path).stat().st_size == batch.size
    assert batch.sha256 == hashlib.sha256(Path(batch.file.path).read_bytes()).hexdigest()
    assert list((on_disk / "sent").iterdir()) == []
    assert peak < 10 * MB


def test_a_file_over_the_limit_is_refused_by_name(client, on_disk, monkeypatch):
    monkeypatch.setattr(ImportLimitHandler, "limit", 20 * MB)
    response = client.request(**request_of(LargeUpload(30 * MB)))
    assert response.status_code == 413
    assert "“large.txt” is larger than 2 GB" in errors(response)
    assert not Batch.objects.exists()
    assert list((on_disk / "sent").iterdir()) == []


@pytest.mark.parametrize("person", ["reviewer", "editor", "outsider"])
def test_of_others_not_a_byte_is_read(request, sign_in, person):
    body = LargeUpload(30 * MB)
    client = sign_in(request.getfixturevalue(person))
    assert client.request(**request_of(body)).status_code == 403
    assert body.rest == b""
    assert next(body.pieces).startswith(b"--cut")


def test_a_form_of_another_site_is_refused(admin, desk):
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin)
    assert client.post(ADD, {"file": upload(TABLE, "a.csv")}).status_code == 403
    assert not Batch.objects.exists()


@pytest.mark.parametrize("place", ["field", "header"])
def test_with_its_token_the_form_is_taken(admin, desk, place):
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin)
    [token] = parsed(client.get(ADD)).xpath("//main//input[@name='csrfmiddlewaretoken']/@value")
    form = {"file": upload(TABLE, "a.csv")}
    if place == "field":
        response = client.post(ADD, form | {"csrfmiddlewaretoken": token})
    else:
        response = client.post(ADD, form, headers={"X-CSRFToken": token})
    assert response.status_code == 303


def test_without_a_desk_it_says_what_to_do(sign_in, admin):
    response = sign_in(admin).get(ADD)
    assert response.status_code == 403
    assert "add one in the admin" in response.content.decode()


def test_every_template_it_offers_is_there(client):
    offered = parsed(client.get(ADD)).xpath("//a[@download]/@href")
    assert len(offered) == 11
    for address in offered:
        assert find(address.removeprefix("/static/")), address
