"""The profile model: basic transmission loss of one path, complete, in float64.

Source: Recommendation ITU-R P.1812-8, clause 4; its equations' numbers stand at each formula.
Checks, and what stands in where the model is not valid: :mod:`hatangso.engines.radio.path_loss`.
"""

import math
from typing import NamedTuple

import numpy as np

from hatangso.engines.radio.compilation import compiled
from hatangso.engines.radio.diffraction import (
    bullington_parameter,
    delta_bullington,
    smooth_path_parameter,
)
from hatangso.engines.radio.ducting import duct_time_loss, ducting_loss, sea_duct_coupling
from hatangso.engines.radio.line_of_sight import free_space_loss, multipath_focusing
from hatangso.engines.radio.path_profile import (
    SEA,
    horizons,
    longest_stretch,
    roughness,
    sea_fraction,
    smooth_earth,
)
from hatangso.engines.radio.refractivity import (
    EARTH_RADIUS_BETA_KM,
    ducting_incidence,
    effective_earth_radius,
)
from hatangso.engines.radio.troposcatter import either_mechanism, troposcatter_loss
from hatangso.engines.radio.variability import inverse_normal

#: Distance over land to the coast where nothing is known of it. [km]
FAR_FROM_COAST_KM = 500.0


class Terms(NamedTuple):
    """Every term of one path's loss. Losses in dB, angles in mrad, distances in km, heights in m.

    ``p`` is the percentage of time asked for, ``beta0`` the incidence of ducting.
    """

    free_space: float  #: L_bfs, (8).
    line_of_sight_p: float  #: L_b0p, (10).
    line_of_sight_beta: float  #: L_b0beta, (11).
    bullington_terrain: float  #: L_bulla for median curvature, (21).
    bullington_smooth: float  #: L_bulls for median curvature, (21).
    spherical_earth: float  #: L_dsph for median curvature, (27).
    diffraction_50: float  #: L_d50, (39).
    diffraction_beta: float  #: L_dbeta, (39).
    diffraction_p: float  #: L_dp, (41).
    transmission_diffraction_50: float  #: L_bd50, (42).
    transmission_diffraction_p: float  #: L_bd, (43).
    troposcatter: float  #: L_bs, (44).
    ducting: float  #: L_ba, (46).
    minimum_over_sea: float  #: L_minb0p, (59).
    minimum_ducting: float  #: L_minbap, (60).
    diffraction_or_ducting: float  #: L_bda, (61).
    modified: float  #: L_bam, (62).
    half_of_locations: float  #: L_bc, (63).
    location: float  #: Location margin at p_L, clause 4.7.
    total: float  #: L_b, (69).
    interpolation_p: float  #: F_i, (40).
    interpolation_angle: float  #: F_j, (57).
    interpolation_distance: float  #: F_k, (58).
    beta0: float  #: Incidence of ducting, (5). [%]
    sea_fraction: float  #: omega.
    angle_t: float  #: Horizon elevation angle at the transmitter.
    angle_r: float  #: Horizon elevation angle at the receiver.
    angular_distance: float  #: theta, (84).
    horizon_t: float  #: d_lt.
    horizon_r: float  #: d_lr.
    smooth_t: float  #: h_std, (91).
    smooth_r: float  #: h_srd, (91).
    effective_t: float  #: h_te for ducting, (94a).
    effective_r: float  #: h_re for ducting, (94b).
    roughness: float  #: h_m, (95).
    effective_radius: float  #: a_e, (7a).


