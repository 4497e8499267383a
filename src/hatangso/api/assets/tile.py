"""Vector tiles of assets, made by PostGIS under the filter of the map and the rule of access.

Up to zoom 13 assets are drawn as clusters: one point for each cell of a grid of 16 by 16 to a
tile, at the middle of what stands in it, with their number. The grid's cells lie within one tile
each, so the numbers of the tiles of a zoom add up to what the list counts. They come from the kept
counts (`models.CellCount`), however many assets there are, unless the filter asks for what those
do not know. From zoom 14 every asset is drawn: layers ``points`` and ``lines`` with ``layer``,
``owner``, ``code``, ``status``, ``class`` and ``technology``; a point in the one tile that holds
it. Where more than 2,000 points, or lines, stand in one tile, those stay clusters, whose numbers
add up as well: at zoom 14 of the kept counts, on a grid of 8 by 8.

Reference: Mapbox Vector Tile 2.1; OGC 17-083r4 (two-dimensional tile matrix set), annex D.1.
"""

import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

from django.contrib.gis.geos import Polygon
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BinaryField, CharField, F, Func, QuerySet, Value
from psycopg import sql

from hatangso.api.assets import cells, layers, seen
from hatangso.api.assets.filters import AssetFilter
from hatangso.organisations.rules import Rights

MOST_ZOOM = 20
#: Highest zoom that shows nothing but clusters.
CLUSTERS_TO = 13
#: A tile's side has 2 ** GRID cells.
GRID = 4
#: The same of a crowded tile just past `CLUSTERS_TO`, where the kept counts are no finer.
FEWEST = 3
#: Most points, and most lines, that one tile draws one by one.
MOST_SINGLE = 2_000
EXTENT, MARGIN = 4096, 64
#: Half and whole side of the web mercator square. [m]
HALF, SIDE = 20037508.342789244, 40075016.68557849


class TileError(ValueError):
    """No such tile: zoom or place is outside the pyramid."""


class TileCache:
    """Tiles kept in this process: so many bytes, so many seconds, the one least asked for out.

    A key names what its reader may see, so nobody gets another's tile.
    """

    def __init__(self, most_bytes: int, kept_s: float) -> None:
        self._most, self._kept_s = most_bytes, kept_s
        self._tiles: OrderedDict[Any, tuple[float, bytes]] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def get(self, key: Any) -> bytes | None:
        """The tile of a key, unless it is not there or too old."""
        with self._lock:
            found = self._tiles.get(key)
            if found is None:
                return None
            if time.monotonic() - found[0] > self._kept_s:
                self._drop(key)
                return None
            self._tiles.move_to_end(key)
            return found[1]

    def put(self, key: Any, tile: bytes) -> None:
        """Keep a tile; others leave when there is no room."""
        with self._lock:
            if key in self._tiles:
                self._drop(key)
            self._tiles[key] = time.monotonic(), tile
            self._bytes += len(tile)
            while self._bytes > self._most:
                self._drop(next(iter(self._tiles)))

    def clear(self) -> None:
        """Forget every tile."""
        with self._lock:
            self._tiles.clear()
            self._bytes = 0

    def _drop(self, key: Any) -> None:
        self._bytes -= len(self._tiles.pop(key)[1])

    @property
    def size_bytes(self) -> int:
        """Bytes of the tiles kept."""
        return self._bytes


#: Seconds that a tile may be old, here and in a browser.
KEPT_S = 30
CACHE = TileCache(48 * 1024 * 1024, KEPT_S)


def check_place(z: int, x: int, y: int) -> None:
    """Go on only if there is such a tile.

    Raises
    ------
    TileError
        When there is none.
    """
    if not 0 <= z <= MOST_ZOOM or not (0 <= x < 2**z and 0 <= y < 2**z):
        raise TileError(f"There is no tile {z}/{x}/{y}: zooms go from 0 to {MOST_ZOOM}.")


