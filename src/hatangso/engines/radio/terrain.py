"""Reading terrain: any raster, any coordinate system, one tile or many, a window at a time.

A height that no tile knows is NaN, never sea level: a declared no-data value, and -32768 and -9999
even where a file forgot to declare them. Bathymetry is read as it stands.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio
from affine import Affine
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from rasterio.enums import Resampling
from rasterio.vrt import WarpedVRT
from rasterio.windows import Window

from hatangso.engines.radio.errors import (
    HoleInTerrainError,
    MissingTileError,
    OutsideTerrainError,
    RadioError,
)
from hatangso.engines.radio.local_frame import GEOD

#: Values that mean "unknown" in terrain files, declared or not.
UNKNOWN_VALUES = (-32768.0, -9999.0)
#: Cells read beyond the circle, for interpolation.
MARGIN = 3
SUFFIXES = (".tif", ".tiff", ".hgt", ".vrt", ".dem", ".img", ".asc", ".bil")


@dataclass(frozen=True)
class TerrainWindow:
    """Part of a terrain, on the grid of its own tiles."""

    heights: NDArray[np.float32]  #: Above sea level, NaN where unknown. [m]
    transform: Affine  #: From columns and rows to coordinates, at cells' upper left corners.
    crs: CRS


class Terrain:
    """One or many raster files of heights.

    Parameters
    ----------
    paths : sequence of Path
        Files, or folders whose rasters are taken. The grid of the tile under a site becomes the
        grid of what is read for it; other tiles that do not lie on that grid are reprojected onto
        it, bilinearly.

    Raises
    ------
    RadioError
        There is no raster, or a file cannot be read.
    """

    def __init__(self, paths: Sequence[Path | str]) -> None:
        self.files: list[Path] = []
        for path in map(Path, paths):
            if path.is_dir():
                self.files += sorted(p for p in path.iterdir() if p.suffix.lower() in SUFFIXES)
            else:
                self.files.append(path)
        if not self.files:
            places = ", ".join(str(path) for path in paths) or "(none)"
            raise RadioError(
                f"No terrain file was found in {places}. Give GeoTIFF or .hgt files, or a folder "
                "with them.",
                f"Không tìm thấy tệp địa hình trong {places}. Hãy chỉ ra tệp GeoTIFF hoặc .hgt, "
                "hoặc thư mục chứa chúng.",
            )
        self._tiles = [_read_header(path) for path in self.files]

    def window(self, longitude: float, latitude: float, radius_km: float) -> TerrainWindow:
        """Read what lies within a distance of a site.

        Parameters
        ----------
        longitude, latitude : float
            The site, WGS 84. [degrees]
        radius_km : float
            [km]

        Returns
        -------
        TerrainWindow
            On the grid of the tile under the site; NaN where no tile knows the height.

        Raises
        ------
        OutsideTerrainError
            No tile lies under the site.
        """
        ring = np.arange(0.0, 360.0, 5.0)
        lon, lat, _ = GEOD.fwd(
            np.full(ring.size, longitude),
            np.full(ring.size, latitude),
            ring,
            np.full(ring.size, radius_km * 1000.0),
        )
        return self.window_over([longitude, *lon], [latitude, *lat])

    def window_over(self, longitudes: Sequence[float], latitudes: Sequence[float]) -> TerrainWindow:
        """Read the box around some places, on the grid of the tile under the first.

        Parameters
        ----------
        longitudes, latitudes : sequence of float
            WGS 84. [degrees]

        Raises
        ------
        OutsideTerrainError
            No tile lies under the first place.
        """
        home = self._tile_under(longitudes[0], latitudes[0])
        to_home = Transformer.from_crs("EPSG:4326", home.crs, always_xy=True)
        x, y = to_home.transform(np.asarray(longitudes), np.asarray(latitudes))
        columns, rows = ~home.transform @ (np.asarray(x), np.asarray(y))
        column0 = math.floor(columns.min()) - MARGIN
        row0 = math.floor(rows.min()) - MARGIN
        shape = (
            math.ceil(rows.max()) + MARGIN - row0,
            math.ceil(columns.max()) + MARGIN - column0,
        )
        heights = np.full(shape, np.nan, np.float32)
        transform = home.transform @ Affine.translation(column0, row0)
        for path, tile in zip(self.files, self._tiles, strict=True):
            _fill(heights, transform, home, path, tile)
        return TerrainWindow(heights, transform, home.crs)

    def missing(self, window: TerrainWindow, longitude: float, latitude: float) -> list[str]:
        """Name the one-degree SRTM tiles that a window needs and no file brings.

        Parameters
        ----------
        window : TerrainWindow
            From :meth:`window`.
        longitude, latitude : float
            The site, by which the neighbouring degrees are counted. [degrees]
        """
        rows, columns = np.nonzero(np.isnan(window.heights[::16, ::16]))
        if not rows.size:
            return []
        x, y = window.transform @ (columns * 16 + 0.5, rows * 16 + 0.5)  # type: ignore[operator]
        back = Transformer.from_crs(window.crs, "EPSG:4326", always_xy=True)
        lon, lat = back.transform(x, y)
        names = {
            f"{'N' if b >= 0 else 'S'}{abs(b):02d}{'E' if a >= 0 else 'W'}{abs(a):03d}"
            for a, b in zip(np.floor(lon).astype(int), np.floor(lat).astype(int), strict=True)
        }
        own = {path.stem.upper()[:7] for path in self.files}
        return sorted(names - own)

    def _tile_under(self, longitude: float, latitude: float) -> "_Tile":
        finest: _Tile | None = None
        for tile in self._tiles:
            x, y = Transformer.from_crs("EPSG:4326", tile.crs, always_xy=True).transform(
                longitude, latitude
            )
            column, row = ~tile.transform @ (x, y)
            inside = 0 <= column <= tile.width and 0 <= row <= tile.height
            if inside and (finest is None or tile.cell_m < finest.cell_m):
                finest = tile
        if finest is None:
            raise OutsideTerrainError(
                f"The place {latitude:.5f} N {longitude:.5f} E lies outside the terrain of "
                f"{len(self.files)} file(s), the first {self.files[0].name}. Give terrain that "
                "covers it.",
                f"Vị trí {latitude:.5f} B {longitude:.5f} Đ nằm ngoài địa hình của "
                f"{len(self.files)} tệp, tệp đầu là {self.files[0].name}. Hãy cung cấp địa hình "
                "phủ vị trí này.",
            )
        return finest


@dataclass(frozen=True)
class _Tile:
    """What a raster's header says."""

    crs: CRS
    transform: Affine
    width: int
    height: int
    nodata: float | None
    cell_m: float


