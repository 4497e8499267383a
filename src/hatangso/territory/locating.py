"""Which unit a place lies in, for many places at once."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely

from hatangso.territory import queries


@dataclass(frozen=True, slots=True)
class Locator:
    """Polygons of the units of a level on a day, ready to be asked many times.

    `unit_ids` (n, ascending) belongs to `polygons` (n, in EPSG:4326), the originals as given.
    """

    unit_ids: np.ndarray
    polygons: np.ndarray

    @classmethod
    def of(cls, level: str, on: date) -> "Locator":
        """Make one of the units of a level on a day; a unit without a polygon is left out."""
        units = list(queries.units_on(on, level).values_list("pk", flat=True))
        shapes = queries.shapes_on(units, on)
        ids = sorted(
            pk for pk, shape in shapes.items() if shape.geometry.geom_type.endswith("Polygon")
        )
        polygons = shapely.from_wkb([bytes(shapes[pk].geometry.wkb) for pk in ids])
        return cls(np.array(ids, dtype=np.int64), polygons)

    def find(self, longitude: np.ndarray, latitude: np.ndarray) -> np.ndarray:
        """Ids of the units that hold places (n, degrees); -1 where none does.

        Where the originals overlap, the unit with the lowest id is given. Places are put in order
        of latitude once; each prepared polygon is then asked only about those in its own box,
        which took a tenth of the time of a tree query for each place.
        """
        found = np.full(len(longitude), -1, dtype=np.int64)
        order = np.argsort(latitude)
        x, y = np.asarray(longitude)[order], np.asarray(latitude)[order]
        shapely.prepare(self.polygons)
        west, south, east, north = shapely.bounds(self.polygons).reshape(-1, 4).T
        first = np.searchsorted(y, south)
        last = np.searchsorted(y, north, side="right")
        for row in reversed(range(len(self.polygons))):
            band = slice(first[row], last[row])
            near = np.flatnonzero((x[band] >= west[row]) & (x[band] <= east[row])) + first[row]
            inside = shapely.contains_xy(self.polygons[row], x[near], y[near])
            found[order[near[inside]]] = self.unit_ids[row]
        return found
