"""The words attribution is recognised by, read once from ``lexicon/attribution_*.toml``."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Form = Literal["base", "s", "past", "ing"]

_FOLDER = Path(__file__).with_name("lexicon")


@dataclass(frozen=True, slots=True)
class Verb:
    """A form of a verb that attributes, with the frames its lemma allows."""

    lemma: str
    forms: frozenset[Form]
    frames: frozenset[str]


def _load(name: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / name).read_text(encoding="utf-8"))


def _inflect(lemma: str, irregular: dict[str, str]) -> list[tuple[str, Form]]:
    """Each word of the verb with its form: say, says, said, saying."""
    if lemma in irregular:
        third, past, participle, ing, *variants = irregular[lemma].split()
    else:
        stem = lemma.removesuffix("e")
        third = lemma + ("es" if lemma.endswith(("s", "sh", "ch", "x")) else "s")
        past = stem + "ed"
        ing = stem + "ing"
        if lemma.endswith("y") and lemma[-2] not in "aeou":
            third, past = lemma[:-1] + "ies", lemma[:-1] + "ied"
        if lemma.endswith("ee"):
            past, ing = lemma + "d", lemma + "ing"
        participle, variants = past, []
    words: list[tuple[str, Form]] = [(lemma, "base"), (third, "s"), (ing, "ing")]
    words += [(word, "past") for word in {past, participle}]
    return words + [(w, "ing" if w.endswith("ing") else "past") for w in variants]


def _verbs() -> dict[str, Verb]:
    groups = _load("attribution_verbs.toml")
    irregular = groups.pop("irregular")
    frames: dict[str, set[str]] = {}
    for group in groups.values():
        for lemma in group["verbs"]:
            frames.setdefault(lemma, set()).update(group["frames"])
    forms: dict[str, tuple[str, set[Form]]] = {}
    for lemma in frames:
        for word, form in _inflect(lemma, irregular):
            forms.setdefault(word, (lemma, set()))[1].add(form)
    return {
        word: Verb(lemma, frozenset(kinds), frozenset(frames[lemma]))
        for word, (lemma, kinds) in forms.items()
    }


VERBS = _verbs()
"""Every inflected form, in lower case."""

WORDS = {name: frozenset(words) for name, words in _load("attribution_words.toml").items()}
"""The lists of small words, by name."""
