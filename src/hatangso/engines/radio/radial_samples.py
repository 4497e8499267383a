"""Reading the ground along radials."""

import math

import numpy as np

from hatangso.engines.radio.compilation import compiled, compiled_fast_nan


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


@compiled
def path_steps(length: float, step: float) -> tuple[int, float]:
    """How a path is divided: the number of its steps, and the length of all but the last.

    Samples stand every step from the site, so that the paths of one radial share them; the last
    step, to the receiver, is half to one and a half as long as the others. A path under one and a
    half steps has one sample between its ends, at its middle.
    """
    if length < 1.5 * step:
        return 2, 0.5 * length
    return max(2, int(length / step + 0.5)), step


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
