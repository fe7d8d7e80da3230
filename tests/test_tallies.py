"""The tallies that the database keeps always equal a count of the claims, whoever writes what."""

import random
import threading
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles.actions.moves import restore_claim, withdraw_claim
from articles.actions.tallies import fold_tallies, repair_tallies
from articles.models import Article, Claim, Desk, Evidence, RuleError, Source, Tally, User
from tests.factories import make_article, make_claim, make_evidence, make_source, make_verdict

Key = tuple[str, str, str]


def kept(desk: Desk) -> dict[Key, int]:
    sums = Counter[Key]()
    for kind, one, other, claims in Tally.objects.filter(desk=desk).values_list(
        "kind", "one", "other", "claims"
    ):
        sums[kind, one, other] += claims
    return {key: count for key, count in sums.items() if count}


def counted(desk: Desk) -> dict[Key, int]:
    """The same, claim by claim."""
    sums = Counter[Key]()
    for claim in Claim.objects.filter(desk=desk).select_related("article", "verdict"):
        person = str(claim.assignee_id or "")
        sums["status", claim.status, claim.rating] += 1
        sums["person", person, claim.status] += 1
        sums["publisher", claim.article.publisher, claim.status] += 1
        sums["opened", f"{claim.created_at.astimezone(UTC):%Y-%m-%d}", ""] += 1
        if claim.status == "withdrawn":
            continue
        if claim.verdict:
            took = claim.verdict.decided_at - claim.created_at
            bucket = sum(2 ** (step / 4) <= took / timedelta(minutes=1) for step in range(1, 200))
            day = f"{claim.verdict.decided_at.astimezone(UTC):%Y-%m-%d}"
            sums["decided", day, str(bucket) if took >= timedelta() else ""] += 1
        links = claim.evidence.filter(withdrawn_at=None)
        for pk in {link.source_id for link in links}:
            sums["source", str(pk), claim.rating] += 1
        for pk in {link.source_id for link in links if link.relation == "supports"}:
            sums["support", str(pk), claim.rating] += 1
    return dict(sums)


def eight_claims(desk: Desk, by: User) -> list[Claim]:
    """Four claims on each of two articles."""
    texts = (f"word0 word1 word2 word3 of report {number}." for number in range(2))
    articles = [make_article(desk, by, text) for text in texts]
    return [make_claim(article, f"word{n}", by) for article in articles for n in range(4)]


def judge(claim: Claim, by: User, rating: str = "true") -> None:
    make_verdict(claim, by, rating, no_evidence="Nothing is written about it.")


@pytest.fixture
def claims(desk, reviewer) -> list[Claim]:
    return eight_claims(desk, reviewer)


