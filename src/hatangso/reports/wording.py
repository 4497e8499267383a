"""How a Vietnamese official document writes numbers, dates, targets, gaps and marks.

An official report is in Vietnamese by law, whatever language its maker reads; so these words are
not translated.
"""

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from hatangso.indicators.rules import Gap, Goal, State, Value

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
KINDS = {"declared": "kê khai", "measured": "đo kiểm", "predicted": "dự báo"}
GROUPS = {
    "mobile": "Mạng viễn thông băng rộng di động",
    "fixed": "Mạng viễn thông băng rộng cố định",
    "passive": "Hạ tầng viễn thông thụ động và dùng chung",
    "cloud": "Hạ tầng điện toán đám mây",
    "technology": "Hạ tầng công nghệ số",
    "platform": "Nền tảng số có tính chất hạ tầng",
}
_ROMAN = {"1": "I", "2": "II", "3": "III", "4": "IV"}

#: Unit of the catalogue: what follows a value, what follows a difference, and its name in a table.
_UNITS = {
    "%": ("%", " điểm phần trăm", "%"),
    "per 100 people": ("/100 dân", "/100 dân", "trên 100 dân"),
    "Mbps": (" Mb/s", " Mb/s", "Mb/s"),
    "accounts per person": (" tài khoản/người", " tài khoản/người", "tài khoản/người"),
    "accounts per adult": (
        " tài khoản/người trưởng thành",
        " tài khoản/người trưởng thành",
        "tài khoản/người trưởng thành",
    ),
    "yes/no": ("", "", "có/không"),
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
    """Write a number as in Vietnam: "1.234,5". Zeros at its end are left out.

    Examples
    --------
    >>> number(Decimal("34.410"))
    '34,41'
    """
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    if rounded == 0:
        rounded = abs(rounded)
    text = f"{rounded:,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.translate(str.maketrans(",.", ".,"))


def day(when: date) -> str:
    """Write a date as dd/mm/yyyy."""
    return f"{when:%d/%m/%Y}"


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

    Of a roll-up it may be a span: "2024/2026-Q2" is "năm 2024 đến quý II/2026".
    """
    if "/" in text:
        return " đến ".join(period(part) for part in text.split("/"))
    parts = text.split("-")
    if len(parts) == 2 and parts[1].startswith("Q"):
        return f"quý {_ROMAN[parts[1][1:]]}/{parts[0]}"
    if len(parts) == 2:
        return f"tháng {int(parts[1])}/{parts[0]}"
    if len(parts) == 3:
        return f"ngày {parts[2]}/{parts[1]}/{parts[0]}"
    return f"năm {text}"


def unit_name(unit: str) -> str:
    """Name of a unit of measure for a table's column."""
    return _UNITS.get(unit, (unit, unit, unit))[2]


def quantity(value: Decimal, unit: str) -> str:
    """Write a value with its unit: "92,5%", "34,41 Mb/s", "80,69/100 dân"."""
    if unit == "yes/no":
        return "đã hoàn thành" if value >= 1 else "chưa hoàn thành"
    return number(value) + _UNITS.get(unit, (f" {unit}",))[0]


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
    if unit == "yes/no":
        return "chưa hoàn thành"
    verb = "còn vượt" if direction == "down" else "còn thiếu"
    if missing.count is not None and counted:
        return f"{verb} {number(missing.count)} {counted}"
    return f"{verb} {points(missing.points, unit)}"


def points(difference: Decimal, unit: str) -> str:
    """Write a difference of two values: "6 điểm phần trăm", "5,59 Mb/s"."""
    return number(difference) + _UNITS.get(unit, ("", f" {unit}"))[1]


def marks(figure: Value) -> tuple[str, ...]:
    """List the marks of a figure: its kind, and whether it was estimated, published, made up."""
    found = [KINDS[figure.kind]]
    if figure.published:
        found.append("số công bố")
    if figure.estimated:
        found.append("ước tính")
    if figure.made_up:
        found.append("số liệu minh họa")
    return tuple(found)


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


def due(text: str) -> str:
    """Write a task's time limit: a period of the calendar, or the plan's own words."""
    return period(text) if re.fullmatch(r"\d{4}(-(Q[1-4]|\d{2}(-\d{2})?))?", text) else text
