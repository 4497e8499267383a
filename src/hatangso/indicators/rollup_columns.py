"""Roll-up of very many figures at once, in columns: every indicator, unit and period of a country.

`rules.roll_up` decides for one unit and says all that a reader must know; this does the same sums
for millions of rows. Numbers are kept as whole ten-thousandths, so that sums are exact.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: Decimals that observations keep.
SCALE = 10_000


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums per group, indicator and period; arrays of shape (groups, indicators, periods).

    `numerator` and `denominator` are in ten-thousandths; `reported` counts the units with a
    figure, of `expected` units in each group (shape (groups,)).
    """

    numerator: NDArray[np.int64]
    denominator: NDArray[np.int64]
    reported: NDArray[np.int32]
    expected: NDArray[np.int64]

    def ratio(self) -> NDArray[np.float64]:
        """Numerator over denominator; NaN where nothing was reported."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.denominator > 0, self.numerator / self.denominator, np.nan).astype(
                np.float64
            )

    def complete(self) -> NDArray[np.bool_]:
        """Where every unit of the group has reported."""
        found: NDArray[np.bool_] = self.reported == self.expected[:, None, None]
        return found


def roll_up(
    group_of_unit: NDArray[np.integer],
    unit: NDArray[np.integer],
    indicator: NDArray[np.integer],
    period: NDArray[np.integer],
    numerator: NDArray[np.int64],
    denominator: NDArray[np.int64],
    shape: tuple[int, int, int],
) -> Totals:
    """Sum numerators and denominators of units into groups.

    Parameters
    ----------
    group_of_unit
        Group of each unit, shape (units,); -1 for a unit of none.
    unit, indicator, period
        Indices of each row, shape (rows,).
    numerator, denominator
        Parts of each row in ten-thousandths, shape (rows,); a row without parts is left out
        beforehand.
    shape
        Numbers of groups, indicators and periods.

    Returns
    -------
    Totals
        Cost: one pass over the rows.
    """
    groups, indicators, periods = shape
    group = group_of_unit[unit]
    if (group < 0).any():
        kept = group >= 0
        group, indicator, period = group[kept], indicator[kept], period[kept]
        numerator, denominator = numerator[kept], denominator[kept]
    size = groups * indicators * periods
    key = (group.astype(np.int64) * indicators + indicator) * periods + period
    sums = np.zeros(size, np.int64)
    whole = np.zeros(size, np.int64)
    np.add.at(sums, key, numerator)
    np.add.at(whole, key, denominator)
    reported = np.bincount(key, minlength=size).astype(np.int32)
    held = group_of_unit[group_of_unit >= 0]
    return Totals(
        sums.reshape(shape),
        whole.reshape(shape),
        reported.reshape(shape),
        np.bincount(held, minlength=groups).astype(np.int64),
    )


def roll_up_levels(totals: Totals, group_of_group: NDArray[np.integer], groups: int) -> Totals:
    """Sum groups into the groups above them: provinces into the country.

    Parameters
    ----------
    totals
        Sums of the level below.
    group_of_group
        Group above each group, shape (groups below,).
    groups
        Number of groups above.
    """

    def summed(part: NDArray[np.int64]) -> NDArray[np.int64]:
        found = np.zeros((groups, *part.shape[1:]), part.dtype)
        np.add.at(found, group_of_group, part)
        return found

    return Totals(
        summed(totals.numerator),
        summed(totals.denominator),
        summed(totals.reported.astype(np.int64)).astype(np.int32),
        summed(totals.expected),
    )
