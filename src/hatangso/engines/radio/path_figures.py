"""Diffraction parameters, heights and angles of the paths to cells, from what a walk noted of them.

One radial's view of each path: the walk's notes, what is known along the radial, and what the
cell's own samples say are put together, for many cells at a time.
"""

import math

import numpy as np

from hatangso.engines.radio.compilation import compiled_fast
from hatangso.engines.radio.radial_ground import (
    BARE_T,
    FITTED_R,
    FITTED_T,
    FLAT_T,
    NONE,
    OBSTACLE,
    PARAMETER,
    SEEN_BARE_R,
    SEEN_FLAT_R,
    SEEN_R,
    STEEP_T,
    TERRAIN,
)
from hatangso.engines.radio.sector_cells import (
    V_BARE_T,
    V_FLAT_T,
    V_STEEP_T,
)


@compiled_fast
def path_figures(
    notes: np.ndarray,
    radial: np.ndarray,
    keys: np.ndarray,
    receivers: np.ndarray,
    view: np.ndarray,
    step: float,
    antenna_t: float,
    antenna_r: float,
    curvature: float,
    cluttered: bool,
    m: int,
    looked_up: np.ndarray,
    nu: np.ndarray,
    above_t: np.ndarray,
    above_r: np.ndarray,
    theta: np.ndarray,
) -> None:
    """Turn slopes, obstacles and sums into parameters, heights and angles, as vector code.

    Parameters
    ----------
    notes : ndarray of float32 or float64, shape (7, m or more)
        From :func:`~hatangso.engines.radio.radial_geometry.walk_radial`, of one sector and side.
    radial : ndarray of float64, shape (6, n)
        From the same walk, of the radial on that side.
    keys, receivers : ndarray, shape (m or more,) and (3, m or more)
        From :func:`~hatangso.engines.radio.sector_cells.read_sector`.
    view : ndarray of the same type, shape (12, m or more)
        From :func:`~hatangso.engines.radio.sector_cells.own_view`.
    step : float
        Distance between samples. [km]
    antenna_t, antenna_r : float
        Antenna heights above ground. [m]
    curvature : float
        Effective Earth curvature 1 / a_e. [1/km]
    cluttered : bool
        Whether there is any clutter.
    m : int
        Number of cells.
    looked_up : ndarray of the same type, shape (4, m or more)
        Room to work in.
    nu : ndarray of float64, shape (m,)
        Result: diffraction parameter of the path times the root of the wavelength. [sqrt(m)]
    above_t, above_r : ndarray of float64, shape (m,)
        Result: antenna heights above the smooth Earth, (37a) and (37b). [m]
    theta : ndarray of float64, shape (m,)
        Result: path angular distance over the bare terrain, (84). [mrad]
    """
    t = notes.dtype.type
    bulge = t(500.0 * curvature)
    terrain_t = t(radial[TERRAIN, 0])
    height_t = t(radial[TERRAIN, 0] + antenna_t)
    mast_r, none = t(antenna_r), t(NONE)
    zero, one, two, milli = t(0.0), t(1.0), t(2.0), t(0.001)
    third, fifth = t(1.0 / 3.0), t(0.2)
    # What is known along the radial, for each cell: loops that look up are no vector code.
    keys = keys[:m]
    bare_t_of, flat_t_of = radial[BARE_T], radial[FLAT_T]
    steep_t_of = radial[STEEP_T if cluttered else BARE_T]
    steep_t, bare_t = looked_up[0, :m], looked_up[1, :m]
    flat_t, inverse_d = looked_up[2, :m], looked_up[3, :m]
    for i in range(m):
        k = keys[i]
        steep_t[i] = steep_t_of[k]
        bare_t[i] = bare_t_of[k]
        flat_t[i] = flat_t_of[k]
    # Rows are cut so that the compiler sees that they are contiguous.
    seen_r, flat_r = notes[SEEN_R, :m], notes[SEEN_FLAT_R, :m]
    bare_r = notes[SEEN_BARE_R if cluttered else SEEN_R, :m]
    obstacle, in_sight = notes[OBSTACLE, :m], notes[PARAMETER, :m]
    own_steep_t, own_bare_t = view[V_STEEP_T, :m], view[V_BARE_T, :m]
    own_flat_t = view[V_FLAT_T, :m]
    fitted_t, fitted_r = notes[FITTED_T, :m], notes[FITTED_R, :m]
    lengths, ground = receivers[0, :m], receivers[2, :m]
    nu, above_t, above_r, theta = nu[:m], above_t[:m], above_r[:m], theta[:m]
    for i in range(m):
        d = lengths[i]
        inverse = one / d
        inverse_d[i] = inverse
        height_r = ground[i] + mast_r
        straight = (height_r - height_t) * inverse
        # (18), (19); the slopes of (13) and (17) are these plus and less bulge d.
        over = seen_r[i] > none
        S_rim = seen_r[i] - bulge * d if over else one
        S_tim = max(steep_t[i], own_steep_t[i]) + bulge * d if over else one
        d_bp = d * (straight + S_rim) / (S_tim + S_rim)
        zone = max(d_bp * (d - d_bp), t(1e-12)) if over else one
        parameter = (S_tim - straight) * d_bp * math.sqrt(two * milli * d / zone)
        nu[i] = parameter if over else in_sight[i]
    for i in range(m):
        d = lengths[i]
        inverse = inverse_d[i]
        height_r = ground[i] + mast_r
        straight = (height_r - height_t) * inverse
        blocked = flat_r[i] > none
        alpha_t = max(flat_t[i], own_flat_t[i]) - straight if blocked else one  # (89b)
        alpha_r = flat_r[i] + straight if blocked else one  # (89c)
        share = alpha_t / (alpha_t + alpha_r)  # (90e)
        height = obstacle[i] if blocked else zero
        above_t[i] = height_t - min(fitted_t[i] - height * share, terrain_t)  # (90c), (91), (37a)
        above_r[i] = height_r - min(fitted_r[i] - height * (one - share), ground[i])  # (90d), (91)
        slope = straight - bulge * d  # (78)
        shadowed = bare_r[i] > none
        steep = max(bare_t[i], own_bare_t[i])
        up_t = milli * (steep if shadowed else slope)  # (76), (79)
        up_r = milli * ((bare_r[i] if shadowed else bulge * d - straight) - two * bulge * d)
        # Arc tangents of small slopes; of steep ones scatter is too weak to count.
        square_t = up_t * up_t
        square_r = up_r * up_r
        angle_t = up_t * (one - square_t * (third - fifth * square_t))
        angle_r = up_r * (one - square_r * (third - fifth * square_r))
        theta[i] = two * bulge * d + t(1000.0) * (angle_t + angle_r)  # (84)
