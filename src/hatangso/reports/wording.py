"""How a Vietnamese official document writes numbers, dates, targets, gaps and marks.

An official report is in Vietnamese by law, whatever language its maker reads; so these words are
not translated.
"""

import re
from datetime import date
from decimal import Decimal

from hatangso.indicators import wording as shared
from hatangso.indicators.rules import Gap, Goal, State, Value
from hatangso.runtime import formats

UNKNOWN = "chưa có số liệu"
MADE_UP = "SỐ LIỆU MINH HỌA"

#: By value, so that finer states of what is not met need no more than a line here.
STATES = {
    "met": "Đạt",
    "on_track": "Chưa đạt, đúng tiến độ",
    "at_risk": "Chưa đạt, có nguy cơ chậm",
    "behind": "Chưa đạt",
    "no_data": "Chưa có số liệu",
}
#: What a report counts: reached, not reached, not known.
VERDICTS = ("Đạt", "Chưa đạt", "Chưa có số liệu")
GROUPS = {
    "mobile": "Mạng viễn thông băng rộng di động",
    "fixed": "Mạng viễn thông băng rộng cố định",
    "passive": "Hạ tầng viễn thông thụ động và dùng chung",
    "cloud": "Hạ tầng điện toán đám mây",
    "technology": "Hạ tầng công nghệ số",
    "platform": "Nền tảng số có tính chất hạ tầng",
}
#: Name of a unit of the catalogue in a table's column, where it is not the unit itself.
_UNIT_NAMES = {
    "per 100 people": "trên 100 dân",
    "Mbps": "Mb/s",
    "accounts per person": "tài khoản/người",
    "accounts per adult": "tài khoản/người trưởng thành",
    "yes/no": "có/không",
}
_KIND_OF_UNIT = re.compile(
    r"^(?:tỉnh|thành phố|huyện|quận|thị xã|thị trấn|xã|phường|đặc khu|thôn|bản|tổ dân phố)\s+",
    re.IGNORECASE,
)


def is_unmet(state: State) -> bool:
    """Whether a target has a figure that does not reach it."""
    return state not in {State.MET, State.NO_DATA}


def verdict(state: State) -> str:
    """One of `VERDICTS` for a state."""
    if is_unmet(state):
        return VERDICTS[1]
    return VERDICTS[0] if state is State.MET else VERDICTS[2]


def number(value: Decimal | int, places: int = 2) -> str:
    """Write a number as in Vietnam: "1.234,5". Zeros at its end are left out."""
    return formats.number(value, places, "vi")


def day(when: date) -> str:
    """Write a date as dd/mm/yyyy."""
    return formats.day(when, "vi")


def day_in_words(when: date | None, year: int) -> str:
    """Write the date of a document: "ngày 05 tháng 01 năm 2026"; blanks where it is not signed.

    A day under 10 and the months 1 and 2 have a leading 0 (decree 30/2020/NĐ-CP, appendix I,
    part II, 4).
    """
    if when is None:
        return f"ngày      tháng      năm {year}"
    month = f"{when.month:02d}" if when.month < 3 else str(when.month)
    return f"ngày {when.day:02d} tháng {month} năm {when.year}"


def period(text: str) -> str:
    """Write a period that is as precise as its source: "2023-Q2" is "quý II/2023".

    Of a roll-up it may be a span: "2024/2026-Q2" is "từ năm 2024 đến quý II/2026".
    """
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return f"ngày {formats.period(text, 'vi')}"
    return formats.period(text, "vi")


def unit_name(unit: str) -> str:
    """Name of a unit of measure for a table's column."""
    return _UNIT_NAMES.get(unit, unit)


def quantity(value: Decimal, unit: str) -> str:
    """Write a value with its unit: "92,5%", "34,41 Mb/s", "80,69/100 dân"."""
    return shared.quantity(value, unit, 2, "vi")


def goal(target: Goal, unit: str, direction: str) -> str:
    """Write a target in words: "tối thiểu 95%", "không quá 5%"."""
    if unit == "yes/no":
        return "hoàn thành"
    words = quantity(target.value, unit)
    if target.comparator == ">":
        return f"trên {words}"
    if target.comparator == "<":
        return f"dưới {words}"
    if direction == "down":
        return f"không quá {words}"
    return f"tối thiểu {words}" if target.comparator == ">=" else f"đạt {words}"


