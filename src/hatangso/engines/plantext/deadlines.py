"""Until when a task is to be done, and how often it comes back."""

from __future__ import annotations

import re
from functools import cache

from hatangso.engines.plantext.dates import Moment, mended_digits, moments_in
from hatangso.engines.plantext.vocabulary import any_of, words

_BEFORE = 80
"""So far before a moment the words that make it a deadline may begin. [characters]"""

_FILLERS = (
    r"(?:\s*(?:[:(]|la|vao|dip|trong|den|khoang|het|cuoi|dau|giua|ngay|thang|quy|nam|thoi diem|"
    r"(?:ngay )?cuoi cung cua|tuan (?:thu )?\w{1,4}(?: cua)?|\d{1,2}\s*(?:gio|h)\d{0,2}(?: phut)?)"
    r"(?!\w))*\s*"
)
_RANGE = re.compile(
    r"(?<!\w)tu\s+(?:(?:ngay|thang|quy|nam|dau|cuoi|giua|[\d/.-]{1,10}|iv|i{1,3})[\s,]*){1,8}den"
    + _FILLERS
    + "$"
)
"""What stands before the end of "từ tháng 3 đến tháng 9/2024"."""
_BEGINS = re.compile(r"(?<!\w)tu(?: dau| giua| cuoi)?\s+$")
_UNTIL = re.compile(r"(?<!tinh )(?<!\w)(?:den|toi|vao)" + _FILLERS + "$")
_LABEL = re.compile(
    r"(?:^|[\s(;.,-])(?:thoi (?:gian|han|diem)|tien do)"
    r"(?: (?:thuc hien|hoan thanh|trien khai)){0,2}\s*:\s*([^;)]{3,70}?)(?=[;)]|\.\s|\.?$)"
)
_SO_FAR = re.compile(r"(?<!\w)tinh den" + _FILLERS + "$")
_DONE = re.compile(r"(?<!\w)(?:hoan thanh|xong|ket thuc|hoan tat)(?!\w)")
_SCOPE = re.compile(
    r"(?<!\w)(?:tam nhin|dinh huong|giai doan|thoi ky|chuong trinh|chien luoc|quyet dinh|"
    r"nghi quyet)(?!\w)"
)
"""Before a year these words say what a document is for, not when a task ends."""
_GOES_ON = re.compile(r"\s*(?:,\s*)?(?:va\s+)(?:(?:cac|nhung)\s+)?nam (?:tiep theo|sau|ke tiep)")
_YEARS = re.compile(r"(20\d\d)\s*-\s*(20\d\d)")


@cache
def _due_words() -> re.Pattern[str]:
    return re.compile(words().pattern("tasks", "due") + _FILLERS + "$")


def due_in(folded: str, since: int | None = None) -> str | None:
    """Return the first deadline of a task's words, ISO and as precise as they are, or None.

    Parameters
    ----------
    folded : str
        Folded (see `spans.fold`).
    since : int, optional
        The year of the plan: "các trạm xây dựng trước năm 2015" sets nothing in one of 2026.

    Notes
    -----
    A deadline is a moment behind words that set one ("trước ngày", "chậm nhất", "trong"), the end
    of a range ("từ tháng 3 đến tháng 9/2024"), the moment after "Thời gian thực hiện:", or one
    that opens the task ("Quý I/2024: ...") or stands alone in brackets.
    """
    label = _LABEL.search(folded)
    if label is not None:
        due = due_of_cell(label[1])
        if due is not None and not _is_past(due, since):
            return due
    folded = mended_digits(folded)
    for moment in moments_in(folded, without_year=True):
        if not _is_past(moment.iso, since) and _sets_deadline(folded, moment):
            return moment.iso
    return None


def _is_past(iso: str, since: int | None) -> bool:
    return since is not None and iso[:4].isdigit() and int(iso[:4]) < since


def _sets_deadline(folded: str, moment: Moment) -> bool:
    before = folded[max(0, moment.begin - _BEFORE) : moment.begin]
    after = folded[moment.end : moment.end + _BEFORE]
    whole_year = moment.iso.isdigit()
    if _GOES_ON.match(after) or _SO_FAR.search(before):
        return False
    if _due_words().search(before) or _RANGE.search(before):
        return True
    if _BEGINS.search(before) and " den " in folded[moment.begin : moment.end]:
        return True
    until = _UNTIL.search(before)
    if until is not None:
        clause = re.split(r"[;.]\s", before[: until.start()])[-1]
        if not whole_year:
            return not _SCOPE.search(clause[-20:])
        told = _DONE.search(clause)
        if told is not None:
            return not _SCOPE.search(clause, told.end())
        opens = len(clause.strip(" ,")) <= len("phan dau")
        return opens and _DONE.search(re.split(r"[;.]\s", after)[0][:40]) is not None
    if not before.strip(" -+"):
        return after.startswith(":") or (not whole_year and after.startswith(","))
    return not whole_year and before.rstrip().endswith("(") and after.startswith(")")


