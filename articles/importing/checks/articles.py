"""Articles with their claims, and documents."""

from collections.abc import Sequence

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
    for item in items:
        if values.full:
            return _broken_off(values, len(found))
        found.append((item, check_claim(item)))
    if not text:
        return ()
    if given != text:
        found = _carried(values, given, text, found)
    return _placed(values, text, found)


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
    """The claims at their places; no id twice, and no two that stand on the same words."""
    placed: list[CheckedClaim] = []
    ids: dict[str, str] = {}
    spans: dict[tuple[int | None, int | None], str] = {}
    for item, unplaced in found:
        if values.full:
            return _broken_off(values, len(placed))
        if not unplaced.exact and unplaced.start is None:
            continue  # noted before
        try:
            claim = place(text, unplaced)
        except PlaceError as error:
            item.note(error.column, error.value, error.reason, error.remedy)
            continue
        placed.append(claim)
        name = item.column("")[:-1]
        twin = ids.setdefault(claim.id, name) if claim.id else name
        if twin != name:
            item.refuse("id", f"It is the id of {twin} too.", "Give each claim an id of its own.")
        if claim.status == "withdrawn":
            continue
        twin = spans.setdefault((claim.start, claim.end), name)
        if twin != name:
            where = "exact" if unplaced.start is None else "start"
            item.refuse(
                where,
                f"It marks the same words as {twin}, “{claim.exact[:60]}”.",
                "Make one claim of the two, or mark other words.",
            )
    return tuple(placed)


def _broken_off(values: Values, count: int) -> tuple[CheckedClaim, ...]:
    values.note(
        f"claims[{count}]",
        "",
        "With so much wrong in this row, its claims from here on were not looked at.",
        "Mend what is named above, then check the file again.",
    )
    return ()
