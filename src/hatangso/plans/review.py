"""Verbs of a person who goes through what was read: confirm, correct, add, reject.

Each change names who made it and raises the record's version, so that two people at once do not
overwrite each other. What the reader had read is kept beside what a person corrected.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from django.db import transaction

from hatangso.catalogue.models import Indicator
from hatangso.organisations.models import User
from hatangso.plans.models import Baseline, Comparator, Figure, Plan, Status, Target
from hatangso.plans.rules import Difference, Read, difference

FigureT = TypeVar("FigureT", bound=Figure)

#: What a person may correct in a target; a baseline has a date instead of a year.
CORRECTABLE = ("indicator", "comparator", "value", "unit", "year", "as_of", "condition")


class StaleError(ValueError):
    """Somebody else changed the record in the meantime; nothing was changed."""


class ReviewError(ValueError):
    """The change cannot be made; the message says why and what to do. Nothing was changed."""


def _locked(figure: FigureT, version: int) -> FigureT:
    held: FigureT = type(figure)._default_manager.select_for_update().get(pk=figure.pk)
    if held.version != version:
        message = (
            "Người khác vừa sửa mục này; hãy xem lại rồi làm tiếp. / "
            "Someone else has just changed this; look at it again."
        )
        raise StaleError(message)
    held.version += 1
    return held


@transaction.atomic
def confirm(figure: FigureT, by: User, version: int) -> FigureT:
    """Stand behind what was read; from now on it counts.

    Raises
    ------
    StaleError
        When the record is no longer at that version.
    """
    held = _locked(figure, version)
    held.status, held.confirmed_by, held.confirmed_rule = Status.CONFIRMED, by, ""
    held.save()
    return held


@transaction.atomic
def reject(figure: FigureT, by: User, version: int, reason: str) -> FigureT:
    """Say that what was read is no target; it is kept, and does not count.

    Raises
    ------
    StaleError
        When the record is no longer at that version.
    ReviewError
        Without a reason.
    """
    if not reason.strip():
        raise ReviewError("Hãy ghi lý do loại bỏ. / Say why it is rejected.")
    held = _locked(figure, version)
    held.status, held.confirmed_by, held.confirmed_rule = Status.REJECTED, by, ""
    held.reason = reason.strip()[:300]
    held.save()
    return held


def _facts(figure: Figure) -> dict[str, Any]:
    indicator = figure.indicator
    return {
        "indicator": indicator.code if indicator else None,
        "comparator": figure.comparator,
        "value": str(figure.value),
        "unit": figure.unit,
        "year": getattr(figure, "year", None),
        "as_of": getattr(figure, "as_of", None),
        "condition": figure.condition,
    }


def _apply(figure: Figure, changes: Mapping[str, Any]) -> None:
    for name, value in changes.items():
        if name not in CORRECTABLE or not hasattr(figure, name):
            raise ReviewError(f"Không sửa được «{name}». / “{name}” cannot be corrected.")
        setattr(figure, name, value)
    if figure.comparator not in Comparator.values:
        raise ReviewError("Dấu so sánh không đúng. / That is no comparator.")
    value = Decimal(figure.value)
    if not value.is_finite() or not 0 <= value < Decimal(10) ** 13:
        raise ReviewError("Giá trị phải là số không âm. / The value must not be negative.")


@transaction.atomic
def correct(
    figure: FigureT, by: User, version: int, changes: Mapping[str, Any], reason: str
) -> FigureT:
    """Put right what was misread, and stand behind it; what had been read is kept.

    Parameters
    ----------
    changes
        New values by name, of `CORRECTABLE`; an `indicator` is a record of the catalogue or None.

    Raises
    ------
    StaleError
        When the record is no longer at that version.
    ReviewError
        When a value is not allowed, or without a reason.
    """
    if not reason.strip():
        raise ReviewError("Hãy ghi lý do sửa. / Say why it is corrected.")
    held = _locked(figure, version)
    if held.read_as is None and not held.by_hand:
        held.read_as = _facts(held)
    _apply(held, changes)
    held.status, held.confirmed_by, held.confirmed_rule = Status.CONFIRMED, by, ""
    held.reason = reason.strip()[:300]
    held.save()
    return held


@transaction.atomic
def add_target(
    plan: Plan,
    by: User,
    start: int,
    end: int,
    *,
    indicator: Indicator | None,
    comparator: str,
    value: Decimal,
    unit: str,
    year: int | None,
    reason: str = "",
) -> Target:
    """Add a target that the reader missed, tied to the words text[start:end] of the plan.

    Raises
    ------
    ReviewError
        When the words lie outside the text, or a value is not allowed.
    """
    if not 0 <= start < end <= len(plan.text):
        raise ReviewError("Hãy chọn đoạn chữ trong văn bản. / Select words of the text.")
    inside = plan.sections.filter(start__lte=start, end__gte=end).order_by("-start").first()
    target = Target(
        plan=plan,
        section=inside,
        quote=plan.text[start:end],
        start=start,
        end=end,
        group=inside.title[:200] if inside else "",
        unit=unit,
        year=year,
        indicator=indicator,
        comparator=comparator,
        value=value,
        confidence=1.0,
        status=Status.CONFIRMED,
        confirmed_by=by,
        by_hand=True,
        reason=reason.strip()[:300],
    )
    _apply(target, {})
    target.save()
    return target


def _reads(figures: Sequence[Figure]) -> list[Read]:
    """Figures as the reader read them, whatever people corrected since."""
    reads = []
    for figure in figures:
        facts = figure.read_as or _facts(figure)
        reads.append(
            Read(
                key=figure.pk,
                section=figure.section.title if figure.section else "",
                quote=figure.quote,
                indicator=facts["indicator"],
                value=str(Decimal(facts["value"]).normalize()),
                comparator=facts["comparator"],
                unit=facts["unit"],
                year=facts["year"],
            )
        )
    return reads


def compare_copies(old: Plan, new: Plan) -> Difference:
    """How the targets of a corrected copy of a plan differ from the first copy's."""
    return difference(
        _reads(list(old.targets.select_related("section", "indicator"))),
        _reads(list(new.targets.select_related("section", "indicator"))),
    )


