"""Diffraction parameters, heights and angles of the paths to cells, from what a walk noted of them.

One radial's view of each path: the walk's notes, what is known along the radial, and what the
cell's own samples say are put together, for many cells at a time.
"""

import math

import numpy as np

from hatangso.engines.radio.compilation import compiled_fast
from hatangso.engines.radio.radial_geometry import (
    BARE_T,
    FLAT_T,
    NONE,
    OBSTACLE,
    PARAMETER,
    SEEN_BARE_R,
    SEEN_FLAT_R,
    SEEN_R,
    STEEP_T,
    SUM_1,
    SUM_2,
    TERRAIN,
)
from hatangso.engines.radio.sector_cells import (
    V_BARE_T,
    V_FIRST_KM,
    V_FIRST_M,
    V_FLAT_T,
    V_STEEP_T,
    V_SUM_1,
    V_SUM_2,
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
    notes : ndarray of float64, shape (5, m or more)
        From :func:`~hatangso.engines.radio.radial_geometry.walk_radial`, of one sector and side.
    radial : ndarray of float64, shape (6, n)
        From the same walk, of the radial on that side.
    keys, receivers : ndarray, shape (m or more,) and (3, m or more)
        From :func:`~hatangso.engines.radio.sector_cells.read_sector`.
    view : ndarray of float64, shape (12, m or more)
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
    looked_up : ndarray of float64, shape (8, m or more)
        Room to work in.
    nu : ndarray of float64, shape (m,)
        Result: diffraction parameter of the path times the root of the wavelength. [sqrt(m)]
    above_t, above_r : ndarray of float64, shape (m,)
        Result: antenna heights above the smooth Earth, (37a) and (37b). [m]
    theta : ndarray of float64, shape (m,)
        Result: path angular distance over the bare terrain, (84). [mrad]
    """
    bulge = 500.0 * curvature
    terrain_t = radial[TERRAIN, 0]
    height_t = terrain_t + antenna_t
    # What is known along the radial, for each cell: loops that look up are no vector code.
    keys = keys[:m]
    terrain_of, bare_t_of, flat_t_of = radial[TERRAIN], radial[BARE_T], radial[FLAT_T]
    sum_1_of, sum_2_of = radial[SUM_1], radial[SUM_2]
    steep_t_of = radial[STEEP_T if cluttered else BARE_T]
    before, steep_t, bare_t = looked_up[0, :m], looked_up[1, :m], looked_up[2, :m]
    flat_t, sum_1, sum_2 = looked_up[3, :m], looked_up[4, :m], looked_up[5, :m]
    last_km, inverse_d = looked_up[6, :m], looked_up[7, :m]
    for i in range(m):
        k = keys[i]
        before[i] = terrain_of[k]
        steep_t[i] = steep_t_of[k]
        bare_t[i] = bare_t_of[k]
        flat_t[i] = flat_t_of[k]
        sum_1[i] = sum_1_of[k]
        sum_2[i] = sum_2_of[k]
        last_km[i] = k * step
    # Rows are cut so that the compiler sees that they are contiguous.
    seen_r, flat_r = notes[SEEN_R, :m], notes[SEEN_FLAT_R, :m]
    bare_r = notes[SEEN_BARE_R if cluttered else SEEN_R, :m]
    obstacle, in_sight = notes[OBSTACLE, :m], notes[PARAMETER, :m]
    own_steep_t, own_bare_t = view[V_STEEP_T, :m], view[V_BARE_T, :m]
    own_flat_t = view[V_FLAT_T, :m]
    own_1, own_2 = view[V_SUM_1, :m], view[V_SUM_2, :m]
    first_km, first_m = view[V_FIRST_KM, :m], view[V_FIRST_M, :m]
    lengths, ground = receivers[0, :m], receivers[2, :m]
    nu, above_t, above_r, theta = nu[:m], above_t[:m], above_r[:m], theta[:m]
    for i in range(m):
        d = lengths[i]
        inverse = 1.0 / d
        inverse_d[i] = inverse
        height_r = ground[i] + antenna_r
        straight = (height_r - height_t) * inverse
        # (18), (19); the slopes of (13) and (17) are these plus and less bulge d.
        over = seen_r[i] > NONE
        S_rim = seen_r[i] - bulge * d if over else 1.0
        S_tim = max(steep_t[i], own_steep_t[i]) + bulge * d if over else 1.0
        d_bp = d * (straight + S_rim) / (S_tim + S_rim)
        zone = max(d_bp * (d - d_bp), 1e-12) if over else 1.0
        parameter = (S_tim - straight) * d_bp * math.sqrt(0.002 * d / zone)
        nu[i] = parameter if over else in_sight[i]
    for i in range(m):
        d = lengths[i]
        inverse = inverse_d[i]
        height_r = ground[i] + antenna_r
        straight = (height_r - height_t) * inverse
        x = last_km[i]
        first = first_km[i]
        width = first - x
        v1 = sum_1[i] + own_1[i] + width * (first_m[i] + before[i])  # (85)
        v2 = (
            sum_2[i]
            + own_2[i]
            + width * (first_m[i] * (2.0 * first + x) + before[i] * (first + 2.0 * x))
        )  # (86)
        fitted_t = (2.0 * v1 * d - v2) * inverse * inverse  # (87)
        fitted_r = (v2 - v1 * d) * inverse * inverse  # (88)
        blocked = flat_r[i] > NONE
        alpha_t = max(flat_t[i], own_flat_t[i]) - straight if blocked else 1.0  # (89b)
        alpha_r = flat_r[i] + straight if blocked else 1.0  # (89c)
        share = alpha_t / (alpha_t + alpha_r)  # (90e)
        height = obstacle[i] if blocked else 0.0
        above_t[i] = height_t - min(fitted_t - height * share, terrain_t)  # (90c), (91), (37a)
        above_r[i] = height_r - min(fitted_r - height * (1.0 - share), ground[i])  # (90d), (91)
        slope = straight - bulge * d  # (78)
        shadowed = bare_r[i] > NONE
        steep = max(bare_t[i], own_bare_t[i])
        up_t = 0.001 * (steep if shadowed else slope)  # (76), (79)
        up_r = 0.001 * ((bare_r[i] if shadowed else bulge * d - straight) - 2.0 * bulge * d)
        # Arc tangents of small slopes; of steep ones scatter is too weak to count.
        square_t = up_t * up_t
        square_r = up_r * up_r
        angle_t = up_t * (1.0 - square_t * (1.0 / 3.0 - 0.2 * square_t))
        angle_r = up_r * (1.0 - square_r * (1.0 / 3.0 - 0.2 * square_r))
        theta[i] = 2.0 * bulge * d + 1000.0 * (angle_t + angle_r)  # (84)
