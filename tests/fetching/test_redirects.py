"""Where a server sends on to, and how often."""

import pytest

from articles.fetching.errors import Reason
from tests.fetching.conftest import Site, answer, page, redirect, refused


def test_redirects_are_followed_and_noted(site: Site):
    site.pages |= {
        "/": redirect("/b", "301 Moved"),
        "/b": redirect(f"{site.root}/c"),
        "/c": page(b"x"),
    }
    found = site.fetch()
    assert found.final_url == f"{site.root}/c"
    assert found.redirects == (f"{site.root}/", f"{site.root}/b")


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:127.0.0.1]/",
        "http://2130706433/",
        "http://0x7f.0.0.1/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://0/",
        "http://10.1.2.3:443/",
    ],
)
def test_redirect_to_a_private_address_is_refused(site: Site, location: str):
    site.pages["/"] = redirect(location)
    error = refused(site)
    assert error.reason is Reason.PRIVATE
    assert "is not on the public internet" in error.message
    assert error.redirects == (f"{site.root}/",)


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("file:///etc/passwd", "https:// or http://"),
        ("http://a.example:6379/", "port 6379"),
        ("http://u:p@a.example/", "user name or password"),
        ("http://[", "not valid"),
    ],
)
def test_redirect_to_a_wrong_address_is_refused(site: Site, location: str, words: str):
    site.pages["/"] = redirect(location)
    assert words in refused(site).message


def test_redirects_in_a_circle(site: Site):
    site.pages |= {"/": redirect("/b"), "/b": redirect("/")}
    error = refused(site)
    assert error.reason is Reason.REDIRECT
    assert "in a circle" in error.message


def test_too_many_redirects(site: Site):
    site.pages |= {f"/{number}": redirect(f"/{number + 1}") for number in range(5)}
    site.pages["/5"] = page(b"x")
    assert site.fetch("/0").data == b"x"
    site.pages["/5"] = redirect("/6")
    assert "more than 5 times" in refused(site, "/0").message
    assert not any(" /6 " in request for request in site.requests)


def test_redirect_without_address(site: Site):
    site.pages["/"] = answer(b"", status="302 Found")
    assert refused(site).status == 302
