"""What a search found in a text, with its hits marked."""

import re
from html import escape

from django.contrib.postgres.search import SearchHeadline
from django.db.models import Expression, F, Func, TextField, Value
from django.utils.safestring import SafeString

from articles.models.search import CJK, CJK_RANGES, TYPOGRAPHIC, text_query

# Private-use characters, which PostgreSQL sets around each hit; HTML comes after the escaping.
START, STOP = "\ue000", "\ue001"
HIT = re.compile(f"{START}([^{START}{STOP}]*){STOP}")
STRAY = str.maketrans("", "", START + STOP)
PART = "\x1f"
"""Parts words as the spaces of the index do; a normalised text has none."""
PARTED = f"([{''.join(map(chr, TYPOGRAPHIC))}{CJK_RANGES}])"


def marked_text(column: str, words: str) -> Expression:
    """The whole column with the words that a search for ``words`` found marked, raw."""
    headline = SearchHeadline(
        parted(column),
        text_query(words),
        config="english",
        start_sel=START,
        stop_sel=STOP,
        highlight_all=True,
    )
    return joined(headline, words)


def passages(column: str, words: str) -> Expression:
    """The column's best passages for a search, their hits marked, raw."""
    headline = SearchHeadline(
        parted(column),
        text_query(words),
        config="english",
        start_sel=START,
        stop_sel=STOP,
        max_fragments=2,
        max_words=40,
        min_words=15,
        short_word=0,  # type: ignore[arg-type]  # Django takes a number
        fragment_delimiter=" … ",
    )
    return joined(headline, words)


def parted(column: str) -> Expression:
    """The text cut into words as articles_search cuts it, without losing a character."""
    return replaced(F(column), PARTED, rf"{PART}\1{PART}")


def joined(headline: Expression, words: str) -> Expression:
    """A headline of parted text in one piece again.

    PostgreSQL marks each Chinese, Japanese or Korean character of a search wherever it stands:
    only whole runs of them are hits.
    """
    unmarked = replaced(headline, f"{START}([{CJK_RANGES}]){STOP}", r"\1")
    whole = replaced(unmarked, PART, "")
    runs = "|".join(r"\s*".join(run) for run in CJK.findall(words))
    return replaced(whole, f"({runs})", rf"{START}\1{STOP}") if runs else whole


def replaced(text: Expression | F, pattern: str, by: str) -> Expression:
    """All matches of a regular expression of PostgreSQL."""
    values = (Value(part) for part in (pattern, by, "g"))
    return Func(text, *values, function="regexp_replace", output_field=TextField())


def has_hit(passage: str) -> bool:
    return HIT.search(passage) is not None


def highlighted(passage: str) -> SafeString:
    """Raw text from the database as HTML, its hits in ``<mark>``."""
    html = HIT.sub(r"<mark>\1</mark>", escape(passage)).translate(STRAY)
    # All that came from the text is escaped above.
    return SafeString(html)
