"""The geometry of every path along one radial, in one pass outward.

A radial is a row of equally spaced samples that begins at the transmitter; each sample is, in
turn, a receiver, and the samples before it are its path. What ITU-R P.1812-8 asks of a path's
profile is kept up to date while the receiver moves on, instead of being found anew:

- the transmitter's steepest slope, equation (13), is a running maximum;
- the receiver's steepest slope, (17), is a tangent to the upper convex hull of the curved profile,
  and those of (89b) and (89c) to the hull of the bare terrain: both hulls are stacks, from which
  each sample is taken once at most, so that a radial costs a time that grows with its length;
- the fit of the smooth Earth, (85) and (86), is two prefix sums;
- in line of sight, the largest diffraction parameter, (15), is sought among the blocks of samples
  whose highest point could hold it.

None of it depends on the frequency: nu is kept times the root of the wavelength.
"""

import math

import numpy as np

from hatangso.engines.radio.compilation import compiled, compiled_fast

#: Samples in a block whose highest point is kept. 16 was the fastest of 8, 16, 32 and 64.
BLOCK = 16

#: Stands for minus infinity, which the fast compilation does not know.
NONE = -1e300

# Rows of the room to work in.
_CURVED, _SLOPE_T, _SLOPE_T_FLAT, _HULL, _HULL_EDGE, _FLAT_HULL, _FLAT_EDGE, _TOP = range(8)
_STEEP_T, _STEEP_R, _BARE_T, _BARE_R, _OBSTACLE, _V1, _V2, _INVERSE = range(8, 16)
ROOM_ROWS = 16


@compiled
def radial_room(n: int, step: float) -> np.ndarray:
    """Room for :func:`radial_geometry` to work in, for radials of n samples a step apart. [km]."""
    room = np.zeros((ROOM_ROWS, n))
    for k in range(1, n):
        room[_INVERSE, k] = 1.0 / (k * step)
    return room


@compiled_fast
def radial_geometry(
    h: np.ndarray,
    c: np.ndarray,
    n: int,
    first: int,
    step: float,
    antenna_t: float,
    antenna_r: float,
    curvature: float,
    clear: int,
    wavelength: float,
    room: np.ndarray,
    stacks: np.ndarray,
    nu: np.ndarray,
    above_t: np.ndarray,
    above_r: np.ndarray,
) -> None:
    """Find what the loss at each sample of a radial needs of its path.

    Parameters
    ----------
    h : ndarray, shape (n,)
        Terrain above sea level, without holes. [m]
    c : ndarray, shape (n,)
        Representative clutter height. [m]
    n : int
        Number of samples.
    first : int
        First sample that is a receiver, at least 2.
    step : float
        Distance between samples. [km]
    antenna_t, antenna_r : float
        Antenna heights above ground. [m]
    curvature : float
        Effective Earth curvature 1 / a_e. [1/km]
    clear : int
        So many samples next to either end of a path count without clutter, beside the end itself.
    wavelength : float
        Longest wavelength of interest: a parameter that gives it no loss need not be found. [m]
    room : ndarray of float64, shape (16, n or more)
        From :func:`radial_room`.
    stacks : ndarray of int64, shape (2, n or more)
        Room for both hulls.
    nu : ndarray of float, shape (n,)
        Result: diffraction parameter of the path times the root of the wavelength. [sqrt(m)]
    above_t, above_r : ndarray of float, shape (n,)
        Result: antenna heights above the smooth Earth, (37a) and (37b). [m]
    """
    if n <= first:
        return
    _prepare(h, c, n, step, antenna_t, 500.0 * curvature, clear, room)
    _outward(
        h, n, first, step, antenna_t, antenna_r, 500.0 * curvature, clear,
        wavelength, room, stacks, nu,
    )  # fmt: skip
    _finish(h, n, first, step, antenna_t, antenna_r, 500.0 * curvature, room, nu, above_t, above_r)


@compiled_fast
def _prepare(
    h: np.ndarray,
    c: np.ndarray,
    n: int,
    step: float,
    antenna_t: float,
    bulge: float,
    clear: int,
    room: np.ndarray,
) -> None:
    """Heights over the curved Earth, and the slopes from the transmitter, as vector code."""
    height_t = h[0] + antenna_t
    curved, slope_t, slope_t_flat = room[_CURVED], room[_SLOPE_T], room[_SLOPE_T_FLAT]
    inverse = room[_INVERSE]
    for i in range(1, n):
        x = i * step
        bare = h[i]
        g = bare + (c[i] if i > clear else 0.0) - bulge * x * x
        curved[i] = g
        slope_t[i] = (g - height_t) * inverse[i]  # (13), less bulge d
        slope_t_flat[i] = (bare - height_t) * inverse[i]  # (89b), less the ray's slope


