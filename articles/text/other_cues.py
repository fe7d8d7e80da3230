"""Attributions made without a verb of their own: "according to X", "X's claim that …"."""

from collections.abc import Iterator

from articles.text.attribution_lexicon import WORDS
from articles.text.clauses import content_end, subject_before, to_dash, verb_group
from articles.text.mentions import Range, has_finite, is_finite, phrase_after, phrase_before
from articles.text.tokens import Sentence
from articles.text.verb_cues import Draft

_POSSESSIVES = {"his", "her", "its", "their", "our", "my", "your"}
_VOICES = {
    "expressed",
    "voiced",
    "raised",
    "made",
    "repeated",
    "issued",
    "gave",
    "reiterated",
    "shared",
    "rejected",
    "dismissed",
}


def other_cues(sentence: Sentence) -> Iterator[Draft]:
    for index, token in enumerate(sentence.tokens):
        word = token.lower
        draft: Draft | None = None
        if word == "according" and sentence.low(index + 1) == "to":
            draft = _according(sentence, index, 2)
        elif word == "per" and sentence.low(index - 1) == "," and token.text == "per":
            draft = _according(sentence, index, 1)
        elif word == "citing":
            draft = _citing(sentence, index)
        elif word == "in":
            draft = _in_view(sentence, index)
        elif word == "put" and sentence.low(index + 1) == "it":
            draft = _put_it(sentence, index)
        elif word in WORDS["nouns"]:
            draft = _noun(sentence, index)
        elif word in WORDS["adverb_cues"]:
            draft = _adverb(sentence, index)
        elif word == ":":
            draft = _colon(sentence, index)
        if draft:
            yield draft


def _aside(sentence: Sentence, own: Range, cue: Range, source: Range | None) -> Draft | None:
    """An attribution that stands before its content, after it, or in the middle of it."""
    begin, after = own
    opening = all(
        not sentence.tokens[i].is_word or sentence.low(i) in WORDS["plain_connectives"]
        for i in range(begin)
    )
    if sentence.low(after) == ",":
        after += 1
    if opening:
        start = after
        if start >= sentence.end:
            return None
        return Draft(begin, cue, source, (start, content_end(sentence, start)))
    end = begin - 1 if sentence.low(begin - 1) == "," else begin
    middle = sentence.low(own[1]) == "," and sentence.low(begin - 1) == ","
    if (
        middle
        and after < sentence.end
        and sentence.low(after) not in {"which", "who", "and", "but"}
    ):
        stop = content_end(sentence, after)
        return Draft(begin, cue, source, (0, stop), "around", (end, after))
    return Draft(begin, cue, source, (0, end), "before") if end > 0 else None


def _according(sentence: Sentence, index: int, width: int) -> Draft | None:
    first = index + width
    if sentence.low(first) in WORDS["not_accorded"]:
        return None
    source = phrase_after(sentence, first)
    if source is None:
        return None
    end = source[1]
    if index <= 1:
        while end < sentence.end and sentence.low(end) != ",":
            end += 1
        if end >= sentence.end:
            return None
    return _aside(sentence, (index, end), (index, first), (source[0], source[1]))


def _citing(sentence: Sentence, index: int) -> Draft | None:
    source = phrase_after(sentence, index + 1)
    if source is None or sentence.low(index - 1) != "," or sentence.low(source[0]) in WORDS["wh"]:
        return None
    subject = phrase_before(sentence, index - 2)
    if subject and subject[0] == 0:
        return None
    return _aside(sentence, (index, source[1]), (index, index + 1), source)


def _in_view(sentence: Sentence, index: int) -> Draft | None:
    """ "in X's view", "in the words of X"."""
    if sentence.low(index + 1) == "the" and sentence.low(index + 2) in WORDS["views"]:
        source = phrase_after(sentence, index + 4)
        if source is None or sentence.low(index + 3) != "of":
            return None
        return _aside(sentence, (index, source[1]), (index, index + 4), source)
    for end in range(index + 2, min(index + 8, len(sentence))):
        if sentence.low(end) in WORDS["views"]:
            owner = sentence.low(end - 1)
            if owner in _POSSESSIVES or owner.endswith(("'s", "s'")):
                return _aside(sentence, (index, end + 1), (index, index + 1), (index + 1, end))
            return None
        if not sentence.tokens[end].is_word:
            return None
    return None


def _put_it(sentence: Sentence, index: int) -> Draft | None:
    """ "As X put it, …"."""
    source = phrase_before(sentence, index - 1)
    if source is None or sentence.low(source[0] - 1) != "as":
        return None
    return _aside(sentence, (source[0] - 1, index + 2), (index, index + 2), source)


def _noun(sentence: Sentence, index: int) -> Draft | None:
    """ "X's claim that …", "fears that …"."""
    that = next(
        (i for i in range(index + 1, min(index + 8, sentence.end)) if sentence.low(i) == "that"), -1
    )
    if that < 0 or that + 1 >= sentence.end or is_finite(sentence, that + 1):
        return None
    if that > index + 1 and sentence.low(index + 1) not in {"by", "from"}:
        return None
    if not has_finite(sentence, that + 2, that + 14):
        return None
    phrase = phrase_before(sentence, index)
    if phrase is None:
        return None
    source = _owner(sentence, phrase, index)
    if that > index + 1:
        source = (index + 2, that)
    end = content_end(sentence, that + 1)
    if phrase[0] <= 1:
        end = _before_main_verb(sentence, that + 1, end)
    return Draft(phrase[0], (index, index + 1), source, (that + 1, end))


def _owner(sentence: Sentence, phrase: Range, index: int) -> Range | None:
    for end in range(index, phrase[0], -1):
        word = sentence.low(end - 1)
        if word in _POSSESSIVES or word.endswith(("'s", "s'")):
            return (phrase[0], end)
    if sentence.low(phrase[0] - 1) in _VOICES:
        subject = subject_before(sentence, verb_group(sentence, phrase[0] - 1).before)
        return subject.phrase if subject else None
    return None


def _before_main_verb(sentence: Sentence, start: int, end: int) -> int:
    """Before the second finite verb: the first is the content's own."""
    seen = False
    auxiliary = False
    for index in range(start + 1, end):
        finite = is_finite(sentence, index)
        if finite and seen and not auxiliary:
            return index
        seen = seen or finite
        auxiliary = sentence.low(index) in WORDS["auxiliaries"]
    return end


def _adverb(sentence: Sentence, index: int) -> Draft | None:
    """ "reportedly": the sentence without it, up to a dash."""
    end = to_dash(sentence, index, content_end(sentence, index))
    cue = (index, index + 1)
    if not has_finite(sentence, 0, end) or end <= index + 1:
        return None
    hole = cue if index else None
    return Draft(0, cue, None, (0 if index else 1, end), "around", hole)


def _colon(sentence: Sentence, index: int) -> Draft | None:
    """ "X: “…”", and in headlines "…: report"."""
    rest = sentence.end - index - 1
    if 0 < index <= 8 and rest and sentence.tokens[index + 1].quote:
        source = phrase_before(sentence, index - 1)
        if source and source[0] == 0 and not has_finite(sentence, 0, index):
            return Draft(0, (index, index + 1), source, (index + 1, sentence.end))
    if index > 2 and 0 < rest <= 4 and sentence.low(sentence.end - 1) in WORDS["headline_sources"]:
        source = (index + 1, sentence.end)
        return Draft(index, (index, index + 1), source, (0, index), "before")
    return None
