"""Dates as precise as their source: "2023", "2023-Q2", "2023-11", "2023-11-05".

A period is kept as its text; its first and last day serve for comparisons.
"""

import re
from calendar import monthrange
from datetime import date
from functools import lru_cache

_PATTERN = re.compile(
    r"(?P<year>\d{4})(?:-Q(?P<quarter>[1-4])|-(?P<month>\d{2})(?:-(?P<day>\d{2}))?)?"
)


class PeriodError(ValueError):
    """A text is no period; the message says which forms are."""


def _parts(text: str) -> tuple[int, int, int, int | None]:
    """Year, first month, last month and day of a period."""
    found = _PATTERN.fullmatch(text)
    if found is None:
        message = f'"{text}" is no period: write 2023, 2023-Q2, 2023-11 or 2023-11-05.'
        raise PeriodError(message)
    year = int(found["year"])
    if found["quarter"]:
        last = int(found["quarter"]) * 3
        return year, last - 2, last, None
    if found["month"]:
        month = int(found["month"])
        return year, month, month, int(found["day"]) if found["day"] else None
    return year, 1, 12, None


def _day(text: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        message = f'"{text}" is no day of the calendar.'
        raise PeriodError(message) from error


def first_day(text: str) -> date:
    """First day of a period.

    Raises
    ------
    PeriodError
        When the text is none.
    """
    year, first, _, day = _parts(text)
    return _day(text, year, first, day or 1)


@lru_cache(maxsize=4096)
def last_day(text: str) -> date:
    """Last day of a period.

    Raises
    ------
    PeriodError
        When the text is none.
    """
    year, _, last, day = _parts(text)
    if day is None:
        if not 1 <= last <= 12:
            message = f'"{text}" is no month of the calendar.'
            raise PeriodError(message)
        day = monthrange(year, last)[1]
    return _day(text, year, last, day)
