"""Checks of where things stand: in the unit, on land, in the commune stated, not twice at once."""

from collections.abc import Mapping

import numpy as np
import shapely

from hatangso.intake.checks.surroundings import (
    Surroundings,
    close_pairs,
    distances,
    look_up,
    points_of,
)
from hatangso.intake.filed import FiledTable, Findings

#: Two assets of a kind nearer than this stand at one place. [m]
ONE_PLACE_M = 1.0
#: An asset does not move further than this. [m]
MOVED_M = 500.0
#: Kinds of which many stand at one place: the cells of a station, the stations of a site.
MANY_AT_ONE_PLACE = frozenset({"cell", "station", "node", "occupancy", "mast", "served_office"})


def check(filed: Mapping[str, FiledTable], around: Surroundings, findings: Findings) -> None:
    """Check places of every table. O(n log n)."""
    for table in filed.values():
        if table.assets.geometry is None or not len(table):
            continue
        places = _ends(table)
        _where(table, places, around, findings)
        if table.entity.geometry == "point":
            _commune(table, places[0], around, findings)
            _twice(table, places[0], findings)
            _moved(table, places[0], around, findings)


def _ends(table: FiledTable) -> list[np.ndarray]:
    """Places (n, 2) that must lie in the unit: the point, or both ends of the line."""
    geometry = table.assets.geometry
    if geometry is None or table.entity.geometry == "point":
        return [points_of(table.assets)]
    return [
        np.column_stack(
            [shapely.get_x(shapely.get_point(geometry, end)),
             shapely.get_y(shapely.get_point(geometry, end))]
        )
        for end in (0, -1)
    ]  # fmt: skip


def _where(
    table: FiledTable, places: list[np.ndarray], around: Surroundings, findings: Findings
) -> None:
    if around.inside is None:
        return
    out = np.zeros(len(table), dtype=bool)
    at_sea = np.zeros(len(table), dtype=bool)
    for ends in places:
        known = np.flatnonzero(~np.isnan(ends).any(axis=1))
        held = around.inside(ends[known, 0], ends[known, 1])
        left = known[~held]
        if not len(left):
            continue
        land = np.ones(len(left), dtype=bool)
        if around.on_land is not None:
            land = around.on_land(ends[left, 0], ends[left, 1])
        out[left[land]] = True
        at_sea[left[~land]] = True
    # A line that leaves the unit at one end goes to a neighbour: only both ends outside are wrong.
    if len(places) == 2:
        both = np.ones(len(table), dtype=bool)
        for ends in places:
            known = ~np.isnan(ends).any(axis=1)
            outside = known.copy()
            outside[known] = ~around.inside(ends[known, 0], ends[known, 1])
            both &= outside
        out &= both
    findings.of_rows(table, "POS-009", out & ~at_sea, "geometry")
    findings.of_rows(table, "POS-010", at_sea, "geometry")


def _commune(
    table: FiledTable, places: np.ndarray, around: Surroundings, findings: Findings
) -> None:
    if around.commune_at is None or "commune" not in table.assets.values:
        return
    stated = table.assets.values["commune"].astype(str)
    rows = np.flatnonzero((stated != "") & ~np.isnan(places).any(axis=1))
    rows = rows[np.isin(stated[rows], list(around.communes))]
    if not len(rows):
        return
    lies_in = around.commune_at(places[rows, 0], places[rows, 1]).astype(str)
    other = (lies_in != "") & (lies_in != stated[rows])
    findings.of_rows(table, "POS-011", rows[other], "commune", details=lies_in[other])


def _twice(table: FiledTable, places: np.ndarray, findings: Findings) -> None:
    if table.entity.code in MANY_AT_ONE_PLACE:
        return
    pairs = close_pairs(places, ONE_PLACE_M)
    if not len(pairs):
        return
    partner = np.full(len(table), -1, dtype=np.int64)
    partner[pairs[:, 0]] = pairs[:, 1]
    partner[pairs[:, 1]] = pairs[:, 0]
    rows = np.flatnonzero(partner >= 0)
    codes = table.assets.codes
    findings.of_rows(table, "POS-012", rows, "geometry", details=codes[partner[rows]])


def _moved(table: FiledTable, places: np.ndarray, around: Surroundings, findings: Findings) -> None:
    stands = around.stands(table.entity.code)
    before = look_up(stands.codes, table.assets.codes)
    rows = np.flatnonzero(before >= 0)
    if not len(rows):
        return
    apart = distances(places[rows], points_of(stands)[before[rows]])
    far = apart > MOVED_M
    findings.of_rows(
        table, "POS-015", rows[far], "geometry", details=[f"{each:.0f} m" for each in apart[far]]
    )
