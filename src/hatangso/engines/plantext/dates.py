"""Dates and points of time as these texts write them, into ISO as precise as the text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_QUARTERS = {"1": 1, "2": 2, "3": 3, "4": 4, "i": 1, "ii": 2, "iii": 3, "iv": 4}
_DAY = re.compile(
    r"(?:ngay\s+)?(?<![\w/.-])(?<!thang )(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*"
    r"(20\d\d|19\d\d)(?![\w/])"
)
_LONG = re.compile(
    r"ngay\s*(\d{1,2})?[\s.…_]*thang\s*(\d{1,2})?[\s.…_]*nam\s*(20\d\d|19\d\d)?", re.IGNORECASE
)
_BARE_LONG = re.compile(r"(?<!\d)(\d{1,2})\s+thang\s+(\d{1,2})\s+nam\s+(20\d\d|19\d\d)")
_MONTH = re.compile(
    r"thang\s*(?:\d{1,2}\s*(?:,|-|va|den)\s*(?:thang\s+)?){0,4}"
    r"(\d{1,2})\s*(?:/|-|,?\s*nam\s+|\.)\s*(20\d\d)"
)
_QUARTER = re.compile(
    r"quy\s+(?:(?:[1-4]|iv|i{1,3})\s*(?:,|-|\+|/|va|den)\s*(?:quy\s+)?){0,3}"
    r"([1-4]|iv|i{1,3})\s*(?:/|-|,?\s*nam\s+|\s+)\s*(20\d\d)"
)
"""Of several quarters or months in one year the last one is the moment."""
_YEAR = re.compile(r"(?<![\w/.-])(?:nam\s+)?(20\d\d)(?![\w/%]|[.,]\d)")
_MONTH_DAY = re.compile(r"(?:ngay\s+)?(?<![\w/.-])(\d{1,2})\s*/\s*(\d{1,2})(?![\w/%])")
_MONTH_ALONE = re.compile(r"thang\s+(\d{1,2})\b(?!\s*lan)")
_LONG_ALONE = re.compile(r"(?:ngay\s+)?(?<![\w/.-])(\d{1,2})\s+thang\s+(\d{1,2})(?![\w/%])")
_HALF = re.compile(r"0?6\s+thang\s+(dau|cuoi)\s+nam\s+(20\d\d)")
_SHORT_YEAR = re.compile(
    r"(?:(?<=ngay )|(?<=truoc ))(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d\d)"
    r"(?![\w/%]|[.,]\d)"
)


_DIGIT = re.compile(r"\d")
_SCANNED = re.compile(
    r"(?<![\w/.-])(?=[lo\d/.-]*\d)(?:[lo\d]{1,4}|i\d|\di)(?:\s?[/.-]\s?(?:[lo\d]{1,4}|i\d|\di)){0,2}"
    r"(?![\w%])"
)
"""Digits of a date as a scanner spoils them: "3l/3/2o24" is 31/3/2024."""
_SCANNED_DAY = re.compile(r"(?<=ngay )[li](?= thang)|(?<=thang )[li](?= nam|/)")
_SPOILT = str.maketrans("loi", "101")


def mended_digits(folded: str) -> str:
    """Return a folded text with the letters that a scanner put for digits of dates mended.

    Of the same length; words are left alone: every mended token has a digit of its own, or is
    the day or the month of a date in words.
    """
    if "l" not in folded and "o" not in folded and "i" not in folded:
        return folded
    mended = _SCANNED.sub(_digits, folded)
    return _SCANNED_DAY.sub("1", mended)


def _digits(match: re.Match[str]) -> str:
    return match.group().translate(_SPOILT)


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
        Whether "trước 30/10" and "ngày 15 tháng 12 hằng năm" count too, as "--10-30" and
        "--12-15", and "6 tháng đầu năm 2024" as its last month.
    """
    if not _DIGIT.search(text):
        return []
    text = mended_digits(text)
    found: list[Moment] = []

    def add(begin: int, end: int, iso: str | None) -> None:
        if iso and not any(m.begin < end and begin < m.end for m in found):
            found.append(Moment(begin, end, iso))

    for match in _DAY.finditer(text):
        add(*match.span(), day(match[3], match[2], match[1]))
    if without_year:
        for match in _HALF.finditer(text):
            add(*match.span(), f"{match[2]}-{'06' if match[1] == 'dau' else '12'}")
        for match in _SHORT_YEAR.finditer(text):
            add(*match.span(), day(f"20{match[3]}", match[2], match[1]))
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
        for match in _LONG_ALONE.finditer(text):
            iso = day("2024", match[2], match[1])
            add(*match.span(), iso and "-" + iso[4:])
        for match in _MONTH_DAY.finditer(text):
            iso = day("2024", match[2], match[1])
            add(*match.span(), iso and "-" + iso[4:])
        for match in _MONTH_ALONE.finditer(text):
            if 1 <= int(match[1]) <= 12:
                add(*match.span(), f"--{int(match[1]):02d}")
    return sorted(found, key=lambda m: m.begin)


def long_date(text: str) -> str | None:
    """Return the date of a line "Huế, ngày 15 tháng 7 năm 2023", with what is blank left out."""
    text = mended_digits(text)
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
