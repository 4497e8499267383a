"""Files of units as plain rows: GeoPackage, GeoJSON, shapefile and CSV, read in windows.

A mapping says which column holds which field. Nothing is judged here beyond "can it be read": the
checks of rows are in `row_checks`.
"""

import contextlib
import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from dataclasses import fields as dataclass_fields
from pathlib import Path
from typing import Any, TextIO

import numpy as np
import pyogrio
import pyproj
import shapely
from django.utils.translation import gettext as _
from pyogrio.errors import DataLayerError, DataSourceError

from hatangso.territory import encodings

#: Fields that a mapping may name, with what they hold.
FIELDS: dict[str, str] = {
    "code": "code of the unit (required)",
    "name": "name with its kind (required)",
    "level": "province, district, commune or village",
    "parent_code": "code of the unit above",
    "valid_from": "first day, 2025-07-01 or 01/07/2025",
    "valid_to": "first day it no longer stands",
    "former_name": "official name before the last change of name",
    "renamed_on": "day of that change",
    "alias": "another name; several with a semicolon between",
    "alias_from": "first day of the other name",
    "alias_to": "first day that it was no longer used",
    "class": "class, such as mountain or border; several with a semicolon between",
    "class_from": "first day of the class",
    "class_to": "first day that it no longer held",
    "population": "people",
    "households": "households",
    "poor_households": "poor households",
    "near_poor_households": "near-poor households",
    "adults": "adults",
    "villages": "number of villages",
    "year": "year of the counts",
    "longitude": "of a point, in degrees (CSV)",
    "latitude": "of a point, in degrees (CSV)",
    "wkt": "shape as well-known text (CSV)",
    "successor_code": "code of the unit it passed into; several with a semicolon between",
    "successor_on": "day on which it passed",
    "successor_share": "share of its people that passed, 0 to 1; as many as codes",
    "successor_area_share": "share of its area that passed, 0 to 1; as many as codes",
}
#: How many rows are read at a time, and how much of the file at most, in bytes: one of 500 MB
#: never lies in memory whole.
WINDOW, WINDOW_BYTES = 5000, 32 << 20


class UnitFileError(ValueError):
    """A file of units cannot be read; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column of a file holds which field, and what the file does not say itself."""

    columns: Mapping[str, str]
    layer: str = ""
    level: str = ""
    crs: str = ""
    encoding: str = ""
    valid_from: str = ""
    year: str = ""
    title: str = ""
    licence: str = ""

    @classmethod
    def of(cls, columns: Mapping[str, str], settings: Mapping[str, str]) -> "Columns":
        """Make it of two saved tables, refusing what it does not know.

        Raises
        ------
        UnitFileError
            When a field or a setting is unknown, or code or name is missing.
        """
        known = {entry.name for entry in dataclass_fields(cls)} - {"columns"}
        strange = (set(columns) - set(FIELDS)) | (set(settings) - known)
        if strange:
            raise UnitFileError(
                _(
                    "The mapping does not know %(strange)s. Fields: %(fields)s. Settings: "
                    "%(settings)s."
                )
                % {
                    "strange": ", ".join(sorted(strange)),
                    "fields": ", ".join(FIELDS),
                    "settings": ", ".join(sorted(known)),
                }
            )
        missing = {"code", "name"} - set(columns)
        if missing:
            raise UnitFileError(
                _("The mapping names no column for %s: add it, as in code=MA_XA.")
                % ", ".join(sorted(missing))
            )
        return cls(columns=dict(columns), **settings)


