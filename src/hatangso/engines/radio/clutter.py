"""Land cover to the height of what stands on the ground, by a table that a user may edit.

The heights of the table that comes along are representative, after the categories of ITU-R P.1812
(suburban 10 m, urban and trees 15 m, dense urban 20 m), lowered where a class is mixed.
"""

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyogrio.raw
import rasterio
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from rasterio.enums import Resampling
from rasterio.features import rasterize
from rasterio.vrt import WarpedVRT

from hatangso.engines.radio.errors import RadioError
from hatangso.engines.radio.terrain import TerrainWindow

TABLE = Path(__file__).with_name("clutter_classes.csv")
DEFAULT = "default"


@dataclass(frozen=True)
class ClutterClass:
    """One row of the table."""

    height_m: float  #: Representative height. [m]
    sea: bool  #: Whether the class is the sea, for P.1812's zones.
    description: str


def clutter_table(scheme: str, path: Path | None = None) -> dict[str, ClutterClass]:
    """Read the classes of one scheme of codes.

    Parameters
    ----------
    scheme : str
        ``worldcover`` (ESA), ``igbp`` (MODIS) or ``osm`` (land use), or a user's own.
    path : Path, optional
        A user's table, with the columns scheme, code, height_m, sea and description. The code
        ``default`` stands for gaps and for whatever the table does not name.

    Raises
    ------
    RadioError
        The table lacks a column, the scheme, or a height that can be used.
    """
    source = path or TABLE
    table: dict[str, ClutterClass] = {}
    with source.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = {"scheme", "code", "height_m"} - set(reader.fieldnames or ())
        if missing:
            raise RadioError(
                f"The clutter table {source.name} lacks the column(s) "
                f"{', '.join(sorted(missing))}.",
                f"Bảng lớp phủ {source.name} thiếu cột {', '.join(sorted(missing))}.",
            )
        for line, row in enumerate(reader, start=2):
            if row["scheme"].strip() != scheme:
                continue
            try:
                height = float(row["height_m"])
            except ValueError:
                height = math.nan
            if not 0.0 <= height <= 200.0:
                raise RadioError(
                    f"Line {line} of the clutter table {source.name}: the height "
                    f"{row['height_m']!r} is not a number of metres from 0 to 200.",
                    f"Dòng {line} của bảng lớp phủ {source.name}: độ cao {row['height_m']!r} "
                    "không phải số mét từ 0 đến 200.",
                )
            table[row["code"].strip()] = ClutterClass(
                height, (row.get("sea") or "0").strip() == "1", (row.get("description") or "")
            )
    if not table:
        raise RadioError(
            f"The clutter table {source.name} has no class of the scheme {scheme!r}.",
            f"Bảng lớp phủ {source.name} không có lớp nào của bộ mã {scheme!r}.",
        )
    table.setdefault(DEFAULT, ClutterClass(0.0, False, "Whatever the table does not name"))
    return table


def clutter_from_raster(
    path: Path, window: TerrainWindow, table: Mapping[str, ClutterClass]
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Lay a land-cover raster onto a terrain's grid, each cell the class nearest to its centre.

    Parameters
    ----------
    path : Path
        A raster of class codes, in any coordinate system.
    window : TerrainWindow
        The grid.
    table : mapping
        From :func:`clutter_table`.

    Returns
    -------
    tuple of ndarray, shape (rows, columns)
        Representative heights [m], and where the sea is.

    Raises
    ------
    RadioError
        The file cannot be read.
    """
    rows, columns = window.heights.shape
    try:
        with (
            rasterio.open(path) as source,
            WarpedVRT(
                source,
                crs=window.crs.to_wkt(),
                transform=window.transform,
                width=columns,
                height=rows,
                resampling=Resampling.nearest,
                dtype="int32",
                nodata=-1,
            ) as warped,
        ):
            codes = warped.read(1)
    except rasterio.errors.RasterioIOError as error:
        raise _unreadable(path, error) from error
    found, index = np.unique(codes, return_inverse=True)
    classes = [table.get(str(code), table[DEFAULT]) for code in found]
    heights = np.array([one.height_m for one in classes], np.float32)[index.reshape(codes.shape)]
    sea = np.array([one.sea for one in classes])[index.reshape(codes.shape)]
    return heights, sea


def clutter_from_polygons(
    path: Path, window: TerrainWindow, table: Mapping[str, ClutterClass], column: str = "kind"
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Lay land-use polygons onto a terrain's grid; of polygons that overlap the smallest counts.

    Parameters
    ----------
    path : Path
        Any vector file with polygons.
    window : TerrainWindow
        The grid.
    table : mapping
        From :func:`clutter_table`; gaps between polygons take its default.
    column : str
        The attribute that holds the code.

    Returns
    -------
    tuple of ndarray, shape (rows, columns)
        Representative heights [m], and where the sea is.

    Raises
    ------
    RadioError
        The file cannot be read, or lacks the column.
    """
    try:
        info = pyogrio.read_info(path)
        if column not in info["fields"]:
            raise RadioError(
                f"{path.name} has no column {column!r}; it has {', '.join(info['fields'])}.",
                f"{path.name} không có cột {column!r}; chỉ có {', '.join(info['fields'])}.",
            )
        crs = CRS.from_user_input(info["crs"])
        meta, _, shapes, fields = pyogrio.raw.read(
            path, columns=[column], bbox=_bounds(window, crs), read_geometry=True
        )
    except pyogrio.errors.DataSourceError as error:
        raise _unreadable(path, error) from error
    del meta
    geometries = shapely.from_wkb(shapes)
    to_grid = Transformer.from_crs(crs, window.crs, always_xy=True)
    geometries = shapely.transform(
        geometries, lambda points: np.stack(to_grid.transform(points[:, 0], points[:, 1]), axis=1)
    )
    codes = [str(code) for code in fields[0]]
    names = sorted(set(codes))
    numbers = {name: number + 1 for number, name in enumerate(names)}
    order = np.argsort(-shapely.area(geometries), kind="stable")
    grid = np.zeros(window.heights.shape, np.uint16)
    if order.size:
        grid = rasterize(
            ((geometries[i], numbers[codes[i]]) for i in order),
            out_shape=window.heights.shape,
            transform=window.transform,
            fill=0,
            dtype="uint16",
        )
    classes = [table[DEFAULT], *(table.get(name, table[DEFAULT]) for name in names)]
    heights = np.array([one.height_m for one in classes], np.float32)[grid]
    return heights, np.array([one.sea for one in classes])[grid]


def _bounds(window: TerrainWindow, crs: CRS) -> tuple[float, float, float, float]:
    """Bounds of a window in another coordinate system."""
    rows, columns = window.heights.shape
    left, top = window.transform @ (0, 0)
    right, bottom = window.transform @ (columns, rows)
    transformer = Transformer.from_crs(window.crs, crs, always_xy=True)
    return transformer.transform_bounds(
        min(left, right), min(top, bottom), max(left, right), max(top, bottom)
    )


def _unreadable(path: Path, error: Exception) -> RadioError:
    return RadioError(
        f"The land-cover file {path.name} cannot be read: {error}. Check that it exists.",
        f"Không đọc được tệp lớp phủ {path.name}: {error}. Hãy kiểm tra tệp có tồn tại.",
    )
