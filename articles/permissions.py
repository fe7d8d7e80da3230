"""Who may reach what: one gate per model, used by every view.

A thing of another desk is answered as if it did not exist, so that ids tell nothing.
"""

from typing import TypeVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404

from articles.models import (
    Article,
    Attribution,
    Batch,
    Capture,
    Citation,
    Claim,
    Desk,
    Document,
    Evidence,
    Notification,
    SavedView,
    Source,
    Suggestion,
    User,
)
from articles.models.document import LONG

VIEW_ARTICLE = "view_article"
ADD_ARTICLE = "add_article"
CHANGE_ARTICLE = "change_article"
REVIEW_CLAIM = "review_claim"
ASSIGN_CLAIM = "assign_claim"
DECIDE_CLAIM = "decide_claim"
VIEW_DOCUMENT = "view_document"
ADD_DOCUMENT = "add_document"
VIEW_SOURCE = "view_source"
CHANGE_SOURCE = "change_source"
NO_VIEW = "There is no such view at your desks."


OfClaim = TypeVar("OfClaim", Evidence, Citation, Attribution)


def require(user: User, codename: str, desk_id: int) -> None:
    if not user.access().may(codename, desk_id):
        raise PermissionDenied("Your role at this desk does not allow this.")


def article_or_404(user: User, pk: UUID, codename: str = VIEW_ARTICLE) -> Article:
    article = (Article.objects.visible_to(user).select_related("desk").filter(pk=pk)).first()
    if article is None:
        raise Http404("There is no such article at your desks.")
    require(user, codename, article.desk_id)
    return article


def claim_or_404(user: User, pk: UUID, codename: str = VIEW_ARTICLE) -> Claim:
    claim = (
        Claim.objects.visible_to(user)
        .select_related("article__current_revision", "desk", "assignee", "claimant", "verdict")
        .filter(pk=pk)
    ).first()
    if claim is None:
        raise Http404("There is no such claim at your desks.")
    require(user, codename, claim.desk_id)
    return claim


def of_claim_or_404(user: User, found: QuerySet[OfClaim], codename: str, what: str) -> OfClaim:
    """What belongs to a claim is reached as the claim is."""
    item = found.first()
    if item is None:
        raise Http404(f"There is no such {what} at your desks.")
    item.claim = claim_or_404(user, item.claim_id, codename)
    return item


def evidence_or_404(user: User, pk: UUID, codename: str = VIEW_ARTICLE) -> Evidence:
    found = Evidence.objects.select_related("source").filter(pk=pk)
    return of_claim_or_404(user, found, codename, "evidence")


def named_evidence_or_404(user: User, pk: UUID, codename: str = VIEW_DOCUMENT) -> Evidence:
    """Evidence as far as its document tells of its source: not there for others if protected."""
    evidence = evidence_or_404(user, pk, codename)
    if not evidence.source.named_to(user):
        raise Http404("There is no such evidence at your desks.")
    return evidence


def citation_or_404(user: User, pk: UUID, codename: str = VIEW_ARTICLE) -> Citation:
    found = Citation.objects.select_related("cited__article").filter(pk=pk)
    return of_claim_or_404(user, found, codename, "citation")


def attribution_or_404(user: User, pk: UUID, codename: str = VIEW_ARTICLE) -> Attribution:
    return of_claim_or_404(user, Attribution.objects.filter(pk=pk), codename, "chain")


def suggestion_or_404(user: User, pk: UUID) -> Suggestion:
    """Proposals are for those who mark claims."""
    suggestion = Suggestion.objects.select_related("revision", "claim").filter(pk=pk).first()
    if suggestion is None:
        raise Http404("There is no such proposal at your desks.")
    article_or_404(user, suggestion.revision.article_id, REVIEW_CLAIM)
    return suggestion


def require_anywhere(user: User, codename: str) -> None:
    """Sources belong to no desk: a role at any of them counts."""
    if not user.access().anywhere(codename):
        raise PermissionDenied("Your role does not allow this.")


