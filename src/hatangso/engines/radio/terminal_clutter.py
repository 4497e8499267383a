"""Loss in the clutter at a terminal, where the path itself was predicted without clutter.

Not to be added to a path whose profile already carries clutter.
Source: Recommendation ITU-R P.2108-1, clause 3.
"""

import math
from enum import IntEnum

from scipy.special import ndtri

from hatangso.engines.radio.diffraction import knife_edge_loss
from hatangso.engines.radio.errors import (
    FrequencyOutOfRangeError,
    HeightOutOfRangeError,
    PercentageOutOfRangeError,
    ProfileError,
)


class ClutterType(IntEnum):
    """Kinds of clutter of clause 3.1."""

    WATER = 1
    OPEN_RURAL = 2
    SUBURBAN = 3
    URBAN = 4
    FOREST = 5
    DENSE_URBAN = 6


def height_gain_loss(
    frequency_mhz: float,
    height_agl_m: float,
    clutter_m: float,
    clutter_type: ClutterType,
    street_width_m: float = 27.0,
) -> float:
    """Additional loss A_h of an antenna below the clutter around it, clause 3.1.

    Parameters
    ----------
    frequency_mhz : float
        30 MHz to 3 GHz. [MHz]
    height_agl_m : float
        Antenna above ground. [m]
    clutter_m : float
        Representative clutter height R. [m]
    clutter_type : ClutterType
        Kind of clutter.
    street_width_m : float
        Width of the street w_s. [m]

    Returns
    -------
    float
        Zero above the clutter. [dB]

    Raises
    ------
    FrequencyOutOfRangeError, HeightOutOfRangeError
    """
    _check_frequency(frequency_mhz, 30.0, 3000.0, "3.1")
    if min(height_agl_m, clutter_m, street_width_m) <= 0.0:
        raise HeightOutOfRangeError(
            "Antenna height, clutter height and street width must be more than 0 m "
            "(ITU-R P.2108, 3.1).",
            "Độ cao ăng ten, độ cao lớp phủ và bề rộng đường phải lớn hơn 0 m (ITU-R P.2108, 3.1).",
        )
    if height_agl_m >= clutter_m:
        return 0.0
    frequency_ghz = frequency_mhz / 1000.0
    if clutter_type in (ClutterType.WATER, ClutterType.OPEN_RURAL):
        K_h2 = 21.8 + 6.2 * math.log10(frequency_ghz)  # (2f)
        return -K_h2 * math.log10(height_agl_m / clutter_m)  # (2b)
    h_dif = clutter_m - height_agl_m  # (2d)
    theta = math.degrees(math.atan(h_dif / street_width_m))  # (2e)
    nu = 0.342 * math.sqrt(frequency_ghz) * math.sqrt(h_dif * theta)  # (2c), (2g)
    return float(knife_edge_loss(nu)) - 6.03  # (2a)


def terrestrial_loss(frequency_mhz: float, distance_km: float, places_percent: float) -> float:
    """Clutter loss L_ctt at one end of a terrestrial path, not exceeded at p% of places, 3.2.

    Parameters
    ----------
    frequency_mhz : float
        500 MHz to 67 GHz. [MHz]
    distance_km : float
        Length of the path, 0.25 km or more. [km]
    places_percent : float
        Over 0, under 100. [%]

    Returns
    -------
    float
        [dB]

    Raises
    ------
    FrequencyOutOfRangeError, PercentageOutOfRangeError, ProfileError
    """
    _check_frequency(frequency_mhz, 500.0, 67000.0, "3.2")
    _check_places(places_percent)
    if distance_km < 0.25:
        raise ProfileError(
            f"The path is {distance_km:g} km long; clutter loss by ITU-R P.2108, 3.2, holds from "
            "0.25 km.",
            f"Tuyến dài {distance_km:g} km; suy hao lớp phủ theo ITU-R P.2108, 3.2, chỉ đúng từ "
            "0,25 km.",
        )
    # Clause 3.2 caps the loss at that of a path of 2 km.
    return min(
        _terrestrial(frequency_mhz, distance_km, places_percent),
        _terrestrial(frequency_mhz, 2.0, places_percent),
    )


def _terrestrial(frequency_mhz: float, distance_km: float, places_percent: float) -> float:
    """Equations (3) to (6), without the cap."""
    log_f = math.log10(frequency_mhz / 1000.0)
    L_l = -2.0 * math.log10(10.0 ** (-5.0 * log_f - 12.5) + 10.0**-16.5)  # (4)
    L_s = 32.98 + 23.9 * math.log10(distance_km) + 3.0 * log_f  # (5)
    from_l, from_s = 10.0 ** (-0.2 * L_l), 10.0 ** (-0.2 * L_s)
    sigma = math.sqrt((16.0 * from_l + 36.0 * from_s) / (from_l + from_s))  # (6)
    return -5.0 * math.log10(from_l + from_s) + sigma * float(ndtri(places_percent / 100.0))  # (3)


def slant_loss(frequency_mhz: float, elevation_deg: float, places_percent: float) -> float:
    """Clutter loss L_ces towards an aircraft or a satellite, not exceeded at p% of places, 3.3.

    Parameters
    ----------
    frequency_mhz : float
        10 to 100 GHz. [MHz]
    elevation_deg : float
        Elevation angle of the other end, 0 to 90. [degrees]
    places_percent : float
        Over 0, under 100. [%]

    Returns
    -------
    float
        [dB]

    Raises
    ------
    FrequencyOutOfRangeError, PercentageOutOfRangeError, ProfileError
    """
    _check_frequency(frequency_mhz, 10000.0, 100000.0, "3.3")
    _check_places(places_percent)
    if not 0.0 <= elevation_deg <= 90.0:
        raise ProfileError(
            f"The elevation angle is {elevation_deg:g} degrees; it must lie between 0 and 90.",
            f"Góc ngẩng là {elevation_deg:g} độ; phải nằm giữa 0 và 90.",
        )
    K_1 = 93.0 * (frequency_mhz / 1000.0) ** 0.175
    opening = 0.05 * (1.0 - elevation_deg / 90.0) + math.pi * elevation_deg / 180.0
    base = -K_1 * math.log(1.0 - places_percent / 100.0) / math.tan(opening)
    power = 0.5 * (90.0 - elevation_deg) / 90.0
    return float(base**power - 1.0 + 0.6 * ndtri(places_percent / 100.0))  # (7)


def _check_frequency(frequency_mhz: float, lowest: float, highest: float, clause: str) -> None:
    if not lowest <= frequency_mhz <= highest:
        raise FrequencyOutOfRangeError(
            f"The frequency {frequency_mhz:g} MHz lies outside {lowest:g} to {highest:g} MHz, for "
            f"which ITU-R P.2108, {clause}, holds.",
            f"Tần số {frequency_mhz:g} MHz nằm ngoài khoảng {lowest:g} đến {highest:g} MHz của "
            f"ITU-R P.2108, {clause}.",
        )


def _check_places(places_percent: float) -> None:
    if not 0.0 < places_percent < 100.0:
        raise PercentageOutOfRangeError(
            "The percentage of places must lie between 0 and 100, neither of them.",
            "Phần trăm vị trí phải lớn hơn 0 và nhỏ hơn 100.",
        )