@transaction.atomic
def carry_decisions(old: Plan, new: Plan) -> int:
    """Give a corrected copy the decisions that people took on the first one.

    A record whose words stand in the same section keeps its confirmation, correction or rejection.
    One whose number the copy itself changed is left to be confirmed anew. What a person had added
    is added again where its words still stand.

    Returns
    -------
    int
        Number of decisions carried.
    """
    carried = 0
    for model in (Target, Baseline):
        olds = {
            figure.pk: figure
            for figure in model.objects.filter(plan=old).select_related("section", "indicator")
        }
        news = list(model.objects.filter(plan=new).select_related("section", "indicator"))
        read = [figure for figure in olds.values() if not figure.by_hand]
        by_key = {figure.pk: figure for figure in news}
        for old_key, new_key in difference(_reads(read), _reads(news)).same:
            carried += _carry(olds[old_key], by_key[new_key])
    for added in old.targets.filter(by_hand=True):
        place = new.text.find(added.quote)
        if place >= 0:
            added.pk, added.plan, added.section = None, new, None
            added.start, added.end = place, place + len(added.quote)
            added.save()
            carried += 1
    return carried


def _carry(old: Figure, new: Figure) -> int:
    if old.status == Status.READ:
        return 0
    for name in ("status", "confirmed_by", "confirmed_rule", "read_as", "reason"):
        setattr(new, name, getattr(old, name))
    if old.read_as is not None:
        for name in CORRECTABLE:
            if hasattr(new, name):
                setattr(new, name, getattr(old, name))
    new.save()
    return 1
