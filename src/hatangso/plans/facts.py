"""What was read of a plan and of what stands in it: what may be corrected, and to what."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from hatangso.catalogue.models import Indicator
from hatangso.catalogue.periods import PeriodError, first_day
from hatangso.engines.plantext.dates import long_date, moments_in
from hatangso.engines.plantext.spans import fold
from hatangso.plans.models import (
    Baseline,
    Comparator,
    Decided,
    Plan,
    Recurrence,
    Responsibility,
    Target,
    Task,
)

_FIGURE = ("indicator", "comparator", "value", "unit", "condition")
#: What a person may correct of each; the same is compared between two readings.
CORRECTABLE: dict[type[Decided], tuple[str, ...]] = {
    Target: (*_FIGURE, "year"),
    Baseline: (*_FIGURE, "as_of"),
    Task: ("text", "due", "recurrence", "bodies"),
}
#: What a person may correct of a plan's head.
HEAD = ("number", "issued_on", "title", "period_start", "period_end", "signer")
#: A value is below this. [in its unit]
TOO_LARGE = Decimal(10) ** 13
MAX_BODIES = 60
MAX_TASK_TEXT = 5000
MAX_TITLE = 1000
#: Years that a plan can be of.
YEARS = range(1990, 2101)

_NUMBER = re.compile(r"\d{1,6}\w{0,3}(?:[/.-][\w.&+]+)*", re.UNICODE)
"""A number of a document, as any body writes it: "12/KH-UBND", "22-KH/ĐU", "05", "7a/2024/QĐ"."""
_ISSUED = re.compile(r"(\d{4})(?:-\d\d){0,2}")


class ReviewError(ValueError):
    """The change cannot be made; the message says why and what to do. Nothing was changed."""


def facts_of(record: Decided) -> dict[str, Any]:
    """What a record says, by name, as JSON keeps it: an indicator is its code, a value is text."""
    facts = {name: getattr(record, name) for name in CORRECTABLE[type(record)]}
    if "indicator" in facts:
        indicator: Indicator | None = facts["indicator"]
        facts["indicator"] = indicator.code if indicator else None
        facts["value"] = str(record.value)  # type: ignore[attr-defined]
    return facts


def set_facts(record: Decided, changes: Mapping[str, Any]) -> None:
    """Give a record values by name; it is not saved.

    Raises
    ------
    ReviewError
        When a name may not be corrected, or a value is not allowed.
    """
    for name, value in changes.items():
        if name not in CORRECTABLE[type(record)]:
            raise ReviewError(f"Không sửa được «{name}». / “{name}” cannot be corrected.")
        setattr(record, name, value)
    if isinstance(record, Task):
        _check_task(record)
    else:
        _check_figure(record)


def _check_figure(record: Decided) -> None:
    figure: Any = record
    if figure.comparator not in Comparator.values:
        raise ReviewError("Dấu so sánh không đúng. / That is no comparator.")
    value = Decimal(figure.value)
    if not value.is_finite() or not 0 <= value < TOO_LARGE:
        raise ReviewError(
            "Giá trị phải là số không âm, nhỏ hơn 10.000 tỷ. "
            "/ The value must not be negative, and below ten million million."
        )
    if isinstance(record, Baseline) and record.as_of:
        _check_period(record.as_of)


def _check_period(text: str) -> None:
    try:
        first_day(text)
    except PeriodError as error:
        raise _no_time(text) from error


def _no_time(text: str) -> ReviewError:
    return ReviewError(
        f"«{text}» không phải là thời điểm: ghi 2023, quý II/2023, 11/2023 hoặc 05/11/2023. "
        f"/ “{text}” is no point of time: write 2023, Q2/2023, 11/2023 or 05/11/2023."
    )


def _check_task(task: Task) -> None:
    task.text = " ".join(task.text.split())
    if not task.text or len(task.text) > MAX_TASK_TEXT:
        raise ReviewError(
            "Hãy ghi nội dung nhiệm vụ, không quá 5.000 ký tự. "
            "/ Say what the task is, in at most 5,000 characters."
        )
    if task.due:
        # A day of no stated year, "--10-30": a leap year has them all.
        _check_period(f"2000{task.due[1:]}" if task.due.startswith("--") else task.due)
    if task.recurrence and task.recurrence not in Recurrence.values:
        raise ReviewError("Kỳ lặp lại không đúng. / That is no way of coming back.")
    if len(task.bodies) > MAX_BODIES:
        raise ReviewError("Nhiều nhất 60 cơ quan cho một nhiệm vụ. / At most 60 bodies a task.")
    for body, role in task.bodies:
        if not body.strip() or role not in Responsibility.Role.values:
            raise ReviewError(
                "Mỗi cơ quan cần có tên và vai trò. / Each body needs a name and a part."
            )


def time_said(text: str) -> str:
    """A point of time as people write it, in ISO, as precise as it was said; empty for nothing.

    "30/6/2025" is "2025-06-30", "quý II/2025" is "2025-Q2", "6/2025" is "2025-06", "30/10" is
    "--10-30": 30 October of no stated year.

    Raises
    ------
    ReviewError
        When the text is no point of time.
    """
    said = re.sub(r"\bq([1-4])\b", r"quy \1", fold(text).strip(" ."))
    if not said:
        return ""
    month_and_year = re.fullmatch(r"(\d{1,2})/(\d{4})", said)
    found = moments_in(said, without_year=True)
    if month_and_year:
        iso = f"{month_and_year[2]}-{int(month_and_year[1]):02}"
    elif len(found) == 1 and (found[0].begin, found[0].end) == (0, len(said)):
        iso = found[0].iso
    else:
        iso = long_date(said) or text.strip().upper()
    try:
        _check_period(f"2000{iso[1:]}" if iso.startswith("--") else iso)
    except ReviewError as error:
        raise _no_time(text.strip()) from error
    return iso


# --- a plan's head -------------------------------------------------------------------------------


def head_of(plan: Plan) -> dict[str, Any]:
    """What a plan's head says now, by the names of `HEAD`."""
    return {name: getattr(plan, name) for name in HEAD}


