"""What a verb of attribution is followed by: "that …", "“…”", "X of …", "X to …"."""

from collections.abc import Callable
from dataclasses import replace

from articles.text.attribution_lexicon import WORDS, Verb
from articles.text.clauses import content_end, finite_ahead, recipient_after, skip_adjuncts
from articles.text.mentions import Range, has_finite
from articles.text.tokens import Sentence

_OF = {
    "warn": {"of", "about", "against"},
    "complain": {"of", "about"},
    "hint": {"at"},
    "boast": {"of", "about"},
    "speak": {"of"},
    "call": {"for"},
}

_Found = tuple[Range, Range | None]


def complement(sentence: Sentence, at: int, verb: Verb) -> _Found | None:
    """What is said, after the verb, and to whom."""
    after, told = skip_adjuncts(sentence, at + 1)
    content = _content_at(sentence, after, verb)
    if content:
        return content, told
    if "tell" in verb.frames:
        recipient = recipient_after(sentence, after)
        if recipient:
            after, told = skip_adjuncts(sentence, recipient[1])
            frames = replace(verb, frames=verb.frames | {"quote", "bare", "that"})
            content = _content_at(sentence, after, frames)
            if content:
                return content, recipient
    for frame, find in _OBJECT_FRAMES.items():
        if frame in verb.frames:
            content = find(sentence, at + 1)
            if content:
                return content, None
    return None


def _content_at(sentence: Sentence, after: int, verb: Verb) -> Range | None:
    if after >= sentence.end:
        return None
    word, frames = sentence.low(after), verb.frames
    start: int | None = None
    if word == "," and sentence.low(after + 1) == "that":
        after, word = after + 1, "that"
    opens = word in {",", ":"} and after + 1 < sentence.end and sentence.tokens[after + 1].quote
    if word == "that":
        start = after + 1 if "that" in frames else None
    elif opens or (sentence.tokens[after].quote and "quote" in frames):
        start = after + opens if "quote" in frames else None
    elif word == ":":
        start = after + 1 if frames & {"invert", "tell"} else None
    elif word in WORDS["wh"]:
        start = after if "wh" in frames else None
    elif word == "to":
        start = after if "to" in frames else None
    elif word.endswith("ing") and "ing" in frames:
        start = after
    elif word in _OF.get(verb.lemma, ()):
        start = after + 1
    elif "bare" in frames and _bare_clause(sentence, after, verb):
        start = after
    if start is None or start >= sentence.end:
        return None
    return (start, content_end(sentence, start))


def _bare_clause(sentence: Sentence, start: int, verb: Verb) -> bool:
    word = sentence.low(start)
    if word in {"so", ",", ";", "and", "but", "or", "of", "for", "as", "to"}:
        return False
    if verb.lemma == "say":
        return sentence.end - start >= 3 and sentence.tokens[start].is_word
    return word not in WORDS["conjunctions"] and finite_ahead(sentence, start)


def _object(sentence: Sentence, start: int) -> Range | None:
    """ "denied any link": a noun phrase as content."""
    word = sentence.low(start)
    if word in WORDS["determiners"] or word in {"plans", "charges", "allegations", "reports"}:
        return (start, _clause_end(sentence, start))
    return None


def _clause_end(sentence: Sentence, start: int) -> int:
    """The end of a phrase: before a comma, or the end of the sentence."""
    end = content_end(sentence, start)
    return next((i for i in range(start, end) if sentence.low(i) in {",", ";"}), end)


def _order(sentence: Sentence, start: int) -> Range | None:
    """ "urged NP to …"."""
    if sentence.low(start) in {"not", "to"}:
        return None
    for index in range(start + 1, min(start + 10, sentence.end - 1)):
        if sentence.low(index) == "to":
            following = sentence.low(index + 1)
            if following in WORDS["determiners"] or sentence.tokens[index + 1].is_capital:
                return None
            return (start, content_end(sentence, start))
        if sentence.low(index) in {",", ";", ":", "that"} or has_finite(sentence, index, index + 1):
            return None
    return None


def _linked(links: set[str], *, keep: bool) -> Callable[[Sentence, int], Range | None]:
    """A finder of "NP of …" with the link words; with ``keep`` NP is content too."""

    def find(sentence: Sentence, start: int) -> Range | None:
        for index in range(start + 1, min(start + 14, sentence.end - 1)):
            if sentence.low(index) in links:
                return (start if keep else index + 1, content_end(sentence, start))
            if sentence.low(index) in {",", ";", ":", "that"}:
                return None
        return None

    return find


def _call(sentence: Sentence, start: int) -> Range | None:
    """ "called NP “words”", "called NP a lie"."""
    for index in range(start, min(start + 14, sentence.end)):
        if sentence.tokens[index].quote:
            return (start, content_end(sentence, start))
        if sentence.low(index) in {",", ";", ":"}:
            return None
        if index > start + 1 and sentence.low(index) in {"a", "an"}:
            opened = sentence.low(index - 1) not in WORDS["prepositions"]
            return (start, _clause_end(sentence, start)) if opened else None
    return None


def _order_on(sentence: Sentence, start: int) -> Range | None:
    """ "called on NP to …"."""
    return _order(sentence, start + 1) if sentence.low(start) in {"on", "upon"} else None


_OBJECT_FRAMES: dict[str, Callable[[Sentence, int], Range | None]] = {
    "order": _order,
    "on": _order_on,
    "accuse": _linked({"of", "for", "on"}, keep=True),
    "as": _linked({"as"}, keep=True),
    "call": _call,
    "object": _object,
}
