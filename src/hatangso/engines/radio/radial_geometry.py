"""The geometry of the paths to the cells on both sides of a radial, in one pass outward.

A radial is a row of equally spaced samples that begins at the transmitter. A cell beside it shares
its samples but for the last few, which are the cell's own, as are its distance and its height.
What ITU-R P.1812-8 asks of a path's profile is kept up to date while the walk goes outward, instead
of being found anew for each cell:

- the transmitter's steepest slopes, equations (13), (77) and (89b), are running maxima;
- the receiver's steepest slopes, (17) and (82a), are tangents to upper convex hulls of the curved
  profile, which are stacks, from which each sample is taken once at most, so that a radial costs a
  time that grows with its length;
- (89a) and (89c) ask for the flat terrain. Its hull's corners are among those of the curved
  terrain, which a parabola makes rounder. Flat slopes and obstacles lie under the curved ones by no
  more than that parabola, so that few corners beside the curved peak can hold the flat one;
- the fit of the smooth Earth, (85) and (86), is two running sums;
- in line of sight, the largest diffraction parameter, (15), is sought among the blocks of samples
  whose highest point could hold it.

Without clutter the curved profile is the curved terrain, and one hull serves. What the own samples
of a cell say is found apart, for many cells at a time. None of it depends on the frequency: nu is
kept times the root of the wavelength.
"""

import math

import numpy as np

from hatangso.engines.radio.compilation import compiled, compiled_fast
from hatangso.engines.radio.sector_cells import (
    V_BARE_R,
    V_BARE_T,
    V_FLAT_R,
    V_FLAT_T,
    V_LEAST,
    V_OBSTACLE,
    V_STEEP_R,
    V_STEEP_T,
)

#: Samples in a block whose highest point is kept. 16 was the fastest of 8, 16, 32 and 64.
BLOCK = 16

#: Stands for minus infinity, which the fast compilation does not know.
NONE = -1e300

# Rows of what is known along a radial.
TERRAIN, STEEP_T, BARE_T, FLAT_T, SUM_1, SUM_2 = range(6)
RADIAL_ROWS = 6

# Rows of the room to work in.
_CURVED, _BARE, _INVERSE, _TOP = range(4)
_HULL, _EDGE, _AT_KM = 4, 5, 6  # of the curved surface
_BARE_HULL, _BARE_EDGE, _BARE_AT_KM = 7, 8, 9  # of the curved terrain
ROOM_ROWS = 10

# Rows of the integers' room.
_AT, _BARE_AT, _CREST, _BARE_CREST = range(4)
STACK_ROWS = 4

# Rows of what the walk notes of a cell's path.
SEEN_R, SEEN_BARE_R, SEEN_FLAT_R, OBSTACLE, PARAMETER = range(5)
NOTES = 5


@compiled
def radial_room(n: int, step: float) -> np.ndarray:
    """Room for :func:`walk_radial` to work in, for radials of n samples a step apart. [km]."""
    room = np.zeros((ROOM_ROWS, n))
    for k in range(1, n):
        room[_INVERSE, k] = 1.0 / (k * step)
    return room


@compiled_fast
def _crests(heights: np.ndarray, n: int, crests: np.ndarray) -> int:
    """Find the samples above the chord of their neighbours: no other is ever a hull's corner."""
    count = 0
    for i in range(1, n - 1):
        before = heights[i - 1] if i > 1 else NONE
        crests[count] = i
        count += int(heights[i] - before > heights[i + 1] - heights[i])
    return count


