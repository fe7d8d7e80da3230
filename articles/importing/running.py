from contextlib import AbstractContextManager
from typing import Any, Protocol

from articles.importing.staging import Staging
from articles.models import Batch


class Running(Protocol):
    """What a run (run.Run) offers to the steps it is made of."""

    batch: Batch
    staging: Staging

    def chunk(self) -> AbstractContextManager[dict[str, Any]]:
        """A transaction that commits only while the batch is ours, with the progress it is given.

        Raises StoppedError: when the batch is another run's, and nothing is committed; when it
        was cancelled, and the chunk is.
        """
