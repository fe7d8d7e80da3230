"""The clause around a cue: its subject, what merely surrounds the verb, where a content ends."""

from dataclasses import dataclass

from articles.text.attribution_lexicon import VERBS, WORDS
from articles.text.mentions import (
    Range,
    begins_clause,
    is_adverb,
    is_finite,
    opens_setting,
    phrase_after,
    phrase_before,
    skip_time_back,
)
from articles.text.tokens import Sentence

_CITING = {"citing", "quoting", "referring"}
_MODALS = WORDS["auxiliaries"] - WORDS["be"] - {"has", "have", "had", "having", "am"}
_RELATIVE = {"who", "which", "that"}
_INTERRUPTIONS = {"who", "which", "whose", "speaking", "where", "in", "on", "at", "during", "after"}
_DASHES = {"–", "—", "-"}


@dataclass(frozen=True, slots=True)
class Group:
    """A verb with its auxiliaries: ``start`` is its first word, ``before`` the word left of it."""

    before: int
    start: int
    passive: bool
    modal: bool
    progressive: bool


def verb_group(sentence: Sentence, verb: int) -> Group:
    """Look left over auxiliaries, adverbs, "refused to" and expressions of time."""
    index, start = verb - 1, verb
    helpers: list[str] = []
    while index >= 0:
        word = sentence.low(index)
        if word in WORDS["auxiliaries"] and not (word == "may" and sentence.low(index - 1) == "in"):
            helpers.append(word)
            start = index
            index -= 1
        elif is_adverb(word):
            index -= 1
        elif (width := _catenative(sentence, index)) > 0:
            helpers.append("to")
            index -= width
            start = index + 1
        elif (earlier := _before_adjunct(sentence, index)) < index:
            index = earlier
        else:
            break
    nearest = helpers[0] if helpers else ""
    be = nearest in WORDS["be"] or (
        nearest == "not" and len(helpers) > 1 and helpers[1] in WORDS["be"]
    )
    ing = sentence.low(verb).endswith("ing")
    modal = any(word in _MODALS or word == "to" for word in helpers)
    return Group(index, start, be and not ing, modal, be and ing)


def _catenative(sentence: Sentence, index: int) -> int:
    """How many words "refused to" or "went on to" takes that ends at ``index``."""
    if sentence.low(index) == "as" and sentence.low(index - 1) == "quoted":
        return 3 if sentence.low(index - 2) in WORDS["be"] else 2
    if sentence.low(index) != "to":
        return 0
    if f"{sentence.low(index - 2)} {sentence.low(index - 1)}" in WORDS["catenatives"]:
        return 3
    return 2 if sentence.low(index - 1) in WORDS["catenatives"] else 0


def _before_adjunct(sentence: Sentence, index: int) -> int:
    """The word before "on Monday" or "in a statement" that ends at ``index``."""
    earlier = skip_time_back(sentence, index)
    if earlier < index:
        return earlier
    if sentence.low(index) in WORDS["settings"]:
        for opener in range(index - 1, max(index - 5, 0), -1):
            if sentence.low(opener) in {"in", "at", "during"}:
                return opener - 1
            if not sentence.tokens[opener].is_word:
                break
    return index


@dataclass(frozen=True, slots=True)
class Subject:
    """What a verb is said of: ``begin`` is the first token of its clause.

    Without a ``phrase`` the verb shares the subject of the verb before it ("and denied").
    """

    begin: int
    phrase: Range | None


def subject_before(sentence: Sentence, last: int) -> Subject | None:
    word = sentence.low(last)
    if last < 0:
        return None
    if word in {"and", "but", "or", "then"} and last > 0:
        return Subject(last + 1, None)
    if word in _RELATIVE:
        at = last - 1 if sentence.low(last - 1) != "," else last - 2
        phrase = phrase_before(sentence, at) if at >= 0 else None
        if phrase is None or word == "that":
            return None
        phrase = _nearest(sentence, phrase)
        return Subject(phrase[0], phrase)
    if word == ")":
        last = _opening(sentence, last, "(") - 1
    elif word == ",":
        return _across_commas(sentence, last)
    phrase = phrase_before(sentence, last)
    return Subject(phrase[0], phrase) if phrase else None


def _nearest(sentence: Sentence, phrase: Range) -> Range:
    """What a relative clause belongs to: "critics" in "drew anger from critics, who …"."""
    start, end = phrase
    far = WORDS["prepositions"] - {"of", "for"}
    return (next((i + 1 for i in range(end - 1, start, -1) if sentence.low(i) in far), start), end)


def _across_commas(sentence: Sentence, closing: int) -> Subject | None:
    """From the comma that closes an apposition or relative clause to the phrase before it."""
    opening = closing - 1
    while opening > 0 and sentence.low(opening) != ",":
        if sentence.tokens[opening].quote or sentence.low(opening) in {";", ":"}:
            return None
        opening -= 1
    if opening <= 0:
        return _without_opening_comma(sentence, closing)
    phrase = phrase_before(sentence, opening - 1)
    if phrase is None:
        return None
    inner = sentence.low(opening + 1)
    if not begins_clause(sentence, phrase[0]):
        return Subject(phrase[0], phrase)
    apposition = (
        inner not in _INTERRUPTIONS
        and not is_adverb(inner)
        and inner not in WORDS["prepositions"]
        and inner not in WORDS["conjunctions"]
        and not inner.endswith("ing")
    )
    return Subject(phrase[0], (phrase[0], closing) if apposition else phrase)


