"""A file as tables of columns, and what is to be said about the file itself.

Nothing is judged here beyond "can it be read": columns hold what the cells held, and the checks
of `hatangso.intake.checks` say what is wrong with it.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np


class FileError(ValueError):
    """A file cannot be read at all; the text says why and what to do."""


class Remark(StrEnum):
    """What a reader noticed about a file, each once, with how often."""

    HIDDEN_SHEET = "hidden_sheet"
    MACROS = "macros"
    ROWS_ABOVE_HEAD = "rows_above_head"
    MERGED_CELLS = "merged_cells"
    FORMULAS = "formulas"
    FORMULAS_WITHOUT_VALUE = "formulas_without_value"
    ERROR_CELLS = "error_cells"
    OLD_ENCODING = "old_encoding"
    BROKEN_ROWS = "broken_rows"
    COLUMN_TWICE = "column_twice"
    NO_CRS = "no_crs"
    EMPTY_TABLE = "empty_table"
    EXTERNAL_LINKS = "external_links"


@dataclass(frozen=True, slots=True)
class Said:
    """One remark about a file: where in it, how often, and what exactly."""

    remark: Remark
    table: str = ""
    count: int = 1
    what: str = ""
    rows: tuple[int, ...] = ()
    column: str = ""


@dataclass(slots=True)
class Table:
    """One sheet, layer or list of a file.

    Attributes
    ----------
    name
        Name of the sheet or layer; the file's own where it has none.
    head
        Heading of each column as it stands in the file.
    columns
        Cells of each column (n,), of dtype object: text, number, bool, date or None.
    rows
        Number of each row as the sender sees it (n,): the sheet's row, the file's line, the
        feature's place.
    head_row
        Row of the headings; 0 where there is none.
    geometry
        Shapes (n,) as given, in ``crs``; None where the table has none.
    crs
        Coordinate system that the file says, "EPSG:4326"; empty where it says none.
    """

    name: str
    head: tuple[str, ...]
    columns: list[np.ndarray]
    rows: np.ndarray
    head_row: int = 1
    geometry: np.ndarray | None = None
    crs: str = ""

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.rows)

    def column(self, heading: str) -> np.ndarray:
        """Cells of a column by its heading.

        Raises
        ------
        KeyError
            When there is no such column.
        """
        try:
            return self.columns[self.head.index(heading)]
        except ValueError as error:
            raise KeyError(heading) from error


@dataclass(slots=True)
class Opened:
    """A file that was read: its tables and what is to be said about it."""

    name: str
    format: str
    tables: list[Table] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)


#: How good a row of texts is as a row of headings: how many of them are known.
Score = Callable[[Sequence[str]], int]


def normal_heading(text: str) -> str:
    """Heading without tone marks, case, signs and spaces, so that "Mã trạm *" is "matram"."""
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    # A unit or a remark in brackets is no part of the name.
    plain = re.sub(r"[\(\[].*?[\)\]]", "", plain)
    return "".join(sign for sign in plain.casefold() if sign.isascii() and sign.isalnum())


def knows(known: Iterable[str]) -> Score:
    """Score of a row by how many of its texts are among the known headings."""
    wanted = {normal_heading(each) for each in known}

    def score(texts: Sequence[str]) -> int:
        return len({normal_heading(text) for text in texts} & wanted)

    return score


def text_of(value: Any) -> str:
    """Text of a cell as a person would type it: 12 rather than 12.0, NFC, without end blanks."""
    if value is None:
        return ""
    if isinstance(value, str):
        stripped = value.strip()
        return stripped if stripped.isascii() else unicodedata.normalize("NFC", stripped)
    if isinstance(value, float):
        if value != value:
            return ""
        if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        return repr(value)
    return str(value)


def find_head(rows: Sequence[Sequence[Any]], score: Score) -> int | None:
    """Place of the row of headings among the first rows of a sheet; None where none is known.

    Of rows that are equally good the last is taken: a line of merged group headings stands above
    the line that names each column.
    """
    best, place = 0, None
    for number, row in enumerate(rows):
        found = score([text_of(cell) for cell in row if isinstance(cell, str) and cell.strip()])
        if found and found >= best:
            best, place = found, number
    return place


def first_full_row(rows: Sequence[Sequence[Any]]) -> int | None:
    """Place of the first row that has at least two texts and no number; for unknown headings."""
    for number, row in enumerate(rows):
        filled = [cell for cell in row if cell is not None and cell != ""]
        if len(filled) > 1 and all(isinstance(cell, str) for cell in filled):
            return number
    return None


def named_columns(table: str, head: Sequence[Any]) -> tuple[tuple[str, ...], list[int], list[Said]]:
    """Headings, the places of the columns that have one, and which stand twice.

    A column without a heading is left out; of two of one name the first is kept.
    """
    names: list[str] = []
    places: list[int] = []
    said: list[Said] = []
    seen: set[str] = set()
    for place, cell in enumerate(head):
        name = " ".join(text_of(cell).split())
        if not name:
            continue
        key = normal_heading(name) or name
        if key in seen:
            said.append(Said(Remark.COLUMN_TWICE, table, what=name, column=name))
            continue
        seen.add(key)
        names.append(name)
        places.append(place)
    return tuple(names), places, said
