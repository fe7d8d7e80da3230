"""What the demo is made of, and where it is not loaded, or only beside what is there."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError

from articles.demo.content import ARTICLES, read_article, read_toml
from articles.models import Desk, Source, User
from tests.demos import SIGN_INS, demo
from tests.factories import make_person, make_source


@pytest.fixture(autouse=True)
def sign_ins(settings: Any, tmp_path: Path) -> Path:
    settings.VAR = tmp_path
    return tmp_path / SIGN_INS


class TestContent:
    @pytest.mark.parametrize("name", ARTICLES)
    def test_claims_quote_words_that_stand_once_in_the_text(self, name: str):
        text, _ = read_article(name)
        for claim in read_toml(f"{name}.toml")["claims"]:
            assert text.count(claim["words"]) == 1, claim["words"]

    @pytest.mark.parametrize("name", ARTICLES)
    def test_articles_have_300_to_700_words_and_some_structure(self, name: str):
        text, blocks = read_article(name)
        assert 300 <= len(text.split()) <= 700
        assert {"heading", "paragraph", "quotation", "list_item", "caption"} == {
            block.kind for block in blocks
        }
        assert re.search(r"[\U0001F000-\U0001FAFF]", text)

    def test_addresses_lead_to_home_pages_or_example_org(self):
        urls = re.findall(
            r'"(https?://[^"]+)"', "".join(str(read_toml(f"{n}.toml")) for n in ARTICLES)
        )
        for url in urls:
            assert ".example.org/" in url or url.count("/") <= 4


def test_newsrooms_own_source_is_used_as_it_is(reviewer: User):
    ours = make_source("radio free asia", reviewer)
    demo()
    assert Source.objects.filter(name__iexact="Radio Free Asia").get() == ours
    assert ours.evidence.exists()


class TestRefusal:
    def test_desk_of_that_name_is_left_alone(self, db: None, sign_ins: Path):
        Desk.objects.create(name="Demonstrations", slug="demo")
        with pytest.raises(CommandError, match="a desk “demo” that is not the demo’s"):
            demo()
        assert not User.objects.exists()
        assert not sign_ins.exists()

    def test_person_of_that_name_keeps_the_password(self, db: None):
        person = make_person("demo-editor")
        with pytest.raises(CommandError, match="demo-editor who is not of the demo"):
            demo()
        person.refresh_from_db()
        assert person.check_password("pass-word-for-tests")
        assert not Desk.objects.exists()


def test_without_a_demo_it_says_so(db: None):
    with pytest.raises(CommandError, match="There is no demo to remove"):
        demo("--remove", "--yes")