@compiled_fast
def _outward(
    h: np.ndarray,
    n: int,
    first: int,
    step: float,
    antenna_t: float,
    antenna_r: float,
    bulge: float,
    clear: int,
    wavelength: float,
    room: np.ndarray,
    stacks: np.ndarray,
    nu: np.ndarray,
) -> None:
    """Carry the receiver outward: steepest slopes, obstacles and sums at each sample.

    Beyond the horizon ``nu`` is left for :func:`_finish`, which knows it by the steepest slope of
    the receiver, or by -inf in line of sight.
    """
    height_t = h[0] + antenna_t
    curved, slope_t, slope_t_flat = room[_CURVED], room[_SLOPE_T], room[_SLOPE_T_FLAT]
    top, inverse = room[_TOP], room[_INVERSE]
    hull, edge = room[_HULL], room[_HULL_EDGE]
    flat_hull, flat_edge = room[_FLAT_HULL], room[_FLAT_EDGE]
    at, flat_at = stacks[0], stacks[1]
    # J(nu) is 0 up to -0.78; a little less, so that no rounding lifts it over that edge.
    no_loss = 0.79 * 0.79 * wavelength
    steepest_t = NONE
    bare_t = NONE
    v1 = 0.0
    v2 = 0.0
    last = -1  # top of the curved hull
    flat_last = -1  # top of the bare terrain's hull
    highest = 0  # where the highest obstacle was last found in the latter
    in_blocks = 0
    for k in range(1, n):
        d = k * step
        # Sample k - 1 - clear is far enough from receiver k to count with its clutter.
        i = k - 1 - clear
        if i >= 1:
            g = curved[i]
            steepest_t = max(steepest_t, slope_t[i])
            slope = 0.0
            while last >= 0:
                slope = (g - hull[last]) * inverse[i - at[last]]
                if last == 0 or slope < edge[last]:
                    break
                last -= 1
            last += 1
            hull[last] = g
            at[last] = i
            edge[last] = slope
            block = i // BLOCK
            if block >= in_blocks:
                top[block] = g
                in_blocks = block + 1
            else:
                top[block] = max(top[block], g)
        i = k - 1
        if i >= 1:
            g = h[i]
            bare_t = max(bare_t, slope_t_flat[i])
            slope = 0.0
            while flat_last >= 0:
                slope = (g - flat_hull[flat_last]) * inverse[i - flat_at[flat_last]]
                if flat_last == 0 or slope < flat_edge[flat_last]:
                    break
                flat_last -= 1
            flat_last += 1
            flat_hull[flat_last] = g
            flat_at[flat_last] = i
            flat_edge[flat_last] = slope
        v1 += step * (h[k] + h[k - 1])  # (85)
        v2 += step * (h[k] * (3.0 * d - step) + h[k - 1] * (3.0 * d - 2.0 * step))  # (86)
        if k < first:
            continue
        room[_V1, k] = v1
        room[_V2, k] = v2
        height_r = h[k] + antenna_r
        curved_r = height_r - bulge * d * d
        straight = (height_r - height_t) * inverse[k]  # (14)
        # The samples next to the receiver count without clutter, and stand in no hull yet.
        near = max(k - clear, 1)
        steep_t = steepest_t
        for i in range(near, k):
            steep_t = max(steep_t, slope_t_flat[i] - bulge * (i * step))
        room[_STEEP_T, k] = steep_t
        if steep_t < straight - bulge * d:
            room[_STEEP_R, k] = NONE
            nu[k] = _largest_parameter(
                h, curved, top, near, k, step, bulge, height_t, straight - bulge * d, no_loss
            )
        else:
            steep_r = NONE
            p = last
            while p >= 0:
                slope = (hull[p] - curved_r) * inverse[k - at[p]]
                if slope < steep_r:
                    break
                steep_r = slope
                p -= 1
            for i in range(near, k):
                x = i * step
                steep_r = max(steep_r, (h[i] - bulge * x * x - curved_r) * inverse[k - i])
            room[_STEEP_R, k] = steep_r
        room[_BARE_T, k] = bare_t
        if bare_t > straight:  # the bare, flat terrain stands in the ray: h_obs > 0
            bare_r = NONE
            p = flat_last
            while p >= 0:
                slope = (flat_hull[p] - height_r) * inverse[k - flat_at[p]]
                if slope < bare_r:
                    break
                bare_r = slope
                p -= 1
            room[_BARE_R, k] = bare_r
            # The highest obstacle moves little from one receiver to the next: climb from where it
            # was. A hull has one peak only.
            highest = min(highest, flat_last)
            obstacle = flat_hull[highest] - straight * (flat_at[highest] * step)
            climbing = True
            while highest < flat_last:
                other = flat_hull[highest + 1] - straight * (flat_at[highest + 1] * step)
                if other <= obstacle:
                    break
                obstacle = other
                highest += 1
                climbing = False
            while climbing and highest > 0:
                other = flat_hull[highest - 1] - straight * (flat_at[highest - 1] * step)
                if other <= obstacle:
                    break
                obstacle = other
                highest -= 1
            room[_OBSTACLE, k] = obstacle - height_t


