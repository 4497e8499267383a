"""Checks of sites, masts, stations and cells against each other."""

from collections.abc import Mapping

import numpy as np

from hatangso.intake.checks.surroundings import (
    Joined,
    Surroundings,
    close_pairs,
    distances,
    look_up,
    nearest,
    points_of,
)
from hatangso.intake.filed import FiledTable, Findings

#: Bands in use for the older technologies, by the licences in force (2G 900/1800, 3G 850/900/2100).
BANDS = {"2G": frozenset({"900", "1800"}), "3G": frozenset({"850", "900", "2100"})}
#: Sharing codes that say that something is rented (dictionary, code list sharing_code).
RENTED = frozenset({"2", "4", "5", "6", "7"})
#: Masts of one site stand on one piece of ground: the rule of spacing is not about them. [m]
ONE_SITE_M = 30.0


def check(filed: Mapping[str, FiledTable], around: Surroundings, findings: Findings) -> None:
    """Check radio assets of a filing. O(n log n)."""
    if "site" in filed:
        _sites(filed["site"], filed, around, findings)
    if "mast" in filed:
        _masts(filed["mast"], filed, around, findings)
    if "station" in filed:
        _stations(filed["station"], filed, around, findings)
    if "cell" in filed:
        _cells(filed["cell"], filed, around, findings)


def _sites(
    table: FiledTable,
    filed: Mapping[str, FiledTable],
    around: Surroundings,
    findings: Findings,
) -> None:
    assets = table.assets
    runs = np.asarray(assets.column("status") == "in_service", dtype=bool)
    if table.gives("emf_certificate"):
        findings.of_rows(
            table, "BTS-013", runs & (assets.column("emf_certificate") == ""), "emf_certificate"
        )
    if table.gives("sharing_code"):
        rented = np.isin(assets.column("sharing_code").astype(str), list(RENTED))
        findings.of_rows(table, "BTS-016", rented & (assets.column("lessor") == ""), "sharing_code")
    if around.whole and "station" in filed:
        used = filed["station"].assets.column("site").astype(str)
        empty = runs & ~np.isin(assets.codes.astype(str), used)
        findings.of_rows(table, "BTS-010", empty & (assets.codes != ""))


def _masts(
    table: FiledTable,
    filed: Mapping[str, FiledTable],
    around: Surroundings,
    findings: Findings,
) -> None:
    assets = table.assets
    sites = Joined(filed.get("site"), around, "site")
    place = look_up(sites.codes, assets.column("site"))
    on_building = np.full(len(table), -1)
    on_building[place >= 0] = sites.column("on_building")[place[place >= 0]]
    kind = assets.column("mast_class")
    wrong = ((kind == "A2a") & (on_building == 0)) | ((kind == "A2b") & (on_building == 1))
    findings.of_rows(table, "BTS-007", np.asarray(wrong, dtype=bool), "mast_class")
    if around.spacing_m is not None:
        _spacing(table, around, findings)


def _spacing(table: FiledTable, around: Surroundings, findings: Findings) -> None:
    """Masts nearer than the province's rule: one's own for all to see, another's for officers."""
    if around.spacing_m is None:
        return
    places, codes = points_of(table.assets), table.assets.codes
    gone = table.assets.column("status") == "removed"
    standing = places.copy()
    standing[np.asarray(gone, dtype=bool)] = np.nan
    pairs = close_pairs(standing, around.spacing_m)
    if len(pairs):
        apart = distances(places[pairs[:, 0]], places[pairs[:, 1]])
        site = table.assets.column("site")
        other_site = (site[pairs[:, 0]] != site[pairs[:, 1]]) & (apart > ONE_SITE_M)
        pairs, apart = pairs[other_site], apart[other_site]
        details: dict[int, str] = {}
        for (one, other), metres_apart in zip(pairs.tolist(), apart.tolist(), strict=True):
            details.setdefault(one, f"{codes[other]}: {metres_apart:.0f} m")
            details.setdefault(other, f"{codes[one]}: {metres_apart:.0f} m")
        rows = np.array(sorted(details), dtype=np.int64)
        findings.of_rows(table, "BTS-011", rows, "geometry", details=[details[r] for r in rows])
    theirs = around.neighbours.get("mast")
    if theirs is not None and len(theirs.places):
        apart, number = nearest(standing, theirs.places, around.spacing_m)
        near = np.flatnonzero(np.isfinite(apart))
        findings.of_rows(
            table, "BTS-012", near, "geometry",
            details=[f"{theirs.owners[number[row]]}: {apart[row]:.0f} m" for row in near],
        )  # fmt: skip


