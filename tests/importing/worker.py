"""What a process that is to be killed does: work on a batch in small steps, and tell of each.

``run <batch> <rows>`` does what the batch is asked for, ``whole <file> <rows>`` makes a desk and
imports the file there; ``rows`` is how many go into one step.
"""

import json
from pathlib import Path
from uuid import UUID

from django.core.files.base import ContentFile

from articles.actions.batches import add_batch, ask_check, ask_import
from articles.importing import dry_run, load
from articles.importing.records import Layout
from articles.importing.run import run_batch
from articles.models import Article, Batch, Claim, Desk, User, Verdict
from articles.models.verdict import broken_links


def main(what: str, name: str, rows: str) -> None:
    dry_run.CHUNK_ROWS = load.CHUNK_ROWS = int(rows)

    def run(pk: UUID) -> Batch:
        run_batch(pk, on_progress=lambda now: print(now.state, now.done_rows, flush=True))
        return Batch.objects.get(pk=pk)

    if what == "run":
        run(UUID(name))
        return
    batch = add_batch(
        desk=Desk.objects.create(name="World", slug="world"),
        by=User.objects.create_user("ada"),
        file=ContentFile(Path(name).read_bytes(), name="upload"),
        name="bridges.jsonl",
        sha256="5d" * 32,
        layout=Layout("jsonl").as_dict(),
    )
    ask_check(batch, here=True)
    ask_import(run(batch.pk), by=batch.created_by, here=True)
    batch = run(batch.pk)
    result = {
        "state": batch.state,
        "counts": batch.counts,
        "refused": batch.refused,
        "rows": [model.objects.count() for model in (Article, Claim, Verdict)],
        "broken": len(list(broken_links(Verdict.objects.all()))),
    }
    print(json.dumps(result), flush=True)
