"""Finding the noun phrase that names a source or a person told, before or after a cue.

There is no parser here: a phrase is what stands between words that cannot be part of one.
Ranges are indexes of tokens, end exclusive.
"""

from articles.text.attribution_lexicon import VERBS, WORDS
from articles.text.tokens import Sentence

Range = tuple[int, int]

_LONGEST = 30
_RELATIVE = {"who", "which", "whose", "where"}
_COORDINATORS = {"and", "or", "&"}
_AFTER_VERB = {"told", "that", "is", "was", "are", "were"}


def is_adverb(word: str) -> bool:
    return word in WORDS["adverbs"] or (word.endswith("ly") and word not in WORDS["not_adverbs"])


def is_finite(sentence: Sentence, index: int) -> bool:
    """Whether the word is surely or probably a finite verb."""
    word = sentence.low(index)
    if word in WORDS["auxiliaries"] or word in WORDS["finite"]:
        return word not in {"be", "been", "being", "not", "may"} or (
            word == "may" and sentence.tokens[index].text == "may"
        )
    if word.endswith(("n't", "'s", "'re", "'ll", "'ve", "'d")):
        return word.partition("'")[0] in WORDS["pronouns"] | {"there", "that"}
    verb = VERBS.get(word)
    if verb:
        return "past" in verb.forms and sentence.low(index - 1) not in WORDS["determiners"]
    return (
        word.endswith("ed")
        and len(word) > 4
        and not sentence.tokens[index].is_capital
        and sentence.low(index - 1) not in WORDS["determiners"]
    )


def has_finite(sentence: Sentence, start: int, end: int) -> bool:
    return any(is_finite(sentence, index) for index in range(start, min(end, len(sentence))))


def skip_time_back(sentence: Sentence, index: int) -> int:
    """The index before an expression of time that ends at ``index``, or ``index`` itself."""
    j = index
    if sentence.low(j).isdigit() and sentence.low(j - 1) in WORDS["times"]:
        j -= 1
    if sentence.low(j).isdigit() and sentence.low(j - 1) == "in":
        return j - 2
    while sentence.low(j) in WORDS["times"]:
        j -= 1
    if j == index:
        return index
    found = False
    while sentence.low(j) in WORDS["time_openers"]:
        j -= 1
        found = True
    return j if found or sentence.low(index) in {"yesterday", "today"} else index


def phrase_before(sentence: Sentence, last: int) -> Range | None:
    """The noun phrase whose last token is ``last``."""
    if last < 0 or not sentence.tokens[last].is_word:
        return None
    word = sentence.low(last)
    if word in WORDS["pronouns"] and word != "one":
        return _with_of(sentence, last)
    if _ends_phrase(sentence, last):
        return None
    start = _walk_back(sentence, last)
    start = _over_coordination(sentence, start)
    start = _over_relative(sentence, start)
    while start < last and is_adverb(sentence.low(start)) and start == 0:
        start += 1
    return (start, last + 1) if last - start < _LONGEST else None


def _with_of(sentence: Sentence, last: int) -> Range:
    if sentence.low(last - 1) in {"of", "with", "for"} and last >= 2:
        return (_walk_back(sentence, last - 2), last + 1)
    return (last, last + 1)


def _ends_phrase(sentence: Sentence, index: int) -> bool:
    word = sentence.low(index)
    return (
        word
        in WORDS["determiners"]
        - {
            "others",
            "many",
            "some",
            "most",
            "few",
            "several",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "both",
            "all",
        }
        or word in WORDS["prepositions"]
        or word in WORDS["auxiliaries"]
        or word in WORDS["conjunctions"]
        or (sentence.tokens[index].quote and sentence.tokens[index].text[-2:-1] in {",", ".", "?"})
    )


def _walk_back(sentence: Sentence, last: int) -> int:
    """Left to where the phrase begins: at its determiner, or before what cannot be in it."""
    start = index = last
    while index >= 0:
        word, token = sentence.low(index), sentence.tokens[index]
        if index < last and _stops(sentence, index):
            break
        if word in WORDS["prepositions"]:
            if index == 0 or not _carries_on(sentence, index - 1):
                break
            index -= 1
            continue
        start = index
        before = sentence.low(index - 1)
        if _opens_phrase(sentence, index) and before not in (
            WORDS["prepositions"] | WORDS["determiners"]
        ):
            break
        if token.is_capital and word in WORDS["times"]:
            break
        index -= 1
    return start


def _opens_phrase(sentence: Sentence, index: int) -> bool:
    word = sentence.low(index)
    return word in WORDS["determiners"] and word not in {"one", "other"}


def _stops(sentence: Sentence, index: int) -> bool:
    word, token = sentence.low(index), sentence.tokens[index]
    if token.quote:
        return len(token.text) > 30 or token.text[-2:-1] in {",", ".", "?", "!"}
    if not token.text[0].isalnum():
        return token.text not in {"%", "$", "€", "£", "&", "/", "-"}
    if word in WORDS["auxiliaries"] or word in WORDS["conjunctions"]:
        return not (word in {"may"} and token.is_capital)
    if word in WORDS["pronouns"] and word not in WORDS["determiners"]:
        return True
    verb = VERBS.get(word)
    if verb and word in {"said", "says", "told", "tells", "believes", "thinks", "say"}:
        return True
    return word in WORDS["adverbs"] and word not in {"first", "only", "all", "both"}


def _carries_on(sentence: Sentence, index: int) -> bool:
    """Whether a preposition after this token belongs to the phrase of the token."""
    word = sentence.low(index)
    return not (
        _stops(sentence, index)
        or word in WORDS["prepositions"]
        or word in WORDS["finite"]
        or is_adverb(word)
    )


