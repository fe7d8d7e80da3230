import re
from collections.abc import Iterable

from django.contrib.postgres.search import SearchQuery

# Must cut the words as the functions of articles/migrations/_search_functions.py cut the texts.
TYPOGRAPHIC = str.maketrans(dict.fromkeys("“”„«»", '"') | dict.fromkeys("‘’…—–‹›「」『』《》", " "))
CJK_RANGES = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
CJK = re.compile(f"[{CJK_RANGES}]+")
EXCLUSION = re.compile(r"(^|\s)-\S")


def text_query(words: str) -> SearchQuery:
    """A query in a search engine's everyday syntax: words, "a phrase", -not, or."""
    words = words.replace("\0", "").translate(TYPOGRAPHIC)
    halves = words.split('"')
    # Inside a phrase the characters need spaces; outside they also need the phrase.
    halves[::2] = [CJK.sub(lambda run: f' "{" ".join(run[0])}" ', half) for half in halves[::2]]
    halves[1::2] = [CJK.sub(lambda run: f" {' '.join(run[0])} ", half) for half in halves[1::2]]
    words = '"'.join(halves)
    english = SearchQuery(words, search_type="websearch", config="english")
    if EXCLUSION.search(words):
        return english  # to the other, “rain” is not excluded by “-raining”
    return english | SearchQuery(words, search_type="websearch", config="simple")


def prefix_query(words: str) -> SearchQuery | None:
    """Matches what has, for every one of the words, a word that begins with it."""
    terms = re.findall(r"\w+", words.replace(".", "").replace("_", " "))
    if not terms:
        return None
    return SearchQuery(
        " & ".join(f"{term}:*" for term in terms), search_type="raw", config="simple"
    )


def any_word_query(words: Iterable[str]) -> SearchQuery | None:
    """Matches what has any of the words; of a script without spaces, any beginning with one."""
    terms = {term for word in words for term in re.findall(r"\w+", word.replace("_", " "))}
    if not terms:
        return None
    marked = (f"{term}:*" if CJK.fullmatch(term) else term for term in sorted(terms))
    return SearchQuery(" | ".join(marked), search_type="raw", config="simple")
