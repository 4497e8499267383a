"""Which cells of the grid lie between which two radials, and the ground just before each cell.

A sector is what lies between a radial and the next. Every cell within the radius belongs to one
sector; its loss comes from the views of both radials, weighed by its place between them.
"""

import math

import numpy as np
from numba import prange

from hatangso.engines.radio.compilation import (
    compiled_fast,
    compiled_fast_nan,
    compiled_parallel,
)
from hatangso.engines.radio.local_frame import LocalFrame
from hatangso.engines.radio.vector_math import azimuth_of, f4

#: Strips of rows that are counted apart, so that threads need not wait for each other.
STRIPS = 32

#: So many samples before each cell are read on the cell's own path, not on the radials beside it:
#: there a few metres aside are seen under the widest angle.
OWN_SAMPLES = 4


def cells_by_sector(
    frame: LocalFrame, shape: tuple[int, int], sectors: int, shortest_km: float, radius_km: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Sort the cells around a site by sector.

    Parameters
    ----------
    frame : LocalFrame
        Of the grid and the site.
    shape : tuple of int
        Rows and columns of the grid.
    sectors : int
        Number of radials, equally spaced from north.
    shortest_km, radius_km : float
        Cells from here to there. [km]

    Returns
    -------
    starts : ndarray of int64, shape (sectors + 1,)
        Where each sector's cells begin in what follows.
    cells : ndarray of int32, shape (m,)
        Places in the flattened grid.
    lengths : ndarray of float32, shape (m,)
        Distances. [km]
    shares : ndarray of float32, shape (m,)
        Place between the sector's own radial, 0, and the next, 1.
    """
    length, turn = np.empty(shape, np.float32), np.empty(shape, np.float32)
    counts = np.zeros((STRIPS, sectors), np.int32)
    _measure(
        frame.to_plane, frame.span, frame.row, frame.column, sectors / (2.0 * math.pi),
        shortest_km, radius_km, length, turn, counts,
    )  # fmt: skip
    ends = np.cumsum(counts.T.ravel(), dtype=np.int64)
    places = np.ascontiguousarray((ends - counts.T.ravel()).reshape(sectors, STRIPS).T)
    starts = np.append(places[0], ends[-1])
    cells = np.empty(ends[-1], np.int32)
    lengths, shares = np.empty((2, ends[-1]), np.float32)
    _place(length, turn, places, cells, lengths, shares)
    return starts, cells, lengths, shares


@compiled_fast
def _polar_places(
    row: int,
    columns: int,
    to_plane: np.ndarray,
    span: float,
    row0: float,
    column0: float,
    per_radian: float,
    length: np.ndarray,
    turn: np.ndarray,
) -> None:
    """Distance and azimuth, the latter in sectors, at each cell of one row, as vector code."""
    v = (row - row0) / span
    # The frame's polynomials along one row: of the column alone.
    east = np.zeros(6)
    north = np.zeros(6)
    t = 0
    for degree in range(6):
        for i in range(degree + 1):
            power = v**i
            east[degree - i] += to_plane[0, t] * power
            north[degree - i] += to_plane[1, t] * power
            t += 1
    e0, e1, e2, e3, e4, e5 = east[0], east[1], east[2], east[3], east[4], east[5]
    n0, n1, n2, n3, n4, n5 = north[0], north[1], north[2], north[3], north[4], north[5]
    around = f4(2.0 * math.pi * per_radian)
    for q in range(columns):
        u = (q - column0) / span
        x = f4(e0 + u * (e1 + u * (e2 + u * (e3 + u * (e4 + u * e5)))))
        y = f4(n0 + u * (n1 + u * (n2 + u * (n3 + u * (n4 + u * n5)))))
        length[q] = f4(math.sqrt(x * x + y * y))
        angle = azimuth_of(x, y) * f4(per_radian)
        turn[q] = angle + around if angle < f4(0.0) else angle


@compiled_parallel
def _measure(
    to_plane: np.ndarray,
    span: float,
    row0: float,
    column0: float,
    per_radian: float,
    shortest: float,
    radius: float,
    length: np.ndarray,
    turn: np.ndarray,
    counts: np.ndarray,
) -> None:
    """Find each cell's distance, -1 outside, and azimuth, and count cells by strip and sector."""
    rows, columns = length.shape
    strips, sectors = counts.shape
    for strip in prange(strips):
        for r in range(rows * strip // strips, rows * (strip + 1) // strips):
            _polar_places(r, columns, to_plane, span, row0, column0, per_radian, length[r], turn[r])
            for q in range(columns):
                if length[r, q] < f4(shortest) or length[r, q] > f4(radius):
                    length[r, q] = f4(-1.0)
                else:
                    counts[strip, min(np.int64(turn[r, q]), sectors - 1)] += 1


@compiled_parallel
def _place(
    length: np.ndarray,
    turn: np.ndarray,
    places: np.ndarray,
    cells: np.ndarray,
    lengths: np.ndarray,
    shares: np.ndarray,
) -> None:
    """Put each cell into its sector; ``places`` says where each strip's next one goes."""
    rows, columns = length.shape
    strips, sectors = places.shape
    for strip in prange(strips):
        for r in range(rows * strip // strips, rows * (strip + 1) // strips):
            for q in range(columns):
                if length[r, q] < f4(0.0):
                    continue
                sector = min(np.int64(turn[r, q]), sectors - 1)
                at = places[strip, sector]
                places[strip, sector] = at + 1
                cells[at] = r * columns + q
                lengths[at] = length[r, q]
                shares[at] = turn[r, q] - f4(sector)


@compiled_fast_nan
def read_sector(
    terrain: np.ndarray,
    clutter: np.ndarray,
    line: np.ndarray,
    next_line: np.ndarray,
    cells: np.ndarray,
    lengths: np.ndarray,
    shares: np.ndarray,
    step: float,
    clear_km: float,
    own: int,
    tally: np.ndarray,
    cell: np.ndarray,
    keys: np.ndarray,
    known: np.ndarray,
    receivers: np.ndarray,
    way: np.ndarray,
    places: np.ndarray,
    own_samples: np.ndarray,
) -> None:
    """Order a sector's cells outward, and read the ground of each and just before it.

    Parameters
    ----------
    terrain, clutter
        As of :func:`~hatangso.engines.radio.radial_samples.sample_radial`.
    line, next_line : ndarray, shape (2, 6)
        The radials on both sides, of :meth:`LocalFrame.along`.
    cells, lengths, shares : ndarray, shape (m,)
        The sector's cells, of :func:`cells_by_sector`.
    step : float
        [km]
    clear_km : float
        Clutter this near to either end is left out. [km]
    own : int
        Samples that are read on each cell's own path, at least 1 and all within ``clear_km``.
    tally : ndarray of int64
        Room to work in, one more than samples on a radial.
    cell : ndarray of int32, shape (m or more,)
        Result: the cells, ordered.
    keys : ndarray of int32, shape (m or more,)
        Result: the last sample that each cell shares with the radials.
    known : ndarray of bool, shape (m or more,)
        Result: whether the cell's own heights are known; what is not is set to 0.
    receivers : ndarray of float32 or float64, shape (3, m or more)
        Results: distances [km], places between the radials, ground heights [m].
    way : ndarray of the same type, shape (6, m or more)
    places : ndarray of int32, shape (3, m or more)
        Room to work in.
    own_samples : ndarray of the same type, shape (3, own, m or more)
        Results: own samples from each cell backward: distance [km], terrain and surface [m]. A cell
        that has fewer than ``own`` repeats its first.
    """
    # Everything in the type of the results: other constants would make double precision of it.
    t = receivers.dtype.type
    rows, columns = terrain.shape
    m = cells.size
    key_of = places[2, :m]
    for e in range(m):
        # As path_steps divides the path.
        steps = max(np.int32(lengths[e] / step + 0.5), np.int32(2))
        key_of[e] = max(steps - np.int32(1 + own), np.int32(0))
    tally[:] = 0
    for e in range(m):
        tally[key_of[e] + 1] += 1
    for k in range(1, tally.size):
        tally[k] += tally[k - 1]
    for e in range(m):
        key = key_of[e]
        p = tally[key]
        tally[key] = p + 1
        cell[p] = cells[e]
        keys[p] = key
        receivers[0, p] = lengths[e]
        receivers[1, p] = shares[e]
    # From here on vector code. Rows are cut so that the compiler sees that they are contiguous.
    flat = terrain.reshape(terrain.size)
    flat_clutter = clutter.reshape(clutter.size)
    cell = cell[:m]
    known = known[:m]
    lengths_of, share_of, ground = receivers[0, :m], receivers[1, :m], receivers[2, :m]
    down_of, right_of, row_of, column_of = way[0, :m], way[1, :m], way[2, :m], way[3, :m]
    total, first_x = way[4, :m], way[5, :m]
    upper_left, nearest_cell = places[0, :m], places[1, :m]
    per_row = 1.0 / columns
    whole, clear = t(step), t(clear_km)
    zero, half, one_half = t(0.0), t(0.5), t(1.5)
    # The way back from a cell is straight on the grid, over so few samples: each radial's own
    # direction at that distance, weighed.
    # Coefficients of the derivatives, and how they change from one radial to the next.
    a1, a2, a3 = t(line[0, 1]), t(2.0 * line[0, 2]), t(3.0 * line[0, 3])
    a4, a5 = t(4.0 * line[0, 4]), t(5.0 * line[0, 5])
    b1, b2, b3 = t(line[1, 1]), t(2.0 * line[1, 2]), t(3.0 * line[1, 3])
    b4, b5 = t(4.0 * line[1, 4]), t(5.0 * line[1, 5])
    A1, A2 = t(next_line[0, 1]) - a1, t(2.0 * next_line[0, 2]) - a2
    A3, A4 = t(3.0 * next_line[0, 3]) - a3, t(4.0 * next_line[0, 4]) - a4
    A5 = t(5.0 * next_line[0, 5]) - a5
    B1, B2 = t(next_line[1, 1]) - b1, t(2.0 * next_line[1, 2]) - b2
    B3, B4 = t(3.0 * next_line[1, 3]) - b3, t(4.0 * next_line[1, 4]) - b4
    B5 = t(5.0 * next_line[1, 5]) - b5
    for e in range(m):
        d = lengths_of[e]
        s = share_of[e]
        down_of[e] = (a1 + A1 * s) + d * (
            (a2 + A2 * s) + d * ((a3 + A3 * s) + d * ((a4 + A4 * s) + d * (a5 + A5 * s)))
        )
        right_of[e] = (b1 + B1 * s) + d * (
            (b2 + B2 * s) + d * ((b3 + B3 * s) + d * ((b4 + B4 * s) + d * (b5 + B5 * s)))
        )
        row = np.int32((cell[e] + 0.5) * per_row)
        row_of[e] = row
        column_of[e] = cell[e] - row * np.int32(columns)
        short = d < one_half * whole
        # As above, of the same number: a path must not be divided in two ways.
        steps = max(np.int32(lengths_of[e] / step + 0.5), np.int32(2))
        first_x[e] = half * d if short else t((steps - np.int32(1)) * step)
    for e in range(m):
        ground[e] = flat[cell[e]]
        total[e] = ground[e]
    bottom, edge = t(rows - 1.0), t(columns - 1.0)
    last_row, last_column = t(rows - 2.0), t(columns - 2.0)
    width = np.int32(columns)
    for j in range(own):
        x = own_samples[0, j, :m]
        g = own_samples[1, j, :m]
        surface = own_samples[2, j, :m]
        before = t(j * step)
        for e in range(m):
            at = max(first_x[e] - before, min(whole, first_x[e]))
            x[e] = at
            back = lengths_of[e] - at
            y = min(max(row_of[e] - back * down_of[e], zero), bottom)
            z = min(max(column_of[e] - back * right_of[e], zero), edge)
            i = np.int32(min(y, last_row))
            q = np.int32(min(z, last_column))
            upper_left[e] = i * width + q
            g[e] = y - i
            surface[e] = z - q
        for e in range(m):
            at = upper_left[e]
            below = at + width
            upper = flat[at] + (flat[at + 1] - flat[at]) * surface[e]
            lower = flat[below] + (flat[below + 1] - flat[below]) * surface[e]
            height = upper + (lower - upper) * g[e]
            g[e] = height
            surface[e] = height
            total[e] += height
        if clutter.size > 0:
            for e in range(m):
                back = lengths_of[e] - x[e]
                y = min(max(row_of[e] - back * down_of[e], zero), bottom)
                z = min(max(column_of[e] - back * right_of[e], zero), edge)
                nearest_cell[e] = np.int32(y + half) * width + np.int32(z + half)
            for e in range(m):
                counts = (x[e] > clear) & (lengths_of[e] - x[e] > clear)
                surface[e] += flat_clutter[nearest_cell[e]] if counts else zero
    for e in range(m):
        known[e] = not math.isnan(total[e])
        if not known[e]:
            ground[e] = 0.0
            for j in range(own):
                own_samples[1, j, e] = 0.0
                own_samples[2, j, e] = 0.0


# Rows of what the own samples of a cell say of its path.
V_STEEP_T, V_BARE_T, V_FLAT_T, V_STEEP_R, V_BARE_R, V_FLAT_R = range(6)
V_OBSTACLE, V_LEAST, V_SUM_1, V_SUM_2, V_FIRST_KM, V_FIRST_M = range(6, 12)
VIEWS = 12


@compiled_fast
def own_view(
    receivers: np.ndarray,
    own_samples: np.ndarray,
    height_t: float,
    antenna_r: float,
    bulge: float,
    m: int,
    view: np.ndarray,
) -> None:
    """What the own samples of cells say of their paths, as vector code.

    Parameters
    ----------
    receivers : ndarray of float32 or float64, shape (3, m or more)
    own_samples : ndarray of the same type, shape (3, own, m or more)
        From :func:`read_sector`.
    height_t : float
        Transmitter's antenna above sea level. [m]
    antenna_r : float
        Receiver's antenna above ground. [m]
    bulge : float
        500 / a_e. [m/km^2]
    m : int
        Number of cells.
    view : ndarray of the same type, shape (12, m or more)
        Results: steepest slopes from the transmitter, over the curved surface, the curved terrain
        and the flat terrain, and from the receiver likewise; highest obstacle; least clearance
        squared over x (d - x); parts of the sums (85) and (86); distance [km] and terrain [m] of
        the own sample nearest to the transmitter.
    """
    t = view.dtype.type
    mast_t, mast_r, curve = t(height_t), t(antenna_r), t(bulge)
    one, two, none = t(1.0), t(2.0), t(-1e30)
    # Rows are cut so that the compiler sees that they are contiguous.
    lengths, ground = receivers[0, :m], receivers[2, :m]
    steep_t, bare_t, flat_t = view[V_STEEP_T, :m], view[V_BARE_T, :m], view[V_FLAT_T, :m]
    steep_r, bare_r, flat_r = view[V_STEEP_R, :m], view[V_BARE_R, :m], view[V_FLAT_R, :m]
    obstacle, least = view[V_OBSTACLE, :m], view[V_LEAST, :m]
    sum_1, sum_2 = view[V_SUM_1, :m], view[V_SUM_2, :m]
    straight_of = view[V_FIRST_KM, :m]  # until the end, room to work in
    for e in range(m):
        straight_of[e] = (ground[e] + mast_r - mast_t) / lengths[e]
        steep_t[e] = bare_t[e] = flat_t[e] = none
        steep_r[e] = bare_r[e] = flat_r[e] = obstacle[e] = none
        least[e] = -none
        sum_1[e] = sum_2[e] = t(0.0)
    own = own_samples.shape[1]
    for j in range(own):
        after_x = lengths if j == 0 else own_samples[0, j - 1, :m]
        after_h = ground if j == 0 else own_samples[1, j - 1, :m]
        own_x, own_h, own_g = own_samples[0, j, :m], own_samples[1, j, :m], own_samples[2, j, :m]
        for e in range(m):
            x = own_x[e]
            h = own_h[e]
            d = lengths[e]
            height_r = ground[e] + mast_r
            straight = straight_of[e]
            over_x = one / x
            over_rest = one / (d - x)
            flat_over_t = (h - mast_t) * over_x
            flat_over_r = (h - height_r) * over_rest
            lift = own_g[e] - h
            # The Earth's curvature, bulge x^2, seen from either end.
            fall = curve * x
            rise = curve * (d + x)
            clearance = own_g[e] - mast_t - straight * x + fall * (d - x)
            steep_t[e] = max(steep_t[e], flat_over_t + lift * over_x - fall)
            bare_t[e] = max(bare_t[e], flat_over_t - fall)
            flat_t[e] = max(flat_t[e], flat_over_t)
            steep_r[e] = max(steep_r[e], flat_over_r + lift * over_rest + rise)
            bare_r[e] = max(bare_r[e], flat_over_r + rise)
            flat_r[e] = max(flat_r[e], flat_over_r)
            obstacle[e] = max(obstacle[e], h - straight * x)
            least[e] = min(least[e], clearance * clearance * over_x * over_rest)
            width = after_x[e] - x
            sum_1[e] += width * (after_h[e] + h)
            sum_2[e] += width * (after_h[e] * (two * after_x[e] + x) + h * (after_x[e] + two * x))
    view[V_FIRST_KM, :m] = own_samples[0, own - 1, :m]
    view[V_FIRST_M, :m] = own_samples[1, own - 1, :m]
