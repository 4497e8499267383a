"""Assets of one kind as columns, and how two such tables differ. Pure: numpy and shapely.

Columns, not a record for each row: a province has up to a million poles.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from hatangso.inventory.dictionary import Attribute, entity

#: Two places nearer than this are the same place. [degree]
SAME_PLACE_DEG = 1e-7

#: Value of a boolean column that says nothing.
UNKNOWN = -1


def empty_column(attribute: Attribute, count: int) -> np.ndarray:
    """Column (count,) of an attribute in which nothing is filled in."""
    if attribute.is_text:
        return np.full(count, "", dtype=object)
    if attribute.type == "date":
        return np.full(count, np.datetime64("NaT", "D"), dtype="datetime64[D]")
    if attribute.type == "boolean":
        return np.full(count, UNKNOWN, dtype=np.int8)
    return np.full(count, np.nan)


def is_missing(attribute: Attribute, column: np.ndarray) -> np.ndarray:
    """Where a column (n,) holds nothing: a mask (n,)."""
    if attribute.is_text:
        return np.asarray(column == "", dtype=bool)
    if attribute.type == "date":
        return np.asarray(np.isnat(column), dtype=bool)
    if attribute.type == "boolean":
        return np.asarray(column == UNKNOWN, dtype=bool)
    return np.asarray(np.isnan(column), dtype=bool)


@dataclass(frozen=True, slots=True)
class AssetTable:
    """Assets of one owner and one kind.

    Attributes
    ----------
    entity
        Code of the kind in the dictionary.
    codes
        Own codes (n,), strings; none twice.
    values
        Columns (n,) by the attribute's name, without ``code``. Strings ("" is missing) for text,
        codes and references; float64 (nan) for numbers; datetime64[D] (NaT); int8 (-1, 0, 1) for
        booleans. A column that is not there says nothing about its attribute.
    geometry
        Points or lines (n,) as shapely objects, EPSG:4326; None where a place is not known. None
        in place of the array: nothing is said of places.
    """

    entity: str
    codes: np.ndarray
    values: Mapping[str, np.ndarray] = field(default_factory=dict)
    geometry: np.ndarray | None = None

    def __post_init__(self) -> None:
        """Refuse columns that the dictionary does not know or that are not as long as the codes."""
        known = set(entity(self.entity).names) - {"code"}
        unknown = sorted(set(self.values) - known)
        if unknown:
            message = f"{self.entity} has no attribute {', '.join(unknown)}."
            raise ValueError(message)
        for name, column in self.values.items():
            if len(column) != len(self.codes):
                message = f"{name} has {len(column)} values for {len(self.codes)} codes."
                raise ValueError(message)
        if self.geometry is not None and len(self.geometry) != len(self.codes):
            message = f"There are {len(self.geometry)} places for {len(self.codes)} codes."
            raise ValueError(message)

    def __len__(self) -> int:
        """Number of assets."""
        return len(self.codes)

    @classmethod
    def empty(cls, of: str) -> "AssetTable":
        """A table of a kind without any asset, with every column."""
        found = entity(of)
        return cls(
            of,
            np.empty(0, dtype=object),
            {each.name: empty_column(each, 0) for each in found.columns},
            None if found.geometry == "none" else np.empty(0, dtype=object),
        )

    @classmethod
    def of_records(cls, of: str, records: list[dict[str, Any]]) -> "AssetTable":
        """A table of few assets, each a mapping of attribute to value, with ``geometry`` beside.

        A value that is not given, or None, is missing. An attribute that no record names has no
        column.
        """
        if not records:
            return cls.empty(of)
        found = entity(of)
        named = {name for record in records for name in record}
        columns: dict[str, np.ndarray] = {}
        for each in found.columns:
            if each.name in named:
                column = empty_column(each, len(records))
                for row, record in enumerate(records):
                    if record.get(each.name) is not None:
                        column[row] = record[each.name]
                columns[each.name] = column
        codes, places = (np.empty(len(records), dtype=object) for _ in range(2))
        for row, record in enumerate(records):
            codes[row], places[row] = record["code"], record.get("geometry")
        return cls(of, codes, columns, places if "geometry" in named else None)

    def take(self, rows: np.ndarray) -> "AssetTable":
        """Assets at some places (indices or a mask), in that order."""
        return AssetTable(
            self.entity,
            self.codes[rows],
            {name: column[rows] for name, column in self.values.items()},
            None if self.geometry is None else self.geometry[rows],
        )

    def column(self, name: str) -> np.ndarray:
        """Column of an attribute; an empty one where the table says nothing of it."""
        if name == "code":
            return self.codes
        if name in self.values:
            return self.values[name]
        return empty_column(entity(self.entity).attribute(name), len(self))


@dataclass(frozen=True, slots=True)
class Difference:
    """What a filed table would change in the present one.

    Attributes
    ----------
    added, changed
        Rows of the filed table (indices, ascending): new codes, and codes whose values differ.
    before
        Rows of the present table, one for each of ``changed``.
    fields
        By attribute, or ``geometry``: a mask over ``changed`` of where it differs. An attribute
        that differs nowhere is left out.
    removed
        Own codes that stand now and are not filed; empty where the filed table is not the whole.
    """

    added: np.ndarray
    changed: np.ndarray
    before: np.ndarray
    fields: Mapping[str, np.ndarray]
    removed: np.ndarray

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change."""
        return not (len(self.added) or len(self.changed) or len(self.removed))


