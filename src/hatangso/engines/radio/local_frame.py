"""From distance and azimuth at a site to a raster's rows and columns, and back.

Distances and azimuths are those of the geodesic on the WGS 84 ellipsoid. Asking a projection
library for each of millions of samples would cost more than the sweep, so that two polynomials are
fitted to it around each site; their error is measured, and stays under a thousandth of a cell.
"""

from dataclasses import dataclass

import numpy as np
from affine import Affine
from numpy.typing import ArrayLike, NDArray
from pyproj import CRS, Geod, Transformer

from hatangso.engines.radio.radial_samples import path_steps

GEOD = Geod(ellps="WGS84")

#: Degree of the polynomials: of 3 the error passes a thousandth of a cell at 50 km, of 5 it stays
#: under a millionth at 100 km.
DEGREE = 5
#: The largest error that is accepted. [cells]
LARGEST_ERROR = 1e-3

_RADII = 14
_AZIMUTHS = 40


@dataclass(frozen=True)
class LocalFrame:
    """A raster around a site."""

    longitude: float  #: Of the site, WGS 84. [degrees]
    latitude: float  #: Of the site, WGS 84. [degrees]
    reach_km: float  #: How far the frame holds. [km]
    row: float  #: Row of the site; whole numbers are centres of cells.
    column: float  #: Column of the site.
    to_cell: NDArray[np.float64]  #: Shape (2, 21): row and column from east and north.
    to_plane: NDArray[np.float64]  #: Shape (2, 21): east and north from row and column. [km]
    span: float  #: Cells that count as one in ``to_plane``.
    cell_km: float  #: Mean side of a cell. [km]
    error_cells: float  #: Largest error that was found. [cells]

    @classmethod
    def around(
        cls, longitude: float, latitude: float, reach_km: float, transform: Affine, crs: CRS | str
    ) -> "LocalFrame":
        """Fit a frame to a raster around a site.

        Parameters
        ----------
        longitude, latitude : float
            The site, WGS 84. [degrees]
        reach_km : float
            How far the frame shall hold. [km]
        transform : Affine
            From columns and rows of the raster to its coordinates, at cells' upper left corners.
        crs : CRS or str
            The raster's coordinate system.

        Raises
        ------
        ValueError
            The raster's cells bend too much for the polynomials: the reach is too large for it.
        """
        transformer = Transformer.from_crs("EPSG:4326", CRS.from_user_input(crs), always_xy=True)

        def cells(east: NDArray[np.float64], north: NDArray[np.float64]) -> NDArray[np.float64]:
            azimuth = np.degrees(np.arctan2(east, north))
            metres = 1000.0 * np.hypot(east, north)
            lon0 = np.full_like(east, longitude)
            lat0 = np.full_like(east, latitude)
            lon, lat, _ = GEOD.fwd(lon0, lat0, azimuth, metres)
            x, y = transformer.transform(lon, lat)
            column, row = ~transform @ (np.asarray(x), np.asarray(y))
            return np.stack([row - 0.5, column - 0.5])

        # Radii crowd towards the rim, as the nodes of a polynomial should.
        radii = reach_km * np.sin(0.5 * np.pi * (np.arange(_RADII) + 1.0) / _RADII)
        angles = 2.0 * np.pi * np.arange(_AZIMUTHS) / _AZIMUTHS
        east = np.concatenate([[0.0], np.outer(radii, np.sin(angles)).ravel()])
        north = np.concatenate([[0.0], np.outer(radii, np.cos(angles)).ravel()])
        at = cells(east, north)
        row, column = at[:, 0]
        to_cell = _fit(east / reach_km, north / reach_km, at - at[:, :1])
        span = float(np.abs(at - at[:, :1]).max())
        to_plane = _fit((at[0] - row) / span, (at[1] - column) / span, np.stack([east, north]))
        cell_km = float(np.sqrt(np.pi) * reach_km / np.sqrt(_area(at)))

        between = angles + 0.5 * angles[1]
        test_east = np.outer(radii * 0.97, np.sin(between)).ravel()
        test_north = np.outer(radii * 0.97, np.cos(between)).ravel()
        test = cells(test_east, test_north)
        there = _terms(test_east / reach_km, test_north / reach_km) @ to_cell.T
        back = _terms((test[0] - row) / span, (test[1] - column) / span) @ to_plane.T
        error = float(np.abs(there.T + at[:, :1] - test).max())
        error = max(error, float(np.abs(back.T - [test_east, test_north]).max()) / cell_km)
        if error > LARGEST_ERROR:
            raise ValueError(
                f"Within {reach_km:g} km the raster's cells bend by {error:.3g} cells more than a "
                "polynomial follows; ask for a smaller radius, or reproject the raster."
            )
        return cls(
            longitude, latitude, reach_km, float(row), float(column), to_cell, to_plane, span,
            cell_km, error,
        )  # fmt: skip

    def along(self, azimuths: NDArray[np.float64]) -> NDArray[np.float64]:
        """Rows and columns along radials, as polynomials of the distance.

        Parameters
        ----------
        azimuths : ndarray, shape (m,)
            From north over east. [rad]

        Returns
        -------
        ndarray, shape (m, 2, 6)
            Coefficients of 1, d, d^2 ... for the row and for the column, d in km.
        """
        east, north = np.sin(azimuths), np.cos(azimuths)
        powers = np.ones((2, DEGREE + 1, azimuths.size))
        for k in range(DEGREE):
            powers[0, k + 1] = powers[0, k] * east
            powers[1, k + 1] = powers[1, k] * north
        out = np.zeros((azimuths.size, 2, DEGREE + 1))
        for t, (i, j) in enumerate(_POWERS):
            factor = powers[0, i] * powers[1, j]
            down, right = self.to_cell[:, t] / self.reach_km ** (i + j)
            out[:, 0, i + j] += factor * down
            out[:, 1, i + j] += factor * right
        out[:, 0, 0] += self.row
        out[:, 1, 0] += self.column
        return out

    def plane(
        self, rows: ArrayLike, columns: ArrayLike
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """East and north of the site of cells' centres, along the geodesic. [km]."""
        u = (np.asarray(rows, float) - self.row) / self.span
        v = (np.asarray(columns, float) - self.column) / self.span
        east, north = np.zeros(u.shape), np.zeros(u.shape)
        for t, (i, j) in enumerate(_POWERS):
            power = u**i * v**j
            east += self.to_plane[0, t] * power
            north += self.to_plane[1, t] * power
        return east, north

    def path(
        self, longitude: float, latitude: float, step_km: float
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Samples of the path from the site to a place: distances, rows, columns.

        Parameters
        ----------
        longitude, latitude : float
            The place, WGS 84. [degrees]
        step_km : float
            Distance between samples; the last step is half to one and a half as long. [km]

        Returns
        -------
        tuple of ndarray
            Distances in km, and rows and columns, each of shape (n,).
        """
        azimuth, _, metres = GEOD.inv(self.longitude, self.latitude, longitude, latitude)
        steps, own_step = path_steps(metres / 1000.0, step_km)
        d = np.append(own_step * np.arange(steps), metres / 1000.0)
        powers = d[:, None] ** np.arange(DEGREE + 1)
        row, column = self.along(np.array([np.radians(azimuth)]))[0] @ powers.T
        return d, row, column


_POWERS = [(i, k - i) for k in range(DEGREE + 1) for i in range(k + 1)]


def _terms(u: NDArray[np.float64], v: NDArray[np.float64]) -> NDArray[np.float64]:
    """Every u^i v^j up to the degree, as columns."""
    return np.stack([u**i * v**j for i, j in _POWERS], axis=1)


def _fit(
    u: NDArray[np.float64], v: NDArray[np.float64], values: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Least squares; one row of coefficients for each row of values."""
    return np.asarray(np.linalg.lstsq(_terms(u, v), values.T, rcond=None)[0].T, np.float64)


def _area(at: NDArray[np.float64]) -> float:
    """Cells within the outermost ring of nodes."""
    row, column = at[:, -_AZIMUTHS:]
    return float(abs(np.sum(row * np.roll(column, -1) - column * np.roll(row, -1))) / 2.0)
