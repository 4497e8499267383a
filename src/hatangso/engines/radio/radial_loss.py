"""Loss at the cells between two radials at half of the time, from the geometry of their paths.

At 50% of time ITU-R P.1812-8 comes to free space plus the delta-Bullington loss of median
curvature, (42), or to troposcatter, (44), whichever lets more through, (63); docs/radio.md says
what ducting would change. A cell lies between two radials, and each has its own view of the way
there: the Bullington losses of the two are weighed, and smooth Earth and scatter are those of both.

Here in double precision by the profile model's own functions, one cell after the other; as vector
code, and for speed, in :mod:`hatangso.engines.radio.radial_loss_single`.
"""

import math

import numpy as np

from hatangso.engines.radio.compilation import compiled
from hatangso.engines.radio.diffraction import bullington_point, closest_point, delta_bullington
from hatangso.engines.radio.line_of_sight import free_space_loss
from hatangso.engines.radio.radial_samples import path_steps
from hatangso.engines.radio.troposcatter import either_mechanism, troposcatter_loss


@compiled
def sampled_smooth_parameter(
    height_t: float, height_r: float, d: float, step: float, radius_km: float
) -> float:
    """Diffraction parameter over a smooth Earth on the samples of a path, times sqrt(wavelength).

    What :func:`~hatangso.engines.radio.diffraction.bullington_parameter` finds on a profile of
    zeros, without going through it: each maximum has one peak, whose place is known (for the line
    of sight from (24c)), and the samples on both sides of the peak are tried.

    Parameters
    ----------
    height_t, height_r : float
        Antenna heights above the smooth Earth. [m]
    d : float
        Length of the path. [km]
    step : float
        Between samples, as :func:`~hatangso.engines.radio.radial_samples.path_steps` says. [km]
    radius_km : float
        Effective Earth radius. [km]

    Returns
    -------
    float
        nu sqrt(lambda). [sqrt(m)]
    """
    bulge = 500.0 / radius_km
    k, step = path_steps(d, step)
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
    i = min(max(int((d - math.sqrt(height_r / bulge)) / step), 1), k - 1)
    j = min(i + 1, k - 1)
    S_rim = max(
        bulge * i * step - height_r / (d - i * step),
        bulge * j * step - height_r / (d - j * step),
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
def cell_losses_exact(
    nu_one: np.ndarray,
    nu_other: np.ndarray,
    share: np.ndarray,
    above_t: np.ndarray,
    above_r: np.ndarray,
    rise: np.ndarray,
    theta: np.ndarray,
    lengths: np.ndarray,
    step: float,
    radius_km: float,
    frequency_ghz: float,
    vertical: bool,
    scatter: bool,
    surface_refractivity: float,
    sea_km: np.ndarray,
    loss: np.ndarray,
) -> None:
    """Median loss at cells, in double precision.

    Parameters
    ----------
    nu_one, nu_other : ndarray of float64, shape (m,)
        Diffraction parameters by the radials on both sides, times sqrt(wavelength). [sqrt(m)]
    share : ndarray of float64, shape (m,)
        Weight of the other radial.
    above_t, above_r : ndarray of float64, shape (m,)
        Antenna heights above the smooth Earth. [m]
    rise : ndarray of float64, shape (m,)
        Receiver's antenna less the transmitter's, above sea level. [m]
    theta : ndarray of float64, shape (m,)
        Path angular distances. [mrad]
    lengths : ndarray of float64, shape (m,)
        Of the paths. [km]
    step : float
        [km]
    radius_km : float
        Median effective Earth radius. [km]
    frequency_ghz : float
        [GHz]
    vertical : bool
        Vertical polarisation; else horizontal.
    scatter : bool
        Whether troposcatter counts.
    surface_refractivity : float
        N0. [N-units]
    sea_km : ndarray of float64, shape (m,)
        Length over sea of each path. [km]
    loss : ndarray of float32 or float64, shape (m,)
        Result. [dB]
    """
    for i in range(lengths.size):
        d = lengths[i]
        smooth = sampled_smooth_parameter(above_t[i], above_r[i], d, step, radius_km)
        one, _, _, _ = delta_bullington(
            nu_one[i], smooth, d, above_t[i], above_r[i], radius_km, frequency_ghz,
            sea_km[i] / d, vertical,
        )  # fmt: skip
        other, _, _, _ = delta_bullington(
            nu_other[i], smooth, d, above_t[i], above_r[i], radius_km, frequency_ghz,
            sea_km[i] / d, vertical,
        )  # fmt: skip
        L_d50 = one + (other - one) * share[i]
        loss[i] = free_space_loss(d, rise[i], frequency_ghz) + L_d50  # (42)
        if scatter:
            L_bs = troposcatter_loss(d, theta[i], frequency_ghz, 50.0, surface_refractivity)
            loss[i] = either_mechanism(L_bs, loss[i])
