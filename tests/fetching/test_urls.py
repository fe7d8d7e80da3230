import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.fetching.addresses import Allowed
from articles.fetching.errors import FetchError, Reason
from articles.fetching.urls import redirected, target

NOTHING = Allowed()

MADE_FIT = {
    "plain": ("https://a.example/b?c=d", "https://a.example/b?c=d"),
    "no path": ("http://a.example", "http://a.example/"),
    "spaces around": ("  http://a.example/ ", "http://a.example/"),
    "space in path": ("http://a.example/a b", "http://a.example/a%20b"),
    "percent stays": ("http://a.example/a%20b%C3%A9", "http://a.example/a%20b%C3%A9"),
    "unicode path": ("http://a.example/기사?q=é", "http://a.example/%EA%B8%B0%EC%82%AC?q=%C3%A9"),
    "unicode host": ("http://bücher.example/", "http://xn--bcher-kva.example/"),
    "capitals": ("HTTP://A.Example/X", "http://a.example/X"),
    "trailing dot": ("http://a.example./", "http://a.example/"),
    "usual port": ("https://a.example:443/", "https://a.example/"),
    "other usual port": ("http://a.example:443/", "http://a.example:443/"),
    "fragment": ("http://a.example/#top", "http://a.example/"),
    "IPv6": ("http://[2606:4700::1111]/", "http://[2606:4700::1111]/"),
    "fullwidth digits": ("http://１２７.0.0.1/", "http://127.0.0.1/"),
}


@pytest.mark.parametrize(("typed", "made"), MADE_FIT.values(), ids=MADE_FIT)
def test_address_is_made_fit(typed: str, made: str):
    assert target(typed, NOTHING).url == made


REFUSED = {
    "empty": ("", "https:// or http://"),
    "no scheme": ("a.example/x", "https:// or http://"),
    "file": ("file:///etc/passwd", "https:// or http://"),
    "ftp": ("ftp://a.example/", "https:// or http://"),
    "gopher": ("gopher://a.example/", "https:// or http://"),
    "script": ("javascript:alert(1)", "https:// or http://"),
    "user": ("http://user@a.example/", "user name or password"),
    "password": ("http://user:secret@a.example/", "user name or password"),
    "empty user": ("http://@a.example/", "user name or password"),
    "port": ("http://a.example:22/", "port 22"),
    "port 0": ("http://a.example:0/", "port 0"),
    "port too large": ("http://a.example:99999/", "not valid"),
    "port no number": ("http://a.example:x/", "not valid"),
    "no host": ("http:///x", "no valid host"),
    "line break": ("http://a.example/\r\nHost: b", "line break"),
    "tab in scheme": ("ht\ttp://a.example/", "line break"),
    "NUL": ("http://a.example\0.b.example/", "line break"),
    "backslash": ("http://a.example\\@b.example/", "backslash"),
    "zone": ("http://[fe80::1%25eth0]/", "host"),
    "open bracket": ("http://[::1/", "not valid"),
    "space in host": ("http://a b.example/", "no valid host"),
    "percent in host": ("http://%31%32%37.0.0.1/", "no valid host"),
    "too long": ("http://a.example/" + "x" * 2000, "longer than 2,000"),
    "long label": ("http://" + "a" * 64 + ".example/", "no valid host"),
}


@pytest.mark.parametrize(("typed", "words"), REFUSED.values(), ids=REFUSED)
def test_address_is_refused(typed: str, words: str):
    with pytest.raises(FetchError, match=words) as caught:
        target(typed, NOTHING)
    assert caught.value.reason is Reason.ADDRESS


def test_password_is_not_repeated():
    with pytest.raises(FetchError) as caught:
        target("http://user:secret@a.example/", NOTHING)
    assert "secret" not in caught.value.message


def test_allowed_server_may_have_its_port():
    allowed = Allowed.parse(["a.example:8080"])
    assert target("http://a.example:8080/x", allowed).port == 8080


@given(st.text() | st.text().map(lambda words: f"http://{words}"))
def test_any_words_are_fit_or_refused(typed: str):
    try:
        found = target(typed, NOTHING)
    except FetchError:
        return
    assert found.url.isascii()
    assert target(found.url, NOTHING) == found


REDIRECTS = {
    "relative": ("../c", "https://a.example/c"),
    "absolute": ("https://b.example/", "https://b.example/"),
    "without scheme": ("//b.example/x", "https://b.example/x"),
    "query": ("?x", "https://a.example/b/page?x"),
}


@pytest.mark.parametrize(("location", "url"), REDIRECTS.values(), ids=REDIRECTS)
def test_redirect_leads_to(location: str, url: str):
    origin = target("https://a.example/b/page", NOTHING)
    assert redirected(origin, location, NOTHING).url == url


def test_redirect_to_http_is_refused():
    origin = target("https://a.example/", NOTHING)
    with pytest.raises(FetchError, match=r"from https to http://b\.example/") as caught:
        redirected(origin, "http://b.example/", NOTHING)
    assert caught.value.reason is Reason.REDIRECT


def test_redirect_from_http_to_https_is_followed():
    origin = target("http://a.example/", NOTHING)
    assert redirected(origin, "https://a.example/", NOTHING).scheme == "https"