def _without_opening_comma(sentence: Sentence, closing: int) -> Subject | None:
    """ "A source who lives in Dalian, told …": a relative clause closed but not opened."""
    phrase = phrase_before(sentence, closing - 1)
    relative = phrase and any(sentence.low(i) == "who" for i in range(*phrase))
    return Subject(phrase[0], phrase) if phrase and relative else None


def _opening(sentence: Sentence, index: int, mark: str) -> int:
    while index > 0 and sentence.low(index) != mark:
        index -= 1
    return index


def skip_adjuncts(sentence: Sentence, index: int) -> tuple[int, Range | None]:
    """Past "on Monday", "in an interview with The Times", "also": and whom that was said to."""
    recipient: Range | None = None
    while index < sentence.end:
        word = sentence.low(index)
        if is_adverb(word) or word in {"back", "out"} or _is_time(sentence, index):
            index += 1
        elif word in {"on", "in", "at", "during", "to", "over", "by", "through", "from"} and (
            opens_setting(sentence, index)
        ):
            index, told = _past_setting(sentence, index)
            recipient = told or recipient
        elif word == "," and _enclosed_adjunct(sentence, index + 1):
            index += 1
        else:
            break
    return index, recipient


def _is_time(sentence: Sentence, index: int) -> bool:
    word, following = sentence.low(index), sentence.low(index + 1)
    if word in {"last", "this", "next", "earlier", "late", "early"}:
        return following in WORDS["times"] or following == "this"
    return word in WORDS["times"] and not (word == "may" and following == "be")


def _enclosed_adjunct(sentence: Sentence, index: int) -> bool:
    return sentence.low(index) in {"in", "on", "at", "during"} and opens_setting(sentence, index)


def _past_setting(sentence: Sentence, index: int) -> tuple[int, Range | None]:
    """The index after "in an interview with The Times", and "The Times"."""
    if sentence.low(index) == "to":
        told = phrase_after(sentence, index + 1)
        return (told[1], told) if told else (index + 1, None)
    places = WORDS["times"] | WORDS["settings"] | WORDS["recipients"]
    while index < sentence.end and sentence.low(index) not in places:
        index += 1
    while sentence.low(index) in places or (
        sentence.low(index).isdigit() and sentence.low(index - 1) in WORDS["times"]
    ):
        index += 1
    if sentence.low(index) in {"with", "to"} and index + 1 < sentence.end:
        told = phrase_after(sentence, index + 1)
        if told:
            return told[1], told
    return index, None


def recipient_after(sentence: Sentence, index: int) -> Range | None:
    """Whom a verb like "told" is followed by."""
    word = sentence.low(index)
    if index >= sentence.end or not sentence.tokens[index].is_word or sentence.tokens[index].quote:
        return None
    if word in WORDS["recipients"]:
        return (index, index + 1)
    end = index + 1
    if sentence.tokens[index].is_capital or word in WORDS["determiners"]:
        while end < sentence.end and end - index < 8 and _in_recipient(sentence, index, end):
            end += 1
        if end < sentence.end and is_finite(sentence, end):
            end = min(end, index + 2)
        while end > index + 1 and sentence.low(end - 1) in WORDS["prepositions"]:
            end -= 1
        return (index, end)
    if word.endswith("s") and word not in WORDS["auxiliaries"]:
        return (index, end)
    return None


def _in_recipient(sentence: Sentence, start: int, index: int) -> bool:
    token, word = sentence.tokens[index], sentence.low(index)
    if not token.is_word or token.quote or word in WORDS["auxiliaries"] or is_adverb(word):
        return False
    if word in {"of", "for"}:
        return True
    stops = WORDS["prepositions"] | WORDS["conjunctions"] | WORDS["pronouns"] | WORDS["times"]
    if word in stops and not (token.is_capital and sentence.tokens[index - 1].text == "The"):
        return False
    before = sentence.low(index - 1)
    if word in WORDS["determiners"]:
        return before in {"of", "for"}
    if sentence.tokens[start].is_capital:
        return token.is_capital or before.endswith(("'s", "s'")) or before in {"of", "for"}
    return not is_finite(sentence, index)


def content_end(sentence: Sentence, start: int) -> int:
    """Where a content that begins at ``start`` ends: at the sentence, or ", adding"."""
    for index in range(start + 1, sentence.end):
        following = sentence.low(index + 1)
        if sentence.low(index) == "," and (
            following in _CITING or (following == "according" and sentence.low(index + 2) == "to")
        ):
            return index
        if sentence.low(index) == ";":
            return index
        if sentence.low(index) == "," and following.endswith("ing") and following in VERBS:
            return index
    return sentence.end


def to_dash(sentence: Sentence, start: int, end: int) -> int:
    """The end, or the first dash between spaces before it."""
    return next((i for i in range(start, end) if sentence.low(i) in _DASHES), end)


def finite_ahead(sentence: Sentence, start: int) -> bool:
    """Whether a clause begins at ``start``: a subject, and its verb before any other clause."""
    for index in range(start, min(start + 18, sentence.end)):
        word = sentence.low(index)
        if index > start and is_finite(sentence, index):
            return True
        if word in {"that", "which", "where", "when", "as", ";", ":", "whose"} and index > start:
            return False
    return False