class TestWhatCounts:
    def test_a_claim_counts_by_all_that_it_is(self, desk, reviewer, claims, source):
        make_evidence(claims[0], source, reviewer)
        judge(claims[0], reviewer, "false")
        assert kept(desk) == counted(desk)
        assert kept(desk)["status", "decided", "false"] == 1
        assert kept(desk)["person", str(reviewer.pk), "decided"] == 1
        assert kept(desk)["support", str(source.pk), "false"] == 1

    def test_a_claim_counts_once_for_a_source_that_it_is_linked_to_twice(
        self, desk, reviewer, claims, source
    ):
        first = make_evidence(claims[0], source, reviewer)
        second = Evidence.objects.create(
            claim=claims[0], source=source, relation="refutes", created_by=reviewer
        )
        assert kept(desk)["source", str(source.pk), ""] == 1
        Evidence.objects.filter(pk=first.pk).update(withdrawn_at=datetime.now(UTC))
        assert kept(desk)["source", str(source.pk), ""] == 1
        assert ("support", str(source.pk), "") not in kept(desk)
        second.delete()
        assert ("source", str(source.pk), "") not in kept(desk)
        assert kept(desk) == counted(desk)

    def test_a_withdrawn_claim_rests_on_nothing_until_it_is_restored(
        self, desk, reviewer, claims, source
    ):
        claim = claims[0]
        make_evidence(claim, source, reviewer)
        claim.refresh_from_db()
        withdraw_claim(claim=claim, seen=claim.version, by=reviewer)
        assert ("source", str(source.pk), "") not in kept(desk)
        assert kept(desk)["status", "withdrawn", ""] == 1
        claim.refresh_from_db()
        restore_claim(claim=claim, seen=claim.version, by=reviewer)
        assert kept(desk)["source", str(source.pk), ""] == 1

    def test_a_publisher_takes_the_claims_of_its_articles_along(self, desk, claims):
        Article.objects.filter(pk=claims[0].article_id).update(publisher="Coast Gazette")
        assert kept(desk)["publisher", "Coast Gazette", "open"] == 4
        assert kept(desk)["publisher", "", "open"] == 4
        assert kept(desk) == counted(desk)

    def test_a_verdict_older_than_the_claim_has_a_day_and_no_duration(self, desk, reviewer, claims):
        judge(claims[0], reviewer)
        later = datetime.now(UTC) + timedelta(days=2)
        Claim.objects.filter(pk=claims[0].pk).update(created_at=later)
        assert kept(desk) == counted(desk)
        assert {other for kind, _, other in kept(desk) if kind == "decided"} == {""}

    def test_deleting_claims_with_what_hangs_on_them(self, desk, reviewer, claims, source):
        make_evidence(claims[0], source, reviewer)
        make_evidence(claims[5], source, reviewer)
        Article.objects.get(pk=claims[0].article_id).delete()
        assert kept(desk) == counted(desk)
        assert kept(desk)["source", str(source.pk), ""] == 1

    def test_no_row_for_what_changes_no_count(self, desk, claims):
        before = Tally.objects.count()
        Claim.objects.update(note="Ask the harbour master.")
        Claim.objects.none().delete()
        assert Tally.objects.count() == before

    def test_a_statement_on_many_claims_adds_a_row_for_each_count_not_each_claim(
        self, desk, claims
    ):
        before = Tally.objects.count()
        Claim.objects.update(status="in_review")
        assert Tally.objects.count() == before + 6

    def test_each_desk_for_itself(self, desk, other_desk, neighbour, claims):
        make_claim(make_article(other_desk, neighbour), "The river", neighbour)
        assert kept(other_desk) == counted(other_desk)
        assert kept(desk) == counted(desk)


class TestFolding:
    def test_sums_stay_and_rows_become_few(self, desk, reviewer, claims):
        fold_tallies()
        judge(claims[0], reviewer, "true")
        sums = kept(desk)
        fold_tallies()
        assert kept(desk) == sums == counted(desk)
        keys = Tally.objects.values_list("desk", "kind", "one", "other")
        assert len(set(keys)) == keys.count()
        assert not Tally.objects.filter(folded=False).exists()

    def test_what_is_folded_is_news(self, desk, claims):
        last = Tally.objects.latest("id").pk
        fold_tallies()
        assert Tally.objects.latest("id").pk > last


class TestRepair:
    def test_nothing_amiss(self, desk, reviewer, claims, source):
        make_evidence(claims[0], source, reviewer)
        judge(claims[0], reviewer, "true")
        assert repair_tallies() == 0

    def test_what_is_amiss_is_mended_and_told(self, desk, claims):
        Tally.objects.filter(kind="publisher").delete()
        Tally.objects.create(desk=desk, kind="status", one="open", other="", claims=3)
        assert repair_tallies() == 2
        assert kept(desk) == counted(desk)


