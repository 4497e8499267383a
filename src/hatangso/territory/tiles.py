"""Vector tiles of the units that stood on a day, made by PostGIS from the drawn copies.

Layers: ``units`` (polygons) and ``labels`` (one point in each polygon, in the one tile that holds
it). A feature's id is the unit's id; `code` and `name` (of that day; in labels without its kind)
go with it. Shapes are the copies for the tile's zoom, with shared borders, so nothing is
simplified again here.

A tile of a low zoom holds thousands of units: its grid is coarser there, polygons go without
their names, and only a polygon that has room for its name gets a label.
"""

from datetime import date

from django.db import connection
from psycopg import sql

from hatangso.territory.drawing import column_for_zoom
from hatangso.territory.models import LEVEL_ORDER
from hatangso.territory.rules import KINDS

#: Zooms of the web mercator pyramid that are answered.
MOST_ZOOM = 18
#: Side of a tile in its own units, and the part of it that shapes reach over its edge.
EXTENT, MARGIN = 4096, 1 / 64
#: Up to this zoom a tile's side has 1,024 units, half a pixel each on a usual screen, and its
#: polygons carry no names.
LOW_ZOOM, LOW_EXTENT = 6, 1024
#: A polygon gets a label where the root of its area is at least this part of the tile's side:
#: 20 pixels of 512.
LABEL_ROOM = 20 / 512
#: Lowest zoom at which a unit that is a point, such as a village, gets a label.
POINT_LABEL_ZOOM = 11


_KINDS = f"^({'|'.join(KINDS)}) "


class TileError(ValueError):
    """No such tile: the level, the zoom or the place is outside the pyramid."""


#: Official name of a unit on the day.
_NAME = """
    coalesce(
        (SELECT dated.name
         FROM territory_unitname dated
         WHERE dated.unit_id = shown.id AND NOT dated.is_alias
           AND coalesce(dated.valid_from <= %(on)s, true)
           AND coalesce(dated.valid_to > %(on)s, true)
         ORDER BY dated.valid_from DESC NULLS LAST
         LIMIT 1),
        shown.name
    )
"""

# Each unit is shown by the shape that `queries.shapes_on` would choose.
_TILE = """
WITH bounds AS (
    SELECT ST_TileEnvelope(%(z)s, %(x)s, %(y)s) AS tile,
           ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => {margin}) AS wide
),
near AS (
    SELECT DISTINCT unit.id, unit.code, unit.name
    FROM bounds, territory_unitshape shape
    JOIN territory_adminunit unit ON unit.id = shape.unit_id
    WHERE shape.{column} && bounds.wide
      AND unit.level = %(level)s
      AND (unit.valid_from <= %(on)s
           OR unit.valid_from IS NULL AND coalesce(unit.not_before < %(on)s, true))
      AND coalesce(unit.valid_to > %(on)s, true)
),
shown AS (
    SELECT near.id, near.code, near.name, best.{column} AS drawn
    FROM near CROSS JOIN bounds
    JOIN LATERAL (
        SELECT shape.{column}
        FROM territory_unitshape shape
        WHERE shape.unit_id = near.id AND shape.{column} IS NOT NULL
        ORDER BY NOT (coalesce(shape.valid_from <= %(on)s, true)
                      AND coalesce(shape.valid_to > %(on)s, true)),
                 coalesce(shape.as_of, shape.valid_from, date '0001-01-01') > %(on)s,
                 abs(coalesce(shape.as_of, shape.valid_from, date '0001-01-01') - %(on)s),
                 shape.id
        LIMIT 1
    ) best ON best.{column} && bounds.wide
),
polygons AS MATERIALIZED (
    SELECT id, code, {polygon_name}
           ST_AsMVTGeom(drawn, tile, {extent}, {buffer}, true) AS geom
    FROM shown, bounds
),
points AS MATERIALIZED (
    SELECT id, code, regexp_replace({name}, %(kinds)s, '', 'i') AS name,
           ST_AsMVTGeom(point, tile, {extent}, 0, true) AS geom
    FROM (
        SELECT id, code, name, ST_PointOnSurface(drawn) AS point
        FROM shown, bounds
        WHERE ST_Area(drawn) >= {room} * ST_Area(tile)
           OR %(z)s >= {points_from} AND ST_Dimension(drawn) = 0
    ) shown, bounds
    WHERE point && tile
)
SELECT (SELECT coalesce(ST_AsMVT(polygons, 'units', {extent}, 'geom', 'id'), '')
        FROM polygons WHERE geom IS NOT NULL)
    || (SELECT coalesce(ST_AsMVT(points, 'labels', {extent}, 'geom', 'id'), '')
        FROM points WHERE geom IS NOT NULL)
"""


def unit_tile(level: str, on: date, z: int, x: int, y: int) -> bytes:
    """Vector tile (MVT) of the units of a level on a day; empty where no unit is.

    ``x`` and ``y`` count from the north-west corner of the web mercator pyramid.

    Raises
    ------
    TileError
        When the level is unknown or the place is outside the pyramid.
    """
    if level not in LEVEL_ORDER:
        raise TileError(f"{level} is no level: give one of {', '.join(LEVEL_ORDER)}.")
    if not 0 <= z <= MOST_ZOOM or not (0 <= x < 2**z and 0 <= y < 2**z):
        raise TileError(f"There is no tile {z}/{x}/{y}: zooms go from 0 to {MOST_ZOOM}.")
    low = z <= LOW_ZOOM
    extent = LOW_EXTENT if low else EXTENT
    name = sql.SQL(_NAME)
    statement = sql.SQL(_TILE).format(
        column=sql.Identifier(column_for_zoom(z)),
        extent=sql.Literal(extent),
        buffer=sql.Literal(round(extent * MARGIN)),
        margin=sql.Literal(MARGIN),
        name=name,
        polygon_name=sql.SQL("") if low else name + sql.SQL(" AS name,"),
        room=sql.Literal(LABEL_ROOM**2),
        points_from=sql.Literal(POINT_LABEL_ZOOM),
    )
    with connection.cursor() as cursor:
        cursor.execute(
            statement, {"z": z, "x": x, "y": y, "level": level, "on": on, "kinds": _KINDS}
        )
        (tile,) = cursor.fetchone()
    return bytes(tile)
