"""How long it takes to check a quotation against a document, and to find those of an article."""

from collections.abc import Iterator

from articles.bench.measure import Row, median_ms
from articles.text.folding import Folded
from articles.text.quotation import check, quotations

TARGET = 5.0
"""Milliseconds for a quote of 140 characters in a document of 200,000."""


def quotation_rows(rounds: int) -> Iterator[Row]:
    document = prose(200_000).replace(". ", ". “", 1)
    yield Row(
        "ready a document of 200,000 for its first check",
        median_ms(lambda: Folded(document), rounds),
    )
    quote = document[150_000:150_140].partition(" ")[2].rpartition(" ")[0]
    words = quote.split()
    half = len(words) // 2
    changed = " ".join([*words[:half], "unforeseen", *words[half + 1 :]])
    elided = " ".join([*words[: half - 2], "…", *words[half + 2 :]])
    yield _row("as it stands", quote, document, "verbatim", rounds)
    yield _row("one word changed", changed, document, "altered", rounds)
    yield _row("elided", elided, document, "elided", rounds)
    yield _row("absent", prose(140, seed=2), document, "absent", rounds)
    han = characters(200_000)
    passage = han[150_000:150_060]
    changed = passage[:30] + "龘" + passage[31:]
    yield _row("60 Chinese characters, one changed", changed, han, "altered", rounds)
    korean = hangul(200_000)
    some = korean[150_000:150_080].split()[1:-1]
    changed = " ".join([*some[:5], "뷁", *some[6:]])
    yield _row("80 Korean characters, one word changed", changed, korean, "altered", rounds)
    article = speech()
    yield Row("quotations of 20,000 characters", median_ms(lambda: quotations(article), rounds))


def prose(length: int, seed: int = 1) -> str:
    """Sentences of made-up words, a few of them often and most seldom, as in a language."""
    chance = drawn(seed)
    vocabulary = [
        "".join(
            "bcdfglmnprst"[_below(12, chance)] + "aeiou"[_below(5, chance)] for _ in range(size)
        )
        for size in (1, 1, 1, 1, 2, 2, 3, 3, 4, 5) * 600
    ]
    parts: list[str] = []
    total = 0
    while total < length:
        word = vocabulary[int(len(vocabulary) * next(chance) ** 4)]
        parts.append(word + (". " if next(chance) < 0.06 else " "))
        total += len(parts[-1])
    return "".join(parts)[:length]


def characters(length: int) -> str:
    """Chinese characters by chance, a few of them often, with a comma after every tenth or so."""
    chance = drawn(3)
    return "".join(
        "，" if next(chance) < 0.1 else chr(0x4E00 + int(3_000 * next(chance) ** 3))
        for _ in range(length)
    )


def hangul(length: int) -> str:
    """Words of one to four Korean syllables by chance, a few of them often."""
    chance = drawn(4)
    return "".join(
        " " if next(chance) < 0.3 else chr(0xAC00 + int(11_000 * next(chance) ** 3))
        for _ in range(length)
    )


def drawn(seed: int) -> Iterator[float]:
    """Numbers from 0 to 1, the same ones in every run and version (Park and Miller's)."""
    number = seed
    while True:
        number = number * 48_271 % 2_147_483_647
        yield number / 2_147_483_647


def _below(limit: int, chance: Iterator[float]) -> int:
    return int(limit * next(chance))


def speech() -> str:
    sentence = "“We heard the ‘new’ plan,” said the workers’ speaker, “and it’s not ours.” "
    return (sentence * 5 + "\n\n") * (20_000 // (5 * len(sentence)))


def _row(what: str, quote: str, document: str, kind: str, rounds: int) -> Row:
    found = check(quote, document).kind
    if found != kind:
        raise RuntimeError(f"The quotation {what} came out {found}, not {kind}.")
    took = median_ms(lambda: check(quote, document), rounds)
    return Row(
        f"check a quotation, {what}, in 200,000",
        took,
        target=f"≤ {TARGET:g} ms",
        met=took <= TARGET,
    )
