"""What pages, official documents and the terminal all say of a figure: units, kinds, marks, gaps.

Every function takes the reader's language; an official document always asks for Vietnamese.
Sentences of only one of them stand with it (`web/wording.py`, `reports/wording.py`).
"""

from decimal import Decimal

from hatangso.indicators.rules import Gap, Value
from hatangso.runtime.formats import Language, number

MILESTONE_UNIT = "yes/no"

#: Unit of the catalogue: what follows a value and what follows a difference, by language. A unit
#: that is not here stands as it is.
_UNITS: dict[str, dict[Language, tuple[str, str]]] = {
    "%": {"vi": ("%", " điểm phần trăm"), "en": ("%", " percentage points")},
    "per 100 people": {
        "vi": ("/100 dân", "/100 dân"),
        "en": (" per 100 people", " per 100 people"),
    },
    "Mbps": {"vi": (" Mb/s", " Mb/s"), "en": (" Mbps", " Mbps")},
    "accounts per person": {
        "vi": (" tài khoản/người", " tài khoản/người"),
        "en": (" accounts per person", " accounts per person"),
    },
    "accounts per adult": {
        "vi": (" tài khoản/người trưởng thành", " tài khoản/người trưởng thành"),
        "en": (" accounts per adult", " accounts per adult"),
    },
}
KINDS: dict[Language, dict[str, str]] = {
    "vi": {"declared": "kê khai", "measured": "đo kiểm", "predicted": "dự báo"},
    "en": {"declared": "declared", "measured": "measured", "predicted": "predicted"},
}
_MARKS: dict[Language, tuple[str, str]] = {
    "vi": ("số công bố", "ước tính"),
    "en": ("published value", "estimated"),
}
_DONE: dict[Language, tuple[str, str]] = {
    "vi": ("đã hoàn thành", "chưa hoàn thành"),
    "en": ("done", "not done"),
}
_MISSING: dict[Language, tuple[str, str]] = {
    "vi": ("còn thiếu {0}", "còn vượt {0}"),
    "en": ("{0} short", "{0} too many"),
}
_NOT_DONE_YET: dict[Language, str] = {"vi": "chưa hoàn thành", "en": "not done yet"}


def unit_name(unit: str, language: Language) -> str:
    """Name of a unit of measure: "%", "/100 dân", "đã hoàn thành / chưa hoàn thành"."""
    if unit == MILESTONE_UNIT:
        return " / ".join(_DONE[language])
    return _UNITS[unit][language][0].strip() if unit in _UNITS else unit


def quantity(value: Decimal, unit: str, places: int, language: Language) -> str:
    """Write a value with its unit: "72,5%", "98 Mb/s", "đã hoàn thành" for a milestone."""
    if unit == MILESTONE_UNIT:
        return _DONE[language][0 if value >= 1 else 1]
    following = _UNITS[unit][language][0] if unit in _UNITS else f" {unit}"
    return number(value, places, language) + following


def difference(value: Decimal, unit: str, places: int, language: Language) -> str:
    """Write a difference of two values: "6 điểm phần trăm", "5,59 Mb/s"."""
    following = _UNITS[unit][language][1] if unit in _UNITS else f" {unit}"
    return number(value, places, language) + following


def gap(missing: Gap, unit: str, direction: str, counted: str, language: Language) -> str:
    """Write what is missing: "còn thiếu 12 thôn"; in points where the parts are unknown.

    Parameters
    ----------
    missing
        A gap above nothing.
    unit, direction, counted
        The indicator's; `counted` in the reader's language, empty where nothing is counted.
    language
        The reader's language.
    """
    if unit == MILESTONE_UNIT:
        return _NOT_DONE_YET[language]
    if missing.count is not None and counted:
        amount = f"{number(missing.count, 0, language)} {counted}"
    else:
        amount = difference(missing.points, unit, 2, language)
    return _MISSING[language][1 if direction == "down" else 0].format(amount)


def marks(figure: Value, language: Language) -> list[str]:
    """List the marks beside a figure: its kind, and whether it was published or estimated."""
    found = [KINDS[language].get(figure.kind, figure.kind)]
    published, estimated = _MARKS[language]
    if figure.published:
        found.append(published)
    if figure.estimated:
        found.append(estimated)
    return found
