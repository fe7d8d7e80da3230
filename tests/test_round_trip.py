"""What a desk exports, an empty database imports, and exports again with the same bytes."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings

from articles.exports.desk import lines
from articles.models import Desk, User, Verdict
from articles.models.verdict import broken_links
from tests.exports.desks import DeskPlan, Maker, desks, emptied
from tests.factories import make_person


def exported(desk: Desk) -> str:
    return "".join(lines(desk))


def imported(path: Path, content: str) -> str:
    path.write_text(content, "utf-8", newline="")
    out = io.StringIO()
    call_command("import_data", str(path), "--by=ada", stdout=out, stderr=io.StringIO())
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
