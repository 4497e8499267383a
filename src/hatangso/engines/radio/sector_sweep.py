"""The sweep itself: radial after radial, and the cells between each and the next."""

from collections.abc import Callable, Sequence

import numpy as np
from numba import prange
from numpy.typing import NDArray

from hatangso.engines.radio.compilation import compiled, compiled_parallel
from hatangso.engines.radio.coverage import Ground, SweepOptions
from hatangso.engines.radio.diffraction import SPEED_OF_LIGHT
from hatangso.engines.radio.local_frame import LocalFrame
from hatangso.engines.radio.path_figures import path_figures
from hatangso.engines.radio.path_loss import HIGHEST_MHZ, SHORTEST_KM, Atmosphere, Link
from hatangso.engines.radio.radial_geometry import walk_radial
from hatangso.engines.radio.radial_ground import NOTES, RADIAL_ROWS, STACK_ROWS, radial_room
from hatangso.engines.radio.radial_loss import cell_losses_exact
from hatangso.engines.radio.radial_loss_single import (
    BAND_CONSTANTS,
    band_constants,
    cell_losses_single,
)
from hatangso.engines.radio.radial_samples import path_steps, sample_radial
from hatangso.engines.radio.refractivity import effective_earth_radius
from hatangso.engines.radio.sector_cells import (
    OWN_SAMPLES,
    VIEWS,
    cells_by_sector,
    own_view,
    read_sector,
)
from hatangso.engines.radio.smooth_fit import ample_products

#: A sweep tells its progress so many times.
PARTS = 8

#: Blocks of radials in each part, which threads share.
BLOCKS = 16

#: Neighbouring chunks of a part lie so many blocks apart; it has no factor in common with BLOCKS.
SCATTER = 7


def sweep_cells(
    ground: Ground,
    frame: LocalFrame,
    links: Sequence[Link],
    atmosphere: Atmosphere,
    options: SweepOptions,
    step: float,
    n: int,
    ends: NDArray[np.int64],
    loss: NDArray[np.float32],
    progress: Callable[[float], None],
) -> int:
    """Sweep the median loss of some bands onto the grid.

    Parameters
    ----------
    ground, links, atmosphere, options
        As of :func:`~hatangso.engines.radio.sweep.sweep`.
    frame : LocalFrame
        Of the ground and the site.
    step : float
        Distance between samples. [km]
    n : int
        Samples on a radial.
    ends : ndarray of int64, shape (radials,)
        Result: number of samples before the first hole or the raster's end. The number of radials
        is a multiple of ``PARTS * BLOCKS``.
    loss : ndarray of float32, shape (bands, rows, columns)
        Result: NaN beyond the radius and where it is not known. [dB]
    progress : callable
        Told the share that is done.

    Returns
    -------
    int
        Number of cells that are receivers.
    """
    clutter, sea = ground.clutter_and_sea()
    radius = float(effective_earth_radius(atmosphere.lapse_rate))
    ghz = np.array([link.frequency_mhz / 1000.0 for link in links])
    vertical = np.array([link.vertical for link in links])
    bands = np.zeros((len(links), BAND_CONSTANTS), np.float32)
    scatter = np.array([link.frequency_mhz <= HIGHEST_MHZ for link in links])
    refractivity = float(atmosphere.surface_refractivity)
    for b, link in enumerate(links):
        band_constants(ghz[b], link.vertical, bool(scatter[b]), refractivity, bands[b])
    radials = ends.size
    lines = frame.along(2.0 * np.pi * np.arange(radials) / radials)
    # A little nearer than where the model begins: what is free space is written over it.
    starts, cells, lengths, shares = cells_by_sector(
        frame, ground.terrain.shape, radials, 0.999 * SHORTEST_KM, options.radius_km
    )
    # Clutter near the receiver must be among the cell's own samples.
    near = int(options.clear_km / step) + 1 if clutter.size else 1
    own = min(max(OWN_SAMPLES, near), n)
    loss[:] = np.nan
    flat = loss.reshape(len(links), -1)
    terrain = np.ascontiguousarray(ground.terrain, np.float32)
    # The vector loop for the loss knows land only; the sea changes the first-term loss, (28).
    exact = options.double or sea.size > 0
    for part in range(PARTS):
        _sweep_part(
            terrain, clutter, sea, lines, starts, cells, lengths, shares, part, PARTS, BLOCKS, n,
            step, options.clear_km, own, float(links[0].tx_height_m),
            float(links[0].rx_height_m), radius, ghz, vertical, scatter, refractivity, bands,
            np.zeros(0, np.float64 if exact else np.float32), ends, flat,
        )  # fmt: skip
        progress((part + 1) / PARTS)
    return int(cells.size)


