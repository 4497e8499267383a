"""Diffraction over terrain, clutter and the bulge of the Earth: the delta-Bullington method.

Source: Recommendation ITU-R P.1812-8, clause 4.3 and Attachment 4 to the annex; the same method
stands in ITU-R P.526 for other frequencies.
"""

import math

import numpy as np

from hatangso.engines.radio.compilation import compiled

#: Wavelength times frequency, as the Recommendation's own validation data has it. [m GHz]
SPEED_OF_LIGHT = 0.2998

#: Relative permittivity and conductivity of land and sea, clause 4.3.3. [-, S/m]
LAND_PERMITTIVITY = 22.0
LAND_CONDUCTIVITY = 0.003
SEA_PERMITTIVITY = 80.0
SEA_CONDUCTIVITY = 5.0


@compiled
def knife_edge_loss(nu: float) -> float:
    """Loss J(nu) of a knife edge, equation (12); 0 for nu of -0.78 and less. [dB]."""
    if nu <= -0.78:
        return 0.0
    return 6.9 + 20.0 * math.log10(math.sqrt((nu - 0.1) ** 2 + 1.0) + nu - 0.1)


@compiled
def bullington_loss(knife_edge_db: float, distance_km: float) -> float:
    """Bullington diffraction loss L_bull from its knife edge's loss, equation (21). [dB]."""
    return knife_edge_db + (1.0 - math.exp(-knife_edge_db / 6.0)) * (10.0 + 0.02 * distance_km)


@compiled
def bullington_point(
    slope_t: float, slope_r: float, distance_km: float, height_t: float, height_r: float
) -> float:
    """Diffraction parameter of the Bullington point times the root of the wavelength, (18), (19).

    Parameters
    ----------
    slope_t, slope_r : float
        Steepest slopes from both antennas to the curved profile, S_tim and S_rim. [m/km]
    distance_km : float
        [km]
    height_t, height_r : float
        Antenna heights above sea level. [m]

    Returns
    -------
    float
        nu sqrt(lambda): it holds for every frequency. [sqrt(m)]
    """
    d_bp = (height_r - height_t + slope_r * distance_km) / (slope_t + slope_r)  # (18)
    d_rest = distance_km - d_bp
    clearance = height_t + slope_t * d_bp - (height_t * d_rest + height_r * d_bp) / distance_km
    return clearance * math.sqrt(0.002 * distance_km / (d_bp * d_rest))  # (19)


@compiled
def bullington_parameter(
    d: np.ndarray, g: np.ndarray, height_t: float, height_r: float, curvature: float
) -> float:
    """Largest or Bullington diffraction parameter of a profile times sqrt(wavelength).

    Equations (13) to (15) and (17) to (19).

    Parameters
    ----------
    d : ndarray, shape (n,)
        Distances from the transmitter. [km]
    g : ndarray, shape (n,)
        Heights above sea level with clutter; the ends are not read. [m]
    height_t, height_r : float
        Antenna heights above sea level. [m]
    curvature : float
        Effective Earth curvature C_e = 1 / a_p. [1/km]

    Returns
    -------
    float
        nu sqrt(lambda). [sqrt(m)]
    """
    n = d.size
    total = d[n - 1]
    S_tim = -math.inf
    for i in range(1, n - 1):
        S_tim = max(S_tim, (g[i] + 500.0 * curvature * d[i] * (total - d[i]) - height_t) / d[i])
    if S_tim < (height_r - height_t) / total:  # (13), (14): line of sight
        largest = -math.inf
        for i in range(1, n - 1):
            rest = total - d[i]
            clearance = (
                g[i] + 500.0 * curvature * d[i] * rest - (height_t * rest + height_r * d[i]) / total
            )
            largest = max(largest, clearance * math.sqrt(0.002 * total / (d[i] * rest)))  # (15)
        return largest
    S_rim = -math.inf
    for i in range(1, n - 1):
        rest = total - d[i]
        S_rim = max(S_rim, (g[i] + 500.0 * curvature * d[i] * rest - height_r) / rest)  # (17)
    return bullington_point(S_tim, S_rim, total, height_t, height_r)


