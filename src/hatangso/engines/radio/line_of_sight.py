"""Free space and the short-term effects of a path in line of sight.

Source: Recommendation ITU-R P.1812-8, clause 4.2.
"""

import math

from hatangso.engines.radio.compilation import compiled


@compiled
def free_space_loss(distance_km: float, height_difference_m: float, frequency_ghz: float) -> float:
    """Free-space basic transmission loss L_bfs, equations (8) and (8a).

    Parameters
    ----------
    distance_km : float
        Length of the path over the ground. [km]
    height_difference_m : float
        Difference of the antennas' heights above sea level. [m]
    frequency_ghz : float
        [GHz]

    Returns
    -------
    float
        [dB]
    """
    squared = distance_km**2 + (height_difference_m / 1000.0) ** 2
    return 92.4 + 20.0 * math.log10(frequency_ghz) + 10.0 * math.log10(squared)


@compiled
def multipath_focusing(horizons_km: float, time_percent: float) -> float:
    """Correction E_s for multipath and focusing at a percentage of time, (9a) and (9b).

    Parameters
    ----------
    horizons_km : float
        Sum of both terminals' horizon distances, d_lt + d_lr. [km]
    time_percent : float
        [%]

    Returns
    -------
    float
        Negative where the percentage is under 50. [dB]
    """
    return 2.6 * (1.0 - math.exp(-0.1 * horizons_km)) * math.log10(time_percent / 50.0)
