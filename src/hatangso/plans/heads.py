"""A plan's head as it was read, where its words stand, and the verb that puts it right.

Whoever may change the plan corrects its head at once: nothing of it counts towards a goal, so no
second person confirms it. The log of `records` keeps who changed what, and why.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction

from hatangso.engines.plantext.spans import fold
from hatangso.organisations.access import permits, rights_of
from hatangso.organisations.models import User
from hatangso.organisations.rules import Action
from hatangso.plans.facts import HEAD, ReviewError, head_as_read, head_of, set_head
from hatangso.plans.linking import retie
from hatangso.plans.models import Plan
from hatangso.plans.review import StaleError
from hatangso.records import context

#: The head's words are looked for so far into the text. [characters]
_HEAD_LENGTH = 6000


# --- where the words of the head stand -----------------------------------------------------------


def head_places(plan: Plan) -> dict[str, tuple[int, int]]:
    """Where the text says each field of the head, text[start:end]; what is not found is left out.

    The words of the value that stands, else of the one that was read. A period's years are one
    place, under `period_start`.
    """
    top, whole = fold(plan.text[:_HEAD_LENGTH]), fold(plan.text)
    found = {}
    for name, pattern_of in _PATTERNS.items():
        for head in (head_of(plan), head_as_read(plan)):
            pattern = pattern_of(head)
            # Who signs stands at the end, all else at the top.
            text = whole if name == "signer" else top
            places = [match.span() for match in re.finditer(pattern, text)] if pattern else []
            if places:
                found[name] = places[-1 if name == "signer" else 0]
                break
    return found


def _words(text: str) -> str:
    return r"\s+".join(re.escape(word) for word in fold(text).split())


def _number(head: Mapping[str, Any]) -> str:
    signs = r"\s*".join(re.escape(sign) for sign in fold(head["number"]))
    return rf"(?<![\w/]){signs}(?![\w/])" if signs else ""


def _issued(head: Mapping[str, Any]) -> str:
    parts = head["issued_on"].split("-")
    if len(parts) < 2:
        return r"ngay[^\n]{0,30}nam\s+" + parts[0] if parts[0] else ""
    year, month, *days = parts
    month = f"0?{int(month)}"
    if not days:
        return rf"(?:ngay[\s.…]{{0,20}})?thang\s+{month}\s+nam\s+{year}|\b{month}\s*/\s*{year}"
    day = f"0?{int(days[0])}"
    short = rf"\b{day}\s*[/.-]\s*{month}\s*[/.-]\s*{year}"
    return rf"ngay\s+{day}\s+thang\s+{month}\s+nam\s+{year}|{short}"


def _period(head: Mapping[str, Any]) -> str:
    first, last = head["period_start"], head["period_end"]
    if first is None or last is None or first == last:
        year = last if first is None else first
        return "" if year is None else rf"nam\s+{year}"
    return rf"(?:giai doan\s+)?{first}\s*[-–—]\s*{last}|den\s+(?:het\s+)?(?:nam\s+)?{last}"


_PATTERNS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "number": _number,
    "issued_on": _issued,
    "title": lambda head: _words(head["title"]),
    "period_start": _period,
    "signer": lambda head: _words(head["signer"]),
}


# --- putting it right ----------------------------------------------------------------------------


@transaction.atomic
def correct_head(
    plan: Plan, by: User, version: int, changes: Mapping[str, Any], reason: str
) -> Plan:
    """Put right what was misread of a plan's head; what had been read is kept.

    Plans that name it by its number and year are tied to it, and those that no longer name it are
    not. A second click on the same button changes nothing.

    Parameters
    ----------
    version
        That of the plan which someone saw.
    changes
        New values by the names of `facts.HEAD`, as `facts.set_head` takes them.

    Returns
    -------
    Plan
        The plan as it is kept now.

    Raises
    ------
    StaleError
        When the head is no longer at that version.
    ReviewError
        When a value is not allowed, without a reason, outside what someone may change, when
        nothing would change, or another plan of this unit has that number and date.
    """
    if not reason.strip():
        raise ReviewError("Hãy ghi lý do sửa. / Say why it is corrected.")
    held = Plan.objects.select_for_update(of=("self",)).select_related("unit").get(pk=plan.pk)
    if not permits(rights_of(by), held, Action.CHANGE):
        raise ReviewError(
            "Vai trò của bạn không được sửa kế hoạch này. "
            "/ Your role does not let you change this plan."
        )
    before = head_of(held)
    set_head(held, changes)
    now = head_of(held)
    if held.version == version + 1 and now == before:
        return held  # The second click on the same button.
    if held.version != version:
        raise StaleError(
            "Người khác vừa sửa phần đầu văn bản; hãy xem lại rồi làm tiếp. "
            "/ Someone else has just changed the plan's head; look at it again."
        )
    if now == before:
        raise ReviewError("Chưa có gì thay đổi. / Nothing would change.")
    _refuse_a_second(held)
    read = before | held.read_as
    held.read_as = {name: read[name] for name in HEAD if now[name] != read[name]}
    held.version += 1
    with context.acting(who=by.pk, why=reason.strip()[:300]):
        held.save(update_fields=[*HEAD, "in_force_from", "read_as", "version"])
        if any(now[name] != before[name] for name in ("number", "issued_on", "period_start")):
            retie(held, before["number"])
    return held


def _refuse_a_second(plan: Plan) -> None:
    """Refuse a number and a date that another plan of the same unit has: they would be one."""
    if not (plan.number and plan.issued_on) or Plan.objects.filter(corrects=plan).exists():
        return
    other = (
        Plan.objects.filter(
            unit=plan.unit_id,
            number=plan.number,
            issued_on=plan.issued_on,
            corrected_by__isnull=True,
        )
        .exclude(pk=plan.pk)
        .defer("text")
        .first()
    )
    if other is not None:
        raise ReviewError(
            f"Đơn vị này đã có kế hoạch {other.number} cùng ngày ban hành ({other.file_name}): "
            f"hãy kiểm tra lại số và ngày. / This unit has a plan {other.number} of that date "
            f"already ({other.file_name}): check the number and the date."
        )
