"""The ratings of other fact-checkers as ours: a number on their scale, or their words for it."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from articles.importing.formats.json_ld import listed, text

SCALE = ("false", "mostly_false", "half_true", "mostly_true", "true")
"""Our ratings with a number, 1 to 5."""

_WORDS = {
    "true": (
        *("true", "correct", "accurate", "verified", "confirmed"),
        *("wahr", "richtig", "stimmt", "korrekt", "vrai", "exact", "verdadero", "cierto"),
    ),
    "mostly_true": (
        *("mostly true", "mostly correct", "mostly accurate", "largely true", "largely correct"),
        *("größtenteils wahr", "größtenteils richtig", "weitgehend richtig"),
        *("überwiegend richtig", "plutôt vrai", "presque vrai", "mayormente verdadero"),
        *("mayormente cierto", "casi verdadero"),
    ),
    "half_true": (
        *("half true", "half truth", "partly true", "partially true", "partly false"),
        *("partially false", "mixture", "mixed", "missing context", "needs context"),
        *("lacks context", "out of context", "halb wahr", "halbwahr", "teilweise richtig"),
        *("teilweise wahr", "teilweise falsch", "fehlender kontext", "mi vrai mi faux"),
        *("partiellement vrai", "partiellement faux", "contexte manquant", "media verdad"),
        *("verdad a medias", "parcialmente verdadero", "parcialmente falso", "falta contexto"),
    ),
    "mostly_false": (
        *("mostly false", "mostly incorrect", "largely false", "misleading", "distorted"),
        *("größtenteils falsch", "weitgehend falsch", "überwiegend falsch", "irreführend"),
        *("plutôt faux", "presque faux", "trompeur", "mayormente falso", "engañoso"),
    ),
    "false": (
        *("false", "incorrect", "wrong", "untrue", "not true", "inaccurate", "pants on fire"),
        *("fake", "hoax", "fabricated", "debunked", "altered", "manipulated", "doctored"),
        *("falsch", "unwahr", "frei erfunden", "gefälscht", "manipuliert", "faux", "intox"),
        *("inventé", "falso", "mentira", "bulo", "manipulado"),
    ),
    "unverifiable": (
        *("unverifiable", "unverified", "cannot be verified", "can not be verified"),
        *("nicht überprüfbar", "invérifiable", "no verificable", "inverificable"),
    ),
    "not_enough_evidence": (
        *("not enough evidence", "insufficient evidence", "no evidence", "unproven"),
        *("unsupported", "unsubstantiated", "unbelegt", "nicht belegt", "unbewiesen"),
        *("non prouvé", "pas de preuve", "sans preuve", "sin pruebas", "no hay pruebas"),
    ),
    "conflicting_evidence": (
        *("conflicting evidence", "disputed", "umstritten", "contesté", "en disputa"),
    ),
    "opinion": ("opinion", "meinung", "meinungsäußerung", "opinión"),
}
_RATING_OF = {words.casefold(): rating for rating, phrases in _WORDS.items() for words in phrases}
_FARTHEST = 2
"""Steps of our scale between number and words from which one of them must be a mistake."""


class UnclearRatingError(ValueError):
    """It cannot be mapped; the message says why."""


def rating_of(review_rating: Any) -> str:
    """Our rating for a schema.org Rating.

    The number is placed between worst and best (1 and 5 unless given; a scale may run down) and
    taken to the nearest of our five. Words that stand for none of the five, such as "unproven",
    go before the number, which can only be a makeshift; other words count where the number is
    missing, unreadable or off its scale. Raises UnclearRatingError.
    """
    ratings = [item for item in listed(review_rating) if isinstance(item, dict)]
    rating: Mapping[str, Any] = ratings[0] if ratings else {}
    written = text(rating.get("alternateName")) or text(rating.get("name"))
    by_words = _RATING_OF.get(_folded(written))
    by_number = _by_number(rating)
    if by_words and by_words not in SCALE:
        return by_words
    if by_words and by_number and _steps(by_words, by_number) > _FARTHEST:
        raise UnclearRatingError(
            f"The number says “{_called(by_number)}”, but the words “{written}”."
        )
    if found := by_number or by_words:
        return found
    if written:
        raise UnclearRatingError(f"“{written[:100]}” has no number and is none of the known words.")
    raise UnclearRatingError("The review has no rating that can be read.")


def _by_number(rating: Mapping[str, Any]) -> str | None:
    value = _number(rating.get("ratingValue"))
    worst = _number(rating.get("worstRating"), 1.0)
    best = _number(rating.get("bestRating"), 5.0)
    if value is None or worst is None or best is None or worst == best:
        return None
    point = (value - worst) / (best - worst) * (len(SCALE) - 1)
    if not 0 <= point <= len(SCALE) - 1:
        return None
    middle = len(SCALE) // 2  # of two that are as near, the less extreme
    return SCALE[min(range(len(SCALE)), key=lambda i: (abs(i - point), abs(i - middle)))]


def _number(value: Any, otherwise: float | None = None) -> float | None:
    written = text(value)
    if not written:
        return otherwise
    found = re.fullmatch(r"[+-]?\d{1,9}(?:[.,]\d{1,9})?", written)
    return float(written.replace(",", ".")) if found else None


def _folded(words: str) -> str:
    folded = " ".join(re.findall(r"\w+", unicodedata.normalize("NFC", words).casefold()))
    return re.sub(r"^(?:rating|verdict|this is|das ist|c est|es) ", "", folded)


def _steps(one: str, other: str) -> int:
    return abs(SCALE.index(one) - SCALE.index(other))


def _called(rating: str) -> str:
    return rating.replace("_", " ")