@compiled
def closest_point(height_t: float, height_r: float, distance_km: float, radius_km: float) -> float:
    """Where the ray comes nearest to a smooth Earth, d_se1, equations (24a) and (24c) to (24e).

    It is also where the diffraction parameter over a smooth Earth is largest.

    Parameters
    ----------
    height_t, height_r : float
        Antenna heights above the smooth Earth. [m]
    distance_km : float
        [km]
    radius_km : float
        Effective Earth radius. [km]

    Returns
    -------
    float
        Distance from the transmitter. [km]
    """
    c = (height_t - height_r) / (height_t + height_r)  # (24d)
    m = 250.0 * distance_km**2 / (radius_km * (height_t + height_r))  # (24e)
    argument = 1.5 * c * math.sqrt(3.0 * m / (m + 1.0) ** 3)
    angle = math.acos(min(1.0, max(-1.0, argument))) / 3.0
    b = 2.0 * math.sqrt((m + 1.0) / (3.0 * m)) * math.cos(math.pi / 3.0 + angle)  # (24c)
    return 0.5 * distance_km * (1.0 + b)  # (24a)


@compiled
def first_term_over(
    permittivity: float,
    conductivity: float,
    distance_km: float,
    height_t: float,
    height_r: float,
    radius_km: float,
    frequency_ghz: float,
    vertical: bool,
) -> float:
    """First-term spherical-Earth loss over one kind of surface, equations (29a) to (36).

    Parameters
    ----------
    permittivity : float
        Relative permittivity of the surface.
    conductivity : float
        [S/m]
    distance_km : float
        [km]
    height_t, height_r : float
        Antenna heights above the smooth Earth. [m]
    radius_km : float
        Effective Earth radius a_dft. [km]
    frequency_ghz : float
        [GHz]
    vertical : bool
        Vertical polarisation; else horizontal.

    Returns
    -------
    float
        [dB]
    """
    loss = (18.0 * conductivity / frequency_ghz) ** 2
    K = (
        0.036
        * (radius_km * frequency_ghz) ** (-1.0 / 3.0)
        * ((permittivity - 1.0) ** 2 + loss) ** (-0.25)
    )  # (29a)
    if vertical:
        K *= math.sqrt(permittivity**2 + loss)  # (29b)
    beta = (1.0 + 1.6 * K**2 + 0.67 * K**4) / (1.0 + 4.5 * K**2 + 1.53 * K**4)  # (30)
    X = 21.88 * beta * (frequency_ghz / radius_km**2) ** (1.0 / 3.0) * distance_km  # (31)
    per_metre = 0.9575 * beta * (frequency_ghz**2 / radius_km) ** (1.0 / 3.0)  # (32)
    if X >= 1.6:
        F_X = 11.0 + 10.0 * math.log10(X) - 17.6 * X
    else:
        F_X = -20.0 * math.log10(X) - 5.6488 * X**1.425  # (33)
    return (
        -F_X
        - height_gain(beta * per_metre * height_t, K)
        - height_gain(beta * per_metre * height_r, K)
    )  # (36)


@compiled
def height_gain(B: float, K: float) -> float:
    """Height gain G(Y) of one antenna, equations (34) and (35). [dB]."""
    if B > 2.0:
        gain = 17.6 * math.sqrt(B - 1.1) - 5.0 * math.log10(B - 1.1) - 8.0
    else:
        gain = 20.0 * math.log10(B + 0.1 * B**3)
    return max(gain, 2.0 + 20.0 * math.log10(K))


@compiled
def first_term_loss(
    distance_km: float,
    height_t: float,
    height_r: float,
    radius_km: float,
    frequency_ghz: float,
    sea_fraction: float,
    vertical: bool,
) -> float:
    """First-term spherical-Earth loss L_dft over land and sea, equation (28).

    Parameters
    ----------
    distance_km : float
        [km]
    height_t, height_r : float
        Antenna heights above the smooth Earth. [m]
    radius_km : float
        Effective Earth radius a_dft. [km]
    frequency_ghz : float
        [GHz]
    sea_fraction : float
        Part of the path over sea, omega. 0 to 1.
    vertical : bool
        Vertical polarisation; else horizontal.

    Returns
    -------
    float
        [dB]
    """
    loss = 0.0
    if sea_fraction < 1.0:
        loss += (1.0 - sea_fraction) * first_term_over(
            LAND_PERMITTIVITY, LAND_CONDUCTIVITY,
            distance_km, height_t, height_r, radius_km, frequency_ghz, vertical,
        )  # fmt: skip
    if sea_fraction > 0.0:
        loss += sea_fraction * first_term_over(
            SEA_PERMITTIVITY, SEA_CONDUCTIVITY,
            distance_km, height_t, height_r, radius_km, frequency_ghz, vertical,
        )  # fmt: skip
    return loss