@compiled_fast
def _prepare(
    h: np.ndarray,
    c: np.ndarray,
    n: int,
    step: float,
    antenna_t: float,
    bulge: float,
    clear: int,
    cluttered: bool,
    room: np.ndarray,
    radial: np.ndarray,
) -> None:
    """Heights over the curved Earth, and what the transmitter sees of them."""
    terrain, steep_t, bare_t = radial[TERRAIN, :n], radial[STEEP_T, :n], radial[BARE_T, :n]
    flat_t, sum_1, sum_2 = radial[FLAT_T, :n], radial[SUM_1, :n], radial[SUM_2, :n]
    curved, bare, inverse = room[_CURVED, :n], room[_BARE, :n], room[_INVERSE, :n]
    height_t = h[0] + antenna_t
    terrain[0] = h[0]
    steep_t[0] = bare_t[0] = flat_t[0] = NONE
    sum_1[0] = sum_2[0] = 0.0
    for i in range(1, n):
        x = i * step
        height = h[i]
        before = h[i - 1]
        flat = (height - height_t) * inverse[i]
        terrain[i] = height
        bare[i] = height - bulge * x * x
        flat_t[i] = flat  # (89b), less the ray's slope
        bare_t[i] = flat - bulge * x  # (77)
        sum_1[i] = step * (height + before)  # (85)
        sum_2[i] = step * (height * (3.0 * x - step) + before * (3.0 * x - 2.0 * step))  # (86)
    if cluttered:
        for i in range(1, n):
            lift = c[i] if i > clear else 0.0
            curved[i] = bare[i] + lift
            steep_t[i] = bare_t[i] + lift * inverse[i]  # (13), less bulge d
        highest = NONE
        for i in range(1, n):
            highest = max(highest, steep_t[i])
            steep_t[i] = highest
    highest_bare = NONE
    highest_flat = NONE
    total_1 = 0.0
    total_2 = 0.0
    for i in range(1, n):
        highest_bare = max(highest_bare, bare_t[i])
        highest_flat = max(highest_flat, flat_t[i])
        total_1 += sum_1[i]
        total_2 += sum_2[i]
        bare_t[i] = highest_bare
        flat_t[i] = highest_flat
        sum_1[i] = total_1
        sum_2[i] = total_2
    surface = room[_CURVED if cluttered else _BARE, :n]
    top = room[_TOP]
    for block in range((n + BLOCK - 1) // BLOCK):
        highest = NONE
        for i in range(max(block * BLOCK, 1), min(block * BLOCK + BLOCK, n)):
            highest = max(highest, surface[i])
        top[block] = highest


@compiled_fast
def walk_radial(
    h: np.ndarray,
    c: np.ndarray,
    n: int,
    step: float,
    antenna_t: float,
    antenna_r: float,
    curvature: float,
    clear: int,
    cluttered: bool,
    wavelength: float,
    room: np.ndarray,
    stacks: np.ndarray,
    sector: int,
    counts: np.ndarray,
    keys: np.ndarray,
    receivers: np.ndarray,
    views: np.ndarray,
    radial: np.ndarray,
    notes: np.ndarray,
) -> None:
    """Carry the walk outward, and note what the loss at each cell on both sides needs.

    Parameters
    ----------
    h : ndarray, shape (n or more,)
        Terrain above sea level, without holes. [m]
    c : ndarray, shape (n or more,)
        Representative clutter height. [m]
    n : int
        Number of samples. Cells that need more are left alone.
    step : float
        Distance between samples. [km]
    antenna_t, antenna_r : float
        Antenna heights above ground. [m]
    curvature : float
        Effective Earth curvature 1 / a_e. [1/km]
    clear : int
        So many samples next to the transmitter count without clutter, beside the end itself; what
        is near the receiver is among the cell's own samples.
    cluttered : bool
        Whether there is any clutter.
    wavelength : float
        Longest wavelength of interest: a parameter that gives it no loss need not be found. [m]
    room : ndarray of float64, shape (10, n or more)
        From :func:`radial_room`.
    stacks : ndarray of int64, shape (4, n or more)
        Room to work in.
    sector : int
        Which of the two sectors in what follows, 0 or 1, has this radial as its own; it is the
        next one of the other.
    counts : ndarray of int64, shape (2,)
        Number of cells in each sector.
    keys, receivers : ndarray, shape (2, ...)
        Both sectors, from :func:`~hatangso.engines.radio.sector_cells.read_sector`.
    views : ndarray of float64, shape (2, 12, m)
        Both sectors, from :func:`~hatangso.engines.radio.sector_cells.own_view`.
    radial : ndarray of float64, shape (6, n or more)
        Result, for :func:`~hatangso.engines.radio.path_figures.path_figures`.
    notes : ndarray of float64, shape (2, 2, 5, m)
        Result, for the same, by sector, side (0: by the sector's own radial, 1: by the next), row
        and cell.
    """
    # All in one body: an array handed to a function at every cell costs a lock each time.
    bulge = 500.0 * curvature
    height_t = h[0] + antenna_t
    if n < 1:
        return
    _prepare(h, c, n, step, antenna_t, bulge, clear, cluttered, room, radial)
    curved, bare = room[_CURVED if cluttered else _BARE], room[_BARE]
    inverse, top = room[_INVERSE], room[_TOP]
    hull, edge, at_km = room[_HULL], room[_EDGE], room[_AT_KM]
    at, bare_at = stacks[_AT], stacks[_BARE_AT]
    bare_hull, bare_edge, bare_at_km = room[_BARE_HULL], room[_BARE_EDGE], room[_BARE_AT_KM]
    corner_km = bare_at_km if cluttered else at_km
    corner_m = bare_hull if cluttered else hull
    steep_t_of = radial[STEEP_T if cluttered else BARE_T]
    bare_t_of, flat_t_of = radial[BARE_T], radial[FLAT_T]
    # J(nu) is 0 up to -0.78; a little less, so that no rounding lifts it over that edge.
    no_loss = 0.79 * 0.79 * wavelength
    crest, bare_crest = stacks[_CREST], stacks[_BARE_CREST]
    crests = _crests(curved, n, crest)
    bare_crests = _crests(bare, n, bare_crest) if cluttered else 0
    done = 0  # crests that have been put onto the hulls
    bare_done = 0
    last = -1  # top of the curved surface's hull
    bare_last = -1  # and of the curved terrain's
    seen = 0  # where the tangents last touched the one and the other
    bare_seen = 0
    highest = 0  # where the highest obstacle was last found
    done_0 = 0
    done_1 = 0
    next_0 = np.int64(keys[0, 0]) if counts[0] > 0 else n
    next_1 = np.int64(keys[1, 0]) if counts[1] > 0 else n
    while True:
        k = min(next_0, next_1)
        if k >= n:
            break
        while done < crests and crest[done] < k:
            i = crest[done]
            done += 1
            g = curved[i]
            slope = -NONE
            while last >= 0:
                slope = (g - hull[last]) * inverse[i - at[last]]
                if slope < edge[last]:
                    break
                last -= 1
            last += 1
            hull[last] = g
            at[last] = i
            at_km[last] = i * step
            # The first corner of a hull never falls.
            edge[last] = slope if last > 0 else -NONE
        while bare_done < bare_crests and bare_crest[bare_done] < k:
            i = bare_crest[bare_done]
            bare_done += 1
            g = bare[i]
            slope = -NONE
            while bare_last >= 0:
                slope = (g - bare_hull[bare_last]) * inverse[i - bare_at[bare_last]]
                if slope < bare_edge[bare_last]:
                    break
                bare_last -= 1
            bare_last += 1
            bare_hull[bare_last] = g
            bare_at[bare_last] = i
            bare_at_km[bare_last] = i * step
            bare_edge[bare_last] = slope if bare_last > 0 else -NONE
        last_km = k * step
        for s in range(2):
            e = done_0 if s == 0 else done_1
            side = 0 if s == sector else 1
            while e < counts[s] and keys[s, e] == k:
                d = receivers[s, 0, e]
                height_r = receivers[s, 2, e] + antenna_r
                straight = (height_r - height_t) / d  # (14)
                slope = straight - bulge * d
                curved_r = height_r - bulge * d * d
                if max(steep_t_of[k], views[s, V_STEEP_T, e]) < slope:
                    notes[s, side, SEEN_R, e] = NONE
                    # All clearances are negative here: the least of them squared over x (d - x)
                    # gives the largest parameter, and no root is drawn before it is found.
                    least = min(no_loss / (0.002 * d), views[s, V_LEAST, e])
                    for block in range(k // BLOCK, -1, -1):
                        begin = max(block * BLOCK, 1)
                        stop = min(block * BLOCK + BLOCK, k + 1)
                        if stop <= begin:
                            continue
                        x0 = begin * step
                        x1 = (stop - 1) * step
                        # The most that this block can hold: its highest point under the lowest end
                        # of the ray, with the widest Fresnel zone.
                        under = top[block] - height_t - slope * (x0 if slope > 0.0 else x1)
                        widest = 0.25 * d * d
                        if x1 <= 0.5 * d:
                            widest = x1 * (d - x1)
                        elif x0 >= 0.5 * d:
                            widest = x0 * (d - x0)
                        if under < 0.0 and under * under >= least * widest:
                            continue
                        for i in range(begin, stop):
                            x = i * step
                            clearance = curved[i] - height_t - slope * x
                            if clearance * clearance < least * (x * (d - x)):
                                least = clearance * clearance / (x * (d - x))
                    notes[s, side, PARAMETER, e] = -math.sqrt(0.002 * d * least)
                else:
                    steep_r = views[s, V_STEEP_R, e]
                    if k > 0:
                        steep_r = max(steep_r, (curved[k] - curved_r) / (d - last_km))
                    if last >= 0:
                        # Seen from outside, the slopes to a hull's corners have one peak, which
                        # moves little from one receiver to the next.
                        seen = min(seen, last)
                        rise = hull[seen] - curved_r
                        run = d - at_km[seen]
                        while seen < last:
                            other_rise = hull[seen + 1] - curved_r
                            other_run = d - at_km[seen + 1]
                            if other_rise * run <= rise * other_run:
                                break
                            rise = other_rise
                            run = other_run
                            seen += 1
                        while seen > 0:
                            other_rise = hull[seen - 1] - curved_r
                            other_run = d - at_km[seen - 1]
                            if other_rise * run <= rise * other_run:
                                break
                            rise = other_rise
                            run = other_run
                            seen -= 1
                        steep_r = max(steep_r, rise / run)
                    notes[s, side, SEEN_R, e] = steep_r
                if cluttered:
                    notes[s, side, SEEN_BARE_R, e] = NONE
                if cluttered and max(bare_t_of[k], views[s, V_BARE_T, e]) >= slope:
                    steep_r = views[s, V_BARE_R, e]
                    if k > 0:
                        steep_r = max(steep_r, (bare[k] - curved_r) / (d - last_km))
                    if bare_last >= 0:
                        bare_seen = min(bare_seen, bare_last)
                        rise = bare_hull[bare_seen] - curved_r
                        run = d - bare_at_km[bare_seen]
                        while bare_seen < bare_last:
                            other_rise = bare_hull[bare_seen + 1] - curved_r
                            other_run = d - bare_at_km[bare_seen + 1]
                            if other_rise * run <= rise * other_run:
                                break
                            rise = other_rise
                            run = other_run
                            bare_seen += 1
                        while bare_seen > 0:
                            other_rise = bare_hull[bare_seen - 1] - curved_r
                            other_run = d - bare_at_km[bare_seen - 1]
                            if other_rise * run <= rise * other_run:
                                break
                            rise = other_rise
                            run = other_run
                            bare_seen -= 1
                        steep_r = max(steep_r, rise / run)
                    notes[s, side, SEEN_BARE_R, e] = steep_r
                notes[s, side, SEEN_FLAT_R, e] = NONE
                if max(flat_t_of[k], views[s, V_FLAT_T, e]) > straight:
                    # The flat terrain stands in the ray, h_obs > 0, and the curved all the more.
                    corners = bare_last if cluttered else last
                    # From the receiver: q - bulge x is sought, where the slopes q to the corners
                    # have their peak where the tangent touched, and fall to both sides of it.
                    i = bare_seen if cluttered else seen
                    most = views[s, V_FLAT_R, e] + bulge * d
                    if k > 0:
                        most = max(most, (h[k] - height_r) / (d - last_km) + bulge * d)
                    while i >= 0 and i <= corners:
                        x = corner_km[i]
                        q = (corner_m[i] - curved_r) / (d - x)
                        if q <= most:
                            break
                        most = max(most, q - bulge * x)
                        i -= 1
                    notes[s, side, SEEN_FLAT_R, e] = most - bulge * d
                    # Obstacles over the curved Earth are higher by bulge x (d - x), and have one
                    # peak along the hull, which moves little from one receiver to the next.
                    highest = min(highest, corners)
                    peak = corner_m[highest] - slope * corner_km[highest] if corners >= 0 else NONE
                    climbing = True
                    while highest < corners:
                        other = corner_m[highest + 1] - slope * corner_km[highest + 1]
                        if other <= peak:
                            break
                        peak = other
                        highest += 1
                        climbing = False
                    while climbing and highest > 0:
                        other = corner_m[highest - 1] - slope * corner_km[highest - 1]
                        if other <= peak:
                            break
                        peak = other
                        highest -= 1
                    obstacle = views[s, V_OBSTACLE, e]
                    if k > 0:
                        obstacle = max(obstacle, h[k] - straight * last_km)
                    for i in range(highest, -1, -1):
                        x = corner_km[i]
                        over = corner_m[i] - slope * x
                        if over <= obstacle:
                            break
                        obstacle = max(obstacle, over - bulge * x * (d - x))
                    for i in range(highest + 1, corners + 1):
                        x = corner_km[i]
                        over = corner_m[i] - slope * x
                        if over <= obstacle:
                            break
                        obstacle = max(obstacle, over - bulge * x * (d - x))
                    notes[s, side, OBSTACLE, e] = obstacle - height_t
                e += 1
            following = np.int64(keys[s, e]) if e < counts[s] else n
            if s == 0:
                done_0 = e
                next_0 = following
            else:
                done_1 = e
                next_1 = following