STATUSES = ["open", "in_review", "needs_recheck", "withdrawn"]
places = st.integers(0, 7)
steps = st.one_of(
    st.tuples(st.just("status"), st.sets(places), st.sampled_from(STATUSES)),
    st.tuples(st.just("assign"), st.sets(places), st.booleans()),
    st.tuples(st.just("verdict"), places, st.sampled_from(["true", "false", "opinion"])),
    st.tuples(st.just("link"), places, st.integers(0, 2), st.sampled_from(["supports", "refutes"])),
    st.tuples(st.just("unlink"), st.sets(places), st.booleans()),
    st.tuples(st.just("relink"), st.integers(0, 2), st.integers(0, 2)),
    st.tuples(st.just("publisher"), st.integers(0, 1), st.sampled_from(["", "Gazette", "Herald"])),
    st.tuples(st.just("delete"), places),
    st.tuples(st.just("age"), st.sets(places), st.integers(0, 5000)),
    st.tuples(st.just("fold")),
)


@pytest.fixture
def sources(reviewer) -> list[Source]:
    return [make_source(f"Office {number}", reviewer) for number in range(3)]


@given(st.lists(steps, max_size=12))
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_sequence_of_writes_keeps_the_tallies_right(desk, reviewer, claims, sources, sequence):
    pks = [claim.pk for claim in claims]
    with transaction.atomic():
        for name, *values in sequence:
            apply(name, values, pks, sources, reviewer)
        assert kept(desk) == counted(desk)
        assert repair_tallies() == 0
        connection.check_constraints()
        transaction.set_rollback(True)


def apply(name, values, claims, sources, by) -> None:
    """One write, past the rules of the product, as SQL may do it."""
    first = Claim.objects.filter(pk=claims[values[0]]) if name in ("verdict", "link") else None
    if name in ("status", "assign", "age"):
        of = Claim.objects.filter(pk__in=[claims[place] for place in values[0]], verdict=None)
        ago = timedelta(minutes=values[1]) if name == "age" else timedelta()
        fields = {
            "status": {"status": values[1]},
            "assign": {"assignee": by if values[1] else None},
            "age": {"created_at": datetime.now(UTC) - ago},
        }
        of.update(**fields[name])
    elif name == "verdict" and first:
        with suppress(RuleError):
            judge(first[0], by, values[1])
    elif name == "link" and first:
        Evidence.objects.create(
            claim=first[0], source=sources[values[1]], relation=values[2], created_by=by
        )
    elif name == "unlink":
        at = datetime.now(UTC) if values[1] else None
        of_claims = [claims[place] for place in values[0]]
        Evidence.objects.filter(claim__in=of_claims).update(withdrawn_at=at)
    elif name == "relink":
        Evidence.objects.filter(source=sources[values[0]]).update(source=sources[values[1]])
    elif name == "publisher":
        article = Article.objects.filter(claims__pk=claims[values[0] * 4])
        article.update(publisher=values[1])
    elif name == "delete":
        Claim.objects.filter(pk=claims[values[0]], verdict=None, verdicts=None).delete()
    elif name == "fold":
        fold_tallies()


@pytest.mark.django_db(transaction=True)
def test_eight_writers_at_once_and_one_that_folds(desk, reviewer, claims, sources):
    """Each holds the article that it writes below, as the product does."""
    pks = [claim.pk for claim in claims]
    failures: list[Exception] = []

    def write(seed: int) -> None:
        chance = random.Random(seed)  # noqa: S311  # repeatable on purpose
        for _ in range(20):
            place = chance.randrange(8)
            step = chance.choice(
                (
                    ("status", {place}, chance.choice(STATUSES)),
                    ("assign", {place}, chance.choice((True, False))),
                    ("verdict", place, "true"),
                    ("link", place, chance.randrange(3), "supports"),
                    ("unlink", {place}, chance.choice((True, False))),
                    ("publisher", place // 4, chance.choice(("", "Gazette"))),
                )
            )
            with transaction.atomic():
                list(Article.objects.filter(claims=pks[place]).select_for_update(of=("self",)))
                apply(step[0], step[1:], pks, sources, reviewer)
            if seed == 0:
                fold_tallies()

    def run(seed: int) -> None:
        try:
            write(seed)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    writers = [threading.Thread(target=run, args=[seed]) for seed in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert failures == []
    assert kept(desk) == counted(desk)
    assert repair_tallies() == 0
