"""Coverage of one site: loss at every cell around it, by a sweep of radials.

Radials go out to the perimeter, sampled at the terrain's step; along each, every sample is a
receiver whose loss is what the profile model gives on the same samples; then from polar coordinates
onto the terrain's own grid. Bands share all geometry.

At 50% of time and of places the sweep takes free space plus the median diffraction loss, (42).
Scatter and ducting, which it leaves out, can only lower the loss, and lower it by less than 0.01 dB
over bare terrain up to 20 km; docs/radio.md says what was measured where clutter stands. For any
other percentage, and where ``SweepOptions.complete`` asks for it, the complete model runs on a path
of its own to every cell, which costs about a hundred times as much.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from affine import Affine
from numba import prange
from numpy.typing import NDArray
from pyproj import CRS

from hatangso.engines.radio.compilation import compiled_parallel
from hatangso.engines.radio.errors import HoleInTerrainError, OutsideTerrainError, RadioError
from hatangso.engines.radio.local_frame import LocalFrame
from hatangso.engines.radio.path_loss import (
    ABOVE_BAND,
    HIGHEST_MHZ,
    NEAR,
    P1812,
    SHORTEST_KM,
    Atmosphere,
    Link,
    check_link,
)
from hatangso.engines.radio.point_loss import point_losses
from hatangso.engines.radio.radial_geometry import radial_geometry, radial_room
from hatangso.engines.radio.radial_loss import (
    BAND_CONSTANTS,
    band_constants,
    radial_loss_exact,
    radial_loss_single,
)
from hatangso.engines.radio.radial_samples import (
    bilinear,
    first_receiver,
    sample_radial,
    to_grid,
)
from hatangso.engines.radio.refractivity import effective_earth_radius

#: Clutter nearer than this to either end of a path is left out: what stands there is the
#: terminal's own street or yard, and land-cover maps cannot tell. 0 is P.1812's own rule. [km]
CLEAR_KM = 0.05

#: A sweep tells its progress so many times.
PARTS = 8


@dataclass(frozen=True)
class Ground:
    """The raster that a site stands on."""

    terrain: NDArray[np.float32]  #: Above sea level, NaN where unknown. [m]
    transform: Affine  #: From columns and rows to coordinates, at cells' upper left corners.
    crs: CRS
    clutter: NDArray[np.float32] | None = None  #: Representative height, same grid. [m]
    sea: NDArray[np.bool_] | None = None  #: Where the sea is, same grid.


@dataclass(frozen=True)
class SweepOptions:
    """How a sweep is made; the defaults are those that its accuracy was measured with."""

    radius_km: float = 20.0  #: How far to go. [km]
    step_km: float | None = None  #: Distance between samples; the cells' side if None. [km]
    clear_km: float = CLEAR_KM  #: Clutter this near to either end is left out. [km]
    double: bool = False  #: Double precision throughout, for checks; four times slower.
    thinned: bool = True  #: Leave out radials near the site, where they crowd.
    complete: bool = False  #: The complete model on a path of its own to every cell; slow.
    radials_per_cell: float = 2.0  #: Radials for each cell of the perimeter; 1 is a third faster.


@dataclass(frozen=True)
class Coverage:
    """Loss on the grid of the ground, for each band."""

    loss_db: NDArray[np.float32]  #: Shape (bands, rows, columns); NaN beyond and unknown. [dB]
    links: tuple[Link, ...]
    frame: LocalFrame
    unknown_radials: int  #: Radials that met a hole or the raster's end.
    radials: int
    samples: int  #: Receivers that were computed, for each band.
    model: str = P1812
    remarks: tuple[str, ...] = field(default=())


def sweep(
    ground: Ground,
    longitude: float,
    latitude: float,
    links: Sequence[Link],
    atmosphere: Atmosphere | None = None,
    options: SweepOptions | None = None,
    progress: Callable[[float], None] | None = None,
) -> Coverage:
    """Predict the loss from a site to every cell around it.

    Parameters
    ----------
    ground : Ground
        Terrain and what stands on it.
    longitude, latitude : float
        The site, WGS 84. [degrees]
    links : sequence of Link
        One for each band; they share both antennas' heights.
    atmosphere : Atmosphere, optional
        Vietnam's at the site's latitude, unless given.
    options : SweepOptions, optional
    progress : callable, optional
        Told the share that is done, 0 to 1; it may raise to stop the sweep.

    Returns
    -------
    Coverage

    Raises
    ------
    RadioError
        A link no model holds for, or a site outside the terrain or in a hole.
    """
    options = options or SweepOptions()
    atmosphere = atmosphere or Atmosphere(latitude=latitude)
    _check_links(links)
    frame = LocalFrame.around(
        longitude, latitude, options.radius_km * 1.01, ground.transform, ground.crs
    )
    _check_site(ground, frame)
    step = options.step_km or frame.cell_km
    whole = [
        options.complete or link.time_percent != 50.0 or link.location_percent != 50.0
        for link in links
    ]
    swept = [b for b, one in enumerate(whole) if not one]
    tell = progress or (lambda share: None)
    loss = np.full((len(links), *ground.terrain.shape), np.nan, np.float32)
    n = int(options.radius_km / step) + 2
    per_cell = 2.0 * math.pi * options.radius_km * options.radials_per_cell / frame.cell_km
    radials = 64 * max(1, math.ceil(per_cell / 64.0))
    ends = np.full(radials, n)
    if swept:
        some = [links[b] for b in swept]
        part = loss if len(swept) == len(links) else np.empty((len(swept), *loss.shape[1:]), "f4")
        ends = _sweep(
            ground, frame, some, atmosphere, options, step, radials, n, part,
            lambda share: tell(share * len(swept) / len(links)),
        )  # fmt: skip
        if part is not loss:
            loss[swept] = part
    for done, b in enumerate(b for b, one in enumerate(whole) if one):
        before = len(swept) + done

        def tell_part(share: float, before: int = before) -> None:
            tell((before + share) / len(links))

        _complete(ground, frame, links[b], atmosphere, options, step, loss[b], tell_part)
    _fill_near(ground, frame, links, options.radius_km, loss)
    remarks = [NEAR]
    if any(link.frequency_mhz > HIGHEST_MHZ for link in links):
        remarks.append(ABOVE_BAND)
    return Coverage(
        loss, tuple(links), frame, int((ends < n).sum()), radials, radials * n, P1812,
        tuple(remarks),
    )  # fmt: skip


def _clutter_and_sea(ground: Ground) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """The ground's clutter and sea as the compiled loops want them, empty where there is none."""
    clutter = np.zeros((0, 0), np.float32) if ground.clutter is None else ground.clutter
    sea = np.zeros((0, 0), np.uint8)
    if ground.sea is not None and ground.sea.any():
        sea = ground.sea.astype(np.uint8)
    return np.ascontiguousarray(clutter, np.float32), sea


