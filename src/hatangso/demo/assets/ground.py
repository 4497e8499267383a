"""Villages and roads on the land of communes, real or made up."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.spatial.distance import cdist
from shapely.geometry.base import BaseGeometry

#: Length of a degree of latitude on the mean sphere. [m]
METRES_PER_DEGREE = 111_195.0


@dataclass(frozen=True, slots=True)
class Land:
    """A commune to build on: its code, polygon (EPSG:4326), households, villages, town or not."""

    code: str
    polygon: BaseGeometry
    households: int
    villages: int
    is_town: bool


@dataclass(frozen=True, slots=True)
class Ground:
    """Villages and roads of all communes.

    Attributes
    ----------
    lands
        The communes.
    villages
        Points (n, 2) of longitude and latitude; the first of each commune is its centre.
    village_land
        Row of `lands` (n,) that each village lies in.
    roads
        Lines (m,), each between two villages of a commune.
    road_land
        Row of `lands` (m,).
    """

    lands: tuple[Land, ...]
    villages: np.ndarray
    village_land: np.ndarray
    roads: np.ndarray
    road_land: np.ndarray

    def centre(self, land: int) -> np.ndarray:
        """Centre (2,) of a commune."""
        return np.asarray(self.villages[np.argmax(self.village_land == land)])


def points_in(random: np.random.Generator, polygon: BaseGeometry, count: int) -> np.ndarray:
    """Random points (count, 2) inside a polygon, evenly spread."""
    west, south, east, north = polygon.bounds
    shapely.prepare(polygon)
    found = np.empty((0, 2))
    while len(found) < count:
        tried = random.uniform((west, south), (east, north), (4 * count + 16, 2))
        found = np.vstack([found, tried[shapely.contains_xy(polygon, tried[:, 0], tried[:, 1])]])
    return found[:count]


def make_ground(random: np.random.Generator, lands: Sequence[Land]) -> Ground:
    """Lay villages into communes and roads between them: the shortest tree, not quite straight."""
    villages, village_land, roads, road_land = [], [], [], []
    for row, land in enumerate(lands):
        centre = np.array(shapely.get_coordinates(shapely.point_on_surface(land.polygon)))
        others = points_in(random, land.polygon, max(land.villages - 1, 1))
        points = np.vstack([centre, others])
        villages.append(points)
        village_land.append(np.full(len(points), row))
        for line in _roads(random, points, land.polygon):
            roads.append(line)
            road_land.append(row)
    return Ground(
        tuple(lands),
        np.vstack(villages),
        np.concatenate(village_land),
        np.array(roads, dtype=object),
        np.array(road_land, dtype=np.int64),
    )


def _roads(
    random: np.random.Generator, points: np.ndarray, polygon: BaseGeometry
) -> list[BaseGeometry]:
    tree = minimum_spanning_tree(cdist(points, points)).tocoo()
    lines = []
    for start, end in zip(tree.row, tree.col, strict=True):
        along = np.linspace(0, 1, 5)[:, None]
        path = points[start] * (1 - along) + points[end] * along
        length = float(np.hypot(*(points[end] - points[start])))
        bent = path.copy()
        bent[1:-1] += random.normal(0, 0.04 * length, (3, 2))
        inside = shapely.contains_xy(polygon, bent[:, 0], bent[:, 1])
        lines.append(shapely.LineString(np.where(inside[:, None], bent, path)))
    return lines


def length_m(lines: np.ndarray) -> np.ndarray:
    """Length (n,) of lines on the sphere in metres, good to a percent at these latitudes."""
    if not len(lines):
        return np.empty(0)
    coordinates, owner = shapely.get_coordinates(lines, return_index=True)
    steps = np.diff(coordinates, axis=0)
    latitude = np.radians((coordinates[1:, 1] + coordinates[:-1, 1]) / 2)
    metres = METRES_PER_DEGREE * np.hypot(steps[:, 0] * np.cos(latitude), steps[:, 1])
    same = owner[1:] == owner[:-1]
    return np.bincount(owner[1:][same], weights=metres[same], minlength=len(lines))
