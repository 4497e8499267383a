"""What is drawn on maps: cleaned copies of polygons with shared borders, simplified by zoom.

Originals stay as their source gave them. Polygons of one source, level and period are taken as
one coverage, cleaned together and simplified together, so that a border between two units is one
line in both at every zoom. Each repair is logged as a finding. Pure but for `draw_shapes`.
"""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.db.models.functions import AsWKB
from django.db import connection, transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from hatangso.territory.bulk import copy_rows, parts_by_place, two_at_once
from hatangso.territory.checks import CHECKS
from hatangso.territory.models import Finding, UnitShape

EARTH_RADIUS_M = 6_378_137.0

#: Simplification by column: the side of the largest bump that may go. [m in EPSG:3857]
TOLERANCES_M = {"drawn": 30.0, "drawn_medium": 250.0, "drawn_coarse": 2000.0}
#: Lowest zoom at which each column is drawn.
FROM_ZOOM = {"drawn": 10, "drawn_medium": 7, "drawn_coarse": 0}
#: Corners nearer than this are one. [m in EPSG:3857]
SNAPPING_M = 10.0
#: Gaps narrower than this are closed. [m in EPSG:3857]
GAP_M = 100.0
#: Type ids of polygons and multipolygons.
POLYGONS = (3, 6)
#: Rows that are written at a time.
ROWS_AT_ONCE = 500
#: In larger coverages gaps stay open: closing them takes a time that grows with the square of
#: their number (51 s against 7 s for the 11,163 communes of 2009).
MOST_FOR_GAPS = 5000


def column_for_zoom(zoom: int) -> str:
    """Column of `UnitShape` that holds the copy for a zoom."""
    return next(column for column, lowest in FROM_ZOOM.items() if zoom >= lowest)


def to_mercator(geometries: Any) -> Any:
    """Geometries from EPSG:4326 [degrees] to EPSG:3857 [m]."""

    def project(points: np.ndarray) -> np.ndarray:
        longitude, latitude = np.radians(points[:, 0]), np.radians(points[:, 1])
        return np.column_stack(
            [
                longitude * EARTH_RADIUS_M,
                EARTH_RADIUS_M * np.log(np.tan(np.pi / 4 + latitude / 2)),
            ]
        )

    return shapely.transform(geometries, project)


@dataclass(frozen=True, slots=True)
class Drawn:
    """Copies of a coverage's polygons by column (arrays, n), and what had to be mended.

    `loose_m` is the length of each polygon's edges that overlapped or gaped, on the map's scale;
    `place` (n) a point of such an edge in EPSG:4326, or None.
    """

    copies: dict[str, np.ndarray]
    loose_m: np.ndarray
    change: np.ndarray
    place: np.ndarray


def clean(geometries: Sequence[Any]) -> Drawn:
    """Clean and simplify a coverage given in EPSG:4326.

    Ground that several polygons claim goes to the smallest of them, so that none is swallowed. A
    polygon that would vanish all the same keeps its original outline.
    """
    given = np.empty(len(geometries), dtype=object)
    given[:] = geometries
    return clean_on_map(on_map(given))


def on_map(given: np.ndarray) -> np.ndarray:
    """Sound copies in EPSG:3857 of geometries in EPSG:4326."""
    invalid = ~shapely.is_valid(given)
    given[invalid] = shapely.make_valid(given[invalid], method="structure")
    return np.asarray(to_mercator(given))


def thin(part: np.ndarray) -> np.ndarray:
    """A part of a coverage in EPSG:3857 with fewer corners inside it; its outer edge stays.

    So the parts of a coverage too large for the memory can be thinned one after the other, and
    still fit together. Edges that overlap or gape count as outer ones and stay, too.
    """
    return np.asarray(
        shapely.coverage_simplify(part, TOLERANCES_M["drawn"], simplify_boundary=False)
    )


