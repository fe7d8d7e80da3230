"""Views of the claim list that are kept by name."""

from uuid import UUID

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from articles.forms.claim_filters import ClaimFilterForm
from articles.forms.saved_views import SavedViewForm
from articles.http import SignedInRequest
from articles.models import SavedView
from articles.permissions import changeable_view_or_404, view_or_404
from articles.views.claims_list import back_to_list, choose_columns, columns_of, list_form, view_url
from articles.views.telling import tell


def shown(request: SignedInRequest, form: ClaimFilterForm, view: SavedView) -> None:
    """Give the view the filters and the columns that the list is shown with."""
    view.query = form.query_of_view()
    view.columns = list(columns_of(request, form.saved_view))


@require_POST
def save(request: SignedInRequest) -> HttpResponse:
    """Keep the list of the address as a new view."""
    form = list_form(request)
    saving = SavedViewForm(request.POST, user=request.user)
    if not form.is_valid() or not saving.is_valid():
        return refuse(request, saving)
    view = saving.instance
    view.owner = request.user
    shown(request, form, view)
    if not saving.kept():
        return refuse(request, saving)
    messages.success(request, f"The view “{view}” is saved.")
    return redirect(view_url(view))


@require_POST
def change(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Rename the view, share it with a desk or with nobody, or give it the list as shown."""
    view = changeable_view_or_404(request.user, pk)
    if "update" in request.POST:
        form = list_form(request)
        if form.is_valid():
            shown(request, form, view)
            view.save()
            choose_columns(request, view, None)
            messages.success(request, f"The view “{view}” is updated.")
        return redirect(view_url(view))
    saving = SavedViewForm(request.POST, instance=view, user=request.user)
    if not saving.is_valid() or not saving.kept():
        return refuse(request, saving)
    messages.success(request, f"The view “{view}” is changed.")
    # Another's view that is shared no more is out of sight.
    visible = SavedView.objects.visible_to(request.user).contains(view)
    return redirect(view_url(view) if visible else reverse("claims"))


@require_POST
def delete(request: SignedInRequest, pk: UUID) -> HttpResponse:
    view = changeable_view_or_404(request.user, pk)
    view.deleted_at = timezone.now()
    view.save(update_fields=["deleted_at"])
    tell(request, f"The view “{view}” is deleted.", undo=reverse("view-restore", args=[pk]))
    return redirect("claims")


@require_POST
def restore(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Bring a deleted view back as it was."""
    view = changeable_view_or_404(request.user, pk, deleted=True)
    view.deleted_at = None
    try:
        with transaction.atomic():
            view.save(update_fields=["deleted_at"])
    except IntegrityError:
        problem = f"Another view is called “{view}” by now. Rename it, then undo again."
        tell(request, problem, undo=request.path, level=messages.ERROR)
        return redirect("claims")
    tell(request, f"The view “{view}” is back.")
    return redirect(view_url(view))


@require_POST
def default(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Begin with this view from now on; or no more, if one does."""
    view = view_or_404(request.user, pk)
    user = request.user
    user.default_view = None if user.default_view_id == view.pk else view
    user.save(update_fields=["default_view"])
    return redirect(view_url(view))


def refuse(request: SignedInRequest, form: SavedViewForm) -> HttpResponse:
    problems = [str(error) for errors in form.errors.values() for error in errors]
    messages.error(request, " ".join(["The view is not saved.", *problems]))
    return back_to_list(request)
