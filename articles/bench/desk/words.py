"""The words of which the articles of a made desk are put together."""

import itertools
from collections.abc import Iterable
from typing import Any

SPEAKERS = [
    "The harbour office", "A speaker of the council", "The ministry of water", "The grain board",
    "A doctor of the district hospital", "The railway union", "The weather service",
    "The mayor", "A trader at the market", "The teachers’ league", "The port authority",
    "An officer who asked not to be named", "The statistics bureau", "The fire brigade",
]  # fmt: skip
THINGS = [
    "tonnes of grain", "passengers", "families", "ships", "vaccine doses", "school places",
    "litres of fuel", "houses", "workers", "letters of complaint", "head of cattle", "trees",
    "metres of dyke", "books", "beds",
]  # fmt: skip
EVENTS = [
    "had reached", "were missing in", "were counted in", "had left", "were promised to",
    "were needed in", "were brought from", "had been lost near", "were on the way to",
]  # fmt: skip
TAILS = [
    "before the storm", "after the flood of May", "in the first week of the strike",
    "since the bridge was closed", "twice as many as in the year before",
    "half of what had been announced", "although the road was blocked",
    "by the end of the harvest", "while the river was still rising", "during the night",
]  # fmt: skip
SYLLABLES = [
    "bar", "bel", "dor", "fen", "gal", "har", "jun", "kel", "lor", "mar",
    "nim", "ost", "pel", "quor", "rov", "sil", "tam", "ul", "vor", "wen",
]  # fmt: skip
PAPERS = ["Courier", "Post", "Observer", "Mail", "Herald", "Gazette", "Radio", "News"]
NOTES = [
    "Compare with the figure of the year before.", "The speaker has been asked for the paper.",
    "Two agencies have it otherwise.", "The number may be rounded.",
]  # fmt: skip
RATIONALES = [
    "The register has the same number.", "The figure is that of another month.",
    "The report that is named says otherwise.", "Two independent counts agree with it.",
    "Nobody but the speaker has said so.", "The words are those of the minutes.",
]  # fmt: skip
GIVEN_NAMES = ["Ada", "Bruno", "Chen", "Dina", "Elif", "Femi", "Goran", "Hana", "Ivo", "Jun"]
FAMILY_NAMES = ["Adler", "Brandt", "Cruz", "Dahl", "Eze", "Farkas", "Garo", "Holm", "Ito", "Jansen"]

COMMON = "said"
"""Stands in four of five sentences."""
PLACES = len(SYLLABLES) ** 3
"""So many names of places there are; the first stand in many sentences, the last in few."""


def arrays() -> dict[str, Any]:
    """The words as parameters of the statements."""
    return {
        "speakers": SPEAKERS,
        "things": THINGS,
        "events": EVENTS,
        "tails": TAILS,
        "syllables": SYLLABLES,
        "papers": PAPERS,
        "notes": NOTES,
        "rationales": RATIONALES,
    }


def rarest(words: Iterable[str]) -> str:
    """The name of a place among the words that the fewest sentences have."""
    # The last syllable of a name counts most, as the statements put it together.
    ranks = {
        f"{first}{second}{third}".capitalize(): rank
        for rank, (third, second, first) in enumerate(itertools.product(SYLLABLES, repeat=3))
    }
    return max(words, key=lambda word: ranks.get(word, -1))
