"""The rows of an import that were refused, as a file to be mended and sent again."""

from pathlib import PurePath
from uuid import UUID

from django.http import StreamingHttpResponse
from django.utils.text import get_valid_filename
from django.views.decorators.http import require_GET

from articles.exports.refused import refused_lines
from articles.http import SignedInRequest
from articles.importing.records import KINDS
from articles.models import RefusedRow
from articles.permissions import batch_or_404


@require_GET
def refused_csv(request: SignedInRequest, pk: UUID) -> StreamingHttpResponse:
    """All of them, or with ``?kind=`` those of one kind, which one table can hold."""
    batch = batch_or_404(request.user, pk)
    rows = RefusedRow.objects.filter(batch=batch)
    kind = request.GET.get("kind", "")
    if kind in KINDS:
        rows = rows.filter(kind=kind)
    lines = refused_lines(batch, rows)
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    name = f"{file_stem(batch.file_name)}-refused.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def file_stem(name: str) -> str:
    """The batch's file name without its ending, as plain ASCII that any system takes."""
    plain = PurePath(name).stem.encode("ascii", "ignore").decode().strip(". ")
    return get_valid_filename(plain)[:80] if plain.strip(".- _") else "import"
