"""Checks of poles and of who is on which structure."""

from collections.abc import Mapping

import numpy as np

from hatangso.intake.checks.surroundings import Surroundings
from hatangso.intake.filed import FiledTable, Findings

#: More cables than this on a pole are a slip of the pen.
MOST_CABLES = 40


def check(filed: Mapping[str, FiledTable], around: Surroundings, findings: Findings) -> None:
    """Check poles and occupancies of a filing. O(n log n)."""
    if "pole" in filed:
        _poles(filed["pole"], findings)
    if "occupancy" in filed:
        _occupancies(filed["occupancy"], around, findings)


def _poles(table: FiledTable, findings: Findings) -> None:
    assets = table.assets
    kind, holder_kind = assets.column("pole_class"), assets.column("holder_kind")
    other_trade = np.isin(holder_kind.astype(str), ("power", "lighting", "other"))
    findings.of_rows(
        table, "POL-001", other_trade & np.asarray(kind == "C1", dtype=bool), "pole_class"
    )
    findings.of_rows(
        table, "POL-002", other_trade & np.asarray(assets.column("holder") == "", dtype=bool),
        "holder" if table.gives("holder") else "holder_kind",
    )  # fmt: skip
    findings.of_rows(table, "POL-003", assets.column("cables") > MOST_CABLES, "cables")


def _occupancies(table: FiledTable, around: Surroundings, findings: Findings) -> None:
    assets = table.assets
    occupant = assets.column("occupant").astype(str)
    stated = assets.column("structure_owner")
    owner = np.where(stated == "", around.own_code, stated).astype(str)
    findings.of_rows(table, "OCC-002", (occupant != "") & (occupant == owner), "occupant")
    runs = assets.column("status") != "removed"
    if table.gives("contract"):
        none = np.asarray((assets.column("contract") == "") & runs, dtype=bool)
        findings.of_rows(table, "OCC-003", none & (occupant != owner), "contract")
    kind = assets.column("structure_kind").astype(str)
    cables, antennas = assets.column("cables"), assets.column("antennas")
    unfit = (np.isin(kind, ("pole", "chamber", "duct", "trench")) & (antennas > 0)) | (
        np.isin(kind, ("mast",)) & (cables > 0)
    )
    findings.of_rows(table, "OCC-004", unfit, "structure_kind")
    code = assets.column("structure_code").astype(str)
    rows = np.flatnonzero((occupant != "") & (code != "") & runs)
    keys = [f"{kind[r]}\x1f{owner[r]}\x1f{code[r]}\x1f{occupant[r]}" for r in rows]
    if keys:
        _, inverse, counts = np.unique(np.array(keys), return_inverse=True, return_counts=True)
        findings.of_rows(table, "OCC-005", rows[counts[inverse] > 1], "occupant")