def _over_coordination(sentence: Sentence, start: int) -> int:
    """Take in "the mayor and" before "the governor", if that begins the clause."""
    if sentence.low(start - 1) not in _COORDINATORS or start < 2:
        return start
    if _ends_phrase(sentence, start - 2) or not sentence.tokens[start - 2].is_word:
        return start
    left = _walk_back(sentence, start - 2)
    if begins_clause(sentence, left) and not has_finite(sentence, left, start - 1):
        return left
    return start


def begins_clause(sentence: Sentence, index: int) -> bool:
    before = sentence.low(index - 1)
    return (
        index == 0
        or not sentence.tokens[index - 1].is_word
        or sentence.tokens[index - 1].quote
        or before in WORDS["conjunctions"]
        or is_adverb(before)
    )


def _over_relative(sentence: Sentence, start: int) -> int:
    """From inside "people who saw the film" back to "people"."""
    for index in range(start - 1, max(start - 14, 0), -1):
        word = sentence.low(index)
        if not sentence.tokens[index].is_word or (
            word in WORDS["conjunctions"] and word not in _RELATIVE
        ):
            return start
        if word in _RELATIVE and sentence.tokens[index - 1].is_word:
            head = phrase_before(sentence, index - 1)
            return head[0] if head and has_finite(sentence, index, start + 1) else start
    return start


def phrase_after(sentence: Sentence, first: int) -> Range | None:
    """The noun phrase that begins at ``first``, with a short apposition after it."""
    if sentence.low(first) in WORDS["pronouns"] - {
        "one",
        "many",
        "some",
        "most",
        "both",
        "few",
        "several",
        "those",
        "others",
    }:
        return (first, first + 1)
    end = _walk_on(sentence, first)
    if end == first or sentence.low(first) in WORDS["prepositions"]:
        return None
    if sentence.low(end) == "," and _apposition_follows(sentence, end + 1):
        inner = _walk_on(sentence, end + 1)
        closes = sentence.low(inner) in {",", ".", "", "!"}
        if inner - end <= 12 and inner > end + 1 and closes:
            end = inner
    return (first, end) if end - first <= _LONGEST else None


def _apposition_follows(sentence: Sentence, index: int) -> bool:
    word = sentence.low(index)
    return (
        index < len(sentence)
        and sentence.tokens[index].is_word
        and not sentence.tokens[index].quote
        and word not in _RELATIVE
        and word not in WORDS["conjunctions"]
        and word not in WORDS["prepositions"]
        and word not in WORDS["pronouns"] - {"one"}
        and not word.endswith("ing")
        and not is_adverb(word)
        and not is_finite(sentence, index)
    )


def _walk_on(sentence: Sentence, first: int) -> int:
    index = first
    in_relative = False
    while index < len(sentence):
        word, token = sentence.low(index), sentence.tokens[index]
        if token.quote or (not token.is_word and token.text not in {"%", "$", "€", "£", "&", "/"}):
            break
        if word in _RELATIVE and index > first:
            in_relative = True
        elif index > first and _ends_walk(sentence, index, in_relative):
            break
        index += 1
    while index > first and sentence.low(index - 1) in WORDS["prepositions"]:
        index -= 1
    return index


def _ends_walk(sentence: Sentence, index: int, in_relative: bool) -> bool:
    word = sentence.low(index)
    if word in _COORDINATORS:
        return is_finite(sentence, index + 1) or sentence.low(index + 1) in WORDS["pronouns"]
    if word in WORDS["conjunctions"] or is_adverb(word):
        return not in_relative or word in {"that", "when", "as", "after", "before"}
    if word in {"on", "in", "at", "during", "to", "over", "by"} and opens_setting(sentence, index):
        return True
    if word in WORDS["times"] and not sentence.tokens[index].is_capital:
        return True
    if in_relative:
        return False
    return word in WORDS["auxiliaries"] or (word in VERBS and word in _AFTER_VERB)


def opens_setting(sentence: Sentence, index: int) -> bool:
    """Whether "on Monday", "in a statement" or "to reporters" begins here."""
    for ahead in range(index + 1, min(index + 7, len(sentence))):
        word = sentence.low(ahead)
        if word in WORDS["times"] or word in WORDS["settings"] or word in WORDS["recipients"]:
            return True
        if word in WORDS["determiners"] or word in WORDS["time_openers"]:
            continue
        if word in WORDS["prepositions"] or not sentence.tokens[ahead].is_word:
            return False
    return False


def agrees(sentence: Sentence, phrase: Range, *, base: bool) -> bool:
    """Whether the phrase can be the subject of a present: "they say", "she says"."""
    start, end = phrase
    head = next(
        (
            i - 1
            for i in range(start + 1, end)
            if sentence.low(i) in WORDS["prepositions"]
            or sentence.low(i) in _RELATIVE
            or sentence.low(i) == ","
        ),
        end - 1,
    )
    words = {sentence.low(i) for i in range(start, head + 1)}
    word = sentence.low(head)
    plural = (
        word in WORDS["plural_pronouns"]
        or word in WORDS["plural_words"]
        or (word.endswith("s") and not word.endswith(("ss", "'s")))
        or "and" in words
        or bool(words & {"many", "most", "some", "few", "several", "both", "these", "those"})
    )
    capital = sentence.tokens[head].is_capital
    return plural if base else not plural or capital or word in {"news", "politics"}


def unnamed(sentence: Sentence, phrase: Range) -> bool:
    """Whether the phrase describes a person without a name: no capital among its own words."""
    start, end = phrase
    head_end = next(
        (i for i in range(start, end) if sentence.low(i) in WORDS["prepositions"] | _RELATIVE),
        end,
    )
    words = [sentence.low(i).removesuffix("'s") for i in range(start, head_end)]
    return bool(words) and words[-1] in WORDS["unnamed"]