def head_as_read(plan: Plan) -> dict[str, Any]:
    """What the reader had read of a plan's head, whatever people corrected since."""
    return head_of(plan) | (plan.read_as or {})


def set_head(plan: Plan, changes: Mapping[str, Any]) -> None:
    """Give a plan's head values by name, and the day it is in force from; it is not saved.

    Parameters
    ----------
    changes
        New values by the names of `HEAD`: `issued_on` in ISO, as precise as it is known; an empty
        text, or None for a year, where the plan does not say.

    Raises
    ------
    ReviewError
        When a name may not be corrected, or a value is not allowed; the plan is as it was.
    """
    for name in changes:
        if name not in HEAD:
            raise ReviewError(f"Không sửa được «{name}». / “{name}” cannot be corrected.")
    before = head_of(plan)
    # What was read and stays is not judged: a person mends one field and leaves the others.
    new = {name: value for name, value in changes.items() if not _is_same(value, before[name])}
    if "number" in new:
        new["number"] = _number_of(new["number"])
    for name in new.keys() & {"title", "signer"}:
        new[name] = " ".join(new[name].split())
    _check_words(new.get("title", "—"), new.get("signer", ""))
    _check_issued(new.get("issued_on", ""))
    head = before | new
    if new.keys() & {"period_start", "period_end"}:
        _check_years(head["period_start"], head["period_end"])
    if new.keys() & {"issued_on", "period_start"}:
        plan.in_force_from = _in_force_from(head)
    for name, value in new.items():
        setattr(plan, name, value)


def _is_same(first: str | int | None, second: str | int | None) -> bool:
    """Whether two values differ in their spaces at most: a form gives lines with its own."""
    if isinstance(first, str) and isinstance(second, str):
        return first.split() == second.split()
    return first == second


def _number_of(text: str) -> str:
    """The number of a document without its spaces and the word before it: "12/KH-UBND"."""
    said = re.sub(r"\s+", "", text)
    said = re.sub(r"^[Ss]ố:?", "", said).rstrip(".,;")
    if said and (len(said) > 60 or not _NUMBER.fullmatch(said)):
        raise ReviewError(
            f"«{text.strip()[:80]}» không phải là số, ký hiệu văn bản: ghi như 12/KH-UBND. "
            f"/ “{text.strip()[:80]}” is no number of a document: write it as 12/KH-UBND."
        )
    return said


def _check_words(title: str, signer: str) -> None:
    if not title or len(title) > MAX_TITLE:
        raise ReviewError(
            "Hãy ghi tên kế hoạch, không quá 1.000 ký tự. "
            "/ Say what the plan is called, in at most 1,000 characters."
        )
    if len(signer) > 200:
        raise ReviewError(
            "Tên người ký dài quá 200 ký tự. / The signer's name is longer than 200 characters."
        )


def _check_issued(iso: str) -> None:
    if not iso:
        return
    found = _ISSUED.fullmatch(iso)
    if found is None or int(found[1]) not in YEARS:
        raise _no_date(iso)
    try:
        first_day(iso)
    except PeriodError as error:
        raise _no_date(iso) from error


def _no_date(text: str) -> ReviewError:
    return ReviewError(
        f"«{text.strip()[:80]}» không phải là ngày ban hành: ghi 05/11/2023, hoặc 11/2023, hoặc "
        f"2023 nếu văn bản không ghi đủ. / “{text.strip()[:80]}” is no date of issue: write "
        "05/11/2023, or 11/2023, or 2023 where the text says no more."
    )


def _check_years(first: int | None, last: int | None) -> None:
    for year in (first, last):
        if year is not None and year not in YEARS:
            raise ReviewError(
                f"Năm {year} của giai đoạn không đúng: ghi từ 1990 đến 2100. "
                f"/ {year} is no year of a period: write one from 1990 to 2100."
            )
    if first is not None and last is not None and first > last:
        raise ReviewError(
            f"Giai đoạn {first}-{last}: năm đầu sau năm cuối. "
            f"/ Period {first}-{last}: its first year is after its last."
        )


def _in_force_from(head: Mapping[str, Any]) -> date:
    """First day that a head's date can mean, else that of its period."""
    if head["issued_on"]:
        return first_day(head["issued_on"])
    if head["period_start"] is not None:
        return date(head["period_start"], 1, 1)
    raise ReviewError(
        "Hãy ghi ngày ban hành hoặc năm đầu của giai đoạn: cần một trong hai. "
        "/ Give the date of issue or the period's first year: one of them is needed."
    )


def issued_said(text: str) -> str:
    """A date of issue as people write it, in ISO, as precise as it was said; empty for nothing.

    "05/11/2023" is "2023-11-05", "11/2023" and "2023-11" are "2023-11".

    Raises
    ------
    ReviewError
        When the text is no date of issue.
    """
    if len(text) > 100:
        raise _no_date(text)
    try:
        iso = time_said(text)
        _check_issued(iso)
    except ReviewError as error:
        raise _no_date(text) from error
    return iso
