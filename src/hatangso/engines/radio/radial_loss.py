"""Loss along one radial at half of the time, from the geometry of its paths.

At 50% of time ITU-R P.1812-8 comes to free space plus the delta-Bullington loss of median
curvature, (42), wherever scatter and ducting bring no more: see
:mod:`hatangso.engines.radio.radial_floor` for where that holds.

Twice the same formulas: in double precision by the profile model's own functions, one sample after
the other; in single precision as vector code, within 0.01 dB of it.
"""

import math

import numpy as np

from hatangso.engines.radio.compilation import compiled, compiled_fast, inlined_fast
from hatangso.engines.radio.diffraction import (
    LAND_CONDUCTIVITY,
    LAND_PERMITTIVITY,
    SPEED_OF_LIGHT,
    bullington_point,
    closest_point,
    delta_bullington,
)
from hatangso.engines.radio.line_of_sight import free_space_loss
from hatangso.engines.radio.vector_math import (
    AMPLITUDE_DB,
    LOG2_E,
    POWER_DB,
    exp2,
    f4,
    log2,
    sine_of_third,
)

#: What :func:`band_constants` gives, in this order.
BAND_CONSTANTS = 8


@compiled
def sampled_smooth_parameter(
    height_t: float, height_r: float, k: int, step: float, radius_km: float
) -> float:
    """Diffraction parameter over a smooth Earth on equally spaced samples, times sqrt(wavelength).

    What :func:`~hatangso.engines.radio.diffraction.bullington_parameter` finds on a profile of
    zeros, without going through it: each maximum has one peak, whose place is known (for the line
    of sight from (24c)), and the samples on both sides of the peak are tried.

    Parameters
    ----------
    height_t, height_r : float
        Antenna heights above the smooth Earth. [m]
    k : int
        Number of steps of the path, at least 2.
    step : float
        [km]
    radius_km : float
        Effective Earth radius. [km]

    Returns
    -------
    float
        nu sqrt(lambda). [sqrt(m)]
    """
    bulge = 500.0 / radius_km
    d = k * step
    i = min(max(int(math.sqrt(height_t / bulge) / step), 1), k - 1)
    j = min(i + 1, k - 1)
    S_tim = max(
        bulge * (d - i * step) - height_t / (i * step),
        bulge * (d - j * step) - height_t / (j * step),
    )  # (13)
    if S_tim < (height_r - height_t) / d:
        i = min(max(int(closest_point(height_t, height_r, d, radius_km) / step), 1), k - 1)
        j = min(i + 1, k - 1)
        return max(
            _smooth_parameter_at(height_t, height_r, i * step, d, bulge),
            _smooth_parameter_at(height_t, height_r, j * step, d, bulge),
        )  # (15)
    i = min(max(int(math.sqrt(height_r / bulge) / step), 1), k - 1)
    j = min(i + 1, k - 1)
    S_rim = max(
        bulge * (d - i * step) - height_r / (i * step),
        bulge * (d - j * step) - height_r / (j * step),
    )  # (17)
    return bullington_point(S_tim, S_rim, d, height_t, height_r)


@compiled
def _smooth_parameter_at(
    height_t: float, height_r: float, x: float, d: float, bulge: float
) -> float:
    """Diffraction parameter of the smooth Earth at one sample, (15), times sqrt(wavelength)."""
    rest = d - x
    clearance = bulge * x * rest - (height_t * rest + height_r * x) / d
    return clearance * math.sqrt(0.002 * d / (x * rest))