def _sweep(
    ground: Ground,
    frame: LocalFrame,
    links: Sequence[Link],
    atmosphere: Atmosphere,
    options: SweepOptions,
    step: float,
    radials: int,
    n: int,
    loss: NDArray[np.float32],
    progress: Callable[[float], None],
) -> NDArray[np.int64]:
    """Sweep the median loss of some bands onto the grid; say where each radial ended."""
    clutter, sea = _clutter_and_sea(ground)
    clear = int(options.clear_km / step + 1e-9) if clutter.size else 0
    radius = float(effective_earth_radius(atmosphere.lapse_rate))
    ghz = np.array([link.frequency_mhz / 1000.0 for link in links])
    vertical = np.array([link.vertical for link in links])
    bands = np.zeros((len(links), BAND_CONSTANTS), np.float32)
    for b, link in enumerate(links):
        band_constants(ghz[b], link.vertical, bands[b])
    lines = frame.along(2.0 * np.pi * np.arange(radials) / radials)
    first = max(2, int(SHORTEST_KM / step))
    polar = np.empty((radials, len(links), n), np.float32)
    ends = np.zeros(radials, np.int64)
    # The vector loop knows land only; the sea changes the first-term loss, (28).
    run = _sweep_double if options.double or sea.size else _sweep_single
    terrain = np.ascontiguousarray(ground.terrain, np.float32)
    for part in range(PARTS):
        run(
            terrain, clutter, sea, lines, part, PARTS, step, first, clear,
            float(links[0].tx_height_m), float(links[0].rx_height_m), radius,
            ghz, vertical, bands, options.thinned, polar, ends,
        )  # fmt: skip
        progress((part + 1) / PARTS)
    to_grid(
        polar, frame.to_plane, frame.span, frame.row, frame.column, step,
        options.radius_km, options.thinned, loss,
    )  # fmt: skip
    return ends


def _complete(
    ground: Ground,
    frame: LocalFrame,
    link: Link,
    atmosphere: Atmosphere,
    options: SweepOptions,
    step: float,
    loss: NDArray[np.float32],
    progress: Callable[[float], None],
) -> None:
    """Run the complete model on a path of its own to every cell within the radius."""
    rows, columns = np.indices(loss.shape).reshape(2, -1)
    losses = losses_at(ground, frame, link, rows, columns, atmosphere, options, step, progress)
    loss[:] = losses.reshape(loss.shape)


