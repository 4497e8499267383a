"""Typed tables of a filing between its check and its approval, as one file of arrays.

The check reads and types the files once; what is approved is exactly what it read. Texts and
shapes lie in it as bytes with offsets: nothing in such a file is ever executed when it is read.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import shapely

from hatangso.inventory.dictionary import entity
from hatangso.inventory.tables import AssetTable


def _pack(parts: list[bytes]) -> tuple[np.ndarray, np.ndarray]:
    lengths = np.fromiter((len(part) for part in parts), np.int64, len(parts))
    return np.frombuffer(b"".join(parts), dtype=np.uint8), lengths


def _unpack(content: np.ndarray, lengths: np.ndarray) -> list[bytes]:
    whole = content.tobytes()
    ends = np.cumsum(lengths)
    return [
        whole[end - length : end]
        for end, length in zip(ends.tolist(), lengths.tolist(), strict=True)
    ]


def save(tables: Mapping[str, AssetTable], path: Path) -> None:
    """Write tables to a file; it appears whole or not at all."""
    arrays: dict[str, np.ndarray] = {}
    for code, table in tables.items():
        columns = {"code": table.codes, **table.values}
        for name, column in columns.items():
            key = f"{code}/{name}"
            if column.dtype == object:
                content, lengths = _pack([str(each).encode() for each in column.tolist()])
                arrays[f"{key}/bytes"], arrays[f"{key}/lengths"] = content, lengths
            else:
                arrays[key] = column
        if table.geometry is not None:
            shapes = [each or b"" for each in shapely.to_wkb(table.geometry).tolist()]
            content, lengths = _pack(shapes)
            arrays[f"{code}//bytes"], arrays[f"{code}//lengths"] = content, lengths
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new.npz")
    np.savez_compressed(fresh, **arrays)  # type: ignore[arg-type]
    fresh.rename(path)


def load(path: Path) -> dict[str, AssetTable]:
    """Tables of a file that `save` wrote, by kind, in the order of filing."""
    found: dict[str, AssetTable] = {}
    with np.load(path, allow_pickle=False) as held:
        names: dict[str, set[str]] = {}
        for key in held.files:
            code, name = key.split("/")[:2]
            names.setdefault(code, set()).add(name)
        for code, columns in names.items():
            values = {
                name: _column(held, f"{code}/{name}")
                for name in entity(code).names
                if name in columns
            }
            geometry = None
            if "" in columns:
                parts = _unpack(held[f"{code}//bytes"], held[f"{code}//lengths"])
                geometry = shapely.from_wkb([part or None for part in parts])
                geometry = np.asarray(geometry, dtype=object)
            found[code] = AssetTable(code, values.pop("code"), values, geometry)
    return found


def _column(held: "np.lib.npyio.NpzFile", key: str) -> np.ndarray:
    if key in held.files:
        column: np.ndarray = held[key]
        return column
    parts = _unpack(held[f"{key}/bytes"], held[f"{key}/lengths"])
    texts = np.empty(len(parts), dtype=object)
    texts[:] = [part.decode() for part in parts]
    return texts
