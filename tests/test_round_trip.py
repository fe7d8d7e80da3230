"""What a desk exports, an empty database imports, and exports again with the same bytes."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings

from articles.exports.desk import lines
from articles.models import Desk, Source, User, Verdict
from articles.models.verdict import broken_links
from tests.exports.desks import DeskPlan, Maker, desks, emptied
from tests.factories import (
    make_article,
    make_chain,
    make_claim,
    make_document,
    make_evidence,
    make_person,
    make_source,
    make_verdict,
)


def exported(desk: Desk) -> str:
    return "".join(lines(desk))


def imported(path: Path, content: str, *options: str) -> str:
    path.write_text(content, "utf-8", newline="")
    out = io.StringIO()
    call_command("import_data", str(path), "--by=ada", *options, stdout=out, stderr=io.StringIO())
    return out.getvalue()


@pytest.fixture
def people(desk: Desk, admin: User) -> list[User]:
    return [admin, make_person("rosa", desk=desk), make_person("samir", desk=desk)]


@settings(
    max_examples=12,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # an example takes too long to shrink
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(plan=desks)
def test_export_is_the_same_after_an_import_into_an_empty_database(
    plan: DeskPlan, desk: Desk, people: list[User], tmp_path: Path
):
    with thrown_away():
        Maker(desk, people).make(plan)
        first = exported(desk)
        verdicts = Verdict.objects.count()
        emptied()
        if first:
            imported(tmp_path / "desk.jsonl", first)
            assert exported(desk) == first
            assert Verdict.objects.count() == verdicts
            assert not list(broken_links(Verdict.objects.all()))


@contextmanager
def thrown_away() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def rich(desk: Desk, people: list[User]) -> Desk:
    """Protected and other sources, a document, a passage, a chain and a verdict."""
    by = people[1]
    article = make_article(desk, by)
    secret = make_source("Deep Throat", by, kind="person", protected=True)
    for words, source in (("two metres", secret), ("one night", make_source("Ministry", by))):
        claim = make_claim(article, words, by)
        make_document(desk, source, by, f"It rose by {words}.", url="https://water.example.org/")
        make_evidence(claim, source, by)
        make_chain(claim, by, "a fisherman", source)
        make_verdict(claim, by)
    return desk


def test_import_into_the_desk_it_comes_from_changes_nothing(rich: Desk, tmp_path: Path):
    first = exported(rich)
    told = json.loads(imported(tmp_path / "desk.jsonl", first, "--json"))
    assert {kind: set(counts) for kind, counts in told["counts"].items()} == {
        kind: {"same"} for kind in ("source", "document", "article", "claim")
    }
    assert exported(rich) == first
    assert set(Source.objects.values_list("name", flat=True)) == {"Deep Throat", "Ministry"}


def test_protected_source_is_nameless_where_it_is_not_known(rich: Desk, tmp_path: Path):
    first = exported(rich)
    secret = Source.objects.get(protected=True)
    emptied()
    imported(tmp_path / "desk.jsonl", first)
    known = Source.objects.get(protected=True)
    assert (known.name, known.external_id) == (f"Protected source {secret.pk}", str(secret.pk))
    assert known.kind == "person"
    assert exported(rich) == first


def test_captures_of_an_unchanged_page_stay_apart(rich: Desk, tmp_path: Path):
    source = Source.objects.get(name="Ministry")
    for _ in range(2):
        make_document(rich, source, source.created_by, "Same.", url="https://water.example.org/s")
    first = exported(rich)
    emptied()
    imported(tmp_path / "desk.jsonl", first)
    assert exported(rich) == first