def due_of_cell(time: str) -> str | None:
    """Return the deadline of a time's cell, ISO and as precise as its words, or None."""
    time = mended_digits(time)
    moments = moments_in(time, without_year=True)
    years = _YEARS.search(time)
    if years is not None and (not moments or moments[-1].end <= years.end()):
        return years[2]
    return moments[-1].iso if moments else None


_RATE = re.compile(
    r"(?<![\d/])(?P<count>\d{1,2}|mot|hai)\s*lan\s*(?:/|moi|trong)\s*(?:01\s+|1\s+|mot\s+)?"
    r"(?P<unit>nam|quy|thang|tuan)\b"
)
_RATE_BEHIND = re.compile(
    r"\bmoi\s+(?P<unit>nam|quy|thang|tuan)\s+(?:it nhat|toi thieu|khong duoi)?\s*"
    r"(?P<count>\d{1,2}|mot|hai)\s+lan\b"
)
_EVERY = re.compile(
    r"(?<![\d/])(?P<count>\d{1,2}|mot)\s*(?P<unit>nam|quy|thang|tuan)\s*(?:/|mot|0?1)\s*lan\b"
)
_COUNTS = {"mot": 1, "hai": 2}
_PER_YEAR = {"nam": 1, "quy": 4, "thang": 12, "tuan": 52}
_NAMED = {1: "yearly", 2: "half-yearly", 4: "quarterly", 12: "monthly", 52: "weekly"}
_ONE_HALF = re.compile(r"\s*(?:dau|cuoi) nam 20|\s*ke tu|\s*(?:/|mot|0?1)\s*lan|\s*tuoi")
_SPAN = re.compile(r"(?<!\w)(?:trong|sau|qua|vong|thoi han|thoi gian|toi thieu|it nhat|truoc)\s*$")
_LIFE = re.compile(r"(?<!\w)(?:doi song|sinh hoat|cong viec|nhu cau|cuoc song|giao dich)\s*$")
_RULES = re.compile(r"\s*(?:dinh|trinh|che|hoach|mo|chuan|uoc|tac)\b")
_DATED = re.compile(r"\s*(?:\d|[ivx]+\b)")


@cache
def _recurrences() -> list[tuple[str, re.Pattern[str]]]:
    return [(name, re.compile(any_of(p))) for name, p in words().data["tasks"]["recurrence"]]


def recurrence_in(folded: str) -> str | None:
    """Return how often a task comes back, or None.

    Where its words name several ("định kỳ 6 tháng, hằng năm") it is the most frequent, because the
    others fall on its dates; "regular" only where no period is named.

    Parameters
    ----------
    folded : str
        Folded (see `spans.fold`).
    """
    found: set[str] = set()
    for pattern, every in ((_RATE, False), (_RATE_BEHIND, False), (_EVERY, True)):
        for match in pattern.finditer(folded):
            count = _COUNTS.get(match["count"]) or int(match["count"])
            each = _PER_YEAR[match["unit"]]
            times = each / max(count, 1) if every else each * count
            nearest = min(_NAMED, key=lambda known: abs(known - times))
            found.add(_NAMED[nearest])
    for name, pattern in _recurrences():
        if name not in found and any(_comes_back(folded, m) for m in pattern.finditer(folded)):
            found.add(name)
    order = [name for name, _ in _recurrences() if name != "regular"]
    for name in reversed(order):
        if name in found:
            return name
    return "regular" if "regular" in found else None


def _comes_back(folded: str, match: re.Match[str]) -> bool:
    before = folded[max(0, match.start() - 20) : match.start()]
    after = folded[match.end() : match.end() + 20]
    said = match.group()
    if said.endswith("thang") and said[0] in "06s":
        # "trong 6 tháng đầu năm 2024" is a time, "định kỳ 6 tháng" a rhythm.
        return not _ONE_HALF.match(after) and not _SPAN.search(before)
    if said.endswith("ngay"):
        return not _LIFE.search(before)
    if said.endswith("quy") and _RULES.match(after):
        return False  # "theo quy định", which folds like "quý"
    return not (said.startswith(("bao cao", "dinh ky", "theo")) and _DATED.match(after))
