"""A made desk can be taken away whole, and nothing but a made desk."""

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from articles.bench.desk.make import grow, make_desk
from articles.bench.desk.remove import made_desk, remove_desk
from articles.models import Desk, RuleError, Source, User
from tests.factories import make_article, make_claim, make_evidence, make_verdict


def rows() -> dict[str, int]:
    """How many rows each table has."""
    models = apps.get_app_config("articles").get_models(include_auto_created=True)
    return {model.__name__: model._base_manager.count() for model in models}


def test_removal_leaves_nothing_of_it_nor_of_the_work_at_it(db, other_desk):
    before = rows()
    desk = make_desk(slug="made", people=6, sources=30)
    grow(desk, claims=100, articles=10)
    person = User.objects.get(username="made-3")
    article = make_article(desk, person)
    claim = make_claim(article, "The river rose", person)
    make_evidence(claim, Source.objects.filter(protected=False)[0], person)
    make_verdict(claim, person)

    remove_desk(made_desk("made"))

    assert rows() == before


@pytest.mark.parametrize("slug", ["world", "nowhere"])
def test_only_a_made_desk_is_removed(desk, slug):
    with pytest.raises(RuleError, match=f"no made desk “{slug}”"):
        made_desk(slug)


def test_the_command_says_what_it_made_and_removes_it(transactional_db, capsys):
    wish = ["--claims=40", "--articles=4", "--slug=small", "--people=5"]
    call_command("make_desk", *wish)
    assert "4 articles, 40 claims" in capsys.readouterr().out
    with pytest.raises(CommandError, match="already"):
        call_command("make_desk", *wish)

    call_command("make_desk", "--remove", "--slug=small")

    assert "4 articles and 40 claims" in capsys.readouterr().out
    assert not Desk.objects.exists()
    assert not User.objects.exists()
