"""Columns of made-up tables."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from hatangso.inventory.dictionary import entity
from hatangso.inventory.tables import AssetTable, empty_column

DAY = np.datetime64


def strings(values: Iterable[str]) -> np.ndarray:
    """Column of strings."""
    return np.array(list(values), dtype=object)


def codes(prefix: str, lands: Sequence[str], land: np.ndarray) -> np.ndarray:
    """Own codes (n,): the operator's prefix, the commune's code, and a number within it."""
    seen: dict[int, int] = {}
    made = []
    for row in land.tolist():
        seen[row] = seen.get(row, 0) + 1
        made.append(f"{prefix}-{lands[row]}-{seen[row]:05d}")
    return strings(made)


def chosen(
    random: np.random.Generator, count: int, values: Sequence[str], parts: Sequence[float]
) -> np.ndarray:
    """Column of values drawn in some parts of the whole."""
    drawn = random.choice(len(values), count, p=np.array(parts) / sum(parts))
    return strings(values[each] for each in drawn)


def days(random: np.random.Generator, count: int, first: str, last: str) -> np.ndarray:
    """Column of days drawn evenly from a period."""
    start, end = DAY(first, "D"), DAY(last, "D")
    passed = random.integers(0, (end - start).astype(int), count)
    return np.asarray(start + passed.astype("timedelta64[D]"))


def table(of: str, names: np.ndarray, places: np.ndarray | None, **values: Any) -> AssetTable:
    """Table of a kind; a value that is one for all is repeated, what is not given stays empty."""
    columns = {}
    for attribute in entity(of).columns:
        column = empty_column(attribute, len(names))
        if attribute.name in values:
            column[:] = values.pop(attribute.name)
        columns[attribute.name] = column
    if values:
        message = f"{of} has no {', '.join(values)}."
        raise ValueError(message)
    return AssetTable(of, names, columns, places)
