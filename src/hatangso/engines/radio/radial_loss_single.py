"""Loss at the cells between two radials in single precision, as vector code, over land.

The same formulas as :mod:`hatangso.engines.radio.radial_loss`, within 0.01 dB of it.
"""

import math

import numpy as np

from hatangso.engines.radio.compilation import compiled, compiled_fast, inlined_fast
from hatangso.engines.radio.diffraction import (
    LAND_CONDUCTIVITY,
    LAND_PERMITTIVITY,
    SPEED_OF_LIGHT,
)
from hatangso.engines.radio.troposcatter import troposcatter_loss
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
BAND_CONSTANTS = 9

#: Stands for the scatter loss where scatter is not to be counted. [dB]
NO_SCATTER_DB = 1e4


@compiled_fast
def smooth_clearance(
    above_t: np.ndarray,
    above_r: np.ndarray,
    lengths: np.ndarray,
    first: int,
    last: int,
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
    lengths : ndarray of float32, shape (n,)
        Of the paths. [km]
    first, last : int
        First receiver, and the one after the last.
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
    bulge = f4(500.0 / radius_km)
    root_bulge = f4(math.sqrt(500.0 / radius_km))
    per = f4(per_zone)
    shadowed = f4(0.0)
    # Counted from 0, so that the compiler sees that no index is negative.
    above_t = above_t[first:last]
    above_r = above_r[first:last]
    lengths = lengths[first:last]
    closest = closest[first:last]
    clearance = clearance[first:last]
    zone = zone[first:last]
    for i in range(last - first):
        d = lengths[i]
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
    lengths: np.ndarray,
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
    lengths : ndarray of float32, shape (n,)
        Of the paths. [km]
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
    whole_step = f4(step)
    bulge = f4(500.0 / radius_km)
    root_bulge = f4(math.sqrt(500.0 / radius_km))
    own_log = f4(math.log2(radius_km) / 3.0)
    root_lowest = f4(math.sqrt(0.002))
    # Counted from 0, so that the compiler sees that no index is negative.
    above_t = above_t[first:last]
    above_r = above_r[first:last]
    lengths = lengths[first:last]
    closest = closest[first:last]
    smooth_nu = smooth_nu[first:last]
    third_log = third_log[first:last]
    for q in range(last - first):
        d = lengths[q]
        # A path under one and a half steps has one sample, at its middle.
        short = d < f4(1.5) * whole_step
        dd = f4(0.5) * d if short else whole_step
        inverse_dd = f4(1.0) / dd
        last_sample = max(f4(np.int32(d * inverse_dd + f4(0.5))) - f4(1.0), f4(1.0))
        h1 = f4(above_t[q])
        h2 = f4(above_r[q])
        root1 = f4(math.sqrt(h1))
        root2 = f4(math.sqrt(h2))
        roots = root1 + root2
        inverse_d = f4(1.0) / d
        # Steepest slopes to the samples beside both horizons, (13) and (17).
        i = min(max(f4(np.int32(root1 / root_bulge * inverse_dd)), f4(1.0)), last_sample)
        j = min(i + f4(1.0), last_sample)
        S_tim = bulge * d + max(
            -bulge * (i * dd) - h1 / (i * dd), -bulge * (j * dd) - h1 / (j * dd)
        )
        from_r = max(d - root2 / root_bulge, f4(0.0))
        i = min(max(f4(np.int32(from_r * inverse_dd)), f4(1.0)), last_sample)
        j = min(i + f4(1.0), last_sample)
        S_rim = max(bulge * (i * dd) - h2 / (d - i * dd), bulge * (j * dd) - h2 / (d - j * dd))
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
        d_bp = min(max(d_bp, dd), last_sample * dd)
        nu_over = excess * d_bp / f4(math.sqrt(d_bp * (d - d_bp) * inverse_d))
        smooth_nu[q] = root_lowest * (nu_over if excess >= f4(0.0) else max(nu_i, nu_j))
        em_log = f4(1.0 / 3.0) * (f4(math.log2(500.0)) + f4(2.0) * log2(d / roots))
        third_log[q] = em_log if d * root_bulge < roots else own_log


@compiled
def band_constants(
    frequency_ghz: float,
    vertical: bool,
    scatter: bool,
    surface_refractivity: float,
    out: np.ndarray,
) -> None:
    """Constants of one band over land, for :func:`cell_losses_single`, in double precision.

    Parameters
    ----------
    frequency_ghz : float
        [GHz]
    vertical : bool
        Vertical polarisation; else horizontal.
    scatter : bool
        Whether troposcatter counts.
    surface_refractivity : float
        N0. [N-units]
    out : ndarray of float32, shape (9,)
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
    out[8] = NO_SCATTER_DB
    if scatter:  # at 1 km straight on, (44)
        out[8] = troposcatter_loss(1.0, 0.0, frequency_ghz, 50.0, surface_refractivity)


@inlined_fast
def _edge_single(v: np.float32) -> np.float32:
    """Knife-edge loss J(nu), (12). [dB]."""
    u = v - f4(0.1)
    edge = f4(6.9) + AMPLITUDE_DB * log2(f4(math.sqrt(u * u + f4(1.0))) + u)
    return edge if v > f4(-0.78) else f4(0.0)


@compiled_fast
def terrain_loss_single(
    nu_one: np.ndarray,
    nu_other: np.ndarray,
    share: np.ndarray,
    rise: np.ndarray,
    lengths: np.ndarray,
    band: np.ndarray,
    loss: np.ndarray,
) -> None:
    """Free space plus the terrain's Bullington loss for one band, as vector code, (8), (21).

    Parameters
    ----------
    nu_one, nu_other, share, rise, lengths : ndarray of float32, shape (n,)
        As of :func:`~hatangso.engines.radio.radial_loss.cell_losses_exact`.
    band : ndarray of float32, shape (9,)
        From :func:`band_constants`.
    loss : ndarray of float32, shape (n,)
        Result. [dB]
    """
    free_space = f4(band[0])
    per_root = f4(band[1])
    sixth = LOG2_E * f4(-1.0 / 6.0)
    for i in range(lengths.size):
        d = lengths[i]
        one = _edge_single(nu_one[i] * per_root)
        other = _edge_single(nu_other[i] * per_root)
        far = f4(10.0) + f4(0.02) * d
        one += (f4(1.0) - exp2(one * sixth)) * far  # (21)
        other += (f4(1.0) - exp2(other * sixth)) * far
        L_bulla = one + (other - one) * share[i]
        climb = f4(0.001) * rise[i]
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
    lengths: np.ndarray,
    first: int,
    last: int,
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
    lengths : ndarray of float32, shape (n,)
        Of the paths. [km]
    first, last : int
        First receiver, and the one after the last.
    band : ndarray of float32, shape (9,)
        From :func:`band_constants`.
    loss : ndarray of float32, shape (n,)
        Changed. [dB]
    """
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
    lengths = lengths[first:last]
    smooth_nu = smooth_nu[first:last]
    clearance = clearance[first:last]
    zone = zone[first:last]
    third_log = third_log[first:last]
    loss = loss[first:last]
    for i in range(last - first):
        d = lengths[i]
        edge = _edge_single(f4(smooth_nu[i]) * per_root)
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


@compiled_fast
def take_scatter_single(
    theta: np.ndarray, lengths: np.ndarray, band: np.ndarray, loss: np.ndarray
) -> None:
    """Let troposcatter through where it is stronger, in single precision, (44) and (63).

    Parameters
    ----------
    theta : ndarray of float32, shape (n,)
        Path angular distances. [mrad]
    lengths : ndarray of float32, shape (n,)
        Of the paths. [km]
    band : ndarray of float32, shape (9,)
        From :func:`band_constants`.
    loss : ndarray of float32, shape (n,)
        Changed. [dB]
    """
    at_1_km = f4(band[8])
    power = f4(-0.2 * math.log2(10.0))
    for i in range(lengths.size):
        L_bs = at_1_km + AMPLITUDE_DB * log2(f4(lengths[i])) + f4(0.573) * theta[i]
        L_bam = loss[i]
        apart = exp2(abs(L_bs - L_bam) * power)
        loss[i] = min(L_bs, L_bam) - f4(0.5) * POWER_DB * log2(f4(1.0) + apart)


#: Receivers whose smooth-Earth loss is looked for together.
CHUNK = 64


@compiled
def cell_losses_single(
    nu_one: np.ndarray,
    nu_other: np.ndarray,
    share: np.ndarray,
    above_t: np.ndarray,
    above_r: np.ndarray,
    rise: np.ndarray,
    theta: np.ndarray,
    lengths: np.ndarray,
    smooth: np.ndarray,
    step: float,
    radius_km: float,
    bands: np.ndarray,
    longest: int,
    loss: np.ndarray,
) -> None:
    """Median loss over land at cells for all bands, in single precision.

    Most receivers in hills see the smooth Earth far below the ray: whole chunks of them need
    nothing of it.

    Parameters
    ----------
    nu_one, nu_other, share, above_t, above_r, rise, theta, lengths : ndarray of float32, shape (m,)
        As of :func:`~hatangso.engines.radio.radial_loss.cell_losses_exact`.
    smooth : ndarray of float32, shape (5, m)
        Room to work in.
    step : float
        [km]
    radius_km : float
        Median effective Earth radius. [km]
    bands : ndarray of float32, shape (bands, 9)
        From :func:`band_constants`.
    longest : int
        The band with the longest wave.
    loss : ndarray of float32, shape (bands, m or more)
        Result. [dB]
    """
    closest, clearance, zone, smooth_nu, third_log = (
        smooth[0], smooth[1], smooth[2], smooth[3], smooth[4],
    )  # fmt: skip
    for b in range(bands.shape[0]):
        terrain_loss_single(nu_one, nu_other, share, rise, lengths, bands[b], loss[b, : rise.size])
    for begin in range(0, lengths.size, CHUNK):
        end = min(begin + CHUNK, lengths.size)
        if smooth_clearance(
            above_t, above_r, lengths, begin, end, radius_km, bands[longest, 2],
            closest, clearance, zone,
        ):  # fmt: skip
            smooth_path_single(
                above_t, above_r, closest, lengths, begin, end, step, radius_km, smooth_nu,
                third_log,
            )  # fmt: skip
            for b in range(bands.shape[0]):
                add_smooth_excess_single(
                    above_t, above_r, smooth_nu, clearance, zone, third_log, lengths,
                    begin, end, bands[b], loss[b],
                )  # fmt: skip
    for b in range(bands.shape[0]):
        if bands[b, 8] < NO_SCATTER_DB:
            take_scatter_single(theta, lengths, bands[b], loss[b, : rise.size])
