"""What goes into a sweep, and what comes out of it."""

from dataclasses import dataclass, field

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from pyproj import CRS

from hatangso.engines.radio.local_frame import LocalFrame
from hatangso.engines.radio.path_loss import P1812, Link

#: Clutter nearer than this to either end of a path is left out: what stands there is the
#: terminal's own street or yard, and land-cover maps cannot tell. 0 is P.1812's own rule. [km]
CLEAR_KM = 0.05


@dataclass(frozen=True)
class Ground:
    """The raster that a site stands on."""

    terrain: NDArray[np.float32]  #: Above sea level, NaN where unknown. [m]
    transform: Affine  #: From columns and rows to coordinates, at cells' upper left corners.
    crs: CRS
    clutter: NDArray[np.float32] | None = None  #: Representative height, same grid. [m]
    sea: NDArray[np.bool_] | None = None  #: Where the sea is, same grid.

    def clutter_and_sea(self) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
        """Clutter and sea as the compiled loops want them, empty where there is none."""
        clutter = np.zeros((0, 0), np.float32) if self.clutter is None else self.clutter
        sea = np.zeros((0, 0), np.uint8)
        if self.sea is not None and self.sea.any():
            sea = self.sea.astype(np.uint8)
        return np.ascontiguousarray(clutter, np.float32), sea


@dataclass(frozen=True)
class SweepOptions:
    """How a sweep is made; the defaults are those that its accuracy was measured with."""

    radius_km: float = 20.0  #: How far to go. [km]
    step_km: float | None = None  #: Distance between samples; the cells' side if None. [km]
    clear_km: float = CLEAR_KM  #: Clutter this near to either end is left out. [km]
    double: bool = False  #: Double precision throughout, for checks; four times slower.
    complete: bool = False  #: The complete model on a path of its own to every cell; slow.
    radials_per_cell: float = 3.0  #: Radials for each cell of the perimeter.


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
