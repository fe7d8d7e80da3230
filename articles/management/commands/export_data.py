import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from articles.exports.desk import lines
from articles.management.files import replaced
from articles.management.progress import Progress
from articles.models import Desk


class Command(BaseCommand):
    help = (
        "Write a desk as the JSONL that import_data reads. Names, documents and addresses of "
        "protected sources are left out."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--desk", metavar="SLUG", required=True)
        parser.add_argument("--output", metavar="FILE", help="instead of standard output")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["json"] and not options["output"]:
            raise CommandError("Name a file with --output: --json takes standard output.")
        desk = find_desk(options["desk"])
        if options["output"]:
            self.write_file(desk, Path(options["output"]), as_json=options["json"])
            return
        try:
            self.write_lines(desk, self.stdout.write)
            self.stdout.flush()
        except BrokenPipeError:
            # The reader has enough; what is left in the buffer must not fail again at the end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def write_file(self, desk: Desk, path: Path, *, as_json: bool) -> None:
        with replaced(path) as file:
            written = self.write_lines(desk, file.write)
        size = path.stat().st_size
        if as_json:
            result = {"desk": desk.slug, "file": str(path), "lines": written, "bytes": size}
            self.stdout.write(json.dumps(result, ensure_ascii=False))
        else:
            self.stdout.write(f"Wrote {desk} to {path}: lines {written:,}, bytes {size:,}.")

    def write_lines(self, desk: Desk, write: Callable[[str], Any]) -> int:
        progress = Progress(self.stderr, "Exporting")
        written = 0
        try:
            for written, line in enumerate(lines(desk), 1):
                write(line)
                progress.show(written)
        finally:
            progress.close()
        return written


def find_desk(slug: str) -> Desk:
    desk = Desk.objects.filter(slug=slug).first()
    if desk is None:
        slugs = ", ".join(Desk.objects.values_list("slug", flat=True)) or "none"
        raise CommandError(f"There is no desk “{slug}”. There are: {slugs}.")
    return desk
