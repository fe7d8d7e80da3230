"""Attributions made by verbs: "X said that …", "…, X said", "“…,” said X", "accused X of …"."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from articles.text.attribution_lexicon import VERBS, WORDS, Verb
from articles.text.clauses import (
    Group,
    Subject,
    content_end,
    finite_ahead,
    recipient_after,
    skip_adjuncts,
    subject_before,
    verb_group,
)
from articles.text.complements import complement
from articles.text.mentions import Range, agrees, has_finite, phrase_after, phrase_before
from articles.text.tokens import Sentence

_ENDS = {".", "", "!", "?", "…"}


@dataclass(frozen=True, slots=True)
class Draft:
    """An attribution in token indexes of its sentence.

    ``begin`` is where its own clause begins. ``hole`` is the part of the content's range that is
    not content. ``shared`` says that the source is that of the attribution before it.
    """

    begin: int
    cue: Range
    source: Range | None
    content: Range
    place: Literal["after", "before", "around"] = "after"
    hole: Range | None = None
    recipient: Range | None = None
    shared: bool = False


def verb_cues(sentence: Sentence) -> Iterator[Draft]:
    for index, token in enumerate(sentence.tokens):
        verb = VERBS.get(token.lower)
        if verb is None or token.quote or (token.is_capital and index > 0):
            continue
        draft = _of_verb(sentence, index, verb)
        if draft:
            yield draft


def _of_verb(sentence: Sentence, at: int, verb: Verb) -> Draft | None:
    group = verb_group(sentence, at)
    if group.passive:
        return _passive(sentence, at, group)
    if "invert" in verb.frames and group.start == at and not verb.forms <= {"base", "ing"}:
        draft = _inverted(sentence, at)
        if draft:
            return draft
    if verb.forms <= {"ing"} and not (group.progressive or group.modal):
        return _participle(sentence, at, verb)
    subject = subject_before(sentence, group.before)
    if subject is None or not _can_be_subject(sentence, subject, verb, group):
        return None
    cue = (group.start, at + 1)
    phrase = subject.phrase
    if "trail" in verb.frames and phrase:
        draft = _trailing(sentence, at, cue, subject, verb)
        if draft:
            return draft
    found = complement(sentence, at, verb)
    if found is None:
        return None
    content, recipient = found
    return Draft(
        begin=subject.begin,
        cue=cue,
        source=phrase,
        content=content,
        recipient=recipient,
        shared=phrase is None,
    )


def _can_be_subject(sentence: Sentence, subject: Subject, verb: Verb, group: Group) -> bool:
    if group.modal or group.progressive:
        return True
    if subject.phrase is None:
        return not verb.forms <= {"base"}
    if sentence.low(subject.phrase[1] - 1) in {"who", "which"} or "past" in verb.forms:
        return True
    if group.start < group.before or sentence.low(group.start) in WORDS["auxiliaries"]:
        return True
    return agrees(sentence, subject.phrase, base="base" in verb.forms)


def _ends_spoken(sentence: Sentence, index: int) -> bool:
    """Whether a quotation that awaits its speaker ends at the token."""
    token = sentence.tokens[index]
    return token.quote and (
        token.text[-2:-1] in {",", "?", "!", "…", "—", "–", "-"} or sentence.low(index + 1) == ","
    )


def _trailing(
    sentence: Sentence, at: int, cue: Range, subject: Subject, verb: Verb
) -> Draft | None:
    """ "CLAUSE, NP said", "“…,” NP told X in May", "A, NP said, B"."""
    comma = subject.begin - 1
    as_clause = sentence.low(comma) == "as"
    if as_clause:
        comma -= 1
    spoken = comma >= 0 and sentence.tokens[comma].quote and not as_clause
    if comma < 0 or not (spoken or sentence.low(comma) == ","):
        return None
    after, recipient = at + 1, None
    if "tell" in verb.frames and sentence.low(after) not in {",", ""}:
        recipient = recipient_after(sentence, after)
        after = recipient[1] if recipient else after
    after, told = skip_adjuncts(sentence, after)
    recipient = recipient or told
    if not (spoken and _ends_spoken(sentence, comma)) and not _may_trail(
        sentence, at, after, comma
    ):
        return None
    own = (subject.begin - as_clause, after)
    return _before_or_around(sentence, cue, subject.phrase, own, recipient)


def _may_trail(sentence: Sentence, at: int, after: int, comma: int) -> bool:
    """Whether what follows the verb leaves the content to what comes before it."""
    word = sentence.low(after)
    if word in _ENDS | {",", ";", "—", "–"}:
        following_quote = after + 1 < len(sentence) and sentence.tokens[after + 1].quote
        return comma >= 1 and not (following_quote and not has_finite(sentence, 0, comma))
    if word in {"that", ":"} or sentence.tokens[after].quote:
        return False
    return (
        word in WORDS["prepositions"] | {"when", "as", "while", "after"}
        and has_finite(sentence, 0, comma)
        and not finite_ahead(sentence, at + 1)
    )


def _before_or_around(
    sentence: Sentence, cue: Range, source: Range | None, own: Range, recipient: Range | None
) -> Draft | None:
    """The content before the attribution's ``own`` clause, and after it if it goes on there."""
    begin, after = own
    end = begin
    if sentence.low(end - 1) == ",":
        end -= 1
    if end <= 0:
        return None
    resume = _resumption(sentence, end, after)
    if resume is None:
        return Draft(begin, cue, source, (0, end), "before", None, recipient)
    stop = content_end(sentence, resume)
    return Draft(begin, cue, source, (0, stop), "around", (end, resume), recipient)


