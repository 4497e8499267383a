"""Cells as values of the dictionary's types: numbers, dates, codes, yes and no.

Each different cell of a column is read once: a column of 50,000 rows has few different ones.
"""

import math
import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from typing import Any

import numpy as np

from hatangso.intake.coordinates.angles import number_of
from hatangso.intake.files.tables import normal_heading, text_of
from hatangso.inventory.dictionary import Attribute
from hatangso.inventory.tables import empty_column

_YES = frozenset({"co", "c", "yes", "y", "true", "1", "x", "dung"})
_NO = frozenset({"khong", "k", "ko", "no", "n", "false", "0", "sai"})
#: Cells that people fill in where there is nothing to say.
_NOTHING = frozenset({"", "-", "--", "—", "n/a", "na", "null", "none", "không có số liệu", "."})
_DAY_FIRST = re.compile(r"^(\d{1,2})[./\- ](\d{1,2})[./\- ](\d{4})(?:[ T].*)?$")
_YEAR_FIRST = re.compile(r"^(\d{4})[./\-](\d{1,2})[./\-](\d{1,2})(?:[ T].*)?$")
_MONTH = re.compile(r"^(\d{1,2})[./\-](\d{4})$")
_YEAR = re.compile(r"^(\d{4})$")
#: Units that a number may carry behind it though the column names them.
_UNIT = re.compile(
    r"^(.*?\d)\s*(m|mét|met|km|mm|mhz|ghz|dbm|°|độ|h|giờ|mbps|gbps|%|sợi|ống)\.?$", re.I
)


class UnreadError(ValueError):
    """A cell does not hold a value of its attribute's type."""


def is_nothing(cell: Any) -> bool:
    """Whether a cell says nothing."""
    return cell is None or (isinstance(cell, str) and cell.strip().lower() in _NOTHING)


def number(cell: Any) -> float:
    """Number of a cell: "8,5", "1.234,5", "42 m".

    Raises
    ------
    UnreadError
        When it is none.
    """
    if isinstance(cell, bool):
        raise UnreadError
    if isinstance(cell, int | float):
        if math.isfinite(cell):
            return float(cell)
        raise UnreadError
    text = text_of(cell)
    found = number_of(text)
    if found is None:
        unit = _UNIT.match(text)
        found = number_of(unit[1]) if unit else None
    if found is None or not math.isfinite(found[0]):
        raise UnreadError
    return found[0]


def day(cell: Any) -> np.datetime64:
    """Day of a cell: a date, "31/12/2025", "2025-12-31", "12/2025" (its first day), "2025".

    Day and month stand in the Vietnamese order.

    Raises
    ------
    UnreadError
        When it is none.
    """
    if isinstance(cell, datetime | date):
        return np.datetime64(cell.strftime("%Y-%m-%d"), "D")
    text = text_of(cell)
    for pattern, order in ((_DAY_FIRST, (3, 2, 1)), (_YEAR_FIRST, (1, 2, 3))):
        match = pattern.match(text)
        if match:
            year, month, of_month = (int(match[place]) for place in order)
            return _day(year, month, of_month)
    match = _MONTH.match(text)
    if match:
        return _day(int(match[2]), int(match[1]), 1)
    match = _YEAR.match(text)
    if match:
        return _day(int(match[1]), 1, 1)
    raise UnreadError


def _day(year: int, month: int, of_month: int) -> np.datetime64:
    try:
        return np.datetime64(date(year, month, of_month), "D")
    except ValueError as error:
        raise UnreadError from error


def truth(cell: Any) -> int:
    """Yes (1) or no (0): "có", "x", "không", true.

    Raises
    ------
    UnreadError
        When it is neither.
    """
    if isinstance(cell, bool):
        return int(cell)
    plain = normal_heading(text_of(cell))
    if plain in _YES:
        return 1
    if plain in _NO:
        return 0
    raise UnreadError


@cache
def _code_of(attribute: Attribute) -> dict[str, str]:
    """Value of a code list by every way of writing it: value, Vietnamese, English, both at once."""
    found: dict[str, str] = {}
    for code in attribute.codes:
        for text in (f"{code.value} - {code.vi}", code.en, code.vi, code.value):
            found[_plain_code(text)] = code.value
    return found


def _plain_code(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D")).casefold()
    return "".join(sign for sign in plain if sign.isascii() and sign.isalnum())


def listed(cell: Any, attribute: Attribute) -> str:
    """Value of a code list: its value or its name, "A2a", "Đang sử dụng", "A2a - Cột cồng kềnh…".

    Raises
    ------
    UnreadError
        When the list has none such.
    """
    text = text_of(cell)
    found = _code_of(attribute).get(_plain_code(text))
    if found is None and " - " in text:
        found = _code_of(attribute).get(_plain_code(text.split(" - ")[0]))
    if found is None and attribute.unit == "" and attribute.name == "band":
        found = _code_of(attribute).get(_plain_code(text.lower().replace("mhz", "")))
    if found is None:
        raise UnreadError
    return found


def text(cell: Any) -> str:
    """Text of a cell, in NFC, with single blanks."""
    return " ".join(text_of(cell).split())


def _reader(attribute: Attribute) -> Callable[[Any], Any]:
    if attribute.type in {"integer", "decimal"}:
        return number
    if attribute.type == "date":
        return day
    if attribute.type == "boolean":
        return truth
    if attribute.type == "code":
        return lambda cell: listed(cell, attribute)
    return text


def read_column(attribute: Attribute, cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Values of a column in the attribute's type, and where a cell could not be read.

    Parameters
    ----------
    cells
        Cells (n,), of dtype object.

    Returns
    -------
    tuple of np.ndarray
        Values (n,) as `inventory.tables.AssetTable` holds them, and a mask (n,).
    """
    size = len(cells)
    values = empty_column(attribute, size)
    unread = np.zeros(size, dtype=bool)
    read = _reader(attribute)
    missing = empty_column(attribute, 1)[0]
    known: dict[tuple[type, Any], tuple[Any, bool]] = {}
    out: list[Any] = [missing] * size
    for place, cell in enumerate(cells.tolist()):
        if cell is None:
            continue
        key = (type(cell), cell)
        found = known.get(key)
        if found is None:
            found = known[key] = _read_one(read, cell, missing)
        out[place] = found[0]
        if found[1]:
            unread[place] = True
    if size:
        values[:] = out
    return values, unread


def _read_one(read: Callable[[Any], Any], cell: Any, missing: Any) -> tuple[Any, bool]:
    if is_nothing(cell):
        return missing, False
    try:
        return read(cell), False
    except UnreadError:
        return missing, True
