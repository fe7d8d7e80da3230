"""What is done to many claims of the list at once, and its undo."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from articles.actions.bulk import MOST, Done, undo
from articles.forms.bulk import BulkForm
from articles.forms.claim_filters import ClaimFilterForm
from articles.http import SignedInRequest
from articles.models import Article, RuleError
from articles.paging import BadCursorError
from articles.views.claims_list import back_to_list, list_context, list_form
from articles.views.telling import tell


@require_POST
def bulk(request: SignedInRequest) -> HttpResponse:
    """Do it to the chosen claims, or to all that the filters of the address leave."""
    form = list_form(request)
    bulk_form = BulkForm(request.POST, user=request.user)
    if not form.is_valid() or not bulk_form.is_valid():
        problems = [str(error) for errors in bulk_form.errors.values() for error in errors]
        problem = " ".join(problems) or "The filters make no sense."
        return refuse(request, form, problem, bulk_form)
    seen = everything(form) if bulk_form.cleaned_data["all"] else bulk_form.chosen()
    if not seen:
        return refuse(request, form, "Select claims first.", bulk_form)
    try:
        done = bulk_form.act(seen)
    except RuleError as error:
        return refuse(request, form, str(error), bulk_form)
    return answer(request, form, done, f"{bulk_form.told()}: {claims_changed(done)}", "Undo")


@require_POST
def bulk_undo(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Take back what was done under that id."""
    form = list_form(request)
    try:
        done = undo(done=pk, by=request.user)
    except RuleError as error:
        return refuse(request, form, str(error))
    if request.POST.get("again") == "redo":
        return answer(request, form, done, f"Done again: {claims_changed(done)}", "Undo")
    return answer(request, form, done, f"Undone: {claims_changed(done)}", "Redo")


def everything(form: ClaimFilterForm) -> dict[UUID, int]:
    """The claims that the filters leave, the first MOST of them in the order of the list."""
    rows = form.first(form.ordered(), form.chosen_sort.order.names(), MOST)
    return {claim.pk: claim.version for claim in rows}


def claims_changed(done: Done) -> str:
    count = len(done.changed)
    return f"{count:,} claim{'' if count == 1 else 's'}"


def answer(
    request: SignedInRequest, form: ClaimFilterForm, done: Done, text: str, again: str
) -> HttpResponse:
    """The list as it is now, with what was done and a way to take it back."""
    if not request.htmx:
        way_back = f"{reverse('claims-bulk-undo', args=[done.id])}?{request.GET.urlencode()}"
        tell(request, f"{text}.", undo=way_back if done.changed and again == "Undo" else "")
        for refused in done.refused:
            messages.warning(request, f"Claim {refused.claim.number}: {refused.reason}")
        return back_to_list(request)
    articles = Article.objects.in_bulk({refused.claim.article_id for refused in done.refused})
    for refused in done.refused:
        refused.claim.article = articles[refused.claim.article_id]
    return relist(request, form, done=done, text=text, again=again)


def refuse(
    request: SignedInRequest,
    form: ClaimFilterForm,
    problem: str,
    bulk_form: BulkForm | None = None,
) -> HttpResponse:
    """The list with what is wrong; what was chosen and entered stays."""
    context: dict[str, object] = {"bulk_problem": problem}
    if bulk_form:
        context |= {"bulk_form": bulk_form, "picked": bulk_form.chosen()}
    return relist(request, form, **context)


def relist(request: SignedInRequest, form: ClaimFilterForm, **context: object) -> HttpResponse:
    context |= {"form": form, "list": "claims", "alone": request.htmx}
    if form.is_valid():
        try:
            context = list_context(request, form) | context
        except BadCursorError as error:
            context["problem"] = str(error)
    template = "articles/_claims.html" if request.htmx else "articles/claims.html"
    status = 422 if "bulk_problem" in context else 200
    return render(request, template, context, status=status)