def difference(present: AssetTable, filed: AssetTable, *, whole: bool) -> Difference:
    """Find what a filed table would add, change and (where it is the whole) remove.

    An attribute or a place of which the filed table says nothing is left as it is. O(n log n).

    Parameters
    ----------
    whole
        Whether ``filed`` is everything that the owner has; else only changes.
    """
    order = np.argsort(present.codes)
    sorted_codes = present.codes[order]
    if len(sorted_codes):
        place = np.searchsorted(sorted_codes, filed.codes)
        place = np.minimum(place, len(sorted_codes) - 1)
        known = np.asarray(sorted_codes[place] == filed.codes, dtype=bool)
        before = order[place]
    else:
        known = np.zeros(len(filed), dtype=bool)
        before = np.zeros(len(filed), dtype=np.int64)
    both, earlier = np.flatnonzero(known), before[known]
    masks: dict[str, np.ndarray] = {}
    for attribute in entity(filed.entity).columns:
        if attribute.name in filed.values:
            masks[attribute.name] = _differs(
                attribute,
                present.column(attribute.name)[earlier],
                filed.values[attribute.name][both],
            )
    if filed.geometry is not None and present.geometry is not None:
        masks["geometry"] = moved(present.geometry[earlier], filed.geometry[both])
    any_field = np.zeros(len(both), dtype=bool)
    for mask in masks.values():
        any_field |= mask
    removed = np.empty(0, dtype=object)
    if whole:
        gone = np.ones(len(present), dtype=bool)
        gone[earlier] = False
        removed = present.codes[gone]
    return Difference(
        added=np.flatnonzero(~known),
        changed=both[any_field],
        before=earlier[any_field],
        fields={name: mask[any_field] for name, mask in masks.items() if mask.any()},
        removed=removed,
    )


def _differs(attribute: Attribute, old: np.ndarray, new: np.ndarray) -> np.ndarray:
    both_missing = is_missing(attribute, old) & is_missing(attribute, new)
    differing: np.ndarray = np.asarray(old != new, dtype=bool) & ~both_missing
    return differing


def moved(old: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Where places (n,) are not the same, within `SAME_PLACE_DEG`: a mask (n,)."""
    absent_old, absent_new = shapely.is_missing(old), shapely.is_missing(new)
    one_absent = absent_old != absent_new
    same = absent_old & absent_new
    rest = ~one_absent & ~same
    if rest.any():
        same[rest] = shapely.equals_exact(old[rest], new[rest], tolerance=SAME_PLACE_DEG)
    apart: np.ndarray = ~same
    return apart
