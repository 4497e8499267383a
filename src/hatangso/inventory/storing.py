"""Columns of a table of assets as the database takes them, and the commune of each place."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.geos import Polygon

from hatangso.inventory.dictionary import Attribute, entity
from hatangso.inventory.tables import AssetTable, is_missing
from hatangso.territory import queries as territory
from hatangso.territory.locating import Locator
from hatangso.territory.models import UnitShape

SRID = 4326


def to_python(attribute: Attribute, column: np.ndarray) -> list[Any]:
    """Values (n,) of a column as Python's own; None where one is missing, "" for a text."""
    if attribute.is_text:
        return list(column)
    missing = is_missing(attribute, column)
    if attribute.type == "date":
        values: list[Any] = column.astype(object).tolist()
    elif attribute.type == "boolean":
        values = (column == 1).tolist()
    elif attribute.type == "integer":
        values = np.where(missing, 0, column).astype(np.int64).tolist()
    else:
        values = column.tolist()
    if missing.any():
        for row in np.flatnonzero(missing):
            values[row] = None
    return values


def to_ewkb(geometry: np.ndarray) -> list[Any]:
    """Places (n,) as EWKB in hexadecimal, EPSG:4326; None where one is missing."""
    return list(shapely.to_wkb(shapely.set_srid(geometry, SRID), hex=True, include_srid=True))


def stored_columns(table: AssetTable) -> dict[str, list[Any]]:
    """Columns of a table by the model's field: the code, what it says, and its places."""
    found = entity(table.entity)
    columns: dict[str, list[Any]] = {"code": list(table.codes)}
    for attribute in found.columns:
        if attribute.name in table.values:
            columns[attribute.name] = to_python(attribute, table.values[attribute.name])
    if table.geometry is not None and found.geometry != "none":
        columns["geometry"] = to_ewkb(table.geometry)
    return columns


def rows_of(columns: dict[str, list[Any]]) -> Iterator[tuple[Any, ...]]:
    """Rows, one value from each column."""
    return zip(*columns.values(), strict=True)


def middle(geometry: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Longitude and latitude (n,) by which a commune is found: of a line, its middle.

    In degrees; not a number where a place is missing.
    """
    points = geometry
    lines = shapely.get_type_id(geometry) == shapely.GeometryType.LINESTRING
    if lines.any():
        points = geometry.copy()
        points[lines] = shapely.line_interpolate_point(geometry[lines], 0.5, normalized=True)
    return shapely.get_x(points), shapely.get_y(points)


def communes_of(table: AssetTable, on: date) -> list[int | None]:
    """Commune (n,) in which each asset stands on a day: by its place, else by its declared code."""
    found = np.full(len(table), -1, dtype=np.int64)
    if table.geometry is not None and len(table):
        longitude, latitude = middle(table.geometry)
        placed = ~np.isnan(longitude)
        if placed.any():
            locator = locator_near(longitude[placed], latitude[placed], on)
            found[placed] = locator.find(longitude[placed], latitude[placed])
    declared = table.column("commune")
    unplaced = np.flatnonzero((found < 0) & (declared != ""))
    if len(unplaced):
        codes = sorted(set(declared[unplaced]))
        known = dict(
            territory.units_on(on, "commune").filter(code__in=codes).values_list("code", "pk")
        )
        for row in unplaced:
            found[row] = known.get(declared[row], -1)
    return [None if unit < 0 else int(unit) for unit in found]


def locator_near(longitude: np.ndarray, latitude: np.ndarray, on: date) -> Locator:
    """Locator of the communes whose polygon reaches into the box of some places.

    All 3,321 communes of the country are not read for one operator's file of one province.
    """
    box = Polygon.from_bbox(
        (longitude.min(), latitude.min(), longitude.max(), latitude.max())
    ).buffer(1e-6)
    near = UnitShape.objects.filter(geometry__bboverlaps=box).values("unit")
    units = list(territory.units_on(on, "commune").filter(pk__in=near).values_list("pk", flat=True))
    shapes = territory.shapes_on(units, on)
    ids = sorted(pk for pk, shape in shapes.items() if shape.geometry.geom_type.endswith("Polygon"))
    polygons = shapely.from_wkb([bytes(shapes[pk].geometry.wkb) for pk in ids])
    return Locator(np.array(ids, dtype=np.int64), np.asarray(polygons, dtype=object))
