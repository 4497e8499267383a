"""How loss varies from place to place.

Source: Recommendation ITU-R P.1812-8, clause 4.7 and Attachment 2 to the annex.
"""

import math

from hatangso.engines.radio.compilation import compiled


@compiled
def inverse_normal(x: float) -> float:
    """Inverse complementary cumulative normal distribution I(x), equations (96) to (97b).

    An approximation of the Recommendation's, right to 0.00054; positive under one half.

    Parameters
    ----------
    x : float
        A share of one, held between 0.000001 and 0.999999.
    """
    x = min(max(x, 0.000001), 0.999999)
    tail = x if x <= 0.5 else 1.0 - x
    T = math.sqrt(-2.0 * math.log(tail))  # (97a)
    C = ((0.010328 * T + 0.802853) * T + 2.515516698) / (
        ((0.001308 * T + 0.189269) * T + 1.432788) * T + 1.0
    )  # (97b)
    return T - C if x <= 0.5 else C - T  # (96a), (96b)


@compiled
def location_deviation(
    frequency_ghz: float, height_agl_m: float, clutter_m: float, width_m: float
) -> float:
    """Standard deviation of loss over the places of a square, clause 4.7.

    Parameters
    ----------
    frequency_ghz : float
        [GHz]
    height_agl_m : float
        Receiver's antenna above ground. [m]
    clutter_m : float
        Representative height of the clutter at the receiver. [m]
    width_m : float
        Side of the square that the prediction stands for, w_a. [m]

    Returns
    -------
    float
        Zero from 10 m above the clutter. [dB]
    """
    sigma = (0.52 + 0.024 * frequency_ghz) * width_m**0.28
    above = height_agl_m - clutter_m
    if above < 0.0:
        return sigma
    if above >= 10.0:
        return 0.0
    return sigma * (1.0 - above / 10.0)
