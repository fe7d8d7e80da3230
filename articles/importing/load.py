"""Puts the good rows of a batch in, chunk by chunk, from where it stood."""

from articles.importing.compare import (
    DOCUMENTS,
    PHASES,
    Rows,
    compare,
    compare_again,
    counts,
    find_sources,
    problems,
)
from articles.importing.dry_run import add_counts, stage
from articles.importing.merge import add_named_sources, merge
from articles.importing.running import Running
from articles.models import Desk, RefusedRow

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


def load(run: Running) -> None:
    if not run.staging.holds(run.batch.staged):
        stage(run, keep=False)
        with run.chunk():
            compare(run.staging, run.batch)
    for phase in PHASES:
        if phase >= run.batch.phase:
            load_phase(run, phase)


def load_phase(run: Running, phase: int) -> None:
    if phase > run.batch.phase:
        with run.chunk() as done:
            done |= {"phase": phase, "done_row": 0}
            if phase == DOCUMENTS:
                # The file's own sources are in: whom it names beside them is new.
                add_named_sources(run.staging, run.batch)
                find_sources(run.staging)
    while load_rows(run, phase):
        pass


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
        # As adding an article does: two that add the same wait for one another.
        Desk.objects.select_for_update(no_key=True).get(pk=batch.desk_id)
        compare_again(run.staging, batch, rows)
        merge(run.staging, batch, rows)
        made = batch.counts
        add_counts(made, counts(run.staging, batch, rows))
        refused = problems(run.staging, batch, rows)
        RefusedRow.objects.bulk_create(
            RefusedRow(batch=batch, row=row, kind=kind, fields={}, problems=said)
            for row, kind, said in refused
        )
        done |= {"done_row": last, "done_rows": batch.done_rows + number, "counts": made}
        done |= {"refused": batch.refused + len(refused)}
    return True
