"""What a search found in a text, with its hits marked."""

import re
from html import escape

from django.contrib.postgres.search import SearchHeadline
from django.utils.safestring import SafeString

from articles.models.search import text_query

# Private-use characters, which PostgreSQL sets around each hit; HTML comes after the escaping.
START, STOP = "\ue000", "\ue001"
HIT = re.compile(f"{START}([^{START}{STOP}]*){STOP}")
STRAY = str.maketrans("", "", START + STOP)


def marked_text(column: str, words: str) -> SearchHeadline:
    """The whole column with the words that a search for ``words`` found marked, raw."""
    return SearchHeadline(
        column,
        text_query(words),
        config="english",
        start_sel=START,
        stop_sel=STOP,
        highlight_all=True,
    )


def passages(column: str, words: str) -> SearchHeadline:
    """The column's best passages for a search, their hits marked, raw."""
    return SearchHeadline(
        column,
        text_query(words),
        config="english",
        start_sel=START,
        stop_sel=STOP,
        max_fragments=2,
        max_words=40,
        min_words=15,
        fragment_delimiter=" … ",
    )


def has_hit(passage: str) -> bool:
    return HIT.search(passage) is not None


def highlighted(passage: str) -> SafeString:
    """Raw text from the database as HTML, its hits in ``<mark>``."""
    html = HIT.sub(r"<mark>\1</mark>", escape(passage)).translate(STRAY)
    # All that came from the text is escaped above.
    return SafeString(html)
