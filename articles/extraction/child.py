"""Reads a hostile file in a process of its own, which can take nothing else down with it.

The readers of PDF and DOCX are run as ``python -m``: the file on standard input, its text as JSON
on standard output. Memory, processor time and output are limited in the child before it reads
the first byte, the time on the clock by the parent; its environment holds no secrets.
"""

import json
import logging
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

from articles.text.errors import ExtractionError

_PROJECT = Path(__file__).resolve().parents[2]
_PROCESSOR_SECONDS = 20
SECONDS = 30
"""How long a child may take on the clock, more than its processor time as machines are shared."""
_MEMORY = 1024**3
_OUTPUT = 64 * 1024**2
_OTHER_WAY = "Save it as PDF or DOCX again, or paste its text."

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Contents:
    """What a child read: the ``[kind, text]`` blocks of the text, each normalised.

    ``pages`` are the offsets where the pages begin in the blocks joined by blank lines.
    ``published_on`` is the ISO date of making the file, or empty.
    """

    blocks: list[list[str]]
    title: str = ""
    byline: str = ""
    published_on: str = ""
    language: str = ""
    pages: list[int] = field(default_factory=list)


def run(module: str, data: bytes, seconds: float = SECONDS) -> Contents:
    """What the reader ``module`` finds in the file. Raises ExtractionError."""
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as result:
        source.write(data)
        source.seek(0)
        try:
            succeeded = spawn(module, source, result, seconds)
        except subprocess.TimeoutExpired as error:
            raise ExtractionError(
                f"The document takes longer than {seconds:g} seconds to read. {_OTHER_WAY}"
            ) from error
        if not succeeded:
            raise ExtractionError(f"The document is damaged or too complex to read. {_OTHER_WAY}")
        result.seek(0)
        answer = json.load(result)
    if "error" in answer:
        raise ExtractionError(answer["error"])
    return Contents(**answer)


def spawn(module: str, source: IO[bytes], result: IO[bytes], seconds: float) -> bool:
    """Runs ``module`` from one file to another; whether it ended well. Raises TimeoutExpired."""
    # -P: no module of the current folder is ever taken for one of ours.
    ended = subprocess.run(
        [sys.executable, "-P", "-m", module],
        stdin=source,
        stdout=result,
        stderr=subprocess.DEVNULL,
        env={"PYTHONPATH": str(_PROJECT), "PYTHONDONTWRITEBYTECODE": "1"},
        timeout=seconds,
        check=False,
    )
    if ended.returncode:
        logger.warning("%s ended with %s", module, ended.returncode)
    return not ended.returncode


def confine(
    memory: int = _MEMORY, processor_seconds: int = _PROCESSOR_SECONDS, output: int = _OUTPUT
) -> None:
    """Limits this process; sizes are bytes."""
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, processor_seconds),
        (resource.RLIMIT_FSIZE, output),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def serve(read: Callable[[bytes], Contents]) -> None:
    """The child's side: answers on standard output what ``read`` finds on standard input."""
    confine()
    answer: dict[str, object]
    try:
        answer = asdict(read(sys.stdin.buffer.read()))
    except ExtractionError as error:
        answer = {"error": str(error)}
    json.dump(answer, sys.stdout)