def clean_on_map(sound: np.ndarray) -> Drawn:
    """Clean and simplify a coverage of sound polygons in EPSG:3857."""
    if not len(sound):
        return Drawn(dict.fromkeys(TOLERANCES_M, sound), np.zeros(0), np.zeros(0), sound)
    loose = shapely.coverage_invalid_edges(sound)
    # GEOS raises the processor's "invalid" flag on slivers that it then drops.
    with np.errstate(invalid="ignore"):
        cleaned = shapely.coverage_clean(
            sound,
            snapping_distance=SNAPPING_M,
            gap_width=GAP_M if len(sound) <= MOST_FOR_GAPS else 0.0,
            merge_strategy="min_area",
        )
    lost = shapely.is_empty(cleaned)
    copies: dict[str, np.ndarray] = {}
    finer = cleaned
    for column, tolerance_m in TOLERANCES_M.items():
        finer = shapely.coverage_simplify(finer, tolerance_m)
        copies[column] = np.where(lost, sound, finer)
    area = shapely.area(sound)
    return Drawn(
        copies=copies,
        loose_m=shapely.length(loose),
        change=np.abs(shapely.area(np.where(lost, sound, cleaned)) - area)
        / np.where(area > 0, area, 1),
        place=_to_degrees(
            shapely.line_interpolate_point(shapely.get_geometry(loose, 0), 0.5, normalized=True)
        ),
    )


def _to_degrees(points: np.ndarray) -> np.ndarray:
    """Points in EPSG:3857 [m] as points in EPSG:4326 [degrees]; None for an empty one."""
    placed = np.full(len(points), None, dtype=object)
    known = ~(shapely.is_missing(points) | shapely.is_empty(points))
    longitude = np.degrees(shapely.get_x(points[known]) / EARTH_RADIUS_M)
    latitude = np.degrees(2 * np.arctan(np.exp(shapely.get_y(points[known]) / EARTH_RADIUS_M)))
    placed[known] = shapely.points(longitude, latitude - 90.0)
    return placed


def draw_shapes(report: Callable[[str], None] = lambda text: None) -> int:
    """Make the drawn copies of all coverages that lack some; returns how many shapes were drawn.

    A coverage to which a polygon was added is drawn again as a whole, for its borders are shared.
    """
    keys = ("source", "unit__level", "valid_from", "as_of")
    coverages = (
        UnitShape.objects.order_by()
        .values(*keys)
        .annotate(missing=Count("pk", filter=Q(drawn__isnull=True)), all=Count("pk"))
        .filter(missing__gt=0)
    )
    chosen = [_same(keys, coverage) for coverage in coverages]
    drawn = 0
    # GEOS works outside Python's lock: while one coverage is cleaned, the next is read.
    with ThreadPoolExecutor(max_workers=2) as workers:
        waiting: deque[tuple[Rows, Rows, Future[Drawn]]] = deque()
        for shapes in [*chosen, None, None]:
            if len(waiting) == 2 or (shapes is None and waiting):
                rows, areas, work = waiting.popleft()
                _keep(rows, areas, work.result())
                drawn += len(rows)
                report(f"drawn: {len(rows):,} shapes")
            if shapes is not None:
                rows = _read(shapes)
                areas = [row for row in rows if _is_area(row)]
                work = workers.submit(clean_on_map, np.array([row[4] for row in areas], object))
                waiting.append((rows, areas, work))
    return drawn


def _same(keys: Sequence[str], coverage: dict[str, Any]) -> QuerySet[UnitShape]:
    empty = {f"{key}__isnull": True for key in keys if coverage[key] is None}
    given = {key: coverage[key] for key in keys if coverage[key] is not None}
    return UnitShape.objects.filter(**empty, **given)


#: Shape, unit, source, name of the unit, and the shape in EPSG:3857.
Row = tuple[int, int, int | None, str, Any]
Rows = list[Row]


def _is_area(row: Row) -> bool:
    return row[4].geom_type in {"Polygon", "MultiPolygon"}