@compiled
def radial_loss_exact(
    nu: np.ndarray,
    above_t: np.ndarray,
    above_r: np.ndarray,
    h: np.ndarray,
    first: int,
    n: int,
    step: float,
    difference: float,
    radius_km: float,
    frequency_ghz: float,
    vertical: bool,
    sea_km: np.ndarray,
    loss: np.ndarray,
) -> None:
    """Median loss at each sample of a radial, in double precision.

    Parameters
    ----------
    nu, above_t, above_r : ndarray of float64, shape (n,)
        Geometry, from :func:`~hatangso.engines.radio.radial_geometry.radial_geometry`.
    h : ndarray, shape (n,)
        Terrain above sea level. [m]
    first, n : int
        First receiver and number of samples.
    step : float
        [km]
    difference : float
        Receiver's less transmitter's antenna height above ground. [m]
    radius_km : float
        Median effective Earth radius. [km]
    frequency_ghz : float
        [GHz]
    vertical : bool
        Vertical polarisation; else horizontal.
    sea_km : ndarray, shape (n,)
        Length over sea of the path to each sample. [km]
    loss : ndarray of float32 or float64, shape (n,)
        Result. [dB]
    """
    for k in range(first, n):
        d = k * step
        smooth = sampled_smooth_parameter(above_t[k], above_r[k], k, step, radius_km)
        L_d50, _, _, _ = delta_bullington(
            nu[k], smooth, d, above_t[k], above_r[k], radius_km, frequency_ghz,
            sea_km[k] / d, vertical,
        )  # fmt: skip
        loss[k] = free_space_loss(d, h[k] - h[0] + difference, frequency_ghz) + L_d50


@compiled_fast
def smooth_clearance(
    above_t: np.ndarray,
    above_r: np.ndarray,
    first: int,
    last: int,
    step: float,
    radius_km: float,
    per_zone: float,
    closest: np.ndarray,
    clearance: np.ndarray,
    zone: np.ndarray,
) -> bool:
    """Clearance over the smooth Earth, in single precision, (22) to (24e).

    Parameters
    ----------
    above_t, above_r : ndarray of float32, shape (n,)
        Antenna heights above the smooth Earth. [m]
    first, last : int
        First receiver, and the one after the last.
    step : float
        [km]
    radius_km : float
        Median effective Earth radius. [km]
    per_zone : float
        From the band of the longest wave, :func:`band_constants`.
    closest : ndarray of float32, shape (n,)
        Result: d_se1. [km]
    clearance : ndarray of float32, shape (n,)
        Result: h_se, (23); 0 beyond the horizon. [m]
    zone : ndarray of float32, shape (n,)
        Result: sqrt(d1 d2 / d), to which the Fresnel zone there is proportional. [sqrt(km)]

    Returns
    -------
    bool
        Whether the smooth Earth brings any loss to any of these receivers, h_se <= h_req.
    """
    dd = f4(step)
    bulge = f4(500.0 / radius_km)
    root_bulge = f4(math.sqrt(500.0 / radius_km))
    per = f4(per_zone)
    shadowed = f4(0.0)
    # Counted from 0, so that the compiler sees that no index is negative.
    above_t = above_t[first:last]
    above_r = above_r[first:last]
    closest = closest[first:last]
    clearance = clearance[first:last]
    zone = zone[first:last]
    for i in range(last - first):
        d = f4(np.int32(first + i)) * dd
        h1 = f4(above_t[i])
        h2 = f4(above_r[i])
        total = h1 + h2
        c = (h1 - h2) / total
        m = f4(0.5) * bulge * d * d / total
        m1 = m + f4(1.0)
        ratio = f4(math.sqrt(f4(3.0) * m / m1))
        b = sine_of_third(min(max(f4(1.5) * c * ratio / m1, f4(-1.0)), f4(1.0))) * (f4(2.0) / ratio)
        d1 = f4(0.5) * d * (f4(1.0) + b)
        d2 = d - d1
        within = d * root_bulge < f4(math.sqrt(h1)) + f4(math.sqrt(h2))
        h_se = ((h1 - bulge * d1 * d1) * d2 + (h2 - bulge * d2 * d2) * d1) / d
        h_se = h_se if within else f4(0.0)
        width = f4(math.sqrt(max(d1 * d2 / d, f4(1e-12))))
        closest[i] = d1
        clearance[i] = h_se
        zone[i] = width
        shadowed += f4(1.0) if h_se * per < width else f4(0.0)
    return bool(shadowed > f4(0.0))


