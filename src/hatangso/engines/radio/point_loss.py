"""The complete model at many places around one site, each on a path of its own.

The slow and whole way: what a sweep is measured against, and what stands in for it where the sweep
does not hold: percentages of time or places other than 50.
"""

import math
from collections.abc import Callable

import numpy as np
from numba import prange
from numpy.typing import NDArray

from hatangso.engines.radio.compilation import compiled, compiled_parallel
from hatangso.engines.radio.coverage import Ground, SweepOptions
from hatangso.engines.radio.line_of_sight import free_space_loss
from hatangso.engines.radio.local_frame import LocalFrame
from hatangso.engines.radio.p1812 import FAR_FROM_COAST_KM, transmission_terms
from hatangso.engines.radio.path_loss import HIGHEST_MHZ, SHORTEST_KM, Atmosphere, Link
from hatangso.engines.radio.path_profile import INLAND, SEA
from hatangso.engines.radio.radial_samples import bilinear, nearest, path_steps


@compiled
def read_path(
    terrain: np.ndarray,
    clutter: np.ndarray,
    sea: np.ndarray,
    line: np.ndarray,
    length: float,
    steps: int,
    step: float,
    clear: float,
    d: np.ndarray,
    h: np.ndarray,
    g: np.ndarray,
    zone: np.ndarray,
) -> bool:
    """Read one path from the rasters, the terminals' clutter left out.

    Parameters
    ----------
    terrain, clutter, sea, line
        As of :func:`~hatangso.engines.radio.radial_samples.sample_radial`.
    length : float
        [km]
    steps, step : int and float
        From :func:`~hatangso.engines.radio.radial_samples.path_steps`.
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
        x = k * step if k < steps else length
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
        Distance between samples. [km]
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
        Result: L_bd50 alone, what is left of the model above its band. [dB]
    """
    for m in prange(lengths.size):
        length = lengths[m]
        steps, own_step = path_steps(length, step)
        d = np.empty(steps + 1)
        h = np.empty(steps + 1)
        g = np.empty(steps + 1)
        zone = np.empty(steps + 1, np.int64)
        losses[m] = math.nan
        median_diffraction[m] = math.nan
        if not read_path(
            terrain, clutter, sea, lines[m], length, steps, own_step, clear, d, h, g, zone
        ):
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


def losses_at(
    ground: Ground,
    frame: LocalFrame,
    link: Link,
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    atmosphere: Atmosphere,
    options: SweepOptions,
    step_km: float,
    progress: Callable[[float], None] | None = None,
) -> NDArray[np.float64]:
    """Loss to cells of the grid by the complete model, each on a path of its own.

    Parameters
    ----------
    ground, frame, link, atmosphere, options
        As of :func:`~hatangso.engines.radio.sweep.sweep`; of the options the radius
        and the clear distance count.
    rows, columns : ndarray of int, shape (m,)
        Cells of the ground's grid.
    step_km : float
        Distance between samples, by the rule of
        :func:`~hatangso.engines.radio.radial_samples.path_steps`. [km]
    progress : callable, optional
        Told the share that is done.

    Returns
    -------
    ndarray, shape (m,)
        NaN beyond the radius, and where the path meets a hole. [dB]
    """
    clutter, sea = ground.clutter_and_sea()
    terrain = np.ascontiguousarray(ground.terrain, np.float32)
    out = np.full(rows.size, np.nan)
    for start in range(0, rows.size, 50_000):
        part = slice(start, start + 50_000)
        east, north = frame.plane(rows[part], columns[part])
        length = np.hypot(east, north)
        near = np.flatnonzero(length <= options.radius_km)
        losses, median = np.empty(near.size), np.empty(near.size)
        point_losses(
            terrain, clutter, sea, frame.along(np.arctan2(east[near], north[near])), length[near],
            step_km, options.clear_km, SHORTEST_KM,
            float(link.tx_height_m), float(link.rx_height_m),
            link.frequency_mhz / 1000.0, link.vertical, float(link.time_percent),
            float(link.location_percent), float(link.location_deviation_db),
            float(atmosphere.lapse_rate), float(atmosphere.surface_refractivity),
            float(atmosphere.latitude), losses, median,
        )  # fmt: skip
        above_band = link.frequency_mhz > HIGHEST_MHZ
        out[start + near] = median if above_band else losses
        if progress:
            progress(min(1.0, (start + 50_000) / rows.size))
    return out
