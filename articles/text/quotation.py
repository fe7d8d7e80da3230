"""The words inside quotation marks, compared with the document they are said to come from.

Not a difference: quotation marks, dashes, punctuation, white space, line-break hyphens,
compatibility forms, vowel signs of Arabic and Hebrew, the grouping of digits, and case. An
ellipsis in the quote may stand for up to ``matching.GAP`` code points of the document, words in
[brackets] are the editor's and may add or replace words.

Offsets are Unicode code points, 0-based, with the end exclusive: of the quote as given, and of
the document.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from articles.text.alignment import Step, StepKind
from articles.text.folding import Folded
from articles.text.matching import Match, find, literal
from articles.text.material import Material, Side, material
from articles.text.quotation_marks import Quotation, quotations
from articles.text.quoted import Quoted
from articles.text.words import Word

__all__ = ["Check", "Difference", "Quotation", "Run", "check", "quotations"]

Kind = Literal["verbatim", "elided", "altered", "absent"]
DifferenceKind = Literal["replaced", "dropped", "added", "moved"]

QUOTE_LIMIT = 20_000
"""Code points above which a quote is only looked for as it is."""

_SENTENCE_START = re.compile(r"(?:^|[.!?:…。！？][\W_]*|\n)[\W_]*$")
_BEFORE = 40


@dataclass(frozen=True, slots=True)
class Difference:
    """Words of the quote that are not those of the document.

    ``replaced``: other words stand there; ``added``: the document lacks them (``start`` and
    ``end`` are where they would be); ``dropped``: the quote lacks them (likewise); ``moved``:
    they stand elsewhere in the passage. ``material`` says what of weight changed, if anything.
    """

    kind: DifferenceKind
    quote_start: int
    quote_end: int
    quote_words: str
    start: int
    end: int
    document_words: str
    material: Material | None


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of the two texts side by side, in the order of both.

    ``kind`` is ``same``, ``replaced``, ``dropped``, ``added``, ``elided`` (left out at an
    ellipsis), ``bracketed`` (the editor's words), or for words that were moved, ``moved_away``
    where the document has them and ``moved_here`` where the quote does. ``quote_after`` and
    ``document_after`` are the punctuation and white space up to the next words.
    """

    kind: StepKind
    quote_start: int
    quote_end: int
    quote_words: str
    quote_after: str
    start: int
    end: int
    document_words: str
    document_after: str
    material: Material | None


@dataclass(frozen=True, slots=True)
class Check:
    """How a quote stands to a document.

    ``start`` and ``end`` are the passage's, None when ``absent``. ``similarity`` is 1 for
    ``verbatim`` and ``elided``, below 1 otherwise: the share of words in common, of both sides.
    ``runs`` cover the whole quote and passage; ``differences`` are taken from them.
    """

    kind: Kind
    start: int | None
    end: int | None
    similarity: float
    differences: tuple[Difference, ...] = ()
    runs: tuple[Run, ...] = ()


def check(quote: str, document: str) -> Check:
    """Compare a quote, with or without its marks, with a document; never raises for any text.

    Short quotes and those above ``QUOTE_LIMIT`` are only found word for word. The very
    characters of the quote count as verbatim also where they begin or end inside a word.
    """
    ours = Quoted(quote)
    theirs = _folded(document)
    match = None
    if ours.words:
        wordwise = len(quote) <= QUOTE_LIMIT
        match = find(ours, theirs) if wordwise else literal(ours, theirs)
        if match and match.faithful and not match.abridged:
            return _Report(ours, theirs, match).check("verbatim")
    characters = quote.strip()
    place = document.find(characters) if characters else -1
    if place >= 0:
        return _as_it_stands(quote, characters, place)
    if match is None:
        return Check("absent", None, None, 0.0)
    if match.faithful:
        return _Report(ours, theirs, match).check("elided")
    if ours.is_short or not match.derives:
        return Check("absent", None, None, match.similarity if match.similarity < 1 else 0.0)
    return _Report(ours, theirs, match).check("altered")


@lru_cache(maxsize=2)
def _folded(document: str) -> Folded:
    """Kept for the next quotation, as those of an article are checked one after another."""
    return Folded(document)


def _as_it_stands(quote: str, characters: str, place: int) -> Check:
    begin = quote.index(characters)
    end = place + len(characters)
    run = Run(
        "same", begin, begin + len(characters), characters, "", place, end, characters, "", None
    )
    return Check("verbatim", place, end, 1.0, (), (run,))


