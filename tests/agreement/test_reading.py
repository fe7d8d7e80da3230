import pytest

from articles.agreement.alpha import Alpha
from articles.agreement.pairs import Pair
from articles.agreement.reading import alpha_reading, pair_reading


def alpha(value: float, items: int = 20) -> Alpha:
    return Alpha(items=items, values=2 * items, observed=1 - value, expected=1)


ALPHAS = {
    "perfect": (alpha(1), "No disagreement at all."),
    "nearly perfect": (alpha(0.9999), "Reliable: it makes little difference who rates."),
    "the bound of reliable": (alpha(0.8), "Reliable: it makes little difference who rates."),
    "just under it": (alpha(0.799), "Fair: good for tentative conclusions only."),
    "two thirds": (alpha(2 / 3), "Fair: good for tentative conclusions only."),
    "just under two thirds": (alpha(0.666), "Not reliable: too much depends on who rates."),
    "hardly more than chance": (alpha(0.001), "Not reliable: too much depends on who rates."),
    "chance": (alpha(-0.0001), "Not reliable: no better than chance."),
    "worse": (
        alpha(-0.2),
        "Worse than chance: people disagree more than if they had rated at random.",
    ),
    "few items": (
        alpha(0.9, items=7),
        "Reliable: it makes little difference who rates. "
        "Few items: 7. Treat this figure as a hint.",
    ),
    "just enough items": (
        alpha(1, items=19),
        "No disagreement at all. Few items: 19. Treat this figure as a hint.",
    ),
    "nothing rated twice": (
        Alpha(items=0, values=0, observed=0, expected=0),
        "Nothing has been rated by two people yet, so there is nothing to compare.",
    ),
    "no variation": (
        Alpha(items=9, values=18, observed=0, expected=0),
        "All ratings are the same, so agreement cannot be told from chance.",
    ),
}


@pytest.mark.parametrize(("figure", "words"), ALPHAS.values(), ids=ALPHAS)
def test_reads_an_alpha(figure: Alpha, words: str) -> None:
    assert alpha_reading(figure) == words


PAIRS = {
    "part of the way": (
        Pair(50, 35, 0.4),
        "They agree on 35 of 50. "
        "Chance alone would give some of that; of the rest they reach 40 %.",
    ),
    "chance": (Pair(50, 25, 0.004), "They agree on 25 of 50. That is what chance would give."),
    "worse": (Pair(50, 5, -0.8), "They agree on 5 of 50. That is less than chance would give."),
    "undefined": (
        Pair(50, 50, None),
        "They agree on 50 of 50. All these ratings are the same, "
        "so that cannot be told from chance.",
    ),
    "few items": (
        Pair(3, 3, 1.0),
        "They agree on 3 of 3. Chance alone would give some of that; of the rest they reach 100 %. "
        "Few items: 3. Treat this figure as a hint.",
    ),
    "no items": (Pair(0, 0, None), "The two have rated nothing in common."),
}


@pytest.mark.parametrize(("figure", "words"), PAIRS.values(), ids=PAIRS)
def test_reads_a_pair(figure: Pair, words: str) -> None:
    assert pair_reading(figure) == words
