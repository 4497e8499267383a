"""Checks against what stands already, and against what others claim."""

from collections.abc import Mapping

import numpy as np

from hatangso.intake.checks.surroundings import Surroundings, look_up, nearest, points_of
from hatangso.intake.filed import FiledTable, Findings

#: A jump: a number of assets, or a height, that changed by so much since last time.
JUMP = 0.3
#: Fewer assets than this make no jump: one of three is a third.
JUMP_FROM = 10
#: Another operator's asset of the same kind within this is the same thing. [m]
CLAIMED_M = 5.0
#: Kinds that only one can own at one place.
CLAIMED = ("site", "mast", "pole", "chamber")


def check(filed: Mapping[str, FiledTable], around: Surroundings, findings: Findings) -> None:
    """Check a filing against the inventory. O(n log n)."""
    for table in filed.values():
        if around.whole:
            _number(table, around, findings)
        _heights(table, around, findings)
        if table.entity.code in CLAIMED:
            _claimed(table, around, findings)


def _number(table: FiledTable, around: Surroundings, findings: Findings) -> None:
    stands = around.stands(table.entity.code)
    was, now = len(stands), len(table)
    if was >= JUMP_FROM and abs(now - was) >= JUMP * was:
        findings.of_table(table, "PER-001", 1, [f"{was} → {now} ({(now - was) / was:+.0%})"])
    gone = look_up(table.assets.codes, stands.codes) < 0
    if gone.any():
        findings.of_table(table, "PER-002", int(gone.sum()), stands.codes[gone].tolist())


def _heights(table: FiledTable, around: Surroundings, findings: Findings) -> None:
    if "height_m" not in table.assets.values:
        return
    stands = around.stands(table.entity.code)
    before = look_up(stands.codes, table.assets.codes)
    rows = np.flatnonzero(before >= 0)
    was, now = stands.column("height_m")[before[rows]], table.assets.values["height_m"][rows]
    with np.errstate(invalid="ignore", divide="ignore"):
        jump = np.abs(now - was) > JUMP * was
    details = [f"{one:g} → {other:g} m" for one, other in zip(was[jump], now[jump], strict=True)]
    findings.of_rows(table, "PER-003", rows[jump], "height_m", details=details)


def _claimed(table: FiledTable, around: Surroundings, findings: Findings) -> None:
    theirs = around.neighbours.get(table.entity.code)
    if theirs is None or not len(theirs.places):
        return
    apart, number = nearest(points_of(table.assets), theirs.places, CLAIMED_M)
    rows = np.flatnonzero(np.isfinite(apart))
    findings.of_rows(
        table, "OTH-001", rows, "geometry", details=[str(theirs.owners[number[r]]) for r in rows]
    )
