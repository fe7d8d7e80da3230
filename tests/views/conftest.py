"""Documents and captures, as the views find them."""

import pytest

from articles.actions.captures import request_capture
from articles.actions.documents import store_document
from articles.extraction.read import read
from articles.models import Capture, Document, Source
from tests.capturing import PAGE
from tests.factories import make_source
from tests.views.documents import URL


@pytest.fixture
def hidden(editor) -> Source:
    return make_source("Deep Harbour", editor, protected=True)


@pytest.fixture
def bulletin(desk, source, reviewer) -> Document:
    return store_document(
        desk=desk,
        source=source,
        by=reviewer,
        data=PAGE.encode(),
        readable=read(PAGE.encode()),
        origin=Document.Origin.URL,
        url=URL,
        final_url=f"{URL}/7",
        http_status=200,
        headers={"content-type": "text/html", "etag": '"7"'},
    )


@pytest.fixture
def capture(desk, source, reviewer) -> Capture:
    return request_capture(desk=desk, source=source, url=URL, by=reviewer)