@transaction.atomic
def _keep(rows: Rows, areas: Rows, drawn: Drawn) -> None:
    _clear_log(rows)
    _store([row[0] for row in areas], drawn.copies)
    _log(areas, drawn)
    points = [row for row in rows if not _is_area(row)]
    plain = np.array([row[4] for row in points], dtype=object)
    _store([row[0] for row in points], dict.fromkeys(TOLERANCES_M, plain))


def _read(shapes: QuerySet[UnitShape]) -> Rows:
    """Rows of a coverage by id; one that is too large for the memory is thinned as it is read."""
    rows: Rows = []
    parts = parts_by_place(shapes)
    for part in two_at_once(_thinned if len(parts) > 1 else _on_map, map(_rows, parts)):
        rows += part
    return sorted(rows, key=itemgetter(0))


def _rows(ids: list[int]) -> Rows:
    listed = UnitShape.objects.filter(pk__in=ids).annotate(wkb=AsWKB("geometry"))
    found = listed.values_list("pk", "unit", "source", "unit__name", "wkb")
    return [(*row[:4], shapely.from_wkb(bytes(row[4]))) for row in found]


def _on_map(rows: Rows) -> Rows:
    copies = on_map(np.array([row[4] for row in rows], dtype=object))
    return [(*row[:4], copy) for row, copy in zip(rows, copies, strict=True)]


def _thinned(rows: Rows) -> Rows:
    copies = np.array([row[4] for row in _on_map(rows)], dtype=object)
    polygonal = np.isin(shapely.get_type_id(copies), POLYGONS)
    copies[polygonal] = thin(copies[polygonal])
    return [(*row[:4], copy) for row, copy in zip(rows, copies, strict=True)]


def _clear_log(rows: Rows) -> None:
    units = [row[1] for row in rows]
    logged = Finding.objects.filter(check_id=REPAIR.id, source__in={row[2] for row in rows})
    # By plain ids: with subqueries and no statistics yet, the database chose a plan of hours.
    logged.filter(unit__in=units).delete()


def _store(ids: Sequence[int], copies: dict[str, np.ndarray]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE drawn_copies (id bigint, drawn geometry, drawn_medium geometry,"
            " drawn_coarse geometry) ON COMMIT DROP"
        )
        with cursor.copy("COPY drawn_copies FROM STDIN") as copy:
            for start in range(0, len(ids), ROWS_AT_ONCE):
                some = slice(start, start + ROWS_AT_ONCE)
                columns = (_hex(copies[column][some]) for column in TOLERANCES_M)
                for row in zip(ids[some], *columns, strict=True):
                    copy.write_row(row)
        cursor.execute(
            "UPDATE territory_unitshape shape SET drawn = copies.drawn,"
            " drawn_medium = copies.drawn_medium, drawn_coarse = copies.drawn_coarse"
            " FROM drawn_copies copies WHERE copies.id = shape.id"
        )
        cursor.execute("DROP TABLE drawn_copies")


def _hex(geometries: Any) -> Any:
    return shapely.to_wkb(shapely.set_srid(geometries, 3857), hex=True, include_srid=True)


REPAIR = CHECKS["TER-030"]
_FINDING = (
    "source",
    "check_id",
    "severity",
    "message_vi",
    "message_en",
    "unit",
    "place",
    "created_at",
)


def _log(rows: Rows, drawn: Drawn) -> None:
    now = timezone.now()
    copy_rows(
        Finding,
        _FINDING,
        (
            (
                source,
                REPAIR.id,
                REPAIR.severity,
                *REPAIR.message(
                    {"name": name, "length": f"{loose:.0f}", "change": f"{100 * change:.3f}"}
                ),
                unit,
                shapely.to_wkb(shapely.set_srid(place, 4326), hex=True, include_srid=True),
                now,
            )
            for (_, unit, source, name, _), loose, change, place in zip(
                rows, drawn.loose_m, drawn.change, drawn.place, strict=True
            )
            if loose > 0 and source is not None
        ),
    )
