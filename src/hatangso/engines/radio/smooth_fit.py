"""The smooth Earth fitted to the terrain of the paths to cells, and when it surely does not matter.

Most antennas in hills stand so high over the fitted Earth that it brings no loss. What obstacles
would add to their heights need not be found then.
"""

import numpy as np

from hatangso.engines.radio.compilation import compiled, compiled_fast
from hatangso.engines.radio.radial_ground import (
    FITTED_R,
    FITTED_T,
    SEEN_R,
    SUM_1,
    SUM_2,
    TERRAIN,
)
from hatangso.engines.radio.sector_cells import V_FIRST_KM, V_FIRST_M, V_SUM_1, V_SUM_2

#: The product of both antennas' heights over the smooth Earth must be so many times what brings no
#: loss: a cell's heights are weighed from two radials, and the other may be a little lower.
AMPLE = 1.5


@compiled_fast
def fit_smooth_earth(
    radial: np.ndarray,
    keys: np.ndarray,
    receivers: np.ndarray,
    view: np.ndarray,
    step: float,
    m: int,
    notes: np.ndarray,
) -> None:
    """Fit the smooth Earth to the terrain of the path to each cell, as vector code.

    Parameters
    ----------
    radial : ndarray of float64, shape (6, n)
        What is known along the radial, of
        :func:`~hatangso.engines.radio.radial_ground.prepare_radial`.
    keys, receivers : ndarray, shape (m or more,) and (3, m or more)
        From :func:`~hatangso.engines.radio.sector_cells.read_sector`.
    view : ndarray of float32 or float64, shape (12, m or more)
        From :func:`~hatangso.engines.radio.sector_cells.own_view`.
    step : float
        Distance between samples. [km]
    m : int
        Number of cells.
    notes : ndarray of the same type, shape (7, m or more)
        Result, in its rows for the fit: heights of the smooth Earth under both ends, before
        obstacles lower it, (87) and (88). Another row serves as room to work in. [m]
    """
    t = notes.dtype.type
    one, two, whole = t(1.0), t(2.0), t(step)
    terrain_of, sum_1_of, sum_2_of = radial[TERRAIN], radial[SUM_1], radial[SUM_2]
    # Rows are cut so that the compiler sees that they are contiguous.
    keys, lengths = keys[:m], receivers[0, :m]
    own_1, own_2 = view[V_SUM_1, :m], view[V_SUM_2, :m]
    first_km, first_m = view[V_FIRST_KM, :m], view[V_FIRST_M, :m]
    fitted_t, fitted_r, before = notes[FITTED_T, :m], notes[FITTED_R, :m], notes[SEEN_R, :m]
    for i in range(m):
        k = keys[i]
        before[i] = terrain_of[k]
        fitted_t[i] = sum_1_of[k]
        fitted_r[i] = sum_2_of[k]
    for i in range(m):
        d = lengths[i]
        x = t(keys[i]) * whole
        first = first_km[i]
        width = first - x
        v1 = fitted_t[i] + own_1[i] + width * (first_m[i] + before[i])  # (85)
        v2 = (
            fitted_r[i]
            + own_2[i]
            + width * (first_m[i] * (two * first + x) + before[i] * (first + two * x))
        )  # (86)
        inverse = one / (d * d)
        fitted_t[i] = (two * v1 * d - v2) * inverse  # (87)
        fitted_r[i] = (v2 - v1 * d) * inverse  # (88)


@compiled
def ample_products(n: int, own: int, step: float, bulge: float, wavelength: float) -> np.ndarray:
    """Products of both antennas' heights above the smooth Earth that surely bring no loss. [m^2].

    The ray clears the smooth Earth by h1 (1 - u) + h2 u - bulge d^2 u (1 - u) at u of the way, of
    which the first two are 2 sqrt(h1 h2 u (1 - u)) at least; (25) asks for
    17.456 sqrt(d wavelength u (1 - u)), so that 2 sqrt(h1 h2) of bulge d^2 / 2 more is enough at
    every u.

    Parameters
    ----------
    n : int
        Number of samples on a radial.
    own : int
        Samples on each cell's own path.
    step : float
        [km]
    bulge : float
        500 / a_e. [m/km^2]
    wavelength : float
        The longest of interest. [m]

    Returns
    -------
    ndarray, shape (n,)
        For the longest path to cells that share so many samples with a radial. [m^2]
    """
    d = (np.arange(n) + own + 1.5) * step
    return AMPLE * 0.25 * (0.5 * bulge * d * d + 17.456 * np.sqrt(d * wavelength)) ** 2