def asset_tile(
    wanted: AssetFilter, rights: Rights, z: int, x: int, y: int, *, is_fresh: bool = False
) -> bytes:
    """Vector tile of the assets that fulfil a filter, as far as someone may see them.

    ``x`` and ``y`` count from the north-west corner. Empty where nothing is. ``is_fresh`` takes
    none that was kept.

    Raises
    ------
    TileError
        When there is no such tile.
    """
    check_place(z, x, y)
    chosen = wanted.wanted
    # What is seen under a grant is told to the log each time, so it is never kept.
    granted = seen.granted(rights).intersection(chosen)
    key = (seen.scope_key(rights), tuple(wanted.pairs()), z, x, y)
    if not (granted or is_fresh) and (known := CACHE.get(key)) is not None:
        return known
    here = _Here(wanted, rights, granted, z, x, y)
    if z <= CLUSTERS_TO:
        kept = cells.kept_for(wanted, chosen, granted)
        tile = _clusters(here, kept, here.layers(set(chosen) - set(kept)))
    else:
        tile = _single(here, set(chosen))
    for layer in sorted(granted) if tile else ():
        seen.tell_log(layer, rights, here.rows(layer).count())
    if not granted:
        CACHE.put(key, tile)
    return tile


def box_of(z: int, x: int, y: int) -> tuple[float, float, float, float]:
    """West, south, east and north side of a tile in web mercator. [m]."""
    side = SIDE / 2**z
    west, north = -HALF + x * side, HALF - y * side
    return west, north - side, west + side, north


@dataclass(frozen=True, slots=True)
class _Here:
    """A tile that is asked for: by whom, under which filter."""

    wanted: AssetFilter
    rights: Rights
    granted: frozenset[str]
    z: int
    x: int
    y: int

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Its sides in web mercator. [m]."""
        return box_of(self.z, self.x, self.y)

    def layers(self, chosen: set[str]) -> list[str]:
        """Those of some layers that can have something in it; a line's middle may lie outside."""
        if not chosen:
            return []
        return _there(chosen, cells.standing(self.wanted, self.rights, self.z, self.x, self.y)[0])

    def rows(self, layer: str) -> QuerySet[Any]:
        """Rows of a layer in it, as far as someone may see them."""
        west, south, east, north = self.box
        has_margin = self.z > CLUSTERS_TO and layers.LAYERS[layer].geometry == "line"
        margin = (east - west) * MARGIN / EXTENT if has_margin else 0.0
        around = Polygon.from_bbox((west - margin, south - margin, east + margin, north + margin))
        around.srid = 3857
        seen_rows = seen.rows_of(layer, self.rights, self.granted)
        rows = self.wanted.apply(seen_rows, layer)
        return rows.filter(drawn__bboverlaps=around).order_by()


def _there(chosen: set[str], standing: dict[str, cells.Standing]) -> list[str]:
    return [
        layer
        for layer, kind in layers.LAYERS.items()
        if layer in chosen and (layer in standing or kind.geometry == "line")
    ]


def _single(here: _Here, chosen: set[str]) -> bytes:
    """Tile of single assets; points or lines that are too many for it are clusters in it."""
    standing, is_exact = cells.standing(here.wanted, here.rights, here.z, here.x, here.y)
    there = _there(chosen, standing)
    crowded: list[str] = []
    for shape in ("point", "line"):
        of_shape = [layer for layer in there if layers.LAYERS[layer].geometry == shape]
        counted = [standing[layer] for layer in of_shape if layer in standing]
        is_kept = is_exact and here.wanted.is_counted and here.granted.isdisjoint(of_shape)
        many = sum(each.wanted if is_kept else each.whole for each in counted)
        if many > MOST_SINGLE and not is_kept:
            many = sum(here.rows(layer).count() for layer in of_shape)
        if many > MOST_SINGLE:
            crowded += of_shape
    clusters = _crowd(here, crowded) if crowded else b""
    single = [layer for layer in there if layer not in crowded]
    return clusters + (_assets(here, single) if single else b"")