@compiled_fast
def smooth_path_single(
    above_t: np.ndarray,
    above_r: np.ndarray,
    closest: np.ndarray,
    first: int,
    last: int,
    step: float,
    radius_km: float,
    smooth_nu: np.ndarray,
    third_log: np.ndarray,
) -> None:
    """What the loss over a smooth Earth needs besides the clearance, in single precision.

    Parameters
    ----------
    above_t, above_r : ndarray of float32, shape (n,)
        Antenna heights above the smooth Earth. [m]
    closest : ndarray of float32, shape (n,)
        d_se1, from :func:`smooth_clearance`. [km]
    first, last : int
        First receiver, and the one after the last.
    step : float
        [km]
    radius_km : float
        Median effective Earth radius. [km]
    smooth_nu : ndarray of float32, shape (n,)
        Result: diffraction parameter on the samples times sqrt(wavelength). [sqrt(m)]
    third_log : ndarray of float32, shape (n,)
        Result: a third of the binary logarithm of the radius for (28), a_p or a_em of (26).
    """
    dd = f4(step)
    inverse_dd = f4(1.0) / dd
    bulge = f4(500.0 / radius_km)
    root_bulge = f4(math.sqrt(500.0 / radius_km))
    own_log = f4(math.log2(radius_km) / 3.0)
    root_lowest = f4(math.sqrt(0.002))
    # Counted from 0, so that the compiler sees that no index is negative.
    above_t = above_t[first:last]
    above_r = above_r[first:last]
    closest = closest[first:last]
    smooth_nu = smooth_nu[first:last]
    third_log = third_log[first:last]
    for q in range(last - first):
        steps = f4(np.int32(first + q))
        d = steps * dd
        h1 = f4(above_t[q])
        h2 = f4(above_r[q])
        root1 = f4(math.sqrt(h1))
        root2 = f4(math.sqrt(h2))
        roots = root1 + root2
        inverse_d = f4(1.0) / d
        last_sample = steps - f4(1.0)
        # Steepest slopes to the samples beside both horizons, (13) and (17).
        i = min(max(f4(np.int32(root1 / root_bulge * inverse_dd)), f4(1.0)), last_sample)
        j = min(i + f4(1.0), last_sample)
        S_tim = bulge * d + max(
            -bulge * (i * dd) - h1 / (i * dd), -bulge * (j * dd) - h1 / (j * dd)
        )
        i = min(max(f4(np.int32(root2 / root_bulge * inverse_dd)), f4(1.0)), last_sample)
        j = min(i + f4(1.0), last_sample)
        S_rim = bulge * d + max(
            -bulge * (i * dd) - h2 / (i * dd), -bulge * (j * dd) - h2 / (j * dd)
        )
        straight = (h2 - h1) * inverse_d
        i = min(max(f4(np.int32(f4(closest[q]) * inverse_dd)), f4(1.0)), last_sample)
        j = min(i + f4(1.0), last_sample)
        xi = i * dd
        xj = j * dd
        zi = xi * (d - xi) * inverse_d
        zj = xj * (d - xj) * inverse_d
        nu_i = (bulge * d * zi - h1 - straight * xi) / f4(math.sqrt(zi))
        nu_j = (bulge * d * zj - h1 - straight * xj) / f4(math.sqrt(zj))
        # Bullington point, (18): never beyond the outermost samples.
        excess = S_tim - straight
        d_bp = d * (straight + S_rim) / max(S_tim + S_rim, f4(1e-12))
        d_bp = min(max(d_bp, dd), d - dd)
        nu_over = excess * d_bp / f4(math.sqrt(d_bp * (d - d_bp) * inverse_d))
        smooth_nu[q] = root_lowest * (nu_over if excess >= f4(0.0) else max(nu_i, nu_j))
        em_log = f4(1.0 / 3.0) * (f4(math.log2(500.0)) + f4(2.0) * log2(d / roots))
        third_log[q] = em_log if d * root_bulge < roots else own_log


@compiled
def band_constants(frequency_ghz: float, vertical: bool, out: np.ndarray) -> None:
    """Constants of one band over land, for :func:`radial_loss_single`, in double precision.

    Parameters
    ----------
    frequency_ghz : float
        [GHz]
    vertical : bool
        Vertical polarisation; else horizontal.
    out : ndarray of float32, shape (8,)
        Result.
    """
    wavelength = SPEED_OF_LIGHT / frequency_ghz
    conduction = (18.0 * LAND_CONDUCTIVITY / frequency_ghz) ** 2
    admittance = (
        0.036
        * frequency_ghz ** (-1.0 / 3.0)
        * ((LAND_PERMITTIVITY - 1.0) ** 2 + conduction) ** -0.25
    )  # (29a) without the radius
    if vertical:
        admittance *= math.sqrt(LAND_PERMITTIVITY**2 + conduction)  # (29b)
    out[0] = 92.4 + 20.0 * math.log10(frequency_ghz)  # (8)
    out[1] = 1.0 / math.sqrt(wavelength)
    out[2] = 1.0 / (17.456 * math.sqrt(wavelength))  # (25)
    out[3] = admittance
    out[4] = math.log2(admittance)
    out[5] = 21.88 * frequency_ghz ** (1.0 / 3.0)  # (31)
    out[6] = 0.9575 * frequency_ghz ** (2.0 / 3.0)  # (32)
    out[7] = wavelength


