"""What a path's profile says: horizons, smooth Earth, roughness, land and sea.

Source: Recommendation ITU-R P.1812-8, clauses 3.2 to 3.6 and Attachment 1 to the annex.
"""

import math
from typing import NamedTuple

import numpy as np

from hatangso.engines.radio.compilation import compiled

#: Radio-climatic zones, clause 3.3.
SEA, COASTAL, INLAND = 1, 3, 4


class Horizons(NamedTuple):
    """Both terminals' horizons, Attachment 1, clauses 4.2 to 4.4."""

    angle_t: float  #: Elevation angle at the transmitter. [mrad]
    angle_r: float  #: Elevation angle at the receiver. [mrad]
    distance_t: float  #: Horizon distance d_lt. [km]
    distance_r: float  #: Horizon distance d_lr. [km]
    index_t: int  #: Profile point of the transmitter's horizon.
    index_r: int  #: Profile point of the receiver's horizon.
    transhorizon: bool


@compiled
def horizons(
    d: np.ndarray,
    h: np.ndarray,
    height_t: float,
    height_r: float,
    radius_km: float,
) -> Horizons:
    """Horizon angles and distances of both terminals over the bare terrain, (76) to (84).

    Parameters
    ----------
    d : ndarray, shape (n,)
        Distances from the transmitter. [km]
    h : ndarray, shape (n,)
        Terrain above sea level. [m]
    height_t, height_r : float
        Antenna heights above sea level. [m]
    radius_km : float
        Median effective Earth radius a_e. [km]
    """
    n = d.size
    total = d[n - 1]
    steepest, index_t = -math.inf, 1
    for i in range(1, n - 1):
        slope = (h[i] - height_t) / (1000.0 * d[i]) - d[i] / (2.0 * radius_km)  # (77)
        if slope > steepest:
            steepest, index_t = slope, i
    straight = (height_r - height_t) / (1000.0 * total) - total / (2.0 * radius_km)  # (78)
    if steepest > straight:  # transhorizon
        angle_t = 1000.0 * math.atan(steepest)  # (76), (79)
        steepest_r, index_r = -math.inf, 1
        for i in range(1, n - 1):
            rest = total - d[i]
            slope = (h[i] - height_r) / (1000.0 * rest) - rest / (2.0 * radius_km)  # (82a)
            if slope >= steepest_r:
                steepest_r, index_r = slope, i
        angle_r = 1000.0 * math.atan(steepest_r)
        return Horizons(
            angle_t, angle_r, d[index_t], total - d[index_r], index_t, index_r, True
        )  # (80), (83)
    angle_t = 1000.0 * math.atan(straight)
    angle_r = 1000.0 * math.atan(
        (height_t - height_r) / (1000.0 * total) - total / (2.0 * radius_km)
    )  # (81)
    largest, index = -math.inf, 1
    for i in range(1, n - 1):
        rest = total - d[i]
        clearance = (
            h[i] + 500.0 / radius_km * d[i] * rest - (height_t * rest + height_r * d[i]) / total
        )
        nu = clearance * math.sqrt(0.002 * total / (d[i] * rest))
        if nu >= largest:
            largest, index = nu, i
    return Horizons(angle_t, angle_r, d[index], total - d[index], index, index, False)


class SmoothEarth(NamedTuple):
    """Heights of the surface that fits the terrain, Attachment 1, clause 5.6. [m]."""

    fitted_t: float  #: h_st at the transmitter, (87).
    fitted_r: float  #: h_sr at the receiver, (88).
    diffraction_t: float  #: h_std for the diffraction model, (91).
    diffraction_r: float  #: h_srd for the diffraction model, (91).


