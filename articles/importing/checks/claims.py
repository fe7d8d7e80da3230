"""A claim with its evidence, chains and verdicts, before it is held against a text."""

from collections.abc import Mapping

from articles.importing.checks import rules
from articles.importing.checks.attribution import check_attribution
from articles.importing.checks.checked import (
    CheckedClaim,
    CheckedEvidence,
    CheckedForArticle,
    CheckedVerdict,
    SourceRef,
)
from articles.importing.checks.sources import source_ref
from articles.importing.checks.spans import offsets
from articles.importing.checks.values import Values

_CLAIM = frozenset(
    (
        *("id", "start", "end", "exact", "prefix", "suffix", "claimant", "status", "note"),
        *("evidence", "attribution", "verdicts"),
    )
)
_EVIDENCE = frozenset(("source", "relation", "url", "note", "document", "passage"))
_VERDICT = frozenset(("rating", "attribution_accuracy", "rationale", "reviewer", "decided_at"))

_EVIDENCE_COLUMNS = {
    "source": "source",
    "relation": "relation",
    "url": "evidence_url",
    "passage": "passage",
}
_VERDICT_COLUMNS = {
    name: name for name in ("rating", "attribution_accuracy", "rationale", "reviewer", "decided_at")
}


def check_claim_row(row: int, values: Values) -> CheckedForArticle:
    """A claim on a stored article. One piece of evidence and one verdict may have columns."""
    article = values.line("article", rules.URL)
    if not values.has("article"):
        values.require("article", "Give the article’s id or address.")
    evidence, verdicts = _evidence(values), _verdicts(values)
    if flat := _spread(values, "evidence", _EVIDENCE_COLUMNS):
        evidence = (_evidence_item(flat),)
    if flat := _spread(values, "verdicts", _VERDICT_COLUMNS):
        verdicts = (_verdict(flat),)
    return CheckedForArticle(row, article, _claim(values, evidence, verdicts))


def check_claim(values: Values) -> CheckedClaim:
    """A claim in the list of an article. What is wrong with it is noted."""
    values.refuse_misspelt(_CLAIM)
    return _claim(values, _evidence(values), _verdicts(values))


def _claim(
    values: Values,
    evidence: tuple[CheckedEvidence, ...],
    verdicts: tuple[CheckedVerdict, ...],
) -> CheckedClaim:
    start, end = offsets(values)
    exact = values.raw("exact", rules.CLAIM)
    if not (values.has("start") or values.has("end") or values.has("exact")):
        values.require("exact", "Give the words of the claim, or where they start and end.")
    return CheckedClaim(
        id=values.line("id", rules.ID),
        start=start,
        end=end,
        exact=exact,
        prefix=values.raw("prefix", rules.CLAIM),
        suffix=values.raw("suffix", rules.CLAIM),
        note=values.text("note", rules.NOTE),
        claimant=source_ref(values, "claimant"),
        status=_status(values, judged=bool(verdicts)),
        evidence=evidence,
        chains=check_attribution(values),
        verdicts=verdicts,
    )


def _status(values: Values, *, judged: bool) -> str:
    status = values.choice("status", rules.STATUSES)
    if status in rules.JUDGED and not judged:
        values.refuse(
            "status",
            f"A claim that is {status.replace('_', ' ')} needs a verdict, and this one has none.",
            "Give its verdict with rating and rationale, or write open or in_review.",
        )
    return status or ("decided" if judged else "open")


def _evidence(values: Values) -> tuple[CheckedEvidence, ...]:
    if not values.has("evidence"):
        return ()
    found = []
    for item in values.objects("evidence"):
        item.refuse_misspelt(_EVIDENCE)
        found.append(_evidence_item(item))
    return tuple(found)


def _evidence_item(values: Values) -> CheckedEvidence:
    source = source_ref(values, "source")
    if not values.has("source"):
        values.require("source", "Name the source the claim rests on.")
    start, end, exact = _passage(values)
    if values.has("passage") and not (values.has("document") or values.has("url")):
        values.refuse(
            "passage",
            "A passage is of a document, and none is named.",
            "Give the id or address of the document it stands in.",
        )
    return CheckedEvidence(
        source=source or SourceRef(),
        relation=values.choice("relation", rules.RELATIONS) or "supports",
        url=values.url("url"),
        note=values.text("note", rules.NOTE),
        document=values.line("document", rules.URL),
        start=start,
        end=end,
        exact=exact,
    )


def _passage(values: Values) -> tuple[int | None, int | None, str]:
    """Where the passage starts and ends, where that is given, and its words."""
    value = values.nested("passage")
    if not isinstance(value, Mapping):
        return None, None, values.raw("passage", rules.CLAIM)
    inner = values.within("passage", value)
    if not (inner.has("start") or inner.has("end") or inner.has("exact")):
        inner.require("exact", "Give the words of the passage, or where they start and end.")
    return (*offsets(inner), inner.raw("exact", rules.CLAIM))


def _verdicts(values: Values) -> tuple[CheckedVerdict, ...]:
    """As they stand: the last one counts. Clocks of two people need not agree."""
    if not values.has("verdicts"):
        return ()
    found = []
    for item in values.objects("verdicts"):
        item.refuse_misspelt(_VERDICT)
        found.append(_verdict(item))
    return tuple(found)


def _verdict(values: Values) -> CheckedVerdict:
    for name, remedy in (
        ("rating", f"Allowed are {', '.join(rules.RATINGS)}."),
        ("rationale", "Say why: a verdict without a rationale convinces nobody."),
    ):
        if not values.has(name):
            values.require(name, remedy)
    return CheckedVerdict(
        rating=values.choice("rating", rules.RATINGS),
        attribution_accuracy=(
            values.choice("attribution_accuracy", rules.ACCURACIES) or "not_applicable"
        ),
        rationale=values.text("rationale", rules.RATIONALE),
        reviewer=values.line("reviewer", rules.USER_NAME),
        decided_at=values.past("decided_at"),
    )


def _spread(values: Values, whole: str, columns: Mapping[str, str]) -> Values | None:
    """What a table spreads over columns of their own; noted if it is given as a whole too."""
    given = [column for column in columns.values() if values.has(column)]
    if not given:
        return None
    if values.has(whole):
        values.refuse(
            whole,
            f"It is given beside {', '.join(given)}, which say the same.",
            f"Keep either “{whole}” or the columns {', '.join(columns.values())}.",
        )
        return None
    return values.renamed(columns)