def _crowd(here: _Here, crowded: list[str]) -> bytes:
    """Clusters of what is too many to be drawn one by one; of the kept counts while these last."""
    has_cells = here.z + FEWEST <= cells.LEVELS[-1]
    kept = cells.kept_for(here.wanted, crowded, here.granted) if has_cells else []
    return _clusters(here, kept, [layer for layer in crowded if layer not in kept])


def _fetch(statement: sql.Composable | str, values: Any) -> bytes:
    with connection.cursor() as cursor:
        # A tile is over before a compiled statement would pay.
        cursor.execute("SET jit = off")
        cursor.execute(statement, values)
        row = cursor.fetchone()
    return bytes(row[0]) if row and row[0] else b""


# --- clusters ------------------------------------------------------------------------------------

_CLUSTERS = """
SELECT ST_AsMVT(tile, 'clusters', {extent}, 'geom') FROM (
    SELECT sum(many)::bigint AS count,
           CASE WHEN min(layer) = max(layer) THEN min(layer) ELSE '' END AS layer,
           ST_AsMVTGeom(
               ST_SetSRID(ST_MakePoint(sum(east) / sum(many), sum(north) / sum(many)), 3857),
               ST_MakeEnvelope({box}, 3857), {extent}, 0, false) AS geom
    FROM ({parts}) AS part
    GROUP BY column_, row_
    HAVING sum(many) > 0
) AS tile
"""


def _clusters(here: _Here, kept: Sequence[str], counted: Sequence[str]) -> bytes:
    """Tile of clusters: of some layers from the kept counts, of others counted now."""
    parts: list[str] = []
    values: list[Any] = []
    grid = here.z + GRID
    if kept:
        grid = min(grid, cells.LEVELS[-1])
        part, given = _kept_cells(here, kept, grid)
        parts.append(part)
        values += given
    for layer in counted:
        now = _counted_now(here, layer, grid)
        if now is not None:
            parts.append(now[0])
            values += now[1]
    if not parts:
        return b""
    statement = _CLUSTERS.format(
        extent=EXTENT, box=", ".join(map(repr, here.box)), parts=" UNION ALL ".join(parts)
    )
    return _fetch(statement, values)


def _kept_cells(here: _Here, kept: Sequence[str], grid: int) -> tuple[str, list[Any]]:
    """Cells of a tile from the kept counts, put together to the level of a grid."""
    level = next(each for each in cells.LEVELS if each >= grid)
    shift = level - grid
    where, given = cells.condition(here.wanted, here.rights, list(kept))
    query = f"""
        SELECT cell_x >> {shift} AS column_, cell_y >> {shift} AS row_, layer,
               sum(count) AS many, sum(sum_x) AS east, sum(sum_y) AS north
        FROM api_cellcount
        WHERE {cells.within(level, here.z, here.x, here.y)} AND {where}
        GROUP BY 1, 2, 3"""  # noqa: S608
    return _positional(query, given)


def _positional(query: str, given: dict[str, Any]) -> tuple[str, list[Any]]:
    """The same with values by their place, as the parts of Django's own queries have them."""
    values: list[Any] = []
    pieces = query.split("%(")
    whole = pieces[0]
    for piece in pieces[1:]:
        name, rest = piece.split(")s", 1)
        values.append(given[name])
        whole += "%s" + rest
    return whole, values


