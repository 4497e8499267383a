"""Reading the ground along radials, and laying what was found there back onto the grid."""

import math

import numpy as np
from numba import prange

from hatangso.engines.radio.compilation import (
    compiled,
    compiled_fast,
    compiled_fast_nan,
    compiled_parallel,
)
from hatangso.engines.radio.vector_math import azimuth_of, f4

#: Near the site at most every 64th radial is needed; the number of radials is a multiple of it.
MOST_THINNED = 64


@compiled
def bilinear(grid: np.ndarray, row: float, column: float) -> float:
    """Value of a grid between the centres of its cells; NaN at a hole and outside."""
    i = math.floor(row)
    j = math.floor(column)
    if i < 0 or j < 0 or i + 1 >= grid.shape[0] or j + 1 >= grid.shape[1]:
        return math.nan
    v = row - i
    u = column - j
    upper = grid[i, j] + (grid[i, j + 1] - grid[i, j]) * u
    lower = grid[i + 1, j] + (grid[i + 1, j + 1] - grid[i + 1, j]) * u
    return upper + (lower - upper) * v


@compiled
def nearest(grid: np.ndarray, row: float, column: float) -> float:
    """Value of the cell in which a place lies; 0 outside."""
    i = math.floor(row + 0.5)
    j = math.floor(column + 0.5)
    if i < 0 or j < 0 or i >= grid.shape[0] or j >= grid.shape[1]:
        return 0.0
    return float(grid[i, j])


@compiled_fast_nan
def sample_radial(
    terrain: np.ndarray,
    clutter: np.ndarray,
    sea: np.ndarray,
    line: np.ndarray,
    step: float,
    places: np.ndarray,
    parts: np.ndarray,
    h: np.ndarray,
    c: np.ndarray,
    sea_km: np.ndarray,
) -> int:
    """Read terrain, clutter and sea at the samples of a radial.

    Parameters
    ----------
    terrain : ndarray of float32, shape (rows, columns)
        Above sea level, NaN where unknown; C-contiguous. [m]
    clutter : ndarray of float32, shape (rows, columns) or (0, 0)
        Representative clutter height; none at all if empty. [m]
    sea : ndarray of uint8, shape (rows, columns) or (0, 0)
        1 where the sea is, else 0; nowhere if empty.
    line : ndarray, shape (2, 6)
        From :meth:`~hatangso.engines.radio.local_frame.LocalFrame.along`.
    step : float
        [km]
    places : ndarray of int32, shape (2, n)
    parts : ndarray of float32, shape (2, n)
        Room to work in.
    h, c : ndarray of float64, shape (n,)
        Results: terrain and clutter. [m]
    sea_km : ndarray of float64, shape (n,)
        Result: length over sea of the path to each sample. [km]

    Returns
    -------
    int
        Number of samples before the first hole or the raster's end.
    """
    rows, columns = terrain.shape
    flat = terrain.reshape(terrain.size)
    upper_left, nearest_cell = places[0], places[1]
    down, right = parts[0], parts[1]
    n = h.size
    inside = np.int64(0)
    for k in range(n):
        d = k * step
        row = line[0, 0] + d * (
            line[0, 1] + d * (line[0, 2] + d * (line[0, 3] + d * (line[0, 4] + d * line[0, 5])))
        )
        column = line[1, 0] + d * (
            line[1, 1] + d * (line[1, 2] + d * (line[1, 3] + d * (line[1, 4] + d * line[1, 5])))
        )
        within = (row >= 0.0) & (column >= 0.0) & (row < rows - 1) & (column < columns - 1)
        inside += np.int64(within)
        row = min(max(row, 0.0), rows - 2.0)
        column = min(max(column, 0.0), columns - 2.0)
        i = np.int32(row)
        j = np.int32(column)
        down[k] = row - i
        right[k] = column - j
        upper_left[k] = i * np.int32(columns) + j
        nearest_cell[k] = np.int32(row + 0.5) * np.int32(columns) + np.int32(column + 0.5)
    for k in range(n):
        at = upper_left[k]
        upper = flat[at] + (flat[at + 1] - flat[at]) * right[k]
        lower = flat[at + columns] + (flat[at + columns + 1] - flat[at + columns]) * right[k]
        h[k] = upper + (lower - upper) * down[k]
    # A radial leaves the raster once: what is inside is a beginning.
    total = 0.0
    for k in range(inside):
        total += h[k]
    if math.isnan(total):
        for k in range(inside):
            if math.isnan(h[k]):
                inside = np.int64(k)
                break
    if clutter.size > 0:
        flat_clutter = clutter.reshape(clutter.size)
        for k in range(n):
            c[k] = flat_clutter[nearest_cell[k]]
    if sea.size > 0:
        flat_sea = sea.reshape(sea.size)
        over = 0.0
        before = flat_sea[nearest_cell[0]]
        for k in range(1, n):
            # A sample stands for half the way to each neighbour, as in the profile model.
            here = flat_sea[nearest_cell[k]]
            over += 0.5 * step * (here + before)
            before = here
            sea_km[k] = over
    return int(inside)


