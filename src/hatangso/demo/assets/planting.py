"""A filed copy of a table with errors planted in it, each of them known.

A file is text: cells as an operator would have written them, by the attribute's name, with
``longitude`` and ``latitude`` (or ``wkt`` for a line) beside.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely

from hatangso.inventory.dictionary import Attribute, Entity, entity
from hatangso.inventory.tables import AssetTable, is_missing


@dataclass(frozen=True, slots=True)
class Planted:
    """One error: what is wrong (`FAULTS`), and in which row (from 0) and column of the file."""

    fault: str
    row: int
    column: str


@dataclass(frozen=True, slots=True)
class Filing:
    """A file as text: its header, its rows, and the errors that were planted in it."""

    entity: str
    header: list[str]
    rows: list[list[str]]
    planted: list[Planted]


def to_text(attribute: Attribute, column: np.ndarray) -> list[str]:
    """Cells (n,) of a column as an operator writes them; empty where a value is missing."""
    missing = is_missing(attribute, column)
    if attribute.is_text or attribute.type == "date":
        cells = [str(cell) for cell in column]
    elif attribute.type == "boolean":
        cells = ["có" if cell == 1 else "không" for cell in column]
    else:
        cells = [f"{cell:.10g}" for cell in column]
    for row in np.flatnonzero(missing):
        cells[row] = ""
    return cells


def file_of(made: AssetTable) -> tuple[list[str], list[list[str]]]:
    """Header and rows of a table as a file."""
    kind = entity(made.entity)
    columns: dict[str, list[str]] = {"code": [str(code) for code in made.codes]}
    for attribute in kind.columns:
        columns[attribute.name] = to_text(attribute, made.column(attribute.name))
    if kind.geometry == "point":
        columns["longitude"] = [f"{x:.6f}" for x in shapely.get_x(made.geometry)]
        columns["latitude"] = [f"{y:.6f}" for y in shapely.get_y(made.geometry)]
    elif kind.geometry == "line":
        columns["wkt"] = list(shapely.to_wkt(made.geometry, rounding_precision=6))
    return list(columns), [list(row) for row in zip(*columns.values(), strict=True)]


#: A fault spoils one cell of a row, and returns its column; None where it cannot be planted there.
Fault = Callable[[Entity, dict[str, str], np.random.Generator], str | None]


def _pick(
    random: np.random.Generator, kind: Entity, fits: Callable[[Attribute], bool]
) -> str | None:
    names = [each.name for each in kind.columns if fits(each)]
    return str(random.choice(names)) if names else None


def _missing(kind: Entity, row: dict[str, str], random: np.random.Generator) -> str | None:
    column = _pick(random, kind, lambda each: each.required)
    if column:
        row[column] = ""
    return column


def _not_in_list(kind: Entity, row: dict[str, str], random: np.random.Generator) -> str | None:
    column = _pick(random, kind, lambda each: each.type == "code")
    if column:
        row[column] = "khac-la"
    return column


def _not_a_number(kind: Entity, row: dict[str, str], random: np.random.Generator) -> str | None:
    column = _pick(random, kind, lambda each: each.type in {"integer", "decimal"})
    if column:
        row[column] = "khoảng chục"
    return column


def _out_of_range(kind: Entity, row: dict[str, str], random: np.random.Generator) -> str | None:
    column = _pick(random, kind, lambda each: each.maximum is not None)
    if column:
        row[column] = str(int((kind.attribute(column).maximum or 0) * 10 + 1))
    return column


def _not_a_date(_kind: Entity, row: dict[str, str], _random: np.random.Generator) -> str | None:
    row["in_service_on"] = "31/02/2020"
    return "in_service_on"


def _far_away(_kind: Entity, row: dict[str, str], _random: np.random.Generator) -> str | None:
    if not row.get("longitude"):
        return None
    row["longitude"] = f"{float(row['longitude']) + 3.0:.6f}"
    return "longitude"


def _no_such_target(kind: Entity, row: dict[str, str], random: np.random.Generator) -> str | None:
    names = [each.name for each in kind.references if row.get(each.name)]
    if not names:
        return None
    column = str(random.choice(names))
    row[column] = "KHONG-CO-MA-NAY"
    return column


#: What can be planted, by name.
FAULTS: dict[str, Fault] = {
    "missing": _missing,
    "not in list": _not_in_list,
    "not a number": _not_a_number,
    "out of range": _out_of_range,
    "not a date": _not_a_date,
    "far away": _far_away,
    "no such target": _no_such_target,
}


def file_with_errors(made: AssetTable, errors: int, seed: int = 1) -> Filing:
    """File a table with some errors planted, one in a row, and as many rows filed twice besides.

    Parameters
    ----------
    errors
        How many cells are spoilt; a tenth as many rows (at least one) stand twice.
    """
    random = np.random.default_rng(seed)
    kind = entity(made.entity)
    header, rows = file_of(made)
    planted = []
    names = list(FAULTS)
    spoilt = random.permutation(len(rows))[: min(errors, len(rows) // 2)]
    for number, row in enumerate(spoilt.tolist()):
        cells = dict(zip(header, rows[row], strict=True))
        for turn in range(len(names)):
            fault = names[(number + turn) % len(names)]
            column = FAULTS[fault](kind, cells, random)
            if column is not None:
                planted.append(Planted(fault, row, column))
                break
        rows[row] = [cells[name] for name in header]
    if errors:
        sound = np.setdiff1d(np.arange(len(rows)), spoilt)
        for row in sound[: max(1, errors // 10)].tolist():
            planted.append(Planted("filed twice", len(rows), "code"))
            rows.append(list(rows[row]))
    return Filing(kind.code, header, rows, planted)