@compiled_parallel
def _sweep_part(
    terrain: np.ndarray,
    clutter: np.ndarray,
    sea: np.ndarray,
    lines: np.ndarray,
    starts: np.ndarray,
    cells: np.ndarray,
    lengths: np.ndarray,
    shares: np.ndarray,
    part: int,
    parts: int,
    blocks: int,
    n: int,
    step: float,
    clear_km: float,
    own: int,
    antenna_t: float,
    antenna_r: float,
    radius_km: float,
    ghz: np.ndarray,
    vertical: np.ndarray,
    scatter: np.ndarray,
    refractivity: float,
    bands: np.ndarray,
    kind: np.ndarray,
    ends: np.ndarray,
    loss: np.ndarray,
) -> None:
    """Loss at the cells of one part of all sectors, radial by radial.

    A sector is done when its second radial has been walked: two sectors are at work at a time, each
    in its own slot of the rooms.
    """
    radials = lines.shape[0]
    block = radials // (parts * blocks)
    clear = int(clear_km / step + 1e-9)
    curvature = 1.0 / radius_km
    longest_band = int(np.argmin(ghz))
    longest = SPEED_OF_LIGHT / ghz.min()
    most = 1
    for a in range(radials):
        most = max(most, starts[a + 1] - starts[a])
    exact = kind.itemsize == 8
    cluttered = clutter.size > 0
    ample = ample_products(n, own, step, 500.0 * curvature, longest)
    for chunk in prange(blocks):
        h = np.empty(n)
        c = np.zeros(n)
        sea_km = np.zeros(n)
        places = np.empty((2, n), np.int32)
        fractions = np.empty((2, n), np.float32)
        room = radial_room(n, step)
        stacks = np.empty((STACK_ROWS, n), np.int64)
        radial = np.zeros((2, RADIAL_ROWS, n))
        tally = np.empty(n + 2, np.int64)
        counts = np.zeros(2, np.int64)
        cell = np.empty((2, most), np.int32)
        keys = np.zeros((2, most), np.int32)
        known = np.empty((2, most), np.bool_)
        receivers = np.empty((2, 3, most), kind.dtype)
        way = np.empty((6, most), kind.dtype)
        at = np.empty((3, most), np.int32)
        own_samples = np.empty((3, own, most), kind.dtype)
        views = np.empty((2, VIEWS, most), kind.dtype)
        notes = np.zeros((2, 2, NOTES, most), kind.dtype)
        over_sea = np.zeros((2, 2, most))
        looked_up = np.empty((4, most), kind.dtype)
        found = np.empty((9, most), kind.dtype)
        double = np.empty((9, most))
        single = np.empty((8, most), np.float32)
        smooth = np.empty((5, most), np.float32)
        out = np.empty((ghz.size, most), np.float32)
        # A thread takes chunks that follow each other, and what lies in one direction costs alike:
        # it is given directions that do not.
        first = (part * blocks + SCATTER * chunk % blocks) * block
        for r in range(first, first + block + 1):
            a = r % radials
            slot = (r - first) % 2
            end = sample_radial(
                terrain, clutter, sea, lines[a], step, places, fractions, h, c, sea_km
            )
            counts[slot] = 0
            if r < first + block:
                ends[a] = end
                some = slice(starts[a], starts[a + 1])
                counts[slot] = starts[a + 1] - starts[a]
                read_sector(
                    terrain, clutter, lines[a], lines[(a + 1) % radials], cells[some],
                    lengths[some], shares[some], step, clear_km, own, tally, cell[slot],
                    keys[slot], known[slot], receivers[slot], way, at, own_samples,
                )  # fmt: skip
                own_view(
                    receivers[slot], own_samples, h[0] + antenna_t, antenna_r, 500.0 * curvature,
                    counts[slot], views[slot],
                )  # fmt: skip
            walk_radial(
                h, c, end, step, antenna_t, antenna_r, curvature, clear, cluttered, longest, ample,
                room, stacks, slot, counts, keys, receivers, views, radial[slot], notes,
            )  # fmt: skip
            for s in range(2):
                for e in range(counts[s] - 1, -1, -1):
                    if keys[s, e] < end:
                        break
                    known[s, e] = False
                if sea.size > 0:
                    _add_sea(
                        sea, sea_km, step, counts[s], cell[s], receivers[s, 0],
                        over_sea[s, 0 if s == slot else 1],
                    )  # fmt: skip
            if r == first:
                continue
            s = 1 - slot
            m = counts[s]
            for side in range(2):
                path_figures(
                    notes[s, side], radial[s if side == 0 else slot], keys[s], receivers[s],
                    views[s], step, antenna_t, antenna_r, curvature, cluttered, m, looked_up,
                    found[side], found[2 + 3 * side], found[3 + 3 * side], found[4 + 3 * side],
                )  # fmt: skip
            share = receivers[s, 1]
            lift = kind.dtype.type(antenna_r - antenna_t - h[0])
            for e in range(m):
                found[2, e] += (found[5, e] - found[2, e]) * share[e]
                found[3, e] += (found[6, e] - found[3, e]) * share[e]
                found[4, e] += (found[7, e] - found[4, e]) * share[e]
                found[5, e] = receivers[s, 2, e] + lift
                found[6, e] = over_sea[s, 0, e] + (over_sea[s, 1, e] - over_sea[s, 0, e]) * share[e]
            if exact:
                double[:7, :m] = found[:7, :m]
                double[7, :m] = share[:m]
                double[8, :m] = receivers[s, 0, :m]
                for b in range(ghz.size):
                    cell_losses_exact(
                        double[0, :m], double[1, :m], double[7, :m], double[2, :m], double[3, :m],
                        double[5, :m], double[4, :m], double[8, :m], step, radius_km, ghz[b],
                        vertical[b], scatter[b], refractivity, double[6, :m], out[b],
                    )  # fmt: skip
            else:
                single[:6, :m] = found[:6, :m]
                single[6, :m] = share[:m]
                single[7, :m] = receivers[s, 0, :m]
                cell_losses_single(
                    single[0, :m], single[1, :m], single[6, :m], single[2, :m], single[3, :m],
                    single[5, :m], single[4, :m], single[7, :m], smooth, step, radius_km, bands,
                    longest_band, out,
                )  # fmt: skip
            for b in range(ghz.size):
                for e in range(m):
                    if known[s, e]:
                        loss[b, cell[s, e]] = out[b, e]


@compiled
def _add_sea(
    sea: np.ndarray,
    sea_km: np.ndarray,
    step: float,
    count: int,
    cell: np.ndarray,
    lengths: np.ndarray,
    over_sea: np.ndarray,
) -> None:
    """Length over sea of the path to each cell by one radial. [km]."""
    columns = sea.shape[1]
    for e in range(count):
        steps, own_step = path_steps(lengths[e], step)
        k = min(steps - 1, sea_km.size - 1)
        x = (steps - 1) * own_step
        # A sample stands for half the way to each neighbour, as in the profile model.
        here = sea[cell[e] // columns, cell[e] % columns]
        before = (sea_km[k] - sea_km[k - 1]) * 2.0 / step - (
            (sea_km[k - 1] - sea_km[k - 2]) * 2.0 / step if k > 1 else 0.0
        )
        before = min(max(before, 0.0), 1.0)
        over_sea[e] = sea_km[k] + 0.5 * (lengths[e] - x) * (here + before)
