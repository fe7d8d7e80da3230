from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.test import RequestFactory

from articles.views.errors import READ_PAST, bad_request
from tests.views.reading import links


def test_malformed_request_is_answered_with_400():
    response = bad_request(RequestFactory().get("/"), SuspiciousOperation("secret detail"))
    assert response.status_code == 400
    assert "secret detail" not in response.content.decode()


def test_rest_of_a_large_body_is_read_past_so_that_the_browser_reads_the_answer():
    request = RequestFactory().post("/", b"a" * 5_000_000, content_type="text/plain")
    response = bad_request(request, RequestDataTooBig())
    assert response.status_code == 413
    assert "larger than 12 MB" in response.content.decode()
    assert request.read() == b""


def test_endless_body_is_left_after_a_while():
    request = RequestFactory().post("/", b"a" * (READ_PAST + 5_000_000), content_type="text/plain")
    assert bad_request(request, RequestDataTooBig()).status_code == 413
    assert len(request.read()) == 5_000_000


def test_a_page_that_is_not_there_leads_to_the_dashboard(sign_in, editor):
    response = sign_in(editor).get("/nowhere/")
    assert response.status_code == 404
    assert links(response, "Go to the dashboard") == ["/"]
