"""What a filing would change, asset by asset and field by field. Pure: arrays in, records out."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from hatangso.inventory.dictionary import ENTITIES, entity
from hatangso.inventory.tables import AssetTable, Difference, difference

ADDED, CHANGED, REMOVED = "added", "changed", "removed"


@dataclass(frozen=True, slots=True)
class OneChange:
    """What happens to one asset: its fields from what to what, and where it is drawn (WKB)."""

    entity: str
    kind: str
    code: str
    fields: dict[str, list[Any]]
    place: bytes | None


def compare(
    filed: Mapping[str, AssetTable], present: Mapping[str, AssetTable], *, whole: bool
) -> dict[str, Difference]:
    """Differences by kind, in the order of filing; a kind without any is left out."""
    found = {}
    for code in ENTITIES:
        if code in filed:
            each = difference(present[code], filed[code], whole=whole)
            if not each.is_empty:
                found[code] = each
    return found


def plain(value: Any) -> Any:
    """A value as JSON has it: a date as text, yes and no as true and false, missing as None."""
    if isinstance(value, np.datetime64):
        return None if np.isnat(value) else str(value)
    if isinstance(value, np.int8):
        return None if value < 0 else bool(value)
    if isinstance(value, float | np.floating):
        number = float(value)
        return None if np.isnan(number) else (int(number) if number.is_integer() else number)
    return None if value == "" else value


def described(shape: Any) -> str | None:
    """A place as people read it: "16.46370, 107.59120", or a line's length in corners."""
    if shape is None or shapely.is_missing(shape):
        return None
    if shape.geom_type == "Point":
        return f"{shape.y:.6f}, {shape.x:.6f}"
    return f"{len(shape.coords)} điểm: {shape.coords[0][1]:.5f}, {shape.coords[0][0]:.5f} … "


def changes(
    filed: Mapping[str, AssetTable],
    present: Mapping[str, AssetTable],
    found: Mapping[str, Difference],
) -> Iterator[OneChange]:
    """Every asset that would be added, changed or removed, by kind."""
    for code, each in found.items():
        new, old = filed[code], present[code]
        new_points, old_points = _points(new), _points(old)
        for row in each.added.tolist():
            yield OneChange(code, ADDED, new.codes[row], {}, new_points[row])
        names = list(each.fields)
        for number, (row, before) in enumerate(
            zip(each.changed.tolist(), each.before.tolist(), strict=True)
        ):
            fields = {
                name: _pair(name, old, before, new, row)
                for name in names
                if each.fields[name][number]
            }
            yield OneChange(code, CHANGED, new.codes[row], fields, new_points[row])
        if len(each.removed):
            gone = np.flatnonzero(np.isin(old.codes.astype(str), each.removed.astype(str)))
            for row in gone.tolist():
                yield OneChange(code, REMOVED, old.codes[row], {}, old_points[row])


def _pair(name: str, old: AssetTable, before: int, new: AssetTable, row: int) -> list[Any]:
    if name == "geometry":
        shapes = [
            None if table.geometry is None else table.geometry[place]
            for table, place in ((old, before), (new, row))
        ]
        return [described(shape) for shape in shapes]
    return [plain(old.column(name)[before]), plain(new.column(name)[row])]


def _points(table: AssetTable) -> list[bytes | None]:
    """Where each asset is drawn: a point, or the middle of a line."""
    if table.geometry is None or not len(table):
        return [None] * len(table)
    drawn = table.geometry
    if entity(table.entity).geometry == "line":
        drawn = shapely.line_interpolate_point(drawn, 0.5, normalized=True)
    wkb: list[bytes | None] = shapely.to_wkb(
        shapely.set_srid(drawn, 4326), hex=True, include_srid=True
    ).tolist()
    return wkb


def digest(
    filed: Mapping[str, AssetTable],
    present: Mapping[str, AssetTable],
    found: Mapping[str, Difference],
) -> str:
    """Hash of what would change, so that what is approved is what was shown.

    It covers codes, and the values of changed fields before and after.
    """
    sha = hashlib.sha256()
    for code in sorted(found):
        each, new, old = found[code], filed[code], present[code]
        sha.update(code.encode())
        for kind, codes in (
            (ADDED, new.codes[each.added]),
            (CHANGED, new.codes[each.changed]),
            (REMOVED, each.removed),
        ):
            sha.update(f"\x1e{kind}\x1e".encode())
            sha.update("\x1f".join(sorted(map(str, codes.tolist()))).encode())
        for name in sorted(each.fields):
            rows = each.changed[each.fields[name]]
            before = each.before[each.fields[name]]
            order = np.argsort(new.codes[rows].astype(str))
            sha.update(name.encode())
            for table, places in ((old, before), (new, rows)):
                sha.update(_content(table, name, places[order]))
    return sha.hexdigest()


def _content(table: AssetTable, name: str, rows: np.ndarray) -> bytes:
    if name == "geometry":
        shapes = table.geometry[rows] if table.geometry is not None else []
        return b"\x1f".join(each or b"" for each in shapely.to_wkb(shapes).tolist())
    column = table.column(name)[rows]
    if column.dtype == object:
        return "\x1f".join(map(str, column.tolist())).encode()
    content: bytes = column.tobytes()
    return content


def summary(found: Mapping[str, Difference]) -> dict[str, dict[str, int]]:
    """How many assets of each kind would be added, changed, removed."""
    return {
        code: {
            ADDED: len(each.added),
            CHANGED: len(each.changed),
            REMOVED: len(each.removed),
        }
        for code, each in found.items()
    }