@compiled
def smooth_earth(d: np.ndarray, h: np.ndarray, height_t: float, height_r: float) -> SmoothEarth:
    """Fit the smooth-Earth surface to the terrain, equations (85) to (91d).

    Parameters
    ----------
    d : ndarray, shape (n,)
        Distances from the transmitter. [km]
    h : ndarray, shape (n,)
        Terrain above sea level. [m]
    height_t, height_r : float
        Antenna heights above sea level. [m]
    """
    n = d.size
    total = d[n - 1]
    v1 = 0.0
    v2 = 0.0
    for i in range(1, n):
        step = d[i] - d[i - 1]
        v1 += step * (h[i] + h[i - 1])  # (85)
        v2 += step * (h[i] * (2.0 * d[i] + d[i - 1]) + h[i - 1] * (d[i] + 2.0 * d[i - 1]))  # (86)
    fitted_t = (2.0 * v1 * total - v2) / total**2  # (87)
    fitted_r = (v2 - v1 * total) / total**2  # (88)
    h_obs, alpha_t, alpha_r = -math.inf, -math.inf, -math.inf
    for i in range(1, n - 1):
        rest = total - d[i]
        H = h[i] - (height_t * rest + height_r * d[i]) / total  # (89d)
        h_obs = max(h_obs, H)  # (89a)
        alpha_t = max(alpha_t, H / d[i])  # (89b)
        alpha_r = max(alpha_r, H / rest)  # (89c)
    t, r = fitted_t, fitted_r  # (90a), (90b)
    if h_obs > 0.0:
        share = alpha_t / (alpha_t + alpha_r)  # (90e), (90f)
        t -= h_obs * share  # (90c)
        r -= h_obs * (1.0 - share)  # (90d)
    return SmoothEarth(fitted_t, fitted_r, min(t, h[0]), min(r, h[n - 1]))  # (91a) to (91d)


@compiled
def roughness(
    d: np.ndarray, h: np.ndarray, smooth_t: float, smooth_r: float, first: int, last: int
) -> float:
    """Terrain roughness h_m between both horizons, equations (93) and (95).

    Parameters
    ----------
    d : ndarray, shape (n,)
        Distances from the transmitter. [km]
    h : ndarray, shape (n,)
        Terrain above sea level. [m]
    smooth_t, smooth_r : float
        Smooth-Earth heights at both ends, not above the ground, (92). [m]
    first, last : int
        Profile points of the transmitter's and the receiver's horizon.

    Returns
    -------
    float
        [m]
    """
    slope = (smooth_r - smooth_t) / d[d.size - 1]  # (93)
    highest = -math.inf
    for i in range(first, last + 1):
        highest = max(highest, h[i] - (smooth_t + slope * d[i]))  # (95)
    return highest


@compiled
def longest_stretch(d: np.ndarray, zone: np.ndarray, with_coast: bool) -> float:
    """Longest unbroken inland (or, with the coast, land) stretch of a path, clause 3.6.

    A point stands for half the way to each neighbour.

    Parameters
    ----------
    d : ndarray, shape (n,)
        Distances from the transmitter. [km]
    zone : ndarray of int, shape (n,)
        Radio-climatic zone of each point: 1 sea, 3 coastal land, 4 inland.
    with_coast : bool
        Count coastal land too: d_tm; else d_lm.

    Returns
    -------
    float
        [km]
    """
    longest = 0.0
    here = 0.0
    for i in range(d.size):
        if zone[i] == INLAND or (with_coast and zone[i] == COASTAL):
            here += _half_ways(d, i)
            longest = max(longest, here)
        else:
            here = 0.0
    return longest


@compiled
def sea_fraction(d: np.ndarray, zone: np.ndarray) -> float:
    """Part omega of a path that lies over sea, clause 4.1; ``d`` in km, ``zone`` as above."""
    over_sea = 0.0
    for i in range(d.size):
        if zone[i] == SEA:
            over_sea += _half_ways(d, i)
    return over_sea / d[d.size - 1]


@compiled
def _half_ways(d: np.ndarray, i: int) -> float:
    """Half the ways from a point to its neighbours. [km]."""
    length = 0.0
    if i > 0:
        length += 0.5 * (d[i] - d[i - 1])
    if i < d.size - 1:
        length += 0.5 * (d[i + 1] - d[i])
    return length
