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
  more than that parabola, so that few corners beside the curved peak can hold the flat one. Where
  one corner shows that the smooth Earth brings no loss, they are not sought at all;
- the fit of the smooth Earth, (85) and (86), is two running sums;
- in line of sight, the largest diffraction parameter, (15), is sought among the blocks of samples
  whose highest point could hold it.

Without clutter the curved profile is the curved terrain, and one hull serves. What the own samples
of a cell say is found apart, for many cells at a time. None of it depends on the frequency: nu is
kept times the root of the wavelength.
"""

import math

import numpy as np

from hatangso.engines.radio.compilation import compiled_fast
from hatangso.engines.radio.radial_ground import (
    AT,
    AT_KM,
    BARE,
    BARE_AT,
    BARE_AT_KM,
    BARE_CREST,
    BARE_EDGE,
    BARE_HULL,
    BARE_T,
    BLOCK,
    CREST,
    CURVED,
    EDGE,
    FITTED_R,
    FITTED_T,
    FLAT_T,
    HULL,
    INVERSE,
    NONE,
    OBSTACLE,
    PARAMETER,
    SEEN_BARE_R,
    SEEN_FLAT_R,
    SEEN_R,
    STEEP_T,
    TOP,
    find_crests,
    prepare_radial,
)
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
from hatangso.engines.radio.smooth_fit import fit_smooth_earth

#: Makes an index that is known not to be negative: a signed one is tested at every use, in case it
#: counts from the end.
u = np.uintp


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
    ample: np.ndarray,
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
    ample : ndarray of float64, shape (n or more,)
        From :func:`~hatangso.engines.radio.smooth_fit.ample_products`.
    room : ndarray of float64, shape (10, n or more)
        From :func:`~hatangso.engines.radio.radial_ground.radial_room`.
    stacks : ndarray of int64, shape (4, n or more)
        Room to work in.
    sector : int
        Which of the two sectors in what follows, 0 or 1, has this radial as its own; it is the
        next one of the other.
    counts : ndarray of int64, shape (2,)
        Number of cells in each sector.
    keys, receivers : ndarray, shape (2, ...)
        Both sectors, from :func:`~hatangso.engines.radio.sector_cells.read_sector`.
    views : ndarray of float32 or float64, shape (2, 12, m)
        Both sectors, from :func:`~hatangso.engines.radio.sector_cells.own_view`.
    radial : ndarray of float64, shape (6, n or more)
        Result, for :func:`~hatangso.engines.radio.path_figures.path_figures`.
    notes : ndarray of the same type, shape (2, 2, 7, m)
        Result, for the same, by sector, side (0: by the sector's own radial, 1: by the next), row
        and cell.
    """
    # All in one body: an array handed to a function at every cell costs a lock each time.
    bulge = 500.0 * curvature
    height_t = h[0] + antenna_t
    if n < 1:
        return
    prepare_radial(h, c, n, step, antenna_t, bulge, clear, cluttered, room, radial)
    for s in range(2):
        fit_smooth_earth(
            radial, keys[s], receivers[s], views[s], step, counts[s],
            notes[s, 0 if s == sector else 1],
        )  # fmt: skip
    curved, bare = room[CURVED if cluttered else BARE], room[BARE]
    inverse, top = room[INVERSE], room[TOP]
    hull, edge, at_km = room[HULL], room[EDGE], room[AT_KM]
    at, bare_at = stacks[AT], stacks[BARE_AT]
    bare_hull, bare_edge, bare_at_km = room[BARE_HULL], room[BARE_EDGE], room[BARE_AT_KM]
    corner_km = bare_at_km if cluttered else at_km
    corner_m = bare_hull if cluttered else hull
    steep_t_of = radial[STEEP_T if cluttered else BARE_T]
    bare_t_of, flat_t_of = radial[BARE_T], radial[FLAT_T]
    # J(nu) is 0 up to -0.78; a little less, so that no rounding lifts it over that edge.
    no_loss = 0.79 * 0.79 * wavelength
    crest, bare_crest = stacks[CREST], stacks[BARE_CREST]
    crests = find_crests(curved, n, crest)
    bare_crests = find_crests(bare, n, bare_crest) if cluttered else 0
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
        while done < crests and crest[u(done)] < k:
            i = crest[u(done)]
            done += 1
            g = curved[u(i)]
            slope = -NONE
            while last >= 0:
                slope = (g - hull[u(last)]) * inverse[u(i - at[u(last)])]
                if slope < edge[u(last)]:
                    break
                last -= 1
            last += 1
            hull[u(last)] = g
            at[u(last)] = i
            at_km[u(last)] = i * step
            # The first corner of a hull never falls.
            edge[u(last)] = slope if last > 0 else -NONE
        while bare_done < bare_crests and bare_crest[u(bare_done)] < k:
            i = bare_crest[u(bare_done)]
            bare_done += 1
            g = bare[u(i)]
            slope = -NONE
            while bare_last >= 0:
                slope = (g - bare_hull[u(bare_last)]) * inverse[u(i - bare_at[u(bare_last)])]
                if slope < bare_edge[u(bare_last)]:
                    break
                bare_last -= 1
            bare_last += 1
            bare_hull[u(bare_last)] = g
            bare_at[u(bare_last)] = i
            bare_at_km[u(bare_last)] = i * step
            bare_edge[u(bare_last)] = slope if bare_last > 0 else -NONE
        last_km = k * step
        for s in range(2):
            e = done_0 if s == 0 else done_1
            side = 0 if s == sector else 1
            while e < counts[s] and keys[s, u(e)] == k:
                d = receivers[s, 0, u(e)]
                height_r = receivers[s, 2, u(e)] + antenna_r
                straight = (height_r - height_t) / d  # (14)
                slope = straight - bulge * d
                curved_r = height_r - bulge * d * d
                if max(steep_t_of[u(k)], views[s, V_STEEP_T, u(e)]) < slope:
                    notes[s, side, SEEN_R, u(e)] = NONE
                    # All clearances are negative here: the least of them squared over x (d - x)
                    # gives the largest parameter, and no root is drawn before it is found.
                    least = min(no_loss / (0.002 * d), views[s, V_LEAST, u(e)])
                    for block in range(k // BLOCK, -1, -1):
                        begin = max(block * BLOCK, 1)
                        stop = min(block * BLOCK + BLOCK, k + 1)
                        if stop <= begin:
                            continue
                        x0 = begin * step
                        x1 = (stop - 1) * step
                        # The most that this block can hold: its highest point under the lowest end
                        # of the ray, with the widest Fresnel zone.
                        under = top[u(block)] - height_t - slope * (x0 if slope > 0.0 else x1)
                        widest = 0.25 * d * d
                        if x1 <= 0.5 * d:
                            widest = x1 * (d - x1)
                        elif x0 >= 0.5 * d:
                            widest = x0 * (d - x0)
                        if under < 0.0 and under * under >= least * widest:
                            continue
                        for i in range(begin, stop):
                            x = i * step
                            clearance = curved[u(i)] - height_t - slope * x
                            if clearance * clearance < least * (x * (d - x)):
                                least = clearance * clearance / (x * (d - x))
                    notes[s, side, PARAMETER, u(e)] = -math.sqrt(0.002 * d * least)
                else:
                    steep_r = views[s, V_STEEP_R, u(e)]
                    if k > 0:
                        steep_r = max(steep_r, (curved[u(k)] - curved_r) / (d - last_km))
                    if last >= 0:
                        # Seen from outside, the slopes to a hull's corners have one peak, which
                        # moves little from one receiver to the next.
                        seen = min(seen, last)
                        rise = hull[u(seen)] - curved_r
                        run = d - at_km[u(seen)]
                        while seen < last:
                            other_rise = hull[u(seen + 1)] - curved_r
                            other_run = d - at_km[u(seen + 1)]
                            if other_rise * run <= rise * other_run:
                                break
                            rise = other_rise
                            run = other_run
                            seen += 1
                        while seen > 0:
                            other_rise = hull[u(seen - 1)] - curved_r
                            other_run = d - at_km[u(seen - 1)]
                            if other_rise * run <= rise * other_run:
                                break
                            rise = other_rise
                            run = other_run
                            seen -= 1
                        steep_r = max(steep_r, rise / run)
                    notes[s, side, SEEN_R, u(e)] = steep_r
                if cluttered:
                    notes[s, side, SEEN_BARE_R, u(e)] = NONE
                if cluttered and max(bare_t_of[u(k)], views[s, V_BARE_T, u(e)]) >= slope:
                    steep_r = views[s, V_BARE_R, u(e)]
                    if k > 0:
                        steep_r = max(steep_r, (bare[u(k)] - curved_r) / (d - last_km))
                    if bare_last >= 0:
                        bare_seen = min(bare_seen, bare_last)
                        rise = bare_hull[u(bare_seen)] - curved_r
                        run = d - bare_at_km[u(bare_seen)]
                        while bare_seen < bare_last:
                            other_rise = bare_hull[u(bare_seen + 1)] - curved_r
                            other_run = d - bare_at_km[u(bare_seen + 1)]
                            if other_rise * run <= rise * other_run:
                                break
                            rise = other_rise
                            run = other_run
                            bare_seen += 1
                        while bare_seen > 0:
                            other_rise = bare_hull[u(bare_seen - 1)] - curved_r
                            other_run = d - bare_at_km[u(bare_seen - 1)]
                            if other_rise * run <= rise * other_run:
                                break
                            rise = other_rise
                            run = other_run
                            bare_seen -= 1
                        steep_r = max(steep_r, rise / run)
                    notes[s, side, SEEN_BARE_R, u(e)] = steep_r
                notes[s, side, SEEN_FLAT_R, u(e)] = NONE
                alpha_t = max(flat_t_of[u(k)], views[s, V_FLAT_T, u(e)]) - straight  # (89b)
                if alpha_t > 0.0:
                    # The flat terrain stands in the ray, h_obs > 0, and the curved all the more.
                    corners = bare_last if cluttered else last
                    obstacle = views[s, V_OBSTACLE, u(e)]
                    # From the receiver: q - bulge x is sought, q the slopes over the curved Earth.
                    most = views[s, V_FLAT_R, u(e)] + bulge * d
                    if k > 0:
                        obstacle = max(obstacle, h[u(k)] - straight * last_km)
                        most = max(most, (h[u(k)] - height_r) / (d - last_km) + bulge * d)
                    highest = max(min(highest, corners), 0)
                    if corners >= 0:
                        x = corner_km[u(highest)]
                        g = corner_m[u(highest)]
                        obstacle = max(obstacle, g - slope * x - bulge * x * (d - x))
                        most = max(most, (g - curved_r) / (d - x) - bulge * x)
                    # With the one corner that was the highest obstacle before, heights above the
                    # smooth Earth come out too low, if anything. If they are ample even so, what
                    # they are does not matter.
                    height = max(obstacle - height_t, 0.0)
                    alpha_r = max(most - bulge * d + straight, 0.0)
                    widest = steep_r - bulge * d + straight  # alpha_r is no more than this
                    above_t = height_t - min(
                        notes[s, side, FITTED_T, u(e)] - height * alpha_t / (alpha_t + widest),
                        h[0],
                    )
                    above_r = height_r - min(
                        notes[s, side, FITTED_R, u(e)] - height * alpha_r / (alpha_t + alpha_r),
                        height_r - antenna_r,
                    )
                    if corners >= 0 and above_t * above_r < ample[u(k)]:
                        # The slopes q to the corners have their peak where the tangent touched,
                        # and fall to both sides of it.
                        i = bare_seen if cluttered else seen
                        while i >= 0 and i <= corners:
                            x = corner_km[u(i)]
                            q = (corner_m[u(i)] - curved_r) / (d - x)
                            if q <= most:
                                break
                            most = max(most, q - bulge * x)
                            i -= 1
                        # Obstacles over the curved Earth are higher by bulge x (d - x), and have
                        # one peak along the hull, which moves little between receivers.
                        peak = corner_m[u(highest)] - slope * corner_km[u(highest)]
                        climbing = True
                        while highest < corners:
                            other = corner_m[u(highest + 1)] - slope * corner_km[u(highest + 1)]
                            if other <= peak:
                                break
                            peak = other
                            highest += 1
                            climbing = False
                        while climbing and highest > 0:
                            other = corner_m[u(highest - 1)] - slope * corner_km[u(highest - 1)]
                            if other <= peak:
                                break
                            peak = other
                            highest -= 1
                        for i in range(highest, -1, -1):
                            x = corner_km[u(i)]
                            over = corner_m[u(i)] - slope * x
                            if over <= obstacle:
                                break
                            obstacle = max(obstacle, over - bulge * x * (d - x))
                        for i in range(highest + 1, corners + 1):
                            x = corner_km[u(i)]
                            over = corner_m[u(i)] - slope * x
                            if over <= obstacle:
                                break
                            obstacle = max(obstacle, over - bulge * x * (d - x))
                    notes[s, side, SEEN_FLAT_R, u(e)] = max(most - bulge * d, -straight)
                    notes[s, side, OBSTACLE, u(e)] = obstacle - height_t
                e += 1
            following = np.int64(keys[s, u(e)]) if e < counts[s] else n
            if s == 0:
                done_0 = e
                next_0 = following
            else:
                done_1 = e
                next_1 = following
