"""Puts the good rows of a batch in, chunk by chunk, from where it stood."""

from articles.importing.compare import (
    DOCUMENTS,
    PHASES,
    Rows,
    compare,
    compare_again,
    counts,
    problems,
)
from articles.importing.compare_sources import find_sources
from articles.importing.dry_run import add_counts, count_refused, keep_compared, keep_values, stage
from articles.importing.merge import add_named_sources, merge
from articles.importing.running import Running
from articles.models import RefusedRow

CHUNK_ROWS = 2_000
CHUNK_CLAIMS = 10_000
"""Rows, or claims, that are put in by one transaction."""
NEXT = """
SELECT min(row), max(row), count(*) FROM (
    SELECT row, sum(claims) OVER (ORDER BY row) - claims AS before FROM (
        SELECT row, claims FROM $plan
        WHERE phase = %(phase)s AND row > %(after)s ORDER BY row LIMIT %(rows)s
    ) next
) summed WHERE before < %(claims)s
"""

MEASURE = """
ANALYZE articles_article, articles_revision, articles_claim, articles_anchor, articles_evidence,
    articles_document, articles_source
"""


def load(run: Running) -> None:
    if run.staging.planned() != run.batch.staged:
        stage_again(run)
    for phase in PHASES:
        if phase >= run.batch.phase:
            load_phase(run, phase)
    keep_values(run)
    with run.chunk() as done:
        made = run.batch.counts
        done |= {"refused": count_refused(run.batch, made), "counts": made}


def stage_again(run: Running) -> None:
    """Read the file once more after a crash has emptied the tables.

    What is in is found again, and rows that have become wrong since the dry run are refused.
    """
    stage(run, again=True)
    with run.chunk() as done:
        compare(run.staging, run.batch)
        keep_compared(run)
        done |= {"staged": run.staging.planned()}
        done |= {"refused": RefusedRow.objects.filter(batch=run.batch).count()}


def load_phase(run: Running, phase: int) -> None:
    if phase > run.batch.phase:
        with run.chunk() as done:
            done |= {"phase": phase, "done_row": 0}
            if phase == DOCUMENTS:
                # The file's own sources are in: whom it names beside them is new.
                find_sources(run.staging)
                add_named_sources(run.staging, run.batch)
                find_sources(run.staging)
    measured = run.batch.done_rows
    while load_rows(run, phase):
        if run.batch.done_rows >= 2 * measured:
            # What the planner knows of a table that has doubled leads it to read all of it.
            run.staging.execute(MEASURE)
            measured = run.batch.done_rows


def load_rows(run: Running, phase: int) -> bool:
    """Put the next rows of the phase in; False when there are none."""
    batch = run.batch
    limits = {"rows": CHUNK_ROWS, "claims": CHUNK_CLAIMS}
    found = run.staging.query(NEXT, {"phase": phase, "after": batch.done_row} | limits)
    first, last, number = found[0]
    if not number:
        return False
    rows = Rows(phase, first, last)
    with run.chunk() as done:
        compare_again(run.staging, batch, rows)
        merge(run.staging, batch, rows)
        made = batch.counts
        add_counts(made, counts(run.staging, batch, rows))
        refused = problems(run.staging, batch)
        RefusedRow.objects.bulk_create(
            RefusedRow(batch=batch, row=row, kind=kind, fields={}, problems=said)
            for row, kind, said in refused
        )
        done |= {"done_row": last, "done_rows": batch.done_rows + number, "counts": made}
        done |= {"refused": batch.refused + len(refused)}
    return True
