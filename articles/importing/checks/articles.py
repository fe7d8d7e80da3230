"""Articles with their claims, and documents."""

from collections.abc import Hashable, Sequence
from typing import TypeVar

from articles.importing.checks import rules
from articles.importing.checks.carry import CarryError, carried_claim, carry, spans_of
from articles.importing.checks.checked import (
    CheckedArticle,
    CheckedClaim,
    CheckedDocument,
    SourceRef,
)
from articles.importing.checks.claims import check_claim
from articles.importing.checks.place import PlaceError, place
from articles.importing.checks.sources import source_ref
from articles.importing.checks.values import Values
from articles.importing.limits import MAX_CLAIMS, MAX_TEXT
from articles.importing.manuscript import blocks_with, language_of
from articles.text.normalize import normalize

Key = TypeVar("Key", bound=Hashable)
Found = tuple[Values, CheckedClaim]
"""A claim, and the values that what is wrong with it is noted with."""


def check_article(row: int, values: Values) -> CheckedArticle:
    title = values.line("title", rules.TITLE)
    if not values.has("title"):
        values.require("title", "Give the article’s headline.")
    given, text = _text(values)
    return CheckedArticle(
        row=row,
        id=values.line("id", rules.ID),
        title=title,
        text=text,
        blocks=blocks_with(text, values.text("structure", MAX_TEXT)),
        url=values.url("url"),
        publisher=values.line("publisher", rules.NAME),
        byline=values.line("byline", rules.NAME),
        published_on=values.day("published_on"),
        language=values.language("language") or language_of(text),
        claims=_claims(values, given, text),
    )


def check_document(row: int, values: Values) -> CheckedDocument:
    source = source_ref(values, "source")
    if not values.has("source"):
        values.require("source", "Name the source that published the document.")
    _, text = _text(values)
    return CheckedDocument(
        row=row,
        id=values.line("id", rules.ID),
        source=source or SourceRef(),
        title=values.line("title", rules.TITLE) or _first_line(text),
        text=text,
        blocks=blocks_with(text, values.text("structure", MAX_TEXT)),
        url=values.url("url"),
        byline=values.line("byline", rules.NAME),
        published_on=values.day("published_on"),
        language=values.language("language"),
        retrieved_at=values.past("retrieved_at"),
    )


def _text(values: Values) -> tuple[str, str]:
    """The text as given and as it is stored; empty where something is wrong with it."""
    given = values.raw("text", MAX_TEXT)
    text = normalize(given)
    if not values.has("text"):
        values.require("text", "Give the text; a blank line ends a paragraph.")
    elif given and not text:
        values.refuse("text", "There is nothing to read in it.", "Give the words of the text.")
    if len(text) <= MAX_TEXT:
        return given, text
    values.refuse(
        "text",
        f"It has {len(text):,} characters once its letters are composed, more than the "
        f"{MAX_TEXT:,} allowed.",
        "Divide it.",
    )
    return "", ""


def _first_line(text: str) -> str:
    line = text.partition("\n")[0]
    return line if len(line) <= rules.TITLE else f"{line[: rules.TITLE - 1]}…"


def _claims(values: Values, given: str, text: str) -> tuple[CheckedClaim, ...]:
    if not values.has("claims"):
        return ()
    items = list(values.objects("claims"))
    if len(items) > MAX_CLAIMS:
        values.note(
            "claims",
            "",
            f"These are {len(items):,} claims, more than the {MAX_CLAIMS:,} of one article.",
            "Divide the article, or leave out claims.",
        )
        return ()
    found: list[Found] = []
    ids: dict[str, str] = {}
    for item in items:
        if values.full:
            return ()
        claim = check_claim(item)
        found.append((item, claim))
        if twin := _twin(ids, claim.id, item):
            item.refuse("id", f"It is the id of {twin} too.", "Give each claim an id of its own.")
    if not text:
        return ()
    if given != text:
        found = _carried(values, given, text, found)
    return _placed(values, text, found)


def _twin(names: dict[Key, str], key: Key, item: Values) -> str:
    """The path of an earlier claim with the same key; empty where this one is the first."""
    name = item.column("").removesuffix(".")
    earlier = names.setdefault(key, name) if key else name
    return "" if earlier == name else earlier


def _carried(values: Values, given: str, text: str, found: Sequence[Found]) -> list[Found]:
    try:
        carried = carry(given, text, (span for _, claim in found for span in spans_of(claim)))
    except CarryError:
        values.note(
            "text",
            given,
            "Letters at the ends of claims change when the text is stored, so that offsets of the "
            "text as given say nothing.",
            "Give the text in Unicode’s composed form (NFC), without control characters.",
        )
        return []
    result = []
    for item, claim in found:
        try:
            result.append((item, carried_claim(claim, carried)))
        except PlaceError as error:
            item.note(error.column, error.value, error.reason, error.remedy)
    return result


def _placed(values: Values, text: str, found: Sequence[Found]) -> tuple[CheckedClaim, ...]:
    """The claims at their places; no two that stand mark the same words."""
    placed: list[CheckedClaim] = []
    spans: dict[tuple[int | None, int | None], str] = {}
    for item, unplaced in found:
        if values.full:
            return ()
        by_words = unplaced.start is None
        if by_words and (item.has("start") or item.has("end") or not unplaced.exact):
            continue  # what is wrong was noted
        try:
            claim = place(text, unplaced)
        except PlaceError as error:
            item.note(error.column, error.value, error.reason, error.remedy)
            continue
        placed.append(claim)
        standing = claim.status != "withdrawn"
        if standing and (twin := _twin(spans, (claim.start, claim.end), item)):
            item.refuse(
                "exact" if by_words else "start",
                f"It marks the same words as {twin}, “{claim.exact[:60]}”.",
                "Make one claim of the two, or mark other words.",
            )
    return tuple(placed)