def _resumption(sentence: Sentence, end: int, after: int) -> int | None:
    """Where the content goes on after "he said"."""
    index = after
    while index < sentence.end and sentence.low(index) in {",", ":", "—", "–"}:
        index += 1
    if index >= sentence.end:
        return None
    if sentence.tokens[index].quote:
        return index
    if sentence.tokens[end - 1].quote or sentence.low(after) != ",":
        return None
    word = sentence.low(index)
    participle = word.endswith("ing") and word in VERBS
    if participle or word in {"citing", "quoting", "referring", "who", "which", "according"}:
        return None
    return index


def _inverted(sentence: Sentence, at: int) -> Draft | None:
    """ "“…,” said NP", "CLAUSE, says NP", "Said NP: “…”"."""
    if at > 0 and not (sentence.low(at - 1) == "," or sentence.tokens[at - 1].quote):
        return None
    source = phrase_after(sentence, at + 1)
    if source is None or sentence.low(at + 1) == "that":
        return None
    after, recipient = skip_adjuncts(sentence, source[1])
    cue = (at, at + 1)
    if at == 0:
        colon = sentence.low(source[1]) == ":" and source[1] + 1 < sentence.end
        content = (source[1] + 1, sentence.end)
        return Draft(0, cue, source, content) if colon else None
    spoken = sentence.tokens[at - 1].quote
    if not spoken and (
        has_finite(sentence, source[0], source[1] + 1)
        or sentence.low(after) not in _ENDS | {",", ";", "—", "–"} | WORDS["prepositions"]
    ):
        return None
    return _before_or_around(sentence, cue, source, (at, after), recipient)


def _participle(sentence: Sentence, at: int, verb: Verb) -> Draft | None:
    """ ", adding that …", "by saying …": the source is that of the sentence."""
    before = sentence.low(at - 1)
    if before not in {",", "by", "while", "and", "before", "after", "without"} and not (
        at and sentence.tokens[at - 1].quote
    ):
        return None
    found = complement(sentence, at, replace(verb, frames=verb.frames - {"object", "to", "order"}))
    if found is None:
        return None
    content, recipient = found
    return Draft(at, (at, at + 1), None, content, recipient=recipient, shared=True)


def _passive(sentence: Sentence, at: int, group: Group) -> Draft | None:
    word = sentence.low(at)
    subject = subject_before(sentence, group.before)
    if subject is None or subject.phrase is None:
        return None
    cue = (group.start, at + 1)
    after, _ = skip_adjuncts(sentence, at + 1)
    begin, phrase = subject.begin, subject.phrase
    if sentence.low(phrase[0]) == "it" and word in WORDS["impersonal"]:
        if sentence.low(after) == "that":
            return Draft(begin, cue, None, (after + 1, content_end(sentence, after + 1)))
        return None
    if word in WORDS["passives"] and sentence.low(at + 1) == "to":
        content = (phrase[0], content_end(sentence, at + 1))
        return Draft(begin, cue, None, content, "around", (group.start, at + 1))
    if word in {"told", "informed", "assured", "warned"} and sentence.low(after) == "that":
        content = (after + 1, content_end(sentence, after + 1))
        return Draft(begin, cue, None, content, recipient=phrase)
    verb = VERBS[word]
    source = phrase_after(sentence, at + 2) if sentence.low(at + 1) == "by" else None
    after = source[1] if source else at + 1
    link = sentence.low(after)
    if (verb.frames & {"as", "seen"} and link == "as") or (verb.lemma == "accuse" and link == "of"):
        content = (after + 1, content_end(sentence, after + 1))
        return Draft(begin, cue, source, content) if after + 1 < sentence.end else None
    if "call" in verb.frames and after < sentence.end and sentence.tokens[after].quote:
        return Draft(begin, cue, source, (after, after + 1))
    return None


def shared_subject(sentence: Sentence, begin: int) -> Range | None:
    """The subject of the verb before "and said", or of the first verb for ", adding"."""
    joined = sentence.low(begin - 1) in {"and", "but", "then"}
    verbs = range(begin - 2, 0, -1) if joined else range(1, min(20, begin))
    for index in verbs:
        if has_finite(sentence, index, index + 1):
            return phrase_before(sentence, verb_group(sentence, index).before)
    return None
