"""The demo, once it is loaded."""

import io
import re
import shutil
import stat
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client, override_settings

from articles.models import (
    REVIEWER,
    Accuracy,
    Article,
    Claim,
    Desk,
    Evidence,
    Membership,
    Rating,
    Source,
    Status,
    User,
    Verdict,
)
from articles.models.verdict import broken_links
from tests.demos import SIGN_INS, demo
from tests.factories import (
    make_article,
    make_claim,
    make_evidence,
    make_verdict,
)


def join(desk: Desk, user: User) -> None:
    Membership.objects.create(desk=desk, user=user, role=Group.objects.get(name=REVIEWER))


def rows(path: Path) -> dict[str, tuple[str, str]]:
    """Role and password by user name."""
    lines = [line.split("\t") for line in path.read_text("utf-8").splitlines()]
    return {username: (role, password) for role, username, password in lines}


@pytest.fixture(scope="module")
def sign_ins_of_module(rows_of_module: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo, loaded once for all of these tests, and the sign-ins that it wrote."""
    folder = tmp_path_factory.mktemp("demo")
    with override_settings(VAR=folder):
        demo()
    connection.check_constraints()  # once, not after every test
    return folder / SIGN_INS


@pytest.fixture
def sign_ins(sign_ins_of_module: Path, settings: Any, tmp_path: Path) -> Path:
    settings.VAR = tmp_path
    return Path(shutil.copy2(sign_ins_of_module, tmp_path))


@pytest.fixture
def loaded(db: None, sign_ins: Path) -> Desk:
    return Desk.objects.get(slug="demo")


class TestLoading:
    def test_desk_shows_every_status_rating_and_accuracy(self, loaded: Desk):
        assert loaded.is_demo
        assert Article.objects.filter(desk=loaded).count() >= 3
        claims = Claim.objects.filter(desk=loaded)
        assert claims.count() >= 25
        assert set(claims.values_list("status", flat=True)) == set(Status.values)
        assert set(claims.values_list("rating", flat=True)) == {*Rating.values, ""}
        accuracies = set(Verdict.objects.values_list("attribution_accuracy", flat=True))
        assert accuracies == set(Accuracy.values)
        assert set(Evidence.objects.values_list("relation", flat=True)) == set(
            Evidence.Relation.values
        )

    def test_second_reviews_wait_with_one_verdict_and_with_two_that_differ(self, loaded: Desk):
        waiting = Claim.objects.filter(status=Status.AWAITING_SECOND_REVIEW)
        assert {claim.verdicts.count() for claim in waiting} == {1, 2}

    def test_some_claims_overlap_and_some_are_nested(self, loaded: Desk):
        overlapping = nested = 0
        for article in Article.objects.all():
            places = list(article.current_revision.anchors.values_list("start", "end"))
            pairs = [(a, b) for a in places for b in places if a < b and b[0] < a[1]]
            nested += sum(b[1] <= a[1] for a, b in pairs)
            overlapping += sum(b[1] > a[1] for a, b in pairs)
        assert nested >= 2
        assert overlapping >= 1

    def test_work_is_spread_over_several_people(self, loaded: Desk):
        claims = Claim.objects.exclude(assignee=None)
        assert len(set(claims.values_list("assignee", flat=True))) >= 3

    def test_sources_have_their_kinds_and_one_is_protected(self, loaded: Desk):
        assert Source.objects.get(name="Radio Free Asia").aliases == ["RFA", "RFA’s Korean Service"]
        assert set(Source.objects.values_list("kind", flat=True)) == set(Source.Kind.values)
        assert Source.objects.filter(protected=True).count() == 1

    def test_verdict_log_holds(self, loaded: Desk):
        assert Verdict.objects.exists()
        assert list(broken_links(Verdict.objects.all())) == []

    def test_everyone_can_sign_in_with_what_the_file_says(self, loaded: Desk, sign_ins: Path):
        assert stat.S_IMODE(sign_ins.stat().st_mode) == 0o600
        people = rows(sign_ins)
        assert sorted(role for role, _ in people.values()) == [
            *("admin", "editor", "reviewer", "reviewer")
        ]
        assert len({password for _, password in people.values()}) == 4
        for username, (role, password) in people.items():
            assert Client().login(username=username, password=password)
            access = User.objects.get(username=username).access()
            assert access.everywhere == (role == "admin")
            assert access.may("review_claim", loaded.pk)
            assert access.may("decide_claim", loaded.pk) == (role != "reviewer")


class TestLoadingAgain:
    def test_nothing_changes(self, loaded: Desk, sign_ins: Path):
        before = (
            sign_ins.read_bytes(),
            sign_ins.stat().st_mtime_ns,
            list(Claim.objects.order_by("pk").values()),
            list(User.objects.order_by("pk").values()),
            Verdict.objects.count(),
        )
        assert "was there already: 3 articles" in demo()
        after = (
            sign_ins.read_bytes(),
            sign_ins.stat().st_mtime_ns,
            list(Claim.objects.order_by("pk").values()),
            list(User.objects.order_by("pk").values()),
            Verdict.objects.count(),
        )
        assert after == before

    def test_lost_file_gives_new_passwords(self, loaded: Desk, sign_ins: Path):
        old = rows(sign_ins)
        sign_ins.unlink()
        demo()
        new = rows(sign_ins)
        assert new.keys() == old.keys()
        for username in old:
            assert not Client().login(username=username, password=old[username][1])
            assert Client().login(username=username, password=new[username][1])

    def test_removed_person_does_not_come_back(self, loaded: Desk, sign_ins: Path):
        User.objects.get(username="demo-admin").delete()
        sign_ins.unlink()
        demo()
        assert not User.objects.filter(username="demo-admin").exists()
        assert "demo-admin" not in rows(sign_ins)


class TestRemoval:
    @pytest.fixture
    def elsewhere(self, loaded: Desk, desk: Desk, reviewer: User) -> Claim:
        """Work of another desk, by its own people, judged and logged."""
        claim = make_claim(make_article(desk, reviewer), "The river rose", reviewer)
        make_verdict(claim, reviewer)
        return claim

    def test_everything_goes_and_other_desks_stay(
        self, loaded: Desk, elsewhere: Claim, sign_ins: Path
    ):
        printed = demo("--remove", "--yes")
        assert "Removed 3 articles, 40 claims and 33 verdicts, 24 sources and 4 users." in printed
        assert re.search(r"history keeps \d\d+ rows", printed)
        assert not Desk.objects.filter(slug="demo").exists()
        assert Article.objects.get() == elsewhere.article
        assert list(Claim.objects.all()) == [elsewhere]
        assert Verdict.objects.get().claim == elsewhere
        assert not Source.objects.exists()
        assert not Evidence.objects.exists()
        assert [user.username for user in User.objects.all()] == ["rosa"]
        assert not sign_ins.exists()
        assert list(broken_links(Verdict.objects.all())) == []

    def test_it_can_be_loaded_again(self, loaded: Desk):
        demo("--remove", "--yes")
        demo()
        assert Claim.objects.count() == 40
        assert list(broken_links(Verdict.objects.all())) == []

    def test_source_used_elsewhere_stays_and_its_maker_is_deactivated(
        self, elsewhere: Claim, reviewer: User
    ):
        source = Source.objects.get(name="Radio Free Asia")
        make_evidence(elsewhere, source, reviewer)
        printed = demo("--remove", "--yes")
        assert Source.objects.get() == source
        assert "Kept, for other desks use them: 1 source." in printed
        assert "Deactivated, for they have work elsewhere: demo-editor." in printed

    def test_person_with_work_elsewhere_is_deactivated_and_taken_back_later(
        self, elsewhere: Claim, sign_ins: Path
    ):
        person = User.objects.get(username="demo-reviewer")
        old = rows(sign_ins)["demo-reviewer"][1]
        join(elsewhere.desk, person)
        make_verdict(elsewhere, person, "false")
        demo("--remove", "--yes")
        person.refresh_from_db()
        assert not person.is_active
        assert not person.check_password(old)
        assert list(broken_links(Verdict.objects.all())) == []

        demo()
        assert Client().login(username="demo-reviewer", password=rows(sign_ins)["demo-reviewer"][1])

    def test_work_of_others_at_the_demo_desk_goes_too(self, loaded: Desk, reviewer: User):
        join(loaded, reviewer)
        claim = make_claim(make_article(loaded, reviewer), "The river rose", reviewer)
        make_verdict(claim, reviewer)
        demo("--remove", "--yes")
        assert not Verdict.objects.exists()
        assert User.objects.get() == reviewer

    @pytest.mark.parametrize("answer", ["no", "", "y"])
    def test_it_asks_first(self, loaded: Desk, monkeypatch: pytest.MonkeyPatch, answer: str):
        questions = []
        monkeypatch.setattr("builtins.input", lambda text: questions.append(text) or answer)
        assert demo("--remove") == "Nothing was removed.\n"
        assert "3 articles, 40 claims and 33 verdicts" in questions[0]
        assert Claim.objects.count() == 40

    def test_yes_removes(self, loaded: Desk, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr("builtins.input", lambda text: "yes")
        demo("--remove")
        assert not Claim.objects.exists()

    def test_closed_standard_input_is_no(self, loaded: Desk, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr("sys.stdin", io.StringIO())
        assert demo("--remove") == "Nothing was removed.\n"
        assert Claim.objects.count() == 40
