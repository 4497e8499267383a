"""Periods of filing and their deadlines. Pure."""

import calendar
import re
from datetime import date, timedelta

QUARTER, HALF, YEAR = "quarter", "half", "year"
_FORM = re.compile(r"^(\d{4})(?:-(?:Q([1-4])|H([12])))?$")


class PeriodError(ValueError):
    """A period is not written as it should be."""


def bounds(period: str) -> tuple[date, date]:
    """First and last day of a period: "2026-Q3", "2026-H2", "2026".

    Raises
    ------
    PeriodError
        When it is written otherwise.
    """
    match = _FORM.match(period)
    if match is None or not 1990 <= int(match[1]) <= 2100:
        raise PeriodError(f"{period} is no period: write 2026-Q3, 2026-H2 or 2026.")
    year = int(match[1])
    first, months = 1, 12
    if match[2]:
        first, months = 3 * int(match[2]) - 2, 3
    elif match[3]:
        first, months = 6 * int(match[3]) - 5, 6
    last = first + months - 1
    return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])


def period_of(every: str, on: date) -> str:
    """Period that a day lies in."""
    if every == QUARTER:
        return f"{on.year}-Q{(on.month + 2) // 3}"
    if every == HALF:
        return f"{on.year}-H{1 if on.month <= 6 else 2}"
    return str(on.year)


def last_ended(every: str, on: date) -> str:
    """Last period that had ended before a day."""
    first, _ = bounds(period_of(every, on))
    return period_of(every, first - timedelta(days=1))


def deadline(period: str, due_days: int) -> date:
    """Last day on which a period is filed in time."""
    return bounds(period)[1] + timedelta(days=due_days)