@dataclass(slots=True)
class Row:
    """One row of a file: the text of each mapped field, and its shape as given, if it has one.

    `number` is 1 for the first row below the head.
    """

    number: int
    fields: dict[str, str] = field(default_factory=dict)
    shape: Any = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that can be read: its layer, columns, number of rows and CRS ("" if it says none)."""

    path: Path
    layer: str
    columns: tuple[str, ...]
    rows: int
    crs: str


def open_file(path: Path, columns: Columns) -> Opened:
    """Look at a file without reading its rows.

    Raises
    ------
    UnitFileError
        When it is no file of units, has several layers and none is named, or lacks a mapped
        column.
    """
    if not path.is_file():
        raise UnitFileError(_("There is no file %s.") % path)
    opened = _open_csv(path, columns) if _is_csv(path) else _open_vector(path, columns)
    absent = sorted(set(columns.columns.values()) - set(opened.columns))
    if absent:
        raise UnitFileError(
            _("%(file)s has no column %(absent)s. It has: %(columns)s.")
            % {
                "file": path.name,
                "absent": ", ".join(absent),
                "columns": ", ".join(opened.columns),
            }
        )
    return opened


def read_rows(opened: Opened, columns: Columns) -> Iterator[list[Row]]:
    """Rows of a file, `WINDOW` at a time, so that a large one never lies in memory whole."""
    if _is_csv(opened.path):
        yield from _csv_windows(opened, columns)
    else:
        yield from _vector_windows(opened, columns)


def crs_of(opened: Opened, columns: Columns) -> pyproj.CRS:
    """CRS of a file's shapes: what the mapping says, else what the file says.

    Raises
    ------
    UnitFileError
        When neither says one, or it is not a CRS.
    """
    said = columns.crs or opened.crs
    if not said:
        raise UnitFileError(
            _(
                "%s does not say its coordinate system (a shapefile needs its .prj). Say it in the "
                "mapping, as in crs=EPSG:4326, or crs=EPSG:3405 for VN-2000 / UTM 48N."
            )
            % opened.path.name
        )
    try:
        return pyproj.CRS.from_user_input(said)
    except pyproj.exceptions.CRSError as error:
        raise UnitFileError(
            _("%s is no coordinate system: write it as EPSG:4326.") % said
        ) from error


def to_degrees(shapes: Sequence[Any], crs: pyproj.CRS) -> Any:
    """Shapes in EPSG:4326, longitude first; a point that cannot be placed is left infinite."""
    given = np.empty(len(shapes), dtype=object)
    given[:] = shapes
    given = shapely.force_2d(given)
    if crs.to_epsg() == 4326:
        return given
    transformer = pyproj.Transformer.from_crs(crs, 4326, always_xy=True)

    def project(points: np.ndarray) -> np.ndarray:
        return np.column_stack(transformer.transform(points[:, 0], points[:, 1]))

    return shapely.transform(given, project)


def _is_csv(path: Path) -> bool:
    return path.suffix.lower() in {".csv", ".txt", ".tsv"}


def _open_vector(path: Path, columns: Columns) -> Opened:
    try:
        layers = [str(layer) for layer in pyogrio.list_layers(path)[:, 0]]
        if columns.layer and columns.layer not in layers:
            raise UnitFileError(
                _("%(file)s has no layer %(layer)s. It has: %(layers)s.")
                % {"file": path.name, "layer": columns.layer, "layers": ", ".join(layers)}
            )
        if not columns.layer and len(layers) > 1:
            raise UnitFileError(
                _(
                    "%(file)s has several layers: %(layers)s. Name one in the mapping, as in "
                    "layer=communes."
                )
                % {"file": path.name, "layers": ", ".join(layers)}
            )
        layer = columns.layer or layers[0]
        info = pyogrio.read_info(path, layer=layer, force_feature_count=True)
    except (DataSourceError, DataLayerError) as error:
        raise UnitFileError(
            _("%(file)s cannot be read as GeoPackage, GeoJSON, shapefile or CSV: %(error)s")
            % {"file": path.name, "error": error}
        ) from error
    return Opened(path, layer, tuple(map(str, info["fields"])), info["features"], info["crs"] or "")


def _vector_windows(opened: Opened, columns: Columns) -> Iterator[list[Row]]:
    wanted = sorted(set(columns.columns.values()))
    # GeoJSON has no index: each window reads the file from its start, so there are few.
    most = 10 if opened.path.suffix.lower().endswith("json") else 1
    size = opened.path.stat().st_size
    window = max(1, min(WINDOW, opened.rows * WINDOW_BYTES // max(size, 1))) * most
    old = columns.encoding in encodings.ENCODINGS
    is_shapefile = opened.path.suffix.lower() == ".shp"
    codec = "ISO-8859-1" if old and is_shapefile else columns.encoding
    for start in range(0, opened.rows, window):
        meta, _fids, geometry, data = pyogrio.raw.read(
            opened.path,
            layer=opened.layer,
            columns=wanted,
            skip_features=start,
            max_features=window,
            encoding=None if not codec or (old and not is_shapefile) else codec,
        )
        names = list(meta["fields"])
        shapes = (
            shapely.from_wkb(geometry, on_invalid="ignore")
            if geometry is not None
            else [None] * len(data[0] if data else [])
        )
        yield [
            Row(
                start + position + 1,
                _fields(dict(zip(names, values, strict=True)), columns),
                shape,
            )
            for position, (*values, shape) in enumerate(zip(*data, shapes, strict=True))
        ]


def _open_csv(path: Path, columns: Columns) -> Opened:
    with path.open(encoding=_csv_encoding(path, columns), newline="") as handle:
        reader = csv.reader(handle, _dialect(handle))
        head = next(reader, [])
        rows = sum(1 for _row in reader)
    placed = {"wkt", "longitude", "latitude"} & set(columns.columns)
    degrees = "EPSG:4326" if placed - {"wkt"} else ""
    return Opened(path, "", tuple(head), rows, degrees or ("" if placed else "EPSG:4326"))


def _csv_encoding(path: Path, columns: Columns) -> str:
    if columns.encoding and columns.encoding not in encodings.ENCODINGS:
        return columns.encoding
    try:
        with path.open(encoding="utf-8-sig") as handle:
            while handle.read(1 << 20):
                pass
    except UnicodeDecodeError:
        return "latin-1"  # The checks of names then say which old encoding it is.
    return "utf-8-sig"


def _dialect(handle: TextIO) -> type[csv.Dialect]:
    sample = handle.read(8192)
    handle.seek(0)
    try:
        return csv.Sniffer().sniff(sample, delimiters=",;\t")
    except csv.Error:
        return csv.excel


def _csv_windows(opened: Opened, columns: Columns) -> Iterator[list[Row]]:
    with opened.path.open(encoding=_csv_encoding(opened.path, columns), newline="") as handle:
        reader = csv.DictReader(handle, dialect=_dialect(handle))
        window: list[Row] = []
        for number, values in enumerate(reader, 1):
            fields = _fields(values, columns)
            window.append(Row(number, fields, _csv_shape(fields)))
            if len(window) == WINDOW:
                yield window
                window = []
        if window:
            yield window


def _csv_shape(fields: Mapping[str, str]) -> Any:
    if fields.get("wkt"):
        return shapely.from_wkt(fields["wkt"], on_invalid="ignore")
    try:
        place = [float(fields[name].replace(",", ".")) for name in ("longitude", "latitude")]
    except (KeyError, ValueError):
        return None
    return shapely.Point(place) if np.isfinite(place).all() else None


def _fields(values: Mapping[str, Any], columns: Columns) -> dict[str, str]:
    read = {name: _text(values.get(column)) for name, column in columns.columns.items()}
    if columns.encoding in encodings.ENCODINGS:
        for name in ("name", "former_name", "alias", "class"):
            if read.get(name):
                with contextlib.suppress(ValueError):
                    read[name] = encodings.read_as(read[name], columns.encoding)
    return read


def _text(value: Any) -> str:
    """Text of a cell; numbers as a person would type them, so that a code keeps its digits."""
    if value is None or (isinstance(value, float | np.floating) and np.isnan(value)):
        return ""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return "" if str(value) == "NaT" else str(value)