@compiled_fast
def _finish(
    h: np.ndarray,
    n: int,
    first: int,
    step: float,
    antenna_t: float,
    antenna_r: float,
    bulge: float,
    room: np.ndarray,
    nu: np.ndarray,
    above_t: np.ndarray,
    above_r: np.ndarray,
) -> None:
    """Turn slopes, obstacles and sums into parameters and heights, as vector code."""
    terrain_t = h[0]
    height_t = terrain_t + antenna_t
    # Counted from 0, so that the compiler sees that no index is negative.
    steep_t = room[_STEEP_T, first:n]
    steep_r = room[_STEEP_R, first:n]
    bare_t = room[_BARE_T, first:n]
    bare_r = room[_BARE_R, first:n]
    obstacle = room[_OBSTACLE, first:n]
    v1 = room[_V1, first:n]
    v2 = room[_V2, first:n]
    inverse = room[_INVERSE, first:n]
    h = h[first:n]
    nu = nu[first:n]
    above_t = above_t[first:n]
    above_r = above_r[first:n]
    for i in range(n - first):
        d = (first + i) * step
        height_r = h[i] + antenna_r
        straight = (height_r - height_t) * inverse[i]
        # (18), (19); the slopes of (13) and (17) are these plus and less bulge d.
        over = steep_r[i] > NONE
        S_rim = steep_r[i] - bulge * d if over else 1.0
        S_tim = steep_t[i] + bulge * d if over else 1.0
        d_bp = d * (straight + S_rim) / (S_tim + S_rim)
        zone = max(d_bp * (d - d_bp), 1e-12) if over else 1.0
        parameter = (S_tim - straight) * d_bp * math.sqrt(0.002 * d / zone)
        nu[i] = parameter if over else nu[i]
        fitted_t = (2.0 * v1[i] * d - v2[i]) * inverse[i] * inverse[i]  # (87)
        fitted_r = (v2[i] - v1[i] * d) * inverse[i] * inverse[i]  # (88)
        alpha_t = bare_t[i] - straight  # (89b)
        blocked = alpha_t > 0.0
        alpha_r = bare_r[i] + straight if blocked else 1.0  # (89c)
        share = (alpha_t if blocked else 1.0) / ((alpha_t if blocked else 1.0) + alpha_r)  # (90e)
        height = obstacle[i] if blocked else 0.0
        above_t[i] = height_t - min(fitted_t - height * share, terrain_t)  # (90c), (91), (37a)
        above_r[i] = height_r - min(fitted_r - height * (1.0 - share), h[i])  # (90d), (91), (37b)


@compiled_fast
def _largest_parameter(
    h: np.ndarray,
    curved: np.ndarray,
    block_top: np.ndarray,
    near: int,
    k: int,
    step: float,
    bulge: float,
    height_t: float,
    slope: float,
    no_loss: float,
) -> float:
    """Largest diffraction parameter of a path in line of sight times sqrt(wavelength), (15).

    All clearances are negative here, so that the largest parameter is the least of clearance
    squared over x (d - x); no root is drawn before it is found. What gives no loss is not refined.
    """
    d = k * step
    least = no_loss / (0.002 * d)
    for block in range((near - 1) // BLOCK, -1, -1):
        first = max(block * BLOCK, 1)
        last = min(block * BLOCK + BLOCK, near)
        x0 = first * step
        x1 = (last - 1) * step
        # The most that this block can hold: its highest point under the lowest end of the ray,
        # with the widest Fresnel zone.
        top = block_top[block] - height_t - slope * (x0 if slope > 0.0 else x1)
        widest = 0.25 * d * d
        if x1 <= 0.5 * d:
            widest = x1 * (d - x1)
        elif x0 >= 0.5 * d:
            widest = x0 * (d - x0)
        if top < 0.0 and top * top >= least * widest:
            continue
        for i in range(first, last):
            x = i * step
            clearance = curved[i] - height_t - slope * x
            if clearance * clearance < least * (x * (d - x)):
                least = clearance * clearance / (x * (d - x))
    for i in range(near, k):
        x = i * step
        clearance = h[i] - bulge * x * x - height_t - slope * x
        if clearance * clearance < least * (x * (d - x)):
            least = clearance * clearance / (x * (d - x))
    return -math.sqrt(0.002 * d * least)
