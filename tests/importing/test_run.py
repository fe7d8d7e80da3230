"""The run of a batch: one at a time, in the order of the queue, stopped and taken up again."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import OperationalError, connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from articles.actions.batches import (
    ask_cancel,
    ask_check,
    ask_import,
    discard,
    save,
)
from articles.importing.records import Layout
from articles.importing.run import begin, next_in_queue, run_batch
from articles.importing.staging import Staging
from articles.models import Article, Batch, Claim, RefusedRow, Revision, RuleError
from articles.models.article import text_hash
from articles.tasks import take_up_waiting_batches
from tests.importing.batches import (
    article,
    checked,
    claim,
    imported,
    load,
    problems,
    row_counts,
    run,
    staging_tables,
    uploaded,
)

committing = pytest.mark.django_db(transaction=True)
S = Batch.State
MAYOR = "the mayor said"


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch):
    monkeypatch.setattr("articles.importing.load.CHUNK_ROWS", 2)
    monkeypatch.setattr("articles.importing.dry_run.CHUNK_ROWS", 2)


def rows(n: int = 7) -> list[dict[str, object]]:
    return [
        article(i, claims=[claim(MAYOR, claimant="Mayor"), claim(f"{i} lorries")]) for i in range(n)
    ]


ALL = {"article": {"create": 7}, "claim": {"create": 14}}


def jobs() -> list[str]:
    """Batches that a worker is asked to run, the next one first."""
    waiting = ProcrastinateJob.objects.filter(status="todo", task_name="articles.tasks.run_batch")
    return [job.args["batch"] for job in waiting.order_by("id")]


def lose(batch: Batch) -> None:
    """Have the batch look as if its run had been killed a while ago."""
    save(batch, runner=uuid4(), beat_at=timezone.now() - timedelta(minutes=5))


def when(condition, act):
    """Act once, when what has been done so far meets the condition."""
    acted = []

    def on_progress(now: Batch) -> None:
        if not acted and condition(now):
            acted.append(now)
            act(now)

    return on_progress


def test_wish_is_a_job_of_its_own(desk, admin):
    batch = uploaded(desk, admin, rows())
    ask_check(batch)
    assert jobs() == [str(batch.pk)]
    batch.refresh_from_db()
    assert batch.is_queued


def test_one_at_a_time_and_then_the_one_that_has_waited_longest(desk, admin):
    first, second, third = (uploaded(desk, admin, rows(n)) for n in (7, 2, 3))
    for batch in (first, third, second):
        ask_check(batch, here=True)

    def meanwhile(now: Batch) -> None:
        run_batch(third.pk)
        third.refresh_from_db()
        assert third.is_queued

    run(first, when(lambda now: now.rows == 2, meanwhile))
    assert first.state == S.CHECKED
    assert jobs() == [str(third.pk)]
    run(third)
    assert third.state == S.CHECKED
    assert jobs() == [str(third.pk), str(second.pk)]
    run(second)
    assert (second.state, len(jobs())) == (S.CHECKED, 2)


def test_batch_that_is_at_work_is_not_begun_again(desk, admin):
    batch = uploaded(desk, admin, rows())
    ask_check(batch, here=True)
    assert begin(batch.pk) is not None
    assert begin(batch.pk) is None


def test_nothing_is_done_that_nobody_asked_for(desk, admin):
    for state in (S.NEW, S.CHECKED, S.DONE, S.CANCELLED, S.UNDONE):
        batch = uploaded(desk, admin, rows())
        save(batch, state=state)
        assert run(batch).state == state
    run_batch(uuid4())


def test_minutely_task_gives_a_lost_batch_its_turn(desk, admin):
    waiting, lost = uploaded(desk, admin, rows()), uploaded(desk, admin, rows())
    for batch in (waiting, lost):
        ask_check(batch, here=True)
    lose(lost)
    take_up_waiting_batches(0)
    assert jobs() == [str(lost.pk)]
    assert run(lost).state == S.CHECKED
    next_in_queue()
    assert jobs()[-1] == str(waiting.pk)


def test_cancelled_in_the_queue(desk, admin):
    batch = uploaded(desk, admin, rows())
    ask_check(batch, here=True)
    ask_cancel(batch)
    assert run(batch).state == S.CANCELLED
    assert staging_tables(batch) == []
    with pytest.raises(RuleError):
        ask_import(batch, by=admin)


def test_discarded_batch_is_put_away_by_a_worker(desk, admin):
    batch = checked(desk, admin, rows())
    discard(batch)
    assert jobs() == [str(batch.pk)]


def test_cancelled_while_it_is_checked(desk, admin):
    batch = uploaded(desk, admin, rows())
    ask_check(batch, here=True)
    run(batch, when(lambda now: now.rows == 4, ask_cancel))
    assert (batch.state, batch.runner, batch.rows) == (S.CANCELLED, None, 6)
    discard(batch)
    assert run(batch).state == S.DISCARDED


def test_cancelled_while_it_is_imported_and_gone_on_with(desk, admin):
    batch = checked(desk, admin, rows())
    ask_import(batch, by=admin, here=True)
    run(batch, when(lambda now: now.done_rows == 2, ask_cancel))
    assert (batch.state, batch.done_rows, Article.objects.count()) == (S.CANCELLED, 4, 4)
    assert batch.counts == {"article": {"create": 4}, "claim": {"create": 8}}
    with pytest.raises(RuleError):
        discard(batch)
    load(batch)
    assert (batch.state, batch.counts, batch.done_rows) == (S.DONE, ALL, 7)
    assert Claim.objects.count() == 14


def test_nothing_to_cancel(desk, admin):
    with pytest.raises(RuleError):
        ask_cancel(imported(desk, admin, rows()))


def test_discarded_batch_drops_file_and_tables_and_keeps_its_report(
    desk, admin, django_capture_on_commit_callbacks
):
    batch = checked(desk, admin, [*rows(), {"title": "No text"}])
    storage, name = batch.file.storage, batch.file.name
    with django_capture_on_commit_callbacks(execute=True):
        discard(batch)
        run(batch)
    assert (batch.state, batch.file.name, staging_tables(batch)) == (S.DISCARDED, "", [])
    assert not storage.exists(name)
    assert (batch.rows, batch.refused, batch.refused_rows.count()) == (8, 1, 1)
    with pytest.raises(RuleError):
        discard(batch)


def test_unusable_file_says_why_and_can_be_checked_with_another_layout(desk, admin):
    batch = uploaded(desk, admin, ["title,text", "A bridge,It will close."])
    csv = Layout(
        "csv",
        encoding="utf-8",
        delimiter=",",
        headings=("title", "body"),
        mapping={"title": "title", "body": "text"},
    )
    ask_check(batch, layout=csv.as_dict(), here=True)
    run(batch)
    assert batch.state == S.FAILED
    assert batch.reason
    assert staging_tables(batch) == []
    right = Layout(
        "csv",
        encoding="utf-8",
        delimiter=",",
        headings=("title", "text"),
        mapping={"title": "title", "text": "text"},
    )
    ask_check(batch, layout=right.as_dict(), here=True)
    run(batch)
    assert (batch.state, batch.reason) == (S.CHECKED, "")
    assert batch.expected == {"article": {"create": 1}}


def test_checked_again_counts_anew(desk, admin):
    batch = checked(desk, admin, [*rows(), {"title": "No text"}])
    ask_check(batch, here=True)
    run(batch)
    assert (batch.rows, batch.staged, batch.refused) == (8, 7, 1)
    assert RefusedRow.objects.count() == 1


def test_lost_check_begins_anew(desk, admin):
    batch = uploaded(desk, admin, [*rows(), {"title": "No text"}])
    ask_check(batch, here=True)
    kill(batch, lambda now: now.rows == 8)
    assert run(batch).expected == ALL | {"article": {"create": 7, "refuse": 1}}
    assert (batch.rows, batch.staged, batch.refused) == (8, 7, 1)


class KilledError(BaseException):
    """As a SIGKILL, after which the process does nothing more."""


def kill(batch: Batch, condition) -> None:
    def die(now: Batch) -> None:
        raise KilledError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("articles.importing.run.Run.give_up", lambda *args: False)
        with pytest.raises(KilledError):
            run(batch, when(condition, die))
    batch.refresh_from_db()
    assert batch.is_active
    lose(batch)


def test_lost_import_goes_on_where_it_stood(desk, admin):
    batch = checked(desk, admin, rows())
    ask_import(batch, by=admin, here=True)
    kill(batch, lambda now: now.done_rows == 4)
    assert Article.objects.count() == 4
    run(batch)
    assert (batch.state, batch.counts, Claim.objects.count()) == (S.DONE, ALL, 14)


def test_worker_that_has_to_stop_hands_the_batch_back(desk, admin):
    batch = checked(desk, admin, rows())
    ask_import(batch, by=admin, here=True)
    run_batch(batch.pk, should_stop=lambda: True)
    batch.refresh_from_db()
    assert batch.is_queued
    assert jobs() == [str(batch.pk)]
    assert batch.done_row == 0 or Article.objects.count() == batch.done_rows
    while run(batch, None).is_active:
        pass
    assert (batch.state, batch.counts, Claim.objects.count()) == (S.DONE, ALL, 14)


@committing
@pytest.mark.parametrize("at", ["checking", "importing"])
def test_run_that_was_taken_over_commits_nothing_more(desk, admin, at):
    if at == "checking":
        batch = uploaded(desk, admin, [*rows(), {"title": "No text"}])
        ask_check(batch, here=True)
    else:
        batch = checked(desk, admin, [*rows(), {"title": "No text"}])
        ask_import(batch, by=admin, here=True)
    seen = []

    def take_over(now: Batch) -> None:
        lose(Batch.objects.get(pk=now.pk))
        run(Batch.objects.get(pk=now.pk))
        seen.append((row_counts(), RefusedRow.objects.count(), Batch.objects.values().get()))

    run(batch, when(lambda now: now.rows >= 2 and now.done_rows in (0, 2), take_over))
    assert (row_counts(), RefusedRow.objects.count(), Batch.objects.values().get()) == seen[0]
    assert batch.state == (S.CHECKED if at == "checking" else S.DONE)
    assert batch.refused == 1
    if at == "importing":
        assert batch.counts == {"article": {"create": 7, "refuse": 1}, "claim": {"create": 14}}


@committing
def test_run_that_was_taken_over_while_its_database_was_away_stops(desk, admin, monkeypatch):
    monkeypatch.setattr("articles.importing.run.WAITS", (0,))
    batch = uploaded(desk, admin, rows())
    ask_check(batch, here=True)

    def away(now: Batch) -> None:
        lose(Batch.objects.get(pk=now.pk))
        raise OperationalError("server closed the connection unexpectedly")

    run(batch, when(lambda now: now.rows == 2, away))
    assert batch.is_active
    assert run(batch).state == S.CHECKED


@committing
def test_database_that_comes_back_is_waited_for(desk, admin, monkeypatch):
    monkeypatch.setattr("articles.importing.run.WAITS", (0, 0))
    batch = checked(desk, admin, rows())
    ask_import(batch, by=admin, here=True)

    def away(now: Batch) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    run(batch, when(lambda now: now.done_rows == 2, away))
    assert (batch.state, batch.counts) == (S.DONE, ALL)


@committing
def test_database_that_stays_away_leaves_the_batch_to_be_taken_up(desk, admin, monkeypatch):
    monkeypatch.setattr("articles.importing.run.WAITS", (0,))
    batch = checked(desk, admin, rows())
    ask_import(batch, by=admin, here=True)

    def away(now: Batch) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    with pytest.raises(OperationalError):
        run(batch, away)
    batch.refresh_from_db()
    assert batch.is_active
    lose(batch)
    assert run(batch).counts == ALL


@pytest.mark.parametrize("done", [2, 4])
def test_tables_that_a_crash_emptied_are_filled_again(desk, admin, done):
    bad = article(9, claims=[claim("no such words")])
    twin = article(10, id="a1")
    batch = checked(desk, admin, [*rows(), bad, twin])
    ask_import(batch, by=admin, here=True)
    kill(batch, lambda now: now.done_rows == done)
    empty(batch)
    run(batch)
    assert (batch.state, batch.refused) == (S.DONE, 2)
    assert batch.counts == {"article": {"create": 7, "refuse": 2}, "claim": {"create": 14}}
    assert (Article.objects.count(), Claim.objects.count()) == (7, 14)
    assert sorted({row for row, _, _ in problems(batch)}) == [8, 9]


def empty(batch: Batch) -> None:
    Staging(batch.pk).execute("TRUNCATE $row, $claim, $ref, $plan, $claim_plan, $problem")


def test_killed_while_the_tables_are_filled_again(desk, admin):
    """All rows are staged again, but not planned, when it is killed once more."""
    batch = checked(desk, admin, rows())
    ask_import(batch, by=admin, here=True)
    kill(batch, lambda now: now.done_rows == 2)
    empty(batch)
    kill(batch, lambda now: staged(now) == 7)
    run(batch)
    assert (batch.state, batch.counts, Claim.objects.count()) == (S.DONE, ALL, 14)


def staged(batch: Batch) -> int:
    with connection.cursor() as cursor:
        cursor.execute(Staging(batch.pk).sql("SELECT count(*) FROM $row"))
        return cursor.fetchone()[0]


def test_row_that_became_wrong_before_the_tables_were_filled_again_is_refused(desk, admin):
    verdict = {"rating": "true", "rationale": "It is so.", "reviewer": "rosa"}
    admin.username = "rosa"
    admin.save()
    evidence = [{"source": "Mayor"}]
    judged = article(8, claims=[claim(MAYOR, verdicts=[verdict], evidence=evidence)])
    batch = checked(desk, admin, [*rows(), judged, article(9, url="https://example.org/9")])
    ask_import(batch, by=admin, here=True)
    kill(batch, lambda now: now.done_rows == 2)
    empty(batch)
    admin.username = "ada"
    admin.save()
    Article.objects.filter(external_id="a1").update(url="https://example.org/9")
    run(batch)
    assert (batch.state, batch.refused, batch.staged) == (S.DONE, 2, 8)
    assert [(row, column) for row, column, _ in problems(batch)] == [
        (8, "claims[0].verdicts[0].reviewer"),
        (9, "text"),
    ]
    assert [r.fields["id"] for r in batch.refused_rows.order_by("row")] == ["a8", "a9"]
    assert Article.objects.count() == 7


def test_row_that_is_in_is_not_refused_when_the_tables_are_filled_again(desk, admin):
    batch = checked(desk, admin, rows())
    ask_import(batch, by=admin, here=True)
    kill(batch, lambda now: now.done_rows == 2)
    empty(batch)
    stored = Article.objects.get(external_id="a0")
    text = "Quite another text."
    stored.current_revision = Revision.objects.create(
        article=stored,
        number=2,
        text=text,
        blocks=[["paragraph", 0, len(text)]],
        text_sha256=text_hash(text),
        created_by=admin,
    )
    stored.save()
    run(batch)
    assert (batch.state, problems(batch)) == (S.DONE, [])
    assert Article.objects.count() == 7


class UnforeseenError(Exception):
    pass


@pytest.mark.parametrize(("ask", "state"), [("check", S.FAILED), ("import", S.CANCELLED)])
def test_error_that_was_not_foreseen_ends_the_run_and_says_so(desk, admin, ask, state):
    batch = uploaded(desk, admin, rows())
    ask_check(batch, here=True)
    if ask == "import":
        run(batch)
        ask_import(batch, by=admin, here=True)

    def fail(now: Batch) -> None:
        raise UnforeseenError

    with pytest.raises(UnforeseenError):
        run(batch, when(lambda now: True, fail))
    batch.refresh_from_db()
    assert (batch.state, batch.runner) == (state, None)
    assert "not foreseen" in batch.reason
    if ask == "import":
        load(batch)
    else:
        ask_check(batch, here=True)
        run(batch)
    assert (batch.state, batch.reason) == (S.DONE if ask == "import" else S.CHECKED, "")


def test_progress_only_grows(desk, admin):
    batch = uploaded(desk, admin, [*rows(), {"title": "No text"}])
    seen: list[tuple[int, ...]] = []

    def note(now: Batch) -> None:
        seen.append((now.read_bytes, now.rows, now.staged, now.done_rows))

    ask_check(batch, here=True)
    run(batch, note)
    ask_import(batch, by=admin, here=True)
    run(batch, note)
    for numbers in zip(*seen, strict=True):
        assert list(numbers) == sorted(numbers)
    assert seen[-1] == (batch.size, 8, 7, 7)
    assert {done for *_, done in seen} == {0, 2, 4, 6, 7}


@committing
def test_heart_beats_while_a_statement_takes_long(desk, admin, monkeypatch):
    monkeypatch.setattr("articles.importing.run.BEAT", 0.02)
    batch = uploaded(desk, admin, rows())
    ask_check(batch, here=True)
    beats = []

    def wait(now: Batch) -> None:
        for _ in range(2):
            beats.append(Batch.objects.get(pk=now.pk).beat_at)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(0.2)")

    run(batch, when(lambda now: now.rows == 2, wait))
    assert beats[0] < beats[1]


def test_done_batch_keeps_neither_file_nor_tables(desk, admin, django_capture_on_commit_callbacks):
    batch = checked(desk, admin, rows())
    storage, name = batch.file.storage, batch.file.name
    assert storage.exists(name)
    with django_capture_on_commit_callbacks(execute=True):
        load(batch)
    assert (batch.state, batch.file.name, staging_tables(batch)) == (S.DONE, "", [])
    assert not storage.exists(name)
