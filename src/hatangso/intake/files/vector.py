"""GeoPackage, GeoJSON, shapefile (in a .zip) and KML by pyogrio: every layer a table.

GDAL opens a file by what is in it, and some of its formats point to other files or addresses:
the first bytes are looked at first, and only the four formats above are handed over.
"""

import tempfile
import zipfile
from pathlib import Path

import numpy as np
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError

from hatangso.intake.files import limits
from hatangso.intake.files.tables import FileError, Opened, Remark, Said, Table

#: Columns that GDAL's KML driver adds by itself and no sender filled in.
_KML_OWN = frozenset(
    {
        "id", "timestamp", "begin", "end", "altitudeMode", "tessellate", "extrude", "visibility",
        "drawOrder", "icon", "snippet",
    }
)  # fmt: skip


def kind_of(path: Path) -> str:
    """Format of a file by its first bytes: gpkg, geojson, shp, kml; empty for any other."""
    with path.open("rb") as handle:
        start = handle.read(4096)
    if start.startswith(b"SQLite format 3\x00"):
        return "gpkg"
    if start[:4] == b"\x00\x00\x27\x0a":
        return "shp"
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"{"):
        return "geojson"
    if text.startswith(b"<") and b"<kml" in text:
        return "kml"
    return ""


def read(path: Path) -> Opened:
    """Layers of a file as tables, each with its shapes and the coordinate system that it says.

    Raises
    ------
    FileError
        When it cannot be read, or is of another format than its first bytes say.
    """
    kind = kind_of(path)
    if not kind:
        raise FileError(
            f"{path.name} is no GeoPackage, GeoJSON, shapefile or KML. Save it as one of these."
        )
    opened = Opened(path.name, kind)
    with tempfile.TemporaryDirectory(prefix="hatangso-") as folder:
        # Under an ending of our own choice: GDAL looks at the ending, too.
        source = path if kind == "shp" else Path(folder) / f"sent.{kind}"
        if kind != "shp":
            source.symlink_to(path.resolve())
        try:
            for name, geometry_type in pyogrio.list_layers(source):
                _read_layer(source, str(name), geometry_type, kind, opened)
        except (DataSourceError, DataLayerError, RuntimeError) as error:
            said = str(error).replace(str(source), path.name)
            raise FileError(
                f"{path.name} cannot be read: {said}. Open it in QGIS, save it as GeoPackage and "
                "send that."
            ) from error
    return opened


def read_zip(path: Path) -> Opened:
    """Shapefiles packed in a .zip (with .dbf, .shx and .prj), or a packed KML (.kmz).

    Raises
    ------
    FileError
        When there is none in it.
    """
    members = limits.check_archive(path)
    wanted = [
        member.filename
        for member in members
        if Path(member.filename).suffix.lower() in {".shp", ".kml", ".gpkg", ".geojson"}
    ]
    if not wanted:
        raise FileError(
            f"{path.name} holds no shapefile (.shp with .dbf, .shx, .prj) and no KML. Pack these "
            "and send it again."
        )
    opened = Opened(path.name, "zip")
    with tempfile.TemporaryDirectory(prefix="hatangso-") as folder:
        with zipfile.ZipFile(path) as archive:
            try:
                archive.extractall(folder)
            except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError) as error:
                raise FileError(
                    f"{path.name} is broken or locked with a password. Pack it anew."
                ) from error
        for name in wanted:
            part = read(Path(folder) / name)
            opened.tables += part.tables
            opened.said += part.said
    return opened


def _read_layer(source: Path, name: str, geometry_type: object, kind: str, opened: Opened) -> None:
    info = pyogrio.read_info(source, layer=name, force_feature_count=True)
    limits.check_rows(name, info["features"], len(info["fields"]) + 1)
    meta, numbers, wkb, data = pyogrio.raw.read(
        source, layer=name, return_fids=True, force_2d=True, read_geometry=geometry_type is not None
    )
    size = len(numbers)
    head = [str(field) for field in meta["fields"]]
    columns = [_objects(column) for column in data]
    if kind == "kml":
        used = [
            place
            for place, (field, column) in enumerate(zip(head, columns, strict=True))
            if field not in _KML_OWN and any(cell is not None for cell in column)
        ]
        head, columns = [head[place] for place in used], [columns[place] for place in used]
    geometry = None
    if wkb is not None:
        geometry = shapely.from_wkb(wkb, on_invalid="ignore")
    crs = meta["crs"] or ""
    if geometry is not None and not crs:
        opened.said.append(Said(Remark.NO_CRS, name, what=name))
    if size == 0:
        opened.said.append(Said(Remark.EMPTY_TABLE, name, what=name))
    opened.tables.append(
        Table(
            name if name != "sent" else Path(opened.name).stem,
            tuple(head),
            columns,
            np.arange(1, size + 1, dtype=np.int64),
            0,
            geometry,
            crs,
        )
    )


def _objects(column: np.ndarray) -> np.ndarray:
    """Cells as Python values, None where the layer has none."""
    if column.dtype == object:
        cells = column.copy()
        cells[cells == ""] = None
        return cells
    if column.dtype.kind == "M":
        cells = column.astype("datetime64[us]").astype(object)
        cells[np.isnat(column)] = None
        return cells
    cells = column.astype(object)
    if column.dtype.kind == "f":
        cells[np.isnan(column)] = None
    return cells