@compiled
def radial_strides(n: int, thinned: bool) -> np.ndarray:
    """How many radials lie between two that hold sample k, so that they are about a cell apart."""
    strides = np.ones(n, np.int64)
    if thinned:
        for k in range(n):
            edge = n // 2
            while k < edge and strides[k] < MOST_THINNED:
                strides[k] *= 2
                edge //= 2
    return strides


@compiled
def first_receiver(radial: int, n: int, first: int) -> int:
    """First sample of a radial that is a receiver: near the site, not every radial is needed."""
    edge = n // 2
    bit = 1
    while bit < MOST_THINNED:
        if radial & bit:
            return max(first, edge)
        edge //= 2
        bit *= 2
    return first


@compiled_fast
def _polar_places(
    row: int,
    columns: int,
    to_plane: np.ndarray,
    span: float,
    row0: float,
    column0: float,
    per_km: float,
    per_radian: float,
    distance: np.ndarray,
    azimuth: np.ndarray,
) -> None:
    """Samples and radials, as fractions, at each cell of one row, as vector code."""
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
        distance[q] = f4(math.sqrt(x * x + y * y)) * f4(per_km)
        angle = azimuth_of(x, y) * f4(per_radian)
        azimuth[q] = angle + around if angle < f4(0.0) else angle


@compiled_parallel
def to_grid(
    polar: np.ndarray,
    to_plane: np.ndarray,
    span: float,
    row0: float,
    column0: float,
    step: float,
    radius: float,
    thinned: bool,
    grid: np.ndarray,
) -> None:
    """Lay values on radials onto a grid, bilinearly in distance and azimuth.

    Parameters
    ----------
    polar : ndarray of float32, shape (radials, bands, n)
        Values at samples; NaN where unknown.
    to_plane, span, row0, column0
        Of the :class:`~hatangso.engines.radio.local_frame.LocalFrame`.
    step, radius : float
        Distance between samples, and how far to go. [km]
    thinned : bool
        Whether radials were left out near the site, by :func:`first_receiver`.
    grid : ndarray of float32, shape (bands, rows, columns)
        Result; NaN beyond the radius and where a needed sample is unknown.
    """
    radials, bands, n = polar.shape
    rows, columns = grid.shape[1], grid.shape[2]
    strides = radial_strides(n, thinned)
    edge = radius / step
    strips = (rows + 15) // 16
    for strip in prange(strips):
        distance = np.empty(columns, np.float32)
        azimuth = np.empty(columns, np.float32)
        for r in range(strip * 16, min(strip * 16 + 16, rows)):
            _polar_places(
                r, columns, to_plane, span, row0, column0, 1.0 / step,
                radials / (2.0 * math.pi), distance, azimuth,
            )  # fmt: skip
            for q in range(columns):
                s = distance[q]
                if s > edge:
                    for b in range(bands):
                        grid[b, r, q] = math.nan
                    continue
                k = min(np.int64(s), n - 2)
                s -= f4(k)
                stride = strides[k]
                turn = azimuth[q] / f4(stride)
                one = np.int64(turn)
                a = turn - f4(one)
                one *= stride
                if one >= radials:
                    one -= radials
                other = one + stride
                if other >= radials:
                    other -= radials
                for b in range(bands):
                    inner = polar[one, b, k] + (polar[other, b, k] - polar[one, b, k]) * a
                    outer = (
                        polar[one, b, k + 1] + (polar[other, b, k + 1] - polar[one, b, k + 1]) * a
                    )
                    grid[b, r, q] = inner + (outer - inner) * s
