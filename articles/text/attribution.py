"""Who is said to have said what: proposals of attributed claims in English news text.

Rules over tokens with the words of ``lexicon/attribution_*.toml``; no parser, no model. They
are proposals, made to be right rather than complete. In other languages little is found.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from articles.text import mentions
from articles.text.attribution_lexicon import WORDS
from articles.text.mentions import Range
from articles.text.other_cues import other_cues
from articles.text.spans import Span, snap
from articles.text.tokens import Sentence, passages
from articles.text.verb_cues import Draft, shared_subject, verb_cues

_JOINTS = {"but", "and", "while", "whereas", "although", "though", "yet"}
_BREAKS = {",", ";", "—", "–"}


@dataclass(frozen=True, slots=True)
class Attribution:
    """A content with who is credited with it.

    Every span is in code points of the text, end exclusive, without white space at its ends.
    ``content`` leaves out "that" and, at its ends, the words of the attribution; a quotation
    keeps its marks. An attribution in the middle ("A, he said, B") is covered where the parts
    around it are long, otherwise the longer part is taken. ``quoted`` says whether any of it
    stands in quotation marks. ``recipient`` is whom the source told. ``unnamed`` says that the
    source is a person described, not named. ``same_as`` is the earlier mention that a source
    such as "he" or "the source" probably stands for. A source carried over from the words
    before has the span of that mention, and no cue.
    """

    source: Span | None
    cue: Span | None
    content: Span | None
    quoted: bool
    recipient: Span | None = None
    unnamed: bool = False
    same_as: Span | None = None


def detect(text: str) -> list[Attribution]:
    """The attributions of the text by place of their content, none twice.

    ``text`` may be any string; blocks are parted by blank lines. Never raises.
    """
    found: list[Attribution] = []
    memory = _Memory()
    for sentence in passages(text):
        found.extend(_of_sentence(sentence, memory))
    return _in_order(text, found)


@dataclass(frozen=True, slots=True)
class _Mention:
    head: str
    words: frozenset[str]
    span: Span


class _Memory:
    """The sources met so far, for what refers back to them."""

    def __init__(self) -> None:
        self.last: Attribution | None = None
        self.block = -1
        self.mentions: list[_Mention] = []

    def antecedent(self, sentence: Sentence, phrase: Range, own: Span) -> Span | None:
        """The mention before the phrase's own that "he" or "the Dandong source" stands for.

        What tells one source from another must be said of the earlier one too.
        """
        words = [sentence.low(i) for i in range(*phrase)]
        earlier = [mention for mention in self.mentions if mention.span != own]
        if len(words) == 1 and words[0] in WORDS["carried"]:
            return earlier[-1].span if earlier else None
        if words[0] in {"the", "that", "this"} and len(words) <= 4:
            head, telling = words[-1], {*words[1:-1]} - {"same"}
            for mention in reversed(earlier):
                described = bool(telling) and {head, mention.head} <= {*WORDS["unnamed"]}
                if telling <= mention.words and (mention.head == head or described):
                    return mention.span
        return None

    def keep(self, sentence: Sentence, phrase: Range, span: Span) -> None:
        words = [sentence.low(i) for i in range(*phrase)]
        head = next((w for w in words if w in WORDS["unnamed"]), words[-1])
        self.mentions.append(_Mention(head, frozenset(words), span))
        del self.mentions[:-50]


def _of_sentence(sentence: Sentence, memory: _Memory) -> Iterator[Attribution]:
    by_verb = list(verb_cues(sentence))
    cues = {draft.cue[1] for draft in by_verb}
    others = (draft for draft in other_cues(sentence) if draft.cue[1] not in cues)
    drafts = sorted([*by_verb, *others], key=lambda draft: draft.cue)
    drafts = list(_shared(sentence, drafts))
    drafts = _apart(sentence, drafts)
    if not drafts:
        yield from _carried(sentence, memory)
    for draft in drafts:
        item = _attribution(sentence, draft, memory)
        memory.last, memory.block = item, sentence.block
        yield item


def _shared(sentence: Sentence, drafts: Iterable[Draft]) -> Iterator[Draft]:
    """Give each "and denied" the source, and each "citing" the content, of the one before it."""
    source: Range | None = None
    earlier: Draft | None = None
    for draft in drafts:
        if earlier and sentence.low(draft.cue[0]) == "citing":
            draft = replace(draft, content=earlier.content, hole=earlier.hole)
        if draft.shared:
            source = source or shared_subject(sentence, draft.begin)
            if source is None:
                continue
            draft = replace(draft, source=source)
        elif draft.source:
            source = draft.source
        earlier = draft
        yield draft


def _apart(sentence: Sentence, drafts: list[Draft]) -> list[Draft]:
    """Part the contents of attributions that stand side by side in one sentence."""
    result = list(drafts)
    for later in drafts:
        for number, draft in enumerate(result):
            if draft.cue >= later.cue:
                continue
            start, end = draft.content
            if draft.place != "before" and start < later.begin <= end:
                joint = _joint(sentence, later)
                if joint is not None and joint > start:
                    result[number] = replace(draft, content=(start, joint))
                    _start_after(result, later, draft.begin)
    return [draft for draft in result if draft.content[0] < draft.content[1]]


def _joint(sentence: Sentence, later: Draft) -> int | None:
    """Where the clause before ", but X said" ends, if one attribution is parted there."""
    index = later.begin - 1
    joined = broken = False
    while index > 0 and sentence.low(index) in _JOINTS | _BREAKS:
        joined = joined or sentence.low(index) in _JOINTS
        broken = broken or sentence.low(index) in {";", "—", "–"}
        comma = sentence.low(index) == ","
        index -= 1
        if comma and joined:
            broken = True
    return index + 1 if (joined and (broken or later.shared)) or broken else None


def _start_after(result: list[Draft], later: Draft, begin: int) -> None:
    for number, draft in enumerate(result):
        if draft is later and draft.place != "after" and draft.content[0] < begin:
            result[number] = replace(draft, content=(later.begin, draft.content[1]))


def _attribution(sentence: Sentence, draft: Draft, memory: _Memory) -> Attribution:
    content = _content(sentence, draft)
    source = _span(sentence, draft.source)
    same_as = None
    unnamed = False
    if draft.source and source:
        same_as = memory.antecedent(sentence, draft.source, source)
        unnamed = mentions.unnamed(sentence, draft.source)
        if (
            sentence.low(draft.source[0]) not in WORDS["pronouns"]
            or draft.source[1] - draft.source[0] > 1
        ):
            memory.keep(sentence, draft.source, source)
    return Attribution(
        source=source,
        cue=_span(sentence, draft.cue),
        content=content,
        quoted=_quoted(sentence, content),
        recipient=_span(sentence, draft.recipient),
        unnamed=unnamed,
        same_as=same_as,
    )


def _content(sentence: Sentence, draft: Draft) -> Span:
    """The content's range, or its longer part if that agrees better with the parts together."""
    start, end = draft.content
    while start < end - 1 and sentence.low(start) in WORDS["plain_connectives"] | {",", "—", "–"}:
        start += 1
    whole = sentence.span(start, end)
    if draft.hole is None or not start < draft.hole[0] or not draft.hole[1] < end:
        return whole
    left = sentence.span(start, draft.hole[0])
    right = sentence.span(draft.hole[1], end)
    lengths = (left.end - left.start, right.end - right.start)
    both = sum(lengths)
    if both / (whole.end - whole.start) >= max(lengths) / both:
        return whole
    return left if lengths[0] >= lengths[1] else right


