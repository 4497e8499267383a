"""Loss on the way into a building.

Source: Recommendation ITU-R P.2109-2, Annex 1, clause 3.
"""

from enum import Enum

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from hatangso.engines.radio.errors import FrequencyOutOfRangeError, PercentageOutOfRangeError

#: Where the Recommendation's measurements come from. [MHz]
LOWEST_MHZ, HIGHEST_MHZ = 80.0, 100000.0


class Building(Enum):
    """Kinds of building, with the coefficients r to z of Table 1."""

    TRADITIONAL = (12.64, 3.72, 0.96, 9.6, 2.0, 9.1, -3.0, 4.5, -2.0)
    THERMALLY_EFFICIENT = (28.19, -3.00, 8.48, 13.5, 3.8, 27.8, -2.9, 9.4, -2.1)


def building_entry_loss(
    frequency_mhz: ArrayLike,
    probability_percent: ArrayLike,
    building: Building = Building.TRADITIONAL,
    elevation_deg: ArrayLike = 0.0,
) -> NDArray[np.float64]:
    """Building entry loss not exceeded with a probability, equations (1) to (10).

    Parameters
    ----------
    frequency_mhz : array_like
        80 MHz to 100 GHz. [MHz]
    probability_percent : array_like
        Over 0, under 100. [%]
    building : Building
        Traditional, or thermally efficient (metallised glass, foil-backed panels).
    elevation_deg : array_like
        Elevation angle of the path at the façade. [degrees]

    Returns
    -------
    ndarray
        The arguments' common shape. [dB]

    Raises
    ------
    FrequencyOutOfRangeError, PercentageOutOfRangeError
    """
    frequency = np.asarray(frequency_mhz, float)
    probability = np.asarray(probability_percent, float)
    if not ((frequency >= LOWEST_MHZ) & (frequency <= HIGHEST_MHZ)).all():
        raise FrequencyOutOfRangeError(
            "Building entry loss (ITU-R P.2109) is known from 80 MHz to 100 GHz; the frequency "
            "lies outside.",
            "Suy hao xuyên tường (ITU-R P.2109) chỉ đúng từ 80 MHz đến 100 GHz; tần số nằm ngoài.",
        )
    if not ((probability > 0.0) & (probability < 100.0)).all():
        raise PercentageOutOfRangeError(
            "The probability of building entry loss must lie between 0 and 100 %, neither of them.",
            "Xác suất suy hao xuyên tường phải lớn hơn 0 và nhỏ hơn 100 %.",
        )
    r, s, t, u, v, w, x, y, z = building.value
    log_f = np.log10(frequency / 1000.0)
    L_h = r + s * log_f + t * log_f**2  # (9)
    L_e = 0.212 * np.abs(np.asarray(elevation_deg, float))  # (10)
    deviate = ndtri(probability / 100.0)
    A = deviate * (u + v * log_f) + L_h + L_e  # (2), (5), (7)
    B = deviate * (y + z * log_f) + w + x * log_f  # (3), (6), (8)
    C = -3.0  # (4)
    loss: NDArray[np.float64] = 10.0 * np.log10(
        10.0 ** (0.1 * A) + 10.0 ** (0.1 * B) + 10.0 ** (0.1 * C)
    )  # (1)
    return loss
