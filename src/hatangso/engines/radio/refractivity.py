"""What the lower atmosphere does to a path: effective Earth radius, incidence of ducting.

Source: Recommendation ITU-R P.1812-8, clauses 3.5 to 3.7.
"""

import math

from hatangso.engines.radio.compilation import compiled

EARTH_RADIUS_KM = 6371.0

#: Average lapse rate of refractivity in the lowest kilometre over Vietnam (44 to 54). [N-units/km]
LAPSE_RATE_VIETNAM = 48.0
#: Sea-level surface refractivity over Vietnam (365 to 381). [N-units]
SURFACE_REFRACTIVITY_VIETNAM = 370.0

#: Effective radius exceeded for the time percentage beta0, equation (7b). [km]
EARTH_RADIUS_BETA_KM = 3.0 * EARTH_RADIUS_KM


@compiled
def effective_earth_radius(lapse_rate: float) -> float:
    """Median effective Earth radius a_e, equations (6) and (7a).

    Parameters
    ----------
    lapse_rate : float
        Average lapse rate of refractivity in the lowest kilometre, a positive number.
        [N-units/km]

    Returns
    -------
    float
        [km]
    """
    return EARTH_RADIUS_KM * 157.0 / (157.0 - lapse_rate)


@compiled
def ducting_incidence(latitude: float, land_km: float, inland_km: float) -> float:
    """Time percentage beta0 with more than 100 N-units/km in the lowest 100 m, (2) to (5).

    Parameters
    ----------
    latitude : float
        Latitude of the path's centre. [degrees]
    land_km : float
        Longest unbroken stretch of land, inland and coastal, d_tm. [km]
    inland_km : float
        Longest unbroken stretch of inland, d_lm. [km]

    Returns
    -------
    float
        [%]
    """
    latitude = abs(latitude)
    tau = inland_share(inland_km)
    mu1 = (
        10.0 ** (-land_km / (16.0 - 6.6 * tau)) + 10.0 ** (-5.0 * (0.496 + 0.354 * tau))
    ) ** 0.2  # (2)
    mu1 = min(mu1, 1.0)
    if latitude <= 70.0:
        mu4 = mu1 ** (-0.935 + 0.0176 * latitude)  # (4)
        return 10.0 ** (-0.015 * latitude + 1.67) * mu1 * mu4  # (5)
    return 4.17 * mu1 * mu1**0.3  # (4), (5)


@compiled
def inland_share(inland_km: float) -> float:
    """Tau, equation (3): 0 on the coast, 1 far inland. ``inland_km`` is d_lm. [km]."""
    return 1.0 - math.exp(-(4.12e-4 * inland_km**2.41))


def path_centre_latitude(
    latitude_t: float, longitude_t: float, latitude_r: float, longitude_r: float, distance_km: float
) -> float:
    """Latitude half way along the great circle between two terminals.

    Source: Recommendation ITU-R P.2001, Attachment H, on a sphere of 6371 km.

    Parameters
    ----------
    latitude_t, longitude_t, latitude_r, longitude_r : float
        The transmitter's and the receiver's place. [degrees]
    distance_km : float
        Length of the path. [km]

    Returns
    -------
    float
        [degrees]
    """
    phi_t, phi_r = math.radians(latitude_t), math.radians(latitude_r)
    difference = math.radians(longitude_r - longitude_t)
    r = math.sin(phi_t) * math.sin(phi_r) + math.cos(phi_t) * math.cos(phi_r) * math.cos(difference)
    bearing = math.atan2(
        math.cos(phi_t) * math.cos(phi_r) * math.sin(difference),
        math.sin(phi_r) - r * math.sin(phi_t),
    )
    half = 0.5 * distance_km / EARTH_RADIUS_KM
    s = math.sin(phi_t) * math.cos(half) + math.cos(phi_t) * math.sin(half) * math.cos(bearing)
    return math.degrees(math.asin(s))