def _read_header(path: Path) -> _Tile:
    try:
        with rasterio.open(path) as source:
            if source.crs is None:
                raise RadioError(
                    f"{path.name} does not say in which coordinate system it is. Assign one, for "
                    "example with gdal_edit -a_srs.",
                    f"{path.name} không có hệ tọa độ. Hãy gán hệ tọa độ, ví dụ bằng "
                    "gdal_edit -a_srs.",
                )
            crs = CRS.from_user_input(source.crs.to_wkt())
            cell = abs(source.transform.a)
            return _Tile(
                crs,
                source.transform,
                source.width,
                source.height,
                source.nodata,
                cell * 111_320.0 if crs.is_geographic else cell,
            )
    except rasterio.errors.RasterioIOError as error:
        raise RadioError(
            f"The terrain file {path.name} cannot be read: {error}. Check that it exists and is a "
            "raster.",
            f"Không đọc được tệp địa hình {path.name}: {error}. Hãy kiểm tra tệp có tồn tại và là "
            "ảnh raster.",
        ) from error


def _fill(
    heights: NDArray[np.float32], transform: Affine, home: _Tile, path: Path, tile: _Tile
) -> None:
    """Lay one tile into a window, where nothing is known yet."""
    rows, columns = heights.shape
    offset = ~transform @ (tile.transform.c, tile.transform.f)
    aligned = (
        tile.crs == home.crs
        and math.isclose(tile.transform.a, transform.a, rel_tol=1e-7)
        and math.isclose(tile.transform.e, transform.e, rel_tol=1e-7)
        and tile.transform.b == tile.transform.d == 0.0
        and all(abs(value - round(value)) < 1e-3 for value in offset)
    )
    with rasterio.open(path) as source:
        if aligned:
            column, row = round(offset[0]), round(offset[1])
            c0, c1 = max(0, column), min(columns, column + tile.width)
            r0, r1 = max(0, row), min(rows, row + tile.height)
            if c0 >= c1 or r0 >= r1:
                return
            read = source.read(1, window=Window(c0 - column, r0 - row, c1 - c0, r1 - r0))
            values = _known(read, tile.nodata)
        else:
            r0, r1, c0, c1 = 0, rows, 0, columns
            with WarpedVRT(
                source,
                crs=home.crs.to_wkt(),
                transform=transform,
                width=columns,
                height=rows,
                resampling=Resampling.bilinear,
                src_nodata=UNKNOWN_VALUES[0] if tile.nodata is None else tile.nodata,
                nodata=UNKNOWN_VALUES[0],
                dtype="float32",
            ) as warped:
                values = _known(warped.read(1), UNKNOWN_VALUES[0])
    part = heights[r0:r1, c0:c1]
    np.copyto(part, values, where=np.isnan(part))


