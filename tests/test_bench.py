"""The bench runs, and what it says of times and of lost writes is so."""

from uuid import uuid4

import pytest
from django.db import OperationalError
from django.test import override_settings

from articles.bench.load import Log, lost
from articles.bench.measure import Row, percentile, table
from articles.bench.pages import copy_of_database, in_place_of_database, page_rows
from articles.models import Desk
from tests.factories import make_claim, make_evidence, make_verdict


@pytest.mark.parametrize(
    ("times", "share", "found"),
    [
        ([5.0], 0.95, 5.0),
        ([float(n) for n in range(1, 21)], 0.95, 19.0),
        ([float(n) for n in range(1, 21)], 0.5, 10.0),
        ([3.0, 1.0, 2.0], 0.95, 3.0),
    ],
)
def test_percentile(times, share, found):
    assert percentile(times, share) == found


def test_the_table_has_the_p95_and_whether_the_target_was_met():
    text = table([Row("a page", 1.0), Row("a page, many", 3.0, 3.0, "few", "≤ 1.5", False, 4.25)])

    assert text.splitlines()[0].split() == ["what", "median", "ms", "p95", "ratio", "target"]
    assert text.splitlines()[2].split() == [
        *("a", "page,", "many", "3.00", "4.25", "3.00", "×", "few", "≤", "1.5", "MISSED")
    ]


@override_settings(ALLOWED_HOSTS=["testserver"])
def test_every_page_is_measured_at_two_sizes(transactional_db):
    rows = list(page_rows(400, 1))

    names = [row.what.removesuffix(" claims").rpartition(", ")[::2] for row in rows]
    small, large = ([name for name, size in names if size == number] for number in ("40", "400"))
    assert small == large
    assert {"dashboard", "an article", "the queue", "claims, with a rare word"} <= set(large)
    assert all(row.p95 >= row.milliseconds > 0 for row in rows)


def test_the_copy_of_the_database_stays_as_it_was(transactional_db, desk):
    with copy_of_database() as copy:
        Desk.objects.create(name="Later", slug="later")
        with in_place_of_database(copy):
            then = list(Desk.objects.all())
        now = Desk.objects.count()

    assert then == [desk]
    assert now == 2
    with pytest.raises(OperationalError), in_place_of_database(copy):
        Desk.objects.count()


def test_accepted_writes_that_are_not_there_are_told(article, reviewer, source):
    claim = make_claim(article, "The river", reviewer)
    evidence = make_evidence(claim, source, reviewer)
    verdict = make_verdict(claim, reviewer)
    there, gone = Log(), Log()
    there.marked = [(claim.pk, 0)]
    there.evidence = [(claim.pk, evidence.note)]
    there.verdicts = [(claim.pk, verdict.rationale)]
    there.notes = [(claim.pk, claim.note)]
    gone.marked = [(uuid4(), 0)]
    gone.evidence = [(claim.pk, "another")]
    gone.verdicts = [(claim.pk, "another")]
    gone.notes = [(claim.pk, "another")]

    assert list(lost(there)) == []
    assert [what.split()[0] for what in lost(gone)] == ["claim", "note", "evidence", "verdict"]
