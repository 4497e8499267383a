"""Checks of every kind of asset: own codes, dates, bodies and communes that are named."""

import unicodedata
from collections.abc import Mapping

import numpy as np

from hatangso.intake.checks.surroundings import Surroundings
from hatangso.intake.filed import FiledTable, Findings
from hatangso.intake.typing_rows import LONGEST_CODE

OLDEST = np.datetime64("1975-01-01", "D")


def check(filed: Mapping[str, FiledTable], around: Surroundings, findings: Findings) -> None:
    """Check codes, dates, bodies and communes of every table. O(n log n)."""
    for table in filed.values():
        _codes(table, findings)
        _dates(table, around, findings)
        _named(table, around, findings)


def _alike(code: str) -> str:
    plain = unicodedata.normalize("NFD", code.replace("đ", "d").replace("Đ", "D")).casefold()
    return "".join(sign for sign in plain if sign.isascii() and not sign.isspace())


def _codes(table: FiledTable, findings: Findings) -> None:
    codes = table.assets.codes
    if "code" not in table.headings:
        return
    missing = codes == ""
    findings.of_rows(table, "COD-001", np.asarray(missing, dtype=bool))
    texts = codes.tolist()
    strange = np.fromiter(
        (len(each) > LONGEST_CODE or not each.isprintable() for each in texts), bool, len(texts)
    )
    findings.of_rows(table, "COD-004", strange)
    unique, inverse, counts = np.unique(codes.astype(str), return_inverse=True, return_counts=True)
    findings.of_rows(table, "COD-002", (counts[inverse] > 1) & ~np.asarray(missing, dtype=bool))
    plain = np.array([_alike(each) for each in unique.tolist()])
    order = np.argsort(plain, kind="stable")
    same = np.flatnonzero(plain[order[1:]] == plain[order[:-1]])
    if len(same):
        partner = {int(order[n]): int(order[n + 1]) for n in same}
        partner |= {other: one for one, other in partner.items()}
        rows = np.flatnonzero(np.isin(inverse, list(partner)) & (codes != ""))
        rows = rows[[unique[inverse[row]] != "" for row in rows]]
        findings.of_rows(
            table, "COD-003", rows, details=[unique[partner[int(inverse[row])]] for row in rows]
        )


def _dates(table: FiledTable, around: Surroundings, findings: Findings) -> None:
    assets, today = table.assets, np.datetime64(around.on, "D")
    status = assets.column("status")
    built, since = assets.column("built_on"), assets.column("in_service_on")
    ended = assets.column("ended_on")
    runs = np.asarray(status == "in_service", dtype=bool)
    for name, column in (("built_on", built), ("in_service_on", since)):
        findings.of_rows(table, "DAT-002", (column > today) & runs, name)
    for name, column in (("built_on", built), ("in_service_on", since), ("ended_on", ended)):
        findings.of_rows(table, "DAT-005", column < OLDEST, name)
    findings.of_rows(table, "DAT-003", since < built, "in_service_on")
    findings.of_rows(table, "DAT-004", ended < since, "ended_on")
    over = np.isin(status.astype(str), ("out_of_service", "removed"))
    if table.gives("status"):
        no_end = over & np.isnat(ended) if table.gives("ended_on") else np.zeros(len(table), bool)
        findings.of_rows(table, "DAT-006", no_end | (runs & (ended <= today)), "status")
    if "emf_valid_to" in assets.values:
        expired = (assets.column("emf_valid_to") < today) & runs
        findings.of_rows(table, "DAT-007", expired, "emf_valid_to")


def _named(table: FiledTable, around: Surroundings, findings: Findings) -> None:
    for attribute in table.entity.columns:
        if attribute.type != "reference" or attribute.name not in table.assets.values:
            continue
        named = table.assets.values[attribute.name].astype(str)
        if "organisation" in attribute.refers_to:
            unknown = (named != "") & ~np.isin(named, list(around.bodies))
            findings.of_rows(table, "REF-002", unknown, attribute.name)
        elif "unit" in attribute.refers_to and around.communes:
            unknown = (named != "") & ~np.isin(named, list(around.communes))
            findings.of_rows(table, "POS-016", unknown, attribute.name)