@compiled
def spherical_earth_loss(
    distance_km: float,
    height_t: float,
    height_r: float,
    radius_km: float,
    frequency_ghz: float,
    sea_fraction: float,
    vertical: bool,
) -> float:
    """Spherical-Earth diffraction loss L_dsph, equations (22) to (27).

    Parameters
    ----------
    distance_km : float
        [km]
    height_t, height_r : float
        Antenna heights above the smooth Earth, h_te and h_re. [m]
    radius_km : float
        Effective Earth radius a_p. [km]
    frequency_ghz : float
        [GHz]
    sea_fraction : float
        Part of the path over sea, omega. 0 to 1.
    vertical : bool
        Vertical polarisation; else horizontal.

    Returns
    -------
    float
        [dB]
    """
    d_los = math.sqrt(2.0 * radius_km) * (
        math.sqrt(0.001 * height_t) + math.sqrt(0.001 * height_r)
    )  # (22)
    if distance_km >= d_los:
        return first_term_loss(
            distance_km, height_t, height_r, radius_km, frequency_ghz, sea_fraction, vertical
        )
    d1 = closest_point(height_t, height_r, distance_km, radius_km)
    d2 = distance_km - d1  # (24b)
    h_se = (
        (height_t - 500.0 * d1**2 / radius_km) * d2 + (height_r - 500.0 * d2**2 / radius_km) * d1
    ) / distance_km  # (23)
    h_req = 17.456 * math.sqrt(d1 * d2 * SPEED_OF_LIGHT / frequency_ghz / distance_km)  # (25)
    if h_se > h_req:
        return 0.0
    a_em = 500.0 * (distance_km / (math.sqrt(height_t) + math.sqrt(height_r))) ** 2  # (26)
    loss = first_term_loss(
        distance_km, height_t, height_r, a_em, frequency_ghz, sea_fraction, vertical
    )
    return (1.0 - h_se / h_req) * max(loss, 0.0)  # (27)


@compiled
def smooth_path_parameter(
    height_t: float, height_r: float, distance_km: float, radius_km: float
) -> float:
    """Diffraction parameter of a smooth path without a profile, Attachment 4, (105) to (110).

    Parameters
    ----------
    height_t, height_r : float
        Antenna heights above the smooth Earth. [m]
    distance_km : float
        [km]
    radius_km : float
        Effective Earth radius a_p. [km]

    Returns
    -------
    float
        nu sqrt(lambda), in the limit of an endlessly fine profile. [sqrt(m)]
    """
    d_los = math.sqrt(2.0 * radius_km) * (math.sqrt(0.001 * height_t) + math.sqrt(0.001 * height_r))
    if distance_km < d_los:
        d1 = closest_point(height_t, height_r, distance_km, radius_km)
        d2 = distance_km - d1
        h_se = (
            (height_t - 500.0 * d1**2 / radius_km) * d2
            + (height_r - 500.0 * d2**2 / radius_km) * d1
        ) / distance_km
        return -h_se * math.sqrt(0.002 * distance_km / (d1 * d2))  # (105)
    bulge = 500.0 / radius_km
    S_tm = bulge * distance_km - 2.0 * math.sqrt(bulge * height_t)  # (107)
    S_rm = bulge * distance_km - 2.0 * math.sqrt(bulge * height_r)  # (108)
    return bullington_point(S_tm, S_rm, distance_km, height_t, height_r)  # (109), (110)


@compiled
def delta_bullington(
    terrain_nu: float,
    smooth_nu: float,
    distance_km: float,
    height_t: float,
    height_r: float,
    radius_km: float,
    frequency_ghz: float,
    sea_fraction: float,
    vertical: bool,
) -> tuple[float, float, float, float]:
    """Diffraction loss L_d by the complete delta-Bullington method, equations (37a) to (39).

    Parameters
    ----------
    terrain_nu, smooth_nu : float
        nu sqrt(lambda) of the actual profile and of the smooth path. [sqrt(m)]
    distance_km : float
        [km]
    height_t, height_r : float
        Antenna heights above the smooth surface, (37a) and (37b). [m]
    radius_km : float
        Effective Earth radius a_p. [km]
    frequency_ghz : float
        [GHz]
    sea_fraction : float
        Part of the path over sea, omega. 0 to 1.
    vertical : bool
        Vertical polarisation; else horizontal.

    Returns
    -------
    tuple of float
        L_d, and its parts L_bulla, L_bulls and L_dsph. [dB]
    """
    per_root = 1.0 / math.sqrt(SPEED_OF_LIGHT / frequency_ghz)
    L_bulla = bullington_loss(knife_edge_loss(terrain_nu * per_root), distance_km)
    L_bulls = bullington_loss(knife_edge_loss(smooth_nu * per_root), distance_km)
    L_dsph = spherical_earth_loss(
        distance_km, height_t, height_r, radius_km, frequency_ghz, sea_fraction, vertical
    )
    return L_bulla + max(L_dsph - L_bulls, 0.0), L_bulla, L_bulls, L_dsph  # (39)