@compiled
def transmission_terms(
    d: np.ndarray,
    h: np.ndarray,
    g: np.ndarray,
    zone: np.ndarray,
    antenna_t: float,
    antenna_r: float,
    frequency_ghz: float,
    vertical: bool,
    p: float,
    p_location: float,
    sigma_location: float,
    lapse_rate: float,
    surface_refractivity: float,
    latitude: float,
    coast_t: float,
    coast_r: float,
    without_profile: bool,
) -> Terms:
    """All terms of the loss of one path, clauses 4.1 to 4.9.

    Parameters
    ----------
    d : ndarray, shape (n,)
        Distances from the transmitter, from 0, rising; at least 3 points. [km]
    h : ndarray, shape (n,)
        Terrain above sea level. [m]
    g : ndarray, shape (n,)
        Terrain with clutter above sea level; both ends without clutter, (1c). [m]
    zone : ndarray of int, shape (n,)
        Radio-climatic zones.
    antenna_t, antenna_r : float
        Antenna heights above ground. [m]
    frequency_ghz : float
        [GHz]
    vertical : bool
        Vertical polarisation; else horizontal.
    p : float
        Percentage of time for which the loss is not exceeded, 1 to 50. [%]
    p_location : float
        Percentage of places for which the loss is not exceeded, 1 to 99. [%]
    sigma_location : float
        Standard deviation over places. [dB]
    lapse_rate : float
        Delta-N. [N-units/km]
    surface_refractivity : float
        N0. [N-units]
    latitude : float
        Of the path's centre. [degrees]
    coast_t, coast_r : float
        Distance over land from each terminal to the coast; 0 at sea. [km]
    without_profile : bool
        Take the smooth path's Bullington term from Attachment 4, not from the profile's points.
    """
    n = d.size
    total = d[n - 1]
    height_t = h[0] + antenna_t
    height_r = h[n - 1] + antenna_r
    a_e = effective_earth_radius(lapse_rate)
    omega = sea_fraction(d, zone)
    inland_km = longest_stretch(d, zone, False)
    beta0 = ducting_incidence(latitude, longest_stretch(d, zone, True), inland_km)
    horizon = horizons(d, h, height_t, height_r, a_e)
    theta = 1000.0 * total / a_e + horizon.angle_t + horizon.angle_r  # (84)
    fit = smooth_earth(d, h, height_t, height_r)

    L_bfs = free_space_loss(total, height_t - height_r, frequency_ghz)
    both = horizon.distance_t + horizon.distance_r
    L_b0p = L_bfs + multipath_focusing(both, p)  # (10)
    L_b0b = L_bfs + multipath_focusing(both, beta0)  # (11)

    above_t = height_t - fit.diffraction_t  # (37a)
    above_r = height_r - fit.diffraction_r  # (37b)
    flat = np.zeros(n)
    L_d50, L_bulla, L_bulls, L_dsph = _diffraction(
        d, g, flat, height_t, height_r, above_t, above_r, a_e,
        frequency_ghz, omega, vertical, without_profile,
    )  # fmt: skip
    L_db, _, _, _ = _diffraction(
        d, g, flat, height_t, height_r, above_t, above_r, EARTH_RADIUS_BETA_KM,
        frequency_ghz, omega, vertical, without_profile,
    )  # fmt: skip
    F_i = 1.0
    if p > beta0:
        F_i = inverse_normal(p / 100.0) / inverse_normal(beta0 / 100.0)  # (40)
    L_dp = L_d50 if p == 50.0 else L_d50 + F_i * (L_db - L_d50)  # (41)
    L_bd50 = L_bfs + L_d50  # (42)
    L_bd = L_b0p + L_dp  # (43)

    L_bs = troposcatter_loss(total, theta, frequency_ghz, p, surface_refractivity)

    smooth_t = min(fit.fitted_t, h[0])  # (92a)
    smooth_r = min(fit.fitted_r, h[n - 1])  # (92b)
    h_te = height_t - smooth_t  # (94a)
    h_re = height_r - smooth_r  # (94b)
    h_m = roughness(d, h, smooth_t, smooth_r, horizon.index_t, horizon.index_r)
    L_ba = ducting_loss(
        frequency_ghz,
        horizon.distance_t,
        horizon.distance_r,
        horizon.angle_t,
        horizon.angle_r,
        total,
        a_e,
        sea_duct_coupling(coast_t, horizon.distance_t, omega, height_t)
        + sea_duct_coupling(coast_r, horizon.distance_r, omega, height_r),
        duct_time_loss(total, p, beta0, inland_km, total - both, h_te, h_re, h_m, a_e),
    )

    F_j = 1.0 - 0.5 * (1.0 + math.tanh(3.0 * 0.8 * (theta - 0.3) / 0.3))  # (57)
    F_k = 1.0 - 0.5 * (1.0 + math.tanh(3.0 * 0.5 * (total - 20.0) / 20.0))  # (58)
    L_minb0p = L_b0p + (1.0 - omega) * L_dp
    if p >= beta0:
        L_minb0p = L_bd50 + (L_b0b + (1.0 - omega) * L_dp - L_bd50) * F_i  # (59)
    # (60), in the form that cannot overflow.
    larger, smaller = max(L_ba, L_b0p), min(L_ba, L_b0p)
    L_minbap = larger + 2.5 * math.log1p(math.exp((smaller - larger) / 2.5))
    L_bda = L_bd
    if L_minbap <= L_bd:
        L_bda = L_minbap + (L_bd - L_minbap) * F_k  # (61)
    L_bam = L_bda + (L_minb0p - L_bda) * F_j  # (62)
    L_bc = either_mechanism(L_bs, L_bam)  # (63)
    L_loc = 0.0 if zone[n - 1] == SEA else -inverse_normal(p_location / 100.0) * sigma_location
    L_b = max(L_b0p, L_bc + L_loc)  # (69)
    return Terms(
        L_bfs, L_b0p, L_b0b, L_bulla, L_bulls, L_dsph, L_d50, L_db, L_dp, L_bd50, L_bd,
        L_bs, L_ba, L_minb0p, L_minbap, L_bda, L_bam, L_bc, L_loc, L_b, F_i, F_j, F_k,
        beta0, omega, horizon.angle_t, horizon.angle_r, theta,
        horizon.distance_t, horizon.distance_r, fit.diffraction_t, fit.diffraction_r,
        h_te, h_re, h_m, a_e,
    )  # fmt: skip


@compiled
def _diffraction(
    d: np.ndarray,
    g: np.ndarray,
    flat: np.ndarray,
    height_t: float,
    height_r: float,
    above_t: float,
    above_r: float,
    radius_km: float,
    frequency_ghz: float,
    omega: float,
    vertical: bool,
    without_profile: bool,
) -> tuple[float, float, float, float]:
    """Delta-Bullington loss of a profile at one effective radius, clause 4.3.4. [dB]."""
    total = d[d.size - 1]
    if without_profile:
        smooth_nu = smooth_path_parameter(above_t, above_r, total, radius_km)
    else:
        smooth_nu = bullington_parameter(d, flat, above_t, above_r, 1.0 / radius_km)
    return delta_bullington(
        bullington_parameter(d, g, height_t, height_r, 1.0 / radius_km),
        smooth_nu, total, above_t, above_r, radius_km, frequency_ghz, omega, vertical,
    )  # fmt: skip