@compiled_fast
def terrain_loss_single(
    nu: np.ndarray,
    rise: np.ndarray,
    first: int,
    last: int,
    step: float,
    band: np.ndarray,
    loss: np.ndarray,
) -> None:
    """Free space plus the terrain's Bullington loss for one band, as vector code, (8), (21).

    Parameters
    ----------
    nu : ndarray of float32, shape (n,)
        Geometry, from :func:`~hatangso.engines.radio.radial_geometry.radial_geometry`.
    rise : ndarray of float32, shape (n,)
        Receiver's antenna less the transmitter's, above sea level. [m]
    first, last : int
        First receiver, and the one after the last.
    step : float
        [km]
    band : ndarray of float32, shape (8,)
        From :func:`band_constants`.
    loss : ndarray of float32, shape (n,)
        Result. [dB]
    """
    dd = f4(step)
    free_space = f4(band[0])
    per_root = f4(band[1])
    sixth = LOG2_E * f4(-1.0 / 6.0)
    # Counted from 0, so that the compiler sees that no index is negative.
    nu = nu[first:last]
    rise = rise[first:last]
    loss = loss[first:last]
    for i in range(last - first):
        d = f4(np.int32(first + i)) * dd
        v = f4(nu[i]) * per_root
        u = v - f4(0.1)
        edge = f4(6.9) + AMPLITUDE_DB * log2(f4(math.sqrt(u * u + f4(1.0))) + u)  # (12)
        edge = edge if v > f4(-0.78) else f4(0.0)
        L_bulla = edge + (f4(1.0) - exp2(edge * sixth)) * (f4(10.0) + f4(0.02) * d)  # (21)
        climb = f4(0.001) * f4(rise[i])
        loss[i] = free_space + POWER_DB * log2(d * d + climb * climb) + L_bulla  # (8), (42)


@inlined_fast
def _height_gain_single(B: np.float32, least: np.float32) -> np.float32:
    """Height gain G(Y), (34) and (35), never under ``least``. [dB]."""
    high = f4(2.0) < B
    lifted = max(B - f4(1.1), f4(0.9))
    logarithm = log2(lifted if high else B + f4(0.1) * B * B * B)
    upper = f4(17.6) * f4(math.sqrt(lifted)) - f4(0.5) * POWER_DB * logarithm - f4(8.0)
    return max(upper if high else AMPLITUDE_DB * logarithm, least)


