"""Coverage of one site: loss at every cell around it, by a sweep of radials.

Radials go out to the perimeter, sampled at the terrain's step. Each cell of the terrain's own
grid is a receiver, with its own distance and height and its own ground just before it; the rest of
the way is that of the two radials beside it, each of which is walked once. Bands share all
geometry.

At 50% of time and of places the sweep takes free space plus the median diffraction loss, (42), or
troposcatter, (44), whichever lets more through, (63). Ducting, which it leaves out, changed 99% of
cells by less than 0.001 dB up to 20 km; docs/radio.md says what was measured. For any other
percentage, and where ``SweepOptions.complete`` asks for it, the complete model runs on a path of
its own to every cell, which costs about a hundred times as much.
"""

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from hatangso.engines.radio.coverage import Coverage, Ground, SweepOptions
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
from hatangso.engines.radio.point_loss import losses_at
from hatangso.engines.radio.radial_samples import bilinear
from hatangso.engines.radio.sector_sweep import BLOCKS, PARTS, sweep_cells

#: How far ducting over water may be left out. [km]
DUCTLESS_KM = 20.0
OVER_WATER = (
    "without ducting, which over open water beyond 20 km lets up to 5 dB more through; the "
    "complete model has it"
)


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
    per_cell = 2.0 * math.pi * options.radius_km * options.radials_per_cell / frame.cell_km
    radials = PARTS * BLOCKS * max(1, math.ceil(per_cell / (PARTS * BLOCKS)))
    n = int(options.radius_km / step) + 2
    ends = np.full(radials, n)
    receivers = 0
    if swept:
        some = [links[b] for b in swept]
        part = loss if len(swept) == len(links) else np.empty((len(swept), *loss.shape[1:]), "f4")
        receivers = sweep_cells(
            ground, frame, some, atmosphere, options, step, n, ends, part,
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
    if swept and options.radius_km > DUCTLESS_KM and ground.sea is not None and ground.sea.any():
        remarks.append(OVER_WATER)
    return Coverage(
        loss, tuple(links), frame, int((ends < n).sum()), radials, receivers, P1812,
        tuple(remarks),
    )  # fmt: skip


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
