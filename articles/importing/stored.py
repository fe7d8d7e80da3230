"""What a row means by the articles, documents and people it names: those stored or staged."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from uuid import UUID

from django.db.models import Q

from articles.importing.checks.checked import (
    Checked,
    CheckedArticle,
    CheckedClaim,
    CheckedDocument,
    CheckedEvidence,
    CheckedForArticle,
    CheckedVerdict,
)
from articles.importing.checks.place import PlaceError, place, place_passage
from articles.importing.records import Problem, Record, Refused, shown
from articles.importing.staging import Staging, key_of
from articles.models import Article, Desk, Document, Revision, User

NEAR = 8
"""How many texts are kept at hand: rows that name the same one mostly stand together."""
STAGED_DOCUMENT = """
SELECT row, text FROM $row
WHERE kind = 'document' AND (external_id = %(name)s OR url = %(name)s AND url <> '')
ORDER BY external_id = %(name)s DESC, row LIMIT 1
"""


class Stored:
    """Looks up what the rows of one batch name, for its desk."""

    def __init__(self, desk: Desk, staging: Staging) -> None:
        self.desk = desk
        self.staging = staging
        self.reviewers = dict(User.objects.values_list("username", "pk"))
        self.article = lru_cache(NEAR)(self.find_article)
        self.document = lru_cache(NEAR)(self.find_document)

    def settle(self, record: Record, row: Checked) -> Checked | Refused:
        """The row with the spans, passages and people it names found, or why it is refused."""
        problems: list[Problem] = []
        if isinstance(row, CheckedForArticle):
            row = self.on_article(row, problems)
        elif isinstance(row, CheckedArticle) and needs_looking_up(row.claims):
            settled = self.claims(row.row, row.claims, problems)
            row = replace(row, claims=settled)
        elif isinstance(row, CheckedDocument):
            self.document.cache_clear()  # it may be one that was looked for in vain
        if problems:
            return Refused(record.row, record.kind, record.fields, tuple(problems))
        return row

    def on_article(self, row: CheckedForArticle, problems: list[Problem]) -> CheckedForArticle:
        found = self.article(row.article)
        if found is None:
            reason = "There is no such article at this desk."
            remedy = "Give the id or address of an article that is stored, or import it first."
            problems.append(Problem(row.row, "article", shown(row.article), reason, remedy))
            return row
        pk, text, text_sha256 = found
        claim = row.claim
        try:
            claim = place(text, claim)
        except PlaceError as error:
            problems.append(as_problem(row.row, error))
        [claim] = self.claims(row.row, [claim], problems, column="")
        return replace(row, article=str(pk), claim=claim, text_sha256=text_sha256)

    def claims(
        self,
        row: int,
        claims: Iterable[CheckedClaim],
        problems: list[Problem],
        column: str = "claims[{}].",
    ) -> tuple[CheckedClaim, ...]:
        return tuple(
            replace(
                claim,
                evidence=tuple(self.evidence(row, claim, column.format(n), problems)),
                verdicts=tuple(self.verdicts(row, claim, column.format(n), problems)),
            )
            for n, claim in enumerate(claims)
        )

    def evidence(
        self, row: int, claim: CheckedClaim, column: str, problems: list[Problem]
    ) -> Iterator[CheckedEvidence]:
        for n, item in enumerate(claim.evidence):
            at = f"{column}evidence[{n}]."
            if not item.document and not item.exact and item.start is None:
                yield item
                continue
            found = self.document(item.document or item.url)
            if found is None:
                reason = "There is no such document at this desk, nor above in this file."
                remedy = "Give the id or address of a document that is stored, or add it first."
                name = shown(item.document or item.url)
                problems.append(Problem(row, f"{at}document", name, reason, remedy))
                continue
            name, text = found
            try:
                yield replace(place_passage(text, item), document=name)
            except PlaceError as error:
                problems.append(as_problem(row, error, at))

    def verdicts(
        self, row: int, claim: CheckedClaim, column: str, problems: list[Problem]
    ) -> Iterator[CheckedVerdict]:
        for n, verdict in enumerate(claim.verdicts):
            pk = self.reviewers.get(verdict.reviewer)
            if verdict.reviewer and pk is None:
                at = f"{column}verdicts[{n}].reviewer"
                reason = "There is no user of this name."
                remedy = "Give the user name of an account, or leave it empty for your own."
                problems.append(Problem(row, at, shown(verdict.reviewer), reason, remedy))
            yield replace(verdict, reviewer=str(pk or ""))

    def find_article(self, name: str) -> tuple[UUID, str, str] | None:
        """The article of that id or address, and its current text with the hash of it."""
        found = Article.objects.filter(desk=self.desk).order_by()
        for which in (Q(external_id=name), Q(pk=key_of(name)), Q(url=name)):
            pk = found.filter(which).values_list("pk", "current_revision_id").first()
            if pk:
                revision = Revision.objects.values_list("text", "text_sha256")
                return pk[0], *revision.get(pk=pk[1])
        return None

    def find_document(self, name: str) -> tuple[str, str] | None:
        """The document of that id or address: its key, or ``row:n`` of a staged one, and text."""
        found = Document.objects.filter(desk=self.desk)
        for which in (Q(external_id=name), Q(pk=key_of(name))):
            if row := found.filter(which).order_by().values_list("pk", "text").first():
                return str(row[0]), row[1]
        if staged := self.staging.query(STAGED_DOCUMENT, {"name": name}):
            return f"row:{staged[0][0]}", staged[0][1]
        latest = found.filter(url=name).order_by("-retrieved_at", "-id")
        if row := latest.values_list("pk", "text").first():
            return str(row[0]), row[1]
        return None


def needs_looking_up(claims: Iterable[CheckedClaim]) -> bool:
    return any(claim.evidence or claim.verdicts for claim in claims)


def as_problem(row: int, error: PlaceError, column: str = "") -> Problem:
    return Problem(row, f"{column}{error.column}", error.value, error.reason, error.remedy)