@compiled_fast
def add_smooth_excess_single(
    above_t: np.ndarray,
    above_r: np.ndarray,
    smooth_nu: np.ndarray,
    clearance: np.ndarray,
    zone: np.ndarray,
    third_log: np.ndarray,
    first: int,
    last: int,
    step: float,
    band: np.ndarray,
    loss: np.ndarray,
) -> None:
    """Add what the spherical Earth brings beyond its own Bullington loss, over land, (27) to (39).

    Parameters
    ----------
    above_t, above_r : ndarray of float32, shape (n,)
        Antenna heights above the smooth Earth. [m]
    smooth_nu, clearance, zone, third_log : ndarray of float32, shape (n,)
        From :func:`smooth_clearance` and :func:`smooth_path_single`.
    first, last : int
        First receiver, and the one after the last.
    step : float
        [km]
    band : ndarray of float32, shape (8,)
        From :func:`band_constants`.
    loss : ndarray of float32, shape (n,)
        Changed. [dB]
    """
    dd = f4(step)
    per_root = f4(band[1])
    per_zone = f4(band[2])
    admittance = f4(band[3])
    admittance_log = f4(band[4])
    per_x = f4(band[5])
    per_y = f4(band[6])
    sixth = LOG2_E * f4(-1.0 / 6.0)
    # Counted from 0, so that the compiler sees that no index is negative.
    above_t = above_t[first:last]
    above_r = above_r[first:last]
    smooth_nu = smooth_nu[first:last]
    clearance = clearance[first:last]
    zone = zone[first:last]
    third_log = third_log[first:last]
    loss = loss[first:last]
    for i in range(last - first):
        d = f4(np.int32(first + i)) * dd
        v = f4(smooth_nu[i]) * per_root
        u = v - f4(0.1)
        edge = f4(6.9) + AMPLITUDE_DB * log2(f4(math.sqrt(u * u + f4(1.0))) + u)
        edge = edge if v > f4(-0.78) else f4(0.0)
        L_bulls = edge + (f4(1.0) - exp2(edge * sixth)) * (f4(10.0) + f4(0.02) * d)
        inverse_third = exp2(-f4(third_log[i]))
        K2 = admittance * inverse_third
        K2 = K2 * K2
        beta = (f4(1.0) + K2 * (f4(1.6) + f4(0.67) * K2)) / (
            f4(1.0) + K2 * (f4(4.5) + f4(1.53) * K2)
        )  # (30)
        X = per_x * beta * inverse_third * inverse_third * d  # (31)
        log_X = log2(X)
        far_F = f4(11.0) + POWER_DB * log_X - f4(17.6) * X
        near_F = -AMPLITUDE_DB * log_X - f4(5.6488) * exp2(f4(1.425) * log_X)
        F_X = far_F if f4(1.6) <= X else near_F  # (33)
        per_B = per_y * beta * beta * inverse_third  # (32), (35)
        least = f4(2.0) + AMPLITUDE_DB * (admittance_log - f4(third_log[i]))
        gains = _height_gain_single(per_B * f4(above_t[i]), least) + _height_gain_single(
            per_B * f4(above_r[i]), least
        )
        shadow = f4(1.0) - f4(clearance[i]) * per_zone / f4(zone[i])
        L_dsph = max(-F_X - gains, f4(0.0)) * max(shadow, f4(0.0))  # (27), (36)
        loss[i] += max(L_dsph - L_bulls, f4(0.0))  # (39)


#: Receivers whose smooth-Earth loss is looked for together.
CHUNK = 64


@compiled
def radial_loss_single(
    nu: np.ndarray,
    above_t: np.ndarray,
    above_r: np.ndarray,
    rise: np.ndarray,
    smooth: np.ndarray,
    first: int,
    n: int,
    step: float,
    radius_km: float,
    bands: np.ndarray,
    longest: int,
    loss: np.ndarray,
) -> None:
    """Median loss over land at each sample of a radial for all bands, in single precision.

    Most receivers in hills see the smooth Earth far below the ray: whole chunks of them need
    nothing of it.

    Parameters
    ----------
    nu, above_t, above_r : ndarray of float32, shape (n,)
        Geometry, from :func:`~hatangso.engines.radio.radial_geometry.radial_geometry`.
    rise : ndarray of float32, shape (n,)
        Receiver's antenna less the transmitter's, above sea level. [m]
    smooth : ndarray of float32, shape (5, n)
        Room to work in.
    first, n : int
        First receiver and number of samples.
    step : float
        [km]
    radius_km : float
        Median effective Earth radius. [km]
    bands : ndarray of float32, shape (bands, 8)
        From :func:`band_constants`.
    longest : int
        The band with the longest wave.
    loss : ndarray of float32, shape (bands, n)
        Result. [dB]
    """
    closest, clearance, zone, smooth_nu, third_log = (
        smooth[0], smooth[1], smooth[2], smooth[3], smooth[4],
    )  # fmt: skip
    for b in range(bands.shape[0]):
        terrain_loss_single(nu, rise, first, n, step, bands[b], loss[b])
    for begin in range(first, n, CHUNK):
        end = min(begin + CHUNK, n)
        if smooth_clearance(
            above_t, above_r, begin, end, step, radius_km, bands[longest, 2],
            closest, clearance, zone,
        ):  # fmt: skip
            smooth_path_single(
                above_t, above_r, closest, begin, end, step, radius_km, smooth_nu, third_log
            )
            for b in range(bands.shape[0]):
                add_smooth_excess_single(
                    above_t, above_r, smooth_nu, clearance, zone, third_log,
                    begin, end, step, bands[b], loss[b],
                )  # fmt: skip