def source_or_404(user: User, pk: UUID, codename: str = VIEW_SOURCE) -> Source:
    """A protected source is no source to those who may not read its name."""
    require_anywhere(user, codename)
    source = Source.objects.named_to(user).filter(pk=pk).first()
    if source is None:
        raise Http404("There is no such source.")
    return source


def document_or_404(user: User, pk: UUID, codename: str = VIEW_DOCUMENT) -> Document:
    """What a protected source published would name it: then it is not there for others."""
    found = Document.objects.visible_to(user).select_related("source", "desk").filter(pk=pk)
    document = found.first()
    if document is None:
        raise Http404("There is no such document at your desks.")
    require(user, codename, document.desk_id)
    return document


def readable_documents(user: User) -> QuerySet[Document]:
    """Those that document_or_404 would give, without their long columns."""
    documents = Document.objects.visible_to(user).defer(*LONG)
    return documents if user.access().everywhere else documents.filter(desk__in=_reading(user))


def readable_captures(user: User) -> QuerySet[Capture]:
    """What was asked to be fetched, as far as the person could read the document."""
    captures = Capture.objects.filter(source__in=Source.objects.named_to(user))
    return captures if user.access().everywhere else captures.filter(desk__in=_reading(user))


def _reading(user: User) -> list[int]:
    access = user.access()
    return [desk for desk in access.desks if access.may(VIEW_DOCUMENT, desk)]


def capture_or_404(user: User, pk: UUID, codename: str = VIEW_DOCUMENT) -> Capture:
    found = readable_captures(user).select_related("source", "desk", "document").filter(pk=pk)
    capture = found.defer(*(f"document__{name}" for name in LONG)).first()
    if capture is None:
        raise Http404("There is no such capture at your desks.")
    require(user, codename, capture.desk_id)
    return capture


def require_admin(user: User) -> None:
    if not user.access().everywhere:
        raise PermissionDenied("Only admins of all desks may import files.")


def batch_or_404(user: User, pk: UUID) -> Batch:
    """Imports are for admins of all desks."""
    batches = Batch.objects.select_related("desk", "created_by", "started_by", "undone_by")
    batch = batches.filter(pk=pk).first() if user.access().everywhere else None
    if batch is None:
        raise Http404("There is no such import.")
    return batch


def desks_where(user: User, codename: str) -> list[Desk]:
    """The desks at which this person has the permission, by name."""
    access = user.access()
    return [desk for desk in user.visible_desks if access.may(codename, desk.pk)]


def notifications_of(user: User) -> QuerySet[Notification]:
    """What the person is told, but of the claims of desks they have left."""
    told = Notification.objects.filter(user=user)
    access = user.access()
    return told if access.everywhere else told.filter(claim__desk__in=list(access.desks))


def notification_or_404(user: User, pk: UUID) -> Notification:
    """Another's notification is not there."""
    found = notifications_of(user).select_related("claim").filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such notification.")
    return found


def view_or_404(user: User, pk: UUID) -> SavedView:
    """A kept view of the claim list: one's own, or shared with one's desk."""
    view = SavedView.objects.visible_to(user).filter(pk=pk).first()
    if view is None:
        raise Http404(NO_VIEW)
    return view


def may_change_view(user: User, view: SavedView) -> bool:
    """Its owner may, and the editors of the desk it is shared with."""
    shared = view.desk_id is not None and user.access().may(ASSIGN_CLAIM, view.desk_id)
    return view.owner_id == user.pk or shared


def changeable_view_or_404(user: User, pk: UUID, *, deleted: bool = False) -> SavedView:
    """``deleted`` finds what was deleted as well: whoever may delete may bring back."""
    views = SavedView.objects
    found = views.reached_by(user) if deleted else views.visible_to(user)
    view = found.filter(pk=pk).first()
    if view is None:
        raise Http404(NO_VIEW)
    if not may_change_view(user, view):
        raise PermissionDenied("Only its owner and editors may change a view.")
    return view
