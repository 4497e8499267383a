"""All checks in one pass: of a whole file, and of a few assets given by hand."""

from collections.abc import Callable, Mapping

import numpy as np

from hatangso.intake.checks import codes_dates, lines, links, periods, places, radio, structures
from hatangso.intake.checks.surroundings import Surroundings
from hatangso.intake.filed import FiledTable, Finding, Findings
from hatangso.intake.files.tables import Opened, Remark
from hatangso.intake.matching import match
from hatangso.intake.typing_rows import Ground, type_rows
from hatangso.inventory.dictionary import entity
from hatangso.inventory.tables import AssetTable, is_missing

#: Told what is done, and how much of how much.
Told = Callable[[str, int, int], None]

_REMARKS = {
    Remark.MACROS: "FIL-001",
    Remark.HIDDEN_SHEET: "FIL-002",
    Remark.ROWS_ABOVE_HEAD: "FIL-003",
    Remark.MERGED_CELLS: "FIL-004",
    Remark.FORMULAS: "FIL-005",
    Remark.FORMULAS_WITHOUT_VALUE: "FIL-006",
    Remark.ERROR_CELLS: "FIL-007",
    Remark.OLD_ENCODING: "FIL-008",
    Remark.BROKEN_ROWS: "FIL-009",
    Remark.EMPTY_TABLE: "FIL-011",
    Remark.EXTERNAL_LINKS: "FIL-012",
    Remark.COLUMN_TWICE: "COL-003",
    Remark.NO_CRS: "POS-005",
}
_PASSES = (
    ("codes", codes_dates.check),
    ("places", places.check),
    ("links", links.check),
    ("radio", radio.check),
    ("lines", lines.check),
    ("structures", structures.check),
    ("periods", periods.check),
)


def quiet(stage: str, done: int, total: int) -> None:
    """Tell nobody."""


def take_tables(
    opened: Opened,
    ground: Ground,
    findings: Findings,
    *,
    stated: str = "",
    filed: dict[str, FiledTable] | None = None,
) -> dict[str, FiledTable]:
    """Tables of a file by the kind of asset that each holds, typed.

    Parameters
    ----------
    stated
        Kind that the sender says, for a file of one table.
    filed
        Tables of the files before this one of the same filing, to which these are added.
    """
    found = {} if filed is None else filed
    sizes = {table.name: len(table) for table in opened.tables}
    for said in opened.said:
        if said.remark is Remark.NO_CRS:
            continue  # The places are recognised by their numbers, and that is said.
        if said.remark is Remark.EMPTY_TABLE and any(sizes.values()):
            continue  # Of the template's sheets only those with something to file are filled in.
        findings.of_rows_named(
            _REMARKS[said.remark], said.table, said.rows, said.count, said.what,
            sizes.get(said.table, 0),
        )  # fmt: skip
    for table in opened.tables:
        if not len(table):
            continue
        matched = match(table, stated if len(opened.tables) == 1 else "")
        if matched is None:
            findings.of_file("FIL-010", sheet=table.name, what=table.name)
        elif matched.entity.code in found:
            findings.of_file("FIL-015", sheet=table.name, what=table.name)
        else:
            found[matched.entity.code] = type_rows(table, matched, ground, findings)
    return found


def run(
    filed: Mapping[str, FiledTable],
    around: Surroundings,
    findings: Findings,
    told: Told = quiet,
) -> None:
    """Run every check over the tables of a filing.

    Cost: O(n log n) in the rows, a few array operations for each column.
    """
    for number, (name, check) in enumerate(_PASSES):
        told(name, number, len(_PASSES))
        check(filed, around, findings)
    told("done", len(_PASSES), len(_PASSES))


def sound_rows(table: FiledTable, findings: Findings) -> np.ndarray:
    """Rows (n,) of a table in which no check found an error: the ones that could be applied."""
    bad: set[int] = set()
    for finding in findings:
        if finding.entity == table.entity.code and finding.severity == "error":
            bad.update(finding.rows.tolist())
    return ~np.isin(table.rows, list(bad))


def check_tables(tables: Mapping[str, AssetTable], around: Surroundings) -> list[Finding]:
    """Check assets that were typed already: those of a form, or of the interface for programs.

    The rows of the findings are the places of the assets in their tables, from 1.
    """
    findings = Findings()
    filed = {code: _as_filed(table) for code, table in tables.items()}
    for table in filed.values():
        _values(table, findings)
    run(filed, around, findings)
    return list(findings)


def _as_filed(assets: AssetTable) -> FiledTable:
    of = entity(assets.entity)
    raw = {"code": assets.codes, **{name: _cells(each) for name, each in assets.values.items()}}
    headings = {name: of.attribute(name).vi for name in raw}
    if assets.geometry is not None:
        headings["geometry"] = "Vị trí"
    return FiledTable(
        of, of.name_vi, 0, np.arange(1, len(assets) + 1, dtype=np.int64), assets, headings, raw
    )


def _cells(column: np.ndarray) -> np.ndarray:
    return column if column.dtype == object else column.astype(object)


def _values(table: FiledTable, findings: Findings) -> None:
    """What reading a file would have said of the values: required, range, code list, whole."""
    for attribute in table.entity.columns:
        column = table.assets.column(attribute.name)
        missing = is_missing(attribute, column)
        given = attribute.name in table.assets.values
        if attribute.required and given:
            findings.of_rows(table, "VAL-001", missing, attribute.name)
        if not given:
            continue
        if attribute.type in {"integer", "decimal"}:
            low = -np.inf if attribute.minimum is None else attribute.minimum
            high = np.inf if attribute.maximum is None else attribute.maximum
            out = (column < low) | (column > high)
            limits = f"{low:g} – {high:g} {attribute.unit}".strip()
            findings.of_rows(
                table, "VAL-003", out, attribute.name, details=[limits] * int(out.sum())
            )
            if attribute.type == "integer":
                findings.of_rows(table, "VAL-005", column % 1 > 0, attribute.name)
        elif attribute.type == "code":
            known = [code.value for code in attribute.codes]
            findings.of_rows(
                table, "VAL-004", ~missing & ~np.isin(column.astype(str), known), attribute.name
            )
