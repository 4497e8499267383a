"""What was read of a target, a baseline or a task: what of it may be corrected, and to what."""

import re
from collections.abc import Mapping
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
#: A value is below this. [in its unit]
TOO_LARGE = Decimal(10) ** 13
MAX_BODIES = 60
MAX_TASK_TEXT = 5000


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
