"""Texts that are hard to count in: joined emoji, flags, marks, scripts of every kind."""

from hypothesis import strategies as st

CHARACTERS = [
    *"abcXYZ.,!? \n'“”-12é",
    "😀",
    "👍🏽",
    "👩‍👩‍👧",
    "👩‍",
    "🇰🇷",
    "🇨",
    "❤️",
    "e\u0301",
    "\u0301",
    "\u200d",
    "\u200c",
    "\u200f",
    "שלום",
    "ה\u05b8",
    "سلام",
    "\u0600",
    "中",
    "文",
    "。",
    "한국",
    "\u1112\u1161\u11ab",
    "\u1112",
    "\u1161",
    "क्षि",
    "\u094d",
    "\u00a0",
    "\u3000",
]

RAW = [*CHARACTERS, "\r\n", "\r", "\t", "\x00", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"]
RAW += ["\ufeff", "\ud83d", "\x1c", "\u2000", "\u212b", "  \n", "\n\n"]

texts = st.lists(st.sampled_from(CHARACTERS) | st.characters(codec="utf-8"), max_size=40).map(
    "".join
)
raw_texts = st.lists(st.sampled_from(RAW) | st.characters(), max_size=40).map("".join)


@st.composite
def texts_with_range(draw: st.DrawFn) -> tuple[str, int, int]:
    """A text with two offsets in it, the lower first."""
    text = draw(texts)
    offsets = st.integers(0, len(text))
    start, end = sorted((draw(offsets), draw(offsets)))
    return text, start, end
