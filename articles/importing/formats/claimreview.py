"""ClaimReview, the fact checks of others, as schema.org describes them and Google takes them."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, BinaryIO

from articles.importing.formats.json_items import Item, items
from articles.importing.formats.json_ld import (
    address,
    identifier,
    listed,
    names,
    paragraphs,
    text,
    types,
)
from articles.importing.formats.ld_scripts import is_page, scripts
from articles.importing.formats.ratings import UnclearRatingError, rating_of
from articles.importing.limits import MAX_DEPTH
from articles.importing.records import FileError, Layout, Problem, Record, Refused, shown
from articles.text.extract import language_tag
from articles.text.normalize import normalize

_WHAT = "ClaimReview"
_WITHIN = ("@graph", "dataFeedElement", "itemListElement", "item")
_LONGEST_TITLE = 100
_MONTH_OR_YEAR = re.compile(r"\d{4}(?:-\d\d)?")
_RELATION = {
    "true": "supports",
    "mostly_true": "supports",
    "mostly_false": "refutes",
    "false": "refutes",
}


def read(file: BinaryIO, layout: Layout) -> Iterator[Record | Refused]:
    """An article for each ClaimReview: its text is the claim, and a claim with the verdict is all
    of it.

    The file is a review, a list, a graph or a DataFeed, a review per line, or an HTML page with
    any of these in its scripts. The id is the review's, else its address; if an address has
    several claims, the others have a mark of their words after it. For this a few bytes are kept
    for each address. Raises FileError.
    """
    found = scripts(file, _reviews) if is_page(file) else items(file, unpacked, _WHAT)
    first_claims = dict[int, int]()
    empty = True
    for item in found:
        empty = False
        yield _row(item, first_claims)
    if empty:
        raise FileError("The file has no ClaimReview. Check that it is the right one.")


def unpacked(node: Any, depth: int = 0) -> Iterator[Any]:
    """The reviews in a document; of a list or feed also what is none, so that it is told."""
    parts = _parts(node)
    if parts is None or depth > MAX_DEPTH:
        yield node
        return
    found = (item for part in parts for item in unpacked(part, depth + 1))
    if isinstance(node, dict) and "@graph" in node:
        # A graph describes all of a page: its author, its images, its place on the site.
        yield from list(filter(is_review, found)) or [node]
    else:
        yield from found


def _parts(node: Any) -> list[Any] | None:
    if isinstance(node, list):
        return node
    if not isinstance(node, dict) or is_review(node):
        return None
    within = [listed(node[name]) for name in _WITHIN if name in node]
    return [part for parts in within for part in parts] if within else None


def _reviews(node: Any) -> Iterator[Any]:
    return filter(is_review, unpacked(node))


def is_review(node: Any) -> bool:
    return _WHAT in types(node)


def _row(item: Item, first_claims: dict[int, int]) -> Record | Refused:
    if not is_review(item.value):
        problems = item.problems or (_no_review(item),)
        return Refused(item.row, "article", {}, problems)
    review = _Review(item.row, item.value, list(item.problems))
    fields = review.article(first_claims)
    if review.problems:
        return Refused(item.row, "article", fields, tuple(review.problems))
    return Record(item.row, "article", fields)


def _no_review(item: Item) -> Problem:
    named = ", ".join(sorted(types(item.value))) or "nothing that schema.org knows"
    reason = f"This is no ClaimReview, but {shown(named)}."
    return Problem(
        item.row, "@type", "", reason, 'Give it "@type": "ClaimReview", or leave it out.'
    )


@dataclass
class _Review:
    """One ClaimReview and what is wrong with it, told by schema.org's names."""

    row: int
    node: dict[str, Any]
    problems: list[Problem]

    def article(self, first_claims: dict[int, int]) -> dict[str, Any]:
        claim = normalize(text(self.node.get("claimReviewed"))).replace("\n", " ")
        if not claim:
            self._tell("claimReviewed", "", "There is no claim.", "Give its words as text.")
        item = self._object("itemReviewed")
        work = self._appearance(item)
        fields = {
            "id": self._id(claim, first_claims),
            "title": text(work.get("headline")) or text(work.get("name")) or _shortened(claim),
            "text": claim,
            "publisher": ", ".join(names(work.get("publisher"))),
            "byline": ", ".join(names(work.get("author") or item.get("author"))),
            "published_on": self._published_on(item, work),
            "language": self._language(),
            "claims": [self._claim(claim, item, work)],
        }
        return {name: value for name, value in fields.items() if value}

    def _claim(self, claim: str, item: dict[str, Any], work: dict[str, Any]) -> dict[str, Any]:
        rating = self._rating()
        reviewer = self._reviewer()
        url = address(self.node.get("url"))
        evidence = {"source": reviewer, "relation": _RELATION.get(rating, "context"), "url": url}
        verdict = {
            "rating": rating,
            "attribution_accuracy": "not_applicable",
            "rationale": self._rationale(reviewer, url),
            "decided_at": self._moment("datePublished", self.node),
        }
        appeared = address(work.get("url")) or identifier(work)
        fields: dict[str, Any] = {
            "start": 0,
            "end": len(claim),
            "exact": claim,
            "claimant": _claimant(item.get("author")),
            "status": "decided",
            "note": f"Appeared at {appeared}" if appeared else "",
            "evidence": [{name: value for name, value in evidence.items() if value}],
            "verdicts": [{name: value for name, value in verdict.items() if value}],
        }
        return {name: value for name, value in fields.items() if value != ""}

    def _id(self, claim: str, first_claims: dict[int, int]) -> str:
        if own := identifier(self.node):
            return own
        url = address(self.node.get("url"))
        if not url:
            reason = "The review has no address."
            self._tell("url", "", reason, "Give the address of the page that has it.")
            return ""
        mark = hashlib.sha256(claim.encode()).digest()[:8]
        key = hashlib.sha256(url.encode()).digest()[:8]
        first = first_claims.setdefault(int.from_bytes(key), int.from_bytes(mark))
        return url if first == int.from_bytes(mark) else f"{url}#claim-{mark.hex()}"

    def _object(self, name: str) -> dict[str, Any]:
        return next((item for item in listed(self.node.get(name)) if isinstance(item, dict)), {})

    def _appearance(self, item: dict[str, Any]) -> dict[str, Any]:
        """The work in which the claim was made; ``itemReviewed`` itself unless that is a Claim."""
        for name in ("appearance", "firstAppearance"):
            for work in listed(item.get(name)):
                if isinstance(work, dict):
                    return work
                if isinstance(work, str):
                    return {"url": work}
        return {} if "Claim" in types(item) else item

    def _rating(self) -> str:
        try:
            return rating_of(self.node.get("reviewRating"))
        except UnclearRatingError as error:
            written = text(self._object("reviewRating").get("alternateName"))
            remedy = (
                "Give reviewRating a ratingValue with worstRating and bestRating, "
                "or an alternateName such as “Mostly false” or “Unproven”."
            )
            self._tell("reviewRating", written, str(error), remedy)
            return ""

    def _reviewer(self) -> str:
        found = names(self.node.get("author")) or names(self.node.get("publisher"))
        if not found:
            reason = "It is not said who reviewed the claim."
            self._tell("author", "", reason, "Give author a name.")
        return next(iter(found), "")

    def _rationale(self, reviewer: str, url: str) -> str:
        own = paragraphs(self.node.get("reviewBody")) or paragraphs(self.node.get("description"))
        if own:
            return own
        rating = self._object("reviewRating")
        called = text(rating.get("alternateName")) or text(rating.get("ratingValue"))
        return f"{reviewer} rated this “{called}” at {url}." if url else ""

    def _language(self) -> str:
        told = self.node.get("inLanguage")
        as_object = next((item for item in listed(told) if isinstance(item, dict)), {})
        return language_tag(text(as_object.get("alternateName") or told or as_object.get("name")))

    def _published_on(self, item: dict[str, Any], work: dict[str, Any]) -> date | None:
        moment = self._moment("itemReviewed.datePublished", item)
        if not moment and work is not item:
            moment = self._moment("itemReviewed.appearance.datePublished", work)
        return moment.date() if moment else None

    def _moment(self, path: str, node: dict[str, Any]) -> datetime | None:
        """ISO 8601, as schema.org asks; UTC where it names no zone, None for a month or year."""
        written = text(node.get("datePublished"))
        if not written or _MONTH_OR_YEAR.fullmatch(written):
            return None
        try:
            moment = datetime.fromisoformat(written)
        except ValueError:
            reason = "This is no date as ISO 8601 has it."
            self._tell(path, written, reason, "Write it as in 2024-03-01 or 2024-03-01T12:00:00Z.")
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def _tell(self, column: str, value: str, reason: str, remedy: str) -> None:
        self.problems.append(Problem(self.row, column, shown(value), reason, remedy))


def _claimant(author: Any) -> str | dict[str, str]:
    """The first author's name; of a person with that, since a bare name is an organisation's."""
    for found in listed(author):
        if name := next(iter(names(found)), ""):
            return {"name": name, "kind": "person"} if "Person" in types(found) else name
    return ""


def _shortened(claim: str) -> str:
    if len(claim) <= _LONGEST_TITLE:
        return claim
    return claim[:_LONGEST_TITLE].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