@dataclass(frozen=True, slots=True)
class _Report:
    """Turns steps over words into runs and differences over the two texts."""

    quoted: Quoted
    document: Folded
    match: Match

    def check(self, kind: Kind) -> Check:
        runs = tuple(self._runs())
        start, end = self.document.origin(self.match.words[0].start, self.match.words[-1].end)
        similarity = self.match.similarity if kind == "altered" else 1.0
        return Check(kind, start, end, similarity, tuple(self._differences(runs)), runs)

    def _runs(self) -> Iterator[Run]:
        steps = self.match.steps
        spans = list(_once(self._spans(step) for step in steps))
        (_, quote_end), (_, end) = spans[-1]
        following = [*spans[1:], ((quote_end, quote_end), (end, end))]
        for step, ours_theirs, next_ours_theirs in zip(steps, spans, following, strict=True):
            (q1, q2), (d1, d2) = ours_theirs
            (next_q, _), (next_d, _) = next_ours_theirs
            quote, document = self.quoted.folded.source, self.document.source
            yield Run(
                step.kind,
                *(q1, q2, quote[q1:q2], quote[q2:next_q]),
                *(d1, d2, document[d1:d2], document[d2:next_d]),
                self._material(step),
            )

    def _spans(self, step: Step) -> "_Spans":
        return (
            _span(self.quoted.folded, self.quoted.words, step.q1, step.q2),
            _span(self.document, self.match.words, step.d1, step.d2),
        )

    def _material(self, step: Step) -> Material | None:
        if step.kind not in ("replaced", "dropped", "added"):
            return None
        return material(
            self._side(self.quoted.folded, self.quoted.words, step.q1, step.q2),
            self._side(self.document, self.match.words, step.d1, step.d2),
        )

    def _side(self, text: Folded, words: list[Word], first: int, last: int) -> Side:
        some = words[first:last]
        spans = [text.origin(word.start, word.end) for word in some]
        start = spans[0][0] if spans else 0
        return Side(
            words=some,
            texts=[text.source[a:b] for a, b in spans],
            before=words[first - 1].key if first else "",
            starts_sentence=bool(
                _SENTENCE_START.search(text.source[max(0, start - _BEFORE) : start])
            ),
            known_in_lower_case=bool(some)
            and self._in_lower_case(text.source[slice(*spans[0])].lower()),
        )

    def _in_lower_case(self, word: str) -> bool:
        # The word leads the pattern, so that it is searched for as a plain string.
        pattern = re.compile(rf"{re.escape(word)}(?<!\w{re.escape(word)})\b")
        return any(
            pattern.search(text) for text in (self.quoted.folded.source, self.document.source)
        )

    def _differences(self, runs: tuple[Run, ...]) -> Iterator[Difference]:
        """The runs that differ; of a move the two ends are one difference, told at its first."""
        places: dict[int, list[int]] = {}
        for index, step in enumerate(self.match.steps):
            if step.move is not None:
                places.setdefault(step.move, []).append(index)
        for index, (step, run) in enumerate(zip(self.match.steps, runs, strict=True)):
            if step.move is not None:
                first, second = places[step.move]
                here, away = sorted(
                    (runs[first], runs[second]), key=lambda one: one.kind != "moved_here"
                )
                if index == first:
                    yield _difference("moved", here, away)
            elif step.kind in ("replaced", "dropped", "added"):
                yield _difference(step.kind, run, run)


def _difference(kind: DifferenceKind, ours: Run, theirs: Run) -> Difference:
    return Difference(
        kind,
        *(ours.quote_start, ours.quote_end, ours.quote_words),
        *(theirs.start, theirs.end, theirs.document_words),
        ours.material,
    )


_Spans = tuple[tuple[int, int], tuple[int, int]]


def _once(spans: Iterable[_Spans]) -> Iterator[_Spans]:
    """A letter that folds to several words (¼ is 1 and 4) is told of the first of them alone."""
    quote_done = done = 0
    for (quote_start, quote_end), (start, end) in spans:
        ours = (max(quote_start, quote_done), max(quote_end, quote_done))
        theirs = (max(start, done), max(end, done))
        yield ours, theirs
        quote_done, done = ours[1], theirs[1]


def _span(text: Folded, words: list[Word], first: int, last: int) -> tuple[int, int]:
    """The words' span in the source; of no words, the place where the next one stands."""
    if first < last:
        return text.origin(words[first].start, words[last - 1].end)
    if first < len(words):
        place, _ = text.origin(words[first].start, words[first].end)
    else:
        _, place = text.origin(words[-1].start, words[-1].end)
    return place, place
