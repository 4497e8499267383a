"""Figures that stand far from their unit's own past, or from their peers. Pure.

The modified z-score: distance from the median over the median absolute deviation (Iglewicz and
Hoaglin, How to Detect and Handle Outliers, 1993): one wild value does not hide another, as it does
with mean and standard deviation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from statistics import median

#: Score above which a figure is called far, after Iglewicz and Hoaglin.
FAR = 3.5
#: Fewest other values that say what is usual.
LEAST = 4
#: 1 / 0.6745, which makes the median absolute deviation of normal values their standard deviation.
MAD_TO_SIGMA = 1.4826
#: The same for the mean absolute deviation, used where more than half of the values are equal.
MEAN_TO_SIGMA = 1.253314


class Against(StrEnum):
    """What a figure was held against."""

    PAST = "past"
    PEERS = "peers"


@dataclass(frozen=True, slots=True)
class Outlier:
    """A figure far from what is usual: the usual value, its bounds, and how far it stands."""

    against: Against
    value: Decimal
    usual: Decimal
    low: Decimal
    high: Decimal
    score: float
    count: int


def outlier(
    value: Decimal,
    others: Sequence[Decimal],
    against: Against,
    *,
    far: float = FAR,
    least_change: Decimal = Decimal(0),
) -> Outlier | None:
    """Hold a figure against others of its kind, or None where it is usual or they are too few.

    Parameters
    ----------
    value
        The figure.
    others
        The unit's earlier figures, or the same period's figures of the units beside it.
    against
        Which of the two.
    far
        Score above which it is far.
    least_change
        Differences up to this are never far, however alike the others are. [indicator's unit]
    """
    if len(others) < LEAST:
        return None
    usual = median(others)
    deviations = [abs(other - usual) for other in others]
    spread = float(median(deviations)) * MAD_TO_SIGMA
    if spread == 0:
        spread = float(sum(deviations, Decimal(0)) / len(deviations)) * MEAN_TO_SIGMA
    distance = abs(value - usual)
    if distance <= least_change or float(distance) <= far * spread:
        return None
    reach = max(Decimal(str(far * spread)), least_change)
    return Outlier(
        against,
        value,
        usual,
        usual - reach,
        usual + reach,
        float(distance) / spread if spread else float("inf"),
        len(others),
    )


def outliers(
    values: Mapping[str, Decimal],
    past: Mapping[str, Sequence[Decimal]],
    *,
    far: float = FAR,
    least_change: Decimal = Decimal(1),
) -> dict[str, list[Outlier]]:
    """Far figures among those of many units, each against its own past and against the others.

    Parameters
    ----------
    values
        Figure of each unit in the period.
    past
        Earlier figures of each unit.
    far, least_change
        See `outlier`.
    """
    found: dict[str, list[Outlier]] = {}
    for unit, value in values.items():
        peers = [other for name, other in values.items() if name != unit]
        held = [
            outlier(value, past.get(unit, ()), Against.PAST, far=far, least_change=least_change),
            outlier(value, peers, Against.PEERS, far=far, least_change=least_change),
        ]
        far_ones = [each for each in held if each is not None]
        if far_ones:
            found[unit] = far_ones
    return found
