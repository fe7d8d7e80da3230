"""What figures of agreement mean, in plain words.

The bounds for alpha are those of Klaus Krippendorff, "Content Analysis" (4th edition, 2019),
chapter 12: rely on figures of .800 or more; from .667 draw tentative conclusions only.
"""

from articles.agreement.alpha import FEW, Alpha
from articles.agreement.pairs import Pair

RELIABLE = 0.8
TENTATIVE = 0.667

UNDEFINED = {
    "too_few": "Nothing has been rated by two people yet, so there is nothing to compare.",
    "no_variation": "All ratings are the same, so agreement cannot be told from chance.",
}


def alpha_reading(alpha: Alpha) -> str:
    """What the alpha allows, and whether it rests on few items."""
    if alpha.value is None:
        return UNDEFINED[alpha.undefined]
    return f"{_reliability(alpha.value)}{_caution(alpha.items)}"


def pair_reading(pair: Pair) -> str:
    """How often the two agree, how far that is beyond chance, and whether items are few."""
    if not pair.items:
        return "The two have rated nothing in common."
    beyond = _beyond_chance(pair.kappa)
    return f"They agree on {pair.agreed} of {pair.items}. {beyond}{_caution(pair.items)}"


def _reliability(value: float) -> str:
    if value == 1:
        return "No disagreement at all."
    value = round(value, 3)  # as the bounds are: two thirds are .667
    if value >= RELIABLE:
        return "Reliable: it makes little difference who rates."
    if value >= TENTATIVE:
        return "Fair: good for tentative conclusions only."
    if value > 0:
        return "Not reliable: too much depends on who rates."
    if value == 0:
        return "Not reliable: no better than chance."
    return "Worse than chance: people disagree more than if they had rated at random."


def _beyond_chance(kappa: float | None) -> str:
    if kappa is None:
        return "All these ratings are the same, so that cannot be told from chance."
    percent = round(100 * kappa)
    if percent > 0:
        return f"Chance alone would give some of that; of the rest they reach {percent} %."
    return "That is less than chance would give." if percent else "That is what chance would give."


def _caution(items: int) -> str:
    return f" Few items: {items}. Treat this figure as a hint." if items < FEW else ""
