"""The complete model at many places around one site, each on a path of its own.

The slow and whole way: what a sweep is measured against, and what stands in for it where the sweep
does not hold (percentages of time other than 50, losses so high that scatter or ducting count).
"""

import math

import numpy as np
from numba import prange

from hatangso.engines.radio.compilation import compiled, compiled_parallel
from hatangso.engines.radio.line_of_sight import free_space_loss
from hatangso.engines.radio.p1812 import FAR_FROM_COAST_KM, transmission_terms
from hatangso.engines.radio.path_profile import INLAND, SEA
from hatangso.engines.radio.radial_samples import bilinear, nearest


@compiled
def read_path(
    terrain: np.ndarray,
    clutter: np.ndarray,
    sea: np.ndarray,
    line: np.ndarray,
    length: float,
    steps: int,
    clear: float,
    d: np.ndarray,
    h: np.ndarray,
    g: np.ndarray,
    zone: np.ndarray,
) -> bool:
    """Read one path of equal steps from the rasters, the terminals' clutter left out.

    Parameters
    ----------
    terrain, clutter, sea, line
        As of :func:`~hatangso.engines.radio.radial_samples.sample_radial`.
    length : float
        [km]
    steps : int
        At least 2.
    clear : float
        Clutter this near to either end is left out. [km]
    d, h, g : ndarray of float64, shape (steps + 1,)
        Results: distances [km], terrain and surface [m].
    zone : ndarray of int64, shape (steps + 1,)
        Result: radio-climatic zones.

    Returns
    -------
    bool
        Whether every height is known.
    """
    whole = True
    for k in range(steps + 1):
        x = length * k / steps
        row, column = 0.0, 0.0
        for power in range(5, -1, -1):
            row = row * x + line[0, power]
            column = column * x + line[1, power]
        d[k] = x
        h[k] = bilinear(terrain, row, column)
        whole = whole and not math.isnan(h[k])
        g[k] = h[k]
        if clutter.size > 0 and x > clear and length - x > clear and 0 < k < steps:
            g[k] += nearest(clutter, row, column)
        zone[k] = SEA if sea.size > 0 and nearest(sea, row, column) > 0.0 else INLAND
    return whole


@compiled_parallel
def point_losses(
    terrain: np.ndarray,
    clutter: np.ndarray,
    sea: np.ndarray,
    lines: np.ndarray,
    lengths: np.ndarray,
    step: float,
    clear: float,
    shortest: float,
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
    losses: np.ndarray,
    median_diffraction: np.ndarray,
) -> None:
    """Loss to many places by the complete model.

    Parameters
    ----------
    terrain, clutter, sea
        As of :func:`~hatangso.engines.radio.radial_samples.sample_radial`.
    lines : ndarray, shape (m, 2, 6)
        The way to each place, of :meth:`LocalFrame.along`.
    lengths : ndarray, shape (m,)
        Distance of each place. [km]
    step : float
        Distance between samples, about. [km]
    clear : float
        Clutter this near to either end is left out. [km]
    shortest : float
        Nearer than this free space stands in. [km]
    antenna_t, antenna_r, frequency_ghz, vertical, p, p_location, sigma_location, lapse_rate, \
surface_refractivity, latitude
        As of :func:`~hatangso.engines.radio.p1812.transmission_terms`.
    losses : ndarray of float, shape (m,)
        Result; NaN where the way meets a hole. [dB]
    median_diffraction : ndarray of float, shape (m,)
        Result: L_bd50 alone, for comparison. [dB]
    """
    for m in prange(lengths.size):
        length = lengths[m]
        steps = max(2, round(length / step))
        d = np.empty(steps + 1)
        h = np.empty(steps + 1)
        g = np.empty(steps + 1)
        zone = np.empty(steps + 1, np.int64)
        losses[m] = math.nan
        median_diffraction[m] = math.nan
        if not read_path(terrain, clutter, sea, lines[m], length, steps, clear, d, h, g, zone):
            continue
        if length < shortest:
            losses[m] = free_space_loss(
                length, h[0] + antenna_t - h[steps] - antenna_r, frequency_ghz
            )
            median_diffraction[m] = losses[m]
            continue
        terms = transmission_terms(
            d, h, g, zone, antenna_t, antenna_r, frequency_ghz, vertical, p, p_location,
            sigma_location, lapse_rate, surface_refractivity, latitude,
            0.0 if zone[0] == SEA else FAR_FROM_COAST_KM,
            0.0 if zone[steps] == SEA else FAR_FROM_COAST_KM,
            False,
        )  # fmt: skip
        losses[m] = terms.total
        median_diffraction[m] = terms.transmission_diffraction_50
