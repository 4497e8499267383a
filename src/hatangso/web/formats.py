"""Numbers, dates and periods as a reader of the chosen language writes them.

Vietnamese: decimal comma, points between thousands, dd/mm/yyyy. English: decimal point, commas
between thousands, "31 July 2023".
"""

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.utils import dateformat
from django.utils.translation import get_language
from django.utils.translation import gettext as _

_QUARTERS = {"1": "I", "2": "II", "3": "III", "4": "IV"}
_SEPARATORS = {"vi": (",", "."), "en": (".", ",")}


def number(value: Decimal | float | int, places: int = 1) -> str:
    """Write a number with at most `places` decimals, without useless zeros.

    Parameters
    ----------
    value
        Any number.
    places
        Most decimals shown; the last is rounded half up.
    """
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = f"{rounded:,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if text == "-0":
        text = "0"
    decimal, thousand = _SEPARATORS["en" if get_language() == "en" else "vi"]
    return text.replace(",", "\0").replace(".", decimal).replace("\0", thousand)


def day(value: date) -> str:
    """Write a day: 31/07/2023 in Vietnamese, 31 July 2023 in English."""
    if get_language() == "en":
        return dateformat.format(value, "j F Y")
    return f"{value:%d/%m/%Y}"


def period(text: str) -> str:
    """Write a period as precise as its source: "2023-Q2" is "quý II/2023".

    Two periods, "2024/2026-Q2", are those of the oldest and the latest part of a figure.
    """
    if text.count("/") == 1:
        first, last = text.split("/")
        return _("%(first)s to %(last)s") % {"first": period(first), "last": period(last)}
    found = re.fullmatch(r"(\d{4})(?:-Q([1-4])|-(\d{2})(?:-(\d{2}))?)?", text)
    if found is None:
        return text
    year, quarter, month, day_of_month = found.groups()
    if quarter:
        return _("quarter %(quarter)s of %(year)s") % {
            "quarter": _QUARTERS[quarter],
            "year": year,
        }
    if day_of_month:
        return day(date(int(year), int(month), int(day_of_month)))
    if month:
        if get_language() == "en":
            return dateformat.format(date(int(year), int(month), 1), "F Y")
        return f"tháng {int(month)}/{year}"
    return _("year %(year)s") % {"year": year}
