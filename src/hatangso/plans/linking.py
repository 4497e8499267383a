"""Ties between plans: what one carries out, corrects, amends or replaces, whichever came first."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from hatangso.plans.copies import carry_decisions, carry_head
from hatangso.plans.facts import HEAD, head_as_read
from hatangso.plans.models import Plan, PlanReference
from hatangso.territory.models import AdminUnit
from hatangso.territory.rules import fold
from hatangso.territory.successions import what_became, what_made


def link(plan: Plan) -> None:
    """Tie a plan that was just loaded to the others that are here, in both directions."""
    _link_references(plan)
    earlier = _earlier_copy(plan)
    if earlier is not None:
        _take_the_place_of(earlier, plan)
        return
    _tie_amended(plan)


def retie(plan: Plan, number: str) -> None:
    """Tie a plan anew whose number or date was corrected: whoever names it now, and no longer.

    A copy that another one corrects is tied to nothing more: what named it is the later copy's.

    Parameters
    ----------
    number
        The number that it had before.
    """
    if Plan.objects.filter(corrects=plan).exists():
        return
    for reference in plan.carried_out_by.filter(number=number).exclude(number=""):
        if not _is_named(plan, reference.number, reference.issued_on):
            _tie_reference(reference)
    for later in plan.amended_by.all():
        was_named = any(number and said.get("number") == number for said in later.amends_said)
        if was_named and not any(
            _is_named(plan, said.get("number") or "", said.get("date") or "")
            for said in later.amends_said
        ):
            later.amends, later.replaces_whole = None, False
            later.save(update_fields=["amends", "replaces_whole"])
            _tie_amended(later)
    for reference in plan.carries_out.filter(plan__isnull=True).exclude(number=""):
        _tie_reference(reference)
    _tie_named(plan)
    _tie_amended(plan)


def _is_named(plan: Plan, number: str, day: str) -> bool:
    """Whether a number and a date, as a text names them, are a plan's."""
    return plan.number == number != "" and _agree(plan.issued_on[:4], day[:4])


def _tie_amended(plan: Plan) -> None:
    """Tie a plan to the one that it amends, and to those that amend it, where they are untied."""
    for said in plan.amends_said if plan.amends is None else ():
        amended = _said_plan(plan, said)
        if amended is not None:
            _tie(plan, amended, said)
            break
    for later in _latest(_lineage(plan.unit), amends__isnull=True).exclude(amends_said=[]):
        said = next((s for s in later.amends_said if _said_plan(later, s) == plan), None)
        if said is not None:
            _tie(later, plan, said)


def _link_references(plan: Plan) -> None:
    """Tie references to the plans they name, in both directions, by number and year."""
    for reference in plan.carries_out.exclude(number=""):
        _tie_reference(reference)
    _tie_named(plan)


def _tie_reference(reference: PlanReference) -> None:
    by = reference.by
    reference.plan = (
        Plan.objects.filter(number=reference.number, in_force_from__lte=by.in_force_from)
        .exclude(pk=by.pk)
        .filter(corrected_by__isnull=True)
        .filter(issued_on__startswith=reference.issued_on[:4])
        .order_by("-in_force_from")
        .first()
    )
    reference.save(update_fields=["plan"])


def _tie_named(plan: Plan) -> None:
    """Tie the references to a plan that are tied to none."""
    if plan.number:
        PlanReference.objects.filter(
            plan__isnull=True, number=plan.number, issued_on__startswith=plan.issued_on[:4]
        ).exclude(by=plan).update(plan=plan)


# --- a corrected copy ----------------------------------------------------------------------------


def _earlier_copy(plan: Plan) -> Plan | None:
    """The copy of the same plan that is here, which a plan's file corrects.

    It has the same issuer, number and date. Where a file lacks its number (a draft, a poor scan),
    the same title, years and, as far as both say it, date.
    """
    others = (
        Plan.objects.filter(unit=plan.unit, corrected_by__isnull=True)
        .exclude(pk=plan.pk)
        .defer("text")
        .order_by("-pk")
    )
    if plan.number and plan.issued_on:
        same = others.filter(number=plan.number, issued_on=plan.issued_on).first()
        if same is not None:
            return same
    period = Q(period_start=plan.period_start, period_end=plan.period_end)
    for other in others.filter(period):
        is_one = not (other.number and plan.number and other.number != plan.number)
        lacks_one = not (other.number and other.issued_on and plan.number and plan.issued_on)
        if (
            is_one
            and lacks_one
            and _agree(other.issued_on, plan.issued_on)
            and fold(other.title) == fold(plan.title) != ""
            and bool(other.amends_said) == bool(plan.amends_said)
        ):
            return other
    for other in others.exclude(read_as={}):
        if _was_read_alike(head_as_read(other), head_as_read(plan)):
            return other
    return None


def _was_read_alike(first: Mapping[str, Any], second: Mapping[str, Any]) -> bool:
    """Whether the reader read two heads alike: a copy is read anew, its first was corrected."""
    same = all(first[name] == second[name] for name in HEAD if name not in {"title", "signer"})
    return same and fold(first["title"]) == fold(second["title"]) != ""


def _agree(first: str, second: str) -> bool:
    """Whether two dates, each as precise as its text, can be one."""
    return first.startswith(second) or second.startswith(first)


def _take_the_place_of(earlier: Plan, plan: Plan) -> None:
    """Let a copy stand where the earlier one stood: its decisions, its ties, its signed scan."""
    plan.corrects = earlier
    plan.amends, plan.replaces_whole = earlier.amends, earlier.replaces_whole
    plan.scan = earlier.scan
    carry_head(earlier, plan)
    plan.save(
        update_fields=[
            "corrects", "amends", "replaces_whole", "scan", *HEAD, "in_force_from", "read_as"
        ]
    )  # fmt: skip
    earlier.amended_by.exclude(pk=plan.pk).update(amends=plan)
    earlier.carried_out_by.update(plan=plan)
    carry_decisions(earlier, plan)


# --- a plan that amends or replaces another ------------------------------------------------------


def _lineage(unit: AdminUnit) -> set[int]:
    """A unit, what it was made of and became: a new province amends an old one's plan."""
    before = {step.link.old_id for step in what_made(unit)}
    after = {step.link.new_id for step in what_became(unit)}
    return {unit.pk} | before | after


def _latest(units: set[int], **conditions: Any) -> Any:
    """Plans of some units in their latest copies, the newest first."""
    found = Plan.objects.filter(unit__in=units, corrected_by__isnull=True, **conditions)
    return found.defer("text").order_by("-in_force_from", "-pk")


def _said_plan(plan: Plan, said: Mapping[str, Any]) -> Plan | None:
    """The plan that a plan says it amends, by number and year, if it is here."""
    number, day = said.get("number") or "", said.get("date") or ""
    if not number:
        return None
    found: Plan | None = (
        _latest(_lineage(plan.unit), number=number, in_force_from__lte=plan.in_force_from)
        .filter(issued_on__startswith=day[:4])
        .exclude(pk=plan.pk)
        .first()
    )
    return found


def _tie(plan: Plan, amended: Plan, said: Mapping[str, Any]) -> None:
    plan.amends = amended
    plan.replaces_whole = bool(said.get("replaces"))
    plan.save(update_fields=["amends", "replaces_whole"])
