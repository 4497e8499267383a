"""Questions asked of the plans."""

from collections.abc import Iterable
from datetime import date

from hatangso.organisations import access
from hatangso.plans.models import Plan, PlanReference, Status, Target
from hatangso.territory.models import AdminUnit


def plan_on(unit: AdminUnit, on: date) -> Plan | None:
    """The unit's own plan on a day: the latest one in force by then, in its corrected copy."""
    return plans_on([unit.pk], on).get(unit.pk)


def plans_on(unit_ids: Iterable[int], on: date) -> dict[int, Plan]:
    """The plan of each unit on a day, by unit's id; a unit without one is not in it."""
    found = (
        access.public(Plan)
        .filter(unit_id__in=list(unit_ids), in_force_from__lte=on, corrected_by__isnull=True)
        .select_related("amends__amends")
        .defer("text", "amends__text", "amends__amends__text")
        .order_by("unit_id", "-in_force_from", "-pk")
        .distinct("unit_id")
    )
    return {plan.unit_id: plan for plan in found}


def plans_beside(unit_ids: Iterable[int], plan: Plan, on: date) -> dict[int, Plan]:
    """The plan of each unit that a plan is to be held against, by unit's id.

    The latest in force by the day whose years overlap the plan's: a commune's plan of 2023-2025
    is not held against its province's of 2026-2030.
    """
    first = plan.period_start or plan.in_force_from.year
    last = plan.period_end or first
    found = (
        access.public(Plan)
        .filter(unit_id__in=list(unit_ids), in_force_from__lte=on, corrected_by__isnull=True)
        .exclude(period_end__lt=first)
        .exclude(period_start__gt=last)
        .defer("text")
        .order_by("unit_id", "-in_force_from", "-pk")
        .distinct("unit_id")
    )
    return {beside.unit_id: beside for beside in found}


def amended_line(plan: Plan) -> list[Plan]:
    """A plan and those it amends without replacing them, the latest first: all speak together."""
    line = [plan]
    while line[-1].amends is not None and not line[-1].replaces_whole:
        line.append(line[-1].amends)
    return line


def later_copies(plan_ids: Iterable[int]) -> dict[int, list[int]]:
    """Ids of each plan's corrected copies, by plan's id: the whole chain, the next copy first."""
    corrected = access.public(Plan).filter(corrects__isnull=False)
    following = dict(corrected.values_list("corrects_id", "pk"))
    chains: dict[int, list[int]] = {}
    for plan in plan_ids:
        chain = chains.setdefault(plan, [])
        latest = following.get(plan)
        # A copy that is in the chain already would lead round in a ring.
        while latest is not None and latest not in chain:
            chain.append(latest)
            latest = following.get(latest)
    return chains


def counted_targets(plans: Iterable[Plan]) -> list[Target]:
    """Confirmed targets of plans that have an indicator, in the order of the text.

    A target of the tasks part, and one with a condition of its own that is no threshold of the
    indicator, are listed on the plan's page but are not judged.
    """
    return list(
        access.public(Target)
        .filter(plan__in=list(plans), status=Status.CONFIRMED, indicator__isnull=False)
        .exclude(group="task")
        .select_related("indicator", "plan__unit")
        .defer("plan__text")
        .order_by("plan_id", "start")
    )


def absent_plans(plan: Plan) -> list[PlanReference]:
    """Plans that a plan says it carries out and that are not in the system.

    Only references to a plan ("/KH-") count: a letter that guided it is no plan.
    """
    return [
        reference
        for reference in plan.carries_out.all()
        if reference.plan_id is None and "/KH" in reference.number.upper()
    ]
