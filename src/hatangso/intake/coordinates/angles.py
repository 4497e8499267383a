"""Texts and numbers of coordinates as numbers: decimal signs, degrees-minutes-seconds."""

import re
from typing import Any

import numpy as np

#: 16°28'04.5"N, 16 28 4,5, 16d28m4.5s B, N16.46; the letters are English or Vietnamese
#: (B bắc, N nam or north, Đ đông, T tây): which N it is, is told by the other letters.
_PARTS = re.compile(
    r"""^\s*(?P<before>[NSEWBĐT])?\s*
    (?P<sign>[-+])?\s*(?P<degrees>\d{1,3})\s*[°ºdđ˚:\s]\s*
    (?P<minutes>\d{1,2}(?:[.,]\d+)?)\s*(?:['′’mp:\s]\s*
    (?:(?P<seconds>\d{1,2}(?:[.,]\d+)?)\s*(?:"|″|”|''|′′|s|g)?)?)?\s*
    (?P<after>[NSEWBĐT])?\s*$""",
    re.VERBOSE | re.IGNORECASE,
)
_PLAIN = re.compile(
    r"^\s*(?P<before>[NSEWBĐT])?\s*(?P<number>[-+]?\d[\d\s.,]*)\s*[°º]?\s*(?P<after>[NSEWBĐT])?\s*$",
    re.IGNORECASE,
)
_PAIR = re.compile(r"^(?P<first>.+?)\s*[;,]\s+(?P<second>.+)$|^(?P<a>[^;]+);(?P<b>[^;]+)$")

#: How each number was written.
PLAIN, COMMA, DEGREES, UNREAD, ABSENT = 0, 1, 2, 3, 4


def number_of(text: str) -> tuple[float, bool] | None:
    """Number that a text writes, and whether its decimal sign is a comma; None if it is none.

    Signs between thousands are known by standing before three digits and more than once, or by
    standing before another sign: "1.234.567,8", "566,123.45", "1 234".

    >>> number_of("16,4637")
    (16.4637, True)
    >>> number_of("1.821.334,52")
    (1821334.52, True)
    """
    plain = text.replace(" ", "").replace(" ", "")
    dots, commas = plain.count("."), plain.count(",")
    comma = False
    if dots and commas:
        comma = plain.rfind(",") > plain.rfind(".")
        plain = plain.replace(".", "").replace(",", ".") if comma else plain.replace(",", "")
    elif commas > 1 or dots > 1:
        sign = "," if commas else "."
        if not re.fullmatch(rf"[-+]?\d{{1,3}}(\{sign}\d{{3}})+", plain):
            return None
        plain = plain.replace(sign, "")
    elif commas:
        comma, plain = True, plain.replace(",", ".")
    try:
        return float(plain), comma
    except ValueError:
        return None


def _hemisphere(before: str | None, after: str | None, axis: str) -> float | None:
    """-1 for south and west, 1 else; None where the letter belongs to the other axis."""
    letter = (before or after or "").upper()
    if not letter:
        return 1.0
    if letter in {"E", "Đ"}:
        return 1.0 if axis == "x" else None
    if letter in {"W", "T"}:
        return -1.0 if axis == "x" else None
    if letter in {"B", "N"}:  # Vietnam lies north: N is north, whichever language wrote it.
        return 1.0 if axis == "y" else None
    return -1.0 if axis == "y" else None


def angle_of(text: str) -> tuple[float, int, str]:
    """Number that a text writes, how it is written, and the axis that its letter names.

    Returns
    -------
    tuple
        Number [degrees, or metres], one of `PLAIN`, `COMMA`, `DEGREES`, `UNREAD`, and "x", "y" or
        "" for the axis.
    """
    plain = _PLAIN.match(text)
    if plain is not None:
        found = number_of(plain["number"]) if not re.search(r"\d\s+\d", plain["number"]) else None
        if found is None and re.fullmatch(r"[-+]?\d{1,3}(\s\d{3})+([.,]\d+)?", plain["number"]):
            found = number_of(plain["number"])
        if found is not None:
            value, comma = found
            axis, sign = _axis(plain["before"], plain["after"])
            return sign * value, COMMA if comma else PLAIN, axis
    parts = _PARTS.match(text)
    if parts is None:
        return np.nan, UNREAD, ""
    degrees = float(parts["degrees"])
    minutes = float(parts["minutes"].replace(",", "."))
    seconds = float((parts["seconds"] or "0").replace(",", "."))
    if minutes >= 60 or seconds >= 60:
        return np.nan, UNREAD, ""
    axis, sign = _axis(parts["before"], parts["after"])
    if parts["sign"] == "-":
        sign = -sign
    return sign * (degrees + minutes / 60 + seconds / 3600), DEGREES, axis


def _axis(before: str | None, after: str | None) -> tuple[str, float]:
    for axis in ("x", "y"):
        sign = _hemisphere(before, after, axis)
        if (before or after) and sign is not None:
            return axis, sign
    return "", 1.0


def read_column(cells: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Numbers of a column of cells, how each is written, and the axis that its letter names.

    Numbers are taken as they are; only texts are read, each different one once.

    Parameters
    ----------
    cells
        Cells (n,), of dtype object.

    Returns
    -------
    tuple of np.ndarray
        Numbers (n,), nan where there is none; ways (n,) of `PLAIN` .. `ABSENT`; axes (n,) of
        "", "x", "y".
    """
    size = len(cells)
    numbers = np.full(size, np.nan)
    ways = np.full(size, ABSENT, dtype=np.int8)
    axes = np.full(size, "", dtype="U1")
    known: dict[str, tuple[float, int, str]] = {}
    for place, cell in enumerate(cells):
        if cell is None:
            continue
        if type(cell) is float or type(cell) is int:
            numbers[place], ways[place] = cell, PLAIN
            continue
        text = str(cell).strip()
        if not text:
            continue
        found = known.get(text)
        if found is None:
            found = known[text] = angle_of(text)
        numbers[place], ways[place], axes[place] = found
    return numbers, ways, axes


def split_pairs(cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both parts of cells that write a place in one: "16.46, 107.59", "16°28'N; 107°35'E".

    Parameters
    ----------
    cells
        Cells (n,), of dtype object.

    Returns
    -------
    tuple of np.ndarray
        First and second parts (n,), of dtype object; None where a cell is no pair.
    """
    first: np.ndarray = np.full(len(cells), None, dtype=object)
    second: np.ndarray = np.full(len(cells), None, dtype=object)
    for place, cell in enumerate(cells):
        text: Any = cell if isinstance(cell, str) else None
        if not text:
            continue
        match = _PAIR.match(text.strip())
        if match is None and text.count(",") == 1:
            # "16.46,107.59": with a decimal dot on both sides the comma can only part them.
            left, right = text.split(",")
            if "." in left and "." in right:
                first[place], second[place] = left.strip(), right.strip()
            continue
        if match is not None:
            first[place] = (match["first"] or match["a"] or "").strip()
            second[place] = (match["second"] or match["b"] or "").strip()
    return first, second
