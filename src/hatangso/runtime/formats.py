"""Numbers, days and periods as a reader of Vietnamese or English writes them.

Vietnamese: decimal comma, points between thousands, dd/mm/yyyy. English: decimal point, commas
between thousands, "31 July 2023". Pages give the reader's language, official documents "vi".
"""

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

Language = Literal["vi", "en"]

_QUARTERS = {"1": "I", "2": "II", "3": "III", "4": "IV"}
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_SPAN = {"vi": "từ {0} đến {1}", "en": "{0} to {1}"}
_QUARTER = {"vi": "quý {0}/{1}", "en": "quarter {0} of {1}"}
_YEAR = {"vi": "năm {0}", "en": "year {0}"}


def number(value: Decimal | float | int, places: int, language: Language) -> str:
    """Write a number without useless zeros: "1.234,5" in Vietnamese, "1,234.5" in English.

    Parameters
    ----------
    value
        Any number.
    places
        Most decimals shown; the last is rounded half up.
    language
        The reader's language.

    Examples
    --------
    >>> number(Decimal("34.410"), 2, "vi")
    '34,41'
    """
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = f"{rounded:,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if text == "-0":
        text = "0"
    return text if language == "en" else text.translate(str.maketrans(",.", ".,"))


def day(value: date, language: Language) -> str:
    """Write a day: 31/07/2023 in Vietnamese, 31 July 2023 in English."""
    if language == "en":
        return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"
    return f"{value:%d/%m/%Y}"


def period(text: str, language: Language) -> str:
    """Write a period as precise as its source: "2023-Q2" is "quý II/2023".

    Two periods, "2024/2026-Q2", are those of the oldest and the latest part of a figure. What is
    no period is given back as it is.
    """
    if text.count("/") == 1:
        first, last = (period(part, language) for part in text.split("/"))
        return _SPAN[language].format(first, last)
    found = re.fullmatch(r"(\d{4})(?:-Q([1-4])|-(\d{2})(?:-(\d{2}))?)?", text)
    if found is None:
        return text
    year, quarter, month, day_of_month = found.groups()
    if quarter:
        return _QUARTER[language].format(_QUARTERS[quarter], year)
    if day_of_month:
        return day(date(int(year), int(month), int(day_of_month)), language)
    if month:
        named = f"{_MONTHS[int(month) - 1]} {year}"
        return named if language == "en" else f"tháng {int(month)}/{year}"
    return _YEAR[language].format(year)
