"""Dates and points of time as these texts write them, into ISO as precise as the text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_QUARTERS = {"1": 1, "2": 2, "3": 3, "4": 4, "i": 1, "ii": 2, "iii": 3, "iv": 4}
_DAY = re.compile(
    r"(?:ngay\s+)?(?<![\w/.-])(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(20\d\d|19\d\d)(?![\w/])"
)
_LONG = re.compile(
    r"ngay\s*(\d{1,2})?[\s.…_]*thang\s*(\d{1,2})?[\s.…_]*nam\s*(20\d\d|19\d\d)?", re.IGNORECASE
)
_BARE_LONG = re.compile(r"(?<!\d)(\d{1,2})\s+thang\s+(\d{1,2})\s+nam\s+(20\d\d|19\d\d)")
_MONTH = re.compile(r"thang\s*(\d{1,2})\s*(?:/|-|nam\s+|\.)\s*(20\d\d)")
_QUARTER = re.compile(r"quy\s+([1-4]|iv|i{1,3})\s*(?:/|-|,?\s*nam\s+|\s+)\s*(20\d\d)")
_YEAR = re.compile(r"(?<![\w/.-])(?:nam\s+)?(20\d\d)(?![\w/%]|[.,]\d)")
_MONTH_DAY = re.compile(r"(?:ngay\s+)?(?<![\w/.-])(\d{1,2})\s*/\s*(\d{1,2})(?![\w/%])")
_MONTH_ALONE = re.compile(r"thang\s+(\d{1,2})\b")


_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Moment:
    """A point of time named in a text."""

    begin: int
    end: int
    iso: str
    """ISO 8601, as precise as the text; "--10-30" for a day without a year."""

    @property
    def year(self) -> int | None:
        """The year, where the text gave one."""
        return int(self.iso[:4]) if self.iso[:4].isdigit() else None


def day(year: str, month: str, number: str) -> str | None:
    """Return "2023-07-15", or None where no calendar has such a day."""
    try:
        return date(int(year), int(month), int(number)).isoformat()
    except ValueError:
        return None


def moments_in(text: str, *, without_year: bool = False) -> list[Moment]:
    """Return the points of time that a folded text names, the most precise reading of each place.

    Parameters
    ----------
    text : str
        Folded (see `spans.fold`).
    without_year : bool
        Whether "trước 30/10" counts too, as "--10-30".
    """
    if not _DIGIT.search(text):
        return []
    found: list[Moment] = []

    def add(begin: int, end: int, iso: str | None) -> None:
        if iso and not any(m.begin < end and begin < m.end for m in found):
            found.append(Moment(begin, end, iso))

    for match in _DAY.finditer(text):
        add(*match.span(), day(match[3], match[2], match[1]))
    for match in _BARE_LONG.finditer(text):
        add(*match.span(), day(match[3], match[2], match[1]))
    for match in _LONG.finditer(text):
        if match[3] and match[2] and not match[1] and 1 <= int(match[2]) <= 12:
            add(*match.span(), f"{match[3]}-{int(match[2]):02d}")
    for match in _QUARTER.finditer(text):
        add(*match.span(), f"{match[2]}-Q{_QUARTERS[match[1]]}")
    for match in _MONTH.finditer(text):
        if 1 <= int(match[1]) <= 12:
            add(*match.span(), f"{match[2]}-{int(match[1]):02d}")
    for match in _YEAR.finditer(text):
        add(*match.span(), match[1])
    if without_year:
        for match in _MONTH_DAY.finditer(text):
            iso = day("2024", match[2], match[1])
            add(*match.span(), iso and "-" + iso[4:])
        for match in _MONTH_ALONE.finditer(text):
            if 1 <= int(match[1]) <= 12:
                add(*match.span(), f"--{int(match[1]):02d}")
    return sorted(found, key=lambda m: m.begin)


def long_date(text: str) -> str | None:
    """Return the date of a line "Huế, ngày 15 tháng 7 năm 2023", with what is blank left out."""
    match = _LONG.search(text)
    if match:
        number, month, year = match.groups()
        if not year:
            return None
        if not month or not 1 <= int(month) <= 12:
            return year
        if not number:
            return f"{year}-{int(month):02d}"
        return day(year, month, number) or f"{year}-{int(month):02d}"
    match = _DAY.search(text)
    return day(match[3], match[2], match[1]) if match else None