def _known(values: NDArray[np.generic], nodata: float | None) -> NDArray[np.float32]:
    """Heights as float32, unknown ones as NaN. [m]."""
    heights = values.astype(np.float32)
    for unknown in (*UNKNOWN_VALUES, nodata):
        if unknown is not None and not math.isnan(unknown):
            heights[heights == np.float32(unknown)] = np.nan
    return heights


def require_whole(
    terrain: Terrain, window: TerrainWindow, longitude: float, latitude: float, radius_km: float
) -> None:
    """Refuse a window that misses a tile or has a hole within the radius.

    Parameters
    ----------
    terrain, window
        What was read, and from where.
    longitude, latitude : float
        The site, WGS 84. [degrees]
    radius_km : float
        [km]

    Raises
    ------
    MissingTileError, HoleInTerrainError
    """
    rows, columns = np.nonzero(np.isnan(window.heights))
    if not rows.size:
        return
    x, y = window.transform @ (columns + 0.5, rows + 0.5)  # type: ignore[operator]
    lon, lat = Transformer.from_crs(window.crs, "EPSG:4326", always_xy=True).transform(x, y)
    _, _, metres = GEOD.inv(np.full(lon.size, longitude), np.full(lon.size, latitude), lon, lat)
    inside = metres <= radius_km * 1000.0
    if not inside.any():
        return
    nearest = int(np.argmin(metres))
    at = f"{lat[nearest]:.5f} N {lon[nearest]:.5f} E, {metres[nearest] / 1000.0:.2f} km"
    ten = f"{lat[nearest]:.5f} B {lon[nearest]:.5f} Đ, cách {metres[nearest] / 1000.0:.2f} km"
    tiles = terrain.missing(window, longitude, latitude)
    beyond = all(not _covers(tile, lon[nearest], lat[nearest]) for tile in terrain._tiles)
    if beyond:
        raise MissingTileError(
            f"Terrain is missing within {radius_km:g} km of the site, nearest at {at} away; no "
            "file covers it. Tiles by SRTM's names: "
            f"{', '.join(tiles) or 'those of its neighbours'}. "
            "Add them, lessen the radius, or let what lies behind stay unknown.",
            f"Thiếu địa hình trong bán kính {radius_km:g} km, gần nhất tại {ten}; không tệp nào "
            "phủ nơi đó. Mảnh theo tên SRTM: "
            f"{', '.join(tiles) or 'các mảnh bên cạnh'}. Hãy bổ sung, "
            "giảm bán kính, hoặc cho phép để phần phía sau là không rõ.",
        )
    raise HoleInTerrainError(
        f"The terrain has a hole within {radius_km:g} km of the site, nearest at {at} away; "
        f"{int(inside.sum())} cells are unknown. Fill it, lessen the radius, or let what lies "
        "behind stay unknown.",
        f"Địa hình bị khuyết trong bán kính {radius_km:g} km, gần nhất tại {ten}; "
        f"{int(inside.sum())} ô không rõ. Hãy lấp chỗ khuyết, giảm bán kính, hoặc cho phép để phần "
        "phía sau là không rõ.",
    )


def _covers(tile: _Tile, longitude: float, latitude: float) -> bool:
    """Whether a place lies on a tile."""
    x, y = Transformer.from_crs("EPSG:4326", tile.crs, always_xy=True).transform(
        longitude, latitude
    )
    column, row = ~tile.transform @ (x, y)
    return bool(0.0 <= column <= tile.width and 0.0 <= row <= tile.height)
