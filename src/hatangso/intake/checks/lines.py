"""Checks of ducts, trenches and fibre spans: their ends, their lengths, their counts."""

from collections.abc import Mapping

import numpy as np
import pyproj
import shapely

from hatangso.intake.checks.surroundings import Joined, Surroundings, distances, look_up, nearest
from hatangso.intake.filed import FiledTable, Findings

#: An end floats where nothing of the operator's stands within this. [m]
FLOATS_M = 50.0
#: How far a span may end from the point it names, and a duct from its chamber. [m]
SPAN_END_M, DUCT_END_M = 100.0, 30.0
#: Declared length over drawn: a duct's, and a cable's with its slack.
DUCT_LENGTH, SPAN_LENGTH = (0.7, 1.3), (0.97, 1.5)
#: Lines shorter than this are not compared. [m]
SHORT_M = 20.0
#: Kinds at which a cable may end.
ENDS_AT = ("node", "site", "chamber", "pole", "service_point", "data_centre")

_ELLIPSOID = pyproj.Geod(ellps="WGS84")


def check(filed: Mapping[str, FiledTable], around: Surroundings, findings: Findings) -> None:
    """Check lines of a filing. O(n log n)."""
    for kind in ("duct", "trench"):
        if kind in filed:
            _ways(filed[kind], findings)
            _length(filed[kind], "DUC-002", DUCT_LENGTH, findings)
    if "duct" in filed:
        for name, end in (("start_chamber", 0), ("end_chamber", -1)):
            _end(filed["duct"], name, end, filed, around, ("DUC-003", DUCT_END_M), findings)
    if "span" in filed:
        _spans(filed["span"], filed, around, findings)


def line_lengths(geometry: np.ndarray) -> np.ndarray:
    """Lengths of lines (n,) in degrees, on the ellipsoid WGS 84; nan where there is none [m]."""
    found = np.full(len(geometry), np.nan)
    lines = np.flatnonzero(shapely.get_type_id(geometry) == shapely.GeometryType.LINESTRING)
    if not len(lines):
        return found
    corners, index = shapely.get_coordinates(geometry[lines], return_index=True)
    inner = index[1:] == index[:-1]
    first, second = corners[:-1][inner], corners[1:][inner]
    _, _, parts = _ELLIPSOID.inv(first[:, 0], first[:, 1], second[:, 0], second[:, 1])
    found[lines] = np.bincount(index[:-1][inner], parts, minlength=len(lines))
    return found


def _end_places(table: FiledTable, end: int) -> np.ndarray:
    places = np.full((len(table), 2), np.nan)
    geometry = table.assets.geometry
    if geometry is not None:
        points = shapely.get_point(geometry, end)
        places[:, 0], places[:, 1] = shapely.get_x(points), shapely.get_y(points)
    return places


def _ways(table: FiledTable, findings: Findings) -> None:
    free, ways = table.assets.column("ways_free"), table.assets.column("ways")
    findings.of_rows(table, "DUC-001", free > ways, "ways_free")


def _length(
    table: FiledTable, check_id: str, limits: tuple[float, float], findings: Findings
) -> None:
    if table.assets.geometry is None or not table.gives("length_m"):
        return
    drawn = line_lengths(table.assets.geometry)
    said = table.assets.column("length_m")
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = said / drawn
        off = ((ratio < limits[0]) | (ratio > limits[1])) & (drawn > SHORT_M)
    findings.of_rows(
        table, check_id, off, "length_m", details=[f"{each:.0f} m" for each in drawn[off]]
    )


def _end(
    table: FiledTable,
    name: str,
    end: int,
    filed: Mapping[str, FiledTable],
    around: Surroundings,
    limit: tuple[str, float],
    findings: Findings,
) -> None:
    """Say which lines end too far from the point that they name."""
    if name not in table.assets.values or table.assets.geometry is None:
        return
    named = table.assets.values[name]
    at = np.full((len(table), 2), np.nan)
    for kind in table.entity.attribute(name).refers_to:
        joined = Joined(filed.get(kind), around, kind)
        place = look_up(joined.codes, named)
        here = (place >= 0) & (named != "") & np.isnan(at[:, 0])
        at[here] = joined.places[place[here]]
    apart = distances(_end_places(table, end), at)
    # A line has no direction: its other end may be the one that is meant.
    other = distances(_end_places(table, -1 if end == 0 else 0), at)
    with np.errstate(invalid="ignore"):
        far = np.fmin(apart, other) > limit[1]
    findings.of_rows(table, limit[0], far, name, details=[f"{each:.0f} m" for each in apart[far]])


def _spans(
    table: FiledTable,
    filed: Mapping[str, FiledTable],
    around: Surroundings,
    findings: Findings,
) -> None:
    assets = table.assets
    findings.of_rows(
        table, "FIB-001", assets.column("fibres_used") > assets.column("fibres"), "fibres_used"
    )
    start, end = assets.column("start"), assets.column("end")
    same = np.asarray((start == end) & (start != ""), dtype=bool)
    findings.of_rows(table, "FIB-005", same, "end")
    _length(table, "FIB-004", SPAN_LENGTH, findings)
    for name, number in (("start", 0), ("end", -1)):
        _end(table, name, number, filed, around, ("FIB-003", SPAN_END_M), findings)
    _floating(table, filed, around, findings)


def _floating(
    table: FiledTable,
    filed: Mapping[str, FiledTable],
    around: Surroundings,
    findings: Findings,
) -> None:
    """Ends that name no point and near which nothing of the operator's stands.

    Where another span ends at the same place the cable goes on: that end does not float.
    """
    if table.assets.geometry is None:
        return
    points = np.concatenate([Joined(filed.get(kind), around, kind).places for kind in ENDS_AT])
    ends = [_end_places(table, 0), _end_places(table, -1)]
    floats = np.zeros(len(table), dtype=bool)
    for name, mine, other in (("start", ends[0], ends[1]), ("end", ends[1], ends[0])):
        loose = (table.assets.column(name) == "") & ~np.isnan(mine[:, 0])
        rows = np.flatnonzero(loose)
        if not len(rows):
            continue
        apart, _ = nearest(mine[rows], points, FLOATS_M)
        left = rows[~np.isfinite(apart)]
        floats[left[~_goes_on(mine, other, left)]] = True
    findings.of_rows(table, "FIB-002", floats, "geometry")


def _goes_on(mine: np.ndarray, other: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Whether another line ends within a metre of these ends."""
    if not len(rows):
        return np.zeros(0, dtype=bool)
    every = np.concatenate([mine, other])
    keys = np.round(every * 1e5)
    _, inverse, counts = np.unique(keys, axis=0, return_inverse=True, return_counts=True)
    found: np.ndarray = counts[np.ravel(inverse)[rows]] > 1
    return found
