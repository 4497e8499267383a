"""What the checks know besides the file: what stands already, the ground, the bodies."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import shapely
from scipy.spatial import cKDTree

from hatangso.intake.filed import FiledTable
from hatangso.inventory.tables import AssetTable

#: Metres of a degree of latitude, of the mean earth; good to 0.6% in Vietnam, enough to compare
#: distances of up to a kilometre with a limit.
METRES_PER_DEGREE = 111_195.0


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Points of other operators: which body's, and where (n, 2), in degrees."""

    owners: np.ndarray
    places: np.ndarray


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a filing is judged by.

    Attributes
    ----------
    on
        Day of the filing.
    whole
        Whether it is everything that the operator has, rather than changes.
    own_code
        Code of the operator.
    present
        What stands already, by kind of asset.
    bodies
        Codes of all bodies.
    communes
        Codes of the communes that stand on the day.
    commune_at
        Gives the code of the commune at places [degrees], "" where there is none.
    inside, on_land
        Say which places lie in the declared unit, and in any unit at all.
    spacing_m
        Least distance between masts that the province asks for; None where it has no rule. [m]
    neighbours
        What others have, by kind; only for findings that officers alone see.
    others_codes
        Codes of other bodies' structures by (body, kind); likewise.
    """

    on: date
    whole: bool = True
    own_code: str = ""
    present: Mapping[str, AssetTable] = field(default_factory=dict)
    bodies: frozenset[str] = frozenset()
    communes: frozenset[str] = frozenset()
    commune_at: Callable[[np.ndarray, np.ndarray], np.ndarray] | None = None
    inside: Callable[[np.ndarray, np.ndarray], np.ndarray] | None = None
    on_land: Callable[[np.ndarray, np.ndarray], np.ndarray] | None = None
    spacing_m: float | None = None
    neighbours: Mapping[str, Neighbours] = field(default_factory=dict)
    others_codes: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)

    def stands(self, entity: str) -> AssetTable:
        """What stands already of a kind of asset."""
        return self.present.get(entity) or AssetTable.empty(entity)


def points_of(table: AssetTable) -> np.ndarray:
    """Longitude and latitude (n, 2) of a table's points [degrees], nan where there is none."""
    found = np.full((len(table), 2), np.nan)
    if table.geometry is not None and len(table):
        is_point = shapely.get_type_id(table.geometry) == shapely.GeometryType.POINT
        found[is_point, 0] = shapely.get_x(table.geometry[is_point])
        found[is_point, 1] = shapely.get_y(table.geometry[is_point])
    return found


def metres(places: np.ndarray, latitude: float) -> np.ndarray:
    """Places (n, 2) [degrees] on a flat map around a latitude [m]."""
    flat: np.ndarray = places * METRES_PER_DEGREE * np.array([np.cos(np.radians(latitude)), 1.0])
    return flat


def middle_latitude(places: np.ndarray) -> float:
    """Latitude around which a flat map of places (n, 2) is drawn [degrees]."""
    known = places[~np.isnan(places[:, 1]), 1]
    return float(np.median(known)) if len(known) else 16.0


def distances(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Distance of each place (n, 2) from its partner (n, 2) [degrees]; nan where one is [m]."""
    if not len(first):
        return np.empty(0)
    latitude = middle_latitude(first)
    apart = metres(first, latitude) - metres(second, latitude)
    result: np.ndarray = np.hypot(apart[:, 0], apart[:, 1])
    return result


def nearest(
    places: np.ndarray, among: np.ndarray, within_m: float
) -> tuple[np.ndarray, np.ndarray]:
    """Nearest of some places (m, 2) to each place (n, 2): its distance [m] and its number.

    The distance is infinite where none lies within ``within_m``.
    """
    found = np.full(len(places), np.inf), np.full(len(places), -1, dtype=np.int64)
    known, targets = ~np.isnan(places).any(axis=1), np.flatnonzero(~np.isnan(among).any(axis=1))
    if known.any() and len(targets):
        latitude = middle_latitude(places)
        tree = cKDTree(metres(among[targets], latitude))
        apart, number = tree.query(metres(places[known], latitude), distance_upper_bound=within_m)
        sound = np.isfinite(apart)
        rows = np.flatnonzero(known)[sound]
        found[0][rows], found[1][rows] = apart[sound], targets[number[sound]]
    return found


def close_pairs(places: np.ndarray, within_m: float) -> np.ndarray:
    """Pairs (k, 2) of places (n, 2) [degrees] that lie within a distance of each other [m].

    Of a heap of more than a few each is paired with its neighbours in the heap's order only, so
    that a thousand assets at one place are a thousand pairs and not half a million.
    """
    known = np.flatnonzero(~np.isnan(places).any(axis=1))
    if len(known) < 2:
        return np.empty((0, 2), dtype=np.int64)
    flat = metres(places[known], middle_latitude(places))
    _, first, counts = np.unique(np.round(flat, 2), axis=0, return_index=True, return_counts=True)
    heaps = counts.max() > 8
    chosen = np.sort(first) if heaps else np.arange(len(known))
    pairs = cKDTree(flat[chosen]).query_pairs(within_m, output_type="ndarray")
    found = known[chosen[pairs]]
    if heaps:
        order = np.lexsort(np.round(flat, 2).T)
        same = (np.round(flat[order[1:]], 2) == np.round(flat[order[:-1]], 2)).all(axis=1)
        heap_pairs = np.column_stack([order[:-1][same], order[1:][same]])
        found = np.concatenate([found, known[heap_pairs]])
    return np.sort(found, axis=1)


def look_up(codes: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Place of each wanted code (n,) among codes (m,); -1 where it is not there."""
    where = {code: place for place, code in enumerate(codes.tolist())}
    return np.fromiter((where.get(code, -1) for code in wanted.tolist()), np.int64, len(wanted))


class Joined:
    """What will stand of a kind: the rows filed, and what stands already and is not filed."""

    def __init__(self, filed: FiledTable | None, around: Surroundings, entity: str) -> None:
        stands = around.stands(entity)
        self.filed = filed
        if filed is None:
            self.tables: list[AssetTable] = [stands]
            return
        if around.whole:
            self.tables = [filed.assets]
            return
        known = look_up(filed.assets.codes, stands.codes) >= 0
        self.tables = [filed.assets, stands.take(~known)]

    @property
    def codes(self) -> np.ndarray:
        """Own codes (n,)."""
        return np.concatenate([table.codes for table in self.tables])

    def column(self, name: str) -> np.ndarray:
        """Values (n,) of an attribute."""
        return np.concatenate([table.column(name) for table in self.tables])

    @property
    def places(self) -> np.ndarray:
        """Longitude and latitude (n, 2) [degrees]."""
        return np.concatenate([points_of(table) for table in self.tables])