def _span(sentence: Sentence, phrase: Range | None) -> Span | None:
    return sentence.span(*phrase) if phrase else None


def _quoted(sentence: Sentence, content: Span) -> bool:
    return any(
        token.quote and token.start < content.end and content.start < token.end
        for token in sentence.tokens
    )


def _carried(sentence: Sentence, memory: _Memory) -> Iterator[Attribution]:
    """A sentence that is only a quotation goes on with the speaker before it."""
    words = [token for token in sentence.tokens[: sentence.end] if token.is_word]
    only = words and all(token.quote for token in words)
    last = memory.last
    if not only or last is None or sentence.block - memory.block > 1:
        return
    memory.block = sentence.block
    content = sentence.span(0, sentence.end)
    yield Attribution(
        source=last.source,
        cue=None,
        content=content,
        quoted=True,
        unnamed=last.unnamed,
        same_as=last.same_as,
    )


def _in_order(text: str, found: list[Attribution]) -> list[Attribution]:
    unique: dict[tuple[Span | None, Span | None], Attribution] = {}
    for item in found:
        whole = replace(
            item,
            source=_snapped(text, item.source),
            cue=_snapped(text, item.cue),
            content=_snapped(text, item.content),
            recipient=_snapped(text, item.recipient),
            same_as=_snapped(text, item.same_as),
        )
        unique.setdefault((whole.content, whole.source), whole)
    return sorted(unique.values(), key=_place)


def _place(item: Attribution) -> tuple[int, int, int]:
    content, cue = item.content, item.cue
    return (
        content.start if content else -1,
        -content.end if content else 0,
        cue.start if cue else -1,
    )


def _snapped(text: str, span: Span | None) -> Span | None:
    return snap(text, span.start, span.end) if span else None
