import hashlib
import json
from io import BufferedReader
from pathlib import Path
from typing import Any, cast

from django.core.files import File
from django.core.management import BaseCommand, CommandError, CommandParser

from articles.actions.batches import add_batch, ask_check, ask_import, discard
from articles.exports.refused import refused_lines
from articles.importing.mapping import problems
from articles.importing.recognise import recognise
from articles.importing.records import FORMATS, KINDS, FileError, Kind, Layout
from articles.management.files import replaced
from articles.management.people import find_admin, find_desk
from articles.management.report import as_json, described
from articles.management.runs import Interruption, run
from articles.models import Batch, ColumnMapping, Desk, RefusedRow, User

S = Batch.State
REFUSED, UNUSABLE, INTERRUPTED = 1, 2, 130


class Command(BaseCommand):
    help = (
        "Import articles, claims, sources or documents from a file, as the page “Import” does: a "
        "dry run first, then the rows that are good. The exit status is 0 if no row is refused, 1 "
        "if rows are, 2 if the file or an option cannot be used, 130 after Ctrl-C."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="JSONL, CSV, XLSX, JSON-LD, HTML or a zip of pages")
        parser.add_argument("--desk", metavar="SLUG", help="needed where there are several")
        parser.add_argument("--by", metavar="USERNAME", help="the admin who imports")
        parser.add_argument("--format", choices=FORMATS, default="", help="if it is not recognised")
        parser.add_argument(
            "--kind", choices=KINDS, default="", help="what the rows of a table are"
        )
        parser.add_argument(
            "--mapping", metavar="FILE", help="a JSON object with the field for each heading"
        )
        parser.add_argument("--dry-run", action="store_true", help="only say what would happen")
        parser.add_argument("--refused", metavar="FILE", help="write all refused rows there as CSV")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            batch = self.add(Path(options["file"]), options)
        except CommandError as error:
            raise CommandError(str(error), returncode=UNUSABLE) from error
        with Interruption(self.stderr) as interruption:
            self.take_through(batch, interruption, dry_run=options["dry_run"])
        state = batch.state
        if options["refused"]:
            write_refused(batch, Path(options["refused"]))
        if options["json"]:
            self.stdout.write(json.dumps(as_json(batch), ensure_ascii=False))
        else:
            self.stdout.write("\n".join(described(batch)))
        put_away(batch)
        end(batch, state, interrupted=interruption.asked)

    def add(self, path: Path, options: dict[str, Any]) -> Batch:
        """Raises CommandError for a wrong option or an unusable file."""
        user = find_admin(options["by"], who="the one who imports")
        desk = find_desk(user, options["desk"])
        try:
            with path.open("rb") as file:
                return stored(path, file, desk=desk, by=user, options=options)
        except OSError as error:
            raise CommandError(f"“{path}” cannot be read: {error.strerror}.") from error
        except FileError as error:
            raise CommandError(f"“{path.name}”: {error}") from error

    def take_through(self, batch: Batch, interruption: Interruption, *, dry_run: bool) -> None:
        ask_check(batch, here=True)
        run(batch, "Checking", self.stderr, interruption)
        good = batch.state == S.CHECKED and batch.refused < batch.rows
        if good and not (dry_run or interruption.asked):
            ask_import(batch, by=batch.created_by, here=True)
            run(batch, "Importing", self.stderr, interruption)


def stored(path: Path, file: BufferedReader, *, desk: Desk, by: User, options: Any) -> Batch:
    """Raises FileError, CommandError."""
    layout = layout_of(path, file, options)
    file.seek(0)
    sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    return add_batch(
        desk=desk,
        by=by,
        file=File(file, name=path.name),
        name=path.name,
        sha256=sha256,
        layout=layout.as_dict(),
    )


def layout_of(path: Path, file: BufferedReader, options: Any) -> Layout:
    """As the options say, or else as an admin has said of such headings before.

    Raises FileError, CommandError.
    """
    mapping = read_mapping(options["mapping"]) if options["mapping"] else None
    chosen = {name: options[name] for name in ("format", "kind")}
    layout = recognise(file, path.name, mapping=mapping, **chosen)
    if not layout.is_table:
        return layout
    kept = ColumnMapping.objects.filter(headings=list(layout.headings)).first()
    if kept and mapping is None and options["kind"] in ("", kept.kind):
        layout = layout.mapped(cast("Kind", kept.kind), kept.mapping)
    wrong = problems(layout.mapping, layout.kind)
    if wrong:
        raise CommandError(" ".join(wrong))
    return layout


def read_mapping(path: str) -> dict[str, str]:
    """Raises CommandError."""
    try:
        mapping = json.loads(Path(path).read_text("utf-8"))
    except OSError as error:
        raise CommandError(f"“{path}” cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise CommandError(f"“{path}” is not JSON: {error}.") from error
    if not isinstance(mapping, dict) or not all(isinstance(v, str) for v in mapping.values()):
        example = '{"Headline": "title", "Internal notes": ""}'
        raise CommandError(f"“{path}” names no field for each heading, as in {example}.")
    return mapping


def write_refused(batch: Batch, path: Path) -> None:
    with replaced(path) as file:
        file.writelines(refused_lines(batch, RefusedRow.objects.filter(batch=batch)))


def put_away(batch: Batch) -> None:
    """A batch that has put nothing in keeps its report and not its file."""
    if batch.started_at is None and not batch.is_active:
        discard(batch)


def end(batch: Batch, state: str, *, interrupted: bool) -> None:
    """Raises CommandError for all but a clean end."""
    if state == S.CANCELLED or (interrupted and state != S.DONE):
        raise CommandError("The import was stopped.", returncode=INTERRUPTED)
    if state == S.FAILED:
        raise CommandError(f"“{batch.file_name}”: {batch.reason}", returncode=UNUSABLE)
    if batch.refused:
        raise CommandError("Rows were refused.", returncode=REFUSED)
