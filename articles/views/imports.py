"""One import: what was found in its file, how far it is, what came of it."""

import time
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from articles.actions import batches
from articles.actions.captures import a_worker_is_alive
from articles.forms.imports import FORMAT_NAMES, KIND_NAMES, KindForm, MappingForm
from articles.http import SignedInRequest, see_other
from articles.importing.delimiters import DELIMITERS
from articles.importing.mapping import heading_of
from articles.importing.records import Kind, Layout
from articles.models import Batch, ColumnMapping, RefusedRow, RuleError
from articles.permissions import batch_or_404
from articles.views.import_progress import Progress, Since, before, lasting

S = Batch.State
SHOWN = 100
"""Refused rows on the page; the file has them all."""
REPORTED = (S.CHECKED, S.DONE, S.CANCELLED, S.UNDONE)
OUTCOMES = ("create", "update", "same", "refuse")
FORESEEN = ("Create", "Update", "Leave alone", "Refuse")
DONE = ("Created", "Updated", "Left alone", "Refused")
COUNTED = {"csv": "Line", "jsonl": "Line", "xlsx": "Row", "zip": "File"}
"""What the number of a row counts, by format; in the others the items."""
AS_SENT = ("csv", "xlsx", "jsonl")
"""Formats whose refused rows have the same fields in the file of refused rows."""
LISTS = ("articles", "claims", "sources")
"""What has a page that lists it, called the same."""


