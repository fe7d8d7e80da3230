"""Whom an article credits with a proposed claim, as a person may see it: its words, and the known
sources among them, matched by name and alias."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from articles.models import Source, Suggestion, User
from articles.models.search import any_word_query
from articles.text.naming import Names, beginnings, split
from articles.text.spans import Span

CANDIDATES = 500
"""So many sources at most are compared with the words of an article."""

# After these, a name is no longer who speaks: “Ada Berg, who worked for the Water Board”.
_ASIDE = re.compile(r"[,;(]|\b(?:who|whose|which|that)\b")


@dataclass(frozen=True)
class Party:
    """One whom the article credits: where it does, in which words, and who that is if known."""

    span: Span
    words: str
    unnamed: bool
    source: Source | None


@dataclass(frozen=True)
class Credit:
    """Who is credited, from the article to the origin: ``via`` is whom the ``origin`` told."""

    via: Party | None
    origin: Party | None


def credits(text: str, suggestions: Sequence[Suggestion], user: User) -> list[Credit]:
    """The credit of each suggestion of a revision with this text, in two queries at most.

    Sources whose names this person may not read are not known.
    """
    spans = [(origin_of(item), via_of(item)) for item in suggestions]
    phrases = {text[span.start : span.end] for pair in spans for span in pair if span}
    known, names = known_names(phrases, user)

    def party(span: Span | None, *, unnamed: bool = False) -> Party | None:
        if span is None:
            return None
        words = " ".join(text[span.start : span.end].split())
        source = None if unnamed else named_source(words, known, names)
        return Party(span, words, unnamed, source)

    return [
        Credit(via=party(via), origin=party(origin, unnamed=item.unnamed))
        for item, (origin, via) in zip(suggestions, spans, strict=True)
    ]


def origin_of(item: Suggestion) -> Span | None:
    if item.source_start is None or item.source_end is None:
        return None
    return Span(item.source_start, item.source_end)


def via_of(item: Suggestion) -> Span | None:
    if item.recipient_start is None or item.recipient_end is None:
        return None
    return Span(item.recipient_start, item.recipient_end)


def known_names(
    phrases: Iterable[str], user: User, most: int | None = CANDIDATES
) -> tuple[dict[UUID, Source], Names[UUID]]:
    """The sources that share a telling word with one of the phrases, and their names.

    Sources whose names this person may not read are not among them.
    """
    told = (word for phrase in phrases for word in split(phrase))
    telling = (word.folded for word in told if word.capital or len(word.folded) > 3)
    query = any_word_query(start for word in telling for start in beginnings(word))
    if query is None:
        return {}, Names(())
    candidates = Source.objects.named_to(user).filter(search=query).defer("search")
    known = {source.pk: source for source in candidates[:most]}
    return known, Names(
        (source.pk, name) for source in known.values() for name in (source.name, *source.aliases)
    )


def named_source(words: str, known: dict[UUID, Source], names: Names[UUID]) -> Source | None:
    """The source that the words name. Where several have the name, none is guessed."""
    found = names.longest_in(words)
    if found is None or len(found.keys) > 1 or _ASIDE.search(words[: found.start]):
        return None
    return known[found.keys[0]]