def goal_sign(target: Goal, unit: str, direction: str) -> str:
    """Write a target for a table: "≥ 95%"."""
    if unit == "yes/no":
        return "hoàn thành"
    usual = "≤" if direction == "down" else "≥"
    sign = target.comparator if target.comparator in "<>" else usual
    return f"{sign} {quantity(target.value, unit)}"


def gap(missing: Gap | None, unit: str, direction: str, counted: str) -> str:
    """Write what is missing: "còn thiếu 12 thôn"; in points where the parts are not known."""
    if missing is None:
        return UNKNOWN
    if missing.points == 0 and not missing.count:
        return "đạt"
    return shared.gap(missing, unit, direction, counted, "vi")


def marks(figure: Value) -> tuple[str, ...]:
    """List the marks of a figure: its kind, and whether it was estimated, published, made up."""
    made_up = ("số liệu minh họa",) if figure.made_up else ()
    return (*shared.marks(figure, "vi"), *made_up)


def completeness(figure: Value) -> str:
    """Write from how many units a figure was rolled up; empty for a figure of the unit itself."""
    if figure.expected is None or figure.reported is None:
        return ""
    return f"tổng hợp từ {figure.reported}/{figure.expected} đơn vị"


def short_name(name: str) -> str:
    """Return a unit's name without its kind; a name that is a number keeps it ("Phường 3")."""
    bare = _KIND_OF_UNIT.sub("", name, count=1)
    if bare[:1].isdigit():
        return name[:1].upper() + name[1:]
    return bare


def sentence(text: str) -> str:
    """Return the text with a capital first letter and a full stop."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def listed(names: tuple[str, ...], most: int = 6, rest: str = "đơn vị khác") -> str:
    """Join names by commas; of more than `most`, the rest are counted: "A, B và 4 đơn vị khác"."""
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[:most])} và {len(names) - most} {rest}"


def plan_number(number: str) -> str:
    """Write a plan's number; one that the text leaves blank is said to be so."""
    return number if number and not number.startswith("/") else "Kế hoạch không số"


def reference(text: str) -> str:
    """Write a plan's number with its date: "195/KH-UBND (2023-07-27)" is "... ngày 27/07/2023"."""
    found = re.fullmatch(r"(.*?)\s*\((\d{4}(?:-\d{2}){0,2})\)", text)
    return f"{found[1]} {period(found[2])}" if found else text


def capital(text: str) -> str:
    """Return the text with a capital first letter."""
    return text[:1].upper() + text[1:]


def in_sentence(name: str) -> str:
    """Return a unit's name as it stands inside a sentence: "Xã Thượng Lộ" is "xã Thượng Lộ"."""
    return name[:1].lower() + name[1:] if _KIND_OF_UNIT.match(name) else name


def partial_day_in_words(text: str) -> str:
    """Write a date that may lack its day or month: "2023-11" is "tháng 11 năm 2023"."""
    parts = text.split("-") if text else []
    if len(parts) == 3:
        return day_in_words(date.fromisoformat(text), 0)
    if len(parts) == 2:
        return f"tháng {int(parts[1])} năm {parts[0]}"
    return f"năm {text}" if text else ""


#: How often a task comes back, as the plan's reader writes it.
RECURRENCES = {
    "yearly": "hằng năm",
    "half-yearly": "6 tháng một lần",
    "quarterly": "hằng quý",
    "monthly": "hằng tháng",
    "weekly": "hằng tuần",
    "daily": "hằng ngày",
    "regular": "thường xuyên",
}


def due(text: str) -> str:
    """Write a task's time limit: a period, a day of every year, how often, or the plan's words.

    Examples
    --------
    >>> due("--12-15")
    'trước 15/12 hằng năm'
    """
    every = re.fullmatch(r"--(\d{2})-(\d{2})", text)
    if every is not None:
        return f"trước {every[2]}/{every[1]} hằng năm"
    if re.fullmatch(r"\d{4}(-(Q[1-4]|\d{2}(-\d{2})?))?", text):
        return period(text)
    return RECURRENCES.get(text, text)