@require_GET
def import_page(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """With ``?mapping`` its columns are mapped anew; ``?kind=`` says what its rows are."""
    return respond(request, batch_or_404(request.user, pk))


@require_GET
def progress(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The part of the page that changes while the worker is at it."""
    context = page_context(request, batch_or_404(request.user, pk))
    said = request.GET.get("said") == context["progress"].announcement
    return render(request, "articles/_import.html", context | {"alone": True, "said": said})


@require_POST
def check(request: SignedInRequest, pk: UUID) -> HttpResponse:
    batch = batch_or_404(request.user, pk)
    layout = Layout.from_dict(batch.layout)
    if not layout.is_table or not batch.is_checkable:
        return attempt(request, batch, lambda: batches.ask_check(batch))
    form = MappingForm(request.POST, layout=layout, kind=kind_asked(request.POST, layout))
    if not form.is_valid():
        return respond(request, batch, mapping=form, status=422)

    def ask() -> None:
        batches.ask_check(batch, layout=form.mapped().as_dict())
        form.keep_mapping(request.user)

    return attempt(request, batch, ask)


@require_POST
def start(request: SignedInRequest, pk: UUID) -> HttpResponse:
    batch = batch_or_404(request.user, pk)
    return attempt(request, batch, lambda: batches.ask_import(batch, by=request.user))


@require_POST
def cancel(request: SignedInRequest, pk: UUID) -> HttpResponse:
    batch = batch_or_404(request.user, pk)
    return attempt(request, batch, lambda: batches.ask_cancel(batch))


@require_POST
def discard(request: SignedInRequest, pk: UUID) -> HttpResponse:
    batch = batch_or_404(request.user, pk)
    return attempt(request, batch, lambda: batches.discard(batch))


@require_POST
def undo(request: SignedInRequest, pk: UUID) -> HttpResponse:
    batch = batch_or_404(request.user, pk)
    return attempt(request, batch, lambda: batches.ask_undo(batch, by=request.user))


def attempt(request: SignedInRequest, batch: Batch, act: Callable[[], object]) -> HttpResponse:
    """Somebody else may have been quicker: then the page says so and shows how it stands now."""
    try:
        act()
    except RuleError as error:
        now = batch_or_404(request.user, batch.pk)
        return respond(request, now, problem=str(error), status=409)
    return see_other(batch.get_absolute_url())


def respond(
    request: SignedInRequest,
    batch: Batch,
    *,
    mapping: MappingForm | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    context = page_context(request, batch, mapping) | {"problem": problem}
    return render(request, "articles/import.html", context, status=status)


def page_context(
    request: SignedInRequest, batch: Batch, mapping: MappingForm | None = None
) -> dict[str, Any]:
    layout = Layout.from_dict(batch.layout)
    now = time.time()
    context: dict[str, Any] = {
        "batch": batch,
        "layout": layout,
        "format": FORMAT_NAMES[layout.format],
        "delimiter": DELIMITERS.get(layout.delimiter, layout.delimiter),
        "may_map": batch.is_checkable and layout.is_table and bool(batch.file),
        "kind": KIND_NAMES[layout.kind],
        "progress": Progress(batch, Since.read(request.GET, now), now),
    }
    if batch.is_active:
        return context | waiting(batch)
    if context["may_map"] and (mapping or batch.state == S.NEW or "mapping" in request.GET):
        kind = kind_asked(request.GET, layout)
        context["mapping"] = mapping or mapping_form(layout, kind)
        context["kinds"] = KindForm(initial={"kind": context["mapping"].kind}, label_suffix="")
        return context
    return context | report(batch, layout)


def waiting(batch: Batch) -> dict[str, Any]:
    return {"worker": a_worker_is_alive(), "before": before(batch) if batch.is_queued else 0}


def kind_asked(given: Mapping[str, str], layout: Layout) -> Kind:
    form = KindForm(given)
    if form.is_valid():
        kind: Kind = form.cleaned_data["kind"]
        return kind
    return layout.kind


def mapping_form(layout: Layout, kind: Kind) -> MappingForm:
    """As it was kept for these headings, unless this file has been mapped before."""
    saved = ColumnMapping.objects.filter(headings=list(layout.headings)).first()
    return MappingForm(layout=layout, kind=kind, saved=saved)


def report(batch: Batch, layout: Layout) -> dict[str, Any]:
    """What was found or done, by kind, and why rows were refused."""
    if batch.state not in REPORTED:
        return {}
    counted = batch.expected if batch.state == S.CHECKED else batch.counts
    refused = RefusedRow.objects.filter(batch=batch).order_by("row")
    kinds = list(refused.order_by("kind").values_list("kind").annotate(rows=Count("pk")))
    for kind, number in kinds if counted else ():
        counted = counted | {kind: counted.get(kind, {}) | {"refuse": number}}
    kept = batch.undo_report.get("kept", [])
    made = named({kind: of.get("create", 0) for kind, of in batch.counts.items()})
    ran = batch.started_at and batch.finished_at and batch.finished_at - batch.started_at
    return {
        "table": table(counted),
        "foreseen": FORESEEN,
        "done": DONE,
        "changes": sum(counted.get(k, {}).get(o, 0) for k in counted for o in OUTCOMES[:2]),
        "good": batch.rows - batch.refused,
        "refused": [(row.row, told(row, layout)) for row in refused.defer("fields")[:SHOWN]],
        "as_sent": layout.format in AS_SENT,
        "counted": COUNTED.get(layout.format, "Item"),
        "refused_kinds": [(kind, KIND_NAMES[kind].lower(), count) for kind, count in kinds],
        "duration": lasting(ran.total_seconds()) if ran else "",
        "made": made,
        "lists": [name for name, _ in made if name in LISTS],
        "more_kept": batch.undo_report.get("kept_count", 0) - len(kept),
        "removed": named(batch.undo_report.get("removed", {})),
        # The page of a kind of thing is called as the kind is.
        "kept": [item | {"address": reverse(item["kind"], args=[item["id"]])} for item in kept],
    }


def told(row: RefusedRow, layout: Layout) -> list[dict[str, str]]:
    """Its problems, each with the file's own heading for the column."""
    return [
        problem | {"heading": heading_of(problem["column"], layout.mapping)}
        for problem in row.problems
    ]


def table(counted: Mapping[str, Mapping[str, int]]) -> list[tuple[str, list[int]]]:
    """A line for each kind there is, with the number of each outcome."""
    return [
        (name, [counted[kind].get(outcome, 0) for outcome in OUTCOMES])
        for kind, name in KIND_NAMES.items()
        if any(counted.get(kind, {}).values())
    ]


def named(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """What there is of each kind, by its name, in our order."""
    return [(name.lower(), counts[kind]) for kind, name in KIND_NAMES.items() if counts.get(kind)]
