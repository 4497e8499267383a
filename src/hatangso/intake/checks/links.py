"""Checks of what names what: a cell its station, a mast its site, a duct its chambers."""

from collections.abc import Mapping

import numpy as np

from hatangso.intake.checks.surroundings import (
    Joined,
    Surroundings,
    distances,
    look_up,
    points_of,
)
from hatangso.intake.filed import FiledTable, Findings
from hatangso.inventory.dictionary import Attribute

#: Check of a reference that leads nowhere, where it has one of its own.
OWN = {
    ("station", "site"): "BTS-001",
    ("cell", "station"): "BTS-002",
    ("mast", "site"): "BTS-003",
    ("occupancy", "structure_code"): "OCC-001",
}
#: How far a thing may lie from what it names [m], and the check that says so.
FAR = {
    ("station", "site"): (200.0, "BTS-005"),
    ("cell", "station"): (200.0, "BTS-005"),
    ("mast", "site"): (200.0, "BTS-006"),
}


def check(filed: Mapping[str, FiledTable], around: Surroundings, findings: Findings) -> None:
    """Check every reference to an asset of the same owner, and to another's. O(n)."""
    for table in filed.values():
        for attribute in table.entity.references:
            if attribute.name in table.assets.values:
                _reference(table, attribute, filed, around, findings)


def _others(table: FiledTable, attribute: Attribute, around: Surroundings) -> np.ndarray:
    """Where a row names the owner of what it refers to, and that is another body."""
    if not attribute.owner_in:
        return np.zeros(len(table), dtype=bool)
    owners = table.assets.column(attribute.owner_in).astype(str)
    found: np.ndarray = (owners != "") & (owners != around.own_code)
    return found


def _reference(
    table: FiledTable,
    attribute: Attribute,
    filed: Mapping[str, FiledTable],
    around: Surroundings,
    findings: Findings,
) -> None:
    named = table.assets.values[attribute.name]
    theirs = _others(table, attribute, around)
    asked = np.flatnonzero((named != "") & ~theirs)
    if len(asked):
        targets = _targets(table, attribute, filed, around, asked)
        key = (table.entity.code, attribute.name)
        absent = asked[targets.row < 0]
        findings.of_rows(table, OWN.get(key, "REF-001"), absent, attribute.name)
        gone = targets.removed & (table.assets.column("status")[asked] != "removed")
        findings.of_rows(table, "REF-003", asked[gone], attribute.name)
        if key in FAR:
            _far(table, attribute, asked, targets, FAR[key], findings)
    _structures_of_others(table, attribute, theirs, around, findings)


class _Targets:
    """What rows name: whether it stands, was removed, and where. Over the rows asked."""

    def __init__(self, count: int) -> None:
        self.row = np.full(count, -1, dtype=np.int64)
        self.removed = np.zeros(count, dtype=bool)
        self.places = np.full((count, 2), np.nan)


def _targets(
    table: FiledTable,
    attribute: Attribute,
    filed: Mapping[str, FiledTable],
    around: Surroundings,
    asked: np.ndarray,
) -> _Targets:
    named = table.assets.values[attribute.name][asked]
    found = _Targets(len(asked))
    kinds = (
        table.assets.column("structure_kind")[asked] if table.entity.code == "occupancy" else None
    )
    for kind in attribute.refers_to:
        # What is not filed may stand already: a full file of cells alone names stations of before.
        joined = Joined(filed.get(kind), around, kind)
        place = look_up(joined.codes, named)
        if kinds is not None:
            place[kinds != kind] = -1
        here = (place >= 0) & (found.row < 0)
        found.row[here] = place[here]
        found.removed[here] = joined.column("status")[place[here]] == "removed"
        found.places[here] = joined.places[place[here]]
    return found


def _far(
    table: FiledTable,
    attribute: Attribute,
    asked: np.ndarray,
    targets: _Targets,
    limit: tuple[float, str],
    findings: Findings,
) -> None:
    apart = distances(points_of(table.assets)[asked], targets.places)
    with np.errstate(invalid="ignore"):
        far = apart > limit[0]
    findings.of_rows(
        table, limit[1], asked[far], "geometry", details=[f"{each:.0f} m" for each in apart[far]]
    )


def _structures_of_others(
    table: FiledTable,
    attribute: Attribute,
    theirs: np.ndarray,
    around: Surroundings,
    findings: Findings,
) -> None:
    """What is said to be another's and that body does not have: for officers only.

    To the operator it would tell which codes another has.
    """
    rows = np.flatnonzero(theirs)
    if not len(rows) or not around.others_codes:
        return
    owners = table.assets.column(attribute.owner_in)[rows]
    named = table.assets.values[attribute.name][rows]
    if table.entity.code == "occupancy":
        kinds = table.assets.column("structure_kind")[rows]
    else:
        kinds = np.full(len(rows), attribute.refers_to[0], dtype=object)
    absent = np.fromiter(
        (
            code != "" and code not in around.others_codes.get((owner, kind), frozenset())
            for owner, kind, code in zip(owners, kinds, named, strict=True)
        ),
        bool,
        len(rows),
    )
    findings.of_rows(table, "OCC-006", rows[absent], attribute.name)