def _stations(
    table: FiledTable,
    filed: Mapping[str, FiledTable],
    around: Surroundings,
    findings: Findings,
) -> None:
    if around.whole and "cell" in filed:
        used = filed["cell"].assets.column("station").astype(str)
        runs = table.assets.column("status") == "in_service"
        empty = runs & ~np.isin(table.assets.codes.astype(str), used) & (table.assets.codes != "")
        findings.of_rows(table, "BTS-014", np.asarray(empty, dtype=bool))


def _cells(
    table: FiledTable,
    filed: Mapping[str, FiledTable],
    around: Surroundings,
    findings: Findings,
) -> None:
    assets = table.assets
    stations = Joined(filed.get("station"), around, "station")
    place = look_up(stations.codes, assets.column("station"))
    known = place >= 0
    technology = assets.column("technology")
    theirs = np.full(len(table), "", dtype=object)
    theirs[known] = stations.column("technology")[place[known]]
    other = known & (theirs != "") & (technology != "") & (technology != theirs)
    findings.of_rows(
        table, "BTS-004", np.asarray(other, dtype=bool), "technology",
        details=theirs[np.asarray(other, dtype=bool)],
    )  # fmt: skip
    band = assets.column("band").astype(str)
    for name, bands in BANDS.items():
        unfit = (technology == name) & (band != "") & ~np.isin(band, list(bands))
        findings.of_rows(table, "BTS-009", np.asarray(unfit, dtype=bool), "band")
    _antenna_height(table, stations, place, filed, around, findings)
    _same_direction(table, known, findings)


def _antenna_height(
    table: FiledTable,
    stations: Joined,
    place: np.ndarray,
    filed: Mapping[str, FiledTable],
    around: Surroundings,
    findings: Findings,
) -> None:
    """Antennas above the highest mast of their own site with its building, by more than 5 m."""
    masts = Joined(filed.get("mast"), around, "mast")
    top = masts.column("height_m") + np.nan_to_num(masts.column("building_height_m"))
    highest: dict[str, float] = {}
    for site, height in zip(masts.column("site").tolist(), top.tolist(), strict=True):
        if height == height and height > highest.get(site, -1.0):
            highest[site] = height
    site_of = np.full(len(table), "", dtype=object)
    site_of[place >= 0] = stations.column("site")[place[place >= 0]]
    limit = np.array([highest.get(site, np.nan) for site in site_of.tolist()])
    with np.errstate(invalid="ignore"):
        above = table.assets.column("height_m") > limit + 5.0
    findings.of_rows(
        table, "BTS-008", above, "height_m", details=[f"{each:g} m" for each in limit[above]]
    )


def _same_direction(table: FiledTable, known: np.ndarray, findings: Findings) -> None:
    assets = table.assets
    azimuth = assets.column("azimuth_deg")
    rows = np.flatnonzero(known & ~np.isnan(azimuth))
    if not len(rows):
        return
    keys = np.array(
        [
            f"{station}\x1f{band}\x1f{direction:g}"
            for station, band, direction in zip(
                assets.column("station")[rows], assets.column("band")[rows], azimuth[rows],
                strict=True,
            )
        ]
    )  # fmt: skip
    _, inverse, counts = np.unique(keys, return_inverse=True, return_counts=True)
    findings.of_rows(table, "BTS-015", rows[counts[inverse] > 1], "azimuth_deg")