def _counted_now(here: _Here, layer: str, level: int) -> tuple[str, list[Any]] | None:
    """Cells of a tile counted from the assets themselves, on the grid of a level."""
    compiled = _compiled(here.rows(layer).values_list(_place(layer)))
    if compiled is None:
        return None
    inner, values = compiled
    grid = SIDE / 2**level
    west, south, east, north = here.box
    query = f"""
        SELECT floor((ST_X(place) + {HALF}) / {grid!r})::bigint AS column_,
               floor((ST_Y(place) + {HALF}) / {grid!r})::bigint AS row_, '{layer}' AS layer,
               count(*) AS many, sum(ST_X(place)) AS east, sum(ST_Y(place)) AS north
        FROM ({inner}) AS one (place)
        WHERE ST_X(place) >= {west!r} AND ST_X(place) < {east!r}
          AND ST_Y(place) >= {south!r} AND ST_Y(place) < {north!r}
        GROUP BY 1, 2"""  # noqa: S608
    return query, values


# --- single assets -------------------------------------------------------------------------------


def _place(layer: str) -> Func:
    """Point that stands for an asset: itself, or the middle of a line."""
    if layers.LAYERS[layer].geometry == "line":
        return Func(
            F("drawn"), Value(0.5), function="ST_LineInterpolatePoint", output_field=BinaryField()
        )
    return _plain("drawn")


def _plain(name: str) -> Func:
    """A column as it stands: Django would turn a geometry into bytes."""
    return Func(F(name), template="%(expressions)s", output_field=BinaryField())


def _compiled(rows: Any) -> tuple[str, list[Any]] | None:
    """SQL of a query and its values; None where it is plain that nothing fulfils it."""
    try:
        query, values = rows.query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return None
    return query, list(values)


_COLUMNS = "layer, owner, code, status, class, technology, place"
_ASSETS = """
SELECT (SELECT coalesce(ST_AsMVT(tile, 'points', {extent}, 'geom'), '') FROM (
            SELECT layer, owner, code, status, class, technology,
                   ST_AsMVTGeom(place, ST_MakeEnvelope({box}, 3857), {extent}, 0, false) AS geom
            FROM ({points}) AS one
            WHERE ST_X(place) >= {west} AND ST_X(place) < {east}
              AND ST_Y(place) >= {south} AND ST_Y(place) < {north}) AS tile)
    || (SELECT coalesce(ST_AsMVT(tile, 'lines', {extent}, 'geom'), '') FROM (
            SELECT layer, owner, code, status, class, technology,
                   ST_AsMVTGeom(place, ST_MakeEnvelope({box}, 3857), {extent}, {margin}, true)
                   AS geom
            FROM ({lines}) AS one) AS tile WHERE geom IS NOT NULL)
"""
_NOTHING = (
    "SELECT '' AS layer, '' AS owner, '' AS code, '' AS status, '' AS class, "
    "'' AS technology, NULL::geometry AS place WHERE false"
)


def _assets(here: _Here, chosen: Sequence[str]) -> bytes:
    """Tile of every asset of some layers."""
    parts: dict[str, list[str]] = {"point": [], "line": []}
    values: dict[str, list[Any]] = {"point": [], "line": []}
    for layer in chosen:
        asset_class = layers.CLASS_ATTRIBUTE.get(layer)
        empty = Value("", output_field=CharField())
        compiled = _compiled(
            here.rows(layer).values_list(
                Value(layer, output_field=CharField()),
                F("owner__code"),
                F("code"),
                F("status"),
                F(asset_class) if asset_class else empty,
                F("technology") if layer in layers.TECHNOLOGY else empty,
                _plain("drawn"),
            )
        )
        shape = layers.LAYERS[layer].geometry
        if compiled is not None:
            parts[shape].append(f"SELECT * FROM ({compiled[0]}) AS one ({_COLUMNS})")  # noqa: S608
            values[shape] += compiled[1]
    west, south, east, north = here.box
    statement = _ASSETS.format(
        extent=EXTENT,
        margin=MARGIN,
        box=", ".join(map(repr, here.box)),
        west=repr(west),
        south=repr(south),
        east=repr(east),
        north=repr(north),
        points=" UNION ALL ".join(parts["point"]) or _NOTHING,
        lines=" UNION ALL ".join(parts["line"]) or _NOTHING,
    )
    return _fetch(statement, values["point"] + values["line"])