def losses_at(
    ground: Ground,
    frame: LocalFrame,
    link: Link,
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    atmosphere: Atmosphere,
    options: SweepOptions,
    step_km: float,
    progress: Callable[[float], None] | None = None,
) -> NDArray[np.float64]:
    """Loss to cells of the grid by the complete model, each on a path of its own.

    Parameters
    ----------
    ground, frame, link, atmosphere, options
        As of :func:`sweep`; of the options the radius and the clear distance count.
    rows, columns : ndarray of int, shape (m,)
        Cells of the ground's grid.
    step_km : float
        Distance between samples, about; each path is divided into equal steps. [km]
    progress : callable, optional
        Told the share that is done.

    Returns
    -------
    ndarray, shape (m,)
        NaN beyond the radius, and where the path meets a hole. [dB]
    """
    clutter, sea = _clutter_and_sea(ground)
    terrain = np.ascontiguousarray(ground.terrain, np.float32)
    out = np.full(rows.size, np.nan)
    for start in range(0, rows.size, 50_000):
        part = slice(start, start + 50_000)
        east, north = frame.plane(rows[part], columns[part])
        length = np.hypot(east, north)
        near = np.flatnonzero(length <= options.radius_km)
        losses, median = np.empty(near.size), np.empty(near.size)
        point_losses(
            terrain, clutter, sea, frame.along(np.arctan2(east[near], north[near])), length[near],
            step_km, options.clear_km, SHORTEST_KM,
            float(link.tx_height_m), float(link.rx_height_m),
            link.frequency_mhz / 1000.0, link.vertical, float(link.time_percent),
            float(link.location_percent), float(link.location_deviation_db),
            float(atmosphere.lapse_rate), float(atmosphere.surface_refractivity),
            float(atmosphere.latitude), losses, median,
        )  # fmt: skip
        out[start + near] = median if link.frequency_mhz > HIGHEST_MHZ else losses
        if progress:
            progress(min(1.0, (start + 50_000) / rows.size))
    return out


def _fill_near(
    ground: Ground,
    frame: LocalFrame,
    links: Sequence[Link],
    radius_km: float,
    loss: NDArray[np.float32],
) -> None:
    """Free space where P.1812 does not hold yet: nearer than 0.25 km."""
    reach = int(SHORTEST_KM / frame.cell_km * 2.0) + 2
    row, column = round(frame.row), round(frame.column)
    r0, c0 = max(0, row - reach), max(0, column - reach)
    terrain = ground.terrain[r0 : row + reach + 1, c0 : column + reach + 1]
    rows, columns = np.indices(terrain.shape)
    east, north = frame.plane(rows + r0, columns + c0)
    length = np.hypot(east, north)
    near = length < min(SHORTEST_KM, radius_km)
    site = float(bilinear(ground.terrain, frame.row, frame.column))
    for b, link in enumerate(links):
        drop = (site + link.tx_height_m - terrain - link.rx_height_m) / 1000.0
        squared = np.maximum(length**2 + drop**2, 1e-6)
        free = 92.4 + 20.0 * math.log10(link.frequency_mhz / 1000.0) + 10.0 * np.log10(squared)
        loss[b, r0 : row + reach + 1, c0 : column + reach + 1][near] = free[near]


def _check_links(links: Sequence[Link]) -> None:
    """Refuse links that no model here holds for, or that do not share their antennas' heights."""
    for link in links:
        check_link(link)
    if len({(link.tx_height_m, link.rx_height_m) for link in links}) != 1:
        raise RadioError(
            "The bands of one sweep must share both antennas' heights; sweep other heights apart.",
            "Các băng tần trong một lần tính phải cùng độ cao ăng ten phát và thu; hãy tính riêng "
            "các độ cao khác.",
        )


