"""Files that a command writes: whole, or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.core.management import CommandError


@contextmanager
def replaced(path: Path) -> Iterator[IO[str]]:
    """A new file that takes the place of ``path`` when all is written, and not before.

    Only its owner may read it, as it has what a desk keeps to itself. Raises CommandError.
    """
    try:
        with temporary(path) as (name, file):
            yield file
            file.flush()
            os.fsync(file.fileno())
            Path(name).replace(path)
    except OSError as error:
        raise CommandError(f"“{path}” cannot be written: {error.strerror}.") from error


@contextmanager
def temporary(path: Path) -> Iterator[tuple[str, IO[str]]]:
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with open(descriptor, "w", encoding="utf-8", newline="") as file:
            yield name, file
    finally:
        Path(name).unlink(missing_ok=True)
