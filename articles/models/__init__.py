from articles.models.article import Article, Revision
from articles.models.attribution import Attribution, AttributionStep, Suggestion
from articles.models.base import RuleError, StaleVersionError
from articles.models.batch import Batch, ColumnMapping, RefusedRow
from articles.models.claim import Accuracy, Anchor, Claim, Draft, Rating
from articles.models.desk_work import Notification, SavedView
from articles.models.document import Capture, Document
from articles.models.evidence import Citation, Evidence, QuotationCheck
from articles.models.people import ADMIN, EDITOR, REVIEWER, Access, Desk, Membership, User
from articles.models.review import Dispute, Lease, Presence, ReviewRule, Skip
from articles.models.source import Source
from articles.models.tally import Tally
from articles.models.verdict import Verdict
from articles.models.workflow import Status, Transition

__all__ = [
    "ADMIN",
    "EDITOR",
    "REVIEWER",
    "Access",
    "Accuracy",
    "Anchor",
    "Article",
    "Attribution",
    "AttributionStep",
    "Batch",
    "Capture",
    "Citation",
    "Claim",
    "ColumnMapping",
    "Desk",
    "Dispute",
    "Document",
    "Draft",
    "Evidence",
    "Lease",
    "Membership",
    "Notification",
    "Presence",
    "QuotationCheck",
    "Rating",
    "RefusedRow",
    "ReviewRule",
    "Revision",
    "RuleError",
    "SavedView",
    "Skip",
    "Source",
    "StaleVersionError",
    "Status",
    "Suggestion",
    "Tally",
    "Transition",
    "User",
    "Verdict",
]