def _check_site(ground: Ground, frame: LocalFrame) -> None:
    """Refuse a site outside the terrain or in a hole of it."""
    rows, columns = ground.terrain.shape
    where = f"{frame.latitude:.5f} N {frame.longitude:.5f} E"
    o_dau = f"{frame.latitude:.5f} B {frame.longitude:.5f} Đ"
    if not (0 <= frame.row <= rows - 1 and 0 <= frame.column <= columns - 1):
        raise OutsideTerrainError(
            f"The site at {where} lies outside the terrain. Give terrain that covers it.",
            f"Vị trí {o_dau} nằm ngoài địa hình. Hãy cung cấp địa hình phủ vị trí này.",
        )
    if math.isnan(bilinear(ground.terrain, frame.row, frame.column)):
        raise HoleInTerrainError(
            f"The site at {where} stands in a hole of the terrain: its height is not known. Fill "
            "the hole, or give other terrain.",
            f"Vị trí {o_dau} nằm trong chỗ khuyết của địa hình: không biết độ cao. Hãy lấp chỗ "
            "khuyết hoặc dùng địa hình khác.",
        )


@compiled_parallel
def _sweep_single(
    terrain: np.ndarray,
    clutter: np.ndarray,
    sea: np.ndarray,
    lines: np.ndarray,
    part: int,
    parts: int,
    step: float,
    first: int,
    clear: int,
    antenna_t: float,
    antenna_r: float,
    radius_km: float,
    ghz: np.ndarray,
    vertical: np.ndarray,
    bands: np.ndarray,
    thinned: bool,
    polar: np.ndarray,
    ends: np.ndarray,
) -> None:
    """Loss along radials, the loss loop in single precision."""
    radials, n = polar.shape[0], polar.shape[2]
    longest_band = int(np.argmin(ghz))
    longest = 0.2998 / ghz.min()
    for chunk in prange(64):
        h = np.empty(n)
        c = np.zeros(n)
        sea_km = np.zeros(n)
        places = np.empty((2, n), np.int32)
        fractions = np.empty((2, n), np.float32)
        room = radial_room(n, step)
        stacks = np.empty((2, n), np.int64)
        nu = np.empty(n, np.float32)
        above_t = np.empty(n, np.float32)
        above_r = np.empty(n, np.float32)
        rise = np.empty(n, np.float32)
        smooth = np.empty((5, n), np.float32)
        for a in range(chunk + 64 * part, radials, 64 * parts):
            end = sample_radial(
                terrain, clutter, sea, lines[a], step, places, fractions, h, c, sea_km
            )
            ends[a] = end
            begin = first_receiver(a, n, first) if thinned else first
            radial_geometry(
                h, c, end, begin, step, antenna_t, antenna_r, 1.0 / radius_km, clear, longest,
                room, stacks, nu, above_t, above_r,
            )  # fmt: skip
            for k in range(begin, end):
                rise[k] = h[k] - h[0] + (antenna_r - antenna_t)
            radial_loss_single(
                nu, above_t, above_r, rise, smooth, begin, end, step, radius_km, bands,
                longest_band, polar[a],
            )  # fmt: skip
            polar[a, :, :begin] = math.nan
            polar[a, :, max(end, begin) :] = math.nan


@compiled_parallel
def _sweep_double(
    terrain: np.ndarray,
    clutter: np.ndarray,
    sea: np.ndarray,
    lines: np.ndarray,
    part: int,
    parts: int,
    step: float,
    first: int,
    clear: int,
    antenna_t: float,
    antenna_r: float,
    radius_km: float,
    ghz: np.ndarray,
    vertical: np.ndarray,
    bands: np.ndarray,
    thinned: bool,
    polar: np.ndarray,
    ends: np.ndarray,
) -> None:
    """Loss along radials in double precision, the sea counted."""
    radials, n = polar.shape[0], polar.shape[2]
    longest = 0.2998 / ghz.min()
    for chunk in prange(64):
        h = np.empty(n)
        c = np.zeros(n)
        sea_km = np.zeros(n)
        places = np.empty((2, n), np.int32)
        fractions = np.empty((2, n), np.float32)
        room = radial_room(n, step)
        stacks = np.empty((2, n), np.int64)
        nu = np.empty(n)
        above_t = np.empty(n)
        above_r = np.empty(n)
        for a in range(chunk + 64 * part, radials, 64 * parts):
            end = sample_radial(
                terrain, clutter, sea, lines[a], step, places, fractions, h, c, sea_km
            )
            ends[a] = end
            begin = first_receiver(a, n, first) if thinned else first
            radial_geometry(
                h, c, end, begin, step, antenna_t, antenna_r, 1.0 / radius_km, clear, longest,
                room, stacks, nu, above_t, above_r,
            )  # fmt: skip
            for b in range(ghz.size):
                polar[a, b, :] = math.nan
                radial_loss_exact(
                    nu, above_t, above_r, h, begin, end, step, antenna_r - antenna_t, radius_km,
                    ghz[b], vertical[b], sea_km, polar[a, b],
                )  # fmt: skip
