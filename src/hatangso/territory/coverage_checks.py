"""Polygons of units held against their neighbours and the unit above: overlaps, gaps, strays.

Nothing is mended: each fault is reported with its place. Areas are on the ellipsoid. [m²]
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyproj
import shapely

from hatangso.territory.checks import Fault

#: Overlaps and gaps below this are the rounding of coordinates. [m²]
SMALLEST_M2 = 100.0
#: Part of a unit that may lie outside the unit above: borders of two sources never agree.
OUTSIDE = 0.01
_ELLIPSOID = pyproj.Geod(ellps="WGS84")


@dataclass(frozen=True, slots=True)
class Placed:
    """A unit with its shape in EPSG:4326."""

    unit_id: int
    name: str
    shape: Any


def area_m2(shape: Any) -> float:
    """Area of a shape in EPSG:4326 on the ellipsoid, in m²."""
    return abs(float(_ELLIPSOID.geometry_area_perimeter(shape)[0]))


@dataclass(frozen=True, slots=True)
class Coverage:
    """Units that are held against each other, and those beside them, as sound polygons.

    The first `own` of `units` and `polygons` (n) are those asked about; the others are neighbours
    of other parts of a large coverage. `loose` (n) marks polygons with an edge that overlaps or
    gapes.
    """

    units: Sequence[Placed]
    polygons: np.ndarray
    loose: np.ndarray
    own: int

    @classmethod
    def of(cls, units: Sequence[Placed], neighbours: Sequence[Placed] = ()) -> "Coverage":
        """Make one of units with polygons."""
        everyone = [*units, *neighbours]
        polygons = _sound([unit.shape for unit in everyone])
        loose = ~shapely.is_empty(shapely.coverage_invalid_edges(polygons))
        return cls(everyone, polygons, loose, len(units))

    def overlaps(self) -> list[Fault]:
        """Pairs of units whose polygons share ground, with that ground as the place.

        Of two parts of a coverage only that of the unit with the lower id tells of a pair between
        them.
        """
        # Of two that overlap, at least one has an edge inside the other: only those are asked.
        loose = np.flatnonzero(self.loose)
        tree = shapely.STRtree(self.polygons)
        asked, second = tree.query(self.polygons[loose], predicate="intersects")
        pairs = np.sort(np.column_stack([loose[asked], second]), axis=1)
        pairs = np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0)
        ids = np.array([unit.unit_id for unit in self.units])
        first, second = pairs[:, 0], pairs[:, 1]
        told = (first < self.own) & ((second < self.own) | (ids[second] > ids[first]))
        first, second = first[told], second[told]
        common = shapely.intersection(self.polygons[first], self.polygons[second])
        found = []
        for i, j, ground in zip(first, second, common, strict=True):
            area = area_m2(ground) if shapely.area(ground) > 0 else 0.0
            if area >= SMALLEST_M2:
                one, other = self.units[i], self.units[j]
                values = {"name": one.name, "other": other.name, "area": f"{area:.0f}"}
                place = shapely.point_on_surface(ground)
                found.append(Fault("TER-114", values, place=place, unit_id=one.unit_id))
        return found

    def ground(self) -> Any:
        """All ground of the units asked about as one shape.

        Those whose edges all fit are put together by their common edges, which takes a tenth of
        the time of a union.
        """
        own, loose = self.polygons[: self.own], self.loose[: self.own]
        return shapely.union_all([shapely.coverage_union_all(own[~loose]), *own[loose]])


def overlaps(units: Sequence[Placed], neighbours: Sequence[Placed] = ()) -> list[Fault]:
    """Pairs of units whose polygons share ground; see `Coverage.overlaps`."""
    return Coverage.of(units, neighbours).overlaps()


def ground_of(units: Sequence[Placed]) -> Any:
    """All ground of some units as one shape; see `Coverage.ground`."""
    return Coverage.of(units).ground()


def gaps(
    grounds: Sequence[Any], name: str, is_filled: Callable[[Any], bool] = lambda place: False
) -> list[Fault]:
    """Holes in the ground of all units, given in parts, except those that something else fills."""
    ground = shapely.union_all(grounds)
    found = []
    for part in shapely.get_parts(ground):
        if part.geom_type != "Polygon":
            continue
        for ring in part.interiors:
            hole = shapely.Polygon(ring)
            place = shapely.point_on_surface(hole)
            area = area_m2(hole)
            if area >= SMALLEST_M2 and not is_filled(place):
                values = {"name": name, "area": f"{area:.0f}"}
                found.append(Fault("TER-115", values, place=place))
    return found


def strays(units: Sequence[Placed], parent: Placed) -> list[Fault]:
    """Units that lie outside the polygon of the unit above by more than `OUTSIDE`."""
    (above,) = _sound([parent.shape])
    shapely.prepare(above)
    shapes = _sound([unit.shape for unit in units])
    outside = shapely.difference(shapes, above)
    found = []
    for unit, shape, rest in zip(units, shapes, outside, strict=True):
        area = shapely.area(shape)
        share = shapely.area(rest) / area if area else float(not shapely.is_empty(rest))
        if share > OUTSIDE:
            values = {"name": unit.name, "parent": parent.name, "share": f"{100 * share:.1f}"}
            place = shapely.point_on_surface(rest)
            found.append(Fault("TER-116", values, place=place, unit_id=unit.unit_id))
    return found


def _sound(shapes: Sequence[Any]) -> Any:
    """Copies fit to compute with; the originals stay as they are."""
    given = np.empty(len(shapes), dtype=object)
    given[:] = shapes
    broken = ~shapely.is_valid(given)
    given[broken] = shapely.make_valid(given[broken], method="structure")
    return given
