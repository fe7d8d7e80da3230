from articles.models.article import Article, Revision
from articles.models.base import RuleError, StaleVersionError
from articles.models.claim import Accuracy, Anchor, Claim, Draft, Rating
from articles.models.evidence import Evidence
from articles.models.people import ADMIN, EDITOR, REVIEWER, Access, Desk, Membership, User
from articles.models.source import Document, Source
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
    "Claim",
    "Desk",
    "Document",
    "Draft",
    "Evidence",
    "Membership",
    "Rating",
    "Revision",
    "RuleError",
    "Source",
    "StaleVersionError",
    "Status",
    "Transition",
    "User",
    "Verdict",
]
